"""The bytes of a paper → what it says, row by row, and what could not be read of it.

A script supervisor's, sound's or camera's CSV, the CSV of a camera's metadata, or an ALE. One bad row costs that row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from circletake.contracts.takes import Said, Source
from circletake.film.manifests.xml import shown
from circletake.film.papers.ale import is_ale
from circletake.film.papers.exported import ExportReader, exported_columns
from circletake.film.papers.headings import (
    NAMING,
    columns_for,
    is_known,
    known_field,
    missing,
    plain,
    prefer,
    why_left_out,
)
from circletake.film.papers.rows import RowReader, said_above
from circletake.film.papers.slating import read_slate
from circletake.film.papers.table import Known, Table, read_table
from circletake.film.papers.written import Lines, Problem, Written, read_lines
from circletake.film.takes.day import Word

#: More than is written on any shooting day, metadata by frame among it.
MAX_BYTES, MAX_LINES, MAX_ROWS = 64 << 20, 1_000_000, 250_000
_NEXT_STEP = "Export it again as CSV in UTF-8, one row of headings above its rows, or say what its columns hold."
#: A row of headings has at least so many that are known.
_ENOUGH = 2
_LONGEST_SLATE = 40


@dataclass(frozen=True, slots=True)
class PaperRead:
    """What a paper says. `columns`: heading → field of `Said` or flag; `unknown`: the headings that nobody knows, and
    `left_out` those that a person left out, that another says better, or that recordings tell themselves.

    `above`: the keys and values that stand above its table; rolls and camera among them are said of every row.
    `repeats`: the lines that are still as we exported them; `is_export`: whether it is our own export at all.
    `encoding`: what all of it is written in, None where that is not one thing.
    """

    said: tuple[Said, ...]
    columns: dict[str, str]
    unknown: tuple[str, ...]
    above: dict[str, str]
    problems: tuple[Problem, ...]
    repeats: frozenset[int] = frozenset()
    is_export: bool = False
    encoding: str | None = None
    left_out: tuple[str, ...] = ()

    def words(self, source: Source, name: str, at: str = "") -> tuple[Word, ...]:
        """Whose the paper is, what it is called, and when it was brought in → its rows as they go into the fold.

        What we exported and nobody changed is no word of the one who brings it.
        """
        return tuple(Word(Source.EXPORT if said.line in self.repeats else source, name, said, at) for said in self.said)


def read_paper(
    body: bytes,
    name: str,
    source: Source,
    columns: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
) -> PaperRead:
    """A paper, what it is called, and whose it is → what it says. `columns`: what a person says that headings hold,
    before what is known of them; "" leaves a heading out. `remembered`: what was said of such headings before, which
    the paper need not have. Our own export says by itself what its columns hold.

    Raises `Rejected(BAD_SIDECAR)` for what is no table, and `ValueError` where `columns` names no field.
    """
    written, given = written_as(name), prefer(columns or {}, remembered or {})
    lines = read_lines(body, written, MAX_BYTES, MAX_LINES)
    table = read_table(lines.text, written, knowing(source, given))
    headings = _saying(table, written)
    if mapping := exported_columns(table.headings):
        return _read(table, mapping, ExportReader(table, mapping), _guesses(lines), lines.encoding)
    mapping = _with_setups(table, columns_for(headings, source, given), given)
    if headings and NAMING.isdisjoint(mapping.values()):
        raise written.bad("has no column that names a scene, a slate, a take or a clip.")
    above = said_above(table.above, {key: known_field(key, source) for key in table.above})
    of_person = {plain(heading) for heading in given}
    unread = [heading for heading in headings if heading not in mapping]
    left_out = tuple(heading for heading in unread if plain(heading) in of_person or is_known(heading, source))
    absent = [
        Problem(table.line, f"There is no column {shown(heading)}.") for heading in missing(table.headings, columns)
    ]
    asked = [] if is_ale(lines.text) else [heading for heading in unread if plain(heading) not in of_person]
    why = (why_left_out(heading, source, mapping.values()) for heading in asked)
    told = [*_guesses(lines), *absent, *(Problem(table.line, sentence) for sentence in why if sentence)]
    read = _read(table, mapping, RowReader(table, mapping, above), told, lines.encoding)
    return replace(read, unknown=tuple(each for each in unread if each not in left_out), left_out=left_out)


def written_as(name: str) -> Written:
    """A paper's name → how its faults are told."""
    return Written(shown(name), _NEXT_STEP)


def knowing(source: Source, given: Mapping[str, str]) -> Known:
    """Whose paper, and what people say of its headings → how well a row of cells would do as its headings."""

    def known(cells: Sequence[str]) -> int:
        fields = columns_for(cells, source, given).values()
        return len(fields) if len(fields) >= _ENOUGH and not NAMING.isdisjoint(fields) else 0

    return known


def _read(
    table: Table,
    mapping: dict[str, str],
    reader: ExportReader | RowReader,
    problems: list[Problem],
    encoding: str | None,
) -> PaperRead:
    said: list[Said] = []
    export = reader if isinstance(reader, ExportReader) else None
    repeats: set[int] = set()
    for line, cells in table.rows(problems):
        rows, wrong = reader.read(line, cells)
        problems += wrong
        for row in rows:
            if not (said and _says_again(row, said[-1])):
                said.append(row)
                if export and export.repeats(cells, row):
                    repeats.add(line)
    told = sorted(problems, key=lambda problem: problem.line)
    return PaperRead(
        tuple(said), mapping, (), table.above, tuple(told), frozenset(repeats), export is not None, encoding
    )


def _says_again(row: Said, before: Said) -> bool:
    """Whether a row says of a clip or sound just what the one above it says: metadata by frame do so for each frame."""
    return bool(row.clips or row.sounds) and {**row.__dict__, "line": 0} == {**before.__dict__, "line": 0}


def _saying(table: Table, written: Written) -> tuple[str, ...]:
    """→ the headings under which anything stands: of what an empty column holds, nobody said anything."""
    silent = set(range(len(table.headings)))
    for number, (_, cells) in enumerate(table.rows([])):
        silent = {at for at in silent if at >= len(cells) or not cells[at] or cells[at].isspace()}
        if number >= MAX_ROWS:
            raise written.bad(f"has more than {MAX_ROWS:,} rows.")
    return tuple(dict.fromkeys(heading for at, heading in enumerate(table.headings) if at not in silent))


def _with_setups(table: Table, mapping: dict[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Headings → fields, with Scene → setup where nothing else says setups and slates, and any scene has a letter: then
    it holds what stands on the slates, and 12 is a setup, too. Unless a person says that it holds scenes.
    """
    scene = next((heading for heading, field in mapping.items() if field == "scene"), None)
    if scene is None or {"setup", "slate"} & set(mapping.values()) or "scene" in given.values():
        return mapping
    at = table.headings.index(scene)
    cells = (" ".join(cells[at].split()) for _, cells in table.rows([]) if at < len(cells))
    slates = (read_slate(cell) for cell in cells if len(cell) < _LONGEST_SLATE)
    return mapping | ({scene: "setup"} if any(slated and slated.lettered for slated in slates) else {})


def _guesses(lines: Lines) -> list[Problem]:
    """What is in one encoding from beginning to end is no fault, and told with the rest of how it was read."""
    if lines.encoding:
        return []
    first, *others = lines.guessed
    more = f" So are {len(others):,} more." if others else ""
    return [Problem(first, f"This line is not UTF-8; it was read as Windows-1252, and letters may be wrong.{more}")]
