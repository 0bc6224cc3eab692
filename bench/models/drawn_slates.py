"""A seed → a slate, drawn: board, sticks, printed labels, handwriting, on a made background. Made material, all of it.

What is written comes in fonts out of Debian packages that people drew by hand; labels in one that the project ships.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import font_source_sans_pro
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bench.models.material import fetch_debian
from circletake.film.slate_words import Label

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

SIZE = 1280, 720
#: Font → the Debian package that ships it, and the package's hash. OFL; dkg also GPL-3, Rufscript GPL-3 for fonts.
_PACKAGES = {
    "BecauseWeConnect-Regular.otf": ("fonts-bwht", "5dd1d688f690fcafac659761c20cade5ef49ffc20fd7ba6b953d7d38d5165839"),
    "BecauseWeLearn-Regular.otf": ("fonts-bwht", "5dd1d688f690fcafac659761c20cade5ef49ffc20fd7ba6b953d7d38d5165839"),
    "BecauseWeMentor-Regular.otf": ("fonts-bwht", "5dd1d688f690fcafac659761c20cade5ef49ffc20fd7ba6b953d7d38d5165839"),
    "ComicNeue-Bold.otf": ("fonts-comic-neue", "6f002dc90d62fde01a2b51f333c09dc6c21ffbfc6ca22d05a84cc049b083c826"),
    "dkgBd.ttf": ("fonts-dkg-handwriting", "82ee9beae0313e11761af7bb81f4c3fdc91ddd6122ab78490e1b103b9f502709"),
    "Humor-Sans.ttf": ("fonts-humor-sans", "84bd0c40b65dc345e05396a4ffb64282c14fbbb6e7079126eeabc92bd9fe7311"),
    "Rufscript010.ttf": ("fonts-rufscript", "72a7300913e52795b7915ac5873eda633a80dcb49bb590711cde83b270b0f606"),
}
#: Ships with the project, and stands for lettering that is printed or stuck on.
PRINT = "SourceSansPro-Bold.ttf"
#: Who writes plainly, and whose 1, 6, 7 and 9 the reader takes for other letters: sorted after looking at what is read.
PLAIN = ("ComicNeue-Bold.otf", "BecauseWeConnect-Regular.otf", "Rufscript010.ttf", "Humor-Sans.ttf", PRINT)
SCRAWLED = ("BecauseWeLearn-Regular.otf", "BecauseWeMentor-Regular.otf", "dkgBd.ttf")
LAYOUTS = ("us", "us wide", "uk", "insert")


@cache
def font_file(name: str) -> Path:
    """A font's name → its file; of handwriting the package is fetched."""
    if name not in _PACKAGES:
        return Path(font_source_sans_pro.__file__).parent / "files" / name
    return next(fetch_debian(*_PACKAGES[name]).rglob(name))


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(name), size)


@dataclass(frozen=True)
class Board:
    """A slate straight from the front, with the fields on it and where each is written."""

    picture: Image.Image
    written: Mapping[Label, str]
    places: Mapping[Label, tuple[float, float, float, float]]


def draw_board(rng: Random, *, layout: str, hand: str, dirt: float = 0, mos: bool | None = None) -> Board:
    """A draw → the board. `dirt` from 0 to 1: what was wiped off, smears and scratches."""
    fields = _fields(rng, layout, rng.random() < 0.25 if mos is None else mos)
    dark = rng.random() < 0.2
    paper = (28, 30, 32) if dark else _near(rng, (240, 240, 234), 12)
    line = (225, 225, 220) if dark else (20, 20, 22)
    ink = (
        _near(rng, (235, 235, 230), 15)
        if dark
        else rng.choice([(15, 15, 20), (25, 35, 120), (30, 30, 40), (120, 20, 25)])
    )
    size = (900, 620) if layout == "insert" else (1000, 780)
    picture = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(picture)
    _sticks(draw, size[0], line, paper, rng)
    if dirt:
        _dirty(draw, rng, dirt, size, paper, ink, hand)
    places: dict[Label, tuple[float, float, float, float]] = {}
    for cell in _cells(layout, size, rng):
        _draw_cell(draw, rng, cell, fields, places, (line, ink), hand)
    if Label.MOS in fields:
        places[Label.MOS] = _write(
            draw, rng, "MOS", (size[0] * 0.70, size[1] - 92, size[0] - 20, size[1] - 14), ink, hand
        )
    return Board(picture, {label: text for label, text in fields.items() if label in places}, places)


