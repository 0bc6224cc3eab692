"""AWS in this process, a small checkout with models in it, and no way out to any network.

Run by `.venv-sagemaker/bin/python -m pytest --confcutdir tests/tooling tests/tooling`. Elsewhere the SDK is missing:
there the files are left out, and the summary says so.
"""

import socket
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import pytest

HERE = find_spec("sagemaker") is not None
collect_ignore_glob = [] if HERE else ["test_*.py"]

if HERE:
    from tests.tooling.made import Made


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not HERE:
        terminalreporter.write_line("tests/tooling is left to .venv-sagemaker, which has the SDK.", yellow=True)


@pytest.fixture(autouse=True)
def _nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telemetry or not: whoever opens a connection fails the test."""

    def refuse(one: socket.socket, *_: object) -> NoReturn:
        one.close()
        raise AssertionError("something opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> "Made":
    return Made.new(tmp_path_factory.mktemp("template"))


@pytest.fixture
def made(template: "Made", tmp_path: Path) -> "Made":
    return template.copy(tmp_path)


@pytest.fixture(scope="session")
def session() -> Any:
    """One for all: to read AWS's description of SageMaker takes boto3 a second each time."""
    import boto3
    from moto import mock_aws  # noqa: F401 - it enters itself into every session that is made from now on

    return boto3.Session("testing", "testing", region_name="eu-central-1")


@pytest.fixture
def anew() -> Iterator[None]:
    """The SDK keeps its clients; those of before know nothing of what a test hangs into the session."""
    from sagemaker.core.utils.utils import SageMakerClient

    SageMakerClient.reset()
    yield
    SageMakerClient.reset()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, session: Any) -> Iterator[None]:
    """moto, and nothing of the developer's own credentials."""
    import boto3
    from moto import mock_aws

    from tests.tooling.made import BUCKET

    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    monkeypatch.setattr(boto3, "Session", lambda: session)
    for name in ("AWS_ENDPOINT_URL", "CIRCLETAKE_MODELS"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        place = {"LocationConstraint": "eu-central-1"}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)  # type: ignore[arg-type]
        yield
