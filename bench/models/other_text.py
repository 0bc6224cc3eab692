"""Pictures with other text, in which no slate is: signs, subtitles, shirts, burnt-in timecode. Made material."""

from collections.abc import Callable, Sequence
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from bench.models.drawn_slates import PRINT, SIZE, Pixels, font
from bench.models.shot_slates import background

Draw = ImageDraw.ImageDraw


def draw_other(seed: int) -> tuple[str, Pixels]:
    """A draw → which kind of picture it is, and the picture."""
    rng = Random(f"other/{seed}")  # noqa: S311 - a drawing, no secret
    picture = Image.fromarray(background(rng))
    kind = list(KINDS)[seed % len(KINDS)]
    KINDS[kind](ImageDraw.Draw(picture), rng)
    grain = np.random.default_rng(seed).normal(0, rng.uniform(2, 8), (SIZE[1], SIZE[0], 3))
    return kind, np.asarray(np.clip(np.asarray(picture) + grain, 0, 255), np.uint8)


def _lines(draw: Draw, rows: Sequence[str], at: tuple[float, float], size: int, step: float, fill: str) -> None:
    for index, row in enumerate(rows):
        draw.text((at[0], at[1] + index * step), row, font=font(PRINT, size), fill=fill)


def _panel(
    draw: Draw, rows: Sequence[str], rng: Random, size: int = 40, paper: str = "white", ink: str = "black"
) -> None:
    x, y = rng.randint(60, 300), rng.randint(30, 120)
    draw.rectangle((x - 30, y - 20, x + 800, y + len(rows) * size * 1.5 + 20), fill=paper)
    _lines(draw, rows, (x, y), size, size * 1.5, ink)


def _sign(draw: Draw, rng: Random) -> None:
    rows = rng.choice(
        [("CAMERA REPAIR", "ROLL FILM · CARDS", "OPEN DAY & NIGHT"), ("TAKE AWAY", "12A HIGH STREET", "3 FOR 2")]
    )
    _panel(draw, rows, rng, 60, "darkgreen", "white")


def _subtitle(draw: Draw, rng: Random) -> None:
    said = rng.choice(["Take 3 of them and roll.", "SCENE 12, TAKE 3, ROLL A001", "In this scene I take the camera."])
    _lines(draw, [said], (rng.randint(200, 400), 630), 46, 0, "white")


def _shirt(draw: Draw, rng: Random) -> None:
    draw.ellipse((400, 150, 900, 900), fill="navy")
    _lines(draw, [rng.choice(["TAKE ONE", "ROLL"]), str(rng.randint(1, 99)), "DIRECTOR"], (520, 300), 70, 85, "gold")


def _timecode(draw: Draw, rng: Random) -> None:
    draw.rectangle((430, 640, 860, 700), fill="black")
    _lines(draw, [f"10:{rng.randint(10, 59)}:12:07"], (480, 640), 52, 0, "white")
    _lines(draw, [f"A{rng.randint(1, 99):03d}C{rng.randint(1, 99):03d}_261003"], (40, 20), 40, 0, "white")


def _burnt_in(draw: Draw, rng: Random) -> None:
    draw.rectangle((0, 0, SIZE[0], 60), fill="black")
    _lines(
        draw,
        [f"SC {rng.randint(1, 99)}A  TK {rng.randint(1, 9)}  ROLL A{rng.randint(1, 99):03d}  CAM A"],
        (60, 8),
        40,
        0,
        "white",
    )


def _monitor(draw: Draw, rng: Random) -> None:
    words = [
        "REC",
        "CAM A",
        f"ISO {rng.choice([400, 800])}",
        "FPS 24",
        "SHUTTER 180",
        "WB 5600",
        "LENS 35",
        "CARD 1 42 MIN",
    ]
    for index, word in enumerate(words):
        _lines(draw, [word], (60 + 300 * (index % 4), 30 if index < 4 else 650), 36, 0, "white")


def _script(draw: Draw, rng: Random) -> None:
    number = rng.randint(1, 120)
    rows = (
        f"{number}   INT. KITCHEN - NIGHT   {number}", "ANNA takes the camera off the wall.",
        "ANNA: Roll it. Take your time.", f"SCENE {number + 1} OMITTED", "EXT. HARBOUR - DAY",
        "The director of the scene is gone.",
    )  # fmt: skip
    _panel(draw, rows, rng, 40)


def _menu(draw: Draw, rng: Random) -> None:
    rows = (
        "SPRING ROLL      3.50",
        "EGG ROLL         4",
        "TAKE AWAY        12",
        f"SCENE SPECIAL    {rng.randint(5, 20)}",
    )
    _panel(draw, rows, rng, 48, "black", "white")


def _credits(draw: Draw, rng: Random) -> None:
    rows = (
        "DIRECTOR   A. LINDQVIST",
        "CAMERA   M. OKAFOR",
        "SOUND   J. SMITH",
        "PRODUCTION   NORDLICHT",
        "TITLE   THE LAST REEL",
    )
    _panel(draw, rows, rng, 46, "black", "white")


def _scoreboard(draw: Draw, rng: Random) -> None:
    rows = (f"HOME  {rng.randint(0, 9)}", f"GUEST  {rng.randint(0, 9)}", f"PERIOD  {rng.randint(1, 4)}", "TIME  12:07")
    _panel(draw, rows, rng, 70, "black", "orange")


def _report(draw: Draw, rng: Random) -> None:
    rows = [
        "SCENE    TAKE    ROLL    LENS",
        *(f"{rng.randint(1, 60)}A       {take}       A00{take}    35" for take in (1, 2, 3, 4)),
    ]
    _panel(draw, rows, rng, 40)


def _nothing(draw: Draw, rng: Random) -> None:
    draw.line((0, rng.randint(0, 700), 1280, rng.randint(0, 700)), fill="black", width=9)


KINDS: dict[str, Callable[[Draw, Random], None]] = {
    "sign": _sign,
    "subtitle": _subtitle,
    "shirt": _shirt,
    "timecode": _timecode,
    "burnt-in scene and take": _burnt_in,
    "monitor of a camera": _monitor,
    "script": _script,
    "menu": _menu,
    "credits": _credits,
    "scoreboard": _scoreboard,
    "camera report": _report,
    "no text": _nothing,
}
