"""A worker dies before or after any of its calls over what is asked of the models: it is answered, stored and paid for
all the same, somebody who agreed is found, and nothing is left that tells anybody else's face from others."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from circletake.cloud.analyses import DEADLINE_S
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisKind, AnalysisSettings
from circletake.contracts.recipe import Recipe
from tests import footage
from tests.asking import ask
from tests.endpoint import FakeEndpoint, switch_on
from tests.likeness import embedding, where_left
from tests.pipeline.test_characters import ANNA, API, CREW, ROLL, add, cast, describe, restore, take, the_clip
from tests.pipeline.test_crashes import Reaper
from tests.pipeline.world import World

#: A run for every so many moments; with 1, all of them.
STRIDE = 7
#: Before and after each change in AWS, from the moment that the proxies are ready until a character is found.
MOMENTS = 148


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made: Path = tmp_path_factory.mktemp("clip") / "a.mov"
    return footage.clip(made, codec="h264", frames=4, size=(64, 36), sound=None).read_bytes()


@pytest.fixture
def endpoint(world: World) -> Iterator[FakeEndpoint]:
    for endpoint in switch_on(world):
        endpoint.behave = describe
        yield endpoint


@pytest.fixture(scope="module")
def ready() -> list[Any]:
    """Rows, objects and messages when the proxies of a clip are ready: made by the first test."""
    return []


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    return {}


def make_ready(world: World, clip: bytes, ready: list[Any]) -> None:
    if ready:
        restore(world, *ready[0])
        world.under_way = deepcopy(ready[1])
        return
    recipe = Recipe(analysis=AnalysisSettings(kinds=(AnalysisKind.SLATE, AnalysisKind.FACES)))
    row = {"pk": table.recipe_pk("bikes"), "sk": "2026-01-01", "recipe": recipe.model_dump_json(), "by": "test"}
    world.reading._catalogue.put_all([row])
    world.upload(f"{ROLL.prefix}o-1/A001C001.mov", clip)
    while not any(function == "dispatch" for function, _ in world.under_way):
        world.deliver_some()
    ready += [take(world), deepcopy(world.under_way)]


def settle(world: World, endpoint: FakeEndpoint, rounds: int) -> None:
    world.deliver_all()
    for _ in range(rounds):
        endpoint.work()
        world.deliver_all()
        world.clock.forward(DEADLINE_S / 2 + 1)
        world.sweep()
        world.deliver_all()


def analyse(world: World, endpoint: FakeEndpoint, at: int | None) -> tuple[int, dict[str, Any]]:
    """A clip is asked about, and a character looked for in it, with a death → how many moments, and what is left."""
    reaper = Reaper(world, at)
    settle(world, endpoint, 3)
    cast(world, add(world)["json"]["character"]["id"])
    world._collect()
    settle(world, endpoint, 5)
    spend = world.reading._catalogue.get(table.spend_pk("bikes"), table.SPEND) or {}
    (character,) = ask(world, f"{API}/characters")["json"]["characters"]
    return reaper.counted, {
        "states": [(row["kind"], row["state"]) for row in world.rows(table.ANALYSIS)],
        "references": [reference["state"] for reference in character["references"]],
        "seen": the_clip(world)["people"],
        "told_apart": where_left(embedding(ANNA), embedding(ANNA, off=0.1), embedding(CREW)),
        "reserved": spend["reserved"], "answers": spend["answers"], "unsaid": world.rows(table.FACT),
        "published": {
            key.rpartition("/")[2]: body
            for key, body in world.objects("review").items()
            if "/analysis/" in key or "search" in key
        },
    }  # fmt: skip


def test_without_a_crash_the_slate_is_read_and_the_character_found(
    world: World, endpoint: FakeEndpoint, clip: bytes, ready: list[Any], undisturbed: dict[str, Any]
) -> None:
    make_ready(world, clip, ready)
    calls, left = analyse(world, endpoint, None)
    undisturbed |= {"calls": calls, "left": left}
    assert left["states"] == [("FACES", "ANSWERED"), ("SLATE", "ANSWERED")]
    assert (left["reserved"], left["answers"], left["unsaid"]) == (0, 4, [])
    assert (left["references"], [person["name"] for person in left["seen"]]) == (["ENROLLED"], ["Anna"])
    assert [where.split()[0] for where in left["told_apart"]] == ["LIKENESS#bikes"]
    assert len(left["published"]) == 3
    assert MOMENTS - 10 <= calls <= MOMENTS, "say how many there are now"


@pytest.mark.parametrize("at", range(1, MOMENTS, STRIDE))
def test_a_worker_that_dies_over_a_question_loses_nothing_doubles_nothing_and_leaves_no_face(
    world: World, endpoint: FakeEndpoint, clip: bytes, ready: list[Any], undisturbed: dict[str, Any], at: int
) -> None:
    if at > undisturbed["calls"]:
        pytest.skip("an undisturbed run makes fewer calls")
    make_ready(world, clip, ready)
    assert analyse(world, endpoint, at)[1] == undisturbed["left"]
