"""The table of contents of a QuickTime or MP4 file (ISO 14496-12): where each sample lies; and small files made by it.

An excerpt is a file of its own: the original's description of the picture, and some of its samples, untouched.
"""

import bisect
import struct
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from operator import add, eq
from typing import Any

from circletake.media.boxes import (
    MAX_MOOV_BYTES,
    Bytes,
    Read,
    UnfollowableError,
    boxes,
    chunks,
    handler,
    inside,
    numbers,
    rows,
    tables,
    tracks_in,
)

_MAX_FTYP_BYTES = 4096
#: Of picture and sound together: two tracks for a day at 24 frames a second, or sixteen for three hours; their tables
#: take half a gigabyte of memory.
_MAX_CHUNKS = 4_000_000
_MDAT_HEADER = 16
#: Boxes that hold boxes, as far as a track is followed.
_HOLDERS = {b"trak", b"mdia", b"minf", b"stbl"}
#: What is kept of a track whose samples are laid out anew; all else is written by us or says nothing about the samples.
_DESCRIPTION = _HOLDERS | {b"tkhd", b"edts", b"mdhd", b"hdlr", b"vmhd", b"smhd", b"gmhd", b"nmhd", b"dinf", b"stsd"}


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
    sound: tuple[tuple[Bytes, Sequence[range]], ...]

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
        lasts, keys = [self._last(at) for at in kept], set(self.keys)
        tables = {
            b"stts": _table(">II", [(1, last) for last in lasts]),
            b"stsc": _table(">III", [(1, 1, 1)]),
            b"stsz": struct.pack(f">III{len(kept)}I", 0, 0, len(kept), *[self.sizes[at] for at in kept]),
            b"co64": _offsets([place + base for place in places]),
        }
        if self.delays is not None:
            # Each is shown when it was, and decoded right behind the one before: a gap where samples were left out
            # would make a picture look long.
            decoded = list(accumulate(lasts[:-1], initial=0))
            moved = self.moments[kept[-1]] - decoded[-1]
            shown = [self.moments[at] + self.delays[at] - moved for at in kept]
            delays = [(1, at - before) for at, before in zip(shown, decoded, strict=True)]
            version = b"\1\0\0\0" if min(delay for _, delay in delays) < 0 else bytes(4)
            tables[b"ctts"] = version + _table(">Ii", delays)[4:]
        if len(keys) < len(self.starts):
            tables[b"stss"] = _table(">I", [(number,) for number, at in enumerate(kept, start=1) if at in keys])
        return _rebuilt(self.picture, description, tables)

    def _last(self, at: int) -> int:
        """How long a sample lasts, in the order of coding; the last of all lasts as long as the one before."""
        near = min(at, len(self.moments) - 2)
        return self.moments[near + 1] - self.moments[near] if near >= 0 else 1

    def _head(self, tracks: Callable[[int], list[bytes]], length: int) -> bytes:
        def built(base: int) -> bytes:
            moov = _box(b"moov", self.mvhd + b"".join(tracks(base)))
            return self.ftyp + moov + struct.pack(">I4sQ", 1, b"mdat", _MDAT_HEADER + length)

        return built(len(built(0)))


def read_quicktime(size: int, read: Read, most: int) -> QuickTime | None:
    """A file's size, a reader of its bytes, the most frames it may have → its contents; None where it cannot be cut.

    Raises `UnfollowableError` where a table says what cannot be.
    """
    top = list(boxes(size, read))
    by_kind = {box.kind: box for box in top}
    moov, ftyp = by_kind.get(b"moov"), by_kind.get(b"ftyp")
    if moov is None or b"moof" in by_kind or moov.end - moov.start > MAX_MOOV_BYTES:
        return None
    data = read(moov.start, moov.end - moov.start)
    mvhd = [_box(kind, part) for _, body in inside(data) for kind, part in inside(body) if kind == b"mvhd"]
    pictures, sounds = ([each for each in tracks_in(data) if handler(each) == kind] for kind in (b"vide", b"soun"))
    if not pictures or len(mvhd) != 1:
        return None
    begun = [chunks(tables(track)) for track in (*sounds, *pictures)]
    # A track without chunks has no place in a file that is laid out anew.
    if sum(map(len, begun)) > _MAX_CHUNKS or not all(begun):
        return None
    if any(max(each) >= size for each in begun):
        raise UnfollowableError("the table of contents points past the end")
    samples = _samples(tables(pictures[0]), size, most)
    if samples is None:
        return None
    edges = array("Q", sorted(chain((size, *(box.start for box in top)), *begun)))
    if any(map(eq, edges, edges[1:])):
        raise UnfollowableError("two tracks share their bytes")
    return QuickTime(
        ftyp=read(ftyp.start, ftyp.end - ftyp.start) if ftyp and ftyp.end - ftyp.start <= _MAX_FTYP_BYTES else b"",
        mvhd=mvhd[0],
        picture=bytes(pictures[0]),
        **samples,
        sound=tuple((track, _extents(tables(track), at, edges)) for track, at in zip(sounds, begun, strict=False)),
    )


