"""A worker dies before or after any of its calls to AWS: the clip still arrives, once, and is told of once."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from circletake.contracts import table
from functions.transcode import transcoding
from tests import footage
from tests.pipeline.test_card import PREFIX, check_invariants, snapshot
from tests.pipeline.test_cards import ROLL, send
from tests.pipeline.world import Died, World

#: A run for every so many moments; with 1, all of them.
STRIDE = 9
#: Before and after each change in AWS, from the first receipt to the end of the second sweep.
MOMENTS = 104
_MOMENTS = ("before-call", "after-call")
_READING = ("Get", "BatchGet", "Query", "List", "Head")


class Reaper:
    """Counts the calls by which the handlers change something, each before and after, and kills the worker at one.

    A call that reads changes nothing: a death there leaves what a death after the last change leaves.
    """

    def __init__(self, world: World, at: int | None) -> None:
        self.counted = 0
        self._at = at
        self._world = world
        for client in world.clients:
            for moment in _MOMENTS:
                client.meta.events.register(moment, self._tick)

    def _tick(self, event_name: str, **_: Any) -> None:
        # The test itself works through the same clients.
        if not self._world.at_work or event_name.rpartition(".")[2].startswith(_READING):
            return
        self.counted += 1
        if self.counted == self._at:
            raise Died


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made = tmp_path_factory.mktemp("clip") / "a.mov"
    return footage.clip(made, codec="h264", frames=4, size=(64, 36), sound=None).read_bytes()


def send_and_sweep(world: World, clip: bytes) -> dict[str, Any]:
    send(world, {"A001C001.mov": clip})
    world.deliver_all()
    for _ in range(2):
        world.clock.forward(20 * 60)
        world.sweep()
        world.deliver_all()
    check_invariants(world, {PREFIX + "A001C001.mov": clip})
    left = snapshot(world)
    # A crash between sending a mail and marking it may repeat the mail, never lose it (I6).
    assert left.pop("mails") in (1, 2)
    (card,) = world.reading.card(ROLL)["cards"]
    return {**left, "card": (card["status"], card["files"], [copy["counts"] for copy in card["copies"]])}


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    return {}


def test_without_a_crash_the_clip_is_delivered(world: World, clip: bytes, undisturbed: dict[str, Any]) -> None:
    reaper = Reaper(world, at=None)
    undisturbed |= {"left": send_and_sweep(world, clip), "calls": reaper.counted}
    assert undisturbed["left"]["clips"]["A001C001.mov"][0] == "DELIVERED"
    assert undisturbed["left"]["roll"]["closing"] == 1
    assert undisturbed["left"]["card"][0] == "GREEN"
    assert MOMENTS - 10 <= undisturbed["calls"] <= MOMENTS, "say how many there are now"


@pytest.mark.parametrize("at", range(1, MOMENTS, STRIDE))
def test_a_worker_that_dies_at_a_call_loses_nothing_and_doubles_nothing(
    world: World, clip: bytes, undisturbed: dict[str, Any], at: int
) -> None:
    if at > undisturbed["calls"]:
        pytest.skip("an undisturbed run makes fewer calls")
    Reaper(world, at)
    assert send_and_sweep(world, clip) == undisturbed["left"]
    jobs = Counter(row["kind"] for row in world.rows(table.JOB))
    assert jobs == {"inspect": 1, "transcode": 1, "publish": 1, "notify": 1}


def test_a_transcoder_killed_in_the_middle_leaves_no_half_result(
    world: World, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths = iter([True, True, False])
    room: Any = transcoding
    make = room.transcode

    def mortal(*args: Any, into: Path, **kwargs: Any) -> Any:
        measured = make(*args, into=into, **kwargs)
        if next(deaths):
            raise Died
        return measured

    monkeypatch.setattr(room, "transcode", mortal)
    send_and_sweep(world, clip)
    (job,) = [row for row in world.rows(table.JOB) if row["kind"] == "transcode"]
    assert (job["state"], job["attempt"]) == ("DONE", 3)
