"""Work that makes objects by the million and throws few of them away."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Meanwhile nobody looks for objects that hold one another and nothing else holds: that takes a third of the time
    of reading and folding 100,000 rows, and finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
