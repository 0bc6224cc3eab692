"""A fresh directory for one piece of work."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "circletake-work-"


@contextmanager
def fresh_workdir() -> Iterator[Path]:
    """→ an empty directory, gone afterwards. What a killed worker left behind is wiped first.

    A warm Lambda keeps /tmp even when its last invocation was killed; the pid in the name tells the dead from
    the living, because on a laptop several workers share one temporary directory.
    """
    parent = Path(tempfile.gettempdir())
    for left in parent.glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX).split("-", 1)[0]
        if int(pid) == os.getpid() or not Path(f"/proc/{pid}").exists():
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent) as fresh:
        yield Path(fresh)
