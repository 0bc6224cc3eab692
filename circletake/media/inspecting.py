"""A clip's files → what is in them. Nothing is defaulted: what a file does not say is None, or a verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import AudioStream, CameraFacts, ColorTags, Inspection, RawKind, Route, VideoStream
from circletake.film.timing import Timecode
from circletake.media import codecs, launcher
from circletake.media.byte_ranges import contents_of, only_entered
from circletake.media.camera import camera_facts
from circletake.media.children import Overrun
from circletake.media.frames import count_frames, duration_of
from circletake.media.launcher import Workbench
from circletake.media.picture import rate_of
from circletake.media.plan import estimate
from circletake.media.probing import Probe, probe, rational, spoken, tag
from circletake.media.raw import UndecodedRaw, facts_of, read_raw
from circletake.media.routes import choose_route
from circletake.media.sniff import MP4, QUICKTIME, raw_magic
from circletake.media.sony import sony_facts
from circletake.media.tools import Tools
from circletake.media.wholeness import require_whole

_MAX_RATE = 1000
_MAX_HOURS = 24
#: CMX 3600 had 8 characters; the longest reel names of today's cameras have some 30.
_MAX_REEL = 64
_ASK_POST = "Open the clip in the camera; if it plays there, send it to post engineering with this message."
_COPY_AGAIN = "Copy it again from the card before the card is formatted."


@dataclass(frozen=True, slots=True)
class _Span:
    """One file of a clip, read."""

    container: str
    video: VideoStream
    duration_s: Fraction
    audio: tuple[AudioStream, ...]
    start_timecode: str | None
    reel: str | None
    hidden_frames: int


def inspect(
    spans: Sequence[Path],
    *,
    size_bytes: int,
    tools: Tools,
    deadline: float,
    heartbeat: Callable[[], None] = lambda: None,
    raw: RawKind | None = None,
) -> Inspection:
    """The files of one clip in order → its inspection. Raises `Rejected` where the footage is at fault.

    `raw` is what the clip's name says it is, where that is RAW. RAW raises `UndecodedRaw`, with what could be read.
    `deadline` is a `time.monotonic()`. A file may be sparse where `ranges_to_probe` asked for no bytes.
    `heartbeat` is called every few seconds; what it raises stops the work.
    """
    if raw := raw or raw_magic(_head(spans[0])):
        raise UndecodedRaw(read_raw(spans, raw, tools=tools, deadline=deadline, heartbeat=heartbeat))
    with launcher.workbench(spans, heartbeat) as bench:
        for file, container in zip(spans, bench.containers, strict=True):
            require_whole(file, container)
        try:
            probes = [probe(bench, number, tools=tools, deadline=deadline) for number in range(len(spans))]
            if spoken(probes[0].picture.get("codec_name")) is None:
                raise UndecodedRaw(facts_of(bench, probes))
            read = [_read_span(bench, number, found, tools, deadline) for number, found in enumerate(probes)]
        except Overrun as overrun:
            raise Rejected(
                Code.LIMIT_EXCEEDED, "Reading what is in this file did not come to an end.", _ASK_POST
            ) from overrun
    first = read[0]
    for number, span in enumerate(read[1:], start=2):
        _require_same(first, span, number)
    video = first.video.model_copy(update={"frames": sum(span.video.frames for span in read)})
    duration = sum((span.duration_s for span in read), Fraction(0))
    needs = estimate(video, duration, size_bytes)
    steps = _keyframe_steps(spans, read)
    return Inspection(
        container=first.container,
        size_bytes=size_bytes,
        duration_s=duration,
        video=video,
        audio=first.audio,
        start_timecode=first.start_timecode,
        reel=first.reel,
        estimate=needs,
        route=_require_route(choose_route(needs, size_bytes=size_bytes, cuttable=bool(steps)), duration),
        camera=_camera(spans[0], first.container, probes[0]),
        span_frames=tuple(span.video.frames for span in read),
        span_timecodes=tuple(span.start_timecode for span in read),
        keyframe_every=steps[0] if len(set(steps)) == 1 else None,
        cuttable=bool(steps),
        hidden_frames=sum(span.hidden_frames for span in read),
    )


def _keyframe_steps(spans: Sequence[Path], read: Sequence[_Span]) -> list[int | None]:
    """How far apart the keyframes of each file lie, None where that varies; empty where the clip cannot be cut."""
    if any(span.video.variable_rate for span in read):
        return []
    steps = []
    for file, span in zip(spans, read, strict=True):
        original = contents_of(file, span.video.frames)
        if original is not None and span.video.codec == "h264":
            original = only_entered(original, file)
        # A table that knows of other frames than the reader saw (an edit list hides some) is no guide.
        if original is None or original.frames != span.video.frames or not original.cuttable(span.video.rate):
            return []
        steps.append(original.keyframe_every)
    return steps


def _camera(file: Path, container: str, found: Probe) -> CameraFacts | None:
    """What the tags of a clip's first file tell of the camera, and what XML in it tells, which is surer."""
    tagged = camera_facts([found.tags, *(stream.get("tags", {}) for stream in found.streams)])
    described = sony_facts(file) if container in (QUICKTIME.name, MP4.name) else None
    if tagged is None or described is None:
        return tagged or described
    return tagged.model_copy(update=described.model_dump(exclude_none=True))


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(64)


