"""How the endpoint is asked, and what of its word is believed."""

from typing import Any

import pytest

from circletake.cloud.inference import Endpoint
from circletake.contracts.analysis import AnalysisKind, Question

_QUESTION = Question(
    kind=AnalysisKind.SLATE, production="bikes", job_id="0" * 20, attempt=2, rate="24/1", frames=48
)  # fmt: skip


class Says:
    """A client whose endpoint says that it will answer there."""

    def __init__(self, output: str) -> None:
        self._output = output

    def invoke_endpoint_async(self, **request: Any) -> dict[str, str]:
        return {"OutputLocation": self._output, "FailureLocation": "s3://work/failures/a-error.out"}


def _ask(output: str) -> str:
    endpoint = Endpoint(Says(output), "analyse")  # type: ignore[arg-type]
    return endpoint.ask(_QUESTION, bucket="work", key="bikes/a/1/proxy.mp4", media_type="video/mp4")


def test_who_asks_is_told_where_a_failure_would_lie() -> None:
    assert _ask(f"s3://work/bikes/{'0' * 20}/2/answer.json") == "failures/a-error.out"


@pytest.mark.parametrize(
    "output",
    [
        f"s3://other/bikes/{'0' * 20}/2/answer.json",
        f"s3://work/bikes/{'0' * 20}/1/answer.json",
        f"s3://work/answers/bikes/{'0' * 20}/2/answer.json",
        "s3://work/0123.out",
    ],
)
def test_an_endpoint_that_answers_elsewhere_than_where_answers_are_looked_for_is_told_of_at_once(output: str) -> None:
    with pytest.raises(LookupError, match="answers are looked for at s3://work/bikes/"):
        _ask(output)
