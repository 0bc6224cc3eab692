"""The tiny stack with an endpoint as `infra/endpoints.py` makes it, whose ends are told to a queue."""

import json
from pathlib import Path
from typing import Any

from tests.local import tiny
from tests.local.tiny import _of, _policy, _resource

NAME = "Tiny-analyse"
AT_ONCE = 2


def assembly(into: Path) -> Path:
    tiny.assembly(into)
    (into / "Tiny.template.json").write_text(json.dumps(template()))
    return into


def template() -> dict[str, Any]:
    whole = tiny.template()
    whole["Resources"] |= _endpoint() | _scaling() | _told()
    whole["Resources"]["Function"]["Properties"]["Environment"]["Variables"]["ENDPOINT"] = _of(
        "Endpoint", "EndpointName"
    )
    whole["Outputs"] |= {
        "Told": {"Value": {"Ref": "Told"}},
        "Endpoint": {"Value": _of("Endpoint", "EndpointName")},
    }
    return whole


def _under(path: str) -> dict[str, Any]:
    return {"Fn::Join": ["", ["s3://", {"Ref": "Out"}, path]]}


def _endpoint() -> dict[str, Any]:
    assumed = {"Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    objects = [{"Fn::Join": ["", [_of("Out", "Arn"), name]]} for name in ("/*/answer.json", "/failures/*")]
    media = {"Fn::Join": ["", [_of("Out", "Arn"), "/*"]]}
    return {
        "Models": _resource("IAM::Role", AssumeRolePolicyDocument=_policy(assumed)),
        "ModelsPolicy": _resource(
            "IAM::Policy",
            PolicyName="grants",
            Roles=[{"Ref": "Models"}],
            PolicyDocument=_policy(
                {"Action": "s3:GetObject", "Resource": media},
                {"Action": "s3:PutObject", "Resource": objects},
                {"Action": "sns:Publish", "Resource": [{"Ref": "Success"}, {"Ref": "Error"}]},
            ),
        ),
        "Key": _resource("KMS::Key", KeyPolicy=_policy({"Principal": "*", "Action": "kms:*", "Resource": "*"})),
        "Success": _resource("SNS::Topic"),
        "Error": _resource("SNS::Topic"),
        "Model": _resource(
            "SageMaker::Model",
            ExecutionRoleArn=_of("Models", "Arn"),
            EnableNetworkIsolation=True,
            PrimaryContainer={"Image": "nowhere", "Environment": {"CAPABILITIES": "FRAMES"}},
        ),
        "Configuration": _resource(
            "SageMaker::EndpointConfig",
            ProductionVariants=[
                {
                    "VariantName": "all",
                    "ModelName": _of("Model", "ModelName"),
                    "InitialInstanceCount": 1,
                    "InstanceType": "ml.g5.xlarge",
                    "ContainerStartupHealthCheckTimeoutInSeconds": 60,
                }
            ],
            AsyncInferenceConfig={
                "ClientConfig": {"MaxConcurrentInvocationsPerInstance": AT_ONCE},
                "OutputConfig": {
                    "KmsKeyId": _of("Key", "Arn"),
                    "S3OutputPath": _under(""),
                    "S3FailurePath": _under("/failures/"),
                    "NotificationConfig": {"SuccessTopic": {"Ref": "Success"}, "ErrorTopic": {"Ref": "Error"}},
                },
            },
        ),
        "Endpoint": _resource(
            "SageMaker::Endpoint",
            EndpointName=NAME,
            EndpointConfigName=_of("Configuration", "EndpointConfigName"),
        ),
    }


def _scaling() -> dict[str, Any]:
    variant = {"Fn::Join": ["", ["endpoint/", _of("Endpoint", "EndpointName"), "/variant/all"]]}
    dimension, service = "sagemaker:variant:DesiredInstanceCount", "sagemaker"
    target = {"ScalingTargetId": _of("Target", "Id"), "PolicyName": "policy"}
    return {
        "Target": _resource(
            "ApplicationAutoScaling::ScalableTarget",
            MinCapacity=0,
            MaxCapacity=4,
            ResourceId=variant,
            ScalableDimension=dimension,
            ServiceNamespace=service,
        ),
        "Backlog": _resource(
            "ApplicationAutoScaling::ScalingPolicy",
            **target,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 12,
                "ScaleInCooldown": 300,
                "ScaleOutCooldown": 300,
                "CustomizedMetricSpecification": {"MetricName": "ApproximateBacklogSizePerInstance"},
            },
        ),
        "First": _resource(
            "ApplicationAutoScaling::ScalingPolicy",
            **target,
            PolicyType="StepScaling",
            StepScalingPolicyConfiguration={
                "AdjustmentType": "ChangeInCapacity",
                "Cooldown": 300,
                "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
            },
        ),
        "Waiting": _resource(
            "CloudWatch::Alarm",
            AlarmActions=[{"Ref": "First"}],
            Namespace="AWS/SageMaker",
            MetricName="HasBacklogWithoutCapacity",
            Dimensions=[{"Name": "EndpointName", "Value": _of("Endpoint", "EndpointName")}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
        ),
    }


def _told() -> dict[str, Any]:
    from_topics = {
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": _of("Told", "Arn"),
    }
    subscribed = {"Protocol": "sqs", "Endpoint": _of("Told", "Arn"), "RawMessageDelivery": True}
    return {
        "Told": _resource("SQS::Queue"),
        "ToldPolicy": _resource("SQS::QueuePolicy", Queues=[{"Ref": "Told"}], PolicyDocument=_policy(from_topics)),
        "SuccessTold": _resource("SNS::Subscription", TopicArn={"Ref": "Success"}, **subscribed),
        "ErrorTold": _resource("SNS::Subscription", TopicArn={"Ref": "Error"}, **subscribed),
    }
