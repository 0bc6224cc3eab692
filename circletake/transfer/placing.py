"""One offload's place in the ingest bucket: each object is put there once, with a checksum that S3 verifies.

S3 refuses bytes that do not have the checksum they come with, and says which checksum it has stored. A whole PutObject
and each part have to be confirmed so; the completion of an upload in parts names all of them and the checksum of the
whole object, so there the answer is compared when it states one.

Every write is made on the condition that nothing is there yet. When it is refused, an earlier one came through whose
answer was lost, and its version is taken over: nobody but this offload's uploader writes under these keys.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from circletake.contracts.files import Offload
from circletake.contracts.keys import COMPLETION_PATH, IngestKey, RollRef
from circletake.film.digests import S3_FIELDS, Hasher, from_s3, to_s3
from circletake.transfer.pacing import Body, Line

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Once = dict[str, Any]
_ONCE: Once = {"IfNoneMatch": "*"}


class Unconfirmed(Exception):  # noqa: N818
    """S3 took the bytes and does not say that it stored those that were sent."""


class Patience(Protocol):
    """Makes a call, and makes it again for as long as only the line or the service is at fault."""

    def __call__(self, call: Callable[..., Any], **named: Any) -> Any: ...


@dataclass(frozen=True)
class There:
    """The version of a file that counts in the bucket."""

    version: str
    size_bytes: int


class Place:
    """Where the files of one offload lie."""

    def __init__(
        self,
        s3: "S3Client",
        bucket: str,
        roll: RollRef,
        offload: str,
        *,
        patiently: Patience,
        line: Line,
        on_bytes: Callable[[int], None],
    ) -> None:
        self._s3, self._bucket, self._patiently = s3, bucket, patiently
        self._line, self._on_bytes = line, on_bytes
        self.roll, self.offload = roll, offload

    def versions(self, path: str = "") -> dict[str, There]:
        """→ what lies there by path, or the one file that is named."""
        start = self._key("")
        found: dict[str, There] = {}
        after: dict[str, Any] = {}
        while True:
            page = self._ask(self._s3.list_object_versions, Prefix=self._key(path), **after)
            for each in page.get("Versions", ()):
                if each["IsLatest"]:
                    found[each["Key"].removeprefix(start)] = There(each["VersionId"], each["Size"])
            if not page["IsTruncated"]:
                return found
            after = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}

    def put(self, path: str, content: bytes, xxh64: str, *, again: bool = False) -> str:
        """A whole file → its version. `again`: over the version that is there."""
        stated = to_s3("xxh64", xxh64)
        try:
            with self._body(content) as body:
                answer = self._ask(
                    self._s3.put_object,
                    Key=self._key(path),
                    Body=body,
                    ChecksumAlgorithm="XXHASH64",
                    **{S3_FIELDS["xxh64"]: stated},
                    **({} if again else _ONCE),
                )
        except self._s3.exceptions.ClientError as error:
            return self._take_over(error, path, len(content)) or self.put(path, content, xxh64, again=True)
        _confirm(path, answer.get(S3_FIELDS["xxh64"]), stated)
        return str(answer["VersionId"])

    def open_parts(self, path: str) -> str:
        """→ an upload in parts."""
        begun = self._ask(
            self._s3.create_multipart_upload,
            Key=self._key(path),
            ChecksumAlgorithm="CRC64NVME",
            ChecksumType="FULL_OBJECT",
        )
        return str(begun["UploadId"])

    def put_part(self, path: str, upload: str, number: int, content: bytes, crc: str) -> str:
        """A part → its tag."""
        stated = to_s3("crc64nvme", crc)
        with self._body(content) as body:
            answer = self._ask(
                self._s3.upload_part,
                Key=self._key(path),
                UploadId=upload,
                PartNumber=number,
                Body=body,
                ChecksumAlgorithm="CRC64NVME",
                ChecksumCRC64NVME=stated,
            )
        _confirm(f"part {number} of {path}", answer.get("ChecksumCRC64NVME"), stated)
        return str(answer["ETag"])

    def parts(self, path: str, upload: str) -> dict[int, tuple[str, str]] | None:
        """→ the tag and the checksum of each part that arrived; None when there is no such upload any more."""
        found: dict[int, tuple[str, str]] = {}
        after = 0
        while True:
            try:
                page = self._ask(self._s3.list_parts, Key=self._key(path), UploadId=upload, PartNumberMarker=after)
            except self._s3.exceptions.ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchUpload":
                    raise
                return None
            for part in page.get("Parts", ()):
                if stated := part.get("ChecksumCRC64NVME"):
                    found[part["PartNumber"]] = (part["ETag"], from_s3("crc64nvme", stated))
            if not page["IsTruncated"]:
                return found
            after = page["NextPartNumberMarker"]

    def complete(
        self, path: str, upload: str, parts: dict[int, tuple[str, str]], crc: str, size_bytes: int, *, again: bool
    ) -> str:
        """All parts, each with its tag and checksum, and the checksum of the whole → the file's version."""
        stated = to_s3("crc64nvme", crc)
        named = [
            {"PartNumber": number, "ETag": etag, "ChecksumCRC64NVME": to_s3("crc64nvme", part)}
            for number, (etag, part) in sorted(parts.items())
        ]
        try:
            answer = self._ask(
                self._s3.complete_multipart_upload,
                Key=self._key(path),
                UploadId=upload,
                MultipartUpload={"Parts": named},
                ChecksumCRC64NVME=stated,
                ChecksumType="FULL_OBJECT",
                **({} if again else _ONCE),
            )
        except self._s3.exceptions.ClientError as error:
            version = self._take_over(error, path, size_bytes)
            if version is None:
                raise
            return version
        _confirm(path, answer.get("ChecksumCRC64NVME", stated), stated)
        return str(answer["VersionId"])

    def abandon(self, path: str, upload: str) -> None:
        """The parts of an upload that will not be completed go away."""
        self._ask(self._s3.abort_multipart_upload, Key=self._key(path), UploadId=upload)

    def record(self, offload: Offload) -> str:
        """The completion record, last of all → its version. From here on the roll counts as uploaded."""
        body = offload.model_dump_json().encode()
        digest = Hasher(("xxh64",))
        digest.update(body)
        answer = self._ask(
            self._s3.put_object,
            Key=self._key(COMPLETION_PATH),
            Body=body,
            ContentType="application/json",
            ChecksumXXHASH64=to_s3("xxh64", digest.digests()["xxh64"]),
        )
        return str(answer["VersionId"])

    def _take_over(self, error: Any, path: str, size_bytes: int) -> str | None:
        """A refused write → the version of an earlier one whose answer was lost; None when other bytes are there."""
        if error.response["Error"]["Code"] not in ("PreconditionFailed", "NoSuchUpload"):
            raise error
        there = self.versions(path).get(path)
        return there.version if there and there.size_bytes == size_bytes else None

    def _ask(self, call: Callable[..., Any], **named: Any) -> Any:
        return self._patiently(call, Bucket=self._bucket, **named)

    def _body(self, content: bytes) -> Body:
        return Body(content, self._line, self._on_bytes)

    def _key(self, path: str) -> str:
        return IngestKey(roll=self.roll, offload=self.offload, path=path).key


def _confirm(what: str, answered: str | None, stated: str) -> None:
    if answered != stated:
        raise Unconfirmed(f"S3 says that it stored {answered or 'no checksum'} of {what}; sent was {stated}.")
