"""What every test may ask for: AWS in this process, by moto, and the catalogue's table in it."""

import pickle
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb import models as dynamodb

from circletake.cloud.catalogue import Catalogue
from circletake.cloud.outbox import Outbox
from circletake.cloud.rolls import Rolls
from circletake.cloud.stage import Stage
from tests.aws import TABLE, make_table
from tests.fakes import FakeBus, FakeClock
from tests.pipeline.world import World, make_world


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """moto, and nothing of the developer's own credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    # moto copies the table before each transaction, to take it back; pickled, that costs a fifth.
    monkeypatch.setattr(dynamodb, "copy", SimpleNamespace(deepcopy=lambda thing: pickle.loads(pickle.dumps(thing, -1))))
    with mock_aws():
        yield


@pytest.fixture
def catalogue(aws: None) -> Catalogue:
    client = boto3.client("dynamodb")
    make_table(client)
    return Catalogue(client, TABLE)


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def outbox(catalogue: Catalogue, bus: FakeBus, clock: FakeClock) -> Outbox:
    return Outbox(catalogue, bus, clock)


@pytest.fixture
def rolls(outbox: Outbox) -> Rolls:
    return Rolls(outbox)


@pytest.fixture
def stage(outbox: Outbox) -> Stage:
    return Stage(outbox)


@pytest.fixture
def world(catalogue: Catalogue, bus: FakeBus, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The whole pipeline in this process, with every message in the hands of the test."""
    yield from make_world(monkeypatch, bus, clock)
