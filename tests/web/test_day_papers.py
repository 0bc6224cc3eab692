"""A day's papers on the page, brought in and taken back, and its report."""

import base64
import gzip
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from circletake.contracts.takes import Source
from circletake.film.papers.headings import FIELDS
from circletake.film.report import clock_text
from tests.web.conftest import Watched
from tests.web.fake_api import FakeStudio
from tests.web.fake_days import FakeDay
from tests.web.legible import illegible
from tests.web.shooting import HOSTILE, open_day, row

pytestmark = pytest.mark.browser

#: In Latin-1, with a heading that nobody knows, a row that has too much, and a take that is new.
LOG = """Scene;Setup;Take;Laune;Lens;Notes
12;12A;1;gut;50;müde
12;12Z;1;;;neu
12;;;;;;;;zu;viel
""".encode("latin-1")


def file(name: str, body: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": body}


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Bring in a paper")


def choose(page: Page, name: str, body: bytes = LOG) -> Locator:
    page.locator(".day-papers input[type=file]").set_input_files(file(name, body))
    return dialog(page)


def drop(page: Page, name: str, size: int) -> bool:
    """A file of so many zeros, dropped somewhere on the page → whether the page kept the browser from opening it."""
    kept: bool = page.evaluate(
        """([name, size]) => {
          const dropped = new DataTransfer();
          dropped.items.add(new File([new Uint8Array(size)], name));
          const event = { dataTransfer: dropped, bubbles: true, cancelable: true };
          const on = document.querySelector("dialog[open]") ?? document.querySelector(".day-head");
          return ["dragover", "drop"].every((kind) => !on.dispatchEvent(new DragEvent(kind, event)));
        }""",
        [name, size],
    )
    return kept


def sent(studio: FakeStudio) -> dict[str, Any]:
    """What was asked last of a paper."""
    return next(asked for route, asked in reversed(studio.days.asked) if route == "papers")


def test_a_paper_is_looked_at_its_headings_are_told_and_it_is_brought_in_with_the_keyboard_alone(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    open_day(page, studio)
    page.keyboard.press("p")
    asking = dialog(page)
    expect(asking.locator("input[type=file]")).to_be_focused()
    asking.locator("input[type=file]").set_input_files(file("tag 14.csv", LOG))
    expect(asking).to_contain_text("tag 14.csv 88 bytes")
    expect(asking).to_contain_text("it decides who is believed where papers differ")
    expect(asking.get_by_role("button", name="Bring it in")).to_be_disabled()
    page.keyboard.press("Space")
    expect(asking.get_by_label("What Take holds")).to_have_value("take")
    for words in (
        "2 rows that say something.",
        "Read as Windows-1252.",
        "Line 4: This row has 10 values and there are 6 columns, so none of it was read.",
        "1 take more",
        "12Z take 1",
        "12A take 1 · note: Scene 12, / as rehearsed. → müde; Scene 12, / as rehearsed.",
        "No clip is known to be 12Z take 1",
        "Nothing is written yet.",
    ):
        expect(asking).to_contain_text(words)
    assert len(day.papers) == 3
    assert gzip.decompress(base64.b64decode(sent(studio)["body"])) == LOG
    unknown = asking.get_by_label("What Laune holds")
    expect(unknown.locator("option:checked")).to_have_text("not known")
    expect(asking.get_by_text("Keep what I said")).to_be_hidden()
    unknown.focus()
    page.keyboard.type("No")
    expect(unknown).to_have_value("note")
    expect(unknown).to_be_focused()
    expect(asking).to_contain_text("→ gut / müde")
    expect(asking.get_by_label("Keep what I said of its headings for all script papers of NIGHTFALL")).to_be_checked()
    expect(asking.get_by_role("button", name="Bring it in")).to_be_enabled()
    asking.get_by_role("button", name="Bring it in").press("Enter")
    expect(asking).to_have_count(0)
    expect(page.locator(".day-done")).to_contain_text("tag 14.csv is in: 2 rows.")
    expect(row(page, "12Z take 1")).to_be_visible()
    expect(page.locator(".day-papers")).to_contain_text("tag 14.csv script · 2 rows · brought in by ada")
    assert (sent(studio)["apply"], sent(studio)["remember"], sent(studio)["source"]) == (True, True, "SCRIPT")
    assert day.columns[Source.SCRIPT] == {"Laune": "note"}


def test_each_field_that_a_column_can_hold_can_be_chosen(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    laune = choose(page, "script.csv").get_by_label("What Laune holds")
    expect(laune).to_be_visible()
    options = laune.locator("option")
    values = options.evaluate_all("(options) => options.map((option) => option.value)")
    assert sorted(values) == sorted({"", *FIELDS})


def test_a_paper_that_comes_again_is_known_and_takes_its_own_place(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    open_day(page, studio)
    asking = choose(page, "main sound.csv", b"Scene,Take,File Name\n12A,1,12A-T01.WAV\n")
    expect(asking.get_by_role("radio", name="Sound")).to_be_checked()
    expect(asking).to_contain_text("It takes the place of the paper of this name that is there.")
    asking.get_by_role("button", name="Bring it in").click()
    expect(page.locator(".day-done")).to_contain_text("main sound.csv is in: 1 row, in place of what it said before.")
    expect(page.locator(".paper")).to_have_count(3)


def test_of_a_paper_in_a_strange_language_people_say_what_its_headings_hold(
    page: Page, studio: FakeStudio, day: FakeDay, watched: Watched
) -> None:
    watched.expected.append("400")
    open_day(page, studio)
    asking = choose(page, "script.csv", "Ujęcie;Dubel;Uwagi\n12Q;1;nowe\n".encode())
    expect(asking.get_by_role("alert")).to_contain_text("say what its columns hold")
    expect(asking).to_contain_text("nowe")
    asking.get_by_label("What Ujęcie holds").select_option("setup")
    expect(asking.get_by_label("What Ujęcie holds")).to_have_value("setup")
    asking.get_by_label("What Dubel holds").select_option("take")
    expect(asking).to_contain_text("12Q take 1")
    expect(asking.locator("[role=alert]")).to_be_empty()
    expect(asking.get_by_role("button", name="Bring it in")).to_be_enabled()


def test_a_paper_is_dropped_anywhere_and_what_cannot_be_sent_is_told_in_a_sentence(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    open_day(page, studio)
    expect(page.locator(".day-papers .drop")).to_be_visible()
    drop(page, "huge.csv", (64 << 20) + 1)
    alert = dialog(page).get_by_role("alert")
    expect(alert).to_contain_text("more than the 67.1 MB that are read")
    drop(page, "empty.csv", 0)
    expect(alert).to_have_text("This file is empty.")
    dialog(page).locator("input[type=file]").set_input_files(file("12A-T01.WAV", b"RIFF\0\0\0\0WAVEfmt "))
    expect(alert).to_contain_text("This is a sound recorder's file.")
    expect(dialog(page).get_by_role("button", name="Bring it in")).to_be_disabled()
    dialog(page).get_by_role("button", name="Cancel").click()
    expect(dialog(page)).to_have_count(0)
    assert studio.days.asked == []


def test_without_an_answer_it_is_told_what_is_known_and_asked_again(
    page: Page, studio: FakeStudio, day: FakeDay, watched: Watched
) -> None:
    watched.expected += ["ERR_FAILED", "403"]
    open_day(page, studio)
    page.route("**/papers", lambda route: route.abort())
    asking = choose(page, "script.csv")
    alert = asking.get_by_role("alert")
    expect(alert).to_have_text(
        "Circletake cannot be reached. Check your connection, and try again: nothing was written."
    )
    page.unroute("**/papers")
    asking.get_by_role("button", name="Try again").click()
    expect(asking).to_contain_text("Nothing is written yet.")
    page.route("**/papers", lambda route: route.abort())
    asking.get_by_role("button", name="Bring it in").click()
    expect(alert).to_contain_text("Nobody knows whether the paper is in. Bring it in again")
    page.unroute("**/papers")
    studio.days.refusal = "The script supervisor has closed this day."
    asking.get_by_role("button", name="Bring it in").click()
    expect(alert).to_have_text("The script supervisor has closed this day. Look at the day again.")
    studio.days.refusal = None
    asking.get_by_role("button", name="Bring it in").click()
    expect(page.locator(".day-done")).to_contain_text("script.csv is in")


def test_a_paper_is_taken_back_and_what_that_changes_and_who_says_the_same_is_told(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    open_day(page, studio)
    page.get_by_role("button", name="Take back main script.csv").click()
    asking = page.get_by_role("dialog", name="main script.csv")
    expect(asking.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Escape")
    expect(asking).to_have_count(0)
    assert len(day.papers) == 3
    page.get_by_role("button", name="Take back main script.csv").click()
    asking.get_by_role("button", name="Take back").click()
    expect(asking.get_by_role("heading")).to_have_text("main script.csv counts no more")
    expect(asking).to_contain_text("changes in takes that are there")
    expect(asking).to_contain_text("Still said by")
    asking.get_by_role("button", name="Close").click()
    expect(page.locator(".day-done")).to_contain_text("Taken back: main script.csv.")
    expect(page.locator(".paper")).to_have_count(2)
    expect(page.locator(".day-papers input[type=file]")).to_be_focused()


def test_who_may_only_look_brings_nothing_in_and_takes_nothing_back(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    studio.accounts["ada"].roles = ("producer",)
    open_day(page, studio)
    expect(page.locator(".paper")).to_have_count(3)
    expect(page.locator(".day-papers .drop")).to_be_hidden()
    expect(page.locator(".day-papers button")).to_have_count(0)
    page.keyboard.press("p")
    drop(page, "script.csv", 10)
    expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize("size", [(1440, 900), (390, 844), (320, 700)], ids=["wide", "phone", "small phone"])
def test_papers_can_be_read_on_any_screen_and_their_names_stay_text(
    page: Page, studio: FakeStudio, day: FakeDay, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    long = f"{HOSTILE}{'W' * 150}"
    open_day(page, studio)
    asking = choose(page, f"{long} script.csv", f"Scene,Setup,Take,{long},Notes\n12,12A,1,x,{long}\n".encode())
    expect(asking).to_contain_text("Nothing is written yet.")
    expect(asking).to_contain_text(long)
    assert illegible(page) == []
    for scrolled in (page.locator("html"), asking):
        assert scrolled.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    asking.get_by_role("button", name="Bring it in").click()
    page.get_by_role("button", name="Take back <img").click()
    page.locator("dialog").get_by_role("button", name="Take back").click()
    expect(page.locator("dialog")).to_contain_text("counts no more")
    assert illegible(page) == []
    assert page.locator("dialog").evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert page.locator("img[src='x'], [onerror]").count() == 0


def test_the_report_of_the_day_is_saved_as_a_page_and_as_a_csv(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    studio.accounts["ada"].roles = ("producer",)
    open_day(page, studio)
    files = {each["name"]: each["text"] for each in day.report()["files"]}
    for label, ending in (("Day report", "html"), ("CSV", "csv")):
        with page.expect_download() as downloading:
            page.get_by_role("button", name=label, exact=True).click()
        name = downloading.value.suggested_filename
        assert name == f"NIGHTFALL_main_D014_day-report.{ending}"
        assert downloading.value.path().read_bytes().decode() == files[name]


def test_a_report_that_is_refused_says_why(page: Page, studio: FakeStudio, day: FakeDay, watched: Watched) -> None:
    watched.expected.append("413")
    open_day(page, studio)
    told = '{"code": "X", "sentence": "90,000 takes are said of this day.", "next_step": "Take back frames.csv."}'
    page.route("**/export?kind=report", lambda route: route.fulfill(status=413, body=told))
    page.get_by_role("button", name="Day report").click()
    expect(page.locator(".day-head .saving").first).to_contain_text("90,000 takes are said of this day. Take back")


def test_papers_are_told_by_the_clocks_of_the_day_and_runtimes_as_in_its_report(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    open_day(page, studio)
    expect(page.locator(".day-papers li").first).to_contain_text("brought in by ada, 2026-10-01 08:00 CEST")
    runtime = clock_text(day.read().day.summary.all.runtime)
    expect(page.locator(".day-figures")).to_contain_text(f"Runtime{runtime}")


def test_a_day_without_papers_says_how_they_are_brought_in(page: Page, studio: FakeStudio) -> None:
    open_day(page, studio)
    expect(page.get_by_text("No takes are known yet")).to_be_visible()
    expect(page.locator(".command code")).to_contain_text("circletake notes import script.csv")
    expect(page.locator(".day-papers .drop")).to_contain_text("Choose a file or drop it on this page")
    expect(page.get_by_label("Look for takes")).to_be_hidden()
    expect(page.get_by_role("tablist")).to_be_hidden()
