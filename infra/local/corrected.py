"""Starts `ministack`, having put right where 1.5.33 departs from AWS's documentation in a way that we rely on.

Runs on the engine's own interpreter, by path, so it imports nothing of ours. A version of the engine that
has moved one of these functions stops here with an AttributeError instead of running uncorrected.
"""

import base64
import contextvars
import dataclasses
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

import xxhash
from awscrt import checksums
from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import apigateway, batch, eventbridge, s3


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
    """`${aws:PrincipalTag/…}` in a Resource or a Condition stands for the caller's tag; the engine compares the text.

    A statement whose variable has no value matches nothing.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    first_match, condition = iam_evaluator._first_match, iam_evaluator._evaluate_single_condition
    met, variable = iam_evaluator._conditions_met, re.compile(r"\$\{(aws:[^}]+)\}")
    caller: contextvars.ContextVar[Any] = contextvars.ContextVar("caller")

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

    def conditions_met_of_caller(conditions: Any, context: Any) -> Any:
        caller.set(context)
        return met(conditions, context)

    def condition_resolved(operator: str, actual: Any, expected: list[str]) -> Any:
        return condition(operator, actual, resolved(caller.get(), [str(value) for value in expected]))

    iam_evaluator._first_match = first_match_resolved
    iam_evaluator._conditions_met = conditions_met_of_caller
    iam_evaluator._evaluate_single_condition = condition_resolved


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


#: Checksums as S3 has them: of a whole body, big-endian. What the engine lacks, or computes in Python for hours.
_CHECKSUMS: dict[str, Callable[[bytes], bytes]] = {
    "CRC32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "CRC32C": lambda body: checksums.crc32c(body).to_bytes(4, "big"),
    "CRC64NVME": lambda body: checksums.crc64nvme(body).to_bytes(8, "big"),
    "SHA1": lambda body: hashlib.sha1(body).digest(),  # noqa: S324 - asked for by its name
    "SHA256": lambda body: hashlib.sha256(body).digest(),
    "SHA512": lambda body: hashlib.sha512(body).digest(),
    "MD5": lambda body: hashlib.md5(body).digest(),  # noqa: S324
    "XXHASH64": xxhash.xxh64_digest,
    "XXHASH3": xxhash.xxh3_64_digest,
    "XXHASH128": xxhash.xxh3_128_digest,
}
#: Those that can be told of a whole object from its parts.
_COMBINED: dict[str, Callable[[int, int, int], int]] = {
    "CRC32": checksums.combine_crc32,
    "CRC32C": checksums.combine_crc32c,
    "CRC64NVME": checksums.combine_crc64nvme,
}


def know_every_checksum() -> None:
    """S3 verifies ten checksums and answers with what it stored; the engine knows five, one of them at walking pace.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    """
    put_object = s3._put_object

    def compute(algorithm: str, body: bytes) -> str | None:
        digest = _CHECKSUMS.get(algorithm.upper().replace("_", ""))
        return base64.b64encode(digest(body)).decode() if digest else None

    def put_object_and_say(bucket: str, key: str, body: bytes, headers: dict[str, str]) -> Any:
        status, answer, said = put_object(bucket, key, body, headers)
        if status == 200:
            stored = s3._ensure_bucket(bucket)["objects"][key]["checksums"]
            answer |= {f"x-amz-checksum-{name.lower()}": value for name, value in stored.items()}
            answer |= {"x-amz-checksum-type": "FULL_OBJECT"} if stored else {}
        return status, answer, said

    s3._S3_CHECKSUM_HEADERS = tuple(name.lower() for name in _CHECKSUMS)
    s3._PRESIGN_UNHOISTED_CHECKSUM_PARAMS = frozenset(f"x-amz-checksum-{name.lower()}" for name in _CHECKSUMS)
    s3._compute_s3_checksum, s3._put_object = compute, put_object_and_say


def know_the_checksum_of_a_whole_object_in_parts() -> None:
    """A CRC of an upload in parts is that of the whole object, always for CRC64NVME; the engine hashes the hashes.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html#Full-object-checksums
    """
    create, complete = s3._create_multipart_upload, s3._complete_multipart_upload
    composite, record = s3._composite_checksum, s3._record_object_version
    whole: contextvars.ContextVar[str | None] = contextvars.ContextVar("whole", default=None)

    def create_of_type(bucket: str, key: str, headers: dict[str, str]) -> Any:
        status, answer, body = create(bucket, key, headers)
        algorithm = answer.get("x-amz-checksum-algorithm")
        if algorithm == "CRC64NVME" or headers.get("x-amz-checksum-type") == "FULL_OBJECT":
            answer["x-amz-checksum-type"] = "FULL_OBJECT"
            upload = re.search(rb"<UploadId>(.+?)</UploadId>", body)
            if upload and algorithm:
                s3._multipart_uploads[upload[1].decode()]["whole"] = algorithm
        return status, answer, body

    def of_whole(algorithm: str, parts: list[dict[str, Any]]) -> str:
        found = 0
        for part in parts:
            part_crc = int.from_bytes(base64.b64decode(part["checksums"][algorithm]), "big")
            found = _COMBINED[algorithm](found, part_crc, part["size"])
        return base64.b64encode(found.to_bytes(len(_CHECKSUMS[algorithm](b"")), "big")).decode()

    def complete_as_whole(bucket: str, key: str, body: bytes, query: Any, headers: Any = None) -> Any:
        upload = s3._multipart_uploads.get(s3._qp(query, "uploadId"), {})
        named = sorted(int(number) for number in re.findall(rb"<PartNumber>(\d+)</PartNumber>", body))
        if "whole" in upload and all(number in upload["parts"] for number in named):
            whole.set(of_whole(upload["whole"], [upload["parts"][number] for number in named]))
        try:
            status, answer, said = complete(bucket, key, body, query, headers)
        finally:
            whole.set(None)
        if "whole" in upload:
            said = said.replace(b"<ChecksumType>COMPOSITE<", b"<ChecksumType>FULL_OBJECT<")
        return status, answer, said

    def composite_or_whole(algorithm: str, parts: list[Any]) -> Any:
        return whole.get() or composite(algorithm, parts)

    def record_its_type(bucket: str, key: str, prior: Any, stored: dict[str, Any], data: Any) -> Any:
        if whole.get():
            stored["checksum_type"] = "FULL_OBJECT"
        return record(bucket, key, prior, stored, data)

    s3._create_multipart_upload, s3._complete_multipart_upload = create_of_type, complete_as_whole
    s3._composite_checksum, s3._record_object_version = composite_or_whole, record_its_type


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


def name_the_queue_of_a_job() -> None:
    """Batch asks for the right to submit to the queue; the engine asks for the right to submit to `*`.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html
    """
    extract = iam_actions.extract_resource_arn

    def extract_queue(service: str, method: str, path: str, headers: Any, body: bytes, *request: Any) -> str:
        if service == "batch" and path.endswith("/submitjob"):
            return str(json.loads(body)["jobQueue"])
        return str(extract(service, method, path, headers, body, *request))

    iam_actions.extract_resource_arn = extract_queue


def answer_without_a_body() -> None:
    """A function may answer an HTTP API with `"body": null`, as Powertools does on a redirect; the engine dies of it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    execute = apigateway.handle_execute

    async def execute_with_body(*request: Any, **named: Any) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = await execute(*request, **named)
        return status, headers, b"" if body is None else body

    apigateway.handle_execute = execute_with_body


