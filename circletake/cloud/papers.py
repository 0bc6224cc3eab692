"""What was said of a day, as the catalogue keeps it: papers with what they say, corrections, facts.

A paper is kept as it came and read again whenever the day is folded; nothing that was read of it is stored.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from circletake.cloud.catalogue import Catalogue, Row
from circletake.cloud.uncollected import uncollected
from circletake.contracts import table
from circletake.contracts.errors import Rejected
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import Correction, DayFacts, Paper, Said, Source
from circletake.film.papers.reading import PaperRead, read_paper
from circletake.film.papers.written import Problem
from circletake.film.takes.day import Word

#: What a process keeps of papers that it has read: it folds the same ones over and over. Of long ones only the last, as
#: more would fill its memory (some 1.2 kB a row, measured).
_KEPT, _LONG_KEPT, _LONG = 16, 1, 10_000


@dataclass(frozen=True, slots=True)
class PaperTold:
    """A paper that was brought in, and what was read of it."""

    paper: Paper
    read: PaperRead

    @property
    def said(self) -> tuple[Said, ...]:
        return self.read.said

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.read.problems

    @property
    def words(self) -> Iterable[Word]:
        return self.read.words(self.paper.source, self.paper.name, self.paper.at)


@dataclass(frozen=True, slots=True)
class SaidOfDay:
    """What papers and people say of a day. Papers that were taken back are not among them; corrections are."""

    facts: DayFacts
    papers: tuple[PaperTold, ...]
    corrections: tuple[Correction, ...]

    @property
    def words(self) -> Iterable[Word]:
        for paper in self.papers:
            yield from paper.words
        for each in self.corrections:
            if each.taken_back_at is None:
                yield Word(Source.PERSON, each.by, each.said, each.at)


def read_said(catalogue: Catalogue, day: DayRef) -> SaidOfDay:
    """A day → what was said of it; of a paper, and of the day's facts, the newest word holds."""
    facts, papers, corrections = _standing(catalogue, day)
    return SaidOfDay(facts, tuple(_told(catalogue, day.production, paper) for paper in papers), corrections)


def is_spoken_of(catalogue: Catalogue, day: DayRef) -> bool:
    """Whether anything that was said of a day counts. No paper is read for that."""
    facts, papers, corrections = _standing(catalogue, day)
    return bool(papers) or facts != DayFacts() or any(each.taken_back_at is None for each in corrections)


def _standing(catalogue: Catalogue, day: DayRef) -> tuple[DayFacts, list[Paper], tuple[Correction, ...]]:
    """A day → its facts, the papers that count, by name, and all corrections."""
    papers: dict[str, Paper] = {}
    corrections: list[Correction] = []
    facts = DayFacts()
    for row in catalogue.query(table.day_pk(day)):
        sk: str = row["sk"]
        if sk.startswith(table.PAPER):
            papers[sk.rpartition("#")[0]] = Paper.model_validate_json(row["paper"], extra="ignore")
        elif sk.startswith(table.CORRECTION):
            corrections.append(Correction.model_validate_json(row["correction"], extra="ignore"))
        elif sk.startswith(table.DAY_FACTS):
            facts = DayFacts.model_validate_json(row["facts"], extra="ignore")
    counting = sorted((paper for paper in papers.values() if not paper.taken_back), key=lambda paper: paper.name)
    return facts, counting, tuple(corrections)


def said_days(catalogue: Catalogue, production: str) -> list[DayRef]:
    """A production → the days of which people said anything, whether it still counts or not."""
    pairs = (row["sk"].split("#") for row in catalogue.query(table.days_pk(production)))
    return [DayRef(production=production, unit=unit, day=day) for unit, day in pairs]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A paper as it was brought in, and who took it back, and when."""

    paper: Paper
    by: str
    at: str


def read_taken_back(catalogue: Catalogue, day: DayRef) -> list[TakenBack]:
    """A day → its papers that count no more, by name; what was brought in again since is not among them."""
    said: dict[str, Paper] = {}
    gone: dict[str, TakenBack] = {}
    for row in catalogue.query(table.day_pk(day), table.PAPER):
        paper = Paper.model_validate_json(row["paper"], extra="ignore")
        if paper.taken_back:
            gone[paper.name] = TakenBack(said.get(paper.name, paper), paper.by, paper.at)
        else:
            said[paper.name] = paper
            gone.pop(paper.name, None)
    return sorted(gone.values(), key=lambda each: each.paper.name)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a person said of a heading in all papers of a source. `field`: "" where it holds nothing."""

    source: Source
    heading: str
    field: str
    by: str
    at: str


def read_remembered(catalogue: Catalogue, production: str) -> list[Remembered]:
    """A production → what people said that its papers' headings hold, and nobody has forgotten since."""
    return [
        Remembered(Source(row["sk"].partition("#")[0]), row["heading"], row["field"], row["by"], row["at"])
        for row in catalogue.query(table.columns_pk(production))
        if "field" in row
    ]


def read_facts(catalogue: Catalogue, day: DayRef) -> DayFacts:
    """A day → what is said of when and where it was, and of nothing else."""
    rows = list(catalogue.query(table.day_pk(day), table.DAY_FACTS))
    return DayFacts.model_validate_json(rows[-1]["facts"], extra="ignore") if rows else DayFacts()


def read_columns(catalogue: Catalogue, production: str, source: Source) -> dict[str, str]:
    """A production, and whose papers → what people said that their headings hold: heading in plain spelling → field."""
    rows = catalogue.query(table.columns_pk(production), columns_prefix(source))
    return {row["sk"].removeprefix(columns_prefix(source)): row["field"] for row in rows if "field" in row}


def columns_prefix(source: Source) -> str:
    return f"{source}#"


def read_bytes(catalogue: Catalogue, production: str, sha256: str) -> bytes:
    """→ a paper as it came. Raises `LookupError` where it is not there, or not all of it."""
    rows: list[Row] = list(catalogue.query(table.paper_pk(production, sha256)))
    if not rows or len(rows) != rows[0]["of"]:
        raise LookupError(f"paper {sha256} of {production} is not in the catalogue")
    return zlib.decompress(b"".join(bytes(row["part"]) for row in rows))


def read_as(body: bytes, name: str, source: Source, columns: Mapping[str, str]) -> PaperRead:
    """A paper, and its columns as they were read when it was brought in → what it says, by these columns alone:
    whatever has been learned of headings since."""
    with uncollected():
        read = read_paper(body, name, source, columns)
        if learned := {heading: "" for heading in read.columns if heading not in columns}:
            return read_paper(body, name, source, {**columns, **learned})
        return read


def _told(catalogue: Catalogue, production: str, paper: Paper) -> PaperTold:
    read = _read_short if paper.rows <= _LONG else _read_long
    columns = tuple(sorted(paper.columns.items()))
    return PaperTold(paper, read(catalogue, production, paper.sha256, paper.name, paper.source, columns))


def _read(
    catalogue: Catalogue, production: str, sha256: str, name: str, source: Source, columns: tuple[tuple[str, str], ...]
) -> PaperRead:
    try:
        return read_as(read_bytes(catalogue, production, sha256), name, source, dict(columns))
    except Rejected as rejected:
        # It was read when it came; a rule that became stricter since must not hide the rest of the day.
        return PaperRead((), dict(columns), (), {}, (Problem(0, rejected.verdict.sentence),))


_read_short, _read_long = lru_cache(maxsize=_KEPT)(_read), lru_cache(maxsize=_LONG_KEPT)(_read)
