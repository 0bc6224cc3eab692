"""One decode, every output: the filter graph as a value. No text from a file ever gets into it, only numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ffmpeg

from circletake.contracts.media import AudioStream, Inspection, VideoStream
from circletake.film.timing import nominal
from circletake.media.launcher import Workbench
from circletake.media.picture import fit

PROXY_BOX, DETECT_BOX, THUMB_BOX, ANALYSIS_BOX = (1280, 720), (320, 180), (160, 90), (512, 288)
WAVEFORM_SIZE = "1280x160"
#: What counts as black, frozen, silent: at least this long. FFmpeg's own thresholds otherwise.
LEAST_S = 0.5
SILENCE_DB = -60
PICTURE_LOG, SOUND_LOG = "picture.txt", "sound.txt"
_THUMBS, _COLUMNS, _POSTER_CANDIDATES, _ANALYSIS_FPS = 100, 10, 12, 2
#: The nominal rates for which FFmpeg writes a timecode track.
_TIMECODE_RATES = {24, 25, 30, 48, 50, 60, 100, 120}
#: The reader may go on a little past the last frame: containers round, and sound is a packet longer.
_READ_ON_S = 2


@dataclass(frozen=True, slots=True)
class Filmstrip:
    """The sprite's geometry: a thumbnail of `size` for every `step`-th frame, `columns` in a row."""

    size: tuple[int, int]
    step: int
    count: int
    columns: int

    @classmethod
    def of(cls, video: VideoStream) -> "Filmstrip":
        # One a second, until that would be more than the sprite holds.
        step = max(nominal(video.rate), math.ceil(video.frames / _THUMBS))
        count = math.ceil(video.frames / step)
        return cls(_fitted(video, THUMB_BOX), step, count, min(count, _COLUMNS))

    @property
    def rows(self) -> int:
        return math.ceil(self.count / self.columns)


@dataclass(frozen=True, slots=True)
class Source:
    """One file on the bench: which streams of it are read, and when each begins."""

    picture: int
    picture_start_s: Fraction
    sound: tuple[int, ...]
    sound_start_s: Fraction


def build(bench: Workbench, sources: Sequence[Source], inspection: Inspection) -> Any:
    """The files on the bench → an ffmpeg-python graph that decodes each once and makes every output."""
    picture, sound = _joined(bench, sources, inspection)
    video = inspection.video
    full, for_analysis = _split(_upright(picture, video), 2)
    shown, for_poster, for_detection = _split(_proxy_picture(full, video), 3)
    detected, for_strip = _split(_small(for_detection, video), 2)
    outputs = [
        ffmpeg.output(_detection(detected, video.rate), "-", f="null", fps_mode="passthrough"),
        _still(_poster(for_poster, video), "poster.jpg"),
        _still(_filmstrip(for_strip, Filmstrip.of(video), video), "filmstrip.jpg"),
        _analysis(for_analysis, video),
    ]
    if sound is None:
        return ffmpeg.merge_outputs(_proxy([shown], inspection), *outputs)
    heard, for_wave = sound.filter_multi_output("asplit", 2)[0], sound
    measured, for_wave = _audio_branches(sound)
    heard = measured
    return ffmpeg.merge_outputs(_proxy([shown, heard], inspection), _waveform(for_wave), *outputs)
