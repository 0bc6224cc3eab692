"""A day as it was read → as the page and the command line are told it, in JSON."""

import dataclasses
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from circletake.cloud.day_recordings import SoundOfDay
from circletake.cloud.days import ClipOfDay, DayRead
from circletake.cloud.papers import PaperTold
from circletake.cloud.reading import Told, tell_clip
from circletake.contracts.keys import DayRef, short_hash
from circletake.contracts.sound import AppliedSound
from circletake.contracts.takes import Correction, DayFacts, Said, SoundFile
from circletake.film.papers.written import Problem
from circletake.film.report import shown_media
from circletake.film.sound.in_step import Stepped, in_step
from circletake.film.sound.placing import Placing
from circletake.film.takes.clock import run_of_sound
from circletake.film.takes.day import Conflict, DaySound, Entry, Summary, Take, TakeKey
from circletake.film.timing import Timecode

#: Of one paper; whoever has more to put right exports it again.
_MOST_PROBLEMS = 500
#: Of those who say one thing, the most believed first: metadata by frame says some things ten thousand times.
_MOST_CITES = 20
#: No day has as many, and Lambda answers with at most 6 MB.
MOST_TAKES = 10_000
_CITES = ("by", "where", "loose")


def tell_day(read: DayRead, *, may_say: bool) -> Told:
    """A day → all of it. `may_say`: whether who asks may say something of it."""
    sounds = {of: each.sound for of, each in read.sounds.items()}
    return {
        "production": read.ref.production,
        "unit": read.ref.unit,
        "day": read.ref.day,
        "facts": read.facts.model_dump(mode="json"),
        "may_say": may_say,
        "takes": [_tell_take(read, sounds, take) for take in read.day.takes],
        "clips": {of: _tell_clip(read, clip) for of, clip in read.clips.items()},
        "sounds": {of: tell_sound(of, sound) for of, sound in read.sounds.items()},
        "conflicts": [_tell_conflict(read.ref, each) for each in read.day.conflicts],
        "worklist": [tell_entry(read.ref, entry) for entry in read.day.worklist],
        "gaps": _plain(read.day.gaps),
        "clocks": _plain(read.day.clocks),
        "loose": _plain(read.day.loose, "loose"),
        "summary": tell_summary(read.day.summary),
        "papers": [_tell_paper(paper) for paper in read.papers],
        "corrections": [tell_correction(each) for each in read.corrections if each.taken_back_at is None],
    }


def tell_listed(read: DayRead) -> Told:
    """A day → how it stands in the list of days."""
    return tell_unread(read.ref, read.facts) | {"summary": tell_summary(read.day.summary)}


def tell_unread(ref: DayRef, facts: DayFacts) -> Told:
    """A day of which nobody has read more than its facts → the same, without numbers."""
    return {"unit": ref.unit, "day": ref.day, "facts": facts.model_dump(mode="json"), "summary": None}


def take_id(ref: DayRef, key: TakeKey) -> str:
    """A day and a take of it → what the take is known by in an address."""
    return short_hash("take", ref.name, key.setup, key.take)


def tell_said(said: Said) -> Told:
    """What was said, without what was not."""
    told: Told = said.model_dump(mode="json", exclude_defaults=True)
    return told


def tell_correction(correction: Correction) -> Told:
    return {"id": correction.id, "said": tell_said(correction.said), "by": correction.by, "at": correction.at}


def tell_summary(summary: Summary) -> Told:
    """The day in numbers; runtimes in seconds."""
    told: Told = _plain(summary)
    return told


def tell_entry(ref: DayRef, entry: Entry) -> Told:
    """What waits for a person."""
    told: Told = _plain(entry)
    return {**told, "take": take_id(ref, entry.take) if entry.take else None}


def tell_problems(problems: Iterable[Problem]) -> list[Told]:
    """What could not be read of a paper; of very much the first, and how much more there is."""
    every = list(problems)
    told = [{"line": problem.line, "sentence": problem.sentence} for problem in every[:_MOST_PROBLEMS]]
    if more := len(every) - len(told):
        told.append(
            {"line": every[_MOST_PROBLEMS].line, "sentence": f"From here on there are {more:,} more like these."}
        )
    return told


