"""What something that is said, or taken back, changes in a day → as the page and the command line are told it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from circletake.cloud.day_telling import tell_entry
from circletake.cloud.days import DayRead
from circletake.cloud.reading import Told
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import Source
from circletake.film.takes.changes import Changes, compare
from circletake.film.takes.day import Cite, Day
from circletake.film.takes.still import still_said
from circletake.film.takes.worklist import value_text

_One = TypeVar("_One")
#: Of each kind of change; Lambda answers with at most 6 MB, and nobody reads more of them.
_MOST_LISTED = 1000


def tell_changes(ref: DayRef, changes: Changes) -> Told:
    """`more`: of which of these there are how many beyond those that are listed."""
    listed: dict[str, Sequence[object]] = {
        "takes_added": _first(changes.takes_added),
        "takes_changed": [
            {"take": each.take, "field": each.field, "was": each.was, "is": each.now}
            for each in _first(changes.takes_changed)
        ],
        "takes_gone": _first(changes.takes_gone),
        "conflicts_added": [tell_entry(ref, entry) for entry in _first(changes.conflicts_added)],
        "worklist_added": [tell_entry(ref, entry) for entry in _first(changes.worklist_added)],
        "worklist_settled": [tell_entry(ref, entry) for entry in _first(changes.worklist_settled)],
    }
    beyond = {name: len(getattr(changes, name)) - len(of) for name, of in listed.items()}
    return {**listed, "more": {name: count for name, count in beyond.items() if count}}


def tell_without_paper(read: DayRead, name: str) -> Told:
    """A day and a paper of it → what changes once it is taken back, and what of it others say, too."""
    after = read.with_said([each for each in read.papers if each.paper.name != name], read.corrections)
    people = (None, Source.PERSON)
    return _tell(read, read.day, after.day, lambda cite: cite.paper == name and cite.source not in people)


def tell_without_correction(read: DayRead, of: str) -> Told:
    """A day and the id of what a person said of it → the same of that."""
    after = read.with_said(read.papers, [each for each in read.corrections if each.id != of])
    # People say other things as well: this one is told from those by a line of its own.
    marked = [
        each.model_copy(update={"said": each.said.model_copy(update={"line": 1})}) if each.id == of else each
        for each in read.corrections
    ]
    before = read.with_said(read.papers, marked)
    return _tell(read, before.day, after.day, lambda cite: cite.source is Source.PERSON and cite.line == 1)


def _tell(read: DayRead, before: Day, after: Day, is_gone: Callable[[Cite], bool]) -> Told:
    still = [
        {
            "by": [{"source": source, "paper": paper} for source, paper in each.by],
            "what": [
                {"take": it.take, "field": it.field, "value": None if it.value is None else value_text(it.value)}
                for it in _first(each.what)
            ],
            "more": max(0, len(each.what) - _MOST_LISTED),
        }
        for each in still_said(before, after, is_gone)
    ]
    return {"changes": tell_changes(read.ref, compare(read.day, after)), "still_said": still}


def _first(every: Sequence[_One]) -> Sequence[_One]:
    return every[:_MOST_LISTED]
