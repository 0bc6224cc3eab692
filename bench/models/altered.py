"""A picture → the same picture as worse light, another lens or a smaller frame would have given it."""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
#: What alters a picture, told the height of a face in it.
Alter = Callable[[Picture, float], Picture]


def _linear(picture: Picture) -> NDArray[np.float64]:
    """IEC 61966-2-1, backwards."""
    value = picture / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _coded(light: NDArray[np.float64]) -> Picture:
    light = np.clip(light, 0, 1)
    value = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(value * 255).astype(np.uint8)


def mirrored(picture: Picture, _: float = 0) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


def darker(picture: Picture, _: float = 0, *, stops: float) -> Picture:
    return _coded(_linear(picture) / 2**stops)


def warmer(picture: Picture, _: float = 0, *, strength: float = 1) -> Picture:
    """At 1: red a third of a stop up, blue two thirds down, in light; a camera set to daylight in a lit room."""
    return _coded(_linear(picture) * np.array([2 ** (strength / 3), 1, 2 ** (-strength * 2 / 3)]))


def blurred(picture: Picture, face: float, *, share: float) -> Picture:
    """By a Gaussian whose sigma is a share of the face's height."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), face * share), np.uint8)


def smaller(picture: Picture, _: float = 0, *, scale: float) -> Picture:
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def to_height(picture: Picture, face: float, *, pixels: float) -> Picture:
    """So that the face is so many pixels high."""
    return smaller(picture, scale=pixels / face)


def turned(picture: Picture, _: float = 0, *, degrees: float) -> Picture:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def noisy(picture: Picture, _: float = 0, *, sigma: float) -> Picture:
    grain = np.random.default_rng(5).normal(0, sigma, picture.shape)
    return np.clip(np.round(picture + grain), 0, 255).astype(np.uint8)


def same(picture: Picture, _: float = 0) -> Picture:
    return picture


#: What is asked of every picture of the ground truth.
ALTERED: dict[str, Alter] = {
    "as it is": same,
    "mirrored": mirrored,
    "two stops darker": partial(darker, stops=2),
    "warmer": warmer,
    "blurred": partial(blurred, share=0.01),
    "half the size": partial(smaller, scale=0.5),
    "a quarter of the size": partial(smaller, scale=0.25),
}
#: And much worse, to see where it breaks.
BREAKING: dict[str, Alter] = {
    **{f"{stops} stops darker": partial(darker, stops=stops) for stops in (3, 4, 6)},
    **{f"warmer × {strength}": partial(warmer, strength=strength) for strength in (3,)},
    **{f"blur of {share:.1%} of the face": partial(blurred, share=share) for share in (0.015, 0.02, 0.04, 0.08)},
    **{f"face {pixels} pixels high": partial(to_height, pixels=pixels) for pixels in (60, 48, 40, 32, 24)},
    **{f"turned by {degrees}°": partial(turned, degrees=degrees) for degrees in (20, 40, 60)},
    **{f"noise of sigma {sigma}": partial(noisy, sigma=sigma) for sigma in (20, 40)},
}
