"""Papers on a day's page while they are on their way: read late, brought in late, left meanwhile, without an answer."""

import base64
import gzip

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import Watched
from tests.web.fake_api import FakeStudio
from tests.web.fake_days import FakeDay
from tests.web.shooting import open_day
from tests.web.test_day_papers import choose, dialog, drop, file, sent

pytestmark = pytest.mark.browser

#: Whatever is called slow.csv is read once somebody lets it go.
SLOW = """() => {
  const read = Blob.prototype.arrayBuffer;
  const late = new Promise((resolve) => { window.letGo = resolve; });
  Blob.prototype.arrayBuffer = async function () {
    if (this.name === "slow.csv") await late;
    return read.call(this);
  };
}"""
SOUND = b"Scene,Take,File Name\n12A,1,12A-T01.WAV\n"


def hold(page: Page) -> list[Route]:
    """What is asked of papers from now on, in place of an answer."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route("**/papers", keep)
    return held


def test_while_a_paper_is_brought_in_nobody_leaves_without_knowing_whether_it_is(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    open_day(page, studio)
    asking = choose(page, "script.csv")
    expect(asking.get_by_role("button", name="Bring it in")).to_be_enabled()
    held = hold(page)
    asking.get_by_role("button", name="Bring it in").click()
    expect(asking).to_contain_text("Bringing it in…")
    page.keyboard.press("Escape")
    expect(asking.get_by_role("button", name="Cancel")).to_be_disabled()
    assert drop(page, "other.csv", 10), "the browser would open the file in the page's place"
    expect(asking.locator(".paper-name")).to_contain_text("script.csv")
    expect(asking).to_contain_text("Bringing it in…")
    held[0].continue_()
    expect(page.locator(".day-done")).to_contain_text("script.csv is in")


def test_who_left_all_the_same_is_told_that_nobody_knows_and_sees_what_is_in(
    page: Page, studio: FakeStudio, day: FakeDay, watched: Watched
) -> None:
    watched.expected.append("ERR_FAILED")
    open_day(page, studio)
    asking = choose(page, "script.csv")
    expect(asking.get_by_role("button", name="Bring it in")).to_be_enabled()
    held = hold(page)
    asking.get_by_role("button", name="Bring it in").click()
    expect(asking).to_contain_text("Bringing it in…")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(asking).to_have_count(0)
    held[0].fetch()
    held[0].abort()
    done = page.locator(".day-done")
    expect(done).to_contain_text("script.csv: Circletake cannot be reached. Nobody knows whether the paper is in.")
    expect(done).to_have_attribute("data-tone", "bad")
    expect(page.get_by_role("button", name="Take back script.csv", exact=True)).to_be_visible()


def test_of_two_files_the_later_one_is_brought_in_though_the_first_is_read_last(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    open_day(page, studio)
    page.evaluate(SLOW)
    choose(page, "slow.csv")
    expect(dialog(page)).to_contain_text("Reading the file…")
    dialog(page).locator("input[type=file]").set_input_files(file("sound.csv", SOUND))
    expect(dialog(page)).to_contain_text("Nothing is written yet.")
    page.evaluate("async () => { window.letGo(); await new Promise((resolve) => setTimeout(resolve, 200)); }")
    expect(dialog(page).locator(".paper-name")).to_contain_text("sound.csv")
    dialog(page).get_by_role("button", name="Bring it in").click()
    expect(page.locator(".day-done")).to_contain_text("sound.csv is in: 1 row.")
    assert (sent(studio)["name"], gzip.decompress(base64.b64decode(sent(studio)["body"]))) == ("sound.csv", SOUND)
