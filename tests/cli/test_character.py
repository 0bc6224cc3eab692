"""`circletake character`, `find` and `analyse` against the real handlers on moto."""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import boto3
import pytest
from PIL import Image
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cli.portrait import make_portrait
from circletake.cli.shared import fail
from circletake.cloud.characters import MAX_PICTURE_BYTES, Characters
from circletake.cloud.deployment import QUEUED, Deployment
from tests import footage
from tests.asking import ask
from tests.aws import TABLE
from tests.endpoint import FakeEndpoint, switch_on
from tests.pipeline.test_characters import ROLL, describe, restore, settle, take
from tests.pipeline.world import World

BY = ("--production", "bikes", "--as", "lee@example.com")
ON_ROLL = ("--day", ROLL.day, "--roll", ROLL.roll)


class Logged:
    """The script supervisor, whose calls reach the API without a network; what follows from them has happened."""

    world: ClassVar[World]
    endpoint: ClassVar[FakeEndpoint]

    def __init__(self, where: Deployment, email: str) -> None:
        self._email = email

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = ask(self.world, f"/api/{path}", groups="[script]", method="POST", body=body, email=self._email)
        if answer["statusCode"] != 200:
            fail(answer["json"]["sentence"], 1)
        settle(self.world, self.endpoint)
        return answer["json"]


@pytest.fixture(scope="module")
def delivered() -> list[Any]:
    """What stands in the table and the buckets when a clip was delivered and analysed: made by the first test."""
    return []


