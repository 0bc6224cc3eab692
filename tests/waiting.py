"""Waiting for what other processes do."""

import time
from collections.abc import Callable
from typing import Any

import pytest


def eventually(holds: Callable[[], Any], within_s: float = 20.0) -> Any:
    """A question → its first true answer. Fails when there is none in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if answer := holds():
            return answer
        time.sleep(0.1)
    pytest.fail(f"still not so after {within_s:.0f} s")
