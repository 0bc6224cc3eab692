"""The recordings of a day → which files of the recorder may be a clip's sound, so that each clip is asked few."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from circletake.contracts.sound import Listened
from circletake.film.sound.overlaps import date_of
from circletake.film.sound.placing import Candidate, recording_of
from circletake.film.takes.clock import run_of_clip, run_of_sound
from circletake.film.takes.day import Day, DayClip, DaySound

#: Recordings that may run at once, and as many that nobody has: where there are more, timecode is no clock, and each
#: clip of hundreds would be compared with each of hundreds.
MOST = 64
_DAY_S = 86400.0
#: Camera and recorder that count at 23.976 and at 24 part by 3.6 seconds an hour, so by this much at midnight.
_SLACK_S = 87.0

Span = tuple[float, float]


class Candidates:
    """Which sounds may be whose: those of the clip's takes, those in which it was heard, those that ran at its time,
    and those that nobody has. Of more than `MOST` recordings at its time, those that were not listened to go first,
    then those that cover most of it; of more that nobody has, all that were not listened to have their turn."""

    def __init__(self, day: Day, clips: Sequence[DayClip], sounds: Sequence[DaySound]) -> None:
        self._tied: defaultdict[str, set[str]] = defaultdict(set)
        for take in day.takes:
            for part in take.clips:
                self._tied[part.id] |= {sound.id for sound in take.sounds}
        tied = {sound for of in self._tied.values() for sound in of}
        self._sounds = [(sound, _span_of_sound(sound)) for sound in sounds]
        self._recordings = {sound.id: recording_of(sound.id, sound.file) for sound in sounds}
        spans = {span for clip in clips if (span := _span_of_clip(clip))}
        free = [
            sound
            for sound, at in self._sounds
            if sound.id not in tied and not (at and any(_shared(span, at) > 0 for span in spans))
        ]
        self._free = sorted(free, key=_name)

    def of(self, clip: DayClip, listened: Mapping[str, Listened]) -> list[Candidate]:
        """A clip, and what was heard in which sounds → its candidates."""
        tied = self._tied[clip.id]
        asked = {self._recordings[of] for of in listened if of in self._recordings}
        sought = [sound for sound in self._free if self._recordings[sound.id] not in asked]
        wanted = tied | self._heard_in(listened) | self._first(sought) | self._running_with(clip, asked)
        return [Candidate(sound.id, sound.file, sound.id in tied) for sound, _ in self._sounds if sound.id in wanted]

    def _heard_in(self, listened: Mapping[str, Listened]) -> set[str]:
        """→ all files of the recordings in which a clip was heard: one of each was listened to."""
        found = {of for of, answer in listened.items() if answer.offset_s is not None}
        recordings = {self._recordings[of] for of in found if of in self._recordings}
        return {of for of, recording in self._recordings.items() if recording in recordings}

    def _running_with(self, clip: DayClip, asked: set[object]) -> set[str]:
        """→ the sounds that ran at a clip's time, `MOST` recordings of them and one of another date: then it is seen
        that there are more dates than one."""
        span = _span_of_clip(clip)
        if span is None:
            return set()
        shared = ((sound, _shared(span, at)) for sound, at in self._sounds if at)
        met = [(sound, seconds) for sound, seconds in shared if seconds > -_SLACK_S]
        met.sort(key=lambda each: (self._recordings[each[0].id] in asked, -each[1], *_name(each[0])))
        running = [sound for sound, _ in met]
        first = self._first(running)
        dates = {"", *(date_of(sound.file) for sound in running if sound.id in first)}
        other = next((sound for sound in running if date_of(sound.file) not in dates), None)
        return first | ({other.id} if other else set())

    def _first(self, sounds: Iterable[DaySound]) -> set[str]:
        """Sounds in order → those of the first `MOST` recordings."""
        recordings: set[object] = set()
        first: set[str] = set()
        for sound in sounds:
            recording = self._recordings[sound.id]
            if recording in recordings or len(recordings) < MOST:
                recordings.add(recording)
                first.add(sound.id)
        return first


def _name(sound: DaySound) -> tuple[str, str]:
    return sound.file.name, sound.id


def _span_of_clip(clip: DayClip) -> Span | None:
    run = run_of_clip(clip)
    return (float(run.start_s), float(run.lasts_s)) if run else None


def _span_of_sound(sound: DaySound) -> Span | None:
    run = run_of_sound(sound)
    return (float(run.start_s), float(run.lasts_s)) if run else None


def _shared(one: Span, other: Span) -> float:
    """Two, each from its second since midnight on and so long → for how many seconds both ran, below 0 by how many they
    missed one another; midnight may lie between."""
    apart = (one[0] - other[0] + _DAY_S / 2) % _DAY_S - _DAY_S / 2
    return min(apart + one[1], other[1]) - max(apart, 0.0)
