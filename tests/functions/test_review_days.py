"""The HTTP API of shooting days: who may say what, and what is taken from whom."""

import base64
import csv
import gzip
import io
import itertools
import json
import random
import re
import zlib
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from circletake.cloud.catalogue import Catalogue, Row
from circletake.cloud.day_report import read_report
from circletake.contracts import table
from circletake.contracts.keys import DayRef
from circletake.film.day_report_csv import write_csv
from circletake.film.day_report_files import file_name
from circletake.film.takes.day import DayClip
from tests.asking import ask
from tests.made_day import make_day
from tests.pipeline.world import World
from tests.stored_day import roll_of, store_clip, store_day, store_roll

DAY = DayRef(production="bikes", unit="main", day="D014")
AT = "/api/productions/bikes/units/main/days/D014"
SCRIPT = "[script]"
CLIP = DayClip("", "A001C001_260930_R1JL", "A001", Fraction(24), 480, camera="A", start=3600 * 24)


@pytest.fixture
def stored(world: World) -> Catalogue:
    """The world's own, with one clip in it."""
    catalogue = world.reading._catalogue
    store_roll(catalogue, roll_of(DAY, CLIP.roll))
    store_clip(catalogue, DAY, CLIP)
    return catalogue


def packed(body: bytes) -> str:
    return base64.b64encode(gzip.compress(body, 1, mtime=0)).decode()


def bring_in(world: World, body: bytes | str, groups: str = SCRIPT, at: str = AT, **asked: Any) -> Any:
    # Nobody brings in two papers within a millisecond.
    world.clock.forward(1)
    paper = {"name": "day.csv", "source": "SCRIPT", "apply": True, **asked}
    paper["body"] = body if isinstance(body, str) else packed(body)
    answer = ask(world, f"{at}/papers", groups=groups, method="POST", body=paper)
    return {"statusCode": answer["statusCode"], **(answer["json"] or {})}


def day_of(world: World, at: str = AT) -> Any:
    answer = ask(world, at, groups=SCRIPT)
    assert answer["statusCode"] == 200
    return answer["json"]


def called(world: World) -> list[str]:
    return [take["called"] for take in day_of(world)["takes"]]


def rows_of_people(stored: Catalogue) -> list[Row]:
    keys = [table.day_pk(DAY), table.columns_pk("bikes")]
    return [row for pk in keys for row in stored.query(pk)]


CALLS = [
    ("papers", {"name": "a", "source": "SCRIPT", "body": packed(b"Scene,Setup,Take\n12,12A,1\n")}),
    ("papers/take-back", {"name": "a"}),
    ("corrections", {"said": {"setup": "12A", "take": "1"}}),
    ("corrections/take-back", {"id": "0" * 20}),
    ("facts", {"zone": "Europe/Berlin", "call": None, "wrap": None, "kind": None}),
]


def test_only_who_was_there_or_cuts_it_says_what_was_shot(world: World, stored: Catalogue) -> None:
    for groups in (None, "[vendor]", "[producer]", "[other:script]", "[producer vendor]"):
        for call, body in CALLS:
            answer = ask(world, f"{AT}/{call}", groups=groups, method="POST", body=body)
            assert (answer["statusCode"], bool(answer["json"]["next_step"])) == (403, True)
    assert rows_of_people(stored) == []


def test_everybody_on_the_production_sees_its_days_but_vendors_alone(world: World, stored: Catalogue) -> None:
    for path in (AT, f"{AT}/export", "/api/productions/bikes/days"):
        asking = ("[producer]", "[vendor camera]", "[vendor]", None)
        seen = [ask(world, path, groups=who, query={"kind": "csv"}) for who in asking]
        assert [answer["statusCode"] for answer in seen] == [200, 200, 403, 403]
        if path == AT:
            assert [answer["json"]["may_say"] for answer in seen[:2]] == [False, True]


