"""A clip's files and its inspection → everything people look at, from one decode, with the proof that all is there."""

import bisect
import itertools
import math
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import FrameSpan, Inspection, Loudness, Measurements
from circletake.media import launcher
from circletake.media.children import LaunchFailed
from circletake.media.launcher import Workbench
from circletake.media.probing import packets, probe
from circletake.media.tools import Tools
from functions.transcode import graph
from functions.transcode.graph import Filmstrip, Source

#: What a transcode leaves in its directory, and what each file is. A clip without sound has no waveform.
OUTPUTS = {
    "proxy.mp4": "video/mp4",
    "poster.jpg": "image/jpeg",
    "filmstrip.jpg": "image/jpeg",
    "filmstrip.vtt": "text/vtt",
    "waveform.png": "image/png",
    "measurements.json": "application/json",
    "analysis.mkv": "video/x-matroska",
}
_MADE_BY_FFMPEG = ("proxy.mp4", "poster.jpg", "filmstrip.jpg", "waveform.png", "analysis.mkv")


def transcode(
    spans: Sequence[Path],
    inspection: Inspection,
    *,
    into: Path,
    tools: Tools,
    deadline: float,
    on_progress: Callable[[int], None],
) -> Measurements:
    """The files of one clip in order → its outputs in `into`, and what was measured on the way.

    `on_progress` gets the frames so far every few seconds; what it raises stops the work.
    Raises `Rejected` where the footage is at fault: above all when fewer frames come out than are in.
    """
    with launcher.workbench(spans, lambda: on_progress(0)) as bench:
        sources = [_source(bench, number, tools, deadline) for number in range(len(spans))]
        done = launcher.run(
            bench,
            graph.build(bench, sources, inspection),
            tools=tools,
            deadline=deadline,
            file_bytes=2 * inspection.estimate.disk_bytes,
            on_progress=on_progress,
        )
        _require_all(inspection.video.frames, done.frames, "come out of its decoder")
        for name in _MADE_BY_FFMPEG:
            if (bench.directory / name).exists():
                shutil.move(bench.directory / name, into / name)
        times = _proxy_times(into / "proxy.mp4", tools, deadline)
        _require_all(inspection.video.frames, len(times), "are in its proxy")
        measurements = Measurements(
            frames_decoded=done.frames,
            loudness=_loudness(done.log) if inspection.audio else None,
            silent=tuple(_silences(bench.directory / graph.SOUND_LOG, times)) if inspection.audio else (),
            **_picture_remarks(bench.directory / graph.PICTURE_LOG, inspection.video.rate, len(times)),
        )
    (into / "filmstrip.vtt").write_text(_vtt(Filmstrip.of(inspection.video), times, inspection.duration_s))
    (into / "measurements.json").write_text(measurements.model_dump_json())
    return measurements


def _source(bench: Workbench, number: int, tools: Tools, deadline: float) -> Source:
    found = probe(bench, number, tools=tools, deadline=deadline)
    picture, sound = found.picture, found.of_type("audio")
    return Source(
        picture=picture["index"],
        picture_start_s=Fraction(picture.get("start_time", "0")),
        sound=tuple(stream["index"] for stream in sound),
        sound_start_s=Fraction(sound[0].get("start_time", "0")) if sound else Fraction(0),
    )


def _require_all(expected: int, found: int, where: str) -> None:
    if found != expected:
        raise Rejected(
            Code.INCOMPLETE_MEDIA,
            f"This clip has {expected} frames, but {found} {where}.",
            "Copy it again from the card before the card is formatted.",
        )


def _proxy_times(proxy: Path, tools: Tools, deadline: float) -> tuple[Fraction, ...]:
    """The proxy → the moment of each of its frames, in seconds from the first."""
    with launcher.workbench([proxy]) as bench:
        picture = probe(bench, 0, tools=tools, deadline=deadline).picture
        shown = packets(bench, 0, picture, tools=tools, deadline=deadline)
    moments = shown.moments or ()
    return tuple((moment - moments[0]) * shown.time_base for moment in moments)


