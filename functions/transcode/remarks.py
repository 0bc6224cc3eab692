"""What the detectors wrote down in the pass → cuts, spans of frames, loudness."""

import bisect
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from circletake.contracts.media import FrameSpan, Loudness
from circletake.media.children import LaunchFailed
from functions.transcode.watching import LEAST_S


def _remarks(log: Path) -> Iterator[tuple[int, str, str]]:
    """What FFmpeg's `metadata=print` wrote → frame number, the last word of the key, the value."""
    frame = 0
    with log.open() as lines:
        for line in lines:
            if line.startswith("frame:"):
                frame = int(line[6:].split(maxsplit=1)[0])
            else:
                key, _, value = line.strip().partition("=")
                yield frame, key.rpartition(".")[2], value


def picture_remarks(log: Path, rate: Fraction, frames: int) -> dict[str, Any]:
    """What scdet, blackdetect and freezedetect remarked → cuts, and spans of black and frozen frames."""
    cuts: list[int] = []
    edges: dict[str, list[int]] = {"black_start": [], "black_end": [], "freeze_start": [], "freeze_end": []}
    for frame, key, value in _remarks(log):
        if key == "time":
            cuts.append(frame)
        elif key in edges:
            # The detectors' clock counts frames at this rate, so their seconds are whole frames again.
            edges[key].append(round(Fraction(value) * rate))
    return {
        "scene_changes": tuple(cuts),
        "black": tuple(_spans(edges["black_start"], edges["black_end"], frames, least=LEAST_S * rate)),
        "frozen": tuple(_spans(edges["freeze_start"], edges["freeze_end"], frames, least=LEAST_S * rate)),
    }


def silences(log: Path, times: Sequence[Fraction]) -> Iterator[FrameSpan]:
    edges: dict[str, list[int]] = {"silence_start": [], "silence_end": []}
    for _, key, value in _remarks(log):
        if key in edges:
            edges[key].append(bisect.bisect_left(times, Fraction(value)))
    return _spans(edges["silence_start"], edges["silence_end"], len(times), least=Fraction(1))


def _spans(starts: Sequence[int], ends: Sequence[int], frames: int, least: Fraction) -> Iterator[FrameSpan]:
    """Where something began and ended → its frames; what has no end lasts to the last frame."""
    for start, end in itertools.zip_longest(starts, ends, fillvalue=frames):
        if start < min(end, frames) and min(end, frames) - start >= least:
            yield FrameSpan(first=start, last=min(end, frames) - 1)


def loudness(log: str) -> Loudness:
    """The end of FFmpeg's log → EBU R128 of the whole clip; -70 LUFS is the meter's floor, no measurement."""
    found = dict(re.findall(r"^\s*(I|LRA|Peak):\s+(-?[\d.]+|-?inf|nan) (?:LUFS|LU|dBFS)$", log, re.MULTILINE))
    if "I" not in found:
        raise LaunchFailed(f"FFmpeg gave no summary of the loudness: {log[-2000:]}")
    integrated, peak = float(found["I"]), float(found["Peak"])
    measured = math.isfinite(integrated) and integrated > -70
    return Loudness(
        integrated_lufs=integrated if measured else None,
        range_lu=float(found["LRA"]) if measured else None,
        true_peak_dbtp=peak if math.isfinite(peak) else None,
    )
