"""A card → the ingest bucket: each byte is read once, hashed and sent, and then the record that says it is there.

One reader goes through the files in their order; threads send what it read. A file of up to `WHOLE_BYTES` is sent
whole, with its xxh64, which S3 verifies; a larger one in parts, each with its CRC64NVME and the file with the CRC of
all of it, while its xxh64 is taken on the way. A file that is taken up again in its middle has no xxh64: a hash cannot
be put down and taken up, and what was read is not read again. The cloud reads that one once itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from awscrt.checksums import crc64nvme

from circletake.contracts.files import Offload, OffloadedFile
from circletake.contracts.keys import COMPLETION_PATH
from circletake.film.digests import Hasher
from circletake.transfer.comparing import BASE, LACKING, Comparison
from circletake.transfer.damage import Damage
from circletake.transfer.in_parts import PART_BYTES, PARTS_AT_ONCE, PartsSender, Unfit, part_bytes
from circletake.transfer.journal import Journal, Sent, fingerprint
from circletake.transfer.listing import Card, CardFile, CardGone
from circletake.transfer.ordering import Waiting
from circletake.transfer.pacing import Senders
from circletake.transfer.placing import Place, There
from circletake.transfer.provenance import Provenance
from circletake.transfer.reading import Changed, Source, listed_again, opened
from circletake.transfer.recording import write_record

#: What is sent in one piece at most.
WHOLE_BYTES = 16 * 1024 * 1024
#: What may be on the way at once, in memory and in doubt.
WINDOW_BYTES = 32 * 1024 * 1024
THREADS = 8


class Watcher(Protocol):
    """Who is told while a card goes up. Bytes that are sent are told by the place they are sent to."""

    def skipped(self, size_bytes: int) -> None:
        """So many bytes need not be sent: they are there."""

    def finished(self, path: str) -> None:
        """A file is in the bucket."""

    def word(self, path: str, sentence: str) -> None:
        """Something a person has to know at once."""


@dataclass(frozen=True)
class Load:
    """What is to go up: a card, in which order, and what is known of it. `repairing`: what is bad goes once more.

    `circled` and `proxies_first` are what the order came of, for circles that come while it goes up.
    """

    card: Card
    order: Sequence[CardFile]
    provenance: Provenance
    manifests: Mapping[str, bytes]
    repairing: bool = False
    circled: Collection[str] = ()
    proxies_first: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of an upload: its record, what was left out, and what contradicts a manifest.

    `s3_version` is the record's; None when the one before it stands.
    """

    record: Offload
    s3_version: str | None
    left_out: Mapping[str, str]
    differing: Mapping[str, str]