@dataclass(frozen=True)
class _Cell:
    """Left, top, right, bottom; what is printed; which field is written into it, or which other words."""

    box: tuple[float, float, float, float]
    printed: str
    field: Label | None
    words: str = ""
    beside: bool = False


def _fields(rng: Random, layout: str, mos: bool) -> dict[Label, str]:
    number = rng.choice([rng.randint(1, 9), rng.randint(10, 99), rng.randint(10, 199)])
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    lettered = rng.choice(["", "A", rng.choice(letters), rng.choice(letters), rng.choice(["AA", "BC"])])
    again = rng.choices(["", f"-{rng.randint(1, 3)}", f" PT{rng.randint(2, 3)}"], [8, 1, 1])[0]
    camera = rng.choice("AAABBCD")
    rolls = [f"{camera}{rng.randint(1, 199):03d}", f"{camera}{rng.randint(1, 60)}", str(rng.randint(1, 90))]
    fields = {
        Label.ROLL: rng.choices(rolls, [6, 2, 1])[0],
        Label.TAKE: str(rng.choice([*range(1, 10), *range(1, 10), *range(10, 25)])),
        Label.CAMERA: rng.choice([camera, camera, f"{camera} CAM"]) if layout != "us" else camera,
    }
    fields[Label.SLATE if layout == "uk" else Label.SCENE] = (
        rng.choice([str(rng.randint(1, 999)), f"{rng.randint(1, 400)}{rng.choice('ABC')}"])
        if layout == "uk"
        else f"{number}{lettered}{again}"
    )
    return {**fields, Label.MOS: "MOS"} if mos else fields


def _cells(layout: str, size: tuple[int, int], rng: Random) -> list[_Cell]:
    wide, high = size
    name = rng.choice(["NIGHT FERRY", "THE LAST REEL", "SALT", "Harbour Lights", "WINTERREISE"])
    people = [rng.choice(["J. SMITH", "M. Okafor", "A. Lindqvist", "R. TANAKA", "C. Moreau"]) for _ in range(2)]
    date = f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/26"
    scene = rng.choice(["SCENE", "SCENE", "Scene", "SC."])
    take = rng.choice(["TAKE", "TAKE", "Take", "TK"]) if scene != "SC." else "TK."
    roll = rng.choice(["ROLL", "ROLL", "CAM ROLL", "CARD"])
    thirds = [0, wide * 0.34, wide * 0.69, wide]
    if layout == "insert":
        rows = [(scene, Label.SCENE), (take, Label.TAKE), (roll, Label.ROLL), ("CAM", Label.CAMERA)]
        step = (high - 190) / 4
        return [
            _Cell((0, 110 + step * index, wide, 110 + step * (index + 1)), printed, label, beside=True)
            for index, (printed, label) in enumerate(rows)
        ]
    first = Label.SLATE if layout == "uk" else Label.SCENE
    big = [(roll, Label.ROLL), ("SLATE" if layout == "uk" else scene, first), (take, Label.TAKE)]
    top = 200 if layout != "us wide" else 110
    cells = [
        _Cell((thirds[index], top, thirds[index + 1], top + 210), printed, label)
        for index, (printed, label) in enumerate(big)
    ]
    title = _Cell(
        (0, 110 if layout != "us wide" else 320, wide, 200 if layout != "us wide" else 410),
        "PROD.",
        None,
        name,
        beside=True,
    )
    y = 410
    lower = [
        _Cell((0, y, wide * 0.62, y + 90), "DIRECTOR", None, people[0], beside=True),
        _Cell((wide * 0.62, y, wide, y + 90), "CAMERA" if layout == "us wide" else "CAM", Label.CAMERA, beside=True),
        _Cell((0, y + 90, wide * 0.62, y + 180), rng.choice(["D.O.P.", "DP"]), None, people[1], beside=True),
        _Cell((wide * 0.62, y + 90, wide, y + 180), "FPS", None, rng.choice(["24", "25", "23.98", "48"]), beside=True),
        _Cell((0, y + 180, wide * 0.42, y + 270), "DATE", None, date, beside=True),
    ]
    options = [
        _Cell((wide * (0.43 + 0.1 * index), y + 272 + 40 * row, wide, y + 300 + 40 * row), printed, None)
        for row, line in enumerate((("DAY", "INT", "MOS"), ("NITE", "EXT", "SYNC")))
        for index, printed in enumerate(line)
    ]
    return [title, *cells, *lower, *options]


