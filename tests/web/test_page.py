"""What a person sees on the review page, in a real browser, under the policy that the studio sends."""

import io
import re
import time
from fractions import Fraction

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from circletake.film.timing import Timecode
from tests.web.card import CUT_SHORT, FAST, FILM, NTSC, clip
from tests.web.conftest import ROLL, Watched
from tests.web.fake_api import FakeStudio
from tests.web.footage import GREY_FLOOR, GREY_STEP

pytestmark = pytest.mark.browser

#: The fake answers in milliseconds; a poll comes after two seconds, and after eight at most.
SOON_MS = 12_000
ADAS = "slate-and-sticks"


def sign_in(page: Page, name: str = "ada", password: str = ADAS) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def open_roll(page: Page) -> None:
    sign_in(page)
    page.get_by_role("link", name="A001").click()
    expect(poster(page, "A001C001")).to_be_visible()


def open_clip(page: Page, name: str) -> None:
    open_roll(page)
    poster(page, name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def poster(page: Page, name: str) -> Locator:
    return page.locator(".poster").filter(has=page.get_by_text(name, exact=True))


def grey_of(shown: Locator) -> int:
    """The grey in the middle of what is shown, a little to the left so that no line of ours is in the way."""
    picture = Image.open(io.BytesIO(shown.screenshot())).convert("L")
    grey = picture.getpixel((picture.width * 2 // 5, picture.height // 2))
    assert isinstance(grey, int)
    return grey


def frame_on_screen(page: Page) -> int:
    """Which frame of a grey clip the picture shows, by its grey."""
    luma = 16 + grey_of(page.locator("video")) * 219 / 255  # limited range, as the proxy is coded
    return round((luma - GREY_FLOOR) / GREY_STEP)


def expect_frame(page: Page, frame: int) -> None:
    """The picture comes to rest on this frame: a busy machine draws it some time after the seek has ended."""
    expect(page.locator("video")).to_have_js_property("seeking", False)
    deadline = time.monotonic() + SOON_MS / 1000
    while (seen := frame_on_screen(page)) != frame and time.monotonic() < deadline:
        page.evaluate("new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))")
    assert seen == frame


def wait_until_shown(page: Page) -> None:
    expect(page.locator("video")).to_have_js_property("readyState", 4)


def test_a_person_signs_in_and_finds_the_wall_with_its_pictures(page: Page) -> None:
    open_roll(page)
    expect(page.locator(".poster")).to_have_count(8)
    expect(page.locator(".poster img.loaded")).to_have_count(6)
    expect(poster(page, "A001C001")).to_contain_text("14:22:31:08")
    expect(page.locator(".title")).to_contain_text("D014 · main unit · 8 clips · 1 on the way")


def test_moving_over_a_poster_leafs_through_the_clip(page: Page) -> None:
    open_roll(page)
    frame = poster(page, "A001C006").locator(".frame")
    strip = frame.locator(".skim img")
    greys = []
    for part in (0.1, 0.5, 0.9):
        box = frame.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * part, box["y"] + 40)
        expect(strip).to_be_visible()
        greys.append(grey_of(frame))
    assert greys[0] < greys[1] < greys[2], "each frame of this clip is lighter than the one before"
    page.mouse.move(5, 5)
    expect(strip).to_be_hidden()


def test_a_wrong_password_is_said_in_a_sentence(page: Page, watched: Watched) -> None:
    watched.expected.append("400")
    sign_in(page, password="guess")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is not right.")


def test_the_first_login_asks_for_a_password_of_ones_own(page: Page) -> None:
    sign_in(page, "bo", "first-day")
    page.get_by_label("New password").fill("own-words-9")
    page.get_by_label("The same again").fill("own-words-8")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("alert")).to_have_text("The two passwords are not the same.")
    page.get_by_label("The same again").fill("own-words-9")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("NIGHTFALL")


def test_whoever_is_on_two_productions_chooses(page: Page) -> None:
    sign_in(page, "cy", "two-shows")
    page.get_by_role("link", name="NIGHTFALL").click()
    expect(page.get_by_role("heading", name="D014")).to_be_visible()
    expect(page.get_by_role("heading", name="D013")).to_be_visible()
    expect(page.get_by_text("unit 2u")).to_be_visible()


def test_a_clip_becomes_delivered_while_somebody_looks(page: Page, studio: FakeStudio) -> None:
    open_roll(page)
    card = poster(page, "A001C003")
    expect(card).to_contain_text("Received")
    card.evaluate("(node) => { node.stillTheSame = true; }")
    clips = studio.rolls[ROLL]["clips"]
    done = clips[0]
    clips[2] |= {"state": "TRANSCODED", "inspection": done["inspection"]}
    expect(card).to_contain_text("Transcoded", timeout=SOON_MS)
    clips[2] |= {"state": "DELIVERED", "media": done["media"], "ended_at": done["ended_at"], "seconds": 3.0}
    expect(card).to_contain_text("Delivered", timeout=SOON_MS)
    expect(card.locator("img.loaded")).to_be_visible()
    assert card.evaluate("(node) => node.stillTheSame"), "the card was built anew instead of updated"
    expect(page.locator(".for-listeners")).to_have_text("A001C003: Delivered")


def test_a_clip_that_arrives_later_appears_in_its_place(page: Page, studio: FakeStudio) -> None:
    open_roll(page)
    studio.rolls[ROLL]["clips"].append(clip("A001C0025", "RECEIVED"))
    studio.rolls[ROLL]["clips"].append(clip("A001C002B", "RECEIVED"))
    expect(page.locator(".poster")).to_have_count(10, timeout=SOON_MS)
    assert page.locator(".poster .name").all_text_contents()[1:4] == ["A001C002", "A001C002B", "A001C003"]


def test_an_open_clip_gets_its_player_while_somebody_waits_for_it(page: Page, studio: FakeStudio) -> None:
    open_clip(page, "A001C003")
    expect(page.get_by_role("heading", name="On its way")).to_be_visible()
    clips = studio.rolls[ROLL]["clips"]
    clips[2] |= {"state": "DELIVERED", "inspection": clips[0]["inspection"], "media": clips[0]["media"]}
    expect(page.locator("video")).to_be_visible(timeout=SOON_MS)


def test_a_rejected_clip_says_why_and_what_to_do(page: Page) -> None:
    code, sentence, next_step = CUT_SHORT
    open_roll(page)
    expect(poster(page, "A001C004")).to_contain_text("Rejected")
    expect(poster(page, "A001C004")).to_contain_text(sentence)
    poster(page, "A001C004").click()
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text(sentence)
    expect(verdict).to_contain_text(next_step)
    expect(verdict).to_contain_text(code)


def test_a_name_that_is_markup_stays_text(page: Page, studio: FakeStudio) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    turned = "A001\u202evom.exe\r\n"
    clips = studio.rolls[ROLL]["clips"]
    clips.append(clip(hostile, "REJECTED", verdict=("BAD_NAME", f"{hostile} is no name.", "Rename it.")))
    clips.append(clip(turned, "RECEIVED"))
    studio.rolls[ROLL]["files"].append({**studio.rolls[ROLL]["files"][0], "path": f"A001R1JL/{hostile}"})
    open_roll(page)
    expect(page.get_by_text(hostile, exact=True)).to_be_visible()
    expect(page.get_by_text(f"A001R1JL/{hostile}", exact=True)).to_be_visible()
    expect(page.get_by_text("A001⟨U+202E⟩vom.exe⟨U+000D⟩⟨U+000A⟩", exact=True)).to_be_visible()
    assert page.locator("img[src='x'], [onerror]").count() == 0
    page.get_by_text(hostile, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(hostile)


def test_what_is_no_clip_is_listed_below_the_wall(page: Page) -> None:
    open_roll(page)
    listed = page.locator(".card-files")
    expect(listed).to_contain_text("Also received: 3 files")
    expect(listed.locator("li").filter(has_text="T01.wav")).to_contain_text("sound")
    expect(listed).to_contain_text("Nobody knows this kind of file; it is kept as it is.")


def test_a_roll_without_clips_says_so(page: Page) -> None:
    sign_in(page)
    page.get_by_role("link", name="B002").click()
    expect(page.get_by_role("heading", name="No clips yet")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "rate", "start", "steps"),
    [
        pytest.param("A001C006", FILM, "01:00:00:00", 31, id="23.976"),
        pytest.param("A001C007", NTSC, "00:00:59;20", 13, id="29.97 drop-frame over a minute"),
        pytest.param("A001C008", FAST, "00:59:59:100", 27, id="119.88 over an hour"),
    ],
)
def test_source_timecode_counts_exactly_and_the_picture_is_that_frame(
    page: Page, name: str, rate: Fraction, start: str, steps: int
) -> None:
    open_clip(page, name)
    clock = page.get_by_label("Source timecode")
    expect(clock).to_have_text(start)
    wait_until_shown(page)
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
    expect(clock).to_have_text(str(Timecode.parse(start, rate) + steps))
    expect(page.locator(".counter")).to_contain_text(f"frame {steps} · 50 frames")
    expect_frame(page, steps)
    page.keyboard.press("ArrowLeft")
    expect(clock).to_have_text(str(Timecode.parse(start, rate) + (steps - 1)))
    expect_frame(page, steps - 1)
    page.keyboard.press("End")
    expect(clock).to_have_text(str(Timecode.parse(start, rate) + 49))
    expect_frame(page, 49)


def test_a_clip_without_timecode_counts_frames_and_says_what_is_absent(page: Page) -> None:
    open_clip(page, "A001C005")
    expect(page.locator(".where")).to_contain_text("no timecode in the file")
    wait_until_shown(page)
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_label("Source timecode")).to_have_text("frame 10")
    table = page.locator(".facts-table")
    for absent in ("not tagged", "no timecode in the file", "no reel in the file", "no sound in the file"):
        expect(table.get_by_text(absent, exact=True).first).to_be_visible()
    expect(page.locator(".strip")).to_contain_text("no sound")


