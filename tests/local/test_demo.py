"""The demo, as a machine runs it: one card through the whole pipeline, and its report."""

import copy
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from circletake.cli.main import app
from infra.local import card
from infra.local.demo_clips import wrong_clips
from infra.local.demo_day import CALLED, end_of_day, print_takes, wrong_day
from infra.local.demo_models import Looked, wrong_models
from infra.local.papers import CIRCLED, DISPUTED, FORGOTTEN
from infra.local.scene import B_CLIP, CLIP, SOUND


@pytest.mark.studio
def test_the_demo_delivers_what_is_good_rejects_what_is_not_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "demo.json"
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))

    done = CliRunner().invoke(app, ["demo", "--once", "--json", str(report)])

    assert done.exit_code == 0, done.output
    told = json.loads(report.read_text())
    assert told["wrong"] == []
    assert told["totals"]["states"] == {"DELIVERED": 7, "KEPT": 1, "REJECTED": 2}
    clips = {clip["name"]: clip for clip in told["clips"]}
    assert set(clips["A004C001_20100610_R1JL"]) >= {
        *("name", "state", "code", "sentence", "frames", "rate", "start_timecode", "proxy", "seconds")
    }
    delivered = {
        name: (clip["frames"], Fraction(clip["rate"]), clip["start_timecode"])
        for name, clip in clips.items()
        if clip["proxy"]
    }
    assert delivered == {
        "A004C001_20100610_R1JL": (30, Fraction(24000, 1001), "14:22:31:08"),
        "A004C002_20100610_R1JL": (46, Fraction(24000, 1001), "14:24:05:00"),
        "A004C003_20100610_R1JL": (61, Fraction(25), "10:00:00:00"),
        "A004C004_20100610_R1JL": (50, Fraction(30000, 1001), "10:00:59;21"),
        "A004C005_20100610_R1JL": (55, Fraction(30000, 1001), "23:59:59;00"),
        "A004C006_20100610_R1JL": (8, Fraction(25), "10:12:40:12"),
        "A004C099 <img src=x onerror=alert(1)>;$(reboot) '\"é+%20": (50, Fraction(25), "10:20:00:00"),
    }
    assert clips["A004C007_20100610_R1JL"]["code"] == "INCOMPLETE_MEDIA"
    assert clips["A004C008_20100610_R1JL"]["code"] == "UNSUPPORTED_CONTAINER"
    assert {reel: roll["status"] for reel, roll in told["cards"].items()} == {
        **{"A004R1JL": "RED", "A005R2KM": "GREEN", "A006R3LN": "AMBER"}
    }
    models = {clip["name"]: clip for clip in told["models"]}
    assert (
        len(models) == 12
    )  # seven of the first card, two, one, and the two cameras of the take with a face and a voice
    assert set(models["A007C001_20100610_R4MT"]["states"].values()) == {"ANSWERED"}
    found = models["A007C001_20100610_R4MT"]["found"]
    assert (found["faces"], found["slate"]) == ("1", "scene 12A take 3")
    assert "best of times" in found["heard"]
    assert all(clip["found"]["brightness"].endswith("%") for clip in models.values())
    silent = {name: clip["why"] for name, clip in models.items() if clip["why"]}
    assert silent == {f"A004C00{number}_20100610_R1JL": {"SPEECH": "NO_SOUND"} for number in (5, 6)}
    takes = {take["take"]: take for take in told["day"]["takes"]}
    assert {name for name, take in takes.items() if take["circled"]} == CIRCLED
    heard = {name: (each["name"], each["standing"], each["applied"]) for name, each in takes[CALLED]["clips"].items()}
    assert heard == dict.fromkeys((CLIP, B_CLIP), (SOUND, "CONFIRMED", True))
    waits = [(each["lack"], each["of"]) for each in told["day"]["worklist"]]
    assert waits == [("CLIP_WITHOUT_TAKE", FORGOTTEN), ("CONFLICT", CLIP)]
    assert list(temporary.iterdir()) == []


def test_what_the_models_did_not_see_is_said_clip_by_clip() -> None:
    kinds = ("FRAMES", "FACES", "PEOPLE", "SLATE", "SPEECH")
    slate = {"scene": {"text": "12A"}, "take": {"text": "3"}}
    right = {kind: {"most_at_once": 1, "words": [{"text": "It"}]} for kind in kinds} | {"SLATE": slate}
    good = Looked(CLIP, dict.fromkeys(kinds, "ANSWERED"), {}, right)
    seen: dict[str, Any] = {kind: {} for kind in kinds[:-1]}
    silent = Looked("B", dict.fromkeys(seen, "ANSWERED"), {"SPEECH": "NO_SOUND"}, seen)
    assert list(wrong_models([good, silent])) == []
    blind = Looked(CLIP, good.states, {}, {**right, "SLATE": {}, "FACES": {"most_at_once": 0}, "SPEECH": {"words": []}})
    assert len(list(wrong_models([blind]))) == 3
    waits = Looked("C", {"FRAMES": "ASKED"}, {}, {})
    assert not waits.has_all
    assert next(wrong_models([good, waits])) == "FRAMES of C is ASKED (None); it must be answered."
    assert list(wrong_models([silent])) == [f"{CLIP} was lost."]


