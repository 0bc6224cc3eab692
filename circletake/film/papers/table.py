"""Lines of a paper → its table: the headings, the rows below them, and what stands above.

A sound report begins with lines such as "Sound Report", "Date", "Roll"; the heading row is the first one in which
enough headings are known. Comma, semicolon or tab: whichever gives a heading row with most known headings.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from circletake.film.papers.ale import MAX_COLUMNS, is_ale, lay_out
from circletake.film.papers.written import Problem, Written

#: More lines than a report has above its table.
_ABOVE = 100
#: More than all cells of a row have together; what goes on for longer is a quote that nobody closed.
_ROW_LENGTH, _ROW_LINES = 1 << 18, 5_000
_LONGEST = 500
#: After so many rows whose quotes do not pair, quotes mean nothing in this paper.
_UNPAIRED = 20
_SEPARATORS = (",", ";", "\t")

#: Headings → how many of them are known; 0 where they are too few to be the headings of a paper.
Known = Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Table:
    """`headings` on their `line`, and the keys and values above them. A column without one is called by its number.

    The rows are taken apart each time that they are asked for: all of a large paper's would fill the memory.
    """

    headings: tuple[str, ...]
    line: int
    above: dict[str, str]
    _apart: Callable[[list[Problem]], Iterator[tuple[int, list[str]]]]

    def rows(self, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
        """→ the rows that say anything, each with the line that it begins on, but for headings that are repeated.

        Those with more values than there are columns are left out; that is told, as whatever else is wrong.
        """
        width = len(self.headings)
        for line, cells in self._apart(problems):
            if len(cells) > width and any(cell and not cell.isspace() for cell in cells[width:]):
                values = max(number for number, cell in enumerate(cells, 1) if cell.strip())
                what = f"has {values} values and there are {width} columns"
                problems.append(Problem(line, f"This row {what}, so none of it was read."))
            elif any(cell and not cell.isspace() for cell in cells) and not _repeats(cells, self.headings):
                yield line, cells


def read_table(lines: Sequence[str], written: Written, known: Known) -> Table:
    """Lines → the table. Raises `Rejected(BAD_SIDECAR)` where there is none."""
    if is_ale(lines):
        layout = lay_out(lines, written)
        return Table(_named(layout.columns), layout.line, {}, lambda _: layout.values())
    found = [(*_heading(lines, separator, known), separator) for separator in _SEPARATORS]
    score, line, headings, separator = max(found, key=lambda each: each[0])
    if not score:
        raise written.bad("has no row of headings that say what its columns hold, a scene, take or clip among them.")
    if len(headings) > MAX_COLUMNS:
        raise written.bad(f"has {len(headings):,} columns; a paper is read up to {MAX_COLUMNS}.")
    start = line + sum(cell.count("\n") for cell in headings)
    named = _named(headings)
    return Table(
        named,
        line,
        _pairs(lines[: line - 1], separator),
        lambda problems: _rows(lines, start, separator, problems, len(named)),
    )


def _heading(lines: Sequence[str], separator: str, known: Known) -> tuple[int, int, list[str]]:
    """→ how many headings are known in the first row with enough of them, its line, and that row."""
    for line, cells in _rows(lines[: _ABOVE + _ROW_LINES], 0, separator, []):
        if line > _ABOVE:
            break
        if score := known(cells[:MAX_COLUMNS]):
            return score, line, cells
    return 0, 0, []


def _named(headings: Sequence[str]) -> tuple[str, ...]:
    names = [_shown(heading) for heading in headings]
    while names and not names[-1]:
        names.pop()
    return tuple(name or f"column {number}" for number, name in enumerate(names, 1))


def _shown(text: str) -> str:
    """Text → as people see it: on one line, and no longer than any name."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:_LONGEST].strip()


def _repeats(cells: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether a row is the headings once more, as on the next page."""
    return cells[0].strip() == headings[0] and _named(cells) == headings


def _rows(
    lines: Sequence[str], at: int, separator: str, problems: list[Problem], width: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Lines → each row's first line, counted from 1, and its cells. A row whose quotes do not pair is read without.

    `width`: how many columns there are, where that is known.
    """
    unpaired = 0
    while at < len(lines):
        line, number = lines[at], at + 1
        at += 1
        if len(line) > _ROW_LENGTH:
            problems.append(Problem(number, f"This line has {len(line):,} letters, so none of it was read."))
        elif '"' not in line or unpaired > _UNPAIRED:
            yield number, line.split(separator)
        elif quoted := _quoted(lines, number - 1, separator, width):
            cells, used = quoted
            at = number - 1 + used
            yield number, cells
        else:
            unpaired += 1
            more = " From here on quotes are read as letters." if unpaired > _UNPAIRED else ""
            problems.append(
                Problem(number, f"The quotes in this line do not pair, so they were read as letters.{more}")
            )
            yield number, [_unquoted(cell) for cell in line.split(separator)]


def _quoted(lines: Sequence[str], at: int, separator: str, width: int) -> tuple[list[str], int] | None:
    """Where a row begins → its cells and how many lines it has; None where its quotes do not pair."""
    if cells := _pair((lines[at],), separator):
        return cells
    over_lines = _pair(_from(lines, at), separator)
    # A quote that nobody closed goes on to the next one. Remarks have a comma or two, rows have them all.
    inner = (line for cell in over_lines[0] for line in cell.split("\n")[1:]) if over_lines else ()
    return None if width > 3 and any(line.count(separator) == width - 1 for line in inner) else over_lines


def _pair(lines: Iterable[str], separator: str) -> tuple[list[str], int] | None:
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return None


def _from(lines: Sequence[str], start: int) -> Iterator[str]:
    """Lines, with their ends, as many as one row may have."""
    length = 0
    for number in range(start, min(len(lines), start + _ROW_LINES)):
        length += len(lines[number])
        if length > _ROW_LENGTH:
            return
        yield f"{lines[number]}\n"


def _unquoted(cell: str) -> str:
    bare = cell.strip()
    return bare[1:-1] if len(bare) > 1 and bare[0] == bare[-1] == '"' else cell


def _pairs(lines: Sequence[str], separator: str) -> dict[str, str]:
    """What stands above the table → keys and values: 'Roll: R001', 'Roll,R001', and several of them in a line."""
    pairs: dict[str, str] = {}
    for _, cells in _rows(lines, 0, separator, []):
        key = ""
        for cell in filter(None, map(_shown, cells)):
            before, colon, behind = map(str.strip, cell.partition(":"))
            if before and colon and behind and not key:
                pairs.setdefault(before, behind)
            elif key:
                pairs.setdefault(key, cell)
                key = ""
            else:
                key = cell.rstrip(": ")
    return pairs
