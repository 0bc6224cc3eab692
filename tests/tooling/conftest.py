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

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("something opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture
def made(tmp_path: Path) -> "Made":
    return Made(tmp_path)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """moto, and nothing of the developer's own credentials."""
    import boto3
    from moto import mock_aws

    from tests.tooling.made import BUCKET

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "CIRCLETAKE_MODELS"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        place = {"LocationConstraint": "eu-central-1"}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)  # type: ignore[arg-type]
        yield
