"""What a clip's picture is, and how a person sets another look for it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from circletake.contracts.recipe import BurnIn, BurnInText, Color, Recipe
from tests.web.conftest import ROLL, Watched
from tests.web.fake_api import FakeStudio
from tests.web.fake_looks import APPLIED, WARM, made_by
from tests.web.test_page import SOON_MS, open_clip, poster, sign_in, wait_until_shown

pytestmark = pytest.mark.browser

CCC = """<?xml version="1.0" encoding="UTF-8"?>
<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.2">
  <ColorCorrection id="A001C001_warm">
    <SOPNode><Slope>1.12 1.0 0.91</Slope><Offset>0.004 0 -0.0065</Offset><Power>1 1 1.05</Power></SOPNode>
    <SatNode><Saturation>0.92</Saturation></SatNode>
  </ColorCorrection>
  <ColorCorrection id="other"><SOPNode><Slope>2 2 2</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode>
  </ColorCorrection>
</ColorCorrectionCollection>
"""
CUBE = "TITLE x\nLUT_3D_SIZE 2\n" + "0 0 0\n" * 8
LOADER = ("dee", "load-and-log")


def first_clip(studio: FakeStudio) -> Any:
    return studio.rolls[ROLL]["clips"][0]


def open_dialog(page: Page) -> Locator:
    sign_in(page, *LOADER)
    page.get_by_role("link", name="A001").click()
    poster(page, "A001C001").click()
    page.get_by_role("button", name="Looks…").click()
    dialog = page.get_by_role("dialog", name="Set a look")
    expect(dialog).to_be_visible()
    return dialog


def give(dialog: Locator, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    dialog.locator("input[type=file]").set_input_files(folder / name)


def test_a_picture_without_a_look_is_called_as_recorded(page: Page) -> None:
    open_clip(page, "A001C001")
    expect(page.locator(".shown-look .words")).to_have_text("No look: shown as recorded.")
    expect(page.locator(".facts-table .cdl")).to_have_count(0)


def test_a_look_is_told_with_its_numbers_and_where_they_came_from(page: Page, studio: FakeStudio) -> None:
    first_clip(studio)["look"] = APPLIED
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_clip(page, "A001C001")
    expect(page.locator(".shown-look .words")).to_have_text(APPLIED["sentence"])
    table = page.locator(".facts-table")
    for told in ("ARRI LogC4", "ACEScct", APPLIED["cdl_from"], "NIGHTFALL_print_v3", APPLIED["lut_from"]):
        expect(table.get_by_text(told, exact=True)).to_be_visible()
    page.get_by_role("button", name="Copy the CDL").click()
    expect(page.get_by_text("copied", exact=True)).to_be_visible()
    copied = "Slope 1.12 1 0.91\nOffset 0.004 0 -0.0065\nPower 1 1 1.05\nSaturation 0.92"
    assert page.evaluate("navigator.clipboard.readText()") == copied


def test_the_page_says_what_is_burnt_in_and_writes_nothing_over_the_picture(page: Page, studio: FakeStudio) -> None:
    shown = (BurnInText.TIMECODE, BurnInText.CLIP)
    recipe = Recipe(burn_in=BurnIn(show=shown, words="Property of <b>Nightfall</b>"))
    first_clip(studio)["made_by"] = made_by(recipe)
    open_clip(page, "A001C001")
    burnt = "Burnt in: source timecode, clip name, “Property of <b>Nightfall</b>”"
    expect(page.locator(".shown-look .burnt")).to_have_text(burnt)
    wait_until_shown(page)
    stage, clock = page.locator(".stage").bounding_box(), page.get_by_label("Source timecode").bounding_box()
    assert stage is not None
    assert clock is not None
    assert clock["y"] >= stage["y"] + stage["height"]


@pytest.mark.parametrize("known", [True, False], ids=["made by another recipe", "not known what it was made by"])
def test_what_the_recipe_says_now_is_not_told_of_a_picture_that_was_made_before(
    page: Page, studio: FakeStudio, known: bool
) -> None:
    studio.looks.recipe = Recipe(burn_in=BurnIn(show=(BurnInText.TIMECODE,)))
    first_clip(studio)["made_by"] = made_by(Recipe()) if known else None
    open_clip(page, "A001C001")
    expect(page.locator(".findings")).to_be_visible()
    expect(page.get_by_text("Burnt in")).to_have_count(0)


def test_nobody_is_offered_to_set_a_look_who_may_not(page: Page, studio: FakeStudio) -> None:
    open_clip(page, "A001C001")
    expect(page.locator(".findings")).to_be_visible()
    expect(page.get_by_role("button", name="Looks…")).to_have_count(0)


def test_a_cdl_file_fills_the_numbers_and_is_set_for_the_day(page: Page, studio: FakeStudio, tmp_path: Path) -> None:
    dialog = open_dialog(page)
    give(dialog, tmp_path, "two.ccc", CCC)
    expect(dialog.get_by_label("slope, red")).to_have_value("1.12")
    expect(dialog.get_by_label("offset, blue")).to_have_value("-0.0065")
    expect(dialog.get_by_label("Name of the look")).to_have_value("A001C001_warm")
    dialog.get_by_text("Day", exact=True).click()
    dialog.get_by_role("button", name="Set look").click()
    expect(dialog).to_be_hidden()
    told = {"level": "DAY", "target": "D014", "roll": None, "name": "A001C001_warm", "cdl": WARM, "cube": None}
    assert studio.looks.asked == [told]
    expect(page.locator(".making")).to_have_text(
        "New proxies are being made for day D014. Pictures change by themselves."
    )


def test_the_new_picture_comes_by_itself_and_stands_at_the_same_frame(page: Page, studio: FakeStudio) -> None:
    dialog = open_dialog(page)
    dialog.get_by_role("checkbox", name="CDL").check()
    dialog.get_by_label("saturation").fill("0,5")
    dialog.get_by_label("Name of the look").fill("Bleak")
    dialog.get_by_role("button", name="Set look").click()
    expect(dialog).to_be_hidden()
    (asked,) = studio.looks.asked
    assert (asked["level"], asked["target"], asked["cdl"]["saturation"]) == ("CLIP", "A001C001", 0.5)
    assert asked["roll"] == dict(zip(("production", "unit", "day", "roll"), ROLL, strict=True))
    wait_until_shown(page)
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".counter")).to_contain_text("frame 10 ·")
    clip = first_clip(studio)
    prefix = clip["media"]["prefix"].replace(clip["clip_id"], "r2")
    clip |= {"look": {**APPLIED, "sentence": "SDR: CDL"}, "media": {**clip["media"], "prefix": prefix}}
    expect(page.locator(".shown-look .words")).to_have_text("SDR: CDL", timeout=2 * SOON_MS)
    expect(page.locator("video")).to_have_count(1)
    assert "/r2/" in page.locator("video").evaluate("(video) => video.src")
    expect(page.locator(".counter")).to_contain_text("frame 10 ·")
    expect(page.locator(".making")).to_be_hidden()
    expect(page.locator(".for-listeners[aria-live]")).to_have_text("The new picture is here. SDR: CDL")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".counter")).to_contain_text("frame 11 ·")


def test_a_cube_is_sent_as_its_text_and_what_is_wrong_with_one_is_told(
    page: Page, studio: FakeStudio, watched: Watched, tmp_path: Path
) -> None:
    watched.expected.append("400")
    first_clip(studio)["look"] = APPLIED  # whose CDL is of the day, and not to be set for the show
    dialog = open_dialog(page)
    give(dialog, tmp_path, "short.cube", CUBE.replace("SIZE 2", "SIZE 9"))
    dialog.get_by_text("Show", exact=True).click()
    dialog.get_by_role("button", name="Set look").click()
    expect(dialog.get_by_role("alert")).to_have_text("The LUT ends before its last line. Write it again.")
    give(dialog, tmp_path, "print.cube", CUBE)
    expect(dialog.locator(".lut")).to_contain_text("LUT: print · 2 points a side")
    dialog.get_by_role("button", name="Set look").click()
    expect(dialog).to_be_hidden()
    assert studio.looks.asked[-1] == {
        "level": "SHOW",
        "target": "",
        "roll": None,
        "name": "print",
        "cdl": None,
        "cube": CUBE,
    }


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.cdl", "<ColorDecisionList><oops>", "no whole XML"),
        ("a.cdl", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "holds no DOCTYPE"),
        pytest.param("a.cc", "<a>" * 100_000 + "</a>" * 100_000, "no whole XML", id="100,000 deep"),
        ("a.cc", "<x/>", "holds no ColorCorrection"),
        ("a.cc", "<ColorCorrection><SOPNode><Slope>1 1</Slope></SOPNode></ColorCorrection>", "slope of the first"),
        ("a.cc", CCC.replace("1.12", "nan"), "The slope of the first correction is not 3 numbers"),
        ("a.cc", CCC.replace("1 1 1.05", "1 1 0"), "A power must be above 0"),
        ("a.cube", "LUT_1D_SIZE 16\n", "no 3D LUT"),
        ("a.txt", "1 2 3", "This is no .cc, .ccc, .cdl or .cube file."),
    ],
)
def test_a_file_that_is_no_look_is_told_why(
    page: Page, watched: Watched, tmp_path: Path, name: str, text: str, said: str
) -> None:
    dialog = open_dialog(page)
    give(dialog, tmp_path, name, text)
    expect(dialog.get_by_role("alert")).to_contain_text(said)
    # Chromium tells of bad XML in an element that has a style of its own, which the policy rightly refuses.
    page.evaluate(
        "window.refusedByPolicy = window.refusedByPolicy.filter((told) => !told.startsWith('style-src-attr'))"
    )
    watched.expected.append("inline style")
    expect(dialog.get_by_role("checkbox", name="CDL")).not_to_be_checked()


def test_a_file_dropped_anywhere_on_the_dialog_is_taken(page: Page, studio: FakeStudio) -> None:
    dialog = open_dialog(page)
    drop = """(heading, text) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], "warm.CC"));
        for (const kind of ["dragover", "drop"])
            heading.dispatchEvent(new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true}));
    }"""
    dialog.get_by_role("heading", name="Set a look").evaluate(drop, CCC)
    expect(dialog.get_by_label("slope, red")).to_have_value("1.12")


def test_looks_of_other_clips_are_folded_away(page: Page, studio: FakeStudio) -> None:
    roll = dict(zip(("production", "unit", "day", "roll"), ROLL, strict=True))
    for name in ("A001C001", "A001C002", "A001C006"):
        look = {"level": "CLIP", "target": name, "roll": roll, "name": "on set", "cdl": WARM, "cube": None}
        studio.looks.set(look, ("camera",))
    dialog = open_dialog(page)
    expect(dialog.locator(".look:visible")).to_have_count(1)
    expect(dialog.locator(".look:visible")).to_contain_text("clip A001C001 (D014 / A001)")
    dialog.get_by_text("Of 2 other clips").click()
    expect(dialog.locator(".look:visible")).to_have_count(3)


def test_what_is_missing_is_asked_for_before_anything_is_sent(page: Page, studio: FakeStudio) -> None:
    dialog = open_dialog(page)
    sets = dialog.get_by_role("button", name="Set look")
    sets.click()
    expect(dialog.get_by_role("alert")).to_have_text("Give it a CDL, a LUT, or both.")
    dialog.get_by_role("checkbox", name="CDL").check()
    dialog.get_by_label("power, green").fill("a lot")
    sets.click()
    expect(dialog.get_by_role("alert")).to_have_text("power, green is not a number.")
    expect(dialog.get_by_label("power, green")).to_be_focused()
    dialog.get_by_label("power, green").fill("1.1")
    sets.click()
    expect(dialog.get_by_role("alert")).to_have_text("Give the look a name: others will read it.")
    dialog.get_by_text("Setup", exact=True).click()
    sets.click()
    expect(dialog.get_by_role("alert")).to_have_text("Say which setup it is for.")
    assert studio.looks.asked == []


def test_a_look_that_is_set_is_listed_and_can_be_taken_back(page: Page, studio: FakeStudio) -> None:
    hostile = "<img src=x onerror=alert(1)>" + "x" * 120
    studio.looks.set({"level": "DAY", "target": "D014", "name": hostile, "cdl": WARM, "cube": None}, ("camera",))
    dialog = open_dialog(page)
    listed = dialog.get_by_role("listitem")
    expect(listed).to_contain_text(f"day D014CDL “{hostile}” · ada14 Oct 2026")
    dialog.get_by_text("Day", exact=True).click()
    there = f"There now: CDL “{hostile}” · ada. Only what you give is replaced."
    expect(dialog.get_by_text(there, exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Take back").click()
    dialog.get_by_role("button", name="Keep").click()
    assert len(studio.looks.asked) == 1
    dialog.get_by_role("button", name="Take back").click()
    dialog.get_by_role("button", name="Take back").click()
    expect(dialog).to_be_hidden()
    asked = studio.looks.asked[-1]
    assert (asked["level"], asked["target"], asked["cdl"], asked["cube"]) == ("DAY", "D014", None, None)
    page.get_by_role("button", name="Looks…").click()
    expect(page.get_by_text("No look is set in this production.")).to_be_visible()


def test_the_keyboard_alone_sets_a_look_and_the_screen_behind_hears_nothing(page: Page, studio: FakeStudio) -> None:
    studio.looks.recipe = Recipe(color=Color(grading_space="ACEScct"))
    dialog = open_dialog(page)
    expect(dialog.get_by_text("CDL and LUT act in ACEScct.")).to_be_visible()
    place = page.url
    expect(dialog.get_by_role("radio", name="This clip")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("radio", name="Setup")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("42 jkl")
    expect(dialog.get_by_label("Which setup")).to_have_value("42 jkl")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.url == place
    expect(page.locator(".counter")).to_contain_text("frame 0 ·")
    expect(page.get_by_role("button", name="Looks…")).to_be_focused()


def test_a_phone_shows_a_look_and_its_dialog_without_scrolling_sideways(page: Page, studio: FakeStudio) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    first_clip(studio)["look"] = {**APPLIED, "sentence": "W" * 190, "cdl_from": "W" * 190}
    studio.looks.set({"level": "SCENE", "target": "W" * 190, "name": "W" * 190, "cdl": WARM, "cube": None}, ("camera",))
    dialog = open_dialog(page)
    dialog.get_by_role("button", name="Take back").click()
    for scrolled in (page.locator("html"), dialog):
        assert scrolled.evaluate("(node) => node.scrollWidth <= node.clientWidth")


def test_a_picture_that_could_not_be_made_anew_says_so(page: Page, studio: FakeStudio) -> None:
    why = {"code": "NO_ROUTE", "sentence": "This clip is too large for every worker.", "next_step": "Ask an engineer."}
    first_clip(studio)["not_made_anew"] = why
    open_clip(page, "A001C001")
    expect(page.locator(".shown-look .making")).to_contain_text(
        "the older picture: it could not be made anew. This clip"
    )
