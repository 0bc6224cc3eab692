"""The whole pipeline in this process: the real handlers on moto, with a postman who may be careless.

The postman holds every message and decides the order; he delivers some twice, and loses none. What a handler
reports as failed he brings again, as SQS would.
"""

import importlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from types import ModuleType
from typing import Any

import boto3
import pytest
import xxhash

from circletake.cloud import function as functions_room
from circletake.cloud.catalogue import Row
from circletake.cloud.objects import Objects
from circletake.cloud.outbox import Outbox
from circletake.cloud.reading import Reading
from circletake.contracts.analysis import AnalysisKind
from circletake.contracts.facts import MESSAGES, SOURCE
from circletake.contracts.files import SourceFile
from circletake.media import tools
from tests.aws import TABLE
from tests.fakes import FakeBus, FakeClock

BUCKETS = {"INGEST_BUCKET": "ingest", "WORK_BUCKET": "work", "REVIEW_BUCKET": "review"}
#: The rules of the stack: which message goes into which function's queue. `tests/infra` asserts the same of it.
RULES = {
    "Object Created": ("receive",),
    "ClipReceived": ("inspect",),
    "ReadSound": ("inspect",),
    "LocateSound": ("sync",),
    "PlanClip": ("plan",),
    "ReadLook": ("plan",),
    "LookChanged": ("plan", "publish"),
    "DayChanged": ("plan",),
    "TranscodeClip": ("transcode",),
    "DecodeRaw": ("transcode",),
    "TranscodeSegment": ("transcode",),
    "SegmentTranscoded": ("transcode",),
    "AssembleClip": ("transcode",),
    "ProxiesReady": ("publish", "dispatch"),
    "AnalyseClip": ("dispatch",),
    "AnalyseAgain": ("dispatch",),
    "CastListed": ("dispatch", "compare"),
    "EnrolReference": ("dispatch",),
    "CollectAnswer": ("collect",),
    "InferenceResult": ("collect",),
    "AnalysisCompleted": ("compare", "publish"),
    "EraseCharacter": ("compare",),
    "IndexProduction": ("publish",),
    "BudgetReached": ("notify",),
    "RollClosed": ("notify", "verify", "plan"),
    "CardStatusChanged": ("notify",),
    "OffloadCompleted": ("verify",),
    "JudgeCard": ("verify",),
    "JudgeProduction": ("verify",),
    "DigestFile": ("verify",),
    "Batch Job State Change": ("transcode",),
    "Scheduled Event": ("sweep",),
}
MODELS = {kind: {"name": f"made-{kind.lower()}", "version": "0123456789ab"} for kind in map(str, AnalysisKind)}
FUNCTIONS = sorted({function for hearers in RULES.values() for function in hearers})
_MAX_ROUNDS = 40


class Context:
    """What a handler asks of Lambda's context."""

    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:111122223333:function:function"
    aws_request_id = "request"

    def get_remaining_time_in_millis(self) -> int:
        return 120_000


class Died(BaseException):
    """A worker was killed: nothing of ours may catch it."""


