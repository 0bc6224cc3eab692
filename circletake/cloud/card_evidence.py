"""A roll's rows and manifests → the evidence on each insertion of its card."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from circletake.cloud.arrivals import MAX_RECORD_BYTES, read_offload
from circletake.cloud.card_rows import is_of_a_card, read_acts, read_policy
from circletake.cloud.catalogue import Catalogue, Row
from circletake.cloud.objects import Objects
from circletake.contracts import table
from circletake.contracts.cards import Act, AddedCopy, Deed, Policy
from circletake.contracts.errors import Code, Rejected, Verdict
from circletake.contracts.facts import SourceFile
from circletake.contracts.files import NOTES, FileKind, Offload, State
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
    files: Mapping[str, Sequence[Row]]
    clips: Mapping[str, Sequence[Row]]
    cards: Mapping[str, Row]
    acts: Mapping[str, Sequence[Act]]
    policy: Policy

    @property
    def offloads(self) -> list[str]:
        """The insertions of the card, in the order in which they began. Proxies that others made are no card."""
        cards = [offload for offload in self.files if is_of_a_card(offload)]
        return sorted(cards, key=lambda offload: (min(row["received_at"] for row in self.files[offload]), offload))


def read_roll(catalogue: Catalogue, roll: RollRef) -> RollRows:
    """A roll → its rows. The ROLL row is read first: what changes meanwhile shows in it afterwards."""
    row = catalogue.get(roll.partition, table.ROLL) or {}
    files: dict[str, list[Row]] = defaultdict(list)
    for file in catalogue.query(roll.partition, table.FILE):
        files[file["offload"]].append(file)
    clips: dict[str, list[Row]] = defaultdict(list)
    for clip in catalogue.query(roll.partition, table.CLIP):
        clips[clip["offload"]].append(clip)
    return RollRows(
        roll=roll,
        row=row,
        files=files,
        clips=clips,
        cards={each["sk"].removeprefix(table.CARD): each for each in catalogue.query(roll.partition, table.CARD)},
        acts=read_acts(catalogue, roll),
        policy=read_policy(catalogue, roll.production),
    )


def current(files: Iterable[Row], record: Offload | None) -> list[Row]:
    """FILE rows of an offload → of each path the version that lies in the bucket now: the last one put.

    S3's sequencer orders the versions of a key. One that came from the record alone, because its event was lost,
    has none; it counts before the others, for the record is written last.
    """
    listed = {(file.path, file.s3_version) for file in record.files} if record else set()

    def rank(row: Row) -> tuple[bool, str]:
        file = SourceFile.model_validate_json(row["file"])
        unordered = not row["sequencer"].strip("0")
        return unordered and (row["path"], file.s3_version) in listed, row["sequencer"]

    newest: dict[str, Row] = {}
    for row in files:
        if row["path"] not in newest or rank(row) >= rank(newest[row["path"]]):
            newest[row["path"]] = row
    return list(newest.values())


class Gathering:
    """Reads what stands in the bucket beside the catalogue: records and manifests."""

    def __init__(self, objects: Objects, bucket: str) -> None:
        self._objects = objects
        self._bucket = bucket

    def gather(self, rows: RollRows, offload: str, *, now: str) -> Evidence:
        """A roll's rows and one insertion of its card → the evidence on that card."""
        faults: list[tuple[str, Verdict]] = []
        record = self._record(rows, offload, faults)
        files = current(rows.files[offload], record)
        versions = {SourceFile.model_validate_json(row["file"]).version for row in files}
        bodies = self._manifests(files, faults)
        acts = rows.acts.get(offload, [])
        return Evidence(
            offload=offload,
            cloud=f"s3://{self._bucket}",
            now=now,
            files=[_stored_file(row) for row in files],
            record=record,
            faults=faults,
            settled=bool(rows.row.get("closed")),
            manifest_digests={path: hashlib.sha256(body).hexdigest() for path, body in bodies.items()},
            histories=assemble(bodies),
            clips=[clip for row in rows.clips.get(offload, ()) if (clip := _stored_clip(row, versions))],
            waiting=sum(row["state"] == State.WAITING for row in files),
            acts=acts,
            read_back=[self._read_back(act.added, files) for act in acts if act.deed is Deed.ADD_COPY and act.added],
            policy=rows.policy,
        )

    def _record(self, rows: RollRows, offload: str, faults: list[tuple[str, Verdict]]) -> Offload | None:
        for row in rows.files[offload]:
            if row["kind"] == FileKind.COMPLETION and row["state"] == State.REJECTED:
                faults.append((row["path"], _verdict(row)))
        noted = rows.row.get(f"record#{offload}")
        if noted is None:
            return None
        file = SourceFile.model_validate_json(noted)
        return read_offload(self._objects.read_whole(self._bucket, file, at_most=MAX_RECORD_BYTES), offload)

    def _manifests(self, files: Iterable[Row], faults: list[tuple[str, Verdict]]) -> dict[str, bytes]:
        bodies = {}
        for row in files:
            if row["kind"] != FileKind.MANIFEST or row["path"].startswith(f"{NOTES}/"):
                continue
            file = SourceFile.model_validate_json(row["file"])
            if file.size_bytes > MAX_MANIFEST_BYTES:
                sentence = f"This manifest has {file.size_bytes} bytes; at most {MAX_MANIFEST_BYTES} are read."
                next_step = "Offload the card again, one manifest for each card."
                faults.append((row["path"], Verdict(code=Code.BAD_SIDECAR, sentence=sentence, next_step=next_step)))
            else:
                bodies[row["path"]] = self._read(file)
        return bodies

    def _read_back(self, added: AddedCopy, files: Iterable[Row]) -> ReadBack:
        row = next((row for row in files if row["path"] == added.mhl), None)
        if row is None:
            missing = Verdict(
                code=Code.BAD_SIDECAR,
                sentence="The manifest of this copy has not arrived.",
                next_step="Add the copy again: circletake card copies add …",
            )
            return ReadBack(added, missing)
        try:
            return ReadBack(added, read_manifest(added.mhl, self._read(SourceFile.model_validate_json(row["file"]))))
        except Rejected as rejected:
            return ReadBack(added, rejected.verdict)

    def _read(self, file: SourceFile) -> bytes:
        return self._objects.read_whole(self._bucket, file, at_most=MAX_MANIFEST_BYTES)


def _stored_file(row: Row) -> StoredFile:
    file = SourceFile.model_validate_json(row["file"])
    return StoredFile(row["path"], file.version, file.size_bytes, json.loads(row.get("digests", "{}")))


def _stored_clip(row: Row, versions: set[str]) -> StoredClip | None:
    """A CLIP row → the clip, or None when a file of it was replaced since: what came in its place counts."""
    spans = [SourceFile.model_validate(span) for span in json.loads(row["spans"])]
    if not all(span.version in versions for span in spans):
        return None
    verdict = _verdict(row) if row.get("code") else _doubt(row)
    return StoredClip(row["path"], row["title"], row["sk"].split("#")[2], State(row["state"]), verdict)


def _doubt(row: Row) -> Verdict | None:
    """A CLIP row → why its picture proves nothing although it was delivered, or None."""
    decoder = PictureFrom.model_validate_json(row["decoder"]) if "decoder" in row else None
    if decoder is None or decoder.confirmed:
        return None
    next_step = "Compare its length with the camera's own."
    return Verdict(code=Code.RAW_WITHOUT_DECODER, sentence=decoder.sentence, next_step=next_step)


def _verdict(row: Row) -> Verdict:
    return Verdict(code=Code(row["code"]), sentence=row["sentence"], next_step=row["next_step"])
