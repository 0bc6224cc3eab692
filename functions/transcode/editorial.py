"""What editors cut with: the same frames, timecode, reel and name as the original, in the formats they ask for.

The picture is upright and in square pixels, as editing programs show the original. A clip of variable rate keeps each
frame at its own moment, as in the review proxy, and so has no timecode track: a timecode counts frames of one length.
FFmpeg's ProRes is not authorised by Apple.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import ffmpeg

from circletake.contracts.media import Inspection, VideoStream
from circletake.contracts.recipe import EditorialFormat
from circletake.film.editorial import places_of, why_not
from circletake.film.timing import nominal
from circletake.media.launcher import Workbench
from functions.transcode.burn_in import burnt_in
from functions.transcode.look import under_look
from functions.transcode.making import Making
from functions.transcode.recorder import camera_tracks, editors_tracks
from functions.transcode.shape import fitted, scaled, split
from functions.transcode.sound import SAMPLE_RATE, cut, lengths
from functions.transcode.sources import Source, opened

#: What each format is, as a file.
EDITORIAL: dict[str, str] = {
    EditorialFormat.DNXHR_LB_MOV: "video/quicktime",
    EditorialFormat.DNXHR_LB_MXF: "application/mxf",
    EditorialFormat.PRORES_PROXY_MOV: "video/quicktime",
    EditorialFormat.H264_MOV: "video/quicktime",
}
_DNXHR = {"vcodec": "dnxhd", "profile:v": "dnxhr_lb", "pix_fmt": "yuv422p"}
#: ProRes at a fixed quantiser: to search for the best one below Apple's rate costs seven times as much CPU (measured,
#: 5.4 and 0.8 s for a second of noisy 1080p), and the files are about as large.
#: No B-frames: they would need an edit list, and a program that reads over it shows every frame late.
_CODECS: dict[EditorialFormat, dict[str, Any]] = {
    EditorialFormat.DNXHR_LB_MOV: _DNXHR,
    EditorialFormat.DNXHR_LB_MXF: _DNXHR,
    EditorialFormat.PRORES_PROXY_MOV: {
        "vcodec": "prores_ks", "profile:v": "proxy", "q:v": 11, "pix_fmt": "yuv422p10le",
    },
    EditorialFormat.H264_MOV: {
        "vcodec": "libx264", "preset": "veryfast", "crf": 20, "profile:v": "high", "pix_fmt": "yuv420p", "bf": 0,
    },
}  # fmt: skip
#: What DNxHR can say of how its colours are coded; an untagged picture stays as it is, and DNxHR says BT.709 of it.
_MATRICES = frozenset({None, "bt709", "bt2020nc"})
#: More than a macroblock of 16 × 16 pixels of noise was measured to take in any of the formats; a sample of sound.
_BLOCK_BYTES, _SAMPLE_BYTES = 256, 3


def formats_of(making: Making) -> tuple[EditorialFormat, ...]:
    """→ the recipe's formats that there are of this clip."""
    video, size = making.inspection.video, _size(making)
    return tuple(kind for kind in making.recipe.editorial.formats if why_not(kind, video, size) is None)


