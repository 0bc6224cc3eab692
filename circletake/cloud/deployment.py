"""Where the pipeline runs: a studio on this laptop, or a stack in an AWS account."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from circletake.cloud.catalogue import Catalogue
from circletake.cloud.clients import config_for, config_for_uploads
from circletake.cloud.objects import Objects
from circletake.cloud.reading import Reading

FUNCTIONS = (
    "Receive",
    "Verify",
    "Inspect",
    "Plan",
    "Transcode",
    "Sync",
    "Dispatch",
    "Collect",
    "Compare",
    "Publish",
    "Notify",
    "Review",
    "Sweep",
)
QUEUED = tuple(name for name in FUNCTIONS if name != "Review")
#: A function's queues, as their outputs begin. Circled takes are transcoded in a lane of their own.
QUEUES = {name: (name, *(["TranscodeCircled"] if name == "Transcode" else [])) for name in QUEUED}
#: A function → the queues for what it was given or said and did not arrive, each with the one that it goes back to, as
#: their outputs are called. A stack that analyses nothing has none for answers.
DEAD_LETTERS = {
    name: {f"{lane}{letters}": f"{lane}Queue" for lane in QUEUES[name] for letters in ("DeadLetters", "Undelivered")}
    for name in QUEUED
}
DEAD_LETTERS["Transcode"]["TranscodeFailedUndelivered"] = "TranscodeQueue"
DEAD_LETTERS["Collect"]["AnalyserUndelivered"] = "CollectQueue"
DEAD_LETTERS["Notify"]["DigestsUndelivered"] = "AuditQueue"


class NoDeployment(Exception):  # noqa: N818
    """There is nothing to talk to; the message says what to start or to give."""


@dataclass(frozen=True)
class Deployment:
    """A running pipeline: its outputs, and clients that reach it."""

    name: str
    outputs: Mapping[str, str]
    session: boto3.Session
    endpoint: str | None = None

    def client(self, service: str, config: Config | None = None) -> Any:
        return self.session.client(  # type: ignore[call-overload]
            service, endpoint_url=self.endpoint, config=config or config_for(service)
        )

    def catalogue(self) -> Catalogue:
        return Catalogue(self.client("dynamodb"), self.outputs["Table"])

    def objects(self) -> Objects:
        return Objects(self.client("s3"))

    def reading(self) -> Reading:
        return Reading(self.catalogue())

    def uploader(self, production: str) -> Any:
        """A production → an S3 client that may write into its part of the ingest bucket and nowhere else.

        A card takes hours over a hotel's line and these credentials last for one, so they renew themselves.
        """

        def assume() -> dict[str, str]:
            keys = self.client("sts").assume_role(
                RoleArn=self.outputs["UploaderRole"],
                RoleSessionName="circletake-upload",
                Tags=[{"Key": "production", "Value": production}],
            )["Credentials"]
            return {
                "access_key": keys["AccessKeyId"],
                "secret_key": keys["SecretAccessKey"],
                "token": keys["SessionToken"],
                "expiry_time": keys["Expiration"].isoformat(),
            }

        renewing = get_session()
        renewing._credentials = RefreshableCredentials.create_from_metadata(  # type: ignore[attr-defined]
            metadata=assume(), refresh_using=assume, method="sts-assume-role"
        )
        as_uploader = boto3.Session(botocore_session=renewing, region_name=self.session.region_name)
        return Deployment(self.name, self.outputs, as_uploader, self.endpoint).client("s3", config_for_uploads())


def find_deployment(*, studio: str | None = None, stack: str | None = None) -> Deployment:
    """A studio's or a stack's name, or neither → where to work. Raises `NoDeployment`.

    With neither, the one studio that is up on this laptop is meant.
    """
    if stack:
        return _in_aws(stack)
    up = [state for state in _studios() if studio in (None, state["name"])]
    if len(up) == 1:
        return _on_laptop(up[0])
    if up:
        names = ", ".join(state["name"] for state in up)
        raise NoDeployment(f"Several studios are up ({names}). Say which one: circletake --studio NAME …")
    if studio:
        raise NoDeployment(f"No studio called {studio!r} is up. Start it: circletake local up --name {studio}")
    raise NoDeployment(
        "No studio is up on this laptop, and no stack was named. Start one with `circletake local up`, "
        "or name a deployed stack: circletake --stack Circletake …"
    )


def _studios() -> list[dict[str, Any]]:
    home = Path(tempfile.gettempdir()) / f"circletake-{os.getuid()}"
    if not home.is_dir() or home.stat().st_uid != os.getuid():
        return []
    states = [json.loads(file.read_text()) for file in sorted(home.glob("*.json"))]
    return [state for state in states if Path(f"/proc/{state['pid']}").exists() or not Path("/proc/self").exists()]


def _on_laptop(state: dict[str, Any]) -> Deployment:
    session = boto3.Session(
        aws_access_key_id=state["access_key"],
        aws_secret_access_key=state["secret_key"],
        region_name=state["region"],
    )
    return Deployment(state["name"], state["outputs"], session, state["endpoint"])


def _in_aws(stack: str) -> Deployment:
    session = boto3.Session()
    try:
        (described,) = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except (ClientError, BotoCoreError) as error:
        raise NoDeployment(
            f"The stack {stack!r} cannot be read: {error} Which account and region is it in? Set AWS_PROFILE and "
            "AWS_REGION, or run `aws configure`."
        ) from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    return Deployment(stack, outputs, session)