def _draw_cell(
    draw: ImageDraw.ImageDraw,
    rng: Random,
    cell: _Cell,
    fields: Mapping[Label, str],
    places: dict[Label, tuple[float, float, float, float]],
    colours: tuple[Colour, Colour],
    hand: str,
) -> None:
    left, top, right, bottom = cell.box
    line, ink = colours
    big = bottom - top
    printed = font(PRINT, 30 if big > 60 else 24)
    if big > 60:
        draw.rectangle((left, top, right, bottom), outline=line, width=3)
    at = (left + 12, (top + bottom) / 2 - 20 if cell.beside else top + 8)
    draw.text(at, cell.printed, font=printed, fill=line)
    words = fields.get(cell.field, "") if cell.field else cell.words
    if not words:
        return
    start = at[0] + printed.getlength(cell.printed) + 20 if cell.beside else left + 12
    box = (start, top + 6, right - 12, bottom - 6) if cell.beside else (start, top + 46, right - 12, bottom - 8)
    place = _write(draw, rng, words, box, ink, hand)
    if cell.field:
        places[cell.field] = place


def _write(
    draw: ImageDraw.ImageDraw, rng: Random, words: str, box: tuple[float, float, float, float], ink: Colour, hand: str
) -> tuple[float, float, float, float]:
    """Words as large as the box allows, not quite in its middle → the box that they cover."""
    left, top, right, bottom = box
    for size in range(int((bottom - top) * 1.1), 12, -4):
        pen = font(hand, size)
        a, b, c, d = draw.textbbox((0, 0), words, font=pen)
        if c - a <= (right - left) * 0.86 and d - b <= (bottom - top) * 0.92:
            break
    x = left + (right - left - (c - a)) * rng.uniform(0.1, 0.7)
    y = top + (bottom - top - (d - b)) * rng.uniform(0.2, 0.8)
    draw.text((x - a, y - b), words, font=pen, fill=ink)
    return x, y, x + c - a, y + d - b


def _sticks(draw: ImageDraw.ImageDraw, wide: int, line: Colour, paper: Colour, rng: Random) -> None:
    draw.rectangle((0, 0, wide, 104), fill=line)
    colours = rng.choice([(paper,), ((230, 60, 50), (240, 220, 60), (60, 160, 80), (60, 90, 200))])
    for row, lean in ((0, 40), (52, -40)):
        for index, x in enumerate(range(-60, wide + 60, 120)):
            stripe = [(x, row + 4), (x + 60, row + 4), (x + 60 + lean, row + 48), (x + lean, row + 48)]
            draw.polygon(stripe, fill=colours[index % len(colours)])


def _dirty(
    draw: ImageDraw.ImageDraw, rng: Random, dirt: float, size: tuple[int, int], paper: Colour, ink: Colour, hand: str
) -> None:
    """What is under the writing: wiped-off takes, still to be seen, smears, scratches."""
    ghost = tuple(round(p + (i - p) * 0.16 * dirt) for p, i in zip(paper, ink, strict=True))
    for _ in range(round(6 * dirt)):
        at = rng.uniform(0.1, 0.8) * size[0], rng.uniform(0.2, 0.8) * size[1]
        draw.text(at, rng.choice("23456789AB"), font=font(hand, rng.randint(60, 110)), fill=ghost)
    for _ in range(round(26 * dirt)):
        x, y = rng.uniform(0, size[0]), rng.uniform(110, size[1])
        end = x + rng.uniform(-140, 140), y + rng.uniform(-50, 50)
        draw.line((x, y, *end), fill=ghost, width=rng.choice([2, 3, 12, 20]))


def _near(rng: Random, colour: Colour, by: int) -> Colour:
    r, g, b = (min(255, max(0, each + rng.randint(-by, by))) for each in colour)
    return r, g, b
