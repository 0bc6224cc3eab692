"""A file on a card, read once from front to back, and whether it stayed the same meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from circletake.transfer.listing import CardFile


class Changed(Exception):  # noqa: N818
    """A file is not any more as it was listed: somebody is writing to the card."""


class Source:
    """An open file of a card."""

    def __init__(self, descriptor: int, file: CardFile) -> None:
        self._descriptor, self._file = descriptor, file

    def read(self, start: int, size_bytes: int) -> bytes:
        """So many bytes from there on. Raises `Changed` when the file has fewer."""
        pieces = []
        while size_bytes:
            piece = os.pread(self._descriptor, size_bytes, start)
            if not piece:
                raise Changed(self._file.path)
            pieces.append(piece)
            start, size_bytes = start + len(piece), size_bytes - len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def check(self) -> None:
        """After it was read: raises `Changed` unless it is as it was listed."""
        now = os.fstat(self._descriptor)
        if (now.st_size, now.st_mtime_ns) != (self._file.size_bytes, self._file.mtime_ns):
            raise Changed(self._file.path)


@contextmanager
def opened(root: Path, file: CardFile) -> Iterator[Source]:
    """A file of a card → its bytes. Raises `OSError`; a link that took the file's place is not followed."""
    descriptor = os.open(root / file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield Source(descriptor, file)
    finally:
        os.close(descriptor)


def listed_again(root: Path, file: CardFile) -> CardFile:
    """A file that changed → as it is now. Raises `OSError`."""
    now = (root / file.path).lstat()
    return CardFile(file.path, now.st_size, now.st_mtime_ns)
