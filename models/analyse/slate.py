"""The proxy → what the slate in it says: scene, slate, take, roll, camera, MOS. What is unsure is left out.

A slate stands at the beginning, or, upside down, at the end. So only there, and only now and then, it is looked for
where lines of text stand together; the sharpest of these frames are read, and what most of them agree on counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from circletake.contracts.analysis import AnalysisKind, Box, Question, SlateAnswer, SlateField
from circletake.film.slate_words import Label, said, split
from circletake.film.slates import Board, Line, Value, empty_cells, read_board, vote
from models.analyse.ink import board_colour, is_free, is_whole, written
from models.analyse.ppocr import Letter, Ppocr, cut_out
from models.capability import Device, Media, Weights
from models.loading import onnx

Pixels = NDArray[np.uint8]
Numbers = NDArray[np.float32]

_PACKAGE = "rapidocr"
#: Seconds at either end in which a slate is looked for, and how often in a second.
_END_S, _A_SECOND = 15, 2
#: Of a proxy of 1080 lines, 2.39 : 1.
_LONGEST_SIDE = 2592
#: Of so many glances that follow one another the sharpest is read; around a slate, so many frames.
_SLOT, _READ = 2, 4
#: Lines that stand together on the emptiest slate: three labels and a value.
_TOGETHER = 4
#: Lines of one board are at most so many of their heights apart.
_APART = 4.0
#: Longest sides at which lines are looked for: in the whole picture; where they stand together, small ones, those that
#: are blurred, and large ones.
_GLANCE, _CLOSE, _FARTHER = 640, 960, (640, 256)
#: What is read around the lines that a glance has found, as a share of them: it overlooks some.
_AROUND = 0.2
#: Our own text is burnt into the highest and the lowest of so many parts.
_BURNT_IN = 8
#: How a line is cut out: wider and higher by so much of its height. Values are read in all of these.
_CUTS = ((0.1, 0.1), (-0.08, -0.08), (0.0, 0.15))
#: Letters of the longest value: 112BC-1 PT2, and a blank that was read twice.
_LONGEST = 12
#: A blank is wider than this, in heights of its line, when it parts two cells.
_BLANK = 1.1
#: What a straight stroke is read as, in each reading.
_ONE = ({"1": 0.9},)


@dataclass(frozen=True)
class _Glance:
    """Where lines stand together in a frame: the picture there, its left and top, how sharp it is; the frame's size."""

    number: int
    picture: Pixels
    at: tuple[int, int]
    sharpness: float
    size: tuple[int, int]


