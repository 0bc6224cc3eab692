"""The clips of a take → when each begins, so that they play side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from circletake.contracts.takes import SoundFile
from circletake.film.sound.placing import Placing
from circletake.film.takes.clock import run_of_clip
from circletake.film.takes.day import DayClip
from circletake.film.timing import nominal


@dataclass(frozen=True, slots=True)
class Stepped:
    """A clip, and what is known of its sound."""

    clip: DayClip
    placing: Placing | None


def in_step(clips: Iterable[Stepped], sounds: Mapping[str, SoundFile]) -> dict[str, Fraction]:
    """The clips of a take, and sounds by their ids → by clip the seconds from the earliest's first frame to its own.

    By the recording that both have under them, else by timecode, where both count alike. A clip that neither ties to
    the others is not there: of such groups the largest counts, of several the first.
    """
    groups: list[dict[str, tuple[Stepped, Fraction]]] = []
    for clip in clips:
        for group in groups:
            if (at := _at(clip, group.values(), sounds)) is not None:
                group[clip.clip.id] = clip, at
                break
        else:
            groups.append({clip.clip.id: (clip, Fraction(0))})
    largest = max(groups, key=len, default={})
    earliest = min((at for _, at in largest.values()), default=Fraction(0))
    return {of: at - earliest for of, (_, at) in largest.items()}


def _at(clip: Stepped, group: Iterable[tuple[Stepped, Fraction]], sounds: Mapping[str, SoundFile]) -> Fraction | None:
    known = list(group)
    by_sound = (at + apart for each, at in known if (apart := _by_sound(each, clip, sounds)) is not None)
    by_timecode = (at + apart for each, at in known if (apart := _by_timecode(each, clip)) is not None)
    return next(by_sound, next(by_timecode, None))


def _by_sound(one: Stepped, other: Stepped, sounds: Mapping[str, SoundFile]) -> Fraction | None:
    if one.placing is None or other.placing is None:
        return None
    theirs = {chosen.id: chosen for chosen in other.placing.chosen}
    for chosen in one.placing.chosen:
        if chosen.id in theirs:
            return (theirs[chosen.id].offset - chosen.offset) / sounds[chosen.id].rate / chosen.speed
    return None


def _by_timecode(one: Stepped, other: Stepped) -> Fraction | None:
    ours, theirs = run_of_clip(one.clip), run_of_clip(other.clip)
    if ours is None or theirs is None or _clock(one.clip) != _clock(other.clip):
        return None
    # Midnight may lie between.
    half = ours.day_s / 2
    return (theirs.start_s - ours.start_s + half) % ours.day_s - half


def _clock(clip: DayClip) -> tuple[Fraction, bool]:
    """How its labels run against real time."""
    return clip.rate / nominal(clip.rate), clip.drop
