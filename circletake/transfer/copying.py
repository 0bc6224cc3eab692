"""The files of a card → several volumes at once, each byte of the card read once and hashed on the way.

    card ──▶ read ──▶ hash ──┬──▶ write, volume A
                             └──▶ write, volume B

Each arrow is a lane; reading, hashing and writing all let go of the interpreter, so they overlap. A file that an
earlier run left in the middle is read again from its start, because no hash can be taken up where it stopped; its
bytes that are safe on a volume are not written there again. A file that is done on every volume is not read.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from circletake.film.digests import Hasher
from circletake.transfer.copy_journal import CopyJournal
from circletake.transfer.folders import advise
from circletake.transfer.lanes import Chunk, Lane, Pool
from circletake.transfer.listing import Card, CardFile, CardGone
from circletake.transfer.metering import Meter
from circletake.transfer.writing import VolumeWriter


class _NotWhole(Exception):  # noqa: N818
    """The card did not give a file as it was listed; the text says why."""


@dataclass
class Taker:
    """One copy while it is written: its lane, its writer, and the journal that says what it has."""

    name: str
    lane: Lane
    writer: VolumeWriter
    journal: CopyJournal

    @property
    def is_well(self) -> bool:
        return self.lane.error is None


@dataclass
class _Hashing:
    """The lane between the card and the volumes."""

    algorithm: str
    #: Numbers of files that the card gave differently when they were read again.
    inconstant: set[int] = field(default_factory=set)
    _hasher: Hasher = field(init=False)

    def begin(self, number: int, file: CardFile, takers: Sequence[Taker]) -> None:
        self._hasher = Hasher((self.algorithm,))
        for taker in takers:
            taker.lane.give(taker.writer.begin, number, file)

    def take(self, offset: int, chunk: Chunk, takers: Sequence[Taker]) -> None:
        self._hasher.update(chunk.view)
        for taker in takers:
            taker.lane.give(taker.writer.write, offset, chunk.view, chunk=chunk)

    def finish(self, number: int, takers: Sequence[Taker], having: Sequence[Taker]) -> None:
        """`having` are copies that got the file when the card was read before: it must have given the same."""
        digest = self._hasher.digests()[self.algorithm]
        if any(taker.journal.done[number] != digest for taker in having):
            self.inconstant.add(number)
            self.abandon(takers)
            for taker in having:
                taker.lane.give(taker.writer.forget, number)
            return
        for taker in takers:
            taker.lane.give(taker.writer.finish, digest)

    def abandon(self, takers: Sequence[Taker]) -> None:
        for taker in takers:
            taker.lane.give(taker.writer.abandon)


def copy_files(
    card: Card, numbers: Iterable[int], takers: Sequence[Taker], algorithm: str, meter: Meter
) -> dict[int, str]:
    """Numbers of files of a card → on every volume that lacks them; those that the card did not give, and why.

    A volume's `OSError` ends that copy only: it stays in its lane, and the others go on. Raises `CardGone`, and what
    is a fault of ours.
    """
    refused: dict[int, str] = {}
    pool, hashing, lane = Pool(), _Hashing(algorithm), Lane("hash")

    def anyone_died() -> None:
        for each in (lane, *(taker.lane for taker in takers)):
            if each.error is not None and (each is lane or not isinstance(each.error, OSError)):
                raise each.error

    try:
        for number in numbers:
            if not any(taker.is_well for taker in takers):
                break
            having = [taker for taker in takers if number in taker.journal.done]
            lacking = [taker for taker in takers if taker not in having]
            file = card.files[number]
            lane.give(hashing.begin, number, file, lacking)
            try:
                for offset, chunk in _read(card.root, file, pool, anyone_died):
                    lane.give(hashing.take, offset, chunk, lacking, chunk=chunk)
                    meter.read(len(chunk.view))
                    chunk.release()
            except _NotWhole as fault:
                lane.give(hashing.abandon, lacking)
                if not _is_there(card):
                    raise CardGone from fault
                refused[number] = str(fault)
            else:
                lane.give(hashing.finish, number, lacking, having)
    finally:
        lane.finish()
        for taker in takers:
            taker.lane.give(taker.writer.close, card.directories)
            taker.lane.finish()
    anyone_died()
    return refused | dict.fromkeys(
        hashing.inconstant, "gave other bytes when it was read again: the card or its reader is failing"
    )


def _read(root: Path, file: CardFile, pool: Pool, anyone_died: Callable[[], None]) -> Iterator[tuple[int, Chunk]]:
    """A file on the card → its bytes with their offsets, in chunks that the caller lets go of.

    Raises `_NotWhole` when the card cannot give it, or it is not what was listed, before or after.
    """
    try:
        yield from _read_listed(root, file, pool, anyone_died)
    except OSError as error:
        # Here and not around whoever takes the chunks: an error of a terminal is none of the card's.
        raise _NotWhole(f"cannot be read: {error.strerror}") from error


def _read_listed(
    root: Path, file: CardFile, pool: Pool, anyone_died: Callable[[], None]
) -> Iterator[tuple[int, Chunk]]:
    fd = os.open(root / file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        advise(fd, "SEQUENTIAL")
        offset = 0
        while True:
            _as_listed(fd, file)
            chunk = pool.take(anyone_died)
            try:
                length = os.readv(fd, [chunk.buffer])
            except BaseException:
                chunk.release()
                raise
            if not length:
                chunk.release()
                break
            chunk.fill(length)
            yield offset, chunk
            offset += length
        _as_listed(fd, file)
        if offset != file.size_bytes:
            raise _NotWhole(f"ended after {offset:,} of {file.size_bytes:,} bytes")
        # The card's pages are of no further use; what the laptop works with is.
        advise(fd, "DONTNEED")
    finally:
        os.close(fd)


def _as_listed(fd: int, file: CardFile) -> None:
    found = os.fstat(fd)
    if (found.st_size, found.st_mtime_ns) != (file.size_bytes, file.mtime_ns):
        raise _NotWhole("changed on the card while it was offloaded")


def _is_there(card: Card) -> bool:
    """Whether the card that was listed can still be: a mount point without it is an empty folder of another device."""
    try:
        return any(card.root.iterdir()) and card.root.stat().st_dev == card.device
    except OSError:
        return False
