"""What papers say of a day's slates, by the real handler: told when it is news, and never of a day that has passed."""

import json
from typing import Any
from unittest.mock import Mock

import pytest

from circletake.cloud.looks import read_known_slates
from circletake.contracts import table
from circletake.contracts.looks import Slate
from circletake.film.takes.fold import fold
from tests.asking import ask
from tests.cloud.test_days import ONE
from tests.pipeline.test_day_sound import CAMERA, DAY, PAGE, bring_in
from tests.pipeline.world import World
from tests.stored_day import ref_of, store_clip, store_roll

PAPER = "Setup,Take,Clip\n12A,3,A001C001\n"


def told(world: World) -> dict[str, Any]:
    return world.reading._catalogue.get(table.day_pk(DAY), table.TOLD) or {}


def come(world: World) -> Any:
    """A clip is there → what plans it."""
    store_roll(world.reading._catalogue, CAMERA)
    store_clip(world.reading._catalogue, DAY, ONE)
    return world.handlers["plan"]


def take_back(world: World) -> None:
    asked = {"name": "script.csv"}
    assert ask(world, f"{PAGE}/papers/take-back", method="POST", groups="[bikes:script]", body=asked)["json"]


def test_what_papers_say_is_written_when_it_is_news(world: World) -> None:
    plan = come(world)
    assert bring_in(world, PAPER)
    plan.follow(DAY)
    before = told(world)
    assert before["times"] == 1
    plan.follow(DAY)
    assert told(world) == before


def test_a_paper_that_is_taken_back_while_it_is_told_is_not_told_in_the_end(world: World) -> None:
    plan = come(world)
    read_day, calls = plan.read_day, list[str]()

    def late(*given: Any) -> Any:
        read = read_day(*given)
        calls.append("read")
        if len(calls) == 1:
            take_back(world)
            # Nothing was told yet, so that is no news.
            plan.follow(DAY)
        return read

    assert bring_in(world, PAPER)
    plan.read_day = late
    plan.follow(DAY)
    assert read_known_slates(world.reading._catalogue, CAMERA) == {}
    assert told(world)["times"] == 2


@pytest.mark.parametrize(("level", "target"), [("", ""), ("SCENE", "12"), ("SETUP", "12A")])
def test_a_clip_of_which_an_ale_speaks_is_planned_by_one_fold_and_by_its_paper_where_looks_are_by_slate(
    world: World, monkeypatch: pytest.MonkeyPatch, level: str, target: str
) -> None:
    plan, slate = come(world), Slate(scene="11", setup="11A", take="1")
    plan.book.set_all("bikes", CAMERA, [], {ONE.title: slate}, "2026-09-30T20:00:00.000Z")
    if level:
        look = {"level": level, "target": target, "name": "night", "cdl": {"saturation": 0.5}}
        path = "/api/productions/bikes/looks"
        assert ask(world, path, method="POST", groups="[bikes:editorial]", body=look)["statusCode"] == 200
    assert bring_in(world, PAPER)
    folding = Mock(wraps=fold)
    monkeypatch.setattr("circletake.cloud.days.fold", folding)
    plan.plan(ref_of(DAY, ONE), remake=False)
    (ordered,) = [json.loads(detail) for name, detail in world.bus.take() if name == "TranscodeClip"]
    assert folding.call_count == (2 if level else 1)
    assert (ordered["look"] or {}).get("cdl", {}).get("saturation") == (0.5 if level else None)
