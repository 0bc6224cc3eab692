"""One decode, every output: the filter graph as a value. No text from a file ever gets into it, only numbers."""

from collections.abc import Sequence
from typing import Any

import ffmpeg

from circletake.contracts.media import Inspection, VideoStream
from circletake.media.launcher import Workbench
from functions.transcode.burn_in import burnt_in
from functions.transcode.editorial import editorial_outputs, formats_of, tracks
from functions.transcode.look import under_look
from functions.transcode.making import Making
from functions.transcode.review import proxy, review_picture
from functions.transcode.shape import every, fitted, scaled, split
from functions.transcode.sound import as_long_as_the_picture, programme, waveform
from functions.transcode.sources import Source, opened
from functions.transcode.stills import filmstrip, poster, still
from functions.transcode.watching import close_ups, measured, watched

ANALYSIS_BOX, _ANALYSIS_FPS = (512, 288), 2


def build(bench: Workbench, sources: Sequence[Source], making: Making) -> Any:
    """The files on the bench, and what is made of them → an ffmpeg-python graph that decodes each file once."""
    inspection, video = making.inspection, making.inspection.video
    picture, sound = _joined(bench, sources, inspection)
    close = close_ups(making)
    ways = 2 + len(close) + bool(formats_of(making))
    full, for_analysis, *others = split(_timed(_deinterlaced(picture, video), video), ways)
    for_watching, for_editing = dict(zip(close, others, strict=False)), others[len(close) :]
    shown, for_detection = split(review_picture(full, video))
    looked, for_poster, for_strip = split(under_look(shown, making), 3)
    outputs = [
        still(poster(for_poster, video), "poster.jpg"),
        still(filmstrip(for_strip, video), "filmstrip.jpg"),
        _analysis(for_analysis, video),
        *watched(for_detection, for_watching, making),
    ]
    heard: Any = None
    if sound is not None:
        heard, for_waveform = split(
            measured(as_long_as_the_picture(sound, inspection), making.recipe.qc), filter_name="asplit"
        )
        outputs.append(waveform(for_waveform))
    if for_editing:
        outputs += editorial_outputs(for_editing[0], tracks(bench, sources, making), making)
    reviewed = burnt_in(looked, making, making.recipe.burn_in)
    return ffmpeg.merge_outputs(proxy([each for each in (reviewed, heard) if each is not None], inspection), *outputs)


def _joined(bench: Workbench, sources: Sequence[Source], inspection: Inspection) -> tuple[Any, Any]:
    """All files → one picture and one sound (or None), each file's sound moved to where its picture begins."""
    pairs: list[Any] = []
    for number, source in enumerate(sources):
        file = opened(bench, number, inspection)
        pairs.append(file[str(source.picture)].filter("setpts", "PTS-STARTPTS"))
        if source.sound:
            pairs.append(programme(file, source, inspection.audio))
    has_sound = bool(sources[0].sound)
    if len(sources) == 1:
        return pairs[0], pairs[1] if has_sound else None
    joined = ffmpeg.concat(*pairs, v=1, a=int(has_sound)).node
    return joined[0], joined[1] if has_sound else None


def _deinterlaced(picture: Any, video: VideoStream) -> Any:
    """Fields woven into frames that can be scaled; as many frames as before."""
    if video.field_order in {"tt", "bb", "tb", "bt"}:
        return picture.filter("bwdif", mode="send_frame", parity="auto", deint="all")
    return picture


def _timed(picture: Any, video: VideoStream) -> Any:
    """Frame n of a constant rate lies exactly at n / rate, whatever the container rounded it to."""
    if video.variable_rate:
        return picture
    tick = 1 / video.rate
    return picture.filter("settb", f"{tick.numerator}/{tick.denominator}").filter("setpts", "N")


def _analysis(picture: Any, video: VideoStream) -> Any:
    """A few frames a second, small, lossless, 10-bit, with the source's colour tags: what the models look at."""
    frames = every(picture, max(1, round(video.rate / _ANALYSIS_FPS)))
    small = scaled(frames, fitted(video, ANALYSIS_BOX), flags="area").filter("format", "yuv422p10le")
    options = {"fps_mode": "passthrough", "enc_time_base": "filter", "level": 3, "g": 1, "slices": 4}
    return ffmpeg.output(small, "analysis.mkv", vcodec="ffv1", map_metadata=-1, fflags="+bitexact", **options)
