"""A piece of a clip, transcoded by itself: the same frames and the same choices as in a pass over all of the clip."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ffmpeg

from circletake.contracts.media import Piece
from circletake.contracts.wire import Wire
from circletake.media import launcher
from circletake.media.byte_ranges import Part
from circletake.media.children import cpu_s
from circletake.media.launcher import Workbench
from circletake.media.routes import reach
from circletake.media.tools import Tools
from functions.transcode.burn_in import lay_out_texts
from functions.transcode.editorial import EDITORIAL, editorial_outputs, file_bytes
from functions.transcode.graph import joined, pictures, timed, woven
from functions.transcode.look import lay_out_look
from functions.transcode.making import Making
from functions.transcode.review import proxy
from functions.transcode.sources import opened
from functions.transcode.transcode import require_all
from functions.transcode.watching import EDGES, SEEN

PROXY, CANDIDATES, THUMBS, ANALYSIS = "proxy.mp4", "candidates.mkv", "thumbs.mkv", "analysis.mkv"
SOUND, MADE = "sound.bin", "piece.json"
#: What a piece leaves in its directory, each only where it holds something.
PIECE_OUTPUTS = {
    PROXY: "video/mp4",
    **dict.fromkeys((CANDIDATES, THUMBS, ANALYSIS), "video/x-matroska"),
    **EDITORIAL,
    **dict.fromkeys(SEEN, "text/plain"),
    **dict.fromkeys((EDGES, SOUND), "application/octet-stream"),
    MADE: "application/json",
}
_BY_FFMPEG = (PROXY, CANDIDATES, THUMBS, ANALYSIS, *EDITORIAL, *SEEN)


class Made(Wire):
    """What `assemble` has to know of a piece. `sound` is how many bytes there are of the sound of which files."""

    frames: int
    cpu_s: float
    sound: tuple[tuple[int, int], ...]


def transcode_piece(
    parts: Sequence[Part],
    making: Making,
    piece: Piece,
    *,
    into: Path,
    tools: Tools,
    deadline: float,
    on_progress: Callable[[int], None],
) -> None:
    """The gathered parts of a clip, what is made of it, and which piece → the piece's share of every output, in `into`.

    Raises `Rejected` where the footage is at fault.
    """
    making, begun_s = replace(making, piece=piece), cpu_s()
    with launcher.workbench([part.file for part in parts], lambda: on_progress(0)) as bench:
        lay_out_look(bench, making)
        lay_out_texts(bench, making)
        done = launcher.run(
            bench,
            build(bench, parts, making, piece),
            tools=tools,
            deadline=deadline,
            file_bytes=2 * making.inspection.estimate.disk_bytes + file_bytes(making),
            on_progress=on_progress,
        )
        require_all(piece.count, done.written, f"are in piece {piece.number + 1} of {piece.of} of its proxy")
        for name in _BY_FFMPEG:
            made = bench.directory / name
            if made.exists() and made.stat().st_size:
                shutil.move(made, into / name)
    shares = [part for part in parts if part.sound.stat().st_size]
    if shares:
        with (into / SOUND).open("wb") as sound:
            for part in shares:
                with part.sound.open("rb") as share:
                    shutil.copyfileobj(share, sound)
    sizes = tuple((part.span, part.sound.stat().st_size) for part in shares)
    (into / MADE).write_text(Made(frames=piece.count, cpu_s=cpu_s() - begun_s, sound=sizes).model_dump_json())


def build(bench: Workbench, parts: Sequence[Part], making: Making, piece: Piece) -> Any:
    """The parts on the bench, and what is made of them → a graph that decodes them once."""
    inspection, video = making.inspection, making.inspection.video
    read = [
        _trimmed(opened(bench, number, inspection)["v:0"], part.before, part.count) for number, part in enumerate(parts)
    ]
    before = piece.first - reach(inspection, piece).start
    picture = _trimmed(woven(joined(read), video), before, making.frames)
    shown = pictures(timed(picture, video), making)
    outputs = list(shown.outputs)
    if shown.candidates is not None:
        outputs.append(_raw(shown.candidates, CANDIDATES))
    if shown.thumbs is not None:
        outputs.append(_raw(shown.thumbs, THUMBS))
    if shown.editing is not None:
        outputs += editorial_outputs(shown.editing, [], making)
    # A piece is joined by its pictures alone: the whole has the clock and the name.
    nameless = inspection.model_copy(update={"start_timecode": None, "reel": None})
    return ffmpeg.merge_outputs(proxy([shown.reviewed], nameless), *outputs)


def _raw(picture: Any, name: str) -> Any:
    """A few pictures as they are: to code them without loss would cost as much as a second of the proxy."""
    options = {"fps_mode": "passthrough", "enc_time_base": "filter", "map_metadata": -1, "fflags": "+bitexact"}
    return ffmpeg.output(picture, name, vcodec="rawvideo", **options)


def _trimmed(picture: Any, before: int, count: int) -> Any:
    return picture.filter("trim", start_frame=before, end_frame=before + count)
