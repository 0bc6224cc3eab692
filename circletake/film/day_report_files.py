"""A day's report → its files: a page to read, to send and to print, and a CSV to count with."""

from circletake.contracts.keys import DayRef
from circletake.contracts.version import VERSION
from circletake.film.day_report import DayReport
from circletake.film.day_report_csv import write_csv
from circletake.film.day_report_html import write_html
from circletake.film.day_report_words import Clock

BY = f"Circletake {VERSION}"


def file_name(ref: DayRef, kind: str) -> str:
    """A day, and "html" → the name that its report has as a file."""
    return f"{ref.production}_{ref.unit}_{ref.day}_day-report.{kind}"


def write_texts(report: DayReport, clock: Clock, moment: str) -> dict[str, str]:
    """A report, the clock of its day, and the moment at which it is made → kind → the file's text."""
    return {"html": write_html(report, clock, f"Made {clock.tell(moment)} by {BY}."), "csv": write_csv(report)}
