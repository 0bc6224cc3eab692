"""A paper of which nothing is of the day that it is brought into: which other day it may be meant for.

Only rolls that the paper names are looked at, in their own rows, without folding any day: recorders and small cameras
use their files' names again on every roll.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from circletake.cloud.reading import Reading
from circletake.contracts import table
from circletake.contracts.keys import DayRef, RollRef
from circletake.contracts.takes import Said, SoundFile
from circletake.film.takes.day import DayClip, DaySound
from circletake.film.takes.names import clip_names, reel_of, roll_keys, sound_names
from circletake.film.takes.recorded import camera_letter_of

if TYPE_CHECKING:
    from circletake.cloud.catalogue import Catalogue
    from circletake.cloud.days import DayRead
    from circletake.cloud.papers import PaperTold

#: Recordings of a paper that are looked for, and rolls in which they are: to know a day, few are enough.
_MOST_NAMES, _MOST_ROLLS = 500, 12


class _Named(NamedTuple):
    """A recording as a row names it. `camera`: of a clip, what the row says."""

    name: str
    roll: str | None
    camera: str | None
    is_clip: bool


def tell_wrong_day(catalogue: "Catalogue", after: "DayRead", paper: "PaperTold") -> str | None:
    """A day with a paper in it → a sentence where another day has what the paper names, and this one has none of it."""
    named = _named(paper.said)
    if not named or _is_heard(after, paper.paper.name):
        return None
    clips = [each.clip for each in after.clips.values()]
    if _found(named, clips, [DaySound(of, each.sound) for of, each in after.sounds.items()]):
        return None
    there: Counter[DayRef] = Counter()
    for roll in _rolls(catalogue, after.ref, named):
        there[roll.of_day] += len(_found(named, *_recorded(catalogue, roll)))
    meant, count = max(there.items(), key=lambda each: each[1], default=(after.ref, 0))
    if not count:
        return None
    other = meant.day if meant.unit == after.ref.unit else f"{meant.day} of unit {meant.unit}"
    has = "has them" if count == len(named) else f"has {count:,} of them"
    return (
        f"This paper names recordings, and {after.ref.day} has none of these; {other} {has}. Did you mean {other}? "
        "Then bring it in there."
    )


def _named(rows: Iterable[Said]) -> set[_Named]:
    """→ the first recordings that rows name."""
    named: set[_Named] = set()
    for row in rows:
        named.update(_Named(name, row.roll, row.camera, is_clip=True) for name in row.clips)
        named.update(_Named(name, row.sound_roll, None, is_clip=False) for name in row.sounds)
        if len(named) >= _MOST_NAMES:
            break
    return named


def _is_heard(day: "DayRead", paper: str) -> bool:
    """Whether anything of a day is known by this paper, its timecodes among it."""
    parts = (part for take in day.day.takes for part in (*take.clips, *take.sounds))
    return any(cite.paper == paper for part in parts for cite in part.by)


def _rolls(catalogue: "Catalogue", here: DayRef, named: Iterable[_Named]) -> Iterator[RollRef]:
    wanted: set[str] = set()
    for each in named:
        reel = reel_of(each.name) if each.is_clip else None
        for roll in filter(None, (each.roll, reel)):
            wanted.update(roll_keys(roll, each.camera))
    rolls = (roll for roll, _ in Reading(catalogue).rolls(here.production) if roll.of_day != here)
    yield from islice((roll for roll in rolls if not wanted.isdisjoint(roll_keys(roll.roll, None))), _MOST_ROLLS)


def _recorded(catalogue: "Catalogue", roll: RollRef) -> tuple[list[DayClip], list[DaySound]]:
    """A roll → its recordings, as far as names go."""
    clips = [
        DayClip(row["sk"], row["title"], roll.roll, Fraction(1), 0, camera_letter_of(row["title"], roll.roll))
        for row in catalogue.query(roll.partition, table.CLIP)
    ]
    files = ((row["sk"], row["sound"]) for row in catalogue.query(roll.partition, table.SOUND))
    return clips, [DaySound(sk, SoundFile.model_validate_json(told, extra="ignore")) for sk, told in files]


def _found(named: Iterable[_Named], clips: list[DayClip], sounds: list[DaySound]) -> set[_Named]:
    of_clips, of_sounds = clip_names(clips), sound_names(sounds)
    return {each for each in named if (of_clips if each.is_clip else of_sounds).find(each.name, each.roll, each.camera)}
