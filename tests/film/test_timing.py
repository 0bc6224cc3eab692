"""Timecode is checked against counting: the labels of a whole day, one after the other, as a clock would."""

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.film.timing import Timecode, dropped_labels, frames_in_a_day, nominal

NTSC = {base: Fraction(base * 1000, 1001) for base in (24, 30, 48, 60, 120)}
MODES = [
    *((rate, False) for rate in NTSC.values()),
    *((Fraction(rate), False) for rate in (24, 25, 30, 48, 50, 60, 100, 120)),
    (NTSC[30], True),
    (NTSC[60], True),
]
modes = st.sampled_from(MODES)


def labels(rate: Fraction, drop: bool) -> Iterator[str]:
    """Every label of a day in order, by the words of the standard and no arithmetic."""
    base, separator = nominal(rate), ";" if drop else ":"
    digits = 3 if base > 100 else 2
    for minute in range(24 * 60):
        for second in range(60):
            left_out = dropped_labels(rate) if drop and second == 0 and minute % 10 else 0
            for frame in range(left_out, base):
                yield f"{minute // 60:02}:{minute % 60:02}:{second:02}{separator}{frame:0{digits}}"


@pytest.mark.parametrize("rate", [NTSC[30], NTSC[60]])
def test_drop_frame_is_what_a_clock_counts(rate: Fraction) -> None:
    for count, label in zip(range(40_000), labels(rate, True), strict=False):
        assert str(Timecode(count, rate, True)) == label
        assert Timecode.parse(label, rate).frames == count


@given(modes, st.integers(0, 10**8))
def test_a_label_reads_back_as_the_frame_it_was_written_for(mode: tuple[Fraction, bool], frames: int) -> None:
    timecode = Timecode(frames, *mode)
    assert Timecode.parse(str(timecode), mode[0]) == timecode


@given(modes, st.integers(-(10**7), 10**7))
def test_a_day_later_it_is_the_same_timecode(mode: tuple[Fraction, bool], frames: int) -> None:
    timecode = Timecode(frames, *mode)
    assert timecode + frames_in_a_day(*mode) == timecode
    assert 0 <= timecode.frames < frames_in_a_day(*mode)


@given(modes)
def test_one_frame_before_midnight_comes_midnight(mode: tuple[Fraction, bool]) -> None:
    last = Timecode(-1, *mode)
    assert str(last).startswith("23:59:59")
    assert (last + 1).frames == 0


@given(modes, st.integers(0, 10**7), st.integers(-(10**5), 10**5))
def test_adding_and_taking_away_the_same_frames_changes_nothing(
    mode: tuple[Fraction, bool], frames: int, step: int
) -> None:
    timecode = Timecode(frames, *mode)
    assert timecode + step + -step == timecode


@pytest.mark.parametrize(
    ("label", "rate"),
    [
        ("00:01:00;00", NTSC[30]),
        ("00:01:00;01", NTSC[30]),
        ("23:59:00;01", NTSC[30]),
        ("00:01:00;03", NTSC[60]),
    ],
)
def test_a_label_that_drop_frame_leaves_out_is_refused(label: str, rate: Fraction) -> None:
    with pytest.raises(ValueError, match="leaves out"):
        Timecode.parse(label, rate)


def test_the_tenth_minute_leaves_nothing_out() -> None:
    assert Timecode.parse("00:10:00;00", NTSC[30]).frames == 17_982
    assert Timecode.parse("01:00:00;00", NTSC[60]).frames == 215_784


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), NTSC[24], Fraction(30), NTSC[120] / 5])
def test_drop_frame_is_refused_where_it_does_not_exist(rate: Fraction) -> None:
    with pytest.raises(ValueError, match="drop-frame"):
        Timecode.parse("01:00:00;00", rate)


@pytest.mark.parametrize(
    "label",
    [
        "", "01:00:00", "1:00:00:00", "24:00:00:00", "00:60:00:00", "00:00:60:00", "00:00:00:24",
        "00:00:00:024", "00:00:00.00", "-0:00:00:00", "٠١:00:00:00", "01:00:00:00\n",
    ],
)  # fmt: skip
def test_what_is_no_label_at_24_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=r"not a timecode|does not exist"):
        Timecode.parse(label, Fraction(24))


def test_rates_above_a_hundred_have_three_frame_digits() -> None:
    assert str(Timecode(119, NTSC[120])) == "00:00:00:119"
    assert Timecode.parse("10:00:00:007", NTSC[120]).frames == 36_000 * 120 + 7


def test_an_hour_of_timecode_at_23_976_lasts_longer_than_an_hour_of_the_clock() -> None:
    assert Timecode.parse("01:00:00:00", NTSC[24]).seconds == Fraction(36036, 10)


def test_a_rate_of_nothing_has_no_timecode() -> None:
    with pytest.raises(ValueError, match="no timecode"):
        Timecode(0, Fraction(0))
