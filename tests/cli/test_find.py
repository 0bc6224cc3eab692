"""`circletake find`: what is said of what was found, of a search that asks nothing, and of one that is behind."""

from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cloud.catalogue import Catalogue, Put
from circletake.cloud.deployment import Deployment
from circletake.contracts import table
from circletake.contracts.keys import search_key
from circletake.film.search import Index, IndexedClip
from tests.aws import TABLE

CLIP: dict[str, Any] = {
    "roll": {"unit": "main", "day": "D004", "roll": "B002"},
    "clip_id": "1" * 20,
    "version": "2" * 20,
    "title": "B002C001",
    "words": "It was the best of times, it was the worst of times.",
    "at": [[0, 19], [5, 154]],
}


@pytest.fixture
def found(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    where = Deployment("moto", {"Table": TABLE, "ReviewBucket": "review"}, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: where)
    boto3.client("s3").create_bucket(Bucket="review", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    catalogue.transact([Put({"pk": table.PRODUCTIONS, "sk": "nova"})])
    return catalogue


def publish(**changed: Any) -> None:
    index = Index(clips=(IndexedClip.model_validate({**CLIP, **changed}),))
    body = index.model_dump_json(exclude_defaults=True)
    boto3.client("s3").put_object(Bucket="review", Key=search_key("nova"), Body=body)


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["find", *words])
    return done.exit_code, " ".join(done.output.split())


def test_what_was_said_has_one_line_with_its_timecode(found: Catalogue) -> None:
    publish(rate="24/1", start_timecode="16:40:12:00")
    code, said = run('"best of')
    assert (code, said.endswith("said 16:40:12:19 It was the best of times, it was the …")) == (0, True), said


def test_what_was_said_has_its_frame_where_the_clip_has_no_timecode(found: Catalogue) -> None:
    publish()
    assert "said frame 19 It was the best of times" in run("best")[1]


@pytest.mark.parametrize("words", ["", " ", "''", '""', '"'])
def test_what_asks_for_nothing_is_refused(found: Catalogue, words: str) -> None:
    code, said = run(words)
    assert (code, "Say what to look for" in said) == (2, True)


def test_a_search_that_is_behind_says_so_whether_something_was_found_or_not(found: Catalogue) -> None:
    publish()
    late = "The search is up to a minute behind: what came since is not in it yet."
    assert late not in run("best")[1] + run("B002C004")[1]
    due = {"pk": table.index_pk("nova"), "sk": table.BEHIND, "revision": 3, "due_at": "2026-11-23T03:20:00+00:00"}
    found.transact([Put(due)])
    assert all(run(words)[1].endswith(late) for words in ("best", "B002C004"))
