"""A studio of the tiny stack, up once for all tests of this folder, with every Python process listened to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local import studio
from infra.local.studio import Studio
from tests.local import tiny
from tests.waiting import eventually

#: What a developer may have in the environment, and no handler may see.
DEVELOPERS = {
    "AWS_ACCESS_KEY_ID": "AKIADEVELOPER",
    "AWS_SECRET_ACCESS_KEY": "developers-secret",
    "AWS_SESSION_TOKEN": "developers-token",
    "AWS_PROFILE": "developers-profile",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_DEFAULT_REGION": "ap-southeast-2",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "DATABASE_PASSWORD": "developers-password",
}


@dataclass(frozen=True)
class Listened:
    """A running tiny studio and the file in which its processes name every address."""

    studio: Studio
    heard: Path

    def addresses(self) -> list[tuple[str, Any]]:
        """Each address that was named, with the command line of the process that named it."""
        lines = [json.loads(line) for line in self.heard.read_text().splitlines()]
        programs = {line["pid"]: " ".join(line["argv"]) for line in lines if "argv" in line}
        return [(programs[line["pid"]], line["address"]) for line in lines if "address" in line]

    def put(self, key: str) -> None:
        client = self.studio.session().client("s3")
        client.put_object(Bucket=self.studio.outputs["In"], Key=key, Body=b"")

    def outcome(self, key: str) -> Any:
        """What the function wrote for that key, as soon as it has."""
        client = self.studio.session().client("s3")
        bucket = self.studio.outputs["Out"]
        eventually(lambda: key in [o["Key"] for o in client.list_objects_v2(Bucket=bucket).get("Contents", [])])
        return json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())


@pytest.fixture(scope="session")
def tiny_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.assembly(tmp_path_factory.mktemp("cdk") / "out")


def listening(heard: Path) -> dict[str, str]:
    """A file → the environment in which every Python process names there each address it uses."""
    return {"PYTHONPATH": str(Path(__file__).with_name("audit")), "AUDIT_LOG": str(heard)}


@pytest.fixture(scope="session")
def listened(tiny_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listened]:
    heard = tmp_path_factory.mktemp("audit") / "heard.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in DEVELOPERS.items():
            patch.setenv(name, value)
        started = studio.start(template_dir=tiny_assembly, environment=listening(heard))
    with started:
        yield Listened(started, heard)
