"""The customer's bucket: what is kept there is named by its content, and encrypted with the customer's key."""

import base64
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from models.tooling.packing import Progress, Watched
from models.tooling.refusal import Refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: What one PutObject takes (Amazon S3 quotas). One request, because S3 then checks the SHA-256 of the whole.
MAX_BYTES = 5 * 1024**3
PREFIX = "models"


@dataclass(frozen=True)
class Kept:
    """An object that is proved to hold what its name says."""

    uri: str
    sha256: str
    size_bytes: int
    kms_key: str

    @property
    def place(self) -> tuple[str, str]:
        return place(self.uri)


def place(uri: str) -> tuple[str, str]:
    """`s3://bucket/key` → bucket and key."""
    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc or len(parts.path) < 2:
        raise Refused(f"{uri} names no object: it has to read s3://bucket/key.")
    return parts.netloc, parts.path[1:]


class Store:
    """Amazon S3, as far as models need it."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def keep(
        self, bucket: str, name: str, body: BinaryIO, kms_key: str, on_progress: Progress = lambda _: None
    ) -> Kept:
        """Bytes → an object under their own hash. What is there already is not sent again."""
        digest = hashlib.file_digest(body, "sha256")  # type: ignore[arg-type]
        size = body.seek(0, io.SEEK_END)
        body.seek(0)
        uri = f"s3://{bucket}/{PREFIX}/{digest.hexdigest()}/{name}"
        if size > MAX_BYTES:
            raise Refused(f"{name} has {size} bytes; one object takes up to {MAX_BYTES}. Package fewer capabilities.")
        if not self._is_there(uri):
            self._client.put_object(
                Bucket=bucket,
                Key=place(uri)[1],
                Body=Watched(body, on_progress),  # type: ignore[arg-type]
                ContentLength=size,
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=kms_key,
                BucketKeyEnabled=True,
            )
        kept = self.find(uri)
        if kept.kms_key != kms_key:
            raise Refused(f"{uri} is encrypted with {kept.kms_key}, not with {kms_key}. Name that key, by its ARN.")
        return kept

    def find(self, uri: str) -> Kept:
        """→ what lies there. Raises `Refused` unless it is encrypted with a key of KMS and S3 vouches for its hash."""
        bucket, key = place(uri)
        head = self._client.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        folder, sha256 = key.split("/")[-3:-1] if key.count("/") >= 2 else ("", "")
        vouched = base64.b64decode(head.get("ChecksumSHA256", "")).hex()
        if folder != PREFIX or vouched != sha256:
            raise Refused(
                f"{uri} does not hold what its name says: S3 knows it by the SHA-256 {vouched or '(none)'}. "
                "Package the models again; what lies there is not ours."
            )
        if head.get("ServerSideEncryption") != "aws:kms" or "SSEKMSKeyId" not in head:
            raise Refused(f"{uri} is not encrypted with a key of KMS. Package again with --kms-key.")
        return Kept(uri, sha256, head["ContentLength"], head["SSEKMSKeyId"])

    def open(self, uri: str) -> BinaryIO:
        """→ its bytes as a stream, from the first on. To be closed."""
        bucket, key = place(uri)
        return self._client.get_object(Bucket=bucket, Key=key)["Body"]  # type: ignore[return-value]

    def read(self, uri: str, sha256: str) -> bytes:
        """→ all of a small object. Raises `Refused` when it has another hash than the one that was written down."""
        with self.open(uri) as stream:
            body = stream.read()
        if hashlib.sha256(body).hexdigest() != sha256:
            raise Refused(f"{uri} is not what was registered: its SHA-256 is another.")
        return body

    def _is_there(self, uri: str) -> bool:
        bucket, key = place(uri)
        try:
            self._client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return False
            raise
        return True
