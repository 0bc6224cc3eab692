"""A paper that somebody brings in: what it says, what that changes, and, once they have looked at it, on record."""

import base64
import binascii
import hashlib
import zlib
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from circletake.cloud.day_changes import tell_changes
from circletake.cloud.day_telling import MOST_TAKES, tell_problems, tell_said
from circletake.cloud.days import read_day
from circletake.cloud.papers import PaperTold, read_columns
from circletake.cloud.uncollected import uncollected
from circletake.contracts.cards import Line
from circletake.contracts.errors import Rejected
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import Paper, Source
from circletake.film.manifests.xml import shown
from circletake.film.papers.ale import MAX_COLUMNS
from circletake.film.papers.glance import glance, glance_unread
from circletake.film.papers.headings import plain, suggest
from circletake.film.papers.reading import MAX_BYTES, PaperRead, read_paper
from circletake.film.papers.written import Problem
from circletake.film.takes.changes import compare
from functions.review.refusal import Refusal, senseless
from functions.review.wrong_day import tell_wrong_day

if TYPE_CHECKING:
    from circletake.cloud.day_book import DayBook
    from circletake.cloud.days import DayRead
    from circletake.cloud.reading import Told

#: API Gateway brings at most 6 MB to a function.
_MAX_BODY = 6 << 20
_FIRST = 20
#: A sort key of the catalogue has up to 1,024 bytes; the source stands before the heading in it.
_MOST_REMEMBERED = 1000
#: Of what is kept beside a paper, its headings above all: a row of the catalogue holds at most 400 KB.
_MOST_KEPT, _SHOWN = 350_000, 40


class AskedPaper(BaseModel):
    """A paper as somebody brings it in. `columns`: what its headings hold, "" for nothing; `remember`: in all papers of
    this source, too. Without `apply` nothing is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line
    source: Literal[Source.SCRIPT, Source.SOUND, Source.CAMERA]
    #: Its bytes, compressed by gzip, in base64.
    body: str = Field(max_length=_MAX_BODY)
    columns: Annotated[dict[Line, Literal[""] | Line], Field(max_length=MAX_COLUMNS)] = Field(default_factory=dict)
    apply: bool = False
    remember: bool = False


class PaperDesk:
    """Where papers are brought in."""

    def __init__(self, book: "DayBook") -> None:
        self._book = book

    @uncollected()
    def bring_in(self, by: str, day: DayRef, asked: AskedPaper) -> "Told":
        """A person, a day and a paper → what the paper says and what that changes. Raises `Refusal`."""
        if asked.remember and any(len(plain(heading).encode()) > _MOST_REMEMBERED for heading in asked.columns):
            raise senseless(f"columns: a heading of more than {_MOST_REMEMBERED} bytes is not remembered")
        body, catalogue = unpacked(asked.body), self._book.catalogue
        remembered = read_columns(catalogue, day.production, asked.source)
        read = read_asked(body, asked, remembered)
        before = read_day(catalogue, day)
        paper = Paper(
            name=asked.name, source=asked.source, sha256=hashlib.sha256(body).hexdigest(), columns=read.columns,
            rows=len(read.said), by=by, at=self._book.now(),
        )  # fmt: skip
        _require_room(paper)
        others, told = [each for each in before.papers if each.paper.name != paper.name], PaperTold(paper, read)
        after = before.with_said([*others, told], before.corrections)
        wrong = tell_wrong_day(catalogue, after, told)
        of_day = [*([Problem(0, wrong)] if wrong else []), *_too_many(after)]
        if asked.apply:
            if asked.remember:
                self._book.remember(day.production, asked.source, asked.columns, by)
            self._book.bring_in(day, paper, body)
        replaced = len(others) < len(before.papers)
        return {
            **tell_read(replace(read, problems=(*of_day, *read.problems)), asked, body, remembered),
            "changes": tell_changes(day, compare(before.day, after.day)),
            "applied": asked.apply,
            "replaced": replaced,
        }


def _require_room(paper: Paper) -> None:
    if (size := len(paper.model_dump_json().encode())) > _MOST_KEPT:
        longest = max(paper.columns, key=lambda heading: len(heading.encode()))
        raise Refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The {len(paper.columns)} headings of this paper that hold anything have {size / 1000:.0f} kB, and up to "
            f"{_MOST_KEPT / 1000:.0f} are kept with it. The longest begins with {shown(longest[:_SHOWN])}.",
            "Give the columns shorter names in the paper, or leave out those that hold nothing of a take.",
        )


def _too_many(after: "DayRead") -> list[Problem]:
    if len(after.day.takes) <= MOST_TAKES:
        return []
    said = (
        f"With this paper {len(after.day.takes):,} takes are said of the day, more than the {MOST_TAKES:,} of a page."
    )
    return [Problem(0, said)]


def unpacked(body: str) -> bytes:
    """Base64 of gzip → the bytes. Raises `Refusal` for what is neither, and for what unpacks to more than is read."""
    try:
        packed = base64.b64decode(body, validate=True)
        unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        paper = unpacking.decompress(packed, MAX_BYTES + 1)
    except binascii.Error as error:
        raise senseless("body: it is not in base64") from error
    except zlib.error as error:
        raise senseless("body: it is not compressed by gzip") from error
    if len(paper) > MAX_BYTES:
        raise Refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"This paper has more than {MAX_BYTES >> 20} MB.",
            "Export it for one day alone, or without the columns that are told for each frame.",
        )
    if not unpacking.eof or unpacking.unused_data:
        raise senseless("body: its end is missing, or something follows it")
    return paper


def read_asked(body: bytes, asked: AskedPaper, remembered: dict[str, str]) -> PaperRead:
    """A paper → what it says. Raises `Refusal`, with what stands under its headings where a person can say what those
    hold."""
    try:
        with uncollected():
            return read_paper(body, asked.name, asked.source, asked.columns, remembered)
    except Rejected as rejected:
        verdict = rejected.verdict
        cells = _unread_cells(body, asked.name)
        raise Refusal(HTTPStatus.BAD_REQUEST, verdict.sentence, verdict.next_step, cells=cells) from rejected
    except ValueError as unknown:
        raise senseless(f"columns: {unknown}".rstrip(".")) from unknown


def _unread_cells(body: bytes, name: str) -> dict[str, tuple[str, ...]]:
    try:
        return glance_unread(body, name).cells
    except Rejected:
        return {}


def tell_read(read: PaperRead, asked: AskedPaper, body: bytes, remembered: dict[str, str]) -> "Told":
    """What a paper says, and the paper itself → what its reader is told. `cells`: what stands under its headings."""
    return {
        "columns": read.columns,
        "cells": glance(body, asked.name, asked.source, asked.columns, remembered).cells,
        "is_export": read.is_export,
        "unknown": list(read.unknown),
        "left_out": list(read.left_out),
        "above": read.above,
        "encoding": read.encoding,
        "problems": tell_problems(read.problems),
        "rows": len(read.said),
        "first": [tell_said(said) | {"line": said.line} for said in read.said[:_FIRST]],
        "suggested": suggest([*read.columns, *read.unknown, *read.left_out], asked.source),
    }
