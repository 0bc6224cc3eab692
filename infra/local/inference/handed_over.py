"""What a template says of an endpoint → what the engine, which knows none, keeps of it for our process. Pure."""

from collections.abc import Mapping
from typing import Any

#: Below here each resource is a parameter: its properties, as the engine resolved them.
PATH = "/studio"
TYPES = frozenset(
    {
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::SageMaker::Endpoint",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::Model",
    }
)


def as_parameter(name: str, resource: Mapping[str, Any]) -> dict[str, Any]:
    """A resource → the parameter that tells its properties. Its template needs the transform of LanguageExtensions."""
    kind = resource["Type"].rpartition("::")[2]
    value = {"Fn::ToJsonString": resource["Properties"]}
    parameter = {"Name": f"{PATH}/{kind}/{name}", "Type": "String", "Value": value}
    return {"Type": "AWS::SSM::Parameter", "Properties": parameter, "DependsOn": resource.get("DependsOn", [])}


def let_us_be_sagemaker(document: dict[str, Any]) -> None:
    """Where SageMaker may assume a role, the studio's own account may: its process reads and writes as that role."""
    for statement in document["Statement"]:
        if statement["Principal"] == {"Service": "sagemaker.amazonaws.com"}:
            statement["Principal"] = {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}
