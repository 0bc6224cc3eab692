"""The camera report's rows and CSV: exact times, nothing invented, nothing that a spreadsheet would run."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.keys import RollRef
from circletake.film.report import COLUMNS, tell_report, visible
from tests.film.told import act, card, clip, file, inspection

ROLL = RollRef(production="NIGHTFALL", unit="main", day="D014", roll="A001")


def report(clips: list[Any], *cards: Any, files: list[Any] | None = None) -> Any:
    return tell_report(
        ROLL, {"status": "AMBER", "bits": "AMBER", "picture": "GREEN", "cards": list(cards)}, clips, files or []
    )


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize(
    ("rate", "start", "frames", "out", "fps", "duration"),
    [
        pytest.param("24000/1001", "01:00:00:00", 240, "01:00:10:00", "23.976", "10.01", id="23.976"),
        pytest.param("24/1", "23:59:59:00", 48, "00:00:01:00", "24", "2", id="24 over midnight"),
        pytest.param("30000/1001", "00:00:59;20", 20, "00:01:00;12", "29.97", "0.667", id="29.97 drop-frame"),
        pytest.param("30000/1001", "00:00:59:20", 20, "00:01:00:10", "29.97", "0.667", id="29.97 non-drop"),
        pytest.param("120000/1001", "00:59:59:100", 50, "01:00:00:030", "119.88", "0.417", id="119.88"),
    ],
)
def test_in_and_out_are_exact_and_out_is_the_frame_after_the_clip(
    rate: str, start: str, frames: int, out: str, fps: str, duration: str
) -> None:
    (row,) = report([clip(inspection=inspection(rate=rate, start_timecode=start, frames=frames))])["rows"]
    assert [row[name] for name in ("tc_in", "tc_out", "frames", "fps", "duration")] == [
        start,
        out,
        frames,
        fps,
        duration,
    ]


def test_what_nobody_said_is_none_and_an_empty_cell() -> None:
    told = report([clip(state="KEPT", inspection=None, media=None)])
    (row,), (line,) = told["rows"], cells(told["csv"])
    silent = (
        "scene",
        "take",
        "circle",
        "tc_in",
        "tc_out",
        "frames",
        "fps",
        "shutter",
        "ei",
        "wb",
        "lens",
        "codec",
        "digest",
    )
    assert [row[name] for name in silent] == [None] * len(silent)
    assert {line[COLUMNS[name]] for name in silent} == {""}
    assert row["picture"] == "not checked"


def test_a_clip_of_several_files_shows_a_digest_of_each_or_none() -> None:
    spans: list[Any] = [{"path": f"A001_00{n}.R3D", "version": f"v{n}", "size_bytes": 10} for n in (1, 2)]
    files = [
        file(span["path"], version=span["version"], digests={"sha1": "ff", "xxh64": f"0{span['version']}"})
        for span in spans
    ]
    (row,) = report([clip(spans=spans)], files=files)["rows"]
    assert (row["digest"], row["size_bytes"]) == ("xxh64:0v1 xxh64:0v2", 20)
    files[1]["digests"] = {}
    (row,) = report([clip(spans=spans)], files=files)["rows"]
    assert row["digest"] is None


def test_each_insertion_has_its_own_copies_and_only_those_that_count() -> None:
    first = card("o-1", copies=[("DIT-01", True), ("SHUTTLE-7", True), ("OLD", False)])
    first["copies"].append({"volume": "s3://a-bucket-with-a-long-name", "kind": "CLOUD", "counts": True})
    second = card("o-2", copies=[])
    rows = report([clip(offload="o-2"), clip(offload="o-1")], first, second)["rows"]
    assert [(row["offload"], row["copies"]) for row in rows] == [("o-1", "3: DIT-01, SHUTTLE-7, cloud"), ("o-2", "0")]


def test_what_the_card_s_verdict_says_of_a_clip_stands_in_its_notes_once() -> None:
    sentence = "A001C001.mov is not what was on the card."
    judged = card(
        "o-1", reasons=[("FILE_CHANGED", "A001C001.mov", sentence), ("FILE_MISSING", "B.mov", "Not this one.")]
    )
    (row,) = report([clip(sentence=sentence)], judged)["rows"]
    assert row["notes"] == sentence


def test_the_header_counts_what_is_not_a_clip() -> None:
    files = [file("a.xml", kind="SIDECAR"), file("a.wav", kind="SOUND"), file("a.mov", kind="ORIGINAL", state="JOINED")]
    header = report([clip()], files=files)["header"]
    assert header["other_files"] == {"SIDECAR": 1, "SOUND": 1}
    assert (header["clips"], header["roll"], header["size_bytes"]) == (1, "A001", 187_654_321)


RAW = {
    **dict.fromkeys(("maker", "reel", "camera", "width", "height")),
    "kind": "BRAW",
    "codec": "braw 8:1",
    "rate": "24/1",
    "frames": 48,
    "start_timecode": "10:00:00:00",
    "state": "METADATA_ONLY",
}


def test_a_raw_clip_tells_what_it_can_and_whose_picture_stands_for_it() -> None:
    raw = clip(state="KEPT", inspection=None, media=None, raw=RAW)
    proxy = {"label": "external proxy, unconfirmed", "sentence": "A proxy of its name, timecode and frames."}
    media = {"prefix": "main/D014/A001/p/1/", "names": ["poster.jpg"]}
    for told, picture, poster in (
        (raw, "not checked", None),
        ({**raw, "picture_from": {**proxy, "media": None}}, "not checked", None),
        (
            {**raw, "picture_from": {**proxy, "media": media}},
            "external proxy, unconfirmed",
            "main/D014/A001/p/1/poster.jpg",
        ),
        (
            clip(raw=RAW, picture_from={"label": "vendor decoder", "sentence": "", "media": media}),
            "vendor decoder",
            "x",
        ),
    ):
        (row,) = report([told])["rows"]
        assert row["picture"] == picture
        assert bool(row["poster"]) == bool(poster)
    (row,) = report([raw])["rows"]
    assert [row[name] for name in ("tc_out", "duration", "fps", "codec")] == ["10:00:02:00", "2", "24", "braw 8:1"]
    (row,) = report([{**raw, "raw": {**RAW, "rate": None}}])["rows"]
    assert (row["tc_in"], row["tc_out"], row["duration"]) == ("10:00:00:00", None, None)


def test_a_proxy_of_another_clip_is_counted_and_has_no_row() -> None:
    told = report([clip(), clip(path="Proxy/A001C001.mov", external_proxy=True)])
    assert (len(told["rows"]), told["header"]["proxies"]) == (1, 1)


EARLY, LATE = "2026-10-14T18:00:00+00:00", "2026-10-14T20:00:00+00:00"


def test_of_a_file_that_was_put_again_only_the_newest_version_has_a_row_and_is_counted() -> None:
    first = clip(version="1" * 20, sentence="It stops before its end.", received_at=EARLY)
    told = report([clip(version="2" * 20), first])
    (row,) = told["rows"]
    assert row["notes"] == "Replaces a version that was received 2026-10-14 18:00 UTC: It stops before its end."
    assert (told["header"]["clips"], told["header"]["size_bytes"]) == (1, 187_654_321)


def test_a_clip_of_several_files_is_replaced_whichever_of_them_came_last() -> None:
    spans: list[Any] = [{"path": f"A001_00{n}.R3D", "version": f"v{n}", "size_bytes": 10} for n in (1, 2)]
    same: Any = {"clip_id": "c", "spans": spans}
    told = report([clip(path=spans[1]["path"], received_at=EARLY, **same), clip(path=spans[0]["path"], **same)])
    assert [row["path"] for row in told["rows"]] == [spans[0]["path"]]


def test_two_recordings_of_one_name_do_not_replace_each_other() -> None:
    other: list[Any] = [{"path": "A001C001.mp4", "version": "v2", "size_bytes": 10}]
    told = report([clip(clip_id="c"), clip(clip_id="c", path="A001C001.mp4", spans=other, received_at=EARLY)])
    assert len(told["rows"]) == 2


def test_an_insertion_that_another_one_covers_has_no_rows_and_is_not_counted() -> None:
    cards = card("o-1", covered_by="o-2"), card("o-2")
    files = [file("a.xml", kind="SIDECAR", offload=offload) for offload in ("o-1", "o-2")]
    told = report([clip(offload="o-1"), clip(offload="o-2")], *cards, files=files)
    assert [row["offload"] for row in told["rows"]] == ["o-2"]
    assert (told["header"]["clips"], told["header"]["other_files"]) == (1, {"SIDECAR": 1})


def test_a_clip_whose_bytes_are_not_the_card_s_is_on_none_of_its_copies() -> None:
    changed = card("o-1", copies=[("DIT-01", True)], reasons=[("FILE_CHANGED", "A001C001.mov", "It differs.")])
    rows = report([clip(), clip("A001C002")], changed)["rows"]
    assert [row["copies"] for row in rows] == [None, "1: DIT-01"]


@pytest.mark.parametrize("judged_at", [None, EARLY])
def test_a_version_that_no_verdict_has_seen_is_on_no_copy_that_anybody_knows_of(judged_at: str | None) -> None:
    judged = card("o-1", copies=[("DIT-01", True)], judged_at=judged_at)
    (row,) = report([clip(received_at=LATE)], judged)["rows"]
    assert row["copies"] is None


def test_what_people_answered_for_stands_in_the_header_and_in_the_csv() -> None:
    acts = [
        act("ACKNOWLEDGE", "Tests, deleted.", code="CLIP_GAP", path="A001R1JL", at="2026-10-14T19:00:00Z"),
        act("SIGN_OFF", "Viewed whole.", code="PICTURE_UNCHECKED", path="A001C001.mov", at="2026-10-14T19:01:00Z"),
        act("RELEASE", "Both drives checked.", at="2026-10-14T19:02:00Z"),
    ]
    told = report([clip()], card("o-1", acts=acts))
    assert [(each["act"], each["offload"]) for each in told["header"]["acts"]] == [
        ("ACKNOWLEDGE", "o-1"),
        ("SIGN_OFF", "o-1"),
        ("RELEASE", "o-1"),
    ]
    assert [(line["Clip"], line["Answered for"]) for line in cells(told["csv"])] == [
        (
            "A001C001",
            "Signed off by ada (camera), 2026-10-14 19:01 UTC: “Viewed whole.” Picture unchecked · A001C001.mov",
        ),
        ("", "Acknowledged by ada (camera), 2026-10-14 19:00 UTC: “Tests, deleted.” Clip gap · A001R1JL"),
        ("", "Released by ada (camera), 2026-10-14 19:02 UTC: “Both drives checked.”"),
    ]


def test_what_was_signed_off_before_the_file_was_replaced_is_not_said_of_the_new_one() -> None:
    signed = act("SIGN_OFF", code="PICTURE_REJECTED", path="A001C001.mov", at="2026-10-14T19:00:00Z")
    told = report([clip(version="2" * 20, received_at=LATE), clip(received_at=EARLY)], card("o-1", acts=[signed]))
    assert told["rows"][0]["answered"] is None
    assert [each["replaced"] for each in told["header"]["acts"]] == [True]
    assert cells(told["csv"])[1]["Answered for"].endswith("A001C001.mov, a version that was replaced since")


@pytest.mark.parametrize("opening", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "a;="])
def test_no_cell_begins_like_a_formula(opening: str) -> None:
    hostile = f"{opening}cmd|' /C calc'!A0"
    (line,) = cells(report([clip(name=hostile, sentence=hostile)])["csv"])
    for text in (line["Clip"], line["Notes"]):
        for part in text.split(";"):
            assert part.lstrip()[0] not in "=+-@＝\t\r"


@given(name=st.text(min_size=1))
def test_a_row_is_one_line_whatever_the_card_calls_its_clips(name: str) -> None:
    text = report([clip(name=name, path="0"), clip(name="B", path="1")])["csv"]
    assert text.startswith("\ufeffProduction,Unit,Day,Roll,Clip,")
    assert len(text.removesuffix("\r\n").split("\r\n")) == 3
    first, second = cells(text)
    assert second["Clip"] == "B"
    assert first["Clip"].replace("'", "") == visible(name).replace("'", "")
