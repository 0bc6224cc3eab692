"""What a file is, told from its own bytes: FFmpeg is never asked to guess, and never believes a file's name.

A playlist called `.mov` makes FFmpeg open other files. So the demuxer is chosen here, from magic bytes, and
whatever is not one of the six containers below never reaches FFmpeg.
"""

from dataclasses import dataclass
from pathlib import Path

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import RawKind
from circletake.film.raw import raw_without_decoder

#: SMPTE ST 377-1: a partition pack's key begins so; the next two tell which partition and its status.
MXF_PARTITION = bytes.fromhex("060e2b34020501010d01020101")
#: ST 377-1 allows a run-in of up to 65535 bytes before the header partition.
_RUN_IN = 65_536
#: ISO 13818-1 packets of 188 bytes; camcorders (AVCHD) put four bytes of time before each.
_TS_PACKETS, _TS_SYNC = ((188, 0), (192, 4)), b"\x47"
#: End of central directory of a ZIP: 22 bytes and a comment of at most 65535, at the very end of the file.
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 22 + 65_535
#: The first box of a QuickTime or MP4 file, as cameras and editors write it.
_FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid", b"styp", b"moof"}


@dataclass(frozen=True, slots=True)
class Container:
    """A container by the name a person knows it, and the name of FFmpeg's demuxer for it."""

    name: str
    demuxer: str


QUICKTIME = Container("QuickTime", "mov")
MP4 = Container("MP4", "mov")
MXF = Container("MXF", "mxf")
MATROSKA = Container("Matroska", "matroska")
AVI = Container("AVI", "avi")
MPEG_TS = Container("MPEG-TS", "mpegts")
WAV = Container("WAV", "wav")

#: What else has been met under a camera's file name: its first bytes, and what to call it.
_STRANGERS = (
    (b"ffconcat", "an FFmpeg list of other files"),
    (b"#EXTM3U", "an HLS playlist"),
    (b"v=0", "an SDP session description"),
    (b"<MPD", "a DASH manifest"),
    (b"<html", "a web page"),
    (b"<!doctype html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"\x7fELF", "a Linux program"),
    (b"MZ", "a Windows program"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"%PDF", "a PDF document"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "a FLAC file"),
    (b"\x30\x26\xb2\x75", "a Windows Media file"),
    (b"FLV", "a Flash video"),
    (b"SDPX", "a DPX picture"),
    (b"XPDS", "a DPX picture"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
)
#: RAW formats with a container of their own: where their magic lies, and what they are.
_RAW = (
    (4, b"RED1", RawKind.R3D),
    (4, b"RED2", RawKind.R3D),
    (0, b"ARRI", RawKind.ARRIRAW),
    (0, b"IRRA", RawKind.ARRIRAW),
)


def sniff(path: Path) -> Container:
    """File → its container. Raises `Rejected(UNSUPPORTED_CONTAINER)` that says what the file is instead."""
    with path.open("rb") as file:
        head = file.read(_RUN_IN + 64)
        size = path.stat().st_size
        file.seek(max(0, size - _ZIP_TAIL))
        tail = file.read(_ZIP_TAIL)
    return sniff_bytes(head, tail)


def sniff_bytes(head: bytes, tail: bytes) -> Container:
    """The first 64 KB and the last 64 KB of a file → its container."""
    container = container_of(head)
    if raw := raw_magic(head):
        raise raw_without_decoder(raw)
    if container is None:
        raise _refused(_stranger(head))
    if _ends_as_zip(tail):
        raise _refused(f"{container.name} and a ZIP archive at once")
    return container


def raw_magic(head: bytes) -> RawKind | None:
    """The first bytes of a file → the RAW format with a container of its own that they begin."""
    return next((kind for offset, magic, kind in _RAW if head[offset : offset + len(magic)] == magic), None)


def container_of(head: bytes) -> Container | None:
    """The first 64 KB of a file → its container, whatever else may be wrong with it."""
    kind = head[4:8]
    if kind in _FIRST_BOXES and int.from_bytes(head[:4], "big") != 2:
        return QUICKTIME if kind != b"ftyp" or head[8:12] == b"qt  " else MP4
    if head.startswith(b"\x1aE\xdf\xa3"):
        return MATROSKA
    if head[:4] == b"RIFF" and head[8:12] in {b"AVI ", b"AVIX"}:
        return AVI
    if head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:12] == b"WAVE":
        return WAV
    if ts_packet(head):
        return MPEG_TS
    return MXF if 0 <= head.find(MXF_PARTITION + b"\x02") < _RUN_IN else None


def ts_packet(head: bytes) -> int | None:
    """The first 64 KB of a file → how long its transport packets are; None where it is no transport stream."""
    return next((packet for packet, first in _TS_PACKETS if head[first::packet][:3] == _TS_SYNC * 3), None)


def _ends_as_zip(tail: bytes) -> bool:
    """Whether a ZIP reader would accept these last bytes: a directory's end whose comment ends the file."""
    at = tail.rfind(_ZIP_END)
    return at >= 0 and len(tail) - at >= 22 and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)


def _stranger(head: bytes) -> str:
    if not head:
        return "empty"
    text = head[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, what in _STRANGERS:
        if head.startswith(magic) or text.startswith(magic.lower()):
            return what
    return "no container that we know"


def _refused(what: str) -> Rejected:
    if what == "empty":
        copy_again = "Copy it again from the card before the card is formatted."
        return Rejected(Code.UNSUPPORTED_CONTAINER, "This file is empty: it has 0 bytes.", copy_again)
    return Rejected(
        Code.UNSUPPORTED_CONTAINER,
        f"This file is {what}; pictures come as QuickTime/MP4, MXF, Matroska, AVI or MPEG-TS.",
        "Check the file on the card: if it plays in the camera, copy it again; otherwise it is no clip.",
    )