def test_a_raw_clip_shows_its_proxy_s_picture_and_says_whose_it_is(page: Page, studio: FakeStudio) -> None:
    clips = studio.rolls[ROLL]["clips"]
    proxy = next(each for each in clips if each["name"] == "A001C006")
    proxy["external_proxy"] = True
    camera = {"maker": "Blackmagic Design", "model": "URSA Mini Pro", "lens": "ZEISS Supreme 35mm"}
    raw = dict.fromkeys(("maker", "reel", "width", "height", "frames")) | {
        "kind": "BRAW",
        "codec": "braw",
        "rate": "24000/1001",
        "start_timecode": "01:00:00:00",
        "camera": dict.fromkeys(("serial", "exposure_index", "shutter", "white_balance", "shot_at")) | camera,
        "state": "EXTERNAL_PROXY",
    }
    stands_for = {name: proxy[name] for name in ("clip_id", "version", "media")} | {
        "source": "EXTERNAL_PROXY",
        "label": "external proxy, unconfirmed",
        "confirmed": False,
        "sentence": "Its name and timecode agree; how many frames the original has cannot be read.",
    }
    kept = ("RAW_WITHOUT_DECODER", "This is Blackmagic RAW; its picture is not checked.", "View it.")
    clips.append(clip("A001C020", "KEPT", verdict=kept, raw=raw, picture_from=stands_for))
    open_roll(page)
    expect(poster(page, "A001C020").locator("img.loaded")).to_be_visible()
    expect(poster(page, "A001C020").locator(".whose")).to_have_text("external proxy, unconfirmed")
    expect(poster(page, "A001C006").locator(".whose")).to_have_text("proxy")
    poster(page, "A001C020").click()
    wait_until_shown(page)
    expect(page.get_by_label("Source timecode")).to_have_text("01:00:00:00")
    expect(page.locator(".whose-picture")).to_contain_text("how many frames the original has cannot be read")
    for told in ("picture through an external proxy", "Blackmagic Design URSA Mini Pro", "ZEISS Supreme 35mm"):
        expect(page.locator(".facts-table").get_by_text(told, exact=True)).to_be_visible()


