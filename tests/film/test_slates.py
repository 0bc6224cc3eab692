"""A slate says what stands in its labelled cells; other text says nothing; nothing that is unsure is said."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circletake.film.slate_words import Label, read_value, resembles, said, split
from circletake.film.slates import Board, Line, Value, empty_cells, read_board, vote

#: Text, left, top, height. A letter is half as wide as high.
Written = tuple[str, float, float, float]

US: list[Written] = [
    ("PROD.", 10, 10, 20), ("NIGHT FERRY", 120, 0, 40),
    ("ROLL", 10, 70, 20), ("SCENE", 260, 70, 20), ("TAKE", 510, 70, 20),
    ("A001", 40, 100, 70), ("12A", 300, 100, 70), ("3", 580, 100, 70),
    ("DIRECTOR", 10, 200, 20), ("J. SMITH", 140, 190, 40), ("CAM", 400, 200, 20), ("B", 480, 190, 40),
    ("DATE", 10, 260, 20), ("3/12/26", 100, 250, 40), ("FPS", 400, 260, 20), ("24", 480, 250, 40),
    ("DAY", 400, 320, 14), ("INT", 450, 320, 14), ("MOS", 500, 320, 14), ("SYNC", 550, 320, 14),
]  # fmt: skip


def lines(written: Sequence[Written], degrees: float = 0) -> list[Line]:
    """What is written → as a reader gives it, on a board that is held at an angle."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    found = []
    for text, left, top, height in written:
        right, bottom = left + len(text) * height / 2, top + height
        a, b, c, d = (
            (x * cosine - y * sine, x * sine + y * cosine)
            for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
        )
        at = tuple((index + 0.5) / len(text) for index in range(len(text)))
        found.append(Line(tuple({letter: 0.99} for letter in text), at, (a, b, c, d)))
    return found


def told(written: Sequence[Written], degrees: float = 0) -> dict[str, str]:
    return {label.value: value.text for label, value in (read_board(lines(written, degrees)) or {}).items()}


def value(label: Label, text: str) -> str | None:
    reading = read_value(label, [{letter: 0.99} for letter in text])
    return reading.text if reading else None


def instead(old: str, new: str | None) -> list[Written]:
    """The American slate with one text replaced by another one, or without it."""
    return [(new if text == old else text, *place) for text, *place in US if text != old or new]  # type: ignore[misc]


@pytest.mark.parametrize("degrees", [0, 12, -20, 90, 180, 200])
def test_a_slate_is_read_whichever_way_it_is_held(degrees: float) -> None:
    assert told(US, degrees) == {"SCENE": "12A", "TAKE": "3", "ROLL": "A001", "CAMERA": "B"}


def test_values_may_stand_beside_their_labels() -> None:
    insert: list[Written] = [
        ("SC", 10, 0, 30), ("112B", 200, 0, 40), ("TK", 10, 60, 30), ("4", 200, 60, 40),
        ("ROLL", 10, 120, 30), ("B12", 200, 120, 40), ("CAM", 10, 180, 30), ("B CAM", 200, 180, 40),
    ]  # fmt: skip
    assert told(insert) == {"SCENE": "112B", "TAKE": "4", "ROLL": "B12", "CAMERA": "B"}


def test_labels_and_values_that_were_read_as_one_word_are_parted() -> None:
    joined: list[Written] = [
        ("SCENE12A", 0, 0, 30),
        ("TAKE3", 160, 0, 30),
        ("ROLLA001", 0, 50, 30),
        ("A CAM", 160, 50, 30),
    ]
    assert told(joined) == {"SCENE": "12A", "TAKE": "3", "ROLL": "A001", "CAMERA": "A"}


def test_a_british_slate_is_a_number_alone() -> None:
    assert told(instead("SCENE", "SLATE"))["SLATE"] == "12A"
    assert value(Label.SLATE, "417") == "417"


def test_mos_counts_where_somebody_wrote_it_and_not_where_it_is_printed() -> None:
    assert "MOS" not in told(US)
    assert told([*US, ("MOS", 480, 360, 50)])["MOS"] == "MOS"


@pytest.mark.parametrize("missing", ["ROLL", "SCENE", "TAKE", "A001", "12A", "3", "CAM", "B"])
def test_what_is_hidden_makes_no_other_field_wrong(missing: str) -> None:
    whole = told(US)
    assert told(instead(missing, None)).items() <= whole.items()


@pytest.mark.parametrize("hidden", [("12A", "TAKE"), ("A001", "SCENE"), ("3", "SCENE"), ("B", "FPS")])
def test_a_value_is_not_taken_for_its_neighbours(hidden: tuple[str, str]) -> None:
    left = [each for each in US if each[0] not in hidden]
    assert told(left).items() <= told(US).items()


def test_two_slates_in_one_picture_say_nothing() -> None:
    other = [(text, left + 2000, top, height) for text, left, top, height in US]
    assert told([*US, *other]) == {}


