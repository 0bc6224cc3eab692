"""A model is loaded once a session: `loaded(AnalysisKind.FACES)`."""

from collections.abc import Callable
from functools import cache

import pytest

from circletake.contracts.analysis import AnalysisKind
from models.analyse import capability
from models.capability import Capability, Device


@pytest.fixture(scope="session")
def loaded() -> Callable[[AnalysisKind], Capability]:
    """A kind → its model, on two threads of the processor."""
    return cache(lambda kind: capability(kind)(Device("cpu", threads=2)))
