"""What a camera writes about itself into a container's tags → `CameraFacts`, in the camera's own words.

Sources of the names: Apple's QuickTime keys, FFmpeg's names for MXF's identification, and ARRI's keys as readers of
ALEXA files use them; that each camera writes them so was not checked on real files.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from circletake.contracts.media import CameraFacts

_APPLE, _PROAPPS, _ARRI = "com.apple.quicktime", "com.apple.proapps", "com.arri.camera"
#: Fact → the tags that tell it, the surest first.
_TAGS: dict[str, tuple[str, ...]] = {
    "maker": (f"{_APPLE}.make", f"{_PROAPPS}.manufacturer", "make", "manufacturer", "company_name"),
    "model": (
        f"{_ARRI}.CameraModel", f"{_ARRI}.CameraType", f"{_APPLE}.model", f"{_PROAPPS}.cameraname", "model",
        "camera_type", "product_name",
    ),
    "serial": (f"{_ARRI}.CameraSerialNumber", f"{_PROAPPS}.serialno", "camera_id"),
    "lens": (f"{_ARRI}.LensType", f"{_APPLE}.camera.lens_model", "lens_type"),
    "exposure_index": (f"{_ARRI}.ExposureIndexAsa", "iso"),
    "shutter": (f"{_ARRI}.ShutterAngle", "shutter_angle"),
    "white_balance": (f"{_ARRI}.WhiteBalanceKelvin", "white_balance_kelvin"),
    "shot_at": (f"{_APPLE}.creationdate", "date_recorded", "creation_time"),
}  # fmt: skip
#: The names that ffprobe is asked for; it is not told to print whatever else a file carries.
TAG_NAMES = tuple(sorted({name for names in _TAGS.values() for name in names}))
#: What FFmpeg and editing programs write where a camera would name its maker.
_NO_CAMERA = {"fmpg", "ffmpeg", "lavf", "op1a muxer", "opatom muxer", "unknown", "n/a", "none"}
_LONGEST = 120


def remark(text: str | None) -> str | None:
    """A tag's text → one printable line of at most 120 characters; None where nothing is left of it."""
    if text is None:
        return None
    # Category C: controls, and what turns the direction of writing round or cannot be seen.
    plain = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text[: 4 * _LONGEST])
    return " ".join(plain.split())[:_LONGEST].strip() or None


def facts(**told: str | None) -> CameraFacts | None:
    """Facts of a camera → `CameraFacts`; None where there is none."""
    known = {name: text for name, text in told.items() if text is not None}
    return CameraFacts(**known) if known else None


def camera_facts(tags: Sequence[Mapping[str, Any]]) -> CameraFacts | None:
    """The tags of a file and of its streams, in that order → what they tell of the camera."""
    told: dict[str, str | None] = {}
    for fact, names in _TAGS.items():
        said = (remark(str(each[name])) for name in names for each in tags if name in each)
        told[fact] = next((text for text in said if text and text.lower() not in _NO_CAMERA), None)
    if (angle := told["shutter"]) and angle.isdigit() and len(angle) == 4:
        # ARRI counts tenths of a degree: 1728 is 172.8.
        told["shutter"] = f"{angle[:3]}.{angle[3]}"
    return facts(**told)
