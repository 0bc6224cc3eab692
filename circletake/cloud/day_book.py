"""Where people write down what they know of a day: papers, corrections, its facts, and what headings hold.

Everything is written once; the newest word holds. Written a second time, the same word changes nothing. Words that
replace one another are as far apart as moments are, at least, whatever the clocks say of those who write them.
"""

import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from circletake.cloud.catalogue import Put, Refused, Row
from circletake.cloud.outbox import Outbox, stamp
from circletake.cloud.papers import columns_prefix, read_bytes
from circletake.contracts import table
from circletake.contracts.facts import DayChanged
from circletake.contracts.keys import DayRef, short_hash
from circletake.contracts.takes import Correction, DayFacts, Paper, Said, Source
from circletake.film.papers.headings import plain

_Said = TypeVar("_Said")
#: A row of the catalogue holds at most 400 KB.
_PART_BYTES = 350_000
#: Nobody else says as much of one thing in the time that it takes to say something of it.
_TRIES = 8


class DayBook:
    """What people say of days, as it is written down."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.catalogue = outbox.catalogue

    def now(self) -> str:
        return self._outbox.now()

    def bring_in(self, day: DayRef, paper: Paper, body: bytes) -> Paper:
        """A paper and its bytes → the paper on record, in place of what it said before under its name.

        Where that is the same, the one that was there stays. Nothing counts before all of it is written.
        """

        def bring_in() -> Paper:
            there = self._newest(day, paper.name)
            if there is not None and _says_the_same(there[1], paper):
                self._say_what_is_pending(day, there[0]["sk"])
                return there[1]
            self._keep(day.production, paper.sha256, body)
            brought = paper.model_copy(update={"at": _after(there[1].at, paper.at) if there else paper.at})
            self._write(day, table.paper_sk(paper.name, brought.at), {"paper": brought.model_dump_json()})
            return brought

        return _in_turn(bring_in)

    def take_back_paper(self, day: DayRef, name: str, by: str) -> Paper:
        """A paper's name → what it said counts no more. Raises `LookupError` where none of that name counts."""

        def take_back() -> Paper:
            there = self._newest(day, name)
            if there is None:
                raise LookupError(f"no paper of {day.name} is called so")
            row, paper = there
            if paper.taken_back:
                self._say_what_is_pending(day, row["sk"])
                return paper
            back = paper.model_copy(update={"taken_back": True, "by": by, "at": _after(paper.at, self.now())})
            self._write(day, table.paper_sk(name, back.at), {"paper": back.model_dump_json()})
            return back

        return _in_turn(take_back)

    def correct(self, day: DayRef, said: Said, by: str) -> Correction:
        """What a person says → on record, over all papers."""
        at = self.now()
        correction = Correction(
            id=short_hash("correction", day.name, by, at, said.model_dump_json()), said=said, by=by, at=at
        )
        sk = table.correction_sk(at, correction.id)
        try:
            self._write(day, sk, {"correction": correction.model_dump_json()})
        except Refused:
            # Its id tells all that it says, who said it and when.
            self._say_what_is_pending(day, sk)
        return correction

    def take_back_correction(self, day: DayRef, correction: str, by: str) -> Correction:
        """A correction's id → it counts no more; who takes it back a second time changes nothing. Raises
        `LookupError` where there is none."""
        row = next(
            (
                row
                for row in self.catalogue.query(table.day_pk(day), table.CORRECTION)
                if row["sk"].endswith(f"#{correction}")
            ),
            None,
        )
        if row is None:
            raise LookupError(f"{day.name} has no such correction")
        said = Correction.model_validate_json(row["correction"], extra="ignore")
        origin = f"{row['sk']}#back"
        if said.taken_back_at is not None:
            self._outbox.say_what_is_pending(table.day_pk(day), origin, [DayChanged.__name__])
            return said
        back = said.model_copy(update={"taken_back_by": by, "taken_back_at": self.now()})
        put = Put({**row, "correction": back.model_dump_json()}, replaces=True)
        self._outbox.commit(table.day_pk(day), origin, [put], [DayChanged(day=day)])
        return back

    def set_facts(self, day: DayRef, facts: DayFacts, by: str) -> None:
        """What a day is called, and when it was → on record."""
        said = facts.model_dump_json()

        def set_facts() -> None:
            rows, now = list(self.catalogue.query(table.day_pk(day), table.DAY_FACTS)), self.now()
            if rows and rows[-1]["facts"] == said:
                self._say_what_is_pending(day, rows[-1]["sk"])
                return
            at = _after(rows[-1]["sk"].removeprefix(table.DAY_FACTS), now) if rows else now
            self._write(day, table.day_facts_sk(at), {"facts": said, "by": by})

        _in_turn(set_facts)

    def remember(self, production: str, source: Source, columns: Mapping[str, str | None], by: str) -> None:
        """What a person says that headings hold, "" for nothing → known of all papers of that source from now on; None:
        what was said before is forgotten."""
        pk, at = table.columns_pk(production), self.now()
        rows = {
            f"{columns_prefix(source)}{plain(heading)}": {
                "heading": heading, "by": by, "at": at, **({} if field is None else {"field": field})
            }
            for heading, field in columns.items()
        }  # fmt: skip
        self.catalogue.put_all([{"pk": pk, "sk": sk, **row} for sk, row in rows.items()])

    def _newest(self, day: DayRef, name: str) -> tuple[Row, Paper] | None:
        rows = list(self.catalogue.query(table.day_pk(day), table.paper_sk(name)))
        return (rows[-1], Paper.model_validate_json(rows[-1]["paper"], extra="ignore")) if rows else None

    def _keep(self, production: str, sha256: str, body: bytes) -> None:
        try:
            # It is there whole: what another version of zlib makes of it must not come among its parts.
            read_bytes(self.catalogue, production, sha256)
        except LookupError:
            packed = zlib.compress(body)
            parts = [packed[at : at + _PART_BYTES] for at in range(0, len(packed), _PART_BYTES)]
            pk = table.paper_pk(production, sha256)
            self.catalogue.put_all(
                [{"pk": pk, "sk": f"{number:03}", "of": len(parts), "part": part} for number, part in enumerate(parts)]
            )

    def _write(self, day: DayRef, sk: str, word: Row) -> None:
        """Raises `Refused` where something was said under that key."""
        pk = table.day_pk(day)
        listed = {"pk": table.days_pk(day.production), "sk": table.day_sk(day)}
        rows = [Put({"pk": pk, "sk": sk, **word}), Put(listed, replaces=True)]
        self._outbox.commit(pk, sk, rows, [DayChanged(day=day)])

    def _say_what_is_pending(self, day: DayRef, sk: str) -> None:
        self._outbox.say_what_is_pending(table.day_pk(day), sk, [DayChanged.__name__])


def _says_the_same(one: Paper, other: Paper) -> bool:
    what = {"name", "source", "sha256", "columns", "taken_back"}
    return one.model_dump(include=what) == other.model_dump(include=what)


def _in_turn(say: Callable[[], _Said]) -> _Said:
    """What reads the last word and writes the next one → the same, after those who did so at the same moment."""
    for _ in range(_TRIES - 1):
        with suppress(Refused):
            return say()
    return say()


def _after(before: str, now: str) -> str:
    """A moment → now, or the next one after it where it is not over yet."""
    return now if now > before else stamp(datetime.fromisoformat(before) + timedelta(milliseconds=1))
