"""Timecode on a unit's day: which recording a label on a paper lies in, and which recordings ran at the same time.

A night crosses midnight and timecode starts again there, so times are places on a circle: what runs over midnight is
two pieces, one at each end.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate

from circletake.film.takes.day import DayClip, DaySound
from circletake.film.takes.names import camera_letter
from circletake.film.timing import Timecode, dropped_labels, frames_in_a_day, nominal

#: What two must have in common, of the shorter one. Jammed clocks differ by frames, papers by seconds.
SHARE = Fraction(1, 2)
#: One device makes one recording at a time. Where two overlap by more than this, its timecode is no clock.
_OVERLAP_S = Fraction(1)
#: A day of labels, at 24, 25 and 30 frames a second and where a thousand and first frame is left out of the count.
_DAY_S, _LONG_DAY_S = Fraction(86400), Fraction(86400 * 1001, 1000)
#: Cameras and recorders that may run at once.
_AT_ONCE = 64
_LABEL = re.compile(r"(\d{1,2}):(\d\d):(\d\d)(?:[:;.](\d{2,3}))?", re.ASCII)

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


@lru_cache(maxsize=1 << 16)
def parse_label(label: str, rate: Fraction, drop: bool) -> int:
    """A label as people write it → frames since midnight, of a recording that knows whether it drops labels.

    Raises `ValueError` where there is no such label.
    """
    match = _LABEL.fullmatch(label.strip())
    if not match:
        raise ValueError(f"{label!r} is not a timecode")
    hours, minutes, seconds, frames = match.groups()
    digits = len(str(nominal(rate) - 1)) if nominal(rate) > 100 else 2
    written = f"{hours:0>2}:{minutes}:{seconds}{';' if drop else ':'}{(frames or '').rjust(digits, '0')}"
    return Timecode.parse(written, rate).frames


class _Reel:
    """Recordings of one camera with one way of counting, in their order on the clock."""

    def __init__(self, spans: Sequence[tuple[int, int, int]]) -> None:
        """Start, end and place in the list, of each."""
        self._spans = sorted(spans)
        self._starts = [start for start, _, _ in self._spans]
        self._reach = list(accumulate((end for _, end, _ in self._spans), max))

    def overlapping(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        index = bisect_left(self._starts, end) - 1
        while index >= 0 and self._reach[index] > start:
            if self._spans[index][1] > start:
                yield self._spans[index]
            index -= 1


class Labels:
    """Recordings, to be found by the timecode that a row gives."""

    def __init__(self, runs: Sequence[Run | None]) -> None:
        self._runs = runs
        spans: defaultdict[tuple[str | None, Fraction, bool], list[tuple[int, int, int]]] = defaultdict(list)
        for index, run in enumerate(runs):
            if run and run.rate:
                day, end = frames_in_a_day(run.rate, run.drop), run.start + run.frames
                reel = spans[run.camera, run.rate, run.drop]
                reel.append((run.start, min(end, day), index))
                if end > day:
                    reel.append((0, end - day, index))
        self._reels = {key: _Reel(reel) for key, reel in spans.items()}

    def find(self, starts: str, ends: str | None, camera: str | None) -> dict[int, float]:
        """What a row gives → the recordings that share at least half of it, or it half of them, and how much.

        Raises `ValueError` where the label exists at no rate that was recorded.
        """
        found: dict[int, float] = {}
        wrong: ValueError | None = None
        asked = [key for key in self._reels if camera is None or key[0] in (None, camera)]
        for key in asked:
            _, rate, drop = key
            try:
                first, length = _told(starts, ends, rate, drop)
            except ValueError as error:
                wrong = error
                continue
            day = frames_in_a_day(rate, drop)
            shared: defaultdict[int, int] = defaultdict(int)
            for start, end in ((first, first + length), (first - day, first + length - day)):
                for low, high, index in self._reels[key].overlapping(start, end):
                    shared[index] += min(end, high) - max(start, low)
            for index, frames in shared.items():
                share = Fraction(frames, min(length, self._frames(index)))
                if share >= SHARE:
                    found[index] = float(min(share, Fraction(1)))
        if wrong and not found:
            raise wrong
        return found

    def _frames(self, index: int) -> int:
        run = self._runs[index]
        return run.frames if run else 0

    def has(self, index: int) -> bool:
        run = self._runs[index]
        return run is not None and run.rate is not None

    def part(self, index: int, starts: str, ends: str | None) -> tuple[int, int] | None:
        """What a row gives, of a recording that it names → first frame and how many; None where it lies elsewhere.

        A row without an end tells where to look and no part, so it has the whole of it. Raises `ValueError` for what
        is no label.
        """
        run = self._runs[index]
        if run is None or run.rate is None:
            return None
        first, length = _told(starts, ends, run.rate, run.drop)
        day = frames_in_a_day(run.rate, run.drop)
        offset = (first - run.start) % day
        if offset > day // 2:
            offset -= day
        slack = 0 if ends else nominal(run.rate)
        low, high = max(0, offset), min(run.frames, offset + length)
        if high + slack <= low:
            return None
        return (low, high - low) if ends else (0, run.frames)


def _told(starts: str, ends: str | None, rate: Fraction, drop: bool) -> tuple[int, int]:
    """What a row gives → its first frame and how many; a second where it gives no end."""
    first = parse_label(starts, rate, drop)
    last = parse_label(ends, rate, drop) if ends else first + nominal(rate)
    return first, (last - first) % frames_in_a_day(rate, drop) or nominal(rate)


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
