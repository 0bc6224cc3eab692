"""Shooting days as the API tells of them and takes what people say: made days, folded and told by its own code.

Only the catalogue is left out: what it would hold of a made day stands here in lists.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from circletake.cloud.day_changes import tell_changes, tell_without_paper
from circletake.cloud.day_recordings import Recorded, Recordings, SoundOfDay
from circletake.cloud.day_telling import tell_correction, tell_day, tell_listed
from circletake.cloud.days import DayRead, fold_day
from circletake.cloud.papers import PaperTold, SaidOfDay
from circletake.contracts.keys import DayRef, short_hash
from circletake.contracts.media import Output, OutputManifest
from circletake.contracts.takes import Correction, DayFacts, Paper, Source
from circletake.film.day_report import PaperLine, report_day
from circletake.film.day_report_files import file_name, write_texts
from circletake.film.day_report_words import Clock
from circletake.film.papers.reading import read_paper
from circletake.film.takes.changes import compare
from circletake.film.takes.day import DaySound
from functions.review.correcting import require_mentioned, require_sense
from functions.review.days import MAY_SAY, AskedCorrection
from functions.review.papers import AskedPaper, read_asked, tell_read, unpacked
from functions.review.refusal import Refusal, read_body
from tests.made_day import MadeUnit, make_day
from tests.made_footage import as_csv
from tests.stored_day import OFFLOAD, SOUND_ROLL, as_stored, day_of, roll_of, source_of, store_clip
from tests.web.fake_looks import Refused

if TYPE_CHECKING:
    from circletake.cloud.catalogue import Catalogue, Row

Json = dict[str, Any]
Key = tuple[str, str, str]

#: When the first word of a person was said; each further one a minute later.
FIRST = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)


#: The night of the made day.
NIGHT = DayFacts(
    zone="Europe/Berlin", call="2026-09-30T19:00:00+00:00", wrap="2026-10-01T04:30:00+00:00", kind="PICKUP"
)


@lru_cache
def made() -> MadeUnit:
    """A day on which everything is wrong that can be, except that the script has swapped clips."""
    return make_day(7).units[0]


@dataclass
class FakeDay:
    """A made day, and what people say of it. `media`: folders, and names of what stands there for clips' pictures."""

    made: MadeUnit
    production: str = "NIGHTFALL"
    media: list[tuple[str, list[str]]] = field(default_factory=list)
    facts: DayFacts = field(default_factory=DayFacts)
    corrections: list[Correction] = field(default_factory=list)
    #: What people said of headings, by the source of their papers.
    columns: dict[Source, dict[str, str]] = field(default_factory=dict)
    _read: tuple[object, DayRead] | None = None

    @property
    def ref(self) -> DayRef:
        return day_of(self.made, self.production)

    @cached_property
    def papers(self) -> list[PaperTold]:
        return [self._paper(table.name) for table in self.made.papers]

    def _paper(self, name: str) -> PaperTold:
        (table,) = [each for each in self.made.papers if each.name == name]
        read = read_paper(as_csv(table, ",", "utf-8-sig"), name, table.source)
        told = {"name": name, "source": table.source, "sha256": "a" * 64, "columns": read.columns, "by": "ada"}
        return PaperTold(Paper.model_validate({**told, "rows": len(read.said), "at": FIRST.isoformat()}), read)

    @cached_property
    def recordings(self) -> Recordings:
        clips, sounds = as_stored(self.ref, self.made)
        recorded, prefix = [], roll_of(self.ref, SOUND_ROLL).prefix
        for place, (made, clip) in enumerate(zip(self.made.clips, clips, strict=True)):
            kept = _Kept()
            ref = store_clip(cast("Catalogue", kept), self.ref, made)
            row = kept.rows[0]
            if self.media:
                row["media"] = _manifest(f"{ref.roll.prefix}", *self.media[place % len(self.media)], ref.clip_id)
            recorded.append(Recorded(ref, row, clip, {}))
        source = {each.id: source_of(f"{prefix}{OFFLOAD}/{each.file.name}") for each in sounds}
        roll = roll_of(self.ref, SOUND_ROLL)
        return Recordings(
            tuple(recorded), {each.id: SoundOfDay(roll, source[each.id], each.file) for each in sounds}, ()
        )

    def read(self) -> DayRead:
        """The day as it is folded now; nobody waits for the same one twice."""
        said = [each.paper for each in self.papers], list(self.corrections)
        if self._read is None or self._read[0] != said:
            self._read = said, self._folded()
        return self._read[1]

    def _folded(self) -> DayRead:
        said = SaidOfDay(self.facts, tuple(self.papers), tuple(self.corrections))
        return fold_day(self.ref, said, self.recordings)

    def bring_in(self, body: bytes, by: str) -> Json:
        """As the API does it, without a catalogue."""
        asked = read_body(AskedPaper, body.decode())
        remembered, told, before = self.columns.setdefault(asked.source, {}), unpacked(asked.body), self.read()
        read = read_asked(told, asked, remembered)
        paper = Paper(
            name=asked.name, source=asked.source, sha256=hashlib.sha256(told).hexdigest(), columns=read.columns,
            rows=len(read.said), by=by, at=(FIRST + timedelta(hours=1)).isoformat(),
        )  # fmt: skip
        others = [each for each in self.papers if each.paper.name != asked.name]
        replaced, now = len(others) < len(self.papers), [*others, PaperTold(paper, read)]
        changes = tell_changes(self.ref, compare(before.day, before.with_said(now, self.corrections).day))
        if asked.apply:
            self.papers[:] = now
            if asked.remember:
                remembered |= asked.columns
        seen = tell_read(read, asked, told, remembered)
        return {**seen, "changes": changes, "applied": asked.apply, "replaced": replaced}

    def take_back_paper(self, name: str) -> Json:
        told = tell_without_paper(self.read(), name)
        self.papers[:] = [each for each in self.papers if each.paper.name != name]
        return {"name": name, "taken_back": True, **told}

    def report(self) -> Json:
        read = self.read()
        clips = [each.clip for each in read.clips.values()]
        sounds = [DaySound(of, each.sound) for of, each in read.sounds.items()]
        papers = [PaperLine(each.paper, each.problems) for each in read.papers]
        report = report_day(self.ref, read.facts, read.day, clips, sounds, papers=papers)
        texts = write_texts(report, Clock(read.facts.zone), FIRST.isoformat())
        return {"files": [{"name": file_name(self.ref, kind), "text": text} for kind, text in texts.items()]}

    def correct(self, body: bytes, by: str) -> Json:
        asked = read_body(AskedCorrection, body.decode())
        said = asked.said
        require_sense(said, self.read())
        if not asked.new:
            require_mentioned(said, self.read())
        at = FIRST + timedelta(minutes=len(self.corrections))
        named = short_hash(len(self.corrections), by)
        self.corrections.append(Correction.model_validate({"id": named, "said": said, "by": by, "at": at.isoformat()}))
        return {"correction": tell_correction(self.corrections[-1])}

    def take_back(self, named: str, by: str) -> Json:
        (place,) = [place for place, each in enumerate(self.corrections) if each.id == named]
        back = {"taken_back_by": by, "taken_back_at": FIRST.isoformat()}
        self.corrections[place] = Correction.model_validate(self.corrections[place].model_dump() | back)
        return {"correction": tell_correction(self.corrections[place])}


