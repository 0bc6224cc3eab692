"""The clock of a unit's day: when each recording ran, and which ran at the same time.

A night crosses midnight and timecode starts again there, so times are places on a circle: what runs over midnight is
two pieces, one at each end.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from circletake.film.takes.day import DayClip, DaySound
from circletake.film.takes.names import camera_letter
from circletake.film.timing import Timecode, dropped_labels, frames_in_a_day

#: What two must have in common, of the shorter one. Jammed clocks differ by frames, papers by seconds.
SHARE = 0.5
#: One device makes one recording at a time. Where two overlap by more than this, its timecode is no clock.
_OVERLAP_S = Fraction(1)
#: How long a day of labels lasts: at 24, 25 and 30 frames a second, and at 23.976 and 29.97, which count as if they
#: were 24 and 30.
_DAY_S, _LONG_DAY_S = Fraction(86400), Fraction(86400 * 1001, 1000)
#: Cameras and recorders that may run at once.
_AT_ONCE = 64

Piece = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Run:
    """A recording on the clock. `start`: frames at `rate` since midnight, `frames` how many labels it covers; where
    no rate of labels is known, samples.

    `device`: whose clock it is. `start_s`, `lasts_s`, `day_s`: in real seconds, the day as long as its labels make it.
    `split`: whether one recording may be several files.
    """

    device: str
    camera: str | None
    rate: Fraction | None
    drop: bool
    start: int
    frames: int
    start_s: Fraction
    lasts_s: Fraction
    day_s: Fraction
    split: bool

    @property
    def label(self) -> str:
        return str(Timecode(self.start, self.rate, self.drop)) if self.rate else ""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Where it lies between one midnight and the next."""
        end = self.start_s + self.lasts_s
        if end <= self.day_s:
            return ((self.start_s, end),)
        return (self.start_s, self.day_s), (Fraction(0), end - self.day_s)


def run_of_clip(clip: DayClip) -> Run | None:
    """A clip → its place on the clock; None without timecode. What runs off-speed lasted as long as it was shot."""
    if clip.start is None or clip.frames == 0:
        return None
    day = frames_in_a_day(clip.rate, clip.drop)
    lasts = clip.frames / (clip.sensor_fps or clip.rate)
    camera, start = camera_letter(clip.camera) if clip.camera else None, clip.start % day
    return Run(
        device_of(clip),
        camera,
        clip.rate,
        clip.drop,
        start,
        clip.frames,
        start / clip.rate,
        lasts,
        day / clip.rate,
        split=False,
    )


def device_of(clip: DayClip) -> str:
    return f"camera {clip.camera}" if clip.camera else f"roll {clip.roll}"


def run_of_sound(sound: DaySound) -> Run | None:
    """A sound file → its place on the clock; None without a start.

    A file that has no iXML says how many samples it starts after midnight, and not at which rate its labels counted.
    Then midnight is where a day of labels that keep real time ends, if it does not start after that.
    """
    file = sound.file
    if file.start is None or file.frames == 0:
        return None
    rate, drop = file.timecode_rate, False
    start, lasts = Fraction(file.start, file.start_rate or file.rate), Fraction(file.frames, file.rate)
    if rate:
        drop = file.drop and dropped_labels(rate) > 0
        day = frames_in_a_day(rate, drop) / rate
    else:
        day = _DAY_S if start < _DAY_S else _LONG_DAY_S
    device = " ".join(filter(None, ("sound", file.recorder, file.said.sound_roll)))
    label = rate or Fraction(file.rate)
    return Run(
        device, None, rate, drop, int(start * label), max(1, int(lasts * label)), start % day, lasts, day, split=True
    )


def meetings(runs: Sequence[Run | None]) -> dict[int, list[int]]:
    """Recordings → for each that has a clock, those of other devices that ran at the same time.

    A device of which two recordings overlap had no clock then, so neither of them meets anything; nor do those of more
    devices than any set has. Several files of one sound recording are as long as one another and no such case.
    """
    placed = ((index, run) for index, run in enumerate(runs) if run)
    clocked = [(piece, index, run) for index, run in placed for piece in run.pieces]
    clocked.sort(key=lambda each: each[:2])
    unclocked = _overlapping_themselves(clocked)
    met: defaultdict[int, set[int]] = defaultdict(set)
    running: list[tuple[Piece, int, Run]] = []
    for piece, index, run in clocked:
        if index in unclocked:
            continue
        met[index].update(())
        running = [each for each in running if each[0][1] > piece[0]]
        if len(running) > _AT_ONCE:
            unclocked |= {index, *(other for _, other, _ in running)}
            continue
        for _, other, its in running:
            if its.device != run.device:
                met[index].add(other)
                met[other].add(index)
        running.append((piece, index, run))
    return {index: sorted(others - unclocked) for index, others in met.items() if index not in unclocked}


def _overlapping_themselves(clocked: Sequence[tuple[Piece, int, Run]]) -> set[int]:
    found: set[int] = set()
    longest: dict[str, tuple[Piece, int]] = {}
    for piece, index, run in clocked:
        before = longest.get(run.device)
        same = before is not None and (before[1] == index or (run.split and before[0] == piece))
        if before and not same and min(before[0][1], piece[1]) - piece[0] > _OVERLAP_S:
            found |= {before[1], index}
        if before is None or piece[1] > before[0][1]:
            longest[run.device] = piece, index
    return found


def together(one: Run, other: Run, first_s: Fraction, lasts_s: Fraction) -> tuple[Fraction, Fraction] | None:
    """A recording, and a part of another one → from and to which second of the first both ran; None if never."""
    offset = (other.start_s + first_s - one.start_s) % one.day_s
    if offset > one.day_s / 2:
        offset -= one.day_s
    low, high = max(Fraction(0), offset), min(one.lasts_s, offset + lasts_s)
    return (low, high) if high > low else None
