"""The demo's cards on the review page, as somebody of camera sees them → the README's pictures. `make screenshot`."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from circletake.cli.people import Person
from circletake.cli.report import fetch_posters
from circletake.cli.report_paper import Made
from circletake.cli.report_pdf import write_pdf
from circletake.cli.sending import send
from circletake.cli.watching import watch
from circletake.cloud.deployment import Deployment, find_deployment
from circletake.contracts.keys import DayRef, RollRef
from circletake.transfer.listing import list_card
from docs import screenshot_day, screenshot_models
from infra.local import studio
from infra.local.card import GOOD_REEL, REEL, UNPROVEN_REEL, cards
from infra.local.demo_cards import send_cards, watch_cards

HERE = Path(__file__).parent
#: For a studio that is gone in a minute.
NAME, PASSWORD = "dit@bikes.test", "Only-For-This-Picture-1"
PICTURES = {
    GOOD_REEL: ("Safe to format", "green.jpg"),
    UNPROVEN_REEL: ("Not yet safe", "amber.jpg"),
    REEL: ("Do not format", "red.jpg"),
}
SOON_MS = 30_000
#: A short clip is made anew in seconds, on a machine that is busy in more.
REMADE_MS = 180_000


def main() -> None:
    folder = cards(print)
    with studio.start(say=print) as here:
        studio.add_user(here, NAME, PASSWORD, ["camera"])
        where = find_deployment(studio=here.name)
        roll = RollRef(production="bikes", unit="main", day="D001", roll=REEL)
        next_day = roll.model_copy(update={"day": "D002"})
        send_cards(where, roll, folder)
        offload = send(where, roll, list_card(folder / REEL))
        watch(where.reading(), roll, offload, timeout_s=300)
        watch_cards(where, roll)
        _print(where, roll)
        screenshot_day.send(where, roll, Person(where, NAME, PASSWORD))
        screenshot_day.print_report(where, roll.of_day, HERE / "day-report.jpg")
        with tempfile.TemporaryDirectory(prefix="take-") as scratch:
            screenshot_models.send_take(where, next_day, screenshot_models.shoot(Path(scratch), print))
        with sync_playwright() as playwright:
            chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
            if chromium is None:
                sys.exit("There is no Chromium on this machine. On Debian or Ubuntu: sudo apt-get install chromium")
            arguments = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
            with playwright.chromium.launch(executable_path=chromium, args=arguments) as browser:
                _visit(
                    browser.new_page(viewport={"width": 1280, "height": 940}, locale="en-GB"), here.page, roll.of_day
                )


def _print(where: Deployment, roll: RollRef) -> None:
    """A roll → the first page of its camera report, as docs/report.jpg."""
    renderer = shutil.which("pdftoppm")
    if renderer is None:
        sys.exit("There is no pdftoppm on this machine. On Debian or Ubuntu: sudo apt-get install poppler-utils")
    told = where.reading().report(roll)
    with tempfile.TemporaryDirectory(prefix="report-") as scratch:
        pdf = Path(scratch) / "report.pdf"
        pdf.write_bytes(write_pdf(told, fetch_posters(where, roll.production, told["rows"]), Made.now()))
        subprocess.run([renderer, "-r", "110", "-png", "-singlefile", pdf, pdf.with_suffix("")], check=True)
        Image.open(pdf.with_suffix(".png")).convert("RGB").save(HERE / "report.jpg", quality=86)


def _visit(page: Page, address: str, day: DayRef) -> None:
    """The page's address, and the day → its pictures."""
    page.set_default_timeout(SOON_MS)
    expect.set_options(timeout=SOON_MS)
    page.goto(address)
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name=REEL)).to_be_visible()
    rolls = page.url
    for reel, (answer, name) in PICTURES.items():
        page.goto(rolls)
        tile = page.get_by_role("link", name=reel)
        expect(tile).to_contain_text(answer)
        tile.click()
        expect(page.locator(".card-panel")).to_be_visible()
        expect(page.locator(".poster .frame > img:not(.loaded)")).to_have_count(0)
        _keep(page, name)
    page.get_by_text("A004C003_20100610_R1JL", exact=True).click()
    _set_look(page)
    video = page.locator("video")
    video.evaluate("video => new Promise(can => video.readyState < 3 ? (video.oncanplay = can) : can())")
    video.evaluate("video => new Promise(seen => { video.onseeked = seen; video.currentTime = 0.8 * video.duration })")
    # Where the pointer rests on the time line, the filmstrip shows what is there.
    line = page.locator("media-time-range").bounding_box()
    if line is None:
        sys.exit("The player has no time line.")
    page.mouse.move(line["x"] + 0.35 * line["width"], line["y"] + line["height"] / 2)
    _keep(page, "clip.jpg")
    screenshot_day.visit(page, rolls, day, _keep)
    page.set_viewport_size({"width": 1280, "height": 940})
    screenshot_models.visit(page, rolls, _keep)


def _set_look(page: Page) -> None:
    """Gives the clip that is open a look, and waits for its new picture."""
    page.get_by_role("button", name="Looks…").click()
    dialog = page.get_by_role("dialog", name="Set a look")
    dialog.get_by_role("checkbox", name="CDL").check()
    for label, value in (("slope, red", "1.14"), ("slope, blue", "0.88"), ("saturation", "0.9")):
        dialog.get_by_label(label).fill(value)
    dialog.get_by_label("Name of the look").fill("Evening sun")
    dialog.get_by_role("button", name="Set look").click()
    expect(page.locator(".shown-look .words")).to_contain_text("Evening sun", timeout=REMADE_MS)
    page.mouse.wheel(0, -9999)


def _keep(page: Page, name: str) -> None:
    """What the page shows → a file that is small enough for a repository."""
    page.wait_for_timeout(1000)
    expect(page.locator("header img").first).to_have_js_property("complete", True)
    page.screenshot(path=HERE / name, type="jpeg", quality=86, animations="disabled")
    print(f"docs/{name}: {(HERE / name).stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