def file_bytes(making: Making) -> int:
    """→ how large an editorial proxy of this clip can become, at most; 0 where none is made."""
    if not formats_of(making):
        return 0
    inspection, (width, height) = making.inspection, _size(making)
    blocks = -(-width // 16) * -(-height // 16) * inspection.video.frames
    channels = sum(len(track.channels) for track in camera_tracks(making))
    channels += len(making.recorded.tracks) if making.recorded else 0
    return _BLOCK_BYTES * blocks + _SAMPLE_BYTES * channels * _samples(inspection.duration_s) + (16 << 20)


def tracks(bench: Workbench, sources: Sequence[Source], making: Making) -> list[Any]:
    """The files on the bench → the camera's own sound tracks of the editorial proxies, as the recipe maps them.

    Each is exactly as long as the picture and lies where the camera recorded it; what is missing is silence.
    """
    wanted, places = camera_tracks(making), list(places_of(making.inspection.audio))
    uses = [places[channel - 1] for track in wanted for channel in track.channels]
    times = Counter(stream for stream, _ in uses)
    joined = _joined(bench, sources, making.inspection, sorted(times))
    copies = {number: iter(split(sound, times[number], "asplit")) for number, sound in joined.items()}
    channels = iter(
        [next(copies[stream]).filter("channelmap", map=str(at), channel_layout="mono") for stream, at in uses]
    )
    return [_track([next(channels) for _ in track.channels]) for track in wanted]


def _track(channels: list[Any]) -> Any:
    return channels[0] if len(channels) == 1 else ffmpeg.filter(channels, "join", inputs=2, channel_layout="stereo")


def _joined(
    bench: Workbench, sources: Sequence[Source], inspection: Inspection, numbers: Sequence[int]
) -> dict[int, Any]:
    """All files → some sound streams by number, each as one and as long as the picture."""
    ends = lengths(sources, inspection) if len(sources) > 1 else [_samples(inspection.duration_s)]
    heard = [
        cut(_aligned(opened(bench, at, inspection), source, number), ends[at])
        for at, source in enumerate(sources)
        for number in numbers
    ]
    if len(sources) == 1 or not numbers:
        return dict(zip(numbers, heard, strict=True))
    joined = ffmpeg.concat(*heard, v=0, a=len(numbers)).node
    return {number: joined[place] for place, number in enumerate(numbers)}


def _aligned(file: Any, source: Source, number: int) -> Any:
    """A sound stream of a file → the same from the moment on at which the file's picture begins."""
    sound = file[str(source.sound[number])].filter("aresample", SAMPLE_RATE, **{"async": 1})
    sound = sound.filter("aformat", sample_fmts="s32").filter("asetpts", "N/SR/TB")
    late = _samples(source.sound_starts_s[number] - source.picture_start_s)
    if late < 0:
        return sound.filter("atrim", start_sample=-late).filter("asetpts", "N/SR/TB")
    return sound.filter("adelay", f"{late}S", all=1) if late else sound


def _samples(seconds: Fraction) -> int:
    return round(seconds * SAMPLE_RATE)


def editorial_outputs(picture: Any, sound: Sequence[Any], making: Making) -> list[Any]:
    """The timed picture and the mapped tracks → one output for each format that there is of the clip."""
    formats = formats_of(making)
    pictures = split(_editing_picture(picture, making), len(formats))
    copies = [split(track, len(formats), "asplit") for track in sound]
    return [
        ffmpeg.output(
            pictures[number], *(each[number] for each in copies), kind.value,
            **encoding(kind, making), **stamps(kind, making, tracks=len(sound)),
        )
        for number, kind in enumerate(formats)
    ]  # fmt: skip


def _editing_picture(picture: Any, making: Making) -> Any:
    video, editorial = making.inspection.video, making.recipe.editorial
    options: dict[str, Any] = {"flags": "bicubic", "out_range": "tv"}
    untagged_rgb = video.color.matrix is None and video.pixel_format.startswith(("gbr", "rgb", "bgr", "argb"))
    other = untagged_rgb or video.color.matrix not in _MATRICES
    if other:
        options["out_color_matrix"] = "bt709"
    picture = scaled(picture, _size(making), **options).filter("format", "yuv422p10le")
    if other:
        picture = picture.filter("setparams", colorspace="bt709")
    if editorial.looked:
        picture = under_look(picture, making, "yuv422p10le")
    return burnt_in(picture, making, making.recipe.burn_in) if editorial.burnt_in else picture


def _size(making: Making) -> tuple[int, int]:
    editorial = making.recipe.editorial
    return fitted(making.inspection.video, (editorial.width, editorial.height))


def encoding(kind: EditorialFormat, making: Making) -> dict[str, Any]:
    """A format → how FFmpeg codes the picture and the sound of this clip in it, frame n at n / rate."""
    video: VideoStream = making.inspection.video
    timed = {"fps_mode": "cfr", "r": f"{video.rate.numerator}/{video.rate.denominator}"}
    if video.variable_rate:
        timed = {"fps_mode": "passthrough", "enc_time_base": "filter"}
    # Half a second: an editing program jumps about.
    groups = {"g": -(-nominal(video.rate) // 2)} if kind is EditorialFormat.H264_MOV else {}
    return {**_CODECS[kind], **groups, **timed, "acodec": "pcm_s24le"}


def stamps(kind: EditorialFormat, making: Making, tracks: int) -> dict[str, Any]:
    """A format → what its container says of this clip: start timecode, reel, name, and each track's name.

    The rest of what a camera wrote stays out: it may hold a place or a person.
    """
    inspection = making.inspection
    start = None if inspection.video.variable_rate else inspection.start_timecode
    mxf = kind is EditorialFormat.DNXHR_LB_MXF
    options: dict[str, Any] = {"map_metadata": -1, "map_chapters": -1}
    if making.title:
        options["metadata"] = f"{'material_package_name' if mxf else 'title'}={making.title}"
    # An option can stand once in a graph; the picture and the file each have two names to be told things by.
    if start:
        options["metadata:s:v:0"] = f"timecode={start}"
    if inspection.reel:
        options["metadata:s:v" if start and not mxf else "metadata:g"] = f"reel_name={inspection.reel}"
    if mxf:
        # Not bit-exact: FFmpeg would give every file the same UMID, and an Avid takes those for one and the same clip.
        return options
    for number, name in zip(range(tracks), editors_tracks(making), strict=False):
        options[f"metadata:s:a:{number}"] = f"handler_name={name}"
        options[f"metadata:s:{number + 1}"] = f"title={name}"
        # FFmpeg would enable the first track alone.
        options[f"disposition:a:{number}"] = "default"
    # A reel stands in the timecode track; where there is none, a QuickTime key has room for it.
    keys = {"movflags": "+use_metadata_tags"} if inspection.reel and not start else {}
    return options | keys | {"fflags": "+bitexact"}
