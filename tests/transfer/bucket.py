"""An ingest bucket on the local engine, with the uploader's role, and the real command in a process of its own."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from circletake.cloud.catalogue import Catalogue
from circletake.cloud.outbox import stamp, utc_now
from circletake.contracts import table
from circletake.contracts.files import Offload
from circletake.contracts.keys import COMPLETION_PATH, DayRef, short_hash
from circletake.contracts.takes import Correction, Flag, Said
from infra.local import engine
from infra.local.engine import Engine
from tests.aws import TABLE, make_table

BUCKET, PREFIX = "ingest", "bikes/main/D001/A001/"
DAY = DayRef(production="bikes", unit="main", day="D001")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Bucket:
    """The bucket, and a folder in which the command finds it and keeps its journals."""

    session: boto3.Session
    home: Path

    @property
    def counted(self) -> Path:
        return self.home / "counted"

    def command(self, card: Path, *words: str) -> list[str]:
        return [
            *(sys.executable, "-m", "circletake.cli.main", "upload", str(card)),
            *("--production", "bikes", "--day", "D001", "--json", *words),
        ]

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "TMPDIR": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "PYTHONPATH": f"{Path(__file__).with_name('counting')}:{ROOT}",
            "COUNTED": str(self.counted),
        }

    def spawn(self, card: Path, *words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self.command(card, *words),
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.home,
        )

    def run(self, card: Path, *words: str) -> tuple[int, dict[str, Any], str]:
        """→ the exit code, what was told, and what was said."""
        with self.spawn(card, *words) as process:
            out, said = process.communicate(timeout=120)
        return process.returncode, json.loads(out) if out else {}, said.decode()

    def bytes_counted(self) -> Counter[str]:
        """→ bytes sent ("s") and bytes read of the card ("r"), by all processes so far."""
        total: Counter[str] = Counter()
        if self.counted.exists():
            for line in self.counted.read_bytes().decode().splitlines():
                total[line[0]] += int(line[1:])
        return total

    def versions(self, offload: str) -> dict[str, list[str]]:
        """→ the versions of each path of an offload, the newest first."""
        found: dict[str, list[str]] = {}
        start = f"{PREFIX}{offload}/"
        pages = self.session.client("s3").get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=BUCKET, Prefix=start):
            for each in page.get("Versions", ()):
                found.setdefault(each["Key"].removeprefix(start), []).append(each["VersionId"])
        return found

    def circle(self, clip: str) -> None:
        """A script supervisor says that a take is circled."""
        at = stamp(utc_now())
        said = Said(setup="12A", take=clip, clips=(clip,), flags={Flag.CIRCLED: True})
        correction = Correction(id=short_hash(clip, at), said=said, by="mia", at=at)
        sk = table.correction_sk(at, correction.id)
        row = {"pk": table.day_pk(DAY), "sk": sk, "correction": correction.model_dump_json()}
        Catalogue(self.session.client("dynamodb"), TABLE).put_all([row])

    def body(self, offload: str, path: str, version: str | None = None) -> bytes:
        named: dict[str, Any] = {"VersionId": version} if version else {}
        got = self.session.client("s3").get_object(Bucket=BUCKET, Key=f"{PREFIX}{offload}/{path}", **named)
        return got["Body"].read()

    def record(self, offload: str) -> Offload:
        return Offload.model_validate_json(self.body(offload, COMPLETION_PATH))

    def offloads(self) -> set[str]:
        listed = self.session.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=PREFIX, Delimiter="/")
        return {each["Prefix"].removeprefix(PREFIX).rstrip("/") for each in listed.get("CommonPrefixes", ())}

    def assert_complete(self, offload: str, card: Path) -> None:
        """Every file of the card lies there once, with its bytes, as the completion record says."""
        record, versions = self.record(offload), self.versions(offload)
        files = {str(path.relative_to(card)): path for path in card.rglob("*") if path.is_file()}
        assert {file.path for file in record.files} == set(files) == versions.keys() - {COMPLETION_PATH}
        for file in record.files:
            assert versions[file.path] == [file.s3_version]
            assert self.body(offload, file.path, file.s3_version) == files[file.path].read_bytes()


def open_bucket(started: Engine, home: Path) -> Bucket:
    """A running engine and a folder → the bucket, as the stack makes it, and the command's way to it."""
    session = engine.session(started.endpoint)
    s3, iam = session.client("s3"), session.client("iam")
    make_table(session.client("dynamodb"))
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    theirs = "${aws:PrincipalTag/production}/*"
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{engine.ACCOUNT}:root"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
    may = [
        {
            "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
            "Resource": f"arn:aws:s3:::{BUCKET}/{theirs}",
        },
        {
            "Effect": "Allow",
            "Action": "s3:ListBucketVersions",
            "Resource": f"arn:aws:s3:::{BUCKET}",
            "Condition": {"StringLike": {"s3:prefix": theirs}},
        },
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="uploader", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": may})
    iam.put_role_policy(RoleName="uploader", PolicyName="upload", PolicyDocument=policy)
    state = {
        "name": "tests",
        "pid": started.pid,
        "outputs": {"IngestBucket": BUCKET, "UploaderRole": role, "Table": TABLE},
        "access_key": engine.ACCOUNT,
        "secret_key": engine.SECRET,
        "region": engine.REGION,
        "endpoint": started.endpoint,
    }
    studios = home / f"circletake-{os.getuid()}"
    studios.mkdir(parents=True)
    (studios / "tests.json").write_text(json.dumps(state))
    return Bucket(session, home)
