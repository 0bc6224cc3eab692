"""A unit's shooting day: everything that was said of it and recorded on it, and what follows from that.

A day is never stored as takes. Whoever asks reads what was said and folds it; the same words always fold to the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from circletake.cloud.catalogue import Catalogue, Row
from circletake.cloud.day_recordings import Recorded, Recordings, SoundOfDay, read_recordings
from circletake.cloud.papers import PaperTold, SaidOfDay, is_spoken_of, read_said, said_days
from circletake.cloud.reading import Reading
from circletake.cloud.uncollected import uncollected
from circletake.contracts.keys import ClipRef, DayRef
from circletake.contracts.recipe import SoundMapping
from circletake.contracts.sound import AppliedSound, PlacedSound
from circletake.contracts.takes import Correction, DayFacts, Flag, Said
from circletake.film.sound.candidates import Candidates
from circletake.film.sound.placing import Placing, place, tracks
from circletake.film.takes.day import Day, DayClip, DaySound, Lack, Take, Word
from circletake.film.takes.fold import fold
from circletake.film.takes.mentions import Unmentioned, unmentioned
from circletake.film.takes.names import natural

#: Why a take needs no sound, where it has none.
_SILENT = (Flag.MOS, Flag.FALSE_START, Flag.VFX_REFERENCE)


@dataclass(frozen=True)
class ClipOfDay:
    """A clip and its CLIP row. `silent`: shot without sound, or at another speed than it plays at."""

    ref: ClipRef
    row: Row
    clip: DayClip
    silent: bool
    _place: Callable[[], Placing | None]

    @cached_property
    def placing(self) -> Placing | None:
        """Its sound; None as long as none of the day has come."""
        return self._place()


@dataclass(frozen=True)
class DayRead:
    """Everything of one unit's day. `clips` by `DayClip.id`, `sounds` by `DaySound.id`."""

    ref: DayRef
    facts: DayFacts
    papers: tuple[PaperTold, ...]
    corrections: tuple[Correction, ...]
    day: Day
    clips: Mapping[str, ClipOfDay]
    sounds: Mapping[str, SoundOfDay]
    recordings: Recordings

    def with_said(self, papers: Iterable[PaperTold], corrections: Iterable[Correction]) -> "DayRead":
        """The same day, if this had been said of it instead."""
        return fold_day(self.ref, SaidOfDay(self.facts, tuple(papers), tuple(corrections)), self.recordings)

    def unmentioned(self, said: Said) -> Unmentioned | None:
        """What a person would say of it → the take of which nobody else has spoken, where it is about such a one."""
        words = [*SaidOfDay(self.facts, self.papers, self.corrections).words, *self.recordings.slates]
        sounds = [DaySound(of, each.sound) for of, each in self.sounds.items()]
        with uncollected():
            return unmentioned(said, self.day, words, [each.clip for each in self.clips.values()], sounds)


def read_day(catalogue: Catalogue, ref: DayRef) -> DayRead:
    """A day's label → the day; an empty one where nothing was said of it and nothing recorded."""
    return fold_day(ref, read_said(catalogue, ref), read_recordings(catalogue, ref))


def days_of(catalogue: Catalogue, production: str) -> list[DayRef]:
    """A production → the days of which any roll has come, or anything is said that counts, by day and unit, as people
    count: D9 before D10."""
    days = {roll.of_day for roll, _ in Reading(catalogue).rolls(production)}
    said = set(said_days(catalogue, production)) - days
    days |= {day for day in said if is_spoken_of(catalogue, day)}
    return sorted(days, key=lambda day: (natural(day.day), natural(day.unit)))


