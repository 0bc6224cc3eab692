"""A roll's clips one after the other, as EDL, Final Cut Pro 7 XML and OTIO: what an editor opens to see the whole roll.

Every clip is there from its first frame to its last, on the range of its own timecode. Labels are ours
(`circletake.film.timing`): opentimelineio takes 29.97 and 59.94 for drop-frame unless it is told otherwise, so a list
of non-drop labels is written at the whole rate whose labels are the same (30 for 29.97).
What a format cannot hold is refused with a sentence: `Unwritable`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from unicodedata import category
from urllib.parse import quote

import opentimelineio as otio

from circletake.film.interchange.bins import BinClip, Clock
from circletake.film.interchange.xmeml import completed
from circletake.film.looks.cdl import write_sat, write_sop
from circletake.film.report import in_decimals, visible
from circletake.film.timing import Timecode, frames_in_a_day, nominal

#: The rates of which opentimelineio knows the labels: all that have two digits for the frames of a second, but for 100.
_LABELLED = frozenset(
    Fraction(rate)
    for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50", "60000/1001", "60")
)
#: Where a list begins that nobody has cut yet: by custom at one hour.
_BEGINS = "01:00:00{}00"
#: CMX 3600: a reel has eight letters and digits, and these mean a black and an auxiliary source.
_REEL_LENGTH, _TAKEN_REELS = 8, frozenset({"BL", "AX"})
_MIDNIGHT = "{} runs to midnight, where timecode begins again: readers of an EDL would take its end for its beginning."


class Unwritable(ValueError):  # noqa: N818 - a verdict on what was asked for
    """A format cannot hold these clips."""


def write_edl(name: str, clips: Sequence[BinClip]) -> str:
    """Clips of one clock → a CMX 3600 EDL: each an event on V, with its name, its file, its whole reel, and its CDL."""
    clock = _clock(clips, "EDL")
    for clip in clips:
        if clip.start.frames + clip.frames >= frames_in_a_day(clock.rate, clock.drop):
            raise Unwritable(_MIDNIGHT.format(visible(clip.title)))
    reels = short_reels([clip.reel for clip in clips])
    rate = float(clock.rate) if clock.drop else float(nominal(clock.rate))
    timeline = otio.schema.Timeline(_line(name))
    track = otio.schema.Track("V", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    track.append(otio.schema.Gap(source_range=_range(0, _begin(clock).frames, rate)))
    for clip in clips:
        event = otio.schema.Clip(_line(clip.title), source_range=_range(clip.start.frames, clip.frames, rate))
        short = reels[clip.reel]
        comments = [f"SOURCE FILE: {_line(clip.source_path)}"]
        if short != clip.reel:
            comments.append(f"SOURCE REEL: {_line(clip.reel)}")
        if clip.cdl:
            # As text: the adapter leaves out a saturation of 0, and writes small numbers with an exponent.
            comments += [f"ASC_SOP {write_sop(clip.cdl)}", f"ASC_SAT {write_sat(clip.cdl)}"]
        event.metadata["cmx_3600"] = {"reel": short, "comments": comments}
        track.append(event)
    text: str = otio.adapters.write_to_string(timeline, "cmx_3600", rate=rate)
    mode = "DROP FRAME" if clock.drop else "NON-DROP FRAME"
    return text.replace("\n\n", f"\nFCM: {mode}\n\n", 1)


def write_xml(name: str, clips: Sequence[BinClip]) -> str:
    """Clips of one clock → Final Cut Pro 7 XML, which Premiere and Resolve open."""
    clock = _clock(clips, "XML of Final Cut Pro 7")
    return completed(otio.adapters.write_to_string(_timeline(name, clips, clock), "fcp_xml"), clock)


def write_otio(name: str, clips: Sequence[BinClip]) -> str:
    """Clips of one clock → OTIO's own JSON, with each clip's CDL, LUT, scene and take in its metadata."""
    (clock,) = {Clock(clip.start.rate, clip.start.drop) for clip in clips}
    text: str = otio.adapters.write_to_string(_timeline(name, clips, clock), "otio_json")
    return text


def short_reels(reels: Sequence[str]) -> dict[str, str]:
    """Reels as cameras name them → as an EDL can: eight letters and digits, no two alike."""
    short: dict[str, str] = {}
    taken = set(_TAKEN_REELS)
    for reel in dict.fromkeys(reels):
        plain = re.sub(r"[^A-Za-z0-9]", "", reel)[:_REEL_LENGTH] or "REEL"
        chosen, number = plain, 1
        while chosen.upper() in taken:
            number += 1
            chosen = f"{plain[: _REEL_LENGTH - len(str(number))]}{number}"
        taken.add(chosen.upper())
        short[reel] = chosen
    return short


def _clock(clips: Sequence[BinClip], what: str) -> Clock:
    """→ the one clock of the clips. Raises `Unwritable` where the format has no labels for it."""
    (clock,) = {Clock(clip.start.rate, clip.start.drop) for clip in clips}
    if clock.rate not in _LABELLED:
        raise Unwritable(
            f"An {what} has no timecode at {in_decimals(clock.rate)} frames a second. Use the ALE or the OTIO file."
        )
    return clock


def _begin(clock: Clock) -> Timecode:
    digits = "0" if nominal(clock.rate) > 100 else ""
    return Timecode.parse(_BEGINS.format(";" if clock.drop else ":") + digits, clock.rate)


def _timeline(name: str, clips: Sequence[BinClip], clock: Clock) -> Any:
    rate = float(clock.rate)
    timeline = otio.schema.Timeline(
        _line(name), global_start_time=otio.opentime.RationalTime(_begin(clock).frames, rate)
    )
    display = {"displayformat": "DF" if clock.drop else "NDF"}
    timeline.metadata["fcp_xml"] = {"timecode": display}
    kinds = otio.schema.TrackKind
    names = [("V1", kinds.Video)] + [(f"A{number + 1}", kinds.Audio) for number in range(max(c.tracks for c in clips))]
    for number, (track_name, kind) in enumerate(names):
        track = otio.schema.Track(track_name, kind=kind)
        timeline.tracks.append(track)
        track.extend(_placed(clip, url, number, display) for clip, url in zip(clips, _urls(clips), strict=True))
    return timeline


def _urls(clips: Sequence[BinClip]) -> list[str]:
    """→ where the file of each clip lies. No two are alike: the adapter takes files of one place for one file."""
    met: Counter[str] = Counter()
    urls = []
    for clip in clips:
        url = clip.media or quote(_line(clip.source_path))
        met[url] += 1
        urls.append(url if met[url] == 1 else f"{url}#{met[url]}")
    return urls


def _placed(clip: BinClip, url: str, track: int, display: dict[str, str]) -> Any:
    """A clip → what of it lies on the picture's track, or on sound track 1, 2, …; a gap where it has no such sound."""
    rate = float(clip.start.rate)
    if track > clip.tracks:
        return otio.schema.Gap(source_range=_range(0, clip.frames, rate))
    whole, metadata = _range(clip.start.frames, clip.frames, rate), _metadata(clip)
    if track:
        metadata["fcp_xml"] = {"sourcetrack": {"mediatype": "audio", "trackindex": str(track)}}
    stamped = {"fcp_xml": {"timecode": {**display, "reel": {"name": _line(clip.reel)}}}}
    media = otio.schema.ExternalReference(url, whole, stamped)
    media.name = _line(clip.title)
    return otio.schema.Clip(_line(clip.title), media, whole, metadata)


def _metadata(clip: BinClip) -> dict[str, Any]:
    told = {
        "reel": clip.reel,
        "start": str(clip.start),
        "scene": clip.scene,
        "take": clip.take,
        "camroll": clip.roll,
        "shoot_date": clip.day,
        "source_file": clip.source_path,
        "lut": clip.lut,
        "look": clip.look.sentence if clip.look else None,
    }
    known: dict[str, Any] = {"circletake": {name: value for name, value in told.items() if value is not None}}
    if clip.cdl:
        sop = {name: list(getattr(clip.cdl, name)) for name in ("slope", "offset", "power")}
        known["cdl"] = {"asc_sop": sop, "asc_sat": clip.cdl.saturation}
    return known


def _range(start: int, frames: int, rate: float) -> Any:
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(frames, rate))


def _line(text: str) -> str:
    """A name → one line without what is invisible, and without spaces at its ends, which lists do not keep."""
    # Noncharacters such as U+FFFE must not stand in XML.
    return "".join(f"⟨U+{ord(char):04X}⟩" if category(char) == "Cn" else char for char in visible(text)).strip()
