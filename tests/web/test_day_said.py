"""What people say of a shooting day on the page: circles, edits in place, and what waits for them."""

import pytest
from playwright.sync_api import Page, Route, expect

from circletake.film.takes.day import Lack
from tests.web.conftest import Watched
from tests.web.fake_api import FakeStudio
from tests.web.fake_days import FakeDay
from tests.web.shooting import HOSTILE, entry, open_day, row, told, waiting

pytestmark = pytest.mark.browser


def test_a_take_is_circled_with_one_key_and_the_circle_is_taken_back_with_another(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    open_day(page, studio)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator(".take-row:has(:focus)")
    called = second.locator(".row-link > .for-listeners").inner_text()
    assert second.get_attribute("data-circled") == "false"
    page.keyboard.press("c")
    expect(row(page, called)).to_have_attribute("data-circled", "true")
    expect(page.locator(".day-done")).to_contain_text(f"{called}: circled.")
    expect(page.locator(".take-row:has(:focus)")).to_contain_text(called)
    board, number = called.split(" take ")
    assert studio.days.asked == [
        ("corrections", {"said": {"setup": board, "take": number, "flags": {"CIRCLED": True}}})
    ]
    page.keyboard.press("z")
    expect(page.locator(".day-done")).to_contain_text("Taken back")
    expect(row(page, called)).to_have_attribute("data-circled", "false")
    assert [each.taken_back_by for each in day.corrections] == ["ada"]


def test_what_is_refused_is_put_back_and_told_why(
    page: Page, studio: FakeStudio, day: FakeDay, watched: Watched
) -> None:
    watched.expected.append("403")
    studio.days.refusal = "The script supervisor has closed this day."
    open_day(page, studio)
    first = page.locator(".take-row").first
    circled = first.get_attribute("data-circled")
    first.locator(".circle").click()
    refused = "The script supervisor has closed this day. Look at the day again."
    expect(page.locator(".day-done")).to_contain_text(refused)
    expect(first).to_have_attribute("data-circled", str(circled))


def test_a_take_is_edited_in_place_with_the_keyboard_alone(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    page.keyboard.press("ArrowDown")
    first = page.locator(".take-row:has(:focus)")
    called = first.locator(".row-link > .for-listeners").inner_text()
    page.keyboard.press("e")
    editor = page.get_by_role("form", name=f"Edit {called}")
    expect(editor.get_by_label("Scene")).to_be_focused()
    page.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    expect(first.locator(".row-link")).to_be_focused()
    page.keyboard.press("n")
    expect(editor.get_by_label("Add a note")).to_be_focused()
    page.keyboard.type("The rain stops. " + HOSTILE)
    editor.get_by_label("Lens").fill("135")
    editor.get_by_label("tail slate").check()
    editor.get_by_label("Lens").press("Enter")
    expect(editor).to_have_count(0)
    for words in ("135mm", "The rain stops. " + HOSTILE, "TS"):
        expect(row(page, called)).to_contain_text(words)
    expect(row(page, called)).to_have_attribute("data-saying", "false")
    lens, rest = (asked["said"] for _, asked in studio.days.asked)
    assert lens["lens"] == "135"
    assert rest["flags"] == {"TAIL_SLATE": True}
    assert page.locator("img[src='x']").count() == 0
    page.keyboard.press("e")
    expect(editor.locator(".said-by-people p")).to_have_count(2)
    editor.get_by_role("button", name="Take back").last.click()
    expect(row(page, called)).not_to_contain_text("The rain stops")


def test_a_lens_of_the_take_and_of_no_one_camera_is_shown_where_a_lens_is_typed(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    odd = told(day)
    take = next(each for each in odd["takes"] if len(each["clips"]) > 1)
    take["facts"] = {"lens": {"value": "50", "by": [], "others": []}}
    for part in take["clips"]:
        part["facts"].pop("lens", None)
    studio.days.told = odd
    open_day(page, studio)
    row(page, take["called"]).locator(".edit-button").click()
    editor = page.get_by_role("form", name=f"Edit {take['called']}")
    for each in editor.get_by_label("Lens").all():
        expect(each).to_have_attribute("placeholder", "50")
        expect(each).to_have_value("")
    expect(editor).to_contain_text("Lens 50 is said of the take, and of no one camera.")


def test_a_take_with_a_wrong_number_is_given_the_right_one_and_keeps_its_recordings(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    known = [each["id"] for take in told(day)["takes"] for each in take["clips"]]
    alone = next(
        take
        for take in told(day)["takes"]
        if take["sounds"] and take["number"]["setup"] and all(known.count(each["id"]) == 1 for each in take["clips"])
    )
    board = alone["setup"]["value"]
    open_day(page, studio)
    row(page, alone["called"]).locator(".edit-button").click()
    editor = page.get_by_role("form", name=f"Edit {alone['called']}")
    editor.get_by_label("Take").fill("49")
    page.keyboard.press("Enter")
    moved = row(page, f"{board} take 49")
    expect(moved.locator(".row-link")).to_be_focused()
    expect(row(page, alone["called"])).to_have_count(0)
    (take,) = [each for each in told(day)["takes"] if each["called"] == f"{board} take 49"]
    assert [each["name"] for each in take["clips"]] == [each["name"] for each in alone["clips"]]
    assert [each["name"] for each in take["sounds"]] == [each["name"] for each in alone["sounds"]]


def test_what_somebody_types_stays_while_others_change_the_take(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    page.keyboard.press("ArrowDown")
    called = page.locator(".take-row:has(:focus) .row-link > .for-listeners").inner_text()
    page.keyboard.press("n")
    page.keyboard.type("Half a sen")
    board, number = called.split(" take ")
    day.correct(b'{"said": {"setup": "%s", "take": "%s", "scene": "99"}}' % (board.encode(), number.encode()), "bo")
    page.locator(".circle").nth(3).click()  # what is said is read again at once
    editor = page.get_by_role("form", name=f"Edit {called}")
    expect(editor.locator(".meanwhile")).to_contain_text("scene 99")
    editor.get_by_label("Add a note").press("End")
    page.keyboard.type("tence")
    expect(editor.get_by_label("Add a note")).to_have_value("Half a sentence")


def test_a_clip_without_a_slate_is_given_its_take_where_it_is_listed(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    lost = entry(day, Lack.CLIP_WITHOUT_TAKE)
    open_day(page, studio)
    page.get_by_role("tab", name="No slate 1").click()
    shown = waiting(page, lost["sentence"])
    expect(shown).to_contain_text(lost["next_step"])
    shown.get_by_label("Setup").fill("12A")
    shown.get_by_label("Take").fill("31")
    shown.get_by_label("Take").press("Enter")
    expect(page.get_by_text("Every clip has its take")).to_be_visible()
    expect(page.get_by_role("tab", name="No slate 0")).to_be_visible()
    page.get_by_role("tab", name="Takes").click()
    expect(row(page, "12A take 31")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_role("tab", name="No slate 1")).to_be_visible()


def test_of_a_take_that_nobody_mentions_it_is_asked_once_whether_it_is_new(
    page: Page, studio: FakeStudio, day: FakeDay, watched: Watched
) -> None:
    watched.expected.append("409")
    open_day(page, studio)
    page.keyboard.press("ArrowDown")
    called = page.locator(".take-row:has(:focus) .row-link > .for-listeners").inner_text()
    board, number = called.split(" take ")

    def send_another_number(route: Route) -> None:
        """As if whoever spoke of the take had taken that back meanwhile."""
        route.continue_(post_data=str(route.request.post_data).replace(f'"take":"{number}"', '"take":"77"'))

    page.route("**/corrections", send_another_number)
    page.keyboard.press("c")
    asking = page.get_by_role("dialog", name="A new take?")
    expect(asking).to_contain_text(f"Nobody mentions {board} take 77.")
    expect(asking.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(asking).to_have_count(0)
    expect(page.locator(".day-done")).to_contain_text(f"Nobody mentions {board} take 77.")
    assert day.corrections == []
    page.locator(".take-row .row-link").first.focus()
    page.keyboard.press("c")
    asking.get_by_role("button", name="It was shot: say it is new").click()
    expect(row(page, f"{board} take 77")).to_be_visible()
    assert [asked.get("new") for _, asked in studio.days.asked] == [None, None, True]


def test_a_take_without_sound_is_said_to_be_mos(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    lost = entry(day, Lack.TAKE_WITHOUT_SOUND)
    open_day(page, studio, "?list=no-sound")
    waiting(page, lost["sentence"]).get_by_role("button", name="It is MOS").click()
    expect(page.get_by_text("No take lacks its sound")).to_be_visible()
    expect(page.get_by_role("tab", name="No sound 0")).to_be_visible()


def test_a_conflict_is_shown_side_by_side_and_settled_by_a_choice(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    found = entry(day, Lack.CONFLICT, about="roll")
    open_day(page, studio, "?list=conflicts")
    shown = waiting(page, found["sentence"])
    sides = shown.locator(".conflict-choice")
    expect(sides).to_have_count(2)
    expect(sides.first).to_contain_text("holds now")
    expect(sides.last).to_contain_text("main camera.csv, line")
    sides.last.get_by_role("button", name="is right").click()
    expect(shown).to_have_count(0)
    expect(page.locator(".settled")).to_contain_text("roll: A099 ada")
    (conflict,) = [each for each in told(day)["conflicts"] if each["field"] == "roll"]
    assert conflict["settled"]


def test_a_take_told_in_two_ways_is_settled_by_typing_a_third(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    found = entry(day, Lack.CONFLICT, about="take", clip=...)
    open_day(page, studio, "?list=conflicts")
    shown = waiting(page, found["sentence"])
    shown.get_by_label("Another take").fill("16C take 9")
    shown.get_by_role("button", name="Say so").click()
    expect(shown).to_have_count(0)
    (said,) = (asked["said"] for _, asked in studio.days.asked)
    assert (said["setup"], said["take"], len(said["clips"])) == ("16C", "9", 1)


def test_each_thing_that_waits_can_be_mended_or_leads_to_who_can(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio, "?list=others")
    for shown in page.locator(".waiting").all():
        expect(shown.locator(".mends").get_by_role("button").first).to_be_visible()
    wild = entry(day, Lack.SOUND_WITHOUT_PICTURE)
    waiting(page, wild["sentence"]).get_by_role("button", name="It is a wild track").click()
    expect(waiting(page, wild["sentence"])).to_have_count(0)
    twice = entry(day, Lack.DOUBLED_TAKE)
    waiting(page, twice["sentence"]).get_by_role("button", name="It really has all of them").click()
    expect(waiting(page, twice["sentence"])).to_have_count(0)
    expect(page.locator(".day-done")).to_contain_text(" has ")
    lacks = {each["lack"] for each in told(day)["worklist"]}
    assert lacks.isdisjoint({Lack.SOUND_WITHOUT_PICTURE, Lack.DOUBLED_TAKE})


def test_who_may_only_look_is_offered_nothing_else(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    studio.accounts["ada"].roles = ("producer",)
    open_day(page, studio)
    page.keyboard.press("ArrowDown")
    for key in "cen":
        page.keyboard.press(key)
    expect(page.locator(".take-row").first).to_be_visible()
    expect(page.locator("button.circle, .edit-button, .take-editor")).to_have_count(0)
    page.get_by_role("tab", name="Conflicts").click()
    expect(page.locator(".waiting").first).to_be_visible()
    expect(page.locator(".waiting button, .waiting input")).to_have_count(0)
    assert studio.days.asked == []
