"""A promoted version of the models in the stack: what the endpoint runs, what it may fetch, what is asked of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from pydantic import ValidationError

from circletake.contracts.promotion import Promotion
from infra.app import ContextError, promotion
from infra.containers import Promoted

TOLD: dict[str, Any] = {
    "image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/analyse@sha256:" + "ab" * 32,
    "artefact": f"s3://the-customers-models/models/{'cd' * 32}/model.tar.gz",
    "kms_key": "arn:aws:kms:eu-central-1:123456789012:key/0b1c2d3e-0000-4000-8000-000000000000",
    "versions": {"FACES": {"name": "made-faces", "version": "0123456789ab"}},
}


@pytest.fixture
def promoted() -> Promotion:
    return Promotion.model_validate_json(json.dumps(TOLD))


def test_the_endpoint_runs_the_artefacts_code_before_the_images_own(tmp_path: Path, promoted: Promotion) -> None:
    definition = Promoted(Stack(App(outdir=str(tmp_path)), "Small"), promoted).definition
    assert (definition.image, definition.model_data_url) == (TOLD["image"], TOLD["artefact"])
    assert definition.environment == {
        "CAPABILITIES": "FACES",
        "PYTHONPATH": "/opt/ml/model/code:/opt/ml/model/weights",
        "PYTHONSAFEPATH": "1",
    }


def test_it_may_fetch_that_image_that_artefact_and_open_it_with_that_key_only(
    tmp_path: Path, promoted: Promotion
) -> None:
    app = App(outdir=str(tmp_path), analytics_reporting=False, tree_metadata=False)
    stack = Stack(app, "Small")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    Promoted(stack, promoted).grant_fetch(role)
    app.synth()
    resources = json.loads((tmp_path / "Small.template.json").read_text())["Resources"].values()
    (policy,) = (each["Properties"]["PolicyDocument"] for each in resources if each["Type"] == "AWS::IAM::Policy")
    may = {json.dumps(each["Action"]): each["Resource"] for each in policy["Statement"]}
    partition = {"Ref": "AWS::Partition"}
    artefact = f":s3:::the-customers-models/models/{'cd' * 32}/model.tar.gz"
    assert may['"s3:GetObject"'] == {"Fn::Join": ["", ["arn:", partition, artefact]]}
    assert may['"kms:Decrypt"'] == TOLD["kms_key"]
    pull = may['["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]']
    assert pull == {"Fn::Join": ["", ["arn:", partition, ":ecr:eu-central-1:123456789012:repository/analyse"]]}
    assert may['"ecr:GetAuthorizationToken"'] == "*"
    assert len(may) == 4


def test_dispatch_asks_for_the_versions_that_were_promoted(promoted: Promotion) -> None:
    assert json.loads(promoted.asked) == TOLD["versions"]


@pytest.mark.parametrize("nothing", [None, "", {}])
def test_without_a_promotion_the_models_are_this_checkouts_own(nothing: object) -> None:
    assert promotion(nothing) is None


def test_it_is_taken_from_cdk_json_and_from_the_command_line_alike() -> None:
    assert promotion(TOLD) == promotion(json.dumps(TOLD))


@pytest.mark.parametrize(
    "changed",
    [
        {"image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/analyse:latest"},
        {"artefact": "s3://the-customers-models/model.tar.gz"},
        {"kms_key": "alias/models"},
        {"versions": {}},
        {"versions": {"VOICES": {"name": "made", "version": "0123456789ab"}}},
        {"more": 1},
    ],
)
def test_what_was_not_printed_by_promote_is_refused_with_a_sentence(changed: dict[str, Any]) -> None:
    with pytest.raises(ContextError, match=r"must be what `python -m models\.tooling promote` printed"):
        promotion(TOLD | changed)
    with pytest.raises(ValidationError):
        Promotion.model_validate_json(json.dumps(TOLD | changed))
