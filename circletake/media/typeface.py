"""A TrueType file → which letters it has and how wide each is. Enough to say what fits, without a library in Lambda."""

import struct
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path


def packaged_typeface() -> Path:
    """→ Source Sans Pro (OFL) of its package: Latin, Greek, Cyrillic, and digits that are all equally wide."""
    return Path(str(files("font_source_sans_pro") / "files" / "SourceSansPro-Semibold.ttf"))


@dataclass(frozen=True, slots=True)
class Typeface:
    """The widths of a typeface's letters, in parts of its size."""

    path: Path
    widths: dict[str, float]

    def has(self, letter: str) -> bool:
        return letter in self.widths

    def width(self, text: str) -> float:
        """A text of letters that it has → how wide it is, in parts of the letters' size."""
        return sum(self.widths[letter] for letter in text)


@cache
def typeface(path: Path) -> Typeface:
    """A TrueType file → its letters. Raises `ValueError` where it is none."""
    data = path.read_bytes()
    try:
        tables = _tables(data)
        (units,) = struct.unpack_from(">H", data, tables["head"] + 18)
        (metrics,) = struct.unpack_from(">H", data, tables["hhea"] + 34)
        advances = [struct.unpack_from(">H", data, tables["hmtx"] + 4 * glyph)[0] for glyph in range(metrics)]
        glyphs = _glyphs(data, tables["cmap"])
    except (struct.error, KeyError) as error:
        raise ValueError(f"{path} is no TrueType file whose letters can be read") from error
    # The glyphs past the last metric are as wide as it.
    widths = {letter: advances[min(glyph, metrics - 1)] / units for letter, glyph in glyphs.items()}
    return Typeface(path, widths)


def _tables(data: bytes) -> dict[str, int]:
    """Where each table begins (OpenType specification, "Table Directory"); of a collection, its first typeface's."""
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    (count,) = struct.unpack_from(">H", data, start + 4)
    records = (struct.unpack_from(">4sIII", data, start + 12 + 16 * number) for number in range(count))
    return {tag.decode("latin-1"): offset for tag, _, offset, _ in records}


def _glyphs(data: bytes, at: int) -> dict[str, int]:
    """The `cmap` → each letter's glyph. Of its subtables the Unicode ones of formats 4 and 12 are read."""
    (count,) = struct.unpack_from(">H", data, at + 2)
    found: dict[str, int] = {}
    for number in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, at + 4 + 8 * number)
        if platform == 0 or (platform, encoding) in {(3, 1), (3, 10)}:
            (form,) = struct.unpack_from(">H", data, at + offset)
            if form in _FORMATS:
                found |= _FORMATS[form](data, at + offset)
    return found


def _segments(data: bytes, at: int) -> dict[str, int]:
    """Format 4: segments of code points, each with a delta or a range of glyph numbers."""
    (doubled,) = struct.unpack_from(">H", data, at + 6)
    count = doubled // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", data, at + place)
        for place in (14, 16 + doubled, 16 + 2 * doubled, 16 + 3 * doubled)
    )
    found = {}
    for segment, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offsets[segment]:
                place = at + 16 + 3 * doubled + 2 * segment + offsets[segment] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", data, place)
            if (offsets[segment] == 0 or glyph) and (glyph + deltas[segment]) & 0xFFFF:
                found[chr(code)] = (glyph + deltas[segment]) & 0xFFFF
    return found


def _groups(data: bytes, at: int) -> dict[str, int]:
    """Format 12: groups of consecutive code points and glyphs."""
    (count,) = struct.unpack_from(">I", data, at + 12)
    found: dict[str, int] = {}
    for number in range(count):
        first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * number)
        found |= {chr(code): glyph + code - first for code in range(first, min(last, 0x10FFFF) + 1)}
    return found


_FORMATS = {4: _segments, 12: _groups}
