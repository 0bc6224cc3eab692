"""The routes of a clip: in pieces, or as a job in a container, it comes to the same pictures as in one pass."""

import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from circletake.contracts import table
from circletake.contracts.errors import Code, Rejected
from circletake.contracts.facts import TranscodeClip
from circletake.contracts.keys import RollRef
from circletake.contracts.media import Inspection, Route
from circletake.media import routes
from functions.plan import plan
from functions.transcode import transcoding
from tests import footage
from tests.pipeline.world import World

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
FRAMES = 100


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made = tmp_path_factory.mktemp("routes") / "a.mov"
    return footage.clip(
        made, codec="prores", rate="25", frames=FRAMES, size=(128, 72), timecode="10:00:00:00", reel="A001R1"
    ).read_bytes()


@pytest.fixture
def by_route(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Every clip takes this route, and a piece is two seconds."""

    def choose(route: Route) -> None:
        monkeypatch.setattr(plan, "choose_route", lambda *_, **__: route)
        monkeypatch.setattr(routes, "_PIECE_S", 2)

    return choose


def settle(world: World, chance: random.Random | None = None, *, twice: bool = False) -> dict[str, Any]:
    for _ in range(3):
        world.deliver_all(chance, twice=twice)
        world.clock.forward(600)
        world.sweep()
    world.deliver_all(chance, twice=twice)
    (row,) = world.rows(table.CLIP)
    return row


def shown(world: World, row: dict[str, Any]) -> dict[str, bytes]:
    prefix = json.loads(row["media"])["prefix"]
    return {key.removeprefix(prefix): body for key, body in world.objects("review").items() if key.startswith(prefix)}


def frames_of(body: bytes, at: Path) -> list[int]:
    at.write_bytes(body)
    return footage.frame_numbers(at)


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_in_pieces_every_frame_arrives_once_and_in_its_place(
    world: World, clip: bytes, by_route: Any, tmp_path: Path, seed: int | None
) -> None:
    by_route(Route.SEGMENTS)
    world.upload(f"{ROLL.prefix}o-1/a.mov", clip)
    row = settle(world, random.Random(seed) if seed else None, twice=seed is not None)
    assert row["state"] == "DELIVERED"
    made = shown(world, row)
    assert frames_of(made["proxy.mp4"], tmp_path / "p.mp4") == list(range(FRAMES))
    assert {"poster.jpg", "filmstrip.jpg", "filmstrip.vtt", "waveform.png", "measurements.json"} <= set(made)
    kinds = Counter(job["kind"] for job in world.rows(table.JOB))
    assert kinds["segment"] == 2
    assert kinds["transcode"] == 1
    assert not world.rows(table.FACT)


def test_a_piece_that_dies_is_made_by_another_worker(
    world: World, clip: bytes, by_route: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_route(Route.SEGMENTS)
    room: Any = world.handlers["transcode"]
    make = type(room.transcoding)._make_piece
    died: list[Any] = []

    def die_once(self: Any, order: Any, *rest: Any) -> Any:
        if order.piece.number == 1 and not died:
            died.append(order)
            raise RuntimeError("killed")
        return make(self, order, *rest)

    monkeypatch.setattr(type(room.transcoding), "_make_piece", die_once)
    world.upload(f"{ROLL.prefix}o-1/a.mov", clip)
    row = settle(world)
    assert died
    assert row["state"] == "DELIVERED"
    assert frames_of(shown(world, row)["proxy.mp4"], tmp_path / "p.mp4") == list(range(FRAMES))


def test_a_damaged_piece_ends_the_clip_with_its_reason(world: World, clip: bytes, by_route: Any) -> None:
    by_route(Route.SEGMENTS)
    damaged = bytearray(clip)
    # A stretch in the middle of what the camera wrote: more than lies between two pictures.
    for at in range(len(clip) // 2, len(clip) // 2 + 40_000):
        damaged[at] ^= 0xFF
    world.upload(f"{ROLL.prefix}o-1/a.mov", bytes(damaged))
    row = settle(world)
    assert (row["state"], row["code"]) == ("REJECTED", "CORRUPT_ESSENCE")
    assert not [key for key in world.objects("review") if key.endswith("proxy.mp4")]


def test_what_a_container_does_is_what_the_function_would_have_done(
    world: World, clip: bytes, by_route: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_route(Route.BATCH)
    submitted: list[TranscodeClip] = []
    worker: Any = world.handlers["transcode"].transcoding
    object.__setattr__(worker, "submit", lambda job, attempts: submitted.append(job.message))
    world.upload(f"{ROLL.prefix}o-1/a.mov", clip)
    world.deliver_all(twice=True)
    assert len(submitted) == 1
    (row,) = world.rows(table.CLIP)
    assert row["state"] == "INSPECTED"
    worker.clip(submitted[0], time.monotonic() + 60, in_container=True)
    world._collect()
    row = settle(world)
    assert row["state"] == "DELIVERED"
    assert len(submitted) == 1
    assert frames_of(shown(world, row)["proxy.mp4"], tmp_path / "p.mp4") == list(range(FRAMES))


def test_a_container_that_never_began_calls_a_person(
    world: World, clip: bytes, by_route: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_route(Route.BATCH)
    submitted: list[tuple[str, dict[str, str]]] = []
    room: Any = world.handlers["transcode"]
    monkeypatch.setattr(room.Jobs, "submit", lambda jobs, name, given: submitted.append((name, given)))
    world.upload(f"{ROLL.prefix}o-1/a.mov", clip)
    world.deliver_all()
    ((name, told),) = submitted
    given = [{"name": key, "value": value} for key, value in told.items()]
    world._send("aws.batch", "Batch Job State Change", {"jobName": name, "container": {"environment": given}})
    row = settle(world)
    assert (row["state"], row["code"]) == ("NEEDS_ATTENTION", "OVERDUE")


def test_a_clip_without_a_route_says_so(world: World, clip: bytes, by_route: Any) -> None:
    by_route(Route.NONE)
    world.upload(f"{ROLL.prefix}o-1/a.mov", clip)
    row = settle(world)
    assert (row["state"], row["code"]) == ("NEEDS_ATTENTION", "NO_ROUTE")
    found = Inspection.model_validate_json(row["inspection"])
    assert found.video.frames == FRAMES


def test_a_clip_that_cannot_be_entered_in_its_middle_is_made_whole(
    world: World, clip: bytes, by_route: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_route(Route.SEGMENTS)

    def refuse(*_: Any, **__: Any) -> None:
        raise Rejected(Code.CORRUPT_ESSENCE, "Part of this file cannot be decoded.", "Copy it again.")

    monkeypatch.setattr(transcoding, "transcode_piece", refuse)
    world.upload(f"{ROLL.prefix}o-1/a.mov", clip)
    row = settle(world)
    assert row["state"] == "DELIVERED"
    assert frames_of(shown(world, row)["proxy.mp4"], tmp_path / "p.mp4") == list(range(FRAMES))
