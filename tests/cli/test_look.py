"""`circletake look` and `circletake recipe` against the real handlers on moto."""

from pathlib import Path
from typing import Any, ClassVar

import boto3
import pytest
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cli.shared import fail
from circletake.cloud.deployment import Deployment
from circletake.cloud.looks import read_recipe
from circletake.contracts.looks import Cdl
from circletake.contracts.recipe import EditorialFormat
from circletake.film.looks.cdl import write_cc
from tests import footage
from tests.asking import ask
from tests.aws import TABLE
from tests.pipeline.test_looks import ROLL, settle, the_clip, upload
from tests.pipeline.world import World

BY = ("--production", "bikes", "--as", "lee@example.com")


class Logged:
    """A person of editorial, whose calls reach the API without a network; what follows from them has happened."""

    world: ClassVar[World]

    def __init__(self, where: Deployment, email: str) -> None:
        self._email = email

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = ask(self.world, f"/api/{path}", groups="[editorial]", method="POST", body=body, email=self._email)
        if answer["statusCode"] != 200:
            fail(answer["json"]["sentence"], 1)
        settle(self.world)
        return answer["json"]


@pytest.fixture
def deployed(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    found = Deployment("moto", {"Table": TABLE, "IngestBucket": "ingest"}, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
    Logged.world = world
    for command in ("look", "recipe"):
        monkeypatch.setattr(f"circletake.cli.{command}.Person", Logged)
    clip = footage.clip(tmp_path / "a.mov", codec="h264", frames=4, size=(64, 36))
    upload(world, "Clips/A001C001.mov", clip.read_bytes())
    settle(world)
    return world


@pytest.fixture
def cc(tmp_path: Path) -> str:
    file = tmp_path / "warm.cc"
    file.write_text(write_cc(Cdl(saturation=0.8), "warm"))
    return str(file)


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, words)
    return done.exit_code, " ".join(done.output.split())


def test_a_look_says_how_many_clips_it_reaches(deployed: World, cc: str) -> None:
    code, said = run("look", "set", cc, *BY)
    assert (code, "warm.cc is set for the show. It reaches 1 clip" in said) == (0, True)
    assert '"saturation":0.8' in the_clip(deployed)["look"]
    code, said = run("look", "set", cc, *BY, "--clip", "A001C009", "--day", ROLL.day, "--roll", ROLL.roll)
    assert (code, "No clip is there yet that it reaches" in said) == (0, True)
    code, said = run("look", "list", "--production", "bikes")
    assert (code, "lee@example.com" in said, "A001C009" in said) == (0, True, True)


def test_what_was_never_set_is_not_taken_back(deployed: World, cc: str) -> None:
    assert run("look", "take-back", *BY, "--day", "D007") == (1, "Nothing was ever set for the day D007.")
    run("look", "set", cc, *BY)
    one = ("--clip", "A001C001", "--day", ROLL.day, "--roll", ROLL.roll)
    run("look", "set", cc, *BY, *one)
    assert "taken back" in run("look", "take-back", *BY, *one)[1]
    code, said = run("look", "take-back", *BY)
    assert (code, "What was set for the show is taken back" in said) == (0, True)
    assert the_clip(deployed)["look"] == ""


def test_a_clip_is_named_with_its_roll_and_one_reach_at_a_time(deployed: World, cc: str) -> None:
    assert run("look", "set", cc, *BY, "--clip", "A001C001")[0] == 2
    assert run("look", "set", cc, *BY, "--scene", "12", "--setup", "12A")[0] == 2


def test_a_recipe_is_checked_before_it_is_set_and_shown_as_it_was_set(deployed: World, tmp_path: Path) -> None:
    file = tmp_path / "show.toml"
    file.write_text('preset = "dailies"\n[editorial]\nformats = ["prores_proxy_mov"]\n')
    code, said = run("recipe", "check", str(file))
    assert (code, "show.toml is good" in said) == (0, True)
    code, said = run("recipe", "set", str(file), *BY)
    assert (code, "Those that are there stay as they are" in said) == (0, True)
    world: Any = deployed.handlers["plan"]
    assert read_recipe(world.catalogue, "bikes").editorial.formats == (EditorialFormat.PRORES_PROXY_MOV,)
    assert "prores_proxy_mov" in run("recipe", "show", "--production", "bikes")[1]


def test_a_recipe_that_is_set_says_what_is_different_from_the_one_before(deployed: World, tmp_path: Path) -> None:
    file = tmp_path / "show.toml"
    file.write_text("[analysis]\nbudget_usd = 5.0\n")
    told = "Different from before: analysis.budget_usd: not said → 5.0"
    assert run("recipe", "set", str(file), *BY)[1].endswith(told)
    assert run("recipe", "set", str(file), *BY)[1].endswith("Nothing is different from before.")
    file.write_text('[analysis]\nbudget_usd = 5.0\n[burn_in]\nshow = ["clip"]\n')
    assert '"burn_in.show: none \\u2192 clip"' in run("recipe", "set", str(file), *BY, "--json")[1]


@pytest.mark.parametrize(
    ("text", "word"),
    [('presett = "dailies"', "presett"), ('[color]\ncamera_space = "LogC17"', "LogC"), ("rate = 24.1", "rate")],
)
def test_a_recipe_that_makes_no_sense_names_the_line(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "show.toml"
    file.write_text(text)
    code, said = run("recipe", "check", str(file))
    assert (code, word in said) == (2, True)


def test_a_production_of_which_there_is_nothing_has_no_recipe_to_show(deployed: World) -> None:
    code, said = run("recipe", "show", "--production", "bikez")
    assert (code, "bikes" in said) == (1, True)
