"""RAW: recordings that only their maker's own software decodes. They are archived, and their state is said.

archived              nothing of it could be read here; whether the bytes are the card's says the card's verdict
metadata only         what it tells without its decoder is shown
external proxy        people look at a proxy that the camera, the DIT or a lab made
vendor decoder        people look at what the maker's own decoder, set up by the customer, made of it
"""

from enum import StrEnum
from pathlib import PurePosixPath

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import PictureSource, RawFacts, RawKind

#: The ending of a file's name → what the recording is.
RAW = {
    "r3d": RawKind.R3D,
    "ari": RawKind.ARRIRAW,
    "arx": RawKind.ARRIRAW,
    "braw": RawKind.BRAW,
    "crm": RawKind.CANON_RAW,
    "nev": RawKind.N_RAW,
    "dng": RawKind.CINEMADNG,
}
#: Kind → its maker where only one makes it, and what people call it.
_CALLED: dict[RawKind, tuple[str | None, str]] = {
    RawKind.R3D: ("RED", "RED R3D"),
    RawKind.ARRIRAW: ("ARRI", "ARRIRAW"),
    RawKind.BRAW: ("Blackmagic Design", "Blackmagic RAW"),
    RawKind.X_OCN: ("Sony", "Sony X-OCN or RAW"),
    RawKind.CANON_RAW: ("Canon", "Canon Cinema RAW"),
    RawKind.N_RAW: ("Nikon", "Nikon N-RAW"),
    RawKind.CINEMADNG: (None, "CinemaDNG"),
}


class RawState(StrEnum):
    """How much of a RAW clip can be seen."""

    ARCHIVED = "ARCHIVED"
    METADATA_ONLY = "METADATA_ONLY"
    EXTERNAL_PROXY = "EXTERNAL_PROXY"
    VENDOR_DECODER = "VENDOR_DECODER"


def raw_kind(path: str) -> RawKind | None:
    """A path → the RAW that its name says it is."""
    return RAW.get(PurePosixPath(path).suffix.lower().removeprefix("."))


def maker_of(kind: RawKind | None) -> str | None:
    return _CALLED[kind][0] if kind else None


def raw_without_decoder(kind: RawKind | None, codec: str | None = None) -> Rejected:
    """The verdict on RAW that we cannot open: it is kept, and nobody is shown a black frame instead."""
    what = _CALLED[kind][1] if kind else f"picture in the code {codec or 'without a name'!r}"
    return Rejected(
        Code.RAW_WITHOUT_DECODER,
        f"This is {what}, which only the camera maker's own decoder opens; it is kept, its picture not checked.",
        "View it with the maker's software, or upload the camera's own proxy beside it.",
    )


def raw_state(facts: RawFacts, shown: PictureSource | None) -> RawState:
    """What a RAW clip tells, and whose picture of it people can watch now → its state."""
    if shown is not None:
        return RawState(shown.value)
    told = facts.model_dump(exclude={"kind", "maker"}, exclude_none=True)
    return RawState.METADATA_ONLY if told else RawState.ARCHIVED
