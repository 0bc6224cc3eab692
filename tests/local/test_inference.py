"""SageMaker's asynchronous endpoint in the studio, asked through boto3, before a server that does as it is told."""

import json
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local import analysis, studio
from infra.local.analysis import Models
from infra.local.inference import working
from infra.local.inference.settings import Settings
from infra.local.inference.wire import Invocation
from infra.local.processes import family
from infra.local.studio import Studio
from tests.local import tiny_endpoint
from tests.local.tiny_endpoint import AT_ONCE, NAME
from tests.waiting import eventually

pytestmark = pytest.mark.studio
FASTER = 600.0


def fake(seen: Path, *options: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.local.fake_models", "--seen", str(seen), *options)


@dataclass
class Analysed:
    """A studio with an endpoint, and what its fake model server saw."""

    studio: Studio
    seen_in: Path

    def __post_init__(self) -> None:
        session = self.studio.session()
        self.s3, self.sqs = session.client("s3"), session.client("sqs")
        self.runtime = session.client("sagemaker-runtime")
        self.bucket = self.studio.outputs["Out"]
        self.messages: dict[str, list[dict[str, Any]]] = {}

    def ask(self, job: str, behave: str, **given: Any) -> dict[str, Any]:
        """Put media, and ask of it, as dispatch does."""
        key = f"RIVER/{job}/proxy.mp4"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=b"media" * 100)
        asked: dict[str, Any] = {
            "EndpointName": NAME,
            "InputLocation": f"s3://{self.bucket}/{key}",
            "ContentType": "video/mp4",
            "Accept": "application/json",
            "CustomAttributes": json.dumps({"behave": behave}),
            "InferenceId": f"{job}-1",
            "S3OutputPathExtension": f"RIVER/{job}/1",
            "Filename": "answer.json",
            "InvocationTimeoutSeconds": 30,
        }
        return dict(self.runtime.invoke_endpoint_async(**asked | given))

    def told(self, job: str, times: int = 1) -> dict[str, Any]:
        """What the topics said of a job, once they have said it so often."""

        def received() -> bool:
            answer = self.sqs.receive_message(QueueUrl=self.studio.outputs["Told"], MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                body = json.loads(message["Body"])
                self.messages.setdefault(body["inferenceId"], []).append(body)
                self.sqs.delete_message(QueueUrl=self.studio.outputs["Told"], ReceiptHandle=message["ReceiptHandle"])
            return len(self.messages.get(f"{job}-1", [])) >= times

        eventually(received)
        return self.messages[f"{job}-1"][-1]

    def read(self, location: str) -> bytes:
        bucket, _, key = location.removeprefix("s3://").partition("/")
        return bytes(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    def seen(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.seen_in.read_text().splitlines()]

    def status(self) -> dict[str, Any]:
        assert self.studio.analysis
        (told,) = analysis.status(self.studio.analysis)
        return told

    def log(self) -> str:
        return analysis.log(self.studio.folder).read_text()


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Analysed]:
    folder = tmp_path_factory.mktemp("analysed")
    assembly = tiny_endpoint.assembly(folder / "out")
    with studio.start(template_dir=assembly, models=Models(fake(folder / "seen"), FASTER)) as here:
        yield Analysed(here, folder / "seen")


def test_the_first_job_waits_an_alarm_starts_an_instance_the_rest_flow_and_then_it_sleeps(analysed: Analysed) -> None:
    eventually(lambda: analysed.status()["instances"] == 0)
    before = len(analysed.log())
    analysed.ask("first", "right")
    analysed.told("first")
    for number in range(5):
        analysed.ask(f"next{number}", "right")
    for number in range(5):
        analysed.told(f"next{number}")
    eventually(lambda: "has ended" in analysed.log()[before:])
    said = [line.partition(" ")[2].partition(" ")[2] for line in analysed.log()[before:].splitlines()]
    steps = [
        "first-1 waits: no instance is in service",
        "HasBacklogWithoutCapacity rings: 0 → 1 instances",
        "starts: a model server, process",
        "/ping answers 200",
        "first-1 answered",
        "next4-1 answered",
        "15 minutes below 10.8 for each instance: 1 → 0 instances",
        "has ended",
    ]
    where = [next(number for number, line in enumerate(said) if step in line) for step in steps]
    assert where == sorted(where)
    assert analysed.status() == {"endpoint": NAME, "instances": 0, "starting": 0, "waiting": 0, "at_work": 0}


def test_an_answer_is_stored_where_it_was_asked_for_and_told(analysed: Analysed) -> None:
    accepted = analysed.ask("stored", "right")
    told = analysed.told("stored")
    assert accepted["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert accepted["InferenceId"] == "stored-1"
    assert accepted["OutputLocation"] == f"s3://{analysed.bucket}/RIVER/stored/1/answer.json"
    assert json.loads(analysed.read(accepted["OutputLocation"]))["result"] == {"kind": "SHOTS", "cuts": []}
    assert told["invocationStatus"] == "Completed"
    assert told["responseParameters"] == {
        "contentType": "application/json",
        "outputLocation": accepted["OutputLocation"],
    }
    assert told["requestParameters"]["customAttributes"] == '{"behave": "right"}'


def test_the_model_server_gets_the_media_its_type_and_no_keys(analysed: Analysed) -> None:
    analysed.ask("media", "right")
    analysed.told("media")
    (began,) = (each for each in analysed.seen() if each["inference"] == "media-1" and each["what"] == "began")
    assert (began["bytes"], began["type"], began["keys"]) == (500, "video/mp4", [])


@pytest.mark.parametrize(
    ("behave", "reason", "said"),
    [
        ("refuse", "Received client error (422) from model", "UNANSWERABLE"),
        ("fail", "Received server error (500) from model", "MODEL_FAILED"),
        ("cut", "Received server error (0) from model", "Received server error (0)"),
        ("die", "Received server error (0) from model", "Received server error (0)"),
    ],
)
def test_a_failure_is_stored_with_what_the_model_said_and_told(
    analysed: Analysed, behave: str, reason: str, said: str
) -> None:
    accepted = analysed.ask(behave, behave)
    told = analysed.told(behave)
    assert told["invocationStatus"] == "Failed"
    assert reason in told["failureReason"]
    assert accepted["FailureLocation"] == f"s3://{analysed.bucket}/failures/{behave}-1-error.out"
    assert said in analysed.read(accepted["FailureLocation"]).decode()


def test_after_a_server_died_another_one_answers(analysed: Analysed) -> None:
    analysed.ask("dies", "die")
    analysed.told("dies")
    analysed.ask("survives", "right")
    assert analysed.told("survives")["invocationStatus"] == "Completed"
    assert "ended with exit code 3" in analysed.log()


@pytest.mark.parametrize("behave", ["never", "drip"])
def test_a_server_that_does_not_answer_in_time_fails_the_job_and_no_other(analysed: Analysed, behave: str) -> None:
    began = time.monotonic()
    analysed.ask(behave, behave, InvocationTimeoutSeconds=1)
    analysed.ask(f"beside-{behave}", "right")
    assert analysed.told(f"beside-{behave}")["invocationStatus"] == "Completed"
    assert "did not answer within 1 s" in analysed.told(behave)["failureReason"]
    assert time.monotonic() - began < 60


def test_media_that_is_not_there_fails_the_job(analysed: Analysed) -> None:
    analysed.ask("gone", "right", InputLocation=f"s3://{analysed.bucket}/nothing.mp4")
    assert analysed.told("gone")["failureReason"].startswith("ClientError: Failed to download data.")


def test_the_endpoint_writes_with_the_rights_of_its_role(analysed: Analysed) -> None:
    """Its role may write `*/answer.json` and nothing else, so another name is refused by the engine."""
    analysed.ask("elsewhere", "right", Filename="other.json")
    assert "AccessDenied" in analysed.told("elsewhere")["failureReason"]


def test_an_instance_is_asked_so_many_at_once_and_never_more(analysed: Analysed) -> None:
    for number in range(6):
        analysed.ask(f"crowd{number}", "late 0.2")
    for number in range(6):
        analysed.told(f"crowd{number}")
    at_once: Counter[int] = Counter()
    most = 0
    for each in analysed.seen():
        if str(each["inference"]).startswith("crowd"):
            # A crowd may have called a second instance, which has its own two.
            at_once[each["pid"]] += 1 if each["what"] == "began" else -1
            most = max(most, at_once[each["pid"]])
    assert most == AT_ONCE


def test_the_same_inference_asked_twice_is_answered_twice(analysed: Analysed) -> None:
    analysed.ask("twice", "right")
    analysed.ask("twice", "right")
    analysed.told("twice", times=2)
    assert len([each for each in analysed.seen() if each["inference"] == "twice-1"]) == 4


def test_a_request_that_waited_longer_than_it_may_is_never_asked(analysed: Analysed) -> None:
    settings = Settings(
        name=NAME,
        role="",
        at_once=1,
        output_path=f"s3://{analysed.bucket}",
        failure_path=f"s3://{analysed.bucket}/failures",
        success_topic="",
        error_topic="",
        key="",
        ready_within_s=1,
        plan=None,  # type: ignore[arg-type]
    )
    said: list[str] = []
    worker = working.Worker(settings, analysed.studio.session(), said.append)
    waited = Invocation(f"s3://{analysed.bucket}/x", InferenceId="old", RequestTTLSeconds=60, received=time.time() - 61)
    worker.work(waited, port=9)
    assert said[0] == "old failed: The request expired: it waited longer than 60 s."


def test_an_endpoint_that_is_not_there_is_a_validation_error(analysed: Analysed) -> None:
    with pytest.raises(ClientError, match="Endpoint Nobody of account 111122223333 not found") as refused:
        analysed.ask("unknown", "right", EndpointName="Nobody")
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("headers", [{"Origin": "http://elsewhere.example"}, {"Host": "rebound.example"}])
def test_a_page_in_the_same_browser_gets_no_answer(analysed: Analysed, headers: dict[str, str]) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{analysed.studio.analysis}/status", headers=headers))  # noqa: S310
    assert refused.value.code == 403
    refused.value.close()


def test_a_function_knows_where_to_ask(analysed: Analysed) -> None:
    client = analysed.studio.session().client("s3")
    client.put_object(Bucket=analysed.studio.outputs["In"], Key="knows", Body=b"")
    listed = eventually(lambda: client.list_objects_v2(Bucket=analysed.bucket, Prefix="knows").get("Contents", []))
    environment = json.loads(client.get_object(Bucket=analysed.bucket, Key=listed[0]["Key"])["Body"].read())
    assert environment["environment"]["ENDPOINT"] == NAME
    assert environment["environment"]["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"] == analysed.studio.analysis


def test_a_studio_ends_with_its_model_servers_in_the_middle_of_their_work(tmp_path: Path) -> None:
    assembly = tiny_endpoint.assembly(tmp_path / "out")
    with studio.start(template_dir=assembly, models=Models(fake(tmp_path / "seen"), FASTER)) as here:
        ended = Analysed(here, tmp_path / "seen")
        ended.ask("never", "never")
        eventually((tmp_path / "seen").exists)
        stands_in = int(next(here.folder.glob("*.pid")).read_text())
        (server,) = {each["pid"] for each in ended.seen()}
        assert server in family(stands_in)
    assert not family(stands_in) | family(server) | family(here.pid)
    assert not here.folder.exists()


def test_without_models_nothing_is_started_and_nobody_is_told_of_an_endpoint(tmp_path: Path) -> None:
    with studio.start(template_dir=tiny_endpoint.assembly(tmp_path / "out"), models=None) as here:
        (function,) = here.session().client("lambda").list_functions()["Functions"]
        variables = function["Environment"]["Variables"]
        assert here.analysis is None
        assert not list(here.folder.glob("*.pid"))
    assert variables["ENDPOINT"] == ""
    assert "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME" not in variables
