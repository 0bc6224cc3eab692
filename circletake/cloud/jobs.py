"""AWS Batch: a piece of work that needs more time or disk than Lambda has, handed to a container."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_batch import BatchClient


class Jobs:
    """One queue of jobs, and what each runs in."""

    def __init__(self, client: "BatchClient", queue: str, definition: str) -> None:
        self._client = client
        self._queue = queue
        self._definition = definition

    def submit(self, name: str, environment: Mapping[str, str]) -> str:
        """A job with these variables → its id at Batch."""
        answer = self._client.submit_job(
            jobName=name,
            jobQueue=self._queue,
            jobDefinition=self._definition,
            containerOverrides={"environment": [{"name": key, "value": value} for key, value in environment.items()]},
        )
        return answer["jobId"]
