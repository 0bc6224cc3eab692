"""A card onto two volumes, verified, against what people do by hand: copy twice, then hash the card and both copies."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bench.rows import Row

_OFFLOAD = (
    "import sys; from pathlib import Path\n"
    "from circletake.transfer.metering import Meter\n"
    "from circletake.transfer.offloading import offload\n"
    "from circletake.transfer.planning import make_plan\n"
    "card, a, b = map(Path, sys.argv[1:])\n"
    "plan = make_plan(card, [('A', a), ('B', b)], 'A001')\n"
    "assert all(copy.status == 'VERIFIED' for copy in offload(plan, Meter()).copies)\n"
)
#: As `xxh64sum` does it, in the same Python, so that both pay for its start.
_HASH = (
    "import sys, xxhash; from pathlib import Path\n"
    "buffer = bytearray(4 << 20)\n"
    "for path in Path(sys.argv[1]).rglob('*'):\n"
    "    if path.is_file():\n"
    "        hasher, file = xxhash.xxh64(), path.open('rb', buffering=0)\n"
    "        while length := file.readinto(buffer): hasher.update(memoryview(buffer)[:length])\n"
)
SMALL_BYTES = 4000


def measure(*, quick: bool) -> Iterator[Row]:
    pairs, megabytes = (1, 64) if quick else (7, 256)
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        card = _card(at / "large", files=4, size_bytes=megabytes << 20)
        ratios = [_offload(at, card) / _by_hand(at, card) for _ in range(pairs)]
        few, many = (_card(at / f"small-{count}", files=count, size_bytes=SMALL_BYTES) for count in (100, 5000))
        growth = [_a_file(at, many, 5000) / _a_file(at, few, 100) for _ in range(1 if quick else 3)]
    yield Row("CPU of an offload to two volumes, to cp twice and xxh64 thrice", median(ratios), pairs)
    yield Row("CPU a file of an offload, 5,000 small ones to 100", median(growth), len(growth), at_most=1.1)


def _card(at: Path, files: int, size_bytes: int) -> Path:
    for number in range(files):
        clip = at / f"D{number // 100:03}" / f"A001C{number:04}.mov"
        clip.parent.mkdir(parents=True, exist_ok=True)
        clip.write_bytes(os.urandom(size_bytes))
    return at


def _offload(at: Path, card: Path) -> float:
    return _spent(at, lambda a, b: _run(sys.executable, "-c", _OFFLOAD, str(card), str(a), str(b)))


def _a_file(at: Path, card: Path, files: int) -> float:
    """CPU seconds a file, without those of the program's own start."""
    start = _spent(at, lambda a, b: _run(sys.executable, "-c", _OFFLOAD.split("card,", maxsplit=1)[0]))
    return (_offload(at, card) - start) / files


def _by_hand(at: Path, card: Path) -> float:
    def by_hand(a: Path, b: Path) -> None:
        for volume in (a, b):
            _run("cp", "-a", str(card), str(volume / "A001"))
            _run("sync", str(volume))
        for root in (card, a / "A001", b / "A001"):
            _run(sys.executable, "-c", _HASH, str(root))

    return _spent(at, by_hand)


def _spent(at: Path, act: Callable[[Path, Path], None]) -> float:
    """Something done with two empty volumes → the CPU seconds of its programs."""
    volumes = at / "A", at / "B"
    for volume in volumes:
        volume.mkdir()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    act(*volumes)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    for volume in volumes:
        shutil.rmtree(volume)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
