"""What goes wrong on the way up: the line, the card, the bucket; each said, none in silence."""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError

from circletake.cloud import patience
from circletake.cloud.clients import config_for_uploads
from circletake.cloud.deployment import Deployment
from circletake.cloud.patience import Patience
from circletake.contracts.files import Origin
from circletake.contracts.keys import RollRef
from circletake.transfer.comparing import read_manifests
from circletake.transfer.journal import Journal, fingerprint
from circletake.transfer.listing import CardGone, list_card
from circletake.transfer.ordering import order
from circletake.transfer.pacing import Line
from circletake.transfer.placing import Place, Unconfirmed
from circletake.transfer.provenance import Provenance
from circletake.transfer.uploading import WHOLE_BYTES, Load, Outcome, Uploader

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
PREFIX = f"{ROLL.prefix}o-1/"


class Upload:
    """An upload of a card into moto's bucket, with what it says on the way."""

    def __init__(self, card: Path, journal: Path, s3: Any) -> None:
        self.card, self.listed, self.s3 = card, list_card(card), s3
        self.troubles: list[str | None] = []
        self.words: list[tuple[str, str]] = []
        self.sent_bytes = 0
        self.journal = Journal(journal)
        self.journal.begin("o-1", fingerprint(self.listed.files))
        self.place = Place(
            self.s3,
            "ingest",
            ROLL,
            "o-1",
            patiently=Patience(self.troubles.append),
            line=Line(),
            on_bytes=self._count,
        )

    def run(self, *, repairing: bool = False) -> Outcome:
        return self.uploader(repairing=repairing).upload(is_new=False)

    def uploader(self, *, repairing: bool = False) -> Uploader:
        files = order(self.listed.files)
        manifests = read_manifests(self.card, files, WHOLE_BYTES)
        load = Load(self.listed, files, Provenance(Origin.UNKNOWN), manifests, repairing)
        return Uploader(self.place, self.journal, load, self)

    def _count(self, sent: int) -> None:
        self.sent_bytes += sent

    def skipped(self, size_bytes: int) -> None: ...

    def finished(self, path: str) -> None: ...

    def word(self, path: str, sentence: str) -> None:
        self.words.append((path, sentence))

    def bodies(self) -> dict[str, list[bytes]]:
        """→ the bytes of each version that lies there, by path."""
        found: dict[str, list[bytes]] = {}
        for each in self.s3.list_object_versions(Bucket="ingest", Prefix=PREFIX).get("Versions", ()):
            got = self.s3.get_object(Bucket="ingest", Key=each["Key"], VersionId=each["VersionId"])
            found.setdefault(each["Key"].removeprefix(PREFIX), []).append(got["Body"].read())
        del found[".circletake/offload.json"]
        return found


@pytest.fixture
def card(tmp_path: Path) -> Path:
    card = tmp_path / "A001"
    card.mkdir()
    (card / "A001C001.mov").write_bytes(os.urandom(20 * 1024 * 1024))
    (card / "A001C001.xml").write_bytes(b"<x/>")
    (card / "T01.wav").write_bytes(os.urandom(300_000))
    return card


@pytest.fixture
def upload(aws: None, card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Upload:
    monkeypatch.setattr(patience, "FIRST_WAIT_S", 0.01)
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="ingest", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket="ingest", VersioningConfiguration={"Status": "Enabled"})
    return Upload(card, tmp_path / "journal", boto3.client("s3", config=config_for_uploads()))


def on_disk(card: Path) -> dict[str, list[bytes]]:
    return {str(path.relative_to(card)): [path.read_bytes()] for path in card.rglob("*") if path.is_file()}


def test_a_lost_line_is_said_and_waited_out_and_every_body_goes_from_its_beginning(
    upload: Upload, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)  # botocore's own waiting
    lost = {"PutObject": 6, "UploadPart": 9, "CompleteMultipartUpload": 5, "CreateMultipartUpload": 5}
    lock = threading.Lock()

    def lose(request: Any, event_name: str, **_: Any) -> None:
        operation = event_name.rpartition(".")[2]
        with lock:
            left, lost[operation] = lost.get(operation, 0), lost.get(operation, 0) - 1
        if left > 0:
            if hasattr(request.body, "read"):
                request.body.read(16_384)
            raise ConnectionClosedError(endpoint_url=request.url)

    upload.s3.meta.events.register_first("before-send.s3", lose)
    assert not upload.run().left_out
    assert upload.bodies() == on_disk(card)
    assert any(said and "The line to S3 is down" in said for said in upload.troubles)
    assert upload.troubles[-1] is None


def test_a_file_that_was_written_to_since_it_was_listed_is_read_once_more(upload: Upload, card: Path) -> None:
    (card / "A001C001.xml").write_bytes(b"<longer/>")
    with (card / "A001C001.mov").open("ab") as clip:
        clip.write(b"one frame more")
    outcome = upload.run()
    assert not outcome.left_out
    assert {path for path, _ in upload.words} == {"A001C001.mov", "A001C001.xml"}
    assert upload.bodies() == on_disk(card)
    assert {file.path: file.size_bytes for file in outcome.record.files} == {
        path: len(body) for path, (body,) in on_disk(card).items()
    }
    assert not upload.s3.list_multipart_uploads(Bucket="ingest").get("Uploads")


