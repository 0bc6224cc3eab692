"""The table of contents of a QuickTime or MP4 file (ISO 14496-12): where each sample lies; and small files made by it.

An excerpt is a file of its own: the original's description of the picture, and some of its samples, untouched.
"""

import bisect
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import add
from typing import Any

from circletake.contracts.errors import Code, Rejected
from circletake.media.wholeness import Read, boxes

#: A table of contents of an hour takes a megabyte or two; one larger than this is not read into memory.
_MAX_MOOV_BYTES, _MAX_FTYP_BYTES = 256 << 20, 4096
#: A day at 240 frames a second.
_MAX_SAMPLES = 24 * 3600 * 240
_MDAT_HEADER = 16
#: Boxes that hold boxes, as far as a track is followed.
_HOLDERS = {b"trak", b"mdia", b"minf", b"stbl"}
#: What is kept of a track whose samples are laid out anew; all else is written by us or says nothing about the samples.
_DESCRIPTION = _HOLDERS | {b"tkhd", b"edts", b"mdhd", b"hdlr", b"vmhd", b"smhd", b"gmhd", b"nmhd", b"dinf", b"stsd"}

Boxes = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class QuickTime:
    """The parts of a file's `moov`; where each picture lies, in the order of coding, when it is decoded, how much later
    it is shown, and as which frame; and where the chunks of each sound track lie."""

    ftyp: bytes
    mvhd: bytes
    picture: bytes
    starts: Sequence[int]
    sizes: Sequence[int]
    moments: Sequence[int]
    delays: Sequence[int] | None
    shown: Sequence[int]
    keys: Sequence[int]
    sound: tuple[tuple[bytes, Sequence[range]], ...]

    def excerpt_head(self, kept: Sequence[int], places: Sequence[int], length: int) -> bytes:
        """Samples, where each will lie behind this head, and the bytes behind it → the head of a file of its own."""
        return self._head(lambda base: [self._picture(kept, places, base, _DESCRIPTION - {b"edts"})], length)

    def sound_head(self, place: Callable[[int], int], length: int) -> bytes:
        """Where a byte of the original will lie, and how many lie behind this head → the head of all the sound.

        With the first frame of the picture, by whose beginning the sound is laid out.
        """

        def tracks(base: int) -> list[bytes]:
            first = self._picture([0], [place(self.starts[0])], base, _DESCRIPTION)
            kept = _DESCRIPTION | {b"stts", b"stsc", b"stsz", b"ctts", b"stss", b"sgpd", b"sbgp"}
            moved = [(track, [place(chunk.start) + base for chunk in chunks]) for track, chunks in self.sound]
            return [first, *(_rebuilt(track, kept, {b"co64": _offsets(chunks)}) for track, chunks in moved)]

        return self._head(tracks, length)

    def sound_ranges(self) -> list[range]:
        """Every byte of sound, chunk by chunk; and the first frame. Nothing where there is no sound."""
        chunks = [chunk for _, chunks in self.sound for chunk in chunks]
        return [range(self.starts[0], self.starts[0] + self.sizes[0]), *chunks] if chunks else []

    def _picture(self, kept: Sequence[int], places: Sequence[int], base: int, description: set[bytes]) -> bytes:
        lasts = [late - early for early, late in pairwise(self.moments[at] for at in kept)]
        keys = set(self.keys)
        tables = {
            b"stts": _table(">II", [(1, last) for last in [*lasts, lasts[-1] if lasts else 1]]),
            b"stsc": _table(">III", [(1, 1, 1)]),
            b"stsz": bytes(8) + struct.pack(">I", len(kept)) + _numbers("I", [self.sizes[at] for at in kept]),
            b"co64": _offsets([place + base for place in places]),
        }
        if self.delays is not None:
            version = b"\1\0\0\0" if min(self.delays) < 0 else bytes(4)
            tables[b"ctts"] = version + _table(">Ii", [(1, self.delays[at]) for at in kept])[4:]
        if len(keys) < len(self.starts):
            tables[b"stss"] = _table(">I", [(number,) for number, at in enumerate(kept, start=1) if at in keys])
        return _rebuilt(self.picture, description, tables)

    def _head(self, tracks: Callable[[int], list[bytes]], length: int) -> bytes:
        def built(base: int) -> bytes:
            moov = _box(b"moov", self.mvhd + b"".join(tracks(base)))
            return self.ftyp + moov + struct.pack(">I4sQ", 1, b"mdat", _MDAT_HEADER + length)

        return built(len(built(0)))


