"""Shooting days as the API tells of them and takes what people say: made days, through the real fold.

What a person says goes to the fold as a word, so what comes back is what the studio makes of it.
"""

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from circletake.contracts.keys import short_hash
from circletake.contracts.takes import Correction, DayFacts, Source
from circletake.film.takes.day import Day, DayClip, DaySound, Word
from circletake.film.takes.fold import fold
from circletake.film.timing import Timecode
from tests.made_day import MadeUnit
from tests.web.fake_looks import Refused

Json = dict[str, Any]
Key = tuple[str, str, str]

SPEAKERS = frozenset({"script", "editorial", "camera", "director", "admin"})
#: When the first word of a person was said; each further one a minute later.
FIRST = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)


@dataclass
class FakeDay:
    """A made day, and what people say of it. `media`: folder and names of what stands for the pictures of a clip."""

    made: MadeUnit
    media: list[tuple[str, list[str]]] = field(default_factory=list)
    facts: DayFacts = field(default_factory=DayFacts)
    words: list[Word] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words = list(self.made.words)

    def say(self, said: Json, by: str) -> Correction:
        at = FIRST + timedelta(minutes=len(self.corrections))
        named = short_hash(len(self.corrections), said)
        correction = Correction.model_validate({"id": named, "said": said, "by": by, "at": at.isoformat()})
        self.corrections.append(correction)
        return correction

    def take_back(self, named: str, by: str) -> None:
        (place,) = [place for place, each in enumerate(self.corrections) if each.id == named]
        back = {"taken_back_by": by, "taken_back_at": FIRST.isoformat()}
        self.corrections[place] = Correction.model_validate(self.corrections[place].model_dump() | back)

    @property
    def standing(self) -> list[Correction]:
        return [each for each in self.corrections if each.taken_back_by is None]

    def fold(self) -> Day:
        people = [Word(Source.PERSON, each.by, each.said, each.at) for each in self.standing]
        return fold([*self.words, *people], self.made.clips, self.made.sounds)


@dataclass
class FakeDays:
    """The days of a studio. While `refusal` is set, nothing that is said is taken."""

    days: dict[Key, FakeDay] = field(default_factory=dict)
    asked: list[tuple[str, Json]] = field(default_factory=list)
    refusal: str | None = None

    def listed(self, production: str) -> Json:
        return {
            "days": [
                {"unit": key[1], "day": key[2], "facts": _plain(day.facts), "summary": _json(day.fold().summary)}
                for key, day in self.days.items()
                if key[0] == production
            ]
        }

    def answer(self, key: Key, asked: str, body: bytes, name: str, roles: tuple[str, ...]) -> Json:
        """Production, unit and day, and what is asked of it → what the API answers. Raises `Refused`."""
        day = self.days.get(key)
        if day is None:
            made = MadeUnit(key[1], key[2], (), (), (), (), {}, (), frozenset())
            day = FakeDay(made)
        may_say = not SPEAKERS.isdisjoint(roles)
        if not body:
            return tell(key, day, may_say=may_say)
        if not may_say:
            raise Refused(HTTPStatus.FORBIDDEN, "You may not correct takes.", "Ask the script supervisor.")
        if self.refusal:
            raise Refused(HTTPStatus.CONFLICT, self.refusal, "Look at the day again.")
        told = json.loads(body)
        self.asked.append((asked, told))
        if asked == "corrections/take-back":
            day.take_back(told["id"], name)
            return {}
        try:
            return {"correction": _plain(day.say(told["said"], name))}
        except ValidationError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "This is no correction.", str(error)) from error


def tell(key: Key, day: FakeDay, *, may_say: bool) -> Json:
    """A made day → as the API tells it."""
    folded, made = day.fold(), day.made
    ids = {take.key: short_hash(*key, take.key.setup, take.key.take) for take in folded.takes}
    starts = {clip.id: clip.start / clip.rate for clip in made.clips if clip.start is not None}

    def of(entry: Any) -> Json:
        return {**_json(entry), "take": ids[entry.take] if entry.take else None}

    takes = []
    for take in folded.takes:
        told = _json(take) | {"id": ids[take.key], "called": take.called, "number": _json(take.key)}
        del told["key"]
        first = min((starts[part.id] for part in take.clips if part.id in starts), default=Fraction(0))
        for part in told["clips"]:
            part["at_s"] = float(starts[part["id"]] - first) if part["id"] in starts else None
        takes.append(told)
    return {
        "production": key[0], "unit": key[1], "day": key[2], "facts": _plain(day.facts), "may_say": may_say,
        "takes": takes,
        "clips": {clip.id: _clip(key, day, place, clip) for place, clip in enumerate(made.clips)},
        "sounds": {sound.id: _sound(sound) for sound in made.sounds},
        "conflicts": [
            of(each) | {"id": short_hash(each.field, str(each.take), each.clip, each.sound), "settled": each.settled}
            for each in folded.conflicts
        ],
        "worklist": [of(each) for each in folded.worklist],
        "gaps": _json(folded.gaps), "clocks": _json(folded.clocks), "loose": _json(folded.loose),
        "summary": _json(folded.summary),
        "papers": [
            {"name": paper.name, "source": paper.source.value, "sha256": "a" * 64, "rows": len(paper.rows),
             "by": "ada", "at": FIRST.isoformat(), "columns": {}, "problems": []}
            for paper in made.papers
        ],
        "corrections": [_plain(each, {"id", "said", "by", "at"}) for each in day.standing],
    }  # fmt: skip


def _clip(key: Key, day: FakeDay, place: int, clip: DayClip) -> Json:
    clip_id = short_hash(clip.id)
    folder, names = day.media[place % len(day.media)] if day.media else ("", [])
    media = {"prefix": f"{key[1]}/{key[2]}/{clip.roll}/{folder}/{clip_id}/", "names": names} if names else None
    return {
        "roll": clip.roll, "clip_id": clip_id, "version": clip_id[::-1], "name": clip.title, "camera": clip.camera,
        "state": "DELIVERED" if media else "RECEIVED", "rate": _rate(clip.rate), "frames": clip.frames,
        "start_timecode": None if clip.start is None else str(Timecode(clip.start, clip.rate, clip.drop)),
        "drop": clip.drop, "media": media, "has_sound": clip.sound, "silent": clip.is_off_speed(), "sound": None,
        "listed": [],
    }  # fmt: skip


def _sound(sound: DaySound) -> Json:
    file = sound.file
    return {
        "roll": "SR14", "name": file.name, "rate": file.rate, "channels": file.channels, "frames": file.frames,
        "start_timecode": None, "tracks": {"1": "MixL", "2": "MixR"}, "remarks": list(file.remarks),
    }  # fmt: skip


def _plain(wire: Any, only: set[str] | None = None) -> Json:
    told: Json = wire.model_dump(mode="json", include=only)
    return told


def _rate(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def _json(value: Any, name: str = "") -> Any:
    if dataclasses.is_dataclass(value):
        return {each.name: _json(getattr(value, each.name), each.name) for each in dataclasses.fields(value)}
    if isinstance(value, Fraction):
        return float(value) if name == "runtime" else _rate(value)
    if hasattr(value, "items"):
        return {str(key): _json(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_json(each) for each in value]
    return value
