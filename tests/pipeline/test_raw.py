"""RAW goes through the real handlers: kept with what it tells, shown by its proxy in any order, or by a decoder."""

import importlib
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from circletake.cloud.reading import tell_clip
from circletake.contracts import table
from circletake.contracts.keys import COMPLETION_PATH
from tests import footage, raw_footage
from tests.pipeline.test_card import check_invariants
from tests.pipeline.world import World

CARD, LAB = "bikes/main/D001/A001/o-1/", "bikes/main/D001/A001/proxies-lab/"
RAW, PROXY = "A001_C001.braw", "Proxy/A001_C001.mov"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A RAW clip of 24 frames, a proxy that agrees, one that starts elsewhere, a short one, and RED RAW."""
    folder = tmp_path_factory.mktemp("raw")
    return {
        "raw": raw_footage.braw(folder / "a.braw", frames=24, timecode="01:02:03:04", reel="A001").read_bytes(),
        "good": footage.clip(folder / "good.mov", frames=24, timecode="01:02:03:04").read_bytes(),
        "late": footage.clip(folder / "late.mov", frames=24, timecode="01:02:03:05").read_bytes(),
        "short": footage.clip(folder / "short.mov", frames=23, timecode="01:02:03:04").read_bytes(),
        "red": raw_footage.r3d((4096, 2160), (24000, 1001), {0x1001: b"01:02:03:04\0"}),
    }


def told(world: World) -> dict[str, dict[str, Any]]:
    """Every clip by its path, as the page and `status --json` are told."""
    ((roll, _),) = world.reading.rolls("bikes")
    return {clip["path"]: clip for clip in map(tell_clip, world.reading.clips(roll))}


def deliver(world: World, files: dict[str, bytes], *, twice: bool = False) -> dict[str, dict[str, Any]]:
    for key, body in files.items():
        world.upload(key, body)
        world.deliver_all(twice=twice)
    check_invariants(world, files)
    return told(world)


def test_raw_alone_is_kept_with_what_it_tells(world: World, made: dict[str, bytes]) -> None:
    clips = deliver(world, {CARD + RAW: made["raw"], CARD + "B.R3D": b"RED2 but not really"})
    assert (clips[RAW]["state"], clips[RAW]["code"]) == ("KEPT", "RAW_WITHOUT_DECODER")
    raw = clips[RAW]["raw"]
    assert (raw["state"], raw["kind"], raw["frames"]) == ("METADATA_ONLY", "BRAW", 24)
    assert (raw["rate"], raw["start_timecode"], raw["reel"]) == ("24000/1001", "01:02:03:04", "A001")
    assert clips["B.R3D"]["raw"]["state"] == "ARCHIVED"
    assert [clips[path][name] for path in clips for name in ("picture_from", "media", "inspection")] == [None] * 6


@pytest.mark.parametrize("order", list(itertools.permutations([CARD + RAW, CARD + PROXY, LAB + "A001_C001.mov"])))
def test_a_proxy_is_adopted_in_any_order(world: World, made: dict[str, bytes], order: tuple[str, ...]) -> None:
    bodies = {CARD + RAW: made["raw"], CARD + PROXY: made["good"], LAB + "A001_C001.mov": made["late"]}
    clips = deliver(world, {key: bodies[key] for key in order}, twice=True)
    shown = clips[RAW]["picture_from"]
    assert (clips[RAW]["state"], clips[RAW]["raw"]["state"]) == ("KEPT", "EXTERNAL_PROXY")
    assert (shown["label"], shown["confirmed"], shown["state"], shown["path"]) == (
        "external proxy", True, "DELIVERED", PROXY,
    )  # fmt: skip
    assert shown["media"] == clips[PROXY]["media"]
    assert "proxy.mp4" in shown["media"]["names"]
    assert [clips[path]["external_proxy"] for path in (RAW, PROXY)] == [False, True]


@pytest.mark.parametrize(("proxy", "differs"), [("late", ["TIMECODE"]), ("short", ["FRAMES"])])
@pytest.mark.parametrize("original_first", [True, False])
def test_a_proxy_that_differs_is_not_adopted_and_it_is_said_why(
    world: World, made: dict[str, bytes], proxy: str, differs: list[str], original_first: bool
) -> None:
    files = {CARD + RAW: made["raw"], LAB + "A001_C001.mov": made[proxy]}
    clips = deliver(world, files if original_first else dict(reversed(files.items())))
    assert clips[RAW]["picture_from"] is None
    assert clips[RAW]["raw"]["state"] == "METADATA_ONLY"
    assert clips[RAW]["proxy_refused"]["differs"] == differs


def test_a_proxy_of_raw_that_tells_no_frames_is_shown_as_unconfirmed(world: World, made: dict[str, bytes]) -> None:
    red, proxy = "A001_C001_05026M_001.R3D", "A001_C001_05026M.mov"
    world.upload(LAB + proxy, made["good"])
    listed = {"path": red, "size_bytes": len(made["red"]), "s3_version": world.upload(CARD + red, made["red"])}
    world.upload(CARD + COMPLETION_PATH, json.dumps({"offload": "o-1", "files": [listed]}).encode())
    world.deliver_all()
    shown = told(world)[red]["picture_from"]
    assert (shown["label"], shown["confirmed"], shown["path"]) == ("external proxy, unconfirmed", False, proxy)
    assert (shown["agrees"], shown["unknown"]) == (["NAME", "TIMECODE"], ["FRAMES"])


def test_a_proxy_that_is_itself_damaged_is_no_picture(world: World, made: dict[str, bytes]) -> None:
    clips = deliver(world, {CARD + RAW: made["raw"], CARD + PROXY: made["good"][: len(made["good"]) // 2]})
    assert clips[PROXY]["state"] == "REJECTED"
    assert (clips[RAW]["raw"]["state"], clips[RAW]["picture_from"]) == ("METADATA_ONLY", None)


# --- the vendor's decoder ------------------------------------------------------------------------------------------


def set_up_decoder(
    world: World, monkeypatch: pytest.MonkeyPatch, folder: Path, mezzanine: bytes, script: str, kind: str = "BRAW"
) -> None:
    """A stand-in for a vendor's program, and handlers that are started with it."""
    folder.mkdir()
    (folder / "ready.mov").write_bytes(mezzanine)
    (folder / "decode").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "decode").chmod(0o755)
    monkeypatch.setenv("VENDOR_DECODERS", json.dumps({kind: f"{folder}/decode {{input}} {{output}}"}))
    for name in ("inspect", "transcode"):
        world.handlers[name] = importlib.reload(world.handlers[name])


