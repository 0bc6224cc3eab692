"""A large file → the bucket, in parts: each read, summed and sent once, over as many runs as it takes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from awscrt.checksums import combine_crc64nvme, crc64nvme

from circletake.film.digests import Hasher
from circletake.transfer.journal import Journal
from circletake.transfer.listing import CardFile
from circletake.transfer.pacing import Senders
from circletake.transfer.placing import Place, There
from circletake.transfer.reading import Changed, Source

#: Several parts are on the way at once.
PART_BYTES = 8 * 1024 * 1024
PARTS_AT_ONCE = 4
#: S3 takes no more, so the largest files are cut into larger parts.
MAX_PARTS = 10_000


def part_bytes(size_bytes: int) -> int:
    """Size of a file → that of its parts."""
    return max(PART_BYTES, -(-size_bytes // MAX_PARTS))


class Unfit(Exception):  # noqa: N818
    """All of a file was read, and it must not come to lie in the bucket; why, and its digests."""

    def __init__(self, sentence: str, digests: dict[str, str]) -> None:
        super().__init__(sentence)
        self.digests = digests


@dataclass
class _Underway:
    """The parts of one file that have arrived. The thread that brings in the last one completes the file."""

    file: CardFile
    upload: str
    arrived: dict[int, tuple[str, str]]
    count: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def bring_in(self, number: int, etag: str, crc: str) -> bool:
        """A part arrived → whether it was the last."""
        with self.lock:
            self.arrived[number] = (etag, crc)
            return self.count == len(self.arrived)

    def close(self, count: int) -> bool:
        """All of the file was read → whether all of it has arrived already."""
        with self.lock:
            self.count = count
            return count == len(self.arrived)


class PartsSender:
    """Sends large files in parts, and takes up those that a run before this one left unfinished."""

    def __init__(
        self,
        place: Place,
        journal: Journal,
        senders: Senders,
        *,
        on_skipped: Callable[[int], None],
        on_sent: Callable[[CardFile, dict[str, str]], None],
        refusal: Callable[[CardFile, dict[str, str]], str | None] | None = None,
    ) -> None:
        """`refusal`: what is known of all bytes of a file → why it must not come to lie in the bucket, or None."""
        self._refusal = refusal
        self._place, self._journal, self._senders = place, journal, senders
        self._on_skipped, self._on_sent = on_skipped, on_sent

    def send(self, file: CardFile, source: Source, algorithms: tuple[str, ...], there: There | None) -> None:
        """A file → its parts in the bucket. `there`: a version of it that is to be replaced.

        Raises `Changed`, and `Unfit` when all of it was read and is refused: then none of it stays.
        """
        if self._refusal and self._taken_up(file):  # what the parts of an earlier run were nobody can say any more
            self.abandon(file.path)
        upload, size, arrived = self._taken_up(file) or self._begun(file)
        underway = _Underway(file, upload, dict(arrived))
        hasher = Hasher(algorithms) if not arrived else None
        crc, count = 0, 0
        for count, start in enumerate(range(0, file.size_bytes, size), start=1):
            length = min(size, file.size_bytes - start)
            if count in arrived:
                part_crc = arrived[count][1]
                self._on_skipped(length)
            else:
                content = self._read(source, start, length)
                part_crc = f"{crc64nvme(content):016x}"
                if hasher:
                    hasher.update(content)
                self._journal.part(file.path, count, part_crc)
                self._senders.run(length, self._job(underway, count, content, part_crc, again=there is not None))
            crc = combine_crc64nvme(crc, int(part_crc, 16), length)
        source.check()
        digests = {"crc64nvme": f"{crc:016x}", **(hasher.digests() if hasher else {})}
        if self._refusal and (said := self._refusal(file, digests)):
            self._senders.drain()
            self.abandon(file.path)
            raise Unfit(said, digests)
        # Before the completion, whose answer may be lost: then this is what is known of the version that is found.
        self._journal.whole(file.path, digests)
        if underway.close(count):
            self._complete(underway, again=there is not None)

    def finish(self, file: CardFile, there: There | None) -> bool:
        """A file of which all was sent before → whether its completion came through, or could be made good."""
        parts = self._journal.insertion.parts.get(file.path)
        if parts is None or parts.digests is None or not parts.is_of(file):
            return False
        arrived = self._arrived(file)
        if arrived is None and there is not None and there.size_bytes == file.size_bytes:
            self._journal.sent(file, there.version, parts.digests)
            self._on_sent(file, parts.digests)
        elif self._refusal:
            return False
        elif arrived is not None and len(arrived) == -(-file.size_bytes // parts.part_bytes):
            self._complete(_Underway(file, parts.upload, arrived), again=there is not None)
        else:
            return False
        self._on_skipped(file.size_bytes)
        return True

    def abandon(self, path: str) -> None:
        """What was sent of a file that changed is not its beginning any more."""
        if parts := self._journal.insertion.parts.get(path):
            self._place.abandon(path, parts.upload)
            self._journal.drop(path)

    def _taken_up(self, file: CardFile) -> tuple[str, int, dict[int, tuple[str, str]]] | None:
        parts = self._journal.insertion.parts.get(file.path)
        if parts is None:
            return None
        arrived = self._arrived(file) if parts.is_of(file) else {}
        if arrived is None:  # after a week the bucket lets go of what nobody finished
            self._journal.drop(file.path)
            return None
        if not parts.is_of(file):
            self.abandon(file.path)
            return None
        return parts.upload, parts.part_bytes, arrived

    def _arrived(self, file: CardFile) -> dict[int, tuple[str, str]] | None:
        """The parts that lie in the bucket with the CRC that they were read with; None when it knows no such upload."""
        parts = self._journal.insertion.parts[file.path]
        there = self._place.parts(file.path, parts.upload)
        if there is None:
            return None
        return {number: part for number, part in there.items() if parts.crcs.get(number) == part[1]}

    def _begun(self, file: CardFile) -> tuple[str, int, dict[int, tuple[str, str]]]:
        upload, size = self._place.open_parts(file.path), part_bytes(file.size_bytes)
        self._journal.parts(file, upload, size)
        return upload, size, {}

    def _read(self, source: Source, start: int, length: int) -> bytes:
        self._senders.reserve(length)
        try:
            return source.read(start, length)
        except (OSError, Changed):
            self._senders.give_back(length)
            raise

    def _job(self, underway: _Underway, number: int, content: bytes, crc: str, *, again: bool) -> Callable[[], None]:
        def send() -> None:
            path = underway.file.path
            etag = self._place.put_part(path, underway.upload, number, content, crc)
            if underway.bring_in(number, etag, crc):
                self._complete(underway, again=again)

        return send

    def _complete(self, underway: _Underway, *, again: bool) -> None:
        file = underway.file
        digests = self._journal.insertion.parts[file.path].digests or {}
        version = self._place.complete(
            file.path, underway.upload, underway.arrived, digests["crc64nvme"], file.size_bytes, again=again
        )
        self._journal.sent(file, version, digests)
        self._on_sent(file, digests)
