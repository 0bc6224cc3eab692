"""Avid Log Exchange, as far as looks go: what an ALE says of each clip's name, scene, take, CDL and LUT.

Where its encoding is a guess, letters matter for a name, so a name that has one beyond ASCII is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from circletake.contracts.cards import Line
from circletake.contracts.errors import Rejected
from circletake.contracts.looks import Cdl, Slate
from circletake.film.looks.cdl import read_asc
from circletake.film.manifests.xml import shown
from circletake.film.papers.ale import AleLayout, lay_out
from circletake.film.papers.slating import scene_of
from circletake.film.papers.written import Written, read_lines

#: More than a shooting day.
MAX_BYTES, MAX_ROWS = 16 << 20, 20_000
_COLUMNS = ("name", "scene", "take", "asc_sop", "asc_sat", "lut")
_LINE: TypeAdapter[str] = TypeAdapter(Line)
_ALE = Written("This ALE", "Export the ALE again as tab-separated text in UTF-8.")


@dataclass(frozen=True, slots=True)
class AleRow:
    """What an ALE says of one clip. `name` may carry the file's ending; `lut` is the name of one, not the LUT."""

    name: str
    slate: Slate | None = None
    cdl: Cdl | None = None
    lut: str | None = None


def read_ale(body: bytes) -> Sequence[AleRow]:
    """The bytes of an ALE → its rows that name a clip. Raises `Rejected(BAD_SIDECAR)`."""
    lines, guessed, _ = read_lines(body, _ALE, MAX_BYTES, MAX_BYTES)
    if any("\x00" in line for line in lines):
        raise _ALE.bad("is in an encoding that does not say its name, or is no text.")
    return list(_rows(lay_out(lines, _ALE), frozenset(guessed)))


def _rows(layout: AleLayout, guessed: frozenset[int]) -> Iterator[AleRow]:
    names = [name.casefold() for name in layout.columns]
    if len(set(names)) < len(names):
        raise _ALE.bad("has two columns of one name.")
    if "name" not in names:
        raise _ALE.bad("has no column called Name, so nothing tells which clip a row is about.")
    places = {name: names.index(name) for name in _COLUMNS if name in names}
    if len(layout.lines) > MAX_ROWS:
        raise _ALE.bad(f"has {len(layout.lines):,} rows; one is read up to {MAX_ROWS:,}.")
    for number, (line, values) in enumerate(layout.values(), 1):
        if len(values) > len(names) and any(value.strip() for value in values[len(names) :]):
            raise _ALE.bad(f"has {len(values)} values in row {number}, and there are {len(names)} columns.")
        said = {name: values[place].strip() for name, place in places.items() if place < len(values)}
        if said.get("name"):
            yield _row(number, said, line in guessed)


def _row(number: int, said: dict[str, str], guessed: bool) -> AleRow:
    if guessed and not said["name"].isascii():
        raise _ALE.bad(f"has letters in the clip's name of row {number} whose encoding is not told.")
    # The column Scene holds what the slate says, in America the scene with its setup's letters.
    setup, take = (_line(number, said, column) for column in ("scene", "take"))
    slate = Slate(scene=setup and (scene_of(setup) or setup), setup=setup, take=take)
    try:
        cdl = read_asc(said.get("asc_sop"), said.get("asc_sat"))
    except Rejected as rejected:
        raise _ALE.bad(f"is at fault in row {number}: {rejected.verdict.sentence}") from rejected
    name, lut = _line(number, said, "name"), _line(number, said, "lut")
    return AleRow(str(name), slate if setup or take else None, cdl, lut)


def _line(number: int, said: dict[str, str], column: str) -> str | None:
    try:
        return _LINE.validate_python(said[column]) if said.get(column) else None
    except ValidationError as error:
        raise _ALE.bad(f"has in row {number} as its {column} {shown(said[column])}.") from error
