"""A day's report in words: its figures, and its sections with their headings and cells, for whoever sets them.

What the terminal, the page and the paper say stands here once; they differ in how they set it. Text that came from a
paper or a card is in the cells as it came: whoever sets it makes it safe.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from circletake.contracts.cards import Light
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import Flag, Source
from circletake.film.day_report import DayReport, Silence, TakeLine
from circletake.film.report import clock_text
from circletake.film.takes.day import Lack

DASH = "–"
NOTE = "Runtime is everything recorded as it plays, all cameras added up. TC out is the first frame after the clip."
COUNTED = "A take has a number; wild tracks are counted apart. Takes without picture are in no clip."
MARKS = {
    Flag.CIRCLED: "circled",
    Flag.PICKUP: "PU",
    Flag.SERIES: "SER",
    Flag.MOS: "MOS",
    Flag.TAIL_SLATE: "tail slate",
    Flag.FALSE_START: "false start",
    Flag.WILD_TRACK: "wild track",
    Flag.VFX_REFERENCE: "VFX reference",
}
LACKS = {
    Lack.CLIP_WITHOUT_TAKE: "Clips without a take",
    Lack.TAKE_WITHOUT_PICTURE: "Takes without picture",
    Lack.TAKE_WITHOUT_SOUND: "Takes without sound",
    Lack.SOUND_WITHOUT_PICTURE: "Sound without picture",
    Lack.CONFLICT: "Contradictions",
    Lack.DOUBLED_TAKE: "Takes told twice",
    Lack.UNKNOWN_CLIP: "Clips that papers name and the day does not have",
    Lack.UNKNOWN_SOUND: "Sounds that papers name and the day does not have",
    Lack.WHICH_RECORDING: "Names that fit several recordings",
    Lack.BAD_TIMECODE: "Timecodes that do not exist",
}
_SILENT = {
    Silence.UNEXPLAINED: "Without sound, and nobody says why",
    Silence.MOS: "MOS",
    Silence.OFF_SPEED: "Off speed, without sound",
    Silence.FALSE_START: "False starts without sound",
    Silence.VFX_REFERENCE: "VFX references without sound",
}
#: What stands in a take's row where it has no sound.
SILENCES = {
    Silence.UNEXPLAINED: "no sound",
    Silence.MOS: "MOS",
    Silence.OFF_SPEED: "off speed",
    Silence.FALSE_START: "none: false start",
    Silence.VFX_REFERENCE: "none: VFX reference",
}
WHOSE = {
    Source.PERSON: "people",
    Source.SCRIPT: "script",
    Source.SOUND: "sound",
    Source.CAMERA: "camera",
    Source.SLATE: "slates",
    Source.EXPORT: "our own export",
}
#: Takes with these need no picture.
_HEARD_ONLY = {Flag.WILD_TRACK, Flag.FALSE_START}


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines of text. `light` sets the first in a light's ink; `circled` draws a circle round it, as on set."""

    lines: tuple[str, ...]
    light: Light | None = None
    strong: bool = False
    circled: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column: what stands above it, its share of the width, the letters that it has room for at least, and whether
    figures stand in it."""

    text: str
    share: float
    least: int = 0
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading of their own; `title` is empty where there is none."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report; `none` is what it says where it has no rows. `brief`: it stands on the terminal alone;
    `full`: there it does not stand."""

    title: str
    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    none: str = ""
    brief: bool = False
    full: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(group.title or group.rows for group in self.groups)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the day, what it counts, and what is to be said with it."""

    number: str
    what: str
    beside: str = ""
    light: Light | None = None


class Clock:
    """The day's zone: moments → as people there read them. Where none is set, or none of that name is known, UTC."""

    def __init__(self, zone: str | None) -> None:
        self._zone: ZoneInfo | None = None
        self.sentence = "No time zone is set for this day: times are in UTC."
        if zone:
            try:
                self._zone = ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                self.sentence = f"The time zone “{zone}” is not known here: times are in UTC."
            else:
                self.sentence = f"Times are in {zone}."

    def tell(self, moment: str) -> str:
        """'2026-09-30T18:00:00Z' → '2026-09-30 20:00 CEST'."""
        at = datetime.fromisoformat(moment).astimezone(self._zone or UTC)
        return f"{at:%Y-%m-%d %H:%M %Z}"


def unit_text(ref: DayRef) -> str:
    """A day → which unit's it is."""
    return "main unit" if ref.unit == "main" else f"unit {ref.unit}"


