"""A card is judged by the real handlers: whatever comes, in whatever order, it is green only when all is there."""

import hashlib
import json
import os
import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from circletake.contracts import table
from circletake.contracts.cards import Light
from circletake.contracts.files import Origin
from circletake.contracts.keys import COMPLETION_PATH, RollRef
from circletake.film.manifests import Entry, generation_name, link_to, write_chain, write_generation
from tests import footage
from tests.asking import ask
from tests.film.evidence import AT, SHUTTLE, digests, manifests
from tests.pipeline.world import Context, World

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
PLACE = "/api/productions/bikes/units/main/days/D001/rolls/A001"
SOUND = "Sound/1A-1.wav"
#: A large roll; the issue's own figure takes minutes in process, so a run of the suite counts on a smaller one.
MANY = int(os.environ.get("CIRCLETAKE_ROLL_FILES", "60"))


@pytest.fixture(scope="module")
def card() -> dict[str, bytes]:
    """A card on which nothing has to be decoded: quick, and green as soon as its bits are."""
    return {SOUND: b"RIFF and so on", "A001.xml": b"<card/>"}


@pytest.fixture(scope="module")
def filmed(card: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same with a clip."""
    made = tmp_path_factory.mktemp("card") / "a.mov"
    clip = footage.clip(made, codec="h264", frames=4, size=(64, 36), timecode="01:00:00:00")
    return {"Clips/A001C001.mov": clip.read_bytes(), **card}


def put(world: World, path: str, body: bytes, offload: str = "o-1", roll: RollRef = ROLL) -> dict[str, Any]:
    """One file of a card → as the uploader's record will list it."""
    version = world.upload(f"{roll.prefix}{offload}/{path}", body)
    return {"path": path, "size_bytes": len(body), "s3_version": version, "digests": digests(body)}


def finish(world: World, sent: list[dict[str, Any]], offload: str = "o-1", roll: RollRef = ROLL, **told: Any) -> None:
    """The uploader's completion record: made from a card that was offloaded to a shuttle drive, too."""
    of_the_card = [file for file in sent if not file["path"].startswith("ascmhl/")]
    shuttle = SHUTTLE.model_copy(update={"files": len(of_the_card)})
    record = {
        "offload": offload,
        "files": sent,
        "origin": Origin.CARD,
        "copies": [shuttle.model_dump(mode="json")],
        **told,
    }
    world.upload(f"{roll.prefix}{offload}/{COMPLETION_PATH}", json.dumps(record).encode())


def send(world: World, card: Mapping[str, bytes], offload: str = "o-1", roll: RollRef = ROLL, **told: Any) -> None:
    finish(world, [put(world, path, body, offload, roll) for path, body in card.items()], offload, roll, **told)


def settle(world: World, chance: random.Random | None = None, *, twice: bool = False) -> dict[str, Any]:
    """Everything is delivered, and `sweep` comes by until nothing is owed → the roll's card."""
    world.deliver_all(chance, twice=twice)
    for _ in range(3):
        world.clock.forward(1000)
        world.sweep()
        world.deliver_all(chance, twice=twice)
    return world.reading.card(ROLL)


def codes(told: dict[str, Any]) -> Counter[str]:
    return Counter(reason["code"] for each in told["cards"] if not each["covered_by"] for reason in each["reasons"])


def test_an_offloaded_card_that_was_uploaded_whole_is_safe_to_format(world: World, filmed: dict[str, bytes]) -> None:
    send(world, {**manifests(filmed), **filmed})
    told = settle(world)
    assert (told["status"], codes(told)) == (Light.GREEN, {})
    (only,) = told["cards"]
    assert only["files"]["matched"] == only["files"]["listed"] == 3
    assert [copy["counts"] for copy in only["copies"]] == [True, True]
    (roll,) = ask(world, "/api/productions/bikes/rolls")["json"]["rolls"]
    assert roll["card"] == "GREEN"
    assert world.rows(table.FACT) == []


@pytest.mark.parametrize("seed", range(3))
def test_in_any_order_and_twice_the_card_comes_to_the_same_and_is_green_only_at_the_end(
    world: World, filmed: dict[str, bytes], seed: int
) -> None:
    chance = random.Random(seed)
    parts = list({**manifests(filmed), **filmed}.items())
    chance.shuffle(parts)
    sent = []
    for path, body in parts:
        sent.append(put(world, path, body))
        assert settle(world, chance, twice=True)["status"] is not Light.GREEN
    finish(world, sent)
    assert world.reading.card(ROLL)["status"] is not Light.GREEN
    assert settle(world, chance, twice=True)["status"] is Light.GREEN


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda body: body[:-1] + b"!", "FILE_CHANGED"),
        (lambda body: body[:-1], "FILE_TRUNCATED"),
        (lambda body: b"", "FILE_EMPTY"),
        (None, "FILE_MISSING"),
    ],
)
def test_a_damaged_file_turns_the_card_red_and_its_upload_anew_turns_it_green(
    world: World, card: dict[str, bytes], damage: Any, code: str
) -> None:
    listed = manifests(card)
    bad = {**card, "A001.xml": damage(card["A001.xml"])} if damage else {SOUND: card[SOUND]}
    send(world, {**listed, **bad})
    told = settle(world)
    assert told["status"] is Light.RED
    assert code in codes(told)
    sent = [put(world, "A001.xml", card["A001.xml"])]
    settle(world)
    finish(world, [*sent, *(put(world, path, body) for path, body in {**listed, SOUND: card[SOUND]}.items())])
    assert settle(world)["status"] is Light.GREEN


