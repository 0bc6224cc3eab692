"""`circletake local up` and `down`, as a person and as a program use them."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from circletake.cli.main import app
from infra.local import cli, studio, synthesis
from tests.local import tiny_endpoint

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


def test_a_studio_tells_what_its_models_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assembly = tiny_endpoint.assembly(tmp_path / "cdk" / "out")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(synthesis, "fresh", lambda _: assembly)
    run = CliRunner().invoke
    up = run(cli.app, ["up"])
    models, as_json = run(cli.app, ["models"]), run(cli.app, ["models", "--json"])
    run(cli.app, ["down"])
    assert "0 instances, 0 waiting, 0 being answered" in up.stderr
    assert "30 times as fast as in AWS" in models.stdout
    assert json.loads(as_json.stdout)[0]["instances"] == 0


def test_a_studio_may_be_started_without_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assembly = tiny_endpoint.assembly(tmp_path / "cdk" / "out")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(synthesis, "fresh", lambda _: assembly)
    run = CliRunner().invoke
    up, models = run(cli.app, ["up", "--no-analysis"]), run(cli.app, ["models", "--json"])
    run(cli.app, ["down"])
    assert "none: no models were started" in up.stderr
    assert json.loads(models.stdout) == []


def test_a_password_that_is_shown_once_goes_where_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    here = SimpleNamespace(name="studio", page="http://127.0.0.1:1/")
    given: list[str] = []
    monkeypatch.setattr(studio, "find", lambda _: here)
    monkeypatch.setattr(studio, "add_user", lambda _, email, password, groups: given.append(password))
    done = CliRunner().invoke(app, ["local", "user", "a@b.example"])
    assert (done.exit_code, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["Page", here.page], ["Name", "a@b.example"], ["Password", *given],
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["nobody"], ["a@b.example", "--group", "clown"]])
def test_who_cannot_be_a_user_is_refused_in_a_sentence(words: list[str]) -> None:
    done = CliRunner().invoke(app, ["local", "user", *words])
    assert done.exit_code == 2
    assert "Traceback" not in done.output
