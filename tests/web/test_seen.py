"""What quality control saw, and what goes to the editor."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from circletake.contracts.recipe import Qc, QcKind, Recipe
from tests.web.conftest import ROLL
from tests.web.fake_api import FakeStudio
from tests.web.fake_looks import made_by
from tests.web.test_page import expect_frame, grey_of, open_clip, open_roll, wait_until_shown

pytestmark = pytest.mark.browser


def measured(page: Page, findings: list[Any] | None) -> None:
    """Changes what the clip's measurements tell, on their way to the page. None: they are of before there were any."""

    def answer(route: Any) -> None:
        told = route.fetch().json()
        del told["findings"]
        route.fulfill(json=told if findings is None else {**told, "findings": findings})

    page.route("**/measurements.json", answer)


def test_what_may_be_wrong_stands_apart_from_what_is_only_good_to_know(page: Page) -> None:
    open_clip(page, "A001C006")
    doubtful, information = page.locator(".findings .found").first, page.locator(".findings .found").last
    expect(page.locator(".findings .found")).to_have_count(2)
    assert [kind.text_content() for kind in doubtful.locator(".kind b").all()] == [
        "Black picture",
        "Frozen picture",
        "Clipped highlights",
    ]
    expect(page.get_by_role("heading", name="Worth checking 3")).to_be_visible()
    expect(page.get_by_role("heading", name="Good to know 1")).to_be_visible()
    expect(information).to_contain_text("Off-speed")
    expect(doubtful).to_contain_text("Clipped highlightsframes 28–33")


def test_a_finding_shows_its_picture_and_leads_to_its_first_frame(page: Page) -> None:
    open_clip(page, "A001C006")
    wait_until_shown(page)
    black, frozen = page.locator("button.finding").nth(0), page.locator("button.finding").nth(1)
    expect(frozen.locator("img")).to_have_js_property("complete", True)
    assert grey_of(black.locator(".thumb")) < grey_of(frozen.locator(".thumb"))
    frozen.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".counter")).to_contain_text("frame 25 · 50 frames")
    expect_frame(page, 25)
    expect(page.locator(".deck")).to_be_in_viewport()


def test_where_nothing_was_found_it_is_said_what_was_looked_for(page: Page, studio: FakeStudio) -> None:
    recipe = Recipe(qc=Qc(kinds=(QcKind.BLACK, QcKind.TIMECODE_JUMP, QcKind.LOUD)))
    (clip,) = [each for each in studio.rolls[ROLL]["clips"] if each["name"] == "A001C006"]
    clip["made_by"] = made_by(recipe)
    measured(page, findings=[])
    open_clip(page, "A001C006")
    said = "Nothing was found. What was looked for: black pictures, timecode jumps and loud sound."
    expect(page.locator(".findings")).to_contain_text(said)


def test_a_clip_whose_quality_nobody_controlled_is_not_called_fine(page: Page) -> None:
    measured(page, findings=None)
    open_clip(page, "A001C006")
    expect(page.locator(".findings")).to_contain_text("Quality control has not looked at this clip.")


def test_many_findings_show_their_beginning_and_all_on_asking(page: Page) -> None:
    one = {"kind": "<b>NEW_KIND</b>", "sentence": "x" * 300, "information": False, "thumb": None}
    many = [{**one, "frames": {"first": frame, "last": frame}} for frame in range(40)]
    measured(page, findings=many)
    page.set_viewport_size({"width": 390, "height": 844})
    open_clip(page, "A001C006")
    expect(page.locator("button.finding:visible")).to_have_count(6)
    expect(page.locator(".finding .kind b").first).to_have_text("<b>new kind</b>")
    page.get_by_text("34 more").click()
    expect(page.locator("button.finding:visible")).to_have_count(40)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_roll_is_saved_as_an_avid_log(page: Page, studio: FakeStudio) -> None:
    studio.ales.append({"name": "NIGHTFALL_main_D014_A001.ale", "text": "Heading\r\nFPS\t24\r\n"})
    open_roll(page)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="ALE").click()
    assert downloading.value.suggested_filename == "NIGHTFALL_main_D014_A001.ale"
    assert downloading.value.path().read_bytes() == b"Heading\r\nFPS\t24\r\n"


def test_a_roll_of_two_rates_offers_a_log_of_each(page: Page, studio: FakeStudio) -> None:
    studio.ales += [{"name": f"A001_{rate}.ale", "text": f"FPS\t{rate}\r\n"} for rate in (24, 50)]
    open_roll(page)
    page.get_by_role("button", name="ALE").click()
    expect(page.get_by_role("link", name="A001_24.ale")).to_be_focused()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="A001_50.ale").click()
    assert downloading.value.path().read_bytes() == b"FPS\t50\r\n"


def test_a_clip_names_its_proxies_for_editing_and_the_command_that_fetches_them(page: Page, studio: FakeStudio) -> None:
    studio.rolls[ROLL]["clips"][0]["editorial"] = ["dnxhr.mxf", "tomorrow.mov"]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_clip(page, "A001C001")
    assert page.locator(".formats li").all_text_contents() == ["DNxHR LB · MXF OP1a", "tomorrow.mov"]
    page.get_by_role("button", name="Copy the command").click()
    expect(page.get_by_text("copied", exact=True)).to_be_visible()
    command = page.evaluate("navigator.clipboard.readText()")
    assert command == "circletake editorial A001 --production NIGHTFALL --day D014 --to A001"


def test_a_clip_without_proxies_for_editing_says_nothing_of_them(page: Page) -> None:
    open_clip(page, "A001C001")
    expect(page.locator(".facts-table")).to_contain_text("Colour tags")
    expect(page.get_by_text("For editing")).to_have_count(0)
