"""What is written is told from what is printed, from the lines of the board, and from what lies across it."""

import cv2
import numpy as np
import pytest

from models.analyse.ink import board_colour, is_free, is_whole, written
from models.analyse.ppocr import Numbers, Pixels

WHITE, BLACK, BROWN = (240, 240, 235), (25, 25, 30), (92, 58, 40)


def box(left: float, top: float, right: float, bottom: float) -> Numbers:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


LABEL, CELL = box(20, 30, 90, 60), box(5, 5, 395, 195)
PRINTED = 30.0


def cell(paper: tuple[int, int, int] = WHITE, ink: tuple[int, int, int] = BLACK) -> Pixels:
    """An empty cell, with its label, and its lines around it."""
    picture = np.full((200, 400, 3), paper, np.uint8)
    cv2.putText(picture, "TAKE", (22, 55), cv2.FONT_HERSHEY_SIMPLEX, 0.8, ink, 2, cv2.LINE_AA)
    for line in ((0, 12), (0, 185)):
        cv2.line(picture, line, (400, line[1]), ink, 3)
    return picture


def found(picture: Pixels) -> tuple[list[int], bool] | None:
    """→ the box of what is written in the cell, and whether it is one straight stroke."""
    there = written(picture, CELL, PRINTED, [LABEL], board_colour(picture, [LABEL]))
    if there is None:
        return None
    return [round(float(each)) for each in (*there.corners[0], *there.corners[2])], there.stroke


def test_a_single_letter_is_found_where_it_stands() -> None:
    picture = cell()
    cv2.putText(picture, "B", (200, 150), cv2.FONT_HERSHEY_SIMPLEX, 3, BLACK, 8, cv2.LINE_AA)
    there = found(picture)
    assert there
    (left, top, right, bottom), stroke = there
    assert not stroke
    picture[:70], picture[180:], picture[:, :100] = WHITE, WHITE, WHITE
    ink = np.argwhere(picture.min(axis=2) < 100)
    (high, low), (deep, far) = ink.min(axis=0), ink.max(axis=0)
    assert 0 < low - left < 25
    assert 0 < right - far < 25
    assert 0 < high - top < 25
    assert 0 < bottom - deep < 25


@pytest.mark.parametrize(("paper", "ink"), [(WHITE, BLACK), (BLACK, WHITE)])
def test_a_straight_stroke_is_told_and_a_slash_is_none(paper: tuple[int, int, int], ink: tuple[int, int, int]) -> None:
    upright, slash = cell(paper, ink), cell(paper, ink)
    cv2.line(upright, (200, 80), (206, 160), ink, 9, cv2.LINE_AA)
    cv2.line(slash, (200, 160), (250, 80), ink, 9, cv2.LINE_AA)
    assert (found(upright) or ((), None))[1] is True
    assert (found(slash) or ((), None))[1] is False


def test_an_empty_cell_is_empty() -> None:
    assert found(cell()) is None


@pytest.mark.parametrize(("left", "top", "right", "bottom"), [(200, 70, 260, 200), (200, 70, 250, 160)])
def test_a_thumb_is_not_written(left: int, top: int, right: int, bottom: int) -> None:
    picture = cell()
    cv2.rectangle(picture, (left, top), (right, bottom), BROWN, -1)
    assert found(picture) is None


def value(paper: tuple[int, int, int], ink: tuple[int, int, int]) -> tuple[Pixels, Numbers]:
    """Two letters → the picture, and their line."""
    picture = np.full((140, 500, 3), paper, np.uint8)
    cv2.putText(picture, "HE", (120, 100), cv2.FONT_HERSHEY_SIMPLEX, 2.4, ink, 6, cv2.LINE_AA)
    return picture, box(110, 38, 215, 112)


@pytest.mark.parametrize(("paper", "ink"), [(WHITE, BLACK), (BLACK, WHITE)])
def test_a_value_is_whole_where_paper_follows_it_or_the_line_of_its_cell(
    paper: tuple[int, int, int], ink: tuple[int, int, int]
) -> None:
    picture, line = value(paper, ink)
    board = board_colour(picture, [line])
    assert is_whole(picture, line, 2, board)
    cv2.line(picture, (232, 0), (228, 140), ink, 3)
    assert is_whole(picture, line, 2, board)
    # Three letters stand apart, and two were read.
    assert not is_whole(picture, line, 1, board)


@pytest.mark.parametrize(("paper", "ink"), [(WHITE, BLACK), (BLACK, WHITE)])
def test_a_value_is_not_whole_where_a_thumb_ends_close_to_it_even_a_dark_one_on_a_dark_board(
    paper: tuple[int, int, int], ink: tuple[int, int, int]
) -> None:
    picture, line = value(paper, ink)
    board = board_colour(picture, [line])
    cv2.rectangle(picture, (218, 0), (300, 140), BROWN, -1)
    assert not is_whole(picture, line, 2, board)


def test_a_thumb_behind_a_blank_may_hide_the_part_of_a_scene() -> None:
    picture, line = value(WHITE, BLACK)
    board = board_colour(picture, [line])
    assert is_free(picture, line, board)
    cv2.line(picture, (240, 0), (240, 140), BLACK, 3)
    assert is_free(picture, line, board)
    cv2.rectangle(picture, (255, 0), (330, 140), BROWN, -1)
    assert is_whole(picture, line, 2, board)
    assert not is_free(picture, line, board)
