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
WAVEFORM_SIZE = (1280, 160)
#: What counts as black, frozen, silent: at least this long. FFmpeg's own thresholds otherwise.
LEAST_S = Fraction(1, 2)
SILENCE_DB = -60
PICTURE_LOG, SOUND_LOG = "picture.txt", "sound.txt"
_FEW, _MANY, _COLUMNS, _POSTER_CANDIDATES, _ANALYSIS_FPS = 20, 100, 10, 12, 2
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
        # One a second; more of a short clip, so that scrubbing shows movement; fewer of one that is too long.
        step = max(min(nominal(video.rate), math.ceil(video.frames / _FEW)), math.ceil(video.frames / _MANY))
        count = math.ceil(video.frames / step)
        return cls(fitted(video, THUMB_BOX), step, count, min(count, _COLUMNS))

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
    video = inspection.video
    picture, sound = _joined(bench, sources, inspection)
    full, for_analysis = _split(_timed(_deinterlaced(picture, video), video))
    shown, for_poster, for_detection = _split(_proxy_picture(full, video), 3)
    detected, for_strip = _split(_detected(for_detection, video))
    outputs = [
        _still(_poster(for_poster, video), "poster.jpg"),
        _still(_filmstrip(for_strip, video), "filmstrip.jpg"),
        _analysis(for_analysis, video),
        ffmpeg.output(detected, "-", f="null", fps_mode="passthrough"),
    ]
    if sound is None:
        return ffmpeg.merge_outputs(_proxy([shown], inspection), *outputs)
    measured = _measured(_as_long_as_the_picture(sound, inspection))
    heard, for_waveform = _split(measured, filter_name="asplit")
    return ffmpeg.merge_outputs(_proxy([shown, heard], inspection), _waveform(for_waveform), *outputs)


def _split(stream: Any, ways: int = 2, filter_name: str = "split") -> list[Any]:
    parts = stream.filter_multi_output(filter_name, ways)
    return [parts.stream(way) for way in range(ways)]


def _joined(bench: Workbench, sources: Sequence[Source], inspection: Inspection) -> tuple[Any, Any]:
    """All files → one picture and one sound (or None), each file's sound moved to where its picture begins."""
    # One file may be longer than its share, never longer than the clip.
    seconds = float(inspection.duration_s) + _READ_ON_S
    pairs: list[Any] = []
    for number, source in enumerate(sources):
        file = bench.input(number, seconds)
        pairs.append(file[str(source.picture)].filter("setpts", "PTS-STARTPTS"))
        if source.sound:
            pairs.append(_programme(file, source, inspection.audio))
    has_sound = bool(sources[0].sound)
    if len(sources) == 1:
        return pairs[0], pairs[1] if has_sound else None
    joined = ffmpeg.concat(*pairs, v=1, a=int(has_sound)).node
    return joined[0], joined[1] if has_sound else None


def _programme(file: Any, source: Source, audio: Sequence[AudioStream]) -> Any:
    """What a person hears: the first stream, or the first two where a camera keeps one microphone in each."""
    streams = [file[str(index)].filter("asetpts", "PTS-STARTPTS") for index in source.sound]
    first, layout = audio[0], "stereo"
    sound = streams[0]
    if first.channels == 1 and len(audio) > 1 and audio[1].channels == 1:
        sound = ffmpeg.filter(streams[:2], "join", inputs=2, channel_layout="stereo")
    elif first.channels == 1:
        layout = "mono"
    elif first.layout is None:
        # Channels without a layout are tracks of a recorder: the first two are what is listened to.
        sound = sound.filter("channelmap", map="0|1", channel_layout="stereo")
    late = float(source.sound_start_s - source.picture_start_s)
    if late < 0:
        sound = sound.filter("atrim", start=-late).filter("asetpts", "PTS-STARTPTS")
    elif late > 0:
        sound = sound.filter("adelay", f"{late * 1000:.3f}", all=1)
    # The layout is pinned last: else a converter before it would take that of the waveform's mono after it.
    return sound.filter("aresample", 48_000, **{"async": 1}).filter("aformat", channel_layouts=layout)


def _as_long_as_the_picture(sound: Any, inspection: Inspection) -> Any:
    """Silence where a track ends early, or is declared and holds nothing: it is measured as the silence it is."""
    return sound.filter("apad", whole_dur=f"{float(inspection.duration_s):.6f}")


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


def fitted(video: VideoStream, box: tuple[int, int]) -> tuple[int, int]:
    return fit(video.width, video.height, video.sample_aspect_ratio, video.rotation_degrees, box)


def _scaled(picture: Any, size: tuple[int, int], **options: Any) -> Any:
    return picture.filter("scale", *size, **options).filter("setsar", 1)


def _proxy_picture(picture: Any, video: VideoStream) -> Any:
    options = {"flags": "bicubic", "out_range": "tv"}
    if video.color.matrix in {None, "gbr"} and video.pixel_format.startswith(("gbr", "rgb", "bgr", "argb")):
        picture = _scaled(picture, fitted(video, PROXY_BOX), out_color_matrix="bt709", **options)
        return picture.filter("format", "yuv420p").filter("setparams", colorspace="bt709")
    return _scaled(picture, fitted(video, PROXY_BOX), **options).filter("format", "yuv420p")


