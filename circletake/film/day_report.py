"""What is told of a unit's shooting day: the day as it folds, its facts, its cards and its papers → the report.

Facts only: what came and what did not, what was said and by whom, and what waits for a person. Nothing here says what
is good or bad, and nothing is about people's work. A night that crosses midnight is one day.

Runtimes are those of everything recorded, all cameras added up, as it plays: two cameras on a take of one minute are
two minutes of footage. They are exact; whoever shows them rounds them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from circletake.contracts.keys import DayRef
from circletake.contracts.takes import MAX_REMARK, Correction, DayFacts, Flag, Paper, Said
from circletake.film.day_report_rolls import RollLine
from circletake.film.papers.written import Problem
from circletake.film.takes.day import Day, DayClip, DaySound, Entry, Fact, Lack, Part, Summary, Take
from circletake.film.takes.exports import written_name
from circletake.film.takes.facts import OF_CLIP
from circletake.film.takes.names import natural, plain
from circletake.film.takes.recordings import Recordings
from circletake.film.takes.worklist import Worklist
from circletake.film.timing import Timecode


class Silence(StrEnum):
    """Why no sound belongs to a take that has a picture. All but the last are no fault."""

    MOS = "MOS"
    FALSE_START = "FALSE_START"
    VFX_REFERENCE = "VFX_REFERENCE"
    OFF_SPEED = "OFF_SPEED"
    UNEXPLAINED = "UNEXPLAINED"


_SILENT = {
    Flag.MOS: Silence.MOS,
    Flag.FALSE_START: Silence.FALSE_START,
    Flag.VFX_REFERENCE: Silence.VFX_REFERENCE,
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """The part of a take that one clip holds: labels of its first frame and of the first after it, seconds as played.

    `facts`: what holds of the clip, by the names that `Said` has for it.
    """

    clip: str
    camera: str | None
    roll: str
    starts: str | None
    ends: str | None
    runtime: Fraction
    facts: Mapping[str, str | Fraction]


@dataclass(frozen=True, slots=True)
class TakeLine:
    """A take. `flags` are those that hold, in one order; `notes` as they were written, the most believed first;
    `facts`: what was said of its camera without telling of which of several, or where none recorded it, by the names
    that `Said` has; `waiting`: what of it and its recordings waits for a person, in sentences; `counts`: whether it is
    one of the takes where takes are counted."""

    called: str
    scene: str | None
    setup: str | None
    slate: str | None
    take: str | None
    flags: tuple[Flag, ...]
    clips: tuple[PartLine, ...]
    sounds: tuple[str, ...]
    sound_roll: str | None
    silence: Silence | None
    facts: Mapping[str, str | Fraction]
    notes: tuple[str, ...]
    waiting: tuple[str, ...]
    counts: bool

    @property
    def circled(self) -> bool:
        return Flag.CIRCLED in self.flags

    @property
    def runtime(self) -> Fraction:
        return sum((part.runtime for part in self.clips), Fraction(0))


@dataclass(frozen=True, slots=True)
class SetupLine:
    """A setup of a scene and its takes; `missing`: numbers that nobody mentions, a fact and no fault.

    `scene` and `setup` are None where nobody said them: wild tracks and false starts without a number.
    """

    scene: str | None
    setup: str | None
    takes: tuple[TakeLine, ...]
    missing: tuple[int, ...]

    @property
    def counted(self) -> tuple[TakeLine, ...]:
        return tuple(take for take in self.takes if take.counts)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper that was brought in, and what could not be read of it."""

    paper: Paper
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class DayReport:
    """A unit's shooting day. `settled`: contradictions that a person settled, in sentences; those that are open stand
    in `missing`, what waits for a person by its kind. `misfits`: what does not fit between a clip and its sound.
    `sounds_without_picture`: names of files. `said`: who corrected how often, of what still counts."""

    ref: DayRef
    facts: DayFacts
    summary: Summary
    rolls: tuple[RollLine, ...]
    setups: tuple[SetupLine, ...]
    missing: Mapping[Lack, tuple[Entry, ...]]
    settled: tuple[str, ...]
    misfits: tuple[tuple[str, str], ...]
    sounds_without_picture: tuple[str, ...]
    papers: tuple[PaperLine, ...]
    said: Mapping[str, int]

    @property
    def takes(self) -> tuple[TakeLine, ...]:
        return tuple(take for setup in self.setups for take in setup.takes)


def report_day(
    ref: DayRef,
    facts: DayFacts,
    day: Day,
    clips: Iterable[DayClip],
    sounds: Iterable[DaySound],
    *,
    rolls: Iterable[RollLine] = (),
    papers: Iterable[PaperLine] = (),
    corrections: Iterable[Correction] = (),
    misfits: Iterable[tuple[str, str]] = (),
) -> DayReport:
    """A day, as it folds from these clips and sounds, and what else is known of it → its report.

    `misfits`: (clip, sentence). Papers and corrections that were taken back are left out.
    """
    recordings = Recordings(clips, sounds)
    worklist = Worklist(day.takes, recordings)
    missing: defaultdict[Lack, list[Entry]] = defaultdict(list)
    for entry in day.worklist:
        missing[entry.lack].append(entry)
    return DayReport(
        ref,
        facts,
        day.summary,
        tuple(sorted(rolls, key=lambda line: natural(line.roll))),
        _setups(day, recordings, worklist),
        {lack: tuple(missing[lack]) for lack in Lack if lack in missing},
        tuple(worklist.conflict(each).sentence for each in day.conflicts if each.settled),
        tuple(misfits),
        tuple(recordings.names[recordings.place(sound)] for sound in _lone_sounds(day)),
        tuple(sorted((each for each in papers if not each.paper.taken_back), key=lambda each: each.paper.at)),
        Counter(each.by for each in corrections if each.taken_back_at is None),
    )


