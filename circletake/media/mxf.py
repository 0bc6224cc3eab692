"""The index of an MXF file with frame-wrapped essence (ST 377-1, ST 379-2): where each edit unit lies.

An excerpt is a file of its own: the original's header metadata, and some of its edit units, untouched.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, starmap
from operator import ge
from pathlib import Path

from circletake.media.boxes import Read, UnfollowableError
from circletake.media.wholeness import Partition, require_footer

#: Keys: ST 377-1 table 13 (index table segment) and 6.3.3 (fill); ST 379-2 table 3 (essence elements).
_INDEX_SEGMENT = bytes.fromhex("060e2b34025301010d01020101100100")
_LABEL, _ELEMENT, _ESSENCE = (bytes.fromhex(part) for part in ("060e2b34", "060e2b34010201", "0d010301"))
_FILL = bytes.fromhex("060e2b34010101010301021001000000")
#: The kinds of elements, by the thirteenth byte of their keys: content package and generic container.
_PICTURE, _SOUND = (0x05, 0x15), (0x06, 0x16)
#: Of all partitions together, an index takes some twenty bytes a frame, and a pack some hundred.
_MAX_METADATA_BYTES, _MAX_INDEX_BYTES, _MAX_PACK_BYTES = 64 << 20, 64 << 20, 64 << 10
#: An edit unit has a picture, some tracks of sound and some of data.
_MAX_ELEMENTS = 256
_LONGEST_KEY = 32


@dataclass(frozen=True, slots=True)
class Mxf:
    """The header of a file, and of each edit unit: where it lies, the frame that is coded in it, and the entries."""

    head: bytes
    edges: Sequence[int]
    shown: Sequence[int]
    keys: Sequence[int]


@dataclass(frozen=True, slots=True)
class Klv:
    """A key, and where its value lies in a file."""

    key: bytes
    start: int
    value: int
    end: int

    @property
    def kind(self) -> int | None:
        """Which kind of essence element it is; None where it is something else."""
        return self.key[12] if self.key[:7] == _ELEMENT and self.key[8:12] == _ESSENCE else None


def klv_at(start: int, read: Read) -> Klv | None:
    """The key that begins at a byte; None where none does."""
    data = read(start, _LONGEST_KEY)
    if len(data) < 17 or not data.startswith(_LABEL):
        return None
    long = data[16] & 0x7F if data[16] & 0x80 else 0
    if long > 8 or len(data) < 17 + long:
        return None
    length = int.from_bytes(data[17 : 17 + long], "big") if long else data[16]
    return Klv(data[:16], start, start + 17 + long, start + 17 + long + length)


def klvs(start: int, end: int, read: Read) -> Iterator[Klv]:
    """The keys that lie one after the other in a part of a file, each with all of its value."""
    while start < end and (found := klv_at(start, read)) and found.end <= end:
        yield found
        start = found.end


def read_mxf(size: int, read: Read, most: int) -> Mxf | None:
    """A file's size, a reader of its bytes, the most frames it may have → its contents; None where it cannot be cut.

    Raises `UnfollowableError` where its index says what cannot be, and like `require_footer`.
    """
    partitions = sorted(require_footer(size, read), key=lambda each: each.start)
    bodies = {each.body for each in partitions if each.body}
    index = sorted(_index(partitions, size, read, most), key=lambda segment: segment.first)
    head = _head(partitions, read, *bodies) if len(bodies) == 1 else None
    if head is None or not index:
        return None
    essence = [(each.body_offset, _essence_start(each, read)) for each in partitions if each.body]
    last = min((end for end in [*(each.start for each in partitions), size] if end > essence[-1][1]), default=None)
    if last is None:
        raise UnfollowableError("the essence begins past the end")
    edges = _edges(index, essence, last, most)
    if edges is None or len(edges) < 2 or any(starmap(ge, pairwise(edges))):
        return None
    if edges[-1] > size:
        raise UnfollowableError("the index points past the end")
    units = len(edges) - 1
    if not _is_frame_wrapped(edges, read):
        return None
    entries = [entry for segment in index for entry in segment.entries]
    shown = list(range(units))
    for frame, (delay, _, _) in enumerate(entries):
        if not 0 <= frame + delay < units:
            raise UnfollowableError("the index shows a frame that is not there")
        shown[frame + delay] = frame
    keys = _keys([flags for _, flags, _ in entries]) or range(units)
    # Pictures that lean on others, all shown as they are coded: an index that does not tell, or one of no B-frames.
    untold = len(keys) < units and shown == list(range(units))
    return None if untold or sorted(shown) != list(range(units)) else Mxf(head, edges, shown, keys)


def _keys(flags: Sequence[int]) -> list[int]:
    """The flags of each edit unit (ST 377-1 table 23) → where decoding can begin; nothing where none tells."""
    # Bit 7: nothing before it is needed. Bit 6: a sequence begins, though pictures shown before it may look back.
    return [unit for unit, flag in enumerate(flags) if flag & 0xC0]


@dataclass(frozen=True, slots=True)
class _Segment:
    """A segment of the index: edit units `first` and on, each of `unit_bytes` or with an entry of its own."""

    first: int
    count: int
    unit_bytes: int
    entries: Sequence[tuple[int, int, int]]


def _index(partitions: Sequence[Partition], size: int, read: Read, most: int) -> list[_Segment]:
    """Every segment once, wherever it is repeated."""
    found: dict[int, _Segment] = {}
    if sum(each.index_bytes for each in partitions) > min(_MAX_INDEX_BYTES, size):
        raise UnfollowableError("the index is larger than any that a camera writes")
    for each in partitions:
        start = _past_fill(_metadata_start(each, read) + each.metadata_bytes, read)
        for klv in klvs(start, start + each.index_bytes, read):
            if klv.key[:5] == _INDEX_SEGMENT[:5] and klv.key[6:] == _INDEX_SEGMENT[6:]:
                segment = _segment(read(klv.value, klv.end - klv.value), most)
                if segment.first not in found or segment.count > found[segment.first].count:
                    found[segment.first] = segment
    return list(found.values())


def _segment(data: bytes, most: int) -> _Segment:
    """The local set of an index table segment → the segment. Raises `UnfollowableError` where it is cut short."""
    parts: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(data):
        tag, length = struct.unpack_from(">HH", data, at)
        parts[tag], at = data[at + 4 : at + 4 + length], at + 4 + length
    first, count = (int.from_bytes(parts.get(tag, b""), "big") for tag in (0x3F0C, 0x3F0D))
    unit_bytes = int.from_bytes(parts.get(0x3F05, b""), "big")
    array = parts.get(0x3F0A, b"")
    entries: list[tuple[int, int, int]] = []
    if not unit_bytes and len(array) >= 8:
        number, length = struct.unpack_from(">II", array)
        if length < 11 or len(array) < 8 + number * length or first + count > most:
            raise UnfollowableError("the index is shorter than it says, or longer than the picture")
        for at in range(8, 8 + min(number, count) * length, length):
            delay, _, flags, offset = struct.unpack_from(">bbBQ", array, at)
            entries.append((delay, flags, offset))
    return _Segment(first, count, unit_bytes, entries)


def _edges(index: Sequence[_Segment], essence: Sequence[tuple[int, int]], last: int, most: int) -> list[int] | None:
    """The index, and where the parts of the essence lie → where each edit unit begins and the last one ends."""
    begun, start = essence[-1]
    total = begun + last - start
    if len(index) == 1 and index[0].unit_bytes:
        units = index[0].count or total // index[0].unit_bytes
        if units * index[0].unit_bytes > total or units > most:
            raise UnfollowableError("the index points past the end, or is longer than the picture")
        offsets = [unit * index[0].unit_bytes for unit in range(units + 1)]
    else:
        at = 0
        for segment in index:
            if segment.first != at or len(segment.entries) != segment.count:
                return None
            at += segment.count
        offsets = [*(offset for segment in index for _, _, offset in segment.entries), total]
    if offsets[-1] > total:
        raise UnfollowableError("the index points past the end")
    edges, part = [], 0
    for offset in offsets:
        while part + 1 < len(essence) and essence[part + 1][0] <= offset:
            part += 1
        edges.append(essence[part][1] + offset - essence[part][0])
    return edges


def _essence_start(partition: Partition, read: Read) -> int:
    """Where the essence of a partition begins: behind its metadata and index."""
    start = _past_fill(_metadata_start(partition, read) + partition.metadata_bytes, read) + partition.index_bytes
    return _past_fill(start, read)


def _metadata_start(partition: Partition, read: Read) -> int:
    return _past_fill(partition.pack_end, read)


def _past_fill(at: int, read: Read) -> int:
    """Fill before the metadata, the index or the essence is counted by none of them."""
    klv = klv_at(at, read)
    return klv.end if klv and klv.key[:7] == _FILL[:7] and klv.key[8:] == _FILL[8:] else at


def _is_frame_wrapped(edges: Sequence[int], read: Read) -> bool:
    """Whether a whole picture lies in the first edit unit, rather than all of the clip in one element."""
    picture = next((klv for klv in islice(klvs(edges[0], edges[1], read), _MAX_ELEMENTS) if klv.kind in _PICTURE), None)
    return picture is not None


def _head(partitions: Sequence[Partition], read: Read, body: int) -> bytes | None:
    """The partitions → a header partition that tells of the same tracks, and of no other partition."""
    header, told = partitions[0], [each for each in partitions if each.metadata_bytes]
    too_long = header.pack_end - header.start > _MAX_PACK_BYTES
    if not told or told[-1].metadata_bytes > _MAX_METADATA_BYTES or too_long:
        return None
    # A camera that never wrote its header again told the whole truth in the footer.
    pack, last = bytearray(read(header.start, header.pack_end - header.start)), told[-1]
    value = 17 + (pack[16] & 0x7F if pack[16] & 0x80 else 0)
    pack[value + 8 : value + 64] = struct.pack(">5QIQI", 0, 0, 0, last.metadata_bytes, 0, 0, 0, body)
    return bytes(pack) + read(_metadata_start(last, read), last.metadata_bytes)


def picture_in(unit: range, read: Read) -> range:
    """Where an edit unit lies → where its picture does: nowhere, if there is none."""
    elements = islice(klvs(unit.start, unit.stop, read), _MAX_ELEMENTS)
    return next((range(klv.value, klv.end) for klv in elements if klv.kind in _PICTURE), range(0))


def sound_of(file: Path, part: range, *, with_first: bool) -> Iterator[bytes]:
    """A file and where some edit units lie in it → their elements of sound; and the first unit's picture, if asked."""
    with file.open("rb") as opened:

        def read(start: int, length: int) -> bytes:
            opened.seek(start)
            return opened.read(length)

        for klv in klvs(part.start, part.stop, read):
            first = with_first and klv.kind in _PICTURE
            if klv.kind in _SOUND or first:
                yield read(klv.start, klv.end - klv.start)
            with_first = with_first and not first


def blank_pictures(file: Path, parts: Sequence[range]) -> None:
    """Turn the pictures of some edit units in a file into fill, so that no decoder meets them."""
    with file.open("r+b") as opened:

        def read(start: int, length: int) -> bytes:
            opened.seek(start)
            return opened.read(length)

        for part in parts:
            for klv in klvs(part.start, part.stop, read):
                if klv.kind in _PICTURE:
                    opened.seek(klv.start)
                    opened.write(_FILL)