def test_an_address_that_is_no_day_is_not_found(world: World, stored: Catalogue) -> None:
    assert ask(world, "/api/productions/bikes/units/a b/days/D014", groups=SCRIPT)["statusCode"] == 404


def test_a_preview_tells_what_would_change_and_writes_nothing(world: World, stored: Catalogue) -> None:
    body = b"Scene,Setup,Take,Clip,Circled,Mood\n12,12A,1,A001C001,x,good\n12,12A,2,A001C002,,\n"
    told = bring_in(world, body, apply=False, remember=True, columns={"Mood": "note"})
    assert (told["statusCode"], told["applied"], told["replaced"], told["rows"]) == (200, False, False, 2)
    assert rows_of_people(stored) == []
    assert list(stored.query(table.paper_pk("bikes", ""))) == []
    assert world.bus.take() == []
    assert told["columns"]["Mood"] == "note"
    assert told["suggested"] == {heading: field for heading, field in told["columns"].items() if heading != "Mood"}
    assert told["cells"]["Clip"] == ["A001C001", "A001C002"]
    assert told["first"][0] == {
        "line": 2, "scene": "12", "setup": "12A", "take": "1", "clips": ["A001C001"], "camera": "A", "note": "good",
        "flags": {"CIRCLED": True},
    }  # fmt: skip
    changes = told["changes"]
    assert changes["takes_added"] == ["12A take 1", "12A take 2"]
    assert [entry["lack"] for entry in changes["worklist_settled"]] == ["CLIP_WITHOUT_TAKE"]
    assert {entry["lack"] for entry in changes["worklist_added"]} == {
        "UNKNOWN_CLIP", "TAKE_WITHOUT_PICTURE", "TAKE_WITHOUT_SOUND",
    }  # fmt: skip
    assert (changes["takes_changed"], changes["takes_gone"], changes["conflicts_added"]) == ([], [], [])
    applied = bring_in(world, body, columns={"Mood": "note"})
    assert applied == {**told, "applied": True}
    assert called(world) == changes["takes_added"]


def test_a_paper_of_which_no_heading_is_known_is_refused_with_what_stands_under_them(
    world: World, stored: Catalogue
) -> None:
    body = "Dzień 14\nUjęcie;Dubel;Uwagi\n12A;1;dobre\n12A;2;\n".encode()
    told = bring_in(world, body, apply=False)
    assert (told["statusCode"], told["cells"]) == (400, {"Ujęcie": ["12A"], "Dubel": ["1", "2"], "Uwagi": ["dobre"]})
    columns = {"Ujęcie": "setup", "Dubel": "take"}
    assert bring_in(world, body, columns=columns)["changes"]["takes_added"] == ["12A take 1", "12A take 2"]
    assert bring_in(world, b"\n\n", apply=False)["cells"] == {}


@pytest.mark.parametrize(("take", "status"), [("Take", 200), ("Dubel", 400)])
def test_of_cells_that_go_on_for_long_only_their_beginning_is_answered(
    world: World, stored: Catalogue, take: str, status: int
) -> None:
    # Lambda answers with at most 6 MB.
    names = [f"{'ż' * 300}{number}" for number in range(60)]
    rows = "".join(f"12A;{at};{';' * at}{'ż' * 100_000}\n" for at in range(60))
    told = bring_in(world, f"Setup;{take};{';'.join(names)}\n{rows}".encode(), apply=False)
    assert (told["statusCode"], len(json.dumps(told)) < 1_000_000) == (status, True)
    # What a person says of a heading is sent back by its whole name.
    assert list(told["cells"])[2:] == names
    assert told["cells"][names[-1]] == ["ż" * 119 + "…"]


