"""A card, made: what an offload is tried on, and what a copy of it must be."""

import os
import random
from dataclasses import dataclass
from pathlib import Path

from ascmhl.hasher import hash_file
from ascmhl.history import MHLHistory

from circletake.contracts.files import OffloadReport
from circletake.transfer.metering import Meter
from circletake.transfer.offloading import offload
from circletake.transfer.outcome import Outcome
from circletake.transfer.planning import make_plan

_OURS = {"ascmhl", ".circletake"}


@dataclass(frozen=True)
class Set:
    """A card in its reader and two volumes."""

    card: Path
    a: Path
    b: Path

    @property
    def copies(self) -> tuple[Path, Path]:
        return self.a / "A001", self.b / "A001"

    def run(self, meter: Meter | None = None, algorithm: str | None = None) -> Outcome:
        plan = make_plan(self.card, [("A", self.a), ("B", self.b)], "A001", algorithm)
        try:
            return offload(plan, meter or Meter())
        finally:
            plan.close()


def make_set(at: Path, *, large_bytes: int = 3_000_000, small_files: int = 12) -> Set:
    """A card like a RED magazine: a large clip, many small files, an empty file, empty folders; two empty volumes."""
    bytes_of = random.Random(7)
    card = at / "card" / "A001"
    files = {
        "A001.RDM/A001_C001.RDC/A001_C001_001.R3D": large_bytes,
        "A001.RDM/A001_C001.RDC/A001_C001_002.R3D": large_bytes // 2 + 1,
        "A001.RDM/A001_C001.RDC/A001_C001.RMD": 0,
        **{f"A001.RDM/A001_C{n:03}.RDC/A001_C{n:03}.RMD": 700 * n for n in range(2, 2 + small_files)},
        "digital_magdynamic.log": 5000,
    }
    for number, (path, size) in enumerate(files.items()):
        (card / path).parent.mkdir(parents=True, exist_ok=True)
        (card / path).write_bytes(bytes_of.randbytes(size))
        # Before 1970 there is no film in a file; odd nanoseconds are kept all the same.
        os.utime(card / path, ns=(10**18 + number, 10**18 + number * 1_000_000_007))
    (card / "PRIVATE" / "EMPTY").mkdir(parents=True)
    for volume in ("A", "B"):
        (at / volume).mkdir()
    return Set(card, at / "A", at / "B")


def tree(root: Path) -> dict[str, tuple[bytes, int] | None]:
    """A folder → path → (bytes, mtime) of files, None for folders; without what is ours."""
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns) if path.is_file() else None
        for path in sorted(root.rglob("*"))
        if path.relative_to(root).parts[0] not in _OURS and not path.is_symlink()
    }


def manifests(copy: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (copy / "ascmhl").iterdir()}


def report(copy: Path) -> OffloadReport | None:
    path = copy / ".circletake" / "offload.json"
    return OffloadReport.model_validate_json(path.read_bytes()) if path.exists() else None


def is_accepted_by_the_reference(copy: Path, algorithm: str = "xxh64") -> bool:
    """Whether ascmhl loads the history, and finds in it for every file the digest that it makes itself."""
    history = MHLHistory.load_from_path(str(copy))
    files = [path for path, content in tree(copy).items() if content is not None]
    for path in files:
        entry = history.find_original_hash_entry_for_path(path)
        if entry is None or entry.hash_format != algorithm:
            return False
        if entry.hash_string != hash_file(str(copy / path), algorithm):
            return False
    return len(history.hash_lists) == len(history.chain.generations) > 0
