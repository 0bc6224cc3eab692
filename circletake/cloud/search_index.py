"""What can be searched for in a production: a row for each clip, and one object that is written from all of them.

Whoever changes a row says that the search is behind; `sweep` has it written again. Two writers at once do no harm: each
looks afterwards whether it wrote the newest, so the last object is never an old one.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any

from circletake.cloud.catalogue import Catalogue, Change, Refused, Row
from circletake.cloud.looks import read_paper_words, read_slates
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.analysis import SlateAnswer, SpeechAnswer
from circletake.contracts.facts import DayChanged
from circletake.contracts.keys import ClipRef, RollRef
from circletake.contracts.media import Inspection
from circletake.film.looks.resolving import clip_name
from circletake.film.search import Index, IndexedClip, RollLabels

#: Changes within this long are written together.
_BEHIND_S = 15
#: Words of one clip that can be searched for: some three hours of talk. A row of the catalogue holds 400 KB.
_MAX_WORDS, _MAX_BYTES = 30_000, 350_000
#: The frame of every so many words is kept: near enough to hear the one that was asked for.
_EVERY_WORDS = 5


def is_behind(catalogue: Catalogue, production: str) -> bool:
    """Whether something that can be searched for has come since the index was written."""
    return "due_at" in (catalogue.get(table.index_pk(production), table.BEHIND) or {})


class SearchIndex:
    """The rows of what can be searched for."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._catalogue = outbox.catalogue

    def note_clip(self, clip: ClipRef, title: str, inspection: Inspection) -> None:
        """A clip's name, and what labels its frames: at a rate that varies, none has a timecode."""
        video, label = inspection.video, inspection.start_timecode
        rate = f"{video.rate.numerator}/{video.rate.denominator}"
        self._note(clip, {"title": title, "rate": rate, "start": "" if video.variable_rate else label or ""})

    def note_speech(self, clip: ClipRef, title: str, rate: Fraction, answer: SpeechAnswer) -> None:
        """A transcript → its words, and in which frame some of them are said."""
        spoken = [(word.text.split(), round(word.start_s * rate)) for word in answer.words[:_MAX_WORDS]]
        words: list[str] = []
        at: list[tuple[int, int]] = []
        for number, (parts, frame) in enumerate(spoken):
            if number % _EVERY_WORDS == 0:
                at.append((len(words), frame))
            words += parts
        packed = _pack(words, at)
        while len(packed) > _MAX_BYTES:
            words = words[: len(words) // 2]
            packed = _pack(words, [known for known in at if known[0] < len(words)])
        self._note(clip, {"title": title, "speech": packed})

    def note_slate(self, clip: ClipRef, title: str, answer: SlateAnswer) -> None:
        """What was read off a slate: it holds until somebody says otherwise, and bears on the day's takes."""
        fields = {"scene": answer.scene, "number": answer.slate, "take": answer.take}
        sure = min((field.confidence for field in fields.values() if field), default=0.0)
        told = {f"slate_{name}": field.text if field else "" for name, field in fields.items()}
        self._note(clip, {"title": title, **told, "slate_sure": Decimal(f"{sure:.3f}")})
        pk, origin, said = table.index_pk(clip.roll.production), table.index_sk(clip), DayChanged(day=clip.roll.of_day)
        try:
            self._outbox.commit(pk, origin, [], [said])
        except Refused:
            self._outbox.say_what_is_pending(pk, origin, [said.name])

    def note_behind(self, production: str) -> None:
        """Something that the rows do not tell has changed: a person's word on a slate, say."""
        pk = table.index_pk(production)
        self._catalogue.change(Change(pk, table.BEHIND, adds={"revision": 1}))
        due = {"open_shard": table.open_shard(table.BEHIND), "due_at": self._outbox.now(_BEHIND_S)}
        with suppress(Refused):
            self._catalogue.change(Change(pk, table.BEHIND, sets=due, when={"due_at": None}))

    def revision(self, production: str) -> int:
        row = self._catalogue.get(table.index_pk(production), table.BEHIND)
        return int(row["revision"]) if row else 0

    def is_written(self, production: str, revision: int) -> bool:
        """Whether what was written as of a revision is still the newest; if so, nothing is due any more."""
        written = Change(
            table.index_pk(production), table.BEHIND, removes=["open_shard", "due_at"], when={"revision": revision}
        )
        try:
            self._catalogue.change(written)
        except Refused:
            return False
        return True

    def read(self, production: str) -> Index:
        """A production → its index, in the order of its rolls and clips."""
        rows = [row for row in self._catalogue.query(table.index_pk(production)) if "title" in row]
        rolls = {row["sk"].rpartition("#")[0].rpartition("#")[0] for row in rows}
        slates = {roll: read_slates(self._catalogue, RollRef.of_partition(roll)) for roll in rolls}
        days = {RollRef.of_partition(roll).of_day for roll in rolls}
        papers = {sk: lines for day in days for sk, lines in read_paper_words(self._catalogue, day).items()}
        return Index(clips=tuple(_indexed(row, slates, papers.get(row["sk"], ())) for row in rows))

    def _note(self, clip: ClipRef, told: Mapping[str, Any]) -> None:
        production = clip.roll.production
        self._catalogue.change(Change(table.index_pk(production), table.index_sk(clip), sets=told))
        self.note_behind(production)


def _pack(words: Sequence[str], at: Sequence[tuple[int, int]]) -> bytes:
    return zlib.compress(json.dumps({"words": " ".join(words), "at": at}).encode(), 9)


def _indexed(row: Row, slates: Mapping[str, Mapping[str, Any]], papers: Sequence[str]) -> IndexedClip:
    partition, clip_id, version = row["sk"].rsplit("#", 2)
    roll, slate = RollRef.of_partition(partition), slates[partition].get(clip_name(row["title"]))
    speech: dict[str, Any] = json.loads(zlib.decompress(bytes(row["speech"]))) if "speech" in row else {}
    frames: Sequence[Sequence[int]] = speech.get("at", ())
    return IndexedClip(
        roll=RollLabels(unit=roll.unit, day=roll.day, roll=roll.roll),
        clip_id=clip_id,
        version=version,
        title=row["title"],
        scene=(slate.scene if slate else None) or row.get("slate_scene") or None,
        setup=slate.setup if slate else None,
        slate=(slate.slate if slate else None) or row.get("slate_number") or None,
        take=(slate.take if slate else None) or row.get("slate_take") or None,
        rate=row.get("rate"),
        start_timecode=row.get("start") or None,
        papers=tuple(papers),
        words=speech.get("words", ""),
        at=tuple((word, frame) for word, frame in frames),
    )