def test_brought_in_again_a_paper_takes_its_own_place_and_what_that_changes_is_told(
    world: World, stored: Catalogue
) -> None:
    bring_in(world, b"Scene,Setup,Take,Lens,Clip\n12,12A,1,50,A001C001\n12,12A,2,50,\n")
    bring_in(world, b"Setup,Take,Lens,Clip\n12A,1,35,A001C001\n", name="camera.csv", source="CAMERA")
    again = bring_in(world, b"Scene,Setup,Take,Lens,Clip\n12,12A,1,35,A001C001\n12,12A,3,50,\n")
    assert (again["replaced"], again["changes"]["takes_added"], again["changes"]["takes_gone"]) == (
        True, ["12A take 3"], ["12A take 2"],
    )  # fmt: skip
    assert again["changes"]["takes_changed"] == [
        {"take": "12A take 1", "field": f"lens of {CLIP.title}", "was": "50", "is": "35"}
    ]
    assert "CONFLICT" in {entry["lack"] for entry in again["changes"]["worklist_settled"]}
    assert len(day_of(world)["papers"]) == 2


def test_the_same_paper_again_changes_nothing_and_is_said_to_nobody(world: World, stored: Catalogue) -> None:
    body = b"Scene,Setup,Take\n12,12A,1\n"
    bring_in(world, body)
    rows = rows_of_people(stored)
    world.bus.take()
    again = bring_in(world, body)
    assert {name: of for name, of in again["changes"].items() if of} == {}
    assert (rows_of_people(stored), world.bus.take()) == (rows, [])


def test_our_own_export_of_a_made_day_changes_nothing_where_it_is_brought_in(world: World) -> None:
    unit = make_day(4).units[1]
    catalogue = world.reading._catalogue
    day = store_day(catalogue, unit)
    at = f"/api/productions/bikes/units/{day.unit}/days/{day.day}"
    for paper in unit.papers:
        text = io.StringIO()
        csv.writer(text).writerows([paper.headings, *paper.rows])
        assert bring_in(world, text.getvalue().encode(), at=at, name=paper.name, source=paper.source)["applied"]
    before = day_of(world, at)
    files = [
        file
        for kind in ("csv", "ale")
        for file in ask(world, f"{at}/export", groups=SCRIPT, query={"kind": kind})["json"]["files"]
    ]
    assert [file["name"] for file in files] == [f"{day.unit}_{day.day}.csv", f"{day.unit}_{day.day}.ale"]
    for file in files:
        told = bring_in(world, file["text"].encode(), at=at, name=file["name"])
        assert {name: of for name, of in told["changes"].items() if of} == {}
        assert told["problems"] == []
    after = day_of(world, at)
    assert {name: of for name, of in after.items() if name != "papers"} == {
        name: of for name, of in before.items() if name != "papers"
    }


def test_what_a_heading_holds_is_remembered_for_the_production_and_what_is_said_now_wins(
    world: World, stored: Catalogue
) -> None:
    bring_in(world, b"Folge,Klappe,Take\n1,12A,1\n", columns={"Klappe": "setup", "Folge": ""}, remember=True)
    assert called(world) == ["12A take 1"]
    told = bring_in(world, b"KLAPPE;Take;Lens\n12B;1;50\n", name="other.csv")
    assert (told["columns"]["KLAPPE"], told["problems"]) == ("setup", [])
    elsewhere = bring_in(world, b"Klappe,Scene,Take\n12B,12,1\n", name="sound.csv", source="SOUND", apply=False)
    assert (elsewhere["unknown"], elsewhere["left_out"]) == ([], ["Klappe"])
    now = bring_in(world, b"Klappe,Scene,Take\n12B,12,1\n", name="x.csv", columns={"Klappe": "note"}, apply=False)
    assert now["columns"]["Klappe"] == "note"
    instead = bring_in(world, b"Klappe,Board,Take\n7,12B,1\n", name="x.csv", columns={"Board": "setup"}, apply=False)
    assert instead["columns"] == {"Board": "setup", "Take": "take"}
    (row, *_) = [row for row in stored.query(table.columns_pk("bikes")) if row["field"]]
    assert (row["heading"], row["field"], row["by"]) == ("Klappe", "setup", "lee@example.com")


