"""The HTTP API: who may see what, and what the page is told."""

import base64
import gzip
import json
import random
import time
from pathlib import Path
from typing import Any

import boto3
import pytest

from circletake.contracts import table
from circletake.contracts.analysis import MAX_ANSWER_BYTES
from functions.review.access import hash_grant, read_groups, roles_in
from tests import footage
from tests.asking import ask
from tests.pipeline.world import World

KEY = "bikes/main/D001/A001/o-1/"
#: Bytes of a response, as JSON (Lambda quotas).
LAMBDA_SENDS = 6 * 1024 * 1024
PLACE = f"main/D001/A001/{'0' * 20}/{'1' * 20}"


@pytest.fixture
def shown(world: World, tmp_path: Path) -> World:
    """A world with one good clip, one that is none, and a sidecar."""
    good = footage.clip(tmp_path / "a.mov", codec="h264", frames=4, size=(64, 36), timecode="01:00:00:00")
    world.upload(KEY + "A001C001.mov", good.read_bytes())
    world.upload(KEY + "A001C002.mov", footage.DISGUISES["web page"])
    world.upload(KEY + "A001.xml", b"<x/>")
    world.deliver_all()
    return world


def test_the_page_is_told_days_rolls_and_clips(shown: World) -> None:
    assert ask(shown, "/api/productions")["json"] == {"productions": [{"production": "bikes", "roles": ["producer"]}]}
    (roll,) = ask(shown, "/api/productions/bikes/rolls")["json"]["rolls"]
    assert roll["clips"] == {"DELIVERED": 1, "REJECTED": 1}
    assert (roll["unit"], roll["day"], roll["roll"], roll["files"], roll["open"]) == ("main", "D001", "A001", 3, 0)
    told = ask(shown, "/api/productions/bikes/units/main/days/D001/rolls/A001/clips")["json"]
    good, bad = told["clips"]
    assert good["inspection"]["start_timecode"] == "01:00:00:00"
    assert {"proxy.mp4", "poster.jpg", "filmstrip.vtt"} <= set(good["media"]["names"])
    assert "analysis.mkv" not in good["media"]["names"]
    assert (bad["code"], bool(bad["sentence"]), bool(bad["next_step"])) == ("UNSUPPORTED_CONTAINER", True, True)
    assert [(file["path"], file["state"]) for file in told["files"]] == [("A001.xml", "KEPT")]


def test_a_grant_opens_pictures_of_its_production_and_is_kept_only_as_a_hash(shown: World) -> None:
    grant = ask(shown, "/api/productions/bikes/grants", method="POST")["json"]["grant"]
    (clip, _) = ask(shown, "/api/productions/bikes/units/main/days/D001/rolls/A001/clips")["json"]["clips"]
    there = ask(shown, f"/media/{grant}/{clip['media']['prefix']}proxy.mp4", groups=None)
    assert there["statusCode"] == 302
    assert "/bikes/main/D001/A001/" in there["headers"]["Location"]
    assert "X-Amz-Expires=300" in there["headers"]["Location"]
    strip = ask(shown, f"/media/{grant}/{clip['media']['prefix']}filmstrip.vtt", groups=None)
    assert strip["body"].startswith("WEBVTT")
    stored = shown.reading._catalogue.get(table.grant_pk(hash_grant(grant)), table.GRANT)
    assert stored is not None
    assert grant not in json.dumps(stored)


def test_the_longest_answer_that_is_taken_from_a_model_is_shown_and_fits_into_what_lambda_sends(world: World) -> None:
    grant = ask(world, "/api/productions/bikes/grants", method="POST")["json"]["grant"]
    name = f"{PLACE}/analysis/speech.json"
    said = json.dumps(random.Random(1).randbytes(MAX_ANSWER_BYTES // 2 - 1).hex())
    boto3.client("s3").put_object(Bucket="review", Key=f"bikes/{name}", Body=said)
    shown = ask(world, f"/media/{grant}/{name}", groups=None, headers={"accept-encoding": "br, gzip"})
    assert (shown["statusCode"], shown["headers"]["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(base64.b64decode(shown["body"])).decode() == said
    assert len(json.dumps(shown)) < LAMBDA_SENDS
    # What gzip cannot make smaller fits as well.
    assert MAX_ANSWER_BYTES * 4 / 3 + 10_000 < LAMBDA_SENDS
    assert ask(world, f"/media/{grant}/{name}", groups=None)["body"] == said
    assert "Content-Encoding" not in ask(world, f"/media/{grant}/{name}", groups=None)["headers"]


def test_an_expired_or_invented_grant_opens_nothing(shown: World, monkeypatch: pytest.MonkeyPatch) -> None:
    grant = ask(shown, "/api/productions/bikes/grants", method="POST")["json"]["grant"]
    assert ask(shown, f"/media/invented/{PLACE}/proxy.mp4", groups=None)["statusCode"] == 410
    later = time.time() + 3601
    monkeypatch.setattr(time, "time", lambda: later)
    assert ask(shown, f"/media/{grant}/{PLACE}/proxy.mp4", groups=None)["statusCode"] == 410


@pytest.mark.parametrize(
    "name",
    [
        *("../other/D001/A001/x/y/proxy.mp4", "main/../../other/proxy.mp4", "/etc/passwd", "proxy.mp4", "%00"),
        *(f"{PLACE}/../proxy.mp4", f"{PLACE}/%2e%2e%2fproxy.mp4", f"{PLACE}/filmstrip.vtt", f"{PLACE}/{'a' * 999}"),
    ],
)
def test_what_is_no_picture_of_the_production_is_not_found(shown: World, name: str) -> None:
    grant = ask(shown, "/api/productions/bikes/grants", method="POST")["json"]["grant"]
    assert ask(shown, f"/media/{grant}/{name}", groups=None)["statusCode"] == 404


@pytest.mark.parametrize("path", ["/%00", "/" + "a" * 300, "/../handler.py", "/.env", "/assets/../index.html"])
def test_what_is_no_file_of_the_page_is_not_found(shown: World, path: str) -> None:
    assert ask(shown, path, groups=None)["statusCode"] == 404


@pytest.mark.parametrize("groups", [None, "[]", "[other:producer]", "[producers]"])
def test_who_is_not_on_a_production_sees_nothing_of_it(shown: World, groups: str | None) -> None:
    assert ask(shown, "/api/productions", groups=groups)["json"] == {"productions": []}
    for call in ("rolls", "units/main/days/D001/rolls/A001/clips"):
        answer = ask(shown, f"/api/productions/bikes/{call}", groups=groups)
        assert answer["statusCode"] == 403
        assert answer["json"]["next_step"]
    assert ask(shown, "/api/productions/bikes/grants", groups=groups, method="POST")["statusCode"] == 403


def test_an_address_that_is_no_roll_is_not_found(shown: World) -> None:
    assert ask(shown, "/api/productions/bikes/units/a b/days/D001/rolls/A001/clips")["statusCode"] == 404


def test_every_answer_forbids_caches_and_foreign_code(shown: World) -> None:
    headers = ask(shown, "/media/invented/x", groups=None)["headers"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("claim", ["[camera bikes:producer]", ["camera", "bikes:producer"], "camera,bikes:producer"])
def test_groups_are_read_as_gateway_and_cognito_write_them(claim: Any) -> None:
    assert roles_in("bikes", read_groups(claim)) == ["camera", "producer"]
    assert roles_in("other", read_groups(claim)) == ["camera"]
