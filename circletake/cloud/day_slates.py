"""A day → what its papers and people say of each clip: what stands on its slate, and what it can be found by.

Only where somebody named the clip, or gave its timecode: a slate that a model read, and clocks that ran together, are
shown with the take, and neither lets a look through nor widens anybody's consent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from circletake.cloud.days import DayRead
from circletake.contracts.keys import ClipRef
from circletake.contracts.looks import Slate
from circletake.contracts.takes import Source
from circletake.film.report import on_one_line
from circletake.film.takes.day import Fact, How, Part, Take

_NAMED = {How.ITSELF, How.NAME, How.TIMECODE}
#: A note runs over pages; its beginning finds it.
_MOST_LETTERS = 500


def of_papers(read: DayRead) -> DayRead:
    """A day → the day as its papers and corrections alone have it. What people and ALEs say of one clip's slate is
    known without it, and would stay here after they took it back."""
    if not read.recordings.slates:
        return read
    alone = replace(read, recordings=replace(read.recordings, slates=()))
    return alone.with_said(read.papers, read.corrections)


def slates_of(read: DayRead) -> dict[str, dict[str, Slate]]:
    """A day → roll → title of a clip → its slate. Of a clip with several takes, what they have in common."""
    slates: dict[str, dict[str, Slate]] = {}
    for of, takes in _named_takes(read).items():
        clip = read.clips[of]
        slate = _common([_slate(take) for take, _ in takes])
        if slate != Slate():
            slates.setdefault(clip.ref.roll.roll, {})[clip.clip.title] = slate
    return slates


def words_of(read: DayRead) -> dict[ClipRef, tuple[str, ...]]:
    """A day → what each clip can be found by: its flags, lens and filters, and the notes of its takes."""
    words: dict[ClipRef, tuple[str, ...]] = {}
    for of, takes in _named_takes(read).items():
        lines = [line[:_MOST_LETTERS] for take, part in takes for line in _lines(take, part)]
        words[read.clips[of].ref] = tuple(dict.fromkeys(lines))
    return words


def _named_takes(read: DayRead) -> Mapping[str, Sequence[tuple[Take, Part]]]:
    named: dict[str, list[tuple[Take, Part]]] = {}
    for take in read.day.takes:
        for part in take.clips:
            if not _NAMED.isdisjoint(part.how):
                named.setdefault(part.id, []).append((take, part))
    return named


def _slate(take: Take) -> Slate:
    return Slate(**{name: _said(getattr(take, name)) for name in Slate.model_fields})


def _common(slates: Sequence[Slate]) -> Slate:
    """Slates → what they have in common."""
    said = {name: {getattr(slate, name) for slate in slates} for name in Slate.model_fields}
    return Slate(**{name: next(iter(values)) for name, values in said.items() if len(values) == 1})


def _said(fact: Fact | None) -> str | None:
    """→ what somebody says; None for what only a model has read."""
    if fact is None or all(cite.source is Source.SLATE for cite in fact.by):
        return None
    return str(fact.value)


def _lines(take: Take, part: Part) -> Iterator[str]:
    yield from (flag.replace("_", " ").lower() for flag in take.flags if take.is_a(flag))
    facts = (part.facts.get(name) or take.facts.get(name) for name in ("lens", "filters"))
    yield from (str(fact.value) for fact in facts if fact)
    yield from (on_one_line(str(note.value)) for note in take.notes)
