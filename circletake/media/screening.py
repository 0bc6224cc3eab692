"""A review proxy for one named person: the same frames at the same moments, with the name across the picture."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from circletake.contracts.media import Inspection
from circletake.media import launcher
from circletake.media.children import LaunchFailed
from circletake.media.inspecting import inspect
from circletake.media.lettering import Text, fitting, lay_out, lettered
from circletake.media.probing import packets, probe
from circletake.media.tools import Tools
from circletake.media.typeface import Typeface

_NAME = "screener.mp4"
#: The name takes so much of the width, in letters of at most and at least so much of the height; the line below it is
#: smaller, and both stand in the middle, where nobody can crop them away.
_WIDE, _LARGEST, _SMALLEST, _LINE = 0.8, 1 / 5, 1 / 20, 1 / 24
#: Generously more than a proxy of that many frames has ever been.
_MOST_BYTES_A_FRAME, _LEAST_BYTES = 1 << 19, 64 << 20
#: The reader may go on a little past the last frame: containers round.
_READ_ON_S = 2


@dataclass(frozen=True, slots=True)
class Screener:
    """What is burnt in: whose it is, and a line below."""

    viewer: str
    line: str
    face: Typeface


def screen(
    proxy: Path,
    screener: Screener,
    to: Path,
    *,
    tools: Tools,
    deadline: float,
    on_start: Callable[[int], None],
    on_progress: Callable[[int], None],
) -> Inspection:
    """A review proxy → the same with the viewer's name in every frame, in `to`, and what is in it.

    `on_start` gets how many frames there are, `on_progress` how many are done, every few seconds.
    """
    found = inspect([proxy], size_bytes=proxy.stat().st_size, tools=tools, deadline=deadline)
    on_start(found.video.frames)
    texts = _texts(screener, found)
    with launcher.workbench([proxy]) as bench:
        import ffmpeg

        lay_out(bench, texts, screener.face)
        file = bench.input(0, float(found.duration_s) + _READ_ON_S)
        streams = [lettered(file["v:0"], texts), *([file["a:0"]] if found.audio else [])]
        done = launcher.run(
            bench,
            ffmpeg.output(*streams, _NAME, **_options(found)),
            tools=tools,
            deadline=deadline,
            file_bytes=_LEAST_BYTES + found.video.frames * _MOST_BYTES_A_FRAME,
            on_progress=on_progress,
        )
        if done.frames != found.video.frames or _moments(bench.directory / _NAME, tools, deadline) != _moments(
            proxy, tools, deadline
        ):
            raise LaunchFailed("the screener has not the frames of the proxy, each at its moment")
        shutil.move(bench.directory / _NAME, to)
    return found


def _moments(file: Path, tools: Tools, deadline: float) -> tuple[int, ...]:
    """When each frame is shown, in microseconds."""
    with launcher.workbench([file]) as bench:
        picture = probe(bench, 0, tools=tools, deadline=deadline).picture
        shown = packets(bench, 0, picture, tools=tools, deadline=deadline)
    return tuple(round(moment * shown.time_base * 1_000_000) for moment in shown.moments or ())


def _options(found: Inspection) -> dict[str, str | int]:
    """As the review proxy is encoded, a little better, because it is encoded once more; its sound as it is."""
    options: dict[str, str | int] = {
        "vcodec": "libx264", "preset": "veryfast", "crf": 20, "profile:v": "high", "pix_fmt": "yuv420p",
        "acodec": "copy", "fps_mode": "passthrough", "enc_time_base": "demux",
        "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact",
    }  # fmt: skip
    if found.start_timecode:
        options["metadata:s:v:0"] = f"timecode={found.start_timecode}"
    return options


def _texts(screener: Screener, found: Inspection) -> tuple[Text, Text]:
    video, face = found.video, screener.face
    across = _WIDE * video.width / video.height
    name = fitting(screener.viewer, face, across / _SMALLEST)
    size = min(_LARGEST, across / face.width(name)) if name else _SMALLEST
    line = fitting(screener.line, face, across / _LINE)
    return (
        Text("viewer.txt", name, size, "(w-tw)/2", "(h-th)/2", boxed=False),
        Text("line.txt", line, _LINE, "(w-tw)/2", f"h*{0.5 + 0.7 * size:.4f}", boxed=False),
    )
