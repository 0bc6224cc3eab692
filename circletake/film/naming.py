"""What a file on a camera card is, told from its path alone.

Sources: RED's span names `A001_C001_05026M_001.R3D` and GoPro's chapters `GX010042.MP4` as their makers document
them; every maker's clip names are in `clip_names`. GoPro's older chapters (`GOPR0042`, `GP010042`) and whatever the
last number of Canon's names counts are each taken for a clip by itself. Which cameras write which sidecars is
knowledge of the field that was not checked on real cards here.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from circletake.contracts.errors import Code, Verdict
from circletake.contracts.files import FileKind
from circletake.contracts.keys import COMPLETION_PATH
from circletake.film.clip_names import Camera, read_recording
from circletake.film.raw import RAW

_PICTURE = {"mov", "mp4", "m4v", "mxf", "mkv", "avi", "ts", "mts", "m2ts", "mpg", "mpeg", "webm", *RAW}
_SOUND = {"wav", "bwf", "rf64", "w64", "aif", "aiff", "flac", "mp3", "m4a"}
_SIDECAR = {
    *(
        "xml",
        "xmp",
        "ale",
        "edl",
        "cdl",
        "cc",
        "ccc",
        "cube",
        "amf",
        "rmd",
        "rtn",
        "sidecar",
        "bim",
        "smi",
        "ppn",
    ),
    *(
        "cpf",
        "cpi",
        "mpl",
        "bdm",
        "idx",
        "thm",
        "lrv",
        "srt",
        "txt",
        "csv",
        "json",
        "pdf",
        "jpg",
        "jpeg",
        "png",
    ),
}
_MANIFEST = {"mhl"}
_LOOK = {"ale", "cc", "ccc", "cdl", "cube"}

_RED_SPAN = re.compile(r"^(?P<stem>.+)_(?P<span>\d{3})\.r3d$", re.IGNORECASE)
_GOPRO_CHAPTER = re.compile(r"^(?P<series>G[HX])(?P<span>\d{2})(?P<stem>\d{4})\.mp4$", re.IGNORECASE)


@dataclass(frozen=True)
class ClipName:
    """What a path says of its clip. `span` is its number among several files, None when it is one by itself.

    `camera`, `reel` and `number` are what the maker's way of naming tells; None where none is recognised.
    """

    directory: str
    stem: str
    span: int | None
    title: str
    camera: Camera | None = None
    reel: str | None = None
    number: int | None = None


def name_clip(path: str) -> ClipName:
    """Path as on the card → the clip that it belongs to."""
    at = PurePosixPath(path)
    stem, span, title = _grouped(at)
    made = read_recording(path)
    if made is None:
        return ClipName(str(at.parent), stem, span, title)
    return ClipName(str(at.parent), stem, span, title, made.camera, made.reel, made.number)


def _grouped(at: PurePosixPath) -> tuple[str, int | None, str]:
    """A path → what all files of its clip share, the number among them, and what people call it."""
    if match := _RED_SPAN.match(at.name):
        return match["stem"], int(match["span"]), match["stem"]
    if match := _GOPRO_CHAPTER.match(at.name):
        title = f"{match['series']}{match['stem']}".upper()
        return title, int(match["span"]), title
    return at.name, None, at.stem


def classify(path: str) -> FileKind:
    """Path as on the card → what the file is taken for."""
    at = PurePosixPath(path)
    ending = at.suffix.lower().removeprefix(".")
    if path == COMPLETION_PATH:
        return FileKind.COMPLETION
    if at.name.startswith("."):
        # `._A001.mov` is a Mac's note about the file, not the file.
        return FileKind.UNKNOWN
    if ending in _MANIFEST or at.name == "ascmhl_chain.xml":
        return FileKind.MANIFEST
    if ending in _PICTURE:
        return FileKind.ORIGINAL if _grouped(at)[1] is None else FileKind.SPAN
    if ending in _SOUND:
        return FileKind.SOUND
    return FileKind.SIDECAR if ending in _SIDECAR else FileKind.UNKNOWN


def may_hold_looks(path: str) -> bool:
    """Path as on the card → whether the sidecar may say how its clips are to look."""
    return PurePosixPath(path).suffix.lower().removeprefix(".") in _LOOK


_KEPT = {
    FileKind.SIDECAR: "A sidecar: kept beside its clips.",
    FileKind.SOUND: "A sound file: kept, no picture is expected of it.",
    FileKind.MANIFEST: "A manifest: kept with the roll that it describes.",
    FileKind.COMPLETION: "The uploader's record of what was on the card.",
    FileKind.UNKNOWN: "We do not know this kind of file: kept byte for byte, and not looked into.",
}


def kept(kind: FileKind) -> Verdict | None:
    """Kind of a file → the verdict with which it is kept; None for what becomes a clip."""
    if kind not in _KEPT:
        return None
    return Verdict(code=Code.KEPT_AS_IT_IS, sentence=_KEPT[kind], next_step="Nothing to do.")
