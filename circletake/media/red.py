"""The header of an R3D file → what it tells: size, rate, start timecode, reel, camera.

Sources: the layout as FFmpeg's demuxer (RED1) and ExifTool's module (RED1, RED2) read it; nothing here was tried on
a camera's file. How many frames a file has is not in its header, so it stays unknown.
"""

import re
import struct
from fractions import Fraction
from typing import Any

from circletake.film.timing import Timecode
from circletake.media.camera import facts, remark

#: RED2: records of the picture's sizes begin here, so many as the byte before says; then comes the directory.
_RECORDS_AT, _RECORD_BYTES = 0x44, 0x18
#: RED1 keeps its directory in the second block.
_RED1_DIRECTORY_AT = 0x22
#: Entries of the directory that hold text, by their number, and what they are called here.
_TEXTS = {
    0x1001: "timecode",
    0x1006: "serial",
    0x1019: "camera type",
    0x101A: "reel",
    0x1023: "date",
    0x1070: "lens",
    0x1071: "model",
}
_ISO, _KELVIN = 0x403B, 0x200D
_MAX_ENTRIES = 200


def read_header(head: bytes) -> dict[str, Any]:
    """The first 64 KB of an R3D file → fields of `RawFacts`. What is out of bounds or makes no sense is left out."""
    version = head[4:8]
    size, rate, at = _red2(head) if version == b"RED2" else _red1(head)
    said = _directory(head, at)
    texts = {name: _text(said.get(number)) for number, name in _TEXTS.items()}
    return {
        **size,
        "codec": remark(version.decode("ascii", "replace")),
        "rate": rate,
        "start_timecode": _timecode(texts["timecode"], rate),
        "reel": texts["reel"],
        "camera": facts(
            model=texts["model"] or texts["camera type"],
            serial=texts["serial"],
            lens=texts["lens"],
            exposure_index=_number(said.get(_ISO), ">H"),
            white_balance=_number(said.get(_KELVIN), ">f"),
            shot_at=texts["date"],
        ),
    }


def _red1(head: bytes) -> tuple[dict[str, int], Fraction | None, int]:
    first_block = int.from_bytes(head[:4], "big")
    width, height, over, under = (_at(head, ">H", place) for place in (0x36, 0x3A, 0x3E, 0x40))
    return _size(width, height), _rate(over, under), first_block + _RED1_DIRECTORY_AT


def _red2(head: bytes) -> tuple[dict[str, int], Fraction | None, int]:
    width, height = _at(head, ">I", 0x4C), _at(head, ">I", 0x50)
    under, high, low = (_at(head, ">H", place) for place in (0x56, 0x58, 0x5A))
    records = head[0x40] if len(head) > 0x40 else 0
    return _size(width, height), _rate(high << 16 | low, under), _RECORDS_AT + records * _RECORD_BYTES


def _at(head: bytes, layout: str, place: int) -> int:
    """A number of the header; 0 where the header ends before it."""
    if place + struct.calcsize(layout) > len(head):
        return 0
    return int(struct.unpack_from(layout, head, place)[0])


def _size(width: int, height: int) -> dict[str, int]:
    return {"width": width, "height": height} if 0 < width <= 32768 and 0 < height <= 32768 else {}


def _rate(over: int, under: int) -> Fraction | None:
    rate = Fraction(over, under) if over and under else None
    return rate if rate is not None and Fraction(1) <= rate <= 1000 else None


def _directory(head: bytes, at: int) -> dict[int, bytes]:
    """Entries of the directory at `at`: its length, then length, number and value of each."""
    end = at + 2 + _at(head, ">H", at)
    at += 2
    found: dict[int, bytes] = {}
    while at + 4 <= min(end, len(head)) and len(found) < _MAX_ENTRIES:
        length, number = struct.unpack_from(">HH", head, at)
        if length < 4 or at + length > len(head):
            break
        found[number] = head[at + 4 : at + length]
        at += length
    return found


def _timecode(text: str | None, rate: Fraction | None) -> str | None:
    if text is None or rate is None or not re.fullmatch(r"\d\d:\d\d:\d\d[:;]\d\d", text):
        return None
    try:
        return str(Timecode.parse(text, rate))
    except ValueError:
        return None


def _text(value: bytes | None) -> str | None:
    return None if value is None else remark(value.rstrip(b"\0").decode("ascii", "replace"))


def _number(value: bytes | None, layout: str) -> str | None:
    if value is None or len(value) < struct.calcsize(layout):
        return None
    number = struct.unpack_from(layout, value)[0]
    return f"{number:.0f}" if 0 < number < 1_000_000 else None
