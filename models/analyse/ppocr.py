"""Pictures → lines of text: PP-OCRv4's networks, which find lines, tell which stand on their heads, and read them.

Source of the numbers: the configuration that PaddleOCR publishes with these networks, unless a line says otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
T = TypeVar("T")
Numbers = NDArray[np.float32]

#: Sides of what the finder is shown are multiples of this.
_STEP = 32
#: From which probability on a pixel is text, and how probable a line must be on average.
_TEXT, _LINE = 0.3, 0.5
#: The finder marks the core of a line; the line is wider by this share of area ÷ circumference.
_AROUND = 1.6
#: Smaller cores, in pixels of what the finder is shown, are specks.
_SPECK = 3
#: Height of a line as the reader is shown it, and columns of its pixels that make one of its answers.
_HEIGHT, _COLUMN = 48, 8
#: Width of what the classifier is shown, the start of a line.
_START = 192
#: Lines that are read at once.
_BATCH = 8
#: A core this much longer than high, and at most this far off the others, has an angle of its own. Ours.
_LONG, _OFF = 2.5, np.deg2rad(25)
#: The core of a single letter is cut too close: so much of its height goes on before and after it. Ours.
_SINGLE, _ROOM = 1.5, 0.15
#: Less probable readings of a letter are not kept.
_UNLIKELY = 1e-4


@dataclass(frozen=True)
class Letter:
    """What a letter may be, with probabilities, the likeliest first; its middle as a share of the line's width."""

    may_be: dict[str, float]
    at: float


