"""Writing and the paper that it stands on: what stands alone in a cell, and whether a line is whole.

The finder marks lines of letters; a single one it overlooks. Paper and ink, not letters, are looked at here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.analyse.ppocr import Numbers, Pixels, cut_out

#: Where paper has to follow a line: so far beyond it and so far into it; shares of the line's height.
_MARGIN, _INTO = 0.6, 0.2
#: So much paper is there before and after it where nothing is hidden, and without the lines between cells; between
#: letters is less. Shares of its height.
_BEFORE, _AFTER, _FREE = 0.12, 0.2, 0.3
#: What differs from paper by the first share of what ink does is none (a dark thumb on a dark board differs little); by
#: the second it is ink. A column of paper has at most so much of the one, a stroke at least so much of the other.
_UNLIKE, _INK, _BARE, _STROKE = 0.22, 0.35, 0.2, 0.04
#: So far behind a scene its part (PT2) may begin under a thumb, which fills so much of a column, and is so wide.
_BEHIND, _FULL, _THUMB = 1.0, 0.9, 0.25
#: Colours that differ by less than this are one colour.
_STEP = 8
#: Of the pixels these are paper: the ones most like the board's.
_LIKE_BOARD = 0.25
#: The line between two cells is at most so wide, a share of the height of the writing.
_LINE = 0.2
#: A stroke that stands alone is as high as print and no thicker; what is lower than the other is a speck. In heights
#: of what is printed. A thumb is thicker.
_TALL, _SPECK, _THICK = 1.0, 0.35, 1.2
#: Strokes of one value stand this close, in heights of the higher.
_CLOSE = 0.6
#: A 1 is so much longer than wide, fills so much of its box, and leans so much at most (a cosine; a slash leans more).
_LONG, _FILLED, _UPRIGHT = 2.2, 0.6, 0.94
#: Around it a line has so much of its height.
_AROUND = 0.15


def board_colour(picture: Pixels, lines: Iterable[Numbers]) -> Numbers:
    """A picture and the lines on a board in it → the colour that is the most common in them: the board's."""
    within = np.zeros(picture.shape[:2], np.uint8)
    for line in lines:
        cv2.fillPoly(within, [line.round().astype(np.int32)], 1)
    steps = picture[within == 1] // _STEP
    return np.array([np.bincount(steps[:, plane]).argmax() * _STEP + _STEP / 2 for plane in range(3)], np.float32)


def is_whole(picture: Pixels, line: Numbers, letters: int, board: Numbers) -> bool:
    """Whether a line of so many letters stands between paper: nothing may hide more, and no letter was not read."""
    along, across = line[1] - line[0], line[3] - line[0]
    side = along * float(_MARGIN * np.linalg.norm(across) / max(1e-6, float(np.linalg.norm(along))))
    around = line + np.stack([-side, side, side, -side])
    height, width = picture.shape[:2]
    if around.min() < 0 or around[:, 0].max() > width or around[:, 1].max() > height:
        return False
    (strip,) = cut_out(_smooth(picture), around[None])
    high = strip.shape[0]
    margin = max(1, round(high * _MARGIN))
    within = strip[:, margin:-margin]
    if not within.size:
        return False
    unlike = _unlike(strip, within, board)
    ink = float(np.percentile(unlike[:, margin:-margin], 95))
    bare = (unlike > _UNLIKE * ink).mean(axis=0) < _BARE
    # A letter that is written and was not read stands apart from the others, as they do.
    inside = margin + round(high * _BEFORE)
    inked = ((unlike > _INK * ink).mean(axis=0) >= _STROKE)[inside:-inside].astype(np.int8)
    if np.count_nonzero(np.diff(inked, prepend=0) > 0) > letters:
        return False
    ends = margin + max(1, round(high * _INTO))
    before, after = bare[:ends], bare[-ends:]
    # The line between two cells is no end of the paper; a 1 that was not read is like it, but stands closer.
    runs = _longest(before), _longest(after), _longest(_without_lines(after, high))
    return all(run >= share * high for run, share in zip(runs, (_BEFORE, _AFTER, _FREE), strict=True))


def is_free(picture: Pixels, line: Numbers, board: Numbers) -> bool:
    """Whether nothing lies across the paper behind a line either, where it may go on after a blank: a thumb does."""
    along, across = line[1] - line[0], line[3] - line[0]
    side = along * float(_BEHIND * np.linalg.norm(across) / max(1e-6, float(np.linalg.norm(along))))
    (strip,) = cut_out(_smooth(picture), (line + np.stack([side * 0, side, side, side * 0]))[None])
    high, wide = strip.shape[:2]
    within = strip[:, : max(1, wide - round(_BEHIND * high))]
    unlike = _unlike(strip, within, board)
    ink = float(np.percentile(unlike[:, : within.shape[1]], 95))
    full = ((unlike > _UNLIKE * ink).mean(axis=0) >= _FULL)[within.shape[1] :]
    return bool(_longest(full) < _THUMB * high)


