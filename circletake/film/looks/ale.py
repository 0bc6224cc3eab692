"""Avid Log Exchange, as far as looks go: what an ALE says of each clip's name, scene, take, CDL and LUT.

Laid out as Avid's programs and grading systems write it: `Heading`, `Column`, `Data`, each on a line of its own, and
values between tabs. The encoding is nowhere said in the file: UTF-16 by its byte order mark, else UTF-8, and what is
neither was written by an older program: Mac Roman or Windows' Latin 1, which differ in letters only a person can
tell. Such letters matter for a name, so a name that has one is refused, and anything else is read as Latin 1.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from circletake.contracts.cards import Line
from circletake.contracts.errors import Code, Rejected
from circletake.contracts.looks import Cdl, Slate
from circletake.film.looks.cdl import read_asc
from circletake.film.manifests.xml import shown

#: More than a shooting day, and more columns than any program shows.
MAX_BYTES, MAX_COLUMNS, MAX_ROWS = 16 << 20, 512, 20_000
_COLUMNS = ("name", "scene", "take", "asc_sop", "asc_sat", "lut")
_EXPORT = "Export the ALE again as tab-separated text in UTF-8."
_LINE: TypeAdapter[str] = TypeAdapter(Line)
#: The column Scene holds what the slate says, in America the scene with its setup's letters: 12, 12A, A12C, 12A-PU.
_SETUP = re.compile(r"(?P<scene>[A-Z]{0,2}\d+)[A-Z]{1,3}\b", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AleRow:
    """What an ALE says of one clip. `name` may carry the file's ending; `lut` is the name of one, not the LUT."""

    name: str
    slate: Slate | None = None
    cdl: Cdl | None = None
    lut: str | None = None


def read_ale(body: bytes) -> Sequence[AleRow]:
    """The bytes of an ALE → its rows that name a clip. Raises `Rejected(BAD_SIDECAR)`."""
    if len(body) > MAX_BYTES:
        raise _rejected(f"This ALE has {len(body):,} bytes; one is read up to {MAX_BYTES:,}.")
    text, guessed = _decoded(body)
    if "\x00" in text:
        raise _rejected("This ALE is in an encoding that does not say its name, or is no text.")
    # Not splitlines, which also ends a line at letters that stand in names.
    return list(_rows(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), guessed))


def _decoded(body: bytes) -> tuple[str, bool]:
    """Bytes → their text, and whether the letters beyond ASCII are a guess."""
    marked = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return body.decode("utf-16" if marked else "utf-8-sig"), False
    except UnicodeDecodeError as error:
        if marked:
            raise _rejected("This ALE says that it is UTF-16, and is not.") from error
    return body.decode("latin-1"), True


def _rows(lines: Sequence[str], guessed: bool) -> Iterator[AleRow]:
    titles = [line.strip().casefold() for line in lines]
    if "column" not in titles or "data" not in titles[titles.index("column") :]:
        raise _rejected("This file has no Column and Data sections, so it is no ALE.")
    column = titles.index("column")
    data = titles.index("data", column)
    titled = [line for line in lines[column + 1 : data] if line.strip()]
    if len(titled) != 1:
        raise _rejected(f"The Column section of this ALE has {len(titled)} lines; it has one, with every name.")
    names = [name.strip().casefold() for name in titled[0].rstrip("\t").split("\t", MAX_COLUMNS)]
    if len(names) > MAX_COLUMNS:
        raise _rejected(f"This ALE has more than {MAX_COLUMNS} columns.")
    if len(set(names)) < len(names):
        raise _rejected("This ALE has two columns of one name.")
    if "name" not in names:
        raise _rejected("This ALE has no column called Name, so nothing tells which clip a row is about.")
    places = {name: names.index(name) for name in _COLUMNS if name in names}
    rows = [line for line in lines[data + 1 :] if line.strip()]
    if len(rows) > MAX_ROWS:
        raise _rejected(f"This ALE has {len(rows):,} rows; one is read up to {MAX_ROWS:,}.")
    for number, row in enumerate(rows, 1):
        values = row.split("\t")
        if len(values) > len(names) and any(value.strip() for value in values[len(names) :]):
            raise _rejected(f"Row {number} of this ALE has {len(values)} values, and there are {len(names)} columns.")
        said = {name: values[place].strip() for name, place in places.items() if place < len(values)}
        if said.get("name"):
            yield _row(number, said, guessed)


def _row(number: int, said: dict[str, str], guessed: bool) -> AleRow:
    if guessed and not said["name"].isascii():
        raise _rejected(f"The clip's name in row {number} of this ALE has letters in an encoding that is not told.")
    scene, take = (_line(number, said, column) for column in ("scene", "take"))
    lettered = _SETUP.match(scene) if scene else None
    slate = Slate(scene=lettered["scene"] if lettered else scene, setup=scene, take=take)
    try:
        cdl = read_asc(said.get("asc_sop"), said.get("asc_sat"))
    except Rejected as rejected:
        raise _rejected(f"Row {number} of this ALE: {rejected.verdict.sentence}") from rejected
    name, lut = _line(number, said, "name"), _line(number, said, "lut")
    return AleRow(str(name), slate if scene or take else None, cdl, lut)


def _line(number: int, said: dict[str, str], column: str) -> str | None:
    try:
        return _LINE.validate_python(said[column]) if said.get(column) else None
    except ValidationError as error:
        raise _rejected(f"{column.capitalize()} in row {number} of this ALE is {shown(said[column])}.") from error


def _rejected(sentence: str) -> Rejected:
    return Rejected(Code.BAD_SIDECAR, sentence, _EXPORT)
