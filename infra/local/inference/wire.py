"""A request as boto3 sends it → an `Invocation`; and what is answered, and told on the topics.

Names, limits and patterns of the headers are those of botocore's own description of the service.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html
"""

import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import botocore.session

from infra.local.engine import REGION

_RUNTIME = botocore.session.Session().get_service_model("sagemaker-runtime")
_REQUEST: Any = _RUNTIME.operation_model("InvokeEndpointAsync").input_shape
_HEADERS = {name: shape for name, shape in _REQUEST.members.items() if shape.serialization.get("location") == "header"}
#: What its patterns are written in is Java's; the same in Python's.
_JAVA = {r"\p{ASCII}": r"[\x00-\x7f]", r"[\p{Print}]": r"[\x20-\x7e]", r"\z": r"\Z"}
OUTPUT, FAILURE = "X-Amzn-SageMaker-OutputLocation", "X-Amzn-SageMaker-FailureLocation"
#: What a container is told beside the body.
ATTRIBUTES, INFERENCE = "X-Amzn-SageMaker-Custom-Attributes", "X-Amzn-SageMaker-Inference-Id"


class Refused(Exception):  # noqa: N818 - an answer, as SageMaker gives it
    """The request ends here: with an HTTP status, the name of an error, and a sentence."""

    def __init__(self, status: int, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.kind = status, kind


@dataclass(frozen=True, slots=True)
class Invocation:
    """One request that was taken. Names and defaults are SageMaker's."""

    InputLocation: str
    ContentType: str | None = None
    Accept: str | None = None
    CustomAttributes: str | None = None
    InferenceId: str = field(default_factory=lambda: str(uuid.uuid4()))
    S3OutputPathExtension: str = ""
    Filename: str | None = None
    RequestTTLSeconds: int = 21_600
    InvocationTimeoutSeconds: int = 900
    received: float = field(default_factory=time.time)

    def output(self, path: str) -> str:
        """The endpoint's S3OutputPath → where the answer will lie."""
        return _joined(path, self.S3OutputPathExtension, self.Filename or f"{self.InferenceId}.out")

    def failure(self, path: str) -> str:
        """The endpoint's S3FailurePath → where it will lie why there is no answer."""
        return _joined(path, f"{self.InferenceId}-error.out")


def parse(headers: Mapping[str, str], body: bytes) -> Invocation:
    """A request's headers, by any capitals, and its body → what is asked. Raises `Refused`."""
    if not re.match(r"AWS4-HMAC-SHA256 .*/sagemaker/aws4_request", headers.get("Authorization", "")):
        raise Refused(403, "MissingAuthenticationTokenException", "The request is not signed for SageMaker.")
    if body:
        raise _invalid("Here a request names its media with InputLocation; none is taken as its Body.")
    given: dict[str, Any] = {
        name: _checked(name, headers[header]) for name in _HEADERS if (header := _header(name)) in headers
    }
    if "InputLocation" not in given:
        raise _invalid("InputLocation is required.")
    return Invocation(**given)


def told(
    endpoint: str, invocation: Invocation, *, output: str | None = None, content_type: str = "", reason: str = ""
) -> str:
    """An invocation that has ended, with its answer or for a reason → the message on the topic.

    https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-check-predictions.html
    """
    asked = {
        "accept": invocation.Accept,
        "contentType": invocation.ContentType,
        "customAttributes": invocation.CustomAttributes,
        "endpointName": endpoint,
        "inputLocation": invocation.InputLocation,
    }
    message: dict[str, Any] = {
        "awsRegion": REGION,
        "eventTime": _timestamp(time.time()),
        "receivedTime": _timestamp(invocation.received),
        "invocationStatus": "Completed" if output else "Failed",
        "requestParameters": {name: value for name, value in asked.items() if value is not None},
    }
    if output:
        message["responseParameters"] = {"contentType": content_type, "outputLocation": output}
    else:
        message["failureReason"] = reason
    message |= {"inferenceId": invocation.InferenceId, "eventVersion": "1.0"}
    return json.dumps({**message, "eventSource": "aws:sagemaker", "eventName": "InferenceResult"})


def _header(member: str) -> str:
    return str(_HEADERS[member].serialization["name"])


def _checked(name: str, text: str) -> str | int:
    """A header's text → its value, as the service's description wants it. Raises `Refused`."""
    shape = _HEADERS[name]
    limits = shape.metadata
    if shape.type_name == "integer":
        if not re.fullmatch(r"\d{1,9}", text) or not limits["min"] <= int(text) <= limits["max"]:
            raise _invalid(f"{name} must be a number from {limits['min']} to {limits['max']}.")
        return int(text)
    pattern = limits["pattern"]
    for java, python in _JAVA.items():
        pattern = pattern.replace(java, python)
    if not limits.get("min", 0) <= len(text) <= limits["max"] or not re.fullmatch(pattern, text):
        raise _invalid(f"{name} must have at most {limits['max']} characters and match {limits['pattern']}")
    return text


def _invalid(sentence: str) -> Refused:
    return Refused(400, "ValidationError", sentence)


def _joined(*parts: str) -> str:
    return "/".join(part.strip("/") for part in parts if part)


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
