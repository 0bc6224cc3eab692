"""A shooting day on the page: scenes, setups and takes, what waits for a person, and putting it right in place."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from circletake.cloud.day_telling import tell_day
from circletake.contracts.takes import DayFacts
from circletake.film.report import clock_text
from circletake.film.takes.day import Lack
from tests.made_day import MadeUnit, make_day
from tests.web.card import TAKES
from tests.web.conftest import Watched
from tests.web.fake_api import FakeStudio
from tests.web.fake_days import FakeDay
from tests.web.legible import illegible
from tests.web.test_page import SOON_MS, sign_in

pytestmark = pytest.mark.browser

DAY = "#/NIGHTFALL/main/D014"
HOSTILE = "<img src=x onerror=alert(1)>"
NIGHT = DayFacts(
    zone="Europe/Berlin", call="2026-09-30T19:00:00+00:00", wrap="2026-10-01T04:30:00+00:00", kind="PICKUP"
)


@lru_cache
def made() -> MadeUnit:
    """A day on which everything is wrong that can be, except that the script has swapped clips."""
    return make_day(7).units[0]


@pytest.fixture
def day(studio: FakeStudio, media_dir: Path) -> FakeDay:
    folders = [(name, sorted(path.name for path in (media_dir / name).iterdir())) for name in list(TAKES)[:3]]
    studio.accounts["ada"].roles = ("script", "producer")
    return studio.days.put(FakeDay(made(), media=folders, facts=NIGHT))


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


def test_a_day_is_told_as_scenes_with_their_setups_and_takes_circled_first(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    sign_in(page)
    expect(page.get_by_text("80 takes")).to_be_visible()
    page.get_by_role("link", name="D014").click()
    expect(page.locator(".take-row")).to_have_count(83)
    head = page.locator(".day-head")
    for words in ("main unit · pickup", "21:00", "06:30", "Europe/Berlin"):
        expect(head).to_contain_text(words)
    summary = told(day)["summary"]
    figures = f"Takes{summary['takes']}and 3 wild tracksCircled{summary['circled']}"
    expect(head.locator(".day-figures")).to_contain_text(figures)
    assert page.locator(".scene > h2").all_text_contents() == [f"Scene {name}" for name in summary["scenes"]]
    setup = page.locator(".setup").filter(has=page.get_by_role("heading", name="12A"))
    circles = setup.locator(".take-row").evaluate_all("(rows) => rows.map((row) => row.dataset.circled)")
    assert circles == sorted(circles, reverse=True)
    assert "true" in circles
    assert setup.locator(".row-camera").count() > setup.locator(".take-row").count(), "cameras stand side by side"
    expect(page.locator(".small-frame img.loaded").first).to_be_visible()


def test_as_shot_takes_stand_in_the_order_of_their_clocks(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    page.get_by_role("button", name="As shot").click()
    setup = page.locator(".setup").filter(has=page.get_by_role("heading", name="12A"))
    numbers = [int(text) for text in setup.locator(".ring").all_text_contents()]
    assert numbers == sorted(numbers)


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


def test_the_number_of_a_wild_track_is_shown_whole(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    odd = told(day)
    for take, number in zip(odd["takes"], ("WT1", "WT12", "12PU", "3"), strict=False):
        take["take"] = {"value": number, "by": [], "others": []}
    studio.days.told = odd
    open_day(page, studio)
    for number in ("WT1", "WT12", "12PU"):
        ring = page.locator(".ring").get_by_text(number, exact=True).first
        assert ring.evaluate("(node) => node.scrollWidth <= node.clientWidth"), number


def test_papers_are_told_by_the_clocks_of_the_day_and_runtimes_as_in_its_report(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    open_day(page, studio)
    expect(page.locator(".day-papers li").first).to_contain_text("brought in by ada, 2026-10-01 08:00 CEST")
    runtime = clock_text(day.read().day.summary.all.runtime)
    expect(page.locator(".day-figures")).to_contain_text(f"Runtime{runtime}")


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


def test_a_row_leads_to_its_conflicts(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    page.get_by_role("button", name="1 conflict").first.click()
    expect(page.get_by_role("tab", name="Conflicts")).to_have_attribute("aria-selected", "true")
    assert "list=conflicts" in page.url
    expect(page.locator(".waiting :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("tab", name="Takes")).to_have_attribute("aria-selected", "true")


def test_takes_are_found_by_what_is_said_of_them_and_it_is_marked(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    page.keyboard.press("f")
    page.keyboard.type("12A rehearsed")
    expect(page.get_by_text("of 80 takes · 3 wild tracks")).to_be_visible()
    rows = page.locator(".take-row")
    expect(page.locator(".setup")).to_have_count(1)
    assert page.locator(".setup mark").first.inner_text() == "12A"
    expect(rows.first.locator(".row-notes mark")).to_have_text("rehearsed")
    page.keyboard.press("ArrowDown")
    expect(rows.first.locator(".row-link")).to_be_focused()
    page.reload()
    expect(page.locator(".setup")).to_have_count(1)
    page.get_by_label("Look for takes").fill("nothing of the kind")
    expect(page.get_by_text("No take has all of these words")).to_be_visible()


def test_a_take_opens_with_enter_and_the_way_back_stands_above(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    page.keyboard.press("ArrowDown")
    take = page.locator(".take-row:has(:focus)").get_attribute("data-take")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{DAY}/take/{take}")
    page.get_by_label("You are here").get_by_role("link", name="D014").click()
    expect(page.locator(".take-row")).to_have_count(83)
    expect(page.locator(f'[data-take="{take}"] .row-link')).to_be_focused()


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


def test_a_vendor_is_told_nothing_of_a_day(page: Page, studio: FakeStudio, day: FakeDay, watched: Watched) -> None:
    studio.accounts["ada"].roles = ("vendor",)
    sign_in(page)
    expect(page.get_by_role("heading", name="D014")).to_be_visible()
    assert not any(call.endswith("/days") for call in studio.calls)
    watched.expected.append("403")
    page.goto(f"{studio.page}{DAY}")
    expect(page.get_by_text("Vendors are not told what was shot on a day.")).to_be_visible()


def test_a_day_without_papers_says_how_they_are_brought_in(page: Page, studio: FakeStudio) -> None:
    open_day(page, studio)
    expect(page.get_by_text("No takes are known yet")).to_be_visible()
    expect(page.locator(".command code")).to_contain_text("circletake notes import script.csv")
    expect(page.get_by_label("Look for takes")).to_be_hidden()
    expect(page.get_by_role("tablist")).to_be_hidden()


def test_the_keys_are_told_on_demand(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    open_day(page, studio)
    expect(page.locator(".take-row").first).to_be_visible()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("circle it, or take its circle away")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_names_that_are_markup_or_without_end_stay_text_on_the_screen(
    page: Page, studio: FakeStudio, day: FakeDay
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    odd = told(day)
    long = HOSTILE + "\u202e" + "W" * 150
    take = next(each for each in odd["takes"] if len(each["clips"]) > 1)
    take |= {
        "called": long,
        "notes": [{"value": long, "by": []}],
        "facts": {"lens": {"value": long, "by": [], "others": []}},
    }
    for name in ("scene", "setup", "take"):
        take[name] = {"value": long, "by": [], "others": []}
    for part in take["clips"] + take["sounds"]:
        part["name"] = long
    odd["papers"][0] |= {"name": long, "problems": [{"line": 3, "sentence": long}]}
    for entry in odd["worklist"]:
        entry |= {"sentence": long, "next_step": long, "where": [{"source": "SCRIPT", "paper": long, "line": 2}]}
    for conflict in odd["conflicts"]:
        conflict["held"] |= {"value": long}
    odd["facts"] = {"zone": None, "call": None, "wrap": None, "kind": long}
    studio.days.told = odd
    open_day(page, studio)
    whole = page.locator("html")
    strange = page.locator(f'[data-take="{take["id"]}"]')
    expect(strange).to_contain_text(HOSTILE + "⟨U+202E⟩")
    lay_out(page)
    assert whole.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    strange.locator(".edit-button").click()
    expect(page.locator(".take-editor")).to_be_visible()
    assert whole.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    page.keyboard.press("Escape")
    for list_ in ("no-slate", "no-sound", "conflicts", "others"):
        page.locator(f"[role=tab][data-list={list_}]").click()
        expect(page.locator(".waiting").first).to_contain_text(HOSTILE)
        assert whole.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert page.locator("img[src='x'], [onerror]").count() == 0


def _again(take: dict[str, Any], number: int) -> dict[str, Any]:
    """A take → the same in a setup of its own."""
    setup = {**take["number"], "setup": f"{number}{take['number']['setup']}"}
    return take | {"id": f"{number:02}{take['id'][2:]}", "number": setup}


#: Half a second; a browser on a machine of two slow cores needs less than half of it.
FLUENT_MS = 500


def test_500_takes_are_shown_and_ordered_without_a_pause(page: Page, studio: FakeStudio, day: FakeDay) -> None:
    many = told(day)
    takes = many["takes"]
    many["takes"] = [_again(take, number) for number in range(7) for take in takes][:500]
    studio.days.told = many
    open_day(page, studio)
    expect(page.locator(".take-row")).to_have_count(500)
    spent = page.evaluate(
        """() => ["shot", "circled", "shot"].map((order) => {
          const began = performance.now();
          document.querySelector(`[data-order=${order}]`).click();
          document.body.getBoundingClientRect();
          return performance.now() - began;
        })"""
    )
    assert min(spent) < FLUENT_MS, spent


def lay_out(page: Page) -> None:
    """What is far down is laid out only when somebody scrolls there: now all of it is."""
    page.evaluate("for (const each of document.querySelectorAll('.setup')) each.style.contentVisibility = 'visible'")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844), (320, 700)], ids=["wide", "phone", "small phone"])
def test_a_day_can_be_read_and_edited_on_any_screen(
    page: Page, studio: FakeStudio, day: FakeDay, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_day(page, studio)
    expect(page.locator(".take-row")).to_have_count(83)
    whole = page.locator("html")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    expect(page.get_by_label("Scene")).to_be_focused()
    lay_out(page)
    assert illegible(page) == []
    assert whole.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    page.keyboard.press("Escape")
    for list_ in ("no-slate", "conflicts", "others"):
        page.locator(f"[role=tab][data-list={list_}]").click()
        assert illegible(page) == []
        assert whole.evaluate("(node) => node.scrollWidth <= node.clientWidth")
