"""A take on the page, in a real browser: its cameras side by side, in step, with one sound, and what is known of it."""

import re
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from circletake.cloud.day_telling import tell_day
from tests.made_day import make_day
from tests.web.conftest import Watched
from tests.web.fake_api import PREFIX, Account, FakeStudio
from tests.web.fake_days import FakeDay
from tests.web.in_step import Apart, play_and_measure
from tests.web.legible import illegible
from tests.web.made_take import SCRIPT, TAKE, Shot, ToldDays, read_number, tell_take

pytestmark = pytest.mark.browser

SOON_MS = 12_000
FILM, PAL, NTSC = Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)
DAY = ("NIGHTFALL", "main", "D014")
FRAMES = 240
#: B begins so many frames after A.
LATER = 29


def two(rate: Fraction = FILM, frames: int = FRAMES) -> list[Shot]:
    return [Shot("A", rate, frames), Shot("B", rate, frames, LATER, timecode="10:00:07:11")]


@pytest.fixture
def told(studio: FakeStudio) -> Any:
    """Cameras and what else is told of their take → a day with that take in the studio."""

    def tell(shots: list[Shot], **changed: Any) -> dict[str, Any]:
        day = tell_take(shots, studio.media_dir, **changed)
        studio.days = ToldDays({DAY: day})  # type: ignore[assignment]
        return day

    studio.accounts["ada"] = Account("slate-and-sticks", ["NIGHTFALL"], roles=("script",))
    return tell


@pytest.fixture
def made_day(studio: FakeStudio, media_dir: Path) -> FakeDay:
    """A whole day, folded from what is said, and somebody who may say more."""
    studio.accounts["ada"].roles = ("script",)
    folder = "mandelbrot"
    media = [(folder, sorted(path.name for path in (media_dir / folder).iterdir()))]
    return studio.days.put(FakeDay(make_day(7).units[0], media=media))


def told_day(day: FakeDay) -> dict[str, Any]:
    return tell_day(day.read(), may_say=True)


def open_take(page: Page, studio: FakeStudio, take: str = TAKE) -> None:
    page.goto(f"{studio.page}#/NIGHTFALL/main/D014/take/{take}")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("slate-and-sticks")
    page.get_by_role("button", name="Sign in").click()


def wait_until_shown(page: Page, cameras: int) -> None:
    expect(page.locator(".camera video")).to_have_count(cameras)
    for video in page.locator(".camera video").all():
        expect(video).to_have_js_property("readyState", 4)
        expect(video).to_have_js_property("seeking", False)


def camera(page: Page, letter: str) -> Locator:
    return page.locator(".camera").filter(has=page.locator("figcaption b", has_text=re.compile(f"^{letter}$")))


def expect_frames(page: Page, **frames: int) -> None:
    """Each camera comes to rest on this frame, by its picture: a busy machine draws it some time after the seek."""
    deadline = time.monotonic() + SOON_MS / 1000
    while True:
        seen = {letter: read_number(camera(page, letter).locator("video").screenshot()) for letter in frames}
        if seen == frames or time.monotonic() > deadline:
            break
        page.evaluate("new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))")
    assert seen == frames


def heard(page: Page) -> list[bool]:
    return [not video.evaluate("(video) => video.muted") for video in page.locator(".camera video").all()]


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


@pytest.mark.parametrize("rate", [FILM, PAL, NTSC], ids=["23.976", "25", "29.97"])
def test_two_cameras_and_the_mix_play_within_one_frame(
    page: Page, studio: FakeStudio, told: Any, rate: Fraction
) -> None:
    shots = two(rate, 300)
    told(shots)
    open_take(page, studio)
    wait_until_shown(page, 2)
    # Half of all pictures may come late where other work holds the machine: then it is measured again.
    for _ in range(4):
        apart = play_and_measure(page, shots, 3.5)
        print(f"\n{float(rate):6.3f} fps  pictures {line(apart.pictures)}  sound {line(apart.sound)}")
        if apart.pictures.p50 < 1 and apart.sound.p50 < 1:
            break
    assert apart.pictures.p50 < 1
    assert apart.sound.p50 < 1
    assert heard(page) == [True, False]


def line(apart: Apart) -> str:
    within = f"{100 * apart.within_one:.0f} % within one"
    return f"p50 {apart.p50:.2f} p95 {apart.p95:.2f} max {apart.most:.2f} frames, {within} ({apart.seen} seen)"


@pytest.mark.parametrize("rate", [FILM, PAL, NTSC], ids=["23.976", "25", "29.97"])
def test_at_rest_every_camera_stands_on_the_frame_of_that_moment(
    page: Page, studio: FakeStudio, told: Any, rate: Fraction
) -> None:
    told(two(rate))
    open_take(page, studio)
    wait_until_shown(page, 2)
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".counter")).to_contain_text("A: frame 47 · 240 frames")
    expect_frames(page, A=47, B=47 - LATER)
    page.keyboard.press("ArrowLeft")
    expect_frames(page, A=46, B=46 - LATER)
    page.keyboard.press(" ")
    page.wait_for_timeout(1500)
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Play")).to_have_attribute("aria-pressed", "false")
    counter = page.locator(".counter").inner_text()
    stopped = int(re.search(r"frame (\d+)", counter)[1])  # type: ignore[index]
    assert stopped > 60
    expect_frames(page, A=stopped, B=stopped - LATER)


