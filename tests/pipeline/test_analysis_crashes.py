"""A worker dies before or after any of its calls over a question: it is answered, stored and paid for all the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from circletake.cloud.analyses import DEADLINE_S
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisKind, AnalysisSettings
from circletake.contracts.recipe import Recipe
from tests import footage
from tests.endpoint import FakeEndpoint, switch_on
from tests.pipeline.test_cards import send
from tests.pipeline.test_crashes import Reaper
from tests.pipeline.world import World

#: A run for every so many moments; with 1, all of them.
STRIDE = 17
#: Before and after each call to AWS, from the moment that the proxies are ready.
MOMENTS = 230


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made: Path = tmp_path_factory.mktemp("clip") / "a.mov"
    return footage.clip(made, codec="h264", frames=4, size=(64, 36), sound=None).read_bytes()


@pytest.fixture
def endpoint(world: World) -> Iterator[FakeEndpoint]:
    yield from switch_on(world)


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    return {}


def analyse(world: World, endpoint: FakeEndpoint, clip: bytes, at: int | None) -> tuple[int, dict[str, Any]]:
    """A clip that is asked about its slate, with a death at a moment → the moments there were, and what is left."""
    recipe = Recipe(analysis=AnalysisSettings(kinds=(AnalysisKind.SLATE,)))
    row = {"pk": table.recipe_pk("bikes"), "sk": "2026-01-01", "recipe": recipe.model_dump_json(), "by": "test"}
    world.reading._catalogue.put_all([row])
    send(world, {"A001C001.mov": clip})
    while not any(function == "dispatch" for function, _ in world.under_way):
        world.deliver_some()
    reaper = Reaper(world, at)
    world.deliver_all()
    for _ in range(4):
        endpoint.work()
        world.deliver_all()
        world.clock.forward(DEADLINE_S / 2 + 1)
        world.sweep()
        world.deliver_all()
    (row,) = world.rows(table.ANALYSIS)
    spend = world.reading._catalogue.get(table.spend_pk("bikes"), table.SPEND) or {}
    (version,) = {clip["sk"].split("#")[2].encode() for clip in world.rows(table.CLIP)}
    published = {
        key.rpartition("/")[2]: body.replace(version, b"its version")
        for key, body in world.objects("review").items()
        if "/analysis/" in key or "search" in key
    }
    unsaid = world.rows(table.FACT)
    return reaper.counted, {
        "state": row["state"], "reserved": spend["reserved"], "answers": spend["answers"], "unsaid": unsaid,
        "published": published,
    }  # fmt: skip


def test_without_a_crash_the_slate_is_read(
    world: World, endpoint: FakeEndpoint, clip: bytes, undisturbed: dict[str, Any]
) -> None:
    calls, left = analyse(world, endpoint, clip, None)
    undisturbed |= {"calls": calls, "left": left}
    assert (left["state"], left["reserved"], left["answers"], left["unsaid"]) == ("ANSWERED", 0, 1, [])
    assert len(left["published"]) == 2
    assert MOMENTS - 20 <= calls <= MOMENTS, "say how many there are now"


@pytest.mark.parametrize("at", range(1, MOMENTS, STRIDE))
def test_a_worker_that_dies_over_a_question_loses_nothing_and_doubles_nothing(
    world: World, endpoint: FakeEndpoint, clip: bytes, undisturbed: dict[str, Any], at: int
) -> None:
    if at > undisturbed["calls"]:
        pytest.skip("an undisturbed run makes fewer calls")
    assert analyse(world, endpoint, clip, at)[1] == undisturbed["left"]
