"""The demo's card on the review page → docs/page.jpg and docs/clip.jpg, as a person sees them. `make screenshot`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from circletake.cli.sending import send
from circletake.cli.watching import watch
from circletake.cloud.deployment import find_deployment
from circletake.contracts.keys import RollRef
from circletake.transfer.listing import list_card
from infra.local import studio
from infra.local.card import EXPECTED, REEL, card

HERE = Path(__file__).parent
#: For a studio that is gone in a minute.
NAME, PASSWORD = "producer@bikes.test", "Only-For-This-Picture-1"
DELIVERED = sum(must.take is not None for must in EXPECTED.values())
SOON_MS = 30_000


def main() -> None:
    folder = card(print)
    with studio.start(say=print) as here:
        studio.add_user(here, NAME, PASSWORD, ["producer"])
        where = find_deployment(studio=here.name)
        roll = RollRef(production="bikes", unit="main", day="D001", roll=REEL)
        offload = send(where, roll, list_card(folder))
        watch(where.reading(), roll, offload, timeout_s=300)
        with sync_playwright() as playwright:
            chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
            if chromium is None:
                sys.exit("There is no Chromium on this machine. On Debian or Ubuntu: sudo apt-get install chromium")
            arguments = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
            with playwright.chromium.launch(executable_path=chromium, args=arguments) as browser:
                _visit(browser.new_page(viewport={"width": 1280, "height": 940}, locale="en-GB"), here.page)


def _visit(page: Page, address: str) -> None:
    """The page's address → both pictures."""
    page.set_default_timeout(SOON_MS)
    page.goto(address)
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=REEL).click()
    expect(page.locator(".poster img.loaded")).to_have_count(DELIVERED, timeout=SOON_MS)
    _keep(page, "page.jpg")
    page.get_by_text("A004C003_20100610_R1JL", exact=True).click()
    video = page.locator("video")
    video.evaluate("video => new Promise(can => video.readyState < 3 ? (video.oncanplay = can) : can())")
    video.evaluate("video => new Promise(seen => { video.onseeked = seen; video.currentTime = 0.8 * video.duration })")
    # Where the pointer rests on the time line, the filmstrip shows what is there.
    line = page.locator("media-time-range").bounding_box()
    if line is None:
        sys.exit("The player has no time line.")
    page.mouse.move(line["x"] + 0.35 * line["width"], line["y"] + line["height"] / 2)
    page.wait_for_timeout(1000)
    _keep(page, "clip.jpg")


def _keep(page: Page, name: str) -> None:
    """What the page shows → a file that is small enough for a repository."""
    page.screenshot(path=HERE / name, type="jpeg", quality=88, animations="disabled")
    print(f"docs/{name}: {(HERE / name).stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
