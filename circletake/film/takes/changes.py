"""A day before something more is said of it, and after → what that changes, for a person to look at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from circletake.film.takes.day import Day, Entry, Fact, Lack, Take
from circletake.film.takes.worklist import value_text

_NAMES = ("scene", "setup", "slate", "take")


@dataclass(frozen=True, slots=True)
class Changed:
    """A field of a take, as it was and as it is; None where it has none."""

    take: str
    field: str
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Takes as people call them, and what waits for a person. Conflicts stand by themselves, settled ones do not."""

    takes_added: tuple[str, ...]
    takes_changed: tuple[Changed, ...]
    takes_gone: tuple[str, ...]
    conflicts_added: tuple[Entry, ...]
    worklist_added: tuple[Entry, ...]
    worklist_settled: tuple[Entry, ...]


def compare(before: Day, after: Day) -> Changes:
    """Two folds of one day → what the second one says that the first did not. Who says it, and where, is no change."""
    was, now = ({take.key: take for take in day.takes} for day in (before, after))
    waited, waits = ({_about(entry): entry for entry in day.worklist} for day in (before, after))
    added = [entry for about, entry in waits.items() if about not in waited]
    return Changes(
        takes_added=tuple(take.called for key, take in now.items() if key not in was),
        takes_changed=tuple(changed for key, take in now.items() if key in was for changed in _changed(was[key], take)),
        takes_gone=tuple(take.called for key, take in was.items() if key not in now),
        conflicts_added=tuple(entry for entry in added if entry.lack is Lack.CONFLICT),
        worklist_added=tuple(entry for entry in added if entry.lack is not Lack.CONFLICT),
        worklist_settled=tuple(entry for about, entry in waited.items() if about not in waits),
    )


def _about(entry: Entry) -> tuple[object, ...]:
    """What it is that waits, however it is told: lines move when a paper is written anew."""
    return entry.lack, entry.take, entry.clip, entry.sound, entry.about


def _changed(was: Take, now: Take) -> Iterator[Changed]:
    before, after = dict(_fields(was)), dict(_fields(now))
    if before == after:
        return
    for field in dict.fromkeys((*before, *after)):
        # What is said of a take's cameras without telling which holds for each of which nobody says more.
        of_take = field.partition(" of ")[0]
        one, other = before.get(field, before.get(of_take)), after.get(field, after.get(of_take))
        if one != other and not (field == of_take and (_went(field, before, after) or _went(field, after, before))):
            yield Changed(now.called, field, one, other)


def _went(field: str, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether what one says of a take's recordings the other says of each: those are told by themselves."""
    return field in one and field not in other and any(each.startswith(f"{field} of ") for each in other)


def _fields(take: Take) -> Iterator[tuple[str, str]]:
    facts: list[tuple[str, Fact | None]] = [(name, getattr(take, name)) for name in _NAMES]
    facts += [(flag.value, fact) for flag, fact in take.flags.items()]
    facts += list(take.facts.items())
    for part in take.clips + take.sounds:
        facts += [(f"{name} of {part.name}", fact) for name, fact in part.facts.items()]
    yield from ((name, value_text(fact.value)) for name, fact in facts if fact)
    for name, told in (
        ("clips", (part.name for part in take.clips)),
        ("sounds", (part.name for part in take.sounds)),
        ("note", (value_text(note.value) for note in take.notes)),
    ):
        if text := _joined(told):
            yield name, text


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)