class Uploader:
    """Puts a card under one roll and offload, and goes on where the journal stops."""

    def __init__(self, place: Place, journal: Journal, load: Load, watcher: Watcher) -> None:
        self._place, self._journal, self._load, self._watcher = place, journal, load, watcher
        #: Whoever hears of circles meanwhile may tell it.
        self.waiting = Waiting(load.order, circled=load.circled, proxies_first=load.proxies_first)
        self._comparison = Comparison(load.manifests, load.provenance)
        self._there: Mapping[str, There] = {}
        self._was_sent = dict(journal.insertion.sent)
        at = load.card.root.stat()
        self._root = (at.st_dev, at.st_ino)
        self._files = {file.path: file for file in load.card.files}
        self._changed: list[CardFile] = []
        self._left_out = dict(load.card.refused)
        self._differing: dict[str, str] = {}
        #: What is not sent over the version that lies in the bucket.
        self._standing: dict[str, OffloadedFile] = {}
        self._damage = Damage(self._comparison, load.card.root, load.provenance.copies)
        self._is_mending = load.repairing and self._comparison.knows_the_card

    def upload(self, *, is_new: bool) -> Outcome:
        """The files in their order, then those that changed meanwhile, and the completion record last.

        `is_new`: nothing of this offload can lie in the bucket yet, so nobody looks.
        """
        self._there = {} if is_new else self._place.versions()
        for path, sentence in self._comparison.general(self._files):
            self._differs(path, sentence)
        for path in self._comparison.lacking(self._files):
            self._stays(path, LACKING)
        self._damage.look_for_lacking(self._files, self._left_out)
        largest = max((part_bytes(file.size_bytes) for file in self._files.values()), default=0)
        self._senders = Senders(THREADS, max(WINDOW_BYTES, PARTS_AT_ONCE * largest))
        self._in_parts = PartsSender(
            self._place,
            self._journal,
            self._senders,
            on_skipped=self._watcher.skipped,
            on_sent=self._is_sent,
            refusal=self._refusal if self._is_mending else None,
        )
        try:
            for file in self.waiting:
                self._take(file)
            self._senders.drain()
            changed, self._changed = self._changed, []
            for file in changed:
                self._take_again(file)
            self._senders.drain()
        finally:
            self._senders.close()
        if self._damage.paths:
            self._tell_damage()
        record, version = self._record(), None
        if COMPLETION_PATH in self._there and (self._differing or self._left_out) and not self._load.repairing:
            # Another copy of the offload may have gone up whole before: a damaged one does not take its place.
            self._watcher.word(record.offload, "Not all of it is right, so the record of the upload before it stands.")
        else:
            version = self._place.record(record)
            self._journal.end(fingerprint(self._files.values()), self._left_out, self._differing)
        return Outcome(record, version, self._left_out, self._differing)

    def _take(self, file: CardFile) -> None:
        there = self._there.get(file.path)
        if self._in_parts.finish(file, there):
            return
        if sent := self._sent(file, there):
            self._watcher.skipped(file.size_bytes)
            self._is_sent(file, sent.digests)
            return
        try:
            with opened(self._load.card.root, file) as source:
                if there and not self._load.repairing:
                    self._take_over(file, source, there)
                elif file.size_bytes <= WHOLE_BYTES:
                    self._take_whole(file, source, there)
                else:
                    self._in_parts.send(file, source, self._comparison.algorithms(file.path), there)
        except Unfit as unfit:
            self._refuse(file, str(unfit), unfit.digests)
        except Changed:
            self._changed.append(file)
        except OSError as error:
            self._leave_out_unread(file.path, error)

    def _take_again(self, file: CardFile) -> None:
        """A file that changed while it was read: once more, as it is now."""
        self._in_parts.abandon(file.path)
        self._watcher.word(file.path, "It changed while it was read, and is read once more.")
        try:
            now = listed_again(self._load.card.root, file)
        except OSError as error:
            self._leave_out_unread(file.path, error)
            return
        self._files[file.path] = now
        self._take(now)
        if self._changed:
            self._senders.drain()
            self._in_parts.abandon(self._changed.pop().path)
            self._leave_out(file.path, "it kept changing while it was read. Is something still writing to the card?")

    def _sent(self, file: CardFile, there: There | None) -> Sent | None:
        """What the journal says was sent, if the file is still the same and the bucket says so too."""
        sent = self._journal.insertion.sent.get(file.path)
        if sent is None or not sent.is_of(file) or there is None or there.version != sent.version:
            return None
        is_bad = self._load.repairing and self._comparison.objection(file.path, file.size_bytes, sent.digests)
        return None if is_bad else sent

    def _take_over(self, file: CardFile, source: Source, there: There) -> None:
        """A file that lies in the bucket and that the journal does not know: its answer was lost, or it was sent from
        another copy. It is hashed and not sent.
        """
        if there.size_bytes != file.size_bytes:
            self._damage.look_at(file, {})
            self._leave_out(file.path, f"it has {file.size_bytes:,} bytes here, and {there.size_bytes:,} in the bucket")
            return
        hasher, crc = Hasher(self._comparison.algorithms(file.path)), 0
        for start in range(0, file.size_bytes, PART_BYTES):
            content = source.read(start, min(PART_BYTES, file.size_bytes - start))
            hasher.update(content)
            crc = crc64nvme(content, crc)
        source.check()
        digests = {"crc64nvme": f"{crc:016x}", **hasher.digests()}
        if objection := self._comparison.objection(file.path, file.size_bytes, digests):
            self._damage.look_at(file, digests)
            self._leave_out(file.path, f"{objection} What is in the bucket came from elsewhere")
            return
        self._journal.sent(file, there.version, digests)
        self._watcher.skipped(file.size_bytes)
        self._is_sent(file, digests)

    def _take_whole(self, file: CardFile, source: Source, there: There | None) -> None:
        self._senders.reserve(file.size_bytes)
        try:
            content = self._load.manifests.get(file.path)
            if content is None:
                content = source.read(0, file.size_bytes)
            source.check()
        except (OSError, Changed):
            self._senders.give_back(file.size_bytes)
            raise
        hasher = Hasher(self._comparison.algorithms(file.path))
        hasher.update(content)
        digests = hasher.digests()
        if self._is_mending and (said := self._refusal(file, digests)):
            self._senders.give_back(file.size_bytes)
            raise Unfit(said, digests)

        def send() -> None:
            version = self._place.put(file.path, content, digests[BASE], again=there is not None)
            self._journal.sent(file, version, digests)
            self._is_sent(file, digests)

        self._senders.run(file.size_bytes, send)

    def _is_sent(self, file: CardFile, digests: Mapping[str, str]) -> None:
        self._damage.look_at(file, digests)
        if objection := self._comparison.objection(file.path, file.size_bytes, digests):
            self._differs(file.path, objection)
        self._watcher.finished(file.path)

    def _refusal(self, file: CardFile, digests: Mapping[str, str]) -> str | None:
        return self._comparison.refusal(file.path, file.size_bytes, digests)

    def _refuse(self, file: CardFile, sentence: str, digests: Mapping[str, str]) -> None:
        """What must not mend anything is not sent; a version that is there stays, and the cloud judges that one."""
        self._damage.look_at(file, digests)
        if not self._stays(file.path, sentence):
            self._leave_out(file.path, f"{sentence} Upload it from another copy")

    def _stays(self, path: str, sentence: str) -> bool:
        """When mending: whether a version of a file lies in the bucket, which then stands in the record as well."""
        there = self._there.get(path)
        if there is None or not self._is_mending:
            return False
        sent = self._was_sent.get(path)
        self._standing[path] = OffloadedFile(
            path=path,
            size_bytes=there.size_bytes,
            s3_version=there.version,
            digests=sent.digests if sent and sent.version == there.version else {},
        )
        self._differs(path, f"{sentence} What is in the bucket stays.")
        return True

    def _tell_damage(self) -> None:
        """Before the record, so that no verdict counts this copy as whole meanwhile."""
        path, note = self._damage.note()
        body, hasher = note.model_dump_json().encode(), Hasher((BASE,))
        hasher.update(body)
        self._place.put(path, body, hasher.digests()[BASE])
        self._watcher.word(note.volume, "This copy is damaged. The cloud is told, and does not count it any more.")

    def _differs(self, path: str, sentence: str) -> None:
        self._differing[path] = sentence
        self._watcher.word(path, sentence)

    def _leave_out_unread(self, path: str, error: OSError) -> None:
        root = self._load.card.root
        try:
            there = root.stat()
            is_there = (there.st_dev, there.st_ino) == self._root and any(root.iterdir())
        except OSError:
            is_there = False
        if not is_there:
            raise CardGone(f"{root} is gone: {error.strerror}.") from error
        self._damage.failed_to_read(path, error)
        if not self._stays(path, f"It cannot be read here: {error.strerror}."):
            self._leave_out(path, f"it cannot be read: {error.strerror}")

    def _leave_out(self, path: str, reason: str) -> None:
        self._left_out[path] = reason
        self._watcher.word(path, f"Not uploaded: {reason}")

    def _record(self) -> Offload:
        sent = self._journal.insertion.sent
        files = [
            OffloadedFile(path=path, size_bytes=there.size_bytes, s3_version=there.version, digests=there.digests)
            for path in self._files
            if path not in self._left_out and path not in self._standing
            for there in (sent[path],)
        ]
        files += self._standing.values()
        return write_record(self._place.offload, self._load.provenance, files, self._left_out)
