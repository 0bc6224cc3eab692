"""Our own way of asking, the endpoint in the studio, and a real model server behind it: one question all the way."""

import json
from pathlib import Path

import pytest

from circletake.cloud.inference import Endpoint
from circletake.contracts.analysis import AnalysisKind, Answer, FramesAnswer, ModelVersion, Question
from infra.local import analysis, studio
from infra.local.analysis import Models
from tests.footage import clip
from tests.local import tiny_endpoint
from tests.waiting import eventually

pytestmark = pytest.mark.studio


def test_a_question_about_samples_is_answered_by_the_model_that_is_named(tmp_path: Path) -> None:
    samples = clip(tmp_path / "analysis.mkv", codec="ffv1", sound=None, frames=4)
    question = Question(
        kind=AnalysisKind.FRAMES, production="RIVER", job_id="a" * 20, attempt=2, rate="24/1", frames=40, step=12
    )
    assembly = tiny_endpoint.assembly(tmp_path / "out")
    with studio.start(template_dir=assembly, models=Models(faster=120)) as here:
        s3, bucket = here.session().client("s3"), here.outputs["Out"]
        s3.put_object(Bucket=bucket, Key="RIVER/t/1/analysis.mkv", Body=samples.read_bytes())
        endpoint = Endpoint(here.session().client("sagemaker-runtime"), here.outputs["Endpoint"])
        endpoint.ask(question, bucket=bucket, key="RIVER/t/1/analysis.mkv", media_type="video/x-matroska")
        eventually(lambda: "answered" in analysis.log(here.folder).read_text())
        body = s3.get_object(Bucket=bucket, Key=f"RIVER/{question.job_id}/2/answer.json")["Body"].read()
    answer = Answer.model_validate_json(body, strict=True)
    named = json.loads((Path(__file__).parents[2] / "models" / "versions.json").read_text())["FRAMES"]
    assert answer.answers(question) is None
    assert answer.model == ModelVersion(**named)
    assert isinstance(answer.result, FramesAnswer)
    assert [sample.frame for sample in answer.result.samples] == [0, 12, 24, 36]
