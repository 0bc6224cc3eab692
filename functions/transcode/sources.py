"""What is read of each file of a clip."""

from dataclasses import dataclass
from fractions import Fraction

from circletake.media.launcher import Workbench
from circletake.media.probing import probe
from circletake.media.tools import Tools


@dataclass(frozen=True, slots=True)
class Source:
    """One file on the bench: which streams of it are read, and when each begins."""

    picture: int
    picture_start_s: Fraction
    sound: tuple[int, ...]
    sound_start_s: Fraction


def source_on(bench: Workbench, number: int, tools: Tools, deadline: float) -> Source:
    found = probe(bench, number, tools=tools, deadline=deadline)
    picture, sound = found.picture, found.of_type("audio")
    return Source(
        picture=picture["index"],
        picture_start_s=Fraction(picture.get("start_time", "0")),
        sound=tuple(stream["index"] for stream in sound),
        sound_start_s=Fraction(sound[0].get("start_time", "0")) if sound else Fraction(0),
    )
