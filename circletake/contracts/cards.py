"""A card's verdict and what people did to it: the words in which "may it be formatted?" is answered."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, StringConstraints

from circletake.contracts.keys import Label
from circletake.contracts.wire import Wire

#: A moment, ISO 8601 in UTC.
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)$")]
#: More letters than a line has.
MAX_LINE = 500
#: What a person writes or what a volume is called: one line, nothing that a terminal or a page would obey.
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LINE, pattern=r"^[^\x00-\x1f\x7f]+$")
]


class Light(StrEnum):
    """GREEN: everything was checked and agrees. AMBER: something is not known yet. RED: something is wrong."""

    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"


class Axis(StrEnum):
    """BITS: the bytes are those of the card, on enough copies. PICTURE: every clip was decoded whole, or viewed."""

    BITS = "BITS"
    PICTURE = "PICTURE"


class CardCode(StrEnum):
    """Why a card is not green. A code never changes its meaning."""

    # BITS
    UPLOAD_UNFINISHED = "UPLOAD_UNFINISHED"
    NO_MANIFEST = "NO_MANIFEST"
    ORIGIN_UNPROVEN = "ORIGIN_UNPROVEN"
    BAD_SIDECAR = "BAD_SIDECAR"
    FILE_MISSING = "FILE_MISSING"
    SPAN_MISSING = "SPAN_MISSING"
    FILE_CHANGED = "FILE_CHANGED"
    FILE_TRUNCATED = "FILE_TRUNCATED"
    FILE_EMPTY = "FILE_EMPTY"
    FILE_UNLISTED = "FILE_UNLISTED"
    FILE_NOT_TAKEN = "FILE_NOT_TAKEN"
    FILE_UNVERIFIED = "FILE_UNVERIFIED"
    COPY_DIFFERS = "COPY_DIFFERS"
    COPIES_LACKING = "COPIES_LACKING"
    CLIP_GAP = "CLIP_GAP"
    STRUCTURE_LACKING = "STRUCTURE_LACKING"
    CHANGING = "CHANGING"
    # PICTURE
    PICTURE_REJECTED = "PICTURE_REJECTED"
    PICTURE_UNCHECKED = "PICTURE_UNCHECKED"
    PICTURE_PENDING = "PICTURE_PENDING"
    #: Rejected footage that a named person has viewed and taken as it is: never green, and no longer in the way.
    PICTURE_SIGNED_OFF = "PICTURE_SIGNED_OFF"


class VolumeKind(StrEnum):
    """What a copy lies on."""

    DISK = "DISK"
    TAPE = "TAPE"
    CLOUD = "CLOUD"


class Copy(Wire):
    """A distinct named volume or tape that holds the card, and when it was last read back whole."""

    volume: Line
    kind: VolumeKind
    serial: Line | None = None
    offsite: bool = False
    read_back_at: Moment
    files: NonNegativeInt
    bytes: NonNegativeInt


class Policy(Wire):
    """What a production asks before a card may be formatted. 3-2-1 is copies=3, kinds=2, offsite=1."""

    copies: Annotated[int, Field(ge=1, le=9)] = 2
    kinds: Annotated[int, Field(ge=1, le=3)] = 1
    offsite: Annotated[int, Field(ge=0, le=9)] = 0


class Deed(StrEnum):
    """What a named person may do to a card."""

    RELEASE = "RELEASE"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    SIGN_OFF = "SIGN_OFF"
    ADD_COPY = "ADD_COPY"


class AddedCopy(Wire):
    """A drive or tape that somebody read back, with the manifest (MHL) that came of it."""

    volume: Line
    kind: Literal[VolumeKind.DISK, VolumeKind.TAPE]
    serial: Line | None = None
    offsite: bool = False
    #: Where the MHL lies, relative to the offload, and the digest of its bytes.
    mhl: Annotated[str, StringConstraints(pattern=r"^\.circletake/copies/[0-9a-f]{64}\.mhl$")]


class Act(Wire):
    """What a named person did to a card, and why. Written once, never changed."""

    deed: Deed
    offload: Label
    by: Line
    role: Line
    at: Moment
    reason: Line
    #: What is acknowledged or signed off, and which version of it: what comes in its place is looked at anew.
    code: CardCode | None = None
    path: str | None = None
    about: str | None = None
    added: AddedCopy | None = None
    #: At a release: how the card stood.
    status: Light | None = None


class Reason(Wire):
    """One thing that keeps a card from green, in a sentence that a loader understands, and what to do next."""

    axis: Axis
    light: Light
    code: CardCode
    path: str | None = None
    #: The version of the file or clip that is meant, where it is one.
    about: str | None = None
    sentence: str
    next_step: str
    #: The deed of a named person that closes it, where one may.
    closable: Literal[Deed.ACKNOWLEDGE, Deed.SIGN_OFF] | None = None


class CountedCopy(Wire):
    """A copy as the verdict takes it: whether it counts, and in a sentence why or why not."""

    made: Copy
    counts: bool
    sentence: str


class FileCounts(Wire):
    """The files of a card. `listed` is what must be there; `pending` are here and not compared yet."""

    listed: NonNegativeInt
    received: NonNegativeInt
    matched: NonNegativeInt
    missing: NonNegativeInt
    changed: NonNegativeInt
    unlisted: NonNegativeInt
    pending: NonNegativeInt


class CardVerdict(Wire):
    """How a card stands, with everything that keeps it from green, the worst first."""

    status: Light
    bits: Light
    picture: Light
    reasons: tuple[Reason, ...]
    #: Reasons beyond those that are listed.
    more_reasons: NonNegativeInt = 0
    copies: tuple[CountedCopy, ...]
    files: FileCounts
    camera: str
    structure: str
    structure_known: bool