def test_columns_that_hold_nothing_there_is_are_refused_with_what_there_is(world: World, stored: Catalogue) -> None:
    told = bring_in(world, b"Scene,Setup,Take\n12,12A,1\n", columns={"Scene": "weather"})
    assert told["statusCode"] == 400
    assert "weather" in told["sentence"]
    assert "exposure_index" in told["sentence"]


NO_PAPERS = [
    ("not base64!", 400, "base64"),
    (base64.b64encode(b"no gzip").decode(), 400, "gzip"),
    (packed(b"Scene,Setup,Take\n12,12A,1\n" * 99)[:-24] + "AAAA", 400, "end"),
    (base64.b64encode(gzip.compress(b"a", mtime=0) + b"more").decode(), 400, "follows"),
    (base64.b64encode(zlib.compress(b"Scene,Setup,Take\n12,12A,1\n")).decode(), 400, "gzip"),
    (base64.b64encode(gzip.compress(bytes(80 << 20), mtime=0)).decode(), 413, "64 MB"),
    (packed(b""), 400, "day.csv"),
    (packed(b"%PDF-1.7"), 400, "PDF"),
    (packed(b"PK\x03\x04"), 400, "spreadsheet"),
    (packed(b"one,two\n1,2\n"), 400, "headings"),
    (packed(random.Random(1).randbytes(10_000)), 400, "day.csv"),
]


def test_what_is_no_paper_is_refused_with_a_sentence_and_a_next_step(world: World, stored: Catalogue) -> None:
    for body, status, says in NO_PAPERS:
        told = bring_in(world, body)
        assert (told["statusCode"], bool(told["next_step"])) == (status, True)
        assert says in told["sentence"]
    assert rows_of_people(stored) == []


NO_REQUESTS: list[dict[str, Any]] = [
    {"source": "PERSON"},
    {"source": "SLATE"},
    {"source": "EXPORT"},
    {"name": ""},
    {"name": "a\nb"},
    {"name": "a" * 501},
    {"columns": {"a" * 501: "scene"}},
    {"by": "somebody else"},
    {"body": 7},
]


def test_nobody_brings_in_what_is_no_request(world: World, stored: Catalogue) -> None:
    paper = {"name": "a", "source": "SCRIPT", "body": packed(b"Scene,Setup,Take\n12,12A,1\n"), "apply": True}
    for asked in NO_REQUESTS:
        answer = ask(world, f"{AT}/papers", groups=SCRIPT, method="POST", body={**paper, **asked})
        assert answer["statusCode"] == 400
    assert rows_of_people(stored) == []


def test_papers_of_other_programs_are_read_and_one_bad_row_costs_that_row(world: World, stored: Catalogue) -> None:
    rows = [["Scene", "Setup", "Take", "Notes"], ["12", "12A", "1", "schön\ngesagt"], ["13", "", "", ""]]
    for encoding in ("latin-1", "utf-16", "utf-8-sig", "mac-roman"):
        for separator in (",", ";", "\t"):
            text = io.StringIO()
            csv.writer(text, delimiter=separator).writerows([*rows, ["12", "12A", "2", "gut"]])
            told = bring_in(world, text.getvalue().encode(encoding))
            assert (told["statusCode"], told["rows"]) == (200, 2)
            (row,) = [problem for problem in told["problems"] if problem["line"] == 4]
            assert row["sentence"]
    assert called(world) == ["12A take 1", "12A take 2"]


def test_a_heading_longer_than_a_key_is_not_remembered_and_its_paper_is_read_all_the_same(
    world: World, stored: Catalogue
) -> None:
    heading = "場" * 400
    body = f"Scene,Setup,Take,{heading}\n12,12A,1,good\n".encode()
    assert bring_in(world, body, columns={heading: "note"}, remember=True)["statusCode"] == 400
    assert rows_of_people(stored) == []
    told = bring_in(world, body, columns={heading: "note"})
    assert (told["statusCode"], told["columns"][heading]) == (200, "note")


