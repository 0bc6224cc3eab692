"""What people write into one cell: slates, takes, lists of clips, yes and no, rates."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.takes import Flag
from circletake.film.papers.cells import (
    camera_of,
    is_timecode,
    read_camera,
    read_flag,
    read_flags,
    read_names,
    read_rate,
    write_rate,
)
from circletake.film.papers.slating import is_mangled, is_wild, read_slate, read_take, scene_of

CIRCLED, PICKUP, MOS, SERIES = Flag.CIRCLED, Flag.PICKUP, Flag.MOS, Flag.SERIES


@pytest.mark.parametrize(
    ("text", "head", "scene", "take", "flags"),
    [
        ("12A/3", "12A", "12", "3", set()),
        ("12A-3", "12A", "12", "3", set()),
        ("12A_T03", "12A", "12", "3", set()),
        ("12AT3", "12A", "12", "3", set()),
        ("A12C", "A12C", "A12", None, set()),
        ("Scene 12A, Take 4", "12A", "12", "4", set()),
        ("127", "127", "127", None, set()),
        ("127 T3", "127", "127", "3", set()),
        ("127T3", "127", "127", "3", set()),
        ("SL 127/3", "127", "127", "3", set()),
        ("12A PU 3", "12A", "12", "3", {PICKUP}),
        ("12A-PU-3", "12A", "12", "3", {PICKUP}),
        ("12APU3", "12A", "12", "3", {PICKUP}),
        ("12A 3PU", "12A", "12", "3", {PICKUP}),
        ("12A P/U 3", "12A", "12", "3", {PICKUP}),
        ("PU12A/2", "12A", "12", "2", {PICKUP}),
        ("12A MOS 3*", "12A", "12", "3", {MOS, CIRCLED}),
        ("127 T3 tail slate", "127", "127", "3", {Flag.TAIL_SLATE}),
        ("12B SER 1", "12B", "12", "1", {SERIES}),
    ],
)
def test_a_slate_in_one_word_says_setup_or_number_take_and_flags(
    text: str, head: str, scene: str, take: str | None, flags: set[Flag]
) -> None:
    slated = read_slate(text)
    assert slated is not None
    assert (slated.head, slated.scene, slated.take, set(slated.flags)) == (head, scene, take, flags)
    assert slated.lettered is (head != scene)


@pytest.mark.parametrize("text", ["Chase", "12A-Chase", "12A/3/4", "A001C003", "12 A", "", "12.1", "3 Kings"])
def test_what_is_slated_in_a_way_of_its_own_is_not_taken_apart(text: str) -> None:
    assert read_slate(text) is None


def test_of_scene_shot_and_take_in_numbers_each_is_known() -> None:
    slated = read_slate("12/3/1")
    assert slated is not None
    assert (slated.scene, slated.shot, slated.take) == ("12", "3", "1")


@pytest.mark.parametrize(
    ("text", "take", "flags"),
    [
        ("3", "3", set()),
        ("003", "3", set()),
        ("0", "0", set()),
        ("T03", "3", set()),
        ("Take 3", "3", set()),
        ("3.0", "3", set()),
        ("3*", "3", {CIRCLED}),
        ("③", "3", {CIRCLED}),
        ("⒀", "13", {CIRCLED}),
        ("㉑", "21", {CIRCLED}),
        ("(3)", "3", {CIRCLED}),
        ("②PU", "2", {CIRCLED, PICKUP}),
        ("3 Kopierer", "3", {CIRCLED}),
        ("3 cerclée", "3", {CIRCLED}),
        ("3 ENTOURÉE", "3", {CIRCLED}),
        ("3 PU", "3", {PICKUP}),
        ("PU 3", "3", {PICKUP}),
        ("3 MOS TS", "3", {MOS, Flag.TAIL_SLATE}),
        ("FS", None, {Flag.FALSE_START}),
        ("WT1", "WT1", {Flag.WILD_TRACK}),
        ("3A", "3A", set()),
        ("3-5", "3-5", set()),
        ("3 (good)", "3 (good)", set()),
        ("²", "²", set()),
        ("*", "*", set()),
    ],
)
def test_a_take_says_its_number_and_what_stands_beside_it(text: str, take: str | None, flags: set[Flag]) -> None:
    number, beside = read_take(text)
    assert (number, set(beside)) == (take, flags)


@given(st.text(max_size=40))
def test_any_text_can_stand_for_a_slate_or_a_take(text: str) -> None:
    slated = read_slate(text)
    assert slated is None or slated.head in text
    take, _ = read_take(text)
    assert take is None or len(take) <= 4 * len(text)
    assert scene_of(text) in text
    assert is_wild(text) in (True, False)


@pytest.mark.parametrize("text", ["12-Mar", "Dec-03", "1.2E+04", "3. Jan"])
def test_dates_and_numbers_that_a_spreadsheet_made_of_slates_are_known(text: str) -> None:
    assert is_mangled(text)
    assert not is_mangled("12E3")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A001C003", "A001C003"),
        ("A001C003, B001C003", "A001C003 B001C003"),
        ("A001C003 B001C003", "A001C003 B001C003"),
        ("A001C003/B001C003", "A001C003 B001C003"),
        ("A001C003 & B001C003", "A001C003 B001C003"),
        ("A001C003-A001C005", "A001C003 A001C004 A001C005"),
        ("A001C003 to 5, B001C001", "A001C003 A001C004 A001C005 B001C001"),
        ("C003–C005", "C003 C004 C005"),
        ("A001_C003-A001_C004", "A001_C003 A001_C004"),
        ("A001C003_100610_R1JL-A001C005_100610_R1JL.mov", "A001C003_100610_R1JL A001C004 A001C005_100610_R1JL.mov"),
        ("A001-C003", "A001-C003"),
        ("/cards/a/A001_C066_0303LZ_001.R3D", "A001_C066_0303LZ_001.R3D"),
        ("Z:\\day 1\\A001C003.mov", "A001C003.mov"),
        ("A001C003; A001C003;", "A001C003"),
    ],
)
def test_a_list_of_clips_names_each_of_them_once(text: str, names: str) -> None:
    assert read_names(text) == tuple(names.split())


def test_a_name_with_blanks_is_one_name() -> None:
    assert read_names("12A T3.wav") == ("12A T3.wav",)


@pytest.mark.parametrize("text", ["A001C003-A002C005", "A001C005-A001C003", "C001-C900", "A001C003-B001C005"])
def test_what_is_no_range_of_one_roll_is_not_filled_in(text: str) -> None:
    with pytest.raises(ValueError, match="range"):
        read_names(text)


def test_a_camera_s_letter_is_read_from_what_is_said_and_from_the_names_of_its_clips() -> None:
    assert [read_camera(text) for text in ("A", "a cam", "CAM B", "Camera C", "ALEXA")] == ["A", "A", "B", "C", "ALEXA"]
    assert camera_of(("A001C003", "A001C004_100610_R1JL", "A_0001C001")) == "A"
    assert camera_of(("A001C003", "B001C003")) is None
    assert camera_of(("GX010042",)) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [(text, True) for text in ("x", "X", "✓", "yes", "Y", "1", "*", "circled", "@", "TRUE", "Print")]
    + [(text, True) for text in ("K", "Kopierer", "Cerclée", "CERCLÉ", "cercle", "Entourée", "Buena", "Buona")]
    + [(text, False) for text in ("", "no", "0", "NG", "NK", "false")]
    + [(text, None) for text in ("?", "--", "n.a.")],
)
def test_a_mark_is_yes_no_or_not_said(text: str, said: bool | None) -> None:
    assert read_flag(CIRCLED, text) is said


def test_a_flag_s_own_name_is_yes_and_any_other_word_is_neither() -> None:
    assert read_flag(PICKUP, "P/U") is True
    with pytest.raises(ValueError, match="neither"):
        read_flag(PICKUP, "MOS")
    with pytest.raises(ValueError, match="neither"):
        read_flag(MOS, "Kopierer")
    assert set(read_flags("P/U, MOS/TS")) == {PICKUP, MOS, Flag.TAIL_SLATE}
    with pytest.raises(ValueError, match="no mark"):
        read_flags("PU, nice")


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("23.97", Fraction(24000, 1001)),
        ("29.970", Fraction(30000, 1001)),
        ("59.94p", Fraction(60000, 1001)),
        ("24.000", Fraction(24)),
        ("48 fps", Fraction(48)),
        ("24000/1001", Fraction(24000, 1001)),
    ],
)
def test_a_rate_is_exact(text: str, rate: Fraction) -> None:
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["24.1", "23.9", "0", "0/1", "fast", "-24", "24,5", ""])
def test_no_rate_is_made_up(text: str) -> None:
    with pytest.raises(ValueError, match="no rate"):
        read_rate(text)


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=10**6, max_denominator=10**6))
def test_a_rate_reads_back_as_it_was_written(rate: Fraction) -> None:
    assert read_rate(write_rate(rate)) == rate


def test_a_timecode_has_its_shape() -> None:
    assert all(map(is_timecode, ("01:00:00:00", "23:59:59;29", "9:05:10:02", "01:00:00", "01:00:00:119")))
    assert is_timecode("19:61:00:00")
    assert not any(map(is_timecode, ("10:02", "", "01:00:00:0", "1h", "01-00-00-00")))
