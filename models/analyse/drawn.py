"""A face that is drawn: the detector takes it for one, and it is nobody's. For self-tests and for made footage."""

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
SKIN: Colour = (205, 160, 135)


def draw_face(
    picture: NDArray[np.uint8],
    middle: tuple[float, float],
    height: float,
    skin: Colour = SKIN,
    hair: Colour = (50, 35, 30),
) -> None:
    """Draw into an RGB picture a face whose chin and forehead are `height` pixels apart."""
    # Ellipses in units of a face 104 units high: middle, half axes, colour, turn.
    parts: list[tuple[tuple[float, float], tuple[float, float], Colour, float]] = [
        ((0, -12), (47, 58), hair, 0),
        ((0, 0), (40, 52), skin, 0),
    ]
    for side in (-1, 1):
        parts += [
            ((side * 17, -10), (9, 5), _times(skin, 0.75), 0),
            ((side * 17, -9), (7, 3.6), (235, 235, 235), 0),
            ((side * 17, -9), (3.4, 3.4), (40, 30, 25), 0),
            ((side * 17, -19), (10, 2.4), _times(hair, 1.2), side * 6),
            ((side * 4, 14), (3, 2), _times(skin, 0.6), 0),
        ]
    parts += [
        ((0, 4), (4, 12), _times(skin, 1.06), 0),
        ((0, 12), (7, 5), _times(skin, 0.9), 0),
        ((0, 29), (15, 4.5), (150, 70, 70), 0),
        ((0, 29), (14, 1.2), (90, 40, 40), 0),
    ]
    unit = height / 104
    # Drawn twice as large and then made smaller and softer: no camera sees edges as hard as OpenCV's.
    side = 2 * int(64 * unit) + 4
    left, top = round(middle[0]) - side // 2, round(middle[1]) - side // 2 - round(6 * unit)
    face, cover = np.zeros((2 * side, 2 * side, 3), np.uint8), np.zeros((2 * side, 2 * side, 3), np.uint8)
    for (x, y), (wide, high), colour, turn in parts:
        at = (round(side + 2 * x * unit), round(side + 2 * (y + 6) * unit))
        axes = (round(2 * wide * unit), round(2 * high * unit))
        cv2.ellipse(face, at, axes, turn, 0, 360, colour, -1, cv2.LINE_AA)
        cv2.ellipse(cover, at, axes, turn, 0, 360, (255, 255, 255), -1, cv2.LINE_AA)
    _lay(picture, _soft(face, unit, side), _soft(cover, unit, side), left, top)


def _times(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, round(value * factor)) for value in colour)
    return red, green, blue


def _soft(drawing: NDArray[np.uint8], unit: float, side: int) -> NDArray[np.float32]:
    blurred = cv2.GaussianBlur(drawing, (0, 0), 2.5 * unit)
    return np.asarray(cv2.resize(blurred, (side, side), interpolation=cv2.INTER_AREA), np.float32)


def _lay(
    picture: NDArray[np.uint8], over: NDArray[np.float32], cover: NDArray[np.float32], left: int, top: int
) -> None:
    """Lay a square over a part of the picture, where the two meet. `over` carries its cover in it already."""
    height, width = picture.shape[:2]
    side = len(over)
    x, y = slice(max(0, left), min(width, left + side)), slice(max(0, top), min(height, top + side))
    there = slice(y.start - top, y.stop - top), slice(x.start - left, x.stop - left)
    shown = over[there] + picture[y, x] * (1 - cover[there] / 255)
    picture[y, x] = np.clip(np.round(shown), 0, 255).astype(np.uint8)