def _lone_sounds(day: Day) -> list[str]:
    return [each.sound for each in day.worklist if each.lack is Lack.SOUND_WITHOUT_PICTURE and each.sound]


def _setups(day: Day, recordings: Recordings, worklist: Worklist) -> tuple[SetupLine, ...]:
    missing = {plain(gap.setup): gap.missing for gap in day.gaps}
    names: dict[tuple[str, str], tuple[str | None, str | None]] = {}
    takes: defaultdict[tuple[str, str], list[TakeLine]] = defaultdict(list)
    scenes: defaultdict[str, set[str]] = defaultdict(set)
    for take in day.takes:
        scenes[take.key.setup] |= {str(take.scene.value)} if take.scene else set()
    for take in day.takes:
        line = _take(take, recordings, worklist, day.worklist)
        # Without a setup of its own: what is no take has no place among the scenes.
        setup = (line.setup or line.slate or line.scene) if take.key.setup else None
        # A wild track stands with its setup, which is of one scene, though nobody says so of the wild track.
        scene = line.scene or (min(scenes[take.key.setup]) if len(scenes[take.key.setup]) == 1 else None)
        key = plain(scene or "") if setup else "", take.key.setup
        names.setdefault(key, (scene if setup else None, setup))
        takes[key].append(line)
    # What nobody gave a scene stands after those that have one, and what has no setup last.
    order = sorted(takes, key=lambda key: (not key[1], not key[0], natural(key[0]), natural(key[1])))
    return tuple(
        SetupLine(*names[key], tuple(takes[key]), missing.get(plain(names[key][1] or ""), ())) for key in order
    )


def _take(take: Take, recordings: Recordings, worklist: Worklist, entries: Iterable[Entry]) -> TakeLine:
    own = {take.key, *(part.id for part in take.clips + take.sounds)}
    scene, setup, slate, number = (
        str(fact.value) if fact else None for fact in (take.scene, take.setup, take.slate, take.take)
    )
    rolls = {str(fact.value) for part in take.sounds if (fact := part.facts.get("sound_roll"))}
    return TakeLine(
        take.called,
        scene,
        setup,
        slate,
        number,
        tuple(flag for flag in Flag if take.is_a(flag)),
        tuple(_part(part, recordings.clip(recordings.place(part.id)), take) for part in take.clips),
        tuple(part.name for part in take.sounds),
        rolls.pop() if len(rolls) == 1 else None,
        _silence(take, worklist),
        {} if len(take.clips) == 1 else _of_clip(take.facts),
        tuple(str(note.value) for note in take.notes),
        tuple(each.sentence for each in entries if {each.take, each.clip, each.sound} & own),
        take.counts,
    )


def _silence(take: Take, worklist: Worklist) -> Silence | None:
    if take.sounds or not take.clips:
        return None
    if not worklist.is_silent_by_intent(take):
        return Silence.UNEXPLAINED
    return next((why for flag, why in _SILENT.items() if take.is_a(flag)), Silence.OFF_SPEED)


def _part(part: Part, clip: DayClip, take: Take) -> PartLine:
    label = Timecode(clip.start, clip.rate, clip.drop) if clip.start is not None else None
    # What was said without telling of which camera holds of the only one.
    facts = _of_clip({**take.facts, **part.facts} if len(take.clips) == 1 else part.facts)
    camera = facts.get("camera", clip.camera)
    return PartLine(
        clip.title,
        str(camera) if camera else None,
        clip.roll,
        str(label + part.first) if label else None,
        str(label + (part.first + part.length)) if label else None,
        part.length / clip.rate,
        facts,
    )


def _of_clip(facts: Mapping[str, Fact]) -> dict[str, str | Fraction]:
    return {name: fact.value for name, fact in facts.items() if name in OF_CLIP and not isinstance(fact.value, bool)}


def said_of(take: TakeLine) -> Said:
    """A take → what the report says of it, as a paper would, so that it can be read again.

    What differs from camera to camera stands nowhere here: a paper's row says one thing of all its clips.
    """
    shared = {name: _shared(take, name) for name in OF_CLIP if name != "roll"}
    starts, ends = (_one([getattr(part, name) for part in take.clips]) for name in ("starts", "ends"))
    return Said(
        scene=take.scene,
        setup=take.setup,
        slate=take.slate,
        take=take.take,
        **shared,
        roll=_one([part.roll for part in take.clips]),
        sound_roll=take.sound_roll,
        clips=tuple(written_name(part.clip) for part in take.clips),
        sounds=tuple(map(written_name, take.sounds)),
        starts=starts if ends else None,
        ends=ends if starts else None,
        flags=dict.fromkeys(take.flags, True),
        note="\n".join(kept_notes(take.notes)) or None,
    )


def _shared(take: TakeLine, name: str) -> Any:
    """→ what all its clips have in common; where none has any of it, what was said without telling of which."""
    told = [part.facts.get(name) for part in take.clips]
    return _one(told) if any(told) else take.facts.get(name)


def _one(values: Sequence[Any]) -> Any:
    """→ what all of them are; None where they differ, or one is not known."""
    return values[0] if values and all(value == values[0] for value in values) else None


def kept_notes(notes: Sequence[str]) -> Sequence[str]:
    """Notes → the first of them, as many as fit one remark."""
    most = len(notes)
    while len("\n".join(notes[:most])) > MAX_REMARK:
        most -= 1
    return notes[:most]