def test_a_camera_that_has_not_begun_or_has_ended_says_so(page: Page, studio: FakeStudio, told: Any) -> None:
    told(two(PAL))
    open_take(page, studio)
    wait_until_shown(page, 2)
    expect(camera(page, "B")).to_have_attribute("data-stands", "before")
    expect(camera(page, "B")).to_contain_text("starts in 1.1 s")
    page.keyboard.press("End")
    expect(camera(page, "A")).to_contain_text(re.compile(r"ended 1\.\d s ago"))
    expect_frames(page, A=FRAMES - 1, B=FRAMES - 1)
    page.keyboard.press("Home")
    expect_frames(page, A=0, B=0)


def test_a_series_shows_only_the_part_of_the_clip_that_is_the_take(page: Page, studio: FakeStudio, told: Any) -> None:
    told([Shot("A", PAL, FRAMES, first=100, length=50), Shot("B", PAL, FRAMES, 90, length=60)])
    open_take(page, studio)
    wait_until_shown(page, 2)
    expect_frames(page, A=100, B=0)
    page.keyboard.press("End")
    expect_frames(page, A=149, B=59)
    expect(page.locator(".counter")).to_contain_text("of 2.40 s · A: frame 49 · 50 frames")


def test_j_k_and_l_shuttle_all_cameras(page: Page, studio: FakeStudio, told: Any) -> None:
    told(two())
    open_take(page, studio)
    wait_until_shown(page, 2)
    page.keyboard.press("l")
    page.keyboard.press("l")
    expect(page.locator(".speed")).to_have_text("▶ 2×")
    expect(page.locator(".counter")).to_contain_text(re.compile(r"A: frame 1\d\d "))
    page.keyboard.press("j")
    expect(page.locator(".speed")).to_have_text("◀ 1×")
    expect(page.locator(".counter")).to_contain_text(re.compile(r"A: frame [6-9]\d "))
    page.keyboard.press("k")
    expect(page.locator(".speed")).to_have_text("")
    counter = page.locator(".counter").inner_text()
    stopped = int(re.search(r"frame (\d+)", counter)[1])  # type: ignore[index]
    expect_frames(page, A=stopped, B=stopped - LATER)


def test_a_press_on_the_time_line_goes_there(page: Page, studio: FakeStudio, told: Any) -> None:
    told(two(PAL))
    open_take(page, studio)
    wait_until_shown(page, 2)
    place = page.locator(".take-line").bounding_box()
    assert place is not None
    whole = FRAMES + LATER
    page.mouse.click(place["x"] + place["width"] * 100.5 / whole, place["y"] + 10)
    expect_frames(page, A=100, B=100 - LATER)


def test_exactly_one_camera_is_heard_and_it_is_told_whose_sound_that_is(
    page: Page, studio: FakeStudio, told: Any
) -> None:
    silent = Shot("A", FILM, FRAMES, mix=False, own_sound=True)
    told([silent, Shot("B", FILM, FRAMES, LATER), Shot("C", FILM, FRAMES, 3)])
    open_take(page, studio)
    wait_until_shown(page, 3)
    source = page.locator(".sound-source")
    expect(source).to_have_text("Heard: B, mix: Its mix is SR14_T003.wav: both clocks say so.")
    assert heard(page) == [False, True, False]
    page.keyboard.press("s")
    assert heard(page) == [False, False, True]
    page.keyboard.press("s")
    expect(source).to_contain_text("A, camera sound")
    assert heard(page) == [True, False, False]
    page.keyboard.press("m")
    expect(source).to_contain_text("Muted.")
    assert heard(page) == [False, False, False]
    page.get_by_role("button", name="Hear B").click()
    assert heard(page) == [False, True, False]


def test_a_press_enlarges_a_camera_and_its_frames_are_counted_then(page: Page, studio: FakeStudio, told: Any) -> None:
    told([*two(PAL), Shot("C", PAL, FRAMES, 3), Shot("D", PAL, FRAMES, 5)])
    open_take(page, studio)
    wait_until_shown(page, 4)
    page.keyboard.press("2")
    expect(camera(page, "B")).to_have_class(re.compile("large"))
    page.keyboard.press("End")
    expect(page.locator(".counter")).to_contain_text("B: frame 239")
    wide = {letter: camera(page, letter).bounding_box() for letter in "ABCD"}
    assert all(wide["B"]["width"] > 3 * wide[letter]["width"] for letter in "ACD")  # type: ignore[index]
    camera(page, "B").get_by_role("button", name="All cameras").click()
    expect(camera(page, "B")).not_to_have_class(re.compile("large"))


def test_a_camera_of_which_nobody_knows_when_it_ran_says_so_and_plays_alone(
    page: Page, studio: FakeStudio, told: Any
) -> None:
    told([*two(), Shot("C", PAL, FRAMES, None, timecode=None)])
    open_take(page, studio)
    wait_until_shown(page, 3)
    page.keyboard.press("Shift+ArrowRight")
    expect_frames(page, A=10, B=0, C=0)
    expect(camera(page, "C")).to_contain_text("not in step with the others")
    expect(page.locator(".facts-table")).to_contain_text("Nobody knows when it ran beside the others")
    page.keyboard.press("3")
    expect(camera(page, "A")).to_contain_text("not in step with the others")
    page.keyboard.press("Shift+ArrowRight")
    expect_frames(page, C=10)
    page.keyboard.press("1")
    expect_frames(page, A=0, B=0)


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


def test_a_picture_whose_address_died_comes_back_at_the_same_moment(
    page: Page, studio: FakeStudio, watched: Watched, told: Any
) -> None:
    watched.expected.append("410")
    told(two())
    open_take(page, studio)
    wait_until_shown(page, 2)
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    expect_frames(page, A=50, B=50 - LATER)
    studio.grants.clear()
    camera(page, "B").locator("video").evaluate("(video) => video.load()")
    expect_frames(page, A=50, B=50 - LATER)


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
