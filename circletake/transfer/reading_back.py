"""A copy → whether it holds what the card gave, read from the disk itself as far as the system lets us.

Bytes that were just written are still in memory, and memory is not what will be on the shelf. Each file was made safe
by `fsync` before; here it is read with `O_DIRECT`, which goes past the page cache, or where the file system has no
such thing, after its pages were dropped. Whether they were dropped is asked, not assumed (`RWF_NOWAIT` fails on what
is not in memory), so a copy on a RAM disk is told as read from memory. What a drive keeps in its own cache is out of
reach.
"""

import mmap
import os
from collections.abc import Iterator

from circletake.contracts.files import NOTES
from circletake.film.digests import Hasher
from circletake.transfer.copy_journal import CopyJournal, ReadFrom
from circletake.transfer.folders import Folder, advise
from circletake.transfer.listing import Card
from circletake.transfer.metering import Meter
from circletake.transfer.volumes import Volume

CHUNK_BYTES = 8 * 1024 * 1024
#: O_DIRECT wants the memory that it reads into to begin where a page does; what mmap gives does.
DIRECT = getattr(os, "O_DIRECT", 0)
#: So many files at a time are noted as read back.
TOGETHER = 64
_PROBE = f"{NOTES}/probe"


def probe(folder: Folder, volume: Volume) -> ReadFrom:
    """A copy's folder and its volume → how its files can be read back."""
    if volume.is_memory:
        # It takes O_DIRECT as well, and has nothing else to read from.
        return ReadFrom.MEMORY
    folder.write_whole(_PROBE, bytes(mmap.PAGESIZE))
    try:
        if DIRECT and _reads_directly(folder):
            return ReadFrom.DISK
        fd = folder.open_existing(_PROBE)
        try:
            advise(fd, "DONTNEED")
            return ReadFrom.MEMORY if _is_in_memory(fd) else ReadFrom.DISK_AFTER_DROPPING_CACHE
        finally:
            os.close(fd)
    finally:
        folder.remove(_PROBE)


def _reads_directly(folder: Folder) -> bool:
    try:
        fd = folder.open_existing(_PROBE, DIRECT)
    except OSError:
        return False
    try:
        return os.readv(fd, [mmap.mmap(-1, mmap.PAGESIZE)]) == mmap.PAGESIZE
    except OSError:
        return False
    finally:
        os.close(fd)


def _is_in_memory(fd: int) -> bool:
    """Whether the first page of a file can be had without asking the disk. Where nobody can tell: yes."""
    try:
        os.preadv(fd, [bytearray(1)], 0, os.RWF_NOWAIT)
    except BlockingIOError:
        return False
    except (OSError, AttributeError):
        return True
    return True


def read_back(
    card: Card, folder: Folder, journal: CopyJournal, volume: Volume, how: ReadFrom, meter: Meter
) -> dict[int, str]:
    """A copy whose files are all in place → those that differ from the card, by number, each with what is wrong.

    What differs is noted as undone, so that the next run writes it again. Raises `OSError` when the notes cannot be
    written either: then the volume is gone.
    """
    wrong: dict[int, str] = {}
    agreeing: list[int] = []
    buffer = mmap.mmap(-1, CHUNK_BYTES)
    for number, digest in sorted(journal.done.items()):
        if number in journal.read_back:
            continue
        file = card.files[number]
        hasher = Hasher((journal.begun.algorithm,))
        length = 0
        try:
            for piece in _pieces(folder, file.path, how, buffer):
                hasher.update(piece)
                length += len(piece)
                meter.read_back(volume.name, len(piece))
                piece.release()
        except OSError as error:
            wrong[number] = f"cannot be read back: {error.strerror}"
        else:
            if length != file.size_bytes:
                wrong[number] = f"has {length:,} bytes on this volume and {file.size_bytes:,} on the card"
            elif hasher.digests()[journal.begun.algorithm] != digest:
                wrong[number] = "has other bytes on this volume than on the card"
        if number in wrong:
            journal.note({"undone": number})
        else:
            agreeing.append(number)
        if len(agreeing) >= TOGETHER:
            journal.note(*({"read_back": each} for each in agreeing), sync=False)
            agreeing.clear()
    journal.note(*({"read_back": each} for each in agreeing))
    return wrong


def _pieces(folder: Folder, path: str, how: ReadFrom, buffer: mmap.mmap) -> Iterator[memoryview]:
    fd = folder.open_existing(path, DIRECT if how is ReadFrom.DISK else 0)
    try:
        if how is not ReadFrom.DISK:
            advise(fd, "DONTNEED")
            advise(fd, "SEQUENTIAL")
        left = os.fstat(fd).st_size
        # Not until nothing comes: past an end that is no multiple of a page, some file systems refuse O_DIRECT.
        while left > 0 and (length := os.readv(fd, [buffer])):
            yield memoryview(buffer)[:length]
            left -= length
    finally:
        os.close(fd)
