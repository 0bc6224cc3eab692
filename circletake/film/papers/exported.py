"""What was said of a day → a CSV and an ALE, and back to the same rows.

Both are read literally: what they hold was read once, so nothing in it is taken apart again. A paper with all these
headings is one of ours; a spreadsheet may have put its columns in another order, or added some. In the CSV an empty
cell is "nobody said", a flag is yes or no, and a cell that a spreadsheet would run has an apostrophe before it.

The last column marks a row as we wrote it. Brought in again, a row that still has its mark repeats what others said,
whoever brings it, and must not be believed more than they are; one that somebody changed says what it says.

The ALE has a row for each clip, by whose Name editing programs find it, and in Scene what the slate says, as they have
it; what was said stands in the other columns, the lines of a note on one, with " / " between them. That a Media
Composer takes it was not tried.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from circletake.contracts.takes import Flag, Said
from circletake.film.interchange.ale import ale_text
from circletake.film.manifests.xml import shown
from circletake.film.papers.cells import read_rate, write_rate
from circletake.film.papers.table import Table
from circletake.film.papers.written import Problem
from circletake.film.report import visible

#: Field or flag → its column in a CSV, by Avid's name where that has one.
HEADINGS: dict[str, str] = {
    "scene": "Scene",
    "setup": "Setup",
    "slate": "Slate",
    "take": "Take",
    Flag.CIRCLED: "Circled",
    "camera": "Camera",
    "roll": "Camroll",
    "sound_roll": "Soundroll",
    "clips": "Clips",
    "sounds": "Sound Files",
    "starts": "Start",
    "ends": "End",
    "lens": "Lens",
    "exposure_index": "EI",
    "white_balance": "WB",
    "filters": "Filters",
    "shutter": "Shutter",
    "sensor_fps": "Sensor FPS",
    **{flag: flag.replace("_", " ").capitalize() for flag in Flag if flag is not Flag.CIRCLED},
    "note": "Comments",
}
#: What a slate says is Avid's Scene, so the scene without its setup's letters has a column of its own.
_SCENE_OF_ALE = "Script Scene"
#: In which a row's own mark stands, where it is as we wrote it.
MARK = "Exported"
_OF_ALE = HEADINGS | {"scene": _SCENE_OF_ALE}
_YES_OR_NO = {"yes": True, "no": False}
#: What a spreadsheet takes for a formula, also behind the ";" that many of them split a line at.
_RUN = r"(?='*\s*[=+\-@＝＋－＠])"
_RUNS, _KEPT = re.compile(rf"(^|;){_RUN}"), re.compile(rf"(^|;)'{_RUN}")
_SPELT = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
_COMMA = "⟨U+002C⟩"
#: Between the lines of a note where it has to stand on one; a slash that looks like it is spelt.
_NEXT_LINE, _SLASH = " / ", "⟨U+002F⟩"
_LONE_SLASH = re.compile(r"(?<!\S)/(?!\S)")


def write_csv(rows: Iterable[Said]) -> str:
    """What was said → a CSV, with the byte order mark that Excel needs, and nothing in it that a spreadsheet runs."""
    return write_beside((), (((), row) for row in rows))


def write_beside(headings: Sequence[str], rows: Iterable[tuple[Sequence[str], Said]]) -> str:
    """Rows, each with what else is to be told beside it, and the headings of that → the same CSV with it in front."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*headings, *HEADINGS.values(), MARK))
    for more, row in rows:
        cells = _cells(row, _spelt_lines)
        if any(cells):
            told = (*map(_spelt_lines, more), *cells)
            writer.writerow([*(_RUNS.sub(r"\1'", cell) for cell in told), mark_of(row)])
    return text.getvalue()


def _spelt_lines(text: str) -> str:
    return "\n".join(map(_spelt, text.split("\n")))


def _on_one_line(text: str) -> str:
    return _NEXT_LINE.join(_LONE_SLASH.sub(_SLASH, _spelt(line)) for line in text.split("\n"))