@dataclass
class World:
    """Buckets, a table, handlers, and the messages that are on their way."""

    bus: FakeBus
    clock: FakeClock
    handlers: dict[str, ModuleType]
    clients: list[Any]
    under_way: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    at_work: bool = False
    #: S3's sequencers are hexadecimal, grow from put to put, and differ in length.
    sequence: Iterator[int] = field(default_factory=lambda: count(0xFF))

    def upload(self, key: str, body: bytes) -> str:
        """An object arrives in the ingest bucket; its event is under way."""
        version = boto3.client("s3").put_object(Bucket="ingest", Key=key, Body=body)["VersionId"]
        thing = {"key": key, "size": len(body), "version-id": version, "sequencer": f"{next(self.sequence):X}"}
        self._send("aws.s3", "Object Created", {"bucket": {"name": "ingest"}, "object": thing})
        return version

    def sweep(self) -> None:
        self._send("aws.events", "Scheduled Event", {})

    def deliver_all(self, chance: random.Random | None = None, *, twice: bool = False) -> None:
        """Deliver until nothing is under way: in order, or as `chance` has it; each message once or `twice`."""
        for _ in range(_MAX_ROUNDS):
            if not self.under_way:
                return
            self.deliver_some(chance, twice=twice)
        raise AssertionError(f"messages go round and round: {Counter(name for name, _ in self.under_way)}")

    def deliver_some(self, chance: random.Random | None = None, *, twice: bool = False) -> None:
        """Deliver what is under way now, and no answer to it."""
        batch, self.under_way = self.under_way, []
        if twice:
            batch = [*batch, *batch]
        if chance:
            chance.shuffle(batch)
        for function, event in batch:
            if not self._deliver(function, event):
                self.under_way.append((function, event))
        if self.under_way:
            # A message that failed comes back when its visibility timeout is over: longer than any lease.
            self.clock.forward(120)
        self._collect()

    def hear_of_answer(self, notification: dict[str, Any]) -> None:
        """The endpoint's topics tell `collect`, raw: no envelope around what SageMaker says."""
        self.under_way += [("collect", notification)]

    def _deliver(self, function: str, event: dict[str, Any]) -> bool:
        record = {"messageId": "m", "body": json.dumps(event), "eventSource": "aws:sqs", "attributes": {}}
        self.at_work = True
        try:
            answer = self.handlers[function].handler({"Records": [record]}, Context())
        except (Exception, Died):  # noqa: BLE001 - whatever it is, SQS brings the message again
            return False
        finally:
            self.at_work = False
        return not answer["batchItemFailures"]

    def _collect(self) -> None:
        for name, detail in self.bus.take():
            MESSAGES[name].read(json.loads(detail))
            if name in RULES:
                self._send(SOURCE, name, json.loads(detail))

    def _send(self, source: str, kind: str, detail: dict[str, Any]) -> None:
        event = {"version": "0", "source": source, "detail-type": kind, "detail": detail}
        self.under_way += [(function, event) for function in RULES[kind]]

    @property
    def reading(self) -> Reading:
        stage: Any = self.handlers["publish"]
        return Reading(stage.stage._catalogue)

    def rows(self, prefix: str) -> list[Row]:
        """Every row of a kind, in every roll."""
        found = []
        for production in self.reading.productions():
            for roll, _ in self.reading.rolls(production):
                found += list(self.reading._catalogue.query(roll.partition, prefix))
        return found

    def objects(self, bucket: str) -> dict[str, bytes]:
        """What lies in a bucket now, key by key."""
        s3 = boto3.client("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    def mails(self) -> list[Any]:
        from moto.core.models import DEFAULT_ACCOUNT_ID
        from moto.ses.models import ses_backends

        return list(ses_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].sent_messages)


def _as_s3_keeps_them(asked: Callable[..., dict[str, str]]) -> Callable[..., dict[str, str]]:
    def stored_digests(objects: Objects, bucket: str, file: SourceFile) -> dict[str, str]:
        asked(objects, bucket, file)
        body = boto3.client("s3").get_object(Bucket=bucket, Key=file.key, VersionId=file.s3_version)["Body"].read()
        return {"xxh64": xxhash.xxh64_hexdigest(body)}

    return stored_digests


def make_world(monkeypatch: pytest.MonkeyPatch, bus: FakeBus, clock: FakeClock) -> Iterator[World]:
    """moto with a table → a world whose handlers were freshly started in it."""
    s3 = boto3.client("s3")
    for bucket in BUCKETS.values():
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    topic = boto3.client("sns").create_topic(Name="digests")["TopicArn"]
    boto3.client("ses").verify_email_identity(EmailAddress="dailies@example.com")
    packaged = tools.packaged()
    environment = {
        **BUCKETS,
        "TABLE": TABLE,
        "BUS": "ours",
        "TOPIC": topic,
        "DIGEST_FROM": "dailies@example.com",
        "DIGEST_TO": "producer@example.com",
        "PAGE_URL": "https://page.example/",
        "CLIENT_ID": "client",
        "FFMPEG": str(packaged.ffmpeg),
        "FFPROBE": str(packaged.ffprobe),
        "VENDOR_DECODERS": "{}",
        "BATCH_QUEUE": "large",
        "BATCH_JOB": "transcode",
        # Analysis is switched off, as in a stack that nobody enabled it in: see `tests/endpoint.py`.
        "ENDPOINT": "",
        "MODELS": json.dumps(MODELS),
        "MICRO_USD_PER_S": "400",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_DEV": "false",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # moto keeps no XXH64; S3 does of every object that was put with one, as our uploader puts them.
    monkeypatch.setattr(Objects, "stored_digests", _as_s3_keeps_them(Objects.stored_digests))
    monkeypatch.setattr(functions_room, "EventBus", lambda client, name: bus)
    monkeypatch.setattr(functions_room, "Outbox", lambda catalogue, bus: Outbox(catalogue, bus, clock))
    clients: list[Any] = []
    make_client = functions_room.client

    def remembered(service: str) -> Any:
        clients.append(make_client(service))
        return clients[-1]

    monkeypatch.setattr(functions_room, "client", remembered)

    handlers = {}
    for name in [*FUNCTIONS, "review"]:
        handlers[name] = importlib.reload(importlib.import_module(f"functions.{name}.handler"))
    yield World(bus, clock, handlers, clients)
