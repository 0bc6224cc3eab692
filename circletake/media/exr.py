"""One frame as OpenEXR: 16-bit half, ZIP, three channels, and a header that says what it is and where it is from.

Compressed as VFX houses want it, it is no container of SMPTE ST 2065-4, which allows no compression, and claims none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circletake.contracts.media import CameraFacts
from circletake.film.timing import Timecode, nominal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Half = NDArray[np.float16]

#: The largest finite half.
MOST = 65504.0
#: OpenEXR's own names for what a camera tells (its standard attributes); each is a text or a number.
_CAMERA = {"maker": "cameraMake", "model": "cameraModel", "serial": "cameraSerialNumber", "lens": "lensModel"}
_CAMERA_NUMBERS = {"exposure_index": "isoSpeed", "shutter": "shutterAngle"}
_OURS = "circletake"


class BadExr(Exception):  # noqa: N818 - a finding about a file, no fault
    """Why a file is not the frame that it should be."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as it was read back."""

    pixels: "Half"
    header: Mapping[str, Any]


def write_exr(to: Path, pixels: "Half", header: Mapping[str, Any]) -> None:
    """Half RGB and its header → the file."""
    import OpenEXR

    told = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **header}
    OpenEXR.File(told, {"RGB": pixels}).write(str(to))


def read_exr(file: Path) -> Frame:
    """The file → its pixels and header. Raises `BadExr` where it is missing, cut off, or not as we write it."""
    import OpenEXR

    if not file.is_file():
        raise BadExr("it is not there")
    try:
        read = OpenEXR.File(str(file))
        header, channels = read.header(), read.channels()
    except (RuntimeError, ValueError) as error:
        raise BadExr(f"it cannot be read: {error}") from error
    if header["compression"] != OpenEXR.ZIP_COMPRESSION or "RGB" not in channels or len(channels) != 1:
        raise BadExr("its channels are not R, G and B in ZIP")
    pixels = channels["RGB"].pixels
    if pixels.dtype != "float16":
        raise BadExr("its channels are not of 16-bit half")
    return Frame(pixels, header)


def as_timecode(moment: Timecode) -> Any:
    """A timecode → OpenEXR's. It counts to 29 (ST 12-1): faster labels are taken in twos or fours, as recorders do."""
    import OpenEXR

    label, together = str(moment), _together(moment.rate)
    frame, code = int(label[9:]), OpenEXR.TimeCode()
    code.hours, code.minutes, code.seconds = int(label[:2]), int(label[3:5]), int(label[6:8])
    code.frame, code.dropFrame, code.fieldPhase = frame // together, moment.drop, frame % together > 0
    return code


def repeats_timecode(rate: Fraction) -> bool:
    """Whether several frames of that rate get the same timecode: of those taken together, only the first is told."""
    return _together(rate) > 2


def _together(rate: Fraction) -> int:
    return -(-nominal(rate) // 30)


def camera_attributes(camera: CameraFacts | None) -> dict[str, Any]:
    """What the camera wrote about itself → attributes; what is no number stays in the camera's own words."""
    told = {name: text for name, text in (camera.model_dump() if camera else {}).items() if text is not None}
    attributes: dict[str, Any] = {_CAMERA[name]: text for name, text in told.items() if name in _CAMERA}
    for name, text in told.items():
        if name not in _CAMERA:
            number = text.replace(".", "", 1).isdecimal() and text.isascii()
            known = _CAMERA_NUMBERS.get(name) if number else None
            attributes |= {known: float(text)} if known else {f"{_OURS}/{name}": text}
    return attributes


def ours(**said: str | int) -> dict[str, str | int]:
    """What this program says of a frame → attributes under its own name."""
    return {f"{_OURS}/{name}": value for name, value in said.items()}
