"""Timecode: whole frames at an exact rate. Never a float, never a default.

Drop-frame drops labels, not frames: at 29.97 the first two labels of every minute but the tenth are never
written, at 59.94 the first four (SMPTE ST 12-1). A label that is never written is refused, not bent.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

#: Models look at so many frames of a second: slates, faces and light change more slowly.
_ANALYSIS_FPS = 2


def analysis_step(rate: Fraction) -> int:
    """Frames a second → every how many frames one is kept for the models to look at."""
    return max(1, round(rate / _ANALYSIS_FPS))


_LABEL = re.compile(r"(\d{2}):([0-5]\d):([0-5]\d)([:;])(\d{2,3})", re.ASCII)
#: A day has as many labels as these seconds have nominal frames; a timecode starts again after it.
_DAY_S = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Timecode:
    """A moment of a recording: frames since midnight at `rate` frames a second, with or without drop-frame."""

    frames: int
    rate: Fraction
    drop: bool = False

    def __post_init__(self) -> None:
        if self.rate <= 0:
            raise ValueError(f"a rate of {self.rate} frames a second has no timecode")
        if self.drop and dropped_labels(self.rate) == 0:
            raise ValueError(f"drop-frame exists at 29.97 and its multiples, not at {self.rate}")
        object.__setattr__(self, "frames", self.frames % frames_in_a_day(self.rate, self.drop))

    @classmethod
    def parse(cls, label: str, rate: Fraction) -> Self:
        """'01:00:00:00' (';' before the frames is drop-frame) → the timecode. Raises `ValueError`."""
        found = _LABEL.fullmatch(label)
        if not found:
            raise ValueError(f"{label!r} is not a timecode")
        hours, minutes, seconds, frame = (int(found[group]) for group in (1, 2, 3, 5))
        base, drop = nominal(rate), found[4] == ";"
        if hours > 23 or frame >= base or len(found[5]) != _frame_digits(base):
            raise ValueError(f"{label!r} does not exist at {rate} frames a second")
        count = ((hours * 60 + minutes) * 60 + seconds) * base + frame
        if drop:
            skipped = dropped_labels(rate)
            if skipped and seconds == 0 and frame < skipped and minutes % 10:
                raise ValueError(f"{label!r} is a label that drop-frame leaves out")
            whole_minutes = hours * 60 + minutes
            count -= skipped * (whole_minutes - whole_minutes // 10)
        return cls(count, rate, drop)

    def __str__(self) -> str:
        base, frames = nominal(self.rate), self.frames
        if self.drop:
            skipped = dropped_labels(self.rate)
            minute = 60 * base - skipped
            tens, rest = divmod(frames, 10 * minute + skipped)
            # The first minute of ten is whole; each one after it is `skipped` labels short.
            short_minutes = max(0, rest - skipped) // minute
            frames += skipped * (9 * tens + short_minutes)
        seconds, frame = divmod(frames, base)
        minutes, second = divmod(seconds, 60)
        hour, minute_of_hour = divmod(minutes, 60)
        separator = ";" if self.drop else ":"
        return f"{hour:02}:{minute_of_hour:02}:{second:02}{separator}{frame:0{_frame_digits(base)}}"

    def __add__(self, frames: int) -> "Timecode":
        return Timecode(self.frames + frames, self.rate, self.drop)

    @property
    def seconds(self) -> Fraction:
        """Real time since midnight, exactly: at 23.976 an hour of timecode lasts 3603.6 s."""
        return self.frames / self.rate


def nominal(rate: Fraction) -> int:
    """Exact rate → how many labels a second has: 24000/1001 → 24."""
    return -(-rate.numerator // rate.denominator)


def dropped_labels(rate: Fraction) -> int:
    """Exact rate → how many labels drop-frame leaves out in a minute; 0 where drop-frame does not exist."""
    base = nominal(rate)
    return base // 15 if rate == Fraction(base * 1000, 1001) and base % 30 == 0 else 0


def frames_in_a_day(rate: Fraction, drop: bool) -> int:
    """Rate → the labels before midnight. Drop-frame leaves some out in 1296 of the 1440 minutes."""
    return _DAY_S * nominal(rate) - (dropped_labels(rate) * 1296 if drop else 0)


def _frame_digits(base: int) -> int:
    return len(str(base - 1)) if base > 100 else 2
