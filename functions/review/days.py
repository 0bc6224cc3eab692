"""The calls about shooting days: what follows from what was said of them, and who may say more."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from circletake.cloud.day_changes import tell_without_correction, tell_without_paper
from circletake.cloud.day_telling import MOST_TAKES, tell_correction, tell_day, tell_listed, tell_unread
from circletake.cloud.days import days_of, read_day
from circletake.cloud.papers import read_columns, read_facts
from circletake.contracts.cards import Line
from circletake.contracts.keys import DayRef, Id
from circletake.contracts.takes import DayFacts, Paper, Said, Source
from circletake.film.papers.ale import MAX_COLUMNS
from circletake.film.papers.headings import plain
from circletake.film.papers.of_day import export_day
from circletake.film.takes.day import DaySound
from functions.review.access import admit, roles_in, sees_people
from functions.review.correcting import require_mentioned, require_sense
from functions.review.day_facts import require_real
from functions.review.papers import AskedPaper, PaperDesk
from functions.review.refusal import Refusal, read_body, senseless

if TYPE_CHECKING:
    from circletake.cloud.day_book import DayBook
    from circletake.cloud.days import DayRead
    from circletake.cloud.reading import Told

#: Who may say what was shot: those who were there, and those who cut it.
MAY_SAY = ("script", "editorial", "camera", "director", "admin")
#: Of so many days of a production the numbers are told in its list, the last one first: each one is folded, which takes
#: a fifth of a second of the function's 29, and some seconds where a paper tells of every frame. Of those for which the
#: time did not do, and of the days before them, each one's own page tells them.
_MOST_SUMMED, _SUMMED_WITHIN_S, _AT_ONCE = 40, 10.0, 4


class AskedCorrection(BaseModel):
    """What somebody knows better: who they are is told by their login, not by them. `new`: that take nobody wrote down,
    and it was shot all the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    said: Said
    new: bool = False


class NamedCorrection(BaseModel):
    """A correction of the day in the address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id


class NamedPaper(BaseModel):
    """A paper of the day in the address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line


