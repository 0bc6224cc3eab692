"""Run as a program: an offload that kills itself (SIGKILL) at its n-th call to the system, and counts what it wrote.

    python -m tests.transfer.killed FOLDER N COUNTERS

The counters are a mapped file, so they survive the kill: calls, bytes written, bytes read from the card.
"""

import mmap
import os
import signal
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from circletake.transfer import writing
from tests.transfer.offload_card import Set

COUNTERS = struct.Struct("<QQQ")
#: Small enough that a small card has several parts.
PART_BYTES = 4 * 1024 * 1024
_CALLS = ("write", "fsync", "replace", "mkdir", "utime", "ftruncate", "unlink", "readv", "rmdir")


def main(at: Path, kill_at: int, counters: Path) -> None:
    shared = mmap.mmap(os.open(counters, os.O_RDWR), COUNTERS.size)
    lock = threading.Lock()

    def count(calls: int = 0, written: int = 0, read: int = 0) -> int:
        with lock:
            told = [old + new for old, new in zip(COUNTERS.unpack(shared[:]), (calls, written, read), strict=True)]
            shared[:] = COUNTERS.pack(*told)
            return int(told[0])

    def counted(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if count(calls=1) == kill_at:
                if name == "write" and kill_at % 2:
                    # A kill in the middle of a write leaves some of it.
                    count(written=act(arguments[0], memoryview(arguments[1])[: len(arguments[1]) // 2]))
                os.kill(os.getpid(), signal.SIGKILL)
            result = act(*arguments, **named)
            if name == "write":
                count(written=result)
            if name == "readv" and isinstance(arguments[1][0], bytearray):
                count(read=result)
            return result

        return call

    for name in _CALLS:
        setattr(os, name, counted(name, getattr(os, name)))
    writing.PART_BYTES = PART_BYTES
    sys.exit(0 if Set(at / "card" / "A001", at / "A", at / "B").run().is_complete else 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
