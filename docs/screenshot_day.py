"""A shooting day: its takes, one of them, what waits for a person, its report → the README's pictures."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from circletake.cli.people import Person
from circletake.cli.report_day import write_files
from circletake.cloud.day_report import read_report
from circletake.cloud.deployment import Deployment
from circletake.contracts.keys import DayRef, RollRef
from circletake.film.day_report_words import Clock
from infra.local.demo_day import CALLED, send_day, watch_day, wrong_day

#: Of the day's report as of the camera report: its words can be read, and it is small enough for a repository.
_DPI = "110"
#: Where in the take both cameras show the face.
_SHOWN = 0.62


def send(where: Deployment, roll: RollRef, someone: Person) -> None:
    """The demo's take of two cameras and a recorder, and its papers → the studio, until both carry the mix."""
    send_day(where, roll, someone)
    if wrong := [*wrong_day(watch_day(where, roll.of_day))]:
        sys.exit("\n".join(wrong))


def print_report(where: Deployment, day: DayRef, to: Path) -> None:
    """A day → the first page of its report, as a picture."""
    renderer = shutil.which("pdftoppm")
    if renderer is None:
        sys.exit("There is no pdftoppm on this machine. On Debian or Ubuntu: sudo apt-get install poppler-utils")
    report = read_report(where.catalogue(), day)
    with tempfile.TemporaryDirectory(prefix="report-") as scratch:
        pdf = write_files(report, Clock(report.facts.zone), Path(scratch))["pdf"]
        subprocess.run([renderer, "-r", _DPI, "-png", "-singlefile", pdf, pdf.with_suffix("")], check=True)
        Image.open(pdf.with_suffix(".png")).convert("RGB").save(to, quality=80)


def visit(page: Page, rolls: str, day: DayRef, keep: Callable[[Page, str], None]) -> None:
    """The address of the rolls, and the day → its pictures."""
    address = f"{rolls}/{day.unit}/{day.day}"
    page.set_viewport_size({"width": 1280, "height": 1120})
    page.goto(address)
    rows = page.locator(".take-row")
    expect(rows.first).to_be_visible()
    _wait_for_posters(page)
    page.mouse.move(0, 0)  # away from the row that it would light up
    keep(page, "day.jpg")
    page.set_viewport_size({"width": 1280, "height": 1010})
    rows.filter(has=page.get_by_text(CALLED, exact=True)).locator(".row-link").click()
    expect(page.locator(".camera video")).to_have_count(2)
    line = page.locator(".take-line").bounding_box()
    if line is None:
        sys.exit("The take has no time line.")
    page.mouse.click(line["x"] + _SHOWN * line["width"], line["y"] + line["height"] / 2)
    for video in page.locator(".camera video").all():
        expect(video).to_have_js_property("readyState", 4)
        expect(video).to_have_js_property("seeking", False)
    keep(page, "take.jpg")
    page.set_viewport_size({"width": 1280, "height": 665})
    page.goto(f"{address}?list=conflicts")
    expect(page.locator(".conflict-choices")).to_be_visible()
    _wait_for_posters(page)
    keep(page, "worklist.jpg")


def _wait_for_posters(page: Page) -> None:
    expect(page.locator(".small-frame > img:not(.loaded)")).to_have_count(0)
