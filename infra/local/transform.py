"""The synthesised template → the template that the laptop's engine runs. Pure: no file, no network.

Every resource type is kept, dropped with its reason, or refused by name; nothing is passed over in silence.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from infra.local import LocalError
from infra.local.inference import handed_over

Template = dict[str, Any]

RUN_BY_THE_ENGINE = frozenset(
    {
        "AWS::ApiGatewayV2::Api",
        "AWS::ApiGatewayV2::Authorizer",
        "AWS::ApiGatewayV2::Integration",
        "AWS::ApiGatewayV2::Route",
        "AWS::ApiGatewayV2::Stage",
        "AWS::CloudWatch::Alarm",
        "AWS::Cognito::UserPool",
        "AWS::Cognito::UserPoolClient",
        "AWS::Cognito::UserPoolGroup",
        "AWS::DynamoDB::Table",
        "AWS::Events::EventBus",
        "AWS::Events::Rule",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
    }
)

_A_PROCESS = "a job of Batch is a process of this laptop: see `run_jobs_as_processes` in corrected.py"
DROPPED = {
    "AWS::Lambda::LayerVersion": "the same lock files fill the environment of the interpreter that runs the handlers",
    **dict.fromkeys(
        (
            "AWS::Batch::ComputeEnvironment",
            "AWS::Batch::JobDefinition",
            "AWS::Batch::JobQueue",
            "AWS::EC2::InternetGateway",
            "AWS::EC2::Route",
            "AWS::EC2::RouteTable",
            "AWS::EC2::SecurityGroup",
            "AWS::EC2::Subnet",
            "AWS::EC2::SubnetRouteTableAssociation",
            "AWS::EC2::VPC",
            "AWS::EC2::VPCEndpoint",
            "AWS::EC2::VPCGatewayAttachment",
        ),
        _A_PROCESS,
    ),
}
#: What the engine does not run and is still spoken of by its ARN.
_ARNS = {
    "AWS::Batch::JobDefinition": "batch:{region}:{account}:job-definition/{name}",
    "AWS::Batch::JobQueue": "batch:{region}:{account}:job-queue/{name}",
    "AWS::SageMaker::Endpoint": "sagemaker:{region}:{account}:endpoint/{name}",
}


# The engine serves an HTTP API under a mapped path of a custom domain: http://127.0.0.1:PORT/circletake/.
# The page then has one origin with Cognito and S3, and an address that a person can read.
PAGE_PATH = "circletake"


@dataclass(frozen=True)
class Laptop:
    """What is different here: variables every function gets, variables and outputs with another value, room."""

    environment: Mapping[str, str]
    replaced: Mapping[str, str]
    outputs: Mapping[str, str]
    workers: int


def localise(template: Template, laptop: Laptop) -> Template:
    """A synthesised template → its laptop form. Raises LocalError naming what it doesn't know."""
    local: Template = _spell_out_issuers(deepcopy(template))
    local = _name_the_dropped(local)
    resources = local["Resources"]
    _leave_what_the_engine_runs(local)
    for name, resource in _of_type(local, "AWS::Lambda::Function"):
        _run_on_our_interpreter(name, resource["Properties"], laptop)
    for _, resource in _of_type(local, "AWS::IAM::Role"):
        handed_over.let_us_be_sagemaker(resource["Properties"]["AssumeRolePolicyDocument"])
    for _, resource in _of_type(local, "AWS::Lambda::EventSourceMapping"):
        _limit(resource["Properties"], laptop.workers)
    for name, resource in list(resources.items()):
        if resource["Type"].endswith(("::BucketPolicy", "::QueuePolicy", "::TopicPolicy")):
            _allow_plain_http(resource["Properties"]["PolicyDocument"])
            if not resource["Properties"]["PolicyDocument"]["Statement"]:
                del resources[name]
    _forget_dependencies_on_the_dropped(local)
    for name, resource in _of_type(local, "AWS::ApiGatewayV2::Stage"):
        resources |= _served_on_loopback(name, resource["Properties"])
    for name, value in laptop.outputs.items():
        if name in local.get("Outputs", {}):
            local["Outputs"][name]["Value"] = value
    return local


