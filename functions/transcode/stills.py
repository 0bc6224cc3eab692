"""The stills of a clip: its poster, its filmstrip, and where in the strip a moment is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ffmpeg

from circletake.contracts.media import VideoStream
from circletake.film.timing import nominal
from functions.transcode.shape import every, fitted, scaled

THUMB_BOX = (160, 90)
_FEW, _MANY, _COLUMNS, _POSTER_CANDIDATES = 20, 100, 10, 12


@dataclass(frozen=True, slots=True)
class Filmstrip:
    """The sprite's geometry: a thumbnail of `size` for every `step`-th frame, `columns` in a row."""

    size: tuple[int, int]
    step: int
    count: int
    columns: int

    @classmethod
    def of(cls, video: VideoStream) -> "Filmstrip":
        # One a second; more of a short clip, so that scrubbing shows movement; fewer of one that is too long.
        step = max(min(nominal(video.rate), math.ceil(video.frames / _FEW)), math.ceil(video.frames / _MANY))
        count = math.ceil(video.frames / step)
        return cls(fitted(video, THUMB_BOX), step, count, min(count, _COLUMNS))

    @property
    def rows(self) -> int:
        return math.ceil(self.count / self.columns)

    def cell(self, frame: int) -> tuple[int, int, int, int]:
        """A frame → the thumbnail nearest to it: x, y, width, height in the sprite."""
        number, (width, height) = min(round(frame / self.step), self.count - 1), self.size
        return number % self.columns * width, number // self.columns * height, width, height


def _jpeg(picture: Any, video: VideoStream) -> Any:
    """JPEG is full range and BT.601 by definition. An untagged picture is shown as browsers do: HD is BT.709."""
    tagged = {} if video.color.matrix else {"in_color_matrix": "bt709" if video.height > 576 else "bt601"}
    return picture.filter("scale", out_color_matrix="bt601", out_range="pc", **tagged).filter("format", "yuvj420p")


def candidate_step(video: VideoStream) -> int:
    """How many frames lie between two that may become the poster."""
    return math.ceil(video.frames / _POSTER_CANDIDATES)


def candidates(picture: Any, video: VideoStream, first: int = 0) -> Any:
    """Frames from the clip's frame `first` on → those that may become its poster."""
    return every(picture, candidate_step(video), first)


def poster(candidates: Any, video: VideoStream) -> Any:
    """The most typical of a few frames across the clip, so that a fade does not become its poster."""
    return _jpeg(candidates.filter("thumbnail", n=_POSTER_CANDIDATES), video)


def thumbs(picture: Any, video: VideoStream, first: int = 0) -> Any:
    """Frames from the clip's frame `first` on → those of its filmstrip, small."""
    strip = Filmstrip.of(video)
    return scaled(every(picture, strip.step, first), strip.size, flags="bilinear")


def filmstrip(thumbs: Any, video: VideoStream) -> Any:
    strip = Filmstrip.of(video)
    return _jpeg(thumbs.filter("tile", f"{strip.columns}x{strip.rows}"), video)


def still(picture: Any, name: str) -> Any:
    options = {"frames:v": 1, "q:v": 3, "update": 1, "fps_mode": "passthrough"}
    return ffmpeg.output(picture, name, f="image2", vcodec="mjpeg", **options)


def vtt(strip: Filmstrip, times: Sequence[Fraction], duration: Fraction) -> str:
    """The sprite as WebVTT thumbnails: from when to when which rectangle of `filmstrip.jpg` is shown."""
    starts = [times[number * strip.step] for number in range(strip.count)]
    cues = [
        f"{_clock(start)} --> {_clock(end)}\nfilmstrip.jpg#xywh={','.join(map(str, strip.cell(number * strip.step)))}\n"
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], max(duration, times[-1])], strict=True))
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _clock(seconds: Fraction) -> str:
    milliseconds = round(seconds * 1000)
    return (
        f"{milliseconds // 3_600_000:02}:{milliseconds // 60_000 % 60:02}:"
        f"{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"
    )
