"""The camera report of a roll on the page: to read, to print, to take along."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.film.told import act
from tests.web.conftest import ROLL
from tests.web.fake_api import FakeStudio
from tests.web.test_page import sign_in
from tests.web.verdicts import JUDGED, amber, green, roll_card

pytestmark = pytest.mark.browser


def open_report(page: Page) -> None:
    sign_in(page)
    page.get_by_role("link", name="A001").click()
    page.get_by_role("link", name="Camera report").click()
    expect(page.locator(".report-table tbody tr")).to_have_count(8)


def test_a_row_tells_in_and_out_and_a_dash_where_nobody_said(page: Page, studio: FakeStudio) -> None:
    studio.cards[ROLL] = roll_card(green())
    open_report(page)
    # Only the whole card is safe to format, never one axis of it.
    expect(page.locator(".report-light")).to_contain_text("SAFE TO FORMATBits: greenPicture: green")
    row = page.locator(".report-table tbody tr").filter(has_text="A001C007")
    for told in ("00:00:59;20", "00:01:01;12", "1.668 s · 50 fr", "29.97", "3: DIT-RAID-1, SHUTTLE-07", "– / –"):
        expect(row).to_contain_text(told)
    expect(page.locator(".report-table img.loaded")).to_have_count(6)


def test_the_csv_is_the_api_s_own_and_keeps_its_byte_order_mark(page: Page) -> None:
    open_report(page)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="CSV").click()
    assert downloading.value.suggested_filename == "NIGHTFALL_main_D014_A001_camera-report.csv"
    text = downloading.value.path().read_bytes().decode()
    assert text.startswith("\ufeffProduction,Unit,Day,Roll,Clip,")
    assert "NIGHTFALL,main,D014,A001,A001C001," in text


def test_on_paper_there_is_nothing_to_press(page: Page) -> None:
    open_report(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.locator(".report-light")).to_be_visible()
    expect(page.locator(".top")).to_be_hidden()


def test_the_report_tells_who_answered_for_what_and_who_released_the_card(page: Page, studio: FakeStudio) -> None:
    release = act("RELEASE", "Both drives checked.")
    gap = act("ACKNOWLEDGE", "Two tests, deleted.", code="CLIP_GAP", path="A001R1JL", at=JUDGED)
    counting = green(released={**release, "status": "GREEN"}, acts=[gap, release])
    studio.cards[ROLL] = roll_card(amber("o-1", covered_by=counting["offload"]), counting)
    open_report(page)
    expect(page.locator(".report-light .released")).to_contain_text("Released by ada (camera)")
    answered = page.locator(".answered")
    expect(answered.locator("h2")).to_have_text("Answered for")
    expect(answered.locator(".act").nth(1)).to_contain_text("Acknowledged by ada (camera)")
    expect(answered.locator(".act").nth(1)).to_contain_text("Gap in the clip numbers · A001R1JL")
    expect(answered.locator(".act").nth(1)).to_contain_text("“Two tests, deleted.”")
    expect(page.locator(".report-light").get_by_text("DIT-RAID-1")).to_have_text(
        re.compile(r"^((?!DIT-RAID-1.*DIT-RAID-1).)*$")
    )
    covered = f"Insertion o-1: all of it is also in {counting['offload']}, which counts in its place."
    expect(page.get_by_text(covered)).to_be_visible()


def test_the_report_survives_a_reload_and_leads_back(page: Page) -> None:
    open_report(page)
    page.reload()
    expect(page.locator(".report-table tbody tr")).to_have_count(8)
    page.get_by_role("link", name="Back to the roll").click()
    expect(page.locator(".poster")).to_have_count(8)


def test_on_a_phone_only_the_table_scrolls_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_report(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
