"""Objects of any size: they come and go whole or not at all, and whoever moves them keeps the job meanwhile."""

import hashlib
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from circletake.cloud import objects as objects_module
from circletake.cloud import parts
from circletake.cloud.objects import Objects
from circletake.cloud.parts import Changed
from circletake.cloud.several import AT_ONCE, move_all
from circletake.contracts.files import SourceFile
from circletake.contracts.media import Output
from circletake.media.outputs import describe

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: The smallest part that S3 takes.
PART = 5 * 1024 * 1024
CONTENT = random.Random(4).randbytes(3 * PART - 1000)


class Gone(Exception):  # noqa: N818
    """Somebody else has the job."""


class Beats:
    """A lease that is renewed, and lost at the beat of that number."""

    def __init__(self, lost_at: int | None = None) -> None:
        self.given: list[int] = []
        self._lost_at = lost_at

    def __call__(self, moved: int) -> None:
        self.given.append(moved)
        if len(self.given) == self._lost_at:
            raise Gone


@pytest.fixture
def s3(aws: None, monkeypatch: pytest.MonkeyPatch) -> "S3Client":
    client = boto3.client("s3")
    for bucket in ("ingest", "work", "review"):
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for limit in ("PUT_BYTES", "COPY_BYTES"):
        for module in (parts, objects_module):
            monkeypatch.setattr(module, limit, PART)
    monkeypatch.setattr(objects_module, "PIECE_BYTES", 4 * objects_module.CHUNK_BYTES)
    return client


def made(directory: Path, content: bytes = CONTENT) -> tuple[Path, Output]:
    (directory / "edit.mov").write_bytes(content)
    (output,) = describe(directory, {"edit.mov": "video/quicktime"}, lambda _: None)
    return directory / "edit.mov", output


def original(s3: "S3Client", content: bytes = CONTENT) -> SourceFile:
    version = s3.put_object(Bucket="ingest", Key="p/day/a.mov", Body=content)["VersionId"]
    return SourceFile(key="p/day/a.mov", s3_version=version, size_bytes=len(content), version="0" * 20)


def left_behind(s3: "S3Client") -> list[Any]:
    """Uploads in parts that nobody finished, and the objects there are."""
    return [
        found
        for bucket in ("work", "review")
        for kind, found in (
            ("Uploads", s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])),
            ("Contents", s3.list_objects_v2(Bucket=bucket).get("Contents", [])),
        )
        if found
    ]


def test_an_output_beyond_one_request_is_put_in_parts_and_its_bytes_and_type_are_those_of_the_file(
    s3: "S3Client", tmp_path: Path
) -> None:
    path, output = made(tmp_path)
    beats = Beats()
    Objects(s3).put("work", "j/edit.mov", path, output, beats)
    there = s3.get_object(Bucket="work", Key="j/edit.mov", ChecksumMode="ENABLED")
    assert there["Body"].read() == CONTENT
    assert there["ContentType"] == "video/quicktime"
    assert there["ChecksumSHA256"].endswith("-3")  # each of three parts was sent with its SHA-256
    assert [moved for moved in beats.given if moved] == [PART, PART, PART - 1000]


@pytest.mark.parametrize("size", [1, PART])
def test_an_output_of_one_request_is_put_in_one(s3: "S3Client", tmp_path: Path, size: int) -> None:
    path, output = made(tmp_path, CONTENT[:size])
    Objects(s3).put("work", "j/edit.mov", path, output, Beats())
    there = s3.get_object(Bucket="work", Key="j/edit.mov")
    assert there["Body"].read() == CONTENT[:size]
    assert "-" not in there["ETag"]


def test_an_output_that_changed_after_it_was_described_never_becomes_an_object(s3: "S3Client", tmp_path: Path) -> None:
    path, output = made(tmp_path)
    path.write_bytes(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]))
    with pytest.raises(Changed):
        Objects(s3).put("work", "j/edit.mov", path, output, Beats())
    assert left_behind(s3) == []


def test_a_lease_that_is_lost_ends_a_put_and_no_part_stays_behind(s3: "S3Client", tmp_path: Path) -> None:
    path, output = made(tmp_path)
    beats = Beats(lost_at=1)
    with pytest.raises(Gone):
        Objects(s3).put("work", "j/edit.mov", path, output, beats)
    assert left_behind(s3) == []
    assert len(beats.given) == 1