def _samples(tables: dict[bytes, memoryview], size: int, most: int) -> dict[str, Any] | None:
    """The tables of a picture track → its samples; None where they are no plain row of pictures."""
    if not {b"stts", b"stsc", b"stsz"} <= tables.keys() or len(tables.get(b"stsd", b"")) < 8:
        return None
    constant, count = _sizes(tables)
    if not 0 < count <= most or struct.unpack_from(">I", tables[b"stsd"], 4)[0] != 1:
        return None
    sizes = array("I", [constant]) * count if constant else numbers("I", tables[b"stsz"][12:], count)
    lasts = _spread(rows(">II", tables[b"stts"]), count)
    delays = _spread(rows(">Ii", tables[b"ctts"]), count) if b"ctts" in tables else None
    keys = [number - 1 for (number,) in rows(">I", tables[b"stss"])] if b"stss" in tables else list(range(count))
    starts = _starts(rows(">III", tables[b"stsc"]), chunks(tables), sizes)
    told = {len(starts), len(lasts), count if delays is None else len(delays)}
    if told != {count} or 0 in sizes or not keys or keys[0]:
        return None
    ordered = all(early < late for early, late in pairwise(keys)) and keys[-1] < count
    # Frames that share bytes would make a file larger than the one that they come from.
    if not ordered or sum(sizes) > size or max(map(add, starts, sizes)) > size:
        raise UnfollowableError("the table of contents points past the end, or at the same bytes again and again")
    moments = array("Q", accumulate(lasts[:-1], initial=0))
    shown = _order(moments, delays)
    if shown is None:
        return None
    return {"starts": starts, "sizes": sizes, "moments": moments, "delays": delays, "shown": shown, "keys": keys}


def _order(moments: Sequence[int], delays: Sequence[int] | None) -> Sequence[int] | None:
    """When each sample is decoded, how much later it is shown → as which frame; None where two are shown at once."""
    if delays is None:
        return range(len(moments)) if len(set(moments)) == len(moments) else None
    when = array("q", map(add, moments, delays))
    shown = array("I", bytes(4 * len(when)))
    for frame, at in enumerate(sorted(range(len(when)), key=when.__getitem__)):
        shown[at] = frame
    return shown if len(set(when)) == len(when) else None


def _starts(runs: list[tuple[int, ...]], chunks: Sequence[int], sizes: Sequence[int]) -> Sequence[int]:
    """Which chunk holds how many samples, where the chunks lie, and how large each sample is → where it lies."""
    starts = array("Q")
    for chunk, each in _filled(runs, chunks):
        at = chunk
        for length in sizes[len(starts) : len(starts) + each]:
            starts.append(at)
            at += length
    return starts


def _filled(runs: list[tuple[int, ...]], chunks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of (first chunk, samples in each of them) → where each chunk lies, and how many samples it holds."""
    firsts = [first for first, _, _ in runs]
    # ISO 14496-12, 8.7.4: each run begins behind the one before it.
    if firsts[:1] != [1] or any(early >= late for early, late in pairwise([*firsts, len(chunks) + 1])):
        raise UnfollowableError("the runs of chunks go back and forth")
    for (first, each, _), (after, _, _) in pairwise([*runs, (len(chunks) + 1, 0, 0)]):
        for chunk in chunks[first - 1 : after - 1]:
            yield chunk, each


def _extents(tables: dict[bytes, memoryview], chunks: Sequence[int], edges: Sequence[int]) -> Sequence[range]:
    """Where the chunks of a sound track begin, and where anything does → from where to where each lies.

    A sample size of 1 says nothing: QuickTime writes it for sound of any width. Such a chunk lasts until the next.
    """
    extents = [range(at, edges[bisect.bisect_right(edges, at)]) for at in chunks]
    constant, count = _sizes(tables)
    if constant == 1 or not {b"stsc", b"stsz"} <= tables.keys():
        return extents
    sizes = () if constant else numbers("I", tables[b"stsz"][12:], count)
    begun = 0
    for number, (chunk, each) in enumerate(_filled(rows(">III", tables[b"stsc"]), chunks)):
        length = each * constant or sum(sizes[begun : begun + each])
        begun += each
        if chunk + length > extents[number].stop:
            raise UnfollowableError("sound reaches into what lies behind it")
        extents[number] = range(chunk, chunk + length)
    return extents


def _sizes(tables: dict[bytes, memoryview]) -> tuple[int, int]:
    """The size that all samples of a track have, or 0; and how many there are."""
    return struct.unpack(">II", bytes(tables.get(b"stsz", b"")[4:12]).ljust(8, b"\0"))


def _spread(runs: list[tuple[int, ...]], most: int) -> Sequence[int]:
    """Runs of (how many, value) → the values, one for each sample, and never more than there are samples."""
    values = array("q")
    for count, value in runs:
        values.extend(array("q", [value]) * min(count, most + 1 - len(values)))
    return values


def _table(form: str, rows: Sequence[tuple[int, ...]]) -> bytes:
    return struct.pack(">II", 0, len(rows)) + b"".join(struct.pack(form, *row) for row in rows)


def _offsets(chunks: Sequence[int]) -> bytes:
    return struct.pack(">II", 0, len(chunks)) + struct.pack(f">{len(chunks)}Q", *chunks)


def _rebuilt(body: Bytes, kept: set[bytes], tables: Mapping[bytes, bytes]) -> bytes:
    """A track's content → the track with the boxes that are kept, and new tables of samples."""

    def laid(body: Bytes, holder: bytes) -> bytes:
        parts = [
            _box(kind, laid(part, kind) if kind in _HOLDERS else part)
            for kind, part in inside(body)
            if kind in kept and kind not in tables
        ]
        return b"".join(parts + [_box(kind, table) for kind, table in tables.items() if holder == b"stbl"])

    return _box(b"trak", laid(body, b"trak"))


def _box(kind: bytes, body: Bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body