def test_the_technical_table_is_exact(page: Page) -> None:
    open_clip(page, "A001C001")
    table = page.locator(".facts-table")
    for value in (
        "23.976 (24000/1001)",
        "prores · HQ",
        "1920 × 1080",
        "14:22:31:08",
        "A001R1JL",
        "pcm_s24le · 2 ch, stereo · 48 kHz",
        "-23.4 LUFS",
        "too short or too quiet to measure",
        "bt709",
        "188 MB",
    ):
        expect(table.get_by_text(value, exact=True).first).to_be_visible()


def test_pointing_at_the_strip_shows_that_moment_of_the_filmstrip(page: Page) -> None:
    open_clip(page, "A001C001")
    wait_until_shown(page)
    strip = page.locator(".strip").bounding_box()
    assert strip is not None
    page.mouse.move(strip["x"] + strip["width"] * 0.4, strip["y"] + 20)
    page.mouse.move(strip["x"] + strip["width"] * 0.5, strip["y"] + 20)
    expect(page.locator(".preview-label")).to_have_text(str(Timecode.parse("14:22:31:08", FILM) + 60))
    preview = page.locator("media-preview-thumbnail")
    expect(preview).to_be_visible()
    expect(preview).to_have_attribute("mediapreviewimage", re.compile(r"filmstrip\.jpg#xywh="))
    expect(preview.locator("img")).to_have_js_property("naturalWidth", 1600)