def _read_span(bench: Workbench, number: int, found: Probe, tools: Tools, deadline: float) -> _Span:
    if len(found.streams) >= launcher.MAX_STREAMS:
        raise Rejected(Code.LIMIT_EXCEEDED, f"This file has {len(found.streams)} streams or more.", _ASK_POST)
    _require_no_fonts(found)
    picture = found.picture
    _require_openable(picture)
    timing = count_frames(bench, number, picture, tools, deadline)
    declared = tuple(rational(picture.get(key)) for key in ("r_frame_rate", "avg_frame_rate"))
    rate = rate_of(timing.packets, declared)
    if rate is None:
        raise Rejected(
            Code.NO_FRAME_RATE,
            "This file does not say how many frames a second it has, and its frames do not tell either.",
            _ASK_POST,
        )
    duration = duration_of(timing.packets, rate.value, rate.variable, timing.frames)
    if rate.value > _MAX_RATE or duration > _MAX_HOURS * 3600:
        raise Rejected(
            Code.LIMIT_EXCEEDED,
            f"This file claims {float(rate.value):g} frames a second for {float(duration) / 3600:.1f} hours.",
            _ASK_POST,
        )
    side_data = {key: value for each in picture.get("side_data_list", ()) for key, value in each.items()}
    video = VideoStream(
        codec=picture["codec_name"],
        profile=spoken(picture.get("profile")),
        pixel_format=picture["pix_fmt"],
        width=picture["width"],
        height=picture["height"],
        sample_aspect_ratio=rational(picture.get("sample_aspect_ratio")),
        rotation_degrees=-int(side_data.get("rotation", 0)) % 360,
        field_order=spoken(picture.get("field_order")),
        rate=rate.value,
        variable_rate=rate.variable,
        frames=timing.frames,
        frames_counted=timing.counted,
        color=ColorTags(
            primaries=spoken(picture.get("color_primaries")),
            transfer=spoken(picture.get("color_transfer")),
            matrix=spoken(picture.get("color_space")),
            range=spoken(picture.get("color_range")),
        ),
    )
    stamped = (picture, *found.of_type("data"))
    return _Span(
        container=bench.containers[number].name,
        video=video,
        duration_s=duration,
        audio=_audio(found),
        start_timecode=_timecode(tag(found, "timecode", stamped), rate.value),
        reel=_reel(tag(found, "reel_name", stamped)),
        hidden_frames=len(timing.packets.hidden),
    )