def test_a_second_generation_corrects_the_first(world: World, card: dict[str, bytes]) -> None:
    misread = manifests({**card, "A001.xml": b"<cord/>"})
    send(world, {**misread, **card})
    assert codes(settle(world))["FILE_CHANGED"] == 1
    entries = [Entry(path, len(body), digests(body), "original") for path, body in card.items()]
    body = write_generation(entries, made_at=AT, process="transfer", hostname="cart", version="0")
    first, second = next(path for path in misread if path.endswith(".mhl")), generation_name(2, "A001", AT)
    links = [link_to(1, first.removeprefix("ascmhl/"), misread[first]), link_to(2, second, body)]
    corrected = {f"ascmhl/{second}": body, "ascmhl/ascmhl_chain.xml": write_chain(links), first: misread[first]}
    send(world, {**corrected, **card})
    assert settle(world)["status"] is Light.RED, "anybody may have written that"
    vouched: dict[str, Any] = {"manifest": f"ascmhl/{second}", "manifest_sha256": hashlib.sha256(body).hexdigest()}
    send(world, {**corrected, **card}, **vouched)
    assert settle(world)["status"] is Light.GREEN


def test_a_card_uploaded_twice_counts_once_and_the_same_name_of_another_unit_is_another_card(
    world: World, card: dict[str, bytes]
) -> None:
    listed = manifests(card)
    send(world, {**listed, SOUND: card[SOUND]}, "o-1")
    assert settle(world)["status"] is Light.RED
    send(world, {**listed, **card}, "o-2")
    told = settle(world)
    assert told["status"] is Light.GREEN
    assert [each["covered_by"] for each in told["cards"]] == ["o-2", None]
    second_unit = ROLL.model_copy(update={"unit": "2u"})
    send(world, {**listed, SOUND: card[SOUND]}, "o-1", second_unit)
    settle(world)
    assert world.reading.card(second_unit)["status"] is Light.RED
    assert world.reading.card(ROLL)["status"] is Light.GREEN


def test_proxies_that_a_lab_made_are_no_card_and_leave_the_card_as_it_is(world: World, card: dict[str, bytes]) -> None:
    send(world, {"A001C001.mov": b"no picture"}, "proxies-1")
    assert settle(world) == {**dict.fromkeys(("status", "bits", "picture"), Light.AMBER), "cards": []}
    assert ask(world, "/api/productions/bikes/rolls")["json"]["rolls"][0]["card"] is None
    send(world, {**manifests(card), **card})
    assert settle(world)["status"] is Light.GREEN


