"""The synthesised template → its laptop form."""

from copy import deepcopy
from typing import Any

import pytest

from infra.local import LocalError
from infra.local.transform import Laptop, localise, take_grant
from tests.local import tiny, tiny_endpoint

LAPTOP = Laptop(
    environment={"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
    replaced={"FFPROBE": "/here/ffprobe", "FFMPEG": "/here/ffmpeg"},
    outputs={"PageUrl": "http://127.0.0.1:4566/circletake/"},
    workers=3,
)


@pytest.fixture
def local() -> dict[str, Any]:
    return localise(tiny.template(), LAPTOP)


def test_a_resource_type_that_it_does_not_know_is_an_error_by_name() -> None:
    template = tiny.template()
    template["Resources"]["Cutter"] = {"Type": "AWS::MediaConvert::Queue"}
    with pytest.raises(LocalError, match=r"Cutter is a AWS::MediaConvert::Queue"):
        localise(template, LAPTOP)


def test_the_template_that_was_given_stays_as_it_was() -> None:
    template = tiny.template()
    before = deepcopy(template)
    localise(template, LAPTOP)
    assert template == before


def test_a_function_runs_on_our_interpreter_and_knows_the_endpoint(local: dict[str, Any]) -> None:
    function = local["Resources"]["Function"]["Properties"]
    assert function["Runtime"] == "provided.al2023"
    assert function["Environment"]["Variables"]["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert function["Timeout"] == 2
    assert function["MemorySize"] == 512


def test_the_path_of_a_program_is_replaced_only_where_a_function_has_it(local: dict[str, Any]) -> None:
    variables = local["Resources"]["Function"]["Properties"]["Environment"]["Variables"]
    assert variables["FFPROBE"] == "/here/ffprobe"
    assert "FFMPEG" not in variables
    assert variables["OUT"] == {"Ref": "Out"}


def test_layers_are_dropped_together_with_what_depends_on_them(local: dict[str, Any]) -> None:
    assert "Layer" not in local["Resources"]
    assert "Layers" not in local["Resources"]["Function"]["Properties"]
    assert local["Resources"]["Function"]["DependsOn"] == ["RolePolicy"]


def test_a_reference_to_something_dropped_is_an_error_that_names_both() -> None:
    template = tiny.template()
    template["Resources"]["Out"]["Properties"]["BucketName"] = {"Fn::GetAtt": ["Layer", "Arn"]}
    with pytest.raises(LocalError, match="Out refers to Layer"):
        localise(template, LAPTOP)


def test_only_the_denies_of_plain_http_are_dropped(local: dict[str, Any]) -> None:
    statements = local["Resources"]["QueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert [statement["Effect"] for statement in statements] == ["Allow"]


def test_a_policy_that_only_denied_plain_http_goes_whole() -> None:
    template = tiny.template()
    document = template["Resources"]["QueuePolicy"]["Properties"]["PolicyDocument"]
    document["Statement"] = [s for s in document["Statement"] if s["Effect"] == "Deny"]
    assert "QueuePolicy" not in localise(template, LAPTOP)["Resources"]


def test_another_deny_stays() -> None:
    template = tiny.template()
    document = template["Resources"]["QueuePolicy"]["Properties"]["PolicyDocument"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sqs:PurgeQueue", "Resource": "*"}
    document["Statement"].append(deny)
    assert deny in localise(template, LAPTOP)["Resources"]["QueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]


def test_the_page_has_an_address_without_the_id_of_the_api(local: dict[str, Any]) -> None:
    assert local["Outputs"]["PageUrl"]["Value"] == "http://127.0.0.1:4566/circletake/"
    assert local["Resources"]["StageMapping"]["Properties"]["ApiMappingKey"] == "circletake"


@pytest.mark.parametrize(("given", "left"), [({}, 3), ({"MaximumConcurrency": 20}, 3), ({"MaximumConcurrency": 2}, 2)])
def test_no_queue_gets_more_workers_than_the_laptop_has_room_for(given: dict[str, int], left: int) -> None:
    template = tiny.template()
    template["Resources"]["Mapping"]["Properties"]["ScalingConfig"] = given
    mapping = localise(template, LAPTOP)["Resources"]["Mapping"]["Properties"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": left}


def test_a_function_that_is_an_image_is_an_error_by_name() -> None:
    template = tiny.template()
    template["Resources"]["Function"]["Properties"]["Code"] = {"ImageUri": "elsewhere"}
    with pytest.raises(LocalError, match="Function is not a Python zip function"):
        localise(template, LAPTOP)


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:GetObject", "s3:GetObjectVersion", "sqs:receivemessage"])
def test_a_grant_that_is_taken_leaves_the_others(action: str) -> None:
    taken = take_grant(tiny.template(), "tiny", action)
    statements = taken["Resources"]["RolePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    left = [one for statement in statements for one in statement["Action"]]
    assert len(left) == 4
    assert action.lower() not in [one.lower() for one in left]


def test_a_grant_that_nobody_has_cannot_be_taken() -> None:
    with pytest.raises(LocalError, match="grants kms:Decrypt"):
        take_grant(tiny.template(), "tiny", "kms:Decrypt")


def test_a_grant_of_a_function_that_does_not_exist_cannot_be_taken() -> None:
    with pytest.raises(LocalError, match="no function 'cutter'"):
        take_grant(tiny.template(), "cutter", "kms:Decrypt")


def test_a_queue_of_batch_is_dropped_and_goes_by_the_name_that_aws_would_give_it() -> None:
    template = tiny.template()
    template["Resources"]["Large"] = {"Type": "AWS::Batch::JobQueue", "Properties": {}}
    variables = template["Resources"]["Function"]["Properties"]["Environment"]["Variables"]
    variables["BATCH_QUEUE"] = {"Fn::GetAtt": ["Large", "JobQueueArn"]}
    local = localise(template, LAPTOP)
    assert "Large" not in local["Resources"]
    told = local["Resources"]["Function"]["Properties"]["Environment"]["Variables"]["BATCH_QUEUE"]
    assert told["Fn::Sub"].endswith(":job-queue/Large")


@pytest.fixture
def analysed() -> dict[str, Any]:
    return localise(tiny_endpoint.template(), LAPTOP)


def test_what_the_engine_does_not_know_of_an_endpoint_is_handed_over_as_a_parameter(analysed: dict[str, Any]) -> None:
    kinds = {resource["Type"] for resource in analysed["Resources"].values()}
    assert not [kind for kind in kinds if "SageMaker" in kind or "AutoScaling" in kind]
    parameter = analysed["Resources"]["Configuration"]["Properties"]
    assert parameter["Name"] == "/studio/EndpointConfig/Configuration"
    given = parameter["Value"]["Fn::ToJsonString"]
    assert given["ProductionVariants"][0]["ModelName"] == "Model"
    assert given["AsyncInferenceConfig"]["OutputConfig"]["NotificationConfig"]["SuccessTopic"] == {"Ref": "Success"}
    assert analysed["Transform"] == "AWS::LanguageExtensions"


def test_an_endpoint_goes_by_its_name_and_by_the_arn_that_aws_would_give_it(analysed: dict[str, Any]) -> None:
    variables = analysed["Resources"]["Function"]["Properties"]["Environment"]["Variables"]
    assert variables["ENDPOINT"] == "Tiny-analyse"
    assert analysed["Outputs"]["Endpoint"]["Value"] == "Tiny-analyse"
    template = tiny_endpoint.template()
    template["Outputs"]["Arn"] = {"Value": {"Ref": "Endpoint"}}
    arn = localise(template, LAPTOP)["Outputs"]["Arn"]["Value"]["Fn::Sub"]
    assert arn == "arn:aws:sagemaker:${AWS::Region}:${AWS::AccountId}:endpoint/Tiny-analyse"


def test_the_studio_may_assume_the_role_of_an_endpoint_and_no_other(analysed: dict[str, Any]) -> None:
    roles = {
        name: resource["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
        for name, resource in analysed["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    }
    assert roles["Models"] == {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}
    assert roles["Role"] == {"Service": "lambda.amazonaws.com"}
