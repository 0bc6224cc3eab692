"""Timecode as papers write it → the recordings that it lies in, and which part of them is meant."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate

from circletake.film.takes.clock import SHARE, Run
from circletake.film.timing import Timecode, frames_in_a_day, nominal

#: Hours may have one digit, and frames may be left out.
_LABEL = re.compile(r"(\d{1,2}):(\d\d):(\d\d)(?:[:;.](\d{2,3}))?", re.ASCII)

_Told = tuple[int, int]


class _Counting:
    """One way of counting frames: a rate, with or without drop-frame. `second` and `day`: how many labels they have."""

    def __init__(self, rate: Fraction, drop: bool) -> None:
        self._rate, self._mark = rate, ";" if drop else ":"
        self.second, self.day = nominal(rate), frames_in_a_day(rate, drop)
        self._digits = max(2, len(str(self.second - 1)))
        self._known: dict[tuple[str, str | None], _Told] = {}

    def told(self, starts: str, ends: str | None) -> _Told:
        """What a row gives → its first frame and how many; a second where it gives no end. Raises `ValueError`."""
        known = self._known.get((starts, ends))
        if known is None:
            first = self._frames(starts)
            length = (self._frames(ends) - first) % self.day if ends else 0
            known = self._known[starts, ends] = first, length or self.second
        return known

    def _frames(self, label: str) -> int:
        """A label → frames since midnight. A recording knows itself whether it drops labels, whatever is written."""
        match = _LABEL.fullmatch(label.strip())
        if not match:
            raise ValueError(f"{label!r} is not a timecode")
        hours, minutes, seconds, frames = match.groups()
        written = f"{hours:0>2}:{minutes}:{seconds}{self._mark}{(frames or '').rjust(self._digits, '0')}"
        return Timecode.parse(written, self._rate).frames


class _Reel:
    """Recordings of one camera that count alike, in their order on the clock."""

    def __init__(self, camera: str | None, counting: _Counting, spans: Sequence[tuple[int, int, int]]) -> None:
        """Start, end and place in the list, of each."""
        self.camera, self.counting = camera, counting
        self._spans = sorted(spans)
        self._starts = [start for start, _, _ in self._spans]
        self._reach = list(accumulate((end for _, end, _ in self._spans), max))

    def sharing(self, first: int, length: int) -> dict[int, int]:
        """A time → the recordings that have some of it, and how many frames."""
        shared: defaultdict[int, int] = defaultdict(int)
        for start in (first, first - self.counting.day) if first + length > self.counting.day else (first,):
            for low, high, index in self._overlapping(start, start + length):
                shared[index] += min(start + length, high) - max(start, low)
        return shared

    def _overlapping(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        index = bisect_left(self._starts, end) - 1
        while index >= 0 and self._reach[index] > start:
            if self._spans[index][1] > start:
                yield self._spans[index]
            index -= 1


class Labels:
    """Recordings, to be found by the timecode that a row gives."""

    def __init__(self, runs: Sequence[Run | None]) -> None:
        self._runs = runs
        countings: dict[tuple[Fraction, bool], _Counting] = {}
        self._countings: list[_Counting | None] = [
            countings.setdefault((run.rate, run.drop), _Counting(run.rate, run.drop)) if run and run.rate else None
            for run in runs
        ]
        spans: defaultdict[tuple[str | None, _Counting], list[tuple[int, int, int]]] = defaultdict(list)
        for index, (run, counting) in enumerate(zip(runs, self._countings, strict=True)):
            if run and counting:
                reel, end = spans[run.camera, counting], run.start + run.frames
                reel.append((run.start, min(end, counting.day), index))
                if end > counting.day:
                    reel.append((0, end - counting.day, index))
        self._reels = [_Reel(*key, reel) for key, reel in spans.items()]

    def find(self, starts: str, ends: str | None, camera: str | None) -> dict[int, float]:
        """What a row gives → the recordings that share at least half of it, or it half of them, and how much.

        Raises `ValueError` where such labels exist at no rate that was recorded.
        """
        found: dict[int, float] = {}
        wrong, read = None, False
        for reel in self._reels:
            if camera is not None and reel.camera not in (None, camera):
                continue
            try:
                first, length = reel.counting.told(starts, ends)
            except ValueError as error:
                wrong = error
                continue
            read = True
            for index, frames in reel.sharing(first, length).items():
                run = self._runs[index]
                share = frames / min(length, run.frames) if run else 0.0
                if share >= SHARE:
                    found[index] = min(share, 1.0)
        if wrong and not read:
            raise wrong
        return found

    def has(self, index: int) -> bool:
        return self._countings[index] is not None

    def part(self, index: int, starts: str, ends: str | None) -> tuple[int, int] | None:
        """What a row gives, of a recording that it names → first frame and how many; None where it lies elsewhere.

        A row without an end tells where to look and no part, so it has the whole of it. Raises `ValueError` for what
        is no label.
        """
        run, counting = self._runs[index], self._countings[index]
        if run is None or counting is None:
            return None
        first, length = counting.told(starts, ends)
        offset = (first - run.start) % counting.day
        if offset > counting.day // 2:
            offset -= counting.day
        slack = 0 if ends else counting.second
        low, high = max(0, offset), min(run.frames, offset + length)
        if high + slack <= low:
            return None
        return (low, high - low) if ends else (0, run.frames)
