"""Exactly some frames of a clip, as linear-light-ready RGB: frame n is frame n, whatever the codec and container.

Frames are told by the moments that the container keeps of them, never by counting from where a seek happened to land:
the reader begins at the keyframe before the last one that could do (what leans on the very first is then never shown),
and only frames of the wanted moments pass. RGB comes from zimg in float: nothing is clipped below black or above
white, and it is within a thousandth of a 12-bit code value of the definition (swscale clips).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import Inspection, VideoStream
from circletake.media import codecs, launcher
from circletake.media.children import LaunchFailed
from circletake.media.launcher import Workbench
from circletake.media.probing import probe
from circletake.media.tools import Tools

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.float32]

#: Disk that the decoded frames of one run may take: five of UHD, twenty of HD.
CHUNK_BYTES = 512 << 20
_RAW = "frames.raw"
#: How long the reader may go on past the last wanted frame.
_READ_ON_S = 2
#: Long enough to walk through every packet of a magazine on a slow disk.
_LOOK_S = 1800.0
_COPY_AGAIN = "Copy it again from the card before the card is formatted."


@dataclass(frozen=True, slots=True)
class Span:
    """One file of a clip: its picture stream and the moments of its frames, in ticks of `tick` seconds.

    `moments` is None where the container keeps none: such a file is read from its beginning, and counted.
    """

    file: Path
    stream: int
    tick: Fraction
    moments: tuple[int, ...] | None
    keys: tuple[int, ...]
    frames: int


@dataclass(frozen=True, slots=True)
class Part:
    """Frames `first` to `last` of one file, counted from 0."""

    span: Span
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def spans_of(
    files: Sequence[Path], inspection: Inspection, *, tools: Tools, deadline: float | None = None
) -> tuple[Span, ...]:
    """The files of a clip in order → where each of their frames is. Raises `Rejected` where some are missing."""
    deadline = deadline or time.monotonic() + _LOOK_S
    spans = tuple(_span(file, inspection.video, tools, deadline) for file in files)
    there = sum(span.frames for span in spans)
    if there != inspection.video.frames:
        raise Rejected(
            Code.INCOMPLETE_MEDIA,
            f"This clip has {inspection.video.frames} frames in the catalogue, and {there} are there.",
            _COPY_AGAIN,
        )
    return spans


def _span(file: Path, video: VideoStream, tools: Tools, deadline: float) -> Span:
    with launcher.workbench([file]) as bench:
        picture = probe(bench, 0, tools=tools, deadline=deadline).picture
        arguments = ["-select_streams", str(picture["index"]), "-show_entries", "packet=pts,flags", "-of", "csv=p=0"]
        answer = launcher.probe(bench, 0, arguments, tools=tools, deadline=deadline)
    # Some containers add columns of side data. D: an edit list hides it. K: a keyframe.
    rows = [row.split(",")[:2] for row in answer.splitlines() if row]
    shown = [(pts, "K" in flags) for pts, flags in rows if "D" not in flags]
    tick, stream = Fraction(picture["time_base"]), int(picture["index"])
    if any(pts == "N/A" for pts, _ in shown) or picture["codec_name"] in codecs.COUNTED_BY_DECODING:
        return Span(file, stream, tick, None, (), video.frames)
    moments = sorted(int(pts) for pts, _ in shown)
    return Span(file, stream, tick, tuple(moments), tuple(sorted(int(pts) for pts, key in shown if key)), len(moments))


def parts_of(spans: Sequence[Span], frames: range) -> tuple[Part, ...]:
    """Frames of a clip → which of them lie in which file."""
    parts, before = [], 0
    for span in spans:
        first, last = max(frames.start - before, 0), min(frames.stop - before, span.frames) - 1
        if first <= last:
            parts.append(Part(span, first, last))
        before += span.frames
    if sum(part.count for part in parts) != len(frames):
        raise ValueError(f"frames {frames.start} to {frames.stop - 1} are not all in a clip of {before}")
    return tuple(parts)


def read_frames(
    spans: Sequence[Span],
    frames: range,
    inspection: Inspection,
    *,
    tools: Tools,
    deadline: float,
    on_progress: Callable[[int], None] = lambda frames: None,
    chunk_bytes: int = CHUNK_BYTES,
) -> Iterator["Picture"]:
    """Frames of a clip → each as an array of height × width × RGB, as encoded, 0 black and 1 white; in their order."""
    video = inspection.video
    step = max(1, chunk_bytes // _frame_bytes(video))
    for at in range(frames.start, frames.stop, step):
        for part in parts_of(spans, range(at, min(at + step, frames.stop))):
            yield from _read_part(part, video, tools, deadline, on_progress)


def _read_part(
    part: Part, video: VideoStream, tools: Tools, deadline: float, on_progress: Callable[[int], None]
) -> Iterator["Picture"]:
    import ffmpeg
    import numpy as np

    def written(pictures: list[Any]) -> Any:
        options = {"f": "rawvideo", "fps_mode": "passthrough", "frames:v": part.count}
        return ffmpeg.output(as_rgb(pictures[0], video), _RAW, copyts=None, **options)

    size = part.count * _frame_bytes(video)
    with launcher.workbench([part.span.file]) as bench:
        run_parts(bench, [part], written, tools=tools, deadline=deadline, file_bytes=size + 1, on_progress=on_progress)
        raw = bench.directory / _RAW
        require_all(raw.stat().st_size // _frame_bytes(video), part.count)
        planes = np.memmap(raw, "<f4", "r", shape=(part.count, 3, video.height, video.width))
        for green_blue_red in planes:
            yield np.stack([green_blue_red[2], green_blue_red[0], green_blue_red[1]], axis=-1)


def run_parts(
    bench: Workbench,
    parts: Sequence[Part],
    written: Callable[[list[Any]], Any],
    *,
    tools: Tools,
    deadline: float,
    file_bytes: int,
    on_progress: Callable[[int], None],
) -> None:
    """Parts of the files on the bench, and what is written of just their frames, as they are stored → it is written."""

    def run(*, seeking: bool) -> None:
        pictures = [_picked(bench, number, part, seeking=seeking) for number, part in enumerate(parts)]
        launcher.run(
            bench, written(pictures), tools=tools, deadline=deadline, file_bytes=file_bytes, on_progress=on_progress
        )

    try:
        run(seeking=True)
    except Rejected:
        # A decoder that forgives nothing cannot enter H.264 with open GOPs in the middle; from the start it can.
        run(seeking=False)


def _picked(bench: Workbench, number: int, part: Part, *, seeking: bool) -> Any:
    span = part.span
    options: dict[str, str | None] = {"noautorotate": None}
    if span.moments is None:
        seconds, wanted = (part.last + 1) * 60.0, f"between(n,{part.first},{part.last})"
    else:
        first, last = span.moments[part.first], span.moments[part.last]
        begin = min(0, span.moments[0])
        if seeking and len(before := [key for key in span.keys if key <= first]) > 1:
            begin = before[-2]
            options |= {"seek_timestamp": "1", "noaccurate_seek": None, "ss": f"{float(begin * span.tick):.6f}"}
        seconds, wanted = float((last - begin) * span.tick) + _READ_ON_S, f"between(pts,{first},{last})"
    stream = bench.input(number, seconds, **options)[str(span.stream)]
    return stream.filter("settb", f"{span.tick.numerator}/{span.tick.denominator}").filter("select", wanted)


def as_rgb(picture: Any, video: VideoStream) -> Any:
    """A picture as it is stored → full-range float RGB, with its own primaries and curve. Raises `Rejected`."""
    matrix = matrix_of(video)
    if video.color.matrix is None:
        picture = picture.filter("setparams", colorspace=matrix)
    rgb = picture.filter("zscale", matrix="gbr", range="full", filter="spline36", dither="none")
    return rgb.filter("format", "gbrpf32le")


def matrix_of(video: VideoStream) -> str:
    """A picture → the matrix between its luma and RGB: as tagged; else as ITU-R BT.709 and BT.601 say for its height.

    Raises `Rejected` where it is one from which no RGB is had by a matrix alone.
    """
    if video.color.matrix is None:
        if video.pixel_format.startswith(("gbr", "rgb", "bgr", "argb", "abgr")):
            return "gbr"
        return "bt709" if video.height > 576 else "smpte170m"
    if video.color.matrix not in ("gbr", "bt709", "bt470bg", "smpte170m", "smpte240m", "bt2020nc", "fcc"):
        raise Rejected(
            Code.CODEC_NOT_ALLOWED,
            f"The picture is tagged with the matrix {video.color.matrix!r}, from which no RGB is made here.",
            "Send the clip to post engineering with this message.",
        )
    return video.color.matrix


def require_all(found: int, expected: int) -> None:
    """Raises `LaunchFailed` where a run gave another number of frames than were asked for, and did not say why."""
    if found != expected:
        raise LaunchFailed(f"{expected} frames were asked for and {found} came")


def _frame_bytes(video: VideoStream) -> int:
    return video.width * video.height * 3 * 4