def test_a_late_change_is_seen_before_it_was_judged(world: World, card: dict[str, bytes]) -> None:
    send(world, {**manifests(card), **card})
    assert settle(world)["status"] is Light.GREEN
    put(world, "A001.xml", b"<changed/>")
    function, event = world.under_way.pop()
    world.handlers[function].handler({"Records": [_record(event)]}, Context())
    told = world.reading.card(ROLL)
    assert (told["status"], codes(told)) == (Light.AMBER, {"CHANGING": 1})
    assert settle(world)["status"] is Light.RED


def _record(event: dict[str, Any]) -> dict[str, Any]:
    return {"messageId": "m", "body": json.dumps(event), "eventSource": "aws:sqs", "attributes": {}}


def test_damage_is_seen_although_the_event_of_the_good_version_was_lost(world: World, card: dict[str, bytes]) -> None:
    listed = manifests(card)
    sent = [put(world, path, body) for path, body in {**listed, **card}.items()]
    world.under_way = [each for each in world.under_way if "A001.xml" not in json.dumps(each[1])]
    finish(world, sent)
    assert settle(world)["status"] is Light.GREEN
    put(world, "A001.xml", b"<CARD/>")
    assert settle(world)["status"] is Light.RED


def test_an_older_record_that_comes_again_does_not_take_the_place_of_the_newer(
    world: World, card: dict[str, bytes]
) -> None:
    sent = [put(world, path, body) for path, body in {**manifests(card), **card}.items()]
    finish(world, sent)
    old = world.under_way[-1]
    assert settle(world)["status"] is Light.GREEN
    finish(world, sent, not_taken=[{"path": "A001C009.mov", "reason": "I/O error"}])
    assert codes(settle(world)) == {"FILE_NOT_TAKEN": 1}
    world.under_way.append(old)
    assert codes(settle(world)) == {"FILE_NOT_TAKEN": 1}


def test_a_broken_record_is_forgotten_when_a_good_one_comes(world: World, card: dict[str, bytes]) -> None:
    sent = [put(world, path, body) for path, body in {**manifests(card), **card}.items()]
    world.upload(f"{ROLL.prefix}o-1/{COMPLETION_PATH}", b"{")
    assert "BAD_SIDECAR" in codes(settle(world))
    finish(world, sent)
    assert settle(world)["status"] is Light.GREEN


def test_a_version_that_s3_has_not_is_missing_and_blocks_nothing(world: World, card: dict[str, bytes]) -> None:
    other = {"B002.xml": b"<another/>"}
    sent = [put(world, path, body) for path, body in {**manifests({**card, **other}), **card}.items()]
    finish(world, [*sent, {"path": "B002.xml", "size_bytes": 10, "s3_version": "never-was", "digests": {}}], "o-1")
    send(world, {**manifests(card), **card}, "o-2")
    told = settle(world)
    assert [each["status"] for each in told["cards"]] == [Light.RED, Light.GREEN]
    assert "FILE_MISSING" in codes(told)


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><hashlist>&b;</hashlist>',
        b"<hashlist>" + b"<a>" * 100_000,
        b"not even XML",
        b"",
    ],
)
def test_a_hostile_manifest_is_named_the_footage_kept_and_the_card_never_green(
    world: World, card: dict[str, bytes], hostile: bytes
) -> None:
    listed = manifests(card)
    name = next(path for path in listed if path.endswith(".mhl"))
    send(world, {**listed, **card, name: hostile})
    told = settle(world)
    assert told["status"] is not Light.GREEN
    assert "BAD_SIDECAR" in codes(told)
    assert {row["state"] for row in world.rows(table.FILE)} == {"KEPT"}
    assert world.objects("ingest")[f"{ROLL.prefix}o-1/{SOUND}"] == card[SOUND]