def test_a_paper_whose_headings_outgrow_a_row_of_the_catalogue_is_refused_and_says_which_are_long(
    world: World, stored: Catalogue
) -> None:
    headings = [f"{number:03} {'場' * 490}" for number in range(500)]
    body = f"Scene,Setup,Take,{','.join(headings)}\n12,12A,1,{','.join('x' * 500)}\n".encode()
    for apply in (False, True):
        told = bring_in(world, body, columns=dict.fromkeys(headings, "note"), apply=apply)
        assert (told["statusCode"], headings[0][:40] in told["sentence"]) == (413, True)
        assert "shorter" in told["next_step"]
    assert rows_of_people(stored) == []
    assert bring_in(world, body, columns=dict.fromkeys(headings[:200], "note"))["statusCode"] == 200


def test_a_paper_that_is_sent_twice_in_a_moment_is_the_same_and_another_of_its_name_takes_its_place(
    world: World, stored: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.clock, "forward", lambda _: None)
    for take in "112":
        assert bring_in(world, f"Setup,Take\n12A,{take}\n".encode())["statusCode"] == 200
    assert called(world) == ["12A take 2"]
    assert len(list(stored.query(table.day_pk(DAY), table.PAPER))) == 2
    taken_back = ask(world, f"{AT}/papers/take-back", groups=SCRIPT, method="POST", body={"name": "day.csv"})
    assert (taken_back["statusCode"], called(world)) == (200, [])
    (day,) = ask(world, "/api/productions/bikes/days", groups="[producer]")["json"]["days"]
    assert day["day"] == "D014"


def test_a_correction_holds_over_papers_and_is_told_by_who_said_it(world: World, stored: Catalogue) -> None:
    bring_in(world, b"Scene,Setup,Take,Clip\n12,12A,1,A001C001\n")
    said = {"setup": "12A", "take": "1", "flags": {"CIRCLED": True}, "line": 7}
    answer = ask(world, f"{AT}/corrections", groups="[camera]", method="POST", body={"said": said})
    correction = answer["json"]["correction"]
    assert (correction["by"], correction["said"]) == ("lee@example.com", {k: said[k] for k in said if k != "line"})
    day = day_of(world)
    assert day["corrections"] == [correction]
    cite = {"source": "PERSON", "paper": "lee@example.com", "line": 0}
    assert day["takes"][0]["flags"]["CIRCLED"] == {"value": True, "by": [cite], "others": []}
    back = ask(world, f"{AT}/corrections/take-back", groups="[director]", method="POST", body={"id": correction["id"]})
    assert back["statusCode"] == 200
    day = day_of(world)
    assert (day["corrections"], "CIRCLED" in day["takes"][0]["flags"]) == ([], False)


SAID: list[tuple[dict[str, Any], int]] = [
    ({}, 400),
    ({"line": 3}, 400),
    ({"clips": ["A001C001"]}, 400),
    ({"take": "3"}, 400),
    ({"note": "of what?"}, 400),
    ({"setup": "12A", "take": "1", "starts": "soon"}, 400),
    # More than a row of the catalogue holds.
    ({"setup": "12A", "take": "1", "clips": [f"{number:0400}" for number in range(1000)]}, 400),
    ({"setup": "12A", "take": "1", "weather": "rain"}, 400),
    ({"setup": "12\x00A", "take": "1"}, 400),
    ({"clips": ["A001C009"], "take": "3"}, 404),
    ({"sounds": ["T09.WAV"], "note": "hum"}, 404),
    ({"clips": ["A001C001"], "setup": "12A", "take": "1"}, 200),
    ({"clips": ["A001C001"], "lens": "50"}, 200),
    ({"setup": "12A", "take": "2", "note": "a number mistyped"}, 409),
    ({"setup": "12A", "take": "2", "clips": ["A001C009"]}, 409),
    ({"setup": "12A", "take": "1", "clips": ["A001C009"]}, 200),
]


