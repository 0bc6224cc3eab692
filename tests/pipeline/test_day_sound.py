"""A day's sound and circles through the real handlers: whatever comes when, what is made follows the day."""

import base64
import gzip
import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from circletake.cloud.catalogue import Change, Put
from circletake.contracts import table
from circletake.contracts.facts import DayChanged
from circletake.contracts.files import State
from circletake.contracts.keys import DayRef, RollRef
from circletake.contracts.recipe import Editorial, EditorialFormat, Recipe
from tests.asking import ask
from tests.film import wavs
from tests.functions.recording import click_in, clicking, flash_of, flashing, heard_in
from tests.pipeline.world import World

DAY = DayRef(production="bikes", unit="main", day="D001")
CAMERA, SOUND = (RollRef(**DAY.model_dump(), roll=roll) for roll in ("A001", "SR001"))
PAGE = "/api/productions/bikes/units/main/days/D001"
#: Ten o'clock; the recorder rolled two seconds before.
AT, FLASH, EARLY = "10:00:00:00", 30, 96_000


@pytest.fixture(scope="module")
def footage_of_a_take(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A clip with a flash, and the recorder's file with a click at the same moment: a mix and a boom."""
    place = tmp_path_factory.mktemp("take")
    clip = flashing(place / "A001C001.mov", rate="25", frames=50, at=FLASH, sound=1, codec="h264", timecode=AT)
    click = EARLY + round(FLASH / Fraction(25) * 48_000)
    body = clicking(place / "T.WAV", [click, click + 5], frames=400_000).read_bytes()
    sound = body[body.index(b"data") + 8 :][: 400_000 * 6]
    told = wavs.IXML.replace("24000/1001", "25/1")
    start = 36_000 * 48_000 - EARLY
    form = wavs.fmt(channels=2)
    return clip.read_bytes(), wavs.riff(wavs.bext(start=start), form, wavs.chunk(b"data", sound), wavs.ixml(told))


def upload(world: World, roll: RollRef, path: str, body: bytes) -> None:
    world.upload(f"{roll.prefix}o-1/{path}", body)


def want(world: World, recipe: Recipe) -> None:
    row = {"pk": table.recipe_pk("bikes"), "sk": "2026-01-01", "recipe": recipe.model_dump_json(), "by": "test"}
    world.reading._catalogue.transact([Put(row)])


def settle(world: World, chance: random.Random | None = None, *, twice: bool = False) -> None:
    for _ in range(2):
        world.deliver_all(chance, twice=twice)
        world.clock.forward(1000)
        world.sweep()
    world.deliver_all(chance, twice=twice)


def the_clip(world: World) -> dict[str, Any]:
    (row,) = world.rows(table.CLIP)
    return row


def made(world: World, name: str, into: Path) -> Path:
    media = json.loads(the_clip(world)["media"])
    (into / name).write_bytes(world.objects("review")[media["prefix"] + name])
    return into / name


def bring_in(world: World, text: str, name: str = "script.csv") -> Any:
    world.clock.forward(1)
    body = base64.b64encode(gzip.compress(text.encode())).decode()
    asked = {"name": name, "source": "SCRIPT", "body": body, "columns": {}, "apply": True, "remember": False}
    return ask(world, f"{PAGE}/papers", method="POST", groups="[bikes:script]", body=asked)


def say(world: World, *messages: Any) -> None:
    for message in messages:
        world._send("circletake", message.name, json.loads(message.written()))


def orders(world: World, name: str) -> list[dict[str, Any]]:
    """Deliver what is under way → the orders that come of it, undelivered."""
    world.deliver_some()
    return [event["detail"] for _, event in world.under_way if event["detail-type"] == name]


@pytest.mark.parametrize("seed", range(3))
def test_the_click_lies_at_the_flash_whichever_came_first(
    world: World, footage_of_a_take: tuple[bytes, bytes], seed: int, tmp_path: Path
) -> None:
    clip, sound = footage_of_a_take
    want(world, Recipe(editorial=Editorial(formats=(EditorialFormat.DNXHR_LB_MOV,))))
    files = [(CAMERA, "Clips/A001C001.mov", clip), (SOUND, "12A_T3.WAV", sound)]
    chance = random.Random(seed)
    chance.shuffle(files)
    for roll, path, body in files:
        upload(world, roll, path, body)
        if seed:
            world.deliver_all(chance, twice=True)
    settle(world, chance, twice=True)
    row = the_clip(world)
    assert row["state"] == "DELIVERED"
    assert row["shown"] == row["revision"]
    sample = round(FLASH / Fraction(25) * 48_000)
    editorial, proxy = made(world, EditorialFormat.DNXHR_LB_MOV, tmp_path), made(world, "proxy.mp4", tmp_path)
    assert flash_of(editorial) == flash_of(proxy) == FLASH
    assert [click_in(heard_in(editorial, track)) for track in range(2)] == [sample, sample + 5]
    assert abs(click_in(heard_in(proxy)) - sample) <= 1


def test_a_clip_that_has_its_sound_is_not_made_anew_by_what_changes_nothing(
    world: World, footage_of_a_take: tuple[bytes, bytes]
) -> None:
    clip, sound = footage_of_a_take
    upload(world, SOUND, "12A_T3.WAV", sound)
    upload(world, CAMERA, "Clips/A001C001.mov", clip)
    settle(world)
    before = the_clip(world)
    assert bring_in(world, "Setup,Take,Notes\n12A,3,a plane at the end\n")
    say(world, DayChanged(day=DAY), DayChanged(day=DAY))
    assert orders(world, "PlanClip") == []
    settle(world)
    after = the_clip(world)
    assert (after["revision"], after["planned"], after["media"]) == (
        before["revision"],
        before["planned"],
        before["media"],
    )


def test_a_paper_that_takes_the_sound_away_gives_the_camera_its_own_back(
    world: World, footage_of_a_take: tuple[bytes, bytes], tmp_path: Path
) -> None:
    clip, sound = footage_of_a_take
    upload(world, SOUND, "12A_T3.WAV", sound)
    upload(world, CAMERA, "Clips/A001C001.mov", clip)
    settle(world)
    assert "sound" in the_clip(world)
    assert bring_in(world, "Setup,Take,Clip,MOS\n12A,3,A001C001,yes\n")
    settle(world)
    row = the_clip(world)
    assert "sound" not in row
    assert row["shown"] == row["revision"] == 2


def test_a_circle_that_comes_before_the_picture_is_made_orders_the_same_job_to_go_first(
    world: World, footage_of_a_take: tuple[bytes, bytes]
) -> None:
    clip, _ = footage_of_a_take
    upload(world, CAMERA, "Clips/A001C001.mov", clip)
    while not (waiting := [each for each in world.under_way if each[1]["detail-type"] == "TranscodeClip"]):
        world.deliver_some()
    world.under_way = []
    ((_, slow),) = waiting
    assert slow["detail"]["circled"] is False
    assert bring_in(world, "Setup,Take,Clip,Circled\n12A,3,A001C001,x\n")
    say(world, DayChanged(day=DAY))
    assert len(orders(world, "PlanClip")) == 1
    (fast,) = orders(world, "TranscodeClip")
    assert fast == slow["detail"] | {"circled": True}
    # The quick one is done; the slow one finds it so.
    settle(world)
    world.under_way += waiting
    settle(world)
    row = the_clip(world)
    assert (row["state"], row["revision"], row["circled"]) == ("DELIVERED", 1, True)
    assert len([each for each in world.rows(table.JOB) if each["kind"] == "transcode"]) == 1
    # Said once more, nothing is ordered.
    say(world, DayChanged(day=DAY))
    assert orders(world, "PlanClip") == []


def test_a_circle_on_what_is_made_already_orders_nothing(world: World, footage_of_a_take: tuple[bytes, bytes]) -> None:
    clip, _ = footage_of_a_take
    upload(world, CAMERA, "Clips/A001C001.mov", clip)
    settle(world)
    assert bring_in(world, "Setup,Take,Clip,Circled\n12A,3,A001C001,x\n")
    say(world, DayChanged(day=DAY))
    assert len(orders(world, "PlanClip")) == 1
    assert orders(world, "TranscodeClip") == []
    say(world, DayChanged(day=DAY))
    assert orders(world, "PlanClip") == []
    assert the_clip(world)["circled"] is True


def test_a_closed_roll_is_news_of_its_day(world: World, footage_of_a_take: tuple[bytes, bytes]) -> None:
    clip, sound = footage_of_a_take
    upload(world, CAMERA, "Clips/A001C001.mov", clip)
    settle(world)
    upload(world, SOUND, "12A_T3.WAV", sound)
    while not any(each["detail-type"] == "DayChanged" for _, each in world.under_way):
        world.deliver_some()
    # The message is lost; the roll closes later on.
    world.under_way = []
    assert "sound" not in the_clip(world)
    settle(world)
    assert "sound" in the_clip(world)


def test_a_burst_of_news_orders_each_clip_once(world: World, footage_of_a_take: tuple[bytes, bytes]) -> None:
    clip, sound = footage_of_a_take
    upload(world, CAMERA, "Clips/A001C001.mov", clip)
    settle(world)
    upload(world, SOUND, "12A_T3.WAV", sound)
    while not any(each["detail-type"] == "DayChanged" for _, each in world.under_way):
        world.deliver_some()
    say(world, *[DayChanged(day=DAY)] * 5)
    assert len(orders(world, "PlanClip")) == 1
    # The order is lost on its way out: it is said again.
    settle(world)
    assert "sound" in the_clip(world)
    assert "follows" not in the_clip(world)


def test_news_that_was_taken_back_before_it_was_planned_is_news_again(
    world: World, footage_of_a_take: tuple[bytes, bytes]
) -> None:
    clip, _ = footage_of_a_take
    upload(world, CAMERA, "Clips/A001C001.mov", clip)
    settle(world)
    circled, not_circled = (f"Setup,Take,Clip,Circled\n12A,3,A001C001,{mark}\n" for mark in ("x", ""))
    assert bring_in(world, circled)
    say(world, DayChanged(day=DAY))
    assert len(orders(world, "PlanClip")) == 1
    waiting, world.under_way = world.under_way, []
    assert bring_in(world, not_circled)
    world.under_way = waiting
    world.deliver_some()
    assert bring_in(world, circled)
    say(world, DayChanged(day=DAY))
    settle(world)
    assert the_clip(world)["circled"] is True


def test_news_that_came_while_a_clip_was_given_up_is_news_again_once_it_is_made(
    world: World, footage_of_a_take: tuple[bytes, bytes]
) -> None:
    clip, sound = footage_of_a_take
    upload(world, CAMERA, "Clips/A001C001.mov", clip)
    settle(world)
    upload(world, SOUND, "12A_T3.WAV", sound)
    while "follows" not in the_clip(world):
        world.deliver_some()
    stand(world, State.NEEDS_ATTENTION)
    world.deliver_all()
    assert "sound" not in the_clip(world)
    # Somebody drives it on; its roll closes again.
    stand(world, State.DELIVERED)
    say(world, DayChanged(day=DAY))
    settle(world)
    assert "sound" in the_clip(world)


def stand(world: World, state: State) -> None:
    """The clip → as if it had come to stand so."""
    row = the_clip(world)
    world.reading._catalogue.change(Change(row["pk"], row["sk"], sets={"state": state}))


def test_a_clip_that_comes_after_the_papers_has_the_look_of_its_scene_at_once(
    world: World, footage_of_a_take: tuple[bytes, bytes]
) -> None:
    look = {"level": "SCENE", "target": "12", "name": "night", "cdl": {"saturation": 0.5}}
    asked = ask(world, "/api/productions/bikes/looks", method="POST", groups="[bikes:editorial]", body=look)
    assert asked["statusCode"] == 200
    assert bring_in(world, "Setup,Take,Clip\n12A,3,A001C001\n")
    settle(world)
    clip, _ = footage_of_a_take
    upload(world, CAMERA, "Clips/A001C001.mov", clip)
    while not (ordered := [each for _, each in world.under_way if each["detail-type"] == "TranscodeClip"]):
        world.deliver_some()
    assert [each["detail"]["look"]["cdl"]["saturation"] for each in ordered] == [0.5]