@pytest.fixture
def green(world: World, card: dict[str, bytes]) -> World:
    send(world, {**manifests(card), **card})
    assert settle(world)["status"] is Light.GREEN
    return world


def release(world: World, groups: str = "[bikes:camera]") -> Any:
    body = {"act": "RELEASE", "offload": "o-1", "reason": "two copies checked"}
    return ask(world, f"{PLACE}/card/acts", groups=groups, method="POST", body=body)


@pytest.mark.parametrize("groups", ["[producer]", "[director]", "[other:camera]", None])
def test_only_people_of_camera_and_admins_release_a_card(green: World, groups: str | None) -> None:
    assert release(green, groups or "")["statusCode"] == 403
    assert green.reading.card(ROLL)["cards"][0]["released"] is None


def test_a_release_is_on_record_with_who_and_why_and_damage_after_it_alarms(
    green: World, card: dict[str, bytes]
) -> None:
    mails = len(green.mails())
    assert release(green)["statusCode"] == 200
    told = settle(green)
    assert told["cards"][0]["released"] | {"at": None} == {
        **{"by": "lee@example.com", "role": "camera", "at": None},
        **{"reason": "two copies checked", "status": "GREEN"},
    }
    assert len(green.mails()) == mails
    put(green, "A001.xml", b"<damaged/>")
    assert settle(green, twice=True)["status"] is Light.RED
    warnings = [mail for mail in green.mails() if "do NOT format roll A001" in mail.subject]
    assert len(warnings) == 1


def test_a_release_that_came_just_after_the_damage_alarms_too(green: World) -> None:
    desk: Any = green.handlers["review"].desk
    before = green.reading.card(ROLL)
    put(green, "A001.xml", b"<damaged/>")
    settle(green)
    reading = desk._reading
    desk._reading = type("Stale", (), {"card": staticmethod(lambda roll: before)})()
    assert release(green)["statusCode"] == 200
    desk._reading = reading
    settle(green)
    assert len([mail for mail in green.mails() if "do NOT format" in mail.subject]) == 1


def test_a_copy_that_is_added_closes_no_roll_again_and_mails_nobody(green: World) -> None:
    mails = len(green.mails())
    body = b"<hashlist/>"
    noted = f".circletake/copies/{hashlib.sha256(body).hexdigest()}.mhl"
    put(green, noted, body)
    added = {"volume": "LTO_1", "kind": "TAPE", "mhl": noted}
    asked = {"act": "ADD_COPY", "offload": "o-1", "reason": "read back", "added": added}
    assert ask(green, f"{PLACE}/card/acts", groups="[camera]", method="POST", body=asked)["statusCode"] == 200
    told = settle(green)
    assert [copy["counts"] for copy in told["cards"][0]["copies"]] == [True, False, True]
    assert len(green.mails()) == mails


def test_a_card_that_is_not_green_is_not_released(world: World, card: dict[str, bytes]) -> None:
    send(world, {**manifests(card), SOUND: card[SOUND]})
    settle(world)
    answer = release(world, "[admin]")
    assert answer["statusCode"] == 409
    assert "RED" in answer["json"]["sentence"]


def test_a_person_closes_what_a_person_may_close_and_nothing_else(world: World, card: dict[str, bytes]) -> None:
    send(world, {**manifests(card), **card, "extra.txt": b"?"})
    told = settle(world)
    assert codes(told) == {"FILE_UNLISTED": 1}
    about = told["cards"][0]["reasons"][0]["about"]
    asked = {"act": "ACKNOWLEDGE", "offload": "o-1", "reason": "as noted", "code": "FILE_UNLISTED", "about": about}
    wrong = [{"path": "other.txt"}, {"path": "extra.txt", "code": "FILE_CHANGED"}, {"path": "extra.txt", "about": "v0"}]
    for body in ({**asked, **each} for each in wrong):
        assert ask(world, f"{PLACE}/card/acts", groups="[camera]", method="POST", body=body)["statusCode"] == 409
    body = {**asked, "path": "extra.txt"}
    assert ask(world, f"{PLACE}/card/acts", groups="[camera]", method="POST", body=body)["statusCode"] == 200
    told = settle(world)
    assert told["status"] is Light.GREEN
    assert [(act["act"], act["by"], act["path"]) for act in told["cards"][0]["acts"]] == [
        ("ACKNOWLEDGE", "lee@example.com", "extra.txt")
    ]


