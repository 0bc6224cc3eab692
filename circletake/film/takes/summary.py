"""Takes and recordings of a day → the day in numbers. Facts only: nothing here says what is good or bad."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from circletake.contracts.takes import Flag
from circletake.film.takes.day import Entry, Footage, Gap, Lack, Summary, Take, TakeKey
from circletake.film.takes.names import natural, plain
from circletake.film.takes.recordings import Recordings
from circletake.film.takes.rows import Row
from circletake.film.takes.worklist import Worklist

_NUMBER = re.compile(r"\d{1,6}", re.ASCII)


def gaps(takes: Iterable[Take], rows: Iterable[Row]) -> tuple[Gap, ...]:
    """Takes, and the rows that they come from → the numbers that nobody mentions between 1 and the last of each setup.

    Who is not believed mentions them, too, but does not say which one is the last.
    """
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    called: dict[str, str] = {}
    for take in takes:
        if take.key.setup and _NUMBER.fullmatch(take.key.take):
            numbers[take.key.setup].add(int(take.key.take))
            name = take.setup or take.slate or take.scene
            called.setdefault(take.key.setup, str(name.value) if name else take.key.setup)
    said = {row.key for row in rows}
    found = (
        (called[setup], tuple(number for number in _missing(numbers[setup]) if TakeKey(setup, str(number)) not in said))
        for setup in sorted(numbers, key=natural)
    )
    return tuple(Gap(setup, missing) for setup, missing in found if missing)


#: Who types 900000 for a take has mistyped; nobody wants to read what is missing before it.
_MOST_MISSING = 1000


def _missing(numbers: set[int]) -> tuple[int, ...]:
    there = sorted(numbers)
    return tuple(
        number
        for before, after in zip([0, *there], there, strict=False)
        if after - before <= _MOST_MISSING
        for number in range(before + 1, after)
    )


def summarise(takes: Sequence[Take], recordings: Recordings, worklist: Worklist, entries: Iterable[Entry]) -> Summary:
    """What a day's report says of its takes."""
    counted = [take for take in takes if take.counts]
    circled = [take for take in counted if take.is_a(Flag.CIRCLED)]
    by_camera: defaultdict[str, list[int]] = defaultdict(list)
    by_roll: defaultdict[str, list[int]] = defaultdict(list)
    for place in range(recordings.clips):
        clip = recordings.clip(place)
        by_camera[clip.camera or ""].append(place)
        by_roll[clip.roll].append(place)
    silent = [take for take in takes if take.clips and not take.sounds]
    by_intent = sum(worklist.is_silent_by_intent(take) for take in silent)
    takes_of: defaultdict[int, set[int]] = defaultdict(set)
    for number, take in enumerate(counted):
        for part in take.clips:
            takes_of[recordings.place(part.id)].add(number)
    return Summary(
        scenes=_distinct(str(take.scene.value) for take in counted if take.scene),
        setups=_distinct(str(name.value) for take in counted if (name := take.setup or take.slate or take.scene)),
        takes=len(counted),
        circled=len(circled),
        false_starts=sum(take.is_a(Flag.FALSE_START) for take in takes),
        wild_tracks=sum(take.is_a(Flag.WILD_TRACK) for take in takes),
        all=_footage(range(recordings.clips), recordings, takes_of),
        circles=_circles(circled, recordings),
        cameras={camera: _footage(places, recordings, takes_of) for camera, places in sorted(by_camera.items())},
        rolls={roll: _footage(places, recordings, takes_of) for roll, places in sorted(by_roll.items())},
        sounds=len(recordings) - recordings.clips,
        silent=len(silent) - by_intent,
        silent_by_intent=by_intent,
        sounds_without_picture=sum(entry.lack is Lack.SOUND_WITHOUT_PICTURE for entry in entries),
    )


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(plain(name), name)
    return tuple(first[key] for key in sorted(first, key=natural))


def _footage(places: Iterable[int], recordings: Recordings, takes_of: dict[int, set[int]]) -> Footage:
    clips = list(places)
    runtime = sum((recordings.clip(place).runtime for place in clips), Fraction(0))
    return Footage(len(clips), len({number for place in clips for number in takes_of.get(place, ())}), runtime)


def _circles(circled: Sequence[Take], recordings: Recordings) -> Footage:
    """Frames that several circled takes have in common count once."""
    spans: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for take in circled:
        for part in take.clips:
            spans[recordings.place(part.id)].append((part.first, part.first + part.length))
    runtime = Fraction(0)
    for place in sorted(spans):
        reached = frames = 0
        for start, end in sorted(spans[place]):
            frames += max(0, end - max(start, reached))
            reached = max(reached, end)
        runtime += frames / recordings.clip(place).rate
    return Footage(len(spans), sum(bool(take.clips) for take in circled), runtime)
