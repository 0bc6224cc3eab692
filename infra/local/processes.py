"""Processes of this machine: a process id → everything that it started, and the end of all of it."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path


def family(*pids: int) -> set[int]:
    """Processes → the living ids of themselves, of their groups, and of all that descend from them.

    FFmpeg's launcher may give a child a session of its own, so the group alone is not enough.
    """
    alive = list(_living())
    found = {child for child, _, group in alive if child in pids or group in pids}
    while grown := {child for child, parent, _ in alive if parent in found} - found:
        found |= grown
    return found


def end(pid: int, *, within_s: float = 10.0) -> None:
    """Kill a process and its family, and return when none is left. Raises TimeoutError with who remains."""
    deadline = time.monotonic() + within_s
    # Of who was struck the children are asked for, too: once their parent is dead, nothing leads to them from `pid`.
    struck = {pid}
    while left := family(*struck):
        if time.monotonic() > deadline:
            raise TimeoutError(f"processes {sorted(left)} of {pid} would not end")
        for member in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        struck |= left
        with contextlib.suppress(ChildProcessError):  # not our child: whoever inherited it reaps it
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)


def command(pid: int) -> str:
    """A process → its command line, empty when there is no such process."""
    if Path("/proc/self/stat").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    return _ps("-ww", "-p", str(pid), "-o", "command=")  # -ww: whole, however narrow the terminal is


def _living() -> list[tuple[int, int, int]]:
    """Every process that is not a zombie, as (id, parent, group)."""
    if not Path("/proc/self/stat").exists():  # macOS
        rows = [line.split() for line in _ps("-axo", "pid=,ppid=,pgid=,stat=").splitlines()]
        return [(int(a), int(b), int(c)) for a, b, c, state in rows if not state.startswith("Z")]
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
            # The command name stands in parentheses and may hold anything, so read behind the last one.
            state, parent, group = stat.read_text(errors="replace").rpartition(")")[2].split()[:3]
            if state not in "ZX":
                found.append((int(stat.parent.name), int(parent), int(group)))
    return found


def _ps(*arguments: str) -> str:
    return subprocess.run(["ps", *arguments], check=False, capture_output=True, text=True).stdout
