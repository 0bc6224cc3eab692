"""The recordings of a day → which files of the recorder may be a clip's sound, so that each clip is asked few."""

from collections import defaultdict
from collections.abc import Container, Sequence

from circletake.film.sound.placing import Candidate
from circletake.film.takes.clock import run_of_clip, run_of_sound
from circletake.film.takes.day import Day, DayClip, DaySound

_DAY_S = 86400.0
#: Camera and recorder that count at 23.976 and at 24 part by 3.6 seconds an hour, so by this much at midnight.
_SLACK_S = 87.0

Span = tuple[float, float]


class Candidates:
    """Which sounds may be whose: those of the clip's takes, those that ran at its time, and those that nobody has."""

    def __init__(self, day: Day, clips: Sequence[DayClip], sounds: Sequence[DaySound]) -> None:
        self._tied: defaultdict[str, set[str]] = defaultdict(set)
        for take in day.takes:
            for part in take.clips:
                self._tied[part.id] |= {sound.id for sound in take.sounds}
        tied = {sound for of in self._tied.values() for sound in of}
        self._sounds = [(sound, _span_of_sound(sound)) for sound in sounds]
        spans = [span for clip in clips if (span := _span_of_clip(clip))]
        self._free = {
            sound.id
            for sound, at in self._sounds
            if sound.id not in tied and not (at and any(_meet(span, at, 0.0) for span in spans))
        }

    def of(self, clip: DayClip, heard: Container[str]) -> list[Candidate]:
        """A clip, and the sounds in which it was listened for → its candidates."""
        span, tied = _span_of_clip(clip), self._tied[clip.id]
        return [
            Candidate(sound.id, sound.file, sound.id in tied)
            for sound, at in self._sounds
            if sound.id in tied
            or sound.id in heard
            or sound.id in self._free
            or (span and at and _meet(span, at, _SLACK_S))
        ]


def _span_of_clip(clip: DayClip) -> Span | None:
    run = run_of_clip(clip)
    return (float(run.start_s), float(run.lasts_s)) if run else None


def _span_of_sound(sound: DaySound) -> Span | None:
    run = run_of_sound(sound)
    return (float(run.start_s), float(run.lasts_s)) if run else None


def _meet(one: Span, other: Span, slack_s: float) -> bool:
    """Whether two, each from its second since midnight on and so long, ran together; midnight may lie between."""
    apart = (one[0] - other[0] + _DAY_S / 2) % _DAY_S - _DAY_S / 2
    return -one[1] - slack_s < apart < other[1] + slack_s
