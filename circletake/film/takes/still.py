"""A word is taken back → what it said that stands all the same, because somebody else says it, too."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from circletake.contracts.takes import Source
from circletake.film.takes.day import Cite, Day, Fact, Take, Value

#: They tell which recording is meant, which it tells itself.
_WHERE = {"camera", "roll", "sound_roll"}


@dataclass(frozen=True, slots=True)
class Stays:
    """A take that nothing but words tells of, where `field` is None; else what is said of a take or a recording."""

    take: str
    field: str | None
    value: Value | None


@dataclass(frozen=True, slots=True)
class StillSaid:
    """What stays, and who says so: each by kind and name."""

    by: tuple[tuple[Source | None, str], ...]
    what: tuple[Stays, ...]


def still_said(before: Day, after: Day, is_gone: Callable[[Cite], bool]) -> tuple[StillSaid, ...]:
    """A day, the same day after something was taken back, and who cites that → what stays, by who says it."""
    found: defaultdict[tuple[tuple[Source | None, str], ...], list[Stays]] = defaultdict(list)
    stays = {take.key: take for take in after.takes}
    for was in before.takes:
        if was.key in stays and any(map(is_gone, was.by)):
            for what, by in _staying(was, stays[was.key], is_gone):
                found[tuple(dict.fromkeys((cite.source, cite.paper) for cite in by))].append(what)
    return tuple(StillSaid(by, tuple(what)) for by, what in found.items())


def _staying(was: Take, now: Take, is_gone: Callable[[Cite], bool]) -> Iterator[tuple[Stays, tuple[Cite, ...]]]:
    if not now.clips and not now.sounds:
        yield Stays(now.called, None, None), now.by
    facts = dict(_facts(now))
    for name, fact in _facts(was):
        held = facts.get(name)
        if held and held.value == fact.value and any(map(is_gone, fact.by)):
            yield Stays(now.called, name, held.value), held.by
    notes = {note.value: note for note in now.notes}
    for note in was.notes:
        if note.value in notes and any(map(is_gone, note.by)):
            yield Stays(now.called, "note", note.value), notes[note.value].by


def _facts(take: Take) -> Iterator[tuple[str, Fact]]:
    yield from ((flag.value, fact) for flag, fact in take.flags.items())
    yield from ((name, fact) for name, fact in take.facts.items() if name not in _WHERE)
    for part in take.clips + take.sounds:
        yield from ((f"{name} of {part.name}", fact) for name, fact in part.facts.items() if name not in _WHERE)
