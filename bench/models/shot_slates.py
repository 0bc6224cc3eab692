"""A drawn board → frames of it as a camera may see it. Made material."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from bench.models.drawn_slates import SIZE, Board, Pixels, draw_board
from circletake.film.slate_words import Label

#: What spoils a picture → how much of it there is in the score, and the strengths of the table beyond it.
STRENGTHS: dict[str, tuple[tuple[float, float], tuple[float, ...]]] = {
    "nothing": ((0, 0), ()),
    "rotation, degrees": ((5, 15), (25, 45)),
    "blur, σ in pixels": ((0.8, 1.6), (2.5, 4)),
    "motion blur, pixels": ((3, 8), (14, 22)),
    "noise, σ of 255": ((10, 25), (45, 70)),
    "perspective, share of the board": ((0.04, 0.10), (0.16, 0.25)),
    "underexposed, stops": ((1, 2.5), (4, 5)),
    "overexposed, stops": ((0.3, 0.8), (1.5, 2.5)),
    "dirt": ((0.4, 1), (2, 3)),
    "a cell hidden": ((0, 0), ()),
    "half a value hidden": ((0, 0), ()),
    "upside down": ((0, 0), ()),
    "small, share of the width": ((0.45, 0.32), (0.24, 0.17)),
}


#: A field of which a finger covers more than this need not be read.
_COVERED = 0.1


@dataclass(frozen=True)
class Shot:
    """Frames with a slate; what stands on it; what of that can be read; what may be left unread without a miss."""

    frames: tuple[Pixels, ...]
    written: dict[Label, str]
    legible: frozenset[Label]


def shoot(seed: int, spoilt: str, strength: float, *, layout: str, hand: str, frames: int = 3) -> Shot:
    """A draw → a hand-held slate. Each frame is moved a little and has noise of its own."""
    rng = Random(f"{seed}/{spoilt}/{strength}")  # noqa: S311 - a drawing, no secret
    board = draw_board(rng, layout=layout, hand=hand, dirt=strength if spoilt == "dirt" else 0)
    hidden: frozenset[Label] = frozenset()
    if spoilt in ("a cell hidden", "half a value hidden"):
        label = rng.choice(sorted(board.places))
        hidden = _finger(board, rng, label, whole=spoilt == "a cell hidden") | {label}
    share = strength if spoilt.startswith("small") else rng.uniform(0.55, 0.72)
    angle = rng.uniform(-4, 4) + (strength * rng.choice([-1, 1]) if spoilt.startswith("rotation") else 0)
    skew = strength if spoilt.startswith("perspective") else 0.02
    corners = _corners(rng, board, share, angle + (180 if spoilt == "upside down" else 0), skew)
    noise = np.random.default_rng(rng.getrandbits(32))
    behind = background(rng)
    taken = []
    for _ in range(frames):
        moved = (
            corners + noise.normal(0, 2.5, (1, 2)).astype(np.float32) + noise.normal(0, 0.8, (4, 2)).astype(np.float32)
        )
        taken.append(_spoil(_composed(board, behind, moved), spoilt, strength, rng, noise))
    return Shot(tuple(taken), dict(board.written), frozenset(board.written) - hidden)


def _corners(rng: Random, board: Board, share: float, angle: float, skew: float) -> NDArray[np.float32]:
    wide = SIZE[0] * share
    high = wide * board.picture.height / board.picture.width
    # At its angle it still has to fit.
    turn = np.deg2rad(angle)
    reach = abs(np.sin(turn)) * wide + abs(np.cos(turn)) * high
    scale = min(1.0, SIZE[1] * 0.96 / reach)
    wide, high = wide * scale, high * scale
    box = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]]) / 2
    box += np.array([[rng.uniform(-skew, skew) * wide, rng.uniform(-skew, skew) * high] for _ in range(4)])
    turned = box @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    low, top = turned.min(axis=0), turned.max(axis=0)
    room = np.array(SIZE) - (top - low)
    return np.asarray(turned - low + room * (rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8)), np.float32)


def _composed(board: Board, behind: Pixels, corners: NDArray[np.float32]) -> Pixels:
    picture = np.asarray(board.picture)
    high, wide = picture.shape[:2]
    warp = cv2.getPerspectiveTransform(np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32), corners)
    # Drawn twice as large and made small again, so that thin strokes do not break.
    warp = np.diag([2.0, 2.0, 1.0]) @ warp
    size = (SIZE[0] * 2, SIZE[1] * 2)
    mask = cv2.warpPerspective(np.full((high, wide), 255, np.uint8), warp, size)
    placed = cv2.warpPerspective(picture, warp, size, flags=cv2.INTER_LINEAR)
    placed, mask = (cv2.resize(each, SIZE, interpolation=cv2.INTER_AREA) for each in (placed, mask))
    share = mask[..., None] / 255
    return np.asarray(placed * share + behind * (1 - share), np.uint8)


def _spoil(frame: Pixels, spoilt: str, strength: float, rng: Random, noise: np.random.Generator) -> Pixels:
    blur, grain, stops = 0.6, 4.0, 0.0
    match spoilt.partition(",")[0]:
        case "blur":
            blur = strength
        case "noise":
            grain = strength
        case "underexposed":
            stops = -strength
        case "overexposed":
            stops = strength
        case "motion blur":
            length = max(2, round(strength))
            kernel = np.zeros((length, length), np.float32)
            cv2.line(kernel, (0, rng.randrange(length)), (length - 1, rng.randrange(length)), 1)
            frame = np.asarray(cv2.filter2D(frame, -1, kernel / kernel.sum()), np.uint8)
    seen: NDArray[np.float32] = np.asarray(cv2.GaussianBlur(frame, (0, 0), blur), np.float32)
    # Stops are of light; 2.2 is about the display's gamma.
    seen = 255 * (seen / 255) * 2.0 ** (stops / 2.2)
    return np.asarray(np.clip(seen + noise.normal(0, grain, seen.shape), 0, 255), np.uint8)


def _finger(board: Board, rng: Random, label: Label, *, whole: bool) -> frozenset[Label]:
    """Lay a finger on a field → all fields of which it covers more than a tenth: it reaches over those below, too."""
    left, top, right, bottom = board.places[label]
    bare = np.asarray(board.picture).copy()
    draw = ImageDraw.Draw(board.picture)
    skin = rng.choice([(224, 172, 138), (141, 85, 54), (92, 58, 40), (198, 134, 100)])
    start = left - 10 if whole else left + (right - left) * rng.uniform(0.4, 0.6)
    draw.rounded_rectangle((start, top - 12, right + 14, bottom + 14), radius=26, fill=skin)
    draw.rounded_rectangle((right - 40, (top + bottom) / 2, right + 14, bottom + 220), radius=26, fill=skin)
    covered = (np.asarray(board.picture) != bare).any(axis=2)
    return frozenset(
        each
        for each, (a, b, c, d) in board.places.items()
        if covered[round(b) : round(d), round(a) : round(c)].mean() > _COVERED
    )


def background(rng: Random) -> Pixels:
    """Nothing in particular, out of focus."""
    picture = Image.new("RGB", SIZE, tuple(rng.randint(20, 170) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(14):
        x, y = rng.randint(-100, SIZE[0]), rng.randint(-100, SIZE[1])
        size = rng.randint(40, 420)
        shape = rng.choice([draw.ellipse, draw.rectangle])
        shape((x, y, x + size, y + rng.randint(30, 500)), fill=tuple(rng.randint(10, 220) for _ in range(3)))
    return np.asarray(cv2.GaussianBlur(np.asarray(picture), (0, 0), rng.uniform(3, 14)), np.uint8)