@dataclass(frozen=True)
class Ppocr:
    """The networks; the reader's file carries its alphabet."""

    finds: onnxruntime.InferenceSession
    turns: onnxruntime.InferenceSession
    reads: onnxruntime.InferenceSession

    def find(self, picture: Pixels, longest: int) -> Numbers:
        """RGB, shown with this longest side → N lines × 4 corners × (x, y), clockwise from the top left, in pixels."""
        height, width = picture.shape[:2]
        scale = longest / max(height, width)
        size = tuple(max(1, round(side * scale / _STEP)) * _STEP for side in (width, height))
        shown = _shown(cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR))
        sure = _run(self.finds, shown[None])[0, 0]
        cores = list(_cores(sure))
        common = _common_angle(cores)
        back = np.array([width / size[0], height / size[1]], np.float32)
        lines = [_corners(core, core.angle if core.tells_from(common) else common) for core in cores]
        return np.array(lines, np.float32).reshape(-1, 4, 2) * back

    def find_large(self, picture: Pixels, lines: Numbers, longest: int) -> Numbers:
        """Lines, and those that are seen only from farther away: a single large letter is no line from near."""
        far = [each for each in self.find(picture, longest) if not any(_overlap(each, other) for other in lines)]
        return np.array([*lines, *far], np.float32).reshape(-1, 4, 2)

    def upside_down(self, lines: Sequence[Pixels]) -> Numbers:
        """Lines → how probable it is that each stands on its head."""
        shown = [_as_high(line, _START) for line in lines]
        return np.concatenate([_run(self.turns, np.stack(batch))[:, 1] for batch in _batches(shown)])

    def read(self, lines: Sequence[Pixels]) -> list[tuple[Letter, ...]]:
        """Lines → the letters of each, spaces among them."""
        by_width = sorted(range(len(lines)), key=lambda index: lines[index].shape[1] / lines[index].shape[0])
        read: dict[int, tuple[Letter, ...]] = {}
        for batch in _batches(by_width):
            widths = [round(_HEIGHT * lines[index].shape[1] / lines[index].shape[0]) for index in batch]
            wide = max(_COLUMN, -(-max(widths) // _COLUMN) * _COLUMN)
            answers = _run(self.reads, np.stack([_as_high(lines[index], wide) for index in batch]))
            for index, width, answer in zip(batch, widths, answers, strict=True):
                read[index] = tuple(_letters(answer, self._alphabet, width))
        return [read[index] for index in range(len(lines))]

    @property
    def _alphabet(self) -> list[str]:
        written = self.reads.get_modelmeta().custom_metadata_map["character"]
        return ["", *written.splitlines(), " "]


def cut_out(picture: Pixels, lines: Numbers, wider: float = 0, higher: float = 0) -> list[Pixels]:
    """A picture and the corners of its lines → each line as a picture of its own.

    `wider` and `higher`: what is cut out around it on each side, in heights of the line.
    """
    cut = []
    for corners in lines:
        along, across = corners[1] - corners[0], corners[3] - corners[0]
        high = max(1e-3, float(np.linalg.norm(across)))
        side, up = along / max(1e-3, float(np.linalg.norm(along))) * high * wider, across * higher
        corners = corners + np.stack([-side - up, side - up, side + up, up - side])  # noqa: PLW2901
        width = max(1, round(float(np.linalg.norm(corners[1] - corners[0]))))
        height = max(1, round(float(np.linalg.norm(corners[3] - corners[0]))))
        straight = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        warp = cv2.getPerspectiveTransform(corners.astype(np.float32), straight)
        size, flags = (width, height), cv2.INTER_CUBIC
        line = cv2.warpPerspective(picture, warp, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        cut.append(np.asarray(line, np.uint8))
    return cut


def _overlap(one: Numbers, other: Numbers) -> bool:
    """Whether the middle of one line lies in the other one."""
    pairs = ((one, other), (other, one))
    return any(cv2.pointPolygonTest(a, [float(x) for x in b.mean(axis=0)], False) >= 0 for a, b in pairs)


@dataclass(frozen=True)
class _Core:
    """The core of a line: its outline, its extent, and the angle of its longer side, in radians."""

    outline: Numbers
    length: float
    height: float
    angle: float

    def tells_from(self, common: float) -> bool:
        """Whether it is long enough to have an angle of its own: a single 1 is high, and is not read upwards."""
        off = abs((self.angle - common + np.pi / 2) % np.pi - np.pi / 2)
        return self.length >= _LONG * self.height and bool(off <= _OFF)


def _cores(sure: Numbers) -> Iterator[_Core]:
    """How probable text is on each pixel → the cores of lines."""
    marked = cv2.dilate((sure > _TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
    for outline in cv2.findContours(marked, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]:
        corners = cv2.boxPoints(cv2.minAreaRect(outline))
        one, other = corners[1] - corners[0], corners[2] - corners[1]
        along, across = (one, other) if np.linalg.norm(one) >= np.linalg.norm(other) else (other, one)
        if np.linalg.norm(across) < _SPECK or _mean_within(sure, corners) < _LINE:
            continue
        length, height = float(np.linalg.norm(along)), float(np.linalg.norm(across))
        yield _Core(outline[:, 0].astype(np.float32), length, height, float(np.arctan2(along[1], along[0])))


def _mean_within(sure: Numbers, corners: NDArray[Any]) -> float:
    left, top, width, height = cv2.boundingRect(corners.astype(np.int32))
    left, top = max(left, 0), max(top, 0)
    part = sure[top : top + height, left : left + width]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(part, mask)[0])


def _common_angle(cores: Sequence[_Core]) -> float:
    """The mean of the angles, long cores counting more; modulo 180°, for a core has no beginning."""
    weights = [max(0.0, core.length - core.height) for core in cores]
    sine = sum(weight * np.sin(2 * core.angle) for weight, core in zip(weights, cores, strict=True))
    cosine = sum(weight * np.cos(2 * core.angle) for weight, core in zip(weights, cores, strict=True))
    return float(np.arctan2(sine, cosine) / 2)


def _corners(core: _Core, angle: float) -> Numbers:
    """The rectangle of this angle around a core, widened to the line; its first side is the one that is read along."""
    angle = (angle + np.pi / 2) % np.pi - np.pi / 2
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    lying = core.outline @ turn
    low, high = lying.min(axis=0), lying.max(axis=0)
    width, height = high - low
    around = np.full(2, _AROUND * width * height / (2 * (width + height)), np.float32)
    if width < _SINGLE * height:
        around[0] += _ROOM * height
    low, high = low - around, high + around
    return np.array([low, (high[0], low[1]), high, (low[0], high[1])], np.float32) @ turn.T


def _letters(answer: Numbers, alphabet: Sequence[str], width: int) -> Iterator[Letter]:
    """Columns × probabilities → the letters; the same answer in neighbouring columns is one letter, 0 is none."""
    best = answer.argmax(axis=1)
    starts = [column for column, which in enumerate(best) if not column or best[column - 1] != which]
    for start, end in pairwise([*starts, len(best)]):
        if which := best[start]:
            column = start + int(answer[start:end, which].argmax())
            likely = [int(each) for each in np.argsort(-answer[column]) if each and answer[column, each] >= _UNLIKELY]
            may_be = {alphabet[each]: float(answer[column, each]) for each in likely}
            yield Letter(may_be, min(1.0, (column + 0.5) * _COLUMN / width))


def _as_high(line: Pixels, wide: int) -> Numbers:
    """A line → as high as the networks want it, at its own proportions, grey behind its end."""
    width = min(wide, max(1, round(_HEIGHT * line.shape[1] / line.shape[0])))
    shown = np.zeros((3, _HEIGHT, wide), np.float32)
    shown[:, :, :width] = _shown(cv2.resize(line, (width, _HEIGHT)))
    return shown


def _shown(picture: NDArray[Any]) -> Numbers:
    """RGB, 0 … 255 → BGR, -1 … 1, a plane a colour."""
    return (picture[..., ::-1].transpose(2, 0, 1).astype(np.float32) - 127.5) / 127.5


def _batches(things: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), _BATCH):
        yield things[start : start + _BATCH]


def _run(network: onnxruntime.InferenceSession, shown: Numbers) -> Numbers:
    answer: Numbers = network.run(None, {network.get_inputs()[0].name: shown})[0]
    return answer
