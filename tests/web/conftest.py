"""A browser, the page built from its sources, and a fake studio with one card in it."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.card import TAKES, card
from tests.web.fake_api import Account, FakeStudio
from tests.web.fake_days import NIGHT, FakeDay, made
from tests.web.footage import make_media
from tests.web.made_take import Shot, ToldDays, tell_take
from tests.web.verdicts import green, roll_card

WEB = Path(__file__).parents[2] / "web"
ROLL = ("NIGHTFALL", "main", "D014", "A001")
#: In the page before anything else runs: what the policy refused is kept for the test to see.
WATCH_POLICY = """
window.refusedByPolicy = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refusedByPolicy.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""


@pytest.fixture(scope="session")
def page_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, built from what stands in web/ now."""
    if not (WEB / "node_modules").is_dir():
        pytest.fail("the page's packages are not installed: run `npm ci` in web/")
    built = tmp_path_factory.mktemp("page")
    command = ["npm", "run", "build", "--silent", "--", "--logLevel", "error", "--outDir", str(built), "--emptyOutDir"]
    subprocess.run(command, cwd=WEB, check=True, timeout=120)
    return built


@pytest.fixture(scope="session")
def media_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    for name, take in TAKES.items():
        make_media(take, folder / name)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.fail("no Chromium on this machine: install the system's package `chromium`")
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--autoplay-policy=no-user-gesture-required",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def studio(page_dir: Path, media_dir: Path) -> Iterator[FakeStudio]:
    made = {take: sorted(path.name for path in (media_dir / take).iterdir()) for take in TAKES}
    accounts = {
        "ada": Account("slate-and-sticks", ["NIGHTFALL"]),
        "bo": Account("first-day", ["NIGHTFALL"], first_time=True),
        "cy": Account("two-shows", ["NIGHTFALL", "DAYBREAK"]),
        "dee": Account("load-and-log", ["NIGHTFALL"], roles=("camera",)),
    }
    rolls = {ROLL: card(made), ("NIGHTFALL", "2u", "D013", "B002"): {"clips": [], "files": []}}
    cards = {ROLL: roll_card(green())}
    with FakeStudio(page_dir, media_dir, accounts, rolls, cards) as running:
        yield running


@pytest.fixture
def day(studio: FakeStudio, media_dir: Path) -> FakeDay:
    folders = [(name, sorted(path.name for path in (media_dir / name).iterdir())) for name in list(TAKES)[:3]]
    studio.accounts["ada"].roles = ("script", "producer")
    return studio.days.put(FakeDay(made(), media=folders, facts=NIGHT))


@pytest.fixture
def told(studio: FakeStudio) -> Any:
    """Cameras and what else is told of their take → a day with that take in the studio."""

    def tell(shots: list[Shot], **changed: Any) -> dict[str, Any]:
        day = tell_take(shots, studio.media_dir, **changed)
        studio.days = ToldDays({ROLL[:3]: day})  # type: ignore[assignment]
        return day

    studio.accounts["ada"] = Account("slate-and-sticks", ["NIGHTFALL"], roles=("script",))
    return tell


class Watched:
    """What went wrong in the browser while a test ran. `expected` are texts of errors that the test provokes."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self.expected: list[str] = []
        page.on(
            "console",
            lambda message: self.errors.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def unexpected(self) -> list[str]:
        return [error for error in self.errors if not any(text in error for text in self.expected)]


@pytest.fixture
def watched(page: Page) -> Watched:
    return Watched(page)


@pytest.fixture
def page(browser: Browser, studio: FakeStudio) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(10_000)
    context.add_init_script(WATCH_POLICY)
    page = context.new_page()
    page.goto(studio.page)
    yield page
    context.close()


@pytest.fixture(autouse=True)
def nothing_went_wrong(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test in a browser: no error in the console, nothing that the policy had to refuse."""
    if "page" not in request.fixturenames:
        yield
        return
    page: Page = request.getfixturevalue("page")
    watched: Watched = request.getfixturevalue("watched")
    yield
    assert page.evaluate("window.refusedByPolicy") == []
    assert watched.unexpected() == []
