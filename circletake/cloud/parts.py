"""Large outputs, put and copied in parts: S3 takes 5 GB in one request, and no answer comes while it takes them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circletake.cloud.several import AT_ONCE, move_all
from circletake.contracts.media import Output
from circletake.film.digests import to_s3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: What one request puts. S3 takes 10,000 parts: of this size they are more than the largest worker's disk holds.
PUT_BYTES = 32 * 1024 * 1024
#: What one request copies: some seconds' work for S3. Nothing of it passes through memory, so more are under way.
COPY_BYTES = 256 * 1024 * 1024
_COPIES_AT_ONCE = 8


class Changed(Exception):  # noqa: N818
    """What is read or copied is not what was committed."""


@dataclass(frozen=True)
class Parts:
    """Where one object comes to be. `on_progress` gets the bytes of each part; its exception stops all of them."""

    client: "S3Client"
    bucket: str
    key: str
    on_progress: Callable[[int], None]

    def put(self, path: Path, output: Output) -> None:
        """A file → the object. S3 verifies each part; raises `Changed` when all are not the file of `output.sha256`."""
        self._make(
            _read(path, output), self._put_part, AT_ONCE, ContentType=output.media_type, ChecksumAlgorithm="SHA256"
        )

    def copy(self, source: dict[str, Any], size_bytes: int, **how: Any) -> None:
        """The object that `source` names → this one."""
        pieces = (
            (number, range(start, min(start + COPY_BYTES, size_bytes)))
            for number, start in enumerate(range(0, size_bytes, COPY_BYTES), start=1)
        )
        self._make(pieces, partial(self._copy_part, source), _COPIES_AT_ONCE, **how)

    def _make(self, pieces: Iterable[Any], send: Callable[[str, Any], Any], at_once: int, **how: Any) -> None:
        parts: list[Any] = []

        def arrived(sent: tuple[Any, int]) -> None:
            parts.append(sent[0])
            self.on_progress(sent[1])

        def complete(upload: str) -> None:
            self.client.complete_multipart_upload(
                Bucket=self.bucket, Key=self.key, UploadId=upload, MultipartUpload={"Parts": parts}
            )

        with self._upload(**how) as upload:
            move_all(pieces, partial(send, upload), arrived=arrived, on_progress=self.on_progress, at_once=at_once)
            # It may take S3 minutes to put them together.
            move_all([upload], complete, arrived=lambda _: None, on_progress=self.on_progress)

    @contextmanager
    def _upload(self, **how: Any) -> Iterator[str]:
        """An upload, of which nothing stays behind when anything inside fails."""
        upload = self.client.create_multipart_upload(Bucket=self.bucket, Key=self.key, **how)["UploadId"]
        try:
            yield upload
        except BaseException:
            # There is none where it was completed after all, and only the answer was lost.
            with suppress(self.client.exceptions.NoSuchUpload):
                self.client.abort_multipart_upload(Bucket=self.bucket, Key=self.key, UploadId=upload)
            raise

    def _put_part(self, upload: str, piece: tuple[int, bytes]) -> tuple[dict[str, Any], int]:
        number, content = piece
        checksum = to_s3("sha256", hashlib.sha256(content).hexdigest())
        answer = self.client.upload_part(
            Bucket=self.bucket, Key=self.key, UploadId=upload, PartNumber=number, Body=content, ChecksumSHA256=checksum
        )
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum}, len(content)

    def _copy_part(self, source: dict[str, Any], upload: str, piece: tuple[int, range]) -> tuple[dict[str, Any], int]:
        number, wanted = piece
        answer = self.client.upload_part_copy(
            Bucket=self.bucket, Key=self.key, UploadId=upload, PartNumber=number,
            CopySourceRange=f"bytes={wanted.start}-{wanted.stop - 1}", **source,
        )  # fmt: skip
        return {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}, len(wanted)


def _read(path: Path, output: Output) -> Iterator[tuple[int, bytes]]:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        for number, content in enumerate(iter(partial(file.read, PUT_BYTES), b""), start=1):
            whole.update(content)
            yield number, content
    if whole.hexdigest() != output.sha256:
        raise Changed(f"{path.name} is not what its manifest says")
