"""A bin: the clips of a roll as an editing program lists them, made of what the catalogue tells.

A file without a timecode starts at 00:00:00:00, as editing programs count it, and a clip without a reel is a reel of
its own, by its name: both mean that the camera said nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from circletake.contracts.keys import RollRef
from circletake.contracts.looks import AppliedLook, Cdl, Slate
from circletake.contracts.media import Inspection, RawFacts
from circletake.contracts.recipe import Recipe
from circletake.film.editorial import tracks_of
from circletake.film.report import current_clips, in_decimals, shown_media
from circletake.film.timing import Timecode

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BinClip:
    """A clip in a bin. `tracks` counts the channels of its editorial proxies' sound, `prefix` says where they lie.

    `media` is the proxy that a timeline points to, as a URL.
    """

    title: str
    reel: str
    start: Timecode
    frames: int
    tracks: int
    roll: str
    day: str
    source_path: str
    scene: str | None = None
    take: str | None = None
    look: AppliedLook | None = None
    prefix: str | None = None
    names: tuple[str, ...] = ()
    media: str | None = None

    @property
    def end(self) -> Timecode:
        """The first frame after the clip, as lists for editing have it."""
        return self.start + self.frames

    @property
    def cdl(self) -> Cdl | None:
        return self.look.cdl if self.look else None

    @property
    def lut(self) -> str | None:
        return self.look.lut.name if self.look and self.look.lut else None


@dataclass(frozen=True, slots=True)
class Clock:
    """How the clips of one list count: a list has one rate, and is drop-frame or not."""

    rate: Fraction
    drop: bool

    def __str__(self) -> str:
        return f"{in_decimals(self.rate)}{'df' if self.drop else ''}"


@dataclass(frozen=True, slots=True)
class Bin:
    """The clips of a roll that a list can hold; of the others each one's name and why."""

    clips: tuple[BinClip, ...]
    left_out: tuple[tuple[str, str], ...]

    def by_clock(self) -> dict[Clock, tuple[BinClip, ...]]:
        """→ the clips of each list, the list with the most of them first."""
        lists: dict[Clock, list[BinClip]] = defaultdict(list)
        for clip in self.clips:
            lists[Clock(clip.start.rate, clip.start.drop)].append(clip)
        longest_first = sorted(lists.items(), key=lambda each: -len(each[1]))
        return {clock: tuple(clips) for clock, clips in longest_first}


def bin_of(
    roll: RollRef,
    card: Told,
    clips: Sequence[Told],
    slates: Mapping[str, Slate] | None = None,
    recipe: Recipe | None = None,
) -> Bin:
    """A roll, its card's verdict, its clips as the catalogue tells them, their slates by title, and the recipe → its
    bin. The same clips as in the camera report, in the same order."""
    kept, left_out = [], []
    for told in current_clips(card, clips):
        seen = _seen(told)
        if isinstance(seen, str):
            left_out.append((told["name"], seen))
            continue
        slate = (slates or {}).get(told["name"]) or Slate()
        media = shown_media(told) or {"prefix": None, "names": ()}
        kept.append(
            BinClip(
                title=told["name"],
                reel=seen.reel or told["name"],
                start=seen.start,
                frames=seen.frames,
                tracks=_channels(told, recipe or Recipe()),
                roll=roll.roll,
                day=roll.day,
                source_path=told["path"],
                # The slate says scene and setup in one word, and an ALE has one column for it.
                scene=slate.setup or slate.scene,
                take=slate.take,
                look=AppliedLook.model_validate(told["look"], extra="ignore") if told.get("look") else None,
                prefix=media["prefix"],
                names=tuple(media["names"]),
            )
        )
    return Bin(tuple(kept), tuple(left_out))


@dataclass(frozen=True, slots=True)
class _Seen:
    start: Timecode
    frames: int
    reel: str | None


def _seen(told: Told) -> _Seen | str:
    """A clip → what a list needs of it, as far as the original tells; or why no list can hold it."""
    rate: Fraction | None
    if told["inspection"]:
        found = Inspection.model_validate(told["inspection"], extra="ignore")
        if found.video.variable_rate:
            return "Its frame rate varies, so no timecode counts its frames."
        rate, frames, start, reel = found.video.rate, found.video.frames, found.start_timecode, found.reel
    elif told["raw"]:
        facts = {name: value for name, value in told["raw"].items() if name in RawFacts.model_fields}
        raw = RawFacts.model_validate(facts, extra="ignore")
        rate, frames, start, reel = raw.rate, raw.frames or 0, raw.start_timecode, raw.reel
    else:
        return told["sentence"] or "Nobody has looked into it yet."
    if rate is None or not frames:
        return "It does not tell how many frames it has, or at which rate."
    return _Seen(Timecode.parse(start, rate) if start else Timecode(0, rate), frames, reel)


def _channels(told: Told, recipe: Recipe) -> int:
    """→ how many channels of sound an editor gets of a clip: the recorder's, and the camera's own."""
    if not told["inspection"]:
        return 0
    recorded = len(told["recorder"]["tracks"]) if told["recorder"] else 0
    if recorded and not recipe.sound.scratch:
        return recorded
    audio = Inspection.model_validate(told["inspection"], extra="ignore").audio
    return recorded + sum(len(track.channels) for track in tracks_of(recipe.editorial, audio))
