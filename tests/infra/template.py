"""A template's path → questions about its resources, by the names that the code gives them."""

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

QUEUED = (
    "receive",
    "verify",
    "inspect",
    "plan",
    "transcode",
    "sync",
    "dispatch",
    "collect",
    "compare",
    "publish",
    "notify",
    "sweep",
)
FUNCTIONS = (*QUEUED, "review")
#: Every queue of a function, as the outputs begin that name it: circled takes are transcoded in a lane of their own.
LANES = {**{name.capitalize(): name for name in QUEUED}, "TranscodeCircled": "transcode"}
Properties = dict[str, Any]


class Template:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.body: dict[str, Any] = json.loads(path.read_text())
        self.resources: dict[str, dict[str, Any]] = self.body["Resources"]
        self.outputs: dict[str, Any] = {name: out["Value"] for name, out in self.body["Outputs"].items()}

    def all(self, kind: str) -> dict[str, Properties]:
        """Type, without its `AWS::` → logical names to properties."""
        found = {
            name: resource["Properties"]
            for name, resource in self.resources.items()
            if resource["Type"] == f"AWS::{kind}"
        }
        assert found, f"the stack has no {kind}"
        return found

    def named(self, output: str) -> str:
        """An output → the logical name of what it refers to."""
        return logical(self.outputs[output])

    def function(self, name: str) -> Properties:
        return dict(self.resources[self.named(f"{name.capitalize()}Function")]["Properties"])

    def mapping(self, lane: str) -> Properties:
        """The event source mapping of a lane, to its function."""
        function = {"Ref": self.named(f"{LANES[lane].capitalize()}Function")}
        (found,) = (
            mapping
            for mapping in self.all("Lambda::EventSourceMapping").values()
            if logical(mapping["EventSourceArn"]) == self.named(f"{lane}Queue")
        )
        assert found["FunctionName"] == function
        return found

    def statements(self, role: str) -> list[Properties]:
        """A role's logical name → what its policies say."""
        return [
            statement
            for policy in self.all("IAM::Policy").values()
            if {"Ref": role} in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    def policies_of(self, kind: str, key: str, resource: str) -> list[Properties]:
        """The statements of a resource's own policy: kind of policy, its property, whose."""
        return [
            statement
            for policy in self.all(kind).values()
            if {"Ref": resource} in listed(policy[key])
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    @cached_property
    def rules(self) -> dict[str, Properties]:
        """Lane → the rule that feeds its queue; apart from the one that tells `transcode` of failed jobs."""
        queues = {self.named(f"{lane}Queue"): lane for lane in LANES}
        return {
            queues[logical(target["Arn"])]: rule
            for rule in self.all("Events::Rule").values()
            for target in rule["Targets"]
            if rule.get("EventPattern", {}).get("source") != ["aws.batch"]
        }

    @property
    def failed_jobs(self) -> Properties:
        """The rule that tells `transcode` of jobs of Batch that failed."""
        (rule,) = (
            rule
            for rule in self.all("Events::Rule").values()
            if rule.get("EventPattern", {}).get("source") == ["aws.batch"]
        )
        return rule

    @property
    def dead_letters(self) -> dict[str, str]:
        """Every queue for what could not be delivered or done → the queue to which it was on its way."""
        found: dict[str, str] = {}
        for name, resource in self.resources.items():
            properties = resource.get("Properties", {})
            match resource["Type"], properties.get("RedrivePolicy"):
                case "AWS::SQS::Queue", {"deadLetterTargetArn": letters}:
                    found[logical(letters)] = name
                case "AWS::SNS::Subscription", {"deadLetterTargetArn": letters}:
                    found[logical(letters)] = logical(properties["Endpoint"])
                case "AWS::Events::Rule", None:
                    for target in properties["Targets"]:
                        found[logical(target["DeadLetterConfig"]["Arn"])] = logical(target["Arn"])
        return found

    def rights(self, function: str) -> set[tuple[str, str]]:
        """Function → (action, what it may be done to), the latter by the name of the output or of the resource."""
        role = logical(self.function(function)["Role"])
        return {
            (action, self._readable(resource))
            for statement in self.statements(role)
            if statement["Effect"] == "Allow"
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }

    def _readable(self, arn: Any) -> str:
        """An ARN's expression → `IngestBucket/*`, `Table`, `ReceiveQueue`…"""
        if not isinstance(arn, dict):
            return str(arn)
        outputs = {logical(value): name for name, value in self.outputs.items() if name != "PageUrl"}
        if "Fn::Join" in arn:
            return "".join(self._readable(part) if isinstance(part, dict) else part for part in arn["Fn::Join"][1])
        return outputs.get(logical(arn), logical(arn))


def logical(value: Any) -> str:
    """`Ref` or `Fn::GetAtt` → the logical name."""
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


def listed(value: Any) -> list[Any]:
    """CloudFormation's one-or-many → many."""
    return value if isinstance(value, list) else [value]


def denies_plain_http(statements: list[Properties]) -> bool:
    return any(
        statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and statement["Principal"] in ("*", {"AWS": "*"})
        for statement in statements
    )


def walk(value: Any) -> Iterator[Any]:
    """Every value inside."""
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from walk(child)
