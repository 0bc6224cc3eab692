"""Whether a file is all there, by its container's own arithmetic; and which of its bytes a probe needs.

FFmpeg opens a file cut in the middle, decodes what is left, and exits with 0. These checks cost a few reads.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

from circletake.contracts.errors import Code, Rejected
from circletake.media.boxes import MAX_MOOV_BYTES, Box, Read, UnfollowableError, boxes, chunks, tables, tracks_in
from circletake.media.sniff import (
    AVI,
    MATROSKA,
    MP4,
    MPEG_TS,
    MXF,
    MXF_PARTITION,
    QUICKTIME,
    Container,
    sniff_bytes,
    ts_packet,
)

_MXF_FOOTER = MXF_PARTITION + b"\x04"
#: What every key of SMPTE ST 336 begins with.
_KLV = b"\x06\x0e\x2b\x34"

#: More partitions than this, or parts behind the last one, is no recording.
_MAX_PARTITIONS = 4096
#: What a probe decodes to learn the picture's format; what sniffing looks at, and enough to meet essence after an
#: index; how far from the end the footer of an MXF file lies at most, when nothing points to it.
_ESSENCE_BYTES, _EDGE_BYTES, _MXF_TAIL = 8 << 20, 128 << 10, 32 << 20
#: The tracks that hold a timecode: QuickTime's, and Sony's own (`mov_read_rtmd_track` in libavformat/mov.c, which reads
#: 18 bytes of it); how many of them FFmpeg opens at most, by our limit of streams.
_TIMECODE, _TIMECODE_BYTES, _MAX_TIMECODES = (b"tmcd", b"rtmd"), 32, 64
#: Below this a file is simply read whole.
_SMALL_BYTES = 96 << 20


def require_whole(path: Path, container: Container) -> None:
    """File → nothing. Raises `Rejected(INCOMPLETE_MEDIA)` where its own arithmetic says that bytes are missing."""
    size = path.stat().st_size
    with path.open("rb") as file:

        def read(start: int, length: int) -> bytes:
            file.seek(start)
            return file.read(length)

        if container in (QUICKTIME, MP4):
            _require_boxes(size, read)
        elif container == MATROSKA:
            _require_end(size, _matroska_end(read))
        elif container == AVI:
            _require_end(size, _riff_end(size, read))
        elif container == MXF:
            require_footer(size, read)
        elif container == MPEG_TS:
            _require_packets(size, read)


def ranges_to_probe(size: int, read: Read) -> tuple[range, ...] | None:
    """A large file's size and a reader of its bytes → the ranges a probe needs, in order; None = all of it.

    The rest may stay a hole in a sparse file of the full size. Raises `Rejected` like `sniff` and `require_whole`.
    """
    if size <= _SMALL_BYTES:
        return None
    container = sniff_bytes(read(0, _EDGE_BYTES), read(size - _EDGE_BYTES, _EDGE_BYTES))
    edges = [range(0, _EDGE_BYTES), range(size - _EDGE_BYTES, size)]
    if container in (QUICKTIME, MP4):
        top = _require_boxes(size, read)
        moov = next(box for box in top if box.kind == b"moov")
        if any(box.kind == b"moof" for box in top) or moov.end - moov.start > MAX_MOOV_BYTES:
            return None
        wanted = [range(box.start, min(box.end, box.start + _wanted_bytes(box))) for box in top]
        wanted += _timecodes(size, read(moov.start, moov.end - moov.start))
    elif container == MXF:
        partitions = require_footer(size, read)
        wanted = [range(0, _ESSENCE_BYTES), *(range(at.start, min(at.end + _EDGE_BYTES, size)) for at in partitions)]
    else:
        return None
    merged = _merged(edges + wanted)
    return merged if sum(map(len, merged)) < size // 2 else None


def _wanted_bytes(box: Box) -> int:
    """How much of a box a probe needs: of padding, however large it is, only the header."""
    if box.kind in (b"free", b"skip", b"wide"):
        return 16
    return _ESSENCE_BYTES if box.kind == b"mdat" else box.end - box.start


def _timecodes(size: int, moov: bytes) -> list[range]:
    """Where the tracks begin that FFmpeg reads the start timecode from: in a hole it would read 00:00:00:00."""
    found = []
    for each in map(tables, tracks_in(moov)):
        if bytes(each.get(b"stsd", b"")[12:16]) in _TIMECODE:
            try:
                found += [range(at, min(at + _TIMECODE_BYTES, size)) for at in chunks(each)[:1] if at < size]
            except UnfollowableError:
                continue
    return found[:_MAX_TIMECODES]


def _merged(ranges: list[range]) -> tuple[range, ...]:
    merged: list[range] = []
    for each in sorted(ranges, key=lambda wanted: wanted.start):
        if merged and each.start <= merged[-1].stop:
            merged[-1] = range(merged[-1].start, max(merged[-1].stop, each.stop))
        else:
            merged.append(each)
    return tuple(merged)


def _require_boxes(size: int, read: Read) -> list[Box]:
    found = list(boxes(size, read))
    if found:
        _require_end(size, found[-1].end)
    kinds = {box.kind for box in found}
    if b"moov" not in kinds:
        raise _incomplete("its table of contents (moov), which a camera writes last, is not there")
    return found


def _require_end(size: int, declared: int | None) -> None:
    if declared is not None and declared > size:
        raise _incomplete(f"{_megabytes(size)} of the {_megabytes(declared)} that it declares are there")


def _matroska_end(read: Read) -> int | None:
    """Where the Segment says that it ends; None where it does not say (a live recording)."""
    head, at = read(0, 4096), 0
    for _ in range(2):
        element, at = _ebml_number(head, at, keep_marker=True)
        length, at = _ebml_number(head, at, keep_marker=False)
        if element == 0x18538067:
            return None if length is None else at + length
        if length is None:
            return None
        at += length
    return None


def _ebml_number(data: bytes, at: int, *, keep_marker: bool) -> tuple[int | None, int]:
    """A variable-length number of EBML and where it ends; None for "unknown", and for what is no number."""
    first = data[at] if at < len(data) else 0
    length = 9 - first.bit_length()
    raw = data[at : at + length]
    if length > 8 or len(raw) < length:
        return None, at + length
    value = int.from_bytes(raw, "big")
    if keep_marker:
        return value, at + length
    mask = (1 << (7 * length)) - 1
    return (None if value & mask == mask else value & mask), at + length


def _riff_end(size: int, read: Read) -> int | None:
    """Where the last RIFF chunk says that it ends; None where the recorder never wrote it."""
    start = 0
    while start + 12 <= size:
        header = read(start, 12)
        length = int.from_bytes(header[4:8], "little")
        if header[:4] != b"RIFF" or length in {0, 0xFFFFFFFF}:
            return None
        if start + 8 + length > size:
            return start + 8 + length
        start += 8 + length + length % 2
    # The last chunk may lack its byte of padding.
    return min(start, size)


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition pack of an MXF file, ST 377-1 table 5: where it is, and what it says of itself and of others.

    `body_offset` counts the bytes of essence before it, `body` names the essence in it (0: none).
    """

    start: int
    pack_end: int
    metadata_bytes: int
    index_bytes: int
    previous: int
    footer: int
    body_offset: int
    body: int

    @property
    def end(self) -> int:
        return self.pack_end + self.metadata_bytes + self.index_bytes

    @classmethod
    def at(cls, start: int, read: Read) -> "Partition | None":
        """The pack whose key begins at `start`, with the metadata and index behind it; None where there is none."""
        # What was searched for and not found lies at -1.
        pack = read(start, 128) if start >= 0 else b""
        if len(pack) < 96 or not pack.startswith(MXF_PARTITION):
            return None
        # Key 16, BER length, versions 4, KAG 4; then 8 bytes each: this, previous, footer, metadata, index.
        long = pack[16] & 0x7F if pack[16] & 0x80 else 0
        if long > 8:
            return None
        value = 17 + long
        length = int.from_bytes(pack[17:value], "big") if long else pack[16]
        previous, footer, metadata, index = struct.unpack(">4Q", pack[value + 16 : value + 48])
        body_offset, body = struct.unpack(">QI", pack[value + 52 : value + 64])
        return cls(start, start + value + length, metadata, index, previous, footer, body_offset, body)


