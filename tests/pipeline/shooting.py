"""A made day's footage in the whole pipeline: its cards arrive, its papers are brought in, and the day is read.

The postman holds back what a day has too much of for a test: planning, listening and making pictures are done for the
clips that one asks for. A letter that is on its way several times arrives once.
"""

import base64
import gzip
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from circletake.cloud.catalogue import Catalogue
from circletake.cloud.days import DayRead, read_day
from circletake.cloud.search_index import SearchIndex
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisKind, Box, SlateAnswer, SlateField
from circletake.contracts.keys import COMPLETION_PATH, ClipRef, DayRef, RollRef
from circletake.film.takes.day import TakeKey
from tests.asking import ask
from tests.aws import made_up_aws, make_table
from tests.fakes import FakeBus, FakeClock
from tests.made_day import Listed, TrueTake
from tests.made_footage import Card, Footage, PaperFile
from tests.pipeline.world import World, make_world

PRODUCTION = "bikes"
_MAX_ROUNDS = 40
HELD = ("PlanClip", "LocateSound", "TranscodeClip")
Letter = tuple[str, dict[str, Any]]


@contextmanager
def fresh_world(config: Path) -> Iterator[World]:
    """A world for as long as a test needs it. `config`: a file that does not exist."""
    with pytest.MonkeyPatch.context() as patch, made_up_aws(patch, config):
        make_table(boto3.client("dynamodb"))
        yield from make_world(patch, FakeBus(), FakeClock())


@dataclass
class Studio:
    """A world whose postman holds letters back. `asked`: kind of letter → the clips, by unit and name, whose go on."""

    world: World
    held: list[Letter] = field(default_factory=list)
    asked: dict[str, Collection[tuple[str, str]]] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        return self.world.reading._catalogue

    def ask_for(self, kind: str, clips: Collection[tuple[str, str]]) -> None:
        """Deliver the letters of a kind for these clips, now and from now on, and what follows of them."""
        self.asked[kind] = clips
        self.world.under_way += [letter for letter in self.held if not self._waits(letter)]
        self.held = [letter for letter in self.held if self._waits(letter)]
        self.deliver()

    def deliver(self) -> None:
        """Everything that is under way and what follows of it, but for what is held back."""
        self.world._collect()
        for _ in range(_MAX_ROUNDS):
            letters = [json.loads(each) for each in dict.fromkeys(map(json.dumps, self.world.under_way))]
            self.held += [letter for letter in letters if self._waits(letter)]
            self.world.under_way = [letter for letter in letters if not self._waits(letter)]
            if not self.world.under_way:
                return
            self.world.deliver_some()
        raise AssertionError("messages go round and round")

    def _waits(self, letter: Letter) -> bool:
        kind = letter[1].get("detail-type", "")
        return kind in HELD and self.named(letter) not in self.asked.get(kind, ())

    def named(self, letter: Letter) -> tuple[str, str]:
        """An order for a clip → its unit and name."""
        clip = ClipRef.model_validate(letter[1]["detail"]["clip"])
        row = self.catalogue.get(clip.roll.partition, table.clip_sk(clip))
        assert row is not None
        return clip.roll.unit, row["title"]