def day_line(report: DayReport, clock: Clock) -> list[str]:
    """A report → what is known of the day itself: its kind, call and wrap, and in which zone."""
    facts = report.facts
    lines = [f"Kind: {facts.kind}"] if facts.kind else []
    lines += [f"Call {clock.tell(facts.call)}" if facts.call else "Call: not said"]
    lines += [f"Wrap {clock.tell(facts.wrap)}" if facts.wrap else "Wrap: not said"]
    if facts.call and facts.wrap:
        lasted = datetime.fromisoformat(facts.wrap) - datetime.fromisoformat(facts.call)
        if lasted > timedelta():
            lines.append(f"{lasted // timedelta(hours=1)} h {lasted // timedelta(minutes=1) % 60:02} min")
    return [*lines, clock.sentence]


def figures(report: DayReport) -> list[Figure]:
    """A report → the day in numbers."""
    day, cards = report.summary, [card for roll in report.rolls for card in roll.cards]
    safe = sum(card.light is Light.GREEN for card in cards)
    verified = sum(card.verified for card in cards)
    worst = max((card.light for card in cards), key=list(Light).index, default=None)
    said = (
        f"{len(cards)} received · {verified} verified · {len(cards) - safe} not safe to format"
        if cards
        else "none received"
    )
    also = [counted(day.false_starts, "false start")] if day.false_starts else []
    also += [counted(day.wild_tracks, "wild track")] if day.wild_tracks else []
    waiting = sum(map(len, report.missing.values()))
    return [
        Figure(f"{safe}/{len(cards)}" if cards else "0", "cards safe", said, worst),
        Figure(str(len(day.scenes)), _plural("scene", len(day.scenes)), listing(day.scenes)),
        Figure(str(len(day.setups)), _plural("setup", len(day.setups))),
        Figure(str(day.takes), _plural("take", day.takes), " · ".join(also)),
        Figure(str(day.circled), "circled", f"{clock_text(day.circles.runtime)} runtime"),
        Figure(clock_text(day.all.runtime), "runtime", counted(day.all.clips, "clip")),
        Figure(str(day.sounds), _plural("sound file", day.sounds), _unheard(day.silent)),
        Figure(str(waiting), "waiting for a person", "", Light.AMBER if waiting else None),
    ]


def _unheard(silent: int) -> str:
    return f"{counted(silent, 'take')} without sound" if silent else ""


def counted(number: int, word: str) -> str:
    """1, "take" → "1 take"; 2, "take" → "2 takes"."""
    return f"{number} {_plural(word, number)}"


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"


def listing(names: Iterable[str], most: int = 12) -> str:
    """Names → all of them, or the first so many and how many more."""
    told = list(names)
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + more


def text(*lines: str | None, light: Light | None = None, strong: bool = False, circled: bool = False) -> Cell:
    """Texts → a cell; a text of several lines is several."""
    parts = (part for line in lines if line for part in line.split("\n"))
    return Cell(tuple(parts), light, strong, circled)


def heard_and_seen(report: DayReport) -> Iterator[tuple[str, Sequence[str]]]:
    """A report → what has picture without sound and the reverse, each with the names of what is meant."""
    takes = report.takes
    yield "With picture and sound", [take.called for take in takes if take.clips and take.sounds]
    for silence, what in _SILENT.items():
        yield what, [take.called for take in takes if take.silence is silence]
    yield "Takes without picture", [take.called for take in takes if _lacks_picture(take)]
    yield "Sound without picture", report.sounds_without_picture
    yield "Wild tracks", [take.called for take in takes if Flag.WILD_TRACK in take.flags]


def _lacks_picture(take: TakeLine) -> bool:
    return not take.clips and _HEARD_ONLY.isdisjoint(take.flags)


def lens_text(take: TakeLine) -> str:
    """A take → the lens that was said of it without telling of which camera; empty where none was."""
    lens = take.facts.get("lens")
    return f"{lens} (camera not told)" if lens and take.clips else str(lens or "")


def missing_text(numbers: Sequence[int], most: int = 12) -> str:
    """(2, 5) → "nobody mentions takes 2, 5"."""
    return f"nobody mentions {_plural('take', len(numbers))} {listing(map(str, numbers), most)}" if numbers else ""


def said_text(said: Mapping[str, int]) -> str:
    """Who corrected how often → a sentence; empty where nobody did."""
    told = [f"{by} ({times})" for by, times in sorted(said.items())]
    return f"Corrected by {', '.join(told)}." if told else ""
