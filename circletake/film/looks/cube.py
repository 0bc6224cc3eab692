"""3D LUTs as .cube files (Adobe's Cube LUT Specification 1.0, and Resolve's word for its domain).

Strict, because others are not: FFmpeg takes nan for a colour, and fills up a file that stops early. What a reader
would have to guess is refused.
"""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from circletake.contracts.errors import Code, Rejected
from circletake.film.looks.numbers import read_number
from circletake.film.manifests.xml import shown

#: 65³ rows of three numbers with 15 digits each.
MAX_BYTES = 16 << 20
MIN_SIZE, MAX_SIZE = 2, 65
_EXPORT = "Export it again as a 3D .cube of 17, 33 or 65 points, in full range."
_ROW_STARTS = frozenset(b"0123456789+-.")

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Cube:
    """A 3D LUT: `size`³ colours, red running fastest, for inputs from `low` to `high`."""

    size: int
    #: R, G, B of each colour in turn.
    values: Sequence[float]
    low: Triple = (0.0, 0.0, 0.0)
    high: Triple = (1.0, 1.0, 1.0)
    title: str | None = None


def read_cube(body: bytes) -> Cube:
    """The bytes of a .cube → the LUT. Raises `Rejected(BAD_SIDECAR)`."""
    if len(body) > MAX_BYTES:
        raise _rejected(f"This LUT has {len(body):,} bytes; one is read up to {MAX_BYTES:,}.")
    lines = [line for line in map(bytes.strip, body.removeprefix(b"\xef\xbb\xbf").splitlines()) if line]
    lines = [line for line in lines if not line.startswith(b"#")]
    first = next((number for number, line in enumerate(lines) if line[0] in _ROW_STARTS), len(lines))
    size, low, high, title = _header(lines[:first])
    rows = lines[first:]
    if len(rows) != size**3:
        raise _rejected(f"A LUT of {size} points has {size**3:,} rows, and this one has {len(rows):,}.")
    return Cube(size, _values(rows), low, high, title)


def _header(lines: Sequence[bytes]) -> tuple[int, Triple, Triple, str | None]:
    said: dict[str, str] = {}
    for line in lines:
        # A title may be in any encoding, and is only shown.
        keyword, *rest = line.decode(errors="replace").split(maxsplit=1)
        if keyword in said:
            raise _rejected(f"This LUT says {shown(keyword)} twice.")
        said[keyword] = rest[0] if rest else ""
    if "LUT_1D_SIZE" in said or "LUT_1D_INPUT_RANGE" in said:
        raise _rejected("This LUT has curves for each colour (1D); a look is a 3D LUT.")
    if "LUT_3D_SIZE" not in said:
        raise _rejected("This file does not say LUT_3D_SIZE, so it is no 3D LUT.")
    size = _size(said.pop("LUT_3D_SIZE"))
    title = said.pop("TITLE", None)
    low, high = _domain(said)
    if said:
        raise _rejected(f"This LUT says {shown(next(iter(said)))}, which would change what it does and is not known.")
    return size, low, high, title.strip('" ')[:200] or None if title else None


def _size(text: str) -> int:
    # Not more than five digits: what is longer is not turned into a number at all.
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and MIN_SIZE <= int(text) <= MAX_SIZE):
        raise _rejected(f"This LUT says that it has {shown(text)} points; {MIN_SIZE} to {MAX_SIZE} are taken.")
    return int(text)


def _domain(said: dict[str, str]) -> tuple[Triple, Triple]:
    """What a header says of the inputs, taken out of it → the lowest and the highest."""
    low, high = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    if "LUT_3D_INPUT_RANGE" in said:
        least, most = _numbers(said.pop("LUT_3D_INPUT_RANGE"), 2)
        low, high = (least, least, least), (most, most, most)
    if "DOMAIN_MIN" in said:
        low = _triple(said.pop("DOMAIN_MIN"))
    if "DOMAIN_MAX" in said:
        high = _triple(said.pop("DOMAIN_MAX"))
    if any(least >= most for least, most in zip(low, high, strict=True)):
        raise _rejected(f"The inputs of this LUT go from {low} to {high}, which is no range.")
    return low, high


def _triple(text: str) -> Triple:
    red, green, blue = _numbers(text, 3)
    return red, green, blue


def _numbers(text: str, count: int) -> list[float]:
    values = [read_number(part) for part in text.split()[: count + 1]]
    if len(values) != count or None in values:
        raise _rejected(f"The range of this LUT's inputs is {shown(text)}, not {count} numbers.")
    return [value for value in values if value is not None]


def _values(rows: Sequence[bytes]) -> Sequence[float]:
    # Whole passes, no loop of ours: a LUT of 33 points has 107,811 numbers.
    parts = [row.split() for row in rows]
    if set(map(len, parts)) != {3}:
        odd = next(row for row, part in zip(rows, parts, strict=True) if len(part) != 3)
        raise _rejected(f"A row of this LUT is {shown(odd.decode(errors='replace'))}, not three numbers.")
    try:
        values = array("d", map(float, chain.from_iterable(parts)))
    except ValueError as error:
        raise _rejected("A row of this LUT holds something that is not a number.") from error
    # Python reads 1_0 as 10; nobody else does.
    if not all(map(math.isfinite, values)) or any(b"_" in row for row in rows):
        raise _rejected("This LUT holds values that are not finite numbers (nan or inf).")
    return values


def write_cube(size: int, values: Sequence[float], title: str) -> bytes:
    """Colours, red running fastest → a .cube file; millionths are less than what 16 bits can tell."""
    rows = "%.6f %.6f %.6f\n" * size**3 % tuple(values)
    # -0.000000 is another text for the same colour.
    return f'TITLE "{title}"\nLUT_3D_SIZE {size}\n{rows}'.replace("-0.000000", "0.000000").encode()


def _rejected(sentence: str) -> Rejected:
    return Rejected(Code.BAD_SIDECAR, sentence, _EXPORT)
