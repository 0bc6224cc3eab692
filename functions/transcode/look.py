"""A look on a picture: the baked LUT, applied after scaling, and only to what is shown; never before the detectors.

A picture that is to be looked at keeps 10 bits until the LUT: a log picture of 8 bits would show its steps. The LUT
works on 16-bit planes, for which FFmpeg has vector code (10-bit and 8-bit planes were measured to cost three times as
much), and zimg converts to and from them, because swscale dithers what it rounds.
"""

import shutil
from typing import Any

from circletake.contracts.media import ColorTags, VideoStream
from circletake.media.launcher import Workbench
from functions.transcode.making import Making

_NAME = "look.cube"
_PLAIN, _TO_BE_LOOKED_AT = "yuv420p", "yuv422p10le"
#: The screen that a look is made for: ITU-R BT.709, legal range.
_SCREEN = ColorTags(primaries="bt709", transfer="bt709", matrix="bt709", range="tv")
#: Standard definition: an untagged picture with more lines is BT.709, as browsers and players show it.
_SD_LINES = 576


def lay_out_look(bench: Workbench, making: Making) -> None:
    """The baked LUT → on the bench, under a name of ours."""
    if making.look is not None:
        shutil.copyfile(making.look, bench.directory / _NAME)


def pixels_before_look(making: Making) -> str:
    """→ the pixel format in which the scaled picture comes to `under_look`."""
    return _PLAIN if making.look is None else _TO_BE_LOOKED_AT


def under_look(picture: Any, making: Making, pixels: str = _PLAIN) -> Any:
    """A scaled Y'CbCr picture in legal range → the same as the look has it; untouched where there is none."""
    if making.look is None:
        return picture
    shown = looked_rgb(picture, making).filter("zscale", matrix="bt709", range="limited").filter("format", pixels)
    tags = {"color_primaries": _SCREEN.primaries, "color_trc": _SCREEN.transfer, "colorspace": _SCREEN.matrix}
    return shown.filter("setparams", range=_SCREEN.range, **tags)


def looked_rgb(picture: Any, making: Making) -> Any:
    """A scaled Y'CbCr picture in legal range → 16-bit RGB under the look."""
    options = {"rangein": "limited", "matrix": "gbr", "range": "full", **_told(making.inspection.video)}
    rgb = picture.filter("zscale", filter="bicubic", **options).filter("format", "gbrp16le")
    return rgb.filter("lut3d", file=_NAME, interp="tetrahedral")


def as_shown(making: Making) -> VideoStream:
    """→ the clip's picture with the colour tags that it has under its look."""
    video = making.inspection.video
    return video if making.look is None else video.model_copy(update={"color": _SCREEN})


def _told(video: VideoStream) -> dict[str, str]:
    """What zimg has to be told of the matrix, because the picture's tag does not tell it."""
    rgb = video.pixel_format.startswith(("gbr", "rgb", "bgr", "argb"))
    if rgb or video.color.matrix not in {None, "gbr"}:
        return {}
    return {"matrixin": "bt709" if video.height > _SD_LINES else "smpte170m"}
