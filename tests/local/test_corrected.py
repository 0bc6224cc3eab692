"""Where the engine was put right: it answers as AWS's documentation says."""

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import xxhash
from awscrt.checksums import crc64nvme
from botocore.exceptions import ClientError

from infra.local import engine

pytestmark = pytest.mark.studio
HERE = f"arn:aws:iam::{engine.ACCOUNT}"


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[boto3.Session]:
    started = engine.start(tmp_path_factory.mktemp("corrected") / "engine")
    yield engine.session(started.endpoint)
    started.stop()


def _role(admin: boto3.Session, name: str, trust: dict[str, Any], grant: dict[str, Any]) -> str:
    iam = admin.client("iam")
    document = {"Effect": "Allow", "Principal": {"AWS": f"{HERE}:root"}, **trust}
    policy = {"Version": "2012-10-17", "Statement": [document]}
    role: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy))["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **grant}]}
    iam.put_role_policy(RoleName=name, PolicyName="grant", PolicyDocument=json.dumps(policy))
    return role


def _client(admin: boto3.Session, role: str, service: str, **tags: str) -> Any:
    """A role and its session tags → a client that acts as it."""
    sts = admin.client("sts")
    listed: list[Any] = [{"Key": key, "Value": value} for key, value in tags.items()]
    key = sts.assume_role(RoleArn=role, RoleSessionName="test", Tags=listed)["Credentials"]
    return boto3.Session(
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key["SessionToken"],
        region_name=engine.REGION,
    ).client(service, endpoint_url=sts.meta.endpoint_url)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def uploader(admin: boto3.Session) -> str:
    admin.client("s3").create_bucket(Bucket="ingest")
    return _role(
        admin,
        "uploader",
        {
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {"StringLike": {"aws:RequestTag/production": "?*"}},
        },
        {"Action": "s3:PutObject", "Resource": "arn:aws:s3:::ingest/${aws:PrincipalTag/production}/*"},
    )


def test_an_upload_into_the_production_of_its_session_tag_is_allowed(admin: boto3.Session, uploader: str) -> None:
    _client(admin, uploader, "s3", production="RIVER").put_object(Bucket="ingest", Key="RIVER/a.mov", Body=b"1")
    assert admin.client("s3").get_object(Bucket="ingest", Key="RIVER/a.mov")["Body"].read() == b"1"


@pytest.mark.parametrize("key", ["OTHER/a.mov", "RIVERSIDE/a.mov", "a.mov", "${aws:PrincipalTag/production}/a.mov"])
def test_an_upload_into_any_other_production_is_denied(admin: boto3.Session, uploader: str, key: str) -> None:
    with pytest.raises(ClientError, match="not authorized to perform: s3:PutObject"):
        _client(admin, uploader, "s3", production="RIVER").put_object(Bucket="ingest", Key=key, Body=b"1")


def test_an_uploader_without_a_production_is_nobody(admin: boto3.Session, uploader: str) -> None:
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        _client(admin, uploader, "s3")


def test_a_sender_may_send_from_the_identity_it_was_granted_and_from_no_other(admin: boto3.Session) -> None:
    identity = f"arn:aws:ses:{engine.REGION}:{engine.ACCOUNT}:identity/dailies@circletake.example"
    trust = {"Action": "sts:AssumeRole"}
    ses = _client(admin, _role(admin, "notify", trust, {"Action": "ses:SendEmail", "Resource": identity}), "ses")
    for sender in ("dailies@circletake.example", "director@circletake.example"):
        admin.client("ses").verify_email_identity(EmailAddress=sender)
    letter: dict[str, Any] = {
        "Destination": {"ToAddresses": ["producer@circletake.example"]},
        "Message": {"Subject": {"Data": "Roll A001"}, "Body": {"Text": {"Data": "5 clips"}}},
    }
    assert ses.send_email(Source="Dailies <dailies@circletake.example>", **letter)["MessageId"]
    with pytest.raises(ClientError, match="not authorized to perform: ses:SendEmail"):
        ses.send_email(Source="director@circletake.example", **letter)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


BODY = b"a take" * 1000
CHECKSUMS = {
    "XXHASH64": _base64(xxhash.xxh64_digest(BODY)),
    "XXHASH3": _base64(xxhash.xxh3_64_digest(BODY)),
    "XXHASH128": _base64(xxhash.xxh3_128_digest(BODY)),
    "MD5": _base64(hashlib.md5(BODY, usedforsecurity=False).digest()),
    "SHA512": _base64(hashlib.sha512(BODY).digest()),
    "CRC64NVME": _base64(crc64nvme(BODY).to_bytes(8, "big")),
}


@pytest.fixture(scope="module")
def versioned(admin: boto3.Session) -> str:
    s3 = admin.client("s3")
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    return "versioned"


@pytest.mark.parametrize("algorithm", CHECKSUMS)
def test_a_checksum_is_verified_stored_and_answered(admin: boto3.Session, versioned: str, algorithm: str) -> None:
    s3: Any = admin.client("s3")
    field, place = f"Checksum{algorithm}", {"Bucket": versioned, "Key": algorithm}
    stored = s3.put_object(**place, Body=BODY, **{field: CHECKSUMS[algorithm]})
    assert stored[field] == CHECKSUMS[algorithm]
    head = s3.head_object(**place, VersionId=stored["VersionId"], ChecksumMode="ENABLED")
    assert (head[field], head["ChecksumType"]) == (CHECKSUMS[algorithm], "FULL_OBJECT")
    with pytest.raises(ClientError, match="BadDigest"):
        s3.put_object(**place, Body=BODY + b"!", **{field: CHECKSUMS[algorithm]})
    assert s3.head_object(**place)["VersionId"] == stored["VersionId"]


def test_an_upload_in_parts_has_the_checksum_of_the_whole_object(admin: boto3.Session, versioned: str) -> None:
    s3: Any = admin.client("s3")
    place = {"Bucket": versioned, "Key": "in parts"}
    begun = s3.create_multipart_upload(**place, ChecksumAlgorithm="CRC64NVME", ChecksumType="FULL_OBJECT")
    assert begun["ChecksumType"] == "FULL_OBJECT"
    place |= {"UploadId": begun["UploadId"]}
    parts = []
    for number, body in enumerate((b"x" * 5_000_000, BODY), start=1):
        crc = _base64(crc64nvme(body).to_bytes(8, "big"))
        with pytest.raises(ClientError, match="BadDigest"):
            s3.upload_part(**place, PartNumber=number, Body=body[1:], ChecksumCRC64NVME=crc)
        sent = s3.upload_part(**place, PartNumber=number, Body=body, ChecksumCRC64NVME=crc)
        parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumCRC64NVME": crc})
    assert [part["ChecksumCRC64NVME"] for part in s3.list_parts(**place)["Parts"]] == [
        part["ChecksumCRC64NVME"] for part in parts
    ]
    whole = _base64(crc64nvme(b"x" * 5_000_000 + BODY).to_bytes(8, "big"))
    finished: dict[str, Any] = {**place, "MultipartUpload": {"Parts": parts}, "ChecksumType": "FULL_OBJECT"}
    with pytest.raises(ClientError, match="BadDigest"):
        s3.complete_multipart_upload(**finished, ChecksumCRC64NVME=parts[0]["ChecksumCRC64NVME"])
    done = s3.complete_multipart_upload(**finished, ChecksumCRC64NVME=whole)
    assert (done["ChecksumCRC64NVME"], done["ChecksumType"]) == (whole, "FULL_OBJECT")
    head = s3.head_object(Bucket=versioned, Key="in parts", VersionId=done["VersionId"], ChecksumMode="ENABLED")
    assert (head["ChecksumCRC64NVME"], head["ChecksumType"]) == (whole, "FULL_OBJECT")


def test_a_write_on_condition_makes_no_second_version(admin: boto3.Session, versioned: str) -> None:
    s3: Any = admin.client("s3")
    place = {"Bucket": versioned, "Key": "once"}
    first = s3.put_object(**place, Body=BODY, IfNoneMatch="*")["VersionId"]
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(**place, Body=BODY, IfNoneMatch="*")
    (version,) = s3.list_object_versions(Bucket=versioned, Prefix="once")["Versions"]
    assert version["VersionId"] == first


def test_a_tag_in_a_condition_is_the_callers(admin: boto3.Session, versioned: str) -> None:
    role = _role(
        admin,
        "lister",
        {"Action": ["sts:AssumeRole", "sts:TagSession"]},
        {
            "Action": "s3:ListBucketVersions",
            "Resource": f"arn:aws:s3:::{versioned}",
            "Condition": {"StringLike": {"s3:prefix": "${aws:PrincipalTag/production}/*"}},
        },
    )
    s3 = _client(admin, role, "s3", production="RIVER")
    assert "Versions" not in s3.list_object_versions(Bucket=versioned, Prefix="RIVER/main/")
    for prefix in ("OTHER/main/", "RIVERSIDE/", ""):
        with pytest.raises(ClientError, match="not authorized to perform: s3:ListBucketVersions"):
            s3.list_object_versions(Bucket=versioned, Prefix=prefix)
