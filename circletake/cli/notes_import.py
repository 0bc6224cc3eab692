"""`circletake notes import`: papers into a day, each looked at before it counts."""

import base64
import gzip
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from circletake.cli.card import Day, Production, Unit
from circletake.cli.notes_fields import read_mappings
from circletake.cli.notes_shared import api_path, day_ref
from circletake.cli.notes_view import print_changes, print_reading, print_refused
from circletake.cli.people import As, Person, Refused
from circletake.cli.shared import Json, console, counted, deployment, errors, fail, print_json, visible
from circletake.cloud.catalogue import Catalogue
from circletake.cloud.papers import read_columns
from circletake.contracts.errors import Rejected
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import Source
from circletake.film.papers.glance import Glance, glance, likely_source
from circletake.film.papers.headings import plain
from circletake.film.papers.reading import MAX_BYTES

#: API Gateway brings at most 6 MB to a function; what stands around a paper is small.
_MOST_SENT = 6 * 1000 * 1000 - 100_000
#: How the files of sound recorders begin (EBU Tech 3285, 3306; ITU-R BS.2088).
_SOUND = (b"RIFF", b"RF64", b"BW64")


class Whose(StrEnum):
    """Who wrote a paper."""

    SCRIPT = "script"
    SOUND = "sound"
    CAMERA = "camera"


@dataclass(frozen=True)
class Asked:
    """What was asked for, of all files. `look_only`: nobody is there to say yes."""

    ref: DayRef
    catalogue: Catalogue
    given: Mapping[str, str]
    several: bool
    name: str | None
    remember: bool
    yes: bool
    dry_run: bool
    look_only: bool
    as_json: bool


@dataclass(frozen=True)
class File:
    """A paper that can be brought in."""

    path: Path
    name: str
    body: bytes
    source: Source
    seen: Glance