def test_a_value_that_something_stands_against_is_unsure() -> None:
    cut = [Line(each.letters, each.at, each.corners, whole=index != 6) for index, each in enumerate(lines(US))]
    boards = [(0, board) for board in [read_board(cut)] if board]
    assert Label.SCENE not in vote(boards)
    assert vote(boards)[Label.TAKE][1].text == "3"


def test_a_scene_that_may_go_on_under_a_thumb_behind_a_blank_is_unsure() -> None:
    def told_with(text: str) -> dict[str, str]:
        found = [Line(each.letters, each.at, each.corners, free=said(each.letters) != text) for each in lines(US)]
        return {label.value: value.text for label, value in (read_board(found) or {}).items()}

    assert "SCENE" not in told_with("12A")
    # A take has no part, and the slate may end behind it.
    assert told_with("3")["TAKE"] == "3"


@pytest.mark.parametrize("degrees", [0, 12, 180])
@pytest.mark.parametrize(("missing", "left", "top"), [("3", 580, 100), ("B", 480, 190)])
def test_a_cell_in_which_no_value_was_found_is_told_with_the_place_of_the_value(
    missing: str, left: float, top: float, degrees: float
) -> None:
    assert empty_cells(lines(US, degrees)) == []
    ((cell, printed),) = empty_cells(lines(instead(missing, None), degrees))
    assert printed == pytest.approx(20)
    turn = math.radians(-degrees)
    straight = [(x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)) for x, y in cell]
    (low, high), (far, deep) = straight[0], straight[2]
    assert low < left < far
    assert high < top < deep
    # The cell of the next label is another one.
    assert far <= 1000
    assert deep <= 270


def test_where_there_is_no_slate_no_cell_is_empty() -> None:
    assert empty_cells(lines([("SCENE 12, TAKE 3, ROLL A001", 300, 600, 40)])) == []


def test_a_value_beside_its_label_goes_before_one_below_it() -> None:
    # The label of the lower one was not recognised.
    assert told(instead("FPS", "FRS"))["CAMERA"] == "B"


def test_a_blurred_slate_is_known_by_one_of_scene_take_and_roll_that_was_read_well() -> None:
    misread = {"SCENE": "SGENE", "TAKE": "TALKE"}
    blurred: list[Written] = [(misread.get(text, text), left, top, height) for text, left, top, height in US]
    assert told(blurred) == told(US)
    misread["ROLL"] = "RQLL"
    assert told([(misread.get(text, text), left, top, height) for text, left, top, height in US]) == {}


def test_a_value_far_from_its_label_in_a_wide_cell_is_still_on_the_board() -> None:
    insert: list[Written] = [
        ("SCENE", 10, 0, 30), ("12A", 320, -20, 50), ("TAKE", 10, 60, 30), ("4", 320, 55, 50),
        ("ROLL", 10, 120, 30), ("B012", 320, 115, 50),
    ]  # fmt: skip
    assert told(insert) == {"SCENE": "12A", "TAKE": "4", "ROLL": "B012"}


def test_a_report_with_many_scenes_says_none() -> None:
    report: list[Written] = [(head, 220 * n, 0, 30) for n, head in enumerate(("SCENE", "TAKE", "ROLL", "LENS"))]
    for row in range(1, 5):
        report += [(text, 220 * n, 50 * row, 30) for n, text in enumerate((f"{row}2A", str(row), f"A00{row}", "35"))]
    assert told(report) == {}


@pytest.mark.parametrize(
    "written",
    [
        [("SCENE 12, TAKE 3, ROLL A001", 300, 600, 40)],
        [("SC 12A  TK 3  ROLL A001  CAM A", 20, 10, 30)],
        [("Take the camera off the scene.", 300, 600, 40), ("Roll it.", 300, 650, 40)],
        [("ROLL FILM", 0, 0, 60), ("CAMERA REPAIR", 0, 70, 60), ("TAKE AWAY 12", 0, 140, 60)],
        [("CAM A", 0, 0, 30), ("ISO 800", 200, 0, 30), ("FPS 24", 0, 50, 30), ("CARD 1", 200, 50, 30)],
        [("DIRECTOR A. LINDQVIST", 0, 0, 40), ("CAMERA B", 0, 60, 40), ("PROD. SALT", 0, 120, 40)],
        [("10:11:12:13", 400, 640, 40), ("A001C003_261003", 20, 20, 30)],
        [],
    ],
)
def test_other_text_is_no_slate(written: list[Written]) -> None:
    assert read_board(lines(written)) is None


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        (Label.SCENE, "12", "12"), (Label.SCENE, "12A", "12A"), (Label.SCENE, "12a", "12A"),
        (Label.SCENE, "12A-1", "12A-1"), (Label.SCENE, "12A一1", "12A-1"), (Label.SCENE, "112B pt2", "112B PT2"),
        (Label.SCENE, "112BPT.2", "112B PT2"), (Label.SCENE, "A12", "A12"),
        (Label.SCENE, "I2A", "12A"), (Label.SCENE, "Iv", "1V"), (Label.SCENE, "IN-", None),
        (Label.SCENE, "NIGHT", None),
        (Label.SCENE, "MOS", None), (Label.SCENE, "3/12/26", None), (Label.SCENE, "12345", None),
        (Label.TAKE, "3", "3"), (Label.TAKE, "03", "3"), (Label.TAKE, "1O", "10"), (Label.TAKE, "l2", "12"),
        (Label.TAKE, "I", "1"), (Label.TAKE, "0", None), (Label.TAKE, "1234", None),
        (Label.ROLL, "A001", "A001"), (Label.ROLL, "AOO1", "A001"),
        (Label.ROLL, "AOII", "A011"), (Label.ROLL, "D9", "D9"), (Label.ROLL, "A-001", "A001"),
        (Label.ROLL, "12", "12"), (Label.ROLL, "8001", None), (Label.ROLL, "SALT", None),
        (Label.CAMERA, "A", "A"), (Label.CAMERA, "A CAM", "A"), (Label.CAMERA, "M. OKAFOR", None),
    ],
)  # fmt: skip
def test_a_field_has_a_grammar(label: Label, text: str, expected: str | None) -> None:
    assert value(label, text) == expected


