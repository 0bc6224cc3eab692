"""`circletake report day`: what a unit's shooting day brought, on the terminal, as a page, on paper, and as a CSV."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.text import Text

from circletake.cli.card import Day, Production
from circletake.cli.report_day_text import print_day
from circletake.cli.report_day_words import Clock
from circletake.cli.shared import Json, console, deployment, fail, print_json, require_production, visible
from circletake.cloud.catalogue import Catalogue
from circletake.cloud.days import days_of, read_day
from circletake.cloud.reading import Reading, tell_clip
from circletake.contracts.keys import DayRef, is_label
from circletake.film.day_report import DayReport, PaperLine, report_day
from circletake.film.day_report_rolls import roll_line
from circletake.film.papers.written import Problem
from circletake.film.sound.mismatches import Mismatch
from circletake.film.takes.day import DaySound


def day(
    context: typer.Context,
    production: Production,
    day: Day,
    unit: Annotated[str | None, typer.Option(help="One unit; without it, every unit that has shot this day.")] = None,
    into: Annotated[Path | None, typer.Option(help="A folder to write a PDF, a page and a CSV to, as well.")] = None,
    as_json: Json = False,
) -> None:
    """The report of a shooting day: cards, takes, circles, runtime, sound, papers, and what is missing.

    Facts only. With `--into`, a PDF, an HTML page and a CSV of each unit lie in that folder afterwards; older ones of
    the same name are replaced, and the folder is made where there is none.
    """
    where = deployment(context)
    require_production(where, production)
    catalogue = where.catalogue()
    reports = [read_report(catalogue, ref) for ref in _asked(catalogue, production, day, unit)]
    if into:
        _make(into)
    told = []
    for report in reports:
        clock = Clock(report.facts.zone)
        written = write_files(report, clock, into) if into else {}
        if as_json:
            told.append({**_plain(report), "files": {kind: str(path) for kind, path in written.items()}})
            continue
        print_day(report, clock, console)
        for path in written.values():
            console.print(Text(f"  {path}"))
        console.print()
    if as_json:
        print_json({"reports": told})


def _asked(catalogue: Catalogue, production: str, day: str, unit: str | None) -> list[DayRef]:
    """→ the days that are meant, or the end of the command in a sentence."""
    for label in (day, *([unit] if unit else [])):
        if not is_label(label):
            fail(f"{visible(label)!r} is no label of a day or a unit.", 2)
    known = days_of(catalogue, production)
    found = [ref for ref in known if ref.day == day and unit in (None, ref.unit)]
    if not found:
        there = ", ".join(f"{ref.day} of unit {ref.unit}" for ref in known)
        of = f" of unit {unit}" if unit else ""
        fail(f"Nothing of day {day}{of} has been received. Days: {there or 'none'}.")
    return found


def read_report(catalogue: Catalogue, ref: DayRef) -> DayReport:
    """A day's label → its report."""
    read, reading = read_day(catalogue, ref), Reading(catalogue)
    rolls = [
        roll_line(roll.roll, reading.card(roll), [tell_clip(row) for row in reading.clips(roll)])
        for roll, _ in reading.rolls(ref.production)
        if roll.of_day == ref
    ]
    misfits = [
        (clip.clip.title, each.sentence)
        for clip in sorted(read.clips.values(), key=lambda clip: clip.clip.title)
        for each in (clip.placing.listed if clip.placing else ())
        # A clip without sound is told with its take.
        if each.mismatch is not Mismatch.NO_SOUND
    ]
    return report_day(
        ref,
        read.facts,
        read.day,
        [clip.clip for clip in read.clips.values()],
        [DaySound(of, each.sound) for of, each in read.sounds.items()],
        rolls=rolls,
        papers=[PaperLine(each.paper, each.problems) for each in read.papers],
        corrections=read.corrections,
        misfits=misfits,
    )


def write_files(report: DayReport, clock: Clock, into: Path) -> dict[str, Path]:
    """A report, the clock of its day, and a folder → the files that lie in it now, by their kinds."""
    # Only here: to load them takes longer than any other command takes to start.
    from circletake.cli.report_day_csv import write_csv
    from circletake.cli.report_day_html import write_html
    from circletake.cli.report_day_pdf import write_pdf
    from circletake.cli.report_paper import Made

    made, ref = Made.now(), report.ref
    bodies = {
        "pdf": write_pdf(report, clock, made),
        "html": write_html(report, clock, f"Made {made.at} by {made.by}.").encode(),
        "csv": write_csv(report).encode(),
    }
    written = {}
    for kind, body in bodies.items():
        written[kind] = into / f"{ref.production}_{ref.unit}_{ref.day}_day-report.{kind}"
        written[kind].write_bytes(body)
    return written


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        fail(f"{folder} is no folder: a file has that name. Name another one: --into DIR", 2)


def _plain(value: Any) -> Any:
    """A report → JSON; what is exact stays so: 24000/1001 is '24000/1001'."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Problem):
        return value._asdict()
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value
