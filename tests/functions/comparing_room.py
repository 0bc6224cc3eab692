"""What `compare` works with, on moto, and what others have done before it is asked."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

from circletake.cloud.catalogue import Catalogue, Change
from circletake.cloud.characters import Characters
from circletake.cloud.objects import Objects
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.analysis import Answer, FacesAnswer, ModelVersion, Question, State
from circletake.contracts.characters import Appearance, Character
from circletake.contracts.keys import ClipRef, RollRef, short_hash
from circletake.contracts.media import Output, OutputManifest
from functions.collect.answers import to_store
from functions.compare.comparing import Comparing
from functions.compare.erasing import Erasing
from tests.fakes import FakeBus, FakeClock
from tests.likeness import MODEL, consent, embedding, faces, jpeg, track

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
CLIP = ClipRef(roll=ROLL, clip_id="0" * 20, version="1" * 20)
#: Two people, by the seed of their faces.
ANNA, BEN = 1, 2


@dataclass
class Room:
    """What `compare` works with, and what others have done before it is asked."""

    outbox: Outbox
    bus: FakeBus
    clock: FakeClock
    characters: Characters
    comparing: Comparing
    erasing: Erasing
    s3: "S3Client"

    @property
    def catalogue(self) -> Catalogue:
        return self.outbox.catalogue

    def add(self, who: int, *, model: ModelVersion = MODEL, pictures: int = 2, **agreed: Any) -> Character:
        """A character whose pictures were described."""
        signed = consent(person=f"Person {who}", document_sha256=f"{who:064}", **agreed)
        shown = [jpeg(10 * who + each) for each in range(pictures)]
        character = self.characters.add("bikes", f"Character {who}", signed, shown, "lee@example.com")
        for number in range(1, pictures + 1):
            answer = faces(track(0, 0, embedding(who, off=0.01 * number)))
            self.characters.enrol("bikes", character.id, number, answer, model)
            self.ask(f"ENROLMENT#{character.id}#{number:04}", table.likeness_pk("bikes"), State.ANSWERED, character.id)
        return character

    def ask(self, sk: str, pk: str, state: State, about: str, **more: Any) -> dict[str, Any]:
        """A question about faces, as `dispatch` writes it, and its raw answer, as the endpoint does."""
        job = short_hash("job", sk, about)
        asked = {"kind": "FACES", "production": "bikes", "job_id": job, "attempt": 1, "rate": "24/1", "frames": 100}
        question = Question.model_validate({**asked, "describe": True})
        media = f"bikes/references/{about}/{job}.jpg" if sk.startswith("ENROLMENT") else "bikes/t/1/proxy.mp4"
        row = {
            "state": state,
            "job_id": job,
            "title": "A001C001",
            "media_key": media,
            "question": question.model_dump_json(),
        }
        self.catalogue.change(Change(pk, sk, sets=row | more))
        if sk.startswith("ENROLMENT"):
            self.put(media, jpeg())
        return row | more

    def put(self, key: str, body: bytes) -> None:
        for _ in range(2):
            self.s3.put_object(Bucket="work", Key=key, Body=body)

    def answer(self, answer: FacesAnswer, clip: ClipRef = CLIP) -> OutputManifest:
        """A described answer about a clip, as `collect` stores it; its raw answer was left by one that died."""
        row = self.ask(table.analysis_sk(clip, "FACES"), clip.roll.partition, State.ANSWERED, clip.clip_id)
        prefix = f"bikes/{row['job_id']}/1/"
        said = {
            "version": 1,
            "production": "bikes",
            "job_id": row["job_id"],
            "attempt": 1,
            "device": "cpu",
            "seconds": 1,
        }
        whole = Answer.model_validate({**said, "model": MODEL, "result": answer})
        stored = to_store(whole)
        bodies = {"faces.json": stored.result, "descriptions.json": stored.descriptions}
        outputs = []
        for name, body in bodies.items():
            if body is not None:
                self.put(prefix + name, body)
                sha256 = hashlib.sha256(body).hexdigest()
                outputs.append(Output(name=name, media_type="application/json", size_bytes=len(body), sha256=sha256))
        self.put(f"{prefix}answer.json", whole.model_dump_json().encode())
        manifest = OutputManifest(job_id=row["job_id"], attempt=1, prefix=prefix, outputs=tuple(outputs))
        sets = {"manifest": manifest.model_dump_json()}
        self.catalogue.change(Change(clip.roll.partition, table.analysis_sk(clip, "FACES"), sets=sets))
        return manifest

    def seen(self, clip: ClipRef = CLIP) -> dict[str, Appearance]:
        """Who appears in a clip. Both rows tell the same."""
        rows = self.catalogue.query(clip.roll.partition, table.seen_sk(clip))
        told = {row["sk"].rpartition("#")[2]: Appearance.model_validate_json(row["appearance"]) for row in rows}
        others = self.catalogue.query(table.appearances_pk("bikes"))
        assert {row["sk"]: row["appearance"] for row in others} == {
            table.appearance_sk(who, clip): each.model_dump_json() for who, each in told.items()
        }
        return told

    def erasure(self, character: Character) -> Any:
        return {known.id: erased for known, erased in self.characters.all("bikes")}[character.id]


def make_room(outbox: Outbox, bus: FakeBus, clock: FakeClock) -> Room:
    s3 = boto3.client("s3")
    for bucket in ("ingest", "work", "review"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    objects, characters = Objects(s3), Characters(outbox)
    comparing = Comparing(outbox, characters, objects, "work")
    return Room(outbox, bus, clock, characters, comparing, Erasing(outbox, characters, objects, "work", comparing), s3)
