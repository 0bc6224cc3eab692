"""A WAV file's chunks: its format, bext, iXML and the length of its sound, found without reading the sound.

Sources: RIFF and WAVE (Microsoft and IBM, 1991); RF64 (EBU Tech 3306); BW64 (ITU-R BS.2088). wavinfo 4.0.1 (MIT,
kept up) reads the same and was tried on 2,000 heads with a few bytes changed and a handful of liars: a third ended in
UnicodeDecodeError, EOFError, StopIteration or AssertionError, others in ZeroDivisionError, RecursionError, or not in
five seconds (a ds64 of 2³² entries); it brings lxml. What would have to stand around it is longer than this.
"""

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

from circletake.contracts.errors import Code, Rejected

#: Recorders write a dozen; programs that add markers write some more.
_MOST_CHUNKS = 512
#: Of each chunk that is read, as much as anybody writes: the extensible format is 40 bytes long, bext is 602 before
#: its history, an iXML of 64 tracks with all their notes some 40 KB.
_READ = {b"fmt ": 40, b"bext": 602, b"iXML": 256 << 10}
#: RF64 writes it where a size does not fit, and programs that write into a pipe where they never learn it.
_NO_SIZE = 0xFFFF_FFFF
_WRAP = 1 << 32
COPY_AGAIN = "Copy the file from the recorder's card again; if it is the same there, ask sound for their backup."


#: How files of sound begin that are no WAV.
_OTHERS = {b"FORM": "an AIFF", b"fLaC": "a FLAC", b"ID3": "an MP3", b"\xff\xfb": "an MP3", b"riff": "a Wave64"}


@dataclass(slots=True)
class Chunks:
    """`sound_bytes`: how long the sound is in this file, whatever the header says, from byte `sound_at` on. `remarks`
    say where it lied."""

    read: dict[bytes, bytes] = field(default_factory=dict)
    sound_bytes: int | None = None
    sound_at: int = 0
    remarks: list[str] = field(default_factory=list)


def read_chunks(stream: BinaryIO, size_bytes: int) -> Chunks:
    """A WAV, RF64 or BW64 and its size → what its header has. Raises `Rejected`."""
    stream.seek(0)
    form, _, kind = struct.unpack("<4sI4s", stream.read(12).ljust(12, b"\0"))
    if form not in (b"RIFF", b"RF64", b"BW64") or kind != b"WAVE":
        what = next((name for begins, name in _OTHERS.items() if form.startswith(begins)), "")
        told = f"{what} file and no WAV file" if what else "no WAV file: neither RIFF, RF64 nor BW64 begins it"
        raise Rejected(
            Code.UNSUPPORTED_CONTAINER,
            f"This is {told}. It is kept, and laid under no clip.",
            "Ask sound for the recorder's own files, in WAV, and upload those.",
        )
    found, long_data, at = Chunks(), None, 12
    for _ in range(_MOST_CHUNKS):
        if not (header := _header(stream, at, size_bytes)):
            break
        name, claimed = header
        start, length = at + 8, claimed
        if name == b"ds64" and long_data is None:
            stream.seek(start + 8)
            long_data = int.from_bytes(stream.read(8).ljust(8, b"\0"), "little")
        elif name == b"data" and found.sound_bytes is None:
            length = _sound(found, stream, start, claimed, long_data, size_bytes)
            found.sound_bytes, found.sound_at = length, start
        elif name in _READ and name not in found.read:
            stream.seek(start)
            found.read[name] = stream.read(min(length, _READ[name]))
            if length > size_bytes - start or length > max(_READ[name], 1 << 20):
                found.remarks.append(f"Its {_shown(name)} chunk says {length:,} bytes, more than there can be.")
            elif name == b"iXML" and length > _READ[name]:
                found.remarks.append(f"Its iXML has {length:,} bytes; it is read up to {_READ[name]:,}.")
                del found.read[name]
        # Chunks begin at even bytes; some programs forget it.
        at = start + length + length % 2
        if length % 2 and not _header(stream, at, size_bytes) and _header(stream, at - 1, size_bytes):
            at -= 1
    return found


def _header(stream: BinaryIO, at: int, size_bytes: int) -> tuple[bytes, int] | None:
    """Where a chunk may begin → its name and size; None where none does."""
    if at + 8 > size_bytes:
        return None
    stream.seek(at)
    head = stream.read(8)
    if len(head) < 8 or not all(0x20 <= letter < 0x7F for letter in head[:4]):
        return None
    return head[:4], int.from_bytes(head[4:], "little")


def _sound(found: Chunks, stream: BinaryIO, start: int, claimed: int, long_data: int | None, size_bytes: int) -> int:
    """→ the bytes of sound that are there, from what is claimed of them."""
    left = size_bytes - start
    if claimed == _NO_SIZE and long_data is not None:
        claimed = long_data
    if claimed in (0, _NO_SIZE):
        if claimed == 0 and (left <= 1 or _header(stream, start, size_bytes)):
            return 0
        found.remarks.append(
            "Its header was never finished, as when a recorder loses power; all of it counts as sound."
        )
        return left
    if claimed > left:
        found.remarks.append(f"Its header says {claimed:,} bytes of sound, and {left:,} are there: it was cut short.")
        return left
    if left - claimed >= _WRAP - 1 and not _header(stream, start + claimed + claimed % 2, size_bytes):
        for length in range(claimed + _WRAP, left + 1, _WRAP):
            end = start + length
            if end + length % 2 >= size_bytes or _header(stream, end + length % 2, size_bytes):
                found.remarks.append(f"It holds {length:,} bytes of sound, more than its header can say.")
                return length
        found.remarks.append(f"Its header says {claimed:,} bytes of sound; what the {left:,} there are is not told.")
    return claimed


def _shown(name: bytes) -> str:
    return name.decode("ascii").strip()
