"""The files of a card → one volume, each under a name of ours until all its bytes are safe, then in its place.

A large file is made safe every `PART_BYTES`, small ones together when they come to as much, so a kill costs one part
at most. The order within `_commit` is what a kill at any line rests on: bytes, name, directory, journal.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

from circletake.contracts.files import NOTES
from circletake.transfer.copy_journal import CopyJournal
from circletake.transfer.folders import Folder, write_all
from circletake.transfer.listing import CardFile

PART_BYTES = 64 * 1024 * 1024
#: Small files that become safe together; each holds a descriptor until then.
TOGETHER = 64
PARTS = f"{NOTES}/parts"


@dataclass
class _Part:
    """A file that is not in its place yet."""

    number: int
    file: CardFile
    fd: int
    #: How many of its bytes are written, and how many of those are safe.
    written: int
    safe: int
    digest: str = ""

    @property
    def path(self) -> str:
        return f"{PARTS}/{self.number}"


class VolumeWriter:
    """Writes one copy. Begin a file, write its bytes in order, then finish or abandon it; at the end, close."""

    def __init__(self, folder: Folder, journal: CopyJournal, on_written: Callable[[int], None]) -> None:
        self._folder = folder
        self._journal = journal
        self._on_written = on_written
        self._part: _Part | None = None
        self._finished: list[_Part] = []

    def begin(self, number: int, file: CardFile) -> None:
        """What an earlier run made safe of it stays and is not written again."""
        self._folder.make_directories(PARTS)
        fd = self._folder.open_new(f"{PARTS}/{number}")
        safe = min(self._journal.parts.get(number, 0), os.fstat(fd).st_size)
        os.ftruncate(fd, safe)
        os.lseek(fd, safe, os.SEEK_SET)
        self._part = _Part(number, file, fd, safe, safe)

    def write(self, offset: int, data: memoryview) -> None:
        """Bytes of the file from `offset` on → written, but for those that are there already."""
        part = self._open()
        self._on_written(len(data))
        new = data[max(0, part.written - offset) :]
        if not new:
            return
        write_all(part.fd, new)
        part.written += len(new)
        if self._unsafe() >= PART_BYTES:
            self._commit()
            os.fsync(part.fd)
            part.safe = part.written
            self._journal.note({"part": part.number, "bytes": part.safe})

    def finish(self, digest: str) -> None:
        """The file is whole, and `digest` is what its bytes were on the card."""
        part = self._open()
        self._part = None
        part.digest = digest
        self._finished.append(part)
        if self._unsafe() >= PART_BYTES or len(self._finished) >= TOGETHER:
            self._commit()

    def abandon(self) -> None:
        """The card did not give the whole file: nothing of it stays."""
        part = self._open()
        self._part = None
        os.close(part.fd)
        self._folder.remove(part.path)
        if part.number in self._journal.parts:
            self._journal.note({"undone": part.number})

    def forget(self, number: int) -> None:
        """A file in its place is not known to be the card's any more."""
        self._journal.note({"undone": number})

    def close(self, directories: tuple[str, ...]) -> None:
        """Every file in its place, and the card's directories, empty ones too."""
        self._commit()
        for directory in directories:
            self._folder.make_directories(directory)

    def _open(self) -> _Part:
        if self._part is None:
            raise ValueError("no file was begun")
        return self._part

    def _unsafe(self) -> int:
        """How many written bytes a power failure would take."""
        parts = [*self._finished, *([self._part] if self._part else [])]
        return sum(part.written - part.safe for part in parts)

    def _commit(self) -> None:
        finished, self._finished = self._finished, []
        for part in finished:
            os.utime(part.fd, ns=(part.file.mtime_ns, part.file.mtime_ns))
            os.fsync(part.fd)
            os.close(part.fd)
        places = {part.number: part.file.path.rpartition("/")[0] for part in finished}
        for place in sorted(set(places.values())):
            self._folder.make_directories(place)
        for part in finished:
            self._folder.move(part.path, part.file.path)
        for place in sorted(set(places.values())):
            self._folder.sync(place or ".")
        if finished:
            self._journal.note(*({"done": part.number, "digest": part.digest} for part in finished))
