"""SageMaker's asynchronous endpoint: a question and the media it is about go in, the answer comes as an object."""

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from circletake.contracts.analysis import MAX_QUESTION_CHARS, Question
from circletake.contracts.keys import ANSWER, work_prefix

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

#: A question that waited so long in the endpoint's own queue is not worked on any more; SageMaker allows 6 hours.
TTL_S = 3600
#: The longest that a model may take over one clip; SageMaker allows an hour.
ANSWERED_WITHIN_S = 900
_FULL = {"ThrottlingException", "ServiceUnavailable", "ServiceUnavailableException", "ModelNotReadyException"}


class NotTaken(Exception):  # noqa: N818
    """The endpoint has not taken this question, for certain: no answer to it will ever come."""


class Full(NotTaken):
    """Nor does it take any other at the moment. Not a fault."""


class Endpoint:
    """One endpoint that analyses, by name."""

    def __init__(self, client: "SageMakerRuntimeClient", name: str) -> None:
        self._client = client
        self._name = name

    def ask(self, question: Question, *, bucket: str, key: str, media_type: str) -> str:
        """A question about an object in a bucket → the key there under which a failure would be told.

        Raises `Full`, or `NotTaken`; and `LookupError` when its answer will not be where it will be looked for.

        Anything else that is raised may have come after the question was taken: its answer may still appear.
        """
        asked = question.model_dump_json(exclude_defaults=True)
        if len(asked) > MAX_QUESTION_CHARS:
            raise NotTaken(f"a question of {len(asked)} characters does not fit beside the media")
        prefix = work_prefix(question.production, question.job_id, question.attempt)
        try:
            answer = self._client.invoke_endpoint_async(
                EndpointName=self._name,
                ContentType=media_type,
                Accept="application/json",
                CustomAttributes=asked,
                InferenceId=f"{question.job_id}-{question.attempt}",
                InputLocation=f"s3://{bucket}/{key}",
                S3OutputPathExtension=prefix.rstrip("/"),
                Filename=ANSWER,
                RequestTTLSeconds=TTL_S,
                InvocationTimeoutSeconds=ANSWERED_WITHIN_S,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _FULL:
                raise Full(str(error)) from error
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise NotTaken(error.response["Error"]["Code"]) from error
            raise
        looked_for = f"s3://{bucket}/{prefix}{ANSWER}"
        if (told := answer["OutputLocation"]) != looked_for:
            raise LookupError(f"the endpoint answers at {told}; answers are looked for at {looked_for}")
        return urlsplit(answer["FailureLocation"]).path.lstrip("/")
