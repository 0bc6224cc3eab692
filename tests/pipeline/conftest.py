"""The world, for the tests that send cards through it."""

from collections.abc import Iterator

import pytest

from circletake.cloud.catalogue import Catalogue
from tests.fakes import FakeBus, FakeClock
from tests.pipeline.world import World, make_world


@pytest.fixture
def world(catalogue: Catalogue, bus: FakeBus, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from make_world(monkeypatch, bus, clock)
