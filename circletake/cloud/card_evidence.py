"""A roll's rows and manifests → the evidence on each insertion of its card."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import ValidationError

from circletake.cloud.arrivals import MAX_RECORD_BYTES, read_offload
from circletake.cloud.card_rows import is_of_a_card, read_acts, read_policy
from circletake.cloud.catalogue import Catalogue, Row
from circletake.cloud.objects import Objects
from circletake.contracts import table
from circletake.contracts.cards import Act, AddedCopy, Deed, Policy
from circletake.contracts.errors import Code, Rejected, Verdict
from circletake.contracts.files import NOTES, DamagedCopy, FileKind, Offload, SourceFile, State
from circletake.contracts.keys import RollRef
from circletake.contracts.media import PictureFrom
from circletake.film.manifests import assemble, read_manifest
from circletake.film.safety.evidence import Evidence, ReadBack, StoredClip, StoredFile

#: An ASC MHL of 100,000 files has some 35 MB.
MAX_MANIFEST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class RollRows:
    """Everything that the catalogue holds of a roll and its cards."""

    roll: RollRef
    row: Row
    #: Every version of every file; `gone` marks those that S3 does not have.
    files: Mapping[str, Sequence[Row]]
    clips: Mapping[str, Sequence[Row]]
    cards: Mapping[str, Row]
    acts: Mapping[str, Sequence[Act]]
    policy_at: str
    policy: Policy

    @property
    def offloads(self) -> list[str]:
        """The insertions of the card, in the order in which they began. Proxies that others made are no card."""
        cards = [offload for offload in self.files if is_of_a_card(offload)]
        return sorted(cards, key=lambda offload: (min(row["received_at"] for row in self.files[offload]), offload))


def read_roll(catalogue: Catalogue, roll: RollRef) -> RollRows:
    """A roll → its rows.

    ROLL and the verdicts are read first: who judges from older evidence than a neighbour also has an older verdict in
    hand, and its own is refused.
    """
    row = catalogue.get(roll.partition, table.ROLL) or {}
    cards = {each["sk"].removeprefix(table.CARD): each for each in catalogue.query(roll.partition, table.CARD)}
    policy_at, policy = read_policy(catalogue, roll.production)
    acts = read_acts(catalogue, roll)
    files: dict[str, list[Row]] = defaultdict(list)
    for file in catalogue.query(roll.partition, table.FILE):
        files[file["offload"]].append(file)
    clips: dict[str, list[Row]] = defaultdict(list)
    for clip in catalogue.query(roll.partition, table.CLIP):
        clips[clip["offload"]].append(clip)
    return RollRows(roll, row, files, clips, cards, acts, policy_at, policy)


def newest(rows: Sequence[Row], is_latest: Callable[[SourceFile], bool]) -> Row:
    """FILE rows of one path → the one that lies in the bucket now. S3's sequencer orders the versions of a key.

    One whose event was lost has none: then S3 itself is asked.
    """
    if len(rows) > 1 and any(not row["sequencer"].strip("0") for row in rows):
        return next(
            (row for row in rows if is_latest(SourceFile.model_validate_json(row["file"], extra="ignore"))), rows[0]
        )
    return max(rows, key=lambda row: str(row["sequencer"]))


class Gathering:
    """Reads what stands in the bucket beside the catalogue: records and manifests."""

    def __init__(self, objects: Objects, bucket: str) -> None:
        self._objects = objects
        self._bucket = bucket

    def gather(self, rows: RollRows, offload: str, *, now: str) -> Evidence:
        """A roll's rows and one insertion of its card → the evidence on that card."""
        there = self._there(rows, offload)
        faults: list[tuple[str, Verdict]] = []
        record = self._record(there, offload, faults)
        versions = {SourceFile.model_validate_json(row["file"], extra="ignore").version for row in there}
        bodies = self._manifests(there, faults)
        acts = rows.acts.get(offload, [])
        return Evidence(
            offload=offload,
            cloud=f"s3://{self._bucket}",
            now=now,
            files=[_stored_file(row) for row in there],
            received=frozenset(
                (row["path"], SourceFile.model_validate_json(row["file"], extra="ignore").s3_version)
                for row in rows.files[offload]
            ),
            record=record,
            faults=faults,
            settled=bool(rows.row.get("closed")),
            manifest_digests={path: hashlib.sha256(body).hexdigest() for path, body in bodies.items()},
            histories=assemble(bodies),
            clips=[clip for row in rows.clips.get(offload, ()) if (clip := _stored_clip(row, versions))],
            acts=acts,
            read_back=[
                self._read_back(act.added, act.at, there) for act in acts if act.deed is Deed.ADD_COPY and act.added
            ],
            damaged=self._damaged(there, faults),
            policy=rows.policy,
        )

    def read_manifests(self, rows: RollRows, offload: str) -> dict[str, bytes]:
        """One insertion of a roll's card → its manifests and chains, by path on the card."""
        return self._manifests(self._there(rows, offload), [])

    def _there(self, rows: RollRows, offload: str) -> list[Row]:
        """Of each path the version that lies in the bucket now."""
        by_path: dict[str, list[Row]] = defaultdict(list)
        for row in rows.files[offload]:
            by_path[row["path"]].append(row)
        files = [newest(each, self._is_latest) for each in by_path.values()]
        return [row for row in files if not row.get("gone")]

    def _is_latest(self, file: SourceFile) -> bool:
        return self._objects.latest_version(self._bucket, file.key) == file.s3_version

    def _record(self, files: Iterable[Row], offload: str, faults: list[tuple[str, Verdict]]) -> Offload | None:
        row = next((row for row in files if row["kind"] == FileKind.COMPLETION), None)
        if row is None:
            return None
        if row["state"] == State.REJECTED:
            faults.append((row["path"], _verdict(row)))
            return None
        file = SourceFile.model_validate_json(row["file"], extra="ignore")
        return read_offload(self._objects.read_whole(self._bucket, file, at_most=MAX_RECORD_BYTES), offload)

    def _manifests(self, files: Iterable[Row], faults: list[tuple[str, Verdict]]) -> dict[str, bytes]:
        bodies = {}
        for row in files:
            if row["kind"] != FileKind.MANIFEST or row["path"].startswith(f"{NOTES}/"):
                continue
            file = SourceFile.model_validate_json(row["file"], extra="ignore")
            if file.size_bytes > MAX_MANIFEST_BYTES:
                sentence = f"This manifest has {file.size_bytes} bytes; at most {MAX_MANIFEST_BYTES} are read."
                next_step = "Offload the card again, one manifest for each card."
                faults.append((row["path"], Verdict(code=Code.BAD_SIDECAR, sentence=sentence, next_step=next_step)))
            else:
                bodies[row["path"]] = self._read(file)
        return bodies

    def _read_back(self, added: AddedCopy, at: str, files: Iterable[Row]) -> ReadBack:
        row = next((row for row in files if row["path"] == added.mhl), None)
        if row is None:
            return ReadBack(added, at, _unfit("The manifest of this copy has not arrived."))
        body = self._read(SourceFile.model_validate_json(row["file"], extra="ignore"))
        if hashlib.sha256(body).hexdigest() != PurePosixPath(added.mhl).stem:
            return ReadBack(added, at, _unfit("The manifest of this copy is not the one that was added."))
        try:
            return ReadBack(added, at, read_manifest(added.mhl, body))
        except Rejected as rejected:
            return ReadBack(added, at, rejected.verdict)

    def _damaged(self, files: Iterable[Row], faults: list[tuple[str, Verdict]]) -> list[DamagedCopy]:
        """What uploaders have met on volumes: the notes of damage that they leave."""
        notes = []
        for row in files:
            if row["path"].startswith(f"{NOTES}/damaged/"):
                body = self._read(SourceFile.model_validate_json(row["file"], extra="ignore"))
                try:
                    notes.append(DamagedCopy.model_validate_json(body, extra="ignore"))
                except ValidationError:
                    faults.append((row["path"], _unfit("A note of damage on a copy cannot be read.")))
        return notes

    def _read(self, file: SourceFile) -> bytes:
        return self._objects.read_whole(self._bucket, file, at_most=MAX_MANIFEST_BYTES)