def has_endpoint(template: Template) -> bool:
    """Whether a synthesised template has anything that models are asked through."""
    return bool(_of_type(template, "AWS::SageMaker::Endpoint"))


def take_grant(template: Template, function: str, action: str) -> Template:
    """A template → the same with one IAM action taken from the role of the function of that service name.

    A pattern that covers the action (`s3:GetObject*`) goes as well. Raises LocalError if nothing granted it.
    """
    local = deepcopy(template)
    roles = [
        resource["Properties"]["Role"]["Fn::GetAtt"][0]
        for _, resource in _of_type(local, "AWS::Lambda::Function")
        if _variables(resource["Properties"]).get("POWERTOOLS_SERVICE_NAME") == function
    ]
    if not roles:
        raise LocalError(f"there is no function {function!r}")
    role = roles[0]
    documents = [
        resource["Properties"]["PolicyDocument"]
        for _, resource in _of_type(local, "AWS::IAM::Policy")
        if {"Ref": role} in resource["Properties"].get("Roles", [])
    ]
    documents += [policy["PolicyDocument"] for policy in local["Resources"][role]["Properties"].get("Policies", [])]
    taken = False
    for document in documents:
        for statement in document["Statement"]:
            granted = _listed(statement["Action"])
            statement["Action"] = [a for a in granted if not fnmatchcase(action.lower(), a.lower())]
            taken |= len(statement["Action"]) < len(granted)
        document["Statement"] = [s for s in document["Statement"] if s["Action"]]
    if not taken:
        raise LocalError(f"no policy of the role of {function!r} grants {action}")
    return local


def code_keys(template: Template) -> set[str]:
    """A template → the object keys of the assets that its functions run."""
    return {resource["Properties"]["Code"]["S3Key"] for _, resource in _of_type(template, "AWS::Lambda::Function")}


def _leave_what_the_engine_runs(template: Template) -> None:
    resources = template["Resources"]
    for name, resource in list(resources.items()):
        if resource["Type"] in DROPPED:
            del resources[name]
        elif resource["Type"] in handed_over.TYPES:
            resources[name] = handed_over.as_parameter(name, resource)
            template["Transform"] = "AWS::LanguageExtensions"  # it brings Fn::ToJsonString
        elif resource["Type"] not in RUN_BY_THE_ENGINE:
            raise LocalError(f"{name} is a {resource['Type']}, which the local studio does not know")


def _run_on_our_interpreter(name: str, properties: dict[str, Any], laptop: Laptop) -> None:
    """The engine injects no endpoint into a custom runtime: without it a handler would call the real AWS."""
    if "S3Key" not in properties["Code"] or not str(properties.get("Runtime", "")).startswith("python"):
        raise LocalError(f"{name} is not a Python zip function; the local studio runs nothing else")
    properties["Runtime"] = "provided.al2023"
    properties.pop("Layers", None)
    variables = _variables(properties)
    variables |= {key: value for key, value in laptop.replaced.items() if key in variables}
    variables |= laptop.environment
    properties["Environment"] = {"Variables": variables}


def _limit(mapping: dict[str, Any], workers: int) -> None:
    """Twenty FFmpegs on two cores finish no sooner than two, and each holds its frames in memory."""
    scaling = mapping.setdefault("ScalingConfig", {})
    scaling["MaximumConcurrency"] = min(workers, scaling.get("MaximumConcurrency", workers))


def _variables(properties: dict[str, Any]) -> dict[str, Any]:
    return dict(properties.get("Environment", {}).get("Variables", {}))


