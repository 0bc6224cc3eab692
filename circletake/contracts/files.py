"""What a file or a clip is, and where it stands."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, StringConstraints

from circletake.contracts.cards import Copy, Line, Moment
from circletake.contracts.errors import Code
from circletake.contracts.keys import Id, Label
from circletake.contracts.wire import Wire


class FileKind(StrEnum):
    """What `receive` takes a file for, by its name alone."""

    ORIGINAL = "ORIGINAL"
    SPAN = "SPAN"
    SIDECAR = "SIDECAR"
    SOUND = "SOUND"
    MANIFEST = "MANIFEST"
    COMPLETION = "COMPLETION"
    UNKNOWN = "UNKNOWN"


class State(StrEnum):
    """Where a clip or a file stands. The last four are ends."""

    WAITING = "WAITING"
    JOINED = "JOINED"
    RECEIVED = "RECEIVED"
    INSPECTED = "INSPECTED"
    TRANSCODED = "TRANSCODED"
    DELIVERED = "DELIVERED"
    KEPT = "KEPT"
    REJECTED = "REJECTED"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"


class SourceFile(Wire):
    """One version of an original in the ingest bucket."""

    key: str
    s3_version: str
    version: Id
    size_bytes: NonNegativeInt


#: A file that JOINED a clip shares the clip's end; it is not counted twice.
ENDS = frozenset({State.JOINED, State.DELIVERED, State.KEPT, State.REJECTED, State.NEEDS_ATTENTION})

_OTHER_ENDS = {
    Code.KEPT_AS_IT_IS: State.KEPT,
    Code.RAW_WITHOUT_DECODER: State.KEPT,
    Code.DECODER_FAILED: State.NEEDS_ATTENTION,
    Code.NO_ROUTE: State.NEEDS_ATTENTION,
    Code.OVERDUE: State.NEEDS_ATTENTION,
}


def end_of(code: Code) -> State:
    """The code of a verdict → the end it leads to. What is not listed is the footage's fault."""
    return _OTHER_ENDS.get(code, State.REJECTED)


class Origin(StrEnum):
    """What a card's digests were made from. Only those made while reading the card itself prove anything about it."""

    CARD = "CARD"
    COPY = "COPY"
    UNKNOWN = "UNKNOWN"


#: Algorithm → digest, as `circletake.film.digests` writes them.
DigestTexts = Annotated[dict[str, Annotated[str, Field(max_length=128)]], Field(max_length=9)]


class OffloadedFile(Wire):
    """A file as the uploader counted it on the card."""

    #: A key of S3 has at most 1,024 bytes.
    path: Annotated[str, Field(min_length=1, max_length=1024)]
    size_bytes: NonNegativeInt
    s3_version: Annotated[str, Field(min_length=1, max_length=1024)]
    #: Of the bytes as they were read to be sent.
    digests: DigestTexts = Field(default_factory=dict)


class NotTaken(Wire):
    """Something on the card that was not taken along, and why."""

    path: Annotated[str, Field(max_length=8192)]
    reason: Annotated[str, Field(max_length=500)]


class Offload(Wire):
    """The uploader's completion record: everything that was on the card now lies in the bucket."""

    offload: Label
    files: Annotated[tuple[OffloadedFile, ...], Field(max_length=1_000_000)]
    origin: Origin = Origin.UNKNOWN
    #: Who or what read the card.
    made_by: str = ""
    copies: Annotated[tuple[Copy, ...], Field(max_length=32)] = ()
    not_taken: Annotated[tuple[NotTaken, ...], Field(max_length=100_000)] = ()
    #: The manifest that was made while reading the card: where it lies on the card, and its SHA-256.
    manifest: str | None = None
    manifest_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


#: Where an offload's own notes lie below a roll on a volume; never part of the card.
NOTES = ".circletake"


class OffloadReport(Wire):
    """What `circletake offload` leaves beside each copy (`.circletake/offload.json`): what was read, onto what."""

    version: Literal[1] = 1
    offload: Label
    roll: Label
    #: The name of the volume that was read: the card itself.
    card: str
    begun_at: Moment
    ended_at: Moment
    files: NonNegativeInt
    bytes: NonNegativeInt
    manifest: str
    manifest_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    copies: tuple[Copy, ...]
    not_taken: tuple[NotTaken, ...] = ()
    made_by: str


class DamagedCopy(Wire):
    """What an uploader met on a volume: files of an offload's copy that are not what was on the card."""

    volume: Line
    serial: Line | None
    paths: Annotated[tuple[Annotated[str, Field(max_length=1024)], ...], Field(min_length=1, max_length=100)]
    found_at: Moment