@pytest.fixture
def deployed(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, delivered: list[Any]) -> Iterator[World]:
    outputs = {"Table": TABLE, "IngestBucket": "ingest", "ReviewBucket": "review"}
    for name in QUEUED:
        outputs[f"{name}Logs"] = f"/circletake/{name}"
        boto3.client("logs").create_log_group(logGroupName=outputs[f"{name}Logs"])
    found = Deployment("moto", outputs, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
    for command in ("character", "analyse"):
        monkeypatch.setattr(f"circletake.cli.{command}.Person", Logged)
    # The commands read the moment from the machine's clock, and the handlers from the world's.
    monkeypatch.setattr("circletake.cloud.characters.utc_now", world.clock)
    for endpoint in switch_on(world):
        endpoint.behave = describe
        Logged.world, Logged.endpoint = world, endpoint
        if delivered:
            restore(world, *delivered)
        else:
            clip = footage.clip(tmp_path / "a.mov", codec="h264", frames=4, size=(64, 36))
            world.upload(f"{ROLL.prefix}o-1/Clips/A001C001.mov", clip.read_bytes())
            settle(world, endpoint)
            delivered += take(world)
        yield world


def run(*words: str) -> tuple[int, str]:
    """A command → its exit code and what it said. The handlers log into the same stream."""
    done = CliRunner().invoke(app, words)
    said = [line for line in done.output.splitlines() if not line.startswith(('{"_aws"', '{"level"'))]
    return done.exit_code, " ".join(" ".join(said).split())


@pytest.fixture
def signed(tmp_path: Path) -> tuple[str, ...]:
    """A picture as a phone takes it, lying on its side and telling where it was taken; and a signed document."""
    place = Image.Exif()
    place[0x0112], place[0x010F] = 6, "MAKER-OF-THE-PHONE"
    Image.new("RGB", (3000, 2000), (90, 120, 60)).save(tmp_path / "a.jpg", exif=place, comment=b"41.9028 N")
    (tmp_path / "signed.pdf").write_bytes(b"%PDF I agree")
    options = ("--person", "Ann Actor", "--adult", "--scope", "search", "--expires", "2027-06-30")
    return (*options, "--reference", str(tmp_path / "a.jpg"), "--consent", str(tmp_path / "signed.pdf"))


def test_somebody_agrees_is_found_and_takes_it_back(deployed: World, signed: tuple[str, ...]) -> None:
    code, said = run("character", "add", "Ophelia", *BY, *signed)
    assert (code, "Ophelia is on record" in said, "only its SHA-256 went up" in said) == (0, True, True)
    ((known, _),) = Characters(deployed.handlers["review"].outbox).all("bikes")
    assert known.consent.document_sha256 == hashlib.sha256(b"%PDF I agree").hexdigest()
    code, said = run("character", "list", "--production", "bikes")
    assert (code, "1: good" in said, "may be looked for" in said) == (0, True, True)
    code, said = run("character", "cast", "ophelia", *BY, *ON_ROLL)
    assert (code, said) == (0, "Ophelia may be seen in 1 clip of A001. Nobody else is looked for.")
    assert run("find", "--character", known.id[:8])[1] == run("find", "--character", "Ophelia")[1]
    code, said = run("find", "--character", "Ophelia")
    assert (code, "A001C001" in said, "seen frame 0 Ophelia" in said) == (0, True, True)
    code, said = run("character", "withdraw", "Ophelia", "--yes", *BY)
    assert (code, "Ann Actor has withdrawn" in said, "35 days" in said) == (0, True, True)
    assert "Nothing was found" in run("find", "--character", "Ophelia")[1]
    code, said = run("character", "list", "--production", "bikes", "--json")
    (told,) = json.loads(said)["characters"]
    assert (told["erased"]["references"], told["erased"]["appearances"], told["references"]) == (1, 1, [])
    assert "erased 2026-" in run("character", "list", "--production", "bikes")[1]


def test_all_who_stand_on_one_paper_are_named_when_they_are_added_and_when_they_go(
    deployed: World, signed: tuple[str, ...]
) -> None:
    run("character", "add", "Ophelia", *BY, *signed)
    code, said = run("character", "add", "Yorick", *BY, *signed)
    assert (code, "Ophelia stands on the same paper" in said) == (0, True)
    code, said = run("character", "withdraw", "Yorick", *BY, "--yes", "--json")
    assert (code, {each["name"] for each in json.loads(said)["withdrawn"]}) == (0, {"Ophelia", "Yorick"})
    for asked in ((), ("--yes",), ("--json",)):
        code, said = run("character", "withdraw", "Ophelia", *BY, *asked)
        assert (code, "was withdrawn already" in said) == (1, True), said


def test_two_of_one_name_are_told_apart_wherever_they_are_named(
    deployed: World, signed: tuple[str, ...], tmp_path: Path
) -> None:
    run("character", "add", "Ophelia", *BY, *signed)
    (tmp_path / "signed.pdf").write_bytes(b"%PDF I agree to more")
    code, said = run("character", "add", "OPHELIA", *BY, *signed, "--scene", "12A")
    assert (code, "Another character is called OPHELIA" in said) == (0, True)
    known = [each for each, _ in Characters(deployed.handlers["review"].outbox).all("bikes")]
    (added,) = [each for each in known if each.name == "OPHELIA"]
    assert f"character cast '{added.id[:8]}'" in said
    apart = [
        f"{each.id[:8]} (Ann Actor, {'scenes 12A' if each.consent.scenes else 'every scene'}, until 2027-06-30, on "
        f"record since {each.added_at[:16].replace('T', ' ')} UTC by {each.added_by})"
        for each in known
    ]
    code, said = run("character", "cast", "Ophelia", *BY, *ON_ROLL)
    assert (code, [each in said for each in apart]) == (1, [True, True]), said
    code, said = run("character", "list", "--production", "bikes")
    assert (code, said.count("on record since"), said.count("UTC by")) == (0, 2, 2), said
    code, said = run("character", "cast", known[0].id[:8], *BY, *ON_ROLL)
    assert (code, known[0].id[:8] in said) == (0, True), said


def test_words_and_slates_are_found_with_where_they_are(deployed: World) -> None:
    code, said = run("find", "hello scene:12A")
    assert (code, "A001C001" in said, "said frame" in said) == (0, True, True)
    code, said = run("find", "hello", "--json")
    (told,) = json.loads(said)["productions"]
    assert (told["production"], told["found"][0]["title"], told["clips"]) == ("bikes", "A001C001", 1)
    assert run("find", "goodbye") == (
        0, "Nothing was found in 1 clip. What was not analysed yet cannot be found by its words.",
    )  # fmt: skip
    assert run("find")[0] == 2
    assert run("find", "--character", "Hamlet")[0] == 1


def test_why_tells_how_each_question_to_a_model_stands(deployed: World) -> None:
    told = json.loads(run("why", "A001C001", "--json")[1])["clips"][0]["analyses"]
    assert [(each["kind"], each["state"]) for each in told] == [
        (kind, "ANSWERED") for kind in ("FRAMES", "FACES", "PEOPLE", "SLATE", "SPEECH")
    ]
    assert "slate ● ANSWERED" in run("why", "A001C001")[1]


@pytest.mark.parametrize("command", ["find hello", "character list"])
def test_a_production_that_is_not_there_is_said(deployed: World, command: str) -> None:
    told = "No footage of 'nope' has been received. Productions: bikes."
    assert run(*command.split(), "--production", "nope") == (1, told)


def test_whoever_is_added_is_of_age_or_somebody_signed_for_them(deployed: World, signed: tuple[str, ...]) -> None:
    unsaid = tuple(word for word in signed if word != "--adult")
    for words in (unsaid, (*signed, "--guardian", "Eve Actor")):
        code, said = run("character", "add", "Ophelia", *BY, *words)
        assert (code, "Say either --adult" in said) == (2, True)
    assert run("character", "add", "Ophelia", *BY, *unsaid, "--guardian", "Eve Actor")[0] == 0
    ((known, _),) = Characters(deployed.handlers["review"].outbox).all("bikes")
    assert (known.consent.minor, known.consent.guardian) == (True, "Eve Actor")


def test_what_is_analysed_again_is_a_production_or_a_roll(deployed: World) -> None:
    asked = len(Logged.endpoint.invocations)
    for what in ("bikes", "bikes/main/D001/A001"):
        code, said = run("analyse", what, "--failed", "--as", "lee@example.com")
        assert (code, f"What {what} needs is decided again" in said) == (0, True)
    assert run("analyse", "bikes/D001", "--as", "lee@example.com")[0] == 2
    assert run("analyse", "bikes/main/D001/NOROLL", "--as", "lee@example.com") == (
        1, "Nothing of roll NOROLL of D001 was received.",
    )  # fmt: skip
    assert len(Logged.endpoint.invocations) == asked


def test_a_cast_names_everybody_or_nobody_and_only_whom_there_is(deployed: World, signed: tuple[str, ...]) -> None:
    assert run("character", "cast", *BY, *ON_ROLL)[0] == 2
    assert run("character", "cast", "Hamlet", *BY, *ON_ROLL) == (
        1, "bikes has no character Hamlet. On record: none.",
    )  # fmt: skip
    assert run("character", "cast", "--nobody", *BY, *ON_ROLL, "--clip", "A001C009")[0] == 1
    code, said = run("character", "cast", "--nobody", *BY, *ON_ROLL, "--json")
    assert (code, json.loads(said)) == (0, {"clips": 1})


def test_what_was_not_agreed_to_is_said_and_nothing_is_kept(deployed: World, signed: tuple[str, ...]) -> None:
    late = ["2026-09-01" if word == "2027-06-30" else word for word in signed]
    code, said = run("character", "add", "Ophelia", *BY, *late)
    assert (code, "ran out" in said) == (1, True)
    assert "Nobody of bikes has agreed" in run("character", "list", "--production", "bikes")[1]


def test_a_portrait_is_small_upright_and_tells_nothing_but_the_picture(tmp_path: Path, signed: tuple[str, ...]) -> None:
    made = make_portrait(tmp_path / "a.jpg")
    with Image.open(io.BytesIO(made)) as picture:
        assert (picture.size, picture.mode, dict(picture.getexif())) == ((683, 1024), "RGB", {})
    assert b"MAKER-OF-THE-PHONE" not in made
    assert b"41.9028" not in made
    noise = Image.effect_noise((1200, 1200), 120)
    noise.save(tmp_path / "noise.png")
    assert len(make_portrait(tmp_path / "noise.png")) <= MAX_PICTURE_BYTES


@pytest.mark.parametrize("body", [b"", b"%PDF", b"\xff\xd8\xff\xe0" + b"0" * 100])
def test_what_is_no_picture_is_said_before_anything_is_sent(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(body)
    with pytest.raises(ValueError, match="cannot be read as a picture"):
        make_portrait(tmp_path / "a.jpg")


def test_who_withdraws_is_asked_and_an_empty_file_is_no_consent(
    deployed: World, signed: tuple[str, ...], tmp_path: Path
) -> None:
    run("character", "add", "Ophelia", *BY, *signed)
    code, said = run("character", "withdraw", "Ophelia", *BY)
    assert (code, "Ophelia (Ann Actor)" in said) == (1, True)
    code, said = run("character", "withdraw", "Ophelia", *BY, "--json")
    assert (code, "Ophelia (Ann Actor)" in said, "--yes" in said) == (2, True, True)
    ((known, _),) = Characters(deployed.handlers["review"].outbox).all("bikes")
    assert known.withdrawn_at is None
    empty = tmp_path / "empty.pdf"
    empty.touch()
    at = signed.index("--consent") + 1
    code, said = run("character", "add", "Yorick", *BY, *signed[:at], str(empty), *signed[at + 1 :])
    assert (code, "empty.pdf is not what was signed" in said) == (2, True)
