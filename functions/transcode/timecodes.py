"""The timecodes that the files of a clip begin at → where one does not follow from the one before."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from circletake.contracts.media import Inspection
from circletake.film.timing import Timecode


@dataclass(frozen=True, slots=True)
class Jump:
    """A frame whose stated timecode is not the one that follows."""

    frame: int
    expected: Timecode
    found: Timecode


def jumps(inspection: Inspection) -> Iterator[Jump]:
    """A clip → where its timecode jumps between two files; what states none is held against nothing."""
    rate = inspection.video.rate
    before: tuple[int, Timecode] | None = None
    firsts = accumulate(inspection.span_frames, initial=0)
    for first, label in zip(firsts, inspection.span_timecodes, strict=False):
        if label is None or inspection.video.variable_rate:
            continue
        found = Timecode.parse(label, rate)
        if before is not None and found != before[1] + (first - before[0]):
            yield Jump(first, before[1] + (first - before[0]), found)
        before = first, found
