"""Files → a .tar.gz whose bytes depend on nothing but them."""

import io
import tarfile
import zlib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from models.tooling.refusal import Refused

#: RFC 1952: deflate, no flags, no time, no extra flags, no operating system.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
#: RFC 1951, 3.2.4: a stored block holds so many bytes.
_BLOCK_BYTES = 0xFFFF

Progress = Callable[[int], None]


def pack(members: Iterable[tuple[str, Path | bytes]], to: BinaryIO, on_progress: Progress = lambda _: None) -> None:
    """(name, file or bytes) in order → `to`. Owners, times and modes of the files are left behind.

    `on_progress` gets how many bytes are packed by now.
    """
    stored = StoredGzip(to)
    done = 0
    with tarfile.open(fileobj=stored, mode="w|", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members:
            about = tarfile.TarInfo(name)
            about.size = len(content) if isinstance(content, bytes) else content.stat().st_size
            with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
                archive.addfile(about, Watched(file, partial(_moved, on_progress, done)))
                done += about.size
    stored.close()


def _moved(on_progress: Progress, before: int, here: int) -> None:
    on_progress(before + here)


def first_member(stream: BinaryIO, name: str, at_most: int) -> bytes:
    """A .tar.gz → the bytes of its first member, which has to be called `name`; no more than needed is read."""
    try:
        with tarfile.open(fileobj=stream, mode="r|gz") as archive:
            about = archive.next()
            if about is None or about.name != name or not about.isreg() or about.size > at_most:
                raise Refused(f"This is no artefact of ours: its first member is not {name}.")
            content = archive.extractfile(about)
            return content.read() if content else b""
    except (tarfile.TarError, zlib.error, EOFError) as broken:
        raise Refused(f"This is no artefact of ours: it does not open as .tar.gz ({broken}).") from broken


class StoredGzip(io.RawIOBase):
    """Bytes → gzip, not compressed: compressors differ from machine to machine, and weights hardly shrink."""

    def __init__(self, to: BinaryIO) -> None:
        self._to = to
        self._held = bytearray()
        self._crc = 0
        self._size = 0
        to.write(_HEADER)

    def writable(self) -> bool:
        return True

    def write(self, piece: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self._crc = zlib.crc32(piece, self._crc)
        self._size += len(piece)
        self._held += piece
        while len(self._held) >= _BLOCK_BYTES:
            self._block(bytes(self._held[:_BLOCK_BYTES]), last=False)
            del self._held[:_BLOCK_BYTES]
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._block(bytes(self._held), last=True)
            self._to.write(self._crc.to_bytes(4, "little") + (self._size % 2**32).to_bytes(4, "little"))
        super().close()

    def _block(self, block: bytes, *, last: bool) -> None:
        size = len(block)
        self._to.write(bytes([last]) + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + block)


class Watched:
    """A file that is being read, and tells how far it is; who seeks back begins again."""

    def __init__(self, file: BinaryIO, on_progress: Progress) -> None:
        self._file = file
        self._on_progress = on_progress

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._on_progress(self._file.tell())
        return piece

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()
