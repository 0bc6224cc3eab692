"""`circletake local up` and `down`, as a person and as a program use them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

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
