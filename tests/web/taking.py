"""A take on the page: its cameras, how it is opened, and when its pictures are there."""

import re
from fractions import Fraction

from playwright.sync_api import Locator, Page, expect

from tests.web.fake_api import FakeStudio
from tests.web.made_take import TAKE, Shot
from tests.web.test_page import sign_in

FILM, PAL, NTSC = Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)
FRAMES = 240
#: B begins so many frames after A.
LATER = 29


def two(rate: Fraction = FILM, frames: int = FRAMES) -> list[Shot]:
    return [Shot("A", rate, frames), Shot("B", rate, frames, LATER, timecode="10:00:07:11")]


def open_take(page: Page, studio: FakeStudio, take: str = TAKE) -> None:
    page.goto(f"{studio.page}#/NIGHTFALL/main/D014/take/{take}")
    sign_in(page)


def wait_until_shown(page: Page, cameras: int) -> None:
    expect(page.locator(".camera video")).to_have_count(cameras)
    for video in page.locator(".camera video").all():
        expect(video).to_have_js_property("readyState", 4)
        expect(video).to_have_js_property("seeking", False)


def camera(page: Page, letter: str) -> Locator:
    return page.locator(".camera").filter(has=page.locator("figcaption b", has_text=re.compile(f"^{letter}$")))