def test_a_part_that_s3_refuses_ends_a_put_and_no_part_stays_behind(
    s3: "S3Client", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, output = made(tmp_path)
    send = s3.upload_part

    def refused(**asked: Any) -> Any:
        return send(**asked | ({"PartNumber": 10_001} if asked["PartNumber"] == 2 else {}))

    monkeypatch.setattr(s3, "upload_part", refused)
    with pytest.raises(ClientError):
        Objects(s3).put("work", "j/edit.mov", path, output, Beats())
    assert left_behind(s3) == []


@pytest.mark.parametrize("size", [PART, len(CONTENT)])
def test_an_output_of_any_size_is_copied_with_what_a_browser_is_told_of_it(
    s3: "S3Client", tmp_path: Path, size: int
) -> None:
    path, output = made(tmp_path, CONTENT[:size])
    Objects(s3).put("work", "j/edit.mov", path, output, Beats())
    beats = Beats()
    Objects(s3).copy(output, source=("work", "j/edit.mov"), target=("review", "c/edit.mov"), on_progress=beats)
    there = s3.get_object(Bucket="review", Key="c/edit.mov")
    assert there["Body"].read() == CONTENT[:size]
    assert there["ContentType"] == "video/quicktime"
    assert there["CacheControl"] == "private, max-age=300"
    assert sum(beats.given) == size


@pytest.mark.parametrize("size", [PART, len(CONTENT)])
def test_what_has_not_the_size_that_was_committed_is_not_copied(s3: "S3Client", tmp_path: Path, size: int) -> None:
    _, output = made(tmp_path, CONTENT[:size])
    s3.put_object(Bucket="work", Key="j/edit.mov", Body=CONTENT[: size - 1])
    with pytest.raises(Changed):
        Objects(s3).copy(output, source=("work", "j/edit.mov"), target=("review", "c/edit.mov"), on_progress=Beats())
    assert s3.list_objects_v2(Bucket="review")["KeyCount"] == 0


def test_a_lease_that_is_lost_ends_a_copy_and_no_part_stays_behind(s3: "S3Client", tmp_path: Path) -> None:
    path, output = made(tmp_path)
    Objects(s3).put("work", "j/edit.mov", path, output, Beats())
    with pytest.raises(Gone):
        Objects(s3).copy(
            output, source=("work", "j/edit.mov"), target=("review", "c/edit.mov"), on_progress=Beats(lost_at=1)
        )
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="review")
    assert s3.list_objects_v2(Bucket="review")["KeyCount"] == 0


def test_ranges_of_any_length_are_laid_one_after_the_other_with_a_beat_for_each_chunk(
    s3: "S3Client", tmp_path: Path
) -> None:
    to, ranges = tmp_path / "part", [range(7, 9), range(100, 100 + 2 * PART), range(len(CONTENT) - 5, len(CONTENT))]
    to.write_bytes(b"head")
    beats = Beats()
    Objects(s3).fetch_into("ingest", original(s3), ranges, to, 4, beats)
    assert to.read_bytes() == b"head" + b"".join(CONTENT[each.start : each.stop] for each in ranges)
    assert sum(beats.given) == sum(map(len, ranges))
    assert max(beats.given) <= objects_module.CHUNK_BYTES


def test_one_range_is_fetched_by_several_requests(
    s3: "S3Client", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, get = original(s3), s3.get_object
    asked: list[str] = []

    def heard(**named: Any) -> Any:
        asked.append(named["Range"])
        return get(**named)

    monkeypatch.setattr(s3, "get_object", heard)
    (tmp_path / "part").touch()
    Objects(s3).fetch_into("ingest", file, [range(10 * 2**20)], tmp_path / "part", 0, Beats())
    assert sorted(asked) == ["bytes=0-4194303", "bytes=4194304-8388607", "bytes=8388608-10485759"]


def test_a_lease_that_is_lost_ends_a_fetch_of_ranges(s3: "S3Client", tmp_path: Path) -> None:
    to = tmp_path / "part"
    to.touch()
    with pytest.raises(Gone):
        Objects(s3).fetch_into("ingest", original(s3), [range(PART)], to, 0, Beats(lost_at=2))


def test_what_a_job_made_is_fetched_with_a_beat_for_each_chunk_and_compared(s3: "S3Client", tmp_path: Path) -> None:
    s3.put_object(Bucket="work", Key="j/a", Body=CONTENT)
    beats, sha256 = Beats(), hashlib.sha256(CONTENT).hexdigest()
    Objects(s3).fetch_whole("work", "j/a", tmp_path / "a", beats, sha256=sha256)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert sum(beats.given) == len(CONTENT)
    assert max(beats.given) <= objects_module.CHUNK_BYTES
    with pytest.raises(Gone):
        Objects(s3).fetch_whole("work", "j/a", tmp_path / "a", Beats(lost_at=2), sha256=sha256)
    with pytest.raises(Changed):
        Objects(s3).fetch_whole("work", "j/a", tmp_path / "a", Beats(), sha256="0" * 64)


def test_a_table_of_contents_is_read_with_a_beat_for_each_chunk(s3: "S3Client") -> None:
    beats = Beats()
    assert Objects(s3).read_range("ingest", original(s3), 5, 2 * PART, beats) == CONTENT[5 : 5 + 2 * PART]
    assert sum(beats.given) == 2 * PART
    assert max(beats.given) <= objects_module.CHUNK_BYTES


def test_a_file_is_described_with_a_beat_for_each_chunk(tmp_path: Path) -> None:
    made(tmp_path)
    beats = Beats()
    (output,) = describe(tmp_path, {"edit.mov": "video/quicktime"}, beats)
    assert output.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert len(beats.given) == 15


def test_a_beat_is_given_while_nothing_comes_in() -> None:
    beats = Beats()
    move_all([2.2], time.sleep, arrived=lambda _: None, on_progress=beats)
    assert beats.given == [0, 0]


def test_what_has_not_begun_when_a_transfer_fails_never_begins() -> None:
    begun: list[int] = []
    arrived: list[int] = []

    def move(piece: int) -> int:
        begun.append(piece)
        time.sleep(0.05)
        if piece == 3:
            raise Gone
        return piece

    with pytest.raises(Gone):
        move_all(range(1000), move, arrived=arrived.append, on_progress=Beats())
    assert arrived == [0, 1, 2]
    assert len(begun) <= 3 + 2 * AT_ONCE
