"""Which sounds run with a picture, and where: exactly, by timecode, and what the waveforms say beside it.

A timecode counts a clock of its own: at 23.976 its hour lasts 3603.6 s, at 29.97 drop-frame one hour. A recorder's
file counts samples since the midnight of its timecode, which are real seconds of the same clock. Only where both count
alike do they meet by the second; elsewhere their labels are all they have in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from circletake.contracts.takes import SoundFile
from circletake.film.timing import Timecode, frames_in_a_day, nominal

#: Seconds of a sound file that pass in one of the picture, where it runs as it should and where by mistake: pulled up
#: or down by a thousandth, as film at 24 becomes 23.976, and the two rates of disc and film taken for one another.
SPEEDS = (Fraction(1), Fraction(1001, 1000), Fraction(1000, 1001), Fraction(147, 160), Fraction(160, 147))
#: What waveforms say from this confidence on is an answer. Of less than a second they say nothing.
CONFIDENT, LEAST_S = 0.5, 1.0
#: Jammed timecode is frames off, a camera that nobody jammed again after its battery was changed some seconds.
NEAR_S = 10
_HALF_A_DAY_S = 12 * 3600


@dataclass(frozen=True, slots=True)
class Heard:
    """What the waveforms say. The picture's first frame is `offset_s` into the sound, by the sound's own seconds.

    `confidence`: 0 to 1. `speed`: one of `SPEEDS`; `drift_ppm` is what is left beside it, and `within_ppm` how far
    that may be off: by chance, and because whoever walks a metre to the camera sounds like a clock that runs fast.
    """

    offset_s: float
    confidence: float
    speed: Fraction
    drift_ppm: float
    within_ppm: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A clip, as far as sound is concerned: where it begins, at which rate it runs, and how long."""

    start: Timecode
    frames: int

    @property
    def seconds(self) -> Fraction:
        return self.frames / self.start.rate


class Doubt(StrEnum):
    """Why a timecode alone does not place a sound."""

    #: The file does not say at which rate its recorder counts.
    RATE_UNSTATED = "RATE_UNSTATED"
    #: Camera and recorder count clocks of different speeds, so what was jammed in the morning is off by now.
    CLOCKS_DIFFER = "CLOCKS_DIFFER"
    #: Another recording has the same timecode, and not the same date.
    ANOTHER_DAY = "ANOTHER_DAY"


class Standing(StrEnum):
    """What a place in the sound rests on, the surest first."""

    CONFIRMED = "CONFIRMED"
    HEARD = "HEARD"
    TIMECODE = "TIMECODE"
    DOUBTED = "DOUBTED"
    CONTRADICTED = "CONTRADICTED"


@dataclass(frozen=True, slots=True)
class Overlap:
    """A sound that runs with the picture. `offset`: samples of the sound until the picture's first frame, below 0
    where the picture begins first. `covered`: how much of the picture has this sound, 0 to 1.

    Timecode that was jammed agrees to a frame either way, so that is how exact `offset` is, though it is a fraction.
    """

    sound: SoundFile
    offset: Fraction
    covered: Fraction
    doubts: tuple[Doubt, ...] = ()


def overlaps(picture: Picture, sounds: Sequence[SoundFile]) -> list[Overlap]:
    """A picture and the sounds of its day → those that run with it, by timecode, those that cover most of it first.

    The files of a family are one recording; each of them is there. A sound without a timecode is not.
    """
    met = [found for sound in sounds if (found := _overlap(picture, sound))]
    return sorted(_doubted(met), key=lambda each: (-each.covered, len(each.doubts), each.sound.name))


def standing(overlap: Overlap | None, heard: Heard | None, picture: Picture) -> Standing | None:
    """What the timecode and the waveforms say of one sound → what its place rests on; None where neither has one."""
    if overlap is None:
        return Standing.HEARD if heard else None
    if heard is None:
        return Standing.DOUBTED if overlap.doubts else Standing.TIMECODE
    apart_s = abs(heard.offset_s - overlap.offset / overlap.sound.rate)
    if apart_s <= 1 / picture.start.rate:
        return Standing.CONFIRMED
    return Standing.HEARD if overlap.doubts else Standing.CONTRADICTED