def test_a_correction_says_something_of_something_that_exists(world: World, stored: Catalogue) -> None:
    for said, status in SAID:
        world.clock.forward(1)
        before = len(rows_of_people(stored))
        answer = ask(world, f"{AT}/corrections", groups=SCRIPT, method="POST", body={"said": said})
        assert (answer["statusCode"], said) == (status, said)
        assert len(rows_of_people(stored)) - before == (status == 200)


def test_of_two_clips_of_one_name_a_correction_has_to_tell_which(world: World, stored: Catalogue) -> None:
    store_roll(stored, roll_of(DAY, "A002"))
    store_clip(stored, DAY, replace(CLIP, roll="A002"))
    said = {"clips": [CLIP.title], "lens": "50"}
    assert ask(world, f"{AT}/corrections", groups=SCRIPT, method="POST", body={"said": said})["statusCode"] == 409
    for told in (said | {"roll": "A002"}, said | {"clips": [f"A001/{CLIP.title}", f"A002/{CLIP.title}"]}):
        assert ask(world, f"{AT}/corrections", groups=SCRIPT, method="POST", body={"said": told})["statusCode"] == 200


def test_a_correction_and_a_paper_that_are_not_there_are_not_taken_back(world: World, stored: Catalogue) -> None:
    for call, body in (("corrections/take-back", {"id": "a" * 20}), ("papers/take-back", {"name": "a"})):
        assert ask(world, f"{AT}/{call}", groups=SCRIPT, method="POST", body=body)["statusCode"] == 404
    bring_in(world, b"Scene,Setup,Take\n12,12A,1\n")
    world.clock.forward(1)
    assert (
        ask(world, f"{AT}/papers/take-back", groups=SCRIPT, method="POST", body={"name": "day.csv"})["statusCode"]
        == 200
    )
    assert called(world) == []


FACTS = {"zone": "Europe/Berlin", "call": "2026-09-30T16:00:00Z", "wrap": "2026-10-01T03:30:00Z", "kind": "PICKUP"}


CHANGED: list[tuple[dict[str, Any], int]] = [
    ({}, 200),
    ({"zone": None, "call": None, "wrap": None, "kind": None}, 200),
    ({"call": None}, 200),
    ({"zone": "America/Argentina/Buenos_Aires"}, 200),
    ({"zone": "Europe/Belin"}, 400),
    ({"zone": "../../etc/passwd"}, 400),
    ({"zone": "/etc/localtime"}, 400),
    ({"wrap": "2026-09-30T16:00:00Z"}, 400),
    ({"wrap": "2026-10-02T04:00:01Z"}, 400),
    ({"wrap": "2026-10-02T04:00:00Z"}, 200),
    ({"wrap": "2026-09-31T04:00:00Z"}, 400),
    ({"call": "16:00"}, 400),
    ({"weather": "rain"}, 400),
]


def test_a_day_has_a_zone_that_exists_and_ends_after_it_began(world: World, stored: Catalogue) -> None:
    holds: Any = dict.fromkeys(FACTS)
    for changed, status in CHANGED:
        world.clock.forward(1)
        facts = {**FACTS, **changed}
        answer = ask(world, f"{AT}/facts", groups=SCRIPT, method="POST", body=facts)
        assert (answer["statusCode"], changed) == (status, changed)
        holds = facts if status == 200 else holds
        assert day_of(world)["facts"] == holds


def test_the_days_of_a_production_are_listed_with_their_facts_and_numbers(world: World, stored: Catalogue) -> None:
    ask(world, f"{AT}/facts", groups=SCRIPT, method="POST", body=FACTS)
    (day,) = ask(world, "/api/productions/bikes/days", groups="[producer]")["json"]["days"]
    assert (day["unit"], day["day"], day["facts"], day["summary"]["all"]["clips"]) == ("main", "D014", FACTS, 1)


