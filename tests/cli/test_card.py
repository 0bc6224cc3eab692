"""`circletake card` against the real handlers on moto: the light as an exit code, and people who answer for cards."""

import json
from typing import Any, ClassVar

import boto3
import pytest
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cli.shared import fail
from circletake.cloud.deployment import Deployment, NoDeployment
from tests.asking import ask
from tests.aws import TABLE
from tests.film.evidence import manifests
from tests.pipeline.test_cards import send, settle
from tests.pipeline.world import World

CARD = {"Sound/1A-1.wav": b"RIFF and so on", "A001.xml": b"<card/>"}
PLACE = ("A001", "--production", "bikes", "--day", "D001")
BY = ("--as", "lee@example.com", "--reason", "seen on the card")


class Logged:
    """A person of camera, whose calls reach the API without a network; what follows from them has happened."""

    world: ClassVar[World]

    def __init__(self, where: Deployment, email: str) -> None:
        self._email = email

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = ask(self.world, f"/api/{path}", groups="[camera]", method="POST", body=body, email=self._email)
        if answer["statusCode"] != 200:
            fail(answer["json"]["sentence"], 1)
        settle(self.world)
        return answer["json"]


@pytest.fixture
def deployed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    found = Deployment("moto", {"Table": TABLE, "IngestBucket": "ingest"}, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
    Logged.world = world
    monkeypatch.setattr("circletake.cli.card.Person", Logged)
    return world


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["card", *words])


def said(result: Any) -> str:
    """What the command printed, wherever the terminal broke its lines."""
    return " ".join(result.output.split())


def test_each_light_is_an_exit_code_of_its_own_and_no_card_is_none_of_them(
    deployed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("status", *PLACE).exit_code == 3
    send(deployed, {**manifests(CARD), **CARD})
    settle(deployed)
    green = run("status", *PLACE)
    assert (green.exit_code, "● SAFE TO FORMAT" in said(green)) == (0, True)
    send(deployed, {**manifests(CARD), **CARD, "A001.xml": b"<changed/>"})
    settle(deployed)
    red = run("status", *PLACE, "--json")
    told = json.loads(red.stdout)
    assert (red.exit_code, told["status"], told["bits"], told["picture"]) == (2, "RED", "RED", "GREEN")
    assert {"code", "path", "sentence"} <= told["reasons"][0].keys()
    assert {"copies", "files"} <= told.keys()

    def nobody(**_: Any) -> Deployment:
        raise NoDeployment("No studio is up.")

    monkeypatch.setattr("circletake.cli.shared.find_deployment", nobody)
    assert run("status", *PLACE).exit_code == 3


def test_a_person_acknowledges_what_is_there_and_then_releases(deployed: World) -> None:
    send(deployed, {**manifests(CARD), **CARD, "extra.txt": b"?"})
    settle(deployed)
    refused = run("release", *PLACE, *BY)
    assert (refused.exit_code, "This card is AMBER" in said(refused)) == (1, True)
    wrong = run("ack", *PLACE, *BY, "--code", "FILE_UNLISTED", "--path", "other.txt")
    assert (wrong.exit_code, "FILE_UNLISTED extra.txt" in said(wrong)) == (1, True)
    done = run("ack", *PLACE, *BY, "--code", "FILE_UNLISTED", "--path", "extra.txt")
    assert (done.exit_code, "● SAFE TO FORMAT" in said(done)) == (0, True)
    released = run("release", *PLACE, *BY, "--json")
    assert released.exit_code == 0, released.output
    # The handlers' own metrics come before it on the same line of pipes: here they run in this process.
    told = json.loads(released.stdout[released.stdout.index("{\n") :])
    assert told["cards"][0]["released"]["by"] == "lee@example.com"


def test_nobody_signs_off_what_does_not_wait_for_it(deployed: World) -> None:
    send(deployed, {**manifests(CARD), **CARD})
    settle(deployed)
    answer = run("sign-off", *PLACE, *BY, "--path", "Sound/1A-1.wav")
    assert (answer.exit_code, "What does: nothing" in said(answer)) == (1, True)
