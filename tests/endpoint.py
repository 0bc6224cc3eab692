"""An endpoint in this process: it takes questions, and answers well, late, twice, wrongly, for somebody else, or never.

It answers when it is told to (`work`): objects in the work bucket, and notifications as SageMaker writes them.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import ClientError

from circletake.contracts.analysis import AnalysisKind, Question
from tests.likeness import embedding
from tests.pipeline.world import MODELS

#: What tells the face that this endpoint sees from others, whoever is asked about.
SEEN = embedding(0)
Notify = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Asked:
    """An invocation as SageMaker sees it."""

    question: Question
    key: str
    output: str
    inference_id: str
    media: str


def result_of(question: Question, word: str = "hello") -> dict[str, Any]:
    """A plain answer to each kind of question."""
    last = question.frames - 1
    box = {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.4}
    track: dict[str, Any] = {
        "first": 0, "last": last, "seen": 2, "best": 0, "box": box, "confidence": 0.9, "pixels": 120,
    }  # fmt: skip
    if question.describe:
        track["embedding"] = SEEN
    look = dict.fromkeys(("mean", "black", "middle", "white", "clipped", "crushed", "red", "green", "blue"), 0.5)
    read = {"text": "12A", "confidence": 0.97, "frame": 0, "box": box}
    results: dict[AnalysisKind, dict[str, Any]] = {
        AnalysisKind.FRAMES: {"samples": [{"frame": 0, **look, "sharpness": 80.0, "appearance": [7] * 32}]},
        AnalysisKind.FACES: {"looked_at": 2, "most_at_once": 1, "tracks": [track]},
        AnalysisKind.PEOPLE: {
            "looked_at": 2,
            "people": [{"frame": 0, "box": box, "wardrobe": [{"colour": "red", "share": 0.5, "rgb": "#aa0000"}]}],
        },
        AnalysisKind.SLATE: {"first": 0, "last": 0, "scene": read, "take": {**read, "text": "3"}},
        AnalysisKind.SPEECH: {
            "spoken": [{"start_s": 0.0, "end_s": 0.5}],
            "language": "en",
            "language_probability": 0.9,
            "words": [{"text": word, "start_s": 0.1, "end_s": 0.4, "probability": 0.8}],
        },
        AnalysisKind.SHOTS: {"cuts": []},
    }
    return {"kind": question.kind, **results[question.kind]}


def answer_to(question: Question, **changes: Any) -> dict[str, Any]:
    """An answer as the model server writes it, or with some of it changed."""
    return {
        "version": 1,
        "production": question.production,
        "job_id": question.job_id,
        "attempt": question.attempt,
        "model": MODELS[question.kind],
        "device": "cpu",
        "seconds": 2.0,
        "result": result_of(question),
        **changes,
    }


@dataclass
class FakeEndpoint:
    """`behave` tells what comes of an invocation: the bodies that it writes, in order; none is no answer."""

    notify: Notify
    behave: Callable[[Asked], list[bytes]] = lambda asked: [json.dumps(answer_to(asked.question)).encode()]
    #: Whether SNS tells of an answer.
    tells: Callable[[Asked], bool] = lambda asked: True
    full_for: int = 0
    #: The code with which every question is refused before it is taken.
    refuses: str = ""
    refused: int = 0
    waiting: deque[Asked] = field(default_factory=deque)
    invocations: list[Asked] = field(default_factory=list)

    def invoke_endpoint_async(self, **request: Any) -> dict[str, str]:
        if self.full_for or self.refuses:
            self.full_for = max(0, self.full_for - 1)
            self.refused += bool(self.refuses)
            error = {
                "Error": {"Code": self.refuses or "ThrottlingException", "Message": "Not now"},
                "ResponseMetadata": {"HTTPStatusCode": 400},
            }
            raise ClientError(error, "InvokeEndpointAsync")  # type: ignore[arg-type]
        question = Question.model_validate_json(request["CustomAttributes"], strict=True)
        assert request["CustomAttributes"].isascii()
        media = request["InputLocation"].removeprefix("s3://work/")
        # The endpoint's own role reads it: what is not there is the caller's mistake.
        boto3.client("s3").head_object(Bucket="work", Key=media)
        output = f"{request['S3OutputPathExtension']}/{request['Filename']}"
        asked = Asked(question, output, f"s3://work/{output}", request["InferenceId"], media)
        self.waiting.append(asked)
        self.invocations.append(asked)
        return {
            "InferenceId": asked.inference_id,
            "OutputLocation": asked.output,
            "FailureLocation": f"s3://work/failures/{asked.inference_id}-error.out",
        }

    def work(self) -> None:
        """Everything that waits is answered, or not."""
        while self.waiting:
            asked = self.waiting.popleft()
            for body in self.behave(asked):
                boto3.client("s3").put_object(Bucket="work", Key=asked.key, Body=body)
                if self.tells(asked):
                    self.notify(self.notification(asked))

    def fail(self, said: str) -> None:
        """The container answers everything that waits with this and an error: its words stand in the object alone."""
        while self.waiting:
            asked = self.waiting.popleft()
            key = f"failures/{asked.inference_id}-error.out"
            boto3.client("s3").put_object(Bucket="work", Key=key, Body=said.encode())
            reason = "ClientError: Received client error from model. See the SageMaker Endpoint logs."
            told = {"invocationStatus": "Failed", "failureReason": reason, "responseParameters": {}}
            self.notify({**self.notification(asked), **told})

    def notification(self, asked: Asked) -> dict[str, Any]:
        return {
            "awsRegion": "eu-central-1",
            "eventTime": "2026-09-30T08:00:00.000Z",
            "receivedTime": "2026-09-30T07:59:00.000Z",
            "invocationStatus": "Completed",
            "requestParameters": {"endpointName": "analyse", "inputLocation": f"s3://work/{asked.media}"},
            "responseParameters": {"outputLocation": asked.output, "contentType": "application/json"},
            "inferenceId": asked.inference_id,
            "eventVersion": "1.0",
            "eventSource": "aws:sagemaker",
            "eventName": "InferenceResult",
        }


def switch_on(world: Any) -> Iterator[FakeEndpoint]:
    """A world → its endpoint, which `dispatch` asks from now on."""
    from circletake.cloud.inference import Endpoint

    endpoint = FakeEndpoint(world.hear_of_answer)
    handler = world.handlers["dispatch"]
    handler.settings = handler.settings.model_copy(update={"endpoint": "analyse"})
    handler.endpoint = Endpoint(endpoint, "analyse")  # type: ignore[arg-type]
    yield endpoint