@dataclass
class FakeDays:
    """The days of a studio. While `refusal` is set, nothing that is said is taken."""

    days: dict[Key, FakeDay] = field(default_factory=dict)
    #: What was asked, by the last part of its route.
    asked: list[tuple[str, Json]] = field(default_factory=list)
    refusal: str | None = None
    #: While set, every day is told so.
    told: Json | None = None

    @staticmethod
    def _say(day: FakeDay, asked: str, body: bytes, name: str) -> Json:
        if asked == "papers":
            return day.bring_in(body, name)
        if asked == "papers/take-back":
            return day.take_back_paper(json.loads(body)["name"])
        return day.take_back(json.loads(body)["id"], name) if "take-back" in asked else day.correct(body, name)

    def put(self, day: FakeDay) -> FakeDay:
        self.days[(day.ref.production, day.ref.unit, day.ref.day)] = day
        return day

    def listed(self, production: str, roles: tuple[str, ...]) -> Json:
        _require_seeing(roles)
        return {"days": [tell_listed(day.read()) for key, day in self.days.items() if key[0] == production]}

    def answer(self, key: Key, asked: str, body: bytes, name: str, roles: tuple[str, ...]) -> Json:
        """Production, unit and day, and what is asked of it → what the API answers. Raises `Refused`."""
        _require_seeing(roles)
        day = self.days.get(key) or FakeDay(MadeUnit(key[1], key[2], (), (), (), (), {}, (), frozenset()), key[0])
        may_say = any(role in MAY_SAY for role in roles)
        if asked == "export":
            return day.report()
        if not body:
            return self.told or tell_day(day.read(), may_say=may_say)
        if not may_say or self.refusal:
            raise Refused(HTTPStatus.FORBIDDEN, self.refusal or "You may not say that.", "Look at the day again.")
        self.asked.append((asked, json.loads(body)))
        try:
            return self._say(day, asked, body, name)
        except Refusal as refusal:
            refused = Refused(refusal.status, str(refusal), refusal.body["next_step"])
            refused.told = refusal.body
            raise refused from refusal


class _Kept:
    """Where rows are put that nobody reads from a catalogue."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def put_all(self, rows: "list[Row]") -> None:
        self.rows += rows


def _manifest(prefix: str, folder: str, names: list[str], clip_id: str) -> str:
    outputs = tuple(Output(name=name, media_type="image/jpeg", size_bytes=1, sha256="a" * 64) for name in names)
    made = OutputManifest(job_id="j", attempt=1, prefix=f"{prefix}{folder}/{clip_id}/", outputs=outputs)
    return made.model_dump_json()


def _require_seeing(roles: tuple[str, ...]) -> None:
    if roles == ("vendor",):
        raise Refused(HTTPStatus.FORBIDDEN, "Vendors are not told what was shot on a day.", "Ask somebody.")