def _remarks(log: Path) -> Iterator[tuple[int, str, str]]:
    """What FFmpeg's `metadata=print` wrote → frame number, the last word of the key, the value."""
    frame = 0
    with log.open() as lines:
        for line in lines:
            if line.startswith("frame:"):
                frame = int(line[6:].split(maxsplit=1)[0])
            else:
                key, _, value = line.strip().partition("=")
                yield frame, key.rpartition(".")[2], value


def _picture_remarks(log: Path, rate: Fraction, frames: int) -> dict[str, Any]:
    """What scdet, blackdetect and freezedetect remarked → cuts, and spans of black and frozen frames."""
    cuts: list[int] = []
    edges: dict[str, list[int]] = {"black_start": [], "black_end": [], "freeze_start": [], "freeze_end": []}
    for frame, key, value in _remarks(log):
        if key == "time":
            cuts.append(frame)
        elif key in edges:
            # The detectors' clock counts frames at this rate, so their seconds are whole frames again.
            edges[key].append(round(Fraction(value) * rate))
    return {
        "scene_changes": tuple(cuts),
        "black": tuple(_spans(edges["black_start"], edges["black_end"], frames, least=graph.LEAST_S * rate)),
        "frozen": tuple(_spans(edges["freeze_start"], edges["freeze_end"], frames, least=graph.LEAST_S * rate)),
    }


def _silences(log: Path, times: Sequence[Fraction]) -> Iterator[FrameSpan]:
    edges: dict[str, list[int]] = {"silence_start": [], "silence_end": []}
    for _, key, value in _remarks(log):
        if key in edges:
            edges[key].append(bisect.bisect_left(times, Fraction(value)))
    return _spans(edges["silence_start"], edges["silence_end"], len(times), least=Fraction(1))


def _spans(starts: Sequence[int], ends: Sequence[int], frames: int, least: Fraction) -> Iterator[FrameSpan]:
    """Where something began and ended → its frames; what has no end lasts to the last frame."""
    for start, end in itertools.zip_longest(starts, ends, fillvalue=frames):
        if start < min(end, frames) and min(end, frames) - start >= least:
            yield FrameSpan(first=start, last=min(end, frames) - 1)


def _loudness(log: str) -> Loudness:
    """The end of FFmpeg's log → EBU R128 of the whole clip; -70 LUFS is the meter's floor, no measurement."""
    found = dict(re.findall(r"^\s*(I|LRA|Peak):\s+(-?[\d.]+|-?inf|nan) (?:LUFS|LU|dBFS)$", log, re.MULTILINE))
    if "I" not in found:
        raise LaunchFailed(f"FFmpeg gave no summary of the loudness: {log[-2000:]}")
    integrated, peak = float(found["I"]), float(found["Peak"])
    measured = math.isfinite(integrated) and integrated > -70
    return Loudness(
        integrated_lufs=integrated if measured else None,
        range_lu=float(found["LRA"]) if measured else None,
        true_peak_dbtp=peak if math.isfinite(peak) else None,
    )


def _vtt(strip: Filmstrip, times: Sequence[Fraction], duration: Fraction) -> str:
    """The sprite as WebVTT thumbnails: from when to when which rectangle of `filmstrip.jpg` is shown."""
    width, height = strip.size
    starts = [times[number * strip.step] for number in range(strip.count)]
    cues = [
        f"{_clock(start)} --> {_clock(end)}\nfilmstrip.jpg#xywh="
        f"{number % strip.columns * width},{number // strip.columns * height},{width},{height}\n"
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], max(duration, times[-1])], strict=True))
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _clock(seconds: Fraction) -> str:
    milliseconds = round(seconds * 1000)
    return (
        f"{milliseconds // 3_600_000:02}:{milliseconds // 60_000 % 60:02}:"
        f"{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"
    )
