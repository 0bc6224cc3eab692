"""A take on the page, in a real browser: what is known of it, who said it, and putting it right there."""

import re
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.made_day import make_day
from tests.web.fake_api import PREFIX, FakeStudio
from tests.web.fake_days import FakeDay
from tests.web.legible import illegible
from tests.web.made_take import SCRIPT, TAKE, Shot
from tests.web.shooting import told as told_day
from tests.web.taking import FILM, FRAMES, camera, open_take, two, wait_until_shown
from tests.web.test_page import SOON_MS

pytestmark = pytest.mark.browser


@pytest.fixture
def made_day(studio: FakeStudio, media_dir: Path) -> FakeDay:
    """A whole day, folded from what is said, and somebody who may say more."""
    studio.accounts["ada"].roles = ("script",)
    folder = "mandelbrot"
    media = [(folder, sorted(path.name for path in (media_dir / folder).iterdir()))]
    return studio.days.put(FakeDay(make_day(7).units[0], media=media))


def test_a_take_shows_its_cameras_its_facts_and_who_said_them(page: Page, studio: FakeStudio, told: Any) -> None:
    (take,) = told(two())["takes"]
    take["notes"][0]["value"] = "Best of all.\nA plane\u202e over it."
    open_take(page, studio)
    wait_until_shown(page, 2)
    expect(page.get_by_role("heading", level=1)).to_have_text("12A take 3")
    expect(page.locator(".take-marks")).to_contain_text("circled")
    expect(camera(page, "A").locator(".camera-timecode")).to_have_text("10:00:00:00")
    expect(page.locator(".take-notes")).to_contain_text("Script_D014.csv, line 12")
    assert page.locator(".take-notes .note").inner_text() == "Best of all.\nA plane⟨U+202E⟩ over it."
    of_a = page.locator(".facts-table section").filter(has=page.get_by_role("heading", name="Camera A"))
    expect(of_a).to_contain_text("Its mix is SR14_T003.wav: both clocks say so.")
    expect(page.locator(".facts-table")).to_contain_text("1 MixL · 2 MixR · 3 Boom · 4 Mara")


def test_a_take_without_sound_is_no_fault_and_off_speed_is_told(page: Page, studio: FakeStudio, told: Any) -> None:
    told([Shot("A", FILM, FRAMES, mix=False, silent=True, sensor_fps=Fraction(48))], sounds=[])
    open_take(page, studio)
    wait_until_shown(page, 1)
    expect(page.locator(".sound-source")).to_have_text("No sound, and none is expected: MOS or off speed.")
    expect(camera(page, "A")).to_contain_text("off speed")
    expect(page.locator(".facts-table")).to_contain_text("recorded at 48 and played at 23.976, 2 times slower")
    expect(page.get_by_role("button", name="Mute")).to_be_hidden()


def test_what_is_told_differently_stands_side_by_side(page: Page, studio: FakeStudio, told: Any) -> None:
    day = told(two())
    wrong = {"value": "65", "by": [{"source": "CAMERA", "paper": "Camera_A.csv", "line": 9}]}
    of = {"take": None, "clip": "A014C003", "sound": None, "settled": False}
    day["conflicts"] = [{"id": "c", "field": "lens", "held": {"value": "50", "by": [SCRIPT]}, "others": [wrong], **of}]
    open_take(page, studio)
    choices = page.locator(".difference .conflict-choice")
    expect(choices).to_have_count(2)
    expect(choices.nth(0)).to_contain_text("50holds now")
    expect(choices.nth(1)).to_contain_text("Camera_A.csv, line 9")


def test_keys_lead_to_the_neighbours_and_back_to_what_was_looked_for(page: Page, studio: FakeStudio, told: Any) -> None:
    day = told(two())
    (first,) = day["takes"]
    other = "0" * 20
    day["takes"].append({**first, "id": other, "called": "12A take 4", "flags": {}, "clips": first["clips"][:1]})
    page.goto(f"{studio.page}#/NIGHTFALL/main/D014?q=12A")
    open_signed_in(page)
    page.evaluate(f"location.hash = '#/NIGHTFALL/main/D014/take/{TAKE}'")
    wait_until_shown(page, 2)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", level=1)).to_have_text("12A take 4")
    wait_until_shown(page, 1)
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("heading", level=1)).to_have_text("12A take 3")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(re.escape(f"{PREFIX}/#/NIGHTFALL/main/D014?q=12A")))


def open_signed_in(page: Page) -> None:
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("slate-and-sticks")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".who")).to_have_text("ada")


def test_a_take_that_nobody_speaks_of_any_more_says_so(page: Page, studio: FakeStudio, told: Any) -> None:
    told(two())
    open_take(page, studio, "f" * 20)
    expect(page.get_by_role("heading", name="This take is not here")).to_be_visible()
    page.get_by_role("link", name="All takes of the day").click()
    expect(page).to_have_url(re.compile("#/NIGHTFALL/main/D014$"))


def test_clips_without_a_picture_are_told_below_those_that_have_one(page: Page, studio: FakeStudio, told: Any) -> None:
    day = told(two())
    day["clips"]["B014C003"] |= {"media": None, "state": "RECEIVED", "sound": None}
    open_take(page, studio)
    wait_until_shown(page, 1)
    expect(page.locator(".facts-table")).to_contain_text("Camera B")
    day["clips"]["A014C003"]["media"] = None
    expect(page.get_by_role("heading", name="On its way")).to_be_visible(timeout=SOON_MS)


def test_a_take_is_circled_edited_and_noted_where_it_is_looked_at(
    page: Page, studio: FakeStudio, made_day: FakeDay
) -> None:
    takes = told_day(made_day)["takes"]
    take = next(each for each in takes if each["clips"] and not each["flags"]["CIRCLED"]["value"])
    open_take(page, studio, take["id"])
    expect(page.get_by_role("heading", level=1)).to_have_text(take["called"])
    page.keyboard.press("c")
    expect(page.locator(".take-marks .circled")).to_be_visible()
    expect(page.locator(".day-done")).to_contain_text("circled")
    page.keyboard.press("z")
    expect(page.locator(".take-marks .circled")).to_have_count(0)
    page.keyboard.press("n")
    page.keyboard.type("The best one")
    page.keyboard.press("Enter")
    expect(page.locator(".take-notes")).to_contain_text("The best oneada")


def test_a_take_whose_number_is_put_right_stays_on_the_screen(
    page: Page, studio: FakeStudio, made_day: FakeDay
) -> None:
    day = told_day(made_day)
    held = Counter(part["id"] for each in day["takes"] for part in [*each["clips"], *each["sounds"]])
    alone = (each for each in day["takes"] if all(held[part["id"]] == 1 for part in [*each["clips"], *each["sounds"]]))
    take = next(each for each in alone if len(each["clips"]) > 1 and each["setup"])
    open_take(page, studio, take["id"])
    expect(page.get_by_role("heading", level=1)).to_have_text(take["called"])
    page.keyboard.press("e")
    page.get_by_label("Take", exact=True).fill("91")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{take['setup']['value']} take 91")
    expect(page).not_to_have_url(re.compile(take["id"]))


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)], ids=["wide", "tablet", "phone"])
def test_a_take_can_be_read_on_every_screen(page: Page, studio: FakeStudio, told: Any, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    told([*two(), Shot("C", FILM, FRAMES, 3, mix=False, silent=True, sensor_fps=Fraction(48)), Shot("D", FILM, 99, 1)])
    open_take(page, studio)
    wait_until_shown(page, 4)
    assert illegible(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.keyboard.press("1")
    assert illegible(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
