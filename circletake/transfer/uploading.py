"""A folder → the ingest bucket, and the record that says that all of it is there."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from circletake.contracts.files import Offload, OffloadedFile
from circletake.contracts.keys import COMPLETION_PATH, IngestKey, RollRef

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 32 * 1024 * 1024
#: S3 takes at most 10,000 parts, so a larger file is cut into larger ones.
MAX_PARTS = 10_000
WORKERS = 4
Progress = Callable[[int], None]


class Uploader:
    """Puts files under one roll and offload."""

    def __init__(self, s3: "S3Client", bucket: str, roll: RollRef, offload: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._roll = roll
        self._offload = offload

    def upload(self, files: Sequence[tuple[str, Path]], on_progress: Progress) -> Offload:
        """Files → their objects, and then the completion record. Raises when one cannot be read or sent."""
        with ThreadPoolExecutor(WORKERS) as workers:
            sent = workers.map(lambda each: self._send(each[0], each[1], on_progress), files)
            record = Offload(offload=self._offload, files=tuple(sent))
        self._s3.put_object(
            Bucket=self._bucket,
            Key=self._key(COMPLETION_PATH),
            Body=record.model_dump_json().encode(),
            ContentType="application/json",
        )
        return record

    def _key(self, path: str) -> str:
        return IngestKey(roll=self._roll, offload=self._offload, path=path).key

    def _send(self, name: str, path: Path, on_progress: Progress) -> OffloadedFile:
        size = path.stat().st_size
        version = (
            self._put(name, path, on_progress)
            if size <= PART_BYTES
            else self._put_in_parts(name, path, size, on_progress)
        )
        return OffloadedFile(path=name, size_bytes=size, s3_version=version)

    def _put(self, name: str, path: Path, on_progress: Progress) -> str:
        body = path.read_bytes()
        answer = self._s3.put_object(Bucket=self._bucket, Key=self._key(name), Body=body)
        on_progress(len(body))
        return answer["VersionId"]

    def _put_in_parts(self, name: str, path: Path, size: int, on_progress: Progress) -> str:
        # By hand rather than by boto3's transfer manager: only the completing answer names the version.
        bucket, key = self._bucket, self._key(name)
        upload = self._s3.create_multipart_upload(Bucket=bucket, Key=key, ChecksumAlgorithm="CRC32")["UploadId"]
        part_bytes = max(PART_BYTES, -(-size // MAX_PARTS))
        parts: list[CompletedPartTypeDef] = []
        with path.open("rb") as file:
            for number, body in enumerate(iter(lambda: file.read(part_bytes), b""), start=1):
                sent = self._s3.upload_part(
                    Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="CRC32"
                )
                parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumCRC32": sent["ChecksumCRC32"]})
                on_progress(len(body))
        done = self._s3.complete_multipart_upload(
            Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
        )
        return done["VersionId"]
