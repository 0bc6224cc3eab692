"""Which frames a cut asks for: exact at every rate, and what cannot be told is listed, never guessed."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.looks import Cdl
from circletake.film.count_sheet import sheet_line, write_csv, write_text
from circletake.film.cuts import MAX_BYTES, NotPulled, read_cut
from circletake.film.interchange.bins import Clock
from circletake.film.interchange.timeline import write_edl
from circletake.film.originals import Original
from circletake.film.pull_names import DEFAULT, NameTemplate, safe
from circletake.film.pulls import PullPlan, plan_pulls
from circletake.film.timing import Timecode, frames_in_a_day, nominal
from tests.film.edl import Edl, original
from tests.film.test_interchange import LABELLED
from tests.film.test_interchange import clip as bin_clip
from tests.film.test_timing import MODES

CLIP = original()
OTHER = original("A001C004_260930_R1JL", start="14:30:00:00")


def planned(edl: Edl | str, *clips: Original, handles: int = 8, rate: Fraction | None = None) -> PullPlan:
    data = edl.data if isinstance(edl, Edl) else edl.encode()
    return plan_pulls(read_cut(data), clips or (CLIP, OTHER), handles=handles, rate=rate)


def why(plan: PullPlan) -> str:
    assert not plan.requests
    (left_out,) = plan.not_pulled
    assert left_out.asked
    return left_out.why


@given(st.sampled_from(MODES), st.data())
def test_an_event_asks_for_exactly_its_frames_at_every_rate(mode: tuple[Fraction, bool], data: st.DataObject) -> None:
    rate, drop = mode
    day = frames_in_a_day(rate, drop)
    # Also over midnight, where labels begin again.
    start = Timecode(data.draw(st.integers(0, 10**6) | st.integers(day - 300, day - 1)), rate, drop)
    clip = original(start=str(start), rate=rate, frames=300)
    first = data.draw(st.integers(0, 298))
    count = data.draw(st.integers(1, 299 - first))
    handles = data.draw(st.integers(0, 20))
    try:
        edl = Edl(rate, drop).event(7, clip, first, count)
    except ValueError:
        # Lists have two digits for frames; a rate above 100 has labels that they cannot write.
        assume(False)
    plan = planned(edl, clip, handles=handles, rate=rate)
    (request,) = plan.requests
    head, tail = min(handles, first), min(handles, 300 - first - count)
    assert request.frames == range(first - head, first + count + tail)
    assert request.numbers == range(1001 - head, 1001 + count + tail)
    assert str(request.timecode(first)) == str(start + first)
    assert len(request.remarks) == (head < handles) + (tail < handles)
    assert plan.not_pulled == ()


def test_the_cut_begins_at_1001_and_eight_handles_at_993() -> None:
    (request,) = planned(Edl(CLIP.rate).event(1, CLIP, 40, 24)).requests
    assert (request.numbers[0], request.numbers[-1], request.cut_numbers[0]) == (993, 1032, 1001)
    assert request.frames == range(32, 72)


def test_several_events_of_one_clip_are_several_shots() -> None:
    plan = planned(Edl(CLIP.rate).event(1, CLIP, 10, 5).event(2, OTHER, 0, 5).event(3, CLIP, 100, 5))
    assert [(each.event, each.first) for each in plan.requests] == [(1, 10), (2, 0), (3, 100)]


def test_a_reel_cut_to_eight_letters_is_known_and_a_clip_name_decides() -> None:
    twin = original("A001C009_260930_R1JL")
    text = Edl(CLIP.rate).event(1, CLIP, 40, 24, reel="A001C003", after="* FROM CLIP NAME: a001c003_260930_r1jl.mov\n")
    (request,) = planned(text, CLIP, twin).requests
    assert request.original is CLIP
    by_reel_alone = planned(Edl(CLIP.rate).event(1, CLIP, 40, 24), CLIP, twin)
    assert "2 clips fit and differ" in why(by_reel_alone)


@given(st.sampled_from(LABELLED), st.lists(st.integers(1, 4000), min_size=1, max_size=4))
def test_a_list_that_we_wrote_asks_for_the_frames_that_are_in_it(clock: Clock, lengths: list[int]) -> None:
    clips, start = [], 5_000
    for number, frames in enumerate(lengths):
        clips.append(bin_clip(clock, start, frames, title=f"A_0001C00{number}", reel=f"A_0001_1BY{number}"))
        start += frames
    known = [
        original(clip.title, reel=clip.reel, start=str(clip.start), rate=clock.rate, frames=clip.frames)
        for clip in clips
    ]
    plan = planned(write_edl("A001", clips), *known, handles=0)
    assert [each.original for each in plan.requests] == known
    assert [len(each.frames) for each in plan.requests] == lengths


def test_reels_that_differ_behind_a_dot_are_two() -> None:
    first, second = original("C1", reel="TAPE.01"), original("C2", reel="TAPE.02")
    assert "No clip of reel TAPE.03" in why(
        planned(Edl(first.rate).event(1, first, 0, 2, reel="TAPE.03"), first, second)
    )
    assert planned(Edl(first.rate).event(1, first, 0, 2), second, first).requests[0].original is first


def test_a_clip_name_of_another_reel_is_not_believed() -> None:
    text = Edl(CLIP.rate).event(1, CLIP, 4, 2, reel="B007XXXX", after=f"* FROM CLIP NAME: {CLIP.title}\n")
    assert "not of reel B007XXXX" in why(planned(text))


def test_an_auxiliary_source_is_found_by_its_clip_name() -> None:
    unnamed = original(reel=None)
    text = Edl(CLIP.rate).event(1, unnamed, 4, 2, reel="AX", after=f"* FROM CLIP NAME: {CLIP.title}\n")
    assert planned(text, unnamed).requests[0].original is unnamed


@pytest.mark.parametrize(
    ("clip", "said"),
    [
        (original(hindrance="it is a proxy, and plates come from originals only"), "it is a proxy"),
        (original(start="09:00:00:00"), "none holds"),
        (original("B002C001", reel="B002"), "No clip of reel A001R1JL"),
        (original(start=None, frames=0, hindrance="it is RAW (R3D)"), "it is RAW (R3D)"),
    ],
)
def test_what_no_clip_can_give_is_listed_with_why(clip: Original, said: str) -> None:
    assert said in why(planned(Edl(CLIP.rate).event(1, CLIP, 40, 24), clip))


def test_a_proxy_is_never_used_where_the_original_is_there() -> None:
    proxy = original(offload="proxies-", hindrance="it is a proxy, and plates come from originals only")
    (request,) = planned(Edl(CLIP.rate).event(1, CLIP, 40, 24), proxy, CLIP).requests
    assert request.original is CLIP


def test_the_same_bytes_uploaded_twice_are_one_recording() -> None:
    twins = original(offload="first/", same_as="bytes"), original(offload="second/", same_as="bytes")
    assert planned(Edl(CLIP.rate).event(1, CLIP, 4, 2), *twins).requests[0].original is twins[0]
    others = original(offload="first/", same_as="bytes"), original(offload="second/", same_as="others")
    assert "differ" in why(planned(Edl(CLIP.rate).event(1, CLIP, 4, 2), *others))


def test_a_dissolve_makes_the_shot_before_longer() -> None:
    edl = Edl(CLIP.rate).event(1, CLIP, 40, 24).event(2, CLIP, 64, 0).event(2, OTHER, 10, 30, transition="D    012")
    edl.text += f"* FROM CLIP NAME: {CLIP.title}\n* TO CLIP NAME: {OTHER.title}\n"
    going, coming = planned(edl).requests
    assert (going.first, going.last, coming.first, coming.last) == (40, 75, 10, 39)
    assert going.remarks == ("12 frames longer, for the transition into event 2",)


def test_a_dissolve_at_the_very_end_of_the_list_keeps_both_sides() -> None:
    edl = Edl(CLIP.rate).event(1, CLIP, 0, 24).event(2, CLIP, 24, 0).event(2, OTHER, 10, 30, transition="D    012")
    assert [each.event for each in planned(edl).requests] == [1, 2]


def test_black_and_sound_ask_for_nothing_and_are_listed() -> None:
    edl = Edl(CLIP.rate).event(1, CLIP, 0, 24, reel="BL").event(2, CLIP, 0, 24, channels="AA")
    plan = planned(edl.event(3, CLIP, 0, 24, channels="AA/V"))
    assert [each.event for each in plan.requests] == [3]
    assert [(each.event, each.asked) for each in plan.not_pulled] == [(2, False), (1, False)]


@pytest.mark.parametrize(
    ("speed", "source", "record", "frames"),
    [("048.0", 48, 24, 48), ("048.0", 24, 24, 48), ("012.0", 12, 24, 12), ("000.0", 1, 24, 1), ("030.0", 30, 24, 30)],
)
def test_a_speed_pulls_every_frame_that_runs_by(speed: str, source: int, record: int, frames: int) -> None:
    m2 = f"M2   {CLIP.reel}       {speed}                14:22:32:00\n"
    edl = Edl(CLIP.rate).event(1, CLIP, 16, source, record=record, after=m2)
    (request,) = planned(edl).requests
    assert (request.first, request.last) == (16, 16 + frames - 1)
    assert "none is retimed" in request.remarks[0]


@pytest.mark.parametrize(
    ("m2", "count", "said"),
    [
        ("M2   A001R1JL  -024.0  14:22:31:08\n", 24, "backwards"),
        ("M2   A001R1JL  fast  14:22:31:08\n", 24, "speed cannot be read"),
        ("M2   A001R1JL  048.0  14:22:31:08\n", 99, "shows 48 frames"),
        ("", 25, "no M2 tells a speed"),
    ],
)
def test_a_speed_that_nobody_can_follow_is_listed(m2: str, count: int, said: str) -> None:
    assert said in why(planned(Edl(CLIP.rate).event(1, CLIP, 0, count, record=24, after=m2)))


def test_a_key_and_a_line_that_cannot_be_read_are_listed() -> None:
    assert "key" in why(planned(Edl(CLIP.rate).event(1, CLIP, 0, 9, transition="K B")))
    broken = planned("TITLE: X\n001  A001 V C 14:22:31:08 nonsense\n")
    assert broken.not_pulled[0].what == "line 2"
    assert broken.not_pulled[0].asked


def test_a_cut_at_another_rate_than_its_clip_is_not_guessed() -> None:
    edl = Edl(CLIP.rate).event(1, CLIP, 0, 9)
    assert "does not name" in why(planned(edl, rate=Fraction(25))).replace("do not name", "does not name")
    fast = original("B001C001", reel="B001", rate=Fraction(48), start="10:00:00:00")
    plan = planned(edl.event(2, fast, 0, 9), CLIP, fast)
    assert not plan.requests
    assert all("name it" in each.why for each in plan.not_pulled)


def test_a_drop_frame_label_is_never_read_for_a_clip_that_counts_all() -> None:
    clip = original(rate=Fraction(30000, 1001), start="10:00:59:20")
    edl = Edl(clip.rate).event(1, clip, 4, 5)
    assert planned(edl, clip).requests
    edl.text = edl.text.replace("10:00:59:24", "10:00:59;24")
    assert "none holds" in why(planned(edl, clip))


def test_the_cdl_of_the_list_goes_with_its_event() -> None:
    graded = "* ASC_SOP (1.1 1.0 0.9)(0.01 0.0 -0.02)(1.0 1.0 1.2)\n* ASC_SAT 0.8\n"
    (request, plain) = planned(Edl(CLIP.rate).event(1, CLIP, 0, 9, after=graded).event(2, CLIP, 20, 9)).requests
    assert request.cdl == Cdl(slope=(1.1, 1.0, 0.9), offset=(0.01, 0, -0.02), power=(1.0, 1.0, 1.2), saturation=0.8)
    assert plain.cdl is None


def test_a_cdl_without_zeros_is_not_read_a_hundred_times_too_large() -> None:
    graded = "* ASC_SOP (.98 1. 1e0)(-.01 0 0)(1 1 1)\n* ASC_SAT .9\n"
    (request,) = planned(Edl(CLIP.rate).event(1, CLIP, 0, 9, after=graded)).requests
    assert request.cdl == Cdl(slope=(0.98, 1, 1), offset=(-0.01, 0, 0), saturation=0.9)


@pytest.mark.parametrize("remark", ["ASC_SOP (1 1)(0 0 0)(1 1 1)", "ASC_SOP (1 1 1)(0 0 0)(0 1 1)", "ASC_SAT much"])
def test_a_cdl_that_is_none_is_listed_and_the_frames_are_pulled(remark: str) -> None:
    plan = planned(Edl(CLIP.rate).event(1, CLIP, 0, 9, after=f"* {remark}\n"))
    assert plan.requests[0].cdl is None
    assert "its CDL is not" in plan.not_pulled[0].why


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda data: data.decode("latin-1")))
@settings(max_examples=200)
def test_any_text_is_read_or_refused(text: str) -> None:
    for body in (text, f"TITLE: X\n001  A001 V     C        {text}", f"001  A\n* ASC_SOP {text}\nM2 {text}"):
        with suppress(Rejected):
            planned(body)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.BAD_SIDECAR),
        (b"\x00\x01\x02", Code.BAD_SIDECAR),
        ("TITLE: É\n".encode("latin-1"), Code.BAD_SIDECAR),
        (b"TITLE: X\n* " + b"(" * 100_000, Code.LIMIT_EXCEEDED),
        (b"1  A\n" * 1_000_000, Code.LIMIT_EXCEEDED),
        (b" " * (MAX_BYTES + 1), Code.LIMIT_EXCEEDED),
    ],
    ids=["empty", "binary", "latin-1", "a long line", "a million events", "huge"],
)
def test_a_hostile_list_is_refused_in_one_sentence(data: bytes, code: Code) -> None:
    with pytest.raises(Rejected) as refused:
        read_cut(data)
    assert refused.value.verdict.code is code


def test_a_list_in_utf_16_is_read() -> None:
    read = read_cut(Edl(CLIP.rate).event(1, CLIP, 0, 9).text.encode("utf-16"))
    assert read.title == "REEL 3"
    assert len(read.cuts) == 1


def test_names_follow_the_template() -> None:
    (request,) = planned(Edl(CLIP.rate).event(7, CLIP, 40, 24)).requests
    template = NameTemplate.parse(DEFAULT)
    shot = template.name_shot(request, show="bikes", cut="reel3", version=2)
    assert template.name_frame(shot, 993) == "bikes_007_A001R1JL_v002.0993.exr"


@given(st.text(max_size=100))
def test_no_name_of_a_card_leaves_its_folder(hostile: str) -> None:
    clip = original(hostile or "x", reel=hostile or None)
    (request,) = planned(Edl(CLIP.rate).event(7, CLIP, 40, 24)).requests
    template = NameTemplate.parse("{reel}_{clip}_{cut}_{show}.{frame}.exr")
    shot = template.name_shot(
        type(request)(request.event, request.line, clip, 0, 0), show=hostile, cut=hostile, version=1
    )
    assert "/" not in shot
    assert ".." not in shot
    assert shot.isascii()
    assert not shot.startswith((".", "-"))
    assert safe(hostile)


@pytest.mark.parametrize(
    "text",
    ["{show}.exr", "{frame:04}.exr", "../{show}.{frame}.exr", "{show.__class__}.{frame}.exr", "{show!r}.{frame}.exr",
     "{event:9999999999}.{frame}.exr", "{event:{version}}.{frame}.exr", "{reel:03}.{frame}.exr", "{nope}.{frame}.exr",
     "{show.{frame}.exr", "a b.{frame}.exr", "{show}.{frame:04}.exr\n"],
)  # fmt: skip
def test_a_template_that_makes_no_safe_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"[.:] ?"):
        NameTemplate.parse(text)


def test_the_sheet_runs_nothing_and_calls_no_lacking_pull_complete() -> None:
    clip = original("=cmd()", reel="+A1")
    edl = Edl(CLIP.rate).event(1, clip, 40, 24)
    (request,) = planned(edl, clip).requests
    said = dict.fromkeys(("size", "colour", "cdl", "lut", "camera", "checked"), "")
    lines = [sheet_line(request, "shot", state="CHECKED", remarks="@x", **said)]
    left_out = [NotPulled(2, "-B", "It is a key.")]
    assert not any(cell.startswith(("=", "+", "@", "-")) for cell in write_csv(lines, left_out).split(","))
    assert "THIS PULL IS NOT COMPLETE" in write_text("bikes", lines, left_out, "")
    assert "NOT COMPLETE" not in write_text("bikes", lines, [], "")


def test_every_rate_of_the_issue_is_among_those_tried() -> None:
    assert {nominal(rate) for rate, _ in MODES} >= {24, 25, 30, 48, 50, 60, 120}
