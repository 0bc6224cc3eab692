"""A day's report on a terminal: its figures first, then its sections; works at 80 columns."""

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from circletake.cli.shared import visible, word_width
from circletake.contracts.cards import Light
from circletake.film.day_report import DayReport
from circletake.film.day_report_sections import sections
from circletake.film.day_report_words import NOTE, Cell, Clock, Figure, Section, day_line, figures, unit_text

_INKS = {Light.GREEN: "green", Light.AMBER: "yellow", Light.RED: "bold red"}
_MARKS = {Light.GREEN: "● ", Light.AMBER: "▲ ", Light.RED: "✗ "}
#: Figures beside each other: four of them leave each 20 of 80 columns.
_ABREAST = 4
_GAP, _INDENT = 2, 2


def print_day(report: DayReport, clock: Clock, console: Console) -> None:
    """A report → the screen."""
    ref = report.ref
    console.print(
        Rule(Text(f"{ref.production} · {ref.day} · {unit_text(ref)} · day report", style="bold"), align="left")
    )
    console.print(Text(visible(" · ".join(day_line(report, clock))), style="dim"))
    console.print(Padding(_figures(figures(report)), (1, 0, 0, 0)))
    for section in sections(report, clock):
        if not section.full:
            _print_section(section, console)
    console.print(Padding(Text(NOTE, style="dim"), (1, 0, 0, 0)))


def _figures(told: list[Figure]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for _ in range(_ABREAST):
        table.add_column(ratio=1)
    for start in range(0, len(told), _ABREAST):
        if start:
            table.add_row()
        table.add_row(*map(_figure, told[start : start + _ABREAST]))
    return table


def _figure(figure: Figure) -> Text:
    number = _MARKS[figure.light] + figure.number if figure.light else figure.number
    words = Text.assemble((number, _INKS[figure.light] if figure.light else "bold"), " ", figure.what)
    return words.append(f"\n{visible(figure.beside)}", style="dim") if figure.beside else words


def _print_section(section: Section, console: Console) -> None:
    console.print(Padding(Text(section.title, style="bold"), (1, 0, 0, 0)))
    if section.is_empty:
        console.print(Text(f"  {section.none}", style="dim"))
    for group in section.groups:
        if group.title:
            console.print(Padding(Text(visible(group.title), style="cyan"), (0, 0, 0, 2)))
        if group.rows:
            console.print(
                Padding(
                    _table(section, group.rows, console.width - _INDENT, headed=not group.title), (0, 0, 0, _INDENT)
                )
            )


def _least(section: Section, rows: tuple[tuple[Cell, ...], ...], room: int) -> dict[int, int]:
    """Columns that share what is left → the widths at which no name in them is broken, where all of these have room."""
    widths = [word_width([head.text, *(visible(line) for row in rows for line in row[number].lines)])
              for number, head in enumerate(section.heads)]  # fmt: skip
    shared = {
        number: widths[number] for number, head in enumerate(section.heads) if not head.figures and not head.least
    }
    taken = sum(head.least or widths[number] for number, head in enumerate(section.heads) if number not in shared)
    fits = taken + sum(shared.values()) + _GAP * len(section.heads) <= room
    return shared if fits else {}


def _table(section: Section, rows: tuple[tuple[Cell, ...], ...], room: int, *, headed: bool) -> Table:
    named = headed and any(head.text for head in section.heads)
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, _GAP, 0, 0), expand=True, show_header=named)
    least = _least(section, rows, room)
    for number, head in enumerate(section.heads):
        if head.figures:
            table.add_column(head.text, justify="right", no_wrap=True)
        elif head.least:
            table.add_column(head.text, width=head.least, overflow="fold")
        else:
            # Beside a share, a width is what a column has at least.
            table.add_column(head.text, ratio=round(head.share), width=least.get(number), overflow="fold")
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _cell(cell: Cell) -> Text:
    """Its first line in the light's ink, with a mark, so that it is not told by colour alone."""
    first, *rest = cell.lines or ("",)
    style = _INKS[cell.light] if cell.light else "bold" if cell.strong else ""
    told = Text(f"{_MARKS[cell.light] if cell.light else ''}{visible(first)}", style=style)
    return Text.assemble(told, *((f"\n{visible(line)}", "" if not cell.light else "dim") for line in rest))
