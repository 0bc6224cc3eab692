"""A day as it is folded → rows, one for each clip of a take, and the CSV and ALEs to hand out.

Each row has what holds: of several who differ, the most believed. What is said of a take stands in the rows of all its
clips; what is said of a camera without telling which of several, in a row without clips. The CSV has them all. An ALE
lists recordings by their names, so what is about none of them is not in it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypedDict

from circletake.contracts.takes import MAX_REMARK, Said
from circletake.film.interchange.bins import Clock
from circletake.film.papers.exported import write_ale, write_csv
from circletake.film.takes.day import Day, DayClip, DaySound, Fact, Part, Take
from circletake.film.takes.exports import written_name
from circletake.film.timing import Timecode


class Export(TypedDict):
    """`ale`: a list's clock ("23.976", "29.97df") → its text, the longest first; none without recording or clock."""

    csv: str
    ale: dict[str, str]


def export_day(day: Day, clips: Iterable[DayClip], sounds: Iterable[DaySound]) -> Export:
    """A day, and the clips and sounds that it was folded from → its CSV and its ALEs, the longest list first."""
    known, heard = {clip.id: clip for clip in clips}, list(sounds)
    rows = list(_rows(day, known, heard))
    # A clip of which only the name is known has no clock of its own, and stands in the list of the most.
    clocks = {of: Clock(clip.rate, clip.drop) for of, clip in known.items() if clip.frames}
    counted = Counter(clocks.values())
    rates = Counter(sound.file.timecode_rate for sound in heard if sound.file.timecode_rate)
    main = (
        max(counted, key=lambda clock: (counted[clock], str(clock)))
        if counted
        else Clock(max(rates, key=lambda rate: (rates[rate], rate)), drop=False)
        if rates
        else None
    )
    lists: defaultdict[Clock, list[Said]] = defaultdict(list)
    for of, row in rows:
        clock = clocks.get(of, main) if of else main
        if clock and (row.clips or row.sounds):
            lists[clock].append(row)
    longest = sorted(lists, key=lambda clock: (-len(lists[clock]), str(clock)))
    return {
        "csv": write_csv(row for _, row in rows),
        "ale": {str(clock): write_ale(lists[clock], clock.rate) for clock in longest},
    }


def rows_of_day(day: Day, clips: Iterable[DayClip], sounds: Iterable[DaySound]) -> tuple[Said, ...]:
    """A day, and the clips and sounds that it was folded from → what is known of it, in rows."""
    return tuple(row for _, row in _rows(day, {clip.id: clip for clip in clips}, sounds))


def _rows(day: Day, clips: Mapping[str, DayClip], sounds: Iterable[DaySound]) -> Iterator[tuple[str | None, Said]]:
    """→ each row, and the id of the clip that it is about."""
    for take in day.takes:
        yield from _of_take(take, clips)
    taken = {part.id for take in day.takes for part in take.clips + take.sounds}
    for clip in sorted(clips.values(), key=lambda clip: (clip.title, clip.id)):
        if clip.id not in taken:
            whole = Part(clip.id, clip.title, 0, clip.frames, (), 0.0, ())
            yield (
                clip.id,
                Said(camera=clip.camera, roll=clip.roll, clips=(written_name(clip.title),), **_labels(whole, clip)),
            )
    for sound in sorted(sounds, key=lambda sound: (sound.file.name, sound.id)):
        if sound.id not in taken:
            yield None, Said(sounds=(written_name(sound.file.name),), sound_roll=sound.file.said.sound_roll)


def _of_take(take: Take, clips: Mapping[str, DayClip]) -> Iterator[tuple[str | None, Said]]:
    named: dict[str, Any] = {
        name: fact.value for name in ("scene", "setup", "slate", "take") if (fact := getattr(take, name))
    }
    of_take = named | {"flags": {flag: fact.value for flag, fact in take.flags.items()}}
    notes = _remarks([str(note.value) for note in take.notes])
    if notes:
        of_take["note"] = notes.pop(0)
    first, *more = _sounds(take.sounds) or [{}]
    for part in take.clips:
        yield (
            part.id,
            Said(
                **of_take,
                **first,
                clips=(written_name(part.name),),
                **_facts(part.facts),
                **_labels(part, clips[part.id]),
            ),
        )
    # What has no number is known by its recording.
    named = named or {"clips": tuple(written_name(part.name) for part in take.clips), **first}
    unsure = _facts(take.facts)
    if not take.clips:
        yield None, Said(**of_take, **{**unsure, **first})
    elif unsure:
        yield None, Said(**{**named, **unsure})
    for rest in (*more, *({"note": note} for note in notes)):
        yield None, Said(**{**named, **rest})


def _facts(facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {name: fact.value for name, fact in facts.items()}


def _sounds(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """A take's sounds → their names, by the roll that they are on."""
    by_roll: dict[Any, dict[str, None]] = {}
    for part in parts:
        roll = part.facts["sound_roll"].value if "sound_roll" in part.facts else None
        by_roll.setdefault(roll, {})[written_name(part.name)] = None
    return [{"sounds": tuple(names), "sound_roll": roll} for roll, names in by_roll.items()]


def _labels(part: Part, clip: DayClip) -> dict[str, str]:
    """A clip's part in a take → the labels of its first frame, and of the first one after it."""
    if clip.start is None:
        return {}
    first = Timecode(clip.start + part.first, clip.rate, clip.drop)
    return {"starts": str(first), **({"ends": str(first + part.length)} if part.length else {})}


def _remarks(notes: Iterable[str]) -> list[str]:
    """Notes → as few remarks as hold them."""
    remarks: list[str] = []
    for note in notes:
        if remarks and len(remarks[-1]) + 1 + len(note) <= MAX_REMARK:
            remarks[-1] = f"{remarks[-1]}\n{note}"
        else:
            remarks.append(note)
    return remarks