def _require_openable(picture: dict[str, Any]) -> None:
    """Raises `Rejected` where the picture has no size, is too large, or is in a codec that we do not open."""
    width, height = picture.get("width", 0), picture.get("height", 0)
    if width * height > launcher.MAX_PIXELS:
        raise Rejected(Code.LIMIT_EXCEEDED, f"This file claims a picture of {width} x {height} pixels.", _ASK_POST)
    codec = spoken(picture.get("codec_name"))
    if codec not in codecs.PICTURE:
        raise Rejected(
            Code.CODEC_NOT_ALLOWED,
            f"The picture is in {codec}, which is not among the codecs that we open.",
            "Ask for the camera's own recording, or send a ProRes, DNxHR or H.264 copy of it.",
        )
    matrix = spoken(picture.get("color_space"))
    if matrix not in codecs.MATRICES:
        raise Rejected(
            Code.CODEC_NOT_ALLOWED,
            f"The colours of this picture are coded as {matrix}, which is not among the ways that we can show.",
            "Send a copy of it whose colours are coded as BT.709, or BT.2020 with non-constant luminance.",
        )
    if not width or not height:
        raise Rejected(Code.NO_PICTURE_SIZE, "This file does not say how large its picture is.", _ASK_POST)
    if spoken(picture.get("pix_fmt")) is None:
        raise Rejected(Code.CORRUPT_ESSENCE, "The first frames of this file cannot be read as a picture.", _COPY_AGAIN)


def _require_no_fonts(found: Probe) -> None:
    """Attached fonts and styled subtitles are programs for a renderer; no camera writes them."""
    styled = [stream for stream in found.of_type("subtitle") if stream.get("codec_name") in {"ass", "ssa"}]
    if styled or found.of_type("attachment"):
        raise Rejected(
            Code.CODEC_NOT_ALLOWED,
            "This file carries fonts or styled subtitles, which no camera writes.",
            "Send the camera's own recording, or a copy with picture and sound only.",
        )


def _audio(found: Probe) -> tuple[AudioStream, ...]:
    streams = []
    for stream in found.of_type("audio"):
        if stream.get("codec_name") not in codecs.SOUND:
            name = spoken(stream.get("codec_name")) or stream.get("codec_tag_string", "no name")
            raise Rejected(
                Code.CODEC_NOT_ALLOWED,
                f"The sound is in {name!r}, which is not among the codecs that we open.",
                "Ask for the camera's own recording, or send a copy with PCM or AAC sound.",
            )
        if not stream.get("channels") or not int(stream.get("sample_rate", 0)):
            raise Rejected(
                Code.CORRUPT_ESSENCE, "This file does not say how many channels its sound has, or how fast it runs.",
                _COPY_AGAIN,
            )  # fmt: skip
        streams.append(
            AudioStream(
                codec=stream["codec_name"],
                channels=stream["channels"],
                layout=spoken(stream.get("channel_layout")),
                sample_rate=int(stream["sample_rate"]),
            )
        )
    return tuple(streams)


def _timecode(label: str | None, rate: Fraction) -> str | None:
    if label is None:
        return None
    try:
        return str(Timecode.parse(label, rate))
    except ValueError as error:
        raise Rejected(
            Code.CORRUPT_ESSENCE,
            f"The start timecode cannot be: {error}.",
            "Check the timecode setting of the camera, and send the clip to post engineering with this message.",
        ) from error


def _reel(name: str | None) -> str | None:
    """A reel as the file has it. Raises `Rejected` where it is nothing that anybody ever wrote on a magazine."""
    if name is not None and (len(name) > _MAX_REEL or not name.isprintable()):
        raise Rejected(Code.LIMIT_EXCEEDED, f"This file claims a reel name of {len(name)} characters.", _ASK_POST)
    return name


def _require_same(first: _Span, span: _Span, number: int) -> None:
    def format_of(each: _Span) -> tuple[Any, ...]:
        video = each.video
        sound = tuple((stream.codec, stream.channels, stream.sample_rate) for stream in each.audio)
        return (each.container, video.codec, video.width, video.height, video.rate, video.pixel_format, sound)

    if format_of(first) != format_of(span):
        raise Rejected(
            Code.MISSING_SPAN,
            f"File {number} of this clip is of another format than the first, so they are not one recording.",
            "Check on the card which files belong together, and upload the roll again.",
        )


def _require_route(route: Route, duration: Fraction) -> Route:
    if route is Route.NONE:
        raise Rejected(
            Code.NO_ROUTE,
            f"This clip of {float(duration) / 60:.0f} minutes is too large for one worker.",
            "It is kept as it is; ask post engineering to make its proxy.",
        )
    return route
