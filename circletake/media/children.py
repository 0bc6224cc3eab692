"""The only place where another program starts: behind walls, with limits and a deadline, and gone afterwards."""

import os
import re
import resource
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from circletake.contracts.errors import Code, Rejected
from circletake.media import isolation

#: The longest that a healthy child is silent; a caller's lease is renewed at least as often.
_HEARTBEAT_S = 5.0
#: How much of what a child says is kept: its first complaints, and the end, with a summary of every file of a clip.
_FIRST_LINES, _LAST_LINES = 200, 2_000


class Overrun(Exception):  # noqa: N818 - not an error of a program, an end of its time
    """The child was killed because its time was over."""


class LaunchFailed(Exception):  # noqa: N818
    """A child failed in a way that is not known to be the footage's fault."""


@dataclass(slots=True)
class Said:
    """A finished child: its status, its first complaints, and its last lines."""

    status: int
    complaints: list[str]
    summary: str


def start(
    program: Path,
    arguments: Sequence[str],
    directory: Path,
    *,
    deadline: float,
    file_bytes: int,
    on_line: Callable[[str], None],
    heartbeat: Callable[[], None],
    complaint: str = r"\[(error|fatal|panic)\]",
    readable: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
) -> Said:
    """Run one walled-in child to its end; every line of its stdout goes to `on_line`. Kills its whole group.

    `complaint` is what a line of stderr looks like that must be remembered; `readable` are folders that the child
    may read and run programs from, besides its own directory and the system's libraries; its environment is empty but
    for `environment`. Raises `Overrun`.
    """
    seconds_left = deadline - time.monotonic()
    if seconds_left <= 0:
        raise Overrun("no time was left to start")
    isolation.conceal()
    limits = isolation.Limits(file_bytes=file_bytes, cpu_s=int(seconds_left * (os.cpu_count() or 1)) + 1)
    with isolation.walls(program, directory, limits, readable) as put_up:
        child = subprocess.Popen(
            [program, *arguments],
            env=dict(environment or {}), cwd=directory,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True, preexec_fn=put_up,  # noqa: PLW1509 - it makes nothing but system calls
        )  # fmt: skip
    complaints: list[str] = []
    last: deque[str] = deque(maxlen=_LAST_LINES)

    def complain(line: str) -> None:
        last.append(line)
        if len(complaints) < _FIRST_LINES and re.search(complaint, line):
            complaints.append(line)

    try:
        assert child.stdout is not None and child.stderr is not None  # noqa: S101, PT018 - both are pipes above
        with selectors.DefaultSelector() as ready, child.stdout, child.stderr:
            ready.register(child.stdout, selectors.EVENT_READ, _Lines(on_line))
            ready.register(child.stderr, selectors.EVENT_READ, _Lines(complain))
            next_beat = time.monotonic() + _HEARTBEAT_S
            while ready.get_map():
                now = time.monotonic()
                if now >= deadline:
                    raise Overrun(f"killed after {seconds_left:.0f} s")
                if now >= next_beat:
                    heartbeat()
                    next_beat = now + _HEARTBEAT_S
                for key, _ in ready.select(min(deadline, next_beat) - now):
                    chunk = os.read(key.fd, 1 << 16)
                    key.data.feed(chunk)
                    if not chunk:
                        ready.unregister(key.fileobj)
        return Said(child.wait(max(0, deadline - time.monotonic())), complaints, "\n".join(last))
    except subprocess.TimeoutExpired as over:
        raise Overrun(f"killed after {seconds_left:.0f} s") from over
    finally:
        # Whatever ended us, nothing of the child outlives this call. Until it is waited for, its number is its own.
        if child.returncode is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def cpu_s() -> float:
    """→ the CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def start_unwalled(program: Path, arguments: Sequence[str]) -> None:
    """Run a program on material of our own making, to its end. Raises `LaunchFailed`."""
    done = subprocess.run([program, *arguments], env={}, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise LaunchFailed(done.stderr.decode(errors="replace")[-4000:])


def stopped(what: str) -> Rejected:
    """Why a child that read a file had to be stopped → the verdict on the file."""
    return Rejected(
        Code.LIMIT_EXCEEDED,
        f"This file was stopped because {what}.",
        "Open the clip in the camera; if it plays there, send it to post engineering with this message.",
    )


class _Lines:
    """Bytes as they come → whole lines, cut where no sane line would be longer."""

    def __init__(self, take: Callable[[str], None]) -> None:
        self._take = take
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        *whole, self._rest = (self._rest + chunk).split(b"\n") if chunk else (self._rest, b"")
        for line in whole:
            self._take(line.decode("utf-8", "replace").rstrip("\r"))
        if len(self._rest) > 1 << 20:
            raise stopped("a single value in it is longer than a megabyte")