def read_quicktime(size: int, read: Read) -> QuickTime | None:
    """A file's size and a reader of its bytes → its contents; None where it cannot be cut. Raises `Rejected`."""
    top = list(boxes(size, read))
    by_kind = {box.kind: box for box in top}
    moov, ftyp = by_kind.get(b"moov"), by_kind.get(b"ftyp")
    if moov is None or b"moof" in by_kind or moov.end - moov.start > _MAX_MOOV_BYTES:
        return None
    parts = [part for _, body in _inside(read(moov.start, moov.end - moov.start)) for part in _inside(body)]
    tracks = [track for kind, track in parts if kind == b"trak"]
    pictures = [track for track in tracks if _handler(track) == b"vide"]
    mvhd = [_box(kind, body) for kind, body in parts if kind == b"mvhd"]
    if not pictures or len(mvhd) != 1:
        return None
    chunks = [_chunks(_tables(track), size) for track in tracks]
    edges = sorted({size, *(box.start for box in top), *(at for each in chunks for at in each)})
    sound = [
        (track, _extents(_tables(track), at, edges))
        for track, at in zip(tracks, chunks, strict=True)
        if _handler(track) == b"soun" and at
    ]
    samples = _samples(_tables(pictures[0]), size)
    if samples is None:
        return None
    return QuickTime(
        ftyp=read(ftyp.start, ftyp.end - ftyp.start) if ftyp and ftyp.end - ftyp.start <= _MAX_FTYP_BYTES else b"",
        mvhd=mvhd[0],
        picture=pictures[0],
        **samples,
        sound=tuple(sound),
    )


def _samples(tables: Mapping[bytes, bytes], size: int) -> dict[str, Any] | None:
    """The tables of a picture track → its samples; None where they are no plain row of pictures."""
    if not {b"stts", b"stsc", b"stsz"} <= tables.keys() or len(tables.get(b"stsd", b"")) < 8:
        return None
    constant, count = struct.unpack_from(">II", tables[b"stsz"].ljust(12, b"\0"), 4)
    if not 0 < count <= _MAX_SAMPLES or struct.unpack_from(">I", tables[b"stsd"], 4)[0] != 1:
        return None
    if constant * count > size:
        raise _lies("its table of contents counts more bytes than it has")
    sizes = [constant] * count if constant else _read_numbers("I", tables[b"stsz"][12:], count)
    lasts = _spread(_rows(">II", tables[b"stts"]), count)
    delays = _spread(_rows(">Ii", tables[b"ctts"]), count) if b"ctts" in tables else None
    keys = [number - 1 for (number,) in _rows(">I", tables[b"stss"])] if b"stss" in tables else list(range(count))
    starts = _starts(_rows(">III", tables[b"stsc"]), _chunks(tables, size), sizes)
    if {len(starts), len(lasts), len(delays or lasts)} != {count} or 0 in sizes or not keys or keys[0]:
        return None
    ordered = all(early < late for early, late in pairwise(keys)) and keys[-1] < count
    if not ordered or sum(sizes) > size or max(map(add, starts, sizes)) > size:
        raise _lies("its table of contents points past its end, or at the same bytes again and again")
    moments = list(accumulate(lasts[:-1], initial=0))
    shown = _order(moments, delays)
    if shown is None:
        return None
    return {"starts": starts, "sizes": sizes, "moments": moments, "delays": delays, "shown": shown, "keys": keys}


def _order(moments: Sequence[int], delays: Sequence[int] | None) -> Sequence[int] | None:
    """When each sample is decoded, how much later it is shown → as which frame; None where two are shown at once."""
    if delays is None:
        return range(len(moments)) if len(set(moments)) == len(moments) else None
    when = list(map(add, moments, delays))
    shown = [0] * len(when)
    for frame, at in enumerate(sorted(range(len(when)), key=when.__getitem__)):
        shown[at] = frame
    return shown if len(set(when)) == len(when) else None


