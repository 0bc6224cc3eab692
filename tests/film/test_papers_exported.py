"""What was said of a day goes into a CSV and an ALE and comes back the same, whatever people wrote."""

import csv
import io
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circletake.contracts.takes import Flag, Said, Source
from circletake.film.looks.ale import read_ale
from circletake.film.papers.exported import HEADINGS, write_ale, write_csv
from circletake.film.papers.reading import read_paper

HOSTILE = [
    "=1+1", "'=1+1", "-", "?", "+A", "@SUM(A1)", "a;=b", "a;'=b", "'", '"', 'a"b', 'a","b', "a, b", "⟨U+0041⟩",
    "⟨U+27E8⟩U+", "\u202eA", "\ufeff", "a\u2028b", "a\x85b", "12A/3", "127 T3", "3*", "③", "n/a", "yes", "no", "Scene",
    '="12"', "A001C001-A001C005", "12-Mar", "é", "😀", "a b", "a\u00a0b", "⟨U+FFFFFFFF⟩", "⟨", "x\ufffe",
    "a / b", "/", "/ a", "a /", "/ / /",
]  # fmt: skip
_letters = st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(32), 127])))
lines = st.one_of(
    st.sampled_from(HOSTILE), st.text(_letters, min_size=1, max_size=12).filter(lambda text: bool(text.strip()))
)
remarks = st.one_of(lines, st.lists(lines, min_size=2, max_size=4).map("\n".join), st.just("a\tb"))
rates = st.one_of(
    st.sampled_from([Fraction(24000, 1001), Fraction(25), Fraction(120), Fraction(59940, 1000)]),
    st.fractions(min_value=Fraction(1, 1000), max_value=5000, max_denominator=10**6),
)
_fields = {
    "clips": st.lists(lines, max_size=3).map(tuple),
    "sounds": st.lists(lines, max_size=3).map(tuple),
    "flags": st.dictionaries(st.sampled_from(Flag), st.booleans(), max_size=4),
    "sensor_fps": rates,
    "note": remarks,
}
said = (
    st.fixed_dictionaries({}, optional={name: _fields.get(name, lines) for name in Said.model_fields if name != "line"})
    .map(lambda values: Said(**values))
    .filter(lambda row: row != Said())
)


def without_lines(rows: list[Said]) -> list[Said]:
    """Rows → without the lines that they stand on; what is said twice in a row of one clip is said once."""
    plain = [row.model_copy(update={"line": 0}) for row in rows]
    return [
        row
        for number, row in enumerate(plain)
        if not (number and row == plain[number - 1] and (row.clips or row.sounds))
    ]


@settings(max_examples=100)
@given(st.lists(said, min_size=1, max_size=4))
def test_a_day_reads_back_from_our_csv_to_the_same_rows(rows: list[Said]) -> None:
    text = write_csv(rows)
    read = read_paper(text.encode(), "day.csv", Source.SCRIPT)
    assert without_lines(list(read.said)) == without_lines(rows)
    assert (read.problems, read.unknown) == ((), ())
    again = write_csv(read.said)
    assert without_lines(list(read_paper(again.encode(), "day.csv", Source.CAMERA).said)) == without_lines(rows)
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in csv.reader(io.StringIO(again)) for cell in row)


@settings(max_examples=100)
@given(st.lists(said, min_size=1, max_size=4))
def test_a_day_reads_back_from_our_ale_to_the_same_rows(rows: list[Said]) -> None:
    text = write_ale(rows, Fraction(24000, 1001))
    read = read_paper(text.encode(), "day.ale", Source.SCRIPT)
    assert without_lines(list(read.said)) == without_lines(rows)
    assert (read.problems, read.unknown) == ((), ())
    assert write_ale(read.said, Fraction(24000, 1001)) == write_ale(without_lines(rows), Fraction(24000, 1001))


def test_a_note_of_several_lines_stands_on_one_line_of_an_ale_and_a_slash_in_it_is_no_line() -> None:
    row = Said(line=0, clips=("A001C001",), note="wütend\nJürgen mag es, 1/2 / 3")
    text = write_ale([row], Fraction(25))
    assert "wütend / Jürgen mag es, 1/2 ⟨U+002F⟩ 3" in text
    assert without_lines(list(read_paper(text.encode(), "day.ale", Source.SCRIPT).said)) == [row]


DAY = [
    Said(scene="12", setup="12A", take="1", camera="A", roll="A001", clips=("A001C001",), flags={Flag.CIRCLED: False}),
    Said(scene="12", setup="12A", take="2", clips=("A001C002", "B001C001"), flags={Flag.CIRCLED: True}, note="A.\nB."),
    Said(slate="127", take="1", sounds=("127-T01.WAV",), flags={Flag.MOS: False}, sensor_fps=Fraction(24000, 1001)),
]  # fmt: skip


def test_what_we_export_says_the_same_whoever_brings_it_in_and_in_whatever_order_a_spreadsheet_left_it() -> None:
    table = list(csv.reader(io.StringIO(write_csv(DAY).removeprefix("\ufeff"))))
    turned = io.StringIO()
    csv.writer(turned, delimiter=";").writerows([*row[::-1], "seen"] for row in table)
    for source in Source:
        read = read_paper(turned.getvalue().encode("utf-16"), "day.csv", source, {"Take": "scene"})
        assert without_lines(list(read.said)) == DAY
    assert read.columns == {heading: str(field) for field, heading in HEADINGS.items()}


def test_editing_programs_find_each_clip_of_a_take_in_our_ale_with_what_its_slate_says() -> None:
    rows = read_ale(write_ale(DAY, Fraction(25)).encode())
    told = [(row.name, row.slate.setup, row.slate.take) for row in rows if row.slate]
    assert told == [
        ("A001C001", "12A", "1"),
        ("A001C002", "12A", "2"),
        ("B001C001", "12A", "2"),
        ("127-T01.WAV", "127", "1"),
    ]


@pytest.mark.parametrize(
    ("field", "cell"), [("sensor_fps", "fast"), (Flag.CIRCLED, "maybe"), ("take", "⟨U+0007⟩"), ("clips", "a, ")]
)
def test_a_cell_of_our_export_that_somebody_spoilt_costs_that_cell(field: str, cell: str) -> None:
    table = list(csv.reader(io.StringIO(write_csv(DAY[:1]).removeprefix("\ufeff"))))
    table[1][list(HEADINGS).index(field)] = cell
    spoilt = io.StringIO()
    csv.writer(spoilt).writerows(table)
    read = read_paper(spoilt.getvalue().encode(), "day.csv", Source.SCRIPT)
    assert [problem.line for problem in read.problems] == [2]
    assert read.said[0].scene == "12"
