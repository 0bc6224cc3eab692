"""A damaged copy of our own offload: it mends nothing in the cloud, and the cloud hears of it."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from circletake.cloud.clients import config_for_uploads
from circletake.contracts.cards import Copy, VolumeKind
from circletake.contracts.files import DamagedCopy, Offload, Origin
from circletake.film.manifests import Entry, write_generation
from circletake.transfer.comparing import Comparison, read_manifests
from circletake.transfer.damage import which_copy
from circletake.transfer.in_parts import PART_BYTES
from circletake.transfer.ordering import order
from circletake.transfer.provenance import Provenance, read_provenance
from circletake.transfer.uploading import WHOLE_BYTES, Load, Outcome, Uploader
from circletake.transfer.volumes import Volume
from tests.transfer.offload_card import Set, make_set
from tests.transfer.test_upload_faults import PREFIX, Upload

CLIP, LOG = "A001.RDM/A001_C001.RDC/A001_C001_001.R3D", "digital_magdynamic.log"


class UploadOfCopy(Upload):
    """An upload of a copy with its offload's report."""

    def uploader(self, *, repairing: bool = False) -> Uploader:
        files = order(self.listed.files)
        manifests = read_manifests(self.card, files, WHOLE_BYTES)
        return Uploader(
            self.place,
            self.journal,
            Load(self.listed, files, read_provenance(self.card, None), manifests, repairing),
            self,
        )


@pytest.fixture
def s3(aws: None) -> Any:
    s3 = boto3.client("s3", config=config_for_uploads())
    s3.create_bucket(Bucket="ingest", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket="ingest", VersioningConfiguration={"Status": "Enabled"})
    return s3


@pytest.fixture
def made(tmp_path: Path) -> Set:
    made = make_set(tmp_path, large_bytes=17 * 1024 * 1024, small_files=2)
    made.run()
    return made


def flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[17] ^= 1
    path.write_bytes(body)


def run(s3: Any, copy: Path, journal: Path, *, repairing: bool = False) -> Outcome:
    upload = UploadOfCopy(copy, journal, s3)
    try:
        return upload.run(repairing=repairing)
    finally:
        upload.journal.close()


def newest(s3: Any, path: str) -> tuple[str, bytes]:
    got = s3.get_object(Bucket="ingest", Key=PREFIX + path)
    return got["VersionId"], got["Body"].read()


def notes(s3: Any) -> list[DamagedCopy]:
    found = s3.list_objects_v2(Bucket="ingest", Prefix=f"{PREFIX}.circletake/damaged/").get("Contents", ())
    bodies = [s3.get_object(Bucket="ingest", Key=each["Key"])["Body"].read() for each in found]
    return [DamagedCopy.model_validate_json(body) for body in bodies]


@pytest.mark.parametrize("copy", [0, 1])
def test_a_repair_from_a_damaged_copy_leaves_good_versions_where_they_are(
    s3: Any, made: Set, tmp_path: Path, copy: int
) -> None:
    good = run(s3, made.copies[0], tmp_path / "journal 0").record
    damaged = made.copies[copy]
    gone = "A001.RDM/A001_C002.RDC/A001_C002.RMD"
    flip(damaged / CLIP)
    flip(damaged / LOG)
    (damaged / gone).unlink()
    outcome = run(s3, damaged, tmp_path / f"journal {copy}", repairing=True)
    assert outcome.differing.keys() == {CLIP, LOG, gone}
    assert "What is in the bucket stays." in outcome.differing[CLIP]
    for path in (CLIP, LOG, gone):
        assert newest(s3, path)[1] == (made.copies[1 - copy] / path).read_bytes()
    stored = Offload.model_validate_json(newest(s3, ".circletake/offload.json")[1])
    listed, first = ({file.path: file.s3_version for file in each.files} for each in (stored, good))
    assert listed.keys() == first.keys()
    assert all(listed[path] == first[path] for path in (CLIP, LOG, gone))
    assert not stored.not_taken
    assert not s3.list_multipart_uploads(Bucket="ingest").get("Uploads")
    (note,) = notes(s3)
    # Both volumes of the test lie on one disk, which is one copy.
    assert note.volume in ("A", "B")
    assert set(note.paths) == {CLIP, LOG, gone}


def test_a_copy_whose_manifest_was_changed_mends_nothing(s3: Any, made: Set, tmp_path: Path) -> None:
    good = run(s3, made.copies[0], tmp_path / "journal 0").record
    assert good.manifest
    flip(made.copies[1] / good.manifest)
    outcome = run(s3, made.copies[1], tmp_path / "journal 1", repairing=True)
    assert outcome.differing.keys() == {file.path for file in good.files}
    stored = Offload.model_validate_json(newest(s3, ".circletake/offload.json")[1])
    assert {each.path: each.s3_version for each in stored.files} == {each.path: each.s3_version for each in good.files}
    assert [note.paths for note in notes(s3)] == [(good.manifest,)]


