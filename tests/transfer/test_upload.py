"""`circletake upload` against the local engine, as the uploader's role: what is there afterwards, and what it says."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from circletake.cloud.deployment import Deployment
from circletake.contracts.files import Origin
from circletake.contracts.keys import COMPLETION_PATH
from circletake.film.digests import S3_FIELDS, Hasher, from_s3
from infra.local import engine
from tests.aws import TABLE
from tests.transfer.bucket import BUCKET, PREFIX, Bucket, open_bucket
from tests.transfer.offload_card import make_set

pytestmark = pytest.mark.studio


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    folder = tmp_path_factory.mktemp("upload")
    started = engine.start(folder / "engine")
    yield open_bucket(started, folder / "home")
    started.stop()


@pytest.fixture
def card(tmp_path: Path) -> Path:
    card = tmp_path / "A001"
    (card / "CLIPS").mkdir(parents=True)
    (card / "CLIPS" / "A001C001.mov").write_bytes(os.urandom(17 * 1024 * 1024 + 5))
    (card / "CLIPS" / "A001C002.mov").write_bytes(os.urandom(3 * 1024 * 1024))
    (card / "CLIPS" / "a b+c é%20.xml").write_bytes(b"<x/>")
    (card / "empty.mov").write_bytes(b"")
    return card


def size_of(card: Path) -> int:
    return sum(path.stat().st_size for path in card.rglob("*") if path.is_file())


def head(bucket: Bucket, offload: str, path: str, version: str) -> Any:
    key = f"{PREFIX}{offload}/{path}"
    return bucket.session.client("s3").head_object(Bucket=BUCKET, Key=key, VersionId=version, ChecksumMode="ENABLED")


def test_each_byte_is_read_once_and_s3_has_verified_what_the_record_says(bucket: Bucket, card: Path) -> None:
    before = bucket.bytes_counted()
    code, told, said = bucket.run(card, "--made-from", "card")
    assert code == 0, said
    counted = bucket.bytes_counted() - before
    assert counted["r"] == size_of(card)
    assert size_of(card) <= counted["s"] <= 1.05 * size_of(card)
    bucket.assert_complete(told["offload"], card)
    record = bucket.record(told["offload"])
    assert record.origin is Origin.CARD
    for file in record.files:
        hasher = Hasher(("xxh64",))
        hasher.update((card / file.path).read_bytes())
        assert file.digests["xxh64"] == hasher.digests()["xxh64"]
        algorithm = "xxh64" if file.size_bytes < 16 * 1024 * 1024 else "crc64nvme"
        stored = head(bucket, told["offload"], file.path, file.s3_version)
        assert from_s3(algorithm, stored[S3_FIELDS[algorithm]]) == file.digests[algorithm]
        assert stored["ChecksumType"] == "FULL_OBJECT"


def test_the_same_command_again_sends_nothing_and_says_under_which_name_all_is_there(
    bucket: Bucket, card: Path
) -> None:
    _, first, _ = bucket.run(card)
    before = bucket.bytes_counted()
    code, told, _ = bucket.run(card)
    assert (code, told["offload"], told["already"]) == (0, first["offload"], True)
    assert (bucket.bytes_counted() - before)["s"] < 20_000


def test_another_insertion_has_a_place_of_its_own(bucket: Bucket, card: Path) -> None:
    _, first, _ = bucket.run(card)
    _, told, _ = bucket.run(card, "--again")
    assert told["offload"] != first["offload"]
    for offload in (first["offload"], told["offload"]):
        bucket.assert_complete(offload, card)


def test_a_card_that_changed_is_asked_about_and_a_repair_sends_the_change_only(bucket: Bucket, card: Path) -> None:
    _, first, _ = bucket.run(card)
    (card / "CLIPS" / "A001C002.mov").write_bytes(os.urandom(2_000_000))
    code, _, said = bucket.run(card)
    words = " ".join(said.split())
    assert code == 2
    assert all(word in words for word in ("1 changed (CLIPS/A001C002.mov)", "--again", "--repair"))
    code, told, _ = bucket.run(card, "--repair")
    assert (code, told["offload"], told["sent_bytes"]) == (0, first["offload"], 2_000_000)
    versions = bucket.versions(told["offload"])
    assert {path: len(them) for path, them in versions.items() if len(them) > 1} == {
        "CLIPS/A001C002.mov": 2,
        COMPLETION_PATH: 2,
    }
    (changed,) = (file for file in bucket.record(told["offload"]).files if file.path == "CLIPS/A001C002.mov")
    assert changed.s3_version == versions["CLIPS/A001C002.mov"][0]
    assert bucket.body(told["offload"], changed.path) == (card / changed.path).read_bytes()


def test_a_journal_that_forgot_everything_but_its_beginning_sends_nothing_again(bucket: Bucket, card: Path) -> None:
    _, first, _ = bucket.run(card)
    (journal,) = (path for path in (bucket.home / "state").rglob("*.jsonl") if first["offload"] in path.read_text())
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0] + b'{"what":"sen')
    code, told, said = bucket.run(card)
    assert (code, told["offload"], told["sent_bytes"]) == (0, first["offload"], 0), said
    bucket.assert_complete(first["offload"], card)


def test_what_cannot_go_up_is_said_stands_in_the_record_and_is_said_again(bucket: Bucket, card: Path) -> None:
    (card / "link.mov").symlink_to("/etc/passwd")
    os.mkfifo(card / "pipe.mov")
    Path(os.fsdecode(bytes(card) + b"/\xff.mov")).write_bytes(b"x")
    code, told, said = bucket.run(card)
    assert code == 1
    assert "link.mov (a symbolic link" in " ".join(said.split())
    assert len(told["not_uploaded"]) == 3
    assert {each.path for each in bucket.record(told["offload"]).not_taken} == {"link.mov", "pipe.mov", "\\xff.mov"}
    code, again, _ = bucket.run(card)
    assert (code, again["already"], len(again["not_uploaded"])) == (1, True, 3)


def test_a_dry_run_tells_the_order_and_sends_nothing(bucket: Bucket, card: Path, tmp_path: Path) -> None:
    circled = tmp_path / "circled.txt"
    circled.write_text("A001C002\n\nA001C099\n")
    offloads = bucket.offloads()
    code, told, said = bucket.run(card, "--dry-run", "--circled", str(circled))
    assert (code, bucket.offloads()) == (0, offloads)
    assert told["order"] == ["CLIPS/A001C002.mov", "CLIPS/a b+c é%20.xml", "empty.mov", "CLIPS/A001C001.mov"]
    assert told["bytes"] == size_of(card)
    assert "Circled, and not on this card: A001C099" in said


def test_where_a_card_comes_from_is_unproven_until_somebody_says_it(bucket: Bucket, card: Path) -> None:
    _, told, said = bucket.run(card)
    assert "cannot turn the card green" in " ".join(said.split())
    assert bucket.record(told["offload"]).origin is Origin.UNKNOWN
    _, told, _ = bucket.run(card, "--again", "--made-from", "copy")
    assert bucket.record(told["offload"]).origin is Origin.COPY


def test_copies_of_an_offload_are_one_insertion_whichever_is_uploaded(bucket: Bucket, tmp_path: Path) -> None:
    made = make_set(tmp_path)
    made.run()
    code, told, said = bucket.run(made.copies[0])
    assert code == 0, said
    record = bucket.record(told["offload"])
    report = json.loads((made.copies[0] / ".circletake" / "offload.json").read_text())
    assert (record.offload, record.origin) == (report["offload"], Origin.CARD)
    assert [copy.model_dump(mode="json") for copy in record.copies] == report["copies"]
    assert (record.manifest, record.manifest_sha256) == (report["manifest"], report["manifest_sha256"])
    paths = {file.path for file in record.files}
    assert record.manifest in paths
    assert not [path for path in paths if path.startswith(".circletake")]
    code, again, said = bucket.run(made.copies[1])
    assert (code, again["offload"], again["sent_bytes"]) == (0, record.offload, 0), said
    assert {path: len(them) for path, them in bucket.versions(record.offload).items() if len(them) > 1} == {
        COMPLETION_PATH: 2
    }


def test_a_copy_that_is_not_what_its_manifest_says_is_said_while_it_is_read(bucket: Bucket, tmp_path: Path) -> None:
    made = make_set(tmp_path)
    made.run()
    copy = made.copies[0]
    changed, gone = "digital_magdynamic.log", "A001.RDM/A001_C002.RDC/A001_C002.RMD"
    body = bytearray((copy / changed).read_bytes())
    body[17] ^= 1
    (copy / changed).write_bytes(body)
    (copy / gone).unlink()
    code, told, said = bucket.run(copy)
    assert code == 1
    assert {each["path"]: each["reason"] for each in told["differing"]} == {
        changed: "Its bytes are not those that the manifest lists.",
        gone: "The manifest lists it, and it is not here.",
    }
    assert changed in said
    for path in (changed, gone):
        shutil.copy2(made.copies[1] / path, copy / path)
    code, told, said = bucket.run(copy, "--repair")
    assert (code, told["differing"]) == (0, []), said


def test_a_damaged_copy_does_not_take_the_place_of_a_whole_one(bucket: Bucket, tmp_path: Path) -> None:
    made = make_set(tmp_path)
    made.run()
    _, told, _ = bucket.run(made.copies[0])
    before = bucket.versions(told["offload"])
    clip, log = "A001.RDM/A001_C001.RDC/A001_C001_001.R3D", "digital_magdynamic.log"
    body = bytearray((made.copies[1] / clip).read_bytes())
    body[1_000_000] ^= 1
    (made.copies[1] / clip).write_bytes(body)
    (made.copies[1] / log).write_bytes(b"short")
    code, told, said = bucket.run(made.copies[1])
    assert code == 1
    assert {each["path"] for each in told["not_uploaded"]} == {clip, log}
    assert "the record of the upload before it stands" in " ".join(said.split())
    after = bucket.versions(told["offload"])
    (note,) = after.keys() - before.keys()
    assert note.startswith(".circletake/damaged/")
    assert {path: after[path] for path in before} == before


def test_a_copy_is_not_uploaded_as_another_roll_and_a_report_that_is_none_is_refused(
    bucket: Bucket, tmp_path: Path
) -> None:
    made = make_set(tmp_path)
    made.run()
    assert bucket.run(made.copies[0], "--roll", "A002")[0] == 2
    assert bucket.run(made.copies[0], "--made-from", "copy")[0] == 2
    (made.copies[0] / ".circletake" / "offload.json").write_text("{}")
    code, _, said = bucket.run(made.copies[0])
    assert code == 2
    assert "report" in said
    (made.copies[0] / ".circletake" / "offload.json").unlink()
    for path, words in ((made.copies[0], ()), (made.copies[0], ("--made-from", "card")), (made.a, ("--dry-run",))):
        code, _, said = bucket.run(path, *words)
        assert code == 2
        assert "begun and has not ended" in " ".join(said.split())


def test_clips_that_are_named_for_another_roll_are_said_and_go_up(bucket: Bucket, tmp_path: Path) -> None:
    card = tmp_path / "A002"
    card.mkdir()
    (card / "A001C001_260930_R1JL.mov").write_bytes(b"a clip")
    code, _, said = bucket.run(card)
    assert code == 0
    assert "Clips here are named for the roll A001, and this is to be roll A002" in " ".join(said.split())


def test_a_bucket_that_refuses_stops_the_upload_which_can_go_on(bucket: Bucket, card: Path) -> None:
    (state,) = bucket.home.glob("circletake-*/*.json")
    right = state.read_text()
    state.write_text(right.replace(f'"IngestBucket": "{BUCKET}"', '"IngestBucket": "elsewhere"'))
    code, _, said = bucket.run(card)
    state.write_text(right)
    assert code == 3
    assert "The same command goes on" in " ".join(said.split())


def test_the_uploader_sees_what_is_there_and_never_what_is_in_it(bucket: Bucket, card: Path) -> None:
    _, told, _ = bucket.run(card)
    outputs = json.loads(next(bucket.home.glob("circletake-*/*.json")).read_text())["outputs"]
    s3 = Deployment("tests", outputs, bucket.session, bucket.session.client("s3").meta.endpoint_url).uploader("bikes")
    key = f"{PREFIX}{told['offload']}/{COMPLETION_PATH}"
    assert s3.list_object_versions(Bucket=BUCKET, Prefix=key)["Versions"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=BUCKET, Key=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.list_object_versions(Bucket=BUCKET, Prefix="other/")


def test_a_take_that_is_circled_goes_up_before_the_rest_and_who_uploads_is_told(bucket: Bucket, tmp_path: Path) -> None:
    card = tmp_path / "A001"
    card.mkdir()
    for number in range(1, 9):
        (card / f"A001C{number:03}.mov").write_bytes(os.urandom(2 * 1024 * 1024))
    bucket.circle("A001C007")
    code, told, said = bucket.run(card)
    assert code == 0, said
    assert "Circled, so sent before the rest: A001C007" in said
    bucket.assert_complete(told["offload"], card)


def test_where_nobody_may_ask_for_circles_it_is_said_and_all_is_uploaded(bucket: Bucket, card: Path) -> None:
    (state,) = bucket.home.glob("circletake-*/tests.json")
    known = state.read_text()
    state.write_text(known.replace(f'"Table": "{TABLE}"', '"Table": "nobodys"'))
    try:
        code, told, said = bucket.run(card)
    finally:
        state.write_text(known)
    assert code == 0, said
    assert said.count("cannot be asked here") == 1
    bucket.assert_complete(told["offload"], card)
