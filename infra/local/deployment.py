"""A synthesised stack and a healthy engine → the stack running on it, as CloudFormation would deploy it."""

import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from circletake.media import tools
from infra.local import LocalError
from infra.local.engine import ACCOUNT, REGION
from infra.local.transform import PAGE_PATH, Laptop, Template, code_keys, has_endpoint, localise, take_grant

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

DEPLOYED_WITHIN_S = 120.0
_BOOTSTRAP = """#!/bin/sh
# Runs a handler as AWS does, on the interpreter that the lock files filled.
cd "$LAMBDA_TASK_ROOT"
export PYTHONPATH="$LAMBDA_TASK_ROOT${{PYTHONPATH:+:$PYTHONPATH}}"
exec "{python}" -m awslambdaric "$_HANDLER"
"""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Deployed:
    """A stack that is up."""

    stack: str
    page: str
    outputs: Mapping[str, str]
    has_endpoint: bool


def deploy(
    assembly: Path,
    session: boto3.Session,
    endpoint: str,
    *,
    analysis: str | None,
    python: str,
    without_grant: tuple[str, str] | None,
    say: Progress,
) -> Deployed:
    """A cloud assembly (`cdk.out`) → its one stack, deployed. Raises LocalError.

    `analysis`: where the models' endpoints will be served; None leaves them switched off.
    """
    stack, template, assets = read(assembly)
    page = f"{endpoint}/{PAGE_PATH}/"
    packaged = tools.packaged()
    environment = {"AWS_ENDPOINT_URL": endpoint}
    replaced = {"FFMPEG": str(packaged.ffmpeg), "FFPROBE": str(packaged.ffprobe), "PAGE_URL": page}
    if analysis:
        environment["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"] = analysis
    else:
        replaced["ENDPOINT"] = ""
    endpoints = has_endpoint(template)
    template = localise(
        template,
        Laptop(
            environment=environment,
            replaced=replaced,
            outputs={"PageUrl": page},
            workers=max(2, os.cpu_count() or 2),
        ),
    )
    if without_grant is not None:
        template = take_grant(template, *without_grant)
    say("Packing the functions")
    bucket = _bootstrap(session)
    s3 = session.client("s3")
    for key in sorted(code_keys(template)):
        s3.put_object(Bucket=bucket, Key=key, Body=_zipped(assets[key], python))
    s3.put_object(Bucket=bucket, Key="template.json", Body=json.dumps(template).encode())
    say("Deploying the stack")
    outputs = _create(session.client("cloudformation"), stack, f"{endpoint}/{bucket}/template.json")
    _verify_sender(session)
    return Deployed(stack, page, outputs, endpoints)


def read(assembly: Path) -> tuple[str, Template, dict[str, Path]]:
    """A cloud assembly → its stack's name, its template, and the folder of each asset by object key."""
    listing = list(assembly.glob("*.assets.json"))
    if len(listing) != 1:
        raise LocalError(f"{assembly} holds {len(listing)} stacks instead of one. Run: make synth")
    stack = listing[0].name.removesuffix(".assets.json")
    files = json.loads(listing[0].read_text())["files"].values()
    folders = {
        destination["objectKey"]: assembly / file["source"]["path"]
        for file in files
        if file["source"]["packaging"] == "zip"
        for destination in file["destinations"].values()
    }
    return stack, json.loads((assembly / f"{stack}.template.json").read_text()), folders


def _bootstrap(session: boto3.Session) -> str:
    """→ the asset bucket. What `cdk bootstrap` leaves in an account, as far as a template looks at it."""
    session.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")
    bucket = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
    session.client("s3").create_bucket(Bucket=bucket)
    return bucket


def _zipped(folder: Path, python: str) -> bytes:
    """An asset's folder → its zip with the `bootstrap` that a custom runtime starts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                archive.write(path, path.relative_to(folder))
        bootstrap = zipfile.ZipInfo("bootstrap")
        bootstrap.external_attr = 0o755 << 16
        archive.writestr(bootstrap, _BOOTSTRAP.format(python=python))
    return packed.getvalue()


def _create(cloudformation: "CloudFormationClient", stack: str, template_url: str) -> dict[str, str]:
    """Create a stack, wait → its outputs."""
    cloudformation.create_stack(
        StackName=stack,
        TemplateURL=template_url,
        Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    deadline = time.monotonic() + DEPLOYED_WITHIN_S
    while True:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        status = described["StackStatus"]
        if status == "CREATE_COMPLETE":
            return {o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])}
        if status != "CREATE_IN_PROGRESS" or time.monotonic() > deadline:
            raise LocalError(f"{stack} ended {status}:\n{_failures(cloudformation, stack)}")
        time.sleep(0.1)


def _failures(cloudformation: "CloudFormationClient", stack: str) -> str:
    events: list[Any] = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    return "\n".join(
        f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', '?')}"
        for event in reversed(events)
        if "FAILED" in event["ResourceStatus"]
    )


def _verify_sender(session: boto3.Session) -> None:
    """Let the digest's sender send: in AWS a person answers SES's e-mail, here there is no such person."""
    for function in session.client("lambda").list_functions()["Functions"]:
        sender = function.get("Environment", {}).get("Variables", {}).get("DIGEST_FROM")
        if sender:
            session.client("ses").verify_email_identity(EmailAddress=sender)
