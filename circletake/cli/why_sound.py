"""`circletake why` of sound: where a clip's lies and how that is known, and whom a recorder's file serves."""

from collections.abc import Iterator
from fractions import Fraction

from rich.table import Table
from rich.text import Text

from circletake.cli.notes_shared import said_text
from circletake.cli.shared import console, counted, visible
from circletake.cloud.catalogue import Catalogue
from circletake.cloud.day_telling import tell_mismatches, tell_placed, tell_said, tell_sound
from circletake.cloud.days import ClipOfDay, DayRead, read_day
from circletake.cloud.reading import Told
from circletake.contracts.keys import DayRef, RollRef
from circletake.contracts.takes import Said
from circletake.film.sound.overlaps import Standing
from circletake.film.sound.placing import place


class Sounds:
    """The sound of days, each of which is read once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._read: dict[DayRef, DayRead] = {}

    def of_clip(self, roll: RollRef, clip: str) -> Told | None:
        """A roll and a clip of it, by id and version → its sound, or why it has none; None for one that is in no day:
        an older version, a copy, what could not be read."""
        read = self._day(roll)
        of_day = read.clips.get(clip)
        if of_day is None:
            return None
        placed = tell_placed(read, of_day)
        told = placed or {"name": None, "standing": None, "confidence": 0.0, "sentence": _why_none(of_day)}
        is_awaited = bool(of_day.placing and of_day.placing.to_hear)
        return {**told, "to_be_heard": is_awaited, "listed": tell_mismatches(of_day)}

    def of_file(self, roll: RollRef, version: str) -> Told | None:
        """A recorder's file → what its header says, and the clips under which it lies; None for any other file, and for
        one whose header could not be read."""
        read = self._day(roll)
        sound = read.sounds.get(version)
        if sound is None:
            return None
        return {
            **tell_sound(version, sound),
            "said": tell_said(sound.sound.said),
            "seconds": float(Fraction(sound.sound.frames, sound.sound.rate)),
            "takes": [take.called for take in read.day.takes if any(part.id == version for part in take.sounds)],
            "clips": list(_served(read, version)),
        }

    def _day(self, roll: RollRef) -> DayRead:
        if roll.of_day not in self._read:
            self._read[roll.of_day] = read_day(self._catalogue, roll.of_day)
        return self._read[roll.of_day]


def _why_none(of_day: ClipOfDay) -> str:
    if of_day.silent:
        return place(of_day.clip, (), {}, silent=True).sentence
    return of_day.placing.sentence if of_day.placing else "No sound of its day has come yet."


def _served(read: DayRead, version: str) -> Iterator[Told]:
    for of_day in read.clips.values():
        placing = of_day.placing
        if placing and any(chosen.id == version for chosen in placing.chosen):
            yield {**(tell_placed(read, of_day) or {}), "name": of_day.clip.title, "roll": of_day.clip.roll}


def show_sound_of_clip(told: Told) -> None:
    """A clip's sound → the screen."""
    said = told["sentence"]
    if told["name"]:
        carried = "Its proxies carry it." if told["applied"] else "Its proxies do not carry it yet."
        said = f"{said} Confidence {told['confidence']:.0%}. {carried}"
        if told["to_be_heard"]:
            others = told["standing"] not in (Standing.TIMECODE, Standing.DOUBTED)
            said += " Others are still to be listened to." if others else " It was not listened to yet."
    _say("sound", said)
    for each in told["listed"]:
        _say("", f"! {each['sentence']}", "yellow")


def show_sound_file(told: Told) -> None:
    """What a recorder's file says of itself, and whom it serves → the screen."""
    tracks = ", ".join(f"{number} {name}" for number, name in told["tracks"].items())
    starts = f" from {told['start_timecode']}" if told["start_timecode"] else ", without a timecode"
    shape = f"{counted(told['channels'], 'channel')} at {told['rate'] / 1000:g} kHz, {told['seconds']:.1f} s{starts}"
    _say("header", shape + (f"; tracks {tracks}" if tracks else ""))
    if words := said_text(Said.model_validate(told["said"])):
        _say("", words)
    for remark in told["remarks"]:
        _say("", f"! {remark}", "yellow")
    _say("takes", ", ".join(told["takes"]) or "It is the sound of no take.")
    for number, clip in enumerate(told["clips"]):
        _say("" if number else "clips", f"{clip['name']} on roll {clip['roll']}: {clip['sentence']}")
    if not told["clips"]:
        _say("clips", "It lies under no clip.")


def _say(what: str, words: str, style: str = "") -> None:
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_column(width=8)
    line.add_row(Text(what, style="dim"), Text(visible(words), style=style))
    console.print(line)
