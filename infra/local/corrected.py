"""Starts `ministack`, having put right where 1.5.33 departs from AWS's documentation in a way that we rely on.

Runs on the engine's own interpreter, by path, so it imports nothing of ours. A version of the engine that
has moved one of these functions stops here with an AttributeError instead of running uncorrected.
"""

import contextvars
import dataclasses
import json
import os
import re
from email.utils import parseaddr
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import apigateway, eventbridge, s3


def carry_the_version_in_object_events() -> None:
    """S3's event names the object's version (`version-id`) when the bucket is versioned; the engine drops it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    version: contextvars.ContextVar[str | None] = contextvars.ContextVar("version", default=None)
    fire, dispatch = s3._fire_s3_event, eventbridge._dispatch_event

    def fire_with_version(*args: Any, **kwargs: Any) -> None:
        version.set(kwargs.get("version_id"))
        fire(*args, **kwargs)

    def dispatch_with_version(event: dict[str, Any], *args: Any) -> None:
        if event["Source"] == "aws.s3" and version.get():
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version.get()
            event = {**event, "Detail": json.dumps(detail)}
        dispatch(event, *args)

    s3._fire_s3_event, eventbridge._dispatch_event = fire_with_version, dispatch_with_version


def resolve_policy_variables() -> None:
    """`${aws:PrincipalTag/…}` in a policy's Resource stands for the caller's tag; the engine compares the text.

    A statement whose variable has no value matches nothing.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    first_match, variable = iam_evaluator._first_match, re.compile(r"\$\{(aws:[^}]+)\}")

    def resolved(context: Any, patterns: list[str]) -> list[str]:
        found = []
        for pattern in patterns:
            values = {name: iam_evaluator._resolve_condition_key(name, context) for name in variable.findall(pattern)}
            if None not in values.values():
                for name, value in values.items():
                    pattern = pattern.replace(f"${{{name}}}", str(value))  # noqa: PLW2901
                found.append(pattern)
        return found

    def first_match_resolved(context: Any, statements: list[Any], effect: str) -> Any:
        for statement in statements:
            resources = resolved(context, statement.resources)
            if statement.resources and not resources:
                continue
            match = first_match(context, [dataclasses.replace(statement, resources=resources)], effect)
            if match is not None:
                return match
        return None

    iam_evaluator._first_match = first_match_resolved


def honour_ranges_of_versions() -> None:
    """A GET with both a version and a Range answers 206 with those bytes; the engine sends the whole version.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    get_object = s3._get_object

    def get_object_in_range(
        bucket: str, key: str, headers: dict[str, str], query_params: dict[str, Any] | None = None
    ) -> Any:
        status, answer, body = get_object(bucket, key, headers, query_params)
        wanted = headers.get("range", "")
        if status != 200 or not wanted:
            return status, answer, body
        found = s3._parse_range(wanted, len(body))
        if found is None:
            return 416, {"Content-Type": "application/xml"}, s3._xml_body(s3._range_error_xml(bucket, key))
        start, end = found
        answer["Content-Range"] = f"bytes {start}-{end}/{len(body)}"
        answer["Content-Length"] = str(end - start + 1)
        answer = {name: value for name, value in answer.items() if not name.lower().startswith("x-amz-checksum")}
        return 206, answer, body[start : end + 1]

    s3._get_object = get_object_in_range


def name_the_identity_that_sends() -> None:
    """SES asks for the right to send from the sender's identity; the engine asks for the right to send from `*`.

    https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
    """
    extract = iam_actions.extract_resource_arn

    def extract_sender(service: str, *request: Any) -> str:
        query, region, account = request[-3:]
        sender = iam_actions._query_param(query, "Source") if service == "ses" else ""
        if not sender:
            return str(extract(service, *request))
        return f"arn:aws:ses:{region}:{account}:identity/{parseaddr(sender)[1]}"

    iam_actions.extract_resource_arn = extract_sender


def answer_without_a_body() -> None:
    """A function may answer an HTTP API with `"body": null`, as Powertools does on a redirect; the engine dies of it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    execute = apigateway.handle_execute

    async def execute_with_body(*request: Any, **named: Any) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = await execute(*request, **named)
        return status, headers, b"" if body is None else body

    apigateway.handle_execute = execute_with_body


def answer_no_page_but_our_own() -> None:
    """The engine lets every web page in the same browser read its answers. Unreleased footage is not for them.

    A page elsewhere names itself in `Origin`; one that rebinds its name to 127.0.0.1 shows it in `Host`.
    """
    inner = app.app
    here = f"127.0.0.1:{os.environ['GATEWAY_PORT']}".encode()

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        sent = dict(scope.get("headers", ()))
        if scope["type"] != "http" or (sent.get(b"host") == here and sent.get(b"origin") in (None, b"http://" + here)):
            await inner(scope, receive, send)
        else:
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"This studio answers its own page only."})

    app.app = guarded


if __name__ == "__main__":
    honour_ranges_of_versions()
    carry_the_version_in_object_events()
    resolve_policy_variables()
    name_the_identity_that_sends()
    answer_without_a_body()
    answer_no_page_but_our_own()
    app.main()
