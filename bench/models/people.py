"""People: whether the colour that a drawn figure wears is named right, in different light. All of it is made.

python -m bench.models.people       prints the table of models/analyse/people.md
"""

from dataclasses import dataclass
from functools import cache, partial

import cv2
import numpy as np

from bench.models.altered import Alter, Picture, darker, noisy, same, smaller, warmer
from bench.models.scores import counted
from bench.rows import Row
from models.analyse.drawn import draw_face
from models.analyse.people import People, region
from models.loading import Device

#: CSS Color Module Level 4, named colours (not the table that the model names by), and what a person may call them.
WORN: dict[str, tuple[str, tuple[str, ...]]] = {
    "black": ("#000000", ("black",)),
    "white": ("#ffffff", ("white",)),
    "gray": ("#808080", ("grey",)),
    "silver": ("#c0c0c0", ("light grey",)),
    "navy": ("#000080", ("dark blue",)),
    "royalblue": ("#4169e1", ("blue",)),
    "steelblue": ("#4682b4", ("blue",)),
    "skyblue": ("#87ceeb", ("light blue",)),
    "crimson": ("#dc143c", ("red",)),
    "firebrick": ("#b22222", ("red",)),
    "maroon": ("#800000", ("dark red",)),
    "darkorange": ("#ff8c00", ("orange",)),
    "gold": ("#ffd700", ("yellow",)),
    "tan": ("#d2b48c", ("beige", "light brown")),
    "saddlebrown": ("#8b4513", ("brown",)),
    "olive": ("#808000", ("olive",)),
    "forestgreen": ("#228b22", ("green", "dark green")),
    "darkgreen": ("#006400", ("dark green",)),
    "seagreen": ("#2e8b57", ("green",)),
    "teal": ("#008080", ("turquoise",)),
    "turquoise": ("#40e0d0", ("turquoise",)),
    "purple": ("#800080", ("purple", "dark purple")),
    "orchid": ("#da70d6", ("pink", "purple", "light purple")),
    "hotpink": ("#ff69b4", ("pink",)),
}
WALLS = ((150, 150, 145), (70, 80, 95), (185, 165, 140))
SKINS = ((205, 160, 135), (150, 105, 80), (225, 185, 165))
LIGHTS: dict[str, Alter] = {
    "as drawn": same,
    "half the size": partial(smaller, scale=0.5),
    "noise of σ 10": partial(noisy, sigma=10),
    "half a stop darker": partial(darker, stops=0.5),
    "a stop darker": partial(darker, stops=1),
    "two stops darker": partial(darker, stops=2),
    "a little warmer": partial(warmer, strength=0.5),
    "warmer": warmer,
    "cooler": partial(warmer, strength=-1),
}


@dataclass(frozen=True)
class Named:
    """Of so many figures: seen at all, named exactly, and named within the family (dark red is a red)."""

    light: str
    drawn: int
    seen: int
    exactly: int
    family: int


def figure(colour: str, number: int) -> Picture:
    """A colour → a drawn figure that wears it, with folds, before one of three walls."""
    picture = np.full((360, 480, 3), WALLS[number % len(WALLS)], np.uint8)
    cloth = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.float64)
    x, y = np.meshgrid(np.arange(480), np.arange(360))
    folds = 0.88 + 0.12 * np.sin(x / 9 + y / 23) * np.cos(y / 31)
    body = np.zeros((360, 480), np.uint8)
    cv2.ellipse(body, (240, 335), (105, 160), 0, 0, 360, 255, -1, cv2.LINE_AA)
    cover = cv2.GaussianBlur(body, (0, 0), 1.2)[..., None] / 255
    picture = np.round(picture * (1 - cover) + cloth * folds[..., None] * cover).astype(np.uint8)
    draw_face(picture, (240, 110), 100, skin=SKINS[number % len(SKINS)])
    return picture


@cache
def _people() -> People:
    cv2.setNumThreads(2)
    return People(Device("cpu", 2))


def seen_in(light: str, alter: Alter, walls: int) -> Named:
    drawn = seen = exactly = family = 0
    for number in range(walls):
        for colour, right in WORN.values():
            drawn += 1
            picture = alter(figure(colour, number), 100)
            faces = _people().find(picture)
            worn = region(0, picture, faces[0], faces).wardrobe if faces else ()
            seen += bool(worn)
            if worn:
                exactly += worn[0].colour in right
                family += worn[0].colour.split()[-1] in {name.split()[-1] for name in right}
    return Named(light, drawn, seen, exactly, family)


def score(quick: bool) -> list[Row]:
    """The rows of `make bench-models`."""
    every = [seen_in(light, alter, 1 if quick else len(WALLS)) for light, alter in LIGHTS.items()]
    plain, seen = every[0], sum(one.seen for one in every)
    return [
        Row("people: made figures, family of the colour", plain.family / plain.drawn, plain.drawn, at_least=0.9),
        Row("people: made figures, every light", sum(one.family for one in every) / seen, seen),
    ]


def main() -> None:
    """Print the table of people.md, in Markdown."""
    print("| light | seen | family right | name right |\n|---|---|---|---|")
    for light, alter in LIGHTS.items():
        one = seen_in(light, alter, len(WALLS))
        told = (counted(one.family, one.seen), counted(one.exactly, one.seen))
        print(f"| {light} | {one.seen}/{one.drawn} | {' | '.join(told)} |")


if __name__ == "__main__":
    main()
