"""A folder → the ingest bucket, and the record that says that all of it is there."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from circletake.contracts.files import Offload, OffloadedFile
from circletake.contracts.keys import COMPLETION_PATH, IngestKey, RollRef, is_label

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 32 * 1024 * 1024
#: S3 takes at most 10,000 parts, so a larger file is cut into larger ones.
MAX_PARTS = 10_000
#: A key has at most 1,024 bytes, and its five labels with their slashes take up to 325 of them.
MAX_PATH_BYTES = 1024 - 5 * 65
WORKERS = 4
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Listed:
    """What lies under a folder: files to upload, and what cannot be uploaded, each with its reason."""

    files: tuple[tuple[str, Path], ...]
    refused: tuple[tuple[str, str], ...]

    @property
    def size_bytes(self) -> int:
        return sum(path.stat().st_size for _, path in self.files)


def list_card(root: Path) -> Listed:
    """A file, or a folder as it was on the card → its files by their path. Nothing is skipped in silence."""
    files: list[tuple[str, Path]] = []
    refused: list[tuple[str, str]] = []
    for path in [root] if root.is_file() else _walk(root):
        name = path.name if root.is_file() else str(path.relative_to(root))
        if path.is_symlink():
            refused.append((name, "a symbolic link: what it points to may lie outside the card"))
        elif not path.is_file():
            refused.append((name, "not a plain file"))
        elif reason := _unspeakable(name):
            refused.append((name, reason))
        else:
            files.append((name, path))
    return Listed(tuple(files), tuple(refused))


def _walk(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _unspeakable(name: str) -> str | None:
    """A path on the card → why S3 would not take it as part of a key, or None."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return "its name is not valid UTF-8, and S3 takes no other"
    return f"its path has {length} bytes; {MAX_PATH_BYTES} fit into a key" if length > MAX_PATH_BYTES else None


def suggest_roll(path: Path) -> str | None:
    """A folder or file → the roll that its name suggests, or None when the name is no label."""
    name = path.resolve().stem if path.is_file() else path.resolve().name
    return name if is_label(name) else None


def new_offload() -> str:
    """→ a name for this insertion of the card that no other insertion has."""
    return f"o-{secrets.token_hex(6)}"


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
