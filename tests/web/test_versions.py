"""What lies on a card once is counted once: replaced versions, covered insertions, our own notes."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.card import file
from tests.web.conftest import ROLL
from tests.web.fake_api import FakeStudio
from tests.web.test_page import open_roll
from tests.web.verdicts import amber, green, roll_card

pytestmark = pytest.mark.browser


def test_our_own_notes_are_no_files_of_the_card_and_manifests_are_counted_by_themselves(
    page: Page, studio: FakeStudio
) -> None:
    files = studio.rolls[ROLL]["files"]
    files.append(file("ascmhl/0001_A001.mhl", "MANIFEST", "KEPT"))
    for name, state in (("damaged/C004.json", "KEPT"), ("copies/ab.mhl", "RECEIVED"), ("copies/cd.mhl", "REJECTED")):
        files.append(file(f".circletake/{name}", "MANIFEST", state))
    open_roll(page)
    listed = page.locator(".card-files")
    expect(listed.locator("h2")).to_have_text("Also received: 3 files and 2 manifests")
    expect(listed.locator("li")).to_have_count(5)
    expect(listed).to_contain_text(".circletake/copies/cd.mhl")


def put_again(studio: FakeStudio, name: str) -> Any:
    """→ an older version of a clip of the card, which the one on the wall replaced."""
    now = next(clip for clip in studio.rolls[ROLL]["clips"] if clip["name"] == name)
    old = {**now, "version": "0" * 20, "received_at": "2026-10-14T17:00:00+00:00"}
    studio.rolls[ROLL]["clips"].append(old)
    return old


def test_a_version_that_was_replaced_stands_below_and_is_not_counted(page: Page, studio: FakeStudio) -> None:
    put_again(studio, "A001C002")
    open_roll(page)
    expect(page.locator(".wall > .posters .poster")).to_have_count(8)
    expect(page.get_by_text("D014 · main unit · 8 clips")).to_be_visible()
    older = page.locator(".replaced")
    expect(older.locator("h2")).to_have_text("Replaced, and not counted: 1 clip")
    expect(older.locator(".poster")).to_contain_text("Replaced by a newer version")
    expect(older.get_by_text("Delivered")).to_be_hidden()
    older.locator(".poster").click()
    expect(page.locator(".title")).to_contain_text("Replaced by a newer version.")
    expect(page.locator(".neighbours a[href]")).to_have_count(0)


def test_the_clips_of_a_covered_insertion_are_counted_once(page: Page, studio: FakeStudio) -> None:
    first = put_again(studio, "A001C002")
    first |= {"clip_id": "1" * 20, "offload": "o-1"}
    studio.rolls[ROLL]["files"].append({**studio.rolls[ROLL]["files"][0], "offload": "o-1"})
    studio.cards[ROLL] = roll_card(amber("o-1", covered_by="o-3f9ac21b7d04"), green())
    open_roll(page)
    older = page.locator(".replaced .poster")
    expect(older).to_contain_text("Also in o-3f9ac21b7d04, which counts in its place")
    expect(page.get_by_text("D014 · main unit · 8 clips")).to_be_visible()
    expect(page.locator(".card-files li")).to_have_count(3)
