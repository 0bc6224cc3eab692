"""Lines of text that were read in a picture → what a slate in it says. What is unsure is left out, never guessed.

A slate is a board with several labelled cells; each label has its value beside or below it. Any other text (signs,
subtitles, timecode) has no such board and says nothing. Labels and ways of writing: knowledge of the field.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from circletake.film.slate_words import Label, Letter, Reading, is_mos, read_value, resembles, said, split

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
#: What identifies a board: printed on all of them, and together on little else.
_CORE = (Label.SCENE, Label.TAKE, Label.ROLL)
#: What is read, but for MOS, which has no label.
_ASKED = (Label.SCENE, Label.SLATE, Label.TAKE, Label.ROLL, Label.CAMERA)
#: Labels on a board, and how many of them are of the core.
_LABELS, _OF_CORE = 3, 2
#: Distances below are in heights of the larger of two texts, and were set on drawn slates.
_SAME_BOARD = 4.0
_BESIDE, _BELOW = 8.0, 1.2
#: In heights of a label: how far above it a value reaches that stands beside it, how far it may be, how far one below.
_ABOVE, _WIDE, _DEEP = 1.5, 20.0, 6.0
#: Middles of one row differ by less than this.
_ROW = 0.6
#: What two that touch are apart, so that distances can be divided by one another.
_TOUCHING = 0.25
#: A value belongs to the nearest label where the next one is this much farther.
_CLEARLY = 1.6
#: Parts of one value stand this close.
_SAME_VALUE = 1.0
#: A letter is about half as wide as high.
_HALF_LETTER = 0.25
#: Nothing is divided by less.
_NOTHING = 1e-9
#: A cell of which no neighbour tells the width is at most so many heights of its label wide.
_CELL = 14.0
#: A cell is at most so much wider than the narrowest of its row.
_WIDER = 1.2
#: What somebody wrote is this much higher than what is printed.
_WRITTEN = 1.4
#: As what the letters of MOS may be read, each counting for it.
_MOS = ("Mm", "Oo0", "Ss5")
#: Of the frames that say anything of a field, and how sure the reading must be in the end.
_MAJORITY, _SURE = 2 / 3, 0.6
#: Of the sureness of all readings of a value what agrees has so much; a single reading counts for less.
_AGREED, _ALONE = 0.75, 0.75


@dataclass(frozen=True, slots=True)
class Line:
    """The letters of a line as they were read, and its corners: clockwise from where it begins, pixels being square.

    `at`: where along the line the middle of each letter is, 0 to 1. `again`: the letters as further readings have
    them. `whole`: nothing stands against it that may cover more of it; `free`: nothing behind a blank either.
    """

    letters: tuple[Letter, ...]
    at: tuple[float, ...]
    corners: Corners
    again: tuple[tuple[Letter, ...], ...] = ()
    whole: bool = True
    free: bool = True


@dataclass(frozen=True, slots=True)
class Value:
    """What a slate says in one cell, in one spelling, and the corners of what says so."""

    text: str
    confidence: float
    corners: tuple[Point, ...]


Board = dict[Label, Value]


@dataclass(frozen=True, slots=True)
class _Item:
    """A label, or text that is none, on the board laid straight: left, top, right and bottom."""

    label: Label | None
    letters: tuple[Letter, ...]
    again: tuple[tuple[Letter, ...], ...]
    whole: bool
    free: bool
    left: float
    top: float
    right: float
    bottom: float
    corners: tuple[Point, ...]

    @property
    def text(self) -> str:
        return said(self.letters)

    @property
    def height(self) -> float:
        return max(abs(self.bottom - self.top), _NOTHING)

    @property
    def middle(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def read_board(lines: Sequence[Line]) -> Board | None:
    """Lines of one picture → the cells of the slate in it. None where there is no slate, or more than one."""
    board = _board(lines)
    return None if board is None else _cells(board)


def empty_cells(lines: Sequence[Line]) -> list[tuple[Corners, float]]:
    """Lines of one picture → the cells of the slate in it that have a label, and no value was found in them.

    Each with the height of what is printed in it.
    """
    labels, _, owned = _owned(_board(lines) or [])
    filled = {label.label for index, label in enumerate(labels) if owned[index]}
    asked = [label for label in labels if label.label in _ASKED and label.label not in filled and label.letters]
    return [(_around(label, labels), label.height) for label in asked]


def _board(lines: Sequence[Line]) -> list[_Item] | None:
    """→ what is on the only board, and text that stands farther off, in a wide cell: it has no label of its own."""
    groups = _connected(_laid_straight(lines))
    boards = [group for group in groups if _is_slate(group)]
    if len(boards) != 1:
        return None
    return [*boards[0], *(item for group in groups if not any(item.label for item in group) for item in group)]


def _around(label: _Item, labels: Sequence[_Item]) -> Corners:
    """A label → the corners of what is beside and below it, as far as other labels go."""
    height = label.height
    right = min(
        [label.right + _WIDE * height, *(o.left for o in labels if _one_row(label, o) and o.left > label.right)]
    )
    under = [o.top for o in labels if o.middle[1] > label.bottom + height and label.left - height < o.middle[0] < right]
    bottom = min([label.bottom + _DEEP * height, *under])
    (ax, ay), (bx, by), _, (dx, dy) = label.corners
    width = max(label.right - label.left, _NOTHING)

    def at(x: float, y: float) -> Point:
        """A point of the board laid straight → where it is in the picture, by the label's own sides."""
        along, across = (x - label.left) / width, (y - label.top) / height
        return ax + (bx - ax) * along + (dx - ax) * across, ay + (by - ay) * along + (dy - ay) * across

    left, top = label.left - _ABOVE * height, label.top - _ABOVE * height
    return at(left, top), at(right, top), at(right, bottom), at(left, bottom)


