"""A part of a recorder's file as a small file of its own: which bytes of the sound it has, and what stands before them.

A poly-WAV of a day has gigabytes and a clip lasts a minute. Its samples lie one after the other, so the bytes of that
minute behind a head that tells of them alone are a whole file. The head is written anew from what was understood of
the old one: what lies there is not handed on.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from io import BufferedReader, RawIOBase
from math import ceil, floor
from typing import TYPE_CHECKING

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.sound import AppliedSound, PlacedSound
from circletake.contracts.takes import SoundFile
from circletake.film.sound.chunks import COPY_AGAIN, read_chunks
from circletake.film.sound.headers import Format, read_format

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: So many bytes from a place on; fewer only where the file ends.
Read = Callable[[int, int], bytes]
_PCM, _FLOAT = 1, 3
#: What a RIFF file says of its own length has 32 bits; a longer one is RF64 (EBU Tech 3306).
_MOST = 0xFFFF_FFFF
#: Chunks stand close together, and behind the sound: a head of usual size is read at once.
_BLOCK_BYTES = 64 << 10
#: Bytes of one sample of one channel: floats of 64 bits.
_LARGEST_SAMPLE = 8


@dataclass(frozen=True, slots=True)
class Samples:
    """Where the samples of a file lie: `frames` of them, each of every channel, from byte `at` on."""

    form: Format
    at: int
    frames: int

    def bytes_of(self, frames: range) -> range:
        """Samples, counted from the file's first → the bytes of those that there are."""
        first, end = (min(max(frame, 0), self.frames) for frame in (frames.start, frames.stop))
        return range(self.at + first * self.form.frame_bytes, self.at + max(first, end) * self.form.frame_bytes)

    def head(self, sound_bytes: int) -> bytes:
        """How many bytes of sound follow → the head of a WAV of them."""
        form = self.form
        # 24 bits may lie in four bytes, in the upper ones: as 32 bits they are what they are.
        bits = form.frame_bytes // form.channels * 8
        told = struct.pack(
            "<HHIIHH",
            _FLOAT if form.is_float else _PCM,
            form.channels,
            form.rate,
            min(form.rate * form.frame_bytes, _MOST),
            form.frame_bytes,
            bits,
        )
        chunk = struct.pack("<4sI", b"fmt ", len(told)) + told
        length = 4 + len(chunk) + 8 + sound_bytes + sound_bytes % 2
        if length <= _MOST:
            return struct.pack("<4sI4s", b"RIFF", length, b"WAVE") + chunk + struct.pack("<4sI", b"data", sound_bytes)
        longer = struct.pack("<4sIQQQI", b"ds64", 28, length + 36, sound_bytes, sound_bytes // form.frame_bytes, 0)
        return struct.pack("<4sI4s", b"RF64", _MOST, b"WAVE") + longer + chunk + struct.pack("<4sI", b"data", _MOST)


def opened(size_bytes: int, read: Read) -> BufferedReader:
    """A file's size and a reader of its bytes → the file, open for reading, by blocks and only where somebody looks."""
    return BufferedReader(_Bytes(size_bytes, read), _BLOCK_BYTES)


def read_samples(size_bytes: int, read: Read) -> Samples:
    """A WAV's size and a reader of its bytes → where its samples lie; of the sound itself no byte is asked for.

    Raises `Rejected`.
    """
    chunks = read_chunks(opened(size_bytes, read), size_bytes)
    form = read_format(chunks)
    if chunks.sound_bytes is None:
        raise Rejected(Code.INCOMPLETE_MEDIA, "This WAV file ends before its sound begins.", COPY_AGAIN)
    return Samples(form, chunks.sound_at, chunks.sound_bytes // form.frame_bytes)


def seconds(samples: Samples, start_s: float | Fraction, end_s: float | Fraction) -> range:
    """From when to when, by the file's own seconds → its samples, a whole one at both ends."""
    rate = samples.form.rate
    return range(max(0, floor(start_s * rate)), max(0, ceil(end_s * rate)))


def under(placed: PlacedSound, duration_s: Fraction) -> range:
    """A file under a clip, and how long the clip lasts → the samples that pass while it does, counted from the file's
    first. Before the first there are none: what is below 0 is silence."""
    return range(placed.offset, placed.offset + ceil(duration_s * placed.rate * placed.speed) + 1)


def share_bytes(placed: PlacedSound, sound: SoundFile, duration_s: Fraction) -> int:
    """A file under a clip, what it says of itself, and how long the clip lasts → how many of its bytes that is, at
    most: its share of the file, and no more than samples can take that are of so many channels."""
    wanted = under(placed, duration_s)
    there = len(range(max(0, wanted.start), min(wanted.stop, sound.frames)))
    share = ceil(Fraction(placed.file.size_bytes * there, sound.frames)) if there else 0
    return min(share, there * sound.channels * _LARGEST_SAMPLE)


def carried(sound: AppliedSound, *, edited: bool) -> AppliedSound:
    """The recorder's sound of a clip → what of it is heard in its proxies, and the files of that alone: the mix, and
    where proxies for editors are made (`edited`), the ISOs."""
    isos = sound.isos if edited else ()
    numbers = {of: at for at, of in enumerate(sorted({track.file for track in sound.mix + isos}))}
    mix, isos = (
        tuple(track.model_copy(update={"file": numbers[track.file]}) for track in tracks)
        for tracks in (sound.mix, isos)
    )
    return sound.model_copy(update={"files": tuple(sound.files[of] for of in numbers), "mix": mix, "isos": isos})


class _Bytes(RawIOBase):
    """A reader of ranges, as a file that is open for reading."""

    def __init__(self, size_bytes: int, read: Read) -> None:
        self._size, self._read, self._at = size_bytes, read, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._at = (0, self._at, self._size)[whence] + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        into = memoryview(buffer).cast("B")
        wanted = max(0, min(len(into), self._size - self._at))
        body = self._read(self._at, wanted) if wanted else b""
        into[: len(body)] = body
        self._at += len(body)
        return len(body)