def test_letters_that_look_alike_are_told_apart_by_what_the_field_may_hold() -> None:
    one_or_i = [{"A": 0.99}, {"O": 0.7, "0": 0.25}, {"I": 0.6, "1": 0.3}, {"2": 0.99}]
    assert getattr(read_value(Label.ROLL, one_or_i), "text", None) == "A012"
    # O is no letter of a scene; here C is the likelier misreading, and both are possible: unsure.
    blurred = read_value(Label.SCENE, [{"9": 0.99}, {"8": 0.99}, {"O": 0.8, "C": 0.06, "0": 0.05}])
    assert blurred
    assert blurred.confidence < 0.8


@pytest.mark.parametrize(
    ("text", "likelier", "letter", "expected"),
    [("260", "0", "Q", None), ("260-3", "0", "Q", None), ("575", "5", "S", None), ("2601", "0", "Q", "2601")],
)
def test_a_scene_whose_last_digit_may_be_a_letter_is_not_told(
    text: str, likelier: str, letter: str, expected: str | None
) -> None:
    at = text.rindex(likelier)
    letters = [{each: 0.9} | ({letter: 0.05} if index == at else {}) for index, each in enumerate(text)]
    assert getattr(read_value(Label.SCENE, letters), "text", None) == expected


def test_frames_vote_and_what_they_do_not_agree_on_is_left_out() -> None:
    def board(**fields: str) -> Board:
        return {Label(name): Value(text, 0.95, ((0.0, 0.0),)) for name, text in fields.items()}

    agreed = vote([(1, board(SCENE="12A", TAKE="3")), (2, board(SCENE="12A", TAKE="8")), (3, board(SCENE="12A"))])
    assert agreed[Label.SCENE][1].text == "12A"
    assert Label.TAKE not in agreed


def test_a_label_with_one_misread_letter_is_recognised_only_as_a_whole() -> None:
    assert resembles("SCFNE") is Label.SCENE
    assert resembles("5CENE") is Label.SCENE
    assert resembles("TATKE") is Label.TAKE
    assert resembles("CENE") is Label.SCENE
    assert resembles("SC") is None
    assert resembles("SALT") is None


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=14)
slate_words = st.sampled_from(
    ["SCENE", "TAKE", "ROLL", "CAM", "12A", "3", "A001", "B", "MOS", "SCENE12A", "DATE", "|", "一"]
)
places = st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000), st.floats(0, 200))
writings = st.lists(st.tuples(words | slate_words, places).map(lambda each: (each[0], *each[1])), max_size=16)


@settings(max_examples=150)
@given(writings, st.floats(-180, 180))
def test_no_text_makes_the_parser_fail_and_it_invents_none(written: list[Written], degrees: float) -> None:
    board = read_board(lines(written, degrees)) or {}
    letters = "".join(text for text, *_ in written).upper()
    for value in board.values():
        # Nothing but O for 0, and I, l and | for 1, is ever said that was not read.
        plain = value.text.replace(" ", "")
        assert all(letter in letters or (letter == "0" and "O" in letters) or letter in "1-" for letter in plain)


@given(words)
def test_the_parts_of_a_line_are_the_whole_line_in_order(text: str) -> None:
    parts = split(text)
    assert all(0 <= start <= end <= len(text) for _, start, end in parts)
    assert [start for _, start, _ in parts] == sorted(start for _, start, _ in parts)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(range(len(US))), max_size=12), st.floats(-180, 180))
def test_whatever_is_hidden_a_field_is_right_or_left_out(hidden: list[int], degrees: float) -> None:
    left = [each for index, each in enumerate(US) if index not in hidden]
    assert told(left, degrees).items() <= told(US).items()