def _laid_straight(lines: Sequence[Line]) -> list[_Item]:
    """Lines at whatever angle the board is held → its labels and texts as if it were held straight."""
    along = [(line.corners[1][0] - line.corners[0][0], line.corners[1][1] - line.corners[0][1]) for line in lines]
    angle = math.atan2(sum(y for _, y in along), sum(x for x, _ in along))
    cosine, sine = math.cos(angle), math.sin(angle)
    items = []
    for line in lines:
        laid = [(x * cosine + y * sine, y * cosine - x * sine) for x, y in line.corners]
        left, right = (laid[0][0] + laid[3][0]) / 2, (laid[1][0] + laid[2][0]) / 2
        top, bottom = (laid[0][1] + laid[1][1]) / 2, (laid[2][1] + laid[3][1]) / 2
        for label, start, end in split(said(line.letters)):
            width = right - left
            low, high = _extent(line.at, start, end, (bottom - top) / max(width, _NOTHING))
            items.append(
                _Item(
                    label, line.letters[start:end], line.again, line.whole, line.free,
                    left + low * width, top, left + high * width, bottom, _part(line.corners, low, high),
                )
            )  # fmt: skip
    return items


def _extent(at: Sequence[float], start: int, end: int, height: float) -> tuple[float, float]:
    """Middles of letters, and some of the letters → from where to where these reach, as shares of the line."""
    half = height * _HALF_LETTER
    low = 0.0 if start == 0 else at[min(start, len(at) - 1)] - half
    high = 1.0 if end == len(at) else at[max(start, end - 1)] + half
    return low, high if end > start else low


def _part(corners: Sequence[Point], low: float, high: float) -> tuple[Point, ...]:
    """The corners of a line → of the part of it between two shares of its width."""

    def between(one: Point, other: Point, share: float) -> Point:
        return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share

    (a, b, c, d) = corners
    return between(a, b, low), between(a, b, high), between(d, c, high), between(d, c, low)