@dataclass(frozen=True)
class Written:
    """Corners of what is written, and whether it is one straight stroke: a 1, which the reader takes for a dash."""

    corners: Numbers
    stroke: bool


def written(picture: Pixels, cell: Numbers, printed: float, lines: Sequence[Numbers], board: Numbers) -> Written | None:
    """A cell in which only print of a height was found, and all lines → what else is written in it.

    None where there is nothing, or anything that is not written: a thumb, say.
    """
    # Beyond the picture there is nothing.
    reach = float(np.hypot(*picture.shape[:2]))
    along, across = (side * min(1.0, reach / max(1e-6, float(np.linalg.norm(side)))) for side in cell[[1, 3]] - cell[0])
    cell = cell[0] + np.stack([along * 0, along, along + across, across])
    (cut,) = cut_out(_smooth(picture), cell[None])
    high, wide = cut.shape[:2]
    straight = np.array([[0, 0], [wide, 0], [0, high]], np.float32)
    into, back = (cv2.getAffineTransform(*pair) for pair in ((cell[[0, 1, 3]], straight), (straight, cell[[0, 1, 3]])))
    known = np.zeros((high, wide), np.uint8)
    for line in lines:
        cv2.fillPoly(known, [cv2.transform(line[None], into)[0].round().astype(np.int32)], 1)
    if not known.any():
        return None
    unlike = _unlike(cut, cut, board)
    ink = _INK * float(np.percentile(unlike[known == 1], 95))
    strokes = []
    count, which, found, _ = cv2.connectedComponentsWithStats((unlike > ink).astype(np.uint8))
    read = set(np.unique(which[known == 1]).tolist())
    for index in range(1, count):
        left, top, width, height = (int(each) for each in found[index][:4])
        # The lines between cells, and what lies across them, reach the edge.
        at_edge = left == 0 or top == 0 or left + width == wide or top + height == high
        if index in read or at_edge or max(width, height) < _SPECK * printed:
            continue
        stroke = (which == index).astype(np.uint8)
        thick = 2 * float(cv2.distanceTransform(stroke, cv2.DIST_L2, 5).max())
        if height < _TALL * printed or thick > _THICK * printed:
            return None
        strokes.append((left, top, left + width, top + height, _is_straight(stroke)))
    strokes.sort()
    tallest = max((bottom - top for _, top, _, bottom, _ in strokes), default=0)
    gaps = [other[0] - one[2] for one, other in pairwise(strokes)]
    if not strokes or max(gaps, default=0) > _CLOSE * tallest:
        return None
    boxes = np.array([stroke[:4] for stroke in strokes])
    low, far = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    (left, top), (right, bottom) = low - _AROUND * tallest, far + _AROUND * tallest
    corners = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float32)
    around = cv2.transform(corners, back)[0].astype(np.float32)
    return Written(around, len(strokes) == 1 and strokes[0][4])


def _is_straight(stroke: NDArray[np.uint8]) -> bool:
    """Whether a stroke fills an upright box that is long and narrow."""
    (outline,), _ = cv2.findContours(stroke, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    box = cv2.boxPoints(cv2.minAreaRect(outline))
    one, other = sorted((box[1] - box[0], box[2] - box[1]), key=lambda side: float(np.linalg.norm(side)))
    long, narrow = float(np.linalg.norm(other)), float(np.linalg.norm(one)) + 1
    upright = abs(float(other[1])) >= _UPRIGHT * long
    return upright and long >= _LONG * narrow and float(stroke.sum()) >= _FILLED * long * narrow


def _smooth(picture: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1), np.uint8)


def _unlike(picture: Pixels, within: Pixels, board: Numbers) -> Numbers:
    """A picture, and the part of it that has paper → how far each of its pixels is from the paper's colour."""
    pixels = within.reshape(-1, 3).astype(np.float32)
    off = np.abs(pixels - board).max(axis=1)
    # Bold letters may cover more of a line than paper does.
    paper = np.median(pixels[off <= np.quantile(off, _LIKE_BOARD)], axis=0)
    unlike: Numbers = np.abs(picture.astype(np.float32) - paper).max(axis=2)
    return unlike


def _without_lines(bare: NDArray[Any], high: int) -> NDArray[Any]:
    wide = round(high * _LINE) | 1
    covered = cv2.morphologyEx((~bare).astype(np.uint8)[None], cv2.MORPH_OPEN, np.ones((1, wide + 1), np.uint8))[0]
    return np.asarray(covered == 0)


def _longest(bare: NDArray[Any]) -> int:
    """Columns → the most that follow one another and are bare."""
    ends = np.flatnonzero(np.diff(np.concatenate([[0], bare.astype(np.int8), [0]])))
    return int((ends[1::2] - ends[::2]).max(initial=0))