@uncollected()
def fold_day(ref: DayRef, said: SaidOfDay, recordings: Recordings) -> DayRead:
    """What was said of a day, and what was recorded → the day."""
    words = [*said.words, *recordings.slates]
    clips = _slated([each.clip for each in recordings.clips], words)
    sounds = [DaySound(of, each.sound) for of, each in recordings.sounds.items()]
    day = fold(words, clips, sounds)
    silent = _silent(day, clips)
    asked = _Asked(day, clips, sounds)
    known = {
        clip.id: ClipOfDay(each.ref, each.row, clip, clip.id in silent, asked.placer(clip, each, clip.id in silent))
        for each, clip in zip(recordings.clips, clips, strict=True)
    }
    return DayRead(ref, said.facts, said.papers, said.corrections, day, known, recordings.sounds, recordings)


def circled_clips(read: DayRead) -> frozenset[str]:
    """The names of clips of circled takes, as papers, people and cards have them; those that have not come among
    them."""
    circled = {take.key: take for take in read.day.takes if take.is_a(Flag.CIRCLED)}
    here = {part.name for take in circled.values() for part in take.clips}
    absent = {
        entry.about
        for entry in read.day.worklist
        if entry.lack is Lack.UNKNOWN_CLIP and entry.about and entry.take in circled
    }
    return frozenset(here | absent)


def applied_sound(read: DayRead, clip_id_version: str, mapping: SoundMapping) -> AppliedSound | None:
    """A clip, by `DayClip.id`, and which tracks a production wants → the sound that its proxies carry, if any."""
    placing = read.clips[clip_id_version].placing
    if placing is None or not placing.chosen:
        return None
    chosen = [(each, read.sounds[each.id]) for each in placing.chosen]
    mix, isos = tracks([(number, sound.sound) for number, (_, sound) in enumerate(chosen)], mapping)
    files = tuple(
        PlacedSound(file=sound.source, offset=round(each.offset), rate=sound.sound.rate, speed=each.speed)
        for each, sound in chosen
    )
    return AppliedSound(files=files, mix=mix, isos=isos, sentence=placing.sentence)


class _Asked:
    """Which sound is whose, found out when it is asked: who plans one clip of a day needs one of a hundred."""

    def __init__(self, day: Day, clips: Sequence[DayClip], sounds: Sequence[DaySound]) -> None:
        self._day, self._clips, self._sounds = day, clips, sounds

    @cached_property
    def _candidates(self) -> Candidates:
        return Candidates(self._day, self._clips, self._sounds)

    def placer(self, clip: DayClip, recorded: Recorded, silent: bool) -> Callable[[], Placing | None]:
        def placed() -> Placing | None:
            if not self._sounds:
                return None
            candidates = self._candidates.of(clip, recorded.listened)
            return place(clip, candidates, recorded.listened, silent=silent)

        return placed


def _silent(day: Day, clips: Iterable[DayClip]) -> set[str]:
    """Clips that need no sound: off speed, or of takes of which each is MOS, or is never heard and has none."""
    told_fps: dict[str, Fraction] = {}
    takes_of: dict[str, list[Take]] = {}
    for take in day.takes:
        for part in take.clips:
            takes_of.setdefault(part.id, []).append(take)
            fps = part.facts.get("sensor_fps")
            if fps and isinstance(fps.value, Fraction):
                told_fps[part.id] = fps.value
    off_speed = {clip.id for clip in clips if clip.is_off_speed(told_fps.get(clip.id))}
    return off_speed | {of for of, takes in takes_of.items() if all(map(_needs_no_sound, takes))}


def _needs_no_sound(take: Take) -> bool:
    return take.is_a(Flag.MOS) or (not take.sounds and any(map(take.is_a, _SILENT)))


def _slated(clips: Iterable[DayClip], words: Iterable[Word]) -> list[DayClip]:
    """Clips → the same; on a day that counts its slates by numbers, what a model read as a setup is a scene: 12A in the
    cell Scene stands beside a slate 401 then, of which models tell nothing."""
    if not any(word.said.slate for word in words):
        return list(clips)
    return [
        replace(clip, slate=Said(scene=clip.slate.setup, take=clip.slate.take))
        if clip.slate and clip.slate.setup
        else clip
        for clip in clips
    ]
