"""The endpoint that analyses: what it may do, what it costs when idle, how it wakes, whom it tells."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cdk_nag
import pytest
from aws_cdk import App, Duration, Stack, Validations
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_

from circletake.cloud.deployment import DEAD_LETTERS
from infra.alarms import Alarms
from infra.app import ContextError, instance
from infra.endpoints import AT_ONCE, DRIVER, MAX_INSTANCES, Analyser
from infra.reasons import acknowledge
from infra.stages import Machine, Shared, Stage
from infra.storage import Storage
from tests.infra.template import Properties, Template, denies_plain_http, listed, logical


def small(folder: Path, instance: str) -> Template:
    """A stack of nothing but storage, two stages, and the endpoint between them."""
    for name, file in (("code", "handler.py"), ("layer", "python.txt"), ("image", "Dockerfile")):
        (folder / name).mkdir()
        (folder / name / file).write_text("FROM scratch\n")
    app = App(outdir=str(folder / "cdk.out"), analytics_reporting=False, tree_metadata=False,
              context={"@aws-cdk/aws-iam:minimizePolicies": True})  # fmt: skip
    stack = Stack(app, "Small")
    acknowledge(stack, "AwsSolutions-L1", "As in the whole stack.")
    stack.template_options.metadata = {"cfn-lint": {"config": {"ignore_checks": ["W3005"]}}}
    code = lambda_.Code.from_asset(str(folder / "code"))
    shared = Shared(
        stack=stack,
        storage=Storage(stack),
        bus=events.EventBus(stack, "Facts"),
        alarms=Alarms(stack),
        code=code,
        dependencies=lambda_.LayerVersion(stack, "Dependencies", code=lambda_.Code.from_asset(str(folder / "layer"))),
    )
    dispatch, collect = (
        Stage(shared, name, Machine(Duration.seconds(60)), late_after=Duration.minutes(10))
        for name in ("dispatch", "collect")
    )
    Analyser(shared, str(folder / "image"), instance).serve(dispatch, collect)
    Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app))
    app.synth()
    return Template(folder / "cdk.out" / "Small.template.json")


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return small(tmp_path_factory.mktemp("endpoint"), "ml.g5.xlarge")


def _only(template: Template, kind: str) -> tuple[str, Properties]:
    (found,) = template.all(kind).items()
    return found


def _text(template: Template, value: Any) -> str:
    """An expression → one line, with the names of outputs and resources in it."""
    return template._readable(value)


def test_cdk_nag_finds_nothing_that_is_not_acknowledged(endpoint: Template) -> None:
    report = json.loads((endpoint.path.parent / "validation-report.json").read_text())
    (nag,) = report["pluginReports"]
    assert nag["violations"] == []
    assert nag["conclusion"] == "success"


def test_redrive_reaches_what_sns_could_not_deliver(endpoint: Template) -> None:
    (undelivered,) = (name for name in DEAD_LETTERS["Collect"] if name.startswith("Analyser"))
    queue = endpoint.named(DEAD_LETTERS["Collect"][undelivered])
    assert endpoint.dead_letters[endpoint.named(undelivered)] == queue


def test_cfn_lint_finds_nothing(endpoint: Template) -> None:
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, endpoint.path], check=False, capture_output=True, text=True)
    assert done.stdout + done.stderr == ""


def test_the_container_is_cut_off_from_the_network(endpoint: Template) -> None:
    _, model = _only(endpoint, "SageMaker::Model")
    assert model["EnableNetworkIsolation"] is True
    assert set(model["PrimaryContainer"]) == {"Image"}


def test_answers_and_failures_go_to_the_work_bucket_under_our_key_and_are_told(endpoint: Template) -> None:
    _, configuration = _only(endpoint, "SageMaker::EndpointConfig")
    asynchronous = configuration["AsyncInferenceConfig"]
    assert asynchronous["ClientConfig"] == {"MaxConcurrentInvocationsPerInstance": AT_ONCE}
    output = asynchronous["OutputConfig"]
    assert _text(endpoint, output["S3OutputPath"]) == "s3://WorkBucket"
    assert _text(endpoint, output["S3FailurePath"]) == "s3://WorkBucket/failures/"
    assert logical(output["KmsKeyId"]) in endpoint.all("KMS::Key")
    told = {name: logical(topic) for name, topic in output["NotificationConfig"].items()}
    assert set(told) == {"SuccessTopic", "ErrorTopic"}
    assert len(set(told.values())) == 2


def test_the_role_reads_the_work_bucket_writes_answers_and_tells_and_nothing_else(endpoint: Template) -> None:
    model, properties = _only(endpoint, "SageMaker::Model")
    role = logical(properties["ExecutionRoleArn"])
    (trust,) = endpoint.resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    rights = {
        (action, _text(endpoint, resource))
        for statement in endpoint.statements(role)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if not action.startswith("ecr:")
    }
    (key,) = endpoint.all("KMS::Key")
    _, configuration = _only(endpoint, "SageMaker::EndpointConfig")
    told = configuration["AsyncInferenceConfig"]["OutputConfig"]["NotificationConfig"].values()
    put = ("PutObject", "AbortMultipartUpload", "ListMultipartUploadParts")
    logged = ("CreateLogStream", "PutLogEvents", "DescribeLogStreams")
    assert rights == {
        ("s3:GetObject", "WorkBucket/*"),
        ("s3:GetObjectVersion", "WorkBucket/*"),
        ("s3:ListBucket", "WorkBucket"),
        *((f"s3:{action}", f"WorkBucket/{name}") for action in put for name in ("*/answer.json", "failures/*")),
        ("kms:Decrypt", key),
        ("kms:GenerateDataKey", key),
        *(("sns:Publish", logical(topic)) for topic in told),
        *((f"logs:{action}", "AnalyserLogs") for action in logged),
        ("cloudwatch:PutMetricData", "*"),
    }
    # The policy is there before the image is fetched.
    assert set(endpoint.resources[model]["DependsOn"]) >= {role}


def test_it_scales_to_zero_and_an_alarm_wakes_it(endpoint: Template) -> None:
    name, target = _only(endpoint, "ApplicationAutoScaling::ScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, MAX_INSTANCES)
    assert _text(endpoint, target["ResourceId"]) == "endpoint/AnalyserEndpoint/variant/all"
    policies = endpoint.all("ApplicationAutoScaling::ScalingPolicy")
    assert {logical(policy["ScalingTargetId"]) for policy in policies.values()} == {name}
    (tracking,) = (p for p in policies.values() if p["PolicyType"] == "TargetTrackingScaling")
    metric = tracking["TargetTrackingScalingPolicyConfiguration"]["CustomizedMetricSpecification"]
    assert metric["MetricName"] == "ApproximateBacklogSizePerInstance"
    (step,) = (name for name, p in policies.items() if p["PolicyType"] == "StepScaling")
    configuration = policies[step]["StepScalingPolicyConfiguration"]
    assert configuration["StepAdjustments"] == [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}]
    (alarm,) = (
        alarm
        for alarm in endpoint.all("CloudWatch::Alarm").values()
        if alarm["MetricName"] == "HasBacklogWithoutCapacity"
    )
    assert [logical(action) for action in alarm["AlarmActions"]] == [step]
    assert alarm["Period"] == 60


def test_topics_are_encrypted_take_no_plain_http_and_reach_collect_as_they_are(endpoint: Template) -> None:
    (key,) = endpoint.all("KMS::Key")
    subscribed = endpoint.all("SNS::Subscription").values()
    topics = {logical(each["TopicArn"]) for each in subscribed}
    assert len(topics) == 2
    for topic in topics:
        assert logical(endpoint.resources[topic]["Properties"]["KmsMasterKeyId"]) == key
        assert denies_plain_http(endpoint.policies_of("SNS::TopicPolicy", "Topics", topic))
    for each in subscribed:
        assert each["RawMessageDelivery"] is True
        assert logical(each["Endpoint"]) == endpoint.named("CollectQueue")
        assert "deadLetterTargetArn" in each["RedrivePolicy"]


def test_only_dispatch_may_ask_and_only_this_endpoint(endpoint: Template) -> None:
    right = ("sagemaker:InvokeEndpointAsync", "AnalyserEndpoint")
    assert [right in endpoint.rights(function) for function in ("dispatch", "collect")] == [True, False]
    variables = endpoint.function("dispatch")["Environment"]["Variables"]
    assert logical(variables["ENDPOINT"]) == endpoint.named("AnalyserEndpoint")


def test_idle_it_is_topics_alarms_and_a_log(endpoint: Template) -> None:
    """Nothing of it is a machine that waits, a network or a disk: what costs money starts with the first question."""
    kinds = {r["Type"] for name, r in endpoint.resources.items() if name.startswith("Analyser")}
    assert kinds == {
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::CloudWatch::Alarm",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Logs::LogGroup",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
        "AWS::SageMaker::Endpoint",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::Model",
    }


def test_with_a_gpu_the_driver_knows_our_cuda_and_without_one_the_image_is_built_for_the_processor(
    endpoint: Template, tmp_path: Path
) -> None:
    without = small(tmp_path, "ml.c7i.xlarge")
    variants = [_only(each, "SageMaker::EndpointConfig")[1]["ProductionVariants"][0] for each in (endpoint, without)]
    assert [variant.get("InferenceAmiVersion") for variant in variants] == [DRIVER, None]
    images = [
        next(iter(json.loads((each.path.parent / "Small.assets.json").read_text())["dockerImages"].values()))["source"]
        for each in (endpoint, without)
    ]
    assert [image.get("dockerBuildArgs") for image in images] == [None, {"LOCK": "models.txt", "DEVICE": "cpu"}]


def test_a_stack_without_it_has_nothing_of_sagemaker(template: Template) -> None:
    kinds = {resource["Type"] for resource in template.resources.values()}
    assert not [kind for kind in kinds if "SageMaker" in kind or "AutoScaling" in kind]


def test_an_instance_is_a_name_of_sagemaker_or_none() -> None:
    assert [instance(value) for value in ("ml.g5.xlarge", "", None)] == ["ml.g5.xlarge", None, None]


@pytest.mark.parametrize("value", ["g5.xlarge", "yes", "ml.g5", "ml.g5.xlarge,ml.g5.xlarge", "ml.c7g.xlarge", 5])
def test_an_instance_that_cannot_be_is_refused_by_name(value: object) -> None:
    with pytest.raises(ContextError, match="`analyse`"):
        instance(value)
