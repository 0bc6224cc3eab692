"""A look on a picture: the baked LUT, applied after scaling."""

import shutil
from typing import Any

from circletake.media.launcher import Workbench
from functions.transcode.making import Making

_NAME = "look.cube"


def lay_out_look(bench: Workbench, making: Making) -> None:
    """The baked LUT → on the bench, under a name of ours."""
    if making.look is not None:
        shutil.copyfile(making.look, bench.directory / _NAME)


def under_look(picture: Any, making: Making) -> Any:
    """A scaled picture → the same as the look has it; untouched where there is none."""
    if making.look is None:
        return picture
    looked = picture.filter("format", "gbrp10le").filter("lut3d", file=_NAME, interp="tetrahedral")
    return looked.filter("scale", out_color_matrix="bt709", out_range="tv").filter("format", "yuv420p")