class ForgottenColumns(BaseModel):
    """Headings of which nothing is to be known any more beyond what their names say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Literal[Source.SCRIPT, Source.SOUND, Source.CAMERA]
    headings: Annotated[tuple[Line, ...], Field(min_length=1, max_length=MAX_COLUMNS)]


class DayDesk:
    """Where days are looked at, and put right."""

    def __init__(self, book: "DayBook") -> None:
        self._book = book
        self._papers = PaperDesk(book)

    def days(self, groups: frozenset[str], production: str) -> "Told":
        """A production → the days of which anything has come, the last ones with their numbers."""
        _require_seeing(groups, production)
        every, until = days_of(self._book.catalogue, production), time.monotonic() + _SUMMED_WITHIN_S

        def tell(day: DayRef) -> "Told":
            return self._tell_numbers(day) if time.monotonic() < until else self._tell_facts(day)

        # Most of the time goes by waiting for the catalogue.
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            last = list(pool.map(tell, reversed(every[-_MOST_SUMMED:])))
            return {"days": [*pool.map(self._tell_facts, every[:-_MOST_SUMMED]), *reversed(last)]}

    def day(self, groups: frozenset[str], day: DayRef) -> "Told":
        """A day → all of it."""
        _require_seeing(groups, day.production)
        read = self._read(day)
        _require_few(len(read.day.takes), [told.paper for told in read.papers])
        return tell_day(read, may_say=_may_say(groups, day.production))

    def export(self, groups: frozenset[str], day: DayRef, kind: str) -> "Told":
        """A day → what holds, in files to be saved: a CSV, an ALE for each rate of its clips, or its report as a page
        and a CSV."""
        _require_seeing(groups, day.production)
        if kind not in ("csv", "ale", "report"):
            raise senseless("kind is csv, ale or report")
        if kind == "report":
            return {"files": self._report(day)}
        read, name = self._read(day), f"{day.unit}_{day.day}"
        sounds = [DaySound(of, each.sound) for of, each in read.sounds.items()]
        found = export_day(read.day, [each.clip for each in read.clips.values()], sounds)
        if kind == "csv":
            return {"files": [{"name": f"{name}.csv", "text": found["csv"]}]}
        if not found["ale"]:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                "No clip and no sound of this day has come, so nothing tells at which rate a list would count.",
                "Wait for the cards, or ask for the CSV.",
            )
        several = len(found["ale"]) > 1
        files = {f"{name}{f'_{clock}' if several else ''}.ale": text for clock, text in found["ale"].items()}
        return {"files": [{"name": file, "text": text} for file, text in files.items()]}

    def bring_in(self, groups: frozenset[str], by: str, day: DayRef, body: str) -> "Told":
        """A paper → what it says and what that changes; on record where that is asked for."""
        _require_saying(groups, day.production)
        return self._papers.bring_in(by, day, read_body(AskedPaper, body))

    def take_back_paper(self, groups: frozenset[str], by: str, day: DayRef, body: str) -> "Told":
        """A paper → nothing that it says counts any more; what that changes, and what of it others say, too."""
        _require_saying(groups, day.production)
        asked, before = read_body(NamedPaper, body), self._read(day)
        try:
            paper = self._book.take_back_paper(day, asked.name, by)
        except LookupError as unknown:
            raise Refusal(HTTPStatus.NOT_FOUND, "The day has no paper of that name.", "Reload the page.") from unknown
        return {"name": paper.name, "taken_back": True, **tell_without_paper(before, paper.name)}

    def forget_columns(self, groups: frozenset[str], by: str, production: str, body: str) -> "Told":
        """Headings → what people said of them holds no more; papers that were brought in stay as they were read."""
        _require_saying(groups, production)
        asked = read_body(ForgottenColumns, body)
        known = read_columns(self._book.catalogue, production, asked.source)
        if unknown := [heading for heading in asked.headings if plain(heading) not in known]:
            raise Refusal(
                HTTPStatus.NOT_FOUND, f"Nobody has said what {unknown[0]} holds.", "Look at those that are known."
            )
        self._book.remember(production, asked.source, dict.fromkeys(asked.headings), by)
        return {"forgotten": list(asked.headings)}

    def correct(self, groups: frozenset[str], by: str, day: DayRef, body: str) -> "Told":
        """What a person knows better → on record: it holds over all papers."""
        _require_saying(groups, day.production)
        asked = read_body(AskedCorrection, body)
        said, read = asked.said.model_copy(update={"line": 0}), self._read(day)
        require_sense(said, read)
        if not asked.new:
            require_mentioned(said, read)
        return {"correction": tell_correction(self._book.correct(day, said, by))}

    def take_back_correction(self, groups: frozenset[str], by: str, day: DayRef, body: str) -> "Told":
        """A correction → it counts no more; what that changes, and what of it others say, too."""
        _require_saying(groups, day.production)
        asked, before = read_body(NamedCorrection, body), self._read(day)
        try:
            correction = self._book.take_back_correction(day, asked.id, by)
        except LookupError as unknown:
            raise Refusal(HTTPStatus.NOT_FOUND, "The day has no such correction.", "Reload the page.") from unknown
        return {"correction": tell_correction(correction), **tell_without_correction(before, correction.id)}

    def set_facts(self, groups: frozenset[str], by: str, day: DayRef, body: str) -> "Told":
        """When and where a day was → on record."""
        _require_saying(groups, day.production)
        facts = read_body(DayFacts, body)
        require_real(facts)
        self._book.set_facts(day, facts, by)
        return {"facts": facts.model_dump(mode="json")}

    def _report(self, day: DayRef) -> list["Told"]:
        # Only here: what writes a report is more than a cold start should load.
        from circletake.cloud.day_report import read_report
        from circletake.film.day_report_files import file_name, write_texts
        from circletake.film.day_report_words import Clock

        report = read_report(self._book.catalogue, day)
        _require_few(len(report.takes), [line.paper for line in report.papers])
        texts = write_texts(report, Clock(report.facts.zone), self._book.now())
        return [{"name": file_name(day, kind), "text": text} for kind, text in texts.items()]

    def _tell_facts(self, day: DayRef) -> "Told":
        return tell_unread(day, read_facts(self._book.catalogue, day))

    def _tell_numbers(self, day: DayRef) -> "Told":
        return tell_listed(self._read(day))

    def _read(self, day: DayRef) -> "DayRead":
        return read_day(self._book.catalogue, day)


def read_day_ref(production: str, unit: str, day: str) -> DayRef:
    """The labels of an address → the day that they name."""
    try:
        return DayRef(production=production, unit=unit, day=day)
    except ValidationError as error:
        raise Refusal(HTTPStatus.NOT_FOUND, "There is no such day.", "Go back to the list of days.") from error


def _require_few(takes: int, papers: Sequence[Paper]) -> None:
    if takes <= MOST_TAKES:
        return
    longest = max(papers, key=lambda paper: paper.rows, default=None)
    raise Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"{takes:,} takes are said of this day, and up to {MOST_TAKES:,} are shown.",
        f"Take back {longest.name}, which has {longest.rows:,} rows." if longest else "Ask for its export as CSV.",
    )


def _may_say(groups: frozenset[str], production: str) -> bool:
    return any(role in MAY_SAY for role in roles_in(production, groups))


def _require_seeing(groups: frozenset[str], production: str) -> None:
    admit(groups, production)
    if not sees_people(production, groups):
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "Vendors are not told what was shot on a day.",
            "Ask somebody of the production for what you need.",
        )


def _require_saying(groups: frozenset[str], production: str) -> None:
    _require_seeing(groups, production)
    if not _may_say(groups, production):
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "Only script, camera, editorial, the director or an admin say what was shot.",
            "Ask one of them on this production.",
        )
