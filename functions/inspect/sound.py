"""A sound recorder's file → what its header says, by a few reads of the few bytes that it has."""

from pathlib import PurePosixPath

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.facts import ReadSound
from circletake.contracts.takes import SoundFile
from circletake.film.sound.chunks import COPY_AGAIN
from circletake.film.sound.headers import read_sound
from circletake.film.sound.slices import Read, opened

#: Recorders write a dozen chunks, before the sound and behind it; each is a read at most, of a block or of its iXML.
_MOST_READS, _MOST_BYTES = 64, 16 << 20


def read_header(order: ReadSound, read: Read) -> SoundFile:
    """The order and a reader of the file's bytes → what the file says of itself. Raises `Rejected`."""
    reads = read_bytes = 0

    def read_a_little(start: int, length: int) -> bytes:
        nonlocal reads, read_bytes
        reads, read_bytes = reads + 1, read_bytes + length
        if reads > _MOST_READS or read_bytes > _MOST_BYTES:
            raise Rejected(
                Code.LIMIT_EXCEEDED,
                "The header of this WAV file leads from place to place without an end.",
                COPY_AGAIN,
            )
        return read(start, length)

    size_bytes = order.file.size_bytes
    return read_sound(PurePosixPath(order.path).name, opened(size_bytes, read_a_little), size_bytes)
