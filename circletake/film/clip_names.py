"""A recording's name → which camera made it, on which reel, and as which clip: each maker's own way of naming.

Sources, by camera:
- ARRI classic: ALEXA user manual, "File naming scheme": `A004C010_20100610_R1JL`, index, reel, clip (C, from the
  1,000th on D), date, camera id (R or L and three digits of base 36). Newer bodies write the date in six digits.
- ALEXA 35: `A_0001C001_260930_084650_c1BY9`, reel `A_0001_1BY9`; ARRI says that index, reel and clips have more room.
- RED: operation guides, "Clip Naming Convention": `A001_C001_05026M`, the date as month and day, two random characters.
- Canon: EOS C80 manual, "Clips File Names": `A_0001C001X260930_084650XX_CANON_001`, and the shorter one of the C300
  and C500 line. What the last number counts is not said there; it is taken as a part of the name.
- Sony: XDCAM manuals, `C0001.MXF` or a name of one's own and a serial number, in `Clip`; VENICE after ARRI's manner
  with two characters behind the date, no underscore.
- Blackmagic: URSA Cine manual, `A001_08151512_C001`; Cinema Camera manual, `BMC01_1_2012-08-08_1631_C0002`.
- GoPro: its file naming pages, `GX010042`, `GH010042` (chapter, then file), older `GOPR0042`, `GP010042`.
- DJI `DJI_20260930084650_0001_D`, `DJI_0001`; iPhone `IMG_0001`: knowledge of the field.

None of these was checked on a real card here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import PurePosixPath


class Camera(StrEnum):
    """Who made a recording, as far as its name tells."""

    ARRI = "ARRI"
    ALEXA_35 = "ARRI ALEXA 35"
    RED = "RED"
    CANON = "Canon"
    SONY = "Sony"
    VENICE = "Sony VENICE"
    BLACKMAGIC = "Blackmagic"
    DJI = "DJI"
    GOPRO = "GoPro"
    IPHONE = "iPhone"


@dataclass(frozen=True, slots=True)
class Recording:
    """A name, understood. `number` is the clip's on its reel; `moment` sorts clips by the time in their names, empty
    where a name has none; `take` is the same for all files of one recording.
    """

    camera: Camera
    reel: str
    number: int
    moment: str
    take: str


_INDEX = r"(?P<index>[A-Z])(?P<reel>\d{3})"
_WIDE_INDEX = r"(?P<index>[A-Z][A-Z_])(?P<reel>\d{4})"
_CLIP = r"(?P<series>[CD])(?P<clip>\d{3})"
_CANON_END = r"_[A-Z0-9]{5}(?:_\d{2,3})?(?:[_-]PROXY)?"
_PATTERNS: tuple[tuple[Camera, re.Pattern[str]], ...] = tuple(
    (camera, re.compile(pattern, re.IGNORECASE | re.ASCII))
    for camera, pattern in (
        (Camera.ARRI, rf"{_INDEX}{_CLIP}_(?P<date>\d{{8}})_(?P<id>[A-Z0-9]{{4}})"),
        (Camera.ARRI, rf"{_INDEX}{_CLIP}_(?P<date>\d{{6}})_(?P<id>[RL][A-Z0-9]{{3}})"),
        (
            Camera.ALEXA_35,
            rf"{_WIDE_INDEX}(?P<series>[CD])(?P<clip>\d{{3,4}})_(?P<date>\d{{6}}_\d{{6}})_[A-Z]?(?P<id>[A-Z0-9]{{4}})",
        ),
        (Camera.RED, r"(?P<index>[A-Z])(?P<reel>\d{3})_[A-Z](?P<clip>\d{3})_(?P<date>\d{4})[A-Z0-9]{2}"),
        (Camera.CANON, rf"{_WIDE_INDEX}{_CLIP}[A-Z](?P<date>\d{{6}}_\d{{6}})[A-Z0-9]{{2}}{_CANON_END}"),
        (Camera.CANON, rf"{_INDEX}{_CLIP}_(?P<date>\d{{6}})[A-Z0-9]{{2}}{_CANON_END}"),
        (Camera.VENICE, rf"{_INDEX}{_CLIP}_(?P<date>\d{{6}})[A-Z0-9]{{2}}"),
        (Camera.BLACKMAGIC, r"(?P<index>[A-Z])(?P<reel>\d{1,3})_(?P<date>\d{8})_C(?P<clip>\d{3,4})"),
        (
            Camera.BLACKMAGIC,
            r"(?P<index>[A-Z0-9]{1,8})_(?P<reel>\d{1,4})_(?P<date>\d{4}-\d\d-\d\d_\d{4})_C(?P<clip>\d{4})",
        ),
        (Camera.DJI, r"(?P<index>DJI)_(?P<date>\d{14})_(?P<clip>\d{4})(?:_[A-Z])?"),
        (Camera.DJI, r"(?P<index>DJI)_(?P<clip>\d{4})"),
        (Camera.GOPRO, r"(?:G[HXSL]\d{2}|GOPR|GP\d{2})(?P<clip>\d{4})"),
        (Camera.IPHONE, r"IMG_E?(?P<clip>\d{4})"),
    )
)
#: The smaller cameras may put the date in front.
_SONY = re.compile(r"(?:(?P<date>20\d{6})_)?(?P<index>.*?)_?(?P<clip>\d{4,5})", re.ASCII)
#: RED numbers the files of a clip behind its name, ARRI the frames.
_FILE_OF_CLIP = re.compile(r"(?:_\d{3}(?=\.r3d$)|\.\d{6,8}(?=\.(?:ari|arx|dng)$))", re.IGNORECASE)


@lru_cache(maxsize=4096)
def read_recording(path: str) -> Recording | None:
    """Path as on the card → what its name says of the recording; None when no camera that we know names so."""
    at = PurePosixPath(path)
    stem = PurePosixPath(_FILE_OF_CLIP.sub("", at.name)).stem
    for camera, pattern in _PATTERNS:
        if match := pattern.fullmatch(stem):
            return _recording(camera, stem, match.groupdict())
    if at.parent.name.lower() == "clip" and (match := _SONY.fullmatch(stem)):
        return Recording(Camera.SONY, match["index"], int(match["clip"]), match["date"] or "", stem.upper())
    return None


def spoken_name(title: str) -> str:
    """A clip's name → as people say it, up to its number: A007C001 of A007C001_20100610_R4MT."""
    matches = (pattern.fullmatch(title) for _, pattern in _PATTERNS)
    return next((title[: match.end("clip")] for match in matches if match), title)


def _recording(camera: Camera, stem: str, parts: dict[str, str | None]) -> Recording:
    index, reel, told = parts.get("index") or "", parts.get("reel") or "", parts.get("id") or ""
    number = int(parts["clip"] or "") + (999 if (parts.get("series") or "").upper() == "D" else 0)
    moment = parts.get("date") or ""
    take = stem.upper()
    match camera:
        case Camera.ALEXA_35:
            reel = f"{index}{reel}_{told}"
        case Camera.BLACKMAGIC if len(index) > 1:
            reel = f"{index}_{reel}"
        case Camera.DJI | Camera.GOPRO | Camera.IPHONE:
            # Several lenses, chapters, and a phone's edited twin share one number.
            reel, take = camera.value, f"{moment}{number}"
        case _:
            reel = f"{index}{reel}{told}"
    return Recording(camera, reel, number, moment, take)
