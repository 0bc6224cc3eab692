"""What stands between the stack and a deployment: cdk-nag, cfn-lint, the context, the assets; and its end."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra import assets
from infra.app import ContextError, addresses, decoders
from infra.assets import AssetError, assemble
from infra.destroy import destroy
from tests.infra.template import Template


def test_cdk_nag_finds_nothing_that_is_not_acknowledged_with_a_reason(template: Template) -> None:
    report = json.loads((template.path.parent / "validation-report.json").read_text())
    (nag,) = report["pluginReports"]
    assert nag["pluginName"] == "AwsSolutions"
    assert nag["conclusion"] == "success"
    assert nag["violations"] == []
    acknowledged = {violation["ruleName"].split("[")[0] for violation in nag["suppressedViolations"]}
    assert acknowledged == {f"AwsSolutions-{rule}" for rule in ("S1", "SQS3", "IAM5", "APIG4", "COG2", "L1", "VPC7")}


def test_cfn_lint_finds_nothing(template: Template) -> None:
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, template.path], check=False, capture_output=True, text=True)
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


def test_addresses_are_written_with_commas_between() -> None:
    assert addresses("producers", "a@example.com, b@example.com", at_most=50) == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize("value", [None, "", "nobody", "a@example.com,", "a@example.com,b@example.com", 7])
def test_a_sender_that_is_not_one_address_is_refused_by_name(value: object) -> None:
    with pytest.raises(ContextError, match="`digest_from`"):
        addresses("digest_from", value, at_most=1)


def test_the_decoders_of_raw_are_an_object_or_its_json() -> None:
    braw = {"BRAW": "/opt/vendor/braw {input} {output}"}
    assert [json.loads(decoders(value)) for value in ({}, "{}", braw, json.dumps(braw))] == [{}, {}, braw, braw]


@pytest.mark.parametrize("value", [None, "", "[]", {"BRAW": "braw {input} {output}"}, {"ALEXA": "/x {input} {output}"}])
def test_a_decoder_that_cannot_be_is_refused_by_name(value: object) -> None:
    with pytest.raises(ContextError, match="`vendor_decoders`"):
        decoders(value)


def test_a_stack_without_its_page_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="make page"):
        assemble(tmp_path / "dist", tmp_path / "code")


def test_a_program_for_another_machine_is_not_put_into_a_layer(tmp_path: Path) -> None:
    mach_o = tmp_path / "ffmpeg-macos-aarch64"
    mach_o.write_bytes(b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01" + bytes(24))
    with pytest.raises(AssetError, match="x86-64 Linux"):
        assets._program(mach_o, tmp_path / "layer" / "bin" / "ffmpeg")
    assert not (tmp_path / "layer").exists()


class SmallStack:
    """A CloudFormation that holds one stack of three buckets; deletes like AWS: never a bucket with anything in it."""

    def __init__(self, s3: Any) -> None:
        self.s3 = s3
        self.resources = {
            "Ingest": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
            "Work": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete"},
            "Review": {"Type": "AWS::S3::Bucket"},
        }
        for name in self.resources:
            s3.create_bucket(Bucket=name.lower(), CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
            s3.BucketVersioning(name.lower()).enable()

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803
        outputs = [{"OutputKey": f"{name}Bucket", "OutputValue": name.lower()} for name in self.resources]
        return {"Stacks": [{"StackId": f"{StackName}/1", "Outputs": outputs}]}

    def get_template(self, **_: str) -> Any:
        return {"TemplateBody": {"Resources": self.resources}}

    def get_paginator(self, operation: str) -> "SmallStack":
        assert operation == "list_stack_resources"
        return self

    def paginate(self, **_: str) -> Any:
        ids = [{"LogicalResourceId": name, "PhysicalResourceId": name.lower()} for name in self.resources]
        return [{"StackResourceSummaries": ids[:2]}, {"StackResourceSummaries": ids[2:]}]

    def delete_stack(self, **_: str) -> None:
        for name in ("work", "review"):
            self.s3.Bucket(name).delete()

    def get_waiter(self, state: str) -> "SmallStack":
        assert state == "stack_delete_complete"
        return self

    def wait(self, StackName: str) -> None:  # noqa: N803
        assert StackName == "Small/1"  # by its id: the name is gone once the stack is


def test_destroy_empties_what_is_derived_and_names_what_it_kept(aws: None) -> None:
    s3 = boto3.resource("s3")
    small = SmallStack(s3)
    for name in ("ingest", "work", "review"):
        s3.Bucket(name).put_object(Key="a", Body=b"1")
        s3.Bucket(name).put_object(Key="a", Body=b"2")
    s3.Bucket("work").Object("a").delete()  # leaves two versions under a delete marker

    assert destroy(small, s3, "Small") == {"Ingest": "ingest"}  # type: ignore[arg-type]

    assert {bucket.name for bucket in s3.buckets.all()} == {"ingest"}
    assert len(list(s3.Bucket("ingest").object_versions.all())) == 2
