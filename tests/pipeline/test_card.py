"""A card goes through every real handler: once and in order, and then twice and in any order."""

import hashlib
import json
import random
from collections import Counter
from typing import Any

import pytest

from circletake.cloud.catalogue import Catalogue, Row
from circletake.contracts import table
from circletake.contracts.keys import COMPLETION_PATH
from circletake.contracts.media import OutputManifest
from tests import footage
from tests.pipeline.world import World

PREFIX = "bikes/main/D001/A001/o-1/"
HOSTILE = "A004C099 <img src=x onerror=alert(1)>;$(reboot) '\"é+%20.mov"
EXPECTED = {
    "A001C001.mov": ("DELIVERED", None),
    "CLIPS/A001C002.mxf": ("DELIVERED", None),
    HOSTILE: ("DELIVERED", None),
    "A001C003.mov": ("REJECTED", "INCOMPLETE_MEDIA"),
    "A001C004.mov": ("REJECTED", "UNSUPPORTED_CONTAINER"),
    "R3D/A001_C001_05026M_001.R3D": ("KEPT", "RAW_WITHOUT_DECODER"),
    "GH010042.MP4": ("DELIVERED", None),
}


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Path on the card → bytes: good clips, two bad ones, RAW in two spans, chapters, a sidecar."""
    made = tmp_path_factory.mktemp("card")
    good = footage.clip(made / "a.mov", timecode="01:00:00:00", reel="A001R1JL", frames=36)
    mxf = footage.clip(made / "b.mxf", codec="dnxhr", rate="25/1", timecode="10:00:00:00", frames=25)
    chapter = footage.clip(made / "c.mp4", codec="h264", rate="30000/1001", frames=30)
    return {
        "A001C001.mov": good.read_bytes(),
        "CLIPS/A001C002.mxf": mxf.read_bytes(),
        HOSTILE: good.read_bytes(),
        "A001C003.mov": footage.cut(good, made / "cut.mov", keep=0.6).read_bytes(),
        "A001C004.mov": footage.DISGUISES["ffconcat"],
        "R3D/A001_C001_05026M_001.R3D": b"RED2 one",
        "R3D/A001_C001_05026M_002.R3D": b"RED2 two",
        "GH010042.MP4": chapter.read_bytes(),
        "GH020042.MP4": chapter.read_bytes(),
        "A001.xml": b"<card/>",
    }


def send(world: World, card: dict[str, bytes]) -> None:
    """Upload a card and its completion record."""
    files = [
        {"path": path, "size_bytes": len(body), "s3_version": world.upload(PREFIX + path, body)}
        for path, body in card.items()
    ]
    world.upload(PREFIX + COMPLETION_PATH, json.dumps({"offload": "o-1", "files": files}).encode())


def pictures(world: World) -> dict[str, bytes]:
    """The review bucket without what can be searched for, which is written of all clips together."""
    return {key: body for key, body in world.objects("review").items() if not key.endswith("/search.json")}


def snapshot(world: World) -> dict[str, Any]:
    """What a run leaves behind, without times, attempts and what follows from S3's own version ids."""
    names = {row["sk"].split("#")[1]: row["path"] for row in world.rows(table.CLIP)}
    clips = {
        row["path"]: [row.get(name) for name in ("state", "code", "sentence", "next_step", "inspection", "title")]
        for row in world.rows(table.CLIP)
    }
    published = {}
    for key, body in pictures(world).items():
        clip_id, _, name = key.split("/")[4:]
        published[(names[clip_id], name)] = hashlib.sha256(body).hexdigest()
    (roll,) = world.rows(table.ROLL)
    counters = {name: value for name, value in roll.items() if name.startswith("n_") or name in ("closed", "closing")}
    files = Counter((row["kind"], row["state"]) for row in world.rows(table.FILE))
    return {"clips": clips, "published": published, "roll": counters, "files": files, "mails": len(world.mails())}


def check_invariants(world: World, originals: dict[str, bytes]) -> None:
    """What must hold after every run, whatever happened in it (I1 to I8 of the design)."""
    assert all("ended_at" in row for row in world.rows(table.CLIP)), "I1: every clip ended"
    assert {row["state"] for row in world.rows(table.FILE)} <= {"JOINED", "KEPT", "REJECTED"}, "I1"
    committed: dict[str, str] = {}
    for row in world.rows(table.CLIP):
        if row["state"] == "DELIVERED":
            manifest = OutputManifest.model_validate_json(row["media"])
            committed |= {manifest.prefix + output.name: output.sha256 for output in manifest.outputs}
    there = {key: hashlib.sha256(body).hexdigest() for key, body in pictures(world).items()}
    assert there == committed, "I2, I3: what is in the review bucket is what was committed, byte for byte"
    ingest = world.objects("ingest")
    assert {key: ingest[key] for key in originals} == originals, "I7: no original was touched"
    assert world.rows(table.FACT) == [], "I6: nothing is left unsaid"