def _connected(items: Sequence[_Item]) -> list[list[_Item]]:
    """Items → groups in which each stands close to another one."""
    groups: list[list[_Item]] = []
    for item in items:
        near = [group for group in groups if any(_gap(item, other) <= _SAME_BOARD for other in group)]
        joined = [item, *(each for group in near for each in group)]
        groups = [*(group for group in groups if group not in near), joined]
    return groups


def _gap(one: _Item, other: _Item) -> float:
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(0.0, across, down) / max(one.height, other.height)


def _is_slate(board: Sequence[_Item]) -> bool:
    labels = {item.label for item in board if item.label}
    rows = max(item.middle[1] for item in board) - min(item.middle[1] for item in board)
    # A strip of one line is a subtitle or was burnt in.
    if len(labels) < _LABELS or not _core(labels) or rows <= max(item.height for item in board if item.label):
        return False
    # One of them at least has to be read well; blurred, two words resemble many.
    return len(_core(labels | {resembles(item.text) for item in board if item.label is None})) >= _OF_CORE


def _core(labels: Set[Label | None]) -> Set[Label | None]:
    return {label for label in _CORE if label in labels or (label is Label.SCENE and Label.SLATE in labels)}


def _owned(board: Sequence[_Item]) -> tuple[list[_Item], list[_Item], defaultdict[int | None, list[_Item]]]:
    """What is on a board → its labels, other texts, and which of these each label has, by its number."""
    read = [replace(item, label=resembles(item.text)) if item.label is None else item for item in board]
    labels, texts = [item for item in read if item.label], [item for item in read if item.label is None]
    owned: defaultdict[int | None, list[_Item]] = defaultdict(list)
    for text in texts:
        owned[_owner(text, labels)].append(text)
    return labels, texts, owned


def _cells(board: Sequence[_Item]) -> Board:
    labels, texts, owned = _owned(board)
    cells: Board = {}
    for asked in _ASKED:
        asking = [index for index, label in enumerate(labels) if label.label is asked]
        said = [value for index in asking if (value := _value(asked, labels[index], owned[index], owned[None]))]
        if said and len({value.text for value in said}) == 1:
            cells[asked] = said[0]
    if (mos := _written_mos(labels, texts)) is not None:
        cells[Label.MOS] = mos
    return cells


def _owner(text: _Item, labels: Sequence[_Item]) -> int | None:
    """Text that is no label → the number of the label that it clearly belongs to."""
    near = sorted((min(_beside(text, label, labels), _below(text, label, labels)), i) for i, label in enumerate(labels))
    if near[0][0] == math.inf or (len(near) > 1 and near[1][0] < _CLEARLY * near[0][0]):
        return None
    return near[0][1]


def _beside(text: _Item, label: _Item, labels: Sequence[_Item]) -> float:
    """How far a text stands to the right of a label, no other label being between them; infinite where it does not."""
    gap = (text.left - label.right) / max(text.height, label.height)
    between = any(_one_row(label, other) and label.right < other.middle[0] < text.middle[0] for other in labels)
    if not _one_row(text, label) or text.middle[0] < label.right or gap > _BESIDE or between:
        return math.inf
    return _TOUCHING + max(0.0, gap)


def _below(text: _Item, label: _Item, labels: Sequence[_Item]) -> float:
    """How far a text stands below a label, within its cell; infinite where it does not."""
    row = sorted(other.left for other in labels if _one_row(label, other))
    widths = [right - left for left, right in pairwise(row) if right - left > label.height]
    # Where the next label was not read, the narrowest cell of the row tells how wide this one may be.
    cell = _WIDER * min(widths) if widths else _CELL * label.height
    end = min([label.left + cell, *(left for left in row if left > label.right)])
    gap = (text.top - label.bottom) / max(text.height, label.height)
    # A label of the cell's own column, in the row of the text, is where the text belongs.
    if any(_one_row(text, other) and label.bottom < other.middle[1] and other.left < text.left for other in labels):
        return math.inf
    if text.middle[1] < label.bottom or gap > _BELOW or not label.left - label.height <= text.middle[0] <= end:
        return math.inf
    return _TOUCHING + max(0.0, gap)


