"""The end of a studio: of its processes, of its folder, and of the file beside it that said where it is.

As a process (`python -m infra.local.tether PID FOLDER`) it ends a studio whose starter was killed. It holds
the read end of a pipe from the starter, which the system closes however the starter ends. A starter that
wants the studio to live on, or has ended it, writes one byte first.
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path

from infra.local import processes


def state_file(folder: Path) -> Path:
    """A studio's folder → the file beside it that tells others where the studio is."""
    return folder.with_name(f"{folder.name}.json")


def pid_file(folder: Path, program: str) -> Path:
    """A studio's folder → the file that names the process of a program beside the engine, a module of ours."""
    return folder / f"{program}.pid"


def end(pid: int, folder: Path) -> None:
    """Kill the engine, the handlers and all that they started; then remove what they and we wrote."""
    state_file(folder).unlink(missing_ok=True)  # first, so that nobody finds a studio that is going
    processes.end(pid)
    clear(folder)


def clear(folder: Path) -> None:
    """End what runs beside an engine that is gone, and remove what the studio left."""
    state_file(folder).unlink(missing_ok=True)
    for file in folder.glob("*.pid"):
        beside = int(file.read_text())
        if file.stem in processes.command(beside):  # and not a stranger after a reboot
            processes.end(beside)
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):  # another studio still has its folder there
        folder.parent.rmdir()


def main(pid: str, folder: str) -> None:
    """Wait until the pipe closes. Unless a byte came first, end the studio."""
    if not os.read(sys.stdin.fileno(), 1):
        end(int(pid), Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
