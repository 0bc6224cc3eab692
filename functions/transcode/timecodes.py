"""The timecodes that a clip's files state, each at its frame → where one does not follow from the one before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from circletake.film.timing import Timecode


@dataclass(frozen=True, slots=True)
class Jump:
    """A frame whose stated timecode is not the one that follows."""

    frame: int
    expected: Timecode
    found: Timecode


def jumps(stated: Iterable[tuple[int, Timecode]]) -> Iterator[Jump]:
    """What is stated at which frame of the clip, in order → where it jumps."""
    before: tuple[int, Timecode] | None = None
    for frame, found in stated:
        if before is not None:
            expected = before[1] + (frame - before[0])
            if found != expected:
                yield Jump(frame, expected, found)
        before = frame, found