def bring_in(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV or ALE files, in any encoding.")],
    production: Production,
    day: Day,
    person: As,
    unit: Unit = "main",
    source: Annotated[Whose | None, typer.Option(help="Whose papers these are. If not said, you are asked.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help='What a heading holds: --column "Mood=note". `circletake notes columns` has all fields.'),
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option(help='A heading that says nothing: --leave-out "Mood".')
    ] = None,
    remember: Annotated[
        bool, typer.Option(help="Keep what --column and --leave-out say for all such papers of the production.")
    ] = True,
    name: Annotated[str | None, typer.Option(help="What the paper is called, else by its file's name.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Bring them in without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, and change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Bring papers into a day: script supervisor's log, sound report, camera report or metadata, ALE.

    Each is shown first: how its headings were read, what could not be, and what would change; then you are asked. A
    paper that comes again under its name takes the place of what it said before. What cannot be read costs its row.

    A sound recorder's files need no import: what they say of themselves is read when they are uploaded.

    Exit code 1: one of the files was refused; the others are in. 2: nobody was there to say yes, so nothing is. Who
    answers no gets 0.
    """
    ref, given = day_ref(production, unit, day), read_mappings(column or [], leave_out or [])
    called = [name or file.name for file in files]
    if twice := sorted({each for each in called if called.count(each) > 1}):
        fail(f"Several of these are called {visible(twice[0])!r}, and a paper is known by its name. Say --name.", 2)
    may_ask = _is_somebody_there() and not as_json
    where = deployment(context)
    asked = Asked(
        ref, where.catalogue(), given, len(files) > 1, name, remember and bool(given), yes, dry_run,
        look_only=not (yes or dry_run or may_ask), as_json=as_json,
    )  # fmt: skip
    whose = Source[source.name] if source else None
    _require_source(whose, files, may_ask=may_ask)
    _require_headings(asked, files, whose)
    someone = Person(where, person)
    done = [_bring_in(someone, asked, path, whose) for path in files]
    if as_json:
        print_json({"papers": done})
    if any(each["refused"] for each in done):
        raise typer.Exit(1)
    if asked.look_only:
        fail("Nothing was brought in: nobody is here to be asked. Look at it, and say --yes.", 2)


def _is_somebody_there() -> bool:
    return sys.stdin.isatty()


def _require_source(source: Source | None, files: Sequence[Path], *, may_ask: bool) -> None:
    if source is None and not may_ask:
        names = ", ".join(visible(path.name) for path in files)
        fail(f"Say whose papers these are: --source script, sound or camera. ({names})", 2)


def _require_headings(asked: Asked, files: Sequence[Path], source: Source | None) -> None:
    """Ends the command where a heading that was named stands in none of several papers."""
    if not asked.several or not asked.given:
        return
    there: set[str] = set()
    for path in files:
        try:
            seen = _look(asked, path, source or Source.SCRIPT)[1]
        except Refused:
            continue
        there |= {plain(heading) for heading in seen.cells}
    if absent := [heading for heading in asked.given if plain(heading) not in there]:
        fail(f"None of these papers has a column {visible(absent[0])!r}.", 2)


def _bring_in(someone: Person, asked: Asked, path: Path, source: Source | None) -> dict[str, Any]:
    """→ what is told of one file to machines."""
    try:
        file = _open(asked, path, source)
        told = _send(someone, asked, file, apply=asked.yes and not asked.dry_run)
        if not asked.as_json:
            print_reading(file.name, file.source, file.seen, told)
            print_changes(told["changes"], asked.ref)
        if not told["applied"] and not asked.look_only and not asked.dry_run and typer.confirm("Bring it in?"):
            told = _send(someone, asked, file, apply=True)
    except Refused as refused:
        if not asked.as_json:
            print_refused(path.name, str(refused))
        return {"file": str(path), "refused": str(refused)}
    if not asked.as_json:
        _print_end(asked, file, told)
    cells = {heading: list(of) for heading, of in file.seen.cells.items()}
    return {"file": str(path), "refused": None, "name": file.name, "source": file.source, "cells": cells, **told}


def _open(asked: Asked, path: Path, source: Source | None) -> File:
    """A file → a paper that can be sent. Raises `Refused`."""
    body, seen = _look(asked, path, source or Source.SCRIPT)
    if source is None:
        likely = likely_source(seen)
        whose = typer.prompt(
            f"Whose paper is {visible(path.name)}?", default=likely.lower() if likely else None, type=Whose
        )
        source = Source[Whose(whose).name]
        body, seen = _look(asked, path, source)
    return File(path, asked.name or path.name, body, source, seen)


def _look(asked: Asked, path: Path, source: Source) -> tuple[bytes, Glance]:
    try:
        with path.open("rb") as opened:
            start = opened.read(12)
            if start[:4] in _SOUND and start[8:] == b"WAVE":
                raise Refused(
                    "This is a sound recorder's file. What it says of itself is read when it is uploaded: "
                    "circletake upload CARD"
                )
            body = start + opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(f"It cannot be read: {error.strerror}.") from error
    remembered = read_columns(asked.catalogue, asked.ref.production, source)
    try:
        return body, glance(body, asked.name or path.name, source, asked.given, remembered)
    except Rejected as rejected:
        raise Refused(f"{rejected.verdict.sentence} {rejected.verdict.next_step}") from rejected


def _send(someone: Person, asked: Asked, file: File, *, apply: bool) -> dict[str, Any]:
    packed = base64.b64encode(gzip.compress(file.body, mtime=0)).decode()
    if len(packed) > _MOST_SENT:
        raise Refused(
            "Packed, it is larger than the 6 MB that can be sent. Export it for one day alone, or without the columns "
            "that are told for each frame."
        )
    there = {plain(heading) for heading in file.seen.cells}
    given = {heading: field for heading, field in asked.given.items() if not asked.several or plain(heading) in there}
    body = {
        "name": file.name, "source": file.source, "body": packed, "columns": given, "apply": apply,
        "remember": apply and asked.remember and bool(given),
    }  # fmt: skip
    doing = "Bringing in" if apply else "Reading"
    waiting = errors.status(f"{doing} {visible(file.name)} …") if errors.is_terminal else nullcontext()
    with waiting:
        return someone.ask(f"{api_path(asked.ref)}/papers", body)


def _print_end(asked: Asked, file: File, told: Mapping[str, Any]) -> None:
    if told["applied"]:
        place = ", in place of what it said before" if told["replaced"] else ""
        said = f"✓ {visible(file.name)} is in: {counted(told['rows'], 'row')}{place}."
        if asked.remember:
            said += f" What its headings hold is kept for all {file.source.lower()} papers of {asked.ref.production}."
        console.print(Text(said, style="green"))
    elif asked.dry_run or not asked.look_only:
        console.print(Text(f"{visible(file.name)} was not brought in.", style="dim"))
    console.print()