@pytest.mark.parametrize(
    "body", [None, {}, {"act": "RELEASE", "offload": "o-1"}, {"act": "FORMAT", "offload": "o-1", "reason": "x"}]
)
def test_an_act_that_makes_no_sense_is_refused(green: World, body: Any) -> None:
    assert ask(green, f"{PLACE}/card/acts", groups="[camera]", method="POST", body=body)["statusCode"] == 400


def test_the_policy_of_a_production_is_set_by_an_admin_and_judges_its_cards_again(green: World) -> None:
    asked = {"copies": 3, "kinds": 2, "offsite": 1}
    path = "/api/productions/bikes/policy"
    assert ask(green, path, groups="[camera]", method="POST", body=asked)["statusCode"] == 403
    assert ask(green, path, groups="[admin]", method="POST", body=asked)["statusCode"] == 200
    assert codes(settle(green)) == {"COPIES_LACKING": 1}


def test_a_new_generation_by_us_follows_the_card_s_own_and_lists_what_was_found(
    green: World, card: dict[str, bytes], tmp_path: Path
) -> None:
    from ascmhl.history import MHLHistory

    answer = ask(green, f"{PLACE}/card/manifest", query={"offload": "o-1"})["json"]
    for path, body in card.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(body)
    (tmp_path / "ascmhl").mkdir()
    for file in answer["files"]:
        (tmp_path / file["name"]).write_text(file["text"])
    history = MHLHistory.load_from_path(str(tmp_path))
    assert [len(each.media_hashes) for each in history.hash_lists][-1] >= 2
    assert history.latest_generation_number() == 2
    assert {hash_.hash_entries[0].action for hash_ in history.hash_lists[1].media_hashes if not hash_.is_directory} == {
        "verified"
    }


def test_a_file_of_which_s3_keeps_no_digest_that_the_manifest_knows_is_read_once(
    world: World, card: dict[str, bytes]
) -> None:
    send(world, {**manifests(card, "md5"), **card})
    assert settle(world)["status"] is Light.GREEN
    kinds = Counter(row["kind"] for row in world.rows(table.JOB))
    assert kinds["digest"] == len(card)


def test_digests_that_the_uploader_read_are_believed_where_s3_confirms_one_of_them(
    world: World, card: dict[str, bytes]
) -> None:
    files = {**manifests(card, "md5"), **card}
    sent = [{**put(world, path, body), "digests": digests(body, "xxh64", "md5")} for path, body in files.items()]
    finish(world, sent)
    assert settle(world)["status"] is Light.GREEN
    assert "digest" not in {row["kind"] for row in world.rows(table.JOB)}


@pytest.mark.parametrize("files", [10, MANY])
def test_each_arriving_file_costs_the_same_few_requests_however_large_the_roll(
    world: World, files: int, requests_per_file: dict[int, float]
) -> None:
    asked: list[str] = []
    for client in world.clients:
        client.meta.events.register("before-call", lambda model, **_: asked.append(model.name))
    sidecars = {f"XML/{number:05d}.xml": b"<x/>" for number in range(files)}
    send(world, {**manifests(sidecars), **sidecars})
    assert settle(world)["status"] is Light.GREEN
    requests_per_file[files] = len(asked) / files
    if len(requests_per_file) == 2:
        few, many = requests_per_file.values()
        print(f"requests a file: {few:.2f} on a roll of 10, {many:.2f} on one of {files}")
        assert many <= few


@pytest.fixture(scope="module")
def requests_per_file() -> dict[int, float]:
    return {}
