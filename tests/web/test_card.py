"""May this card be formatted? What a person sees of the answer on the page, and does about it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.film.told import act
from tests.web.conftest import ROLL, Watched
from tests.web.fake_api import FakeStudio
from tests.web.test_page import SOON_MS, sign_in
from tests.web.verdicts import ADA, JUDGED, amber, card, green, reason, red, roll_card

pytestmark = pytest.mark.browser

LOADER = ("dee", "load-and-log")
RELEASED = {**ADA, "at": JUDGED, "reason": "Both drives checked.", "status": "GREEN"}


def open_card(page: Page, studio: FakeStudio, *cards: Any, who: tuple[str, str] = LOADER) -> Locator:
    """→ the panel of the first card, as `who` sees it."""
    studio.cards[ROLL] = roll_card(*cards)
    sign_in(page, *who)
    page.get_by_role("link", name="A001").click()
    expect(page.locator(".card-panel")).to_have_count(len(cards))
    return page.locator(".card-panel").first


@pytest.mark.parametrize(
    ("card", "word", "answer"),
    [
        (green(), "Safe to format", "SAFE TO FORMAT"),
        (amber(), "Not yet safe", "NOT YET SAFE TO FORMAT"),
        (red(), "Do not format", "DO NOT FORMAT"),
    ],
    ids=["green", "amber", "red"],
)
def test_a_card_is_answered_for_in_words_in_the_list_and_on_the_wall(
    page: Page, studio: FakeStudio, card: Any, word: str, answer: str
) -> None:
    studio.cards[ROLL] = roll_card(card)
    sign_in(page, *LOADER)
    tile = page.get_by_role("link", name="A001")
    expect(tile.locator(".roll-light")).to_have_text(word)
    expect(tile.locator(".roll-light .icon")).to_be_visible()
    tile.click()
    expect(page.locator(".card-panel h2")).to_have_text(answer)
    expect(page.locator(".card-panel .axis-chip")).to_have_count(2)


def test_a_roll_that_nobody_judged_is_called_nothing_else(page: Page, studio: FakeStudio) -> None:
    studio.cards.clear()
    sign_in(page, *LOADER)
    tile = page.get_by_role("link", name="A001")
    expect(tile).to_contain_text("Not judged yet")
    tile.click()
    expect(page.get_by_role("heading", name="No card yet")).to_be_visible()


def test_reasons_stand_under_their_axis_red_first_and_long_lists_fold(page: Page, studio: FakeStudio) -> None:
    known_gap = reason("BITS", "CLIP_GAP", "Clip 3 is missing.", "Look for it.", closable="ACKNOWLEDGE")
    panel = open_card(page, studio, _with(red(), known_gap))
    bits, picture = panel.locator(".axis").nth(0), panel.locator(".axis").nth(1)
    expect(bits.locator("h4")).to_have_text(["Bytes changed", "Files missing6", "Gap in the clip numbers"])
    expect(picture.locator("h4")).to_have_text(["Clips rejected"])
    missing = bits.locator(".reason-group").filter(has_text="Files missing")
    expect(missing.get_by_text("Look for the file on it")).to_have_count(1)
    last = missing.get_by_text("A001R1JL/A001C016.mov")
    expect(last).to_be_hidden()
    missing.get_by_text("2 more").click()
    expect(last).to_be_visible()


def test_copies_say_whether_they_count_or_why_not(page: Page, studio: FakeStudio) -> None:
    panel = open_card(page, studio, amber())
    rows = panel.locator(".copies tbody tr")
    expect(rows.nth(0)).to_contain_text("DIT-RAID-1")
    expect(rows.nth(0)).to_contain_text("14 Oct 2026, 17:58:02")
    expect(rows.nth(1)).to_contain_text("It does not count: 3 of 214 files were not read back.")


def test_camera_releases_a_green_card_with_a_reason(page: Page, studio: FakeStudio) -> None:
    panel = open_card(page, studio, green())
    expect(panel.get_by_text("Released by")).to_have_count(0)
    panel.get_by_role("button", name="Release…").click()
    dialog = page.get_by_role("dialog", name="Release A001")
    expect(dialog.get_by_label("Why")).to_be_focused()
    dialog.get_by_role("button", name="Release", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text("Say why: nobody can ask you later.")
    assert studio.acts == []
    page.keyboard.type("Both drives\nchecked.")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(panel).to_contain_text("Released by ada (camera)")
    expect(panel.locator("h2")).to_have_text("SAFE TO FORMAT")
    expect(panel.get_by_role("button", name="Release…")).to_have_count(0)
    assert studio.acts == [{"act": "RELEASE", "offload": green()["offload"], "reason": "Both drives checked."}]


def test_a_refusal_is_shown_as_the_server_says_it(page: Page, studio: FakeStudio, watched: Watched) -> None:
    watched.expected.append("409")
    studio.refusal = (409, "This card is RED since 18:10: a file on SHUTTLE-07 differs.")
    panel = open_card(page, studio, green())
    panel.get_by_role("button", name="Release…").click()
    page.get_by_label("Why").fill("It was green a moment ago.")
    page.get_by_role("button", name="Release", exact=True).click()
    said = "This card is RED since 18:10: a file on SHUTTLE-07 differs. See what is open first."
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text(said)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(panel.get_by_role("button", name="Release…")).to_be_visible()


def test_a_card_with_something_open_is_not_offered_for_release(page: Page, studio: FakeStudio) -> None:
    panel = open_card(page, studio, amber())
    expect(panel.get_by_role("button", name="Acknowledge…")).to_have_count(1)
    expect(panel.get_by_role("button", name="Release…")).to_have_count(0)


def test_whoever_is_not_of_camera_sees_the_answer_and_no_buttons(page: Page, studio: FakeStudio) -> None:
    panel = open_card(page, studio, amber(), who=("ada", "slate-and-sticks"))
    expect(panel.locator("h2")).to_have_text("NOT YET SAFE TO FORMAT")
    expect(panel.get_by_text("Clip", exact=False).first).to_be_visible()
    expect(panel.get_by_role("button", name="…")).to_have_count(0)


def test_a_gap_is_acknowledged_and_a_clip_signed_off_by_name(page: Page, studio: FakeStudio) -> None:
    panel = open_card(page, studio, amber())
    panel.get_by_role("button", name="Acknowledge…").click()
    page.get_by_label("Why").fill("Two tests, deleted in the camera.")
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    expect(panel.get_by_role("button", name="Acknowledge…")).to_have_count(0)
    panel.get_by_role("button", name="Sign off…").first.click()
    page.get_by_label("Why").fill("Viewed whole in the maker's software.")
    page.get_by_role("button", name="Sign off", exact=True).click()
    expect(panel.locator(".history")).to_contain_text("“Viewed whole in the maker's software.”")
    acts = [(each["act"], each["code"], each["path"], each["about"]) for each in studio.acts]
    assert acts == [
        ("ACKNOWLEDGE", "CLIP_GAP", "A001R1JL", None),
        ("SIGN_OFF", "PICTURE_UNCHECKED", "A001R1JL/A001C001_261014_R1JL.ari", f"{1:020x}"),
    ]


def test_a_version_that_nobody_has_looked_at_is_not_signed_off(
    page: Page, studio: FakeStudio, watched: Watched
) -> None:
    watched.expected.append("409")
    panel = open_card(page, studio, amber())
    panel.get_by_role("button", name="Sign off…").first.click()
    studio.cards[ROLL]["cards"][0]["reasons"][2]["about"] = "e" * 20
    page.get_by_label("Why").fill("Viewed whole in the maker's software.")
    page.get_by_role("button", name="Sign off", exact=True).click()
    said = "The card has no such open reason. See what is open first."
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text(said)
    assert studio.acts == []


def test_the_keyboard_alone_releases_a_card(page: Page, studio: FakeStudio) -> None:
    open_card(page, studio, green())
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Release…":
            break
    page.keyboard.press("Enter")
    page.keyboard.type("j k l: checked")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".card-panel").first).to_contain_text("“j k l: checked”")


def test_damage_after_a_release_is_called_by_its_name(page: Page, studio: FakeStudio) -> None:
    panel = open_card(page, studio, red(released=RELEASED))
    expect(panel.locator("h2")).to_have_text("DO NOT FORMAT")
    expect(panel).to_contain_text("Released by ada (camera)")
    expect(panel).to_contain_text("If the card is not formatted yet, stop.")


def test_each_insertion_is_a_card_of_its_own_and_a_covered_one_is_said_to_be(page: Page, studio: FakeStudio) -> None:
    open_card(page, studio, amber("o-1", covered_by="o-2"), green("o-2", released=RELEASED))
    panels = page.locator(".card-panel")
    expect(panels.nth(0)).to_contain_text("Put in 2 times · insertion o-2")
    covered = panels.nth(1)
    expect(covered.get_by_text("o-1: all of it is also in o-2, which counts in its place.")).to_be_visible()
    expect(page.get_by_role("heading", name="FORMAT")).to_have_text(["SAFE TO FORMAT"])
    expect(covered.get_by_text("By itself: not yet safe")).to_be_hidden()
    covered.locator("summary").first.click()
    expect(covered.get_by_text("By itself: not yet safe")).to_be_visible()
    expect(covered.get_by_role("button", name="…")).to_have_count(0)
    expect(page.get_by_role("button", name="Release…")).to_have_count(0)


def test_a_card_that_turns_red_turns_red_before_the_eyes_and_keeps_what_was_opened(
    page: Page, studio: FakeStudio
) -> None:
    panel = open_card(page, studio, amber())
    panel.get_by_text("5 more").click()
    studio.cards[ROLL]["cards"][0]["judged_at"] = "2026-10-14T18:20:00+00:00"
    expect(panel).to_contain_text("18:20:00", timeout=SOON_MS)
    expect(panel.get_by_text("A001R1JL/A001C009_261014_R1JL.ari")).to_be_visible()
    studio.cards[ROLL] = roll_card(red(amber()["offload"]))
    expect(panel.locator("h2")).to_have_text("DO NOT FORMAT", timeout=SOON_MS)
    expect(page.locator(".for-listeners")).to_have_text("A001: DO NOT FORMAT")


def test_a_card_of_which_nothing_was_compared_says_that(page: Page, studio: FakeStudio) -> None:
    nothing = card("o-1", "AMBER", "AMBER", counts={"listed": 0, "received": 0, "matched": 0}, judged_at=None)
    panel = open_card(page, studio, nothing)
    expect(panel.locator(".answer p")).to_have_text("nothing has been compared yet · no copies count")
    expect(panel.locator(".axis .fine")).to_have_text(["Nothing has been compared yet."] * 2)


def test_the_first_of_several_releases_stays_in_the_history(page: Page, studio: FakeStudio) -> None:
    acts = [act("RELEASE", reason) for reason in ("Both drives checked.", "Again, with a third drive.")]
    panel = open_card(page, studio, green(released=RELEASED, acts=acts))
    panel.get_by_text("Reasons, copies and history").click()
    expect(panel.locator(".act")).to_have_count(2)
    expect(panel.locator(".history")).to_contain_text("“Both drives checked.”")


def test_a_new_manifest_is_offered_as_files(page: Page, studio: FakeStudio, tmp_path: Path) -> None:
    panel = open_card(page, studio, green())
    panel.get_by_role("button", name="New manifest").click()
    for name in ("0002_A001_2026-10-14.mhl", "ascmhl_chain.xml"):
        with page.expect_download() as downloading:
            panel.get_by_role("link", name=name).click()
        assert downloading.value.suggested_filename == name
        downloading.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_text() == f"<of {green()['offload']}>"


def test_nothing_in_a_verdict_acts(page: Page, studio: FakeStudio) -> None:
    hostile = "<img src=x onerror=alert(1)>\u202e"
    shown = "<img src=x onerror=alert(1)>⟨U+202E⟩"
    evil = reason("BITS", hostile, hostile, hostile, path=hostile, closable="ACKNOWLEDGE", light="RED")
    card = _with(red(), evil)
    card["copies"][0] |= {"volume": hostile, "serial": hostile, "kind": hostile, "sentence": hostile}
    card["structure"] = {"camera": hostile, "sentence": hostile, "known": False}
    act = {**RELEASED, "by": hostile, "role": hostile, "reason": hostile}
    card |= {"released": act, "acts": [{**act, "act": "ADD_COPY", "code": hostile, "path": hostile, "volume": hostile}]}
    panel = open_card(page, studio, card)
    assert panel.get_by_text(shown).count() >= 8
    panel.get_by_role("button", name="Acknowledge…").click()
    expect(page.get_by_role("dialog")).to_contain_text(shown)
    assert page.locator("img[src='x'], [onerror]").count() == 0


def test_on_a_phone_the_answer_the_table_and_the_dialog_fit(page: Page, studio: FakeStudio) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    long = "A001R1JL/" + "A001C001_261014_R1JL" * 12 + ".ari"
    evil = reason("BITS", "FILE_CHANGED", f"{long} changed.", "Copy it again.", path=long, closable="ACKNOWLEDGE")
    panel = open_card(page, studio, _with(amber(), evil))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(panel.locator("h2")).to_be_in_viewport(ratio=1)
    panel.get_by_role("button", name="Acknowledge…").last.click()
    expect(page.get_by_role("dialog")).to_be_in_viewport(ratio=1)


def _with(card: Any, reason: Any) -> Any:
    return {**card, "reasons": [*card["reasons"], reason]}
