"""What a person hears of a clip, and what is measured of it."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

import ffmpeg

from circletake.contracts.media import AudioStream, Inspection
from circletake.media.children import LaunchFailed
from circletake.media.launcher import Workbench
from functions.transcode.sources import Source, opened

WAVEFORM_SIZE = (1280, 160)
SAMPLE_RATE = 48_000


def programme(file: Any, source: Source, audio: Sequence[AudioStream]) -> Any:
    """What a person hears: the first stream, or the first two where a camera keeps one microphone in each."""
    streams = [file[str(index)].filter("asetpts", "PTS-STARTPTS") for index in source.sound]
    first, layout = audio[0], "stereo"
    sound = streams[0]
    if first.channels == 1 and len(audio) > 1 and audio[1].channels == 1:
        # A join ends with the shorter of the two, and there may be nothing in one of them at all.
        endless = [stream.filter("apad") for stream in streams[:2]]
        sound = ffmpeg.filter(endless, "join", inputs=2, channel_layout="stereo")
    elif first.channels == 1:
        layout = "mono"
    elif first.layout is None or not _can_be_mixed(first.layout):
        # Channels without a layout are tracks of a recorder: the first two are what is listened to.
        sound = sound.filter("channelmap", map="0|1", channel_layout="stereo")
    late = float(source.sound_start_s - source.picture_start_s)
    if late < 0:
        sound = sound.filter("atrim", start=-late).filter("asetpts", "PTS-STARTPTS")
    elif late > 0:
        sound = sound.filter("adelay", f"{late * 1000:.3f}", all=1)
    # The layout is pinned last: else a converter before it would take that of the waveform's mono after it.
    return sound.filter("aresample", SAMPLE_RATE, **{"async": 1}).filter("aformat", channel_layouts=layout)


def _can_be_mixed(layout: str) -> bool:
    """Whether FFmpeg has a way to stereo: for every layout with a name but one, for a mere list of channels not."""
    return layout != "binaural" and "+" not in layout


def joined_sound(bench: Workbench, sources: Sequence[Source], inspection: Inspection) -> Any:
    """The files of a clip → what a person hears, each file's sound beginning where its picture does."""
    heard = [
        programme(opened(bench, number, inspection), source, inspection.audio) for number, source in enumerate(sources)
    ]
    if len(heard) == 1:
        return heard[0]
    return ffmpeg.concat(*map(cut, heard, lengths(sources, inspection)), v=0, a=1)


def cut(sound: Any, samples: int) -> Any:
    """Sound → exactly so many samples of it; what is missing is silence."""
    return sound.filter("apad", whole_len=samples).filter("atrim", end_sample=samples)


def lengths(sources: Sequence[Source], inspection: Inspection) -> list[int]:
    """The files of a clip → how many samples last as long as the picture of each: a file's sound may be a packet longer
    or shorter, and would move all that comes after it."""
    ends = [round(end * SAMPLE_RATE) for end in accumulate(_lengths_s(sources, inspection), initial=Fraction(0))]
    return [end - start for start, end in pairwise(ends)]


def _lengths_s(sources: Sequence[Source], inspection: Inspection) -> Iterator[Fraction]:
    """How long the picture of each file lasts."""
    for number, source in enumerate(sources):
        if inspection.span_frames and not inspection.video.variable_rate:
            yield inspection.span_frames[number] / inspection.video.rate
        elif source.picture_s is not None:
            yield source.picture_s
        else:
            raise LaunchFailed(f"nothing tells how long file {number + 1} of this clip lasts")


def as_long_as_the_picture(sound: Any, inspection: Inspection) -> Any:
    """Silence where a track ends early, or is declared and holds nothing: it is measured as the silence it is."""
    # Where no sound came at all, the silence that is put in its place has no timestamps.
    return cut(sound, round(inspection.duration_s * SAMPLE_RATE)).filter("asetpts", "N/SR/TB")


def waveform(sound: Any) -> Any:
    """The sound's outline. The filter keeps all of it until the end, so it gets few samples; each column needs one."""
    outline = (
        sound.filter("aformat", channel_layouts="mono")
        .filter("aresample", 8_000)
        .filter("apad", whole_len=WAVEFORM_SIZE[0])
        .filter("showwavespic", s="{}x{}".format(*WAVEFORM_SIZE), colors="white", scale="sqrt", filter="peak")
    )
    return ffmpeg.output(outline, "waveform.png", f="image2", vcodec="png", **{"frames:v": 1, "update": 1})
