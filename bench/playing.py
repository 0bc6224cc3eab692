"""A take on the page: how far two cameras and the mix are apart while it plays, in a real browser.

The take is made: two proxies for each rate that begin at different times, under different timecodes, each with the mix
that clicks on the second. What is measured is told in `tests.web.in_step`.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.rows import Row
from tests.web.fake_api import Account, FakeStudio
from tests.web.in_step import Apart, play_and_measure
from tests.web.made_take import TAKE, Shot, ToldDays, tell_take

_WEB = Path(__file__).parents[1] / "web"
_RATES = {"23.976": Fraction(24000, 1001), "25": Fraction(25), "29.97": Fraction(30000, 1001)}
_KEY = ("NIGHTFALL", "main", "D014")
#: How long the take is, and how many frames later the second camera begins.
_SECONDS, _LATER = 14, 29
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required")


def measure(*, quick: bool) -> Iterator[Row]:
    browser_file = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if browser_file is None:
        sys.exit("No Chromium on this machine: install the system's package `chromium`.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_dir, media_dir = Path(folder, "page"), Path(folder, "media")
        build = ["npm", "run", "build", "--silent", "--", "--logLevel", "error", "--outDir", str(page_dir)]
        subprocess.run(build, cwd=_WEB, check=True)
        browser = playwright.chromium.launch(executable_path=browser_file, args=_ARGUMENTS)
        for name, rate in _RATES.items():
            yield from _at(browser, page_dir, media_dir, name, rate, 1 if quick else 3)
        browser.close()


def _at(browser: Browser, page_dir: Path, media_dir: Path, name: str, rate: Fraction, rounds: int) -> Iterator[Row]:
    frames = round(_SECONDS * rate)
    shots = [Shot("A", rate, frames), Shot("B", rate, frames, _LATER, timecode="10:00:07:11")]
    days = ToldDays({_KEY: tell_take(shots, media_dir)})
    account = Account("quiet-on-set", [_KEY[0]], roles=("editorial",))
    with FakeStudio(page_dir, media_dir, {"ada": account}, days=days) as studio:  # type: ignore[arg-type]
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        _open(page, studio)
        found = [play_and_measure(page, shots, _SECONDS / 2) for _ in range(rounds)]
        page.close()
    yield from _rows(f"{name}: pictures of two cameras apart", [each.pictures for each in found], strict=True)
    yield from _rows(f"{name}: mix and the other camera's picture apart", [each.sound for each in found], strict=False)


def _open(page: Page, studio: FakeStudio) -> None:
    page.goto(f"{studio.page}#/{'/'.join(_KEY)}/take/{TAKE}")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("quiet-on-set")
    page.get_by_role("button", name="Sign in").click()
    for number in range(2):
        expect(page.locator(".camera video").nth(number)).to_have_js_property("readyState", 4)


def _rows(name: str, found: list[Apart], *, strict: bool) -> Iterator[Row]:
    """The worst of all rounds. Pictures are whole frames apart or none; sound is told in parts of a frame."""
    seen = sum(each.seen for each in found)
    yield Row(f"{name}, p50", max(each.p50 for each in found), seen, at_most=1, unit="frames")
    yield Row(f"{name}, p95", max(each.p95 for each in found), seen, at_most=1.01 if strict else None, unit="frames")
    yield Row(f"{name}, most", max(each.most for each in found), seen, unit="frames")
