"""Faces of one sampled frame after another → tracks: one face through a part of the clip.

Nothing here knows who anybody is: a face goes on where it was, with the same colours on it and around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from math import hypot

import cv2
import numpy as np
from numpy.typing import NDArray

from circletake.contracts.analysis import Box
from models.analyse.mtcnn import Face

#: What is looked at around a face, in sizes of its box to each side: head, shoulders, and what is behind them.
_AROUND = 1.0
#: A track goes on in a face that is at most so many faces away, not more than so many times larger or smaller, and
#: with surroundings so alike (intersection of histograms); measured: see faces.md.
_AWAY, _LARGER, _ALIKE = 4.0, 1.6, 0.6
#: Samples that a face may be missing: turned away, behind somebody.
_PATIENCE = 2
#: Looks at a face that are kept for its embedding.
BEST = 5
#: As many as the contract lets an answer have.
MOST = 512


@dataclass(frozen=True)
class Sighting:
    """A face in a sampled frame; `box`: its part of the picture, `colours`: what it and its surroundings look like."""

    frame: int
    face: Face
    box: Box
    colours: NDArray[np.float32]
    #: Aligned, 150 × 150; None where nobody asked for a description, or where it is too soft for one.
    chip: NDArray[np.uint8] | None = None

    @property
    def worth(self) -> float:
        """How much there is to see: the height of the face, less where it looks to the side."""
        left, right, nose = (self.face.points[number][0] for number in range(3))
        apart = max(abs(right - left), 1.0)
        turned = min(1.0, abs(nose - (left + right) / 2) / apart)
        return self.face.height * self.face.confidence * (1 - turned)


@dataclass
class Track:
    """`best`: the sightings with most to see, the first of them first."""

    first: int
    last: Sighting
    seen: int = 0
    missed: int = 0
    best: list[Sighting] = field(default_factory=list)

    def add(self, sighting: Sighting) -> None:
        self.last, self.seen, self.missed = sighting, self.seen + 1, 0
        self.best = sorted([*self.best, sighting], key=lambda one: (one.chip is None, -one.worth))[:BEST]


class Tracks:
    """Fed with the faces of each sampled frame, in order."""

    def __init__(self) -> None:
        self.all: list[Track] = []
        self._open: list[Track] = []

    def add(self, sightings: list[Sighting]) -> None:
        """The faces of the next sampled frame go on with tracks, the likeliest pairs first, or begin one."""
        free, waiting = dict(enumerate(sightings)), dict(enumerate(self._open))
        for _, track, sighting in sorted(self._pairs(sightings), reverse=True):
            if track in waiting and sighting in free:
                waiting.pop(track).add(free.pop(sighting))
        for missing in waiting.values():
            missing.missed += 1
        for new in free.values():
            begun = Track(new.frame, new)
            begun.add(new)
            self.all.append(begun)
            self._open.append(begun)
        self._open = [track for track in self._open if track.missed <= _PATIENCE]
        if len(self.all) > 2 * MOST:
            self.all = self.longest()

    def longest(self) -> list[Track]:
        """→ the tracks in the order in which they began; where there are too many, those seen most."""
        kept = sorted(self.all, key=lambda track: (-track.seen, -track.last.frame))[:MOST]
        return sorted(kept, key=lambda track: track.first)

    def _pairs(self, sightings: list[Sighting]) -> Iterator[tuple[float, int, int]]:
        """→ how likely, the number of an open track, the number of a face."""
        for (number, track), (other, sighting) in product(enumerate(self._open), enumerate(sightings)):
            away, larger = _apart(track.last.face, sighting.face)
            alike = float(np.minimum(track.last.colours, sighting.colours).sum())
            if away <= _AWAY and larger <= _LARGER and alike >= _ALIKE:
                yield alike / (1 + away), number, other


def colours(picture: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
    """→ hue (8) × saturation (4) × value (4) of a face and what is around it, in shares."""
    height, width = picture.shape[:2]
    left, top, right, bottom = _around(face)
    x, y = slice(max(0, int(left)), min(width, int(right) + 1)), slice(max(0, int(top)), min(height, int(bottom) + 1))
    part = cv2.cvtColor(cv2.resize(picture[y, x], (48, 48), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2HSV)
    counted = cv2.calcHist([part], [0, 1, 2], None, [8, 4, 4], [0, 180, 0, 256, 0, 256])
    return np.asarray(counted / part[..., 0].size, np.float32)


def _around(face: Face) -> tuple[float, float, float, float]:
    left, top, right, bottom = face.box
    wide, high = (right - left) * _AROUND, (bottom - top) * _AROUND
    return left - wide, top - high, right + wide, bottom + high


def _apart(one: Face, other: Face) -> tuple[float, float]:
    """Two faces → how far apart their middles are, in heights of the larger one; how many times it is larger."""
    smaller, larger = sorted((one.height, other.height))
    (x, y), (u, v) = one.middle, other.middle
    return hypot(x - u, y - v) / larger, larger / smaller