def _one_row(one: _Item, other: _Item) -> bool:
    return abs(one.middle[1] - other.middle[1]) <= _ROW * max(one.height, other.height)


def _value(asked: Label, label: _Item, owned: Sequence[_Item], nobodys: Sequence[_Item]) -> Value | None:
    """A label and what belongs to it → its value, where all of its row is one value, and no column goes on below it."""
    if not owned:
        return None
    first = min(owned, key=lambda text: (not _one_row(text, label), _gap(text, label)))
    row = sorted((text for text in owned if _one_row(text, first)), key=lambda text: text.left)
    apart = any(_gap(one, other) > _SAME_VALUE for one, other in pairwise(row))
    # A part of the scene may stand in a line of its own, and then the number alone is not what the slate says.
    goes_on = any(text not in row and text.text.strip().upper().startswith(("PT", "PU", "SER")) for text in owned)
    # The label heads a column of a report.
    in_table = any(_follows(text, first) and read_value(asked, text.letters) for text in nobodys)
    # A scene goes on behind a blank: 12A PT2.
    covered = not all(each.whole for each in row) or (asked in (Label.SCENE, Label.SLATE) and not row[-1].free)
    if apart or goes_on or in_table or covered or (reading := _agreed(asked, row)) is None:
        return None
    corners = (row[0].corners[0], row[-1].corners[1], row[-1].corners[2], row[0].corners[3])
    return Value(reading.text, reading.confidence, corners)


def _follows(text: _Item, above: _Item) -> bool:
    """Whether a text is the next one of its column, as large as the one above."""
    alike = above.height / _WRITTEN <= text.height <= above.height * _WRITTEN
    gap = (text.top - above.bottom) / above.height
    return alike and -0.5 <= gap <= _BELOW and abs(text.left - above.left) <= above.height


def _agreed(asked: Label, row: Sequence[_Item]) -> Reading | None:
    """What the readings of a row agree on, as sure as they are together."""
    readings = zip(*((each.letters, *each.again) for each in row), strict=False)
    values = [read_value(asked, [letter for part in reading for letter in part]) for reading in readings]
    sure: defaultdict[str, float] = defaultdict(float)
    for value in filter(None, values):
        sure[value.text] += value.confidence
    if not sure:
        return None
    text = max(sure, key=sure.__getitem__)
    if sure[text] < _AGREED * sum(sure.values()):
        return None
    return Reading(text, sure[text] / len(values) * (1 if len(values) > 1 else _ALONE))


def _written_mos(labels: Sequence[_Item], texts: Sequence[_Item]) -> Value | None:
    """MOS where somebody wrote it. It is also printed on many slates, beside INT and EXT, and then says nothing."""
    printed = median(label.height for label in labels)
    written = [text for text in texts if is_mos(text.text) and text.height >= _WRITTEN * printed]
    if len(written) != 1:
        return None
    kept = [letter for letter in written[0].letters if said([letter]) not in " ."]
    sure = min(sum(letter.get(way, 0.0) for way in ways) for letter, ways in zip(kept, _MOS, strict=True))
    return Value("MOS", sure, written[0].corners)


def vote(boards: Sequence[tuple[int, Board]]) -> dict[Label, tuple[int, Value]]:
    """Frames, and what was read in each → what most of them agree on, and the frame in which it was read best."""
    agreed: dict[Label, tuple[int, Value]] = {}
    for label in Label:
        read = [(frame, board[label]) for frame, board in boards if label in board]
        texts = Counter(value.text for _, value in read)
        for text, votes in texts.most_common(1):
            frame, best = max(
                (one for one in read if one[1].text == text), key=lambda one: (one[1].confidence, -one[0])
            )
            confidence = best.confidence * votes / len(read)
            if votes >= _MAJORITY * len(read) and confidence >= _SURE:
                agreed[label] = frame, replace(best, confidence=confidence)
    return agreed
