"""Who may be looked for, with what consent, where, and how it is taken back; and what analysis costs."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import ROLL, Watched
from tests.web.fake_api import FakeStudio
from tests.web.fake_characters import MAX_PICTURE_BYTES, character, document
from tests.web.test_page import SOON_MS, open_clip, open_roll, poster, sign_in
from tests.web.verdicts import JUDGED

pytestmark = pytest.mark.browser

LOADER = ("dee", "load-and-log")
HOSTILE = "<img src=x onerror=alert(1)>"
SIGNED = b"%PDF-1.7 I agree."
ERASED = {"references": 3, "appearances": 11, "objects": 4, "at": JUDGED}


def open_characters(page: Page, *who: str) -> None:
    sign_in(page, *who)
    page.get_by_role("link", name="Characters").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Characters")


def panel(page: Page, name: str) -> Locator:
    return page.locator(".character").filter(has=page.get_by_role("heading", name=name))


def test_a_character_is_told_with_who_plays_it_and_what_they_agreed_to(page: Page, studio: FakeStudio) -> None:
    references = [
        {"number": 1, "state": "ENROLLED", "why": None},
        {"number": 2, "state": "REFUSED", "why": "Two faces are in this picture."},
        {"number": 3, "state": "ORDERED", "why": None},
    ]
    scopes = ["SEARCH", "CONSISTENCY"]
    told = {"scenes": ["12A", "14"], "guardian": "R. O.", "scopes": scopes, "references": references}
    studio.people.characters.append(character("Mara", "Ines Okafor", **told))
    open_characters(page)
    mara = panel(page, "Mara")
    for words in (
        "played by Ines Okafor",
        "to be found in the footage; to be compared from shot to shot",
        "12A, 14",
        "31 December 2099",
        "R. O.",
        "Reference 1 enrolled",
        "Reference 2 refused",
        "Two faces are in this picture.",
        "Reference 3 waiting for a model",
    ):
        expect(mara).to_contain_text(words)
    references[2]["state"] = "ENROLLED"
    expect(mara).to_contain_text("Reference 3 enrolled", timeout=SOON_MS)


def test_consent_that_has_run_out_or_does_not_reach_to_searching_finds_nobody(page: Page, studio: FakeStudio) -> None:
    studio.people.characters += [
        character("Late", "A. B.", expires="2025-01-31", erased=ERASED),
        character("Double", "C. D.", scopes=["REPLICA"]),
    ]
    open_characters(page)
    expect(panel(page, "Late")).to_contain_text("31 January 2025: it has run out")
    expect(panel(page, "Late")).to_contain_text("3 references, 11 appearances, 4 objects. A search afterwards")
    for name in ("Late", "Double"):
        expect(panel(page, name).get_by_role("link", name="All takes")).to_have_count(0)


def test_withdrawal_asks_once_and_tells_what_was_erased(page: Page, studio: FakeStudio) -> None:
    studio.people.characters.append(character("Mara", "Ines Okafor"))
    open_characters(page, *LOADER)
    expect(page.get_by_role("button", name="Add character…")).to_have_count(0)
    panel(page, "Mara").get_by_role("button", name="Withdraw consent…").click()
    dialog = page.get_by_role("dialog", name="Withdraw Ines Okafor's consent?")
    expect(dialog.get_by_role("button", name="Keep")).to_be_focused()
    expect(dialog).to_contain_text("That cannot be undone. The footage itself stays.")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert studio.people.asked == []
    panel(page, "Mara").get_by_role("button", name="Withdraw consent…").click()
    page.get_by_role("button", name="Withdraw and erase").click()
    expect(panel(page, "Mara")).to_contain_text("What tells this person from others is being erased.")
    assert studio.people.asked == [("withdraw", {"id": "mara"})]
    expect(panel(page, "Mara").get_by_role("button")).to_have_count(0)
    studio.people.characters[0]["erased"] = ERASED
    expect(panel(page, "Mara")).to_contain_text("3 references, 11 appearances, 4 objects", timeout=SOON_MS)


def test_withdrawal_names_everybody_who_stands_on_the_same_paper_before_it_is_pressed(
    page: Page, studio: FakeStudio
) -> None:
    paper = {"document_sha256": document(SIGNED)}
    studio.people.characters += [
        character("Mara", "Ines Okafor", **paper),
        character("Lea", "Ruth Okafor", **paper),
        character("Gone", "P. H.", **paper, withdrawn_at=JUDGED, erased=ERASED),
        character("Tom", "Luc Martin"),
    ]
    open_characters(page)
    expect(panel(page, "Tom")).to_be_visible()
    # Added by somebody else, since this page last looked.
    studio.people.characters.append(character(HOSTILE, "Bea Okafor", **paper))
    panel(page, "Mara").get_by_role("button", name="Withdraw consent…").click()
    dialog = page.get_by_role("dialog", name="Withdraw Ines Okafor's consent?")
    expect(dialog.get_by_role("listitem")).to_have_text(
        [f"{HOSTILE}, played by Bea Okafor", "Lea, played by Ruth Okafor", "Mara, played by Ines Okafor"]
    )
    expect(dialog).to_contain_text("What was signed is withdrawn, and 3 characters stand on it.")
    dialog.get_by_role("button", name="Withdraw and erase all 3").click()
    expect(dialog).to_be_hidden()
    gone = [each["name"] for each in studio.people.characters if each["withdrawn_at"]]
    assert gone == ["Mara", "Lea", "Gone", HOSTILE]


def test_nobody_is_withdrawn_while_it_cannot_be_told_who_goes(page: Page, studio: FakeStudio, watched: Watched) -> None:
    watched.expected.append("503")
    studio.people.characters.append(character("Mara", "Ines Okafor"))
    open_characters(page)
    expect(panel(page, "Mara")).to_be_visible()
    studio.down = True
    panel(page, "Mara").get_by_role("button", name="Withdraw consent…").click()
    dialog = page.get_by_role("dialog", name="Withdraw Ines Okafor's consent?")
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    expect(dialog.get_by_role("button", name="Withdraw and erase")).to_be_disabled()


def test_a_vendor_is_told_that_vendors_are_not_told_of_anybodys_consent(page: Page, studio: FakeStudio) -> None:
    studio.accounts["ada"].roles = ("vendor",)
    studio.people.characters.append(character("Mara", "Ines Okafor"))
    sign_in(page)
    expect(page.get_by_role("link", name="Find")).to_be_visible()
    expect(page.get_by_role("link", name="A001")).to_be_visible()
    expect(page.get_by_role("link", name="Characters")).to_have_count(0)
    page.evaluate("location.hash = '#/NIGHTFALL/characters'")
    expect(page.get_by_role("heading", level=1)).to_have_text("Characters")
    expect(page.locator("main")).to_contain_text("Vendors are not told of anybody's consent.")
    expect(page.get_by_text("No characters yet")).to_be_hidden()


def test_a_character_is_added_with_its_consent_and_small_references(
    page: Page, studio: FakeStudio, tmp_path: Path
) -> None:
    (tmp_path / "consent.pdf").write_bytes(SIGNED)
    Image.effect_noise((2400, 1600), 90).save(tmp_path / "face.png")
    open_characters(page)
    page.get_by_role("button", name="Add character…").click()
    dialog = page.get_by_role("dialog", name="Add a character")
    adds, said = dialog.get_by_role("button", name="Add character"), dialog.get_by_role("alert")
    adds.click()
    expect(said).to_have_text("Say what the character is called.")
    dialog.get_by_label("Character", exact=True).fill(HOSTILE)
    dialog.get_by_label("Played by").fill("Ines Okafor")
    adds.click()
    expect(said).to_have_text("Say until when the consent holds.")
    dialog.get_by_label("Until").fill("2099-05-31")
    dialog.get_by_label("Scenes").fill("12A, 14 ,")
    dialog.get_by_label("Consistency").check()
    dialog.get_by_label("A minor").check()
    adds.click()
    expect(said).to_have_text("Say who signed for the minor.")
    dialog.get_by_label("Guardian").fill("Ruth Okafor")
    dialog.get_by_label("Signed document").set_input_files(tmp_path / "consent.pdf")
    dialog.get_by_label("References").set_input_files(tmp_path / "consent.pdf")
    expect(said).to_have_text("“consent.pdf” is no picture that this browser can read.")
    dialog.get_by_label("References").set_input_files(tmp_path / "face.png")
    expect(dialog).to_contain_text("1 reference: only small copies leave this device.")
    adds.click()
    expect(dialog).to_be_hidden()
    ((_, asked),) = studio.people.asked
    assert asked["name"] == HOSTILE
    assert asked["consent"] == {
        "person": "Ines Okafor",
        "scopes": ["SEARCH", "CONSISTENCY"],
        "scenes": ["12A", "14"],
        "expires": "2099-05-31",
        "document_sha256": document(SIGNED),
        "minor": True,
        "guardian": "Ruth Okafor",
    }
    (sent,) = studio.people.pictures(asked)
    assert len(sent) <= MAX_PICTURE_BYTES, "noise, which compresses worst of all"
    small = Image.open(io.BytesIO(sent))
    assert small.format == "JPEG"
    assert small.width / small.height == pytest.approx(1.5, abs=0.01)
    expect(panel(page, HOSTILE)).to_contain_text("Reference 1 waiting for a model")
    assert page.locator("img[src='x'], [onerror]").count() == 0


def test_the_cast_of_a_clip_is_listed_with_the_keyboard_alone(page: Page, studio: FakeStudio) -> None:
    studio.people.characters += [
        character("Mara", "Ines Okafor"),
        character("Tom", "Luc Martin"),
        character("Late", "A. B.", expires="2025-01-31"),
    ]
    open_clip(page, "A001C001")
    cast = page.get_by_role("button", name="Cast…")
    expect(cast).to_be_visible()
    cast.focus()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Who may be seen here?")
    expect(dialog.get_by_role("checkbox", name="Mara")).to_be_focused()
    expect(dialog.get_by_role("checkbox", name="Late")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(dialog).to_contain_text("Tom may be seen in A001C001.")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".may-be-seen")).to_contain_text("May be seen here: Tom.")
    expect(cast).to_be_focused()
    clip = studio.rolls[ROLL]["clips"][0]
    named = {"clip_id": clip["clip_id"], "version": clip["version"]}
    assert studio.people.asked == [("cast", {"clips": [named], "characters": ["tom"]})]


def test_two_characters_of_one_name_are_told_apart_where_the_cast_is_listed(page: Page, studio: FakeStudio) -> None:
    studio.people.characters += [
        character("Mara", "Ines Okafor", id="0123456789abcdef0123"),
        character("MARA", "Ines Okafor", id="fedcba9876543210fedc", scenes=["12A", "14"], expires="2099-06-30"),
        character("Tom", "Luc Martin"),
    ]
    open_clip(page, "A001C001")
    page.get_by_role("button", name="Cast…").click()
    dialog = page.get_by_role("dialog", name="Who may be seen here?")
    played = "played by Ines Okafor"
    expect(dialog.locator("label small")).to_have_text(
        [
            f"{played}, every scene, until 2099-12-31, 01234567",
            f"{played}, scenes 12A, 14, until 2099-06-30, fedcba98",
            "played by Luc Martin",
        ]
    )


def test_the_cast_of_a_roll_is_listed_for_the_clips_of_which_nobody_said_it(page: Page, studio: FakeStudio) -> None:
    studio.people.characters.append(character("Mara", "Ines Okafor"))
    clips = studio.rolls[ROLL]["clips"]
    clips[0]["cast"] = ["mara"]
    open_roll(page)
    page.get_by_role("button", name="Cast…").click()
    dialog = page.get_by_role("dialog", name="Who may be seen here?")
    expect(dialog.get_by_role("checkbox", name="A001C001")).not_to_be_checked()
    expect(dialog.get_by_role("checkbox", name="A001C002")).to_be_checked()
    expect(dialog).to_contain_text("Nobody of the cast is in 5 clips.")
    dialog.get_by_role("button", name="All").click()
    dialog.get_by_role("checkbox", name="Mara").check()
    dialog.get_by_role("button", name="List").click()
    expect(dialog).to_be_hidden()
    assert [len(asked["clips"]) for _, asked in studio.people.asked] == [6]
    assert all(clip["cast"] == ["mara"] for clip in clips if clip["media"])


def test_the_clip_that_the_focus_is_on_is_the_one_that_is_cast(page: Page, studio: FakeStudio) -> None:
    studio.people.characters.append(character("Mara", "Ines Okafor"))
    open_roll(page)
    expect(page.get_by_role("button", name="Cast…")).to_be_visible()
    poster(page, "A001C002").focus()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Who may be seen here?")
    expect(dialog.locator(".choose-clips input:checked")).to_have_count(1)
    expect(dialog.get_by_role("checkbox", name="A001C002")).to_be_checked()
    expect(dialog.get_by_role("checkbox", name="Mara")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".posters").first).to_be_visible()
    assert studio.people.asked == []


def test_producers_see_what_analysis_costs_and_nobody_else_does(page: Page, studio: FakeStudio) -> None:
    sign_in(page)
    spent = page.locator(".spend")
    expect(spent).to_contain_text("Analysis $12.40 of $50.00")
    expect(spent).to_contain_text("318 answers · 2 duplicates paid for")
    spent.get_by_role("button", name="Analyse again").click()
    expect(spent).to_contain_text("Ordered.")
    assert studio.people.asked[0][1] == {"roll": None, "clip_id": None, "version": None, "failed": True}
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, *LOADER)
    expect(page.get_by_role("heading", name="D014")).to_be_visible()
    expect(page.locator(".spend")).to_be_hidden()


def test_a_phone_shows_characters_and_their_dialogs_without_scrolling_sideways(page: Page, studio: FakeStudio) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    studio.people.characters.append(character("W" * 150, "M" * 150, scenes=["S" * 150]) | {"id": "w"})
    open_characters(page)
    page.get_by_role("button", name="Add character…").click()
    for scrolled in (page.locator("html"), page.get_by_role("dialog")):
        assert scrolled.evaluate("(node) => node.scrollWidth <= node.clientWidth")
