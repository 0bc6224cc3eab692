"""What a file or a clip is, and where it stands."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, NonNegativeInt

from circletake.contracts.errors import Code
from circletake.contracts.keys import Label
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


#: A file that JOINED a clip shares the clip's end; it is not counted twice.
ENDS = frozenset({State.JOINED, State.DELIVERED, State.KEPT, State.REJECTED, State.NEEDS_ATTENTION})

_OTHER_ENDS = {
    Code.KEPT_AS_IT_IS: State.KEPT,
    Code.RAW_WITHOUT_DECODER: State.KEPT,
    Code.NO_ROUTE: State.NEEDS_ATTENTION,
    Code.OVERDUE: State.NEEDS_ATTENTION,
}


def end_of(code: Code) -> State:
    """The code of a verdict → the end it leads to. What is not listed is the footage's fault."""
    return _OTHER_ENDS.get(code, State.REJECTED)


class OffloadedFile(Wire):
    """A file as the uploader counted it on the card."""

    #: A key of S3 has at most 1,024 bytes.
    path: Annotated[str, Field(min_length=1, max_length=1024)]
    size_bytes: NonNegativeInt
    s3_version: Annotated[str, Field(min_length=1, max_length=1024)]


class Offload(Wire):
    """The uploader's completion record: everything that was on the card now lies in the bucket."""

    offload: Label
    files: Annotated[tuple[OffloadedFile, ...], Field(max_length=1_000_000)]
