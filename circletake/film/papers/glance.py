"""A paper at a glance, for a person to look at before it is brought in: its headings, and what stands under them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from circletake.contracts.takes import Source
from circletake.film.papers.exported import exported_columns
from circletake.film.papers.headings import prefer, suggest
from circletake.film.papers.reading import MAX_BYTES, MAX_LINES, knowing, written_as
from circletake.film.papers.table import Known, read_table
from circletake.film.papers.written import read_lines

#: Cells of a heading that are shown, and rows that are looked through for them.
_SHOWN, _LOOKED_AT = 3, 1000
#: So many letters of a cell: some have a remark of pages, and Lambda answers with at most 6 MB.
_LONGEST = 120
#: A row of headings of which none is known has at least so many.
_HEADINGS = 3
#: What a camera alone writes down of a clip; two of them are enough.
_OF_CAMERAS = frozenset({"exposure_index", "white_balance", "shutter", "sensor_fps", "filters"})
#: Anywhere in a cell: of a long list only the beginning is seen.
_ENDINGS = (".wav", ".bwf")


@dataclass(frozen=True, slots=True)
class Glance:
    """Headings under which anything stands, each with the beginnings of the first different cells. `is_export`: we
    wrote it ourselves."""

    cells: dict[str, tuple[str, ...]]
    is_export: bool


def glance(
    body: bytes,
    name: str,
    source: Source,
    columns: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
) -> Glance:
    """A paper as `read_paper` is given it → what there is to look at. Raises as that does."""
    return _glance(body, name, knowing(source, prefer(columns or {}, remembered or {})))


def glance_unread(body: bytes, name: str) -> Glance:
    """A paper that cannot be read, as its headings are not known → its first row of several cells as its headings, for
    a person to say what they hold. Raises `Rejected(BAD_SIDECAR)` where no row is one."""
    return _glance(body, name, _filled)


def _filled(cells: Sequence[str]) -> int:
    filled = sum(bool(cell.strip()) for cell in cells)
    return filled if filled >= _HEADINGS else 0


def _glance(body: bytes, name: str, known: Known) -> Glance:
    lines = read_lines(body, written_as(name), MAX_BYTES, MAX_LINES)
    table = read_table(lines.text, written_as(name), known)
    seen: dict[str, dict[str, None]] = {heading: {} for heading in table.headings}
    for _, cells in islice(table.rows([]), _LOOKED_AT):
        for heading, cell in zip(table.headings, cells, strict=False):
            if len(seen[heading]) < _SHOWN and (text := " ".join(cell.split())):
                seen[heading][text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"] = None
    found = {heading: tuple(of) for heading, of in seen.items() if of}
    return Glance(found, bool(exported_columns(table.headings)))


def likely_source(paper: Glance) -> Source | None:
    """What stands in a paper → whose it seems to be, to be asked of a person; None where nothing tells."""
    if paper.is_export:
        return None
    recordings = " ".join(_cells_of(paper, Source.SCRIPT, ("clips", "sounds"))).casefold()
    if any(ending in recordings for ending in _ENDINGS):
        return Source.SOUND
    if len(_OF_CAMERAS & set(suggest(list(paper.cells), Source.CAMERA).values())) > 1:
        return Source.CAMERA
    fields = set(suggest(list(paper.cells), Source.SCRIPT).values())
    return Source.SCRIPT if "take" in fields and fields & {"scene", "setup", "slate"} else None


def _cells_of(paper: Glance, source: Source, fields: Iterable[str]) -> list[str]:
    """The cells of the first of these fields that the paper has."""
    mapping = suggest(list(paper.cells), source)
    return next(
        ([cell for heading, of in mapping.items() if of == field for cell in paper.cells[heading]]
         for field in fields if field in mapping.values()),
        [],
    )  # fmt: skip
