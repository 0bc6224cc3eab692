"""What work costs, told so that it is the same beside any other test."""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest


def calls(work: Callable[[], object]) -> int:
    """Work → how many functions it called: Python's own and those of C, the same in every run and on every machine."""
    made = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return made


@contextmanager
def within_cpu(seconds: float) -> Iterator[None]:
    """Fails when what stands in it took this thread longer: a net under what could take hours, with room to spare.

    The collector rests meanwhile: it goes through all that the tests before have left, which took a second at times.
    """
    was_on = gc.isenabled()
    gc.disable()
    began = time.thread_time()
    try:
        yield
        took = time.thread_time() - began
    finally:
        if was_on:
            gc.enable()
    if took >= seconds:
        pytest.fail(f"took {took:.1f} s of CPU; at most {seconds:g} s")