def write_ale(rows: Iterable[Said], rate: Fraction, height: int = 1080) -> str:
    """What was said, and the rate of the project → an ALE."""
    lines = []
    for row in rows:
        cells = _cells(row, _on_one_line)
        if any(cells):
            scene = row.setup or row.slate or row.scene or ""
            lines += [(name, scene, *cells, mark_of(row)) for name in _named(row)]
    return ale_text(("Name", "Scene", *_OF_ALE.values(), MARK), lines, rate, height)


def mark_of(row: Said) -> str:
    """What a row says → letters that change with it, wherever it stands. They prove nothing: anybody can make them."""
    said = json.dumps(row.model_dump(mode="json", exclude={"line"}), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _named(row: Said) -> Sequence[str]:
    return row.clips or row.sounds or ("",)


def _cells(row: Said, remark: Callable[[str], str]) -> list[str]:
    return [_cell(row, field, remark) for field in HEADINGS]


def _cell(row: Said, field: str, remark: Callable[[str], str]) -> str:
    if field in Flag.__members__:
        return {True: "yes", False: "no", None: ""}[row.flags.get(Flag(field))]
    value = getattr(row, field)
    if not value:
        return ""
    match field:
        case "clips" | "sounds":
            return ", ".join(_spelt(name).replace(",", _COMMA) for name in value)
        case "sensor_fps":
            return write_rate(value)
        case "note":
            return remark(value)
    return _spelt(value)


def _spelt(text: str) -> str:
    """Text → the same on one line, with what is invisible spelt, and what looks so spelt as well."""
    text = text.replace("⟨U+", "⟨U+27E8⟩U+")
    return text if text.isprintable() else visible(text)


def _unspelt(text: str) -> str:
    return _SPELT.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), text)


def exported_columns(headings: Sequence[str]) -> dict[str, str]:
    """Headings → heading → field, where they are those of our own export, else nothing."""
    for ours in (_OF_ALE, HEADINGS):
        if set(ours.values()) <= set(headings):
            return {heading: field for field, heading in ours.items()}
    return {}


class ExportReader:
    """Rows of our own export → `Said`, literally."""

    def __init__(self, table: Table, columns: Mapping[str, str]) -> None:
        self._plan = [(columns[heading], at) for at, heading in enumerate(table.headings) if heading in columns]
        #: Nothing runs what an ALE holds, so nothing in it was kept from being run.
        self._is_csv = _SCENE_OF_ALE not in columns
        self._mark = table.headings.index(MARK) if MARK in table.headings else len(table.headings)

    def repeats(self, cells: Sequence[str], said: Said) -> bool:
        """Whether a row still says what we wrote in it."""
        return self._mark < len(cells) and cells[self._mark].strip() == mark_of(said)

    def read(self, line: int, cells: Sequence[str]) -> tuple[tuple[Said, ...], list[Problem]]:
        """→ what a row says, and which of its cells somebody changed to what they cannot hold."""
        values: dict[str, Any] = {}
        flags: dict[Flag, bool] = {}
        problems: list[Problem] = []
        for field, at in self._plan:
            cell = cells[at] if at < len(cells) else ""
            cell = _KEPT.sub(r"\1", cell) if self._is_csv else cell
            if not cell:
                continue
            try:
                if field in Flag.__members__:
                    flags[Flag(field)] = _YES_OR_NO[cell.casefold()]
                else:
                    lines = cell if self._is_csv or field != "note" else cell.replace(_NEXT_LINE, "\n")
                    values[field] = _value(field, lines)
            except (KeyError, ValueError):
                problems.append(Problem(line, f"{HEADINGS[field]}: {shown(cell)} cannot be used."))
        try:
            return (Said(line=line, **values, flags=flags),), problems
        except ValidationError as error:
            for field in {str(wrong["loc"][0]) for wrong in error.errors(include_url=False, include_context=False)}:
                problems.append(Problem(line, f"{HEADINGS[field]}: {shown(str(values.pop(field)))} cannot be used."))
        return (Said(line=line, **values, flags=flags),), problems


def _value(field: str, cell: str) -> Any:
    if field in ("clips", "sounds"):
        return tuple(map(_unspelt, cell.split(", ")))
    return read_rate(cell) if field == "sensor_fps" else _unspelt(cell)
