"""`circletake screener`: the proxy's frames, timecode and sound, with one person's name across every picture."""

import json
import time
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import numpy.typing as npt
import pytest
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cloud.catalogue import Catalogue, Put
from circletake.cloud.deployment import Deployment
from circletake.contracts import table
from circletake.contracts.recipe import BurnIn, Recipe
from circletake.media import launcher
from circletake.media.inspecting import inspect
from functions.transcode.making import Making
from functions.transcode.transcode import transcode
from tests import footage
from tests.aws import TABLE
from tests.cli.test_editorial import Set

FRAMES = 30


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A proxy as the pass makes it, at a rate of drop-frame, that crosses a minute."""
    place = tmp_path_factory.mktemp("proxy")
    clip = footage.clip(place / "a.mov", rate="30000/1001", frames=FRAMES, size=(640, 360), timecode="00:00:59;20")
    deadline = time.monotonic() + 60
    found = inspect([clip], size_bytes=1, tools=footage.TOOLS, deadline=deadline)
    transcode(
        [clip], Making(found), into=place, tools=footage.TOOLS, deadline=deadline, on_progress=lambda frames: None
    )
    return place / "proxy.mp4"


@pytest.fixture
def on_set(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, proxy: Path) -> Set:
    where = Deployment("moto", {"Table": TABLE, "ReviewBucket": "review"}, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: where)
    found = Set(catalogue)
    found.add("A001C001", {"proxy.mp4": proxy.read_bytes()})
    return found


def run(to: Path, *words: str, viewer: str = "Jane Doe", clip: str = "A001C001") -> Any:
    asked = ["screener", "A001", clip, "--viewer", viewer, "--production", "bikes", "--day", "D014", "--to", str(to)]
    return CliRunner().invoke(app, [*asked, *words])


def pictures(video: Path) -> npt.NDArray[np.int16]:
    raw = video.parent / "screener.gray"
    launcher.make(["-i", str(video), "-f", "rawvideo", "-pix_fmt", "gray", str(raw)], tools=footage.TOOLS)
    return np.fromfile(raw, dtype=np.uint8).reshape(-1, 360, 640).astype(np.int16)


def packets_of(video: Path, kind: str) -> list[str]:
    with launcher.workbench([video]) as bench:
        asked = ["-select_streams", kind, "-show_entries", "packet=pts_time,size", "-of", "csv=p=0"]
        shown = launcher.probe(bench, 0, asked, tools=footage.TOOLS, deadline=time.monotonic() + 20)
    # An encoder stores pictures in an order of its own, and each as large as it likes.
    return sorted(row.split(",")[0] for row in shown.splitlines()) if kind == "v" else shown.splitlines()


def test_a_screener_has_the_frames_the_timecode_and_the_sound_of_its_proxy(
    on_set: Set, proxy: Path, tmp_path: Path
) -> None:
    to = tmp_path / "for-jane.mp4"
    done = run(to, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["frames"], told["start_timecode"], told["words"]) == (FRAMES, "00:00:59;20", "Not for distribution")
    assert footage.frame_numbers(to) == list(range(FRAMES))
    assert packets_of(to, "v") == packets_of(proxy, "v")
    assert packets_of(to, "a") == packets_of(proxy, "a")
    again = inspect([to], size_bytes=1, tools=footage.TOOLS, deadline=time.monotonic() + 20)
    assert (again.start_timecode, str(again.video.rate)) == ("00:00:59;20", "30000/1001")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["for-jane.mp4"]


def test_the_name_goes_across_every_frame_and_each_person_has_another(on_set: Set, proxy: Path, tmp_path: Path) -> None:
    for name in ("Jane Doe", "Ada Lovelace"):
        (tmp_path / name).mkdir()
        assert run(tmp_path / name / "s.mp4", viewer=name).exit_code == 0
    plain, jane, ada = (
        pictures(video) for video in (proxy, tmp_path / "Jane Doe" / "s.mp4", tmp_path / "Ada Lovelace" / "s.mp4")
    )
    marked = np.abs(jane - plain)[:, 140:220] > 40
    assert marked.sum(axis=(1, 2)).min() > 500
    columns = np.nonzero(marked.any(axis=(0, 1)))[0]
    assert columns.max() - columns.min() > 0.35 * 640
    assert (np.abs(jane - ada)[:, 140:220] > 40).sum(axis=(1, 2)).min() > 500
    # The rest of the picture is as it was.
    assert np.abs(jane - plain)[:, 60:130].mean() < 3


@pytest.mark.parametrize(
    "viewer",
    ["x':movie=/etc/passwd[a];[a]", "%{localtime} %{pts}", "a\nb\u202ec", "W" * 200, "i"],
)
def test_whoever_the_viewer_says_to_be_is_only_letters(on_set: Set, tmp_path: Path, viewer: str) -> None:
    to = tmp_path / "s.mp4"
    assert run(to, viewer=viewer).exit_code == 0
    assert footage.frame_numbers(to) == list(range(FRAMES))


@pytest.mark.parametrize(("viewer", "letters"), [("张伟", "张伟"), ("Jane 🎬 Doe 🎬", "🎬")])
def test_a_name_that_the_font_has_no_letters_for_is_refused_and_a_font_asked_for(
    on_set: Set, tmp_path: Path, viewer: str, letters: str
) -> None:
    done = run(tmp_path / "s.mp4", viewer=viewer)
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    says = f"SourceSansPro-Semibold.ttf has no letters for {letters}. Name a TrueType font that has them: --font"
    assert says in " ".join(done.output.split())


def test_the_words_below_are_the_productions_own(on_set: Set, catalogue: Catalogue, tmp_path: Path) -> None:
    recipe = Recipe(burn_in=BurnIn(words="Property of Bikes Ltd")).model_dump_json()
    row = {"pk": table.recipe_pk("bikes"), "sk": "2026-10-14T18:00:00+00:00", "recipe": recipe, "by": "ada"}
    catalogue.transact([Put(row)])
    assert json.loads(run(tmp_path / "s.mp4", "--json").stdout)["words"] == "Property of Bikes Ltd"


def test_what_cannot_be_made_is_said_in_a_sentence_and_leaves_nothing(on_set: Set, tmp_path: Path) -> None:
    on_set.add("A001C002", {})
    on_set.add("A001C003", {"proxy.mp4": b"not what was made"})
    on_set.s3.delete_objects(
        Bucket="review",
        Delete={"Objects": [
            {"Key": each["Key"]} for each in on_set.s3.list_objects_v2(Bucket="review")["Contents"]
            if each["Size"] == len(b"not what was made")
        ]},
    )  # fmt: skip
    there = tmp_path / "there.mp4"
    there.write_bytes(b"another one's")
    for answer, code, says in (
        (run(tmp_path / "s.mp4", clip="A001C009"), 1, "has no clip 'A001C009'. There is: A001C001, A001C002"),
        (run(tmp_path / "s.mp4", clip="A001C002"), 1, "A001C002 has no review proxy"),
        (run(tmp_path / "s.mp4", clip="A001C003"), 1, "no longer in the review bucket"),
        (run(tmp_path / "s.mp4", viewer="  "), 2, "Say whose screener it is"),
        (run(there), 2, "is there already"),
        (run(tmp_path / "nowhere" / "s.mp4"), 2, "There is no folder"),
        (run(tmp_path / "s.mp4", "--font", str(there)), 2, "is no TrueType file"),
    ):
        assert answer.exit_code == code, answer.output
        assert says in " ".join(answer.output.split())
    assert [path.name for path in tmp_path.iterdir()] == ["there.mp4"]
    assert there.read_bytes() == b"another one's"
