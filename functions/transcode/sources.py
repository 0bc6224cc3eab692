"""What is read of each file of a clip."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from circletake.contracts.media import Inspection
from circletake.media.launcher import Workbench
from circletake.media.probing import probe
from circletake.media.tools import Tools

#: The reader may go on a little past the last frame: containers round, and sound is a packet longer.
_READ_ON_S = 2


@dataclass(frozen=True, slots=True)
class Source:
    """One file on the bench: which streams of it are read, when each begins, and how long its picture lasts.

    `picture_s` is None where the container does not tell.
    """

    picture: int
    picture_start_s: Fraction
    picture_s: Fraction | None
    sound: tuple[int, ...]
    sound_starts_s: tuple[Fraction, ...]

    @property
    def sound_start_s(self) -> Fraction:
        """When what a person hears begins."""
        return self.sound_starts_s[0] if self.sound_starts_s else Fraction(0)


def source_on(bench: Workbench, number: int, tools: Tools, deadline: float) -> Source:
    found = probe(bench, number, tools=tools, deadline=deadline, again=True)
    picture, sound = found.picture, found.of_type("audio")
    ticks = picture.get("duration_ts")
    return Source(
        picture=picture["index"],
        picture_start_s=Fraction(picture.get("start_time", "0")),
        picture_s=ticks * Fraction(picture["time_base"]) if ticks else None,
        sound=tuple(stream["index"] for stream in sound),
        sound_starts_s=tuple(Fraction(stream.get("start_time", "0")) for stream in sound),
    )


def opened(bench: Workbench, number: int, inspection: Inspection) -> Any:
    """File `number` of a clip → the graph's input; the same one for every branch, so that it is decoded once."""
    # One file may be longer than its share, never longer than the clip.
    return bench.input(number, float(inspection.duration_s) + _READ_ON_S)
