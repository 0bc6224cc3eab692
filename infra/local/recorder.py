"""A sound recorder on the demo's set: samples, and what it writes beside them → a broadcast WAV with bext and iXML.

Sources: EBU Tech 3285 (how bext lies), and the iXML specification of Gallery (ixml.info).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

RATE = 48_000
_BYTES = 3
_BEXT = struct.Struct("<256s32s32s10s8sQH")
#: What bext holds beyond that: UMID, loudness, and what is kept free.
_BEXT_BYTES = 602


@dataclass(frozen=True, slots=True)
class Recording:
    """What a recorder knows of one. `start`: samples since midnight; `tracks`: the names of its channels.

    `rate`, as iXML writes it (30000/1001), and `drop` are those of its timecode.
    """

    start: int
    scene: str
    take: str
    tape: str
    tracks: Sequence[str]
    rate: str
    drop: bool
    date: str
    time: str
    note: str = ""


def broadcast_wav(samples: bytes, of: Recording) -> bytes:
    """Samples of 24 bits, channel by channel in turn, and what they are → the file."""
    wide = len(of.tracks) * _BYTES
    form = struct.pack("<HHIIHH", 1, len(of.tracks), RATE, RATE * wide, wide, _BYTES * 8)
    parts = (
        _chunk(b"bext", _bext(of)),
        _chunk(b"fmt ", form),
        _chunk(b"iXML", _ixml(of).encode()),
        _chunk(b"data", samples),
    )
    body = b"WAVE" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _bext(of: Recording) -> bytes:
    told = f"sSCENE={of.scene}\r\nsTAKE={of.take}\r\nsTAPE={of.tape}\r\n".encode()
    fixed = _BEXT.pack(told, b"Circletake demo", b"", of.date.encode(), of.time.encode(), of.start, 1)
    return fixed.ljust(_BEXT_BYTES, b"\0")


def _ixml(of: Recording) -> str:
    tracks = "".join(
        f"<TRACK><CHANNEL_INDEX>{number}</CHANNEL_INDEX><INTERLEAVE_INDEX>{number}</INTERLEAVE_INDEX>"
        f"<NAME>{escape(name)}</NAME></TRACK>"
        for number, name in enumerate(of.tracks, start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<BWFXML><IXML_VERSION>1.61</IXML_VERSION>'
        f"<SCENE>{escape(of.scene)}</SCENE><TAKE>{escape(of.take)}</TAKE><TAPE>{escape(of.tape)}</TAPE>"
        f"<NOTE>{escape(of.note)}</NOTE>"
        f"<SPEED><TIMECODE_RATE>{of.rate}</TIMECODE_RATE><TIMECODE_FLAG>{'DF' if of.drop else 'NDF'}</TIMECODE_FLAG>"
        f"<FILE_SAMPLE_RATE>{RATE}</FILE_SAMPLE_RATE></SPEED>"
        f"<TRACK_LIST><TRACK_COUNT>{len(of.tracks)}</TRACK_COUNT>{tracks}</TRACK_LIST></BWFXML>\n"
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
