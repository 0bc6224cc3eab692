"""What arrives in the ingest bucket: each object gets its row, and the last of an offload completes it."""

from collections.abc import Callable

from pydantic import ValidationError

from circletake.cloud.rolls import Rolls
from circletake.contracts.errors import Code, Rejected, Verdict
from circletake.contracts.files import FileKind, Offload, SourceFile
from circletake.contracts.keys import IngestKey, RollRef, file_version, parse_ingest_key
from circletake.film.naming import classify, kept

#: A completion record of 100,000 files has about 20 MB; a larger one is nobody's card.
MAX_RECORD_BYTES = 32 * 1024 * 1024
ReadRecord = Callable[[SourceFile], bytes]


def locate(key: str) -> tuple[IngestKey, Verdict | None]:
    """Raw key → its place; one that belongs to no roll gets a place among the production's strays, and a verdict."""
    try:
        return parse_ingest_key(key), None
    except Rejected as stray:
        first = key.split("/", 1)[0]
        for production in (first, "stray"):
            try:
                roll = RollRef(production=production, unit="main", day="stray", roll="stray")
            except ValidationError:
                continue
            return IngestKey(roll=roll, offload="stray", path=key), stray.verdict
        raise


def read_offload(record: bytes, offload: str) -> Offload:
    """Bytes of a completion record → its listing. Raises `Rejected(BAD_SIDECAR)` when it is not one."""
    try:
        read = Offload.model_validate_json(record, extra="ignore")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise Rejected(
            Code.BAD_SIDECAR,
            f"The uploader's completion record cannot be read: {where}: {first['msg']}.",
            "Upload the card again with `circletake upload`; what has arrived is kept.",
        ) from error
    if read.offload != offload:
        raise Rejected(
            Code.BAD_SIDECAR,
            "The uploader's completion record speaks of another offload than the one it lies in.",
            "Upload the card again with `circletake upload`; what has arrived is kept.",
        )
    return read


class Arrivals:
    """What came, and what should have come by the uploader's own record."""

    def __init__(self, rolls: Rolls, read_record: ReadRecord) -> None:
        self._rolls = rolls
        self._read_record = read_record

    def receive(self, key: str, s3_version: str, size_bytes: int, sequencer: str = "") -> None:
        """One version of an object → the catalogue. A second time it only finishes what was begun."""
        place, verdict = locate(key)
        kind = classify(place.path) if verdict is None else FileKind.UNKNOWN
        file = SourceFile(key=key, s3_version=s3_version, version=file_version(key, s3_version), size_bytes=size_bytes)
        listing = None
        if kind is FileKind.COMPLETION:
            try:
                listing = self._read(file, place.offload)
            except Rejected as rejected:
                verdict = rejected.verdict
        self._rolls.receive(place, file, kind, verdict or kept(kind), sequencer=sequencer)
        if listing is not None:
            self._rolls.note_completion(place.roll, place.offload, file, len(listing.files))
        self._settle(place, kind)

    def reconcile(self, roll: RollRef, offload: str, record: SourceFile) -> None:
        """A record whose files did not all come as events → they are received from the record itself."""
        listing = self._read(record, offload)
        for file in self._rolls.missing(roll, listing):
            place = IngestKey(roll=roll, offload=offload, path=file.path)
            self.receive(place.key, file.s3_version, file.size_bytes)
        self._rolls.complete(roll, listing)

    def _settle(self, place: IngestKey, kind: FileKind) -> None:
        """When this was the last file of its offload, its spans join and the roll may close.

        Counting comes first, so that each file costs one read of the roll; only the last one looks at them all.
        """
        row, offload = self._rolls.get(place.roll), place.offload
        if row.get(f"complete#{offload}"):
            if kind is FileKind.SPAN:
                self._rolls.join_spans(place.roll, self._rolls.spans(place.roll, offload))
        else:
            record = row.get(f"record#{offload}")
            # The record itself is counted among the arrived, and not listed.
            if record is None or row[f"arrived#{offload}"] <= row[f"listed#{offload}"]:
                return
            listing = self._read(SourceFile.model_validate_json(record, extra="ignore"), offload)
            if self._rolls.missing(place.roll, listing):
                return
            self._rolls.complete(place.roll, listing)
        self._rolls.close_if_ended(place.roll)

    def _read(self, record: SourceFile, offload: str) -> Offload:
        if record.size_bytes > MAX_RECORD_BYTES:
            raise Rejected(
                Code.BAD_SIDECAR,
                f"The uploader's completion record has {record.size_bytes} bytes; at most {MAX_RECORD_BYTES} are read.",
                "Upload the card again with `circletake upload`; what has arrived is kept.",
            )
        return read_offload(self._read_record(record), offload)
