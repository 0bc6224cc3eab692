"""The review proxy: what people look at first, on a phone minutes later."""

from collections.abc import Mapping, Sequence
from typing import Any

import ffmpeg

from circletake.contracts.media import Inspection, VideoStream
from circletake.film.timing import nominal
from circletake.media.plan import PROXY_BOX
from functions.transcode.shape import fitted, scaled

#: The nominal rates for which FFmpeg writes a timecode track.
_TIMECODE_RATES = {24, 25, 30, 48, 50, 60, 100, 120}


def review_picture(picture: Any, video: VideoStream, pixels: str) -> Any:
    options = {"flags": "bicubic", "out_range": "tv"}
    if video.color.matrix in {None, "gbr"} and video.pixel_format.startswith(("gbr", "rgb", "bgr", "argb")):
        picture = scaled(picture, fitted(video, PROXY_BOX), out_color_matrix="bt709", **options)
        return picture.filter("format", pixels).filter("setparams", colorspace="bt709")
    return scaled(picture, fitted(video, PROXY_BOX), **options).filter("format", pixels)


def encoded(video: VideoStream) -> dict[str, Any]:
    base = nominal(video.rate)
    options: dict[str, Any] = {
        "vcodec": "libx264", "preset": "veryfast", "crf": 21, "profile:v": "high", "pix_fmt": "yuv420p",
        "g": base, "keyint_min": base, "sc_threshold": 0,
    }  # fmt: skip
    if video.variable_rate:
        return options | {"fps_mode": "passthrough", "enc_time_base": "filter"}
    return options | {"fps_mode": "cfr", "r": f"{video.rate.numerator}/{video.rate.denominator}"}


def proxy(streams: Sequence[Any], inspection: Inspection, picture: Mapping[str, Any] | None = None) -> Any:
    """The picture, and the sound if there is any → the proxy; `picture` is how the picture is coded, else `encoded`."""
    video = inspection.video
    base = nominal(video.rate)
    # Metadata of the source stays out: it may hold a place or a person.
    options: dict[str, Any] = {
        **(picture or encoded(video)),
        "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact",
    }  # fmt: skip
    if len(streams) > 1:
        options |= {"acodec": "aac", "b:a": "160k"}
    if inspection.start_timecode and not video.variable_rate and base in _TIMECODE_RATES:
        options["metadata:s:v:0"] = f"timecode={inspection.start_timecode}"
    if inspection.reel:
        # An MP4's timecode track has no room for a reel; a QuickTime key has.
        options |= {"metadata": f"reel_name={inspection.reel}", "movflags": "+faststart+use_metadata_tags"}
    return ffmpeg.output(*streams, "proxy.mp4", **options)