def test_a_click_on_the_strip_goes_there(page: Page) -> None:
    open_clip(page, "A001C006")
    wait_until_shown(page)
    strip = page.locator(".strip").bounding_box()
    assert strip is not None
    page.mouse.click(strip["x"] + strip["width"] * 0.505, strip["y"] + strip["height"] / 2)
    expect(page.locator(".counter")).to_contain_text("frame 25 · 50 frames")
    expect_frame(page, 25)


def test_what_the_decode_saw_can_be_gone_to(page: Page) -> None:
    open_clip(page, "A001C006")
    wait_until_shown(page)
    expect(page.locator(".strip .mark")).to_have_count(5)
    page.get_by_role("button", name=str(Timecode.parse("01:00:00:00", FILM) + 33), exact=True).click()
    expect(page.locator(".counter")).to_contain_text("frame 33 · 50 frames")


def test_j_k_and_l_shuttle(page: Page) -> None:
    open_clip(page, "A001C001")
    wait_until_shown(page)
    page.keyboard.press("l")
    expect(page.locator(".counter")).to_contain_text(re.compile(r"frame [2-9]\d ·"))
    page.keyboard.press("l")
    expect(page.locator(".speed")).to_have_text("▶ 2×")
    page.keyboard.press("k")
    expect(page.locator(".speed")).to_have_text("")
    page.keyboard.press("j")
    expect(page.locator(".speed")).to_have_text("◀ 1×")
    expect(page.locator(".counter")).to_contain_text(re.compile(r"frame 1?\d ·"))
    page.keyboard.press("k")
    expect(page.locator("video")).to_have_js_property("paused", True)


def test_full_screen_keeps_timecode_and_strip(page: Page) -> None:
    open_clip(page, "A001C001")
    wait_until_shown(page)
    page.keyboard.press("f")
    expect(page.locator(".deck:fullscreen .strip")).to_be_in_viewport()
    expect(page.get_by_label("Source timecode")).to_be_in_viewport(ratio=1)


