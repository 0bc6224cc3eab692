"""The pieces of a clip → the outputs that a pass over all of it makes: pictures joined as they are, sound made once."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from circletake.contracts.media import Measurements, VideoStream
from circletake.film.timing import analysis_step
from circletake.media import launcher
from circletake.media.byte_ranges import Contents, sound_file
from circletake.media.children import LaunchFailed, cpu_s
from circletake.media.launcher import Workbench
from circletake.media.tools import Tools
from functions.transcode import remarks
from functions.transcode.editorial import file_bytes, formats_of, stamps
from functions.transcode.graph import hear, sounds
from functions.transcode.look import as_shown
from functions.transcode.making import Making
from functions.transcode.pieces import ANALYSIS, CANDIDATES, MADE, PROXY, SOUND, THUMBS, Made
from functions.transcode.qc import measurements
from functions.transcode.review import proxy
from functions.transcode.shape import split
from functions.transcode.sources import Source, source_on
from functions.transcode.stills import filmstrip, poster, still
from functions.transcode.transcode import MADE_BY_FFMPEG, proxy_times, require_all, write_down

#: The pictures that are decoded again: those chosen for the poster and for the filmstrip.
_DECODED = 2


def assemble(
    pieces: Sequence[Path],
    originals: Sequence[Contents],
    making: Making,
    *,
    into: Path,
    tools: Tools,
    deadline: float,
    on_progress: Callable[[int], None],
) -> Measurements:
    """A directory for each piece, in order, and the contents of the clip's files → what `transcode` leaves, in `into`.

    `originals` is empty where the clip itself has no sound. All directories lie in one file system. Raises `Rejected`
    where the footage is at fault.
    """
    inspection, begun_s = making.inspection, cpu_s()
    made = [Made.model_validate_json((piece / MADE).read_text()) for piece in pieces]
    require_all(inspection.video.frames, sum(piece.frames for piece in made), "are in its pieces")
    with tempfile.TemporaryDirectory(dir=into.parent) as place:
        files = [Path(place) / f"sound-{span}" for span in range(len(originals))]
        for span, original in enumerate(originals):
            sound_file(original, _shares(pieces, made, span), files[span])
        slices = making.recorded.slices if making.recorded else ()
        with launcher.workbench([*files, *slices], lambda: on_progress(0), beside=into.parent) as bench:
            sources = [_source(bench, span, making, tools, deadline) for span in range(len(files))]
            done = launcher.run(
                bench,
                build(bench, sources, pieces, [piece.frames for piece in made], making),
                tools=tools,
                deadline=deadline,
                file_bytes=2 * inspection.estimate.disk_bytes + file_bytes(making),
                on_progress=on_progress,
                pictures=_DECODED,
            )
            for name in (*MADE_BY_FFMPEG, *formats_of(making)):
                if (bench.directory / name).exists():
                    shutil.move(bench.directory / name, into / name)
            times = proxy_times(into / PROXY, tools, deadline)
            require_all(inspection.video.frames, len(times), "are in its proxy")
            if times != tuple(n / inspection.video.rate for n in range(len(times))):
                raise LaunchFailed("the pieces of the proxy were joined with frames at other moments than their own")
            sound = remarks.heard(bench.directory, done.log, times) if making.sounds else None
        pictures = remarks.joined([remarks.seen(piece, told.frames) for piece, told in zip(pieces, made, strict=True)])
    spent_s = sum(piece.cpu_s for piece in made) + cpu_s() - begun_s
    measured = measurements(making, pictures, sound, cpu_s=spent_s)
    write_down(measured, making, times, into)
    return measured


def _shares(pieces: Sequence[Path], made: Sequence[Made], span: int) -> Iterator[bytes]:
    """What each piece kept of the sound of a file of the clip."""
    for piece, told in zip(pieces, made, strict=True):
        at = 0
        for whose, length in told.sound:
            if whose == span:
                with (piece / SOUND).open("rb") as sound:
                    sound.seek(at)
                    yield sound.read(length)
            at += length


def _source(bench: Workbench, span: int, making: Making, tools: Tools, deadline: float) -> Source:
    """A file of sound holds one frame of picture: how long all of it lasts is known from the clip."""
    inspection = making.inspection
    return replace(
        source_on(bench, span, tools, deadline), picture_s=inspection.span_frames[span] / inspection.video.rate
    )


def build(
    bench: Workbench, sources: Sequence[Source], pieces: Sequence[Path], frames: Sequence[int], making: Making
) -> Any:
    """The sound on the bench, and what the pieces left → a graph that copies their pictures and decodes the sound."""
    video, frames_of = making.inspection.video, dict(zip(pieces, frames, strict=True))

    def laid(name: str) -> Any:
        there = [piece for piece in pieces if (piece / name).exists()]
        files, seconds = [piece / name for piece in there], [frames_of[piece] / video.rate for piece in there]
        return bench.joined(name.replace(".", "-"), files, seconds)["v:0"]

    outputs = [
        still(poster(laid(CANDIDATES), as_shown(making)), "poster.jpg"),
        still(filmstrip(laid(THUMBS), as_shown(making)), "filmstrip.jpg"),
        ffmpeg.output(laid(ANALYSIS), ANALYSIS, map_metadata=-1, fflags="+bitexact", **_copied_each(video)),
    ]
    streams = [laid(PROXY)]
    heard, edited = sounds(bench, sources, making)
    if heard is not None:
        sound, outline = hear(heard, making)
        streams.append(sound)
        outputs.append(outline)
    if formats := formats_of(making):
        mapped = [split(track, len(formats), "asplit") for track in edited]
        for number, kind in enumerate(formats):
            own = [track[number] for track in mapped]
            coded = {**_copied(video), "acodec": "pcm_s24le", **stamps(kind, making, tracks=len(own))}
            outputs.append(ffmpeg.output(laid(kind.value), *own, kind.value, **coded))
    return ffmpeg.merge_outputs(proxy(streams, making.inspection, _copied(video)), *outputs)


def _copied(video: VideoStream) -> dict[str, Any]:
    """Pictures as they are, each at a whole number of frames: containers round, and a join would keep what they did."""
    moved = f"setts=pts=PTS:dts=DTS:duration=1:{_counting_frames(video)}"
    return {"vcodec": "copy", "r": _ratio(video.rate), "bsf:v": moved}


def _copied_each(video: VideoStream) -> dict[str, Any]:
    """Pictures as they are, each so many frames after the one before."""
    return {"vcodec": "copy", "bsf:v": f"setts=ts=N*{analysis_step(video.rate)}:{_counting_frames(video)}"}


def _counting_frames(video: VideoStream) -> str:
    return f"prescale=1:time_base={_ratio(1 / video.rate)}"


def _ratio(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
