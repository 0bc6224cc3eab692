"""Looking for words, slates, names and characters in a production: what is found leads to its moment."""

import pytest
from playwright.sync_api import Page, expect

from tests.web import answers
from tests.web.conftest import ROLL, Watched
from tests.web.fake_api import FakeStudio
from tests.web.fake_characters import character
from tests.web.test_page import open_roll, sign_in

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def said(studio: FakeStudio) -> None:
    """Two clips in which something is said, and Mara in one of them."""
    clips = studio.rolls[ROLL]["clips"]
    answers.everything(studio.answers, clips[0])
    answers.put(studio.answers, clips[1], answers.speech((("The", "line", "is", "dead."),)))
    studio.people.characters += [
        character("Mara", "Ines Okafor"),
        character("Gone", "P. H.", withdrawn_at="2026-10-14"),
    ]


def open_find(page: Page) -> None:
    sign_in(page)
    page.get_by_role("link", name="Find").click()
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_words_that_were_said_lead_to_the_frame_in_which_they_were(page: Page) -> None:
    open_find(page)
    page.keyboard.type("LINE")
    expect(page.locator(".found-clip")).to_have_count(2)
    expect(page.locator(".find [role=status]").first).to_have_text("2 of 8 clips")
    expect(page.locator("mark")).to_have_text(["line", "line"])
    expect(page.locator(".found-match").first).to_contain_text("Hold the line, Mara.")
    expect(page.locator(".found-match .when").first).to_have_text("14:22:32:03")
    page.locator(".found-match").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A001C001")
    expect(page.locator(".counter")).to_contain_text("frame 19 ·")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("LINE")
    expect(page.locator(".found-clip")).to_have_count(2)


def test_the_keyboard_alone_finds_and_opens(page: Page) -> None:
    open_roll(page)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("scene:12A take:3")
    page.keyboard.press("Enter")
    expect(page.locator(".found-clip")).to_have_count(1)
    expect(page.locator(".found-clip")).to_contain_text("Scene 12A · Take 3")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A001C001")


def test_all_takes_with_a_character_are_one_press_away(page: Page) -> None:
    open_find(page)
    expect(page.get_by_role("button", name="Gone")).to_have_count(0)
    page.get_by_role("button", name="Mara").click()
    expect(page.locator(".found-clip")).to_have_count(1)
    expect(page.locator(".found-match")).to_contain_text("14:22:32:17")
    assert page.url.endswith("find?character=mara")
    page.reload()
    expect(page.locator(".found-clip")).to_have_count(1)
    page.get_by_role("button", name="Mara").click()
    expect(page.locator(".find-hints")).to_be_visible()


def test_an_empty_field_says_what_can_be_asked_and_nothing_found_says_so(page: Page, studio: FakeStudio) -> None:
    open_find(page)
    expect(page.locator(".find-hints")).to_contain_text("scene:12A take:3")
    assert not any("find" in call for call in studio.calls)
    page.keyboard.type("zzz")
    expect(page.get_by_role("heading", name="Nothing was found")).to_be_visible()
    page.get_by_role("searchbox").fill("")
    expect(page.locator(".find-hints")).to_be_visible()


def test_a_phrase_is_looked_for_while_its_quote_is_open_and_a_quote_alone_is_not(
    page: Page, studio: FakeStudio
) -> None:
    open_find(page)
    page.keyboard.type('"')
    page.wait_for_timeout(400)
    expect(page.locator(".find-hints")).to_be_visible()
    assert not any("find" in call for call in studio.calls)
    page.keyboard.type("line is")
    expect(page.locator(".found-clip")).to_have_count(1)
    expect(page.locator(".found-match")).to_have_count(1)


def test_a_search_before_anything_was_published_says_so(page: Page, studio: FakeStudio) -> None:
    studio.people.found = {"found": [], "clips": 0, "more": False, "behind": False}
    open_find(page)
    page.keyboard.type("line")
    expect(page.get_by_role("heading", name="Nothing can be searched yet")).to_be_visible()


@pytest.mark.parametrize("clips", [0, 8])
def test_a_search_that_is_behind_says_so_and_blames_nobody(page: Page, studio: FakeStudio, clips: int) -> None:
    studio.people.found = {"found": [], "clips": clips, "more": False, "behind": True}
    open_find(page)
    late = page.get_by_text("The search is up to a minute behind: what came since is not in it yet.")
    expect(late).to_be_hidden()
    page.keyboard.type("line")
    expect(late).to_be_visible()
    studio.people.found["behind"] = False
    page.keyboard.type("s")
    expect(late).to_be_hidden()


def test_a_search_that_fails_says_why_and_can_be_tried_again(page: Page, studio: FakeStudio, watched: Watched) -> None:
    watched.expected.append("503")
    open_find(page)
    expect(page.get_by_role("button", name="Mara")).to_be_visible()
    studio.down = True
    page.keyboard.type("line")
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    studio.down = False
    again.click()
    expect(page.locator(".found-clip")).to_have_count(2)


def test_what_somebody_types_fast_is_asked_once_and_the_last_word_counts(page: Page, studio: FakeStudio) -> None:
    open_find(page)
    page.keyboard.type("dead line")
    expect(page.locator(".found-clip")).to_have_count(1)
    assert len([call for call in studio.calls if call.endswith("/find")]) <= 2


def test_long_lists_and_hostile_results_stay_text_and_within_the_screen(page: Page, studio: FakeStudio) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    found = {
        **dict(zip(("unit", "day", "roll"), ROLL[1:], strict=True)),
        "clip_id": "0" * 20,
        "version": "1" * 20,
        "title": HOSTILE + "W" * 150,
        "slate": {"scene": HOSTILE, "slate": None, "take": "\u202e3"},
        "matches": [{"in": "TRANSCRIPT", "text": f"{HOSTILE} " + "m" * 300, "frame": 999_999_999, "timecode": None}]
        * 5,
    }
    studio.people.found = {"found": [found] * 60, "clips": 4000, "more": True, "behind": False}
    open_find(page)
    page.keyboard.type("img")
    expect(page.locator(".found-clip")).to_have_count(60)
    expect(page.locator(".find [role=status]").first).to_have_text("The first 60 of 4000 clips; more words find less.")
    expect(page.locator(".found-match").first).to_contain_text(HOSTILE)
    expect(page.locator(".found-clip").first).to_contain_text("Take ⟨U+202E⟩3")
    assert page.locator("img[src='x'], [onerror]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".found-match").first.click()
    expect(page.get_by_role("heading", name="This clip is not here")).to_be_visible()


def test_a_moment_behind_the_end_of_a_clip_is_its_last_frame(page: Page) -> None:
    open_roll(page)
    page.locator(".poster").first.click()
    expect(page.locator("video")).to_be_visible()
    page.goto(f"{page.url}?frame=999999")
    expect(page.locator(".counter")).to_contain_text("frame 119 ·")
