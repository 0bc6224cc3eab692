"""One decode, every output: the filter graph as a value. No text from a file ever gets into it, only numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ffmpeg

from circletake.contracts.media import VideoStream
from circletake.film.timing import analysis_step
from circletake.media.launcher import Workbench
from circletake.media.routes import WOVEN
from functions.transcode.burn_in import burnt_in
from functions.transcode.editorial import editorial_outputs, formats_of, tracks
from functions.transcode.look import as_shown, pixels_before_look, under_look
from functions.transcode.making import Making
from functions.transcode.recorder import laid
from functions.transcode.review import proxy, review_picture
from functions.transcode.shape import every, fitted, met, scaled, split
from functions.transcode.sound import as_long_as_the_picture, joined_sound, waveform
from functions.transcode.sources import Source, opened
from functions.transcode.stills import Filmstrip, candidate_step, candidates, filmstrip, poster, still, thumbs
from functions.transcode.watching import close_ups, measured, watched

ANALYSIS_BOX = (512, 288)


@dataclass(frozen=True, slots=True)
class Pictures:
    """What becomes of the picture: the review proxy's, those chosen for stills, the editors', and finished outputs.

    A piece of a clip may hold none of the frames that are chosen.
    """

    reviewed: Any
    candidates: Any | None
    thumbs: Any | None
    editing: Any | None
    outputs: list[Any]


def build(bench: Workbench, sources: Sequence[Source], making: Making) -> Any:
    """The files on the bench, and what is made of them → an ffmpeg-python graph that decodes each file once."""
    video = making.inspection.video
    files = [opened(bench, number, making.inspection)[str(source.picture)] for number, source in enumerate(sources)]
    shown = pictures(timed(woven(joined(files), video), video), making)
    outputs = [
        still(poster(shown.candidates, as_shown(making)), "poster.jpg"),
        still(filmstrip(shown.thumbs, as_shown(making)), "filmstrip.jpg"),
        *shown.outputs,
    ]
    streams = [shown.reviewed]
    heard, edited = sounds(bench, sources if sources[0].sound else (), making)
    if heard is not None:
        sound, outline = hear(heard, making)
        streams.append(sound)
        outputs.append(outline)
    if shown.editing is not None:
        outputs += editorial_outputs(shown.editing, edited, making)
    return ffmpeg.merge_outputs(proxy(streams, making.inspection), *outputs)


def joined(files: Sequence[Any]) -> Any:
    """The pictures of a clip's files → one after the other."""
    begun = [file.filter("setpts", "PTS-STARTPTS") for file in files]
    return begun[0] if len(begun) == 1 else ffmpeg.concat(*begun, v=1, a=0)


def woven(picture: Any, video: VideoStream) -> Any:
    """Fields woven into frames that can be scaled; as many frames as before."""
    if video.field_order in WOVEN:
        return picture.filter("bwdif", mode="send_frame", parity="auto", deint="all")
    return picture


def timed(picture: Any, video: VideoStream) -> Any:
    """Frame n of a constant rate lies exactly at n / rate, whatever the container rounded it to."""
    if video.variable_rate:
        return picture
    tick = 1 / video.rate
    return picture.filter("settb", f"{tick.numerator}/{tick.denominator}").filter("setpts", "N")


def pictures(picture: Any, making: Making) -> Pictures:
    """The timed picture of a clip or a piece of it → everything that is made of it."""
    video, frames = making.inspection.video, range(making.first, making.first + making.frames)
    close, sampled = close_ups(making), met(analysis_step(video.rate), frames)
    full, *others = split(picture, 1 + len(close) + sampled + bool(formats_of(making)))
    others_in_turn = iter(others)
    for_watching = {kind: next(others_in_turn) for kind in close}
    outputs = [_analysis(next(others_in_turn), making)] if sampled else []
    shown, for_detection = split(review_picture(full, video, pixels_before_look(making)))
    for_poster, for_strip = met(candidate_step(video), frames), met(Filmstrip.of(video).step, frames)
    looked, *chosen = split(under_look(shown, making), 1 + for_poster + for_strip)
    return Pictures(
        reviewed=burnt_in(looked, making, making.recipe.burn_in),
        candidates=candidates(chosen[0], video, making.first) if for_poster else None,
        thumbs=thumbs(chosen[-1], video, making.first) if for_strip else None,
        editing=next(others_in_turn, None),
        outputs=[*outputs, *watched(for_detection, for_watching, making)],
    )


def sounds(bench: Workbench, sources: Sequence[Source], making: Making) -> tuple[Any | None, list[Any]]:
    """The files on the bench; those of the clip only where they have sound → what a person hears, the recorder's mix or
    else what the camera heard, and the tracks of the editorial proxies."""
    edited = bool(formats_of(making))
    cameras = tracks(bench, sources, making) if edited else []
    if making.recorded is not None:
        mix, recorders = laid(bench, making.recorded, making, edited=edited)
        return mix, [*recorders, *cameras]
    if not sources:
        return None, cameras
    return as_long_as_the_picture(joined_sound(bench, sources, making.inspection), making.inspection), cameras


def hear(sound: Any, making: Making) -> tuple[Any, Any]:
    """What a person hears → the sound of the review proxy, measured, and the output of its outline."""
    heard, outlined = split(measured(sound, making.recipe.qc), filter_name="asplit")
    return heard, waveform(outlined)


def _analysis(picture: Any, making: Making) -> Any:
    """A few frames a second, small, lossless, 10-bit, with the source's colour tags: what the models look at."""
    video = making.inspection.video
    frames = every(picture, analysis_step(video.rate), making.first)
    small = scaled(frames, fitted(video, ANALYSIS_BOX), flags="area").filter("format", "yuv422p10le")
    return lossless(small, "analysis.mkv")


def lossless(picture: Any, name: str) -> Any:
    options = {"fps_mode": "passthrough", "enc_time_base": "filter", "level": 3, "g": 1, "slices": 4}
    return ffmpeg.output(picture, name, vcodec="ffv1", map_metadata=-1, fflags="+bitexact", **options)