COPY = 'cp "$(dirname "$0")/ready.mov" "$2"'


@pytest.mark.parametrize("twice", [False, True])
def test_a_vendor_decoder_delivers_raw_with_its_frames_counted(
    world: World, made: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, twice: bool
) -> None:
    set_up_decoder(world, monkeypatch, tmp_path / "vendor", made["good"], COPY)
    clips = deliver(world, {CARD + RAW: made["raw"], CARD + PROXY: made["good"]}, twice=twice)
    clip = clips[RAW]
    assert (clip["state"], clip["raw"]["state"]) == ("DELIVERED", "VENDOR_DECODER")
    assert (clip["picture_from"]["label"], clip["picture_from"]["confirmed"]) == ("vendor decoder", True)
    assert clip["picture_from"]["media"] == clip["media"]
    assert (clip["inspection"]["video"]["frames"], clip["inspection"]["start_timecode"]) == (24, "01:02:03:04")
    published = {key: body for key, body in world.objects("review").items() if clip["clip_id"] in key}
    assert json.loads(next(body for key, body in published.items() if key.endswith(".json")))["frames_decoded"] == 24


@pytest.mark.parametrize(
    ("mezzanine", "script", "state", "code"),
    [
        ("short", COPY, "REJECTED", "INCOMPLETE_MEDIA"),
        ("good", "exit 1", "NEEDS_ATTENTION", "DECODER_FAILED"),
        ("raw", COPY, "NEEDS_ATTENTION", "DECODER_FAILED"),
    ],
)
def test_a_decoder_that_fails_or_loses_frames_ends_in_a_verdict_and_the_proxy_stays(
    world: World, made: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    mezzanine: str, script: str, state: str, code: str,
) -> None:  # fmt: skip
    set_up_decoder(world, monkeypatch, tmp_path / "vendor", made[mezzanine], script)
    for key, body in {CARD + RAW: made["raw"], CARD + PROXY: made["good"]}.items():
        world.upload(key, body)
    world.deliver_all()
    clips = told(world)
    assert (clips[RAW]["state"], clips[RAW]["code"]) == (state, code)
    assert clips[RAW]["sentence"].endswith(".")
    assert clips[RAW]["picture_from"]["label"] == "external proxy"
    assert world.rows(table.FACT) == []


def test_a_decoder_whose_frames_nobody_can_count_shows_a_picture_and_makes_no_card_green(
    world: World, made: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_up_decoder(world, monkeypatch, tmp_path / "vendor", made["good"], COPY, kind="R3D")
    listed = {"path": "B.R3D", "size_bytes": len(made["red"]), "s3_version": world.upload(CARD + "B.R3D", made["red"])}
    world.upload(CARD + COMPLETION_PATH, json.dumps({"offload": "o-1", "files": [listed]}).encode())
    world.deliver_all()
    clip = told(world)["B.R3D"]
    assert (clip["state"], clip["raw"]["state"]) == ("DELIVERED", "VENDOR_DECODER")
    assert (clip["picture_from"]["label"], clip["picture_from"]["confirmed"]) == ("vendor decoder, unconfirmed", False)
    (card,) = world.rows(table.CARD)
    assert card["picture"] == "AMBER"


def test_an_adopted_proxy_alone_makes_no_card_green(world: World, made: dict[str, bytes]) -> None:
    bodies = {RAW: made["raw"], PROXY: made["good"]}
    listed = [
        {"path": path, "size_bytes": len(body), "s3_version": world.upload(CARD + path, body)}
        for path, body in bodies.items()
    ]
    world.upload(CARD + COMPLETION_PATH, json.dumps({"offload": "o-1", "files": listed}).encode())
    world.deliver_all()
    assert told(world)[RAW]["picture_from"]["confirmed"]
    (card,) = world.rows(table.CARD)
    assert card["picture"] == "AMBER"
