"""A clip's files and its inspection → everything people look at, from one decode, with the proof that all is there."""

import shutil
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import Measurements
from circletake.media import launcher
from circletake.media.children import cpu_s
from circletake.media.probing import packets, probe
from circletake.media.tools import Tools
from functions.transcode import graph
from functions.transcode.burn_in import lay_out_texts
from functions.transcode.editorial import file_bytes
from functions.transcode.look import lay_out_look
from functions.transcode.making import Making
from functions.transcode.qc import measurements
from functions.transcode.remarks import heard, seen
from functions.transcode.sources import source_on
from functions.transcode.stills import Filmstrip, vtt

#: What every transcode leaves in its directory, and what each file is; editorial proxies come beside it.
#: A clip without sound has no waveform.
OUTPUTS = {
    "proxy.mp4": "video/mp4",
    "poster.jpg": "image/jpeg",
    "filmstrip.jpg": "image/jpeg",
    "filmstrip.vtt": "text/vtt",
    "waveform.png": "image/png",
    "measurements.json": "application/json",
    "analysis.mkv": "video/x-matroska",
}
MADE_BY_FFMPEG = ("proxy.mp4", "poster.jpg", "filmstrip.jpg", "waveform.png", "analysis.mkv")


def transcode(
    spans: Sequence[Path],
    making: Making,
    *,
    into: Path,
    tools: Tools,
    deadline: float,
    on_progress: Callable[[int], None],
) -> Measurements:
    """The files of one clip in order, and what is made of them → its outputs in `into`, and what was measured.

    `on_progress` gets the frames so far every few seconds; what it raises stops the work.
    Raises `Rejected` where the footage is at fault: above all when fewer frames come out than are in.
    """
    inspection, formats, begun_s = making.inspection, making.recipe.editorial.formats, cpu_s()
    slices = making.recorded.slices if making.recorded else ()
    with launcher.workbench([*spans, *slices], lambda: on_progress(0)) as bench:
        lay_out_look(bench, making)
        lay_out_texts(bench, making)
        sources = [source_on(bench, number, tools, deadline) for number in range(len(spans))]
        done = launcher.run(
            bench,
            graph.build(bench, sources, making),
            tools=tools,
            deadline=deadline,
            file_bytes=2 * inspection.estimate.disk_bytes + file_bytes(making),
            on_progress=on_progress,
            pictures=len(spans),
        )
        require_all(inspection.video.frames, done.frames, "come out of its decoder")
        for name in (*MADE_BY_FFMPEG, *formats):
            if (bench.directory / name).exists():
                shutil.move(bench.directory / name, into / name)
        times = proxy_times(into / "proxy.mp4", tools, deadline)
        require_all(inspection.video.frames, len(times), "are in its proxy")
        sound = heard(bench.directory, done.log, times) if making.sounds else None
        measured = measurements(making, seen(bench.directory, done.frames), sound, cpu_s=cpu_s() - begun_s)
    write_down(measured, making, times, into)
    return measured


def write_down(measured: Measurements, making: Making, times: Sequence[Fraction], into: Path) -> None:
    """What was measured, and where in the filmstrip each moment is → beside the outputs."""
    inspection = making.inspection
    (into / "filmstrip.vtt").write_text(vtt(Filmstrip.of(inspection.video), times, inspection.duration_s))
    (into / "measurements.json").write_text(measured.model_dump_json(exclude={"cpu_s"}))


def require_all(expected: int, found: int, where: str) -> None:
    if found != expected:
        raise Rejected(
            Code.INCOMPLETE_MEDIA,
            f"This clip has {expected} frames, but {found} {where}.",
            "Copy it again from the card before the card is formatted.",
        )


def proxy_times(proxy: Path, tools: Tools, deadline: float) -> tuple[Fraction, ...]:
    """The proxy → the moment of each of its frames, in seconds from the first."""
    with launcher.workbench([proxy]) as bench:
        picture = probe(bench, 0, tools=tools, deadline=deadline).picture
        shown = packets(bench, 0, picture, tools=tools, deadline=deadline)
    moments = shown.moments or ()
    return tuple((moment - moments[0]) * shown.time_base for moment in moments)
