"""The boxes of QuickTime and MP4 (ISO 14496-12), and the tables of numbers in them, as far as they can be followed."""

import struct
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Read = Callable[[int, int], bytes]

#: Bytes of a file, or a part of them that is not copied.
Bytes = bytes | memoryview

#: More top-level boxes than this is a fragmented stream, which is read whole.
_MAX_BOXES = 4096
#: A table of contents of an hour takes a megabyte or two; one larger than this is not read into memory.
MAX_MOOV_BYTES = 64 << 20


class UnfollowableError(ValueError):
    """A table says what cannot be. That is no verdict on the footage: a decoder may never look at it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A top-level box of a QuickTime or MP4 file; `end` is what it declares, which may lie past the file's end."""

    kind: bytes
    start: int
    end: int


def boxes(size: int, read: Read) -> Iterator[Box]:
    """The top-level boxes of a QuickTime or MP4 file, as far as they can be followed."""
    start = 0
    for _ in range(_MAX_BOXES):
        header = read(start, 16) if start < size else b""
        if len(header) < 8:
            return
        length, kind = int.from_bytes(header[:4], "big"), header[4:8]
        if length == 1 and len(header) == 16:
            length = int.from_bytes(header[8:], "big")
        end = size if length == 0 else start + length
        if end < start + 8:
            return
        yield Box(kind, start, end)
        start = end


def inside(data: Bytes) -> list[tuple[bytes, memoryview]]:
    """The content of a box that holds boxes → each box's kind and content, as far as they can be followed."""
    return list(_follow(memoryview(data)))


def _follow(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    at = 0
    while at + 8 <= len(data):
        length, kind, body = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8]), at + 8
        if length == 1:
            length, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        end = len(data) if length == 0 else at + length
        if end < body or end > len(data):
            return
        yield kind, data[body:end]
        at = end


def tracks_in(moov: Bytes) -> list[memoryview]:
    """A `moov` with its header → the content of each track."""
    return [part for _, body in inside(moov) for kind, part in inside(body) if kind == b"trak"]


def handler(track: Bytes) -> bytes:
    """What a track holds, in four letters."""
    mdia = dict(inside(dict(inside(track)).get(b"mdia", b"")))
    return bytes(mdia.get(b"hdlr", b"")[8:12])


def tables(track: Bytes) -> dict[bytes, memoryview]:
    """The tables of a track's samples by their kinds."""
    for kind in (b"mdia", b"minf", b"stbl"):
        track = dict(inside(track)).get(kind, b"")
    return dict(inside(track))


def chunks(found: dict[bytes, memoryview]) -> Sequence[int]:
    """The tables of a track → where its chunks begin, which may lie outside of the file."""
    for kind, width in ((b"co64", "Q"), (b"stco", "I")):
        if kind in found:
            return numbers(width, found[kind][8:], _count(found[kind]))
    return ()


def rows(form: str, table: Bytes) -> list[tuple[int, ...]]:
    """A table of a version, a count, and rows → the rows. Raises `UnfollowableError` where there are too few."""
    length = _count(table) * struct.calcsize(form)
    if len(table) < 8 + length:
        raise UnfollowableError("a table is shorter than it says")
    return list(struct.iter_unpack(form, table[8 : 8 + length]))


def numbers(kind: str, data: Bytes, count: int) -> "array[int]":
    """The first `count` numbers of a table. Raises `UnfollowableError` where there are fewer."""
    found = array(kind)
    if len(data) < count * found.itemsize:
        raise UnfollowableError("a table is shorter than it says")
    found.frombytes(data[: count * found.itemsize])
    if sys.byteorder == "little":
        found.byteswap()
    return found


def leaves_frames_without_moment(size: int, read: Read) -> bool:
    """Whether a table tells of some frames of a track how much later than decoded they are shown, and not of others.

    ISO 14496-12, 8.6.1.3: it tells of all or is not there. Without it frames fall on one another, or out of an edit.
    """
    moov = next((box for box in boxes(size, read) if box.kind == b"moov"), None)
    if moov is None or moov.end - moov.start > MAX_MOOV_BYTES:
        return False
    for each in map(tables, tracks_in(read(moov.start, moov.end - moov.start))):
        if b"ctts" in each and b"stsz" in each:
            try:
                told = sum(count for count, _ in rows(">Ii", each[b"ctts"]))
            except UnfollowableError:
                return True
            if told < int.from_bytes(each[b"stsz"][8:12], "big"):
                return True
    return False


def _count(table: Bytes) -> int:
    return int.from_bytes(table[4:8], "big")
