"""What every test may ask for: AWS in this process, by moto, and the catalogue's table in it."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from hypothesis import settings

from circletake.cloud.catalogue import Catalogue
from circletake.cloud.outbox import Outbox
from circletake.cloud.rolls import Rolls
from circletake.cloud.stage import Stage
from tests.aws import TABLE, made_up_aws, make_table
from tests.fakes import FakeBus, FakeClock
from tests.pipeline.world import World, make_world

# How long an example takes is a matter of the machine, and of what else it does. The same commit is tried with the same
# examples wherever it is tested, so that a refusal is of what was changed; `--hypothesis-profile seeking` seeks others.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("seeking", deadline=None)
settings.load_profile("same")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines name what failed: CI keeps only the end of what is printed, and one difference can fill it."""
    for outcome in ("error", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            why = getattr(getattr(report.longrepr, "reprcrash", None), "message", str(report.longrepr))
            first, _, _ = why.partition("\n")
            terminalreporter.write_line(f"{outcome.upper()} {report.nodeid}: {first[:160]}", red=True)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """moto, and nothing of the developer's own credentials."""
    with made_up_aws(monkeypatch, tmp_path / "none"):
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