class Slate:
    """PP-OCRv4 and what is known of slates."""

    kind: ClassVar[AnalysisKind] = AnalysisKind.SLATE
    name: ClassVar[str] = "ppocr-v4-slate"
    code: ClassVar[str] = "4"
    weights: ClassVar[tuple[Weights, ...]] = (
        Weights(
            _PACKAGE,
            "models/ch_PP-OCRv4_det_infer.onnx",
            "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
        ),
        Weights(
            _PACKAGE,
            "models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
            "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
        ),
        Weights(
            _PACKAGE,
            "models/ch_PP-OCRv4_rec_infer.onnx",
            "48fc40f24f6d2a207a2b1091d3437eb3cc3eb6b676dc3ef9c37384005483683b",
        ),
    )

    def __init__(self, device: Device) -> None:
        finds, turns, reads = (onnx(each, device) for each in self.weights)
        self._ocr = Ppocr(finds, turns, reads)

    def look(self, media: Media, question: Question) -> SlateAnswer:
        """A proxy, or stills of it → what its slate says. A slate at the beginning goes before one at the end."""
        for glances in self._ends(media, question):
            if read := self._read(glances):
                return _answer(read, glances)
        return SlateAnswer(kind=AnalysisKind.SLATE)

    def self_test(self) -> None:
        """Raise when a drawn word is not read."""
        word = np.full((96, 320, 3), 255, np.uint8)
        cv2.putText(word, "SCENE 12A", (20, 62), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0, 0, 0), 3, cv2.LINE_AA)
        read = [said(line.letters) for line in self.lines(word)]
        if [text.replace(" ", "") for text in read] != ["SCENE12A"]:
            raise RuntimeError(f"a drawn SCENE 12A was read as {read}")

    def _ends(self, media: Media, question: Question) -> Iterator[list[_Glance]]:
        """→ the glances of the beginning, then those of the end; what lies between is not looked at."""
        every, end = max(1, round(question.rate / _A_SECOND)), round(question.rate * _END_S)
        glances: list[_Glance] = []
        begun, due = True, 0
        for number, frame in media.frames(every):
            if number >= question.frames:
                break
            if begun and number >= end:
                yield glances
                glances, begun = [], False
            # Stills come all of them, however close together.
            if number >= due and (begun or number >= question.frames - end):
                glances += self._glance(number, frame, question.burnt_in)
                due = number + every
        yield glances

    def _glance(self, number: int, frame: Pixels, burnt_in: bool) -> list[_Glance]:
        """A frame → the glance at it; none where no lines stand together."""
        frame = _as_proxy(frame)
        hidden = frame.shape[0] // _BURNT_IN if burnt_in else 0
        seen = frame[hidden : frame.shape[0] - hidden]
        group = _largest_group(self._ocr.find(seen, _GLANCE))
        if len(group) < _TOGETHER:
            return []
        low, high = group.min(axis=(0, 1)), group.max(axis=(0, 1))
        margin = (high - low).max() * _AROUND
        (left, top), (right, bottom) = (low - margin).clip(0).astype(int), (high + margin).astype(int)
        # A copy: a part of a frame would keep all of it.
        part = seen[top:bottom, left:right].copy()
        sharpness = float(cv2.Laplacian(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())
        return [_Glance(number, part, (int(left), int(top) + hidden), sharpness, (frame.shape[1], frame.shape[0]))]

    def _read(self, glances: Sequence[_Glance]) -> list[tuple[int, Board]]:
        """Glances → the first slate among them, as it was read in the sharpest of them around it."""
        for start in range(0, len(glances), _SLOT):
            best = max(glances[start : start + _SLOT], key=lambda glance: glance.sharpness)
            if (board := self._board(best)) is None:
                continue
            around = [each for each in glances[max(0, start - _READ) : start + _SLOT + _READ] if each is not best]
            around = sorted(around, key=lambda glance: -glance.sharpness)[: _READ - 1]
            also = [(each.number, found) for each in around if (found := self._board(each)) is not None]
            return [(best.number, board), *also]
        return []

    def _board(self, glance: _Glance) -> Board | None:
        """A closer look at what a glance has found → the slate, in shares of the picture; None where it is none."""
        left, top = glance.at
        lines = self.lines(glance.picture)
        board = read_board([*lines, *self._overlooked(glance.picture, lines)])
        return board and {
            label: replace(value, corners=tuple((x + left, y + top) for x, y in value.corners))
            for label, value in board.items()
        }

    def lines(self, picture: Pixels) -> list[Line]:
        """RGB → its lines of text, whichever way up most of them stand."""
        corners = self._ocr.find(picture, _CLOSE)
        for longest in _FARTHER:
            corners = self._ocr.find_large(picture, corners, longest)
        if not len(corners):
            return []
        lengths = np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1)
        turned = self._ocr.upside_down(cut_out(picture, corners)) @ lengths > lengths.sum() / 2
        corners = np.roll(corners, 2, axis=1) if turned else corners
        read = self._ocr.read(cut_out(picture, corners, *_CUTS[0]))
        found = [part for letters, each in zip(read, corners, strict=True) for part in _parted(letters, each)]
        return self._read_again(picture, found, board_colour(picture, corners))

    def _read_again(self, picture: Pixels, lines: list[Line], board: Numbers) -> list[Line]:
        """Lines → the same; those that may be values are cut out otherwise and read again, so that they can agree."""
        values = [index for index, line in enumerate(lines) if _may_be_value(line)]
        corners = np.array([lines[index].corners for index in values], np.float32).reshape(-1, 4, 2)
        again = [self._ocr.read(cut_out(picture, corners, *cut)) for cut in _CUTS[1:]] if values else []
        for index, readings in zip(values, zip(*again, strict=True), strict=True):
            line = replace(lines[index], again=tuple(tuple(each.may_be for each in letters) for letters in readings))
            count = max(1, *map(_count, (line.letters, *line.again)))
            at = np.array(line.corners, np.float32)
            whole, free = is_whole(picture, at, count, board), is_free(picture, at, board)
            lines[index] = replace(line, whole=whole, free=free)
        return lines

    def _overlooked(self, picture: Pixels, lines: Sequence[Line]) -> list[Line]:
        """Lines → what is written in cells in which none was found; a single letter is seldom taken for a line."""
        if not (cells := empty_cells(lines)):
            return []
        known = [np.array(line.corners, np.float32) for line in lines]
        board = board_colour(picture, known)
        alone = (written(picture, np.array(cell, np.float32), printed, known, board) for cell, printed in cells)
        found = [each for each in alone if each is not None]
        read = self._ocr.read(cut_out(picture, np.array([each.corners for each in found]), *_CUTS[0])) if found else []
        lines = [_line(letters, each.corners) for letters, each in zip(read, found, strict=True)]
        pairs = zip(self._read_again(picture, lines, board), found, strict=True)
        whole = [(line, each) for line, each in pairs if line.whole]
        return [_as_one(line) if each.stroke and not _has_letter(line) else line for line, each in whole]


