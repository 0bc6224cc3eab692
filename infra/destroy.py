"""A stack's name → its compute, and all that can be made again, are gone; what was kept is listed.

Originals, their key and the catalogue stay: no command of ours deletes them.
"""

import argparse
import sys
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3ServiceResource

#: Outputs that name buckets of derived pictures. CloudFormation deletes a bucket only when it is empty.
DERIVED = ("WorkBucket", "ReviewBucket")


def destroy(cloudformation: "CloudFormationClient", s3: "S3ServiceResource", stack: str) -> dict[str, str]:
    """Empties what is derived, deletes the stack, waits → logical to physical names of what was kept.

    May be repeated: footage in flight can put a picture into a bucket between the two steps.
    """
    there = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in there["Outputs"]}
    kept = _kept(cloudformation, stack)
    for derived in DERIVED:
        s3.Bucket(outputs[derived]).object_versions.delete()
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=there["StackId"])
    return kept


def _kept(cloudformation: "CloudFormationClient", stack: str) -> dict[str, str]:
    """What the stack's template says to retain."""
    template = cloudformation.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
    resources = template["Resources"]  # JSON arrives parsed
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        there["LogicalResourceId"]: there["PhysicalResourceId"]
        for page in pages
        for there in page["StackResourceSummaries"]
        if resources[there["LogicalResourceId"]].get("DeletionPolicy") == "Retain"
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.destroy", description=__doc__)
    parser.add_argument("--stack", default="Circletake")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    asked = parser.parse_args()
    question = f"Delete {asked.stack}, its work and its review pictures? Type the stack's name: "
    if not asked.yes and input(question) != asked.stack:
        sys.exit("Nothing was deleted.")
    kept = destroy(boto3.client("cloudformation"), boto3.resource("s3"), asked.stack)
    print(f"{asked.stack} is gone. Kept, until somebody deletes them by hand:")
    for logical, physical in kept.items():
        print(f"  {logical}: {physical}")


if __name__ == "__main__":
    main()
