"""How many frames a file has, by what it declares and by its packets, and how long they last."""

import os
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from circletake.contracts.errors import Code, Rejected
from circletake.media import codecs
from circletake.media.boxes import leaves_frames_without_moment
from circletake.media.launcher import Workbench
from circletake.media.probing import Packets, decoded_count, packets
from circletake.media.sniff import AVI, MP4, MXF, QUICKTIME
from circletake.media.tools import Tools

#: A camera that shows nothing new for this long is not recording; a forged timestamp is.
_MAX_GAP_S = 60
_ASK_POST = "Open the clip in the camera; if it plays there, send it to post engineering with this message."
_COPY_AGAIN = "Copy it again from the card before the card is formatted."


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of one file, how they lie in time, and whether they had to be counted."""

    packets: Packets
    frames: int
    counted: bool


def count_frames(bench: Workbench, number: int, picture: dict[str, Any], tools: Tools, deadline: float) -> Frames:
    """How many frames there are: as declared when the packets agree, else as counted."""
    # MXF declares its length in edit units of the picture, one a frame.
    mxf = bench.containers[number] == MXF
    declared = int(picture.get("duration_ts" if mxf else "nb_frames", 0))
    file = bench.directory / f"in{number}"
    if mxf and _has_holes(file):
        # Packets of MXF are found by walking the essence, which was not fetched; its index declares them.
        if not declared:
            raise Rejected(Code.NO_ROUTE, "This MXF file is too large to count and declares no length.", _ASK_POST)
        return Frames(Packets(Fraction(1), None, declared, declared, None), declared, counted=False)
    timing = packets(bench, number, picture, tools=tools, deadline=deadline)
    if timing.moments is not None:
        if len(set(timing.moments)) < len(timing.moments):
            raise Rejected(Code.CORRUPT_ESSENCE, "Two frames of this file claim the same moment.", _COPY_AGAIN)
        gap = max((late - early for early, late in pairwise(timing.moments)), default=0)
        if gap * timing.time_base > _MAX_GAP_S:
            raise Rejected(
                Code.LIMIT_EXCEEDED,
                f"This file shows one frame for longer than {_MAX_GAP_S} seconds, as no camera does.",
                _ASK_POST,
            )
        if _is_astray(timing, gap):
            raise Rejected(
                Code.CORRUPT_ESSENCE,
                "A frame of this file claims a moment far from all others, so its table of times is damaged.",
                _COPY_AGAIN,
            )
    if bench.containers[number] in (QUICKTIME, MP4) and timing.places is not None and timing.places < timing.count:
        raise Rejected(
            Code.LIMIT_EXCEEDED,
            f"The edit list of this file makes {timing.count} frames of {timing.places}, as no camera does.",
            _ASK_POST,
        )
    if _hides_in_between(timing) or (timing.hidden and _is_half_told(file)):
        raise Rejected(
            Code.CORRUPT_ESSENCE,
            "This file hides frames in between others, as no edit list does, so its table of times is damaged.",
            _COPY_AGAIN,
        )
    if picture["codec_name"] in codecs.COUNTED_BY_DECODING:
        shown = decoded_count(bench, number, picture, tools=tools, deadline=deadline)
        return Frames(timing, shown, counted=True)
    if timing.count == 0:
        raise Rejected(Code.INCOMPLETE_MEDIA, f"No frame of the {declared} declared is there.", _COPY_AGAIN)
    there = timing.every
    if bench.containers[number] == AVI and timing.moments is not None:
        # Where an AVI recorder had no new frame it declares one and writes an empty chunk, which is no packet: what
        # counts is how far the moments reach, if the last frame stays as long as the one before it.
        last, before = timing.moments[-1], timing.moments[-2] if timing.count > 1 else timing.moments[-1] - 1
        there = max(there, last + (last - before))
    if declared > there:
        raise Rejected(
            Code.INCOMPLETE_MEDIA,
            f"This file declares {declared} frames and only {there} of them are there.",
            _COPY_AGAIN,
        )
    return Frames(timing, timing.count, counted=timing.count != declared)


def _is_astray(timing: Packets, gap: int) -> bool:
    """Whether a hidden frame lies elsewhere than right before or after what is shown, where an edit list hides some."""
    near = max(Fraction(gap), 1 / timing.time_base)
    every = sorted((*(timing.moments or ()), *timing.hidden))
    return bool(timing.hidden) and any(late - early > near for early, late in pairwise(every))


def _hides_in_between(timing: Packets) -> bool:
    """Whether a hidden frame would be shown after the first and before the last that is: a trim hides none of those."""
    shown = timing.moments or ()
    return bool(shown) and any(shown[0] <= moment <= shown[-1] for moment in timing.hidden)


def _is_half_told(file: Path) -> bool:
    with file.open("rb") as data:
        return leaves_frames_without_moment(
            file.stat().st_size, lambda start, length: os.pread(data.fileno(), length, start)
        )


def _has_holes(file: Path) -> bool:
    status = file.stat()
    return status.st_blocks * 512 < status.st_size


def duration_of(timing: Packets, rate: Fraction, variable: bool, frames: int) -> Fraction:
    """How long the frames of a file last, in seconds."""
    if not variable or timing.moments is None:
        return frames / rate
    last = (timing.last_ticks or 0) * timing.time_base or 1 / rate
    return (timing.moments[-1] - timing.moments[0]) * timing.time_base + last