def test_the_keyboard_alone_leads_through_wall_and_clips(page: Page) -> None:
    open_roll(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A001C002")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("heading", level=1)).to_have_text("A001C001")
    page.keyboard.press("Escape")
    expect(poster(page, "A001C001")).to_be_focused()


def test_an_ended_session_returns_to_the_place_after_login(page: Page, studio: FakeStudio, watched: Watched) -> None:
    watched.expected += ["401", "400"]
    open_clip(page, "A001C003")
    place = page.url
    studio.expire_sessions()
    expect(page.get_by_text("Your session has ended.")).to_be_visible(timeout=SOON_MS)
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("A001C003")
    assert page.url == place


def test_a_dead_token_is_renewed_without_a_word(page: Page, studio: FakeStudio, watched: Watched) -> None:
    watched.expected.append("401")
    open_roll(page)
    studio.tokens.clear()
    page.reload()
    expect(poster(page, "A001C001")).to_be_visible()


def test_a_revoked_grant_is_renewed(page: Page, studio: FakeStudio, watched: Watched) -> None:
    watched.expected.append("410")
    open_roll(page)
    expect(page.locator(".poster img.loaded")).to_have_count(6)
    studio.grants.clear()
    poster(page, "A001C001").click()
    wait_until_shown(page)
    expect(page.locator(".findings")).to_contain_text("Scene changes")


def test_a_grant_is_fetched_once_and_again_before_it_ends(page: Page, studio: FakeStudio) -> None:
    def asked() -> int:
        return studio.calls.count("productions/NIGHTFALL/grants")

    open_roll(page)
    expect(page.locator(".poster img.loaded")).to_have_count(6)
    poster(page, "A001C006").click()
    wait_until_shown(page)
    assert asked() == 1
    # Before the page asks: on a busy machine it may have asked by the time that it is loaded.
    studio.grant_s = 20
    page.reload()
    wait_until_shown(page)
    before = asked()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", level=1)).to_have_text("A001C007")
    wait_until_shown(page)
    assert asked() > before


def test_a_picture_whose_address_died_comes_back_at_the_same_frame(
    page: Page, studio: FakeStudio, watched: Watched
) -> None:
    watched.expected.append("410")
    open_clip(page, "A001C006")
    wait_until_shown(page)
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".counter")).to_contain_text("frame 12 ·")
    studio.grants.clear()
    page.locator("video").evaluate("(video) => video.load()")
    wait_until_shown(page)
    expect(page.locator(".counter")).to_contain_text("frame 12 ·")
    expect_frame(page, 12)


def test_nobody_is_asked_while_the_page_is_hidden(page: Page, studio: FakeStudio) -> None:
    open_roll(page)
    hide = "Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true}); window.away = true"
    page.evaluate(hide)
    page.wait_for_timeout(2500)  # a look may be under way
    asked = len(studio.calls)
    page.wait_for_timeout(4000)
    assert len(studio.calls) == asked
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    assert len(studio.calls) > asked


def test_a_person_signs_out(page: Page, studio: FakeStudio) -> None:
    open_roll(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert studio.refresh_tokens == {}
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_while_the_studio_is_away_the_last_look_stays_and_is_called_old(
    page: Page, studio: FakeStudio, watched: Watched
) -> None:
    watched.expected.append("503")
    open_roll(page)
    studio.down = True
    expect(page.locator(".stale")).to_contain_text("What you see may be old.", timeout=SOON_MS)
    expect(poster(page, "A001C001")).to_be_visible()
    studio.down = False
    expect(page.locator(".stale")).to_be_hidden(timeout=SOON_MS)


def test_a_wall_that_cannot_be_read_offers_to_try_again(page: Page, studio: FakeStudio, watched: Watched) -> None:
    watched.expected.append("503")
    sign_in(page)
    expect(page.get_by_role("heading", name="D014")).to_be_visible()
    studio.down = True
    page.get_by_role("link", name="A001").click()
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    studio.down = False
    again.click()
    expect(poster(page, "A001C001")).to_be_visible()


@pytest.mark.parametrize("name", ["A001C001", "A001C004"])
def test_a_phone_shows_everything_without_scrolling_sideways(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_roll(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    poster(page, name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