def test_a_file_that_does_not_stop_changing_is_left_out_and_said(upload: Upload, card: Path) -> None:
    over, clip = threading.Event(), card / "A001C001.mov"

    def write() -> None:
        with clip.open("r+b", buffering=0) as file:
            while not over.wait(0.0005):
                file.write(b"x")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        outcome = upload.run()
    finally:
        over.set()
        writing.join()
    assert "kept changing" in outcome.left_out["A001C001.mov"]
    assert upload.bodies().keys() == {"A001C001.xml", "T01.wav"}
    assert [each.path for each in outcome.record.not_taken] == ["A001C001.mov"]
    assert not upload.s3.list_multipart_uploads(Bucket="ingest").get("Uploads")


def test_what_cannot_be_read_is_left_out_and_said_and_the_rest_goes(upload: Upload, card: Path) -> None:
    (card / "T01.wav").unlink()
    (card / "T01.wav").symlink_to("/etc/passwd")
    (card / "A001C001.xml").unlink()
    outcome = upload.run()
    assert outcome.left_out.keys() == {"T01.wav", "A001C001.xml"}
    assert all("cannot be read" in reason for reason in outcome.left_out.values())
    assert upload.bodies().keys() == {"A001C001.mov"}
    assert {each.path for each in outcome.record.not_taken} == {"T01.wav", "A001C001.xml"}


def test_a_card_that_was_pulled_stops_the_upload(upload: Upload, card: Path) -> None:
    uploader = upload.uploader()
    card.rename(card.with_name("pulled"))
    with pytest.raises(CardGone, match="is gone"):
        uploader.upload(is_new=False)
    assert not upload.journal.insertion.ended


def test_what_was_sent_before_its_answer_was_lost_is_taken_over(upload: Upload, card: Path) -> None:
    body = (card / "T01.wav").read_bytes()
    digest = "0" * 16
    version = upload.s3.put_object(Bucket="ingest", Key=f"{PREFIX}T01.wav", Body=body)["VersionId"]
    assert upload.place.put("T01.wav", body, digest) == version
    outcome = upload.run()
    assert upload.bodies() == on_disk(card)
    assert {file.path: file.s3_version for file in outcome.record.files}["T01.wav"] == version


def test_other_bytes_under_the_name_are_not_taken_for_the_file(upload: Upload, card: Path) -> None:
    upload.s3.put_object(Bucket="ingest", Key=f"{PREFIX}T01.wav", Body=b"half of it")
    outcome = upload.run()
    assert outcome.left_out == {"T01.wav": "it has 300,000 bytes here, and 10 in the bucket"}
    outcome = upload.run(repairing=True)
    newest = upload.s3.get_object(Bucket="ingest", Key=f"{PREFIX}T01.wav")
    assert newest["Body"].read() == (card / "T01.wav").read_bytes()
    assert {file.path: file.s3_version for file in outcome.record.files}["T01.wav"] == newest["VersionId"]


@pytest.mark.parametrize("operation", ["PutObject", "UploadPart", "CompleteMultipartUpload"])
def test_bytes_that_s3_does_not_confirm_stop_the_upload(upload: Upload, operation: str) -> None:
    wrong = {"ChecksumXXHASH64": "AAAAAAAAAAA=", "ChecksumCRC64NVME": "AAAAAAAAAAA="}
    upload.s3.meta.events.register(f"after-call.s3.{operation}", lambda parsed, **_: parsed.update(wrong))
    with pytest.raises(Unconfirmed, match="sent was"):
        upload.run()
    assert not upload.journal.insertion.ended


def test_a_repair_sends_what_is_missing_in_the_bucket_and_nothing_else(upload: Upload, card: Path) -> None:
    upload.run()
    sent = upload.sent_bytes
    upload.s3.delete_object(Bucket="ingest", Key=f"{PREFIX}T01.wav")
    outcome = upload.run(repairing=True)
    assert upload.sent_bytes - sent == 300_000
    assert upload.s3.get_object(Bucket="ingest", Key=f"{PREFIX}T01.wav")["Body"].read()
    assert {file.path for file in outcome.record.files} == set(on_disk(card))


class _ShortLived(Deployment):
    """A deployment whose keys for an upload are about to expire as soon as they are made."""

    assumed = 0

    def client(self, service: str, config: Any = None) -> Any:
        found = super().client(service, config)
        if service == "sts":
            assume = found.assume_role

            def assume_for_a_moment(**named: Any) -> Any:
                type(self).assumed += 1
                answer = assume(**named)
                answer["Credentials"]["Expiration"] = datetime.now(UTC) + timedelta(seconds=30)
                return answer

            found.assume_role = assume_for_a_moment
        return found


def test_keys_that_expire_on_the_way_are_renewed(upload: Upload, card: Path, tmp_path: Path) -> None:
    outputs = {"UploaderRole": "arn:aws:iam::123456789012:role/uploader"}
    s3 = _ShortLived("moto", outputs, boto3.Session()).uploader("bikes")
    Upload(card, tmp_path / "another journal", s3).run()
    assert upload.bodies() == on_disk(card)
    assert _ShortLived.assumed > 1
