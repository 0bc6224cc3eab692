"""A QuickTime of a pull's frames to look at: under the clip's look, with the shot's name and frame number burnt in."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from circletake.film.timing import nominal
from circletake.media import launcher
from circletake.media.picture import fit
from circletake.media.probing import packets, probe
from circletake.media.pulling import Part, as_rgb, require_all, run_parts
from circletake.media.sequences import Shot
from circletake.media.tools import Tools

_NAME, _LOOK, _FONT, _TEXT = "reference.mov", "look.cube", "font.ttf", "name.txt"
_BOX = (1920, 1080)
#: The tags of the screen that a look is made for: ITU-R BT.709.
_SCREEN = {"color_primaries": "bt709", "color_trc": "bt709"}
_MOST_BYTES_A_FRAME = 4 << 20
#: The nominal rates for which FFmpeg writes a timecode track.
_TIMECODE_RATES = {24, 25, 30, 48, 50, 60, 100, 120}


def write_reference(
    shot: Shot,
    parts: tuple[Part, ...],
    to: Path,
    *,
    font: Path,
    look: Path | None,
    tools: Tools,
    deadline: float,
    on_progress: Callable[[int], None],
) -> None:
    """The frames of a request → an H.264 QuickTime, of which every frame was counted. `look` is the baked LUT."""
    count = len(shot.request.frames)
    with launcher.workbench([part.span.file for part in parts]) as bench:
        shutil.copyfile(font, bench.directory / _FONT)
        (bench.directory / _TEXT).write_text(shot.name)
        if look is not None:
            shutil.copyfile(look, bench.directory / _LOOK)

        def written(pictures: list[Any]) -> Any:
            return _written(_joined([_looked(picture, shot, look) for picture in pictures], shot), shot)

        run_parts(
            bench, parts, written,
            tools=tools, deadline=deadline, file_bytes=count * _MOST_BYTES_A_FRAME, on_progress=on_progress,
        )  # fmt: skip
        made = bench.directory / _NAME
        with launcher.workbench([made]) as seen:
            picture = probe(seen, 0, tools=tools, deadline=deadline).picture
            require_all(packets(seen, 0, picture, tools=tools, deadline=deadline).count, count)
        shutil.move(made, to)


def _looked(picture: Any, shot: Shot, look: Path | None) -> Any:
    """A stream as it is stored → as it is shown, small enough for every player."""
    video = shot.inspection.video
    width, height = fit(video.width, video.height, video.sample_aspect_ratio, 0, _BOX)
    rgb = as_rgb(picture, video).filter("zscale", w=width, h=height, filter="bicubic").filter("setsar", 1)
    if look is not None:
        # FFmpeg's LUT has vector code for 16-bit planes.
        rgb = rgb.filter("format", "gbrp16le").filter("lut3d", file=_LOOK, interp="tetrahedral")
    shown = rgb.filter("zscale", matrix="709", range="limited").filter("format", "yuv420p")
    # Without a look it is the picture as recorded, and keeps the tags of its primaries and its curve.
    return shown if look is None else shown.filter("setparams", **_SCREEN)


def _joined(pictures: list[Any], shot: Shot) -> Any:
    import ffmpeg

    whole = pictures[0]
    if len(pictures) > 1:
        whole = ffmpeg.concat(*(picture.filter("setpts", "PTS-STARTPTS") for picture in pictures), v=1, a=0)
    tick = 1 / shot.inspection.video.rate
    whole = whole.filter("settb", f"{tick.numerator}/{tick.denominator}").filter("setpts", "N")
    style = {"fontfile": _FONT, "fontcolor": "white", "fontsize": "h/24", "box": 1, "boxcolor": "black@0.6"}
    style |= {"boxborderw": 6, "y": "h-line_h-h/36"}
    named = whole.drawtext(textfile=_TEXT, expansion="none", x="h/36", escape_text=False, **style)
    first = shot.request.numbers.start
    return named.filter("drawtext", text=f"%{{eif:n+{first}:d:4}}", x="w-text_w-h/36", **style)


def _written(picture: Any, shot: Shot) -> Any:
    import ffmpeg

    request, rate = shot.request, shot.inspection.video.rate
    options: dict[str, Any] = {
        "vcodec": "libx264", "preset": "veryfast", "crf": 18, "pix_fmt": "yuv420p", "g": nominal(rate),
        "fps_mode": "cfr", "r": f"{rate.numerator}/{rate.denominator}", "frames:v": len(request.frames),
        "map_metadata": -1, "copyts": None, "movflags": "+faststart", "fflags": "+bitexact",
    }  # fmt: skip
    if nominal(rate) in _TIMECODE_RATES:
        options["timecode"] = str(request.timecode(request.frames.start))
    if request.original.reel:
        options["metadata:s:v:0"] = f"reel_name={request.original.reel}"
    return ffmpeg.output(picture, _NAME, **options)
