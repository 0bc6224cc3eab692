"""The whole transcode step against the bare encode of its proxy, and against the script that people write.

Ours counts everything: our Python, the probes before and after, the proof, the hashes of what was made. Against the
script, which hashes and probes too, ours inspects the clip and computes its digest as well.
"""

import io
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import ffmpeg
from botocore.response import StreamingBody

from bench import naive
from bench.rows import Row
from bench.sources import DNXHR, H264, PRORES, PRORES_UHD, TOOLS, Recording, record
from bench.spending import in_turn, ratio
from circletake.cloud.objects import Objects
from circletake.contracts.files import SourceFile
from circletake.contracts.media import Inspection
from circletake.film.digests import Hasher
from circletake.media import launcher
from circletake.media.inspecting import inspect
from circletake.media.outputs import describe
from functions.transcode import graph
from functions.transcode.editorial import EDITORIAL
from functions.transcode.making import Making
from functions.transcode.sources import source_on
from functions.transcode.transcode import OUTPUTS, transcode

#: What is measured: the limit against the bare encode, and against the script.
LIMITS: dict[Recording, tuple[float | None, float | None]] = {
    PRORES: (1.08, 2.5),
    DNXHR: (1.10, None),
    PRORES_UHD: (1.04, 3.3),
    H264: (None, 2.1),
}
_CHUNK_BYTES = 1 << 20
#: The branches of the graph that watch, with nothing in their places.
_BLIND: dict[str, Any] = {
    "close_ups": lambda making: (),
    "watched": lambda picture, *_: [_unseen(picture)],
    "measured": lambda sound, *_: sound,
    "_analysis": lambda picture, *_: _unseen(picture),
}


def measure(*, quick: bool) -> Iterator[Row]:
    pairs = 2 if quick else 5
    with tempfile.TemporaryDirectory() as folder:
        for recording, (over_bare, under_naive) in LIMITS.items():
            long, short = _seconds(recording, quick=quick)
            clip = record(recording, long, Path(folder))
            if over_bare:
                yield _over_bare(recording.name, clip, pairs, over_bare)
            if recording is PRORES:
                yield _bytes_read(recording.name, clip)
            clip = record(recording, short, Path(folder))
            if under_naive:
                yield _under_naive(recording.name, clip, 1 if quick else pairs, under_naive)
            if recording is PRORES:
                yield from _watching(recording.name, clip, pairs)
            if recording is PRORES_UHD:
                yield _memory(recording.name, clip)


def _seconds(recording: Recording, *, quick: bool) -> tuple[int, int]:
    """How long a clip is, and one that is made the way of the script, which takes as long as all else."""
    if not quick:
        return 10, 10
    return (2, 1) if recording is PRORES_UHD else (6, 3)


def _over_bare(name: str, clip: Path, pairs: int, limit: float) -> Row:
    found, into = inspected(clip), clip.with_name("out")
    ways = {
        "step": lambda: step(clip, found, into),
        "bare": lambda: naive.ffmpeg(clip, [*naive.PROXY, str(clip.with_name("bare.mp4"))]),
    }
    share = ratio(in_turn(ways, pairs), "step", "bare")
    return Row(f"whole transcode step ÷ bare proxy encode, {name}", share, pairs, at_most=limit)


def _under_naive(name: str, clip: Path, pairs: int, limit: float) -> Row:
    ways = {
        "ours": lambda: everything(clip, clip.with_name("out")),
        "naive": lambda: naive.make(clip, clip.with_name("naive")),
    }
    times = ratio(in_turn(ways, pairs), "naive", "ours")
    return Row(f"one FFmpeg for each output ÷ ours, {name}", times, pairs, at_least=limit)


def _watching(name: str, clip: Path, pairs: int) -> Iterator[Row]:
    found = inspected(clip)
    ways = {
        "with": lambda: one_pass(clip, found, watched=True),
        "without": lambda: one_pass(clip, found, watched=False),
    }
    share = ratio(in_turn(ways, pairs), "with", "without")
    yield Row(f"the pass with quality control, shots and samples ÷ without, {name}", share, pairs, at_most=1.06)


def _bytes_read(name: str, clip: Path) -> Row:
    """What we and our children ask the kernel to read, from the clip's arrival on.

    Without the proxy, which FFmpeg reads again to put its index in front.
    """
    content, arrived = clip.read_bytes(), clip.with_name(f"arrived{clip.suffix}")
    size = len(content)
    file = SourceFile(key="in", s3_version="1", version="0" * 20, size_bytes=size)
    hasher, found, before = Hasher(["xxh64"]), inspected(clip), _read_so_far()
    store: Any = _Store(content)
    Objects(store).fetch("ingest", file, arrived, lambda _: None, hasher)
    made = one_pass(arrived, found, watched=True)
    arrived.unlink()
    read = _read_so_far() - before - made
    return Row(f"source bytes read ÷ size, digest included, moov at the end, {name}", read / size, 1, at_most=1.01)


class _Store:
    """A bucket with one object, in memory, so that only reads from the disk are counted."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def get_object(self, *, Range: str, **_: str) -> dict[str, Any]:  # noqa: N803 - boto3's own name
        first, last = map(int, Range.removeprefix("bytes=").split("-"))
        return {"Body": StreamingBody(io.BytesIO(self._content[first : last + 1]), last + 1 - first)}


def _read_so_far() -> int:
    """Bytes that this process, its threads and every child that it has waited for have read (Linux counts so)."""
    return int(Path("/proc/self/io").read_text().split()[1])


def _memory(name: str, clip: Path) -> Row:
    # A fresh process, because the peak of children is that of the largest that there ever was.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        peak = fresh.submit(peak_bytes, clip).result()
    return Row(f"peak memory of one transcode, {name}", peak / 1e9, 1, at_most=1.5, unit="GB")


def peak_bytes(clip: Path) -> int:
    """How large this process and the largest of its children, which run one at a time, were while a clip was made."""
    everything(clip, clip.parent / "out")
    return 1024 * sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def inspected(clip: Path) -> Inspection:
    return inspect([clip], size_bytes=clip.stat().st_size, tools=TOOLS, deadline=time.monotonic() + 60)


def step(clip: Path, found: Inspection, into: Path, making: Making | None = None) -> None:
    """What the function `transcode` does with a clip that lies on its disk."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    made = making or Making(found)
    transcode([clip], made, into=into, tools=TOOLS, deadline=time.monotonic() + 600, on_progress=lambda _: None)
    describe(into, {**OUTPUTS, **EDITORIAL}, lambda _: None)


def everything(clip: Path, into: Path) -> None:
    """What all functions together do with a clip: its digest, its inspection, its outputs."""
    hasher = Hasher(["xxh64"])
    with clip.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK_BYTES):
            hasher.update(chunk)
    step(clip, inspected(clip), into)


def one_pass(clip: Path, found: Inspection, *, watched: bool) -> int:
    """The pass alone, with detectors, meters and analysis frames, or nothing in their places → the proxy's bytes."""
    with launcher.workbench([clip]) as bench:
        deadline = time.monotonic() + 600
        sources = [source_on(bench, 0, TOOLS, deadline)]
        blind = mock.patch.multiple(graph, **_BLIND) if not watched else nullcontext()
        with blind:
            made = graph.build(bench, sources, Making(found))
        launcher.run(bench, made, tools=TOOLS, deadline=deadline, file_bytes=1 << 32, on_progress=lambda _: None)
        return (bench.directory / "proxy.mp4").stat().st_size


def _unseen(picture: Any) -> Any:
    return ffmpeg.output(picture, "-", f="null", fps_mode="passthrough")