def test_of_a_long_list_of_days_the_last_have_their_numbers(world: World, stored: Catalogue) -> None:
    for number in range(1, 43):
        store_roll(stored, roll_of(DAY.model_copy(update={"day": f"D{number}"}), "A001"))
    days = ask(world, "/api/productions/bikes/days", groups="[producer]")["json"]["days"]
    assert [day["day"] for day in days[:3]] == ["D1", "D2", "D3"]
    assert [day["summary"] is None for day in days] == [True] * 3 + [False] * 40


def test_the_report_of_a_day_is_the_one_that_the_command_writes(world: World) -> None:
    catalogue = world.reading._catalogue
    day = store_day(catalogue, make_day(4).units[1])
    at = f"/api/productions/bikes/units/{day.unit}/days/{day.day}"
    page, table_ = ask(world, f"{at}/export", groups="[producer]", query={"kind": "report"})["json"]["files"]
    report = read_report(catalogue, day)
    assert [page["name"], table_["name"]] == [file_name(day, "html"), file_name(day, "csv")]
    assert table_["text"] == write_csv(report)
    assert page["text"].startswith("<!doctype html>")
    assert page["text"].count('class="circled"') == report.summary.circled
    assert re.search(r"Made \d{4}-\d\d-\d\d \d\d:\d\d UTC by Circletake", page["text"])


def test_days_that_take_long_to_read_are_listed_without_numbers_the_earlier_ones_first(
    world: World, stored: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 10):
        store_roll(stored, roll_of(DAY.model_copy(update={"day": f"D{number}"}), "A001"))
    ticks = itertools.count()
    monkeypatch.setattr("functions.review.days.time", SimpleNamespace(monotonic=lambda: float(next(ticks) * 3)))
    days = ask(world, "/api/productions/bikes/days", groups="[producer]")["json"]["days"]
    assert [day["day"] for day in days] == [*(f"D{number}" for number in range(1, 10)), "D014"]
    # Four are read at once, so it may be any three of these.
    assert [day["summary"] is None for day in days[:6]] == [True] * 6
    assert sum(day["summary"] is not None for day in days) == 3


def test_a_day_without_anything_has_no_ale_and_says_why(world: World, stored: Catalogue) -> None:
    nothing = AT.replace("D014", "D099")
    answer = ask(world, f"{nothing}/export", groups=SCRIPT, query={"kind": "ale"})
    assert (answer["statusCode"], bool(answer["json"]["next_step"])) == (404, True)
    assert ask(world, f"{nothing}/export", groups=SCRIPT, query={"kind": "pdf"})["statusCode"] == 400
    assert day_of(world, nothing)["takes"] == []


def test_a_day_of_more_takes_than_any_has_tells_which_paper_to_take_back(
    world: World, stored: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("days", "papers"):
        monkeypatch.setattr(f"functions.review.{room}.MOST_TAKES", 2)
    told = bring_in(world, b"Setup,Take\n12A,1\n12A,2\n12A,3\n")
    assert (told["applied"], [problem["line"] for problem in told["problems"]]) == (True, [0])
    answer = ask(world, AT, groups=SCRIPT)
    assert answer["statusCode"] == 413
    assert "day.csv" in answer["json"]["next_step"]


def test_a_paper_of_a_hundred_thousand_rows_is_brought_in_and_its_changes_are_counted(
    world: World, stored: Catalogue
) -> None:
    rows = (f"12,12A,{number % 40 + 1},note {number}" for number in range(100_000))
    told = bring_in(world, "\n".join(["Scene,Setup,Take,Notes", *rows]).encode())
    assert (told["statusCode"], told["rows"], len(told["first"])) == (200, 100_000, 20)
    assert len(told["changes"]["takes_added"]) == 40
    assert len(json.dumps(told)) < 1 << 20
