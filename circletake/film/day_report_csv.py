"""A day's report to count with: a CSV of one row a take, with the columns of our own exports, so that it is read again.

What only people want stands in front of those: of several cameras, each clip's own camera, roll, lens and timecode in
the order of the clips, with a dash for the one of which nothing is known. Brought in again it says nothing that the day
does not know.
"""

from collections.abc import Iterator, Sequence

from circletake.contracts.takes import Flag, Said
from circletake.film.day_report import DayReport, TakeLine, kept_notes, said_of
from circletake.film.day_report_words import DASH, SILENCES, lens_text
from circletake.film.papers.exported import write_beside
from circletake.film.report import in_decimals

#: In front of the columns of an export.
COLUMNS = (
    "Production",
    "Unit",
    "Day",
    "Cameras",
    "Camera Rolls",
    "Lenses",
    "Timecodes",
    "Runtime (s)",
    "Circled Runtime (s)",
    "Sound",
    "More Notes",
    "Waiting For A Person",
)


def write_csv(report: DayReport) -> str:
    """A report → its CSV. Runtimes are those of all cameras together."""
    return write_beside(COLUMNS, (_row(report, take) for take in report.takes))


def _row(report: DayReport, take: TakeLine) -> tuple[Sequence[str], Said]:
    return tuple(_beside(report, take)), said_of(take)


def _beside(report: DayReport, take: TakeLine) -> Iterator[str]:
    ref, runtime = report.ref, in_decimals(take.runtime) if take.clips else ""
    yield from (ref.production, ref.unit, ref.day)
    yield _each([part.camera for part in take.clips])
    yield _each([part.roll for part in take.clips])
    lenses = _each([str(part.facts.get("lens", "")) for part in take.clips])
    yield ", ".join(filter(None, (lenses, lens_text(take))))
    yield _each([f"{part.starts}–{part.ends}" if part.starts else "" for part in take.clips])
    yield from (runtime, runtime if Flag.CIRCLED in take.flags else "")
    yield "yes" if take.sounds else SILENCES[take.silence] if take.silence else ""
    yield "\n".join(note for note in take.notes[len(kept_notes(take.notes)) :])
    yield "\n".join(take.waiting)


def _each(values: Sequence[str | None]) -> str:
    return ", ".join(value or DASH for value in values) if any(values) else ""