def _starts(runs: list[tuple[int, ...]], chunks: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """Which chunk holds how many samples, where the chunks lie, and how large each sample is → where it lies."""
    starts: list[int] = []
    for (first, each, _), (after, _, _) in pairwise([*runs, (len(chunks) + 1, 0, 0)]):
        for chunk in chunks[first - 1 : after - 1] if first else ():
            at = chunk
            for length in sizes[len(starts) : len(starts) + each]:
                starts.append(at)
                at += length
    return starts


def _extents(tables: Mapping[bytes, bytes], chunks: Sequence[int], edges: Sequence[int]) -> list[range]:
    """Where the chunks of a sound track begin, and where anything does → from where to where each lies.

    A sample size of 1 says nothing: QuickTime writes it for sound of any width. Such a chunk lasts until the next.
    """
    extents = [range(at, edges[bisect.bisect_right(edges, at)]) for at in chunks]
    constant, count = struct.unpack_from(">II", tables.get(b"stsz", b"").ljust(12, b"\0"), 4)
    if constant == 1 or not {b"stsc", b"stsz"} <= tables.keys():
        return extents
    sizes = [] if constant else _read_numbers("I", tables[b"stsz"][12:], count)
    begun = 0
    for (first, each, _), (after, _, _) in pairwise([*_rows(">III", tables[b"stsc"]), (len(chunks) + 1, 0, 0)]):
        for number in range(max(first - 1, 0), min(after - 1, len(chunks))):
            length = each * constant or sum(sizes[begun : begun + each])
            begun += each
            extents[number] = range(chunks[number], min(extents[number].stop, chunks[number] + length))
    return extents


def _spread(runs: list[tuple[int, ...]], most: int) -> list[int]:
    """Runs of (how many, value) → the values, one for each sample, and never more than there are samples."""
    values: list[int] = []
    for count, value in runs:
        values += [value] * min(count, most + 1 - len(values))
    return values


def _chunks(tables: Mapping[bytes, bytes], size: int) -> list[int]:
    if b"co64" in tables:
        found = _read_numbers("Q", tables[b"co64"][8:], _count(tables[b"co64"]))
    elif b"stco" in tables:
        found = _read_numbers("I", tables[b"stco"][8:], _count(tables[b"stco"]))
    else:
        return []
    if max(found, default=0) >= size:
        raise _lies("its table of contents points past its end")
    return found


def _count(table: bytes) -> int:
    return int.from_bytes(table[4:8], "big")


def _rows(form: str, table: bytes) -> list[tuple[int, ...]]:
    """A table of a version, a count, and rows → the rows. Raises `Rejected` where there are fewer than it counts."""
    length = _count(table) * struct.calcsize(form)
    if len(table) < 8 + length:
        raise _lies("a table in it is shorter than it says")
    return list(struct.iter_unpack(form, table[8 : 8 + length]))


def _read_numbers(kind: str, data: bytes, count: int) -> list[int]:
    form = f">{count}{kind}"
    if len(data) < struct.calcsize(form):
        raise _lies("a table in it is shorter than it says")
    return list(struct.unpack_from(form, data))


def _numbers(kind: str, values: Sequence[int]) -> bytes:
    return struct.pack(f">{len(values)}{kind}", *values)


def _table(form: str, rows: Sequence[tuple[int, ...]]) -> bytes:
    return struct.pack(">II", 0, len(rows)) + b"".join(struct.pack(form, *row) for row in rows)


def _offsets(chunks: Sequence[int]) -> bytes:
    return struct.pack(">II", 0, len(chunks)) + _numbers("Q", chunks)


def _handler(track: bytes) -> bytes:
    mdia = dict(_inside(dict(_inside(track)).get(b"mdia", b"")))
    return mdia.get(b"hdlr", b"")[8:12]


def _tables(track: bytes) -> dict[bytes, bytes]:
    for kind in (b"mdia", b"minf", b"stbl"):
        track = dict(_inside(track)).get(kind, b"")
    return dict(_inside(track))


def _rebuilt(body: bytes, kept: set[bytes], tables: Mapping[bytes, bytes]) -> bytes:
    """A track's content → the track with the boxes that are kept, and new tables of samples."""

    def inside(body: bytes, holder: bytes) -> bytes:
        parts = [
            _box(kind, inside(part, kind) if kind in _HOLDERS else part)
            for kind, part in _inside(body)
            if kind in kept and kind not in tables
        ]
        return b"".join(parts + [_box(kind, table) for kind, table in tables.items() if holder == b"stbl"])

    return _box(b"trak", inside(body, b"trak"))


def _inside(data: bytes) -> Boxes:
    """The content of a box that holds boxes → each box's kind and content, as far as they can be followed."""
    return list(_follow(data))


def _follow(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind, body = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if length == 1:
            length, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        end = len(data) if length == 0 else at + length
        if end < body or end > len(data):
            return
        yield kind, data[body:end]
        at = end


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _lies(why: str) -> Rejected:
    return Rejected(
        Code.CORRUPT_ESSENCE,
        f"This file cannot be read in parts: {why}.",
        "Copy it again from the card; if it fails again, keep the card and tell the camera department.",
    )