#: AWS runs no container whose overrides are longer.
MAX_OVERRIDES = 8192


def run_jobs_as_processes() -> None:
    """AWS Batch starts a container for each job, and tells of one that failed; the engine only notes that it succeeded.

    Here a job is a process of the same code, told by `CIRCLETAKE_JOB` how it is started. It has the studio's own keys:
    what the job's role may do is asserted on the template.
    https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html
    """
    submit = batch._DISPATCH["/v1/submitjob"]

    def submit_and_start(request: dict[str, Any]) -> Any:
        answer = submit(request)
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(run, request), daemon=True).start()
        return answer

    def run(request: dict[str, Any]) -> None:
        how, given = json.loads(os.environ["CIRCLETAKE_JOB"]), request["containerOverrides"]["environment"]
        if len(json.dumps(request["containerOverrides"])) > MAX_OVERRIDES:
            tell_of_failure(request, 1)
            return
        environment = {**os.environ, **how["environment"], **{each["name"]: each["value"] for each in given}}
        with open("jobs.log", "ab") as log:  # noqa: PTH123
            done = subprocess.run(
                how["command"], check=False, cwd=how["folder"], env=environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        if done.returncode:
            tell_of_failure(request, done.returncode)

    def tell_of_failure(request: dict[str, Any], code: int) -> None:
        told = {"jobName": request["jobName"], "jobQueue": request["jobQueue"], "status": "FAILED"}
        container = {"exitCode": code, "environment": request["containerOverrides"]["environment"]}
        detail = json.dumps({**told, "container": container})
        event = {"Source": "aws.batch", "DetailType": "Batch Job State Change", "Detail": detail}
        eventbridge._put_events({"Entries": [event]}, allow_aws_source=True)

    batch._DISPATCH["/v1/submitjob"] = submit_and_start


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
    know_every_checksum()
    know_the_checksum_of_a_whole_object_in_parts()
    name_the_identity_that_sends()
    name_the_queue_of_a_job()
    answer_without_a_body()
    run_jobs_as_processes()
    answer_no_page_but_our_own()
    del sys.argv[1:]  # the studio's name, there for `engine.is_running` and no option of the engine's
    app.main()