@pytest.fixture(scope="module")
def first_run() -> dict[str, Any]:
    """Filled by the first test: what a run in order leaves behind."""
    return {}


def test_a_card_ends_with_pictures_for_what_is_good_and_a_sentence_for_what_is_not(
    world: World, card: dict[str, bytes], first_run: dict[str, Any]
) -> None:
    send(world, card)
    world.deliver_all()
    first_run |= snapshot(world)
    assert {path: tuple(clip[:2]) for path, clip in first_run["clips"].items()} == EXPECTED
    assert all(clip[2] and clip[3] for clip in first_run["clips"].values() if clip[1])
    assert first_run["mails"] == 1
    check_invariants(world, {PREFIX + path: body for path, body in card.items()})
    inspected = json.loads(first_run["clips"]["A001C001.mov"][4])
    assert (inspected["video"]["rate"], inspected["video"]["frames"]) == ("24000/1001", 36)
    assert (inspected["start_timecode"], inspected["reel"]) == ("01:00:00:00", "A001R1JL")
    assert json.loads(first_run["clips"]["GH010042.MP4"][4])["video"]["frames"] == 60, "two chapters are one clip"


@pytest.mark.parametrize("seed", [1, 2])
def test_every_message_twice_and_in_any_order_leaves_the_same_behind(
    world: World, card: dict[str, bytes], first_run: dict[str, Any], seed: int
) -> None:
    chance = random.Random(seed)
    send(world, dict(chance.sample(sorted(card.items()), len(card))))
    world.deliver_all(chance, twice=True)
    world.sweep()
    world.deliver_all(chance, twice=True)
    assert snapshot(world) == first_run
    check_invariants(world, {PREFIX + path: body for path, body in card.items()})


def test_rows_of_files_that_a_newer_function_wrote_are_read(
    world: World, card: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def newer(row: Row) -> Row:
        """As it stands in the catalogue after a function was put back to the one before."""
        files = {name: json.loads(row[name]) for name in row if name in ("file", "spans") or name.startswith("record#")}
        for found in files.values():
            for file in found if isinstance(found, list) else [found]:
                file["later"] = "x"
        return row | {name: json.dumps(found) for name, found in files.items()}

    one, several = Catalogue.get, Catalogue.query
    monkeypatch.setattr(Catalogue, "get", lambda *key: (row := one(*key)) and newer(row))
    monkeypatch.setattr(Catalogue, "query", lambda *asked, **how: map(newer, several(*asked, **how)))
    send(world, card)
    world.deliver_all()
    world.sweep()
    world.deliver_all()
    assert {row["path"]: (row["state"], row.get("code")) for row in world.rows(table.CLIP)} == EXPECTED
    (roll,) = world.rows(table.ROLL)
    assert roll["closed"]
    assert roll["judged"], "and so was its card"


def test_a_producers_mail_holds_counts_and_codes_and_no_name_of_a_file(world: World, card: dict[str, bytes]) -> None:
    send(world, {path: card[path] for path in ("A001C001.mov", "A001C004.mov")})
    world.deliver_all()
    (mail,) = world.mails()
    assert mail.subject == "bikes D001 main: roll A001 is in"
    assert "1 not a camera file that we can open (UNSUPPORTED_CONTAINER)" in mail.body
    assert "A001C004" not in mail.body


def test_the_same_card_in_a_second_unit_is_a_roll_of_its_own(world: World, card: dict[str, bytes]) -> None:
    for unit in ("main", "2u"):
        world.upload(f"bikes/{unit}/D001/A001/o-1/A001C001.mov", card["A001C001.mov"])
    world.deliver_all()
    assert [roll.unit for roll, _ in world.reading.rolls("bikes")] == ["2u", "main"]
    assert len(world.objects("review")) == 2 * len({key.rsplit("/", 1)[1] for key in world.objects("review")})


def test_a_reupload_is_a_new_version_and_the_old_results_stay(world: World, card: dict[str, bytes]) -> None:
    world.upload(PREFIX + "A001C001.mov", card["A001C003.mov"])
    world.deliver_all()
    world.upload(PREFIX + "A001C001.mov", card["A001C001.mov"])
    world.deliver_all()
    assert sorted(row["state"] for row in world.rows(table.CLIP)) == ["DELIVERED", "REJECTED"]
    assert len({row["sk"].split("#")[1] for row in world.rows(table.CLIP)}) == 1
