"""What ffprobe says of a file, in our words: streams, and the moment of every picture packet."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from circletake.contracts.errors import Code, Rejected
from circletake.media import launcher
from circletake.media.camera import TAG_NAMES
from circletake.media.launcher import Workbench
from circletake.media.sniff import MP4, MXF, QUICKTIME
from circletake.media.tools import Tools

_STREAM = (
    "index,codec_name,codec_type,codec_tag_string,profile,width,height,pix_fmt,sample_aspect_ratio,field_order,"
    "color_range,color_space,color_transfer,color_primaries,r_frame_rate,avg_frame_rate,time_base,start_time,nb_frames,duration_ts,"
    "channels,channel_layout,sample_rate,bits_per_raw_sample"
)
_TAGS = ",".join(("timecode", "TIMECODE", "reel_name", "REEL_NAME", *TAG_NAMES))
_ENTRIES = (
    f"format=duration,start_time:format_tags={_TAGS}:stream={_STREAM}:stream_tags={_TAGS}:"
    "stream_disposition=attached_pic,timed_thumbnails:stream_side_data=rotation"
)


@dataclass(frozen=True, slots=True)
class Probe:
    """One file's streams, as ffprobe's JSON has them."""

    streams: tuple[dict[str, Any], ...]
    tags: dict[str, str]

    @property
    def picture(self) -> dict[str, Any]:
        """The first stream of moving pictures. Raises `Rejected(NO_VIDEO)`; cover art is no moving picture."""
        for stream in self.of_type("video"):
            disposition = stream.get("disposition", {})
            if not disposition.get("attached_pic") and not disposition.get("timed_thumbnails"):
                return stream
        what = "sound and no picture" if self.of_type("audio") else "no moving picture"
        raise Rejected(
            Code.NO_VIDEO,
            f"This file has {what}.",
            "If it is sound, upload it with the sound roll; if it is a clip, copy it again from the card.",
        )

    def of_type(self, kind: str) -> tuple[dict[str, Any], ...]:
        return tuple(stream for stream in self.streams if stream.get("codec_type") == kind)


def probe(bench: Workbench, number: int, *, tools: Tools, deadline: float, again: bool = False) -> Probe:
    """File `number` of the bench → its streams. Raises `Rejected` where it cannot be read at all.

    `again`: what only the pictures themselves tell is known, so they are not read where the header tells the rest.
    """
    header_tells = again and bench.containers[number] in (QUICKTIME, MP4, MXF)
    arguments = ["-nofind_stream_info"] * header_tells + ["-show_entries", _ENTRIES, "-of", "json=c=1"]
    answer = json.loads(launcher.probe(bench, number, arguments, tools=tools, deadline=deadline))
    return Probe(tuple(answer.get("streams", ())), answer.get("format", {}).get("tags", {}))


@dataclass(frozen=True, slots=True)
class Packets:
    """Every shown picture packet of a file in the order of showing: moments and lengths in ticks of `time_base`.

    `moments` is None where the container keeps none (AVI). `count` leaves out what an edit list hides, `every` does
    not; `hidden` are the moments of those, and `places` is how many places of the file those
    that are shown come from. `last_ticks` is how long the last packet says it lasts.
    """

    time_base: Fraction
    moments: tuple[int, ...] | None
    count: int
    every: int
    last_ticks: int | None
    hidden: tuple[int, ...] = ()
    places: int | None = None


def packets(bench: Workbench, number: int, stream: dict[str, Any], *, tools: Tools, deadline: float) -> Packets:
    """The picture packets of a file, without decoding any."""
    arguments = [
        "-select_streams", str(stream["index"]), "-show_entries", "packet=pts,duration,pos,flags", "-of", "csv=p=0",
    ]  # fmt: skip
    answer = launcher.probe(bench, number, arguments, tools=tools, deadline=deadline)
    # Some containers add columns of side data.
    rows = [row.split(",")[:4] for row in answer.splitlines() if row]
    shown = [row for row in rows if "D" not in row[3]]
    moments = sorted(((int(pts), ticks) for pts, ticks, *_ in shown if pts != "N/A"))
    complete = bool(moments) and len(moments) == len(shown)
    last = moments[-1][1] if complete else "N/A"
    return Packets(
        time_base=Fraction(stream["time_base"]),
        moments=tuple(pts for pts, _ in moments) if complete else None,
        count=len(shown),
        every=len(rows),
        last_ticks=int(last) if last != "N/A" else None,
        places=len({place for _, _, place, _ in shown}),
        hidden=tuple(sorted(int(pts) for pts, _, _, flags in rows if "D" in flags and pts != "N/A")),
    )


def decoded_count(bench: Workbench, number: int, stream: dict[str, Any], *, tools: Tools, deadline: float) -> int:
    """How many pictures a stream shows, by decoding it: for codecs in which some packets show nothing."""
    arguments = [
        "-select_streams", str(stream["index"]), "-count_frames", "-show_entries", "stream=nb_read_frames",
        "-of", "csv=p=0",
    ]  # fmt: skip
    return int(launcher.probe(bench, number, arguments, tools=tools, deadline=deadline).split(",")[0])


def rational(text: str | None) -> Fraction | None:
    """'24000/1001' or '1:1' → the number; None where it says nothing ('0/0', 'N/A', absent)."""
    numerator, _, denominator = (text or "").replace(":", "/").partition("/")
    if not (numerator.isdigit() and denominator.isdigit() and int(denominator) and int(numerator)):
        return None
    return Fraction(int(numerator), int(denominator))


def spoken(value: str | None) -> str | None:
    """A tag's value, or None where it is ffprobe's word for "not tagged"."""
    return None if value in {None, "", "unknown", "unspecified", "reserved", "N/A", "none"} else value


def tag(probe: Probe, name: str, streams: Sequence[dict[str, Any]]) -> str | None:
    """A tag as the first of `streams` has it, or the file. Matroska writes its names in capitals."""
    for tags in (*(stream.get("tags", {}) for stream in streams), probe.tags):
        if value := tags.get(name) or tags.get(name.upper()):
            return str(value)
    return None
