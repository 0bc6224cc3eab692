"""One invocation → the model server's answer or its failure, stored and told, as the endpoint's own role."""

import contextlib
import http.client
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.inference.settings import Settings
from infra.local.inference.wire import ATTRIBUTES, INFERENCE, Invocation, told

if TYPE_CHECKING:
    from botocore.response import StreamingBody

#: An answer is held in memory here. Ours are at most a quarter of it.
MAX_RESPONSE_BYTES = 64 << 20
_CHUNK = 1 << 20
_LOGS = "See the SageMaker Endpoint logs in your account for more information."


class NotReached(Exception):  # noqa: N818
    """The model server was gone before it was asked: the invocation still waits."""


class Failed(Exception):  # noqa: N818 - an end of an invocation, stored and told
    """Why there is no answer, and what the model server said, if anything."""

    def __init__(self, reason: str, said: bytes = b"") -> None:
        super().__init__(reason)
        self.reason, self.said = reason, said


class Worker:
    """Works for one endpoint. Clients of boto3 are shared by threads."""

    def __init__(self, settings: Settings, session: boto3.Session, say: Callable[[str], None]) -> None:
        self._settings, self._say = settings, say
        self._s3, self._sns = session.client("s3"), session.client("sns")

    def work(self, invocation: Invocation, port: int) -> None:
        """Ask the model server on that port. Raises `NotReached`; every other end is stored and told."""
        began = time.monotonic()
        waited = time.time() - invocation.received
        try:
            output, content_type = self._answer(invocation, port, waited)
        except Failed as failed:
            self._fail(invocation, failed)
            return
        took = time.monotonic() - began
        self._say(f"{invocation.InferenceId} answered in {took:.1f} s, waited {waited:.1f} s")
        self._tell(self._settings.success_topic, invocation, output=output, content_type=content_type)

    def _answer(self, invocation: Invocation, port: int, waited: float) -> tuple[str, str]:
        """→ where the answer lies, and its type. Raises `Failed`."""
        if waited > invocation.RequestTTLSeconds:
            raise Failed(f"The request expired: it waited longer than {invocation.RequestTTLSeconds} s.")
        output = invocation.output(self._settings.output_path)
        try:
            bucket, key = _place(invocation.InputLocation)
            read = self._s3.get_object(Bucket=bucket, Key=key)
            with contextlib.closing(read["Body"]) as media:
                content_type, answer = ask(port, invocation, media, read["ContentLength"])
        except (ClientError, BotoCoreError) as error:
            raise Failed(
                "ClientError: Failed to download data. Please ensure that there is an object located at the URL and "
                f"that the role passed to CreateModel has permissions to download the object. {error}"
            ) from error
        try:
            self._put(output, answer, content_type)
        except (ClientError, BotoCoreError) as error:
            raise Failed(f"ClientError: Failed to upload the response. {error}") from error
        return output, content_type

    def _fail(self, invocation: Invocation, failed: Failed) -> None:
        self._say(f"{invocation.InferenceId} failed: {failed.reason}")
        with self._may_be_refused(invocation, "store its failure"):
            self._put(
                invocation.failure(self._settings.failure_path), failed.said or failed.reason.encode(), "text/plain"
            )
        self._tell(self._settings.error_topic, invocation, reason=failed.reason)

    def _tell(self, topic: str, invocation: Invocation, **ended: str) -> None:
        with self._may_be_refused(invocation, "tell of its end"):
            self._sns.publish(TopicArn=topic, Message=told(self._settings.name, invocation, **ended))

    @contextlib.contextmanager
    def _may_be_refused(self, invocation: Invocation, what: str) -> Iterator[None]:
        """SageMaker counts these, and goes on: NotificationFailures, ResponseUploadFailures."""
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            self._say(f"{invocation.InferenceId}: could not {what}: {error}")

    def _put(self, location: str, body: bytes, content_type: str) -> None:
        bucket, key = _place(location)
        self._s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=body,
            ContentType=content_type,
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=self._settings.key,
        )


def ask(port: int, invocation: Invocation, media: "StreamingBody", size: int) -> tuple[str, bytes]:
    """POST /invocations → the answer's type and the answer. Raises `NotReached`, `Failed`."""
    headers = {"Content-Length": str(size), "Connection": "close", INFERENCE: invocation.InferenceId}
    given = {"Content-Type": invocation.ContentType, "Accept": invocation.Accept}
    given[ATTRIBUTES] = invocation.CustomAttributes
    headers |= {name: value for name, value in given.items() if value is not None}
    timeout = invocation.InvocationTimeoutSeconds
    deadline = time.monotonic() + timeout
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout, blocksize=_CHUNK)
    with contextlib.closing(connection):
        try:
            connection.connect()
        except ConnectionRefusedError as gone:
            raise NotReached from gone
        try:
            # A server that has seen enough may answer before it has read everything.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request("POST", "/invocations", body=media, headers=headers)
            connection.sock.settimeout(max(deadline - time.monotonic(), 0.001))
            response = connection.getresponse()
            answer = _read(response, connection, deadline)
        except TimeoutError as late:
            raise Failed(f"The model did not answer within {timeout} s. {_LOGS}") from late
        except (OSError, http.client.HTTPException) as broken:
            raise Failed(f"ClientError: Received server error (0) from model. {_LOGS}") from broken
    if not 200 <= response.status < 300:
        whose = "client" if response.status < 500 else "server"
        raise Failed(f"ClientError: Received {whose} error ({response.status}) from model. {_LOGS}", answer)
    return response.headers.get("Content-Type", "application/octet-stream"), answer


def _read(response: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float) -> bytes:
    """The body, whole, and until the deadline: not a byte every now and then for ever.

    Raises TimeoutError, IncompleteRead, `Failed`.
    """
    answer = b""
    while chunk := response.read1(_CHUNK):
        answer += chunk
        if len(answer) > MAX_RESPONSE_BYTES:
            raise Failed(f"The model's answer is larger than {MAX_RESPONSE_BYTES} bytes. {_LOGS}")
        if time.monotonic() > deadline:
            raise TimeoutError
        if connection.sock:  # it is closed behind the last byte
            connection.sock.settimeout(max(deadline - time.monotonic(), 0.001))
    if response.headers.get("Content-Length", str(len(answer))) != str(len(answer)):
        raise http.client.IncompleteRead(answer)
    return answer


def _place(location: str) -> tuple[str, str]:
    """s3://bucket/key → bucket and key. Not as an URL: a key may hold `?` and `#`."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return bucket, key