def test_what_is_not_as_the_card_demands_is_said_file_by_file() -> None:
    ended = [_ended(path, must) for path, must in card.EXPECTED.items()]
    first, second, third, *rest = ended
    first["inspection"]["video"]["frames"] -= 1
    second["state"], second["code"] = "REJECTED", "CORRUPT_ESSENCE"
    clips = [first, second, *rest, {**third, "path": "stray.mov"}]
    assert [*wrong_clips(clips, [], lambda key: 0 if "C004" in key else 1)] == [
        "A004C001_20100610_R1JL.mov has frames, rate and start (29, '24000/1001', '14:22:31:08'); "
        "it must have (30, '24000/1001', '14:22:31:08').",
        "A004C002_20100610_R1JL.mov is REJECTED (CORRUPT_ESSENCE); it must be DELIVERED (None).",
        "A004C003_20100610_R1JL.mov was lost.",
        "A004C004_20100610_R1JL.mxf has no proxy to look at.",
        "stray.mov was not on the card.",
    ]


def test_what_is_not_as_the_day_demands_is_said_take_by_take() -> None:
    right = _day()
    assert list(wrong_day(right)) == []

    scratch = copy.deepcopy(right)
    scratch["clips"]["a"]["sound"]["applied"] = False
    assert list(wrong_day(scratch)) == [f"The proxies of {CLIP} do not carry {SOUND}."]
    unheard = copy.deepcopy(right)
    unheard["clips"]["b"]["sound"]["standing"] = "TIMECODE"
    assert list(wrong_day(unheard)) == [
        f"The sound of {B_CLIP} must be {SOUND}, confirmed by listening; it is: By timecode."
    ]
    plain = copy.deepcopy(right)
    plain["takes"][-1]["flags"] = {}
    assert [sentence.split(",")[0] for sentence in wrong_day(plain)] == ["Circled are 14A take 2"]
    missed, stray = copy.deepcopy(right), copy.deepcopy(right)
    del missed["worklist"][0]
    assert list(wrong_day(missed)) == [f"CONFLICT of {CLIP} (lens) was planted, and is not listed."]
    stray["worklist"].append({"lack": "DOUBLED_TAKE", "clip": None, "take": "12", "about": None})
    assert list(wrong_day(stray)) == [f"DOUBLED_TAKE of {CALLED} (None) is listed, and was not planted."]
    assert list(wrong_day({**right, "takes": []}))[1] == f"{CALLED} was lost."


def test_a_take_without_picture_or_sound_says_why_and_the_end_tells_of_the_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    day = _day()
    stopped = {"id": "1", "called": "12A take 1", "flags": {"FALSE_START": {"value": True}}, "clips": [], "sounds": []}
    day["takes"].append(stopped)
    for entry in day["worklist"]:
        entry["sentence"] = "Look."
    print_takes(day)
    (row,) = (line for line in capsys.readouterr().out.splitlines() if "12A take 1" in line)
    assert row.split() == ["12A", "take", "1", "–", "–", "false", "start"]
    assert end_of_day(day) == (
        f"Of the day: 4 takes, 3 of them circled; both cameras of {CALLED} carry the mix, and 2 things wait for a "
        "person, which were planted."
    )


def _day() -> dict[str, Any]:
    """The demo's day exactly as it must be, as far as it is judged."""
    clips = {"a": CLIP, "b": B_CLIP, "c": FORGOTTEN}
    sound = {"name": SOUND, "standing": "CONFIRMED", "sentence": "By timecode.", "applied": True}
    circled = {"CIRCLED": {"value": True}}
    others = [
        {"id": name, "called": name, "flags": circled, "clips": [], "sounds": []} for name in sorted(CIRCLED - {CALLED})
    ]
    parts = [{"id": "a", "name": CLIP}, {"id": "b", "name": B_CLIP}]
    heard = {"id": "12", "called": CALLED, "flags": circled, "clips": parts, "sounds": [{"id": "s", "name": SOUND}]}
    return {
        "takes": [*others, heard],
        "clips": {of: {"name": name, "sound": dict(sound), "listed": []} for of, name in clips.items()},
        "conflicts": [{"held": {"value": DISPUTED[2][0]}, "others": [{"value": DISPUTED[2][1]}]}],
        "worklist": [
            {"lack": "CONFLICT", "clip": "a", "take": None, "about": "lens"},
            {"lack": "CLIP_WITHOUT_TAKE", "clip": "c", "take": None, "about": None},
        ],
        "gaps": [],
        "loose": [],
    }


def _ended(path: str, must: card.Expected) -> dict[str, Any]:
    """What the catalogue tells of a file that ended exactly as it must."""
    take = must.take
    return {
        "path": path,
        "state": must.state,
        "code": must.code,
        "media": take and {"prefix": f"main/D001/{path}/"},
        "inspection": take
        and {
            "video": {"frames": take.frames, "rate": f"{take.rate.numerator}/{take.rate.denominator}"},
            "start_timecode": take.start,
        },
    }