def in_samples(heard: Heard, sound: SoundFile) -> Fraction:
    """→ where the waveforms have the picture's first frame, in samples of the sound."""
    return Fraction(heard.offset_s) * sound.rate


def _overlap(picture: Picture, sound: SoundFile) -> Overlap | None:
    if sound.start is None or sound.frames == 0 or picture.frames == 0:
        return None
    start, doubts = picture.start, []
    since_midnight = Fraction(sound.start, sound.start_rate or sound.rate)
    day = frames_in_a_day(start.rate, start.drop) / start.rate
    apart = start.seconds - since_midnight
    if sound.timecode_rate is None:
        doubts.append(Doubt.RATE_UNSTATED)
    elif _clock(sound.timecode_rate, sound.drop) != _clock(start.rate, start.drop):
        doubts.append(Doubt.CLOCKS_DIFFER)
        # By their labels, then, and from one to the other in the picture's seconds.
        theirs = _label_s(since_midnight, sound.timecode_rate, sound.drop)
        apart = (_label_s(start.seconds, start.rate, start.drop) - theirs) * nominal(start.rate) / start.rate
    lasts = Fraction(sound.frames, sound.rate)
    # Midnight may lie between the two, either way.
    covered, apart = max(
        (_shared(apart + days * day, picture.seconds, lasts), apart + days * day) for days in (-1, 0, 1)
    )
    if covered <= 0:
        return None
    return Overlap(sound, apart * sound.rate, covered / picture.seconds, tuple(doubts))


def _shared(apart: Fraction, picture_s: Fraction, sound_s: Fraction) -> Fraction:
    """→ how many seconds both run, where the picture begins `apart` seconds into the sound; not above 0 where none."""
    return min(apart + picture_s, sound_s) - max(apart, Fraction(0))


def _clock(rate: Fraction, drop: bool) -> tuple[Fraction, bool]:
    return rate / nominal(rate), drop


def _label_s(seconds: Fraction, rate: Fraction, drop: bool) -> Fraction:
    """Real seconds since midnight → what its label says, in hours, minutes, seconds and parts of one."""
    frames = seconds * rate
    whole = frames.numerator // frames.denominator
    hours, minutes, rest, frame = str(Timecode(whole, rate, drop)).replace(";", ":").split(":")
    return (int(hours) * 60 + int(minutes)) * 60 + int(rest) + (int(frame) + frames - whole) / nominal(rate)


def _doubted(met: Sequence[Overlap]) -> Sequence[Overlap]:
    """Sounds that run with a picture → the same, each in doubt that shares its timecode with one of another date.

    Recorders without a timecode begin every file at midnight: a hundred of them run with each picture of a day then.
    """
    if len({date_of(each.sound) for each in met if each.sound.recorded}) < 2:
        return met
    runs = [_Run.of(each) for each in met]
    dated = [run for run in runs if run.date]
    return [
        Overlap(each.sound, each.offset, each.covered, (*each.doubts, Doubt.ANOTHER_DAY))
        if run.date and any(map(run.is_another_days, dated))
        else each
        for each, run in zip(met, runs, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Run:
    """When a recording ran: in seconds from the picture's first frame, and since midnight."""

    date: str
    family: str | None
    begins: Fraction
    ends: Fraction
    since_midnight: Fraction

    @classmethod
    def of(cls, overlap: Overlap) -> "_Run":
        sound, begins = overlap.sound, -overlap.offset / overlap.sound.rate
        since_midnight = Fraction(sound.start or 0, sound.start_rate or sound.rate)
        return cls(date_of(sound), sound.family, begins, begins + Fraction(sound.frames, sound.rate), since_midnight)

    def is_another_days(self, other: "_Run") -> bool:
        """Whether the other ran at the same timecode by another date, neither of them over midnight."""
        if other.date == self.date or (self.family is not None and other.family == self.family):
            return False
        together = max(self.begins, other.begins) < min(self.ends, other.ends)
        return together and abs(self.since_midnight - other.since_midnight) < _HALF_A_DAY_S


def date_of(sound: SoundFile) -> str:
    """→ the date that the recorder wrote; empty where it wrote none."""
    return (sound.recorded or "")[:10]