def _as_proxy(frame: Pixels) -> Pixels:
    """A frame → the same, no larger than a proxy: half a minute of glances is kept."""
    scale = _LONGEST_SIDE / max(frame.shape[:2])
    return np.asarray(cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)) if scale < 1 else frame


def _may_be_value(line: Line) -> bool:
    text = said(line.letters)
    return len(text) <= _LONGEST and all(label is None or start == end for label, start, end in split(text))


def _largest_group(lines: Numbers) -> Numbers:
    """Lines → the most of them that stand close to one another."""
    if not len(lines):
        return lines
    heights = np.linalg.norm(lines[:, 3] - lines[:, 0], axis=1)
    low, high = lines.min(axis=1), lines.max(axis=1)
    gaps = np.maximum(low[:, None], low[None]) - np.minimum(high[:, None], high[None])
    near = gaps.max(axis=2) <= _APART * np.maximum(heights[:, None], heights[None])
    # Whoever is near to one that is near: as many steps as there are lines are reached by as many doublings.
    reached = near
    for _ in range(len(lines).bit_length()):
        reached = reached @ reached
    largest: Numbers = lines[reached[reached.sum(axis=1).argmax()]]
    return largest


def _parted(letters: Sequence[Letter], corners: Numbers) -> Iterator[Line]:
    """One line as it was found → its parts: cells that stand in one row may have been taken for one line."""
    height = float(np.linalg.norm(corners[3] - corners[0]) / np.linalg.norm(corners[1] - corners[0]))
    parts: list[list[Letter]] = []
    for letter in letters:
        if not said([letter.may_be]).isspace() and (not parts or letter.at - parts[-1][-1].at > _BLANK * height):
            parts.append([letter])
        elif parts:
            parts[-1].append(letter)
    for number, part in enumerate(parts):
        # The outer ends are those of the line; inside, half a letter stands on either side of a letter's middle.
        low = 0.0 if number == 0 else part[0].at - height / 2
        high = 1.0 if number == len(parts) - 1 else part[-1].at + height / 2
        a, b, c, d = corners
        ends = (a + (b - a) * low, a + (b - a) * high, d + (c - d) * high, d + (c - d) * low)
        yield _line([replace(letter, at=(letter.at - low) / (high - low)) for letter in part], ends)


def _line(letters: Sequence[Letter], corners: Iterable[Numbers]) -> Line:
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return Line(tuple(letter.may_be for letter in letters), tuple(letter.at for letter in letters), (a, b, c, d))


def _has_letter(line: Line) -> bool:
    return any(said(letters).isalnum() for letters in (line.letters, *line.again))


def _as_one(line: Line) -> Line:
    return replace(line, letters=_ONE, at=(0.5,), again=(_ONE,) * (len(_CUTS) - 1))


def _count(letters: Sequence[Mapping[str, float]]) -> int:
    return len(said(letters).replace(" ", ""))


def _answer(read: Sequence[tuple[int, Board]], glances: Sequence[_Glance]) -> SlateAnswer:
    """What was read, and the glances among which it was → the answer."""
    size = glances[0].size
    fields = {
        label: SlateField(text=value.text, confidence=value.confidence, frame=frame, box=_box(value, size))
        for label, (frame, value) in vote(read).items()
    }
    frames = [frame for frame, _ in read]
    return SlateAnswer(
        kind=AnalysisKind.SLATE,
        first=min(frames),
        last=max(frames),
        scene=fields.get(Label.SCENE),
        slate=fields.get(Label.SLATE),
        take=fields.get(Label.TAKE),
        roll=fields.get(Label.ROLL),
        camera=fields.get(Label.CAMERA),
        mos=fields.get(Label.MOS),
    )


def _box(value: Value, size: tuple[int, int]) -> Box:
    shares = (np.array(value.corners) / size).clip(0, 1)
    (left, top), (right, bottom) = shares.min(axis=0).tolist(), shares.max(axis=0).tolist()
    return Box(x=left, y=top, width=right - left, height=bottom - top)