def test_what_a_damaged_copy_sent_is_mended_from_a_good_one_and_nothing_else_goes(
    s3: Any, made: Set, tmp_path: Path
) -> None:
    flip(made.copies[1] / CLIP)
    bad = run(s3, made.copies[1], tmp_path / "journal 1")
    assert bad.differing.keys() == {CLIP}
    assert [note.paths for note in notes(s3)] == [(CLIP,)]
    again = run(s3, made.copies[1], tmp_path / "journal 1", repairing=True)
    assert again.differing.keys() == {CLIP}
    assert newest(s3, CLIP)[0] == {file.path: file.s3_version for file in bad.record.files}[CLIP]
    mended = run(s3, made.copies[0], tmp_path / "journal 0", repairing=True)
    assert not mended.differing
    assert newest(s3, CLIP)[1] == (made.copies[0] / CLIP).read_bytes()


def test_what_is_damaged_and_nowhere_in_the_bucket_is_left_out_by_a_repair(s3: Any, made: Set, tmp_path: Path) -> None:
    run(s3, made.copies[0], tmp_path / "journal 0")
    s3.delete_object(Bucket="ingest", Key=PREFIX + CLIP)
    flip(made.copies[1] / CLIP)
    outcome = run(s3, made.copies[1], tmp_path / "journal 1", repairing=True)
    assert outcome.left_out.keys() == {CLIP}
    assert [each.path for each in outcome.record.not_taken] == [CLIP]


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_repair_takes_up_no_parts_that_nobody_can_hash_any_more(
    s3: Any, made: Set, tmp_path: Path, *, forgotten: bool
) -> None:
    run(s3, made.copies[0], tmp_path / "journal 0")
    upload = UploadOfCopy(made.copies[1], tmp_path / "journal 1", s3)
    (clip,) = (file for file in upload.listed.files if file.path == CLIP)
    begun = upload.place.open_parts(CLIP)
    upload.journal.parts(clip, begun, PART_BYTES)
    upload.journal.whole(CLIP, {"crc64nvme": "0" * 16})
    upload.journal.close()
    if forgotten:
        upload.place.abandon(CLIP, begun)
        s3.delete_object(Bucket="ingest", Key=PREFIX + CLIP)
    assert not run(s3, made.copies[1], tmp_path / "journal 1", repairing=True).differing
    assert newest(s3, CLIP)[1] == (made.copies[1] / CLIP).read_bytes()
    assert not s3.list_multipart_uploads(Bucket="ingest").get("Uploads")


def test_a_whole_copy_leaves_no_note(s3: Any, made: Set, tmp_path: Path) -> None:
    run(s3, made.copies[0], tmp_path / "journal")
    assert not notes(s3)


def test_only_what_was_made_while_reading_the_card_corrects_an_earlier_word() -> None:
    first, second = "ascmhl/0001_A001_2026-09-30_080000Z.mhl", "ascmhl/0002_A001_2026-09-30_090000Z.mhl"
    manifests = {
        path: write_generation(
            [Entry(path=LOG, size_bytes=5, digests={"xxh64": digit * 16}, action="original")],
            made_at=datetime(2026, 9, 30, hour, tzinfo=UTC),
            process="transfer",
            hostname="cart",
            version="1",
        )
        for path, digit, hour in ((first, "a", 8), (second, "b", 9))
    }
    made = hashlib.sha256(manifests[second]).hexdigest()
    for origin, says in ((Origin.CARD, None), (Origin.UNKNOWN, "not those that the manifest lists")):
        known = Provenance(origin, manifest=second, manifest_sha256=made)
        said = Comparison(manifests, known).objection(LOG, 5, {"xxh64": "b" * 16})
        assert said is None if says is None else says in (said or "")


def _copy(volume: str, serial: str | None) -> Copy:
    return Copy(
        volume=volume, kind=VolumeKind.DISK, serial=serial, read_back_at="2026-09-30T08:00:00Z", files=1, bytes=1
    )


def _found(root: str, mount: str, serial: str | None) -> Volume:
    return Volume(Path(root).name, Path(root), 1, frozenset(), mount=mount, serial=serial)


def test_the_volume_is_told_by_its_serial_then_by_its_name_then_by_where_it_is_mounted() -> None:
    copies = (_copy("Shuttle 1", "S1"), _copy("RAID", None), _copy("Shuttle 2", "S1"))
    assert which_copy(_found("/mnt/x/A001", "/mnt/x", "S1"), copies[:2]) == ("Shuttle 1", "S1")
    assert which_copy(_found("/mnt/shuttle 2/A001", "/mnt/shuttle 2", "S1"), copies) == ("Shuttle 2", "S1")
    assert which_copy(_found("/mnt/raid/A001", "/mnt/raid", "S9"), copies) == ("RAID", None)
    assert which_copy(_found("/mnt/other/A001", "/mnt/other", "S9"), copies) == ("other", "S9")
