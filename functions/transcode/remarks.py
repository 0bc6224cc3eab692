"""What the detectors wrote down in the pass → what was seen in each frame, and heard; pieces of a clip become one."""

import bisect
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from circletake.contracts.media import FrameSpan, Loudness
from circletake.media.children import LaunchFailed
from functions.transcode.sound import SAMPLE_RATE
from functions.transcode.watching import COMBS_LOG, EDGES, METER_LOG, PICTURE_LOG, SOFTNESS_LOG, SOUND_LOG, WHITE_LOG


@dataclass(frozen=True, slots=True)
class Seen:
    """Consecutive frames, as the detectors saw them; a run of a single frame counts.

    `changes` is how much each frame differs from the one before it, in percent of full range; `combed` are frames whose
    lines come from two moments; `blurs` are the widths of edges in pixels, by frame, where focus was looked at.
    """

    frames: int
    changes: tuple[float, ...]
    black: tuple[FrameSpan, ...] = ()
    clipped: tuple[FrameSpan, ...] = ()
    combed: tuple[FrameSpan, ...] = ()
    blurs: tuple[tuple[int, float], ...] = ()
    #: The first and the last small picture of a piece.
    edges: tuple[bytes, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound of a whole clip: its loudness, where it is silent, and where its highest peak is."""

    loudness: Loudness
    silent: tuple[FrameSpan, ...] = ()
    peak: FrameSpan | None = None


def seen(directory: Path, frames: int) -> Seen:
    """The logs of a pass over so many frames, a clip's or a piece's → what was seen in them."""
    picture = tuple(_remarks(directory / PICTURE_LOG))
    return Seen(
        frames=frames,
        changes=tuple(float(value) for _, key, value in picture if key == "mafd"),
        black=tuple(_runs(picture, "black", frames)),
        clipped=tuple(_runs(_remarks(directory / WHITE_LOG), "black", frames)),
        combed=_runs_of(frame for frame, _, kind in _remarks(directory / COMBS_LOG) if kind in {"tff", "bff"}),
        blurs=tuple((frame, float(value)) for frame, _, value in _remarks(directory / SOFTNESS_LOG)),
        edges=_edges(directory / EDGES, frames),
    )


def joined(pieces: Sequence[Seen]) -> Seen:
    """What was seen of each piece, in order → what one pass over all of them sees."""
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = _join(whole, piece)
    return whole


def _join(before: Seen, after: Seen) -> Seen:
    if before.edges is None or after.edges is None:
        raise ValueError("what was seen of a piece has no edges")
    shift, (first, last), (begins, ends) = before.frames, before.edges, after.edges
    return Seen(
        frames=shift + after.frames,
        changes=(*before.changes, _change(last, begins), *after.changes[1:]),
        black=merged((*before.black, *_moved(after.black, shift))),
        clipped=merged((*before.clipped, *_moved(after.clipped, shift))),
        combed=merged((*before.combed, *_moved(after.combed, shift))),
        blurs=(*before.blurs, *((frame + shift, blur) for frame, blur in after.blurs)),
        edges=(first, ends),
    )


def _moved(spans: Iterable[FrameSpan], frames: int) -> tuple[FrameSpan, ...]:
    return tuple(FrameSpan(first=span.first + frames, last=span.last + frames) for span in spans)


def merged(spans: Iterable[FrameSpan], gap: int = 0) -> tuple[FrameSpan, ...]:
    """Runs in order → the same, those one that touch, or have at most `gap` frames between them."""
    merged: list[FrameSpan] = []
    for span in spans:
        if merged and span.first <= merged[-1].last + 1 + gap:
            merged[-1] = FrameSpan(first=merged[-1].first, last=max(span.last, merged[-1].last))
        else:
            merged.append(span)
    return tuple(merged)


def _change(before: bytes, after: bytes) -> float:
    """How much two small pictures differ, as scdet reckons it: the mean over all pixels in percent of full range."""
    return round(sum(abs(one - other) for one, other in zip(before, after, strict=True)) * 100 / len(before) / 256, 3)


def _edges(file: Path, frames: int) -> tuple[bytes, bytes] | None:
    if not file.exists():
        return None
    data = file.read_bytes()
    one = len(data) // min(frames, 2)
    return data[:one], data[-one:]


def _remarks(log: Path) -> Iterator[tuple[int, str, str]]:
    """What FFmpeg's `metadata=print` wrote → the moment, the last word of the key, the value; nothing was asked for
    where there is no log. The detectors of pictures have a clock that counts frames, so their moment is the frame."""
    if not log.exists():
        return
    moment = 0
    with log.open() as lines:
        for line in lines:
            if line.startswith("frame:"):
                moment = int(line.partition("pts:")[2].split(maxsplit=1)[0])
            else:
                key, _, value = line.strip().partition("=")
                yield moment, key.rpartition(".")[2], value


def _runs(remarks: Iterable[tuple[int, str, str]], what: str, frames: int) -> Iterator[FrameSpan]:
    """`black_start=3`, `black_end=7` → frames 3 to 6; the detectors' clock counts frames."""
    said = [(key, int(value)) for _, key, value in remarks if key in {f"{what}_start", f"{what}_end"}]
    return _between(said, frames)


def _runs_of(frames: Iterable[int]) -> tuple[FrameSpan, ...]:
    """Frames in order → the runs of them."""
    return merged(FrameSpan(first=frame, last=frame) for frame in frames)


def _between(said: Iterable[tuple[str, int]], frames: int) -> Iterator[FrameSpan]:
    """Where something began and ended → its frames; what has no end lasts to the last frame."""
    starts: list[int] = []
    ends: list[int] = []
    for key, frame in said:
        (starts if key.endswith("_start") else ends).append(frame)
    for start, end in itertools.zip_longest(starts, ends, fillvalue=frames):
        if start < min(end, frames):
            yield FrameSpan(first=start, last=min(end, frames) - 1)


def heard(directory: Path, log: str, times: Sequence[Fraction]) -> Heard:
    """What the pass wrote of a clip's sound, the end of FFmpeg's own log, when each frame is shown → what is heard."""
    # A frame is silent when all of it is: the first that begins in silence, the last before the one that ends it.
    said = [
        (
            key,
            bisect.bisect_left(times, Fraction(value))
            if key == "silence_start"
            else bisect.bisect_right(times, Fraction(value)) - 1,
        )
        for _, key, value in _remarks(directory / SOUND_LOG)
        if key in {"silence_start", "silence_end"}
    ]
    return Heard(
        loudness=loudness(log),
        silent=tuple(_between(said, len(times))),
        peak=_peak(directory / METER_LOG, times),
    )


def _peak(log: Path, times: Sequence[Fraction]) -> FrameSpan | None:
    """The meter tells the highest peak so far after every tenth of a second → the frames of the tenth that holds it."""
    highest, at = 0.0, None
    for sample, _, value in _remarks(log):
        if float(value) > highest:
            highest, at = float(value), Fraction(sample, SAMPLE_RATE)
    if at is None:
        return None
    first = bisect.bisect_right(times, at) - 1
    return FrameSpan(first=first, last=max(first, bisect.bisect_left(times, at + Fraction(1, 10)) - 1))


def loudness(log: str) -> Loudness:
    """The end of FFmpeg's log → EBU R128 of the whole clip; -70 LUFS is the meter's floor, no measurement."""
    # FFmpeg ends the summary's last line in a call of its own: another thread may have said something by then.
    found = dict(re.findall(r"^\s*(I|LRA|Peak):\s+(-?[\d.]+|-?inf|nan) (?:LUFS|LU|dBFS)", log, re.MULTILINE))
    if "I" not in found:
        raise LaunchFailed(f"FFmpeg gave no summary of the loudness: {log[-2000:]}")
    integrated, peak = float(found["I"]), float(found["Peak"])
    measured = math.isfinite(integrated) and integrated > -70
    return Loudness(
        integrated_lufs=integrated if measured else None,
        range_lu=float(found["LRA"]) if measured else None,
        true_peak_dbtp=peak if math.isfinite(peak) else None,
    )
