"""`circletake report day`: what a unit's shooting day brought, on the terminal, as a page, on paper, and as a CSV."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from circletake.cli.card import Day, Production
from circletake.cli.shared import Json, console, deployment, fail, make_folder, print_json, require_production, visible
from circletake.contracts.keys import DayRef, is_label

if TYPE_CHECKING:
    from circletake.cloud.catalogue import Catalogue
    from circletake.film.day_report import DayReport
    from circletake.film.day_report_words import Clock


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
    days = _asked(catalogue, production, day, unit)
    if into:
        make_folder(into)
    # Only here: to load what folds a day takes longer than other commands take to start.
    from circletake.cli.report_day_text import print_day
    from circletake.cloud.day_report import read_report, tell_report
    from circletake.film.day_report_words import Clock

    told = []
    for report in (read_report(catalogue, ref) for ref in days):
        clock = Clock(report.facts.zone)
        written = write_files(report, clock, into) if into else {}
        if as_json:
            told.append({**tell_report(report), "files": {kind: str(path) for kind, path in written.items()}})
            continue
        print_day(report, clock, console)
        for path in written.values():
            console.print(Text(f"  {path}"))
        console.print()
    if as_json:
        print_json({"reports": told})


def _asked(catalogue: "Catalogue", production: str, day: str, unit: str | None) -> list[DayRef]:
    """→ the days that are meant, or the end of the command in a sentence."""
    from circletake.cloud.days import days_of

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


def write_files(report: "DayReport", clock: "Clock", into: Path) -> dict[str, Path]:
    """A report, the clock of its day, and a folder → the files that lie in it now, by their kinds."""
    from circletake.cli.report_day_pdf import write_pdf
    from circletake.cli.report_paper import Made
    from circletake.film.day_report_files import BY, file_name, write_texts

    now = datetime.now(UTC).isoformat()
    bodies = {"pdf": write_pdf(report, clock, Made(clock.tell(now), BY))}
    bodies |= {kind: text.encode() for kind, text in write_texts(report, clock, now).items()}
    written = {}
    for kind, body in bodies.items():
        written[kind] = into / file_name(report.ref, kind)
        written[kind].write_bytes(body)
    return written
