"""RAW: recordings that only their maker's own software decodes. They are archived, and their state is said."""

from pathlib import PurePosixPath

from circletake.contracts.errors import Code, Rejected

#: The ending of a file's name → what the recording is.
RAW = {
    "r3d": "RED RAW",
    "ari": "ARRIRAW",
    "arx": "ARRIRAW HDE",
    "braw": "Blackmagic RAW",
    "crm": "Canon Cinema RAW",
    "nev": "Nikon N-RAW",
    "dng": "CinemaDNG",
}


def raw_without_decoder(what: str) -> Rejected:
    """The verdict on RAW that we cannot open: it is kept, and nobody is shown a black frame instead."""
    return Rejected(
        Code.RAW_WITHOUT_DECODER,
        f"This is {what}, which only the camera maker's own decoder opens; it is kept, its picture not checked.",
        "View it with the maker's software, or upload the camera's own proxy beside it.",
    )


def refuse_raw(path: str) -> None:
    """Raise `Rejected(RAW_WITHOUT_DECODER)` where the path names a recording of that kind."""
    if what := RAW.get(PurePosixPath(path).suffix.lower().removeprefix(".")):
        raise raw_without_decoder(what)
