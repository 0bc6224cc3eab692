"""A take's cameras on the page, in a real browser: side by side, in step, with one sound."""

import re
import time
from fractions import Fraction
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Watched
from tests.web.fake_api import FakeStudio
from tests.web.in_step import Apart, play_and_measure
from tests.web.made_take import Shot, read_number
from tests.web.taking import FILM, FRAMES, LATER, NTSC, PAL, camera, open_take, two, wait_until_shown
from tests.web.test_page import SOON_MS

pytestmark = pytest.mark.browser


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