@dataclass
class ShotUnit:
    """A unit's day: as it was made, and as it stands in the catalogue."""

    studio: Studio
    footage: Footage

    @property
    def ref(self) -> DayRef:
        return DayRef(production=PRODUCTION, unit=self.footage.made.unit, day=self.footage.made.day)

    @property
    def path(self) -> str:
        return f"/api/productions/{PRODUCTION}/units/{self.ref.unit}/days/{self.ref.day}"

    def upload(self, card: Card) -> None:
        """A card with the uploader's record of it."""
        roll = RollRef(**self.ref.model_dump(), roll=card.roll)
        files = []
        for file in sorted(path for path in card.folder.rglob("*") if path.is_file()):
            path, body = file.relative_to(card.folder).as_posix(), file.read_bytes()
            version = self.studio.world.upload(f"{roll.prefix}o-1/{path}", body)
            files.append({"path": path, "size_bytes": len(body), "s3_version": version})
        record = {"offload": "o-1", "files": files}
        self.studio.world.upload(f"{roll.prefix}o-1/{COMPLETION_PATH}", json.dumps(record).encode())

    def see_slates(self) -> None:
        """What a model read on the clips' slates, as `publish` notes it: pictures are made of a few clips alone."""
        read = {clip.title: clip for clip in self.footage.made.clips if clip.slate}
        index = SearchIndex(self.studio.world.handlers["publish"].outbox)
        for ref, row in self._clips():
            clip = read.get(row["title"])
            if clip is None or clip.slate is None:
                continue
            box = Box(x=0.1, y=0.1, width=0.2, height=0.4)
            scene, slate, take = (
                SlateField(text=text, confidence=clip.sure, frame=0, box=box) if text else None
                for text in (clip.slate.setup, clip.slate.slate, clip.slate.take)
            )
            answer = SlateAnswer(kind=AnalysisKind.SLATE, first=0, last=0, scene=scene, slate=slate, take=take)
            index.note_slate(ref, clip.title, answer)

    def bring_in(self, paper: PaperFile) -> dict[str, Any]:
        """A paper → what the API answers."""
        self.studio.world.clock.forward(60)
        body = {
            "name": paper.name, "source": paper.source, "columns": {}, "apply": True, "remember": False,
            "body": base64.b64encode(gzip.compress(paper.body)).decode(),
        }  # fmt: skip
        answer = ask(
            self.studio.world, f"{self.path}/papers", method="POST", groups=f"[{PRODUCTION}:script]", body=body
        )
        assert answer["statusCode"] == 200, answer
        said: dict[str, Any] = answer["json"]
        return said

    def read(self) -> DayRead:
        return read_day(self.studio.catalogue, self.ref)

    def told(self) -> dict[str, Any]:
        """The day as the API tells of it."""
        said: dict[str, Any] = ask(self.studio.world, self.path, groups=f"[{PRODUCTION}:script]")["json"]
        return said

    def _clips(self) -> Iterator[tuple[ClipRef, dict[str, Any]]]:
        for roll, _ in self.studio.world.reading.rolls(PRODUCTION):
            if roll.of_day == self.ref:
                for row in self.studio.world.reading.clips(roll):
                    yield table.read_clip_sk(roll, row["sk"]), row


class Truth:
    """What was made, by the ids that the catalogue gave it; `clips` and `sounds`: the made one's id → the other."""

    def __init__(self, unit: ShotUnit, read: DayRead) -> None:
        self.made = unit.footage.made
        self.clips = {f"{self.made.unit}-{each.clip.title}": of for of, each in read.clips.items()}
        self.sounds = {f"{self.made.unit}-{each.sound.name}": of for of, each in read.sounds.items()}

    @property
    def listed(self) -> set[Listed]:
        return {self._translated(each) for each in self.made.listed}

    @property
    def unfit(self) -> set[Listed]:
        return {self._translated(each) for each in self.made.unfit}

    @property
    def takes(self) -> dict[TakeKey, TrueTake]:
        return {
            key: TrueTake(
                take.scene,
                {self._of(clip): part for clip, part in take.clips.items()},
                frozenset(map(self._of, take.sounds)),
                take.flags,
            )
            for key, take in self.made.takes.items()
        }

    def places(self) -> dict[str, dict[str, float]]:
        """→ for each clip the sounds that really ran with it for half of it and more, and how many seconds into each
        it began."""
        rate, ran = self.made.rate, self.made.ran
        found: dict[str, dict[str, float]] = {}
        for clip in self.made.clips:
            into = {
                sound.id: ((ran[clip.id] - ran[sound.id]) / rate, sound.file.frames / sound.file.rate)
                for sound in self.made.sounds
            }
            found[self.clips[clip.id]] = {
                self.sounds[of]: float(offset)
                for of, (offset, lasts) in into.items()
                if min(float(offset + clip.runtime), lasts) - max(float(offset), 0) >= float(clip.runtime) / 2
            }
        return found

    def _translated(self, each: Listed) -> Listed:
        why, about = each
        if isinstance(about, tuple) and not isinstance(about, TakeKey):
            return why, tuple(map(self._of, about))
        return why, self._of(about)

    def _of(self, made: Any) -> Any:
        """Takes and names that papers have stay what they are."""
        return self.clips.get(made, self.sounds.get(made, made)) if isinstance(made, str) else made
