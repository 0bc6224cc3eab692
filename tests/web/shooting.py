"""A made shooting day on the page: how it is opened, and how what stands on it is found."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from circletake.cloud.day_telling import tell_day
from circletake.film.takes.day import Lack
from tests.web.fake_api import FakeStudio
from tests.web.fake_days import FakeDay
from tests.web.test_page import SOON_MS, sign_in

DAY = "#/NIGHTFALL/main/D014"
HOSTILE = "<img src=x onerror=alert(1)>"


def open_day(page: Page, studio: FakeStudio, asking: str = "") -> None:
    page.goto(f"{studio.page}{DAY}{asking}")
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("D014", timeout=SOON_MS)


def told(day: FakeDay) -> dict[str, Any]:
    return tell_day(day.read(), may_say=True)


def row(page: Page, called: str) -> Locator:
    return page.locator(".take-row").filter(has=page.get_by_text(called, exact=True))


def waiting(page: Page, sentence: str) -> Locator:
    return page.locator(".waiting").filter(has=page.get_by_text(sentence, exact=True))


def entry(day: FakeDay, lack: Lack, **known: Any) -> dict[str, Any]:
    """The first on the worklist of this kind, with these fields; `...` is any that is there."""

    def fits(each: dict[str, Any]) -> bool:
        return all(bool(each[name]) if value is ... else each[name] == value for name, value in known.items())

    return next(each for each in told(day)["worklist"] if each["lack"] == lack and fits(each))


def lay_out(page: Page) -> None:
    """What is far down is laid out only when somebody scrolls there: now all of it is."""
    page.evaluate("for (const each of document.querySelectorAll('.setup')) each.style.contentVisibility = 'visible'")
