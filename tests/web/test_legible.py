"""Everything can be read: on a wide screen and on a phone, no text is faint, and none lies on another."""

import pytest
from playwright.sync_api import Page, expect

from tests.web import answers
from tests.web.answers import unanswered
from tests.web.conftest import ROLL
from tests.web.fake_api import FakeStudio
from tests.web.fake_characters import character, document
from tests.web.legible import illegible
from tests.web.test_page import open_clip, open_roll, sign_in
from tests.web.verdicts import JUDGED

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "phone"])


@pytest.fixture(autouse=True)
def busy(studio: FakeStudio) -> None:
    """A roll of which much is known, seen by somebody who may do everything."""
    studio.accounts["ada"].roles = ("script", "producer")
    clips = studio.rolls[ROLL]["clips"]
    answers.everything(studio.answers, clips[0])
    missed = {"character": "tom", "name": "Tom", "why": "The scene is not known.", "next_step": "Confirm it."}
    clips[0]["not_looked_for"] = [missed]
    clips[1]["analyses"] = [
        unanswered("SPEECH", "ASKED"),
        unanswered("SHOTS", "LEFT_OUT", "BUDGET_REACHED", "The production's budget is spent."),
        unanswered("FRAMES", "NEEDS_ATTENTION", "OVERDUE", "The model did not answer in time."),
    ]
    references = [{"number": 1, "state": "REFUSED", "why": "Two faces are in this picture."}]
    erased = {"references": 3, "appearances": 11, "objects": 4, "at": JUDGED}
    studio.people.characters += [
        character("Mara", "Ines Okafor"),
        character("Tom", "Luc Martin", scenes=["12A"], references=references),
        character("Late", "A. B.", expires="2025-01-31", guardian="C. B.", document_sha256=document(b"Ines Okafor")),
        character("Gone", "P. H.", withdrawn_at=JUDGED, erased=erased, references=[]),
    ]


def sized(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


@SIZES
def test_a_clip_with_everything_can_be_read(page: Page, size: tuple[int, int]) -> None:
    sized(page, size)
    open_clip(page, "A001C001")
    expect(page.locator(".moments li")).to_have_count(5)
    expect(page.locator(".findings")).to_be_visible()
    assert illegible(page) == []
    page.keyboard.press("ArrowDown")
    expect(page.locator(".analyses li")).to_have_count(3)
    assert illegible(page) == []


@SIZES
def test_a_roll_and_its_cast_can_be_read(page: Page, size: tuple[int, int]) -> None:
    sized(page, size)
    open_roll(page)
    expect(page.locator(".slated:visible")).to_have_count(1)
    assert illegible(page) == []
    page.get_by_role("button", name="Cast…").click()
    expect(page.get_by_role("checkbox", name="Tom")).to_be_visible()
    assert illegible(page) == []


@SIZES
def test_a_search_can_be_read(page: Page, size: tuple[int, int]) -> None:
    sized(page, size)
    sign_in(page)
    expect(page.locator(".spend")).to_be_visible()
    assert illegible(page) == []
    page.get_by_role("link", name="Find").click()
    expect(page.get_by_role("button", name="Mara")).to_be_visible()
    assert illegible(page) == []
    page.keyboard.type("line")
    expect(page.locator(".found-clip")).to_have_count(1)
    assert illegible(page) == []


@SIZES
def test_characters_and_their_dialogs_can_be_read(page: Page, size: tuple[int, int]) -> None:
    sized(page, size)
    sign_in(page)
    page.get_by_role("link", name="Characters").click()
    expect(page.locator(".character")).to_have_count(4)
    assert illegible(page) == []
    page.get_by_role("button", name="Withdraw consent…").first.click()
    expect(page.get_by_role("button", name="Withdraw and erase all 2")).to_be_enabled()
    assert illegible(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add character…").click()
    expect(page.get_by_role("dialog", name="Add a character")).to_be_visible()
    assert illegible(page) == []
