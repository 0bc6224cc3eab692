"""What editors cut with: the same frames, timecode, reel and name as the original, in the formats they ask for."""

from collections.abc import Sequence
from typing import Any

from circletake.contracts.recipe import EditorialFormat
from circletake.media.launcher import Workbench
from functions.transcode.making import Making
from functions.transcode.sources import Source

#: What each format is, as a file.
EDITORIAL: dict[str, str] = {
    EditorialFormat.DNXHR_LB_MOV: "video/quicktime",
    EditorialFormat.DNXHR_LB_MXF: "application/mxf",
    EditorialFormat.PRORES_PROXY_MOV: "video/quicktime",
    EditorialFormat.H264_MOV: "video/quicktime",
}


def tracks(bench: Workbench, sources: Sequence[Source], making: Making) -> list[Any]:
    """The files on the bench → the sound tracks of the editorial proxies, as the recipe maps them."""
    return []


def editorial_outputs(picture: Any, sound: Sequence[Any], making: Making) -> list[Any]:
    """The timed picture and the mapped tracks → one output for each format of the recipe."""
    return []
