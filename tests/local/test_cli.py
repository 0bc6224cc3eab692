"""`circletake local up` and `down`, as a person and as a program use them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from circletake.cli.main import app
from infra.local import cli, synthesis

pytestmark = pytest.mark.studio


def test_up_starts_a_studio_once_and_down_ends_it(
    tmp_path: Path, tiny_assembly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(synthesis, "fresh", lambda _: tiny_assembly)
    run = CliRunner().invoke
    first = run(cli.app, ["up", "--json"])
    again = run(cli.app, ["up", "--json"])
    down = run(cli.app, ["down", "--json"])
    none = run(cli.app, ["down"])
    assert json.loads(first.stdout)["name"] == "studio"
    assert json.loads(again.stdout) == json.loads(first.stdout)
    assert json.loads(down.stdout) == {"ended": ["studio"]}
    assert none.exit_code == 1
    assert "circletake local up" in none.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_studio_named_before_the_command_is_the_one_that_is_meant(
    tmp_path: Path, tiny_assembly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(synthesis, "fresh", lambda _: tiny_assembly)
    run = CliRunner().invoke
    assert run(app, ["--studio", "mine", "local", "up", "--json"]).exit_code == 0
    assert run(app, ["--studio", "other", "local", "down"]).exit_code == 1
    assert run(app, ["--studio", "other", "local", "down", "--name", "mine"]).exit_code == 2
    assert json.loads(run(app, ["local", "down", "--json"]).stdout) == {"ended": ["mine"]}


@pytest.mark.parametrize("words", [["nobody"], ["a@b.example", "--group", "clown"]])
def test_who_cannot_be_a_user_is_refused_in_a_sentence(words: list[str]) -> None:
    done = CliRunner().invoke(app, ["local", "user", *words])
    assert done.exit_code == 2
    assert "Traceback" not in done.output
