"""A clip made in pieces and joined, against the same clip made in one pass.

Fetching is left out on both sides: a whole clip and the parts of its pieces lie there before the clock runs. That both
hold the same frames, moments and samples is proven by the tests; here are the costs.
"""

import math
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.rows import Row
from bench.sources import H264, PRORES, TOOLS, Recording, record
from bench.spending import in_turn, ratio
from circletake.contracts.media import Inspection, Piece
from circletake.media.byte_ranges import Contents, Part, contents, gather
from circletake.media.children import start
from circletake.media.inspecting import inspect
from functions.transcode.assembling import assemble
from functions.transcode.making import Making
from functions.transcode.pieces import transcode_piece
from functions.transcode.transcode import transcode

_PIECE_S = 10
#: What is measured: the length of a piece in seconds, and how much more than the whole it may cost.
LIMITS: dict[Recording, dict[int, float]] = {PRORES: {10: 1.03, 2: 1.08}, H264: {10: 1.10}}
_WORKER: dict[str, Any] = {"tools": TOOLS, "on_progress": lambda frames: None}


@dataclass(frozen=True)
class Cut:
    """A clip that is cut: its pieces, and the parts of each as they were fetched."""

    clip: Path
    found: Inspection
    original: Contents
    parts: tuple[tuple[Piece, tuple[Part, ...]], ...]
    read_bytes: int


def measure(*, quick: bool) -> Iterator[Row]:
    pairs, length = (1, 12) if quick else (5, 20)
    with tempfile.TemporaryDirectory() as folder:
        for recording, limits in LIMITS.items():
            clip = record(recording, length, Path(folder))
            found = inspect([clip], size_bytes=clip.stat().st_size, tools=TOOLS, deadline=time.monotonic() + 60)
            cuts = {seconds: cut(clip, found, seconds) for seconds in limits}
            ways: dict[str, Callable[[], object]] = {
                f"{seconds} s": partial(pieces, cuts[seconds]) for seconds in limits
            }
            spent = in_turn({"whole": partial(whole, clip, found), **ways}, pairs)
            for seconds, limit in limits.items():
                name = f"{seconds} s pieces ÷ whole, {recording.name}"
                yield Row(f"CPU of {name}", ratio(spent, f"{seconds} s", "whole"), pairs, at_most=limit)
                yield from _compared(clip, cuts[seconds], name, limited=seconds >= _PIECE_S, quick=quick)
            clip.unlink()


def _compared(clip: Path, cut: Cut, name: str, *, limited: bool, quick: bool) -> Iterator[Row]:
    one, joined = clip.parent / "whole" / "proxy.mp4", _into(cut) / "proxy.mp4"
    size = joined.stat().st_size / one.stat().st_size
    # x264 codes the first picture of all by its own measure and every later keyframe by the pictures before it, here
    # more than twice as large: of a second or two that is a tenth of the bytes, and was measured to be no loss.
    most, least = (1.03, 0.97) if limited else (None, None)
    yield Row(f"bytes of the proxy of {name}", size, 1, at_most=most, at_least=least)
    yield Row(f"bytes read of {name}", cut.read_bytes / clip.stat().st_size, 1)
    # In haste, the two seconds before and after the first seam of all.
    only = ("-ss", str(_PIECE_S - 2), "-t", "4") if quick else ()
    lost = vmaf(one, clip, *only) - vmaf(joined, clip, *only)
    yield Row(f"VMAF lost by {name}", lost, 1, at_most=0.2, unit="points")


def cut(clip: Path, found: Inspection, seconds: int) -> Cut:
    """A clip and how long a piece lasts → its pieces, fetched."""
    size, read = clip.stat().st_size, 0
    length = seconds * math.ceil(found.video.rate)
    firsts = range(0, found.video.frames, length)

    def fetch(span: int, ranges: Sequence[range], to: Path, at: int) -> None:
        nonlocal read
        with clip.open("rb") as opened, to.open("r+b") as part:
            part.seek(at)
            for wanted in ranges:
                opened.seek(wanted.start)
                read += part.write(opened.read(len(wanted)))

    def read_at(start: int, length: int) -> bytes:
        with clip.open("rb") as opened:
            opened.seek(start)
            return opened.read(length)

    original = contents(size, read_at)
    assert original is not None
    parts = []
    for number, first in enumerate(firsts):
        piece = Piece(number=number, of=len(firsts), first=first, count=min(length, found.video.frames - first))
        into = clip.parent / f"{clip.stem}, {seconds}-{number}"
        into.mkdir()
        parts.append((piece, gather(found, piece, {0: original}, fetch, into)))
    return Cut(clip, found, original, tuple(parts), read)


def whole(clip: Path, found: Inspection) -> None:
    into = _fresh(clip.parent / "whole")
    transcode([clip], Making(found), into=into, deadline=time.monotonic() + 600, **_WORKER)


def pieces(cut: Cut) -> None:
    """Every piece, and what they are joined to."""
    making, deadline, made = Making(cut.found), time.monotonic() + 600, []
    for piece, parts in cut.parts:
        made.append(_fresh(parts[0].file.parent / "out"))
        transcode_piece(parts, making, piece, into=made[-1], deadline=deadline, **_WORKER)
    assemble(made, [cut.original], making, into=_fresh(_into(cut)), deadline=deadline, **_WORKER)


def _into(cut: Cut) -> Path:
    return cut.clip.parent / f"{cut.clip.stem}, {len(cut.parts)} joined"


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def vmaf(proxy: Path, original: Path, *only: str) -> float:
    """A proxy and its original → how alike they look, of 100, by every fifth frame; `only` says of which part."""
    compare = (
        "[1:v]scale=1280:720:flags=bicubic,format=yuv420p[original];[0:v][original]libvmaf=n_subsample=5:n_threads=2"
    )
    assert TOOLS.ffmpeg is not None
    inputs = [*only, "-i", str(proxy), *only, "-i", str(original)]
    said = start(
        TOOLS.ffmpeg, [*inputs, "-lavfi", compare, "-f", "null", "-"], proxy.parent,
        deadline=time.monotonic() + 600, file_bytes=0, on_line=lambda _: None, heartbeat=lambda: None,
        readable=[original.parent],
    )  # fmt: skip
    found = re.search(r"VMAF score: ([\d.]+)", said.summary)
    assert found, said.summary
    return float(found[1])
