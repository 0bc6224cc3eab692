"""Looks and recipes through the real handlers: whatever comes in whatever order, the newest word is what people see."""

import json
import random
from typing import Any

import pytest

from circletake.contracts import table
from circletake.contracts.facts import ProxiesReady
from circletake.contracts.keys import RollRef
from circletake.contracts.media import Route
from functions.plan import plan
from tests import footage
from tests.asking import ask
from tests.pipeline.world import World

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
LOOKS = "/api/productions/bikes/looks"
WARM = {"slope": [1.2, 1.0, 0.8], "offset": [0, 0, 0], "power": [1, 1, 1], "saturation": 1}
COOL = {**WARM, "slope": [0.8, 1.0, 1.2]}
CC = b"""<ColorCorrection xmlns="urn:ASC:CDL:v1.2"><SOPNode><Slope>1.2 1 0.8</Slope><Offset>0 0 0</Offset>
<Power>1 1 1</Power></SOPNode><SatNode><Saturation>0.5</Saturation></SatNode></ColorCorrection>"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made = tmp_path_factory.mktemp("looks") / "a.mov"
    return footage.clip(made, codec="h264", frames=6, size=(64, 36), timecode="01:00:00:00").read_bytes()


def upload(world: World, path: str, body: bytes) -> None:
    world.upload(f"{ROLL.prefix}o-1/{path}", body)


def the_clip(world: World) -> dict[str, Any]:
    world.sweep()
    world.deliver_all()
    (row,) = world.rows(table.CLIP)
    return row


def proxy(world: World) -> bytes:
    media = json.loads(the_clip(world)["media"])
    return world.objects("review")[media["prefix"] + "proxy.mp4"]


def set_look(world: World, groups: str = "[bikes:editorial]", **asked: Any) -> Any:
    body = {"level": "SHOW", "name": "warm", "cdl": WARM, **asked}
    return ask(world, LOOKS, method="POST", groups=groups, body=body)


def settle(world: World, chance: random.Random | None = None, *, twice: bool = False) -> None:
    world.deliver_all(chance, twice=twice)
    world.clock.forward(1000)
    world.sweep()
    world.deliver_all(chance, twice=twice)


@pytest.mark.parametrize("seed", range(4))
def test_a_sidecar_reaches_its_clip_whichever_comes_first(world: World, clip: bytes, seed: int) -> None:
    files = [("Clips/A001C001.mov", clip), ("Clips/A001C001.cc", CC), ("Clips/A001C002.cc", CC)]
    chance = random.Random(seed)
    chance.shuffle(files)
    for path, body in files:
        upload(world, path, body)
        if seed % 2:
            world.deliver_all(chance, twice=True)
    settle(world, chance, twice=True)
    row = the_clip(world)
    look = json.loads(row["look"])
    assert row["state"] == "DELIVERED"
    assert look["cdl"]["saturation"] == 0.5
    assert "A001C001.cc" in look["cdl_from"]


def test_a_look_is_seen_after_it_was_set_and_the_roll_is_not_closed_again(world: World, clip: bytes) -> None:
    upload(world, "Clips/A001C001.mov", clip)
    settle(world)
    before, mails = proxy(world), len(world.mails())
    closing = world.reading.roll(ROLL)["closing"]
    assert set_look(world)["statusCode"] == 200
    settle(world)
    row = the_clip(world)
    assert (row["state"], row["revision"]) == ("DELIVERED", 2)
    assert "/r2/" in json.loads(row["media"])["prefix"]
    assert json.loads(row["look"])["cdl"]["slope"] == [1.2, 1, 0.8]
    assert proxy(world) != before
    assert world.reading.roll(ROLL)["closing"] == closing
    assert len(world.mails()) == mails


def test_a_look_that_is_taken_back_leaves_the_picture_as_it_was_recorded(world: World, clip: bytes) -> None:
    upload(world, "Clips/A001C001.mov", clip)
    settle(world)
    plain = proxy(world)
    set_look(world)
    settle(world)
    world.clock.forward(10)
    set_look(world, cdl=None, name="none")
    settle(world)
    assert proxy(world) == plain
    assert the_clip(world)["look"] == ""
    assert the_clip(world)["revision"] == 3


def test_the_nearer_look_wins_and_the_wider_one_holds_for_the_rest(world: World, clip: bytes) -> None:
    for name in ("A001C001", "A001C002"):
        upload(world, f"Clips/{name}.mov", clip)
    set_look(world, cdl=COOL)
    set_look(world, level="CLIP", target="A001C002", roll=ROLL.model_dump(), cdl=WARM)
    settle(world)
    shown = {row["title"]: json.loads(row["look"])["cdl"]["slope"][0] for row in world.rows(table.CLIP)}
    assert shown == {"A001C001": 0.8, "A001C002": 1.2}


def test_proxies_of_an_older_order_that_come_late_are_not_shown(world: World, clip: bytes) -> None:
    upload(world, "Clips/A001C001.mov", clip)
    settle(world)
    set_look(world)
    settle(world)
    row = the_clip(world)
    jobs = [job for job in world.rows(table.JOB) if job["kind"] == "transcode"]
    older = next(job for job in jobs if job["manifest"] and json.loads(job["manifest"])["job_id"] in job["sk"])
    late = ProxiesReady.model_validate(
        {"clip": table.read_clip_sk(ROLL, row["sk"]), "title": row["title"], "revision": 1,
         "manifest": {**json.loads(older["manifest"]), "attempt": 7}}
    )  # fmt: skip
    world._send("circletake", "ProxiesReady", late.model_dump(mode="json"))
    world.deliver_all()
    assert the_clip(world)["media"] == row["media"]


@pytest.mark.parametrize("body", [b"LUT_3D_SIZE 65536\n", b"LUT_3D_SIZE 2\n0 0 0\n", b"no lut at all", b"\xff\xfe\x00"])
def test_a_sidecar_that_cannot_be_read_says_so_and_nothing_else_is_disturbed(
    world: World, clip: bytes, body: bytes
) -> None:
    upload(world, "Clips/A001C001.mov", clip)
    upload(world, "Clips/A001C001.cube", body)
    settle(world)
    (sidecar,) = (row for row in world.rows(table.FILE) if row["path"].endswith(".cube"))
    assert (sidecar["state"], sidecar["code"]) == ("KEPT", "BAD_SIDECAR")
    assert sidecar["next_step"]
    assert the_clip(world)["state"] == "DELIVERED"
    assert the_clip(world)["look"] == ""


@pytest.mark.parametrize("groups", ["[bikes:producer]", "[other:editorial]", "[]"])
def test_who_may_not_set_looks_is_told_who_may(world: World, clip: bytes, groups: str) -> None:
    assert set_look(world, groups)["statusCode"] == 403


@pytest.mark.parametrize(
    "asked",
    [
        {"cdl": {**WARM, "power": [0, 1, 1]}},
        {"level": "SHOW", "target": "12"},
        {"level": "CLIP", "target": "A001C001"},
        {"cdl": None, "cube": "LUT_3D_SIZE 2\nnan nan nan\n"},
    ],
)
def test_a_look_that_makes_no_sense_is_refused(world: World, asked: dict[str, Any]) -> None:
    assert set_look(world, **asked)["statusCode"] == 400


def test_a_recipe_holds_for_clips_that_come_and_for_the_others_when_they_are_remade(world: World, clip: bytes) -> None:
    upload(world, "Clips/A001C001.mov", clip)
    settle(world)
    recipe = {"editorial": {"formats": ["prores.mov"]}}
    path = "/api/productions/bikes/recipe"
    answer = ask(world, path, method="POST", groups="[bikes:admin]", body={"recipe": recipe})
    assert answer["statusCode"] == 200
    upload(world, "Clips/A001C002.mov", clip)
    settle(world)
    shown = {
        row["title"]: {each["name"] for each in json.loads(row["media"])["outputs"]} for row in world.rows(table.CLIP)
    }
    assert "prores.mov" in shown["A001C002"]
    assert "prores.mov" not in shown["A001C001"]
    ask(world, path, method="POST", groups="[bikes:admin]", body={"recipe": recipe, "remake": True})
    settle(world)
    shown = {
        row["title"]: {each["name"] for each in json.loads(row["media"])["outputs"]} for row in world.rows(table.CLIP)
    }
    assert "prores.mov" in shown["A001C001"]


def test_a_clip_tells_what_its_own_picture_was_made_by_and_nothing_while_another_one_is_made(
    world: World, clip: bytes
) -> None:
    def made_by() -> list[Any]:
        clips = ask(world, "/api/productions/bikes/units/main/days/D001/rolls/A001/clips")["json"]["clips"]
        return [each["made_by"] and each["made_by"]["burn_in"] for each in clips]

    def set_recipe(words: str, *, remake: bool = False) -> None:
        body = {"recipe": {"burn_in": {"words": words}}, "remake": remake}
        ask(world, "/api/productions/bikes/recipe", method="POST", groups="[bikes:admin]", body=body)

    upload(world, "Clips/A001C001.mov", clip)
    settle(world)
    set_recipe("Ours")
    upload(world, "Clips/A001C002.mov", clip)
    settle(world)
    plain: dict[str, Any] = {"show": [], "words": None}
    ours = {**plain, "words": "Ours"}
    assert made_by() == [plain, ours]
    world.clock.forward(10)
    set_recipe("Yours", remake=True)
    assert made_by() == [plain, ours]
    (row,) = [row for row in world.rows(table.CLIP) if row["title"] == "A001C001"]
    world.handlers["plan"].plan(table.read_clip_sk(ROLL, row["sk"]), remake=True)
    assert made_by() == [None, ours], "a recipe was ordered whose picture is not there yet"
    settle(world)
    assert made_by() == [{**plain, "words": "Yours"}] * 2


def test_the_same_sidecar_on_a_second_copy_of_a_card_overrules_nobody(world: World, clip: bytes) -> None:
    upload(world, "Clips/A001C001.mov", clip)
    upload(world, "Clips/A001C001.cc", CC)
    settle(world)
    world.clock.forward(3600)
    set_look(world, level="CLIP", target="A001C001", roll=ROLL.model_dump(), cdl=COOL)
    settle(world)
    world.clock.forward(3600)
    world.upload(f"{ROLL.prefix}o-2/Clips/A001C001.cc", CC)
    settle(world)
    assert json.loads(the_clip(world)["look"])["cdl"]["slope"] == COOL["slope"]


def test_a_remake_that_fails_leaves_the_clip_with_those_who_watch_it_and_says_why(
    world: World, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(world, "Clips/A001C001.mov", clip)
    settle(world)
    before = the_clip(world)
    monkeypatch.setattr(plan, "choose_route", lambda *_, **__: Route.NONE)
    set_look(world)
    settle(world)
    row = the_clip(world)
    assert (row["state"], row["media"]) == ("DELIVERED", before["media"])
    assert json.loads(row["not_made_anew"])["code"] == "NO_ROUTE"
    monkeypatch.undo()


def test_a_sidecar_with_a_name_that_is_too_long_is_kept_and_says_so(world: World, clip: bytes) -> None:
    upload(world, "Clips/A001C001.mov", clip)
    upload(world, f"Clips/{'a' * 220}.cc", CC)
    settle(world)
    (sidecar,) = (row for row in world.rows(table.FILE) if row["path"].endswith(".cc"))
    assert (sidecar["state"], sidecar["code"]) == ("KEPT", "BAD_SIDECAR")


def test_looks_that_are_set_one_after_the_other_cost_one_transcode_of_the_last(world: World, clip: bytes) -> None:
    upload(world, "Clips/A001C001.mov", clip)
    settle(world)
    set_look(world)
    world.clock.forward(1)
    set_look(world, cdl=COOL)
    # Both orders are under way before the first is begun.
    for name in ("LookChanged", "PlanClip"):
        batch, world.under_way = world.under_way, []
        world._collect()
        for function, event in [*batch, *world.under_way]:
            assert world._deliver(function, event), name
        world.under_way = []
        world._collect()
    settle(world)
    assert json.loads(the_clip(world)["look"])["cdl"]["slope"] == COOL["slope"]