def _allow_plain_http(document: dict[str, Any]) -> None:
    """Drop the denies of requests without TLS: on loopback the engine speaks plain HTTP."""
    document["Statement"] = [
        statement
        for statement in document["Statement"]
        if not (statement["Effect"] == "Deny" and "aws:SecureTransport" in str(statement.get("Condition")))
    ]


def _spell_out_issuers(node: Any) -> Any:
    """Write what a user pool's `ProviderURL` stands for: the engine signs with it but has no such attribute."""
    if isinstance(node, list):
        return [_spell_out_issuers(item) for item in node]
    if not isinstance(node, dict):
        return node
    pool, attribute = (*_listed(node.get("Fn::GetAtt", [])), None, None)[:2]
    if attribute == "ProviderURL":
        parts = ["https://cognito-idp.", {"Ref": "AWS::Region"}, ".amazonaws.com/", {"Ref": pool}]
        return {"Fn::Join": ["", parts]}
    return {key: _spell_out_issuers(value) for key, value in node.items()}


def _name_the_dropped(template: Template) -> Template:
    """Write out what a reference to a resource that the engine does not run would be: an ARN, or its name."""
    resources = template["Resources"]
    known = {name: r["Type"] for name, r in resources.items() if r["Type"] in _ARNS.keys() | handed_over.TYPES}

    def named(node: Any) -> Any:
        if isinstance(node, list):
            return [named(item) for item in node]
        if not isinstance(node, dict):
            return node
        thing, attribute = node.get("Ref"), "Arn"
        if "Fn::GetAtt" in node:
            thing, attribute = _listed(node["Fn::GetAtt"])[:2]
        if not isinstance(thing, str) or thing not in known:
            return {key: named(value) for key, value in node.items()}
        physical = resources[thing].get("Properties", {}).get("EndpointName", thing)
        if known[thing] not in _ARNS or attribute.endswith("Name"):
            return physical
        arn = _ARNS[known[thing]].format(region="${AWS::Region}", account="${AWS::AccountId}", name=physical)
        return {"Fn::Sub": f"arn:aws:{arn}"}

    return {key: named(part) if key in {"Resources", "Outputs"} else part for key, part in template.items()}


def _served_on_loopback(stage: str, properties: Mapping[str, Any]) -> Template:
    """An HTTP API's stage → the domain and mapping that give it an address without the API's id in it."""
    return {
        f"{stage}Domain": {
            "Type": "AWS::ApiGatewayV2::DomainName",
            "Properties": {
                "DomainName": "127.0.0.1",
                "DomainNameConfigurations": [{"EndpointType": "REGIONAL", "CertificateArn": "none"}],
            },
        },
        f"{stage}Mapping": {
            "DependsOn": [stage],
            "Type": "AWS::ApiGatewayV2::ApiMapping",
            "Properties": {
                "DomainName": {"Ref": f"{stage}Domain"},
                "ApiId": properties["ApiId"],
                "ApiMappingKey": PAGE_PATH,
                "Stage": properties["StageName"],
            },
        },
    }


def _forget_dependencies_on_the_dropped(template: Template) -> None:
    """Clear `DependsOn` of what is gone; any other reference to it is an error, named by both ends."""
    resources = template["Resources"]
    for name, resource in resources.items():
        kept = [other for other in _listed(resource.pop("DependsOn", [])) if other in resources]
        if kept:
            resource["DependsOn"] = kept
        for other in _references(resource):
            if other not in resources and other not in template.get("Parameters", {}) and "::" not in other:
                raise LocalError(f"{name} refers to {other}, which the local studio drops")


def _references(node: Any) -> Iterator[str]:
    """Every logical id that a piece of template speaks of through Ref or GetAtt."""
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("Ref"), str):
            yield node["Ref"]
        elif "Fn::GetAtt" in node:
            yield _listed(node["Fn::GetAtt"])[0].partition(".")[0]
        for item in node.values():
            yield from _references(item)


def _of_type(template: Template, kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, r) for name, r in template["Resources"].items() if r["Type"] == kind]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