def _unfit(sentence: str) -> Verdict:
    return Verdict(
        code=Code.BAD_SIDECAR, sentence=sentence, next_step="Add the copy again: circletake card copies add …"
    )


def _stored_file(row: Row) -> StoredFile:
    file = SourceFile.model_validate_json(row["file"], extra="ignore")
    return StoredFile(row["path"], file.version, file.size_bytes, json.loads(row.get("digests", "{}")))


def _stored_clip(row: Row, versions: set[str]) -> StoredClip | None:
    """A CLIP row → the clip, or None when a file of it was replaced since: what came in its place counts."""
    spans = [SourceFile.model_validate(span, extra="ignore") for span in json.loads(row["spans"])]
    if not all(span.version in versions for span in spans):
        return None
    verdict = _verdict(row) if row.get("code") else _doubt(row)
    of = frozenset(span.version for span in spans)
    return StoredClip(row["path"], row["title"], row["sk"].split("#")[2], State(row["state"]), verdict, of)


def _doubt(row: Row) -> Verdict | None:
    """A CLIP row → why its picture proves nothing although it was delivered, or None."""
    decoder = PictureFrom.model_validate_json(row["decoder"]) if "decoder" in row else None
    if decoder is None or decoder.confirmed:
        return None
    next_step = "Compare its length with the camera's own."
    return Verdict(code=Code.RAW_WITHOUT_DECODER, sentence=decoder.sentence, next_step=next_step)


def _verdict(row: Row) -> Verdict:
    return Verdict(code=Code(row["code"]), sentence=row["sentence"], next_step=row["next_step"])
