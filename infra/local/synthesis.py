"""The sources of the stack → its cloud assembly, synthesised again only when a source has changed."""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from infra.local import LocalError
from infra.local.engine import ROOT

#: Not where `make synth` writes: there the models are off, as they are in AWS until somebody enables them.
ASSEMBLY = ROOT / "build" / "studio"
#: Here the model server is a process of this checkout, whatever instance is named and whichever models were promoted.
_CONTEXT = ("--context", "analyse=ml.g5.xlarge", "--context", "analyse_model=")
_SOURCES = ("circletake", "functions", "infra", "models", "web/dist", "requirements", "cdk.json")


def fresh(say: Callable[[str], None]) -> Path:
    """→ the assembly of the sources as they are now. A synthesis takes 10 to 30 s, finding none needed 0."""
    stamp, now = ASSEMBLY.with_suffix(".sources"), _fingerprint()
    ASSEMBLY.parent.mkdir(exist_ok=True)
    with ASSEMBLY.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two studios that start at once need one synthesis
        if not (ASSEMBLY.is_dir() and stamp.is_file() and stamp.read_text() == now):
            say("Synthesising the stack")
            command = [sys.executable, "-m", "infra.app", "--out", str(ASSEMBLY), *_CONTEXT]
            done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
            if done.returncode != 0:
                raise LocalError(f"python -m infra.app failed:\n{done.stderr[-3000:].strip()}")
            stamp.write_text(now)
    return ASSEMBLY


def _fingerprint() -> str:
    """Names, sizes and times of the sources. `infra/local` is not part of what is deployed."""
    seen = hashlib.sha256()
    for source in _SOURCES:
        top = ROOT / source
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts and ROOT / "infra" / "local" not in path.parents:
                seen.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return seen.hexdigest()