def _detected(picture: Any, video: VideoStream) -> Any:
    """A small picture, looked at for cuts, black and freezes; time is frames at the (mean) rate."""
    tick = 1 / video.rate
    return (
        _scaled(picture, fitted(video, DETECT_BOX), flags="bilinear")
        .filter("settb", f"{tick.numerator}/{tick.denominator}")
        .filter("setpts", "N")
        .filter("scdet")
        .filter("blackdetect", d=float(LEAST_S))
        .filter("freezedetect", d=float(LEAST_S))
        .filter("metadata", mode="print", file=PICTURE_LOG)
    )


def _measured(sound: Any) -> Any:
    # The meter cuts sound into blocks of its own and loses what others remarked, so the silences are written before.
    return (
        sound.filter("silencedetect", n=f"{SILENCE_DB}dB", d=float(LEAST_S))
        .filter("ametadata", mode="print", file=SOUND_LOG)
        .filter("ebur128", peak="true", framelog="quiet")
    )


def _jpeg(picture: Any, video: VideoStream) -> Any:
    """JPEG is full range and BT.601 by definition. An untagged picture is shown as browsers do: HD is BT.709."""
    tagged = {} if video.color.matrix else {"in_color_matrix": "bt709" if video.height > 576 else "bt601"}
    return picture.filter("scale", out_color_matrix="bt601", out_range="pc", **tagged).filter("format", "yuvj420p")


def _every(picture: Any, step: int) -> Any:
    return picture.filter("select", f"not(mod(n,{step}))")


def _poster(picture: Any, video: VideoStream) -> Any:
    """The most typical of a few frames across the clip, so that a fade does not become its poster."""
    candidates = _every(picture, math.ceil(video.frames / _POSTER_CANDIDATES))
    return _jpeg(candidates.filter("thumbnail", n=_POSTER_CANDIDATES), video)


def _filmstrip(picture: Any, video: VideoStream) -> Any:
    strip = Filmstrip.of(video)
    thumbs = _scaled(_every(picture, strip.step), strip.size, flags="bilinear")
    return _jpeg(thumbs.filter("tile", f"{strip.columns}x{strip.rows}"), video)


def _still(picture: Any, name: str) -> Any:
    options = {"frames:v": 1, "q:v": 3, "update": 1, "fps_mode": "passthrough"}
    return ffmpeg.output(picture, name, f="image2", vcodec="mjpeg", **options)


def _analysis(picture: Any, video: VideoStream) -> Any:
    """A few frames a second, small, lossless, 10-bit, with the source's colour tags: what the models look at."""
    frames = _every(picture, max(1, round(video.rate / _ANALYSIS_FPS)))
    small = _scaled(frames, fitted(video, ANALYSIS_BOX), flags="area").filter("format", "yuv422p10le")
    options = {"fps_mode": "passthrough", "enc_time_base": "filter", "level": 3, "g": 1, "slices": 4}
    return ffmpeg.output(small, "analysis.mkv", vcodec="ffv1", map_metadata=-1, fflags="+bitexact", **options)


def _waveform(sound: Any) -> Any:
    """The sound's outline. The filter keeps all of it until the end, so it gets few samples; each column needs one."""
    outline = (
        sound.filter("aformat", channel_layouts="mono")
        .filter("aresample", 8_000)
        .filter("apad", whole_len=WAVEFORM_SIZE[0])
        .filter("showwavespic", s="{}x{}".format(*WAVEFORM_SIZE), colors="white", scale="sqrt", filter="peak")
    )
    return ffmpeg.output(outline, "waveform.png", f="image2", vcodec="png", **{"frames:v": 1, "update": 1})


def _proxy(streams: Sequence[Any], inspection: Inspection) -> Any:
    video = inspection.video
    base = nominal(video.rate)
    # Metadata of the source stays out: it may hold a place or a person.
    options: dict[str, Any] = {
        "vcodec": "libx264", "preset": "veryfast", "crf": 21, "profile:v": "high", "pix_fmt": "yuv420p",
        "g": base, "keyint_min": base, "sc_threshold": 0,
        "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact",
    }  # fmt: skip
    if video.variable_rate:
        options |= {"fps_mode": "passthrough", "enc_time_base": "filter"}
    else:
        options |= {"fps_mode": "cfr", "r": f"{video.rate.numerator}/{video.rate.denominator}"}
    if len(streams) > 1:
        options |= {"acodec": "aac", "b:a": "160k"}
    if inspection.start_timecode and not video.variable_rate and base in _TIMECODE_RATES:
        options["metadata:s:v:0"] = f"timecode={inspection.start_timecode}"
    if inspection.reel:
        # An MP4's timecode track has no room for a reel; a QuickTime key has.
        options |= {"metadata": f"reel_name={inspection.reel}", "movflags": "+faststart+use_metadata_tags"}
    return ffmpeg.output(*streams, "proxy.mp4", **options)
