"""A made shooting day: a seed → what two units really shot, the papers about it, and what was planted in them.

The truth is known because the day is made: every take with its clips, sounds and flags, and for each planted
contradiction or omission what must be found. The second unit shoots at the same time under the same names, as units
do. A night: the clock passes midnight in the middle of a take.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from circletake.contracts.takes import Flag
from circletake.film.sound.mismatches import Mismatch
from circletake.film.takes.day import DayClip, DaySound, Lack, TakeKey, Word
from tests.made_papers import Table
from tests.made_plants import PLANTS, Listed
from tests.made_shoot import AS_ON_SET, Pace, Shoot

__all__ = ["PLANTS", "Listed", "MadeDay", "MadeUnit", "Plant", "Table", "TrueTake", "make_day"]


@dataclass(frozen=True)
class TrueTake:
    """What was really shot: clips with the frames that are of this take, sounds, flags."""

    scene: str
    clips: Mapping[str, tuple[int, int]]
    sounds: frozenset[str]
    flags: frozenset[Flag]


@dataclass(frozen=True)
class Plant:
    """Something wrong in the papers or in a recording, and what must be listed because of it."""

    kind: str
    listed: frozenset[Listed]


@dataclass(frozen=True)
class MadeUnit:
    """A unit's day: recordings and papers go into the fold, the rest says what must come out.

    `ran`: when each recording really began, in frames, whatever its timecode says. `broken`: recordings that are there
    and that nobody can read; they are not among the others.
    """

    unit: str
    day: str
    clips: tuple[DayClip, ...]
    sounds: tuple[DaySound, ...]
    words: tuple[Word, ...]
    papers: tuple[Table, ...]
    takes: Mapping[TakeKey, TrueTake]
    plants: tuple[Plant, ...]
    gaps: frozenset[tuple[str, tuple[int, ...]]]
    ran: Mapping[str, int] = field(default_factory=dict)
    broken: tuple[DayClip | DaySound, ...] = ()

    @property
    def rate(self) -> Fraction:
        return self.clips[0].rate

    @property
    def listed(self) -> frozenset[Listed]:
        """What waits for a person."""
        return frozenset(each for plant in self.plants for each in plant.listed if isinstance(each[0], Lack))

    @property
    def unfit(self) -> frozenset[Listed]:
        """What does not fit between a clip and its sound."""
        return frozenset(each for plant in self.plants for each in plant.listed if isinstance(each[0], Mismatch))


@dataclass(frozen=True)
class MadeDay:
    """Two units on one day."""

    seed: int
    british: bool
    units: tuple[MadeUnit, ...]


def make_day(
    seed: int, *, british: bool = False, plants: Sequence[str] | None = None, pace: Pace = AS_ON_SET
) -> MadeDay:
    """Seed → 30 setups and 120 takes of two units; `plants`: which kinds, None for all. The units take turns."""
    chance = random.Random(seed)
    main = Shoot(chance, "main", "D014", british, cameras="ABC", pace=pace)
    main.shoot(setups=20, takes=80)
    second = Shoot(chance, "2u", "2U-D003", british, cameras="AB", pace=pace)
    second.shoot(setups=10, takes=40)
    kinds = list(PLANTS) if plants is None else list(plants)
    return MadeDay(seed, british, (_planted(main, kinds[seed % 2 :: 2]), _planted(second, kinds[1 - seed % 2 :: 2])))


def _planted(shoot: Shoot, kinds: Sequence[str]) -> MadeUnit:
    """A unit's day → with one of each kind planted, in takes of one camera of which nothing else is special."""
    free = [take for take in shoot.takes if take.plain and len(take.clips) == 1]
    shoot.chance.shuffle(free)
    plants = []
    for kind in kinds:
        take = free.pop()
        other = free.pop() if kind in ("sound counts on", "script swaps") else take
        plants.append(Plant(kind, frozenset(PLANTS[kind](shoot, take, other))))
    papers = list(shoot.papers())
    takes = {
        take.key: TrueTake(take.scene, take.parts, frozenset(sound.id for sound in take.sounds), frozenset(take.flags))
        for take in shoot.takes
    }
    takes |= {
        TakeKey(str(row[shoot.board_field]).casefold(), "wt1"): TrueTake(
            "", {}, frozenset({sound.id}), frozenset({Flag.WILD_TRACK})
        )
        for sound, row in shoot.wild
    }
    return MadeUnit(
        shoot.unit, shoot.day, tuple(shoot.clips.values()), tuple(shoot.sounds.values()),
        tuple(word for _, words in papers for word in words), tuple(table for table, _ in papers),
        takes, tuple(plants), frozenset(shoot.gaps), shoot.ran, tuple(shoot.broken),
    )  # fmt: skip
