"""A shooting day on the page: scenes, setups and takes, what waits for a person, and finding them."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Watched
from tests.web.fake_api import FakeStudio
from tests.web.fake_days import FakeDay
from tests.web.legible import illegible
from tests.web.shooting import DAY, HOSTILE, lay_out, open_day, told
from tests.web.test_page import sign_in

pytestmark = pytest.mark.browser


def test_a_day_is_told_as_scenes_with_their_setups_and_takes_circled_first(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    sign_in(page)
    expect(page.get_by_text("80 takes")).to_be_visible()
    page.get_by_role("link", name="D014").click()
    expect(page.locator(".take-row")).to_have_count(83)
    head = page.locator(".day-head")
    for words in ("main unit · pickup", "21:00", "06:30", "Europe/Berlin"):
        expect(head).to_contain_text(words)
    summary = told(day)["summary"]
    figures = f"Takes{summary['takes']}and 3 wild tracksCircled{summary['circled']}"
    expect(head.locator(".day-figures")).to_contain_text(figures)
    assert page.locator(".scene > h2").all_text_contents() == [f"Scene {name}" for name in summary["scenes"]]
    setup = page.locator(".setup").filter(has=page.get_by_role("heading", name="12A"))
    circles = setup.locator(".take-row").evaluate_all("(rows) => rows.map((row) => row.dataset.circled)")
    assert circles == sorted(circles, reverse=True)
    assert "true" in circles
    assert setup.locator(".row-camera").count() > setup.locator(".take-row").count(), "cameras stand side by side"
    expect(page.locator(".small-frame img.loaded").first).to_be_visible()


def test_as_shot_takes_stand_in_the_order_of_their_clocks(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    page.get_by_role("button", name="As shot").click()
    setup = page.locator(".setup").filter(has=page.get_by_role("heading", name="12A"))
    numbers = [int(text) for text in setup.locator(".ring").all_text_contents()]
    assert numbers == sorted(numbers)


def test_the_number_of_a_wild_track_is_shown_whole(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    odd = told(day)
    for take, number in zip(odd["takes"], ("WT1", "WT12", "12PU", "3"), strict=False):
        take["take"] = {"value": number, "by": [], "others": []}
    studio.days.told = odd
    open_day(page, studio)
    for number in ("WT1", "WT12", "12PU"):
        ring = page.locator(".ring").get_by_text(number, exact=True).first
        assert ring.evaluate("(node) => node.scrollWidth <= node.clientWidth"), number


def test_a_row_leads_to_its_conflicts(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    page.get_by_role("button", name="1 conflict").first.click()
    expect(page.get_by_role("tab", name="Conflicts")).to_have_attribute("aria-selected", "true")
    assert "list=conflicts" in page.url
    expect(page.locator(".waiting :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("tab", name="Takes")).to_have_attribute("aria-selected", "true")


def test_takes_are_found_by_what_is_said_of_them_and_it_is_marked(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    page.keyboard.press("f")
    page.keyboard.type("12A rehearsed")
    expect(page.get_by_text("of 80 takes · 3 wild tracks")).to_be_visible()
    rows = page.locator(".take-row")
    expect(page.locator(".setup")).to_have_count(1)
    assert page.locator(".setup mark").first.inner_text() == "12A"
    expect(rows.first.locator(".row-notes mark")).to_have_text("rehearsed")
    page.keyboard.press("ArrowDown")
    expect(rows.first.locator(".row-link")).to_be_focused()
    page.reload()
    expect(page.locator(".setup")).to_have_count(1)
    page.get_by_label("Look for takes").fill("nothing of the kind")
    expect(page.get_by_text("No take has all of these words")).to_be_visible()


def test_a_take_opens_with_enter_and_the_way_back_stands_above(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    page.keyboard.press("ArrowDown")
    take = page.locator(".take-row:has(:focus)").get_attribute("data-take")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{DAY}/take/{take}")
    page.get_by_label("You are here").get_by_role("link", name="D014").click()
    expect(page.locator(".take-row")).to_have_count(83)
    expect(page.locator(f'[data-take="{take}"] .row-link')).to_be_focused()


def test_a_vendor_is_told_nothing_of_a_day(page: Page, studio: FakeStudio, day: FakeDay, watched: Watched) -> None:
    studio.accounts["ada"].roles = ("vendor",)
    sign_in(page)
    expect(page.get_by_role("heading", name="D014")).to_be_visible()
    assert not any(call.endswith("/days") for call in studio.calls)
    watched.expected.append("403")
    page.goto(f"{studio.page}{DAY}")
    expect(page.get_by_text("Vendors are not told what was shot on a day.")).to_be_visible()


def test_the_keys_are_told_on_demand(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    expect(page.locator(".take-row").first).to_be_visible()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("circle it, or take its circle away")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_names_that_are_markup_or_without_end_stay_text_on_the_screen(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    odd = told(day)
    long = HOSTILE + "\u202e" + "W" * 150
    take = next(each for each in odd["takes"] if len(each["clips"]) > 1)
    take |= {
        "called": long,
        "notes": [{"value": long, "by": []}],
        "facts": {"lens": {"value": long, "by": [], "others": []}},
    }
    for name in ("scene", "setup", "take"):
        take[name] = {"value": long, "by": [], "others": []}
    for part in take["clips"] + take["sounds"]:
        part["name"] = long
    odd["papers"][0] |= {"name": long, "problems": [{"line": 3, "sentence": long}]}
    for entry in odd["worklist"]:
        entry |= {"sentence": long, "next_step": long, "where": [{"source": "SCRIPT", "paper": long, "line": 2}]}
    for conflict in odd["conflicts"]:
        conflict["held"] |= {"value": long}
    odd["facts"] = {"zone": None, "call": None, "wrap": None, "kind": long}
    studio.days.told = odd
    open_day(page, studio)
    whole = page.locator("html")
    strange = page.locator(f'[data-take="{take["id"]}"]')
    expect(strange).to_contain_text(HOSTILE + "⟨U+202E⟩")
    lay_out(page)
    assert whole.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    strange.locator(".edit-button").click()
    expect(page.locator(".take-editor")).to_be_visible()
    assert whole.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    page.keyboard.press("Escape")
    for list_ in ("no-slate", "no-sound", "conflicts", "others"):
        page.locator(f"[role=tab][data-list={list_}]").click()
        expect(page.locator(".waiting").first).to_contain_text(HOSTILE)
        assert whole.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert page.locator("img[src='x'], [onerror]").count() == 0


def _again(take: dict[str, Any], number: int) -> dict[str, Any]:
    """A take → the same in a setup of its own."""
    setup = {**take["number"], "setup": f"{number}{take['number']['setup']}"}
    return take | {"id": f"{number:02}{take['id'][2:]}", "number": setup}


#: Half a second; a browser on a machine of two slow cores needs less than half of it.
FLUENT_MS = 500


def test_500_takes_are_shown_and_ordered_without_a_pause(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    many = told(day)
    takes = many["takes"]
    many["takes"] = [_again(take, number) for number in range(7) for take in takes][:500]
    studio.days.told = many
    open_day(page, studio)
    expect(page.locator(".take-row")).to_have_count(500)
    spent = page.evaluate(
        """() => ["shot", "circled", "shot"].map((order) => {
          const began = performance.now();
          document.querySelector(`[data-order=${order}]`).click();
          document.body.getBoundingClientRect();
          return performance.now() - began;
        })"""
    )
    assert min(spent) < FLUENT_MS, spent


@pytest.mark.parametrize("size", [(1440, 900), (390, 844), (320, 700)], ids=["wide", "phone", "small phone"])
def test_a_day_can_be_read_and_edited_on_any_screen(
    page: Page, studio: FakeStudio, day: FakeDay, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_day(page, studio)
    expect(page.locator(".take-row")).to_have_count(83)
    whole = page.locator("html")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    expect(page.get_by_label("Scene")).to_be_focused()
    lay_out(page)
    assert illegible(page) == []
    assert whole.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    page.keyboard.press("Escape")
    for list_ in ("no-slate", "conflicts", "others"):
        page.locator(f"[role=tab][data-list={list_}]").click()
        assert illegible(page) == []
        assert whole.evaluate("(node) => node.scrollWidth <= node.clientWidth")
