"""A sound recorder's files, made: every chunk as it should be, or as it should not."""

import struct
from collections.abc import Sequence
from io import BytesIO

IXML = """<?xml version="1.0" encoding="UTF-8"?>
<BWFXML>
  <IXML_VERSION>1.61</IXML_VERSION>
  <PROJECT>NIGHT SHOOT</PROJECT>
  <SCENE>12A</SCENE><TAKE>3</TAKE><TAPE>SR004</TAPE><NOTE>plane at the end
again</NOTE>
  <CIRCLED>TRUE</CIRCLED><WILD_TRACK>FALSE</WILD_TRACK><UBITS>23112600</UBITS>
  <FILE_SET><TOTAL_FILES>2</TOTAL_FILES><FAMILY_UID>FAM0042</FAMILY_UID></FILE_SET>
  <SPEED>
    <NOTE>straight</NOTE><MASTER_SPEED>24000/1001</MASTER_SPEED><CURRENT_SPEED>24000/1001</CURRENT_SPEED>
    <TIMECODE_RATE>24000/1001</TIMECODE_RATE><TIMECODE_FLAG>NDF</TIMECODE_FLAG>
    <FILE_SAMPLE_RATE>48000</FILE_SAMPLE_RATE>
  </SPEED>
  <TRACK_LIST><TRACK_COUNT>2</TRACK_COUNT>
    <TRACK><CHANNEL_INDEX>1</CHANNEL_INDEX><INTERLEAVE_INDEX>1</INTERLEAVE_INDEX><NAME>MixL</NAME></TRACK>
    <TRACK><CHANNEL_INDEX>5</CHANNEL_INDEX><INTERLEAVE_INDEX>2</INTERLEAVE_INDEX><NAME>Boom</NAME></TRACK>
  </TRACK_LIST>
</BWFXML>"""
START = 36_036 * 48_000


def chunk(name: bytes, body: bytes, *, says: int | None = None) -> bytes:
    """A chunk, which may say that it is longer or shorter than it is."""
    return name + struct.pack("<I", len(body) if says is None else says) + body + b"\0" * (len(body) % 2)


def fmt(
    *,
    rate: int = 48_000,
    channels: int = 2,
    bits: int = 24,
    align: int | None = None,
    kind: int = 1,
    says: int | None = None,
) -> bytes:
    wide = channels * bits // 8 if align is None else align
    return chunk(
        b"fmt ", struct.pack("<HHIIHH", kind, channels, rate, rate * wide & 0xFFFF_FFFF, wide, bits), says=says
    )


def bext(
    *,
    start: int = START,
    description: bytes = b"sSCENE=12A\r\nsTAKE=3\r\nsTAPE=SR004\r\nsTRK1=MixL\r\n",
    recorder: bytes = b"SoundDev: 833",
    day: bytes = b"2026-11-23",
    time: bytes = b"10:00:00",
) -> bytes:
    fixed = struct.pack("<256s32s32s10s8sQH", description, recorder, b"USSDVX1234", day, time, start & (1 << 64) - 1, 1)
    return chunk(b"bext", fixed.ljust(602, b"\0"))


def ixml(text: str = IXML, encoding: str = "utf-8") -> bytes:
    return chunk(b"iXML", text.encode(encoding))


def data(frames: int = 480, *, frame_bytes: int = 6, says: int | None = None) -> bytes:
    return chunk(b"data", bytes(frames * frame_bytes), says=says)


def riff(*chunks: bytes, form: bytes = b"RIFF") -> bytes:
    body = b"".join(chunks)
    return form + struct.pack("<I", min(len(body) + 4, 0xFFFF_FFFF)) + b"WAVE" + body


def ds64(sound_bytes: int) -> bytes:
    return chunk(b"ds64", struct.pack("<QQQI", sound_bytes + 1000, sound_bytes, sound_bytes // 6, 0))


def wav(*, tail: Sequence[bytes] = (), **of_bext: bytes) -> bytes:
    """A whole file, as a recorder leaves it."""
    return riff(bext(**of_bext), fmt(), data(), ixml(), *tail)  # type: ignore[arg-type]


class Holed(BytesIO):
    """A file with a head, and further on a tail, and between them more silence than anybody would make: nothing."""

    def __init__(self, head: bytes, tail: bytes, size: int) -> None:
        super().__init__()
        self._head, self._tail, self._size, self._at, self.read_bytes = head, tail, size, 0, 0

    def seek(self, at: int, whence: int = 0) -> int:
        assert whence == 0
        self._at = at
        return at

    def read(self, count: int | None = -1) -> bytes:
        assert count is not None
        assert 0 <= count <= 1 << 20, "the sound itself is read"
        count = max(0, min(count, self._size - self._at))
        made = bytearray(count)
        for body, where in ((self._head, 0), (self._tail, self._size - len(self._tail))):
            first, last = max(self._at, where), min(self._at + count, where + len(body))
            if first < last:
                made[first - self._at : last - self._at] = body[first - where : last - where]
        self._at += count
        self.read_bytes += count
        return bytes(made)
