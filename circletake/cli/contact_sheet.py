"""A roll's contact sheet: A4 landscape, a poster of each clip with its name, its time, and the look that it has."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer, Table, TableStyle

from circletake.cli.report_fonts import BOLD
from circletake.cli.report_paper import (
    DASH,
    FOOT,
    HEIGHT,
    LOOKS,
    MARGIN,
    QUIET,
    WIDTH,
    Made,
    numbered,
    padding,
    picture,
    text_of,
)
from circletake.contracts.keys import RollRef

Told = dict[str, Any]
_COLUMNS, _GAP = 4, 26
#: A poster of 16:9; others are as large as fits into it.
_WIDE = (WIDTH - 2 * MARGIN - (_COLUMNS - 1) * _GAP) / _COLUMNS
_BOX = (_WIDE, _WIDE * 9 / 16)


def write_sheet(roll: RollRef, rows: Sequence[Told], posters: Mapping[str, bytes], made: Made) -> bytes:
    """The rows of a camera report, each with its `look` as a sentence, and the posters by their names → the PDF."""
    body = io.BytesIO()
    title = f"Contact sheet · {roll.production} · {roll.day} · {roll.roll}"
    # reportlab keeps 6 points free on each side of what it sets; here the margins are the margins.
    page = {"pagesize": (WIDTH, HEIGHT), "leftMargin": MARGIN - 6, "rightMargin": MARGIN - 6}
    document = SimpleDocTemplate(
        body, **page, topMargin=26, bottomMargin=FOOT + 8, title=title, author="Circletake", creator=made.by
    )
    note = "Pictures as for review: SDR, BT.1886."
    document.build([_top(roll, rows), Spacer(0, 10), _grid(rows, posters)], canvasmaker=numbered(title, made, note))
    return body.getvalue()


def _top(roll: RollRef, rows: Sequence[Told]) -> Table:
    unit = "main unit" if roll.unit == "main" else f"unit {roll.unit}"
    right = [
        text_of(f"Contact sheet · {roll.production} · {roll.day} · {unit}", 11, font=BOLD, align=TA_RIGHT),
        text_of("1 clip" if len(rows) == 1 else f"{len(rows)} clips", 8.5, QUIET, align=TA_RIGHT),
    ]
    table = Table([[[text_of(roll.roll, 24, font=BOLD)], right]], colWidths=[300, WIDTH - 2 * MARGIN - 300])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), *padding(0, 0)]))
    return table


def _grid(rows: Sequence[Told], posters: Mapping[str, bytes]) -> Flowable:
    if not rows:
        return text_of("No clips yet.", 9, QUIET)
    cells: list[Any] = [_cell(row, posters.get(row["poster"] or "")) for row in rows]
    lines = [cells[at : at + _COLUMNS] for at in range(0, len(cells), _COLUMNS)]
    lines[-1] += [""] * (_COLUMNS - len(lines[-1]))
    widths = [*[_WIDE + _GAP] * (_COLUMNS - 1), _WIDE]
    table = Table(lines, colWidths=widths, splitInRow=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                *padding(0, 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 11),
                ("RIGHTPADDING", (0, 0), (_COLUMNS - 2, -1), _GAP),
            ]
        )
    )
    return table


def _cell(row: Told, poster: bytes | None) -> list[Flowable]:
    duration = f"{row['duration']} s" if row["duration"] else None
    time = " · ".join(filter(None, (row["tc_in"], duration, row["fps"] and f"{row['fps']} fps")))
    slate = " / ".join(row[name] or DASH for name in ("scene", "take")) if row["scene"] or row["take"] else None
    told = [text_of(row["clip"], 8.8, font=BOLD), text_of(time, 7.6)]
    if slate:
        told.append(text_of(f"Scene / take {slate}", 7.6))
    if row["look"]:
        told.append(text_of(row["look"], 7.2, QUIET))
    if row["state"] in ("REJECTED", "NEEDS_ATTENTION"):
        told.append(text_of(row["notes"], 7.2, LOOKS["RED" if row["state"] == "REJECTED" else "AMBER"].ink))
    shown = picture(poster, _BOX)
    _, height = shown.wrap(*_BOX)
    return [shown, Spacer(0, _BOX[1] - height + 3), *told]
