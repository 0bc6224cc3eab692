"""A shooting day's page against the real API and a catalogue: nothing between them is made up but the network."""

import json
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.asking import ask
from tests.made_day import make_day
from tests.pipeline.world import World
from tests.stored_day import store_day
from tests.web.fake_api import FakeStudio
from tests.web.fake_looks import Refused
from tests.web.shooting import open_day, row
from tests.web.test_page import SOON_MS

pytestmark = pytest.mark.browser


class RealDays:
    """The days of a studio, asked of the function that answers for them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def listed(self, production: str, roles: tuple[str, ...]) -> Any:
        return self._ask(f"/api/productions/{production}/days", roles)

    def answer(self, key: tuple[str, str, str], asked: str, body: bytes, name: str, roles: tuple[str, ...]) -> Any:
        production, unit, day = key
        path = f"/api/productions/{production}/units/{unit}/days/{day}{asked and '/'}{asked}"
        return self._ask(path, roles, body, f"{name}@example.com")

    def _ask(self, path: str, roles: tuple[str, ...], body: bytes = b"", email: str = "") -> Any:
        told = ask(
            self._world, path, groups=f"[{' '.join(roles)}]", email=email, query={"kind": "report"},
            method="POST" if body else "GET", body=json.loads(body) if body else None,
        )  # fmt: skip
        if told["statusCode"] >= HTTPStatus.BAD_REQUEST:
            refused = Refused(HTTPStatus(told["statusCode"]), "", "")
            refused.told = told["json"]
            raise refused
        return told["json"]


def log(*rows: str) -> FilePayload:
    """In Latin-1, with a heading that nobody knows."""
    lines = ["Szene;Einstellung;Take;Kamera-Clip;Laune;Bemerkung", *rows]
    return {"name": "tagebuch.csv", "mimeType": "text/csv", "buffer": "\r\n".join(lines).encode("latin-1")}


def test_a_paper_is_brought_in_again_and_taken_back_on_the_page(page: Page, studio: FakeStudio, world: World) -> None:
    studio.accounts["ada"].roles = ("script",)
    studio.days = RealDays(world)  # type: ignore[assignment]
    unit = make_day(7).units[0]
    store_day(world.reading._catalogue, replace(unit, clips=unit.clips[:6], sounds=unit.sounds[:4]), "NIGHTFALL")
    open_day(page, studio)
    zone = page.locator(".day-papers input[type=file]")
    zone.set_input_files(log("12;12A;1;A001C003;gut;müde", "12;12Y;1;;;"))
    asking = page.get_by_role("dialog", name="Bring in a paper")
    asking.get_by_role("radio", name="Script").check(force=True)
    for heading, field in (("Einstellung", "setup"), ("Kamera-Clip", "clips"), ("Laune", "note")):
        holds = asking.get_by_label(f"What {heading} holds")
        holds.select_option(field)
        expect(holds).to_have_value(field)
        expect(asking.get_by_text("Nothing is written yet.")).to_be_visible(timeout=SOON_MS)
    expect(asking).to_contain_text("12Y take 1")
    asking.get_by_role("button", name="Bring it in").click()
    expect(row(page, "12A take 1")).to_contain_text("gut / müde", timeout=SOON_MS)
    expect(row(page, "12Y take 1")).to_be_visible()
    # What was said of its headings is remembered, and a paper that comes again takes its own place.
    zone.set_input_files(log("12;12A;1;A001C003;besser;müde"))
    expect(asking.get_by_label("What Laune holds")).to_have_value("note", timeout=SOON_MS)
    expect(asking).to_contain_text("12A take 1 · note: gut / müde → besser / müde")
    expect(asking).to_contain_text("1 take no more")
    asking.get_by_role("button", name="Bring it in").click()
    expect(row(page, "12A take 1")).to_contain_text("besser / müde", timeout=SOON_MS)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Day report").click()
    assert "besser" in downloading.value.path().read_bytes().decode()
    page.get_by_role("button", name="Take back tagebuch.csv").click()
    page.locator("dialog").get_by_role("button", name="Take back").click()
    expect(page.locator("dialog")).to_contain_text("counts no more", timeout=SOON_MS)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".paper")).to_have_count(0, timeout=SOON_MS)
    expect(page.get_by_text("besser")).to_have_count(0)
