"""The object store: fetch originals, put what a job made, copy what was committed."""

import base64
import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from http import HTTPStatus
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from circletake.cloud.parts import COPY_BYTES, PUT_BYTES, Changed, Parts
from circletake.cloud.several import move_all
from circletake.contracts.errors import Code, Rejected
from circletake.contracts.files import SourceFile
from circletake.contracts.media import Output
from circletake.film.digests import S3_FIELDS, Hasher, from_s3, to_s3

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

#: Up to here an original is fetched whole to be probed: cheaper than to think about it.
WHOLE_BYTES = 256 * 1024 * 1024
#: What of Lambda's 10 GiB of disk an original may fill.
DISK_BYTES = 9 * 1024**3
#: An original is fetched in pieces of this size.
PIECE_BYTES = 32 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
ProbePlan = Callable[[int, Callable[[int, int], bytes]], Iterable[range] | None]


class NotErased(Exception):  # noqa: N818
    """Something that has to be gone is still there."""


class Objects:
    """Amazon S3. Originals are always named with their version, so that a re-upload never mixes in."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def fetch(
        self,
        bucket: str,
        file: SourceFile,
        to: Path,
        on_progress: Callable[[int], None],
        hasher: Hasher | None = None,
    ) -> None:
        """A whole original → `to`. `on_progress` gets the bytes of each piece; its exception stops the fetch.

        `hasher` sees the bytes in their order while they arrive, so that nobody has to read the original for that.

        By ranges of its known size rather than by boto3's transfer manager, which asks for the head first: that is
        a request more, and where a grant is missing a bare "403" instead of the name of what is missing.
        """
        self._fetch_ranges(bucket, file, to, [range(file.size_bytes)], on_progress, hasher)

    def _fetch_ranges(
        self,
        bucket: str,
        file: SourceFile,
        to: Path,
        ranges: Iterable[range],
        on_progress: Callable[[int], None],
        hasher: Hasher | None = None,
    ) -> None:
        """Some ranges of an original → a file of its full size, sparse where nothing was asked for."""
        with to.open("wb") as sparse:
            sparse.truncate(file.size_bytes)
            placed = ((wanted, wanted.start) for wanted in ranges)
            self._fetch_placed(bucket, file, placed, sparse.fileno(), on_progress, hasher)

    def _fetch_placed(
        self,
        bucket: str,
        file: SourceFile,
        placed: Iterable[tuple[range, int]],
        into: int,
        on_progress: Callable[[int], None],
        hasher: Hasher | None = None,
    ) -> None:
        """Ranges of an original → an open file, each from a byte of its own on."""
        pieces = (
            (range(at, min(at + PIECE_BYTES, wanted.stop)), start + at - wanted.start)
            for wanted, start in placed
            for at in range(wanted.start, wanted.stop, PIECE_BYTES)
        )

        def fetch(piece: tuple[range, int]) -> list[bytes]:
            return self._fetch_piece(bucket, file, *piece, into)

        def arrived(chunks: list[bytes]) -> None:
            for chunk in chunks:
                # Pieces come in any order and are hashed in theirs.
                if hasher is not None:
                    hasher.update(chunk)
                on_progress(len(chunk))

        move_all(pieces, fetch, arrived=arrived, on_progress=on_progress)

    def _fetch_piece(self, bucket: str, file: SourceFile, piece: range, start: int, into: int) -> list[bytes]:
        """Bytes of an original → an open file from byte `start` on; and they themselves."""
        chunks = []
        at = start
        for chunk in self._open_range(bucket, file, piece.start, len(piece)).iter_chunks(CHUNK_BYTES):
            at += os.pwrite(into, chunk, at)
            chunks.append(chunk)
        if at - start != len(piece):
            raise Changed(f"{file.key} ended at byte {piece.start + at - start} instead of {piece.stop}")
        return chunks

    def fetch_to_probe(
        self, bucket: str, file: SourceFile, to: Path, plan: ProbePlan, on_progress: Callable[[int], None]
    ) -> None:
        """As much of an original as a probe needs → `to`, a sparse file of its full size where that is less.

        `plan` says which ranges of a large file a probe needs, or None for all. Raises `Rejected(NO_ROUTE)` when
        all of it does not fit.
        """
        ranges = None
        if file.size_bytes > WHOLE_BYTES:

            def read(start: int, length: int) -> bytes:
                return self.read_range(bucket, file, start, length, on_progress)

            ranges = plan(file.size_bytes, read)
            if ranges is None and file.size_bytes > DISK_BYTES:
                raise Rejected(
                    Code.NO_ROUTE,
                    "This container has to be read whole to be inspected, and it is larger than the disk for it.",
                    "The original is kept. An engineer has to set up a larger route for this kind of file.",
                )
        if ranges is None:
            self.fetch(bucket, file, to, on_progress)
        else:
            self._fetch_ranges(bucket, file, to, ranges, on_progress)

    def fetch_into(
        self,
        bucket: str,
        file: SourceFile,
        ranges: Sequence[range],
        to: Path,
        at: int,
        on_progress: Callable[[int], None],
    ) -> None:
        """Ranges of an original → one directly after the other in the existing file `to`, from byte `at` on."""
        starts = accumulate(map(len, ranges), initial=at)
        with to.open("r+b") as opened:
            self._fetch_placed(bucket, file, zip(ranges, starts, strict=False), opened.fileno(), on_progress)

    def fetch_whole(self, bucket: str, key: str, to: Path, on_progress: Callable[[int], None], *, sha256: str) -> None:
        """An object of ours → `to`. Raises `Changed` where it is not the one of that SHA-256."""
        hasher = hashlib.sha256()
        with to.open("wb") as file:
            for chunk in self._client.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(CHUNK_BYTES):
                hasher.update(chunk)
                file.write(chunk)
                on_progress(len(chunk))
        if hasher.hexdigest() != sha256:
            raise Changed(f"{key} is not what its manifest says")

    def read_range(
        self, bucket: str, file: SourceFile, start: int, length: int, on_progress: Callable[[int], None]
    ) -> bytes:
        """`length` bytes of an original from `start` on; fewer at its end."""
        chunks = []
        for chunk in self._open_range(bucket, file, start, length).iter_chunks(CHUNK_BYTES):
            chunks.append(chunk)
            on_progress(len(chunk))
        return b"".join(chunks)

    def _open_range(self, bucket: str, file: SourceFile, start: int, length: int) -> "StreamingBody":
        answer = self._client.get_object(
            Bucket=bucket, Key=file.key, VersionId=file.s3_version, Range=f"bytes={start}-{start + length - 1}"
        )
        return answer["Body"]

    def put(self, bucket: str, key: str, path: Path, output: Output, on_progress: Callable[[int], None]) -> None:
        """A file → the object. Nothing comes to be when the bytes are not those of `output.sha256`."""
        if output.size_bytes > PUT_BYTES:
            Parts(self._client, bucket, key, on_progress).put(path, output)
            return
        with path.open("rb") as body:
            self._client.put_object(
                Bucket=bucket,
                Key=key,
                Body=body,
                ContentType=output.media_type,
                ChecksumSHA256=to_s3("sha256", output.sha256),
            )
        on_progress(output.size_bytes)

    def put_bytes(self, bucket: str, key: str, body: bytes, media_type: str) -> None:
        """A few bytes → the object."""
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        self._client.put_object(Bucket=bucket, Key=key, Body=body, ContentType=media_type, ChecksumSHA256=checksum)

    def copy(
        self,
        output: Output,
        *,
        source: tuple[str, str],
        target: tuple[str, str],
        on_progress: Callable[[int], None],
    ) -> None:
        """One committed output, bucket and key → bucket and key. Raises `Changed` when the size differs."""
        there = self._client.head_object(Bucket=source[0], Key=source[1])
        if there["ContentLength"] != output.size_bytes:
            raise Changed(f"{source[1]} has {there['ContentLength']} bytes, the manifest says {output.size_bytes}")
        # What was measured is what is copied, each part of it.
        named: dict[str, Any] = {
            "CopySource": {"Bucket": source[0], "Key": source[1]},
            "CopySourceIfMatch": there["ETag"],
        }
        told: dict[str, Any] = {"ContentType": output.media_type, "CacheControl": "private, max-age=300"}
        if output.size_bytes > COPY_BYTES:
            Parts(self._client, *target, on_progress).copy(named, output.size_bytes, **told)
            return
        self._client.copy_object(Bucket=target[0], Key=target[1], MetadataDirective="REPLACE", **named, **told)
        on_progress(output.size_bytes)

    def read_whole(self, bucket: str, file: SourceFile, *, at_most: int) -> bytes:
        """A small original's bytes. Raises `ValueError` when it is larger than `at_most`."""
        if file.size_bytes > at_most:
            raise ValueError(f"{file.key} has {file.size_bytes} bytes; at most {at_most} are read")
        answer = self._client.get_object(Bucket=bucket, Key=file.key, VersionId=file.s3_version)
        return answer["Body"].read()

    def stored_digests(self, bucket: str, file: SourceFile) -> dict[str, str]:
        """An original → the digests of its bytes that S3 itself has verified and keeps; none is an empty answer.

        Raises `LookupError` where S3 has no such version.
        """
        try:
            told: Mapping[str, Any] = self._client.head_object(
                Bucket=bucket, Key=file.key, VersionId=file.s3_version, ChecksumMode="ENABLED"
            )
        except ClientError as error:
            if _is_missing(error):
                raise LookupError(file.key) from error
            raise
        if told.get("ChecksumType") == "COMPOSITE":
            # A checksum of the parts' checksums, which no manifest knows.
            return {}
        return {name: from_s3(name, told[field]) for name, field in S3_FIELDS.items() if field in told}

    def latest_version(self, bucket: str, key: str) -> str | None:
        """Key → the version that a reader is given who names none; None where there is nothing under it."""
        try:
            return str(self._client.head_object(Bucket=bucket, Key=key)["VersionId"])
        except ClientError as error:
            if _is_missing(error):
                return None
            raise

    def digest(
        self, bucket: str, file: SourceFile, algorithms: Iterable[str], on_progress: Callable[[int], None]
    ) -> dict[str, str]:
        """An original, read once from its beginning to its end → its digests."""
        hasher, at = Hasher(algorithms), 0
        # Not by range: an empty object has none.
        answer = self._client.get_object(Bucket=bucket, Key=file.key, VersionId=file.s3_version)
        for chunk in answer["Body"].iter_chunks(CHUNK_BYTES):
            hasher.update(chunk)
            at += len(chunk)
            on_progress(len(chunk))
        if at != file.size_bytes:
            raise Changed(f"{file.key} ended at byte {at} instead of {file.size_bytes}")
        return hasher.digests()

    def read_text(self, bucket: str, key: str, *, at_most: int) -> str:
        """A small text of ours → its content. Raises `LookupError`, or `ValueError` beyond `at_most` bytes."""
        try:
            answer = self._client.get_object(Bucket=bucket, Key=key)
        except self._client.exceptions.NoSuchKey as error:
            raise LookupError(key) from error
        if answer["ContentLength"] > at_most:
            raise ValueError(f"{key} has {answer['ContentLength']} bytes; at most {at_most} are read")
        return answer["Body"].read().decode()

    def keys(self, bucket: str, prefix: str) -> set[str]:
        """Prefix → the keys under it. Who asks needs no right to read what lies there."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return {each["Key"] for page in pages for each in page.get("Contents", [])}

    def versions(self, bucket: str, key: str) -> list[str]:
        """Key → every version that lies under it, the oldest first."""
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
        listed = [each for page in pages for each in page.get("Versions", []) if each["Key"] == key]
        return [each["VersionId"] for each in sorted(listed, key=lambda each: each["LastModified"])]

    def read_version(self, bucket: str, key: str, version: str, *, at_most: int) -> bytes | None:
        """The bytes of one version, None where there are more than `at_most`."""
        answer = self._client.get_object(Bucket=bucket, Key=key, VersionId=version)
        with answer["Body"] as body:
            return body.read() if answer["ContentLength"] <= at_most else None

    def erase(self, bucket: str, prefix: str, names: Collection[str] = ()) -> int:
        """Every version of every object whose key begins so, or only of those `names` → gone for good, and how many."""
        erased = 0
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            doomed: Any = [
                {"Key": each["Key"], "VersionId": each["VersionId"]}
                for each in listed
                if not names or each["Key"].rpartition("/")[2] in names
            ]
            if not doomed:
                continue
            answer = self._client.delete_objects(Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})
            if failed := answer.get("Errors"):
                raise NotErased(f"{len(failed)} of {len(doomed)} objects were not erased: {failed[0].get('Code')}")
            erased += len(doomed)
        return erased

    def presign(self, bucket: str, key: str, *, seconds: int) -> str:
        """Key → an address that opens it for so long."""
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=seconds
        )


def _is_missing(error: ClientError) -> bool:
    # An answer to HEAD has no body, so no name of the error: only its status.
    return error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_FOUND
