"""What the deployed template says of its endpoints → `Settings`.

The engine knows no SageMaker, so the transform left each of its resources as a parameter, with everything resolved.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3

from infra.local.inference.handed_over import PATH
from infra.local.inference.scaling import Plan


@dataclass(frozen=True)
class Settings:
    """One endpoint."""

    name: str
    role: str
    at_once: int
    output_path: str
    failure_path: str
    success_topic: str
    error_topic: str
    key: str
    ready_within_s: float
    plan: Plan
    environment: Mapping[str, str] = field(default_factory=dict)


def read(session: boto3.Session) -> list[Settings]:
    """An administrator's session → every endpoint of the stack. Raises KeyError where the template says too little."""
    found: dict[str, dict[str, Any]] = {}
    pages = session.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=PATH, Recursive=True)
    for parameter in (each for page in pages for each in page["Parameters"]):
        kind, name = parameter["Name"].removeprefix(PATH).strip("/").split("/")
        found.setdefault(kind, {})[name] = json.loads(parameter["Value"])
    if "Endpoint" not in found:
        return []
    alarms = session.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return [_endpoint(name, given, found, alarms) for name, given in found["Endpoint"].items()]


def _endpoint(logical: str, given: Any, found: Mapping[str, Any], alarms: Any) -> Settings:
    """An endpoint's properties, and those of everything else → its settings. Resources speak of each other by name."""
    configuration = found["EndpointConfig"][given["EndpointConfigName"]]
    (variant,) = configuration["ProductionVariants"]
    model = found["Model"][variant["ModelName"]]
    asynchronous = configuration["AsyncInferenceConfig"]
    output = asynchronous["OutputConfig"]
    name = given.get("EndpointName", logical)
    return Settings(
        name=name,
        role=model["ExecutionRoleArn"],
        at_once=int(asynchronous["ClientConfig"]["MaxConcurrentInvocationsPerInstance"]),
        output_path=output["S3OutputPath"],
        failure_path=output["S3FailurePath"],
        success_topic=output["NotificationConfig"]["SuccessTopic"],
        error_topic=output["NotificationConfig"]["ErrorTopic"],
        key=output["KmsKeyId"],
        ready_within_s=int(variant["ContainerStartupHealthCheckTimeoutInSeconds"]),
        plan=_plan(f"endpoint/{name}/variant/{variant['VariantName']}", found, alarms),
        environment=model["PrimaryContainer"].get("Environment", {}),
    )


def _plan(resource: str, found: Mapping[str, Any], alarms: Any) -> Plan:
    """A variant → how it scales."""
    ((target, limits),) = ((n, t) for n, t in found["ScalableTarget"].items() if t["ResourceId"] == resource)
    policies = {n: p for n, p in found["ScalingPolicy"].items() if p["ScalingTargetId"] == target}
    (tracking,) = (p for p in policies.values() if p["PolicyType"] == "TargetTrackingScaling")
    tracking = tracking["TargetTrackingScalingPolicyConfiguration"]
    ((first, step),) = ((n, p) for n, p in policies.items() if p["PolicyType"] == "StepScaling")
    step = step["StepScalingPolicyConfiguration"]
    (alarm,) = (each for each in alarms if first in each.get("AlarmActions", ()))
    return Plan(
        at_least=int(limits["MinCapacity"]),
        at_most=int(limits["MaxCapacity"]),
        target=float(tracking["TargetValue"]),
        out_cooldown=int(tracking["ScaleOutCooldown"]) / 60,
        in_cooldown=int(tracking["ScaleInCooldown"]) / 60,
        alarm_minutes=int(alarm["EvaluationPeriods"]) * int(alarm["Period"]) // 60,
        alarm_needed=int(alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])) * int(alarm["Period"]) // 60,
        step=int(step["StepAdjustments"][0]["ScalingAdjustment"]),
        step_cooldown=int(step["Cooldown"]) / 60,
    )
