"""The models of a studio: a process beside its engine that stands in for SageMaker's endpoints, and what it tells."""

import contextlib
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local import LocalError, engine, tether

_PROGRAM = "infra.local.inference"
READY_WITHIN_S = 30.0
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Models:
    """What analyses: the command of a model server, and by how much the minutes of its scaling are shorter here.

    By default the alarm that wakes it rings after 2 s instead of a minute, and it sleeps after 30 s, not 15 minutes.
    """

    server: Sequence[str] = (sys.executable, "-m", "models.server", "serve")
    faster: float = 30.0


def start(folder: Path, engine_at: str, port: int, models: Models, environment: Mapping[str, str]) -> None:
    """A deployed studio's folder and engine → its endpoints, served on that port of loopback. Raises LocalError."""
    told = [engine_at, str(port), "--faster", str(models.faster), "--", *models.server]
    with log(folder).open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", _PROGRAM, *told],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=engine.ROOT,
            env={**engine.bare(folder), **environment},
            start_new_session=True,
        )
    tether.pid_file(folder, _PROGRAM).write_text(str(process.pid))
    deadline = time.monotonic() + READY_WITHIN_S
    ready = False
    while not ready and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
        ready = _answers(port)
    process.returncode = 0  # it is reaped by its id, by whoever ends the studio
    if not ready:
        tail = "\n".join(log(folder).read_text(errors="replace").splitlines()[-15:])
        raise LocalError(
            f"The models' endpoints did not get ready within {READY_WITHIN_S:.0f} s. Their log ends:\n{tail}"
        )


def log(folder: Path) -> Path:
    """A studio's folder → what its endpoints and its model servers say."""
    return folder / "analysis.log"


def status(address: str) -> list[dict[str, Any]]:
    """Where the endpoints are → each with its instances, and what waits. Raises OSError when nobody answers."""
    with _direct.open(f"{address}/status", timeout=5) as answer:
        told: list[dict[str, Any]] = json.load(answer)
    return told


def _answers(port: int) -> bool:
    with contextlib.suppress(urllib.error.URLError, ConnectionError):
        return bool(status(f"http://127.0.0.1:{port}"))
    return False