def _tell_take(read: DayRead, sounds: Mapping[str, SoundFile], take: Take) -> Told:
    told: Told = _plain(take)
    del told["key"]
    known = [read.clips[part.id] for part in take.clips]
    begins = in_step([Stepped(each.clip, each.placing) for each in known], sounds)
    for part in told["clips"]:
        part["at_s"] = float(begins[part["id"]]) if part["id"] in begins else None
    number = {"setup": take.key.setup, "take": take.key.take}
    return {"id": take_id(read.ref, take.key), "called": take.called, "number": number, **told}


def _tell_clip(read: DayRead, of_day: ClipOfDay) -> Told:
    clip, media = of_day.clip, shown_media(tell_clip(of_day.row))
    start = str(Timecode(clip.start, clip.rate, clip.drop)) if clip.start is not None else None
    return {
        "roll": clip.roll,
        "clip_id": of_day.ref.clip_id,
        "version": of_day.ref.version,
        "name": clip.title,
        "camera": clip.camera,
        "state": of_day.row["state"],
        "rate": _rate(clip.rate),
        "frames": clip.frames,
        "start_timecode": start,
        "drop": clip.drop,
        "media": {"prefix": media["prefix"], "names": media["names"]} if media else None,
        "has_sound": clip.sound,
        "silent": of_day.silent,
        "sound": tell_placed(read, of_day),
        "listed": tell_mismatches(of_day),
    }


def tell_placed(read: DayRead, of_day: ClipOfDay) -> Told | None:
    """A clip → the sound that runs with it and what its place rests on; None where none does."""
    placing = of_day.placing
    if placing is None or not placing.chosen:
        return None
    return {
        "name": read.sounds[placing.chosen[0].id].sound.name,
        "standing": placing.standing,
        "confidence": placing.confidence,
        "sentence": placing.sentence,
        "applied": _is_applied(of_day, placing),
    }


def tell_mismatches(of_day: ClipOfDay) -> list[Told]:
    """A clip → what does not fit between it and its sound."""
    listed = of_day.placing.listed if of_day.placing else ()
    return [{"mismatch": each.mismatch, "sentence": each.sentence} for each in listed]


def _is_applied(of_day: ClipOfDay, placing: Placing) -> bool:
    """Whether the pictures that are shown carry this sound, and where it lies by now."""
    row = of_day.row
    if "sound" not in row or row.get("shown") != row.get("revision"):
        return False
    made = AppliedSound.model_validate_json(row["sound"], extra="ignore").files
    return [(file.file.version, file.offset, file.speed) for file in made] == [
        (chosen.id, round(chosen.offset), chosen.speed) for chosen in placing.chosen
    ]


def tell_sound(of: str, of_day: SoundOfDay) -> Told:
    """A recorder's file, as it says itself what it is."""
    file = of_day.sound
    run = run_of_sound(DaySound(of, file))
    return {
        "roll": of_day.roll.roll,
        "name": file.name,
        "rate": file.rate,
        "channels": file.channels,
        "frames": file.frames,
        "start_timecode": run.label if run and file.timecode_rate else None,
        "tracks": {str(channel): name for channel, name in file.tracks.items()},
        "remarks": list(file.remarks),
    }


def _tell_conflict(ref: DayRef, conflict: Conflict) -> Told:
    told: Told = _plain(conflict)
    of = take_id(ref, conflict.take) if conflict.take else None
    about = short_hash("conflict", ref.name, conflict.field, of, conflict.clip, conflict.sound)
    return {"id": about, **told, "take": of, "settled": conflict.settled}


def _tell_paper(told: PaperTold) -> Told:
    paper = told.paper.model_dump(mode="json", exclude={"taken_back"})
    return {**paper, "problems": tell_problems(told.problems)}


def _rate(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def _plain(value: Any, name: str = "") -> Any:
    """What the fold gives → the same in JSON. Rates are exact; a runtime is for people, in seconds."""
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name), each.name) for each in dataclasses.fields(value)}
    if isinstance(value, Fraction):
        return float(value) if name == "runtime" else _rate(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in (value[:_MOST_CITES] if name in _CITES else value)]
    return value
