"""What a day holds → what one of our own exports says that it lacks.

An export repeats what was said of a day, the clocks' work among it. It is no witness: brought into the same day again
it changes nothing, and where the day went on since, it takes nothing back. In a day that lacks its papers it is what
is known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from circletake.contracts.cards import MAX_LINE
from circletake.contracts.takes import Said
from circletake.film.report import visible
from circletake.film.takes.day import Day, Fact, Take, TakeKey, Word
from circletake.film.takes.facts import OF_CLIP, OF_SOUND
from circletake.film.takes.names import numbered, read_take
from circletake.film.takes.recordings import Recordings

_NAMES = ("scene", "setup", "slate", "take")
#: They tell which recording is meant, and where in it.
_WHERE = ("camera", "roll", "sound_roll", "starts", "ends")
_OF_RECORDINGS = tuple(name for name in (*OF_CLIP, *OF_SOUND) if name not in _WHERE)


class Held:
    """A day, to be asked what it holds."""

    def __init__(self, day: Day, recordings: Recordings) -> None:
        self._there = frozenset(map(written_name, recordings.names))
        self._called: defaultdict[tuple[object, ...], list[Take]] = defaultdict(list)
        self._keyed = {take.key: take for take in day.takes}
        self._with: defaultdict[str, list[Take]] = defaultdict(list)
        for take in day.takes:
            self._called[tuple(_value(getattr(take, name)) for name in _NAMES)].append(take)
            for part in take.clips + take.sounds:
                self._with[written_name(part.name)].append(take)

    def unsaid(self, word: Word) -> Word | None:
        """A row of an export → what of it the day lacks, with what tells what it is about; None for nothing."""
        said = word.said
        takes = self._takes(said)
        named = {name: getattr(said, name) for name in _NAMES if getattr(said, name) is not None}
        having = [take for name in said.clips + said.sounds for take in self._with.get(name, ())]
        if named and not takes and having:
            # Since then somebody has said that these are of other takes.
            return None
        if not named and not said.clips and not said.sounds:
            return None
        about = takes or having
        values: dict[str, Any] = {
            "clips": self._lacking(said.clips, known=bool(named)),
            "sounds": self._lacking(said.sounds, known=bool(named)),
            "flags": {flag: told for flag, told in said.flags.items() if all(flag not in take.flags for take in about)},
            "note": said.note if all(not take.notes for take in about) else None,
        }
        values |= {name: getattr(said, name) for name in _OF_RECORDINGS if not _is_held(name, about)}
        is_new = any(all(getattr(take, name) is None for take in about) for name in named)
        if not is_new and not any(values.values()):
            return None
        if any(values[name] for name in _OF_RECORDINGS):
            values |= {"clips": said.clips, "sounds": said.sounds}
        where = {name: getattr(said, name) for name in _WHERE} if values["clips"] or values["sounds"] else {}
        return Word(word.source, word.paper, Said(line=said.line, **named, **values, **where), word.at)

    def _takes(self, said: Said) -> list[Take]:
        """A row → the takes of the day that have its names."""
        names = tuple(getattr(said, name) for name in _NAMES)
        board = said.setup or said.slate or said.scene
        key = TakeKey(numbered(board), read_take(said.take)[0]) if board and said.take else None
        keyed = [self._keyed[key]] if key in self._keyed else []
        return (self._called.get(names, keyed) if any(names) else []) or keyed

    def _lacking(self, names: Iterable[str], *, known: bool) -> tuple[str, ...]:
        """Recordings that belong to no take yet, where the row tells one; and those that are not there at all."""
        return tuple(name for name in names if name not in self._with and (known or name not in self._there))


def written_name(name: str) -> str:
    """A recording's name → as a row of an export has it, which is on one line and as long as a line may be."""
    return visible(name).strip()[:MAX_LINE].strip()


def _value(fact: Fact | None) -> object:
    return fact.value if fact else None


def _is_held(name: str, takes: Iterable[Take]) -> bool:
    facts: Iterator[Mapping[str, Fact]] = (
        of for take in takes for of in (take.facts, *(part.facts for part in take.clips))
    )
    return any(name in of for of in facts)