def require_footer(size: int, read: Read) -> list[Partition]:
    """The partitions of a closed MXF file, from the footer back to the header. Raises where it has no footer."""
    run_in = read(0, _EDGE_BYTES).find(MXF_PARTITION + b"\x02")
    header = Partition.at(run_in, read)
    if header is None:
        raise _incomplete("its first partition is cut off")
    if header.footer and run_in + header.footer + 16 > size:
        raise _incomplete(f"it ends before byte {header.footer:,}, where its footer begins")
    # A camera that stopped before it could write the header again may still have written a footer.
    tail_at = max(0, size - _MXF_TAIL)
    footer_at = header.footer + run_in if header.footer else tail_at + read(tail_at, _MXF_TAIL).rfind(_MXF_FOOTER)
    partition = Partition.at(footer_at, read)
    if partition is None or not read(footer_at, 14).startswith(_MXF_FOOTER):
        raise _incomplete("it has no footer, so the camera or the copy stopped before the end")
    _require_end(size, _mxf_end(size, footer_at, read))
    found = [header]
    while partition is not None and partition.start > run_in and len(found) < _MAX_PARTITIONS:
        found.append(partition)
        partition = Partition.at(run_in + partition.previous, read) if partition.previous < partition.start else None
    return found


def _mxf_end(size: int, at: int, read: Read) -> int:
    """Where the last of the KLV triplets from the footer on says that it ends; what is no triplet ends the walk."""
    for _ in range(_MAX_PARTITIONS):
        head = read(at, 25) if at < size else b""
        if not head or not (head.startswith(_KLV) or _KLV.startswith(head)):
            break
        long = head[16] & 0x7F if len(head) > 16 and head[16] & 0x80 else 0
        if len(head) < 17 + long:
            return at + 25
        at += 17 + long + (int.from_bytes(head[17 : 17 + long], "big") if long else head[16])
    return at


def _require_packets(size: int, read: Read) -> None:
    """A transport stream tells nothing of its length, but it has no half packets."""
    packet = ts_packet(read(0, _EDGE_BYTES))
    if packet and size % packet:
        raise _incomplete(f"its last packet has {size % packet} of its {packet} bytes")


def _incomplete(why: str) -> Rejected:
    return Rejected(
        Code.INCOMPLETE_MEDIA,
        f"This file is not all there: {why}.",
        "Copy it again from the card before the card is formatted.",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.2f} MB"
