"""Clocks that run together → takes of recordings that nobody speaks of, and words that the clocks gainsay.

What is said of one recording carries over to those of other devices that ran at the same time. Against a lower word
of their own it holds; where words of one rank differ, each recording keeps its own and both are told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from circletake.contracts.takes import Flag
from circletake.film.takes.clock import SHARE, meetings, together
from circletake.film.takes.day import Clocks, TakeKey
from circletake.film.takes.recordings import Recordings
from circletake.film.takes.ties import Tie, Ties, is_apart

#: How sure it is that two clocks agree of which nothing is known: (0 + 1) of (0 + 2).
_UNKNOWN = 1 / 2


@dataclass(frozen=True, slots=True)
class _Beside:
    """A take of a recording that ran together with the one in question, from `low` to `high` seconds of that one."""

    other: int
    key: TakeKey
    tie: Tie
    confidence: float
    low: Fraction
    high: Fraction

    def collides(self, other: int, taken: tuple[Fraction, Fraction]) -> bool:
        """Whether it is a take of the same time as what is tied already because of another recording."""
        low, high = taken
        both = min(self.high, high) - max(self.low, low)
        return self.other != other and both >= SHARE * min(self.high - self.low, high - low)


def tie_by_clocks(ties: Ties, recordings: Recordings) -> None:
    """Ties by words, and the recordings on the clock → the same ties with what the clocks add and gainsay."""
    met = meetings(recordings.runs)
    ties.clocks = _clocks(ties.held, met, recordings.devices)
    _Jam(ties, recordings).tie(met)


def _clocks(
    held: Sequence[Mapping[TakeKey, Tie]], met: Mapping[int, list[int]], devices: Sequence[str]
) -> tuple[Clocks, ...]:
    """In how many takes the recordings of two devices ran together, by what is said of both alone."""
    of_take: defaultdict[TakeKey, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index in met:
        for key in held[index]:
            of_take[key][devices[index]].append(index)
    meet: Counter[tuple[str, str]] = Counter()
    miss: Counter[tuple[str, str]] = Counter()
    beside = {index: frozenset(others) for index, others in met.items()}
    for by_device in of_take.values():
        for one, other in combinations(sorted(by_device), 2):
            ran = any(not beside[index].isdisjoint(by_device[other]) for index in by_device[one])
            (meet if ran else miss)[one, other] += 1
    return tuple(Clocks(*pair, meet[pair], miss[pair]) for pair in sorted(meet.keys() | miss.keys()))


class _Jam:
    def __init__(self, ties: Ties, recordings: Recordings) -> None:
        self._ties, self._recordings, self._devices = ties, recordings, recordings.devices
        # What the clocks add is no word that they could carry on.
        self._spoken = [dict(held) for held in ties.held]
        self._present = {(key, self._lacks(index)) for index, held in enumerate(ties.held) for key in held}
        self._agree = {(each.one, each.other): (each.meet + 1) / (each.meet + each.miss + 2) for each in ties.clocks}
        self._apart: set[tuple[int, int]] = set()
        self._anchors = [list(self._anchors_of(index)) for index in range(len(recordings))]

    def _anchors_of(self, index: int) -> Iterator[tuple[TakeKey, Tie, Fraction, Fraction]]:
        """The takes that a recording carries to others, and from which of its seconds on, for how long."""
        a_second = self._recordings.a_second(index)
        for key, tie in self._spoken[index].items():
            if not any(row.flags.get(Flag.WILD_TRACK) for row, _ in tie.said):
                first, length = tie.part or (0, self._recordings.length(index))
                yield key, tie, first / a_second, length / a_second

    def tie(self, met: Mapping[int, list[int]]) -> None:
        for index in sorted(met):
            # Of a wild track, and what else stands by itself, nothing is told by what ran meanwhile.
            beside = (
                [] if self._is_apart(index) else [each for other in met[index] for each in self._beside(index, other)]
            )
            if beside:
                self._carry_over(index, sorted(beside, key=_most_believed_first))
        both = self._apart
        self._ties.apart = sorted(pair for pair in both if pair[0] < pair[1] or pair[::-1] not in both)

    def _lacks(self, index: int) -> str:
        """What a take may lack that this recording has: the picture of its camera, or sound."""
        return self._devices[index] if self._recordings.is_clip(index) else "sound"

    def _is_apart(self, index: int) -> bool:
        return any(is_apart(row) for tie in self._spoken[index].values() for row, _ in tie.said)

    def _beside(self, index: int, other: int) -> list[_Beside]:
        run, its = self._recordings.runs[index], self._recordings.runs[other]
        one, two = sorted((self._devices[index], self._devices[other]))
        agree = self._agree.get((one, two), _UNKNOWN)
        if run is None or its is None or agree < _UNKNOWN:
            return []
        found = []
        for key, tie, first, lasts in self._anchors[other]:
            both = together(run, its, first, lasts)
            share = (both[1] - both[0]) / min(run.lasts_s, lasts) if both else Fraction(0)
            if both and share >= SHARE:
                found.append(_Beside(other, key, tie, float(share) * agree, *both))
        return found

    def _carry_over(self, index: int, beside: Sequence[_Beside]) -> None:
        held = self._ties.held[index]
        top = [each for each in beside if each.tie.rank == beside[0].tie.rank]
        if held:
            rank = min(tie.rank for tie in held.values())
            # Lower words than its own say nothing against it, and higher ones are heard first.
            heard = top if top[0].tie.rank < rank else beside
            agreeing = [each for each in heard if each.key in held]
            if not agreeing and top[0].tie.rank < rank:
                self._ties.dissent[index].extend((key, row) for key, tie in held.items() for row, _ in tie.said)
                held.clear()
            elif not agreeing:
                if top[0].tie.rank == rank:
                    self._apart.add((index, top[0].other))
                return
        spoken = bool(held)
        taken: dict[int, tuple[Fraction, Fraction]] = {}
        for each in [each for each in beside if each.key in held]:
            self._join(index, each, taken)
        for each in beside:
            # Where somebody speaks of it, it is more than that only for takes in which its camera, or sound, lacks.
            lacking = not spoken or (each.key, self._lacks(index)) not in self._present
            if each.key not in held and lacking and not any(each.collides(*of) for of in taken.items()):
                self._join(index, each, taken)

    def _join(self, index: int, each: _Beside, taken: dict[int, tuple[Fraction, Fraction]]) -> None:
        low, high = taken.get(each.other, (each.low, each.high))
        taken[each.other] = min(low, each.low), max(high, each.high)
        tie = self._ties.held[index].setdefault(each.key, Tie())
        tie.jam = max(tie.jam, each.confidence)
        if not tie.said:
            tie.through.append(each.tie.said[0][0])
        a_second = self._recordings.a_second(index)
        first, last = int(each.low * a_second), int(each.high * a_second)
        tie.ran = tie.ran or (first, last - first)


def _most_believed_first(each: _Beside) -> tuple[int, float, int, TakeKey]:
    return each.tie.rank, -each.confidence, each.other, each.key
