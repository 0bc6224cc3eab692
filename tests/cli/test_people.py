"""Acting as a named person: how the password is asked for, and where nobody can be asked."""

import getpass
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import typer
from typer.main import get_command

from circletake.cli.main import app
from circletake.cli.people import PASSWORD, Person
from circletake.cloud.deployment import Deployment
from tests.aws import made_up_aws


def test_without_a_terminal_the_password_s_variable_is_named_and_nothing_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    # What it comes to where there is no terminal.
    monkeypatch.setattr(getpass, "getpass", getpass.fallback_getpass)  # type: ignore[attr-defined]
    monkeypatch.delenv(PASSWORD, raising=False)
    with made_up_aws(monkeypatch, tmp_path_factory.mktemp("aws") / "none"):
        where = Deployment("moto", {"PageUrl": "http://127.0.0.1:1/"}, boto3.Session())
        with pytest.raises(typer.Exit) as ended:
            Person(where, "kim@example.com")
    assert ended.value.exit_code == 2
    said = " ".join(capsys.readouterr().err.split())
    assert said == (
        "Nobody is here to be asked for the password of kim@example.com: set CIRCLETAKE_PASSWORD, or run this in a "
        "terminal."
    )


def test_every_command_that_asks_for_a_password_names_its_variable_in_the_help() -> None:
    asking = {path: help for path, help in options(get_command(app), "circletake") if path.endswith(" --as")}
    assert len(asking) > 10
    assert [path for path, help in asking.items() if PASSWORD not in help] == []


def options(command: Any, path: str) -> Iterator[tuple[str, str]]:
    for parameter in command.params:
        yield from ((f"{path} {name}", getattr(parameter, "help", None) or "") for name in parameter.opts)
    for name, below in getattr(command, "commands", {}).items():
        yield from options(below, f"{path} {name}")
