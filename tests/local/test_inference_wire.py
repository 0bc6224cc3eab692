"""A request of SageMaker's runtime as boto3 sends it, and what is answered and told."""

import contextlib
import json
import re
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from infra.local.inference.wire import Invocation, Refused, parse, told

HEADERS = (
    *(
        f"X-Amzn-SageMaker-{name}"
        for name in ("Content-Type", "Accept", "Custom-Attributes", "Inference-Id", "Filename")
    ),
    *(f"X-Amzn-SageMaker-{name}" for name in ("InputLocation", "S3OutputPathExtension", "RequestTTLSeconds")),
    "X-Amzn-SageMaker-InvocationTimeoutSeconds",
)
ASKED = {
    "EndpointName": "Tiny-analyse",
    "InputLocation": "s3://work/RIVER/job/1/a b+é%20?#.mp4",
    "ContentType": "video/mp4",
    "Accept": "application/json",
    "CustomAttributes": '{"kind":"FACES"}',
    "InferenceId": "0123456789abcdef0123-1",
    "S3OutputPathExtension": "RIVER/0123456789abcdef0123/1",
    "Filename": "answer.json",
    "RequestTTLSeconds": 3600,
    "InvocationTimeoutSeconds": 900,
}


def sent(**asked: Any) -> tuple[Headers, bytes]:
    """What boto3 would put on the wire."""
    client = boto3.client(
        "sagemaker-runtime",
        endpoint_url="http://127.0.0.1:9",
        region_name="us-east-1",
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
    )
    caught: list[AWSPreparedRequest] = []

    def catch(request: AWSPreparedRequest, **_: Any) -> Any:
        caught.append(request)
        raise StopIteration

    client.meta.events.register("before-send.sagemaker-runtime", catch)
    with pytest.raises(StopIteration):
        client.invoke_endpoint_async(**asked)
    headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in caught[0].headers.items()}
    body = caught[0].body or b""
    assert isinstance(body, bytes)
    return Headers(headers), body


def test_all_that_boto3_sends_is_understood() -> None:
    invocation = parse(*sent(**ASKED))
    assert {name: getattr(invocation, name, None) for name in ASKED} | {"EndpointName": "Tiny-analyse"} == ASKED


def test_what_is_not_said_is_as_sagemaker_has_it() -> None:
    invocation = parse(*sent(EndpointName="e", InputLocation="s3://work/a"))
    assert (invocation.RequestTTLSeconds, invocation.InvocationTimeoutSeconds) == (21_600, 900)
    assert re.fullmatch(r"[0-9a-f-]{36}", invocation.InferenceId)
    assert invocation.output("s3://work") == f"s3://work/{invocation.InferenceId}.out"


@pytest.mark.parametrize("path", ["s3://work", "s3://work/"])
def test_an_answer_lies_where_it_was_asked_for_and_a_failure_beside(path: str) -> None:
    invocation = parse(*sent(**ASKED))
    assert invocation.output(path) == "s3://work/RIVER/0123456789abcdef0123/1/answer.json"
    assert invocation.failure(f"{path.rstrip('/')}/failures/") == (
        "s3://work/failures/0123456789abcdef0123-1-error.out"
    )


@pytest.mark.parametrize(
    ("header", "value", "named"),
    [
        ("custom-attributes", "x" * 1025, "CustomAttributes"),
        ("filename", "../answer.json", "Filename"),
        ("filename", "a" * 33, "Filename"),
        ("s3outputpathextension", "s3://elsewhere", "S3OutputPathExtension"),
        ("s3outputpathextension", "a b", "S3OutputPathExtension"),
        ("inputlocation", "file:///etc/passwd", "InputLocation"),
        ("inference-id", "x" * 65, "InferenceId"),
        ("inference-id", "a\x1b[2J", "InferenceId"),
        ("requestttlseconds", "59", "RequestTTLSeconds"),
        ("requestttlseconds", "21601", "RequestTTLSeconds"),
        ("invocationtimeoutseconds", "1e3", "InvocationTimeoutSeconds"),
    ],
)
def test_a_value_that_sagemaker_does_not_take_is_a_validation_error(header: str, value: str, named: str) -> None:
    headers, body = sent(**ASKED)
    assert f"x-amzn-sagemaker-{header}" in headers
    with pytest.raises(Refused, match=named) as refused:
        parse(Headers({**headers, f"x-amzn-sagemaker-{header}": value}), body)
    assert (refused.value.status, refused.value.kind) == (400, "ValidationError")


def test_a_request_without_media_or_with_it_inside_is_a_validation_error() -> None:
    for asked in ({"EndpointName": "e"}, {"EndpointName": "e", "Body": b"x"}):
        with pytest.raises(Refused, match="InputLocation"):
            parse(*sent(**asked))


def test_a_request_that_is_not_signed_for_sagemaker_is_refused() -> None:
    headers, body = sent(**ASKED)
    for signature in ("", headers["authorization"].replace("/sagemaker/", "/s3/")):
        with pytest.raises(Refused) as refused:
            parse(Headers({**headers, "authorization": signature}), body)
        assert (refused.value.status, refused.value.kind) == (403, "MissingAuthenticationTokenException")


@given(st.dictionaries(st.sampled_from([*HEADERS]), st.text(st.characters(max_codepoint=255), max_size=40)))
def test_whatever_is_sent_is_taken_or_refused(headers: dict[str, str]) -> None:
    with contextlib.suppress(Refused):
        parse({**headers, "Authorization": "AWS4-HMAC-SHA256 Credential=A/1/us-east-1/sagemaker/aws4_request"}, b"")


def test_a_topic_is_told_what_sagemaker_documents() -> None:
    invocation = Invocation("s3://work/a.mp4", ContentType="video/mp4", InferenceId="j-1", received=0.25)
    answered = json.loads(told("e", invocation, output="s3://work/answer.json", content_type="application/json"))
    failed = json.loads(told("e", invocation, reason="ClientError: Received server error (500) from model."))
    moment = answered.pop("eventTime")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment)
    common = {
        "awsRegion": "us-east-1",
        "receivedTime": "1970-01-01T00:00:00.250Z",
        "requestParameters": {"contentType": "video/mp4", "endpointName": "e", "inputLocation": "s3://work/a.mp4"},
        "inferenceId": "j-1",
        "eventVersion": "1.0",
        "eventSource": "aws:sagemaker",
        "eventName": "InferenceResult",
    }
    place = {"contentType": "application/json", "outputLocation": "s3://work/answer.json"}
    assert answered == {**common, "invocationStatus": "Completed", "responseParameters": place}
    del failed["eventTime"]
    reason = "ClientError: Received server error (500) from model."
    assert failed == {**common, "invocationStatus": "Failed", "failureReason": reason}
