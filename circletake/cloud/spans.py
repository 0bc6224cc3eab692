"""The files of a clip that a camera cut into several: which of them count, and what is wrong with them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from circletake.cloud.catalogue import Row
from circletake.contracts.errors import Code, Verdict
from circletake.contracts.facts import ClipReceived
from circletake.contracts.files import State
from circletake.film.naming import name_clip

#: DynamoDB takes 100 changes in a transaction; the clip, its roll and its fact are three of them.
MAX_SPANS = 90
#: What the spans may take of a message; the rest is the inspection's, which travels with them.
MAX_SPANS_BYTES = 48 * 1024


@dataclass(frozen=True)
class SpanGroup:
    """The spans of one clip: the version of each that counts, in order, and the rows that still wait to join."""

    chosen: tuple[Row, ...]
    waiting: tuple[Row, ...]
    verdict: Verdict | None


def group_spans(rows: Iterable[Row], listed: frozenset[str] | None = None) -> list[SpanGroup]:
    """FILE rows of an offload → its spanned clips in which something waits.

    Those that have joined before are looked at again: a span that comes late belongs to them. Of a span that was
    put twice the version counts that the completion record lists (`listed`, sort keys), else the later one.
    """

    def rank(pair: tuple[int, Row]) -> tuple[int, bool, str]:
        span, row = pair
        return span, listed is not None and row["sk"] in listed, row["sequencer"]

    groups: dict[tuple[str, str, str], list[tuple[int, Row]]] = defaultdict(list)
    for row in rows:
        name = name_clip(row["path"])
        if name.span is not None:
            groups[row["offload"], name.directory, name.stem].append((name.span, row))
    found = []
    for group in groups.values():
        ordered = sorted(group, key=rank)
        chosen = dict(ordered)
        waiting = tuple(row for _, row in ordered if row["state"] == State.WAITING)
        if waiting:
            found.append(SpanGroup(tuple(chosen.values()), waiting, judge_numbers(list(chosen))))
    return found


def judge_numbers(found: Sequence[int]) -> Verdict | None:
    """Span numbers of a clip, sorted → what is wrong with them, or None. Cameras count them from 1."""
    if len(found) > MAX_SPANS:
        return Verdict(
            code=Code.LIMIT_EXCEEDED,
            sentence=f"This clip has {len(found)} spans; at most {MAX_SPANS} are joined.",
            next_step="Tell us about this camera; the spans themselves are kept.",
        )
    if missing := sorted(set(range(1, found[-1] + 1)) - set(found)):
        listed = ", ".join(f"{number:03d}" for number in missing[:10])
        return Verdict(
            code=Code.MISSING_SPAN,
            sentence=f"Of this clip's spans, number {listed} did not arrive.",
            next_step="Do not format the card. Look for the missing span on it and upload the whole card again.",
        )
    return None


def judge_size(received: ClipReceived) -> Verdict | None:
    """Many spans with very long paths → a verdict, because no message could name them all."""
    if len(received.model_dump_json().encode()) <= MAX_SPANS_BYTES:
        return None
    return Verdict(
        code=Code.LIMIT_EXCEEDED,
        sentence=f"The paths of this clip's {len(received.spans)} spans are too long to be worked on together.",
        next_step="Upload the card from a folder nearer to its top; the spans themselves are kept.",
    )
