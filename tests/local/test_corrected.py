"""Where the engine was put right: it answers as AWS's documentation says."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
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
