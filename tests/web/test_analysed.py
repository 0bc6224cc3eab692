"""What models said of a clip: facts beside its picture, each leading to its frame, and why there is none."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web import answers
from tests.web.answers import unanswered
from tests.web.conftest import ROLL, Watched
from tests.web.fake_api import FakeStudio
from tests.web.fake_characters import character
from tests.web.test_page import SOON_MS, open_clip, poster, sign_in, wait_until_shown

pytestmark = pytest.mark.browser

LOADER = ("dee", "load-and-log")
HOSTILE = "<img src=x onerror=alert(1)>"


def clip_of(studio: FakeStudio, number: int = 0) -> Any:
    return studio.rolls[ROLL]["clips"][number]


@pytest.fixture
def told(studio: FakeStudio) -> Any:
    """The first clip of the roll, of which models said everything."""
    studio.people.characters += [character("Mara", "Ines Okafor"), character("Tom", "Luc Martin")]
    clip = clip_of(studio)
    answers.everything(studio.answers, clip)
    return clip


def open_as_loader(page: Page) -> None:
    sign_in(page, *LOADER)
    page.get_by_role("link", name="A001").click()
    poster(page, "A001C001").click()
    expect(page.locator(".slate input").first).to_be_visible()


def expect_frame(page: Page, frame: int) -> None:
    expect(page.locator(".counter")).to_contain_text(f"frame {frame} ·")


@pytest.mark.usefixtures("told")
def test_people_are_told_as_facts_that_lead_to_their_best_frame(page: Page) -> None:
    open_clip(page, "A001C001")
    people = page.locator(".people")
    expect(people.get_by_role("button", name="May be Mara")).to_contain_text("may be Mara")
    expect(people.get_by_role("button", name="May be Mara")).to_contain_text("14:22:31:20 – 14:22:34:06")
    expect(people).to_contain_text("distance 0.31")
    expect(people).to_contain_text("3 faces in all; one that is lost and found again counts twice. At most 2 at once.")
    expect(people).to_contain_text("May be seen here: Mara, Tom.")
    expect(people).to_contain_text("mtcnn-dlib-resnet 8f41d2c09b3a")
    wait_until_shown(page)
    people.get_by_role("button", name="May be Mara").click()
    expect_frame(page, 33)
    people.get_by_role("link", name="All takes with Mara").click()
    expect(page.get_by_role("button", name="Mara")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".found-match")).to_contain_text("may be")


def test_faces_of_whom_nobody_agreed_are_only_counted(page: Page, studio: FakeStudio) -> None:
    answers.put(studio.answers, clip_of(studio), answers.faces((3, 20, 9), (41, 80, 60), (44, 60, 50)))
    open_clip(page, "A001C001")
    people = page.locator(".people")
    expect(people).to_contain_text("3 faces, nobody is looked for here. At most 2 at once.")
    expect(people).to_contain_text("Nobody has said who may be seen here.")
    expect(people.locator(".appearances li")).to_have_count(0)
    expect(page.locator(".lanes .face")).to_have_count(3)
    expect(page.locator(".lanes .named")).to_have_count(0)


def test_who_is_listed_and_not_looked_for_is_told_with_the_reason_and_what_helps(
    page: Page, studio: FakeStudio, told: Any
) -> None:
    why = "Luc Martin agreed for some scenes, and the scene of this clip is not known."
    helps = "If this is scene 12A, confirm it on the slate."
    told["not_looked_for"] = [{"character": "tom", "name": "Tom", "why": why, "next_step": helps}]
    told["people"] = []
    open_clip(page, "A001C001")
    people = page.locator(".people")
    expect(people).to_contain_text("3 faces, none of them alike enough to anybody who is looked for here.")
    expect(people.locator(".not-looked-for li")).to_have_text([f"Tom is not looked for here. {why} {helps}"])
    told["cast"] = ["tom"]
    page.reload()
    expect(people).to_contain_text("3 faces, compared with nobody.")
    expect(people.locator(".not-looked-for li")).to_have_count(1)
    told["not_looked_for"] = []
    page.reload()
    expect(people).to_contain_text("none of them alike enough")
    expect(people.locator(".not-looked-for")).to_be_hidden()


def test_a_vendor_sees_faces_counted_and_hears_of_nobodys_consent_and_of_no_key_without_use(
    page: Page, studio: FakeStudio, told: Any
) -> None:
    told |= {"people": [], "cast": None}
    studio.accounts["ada"].roles = ("vendor",)
    open_clip(page, "A001C001")
    people = page.locator(".people")
    expect(people).to_contain_text("3 faces. At most 2 at once.")
    expect(people).to_contain_text("Vendors are not told of anybody's consent.")
    expect(people).not_to_contain_text("looked for")
    expect(people).not_to_contain_text("Nobody")
    expect(page.locator(".key-hints kbd")).to_have_text(["Space", "J K L", "← →", "⇧ ← →", "↑ ↓", "F", "/"])


@pytest.mark.usefixtures("told")
def test_only_the_keys_are_named_that_do_something_for_who_reads_them(page: Page) -> None:
    open_as_loader(page)
    expect(page.locator(".key-hints")).to_contain_text("slate")
    expect(page.locator(".key-hints")).not_to_contain_text("cast")
    page.get_by_role("button", name="Sign out").click()
    open_clip(page, "A001C001")
    expect(page.locator(".key-hints")).to_contain_text("C cast")


@pytest.mark.usefixtures("told")
def test_every_word_leads_to_its_own_frame_and_the_transcript_follows(page: Page) -> None:
    open_clip(page, "A001C001")
    said = page.get_by_role("list", name="Transcript")
    expect(said.locator("li")).to_have_count(5)
    expect(said.locator("li").nth(0)).to_contain_text("“Action” is called")
    expect(said.locator("li").nth(2)).to_contain_text("Nobody leaves before the lights come back on.")
    expect(said.locator("li").nth(4)).to_contain_text("“Cut” is called")
    expect(said.locator(".word.unsure")).to_have_text("lights")
    wait_until_shown(page)
    # 24000/1001 frames a second: "line," begins at 0.8 s, which is in frame 19.
    said.get_by_role("button", name="line,").click()
    expect_frame(page, 19)
    expect(said.locator(".word.now")).to_have_text("line,")
    expect(said.locator("li.now")).to_contain_text("Hold the line, Mara.")
    page.keyboard.press("End")
    expect(said.locator("li.now")).to_contain_text("You said that last night as well.")
    expect(said.locator(".word.now")).to_have_count(0)


def test_a_long_transcript_keeps_the_line_that_is_heard_in_view(page: Page, studio: FakeStudio) -> None:
    lines = [(f"line{number}", "goes", "on") for number in range(80)]
    answers.put(studio.answers, clip_of(studio), answers.speech(lines, each_s=0.015, pause_s=0.0))
    open_clip(page, "A001C001")
    wait_until_shown(page)
    top = page.evaluate("scrollY")
    page.keyboard.press("End")
    now = page.locator(".transcript li.now")
    expect(now).to_be_visible()
    box, line = page.locator(".transcript").bounding_box(), now.bounding_box()
    assert box is not None
    assert line is not None
    assert box["y"] <= line["y"] <= box["y"] + box["height"] - line["height"] + 1
    assert page.evaluate("scrollY") == top, "the transcript scrolls, and not the page"


@pytest.mark.usefixtures("told")
def test_speech_faces_slate_and_calls_stand_on_the_strip_at_their_frames(page: Page) -> None:
    open_clip(page, "A001C001")
    expect(page.locator(".lanes .speech")).to_have_count(3)
    expect(page.locator(".lanes .named")).to_have_count(2)
    expect(page.locator(".lanes .face:not(.named)")).to_have_count(1)
    strip = page.locator(".strip").bounding_box()
    slate = page.locator(".lanes .slate").bounding_box()
    action = page.locator(".lanes .action").bounding_box()
    assert strip is not None
    assert slate is not None
    assert action is not None
    assert slate["x"] == pytest.approx(strip["x"] + strip["width"] * 2 / 120, abs=1)
    assert slate["width"] == pytest.approx(strip["width"] * 13 / 120, abs=1)
    assert action["x"] == pytest.approx(strip["x"] + strip["width"] * 9 / 120, abs=1)
    rows = {page.locator(".lanes .named").nth(index).evaluate("(bar) => bar.style.top") for index in (0, 1)}
    assert len(rows) == 2, "faces that are seen together lie in rows of their own"


@pytest.mark.usefixtures("told")
def test_what_stands_on_the_slate_is_told_with_its_confidence_and_its_frame(page: Page) -> None:
    open_clip(page, "A001C001")
    read = page.locator(".on-the-slate")
    expect(read.get_by_role("button", name="Scene 12A")).to_contain_text("94 % · frame 7")
    expect(read.get_by_role("button", name="Take 3")).to_contain_text("88 % · frame 9")
    expect(read.get_by_role("button", name="Camera A")).to_be_visible()
    expect(read).not_to_contain_text("MOS")
    expect(page.locator(".slate-source")).to_have_text("read off the slate: nobody has confirmed it")
    wait_until_shown(page)
    read.get_by_role("button", name="Take 3").click()
    expect_frame(page, 9)


def test_a_slate_is_put_right_with_the_keyboard_alone(page: Page, studio: FakeStudio, told: Any) -> None:
    open_as_loader(page)
    expect(page.get_by_label("take", exact=True)).to_have_value("3")
    # Who may put it right is told a moment later than what it says.
    expect(page.get_by_label("scene", exact=True)).to_be_editable()
    place = page.url
    page.keyboard.press("s")
    expect(page.get_by_label("scene", exact=True)).to_be_focused()
    page.keyboard.type("112 jkl")
    page.keyboard.press("Escape")
    expect(page.get_by_label("scene", exact=True)).to_have_value("12A")
    assert page.url == place
    page.keyboard.press("s")
    page.keyboard.type("112A")
    page.keyboard.press("Enter")
    expect(page.locator(".slate-source")).to_have_text("told by a person")
    expect(page.locator("section.slate")).to_contain_text("Saved.")
    fields = {"scene": "112A", "setup": "", "slate": "", "take": "3"}
    asked = {"clip_id": told["clip_id"], "version": told["version"], **fields}
    assert studio.people.asked == [("slate", asked)]
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".slate-source")).to_have_text("Nobody told scene and take.")
    assert studio.people.asked[-1][1] == {**asked, "scene": "", "take": ""}


@pytest.mark.usefixtures("told")
def test_a_slate_that_was_read_is_confirmed_with_one_press(page: Page, studio: FakeStudio) -> None:
    open_as_loader(page)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".slate-source")).to_have_text("told by a person")
    expect(page.get_by_role("button", name="Confirm")).to_be_hidden()
    assert studio.people.asked[0][1]["scene"] == "12A"


@pytest.mark.usefixtures("told")
def test_a_vendor_sees_and_is_offered_nothing(page: Page, studio: FakeStudio) -> None:
    studio.accounts["dee"].roles = ("vendor",)
    sign_in(page, *LOADER)
    page.get_by_role("link", name="A001").click()
    expect(page.locator(".poster").first).to_be_visible()
    expect(page.get_by_role("button", name="Cast…")).to_be_hidden()
    poster(page, "A001C001").click()
    expect(page.get_by_role("list", name="Transcript")).to_be_visible()
    expect(page.get_by_label("scene", exact=True)).to_have_js_property("readOnly", True)
    for offered in ("Confirm", "Cast…", "Analyse again"):
        expect(page.get_by_role("button", name=offered)).to_have_count(0)
    page.keyboard.press("s")
    page.keyboard.press("c")
    expect(page.get_by_label("scene", exact=True)).not_to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_has_no_answer_says_why_and_is_asked_again(page: Page, studio: FakeStudio) -> None:
    clip = clip_of(studio)
    clip["analyses"] = [
        unanswered("SPEECH", "LEFT_OUT", "NO_SOUND", "The clip has no sound."),
        unanswered("FACES", "ASKED"),
        unanswered("SLATE", "ORDERED"),
        unanswered("FRAMES", "NEEDS_ATTENTION", "OVERDUE", f"The model was silent for an hour. {HOSTILE}"),
    ]
    open_clip(page, "A001C001")
    told = page.locator(".analyses")
    expect(told).to_contain_text("0 of 4 answered")
    expect(told.locator("[data-kind=SPEECH]")).to_contain_text("The clip has no sound.")
    expect(told.locator("[data-kind=FACES]")).to_contain_text("Waiting for a model to start, or for its answer")
    expect(told.locator("[data-kind=SLATE]")).to_contain_text("Waiting for its turn.")
    expect(told.locator("[data-kind=FRAMES]")).to_contain_text(f"silent for an hour. {HOSTILE}")
    told.get_by_role("button", name="Analyse again").click()
    expect(told).to_contain_text("Ordered. Answers appear here by themselves.")
    roll = {"unit": "main", "day": "D014", "roll": "A001"}
    asked = {"roll": roll, "clip_id": clip["clip_id"], "version": clip["version"], "failed": True}
    assert studio.people.asked == [("analyse", asked)]


def test_answers_arrive_while_somebody_watches_and_the_picture_stays(page: Page, studio: FakeStudio) -> None:
    clip = clip_of(studio)
    clip["analyses"] = [unanswered("SPEECH", "ASKED")]
    open_clip(page, "A001C001")
    wait_until_shown(page)
    page.locator("video").evaluate("(video) => { video.stillTheSame = true; }")
    page.keyboard.press("Shift+ArrowRight")
    answers.put(studio.answers, clip, answers.speech())
    expect(page.get_by_role("list", name="Transcript")).to_be_visible(timeout=SOON_MS)
    expect_frame(page, 10)
    assert page.locator("video").evaluate("(video) => video.stillTheSame"), "the player was built anew"


def test_an_answer_that_cannot_be_fetched_is_said(page: Page, studio: FakeStudio, watched: Watched) -> None:
    watched.expected.append("404")
    clip_of(studio)["analyses"] = [answers.answered("SPEECH")]
    open_clip(page, "A001C001")
    expect(page.locator(".analyses [data-kind=SPEECH]")).to_contain_text("not fetched")


@pytest.mark.usefixtures("told")
def test_frame_statistics_follow_the_playhead_with_their_units(page: Page) -> None:
    open_clip(page, "A001C001")
    rows = page.locator(".curve-row")
    expect(rows).to_have_count(4)
    wait_until_shown(page)
    expect(rows.nth(0)).to_contain_text(re.compile(r"Exposure\d+ of 1023"))
    expect(rows.nth(1)).to_contain_text("R/B −0.04, G +0.06 stops")
    expect(rows.nth(2)).to_contain_text("74 % of the range")
    expect(rows.nth(3)).to_contain_text("420 code values²")
    page.keyboard.press("End")
    expect(rows.nth(1)).to_contain_text("R/B +0.7")
    rows.nth(3).scroll_into_view_if_needed()
    field = rows.nth(3).locator(".field-of-curve").bounding_box()
    assert field is not None
    page.mouse.click(field["x"] + field["width"] * 60.5 / 120, field["y"] + 10)
    expect_frame(page, 60)
    expect(rows.nth(0)).to_contain_text("0.4 % clipped")


@pytest.mark.usefixtures("told")
def test_shots_and_people_with_what_they_wear_lead_to_their_frames(page: Page) -> None:
    open_clip(page, "A001C001")
    wait_until_shown(page)
    expect(page.locator(".told-shots .spot")).to_have_count(3)
    page.locator(".told-shots .spot").nth(1).click()
    expect_frame(page, 48)
    people = page.locator(".told-people .moments")
    expect(people.locator("li")).to_have_count(5)
    expect(people.locator("li").first).to_contain_text("dark red 46 %")
    expect(people.locator("li").first.locator(".seen-box")).to_have_count(2)
    expect(people.locator(".swatch").first).to_have_css("background-color", "rgb(122, 43, 42)")
    people.get_by_role("button").nth(2).click()
    expect_frame(page, 54)


def test_words_slates_and_names_that_are_markup_stay_text(page: Page, studio: FakeStudio) -> None:
    clip = clip_of(studio)
    answers.put(studio.answers, clip, answers.speech((("&lt;b&gt;", "alert(1)", "javascript:"),)))
    clip |= {
        "slate": {"scene": HOSTILE, "setup": None, "slate": None, "take": "3"},
        "slate_from": "SLATE",
        "cast": ["mara"],
    }
    clip["people"] = [
        {"character": "mara", "name": HOSTILE, "first": 3, "last": 9, "best": 5, "box": None, "distance": 0.2}
    ]
    studio.people.characters.append(character("Mara", HOSTILE) | {"name": HOSTILE})
    open_clip(page, "A001C001")
    expect(page.get_by_role("list", name="Transcript")).to_contain_text("&lt;b&gt; alert(1) javascript:")
    expect(page.locator(".may-be")).to_have_text(f"may be {HOSTILE}")
    expect(page.locator(".may-be-seen")).to_contain_text(f"May be seen here: {HOSTILE}.")
    expect(page.get_by_label("scene", exact=True)).to_have_value(HOSTILE)
    page.keyboard.press("Escape")
    expect(poster(page, "A001C001")).to_contain_text(f"Scene {HOSTILE} · Take 3")
    assert page.locator("img[src='x'], [onerror]").count() == 0


@pytest.mark.usefixtures("told")
def test_a_clip_with_everything_fits_on_a_phone_slate_and_people_first(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_clip(page, "A001C001")
    expect(page.locator(".moments li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tops = [
        page.locator(part).first.bounding_box() for part in (".deck", "section.slate", ".told-speech", ".facts-table")
    ]
    heights = [top["y"] for top in tops if top is not None]
    assert heights == sorted(heights)
