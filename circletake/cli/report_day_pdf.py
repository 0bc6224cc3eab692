"""A day's report on paper: A4 landscape, the day in numbers first, then its sections."""

import io
from collections.abc import Iterator
from typing import Any

from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.platypus import CondPageBreak, Flowable, SimpleDocTemplate, Spacer, Table, TableStyle

from circletake.cli.report_fonts import BOLD, REGULAR
from circletake.cli.report_paper import (
    EDGE,
    FOOT,
    HEIGHT,
    INK,
    LOOKS,
    MARGIN,
    QUIET,
    WIDTH,
    Circled,
    Made,
    numbered,
    padding,
    text_of,
)
from circletake.film.day_report import DayReport
from circletake.film.day_report_sections import sections
from circletake.film.day_report_words import (
    NOTE,
    Cell,
    Clock,
    Figure,
    Group,
    Head,
    Section,
    day_line,
    figures,
    unit_text,
)

_WIDE = WIDTH - 2 * MARGIN
#: A heading does not stand alone at the foot of a page: so many points have room below it.
_TOGETHER = 70


def write_pdf(report: DayReport, clock: Clock, made: Made) -> bytes:
    """A report, the clock of its day, and when it was made by what → the PDF."""
    ref, body = report.ref, io.BytesIO()
    title = f"Day report · {ref.production} · {ref.day} · {unit_text(ref)}"
    # reportlab keeps 6 points free on each side of what it sets; here the margins are the margins.
    page = {"pagesize": (WIDTH, HEIGHT), "leftMargin": MARGIN - 6, "rightMargin": MARGIN - 6}
    document = SimpleDocTemplate(
        body, **page, topMargin=26, bottomMargin=FOOT + 8, title=title, author="Circletake", creator=made.by
    )
    story = [*_top(report, clock, title), _figures(figures(report))]
    for section in sections(report, clock):
        if not section.brief:
            story += _section(section)
    document.build(story, canvasmaker=numbered(title, made, NOTE))
    return body.getvalue()


def _top(report: DayReport, clock: Clock, title: str) -> Iterator[Flowable]:
    left = [text_of(report.ref.day, 24, font=BOLD)]
    right = [
        text_of(title, 11, font=BOLD, align=TA_RIGHT),
        text_of(" · ".join(day_line(report, clock)), 8.5, QUIET, align=TA_RIGHT),
    ]
    table = Table([[left, right]], colWidths=[220, _WIDE - 220])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), *padding(0, 0)]))
    yield table
    yield Spacer(0, 10)


def _figures(told: list[Figure]) -> Table:
    table = Table([[_figure(each) for each in told]], colWidths=[_WIDE / len(told)] * len(told))
    lines = [("BOX", (0, 0), (-1, -1), 0.5, EDGE), ("INNERGRID", (0, 0), (-1, -1), 0.5, EDGE)]
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *lines, *padding(6, 7)]))
    return table


def _figure(figure: Figure) -> list[Flowable]:
    ink = LOOKS[figure.light].ink if figure.light else INK
    beside = [text_of(figure.beside, 7.2, QUIET)] if figure.beside else []
    return [text_of(figure.number, 17, ink, BOLD), text_of(figure.what, 8), *beside]


def _section(section: Section) -> Iterator[Flowable]:
    yield CondPageBreak(_TOGETHER)
    yield Spacer(0, 11)
    yield text_of(section.title, 11, font=BOLD)
    yield Spacer(0, 2)
    if section.is_empty:
        yield text_of(section.none, 8, QUIET)
    else:
        yield _table(section)


def _table(section: Section) -> Table:
    shares = sum(head.share for head in section.heads)
    headed = any(head.text for head in section.heads)
    cells: list[list[Any]] = [[_head(head) for head in section.heads]] if headed else []
    style: list[tuple[Any, ...]] = []
    for group in section.groups:
        if group.title:
            style += _across(len(cells))
            cells.append([text_of(group.title, 8.2, font=BOLD), *[""] * (len(section.heads) - 1)])
        cells += _rows(section, group)
    table = Table(
        cells,
        colWidths=[_WIDE * head.share / shares for head in section.heads],
        repeatRows=int(headed),
        splitInRow=1,
    )
    lines = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.5, EDGE)]
    # An empty cell is as high as a line of its type.
    lines += [("FONTSIZE", (0, 0), (-1, -1), 7.4), ("LEADING", (0, 0), (-1, -1), 9)]
    # Figures keep off the words that follow them, and end where the page does.
    gaps = [("RIGHTPADDING", (at, 0), (at, -1), 18 if head.figures else 8) for at, head in enumerate(section.heads)]
    table.setStyle(TableStyle([*lines, *padding(3, 0), *gaps, ("RIGHTPADDING", (-1, 0), (-1, -1), 0), *style]))
    return table


def _across(row: int) -> list[tuple[Any, ...]]:
    """→ a heading over a group of rows goes over all columns, and stays with the first of them."""
    return [
        ("SPAN", (0, row), (-1, row)),
        ("TOPPADDING", (0, row), (-1, row), 8),
        ("NOSPLIT", (0, row), (-1, row + 1)),
    ]


def _head(head: Head) -> Flowable | str:
    return text_of(head.text, 7.4, QUIET, align=TA_RIGHT if head.figures else TA_LEFT) if head.text else ""


def _rows(section: Section, group: Group) -> list[list[Any]]:
    return [[_cell(head, cell) for head, cell in zip(section.heads, row, strict=True)] for row in group.rows]


def _cell(head: Head, cell: Cell) -> list[Flowable] | str:
    if not cell.lines:
        return ""
    first, *rest = cell.lines
    align = TA_RIGHT if head.figures else TA_LEFT
    ink = LOOKS[cell.light].ink if cell.light else INK
    font = BOLD if cell.strong or cell.light else REGULAR
    told: Flowable = Circled(first) if cell.circled else text_of(first, color=ink, font=font, align=align)
    return [told, *(text_of(line, 7.4, QUIET if cell.light else INK, align=align) for line in rest)]
