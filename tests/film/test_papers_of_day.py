"""A day handed out as CSV and ALE is read back to the same rows, and changes nothing where it is brought in again."""

import csv
import io
from collections.abc import Iterable
from fractions import Fraction

import pytest
from hypothesis import given

from circletake.contracts.takes import Flag, Said, Source
from circletake.film.papers.exported import HEADINGS
from circletake.film.papers.of_day import export_day, rows_of_day
from circletake.film.papers.reading import read_paper
from circletake.film.takes.day import Day, DayClip, DaySound, TakeKey, Word
from circletake.film.takes.fold import fold
from tests.film.test_papers_exported import without_lines
from tests.film.test_takes_properties import recorded, slowly
from tests.film.test_takes_properties import words as any_words
from tests.made_day import MadeUnit, make_day

UNITS = [
    pytest.param(unit, id=f"{seed}-{unit.unit}-{'british' if british else 'american'}")
    for seed in range(3)
    for british in (False, True)
    for unit in make_day(seed, british=british).units
]


def day_of(unit: MadeUnit, more: Iterable[Word] = ()) -> Day:
    return fold([*unit.words, *more], unit.clips, unit.sounds)


def brought_in(text: str, source: Source = Source.SCRIPT, name: str = "day.csv") -> tuple[Word, ...]:
    paper = read_paper(text.encode(), name, source)
    assert (paper.problems, paper.unknown, paper.is_export) == ((), (), True)
    return paper.words(source, name)


@pytest.mark.parametrize("unit", UNITS)
def test_a_made_day_is_read_back_to_the_same_rows_from_its_csv_and_from_its_ale(unit: MadeUnit) -> None:
    day = day_of(unit)
    rows = list(rows_of_day(day, unit.clips, unit.sounds))
    export = export_day(day, unit.clips, unit.sounds)
    assert without_lines([word.said for word in brought_in(export["csv"])]) == without_lines(rows)
    assert list(export["ale"]) == ["25" if unit.clips[0].rate == 25 else "23.976"]
    for text in export["ale"].values():
        named = [row for row in rows if row.clips or row.sounds]
        assert without_lines([word.said for word in brought_in(text)]) == without_lines(named)


@pytest.mark.parametrize("unit", UNITS)
def test_a_made_day_s_own_export_changes_nothing_in_it_whoever_brings_it_in(unit: MadeUnit) -> None:
    day = day_of(unit)
    export = export_day(day, unit.clips, unit.sounds)
    for source in (Source.SCRIPT, Source.SOUND, Source.CAMERA):
        assert day_of(unit, brought_in(export["csv"], source)) == day
        assert day_of(unit, brought_in(next(iter(export["ale"].values())), source, "day.ale")) == day


@slowly
@given(any_words, recorded())
def test_whatever_was_said_the_export_of_a_day_changes_nothing_in_it(
    said: list[Word], what: tuple[list[DayClip], list[DaySound]]
) -> None:
    day = fold(said, *what)
    export = export_day(day, *what)
    words = [word for text in (export["csv"], *export["ale"].values()) for word in brought_in(text)]
    assert {word.source for word in words} <= {Source.EXPORT}
    assert fold([*said, *words], *what) == day


@pytest.mark.parametrize("unit", UNITS[:2])
def test_every_clip_and_every_sound_stands_in_the_export(unit: MadeUnit) -> None:
    rows = rows_of_day(day_of(unit), unit.clips, unit.sounds)
    assert {name for row in rows for name in row.clips} == {clip.title for clip in unit.clips}
    assert {name for row in rows for name in row.sounds} == {sound.file.name for sound in unit.sounds}


@pytest.mark.parametrize("unit", make_day(3, plants=()).units)
def test_in_a_day_that_lacks_its_papers_the_export_is_what_is_known(unit: MadeUnit) -> None:
    day = day_of(unit)
    words = brought_in(export_day(day, unit.clips, unit.sounds)["csv"])
    again = fold(words, unit.clips, unit.sounds)
    assert [take.key for take in again.takes] == [take.key for take in day.takes]
    for one, other in zip(day.takes, again.takes, strict=True):
        assert {part.id for part in one.clips} == {part.id for part in other.clips}
        assert {flag for flag in Flag if one.is_a(flag)} == {flag for flag in Flag if other.is_a(flag)}


CLIP = DayClip("a", "A001C001_260930_R1JL", "A001", Fraction(25), 250, "A", 1000)
SAID = Word(
    Source.SCRIPT, "s.csv", Said(line=2, setup="12A", take="1", clips=("A001C001",), flags={Flag.CIRCLED: False})
)


def table_of(day: Day) -> list[list[str]]:
    return list(csv.reader(io.StringIO(export_day(day, [CLIP], [])["csv"].removeprefix("\ufeff"))))


def text_of(table: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(table)
    return text.getvalue()


def test_a_row_of_an_export_that_somebody_changed_is_the_word_of_who_brings_it() -> None:
    table = table_of(fold([SAID], [CLIP], []))
    table[1][list(HEADINGS).index(Flag.CIRCLED)] = "yes"
    (word,) = brought_in(text_of(table), Source.CAMERA)
    assert word.source is Source.CAMERA
    (take,) = fold([SAID, word], [CLIP], []).takes
    assert (take.flags[Flag.CIRCLED].value, [other.value for other in take.flags[Flag.CIRCLED].others]) == (
        False,
        [True],
    )


def test_an_older_export_takes_back_nothing_that_was_said_since() -> None:
    words = brought_in(text_of(table_of(fold([SAID], [CLIP], []))))
    later = Word(Source.PERSON, "Kim", Said(clips=(CLIP.title,), setup="14", take="2"), "2026-09-30T20:00:00Z")
    assert fold([SAID, later, *words], [CLIP], []) == fold([SAID, later], [CLIP], [])
    assert [take.key for take in fold([later, *words], [CLIP], []).takes] == [TakeKey("14", "2")]


def test_a_row_without_our_mark_or_with_another_row_s_is_no_echo() -> None:
    table = table_of(fold([SAID], [CLIP], []))
    for spoilt in ([row[:-1] for row in table], [table[0], [*table[1][:-1], "0" * 12]]):
        assert [word.source for word in brought_in(text_of(spoilt))] == [Source.SCRIPT]


def test_what_is_said_of_several_cameras_without_telling_which_stands_in_a_row_of_its_own() -> None:
    other = DayClip("b", "B001C001_260930_R2JL", "B001", Fraction(25), 250, "B", 1000)
    said = Word(Source.SCRIPT, "s.csv", Said(line=2, setup="12A", take="1", clips=("A001C001", "B001C001"), lens="50"))
    rows = rows_of_day(fold([said], [CLIP, other], []), [CLIP, other], [])
    assert [(row.clips, row.lens, row.starts, row.ends) for row in rows] == [
        ((CLIP.title,), None, "00:00:40:00", "00:00:50:00"),
        ((other.title,), None, "00:00:40:00", "00:00:50:00"),
        ((), "50", None, None),
    ]


def test_what_is_about_no_recording_stands_in_the_csv_and_in_no_ale() -> None:
    other = DayClip("b", "B001C001_260930_R2JL", "B001", Fraction(25), 250, "B", 1000)
    words = [
        Word(Source.SCRIPT, "s.csv", said)
        for said in (
            Said(line=2, setup="12A", take="1", clips=("A001C001", "B001C001"), lens="50"),
            Said(line=3, setup="12B", take="2", flags={Flag.CIRCLED: True}),
        )
    ]
    clips = [CLIP, other]
    export = export_day(fold(words, clips, []), clips, [])
    assert len(brought_in(export["csv"])) == 4
    data = export["ale"]["25"].partition("Data\r\n")[2]
    assert [line.split("\t")[0] for line in data.splitlines()] == [CLIP.title, other.title]
    assert export_day(fold(words[1:], [], []), [], [])["ale"] == {}


def test_notes_that_are_longer_than_a_remark_stand_in_more_rows() -> None:
    notes = [
        Word(Source.SCRIPT, f"{n}.csv", Said(line=2, setup="12A", take="1", note=letter * 3000))
        for n, letter in enumerate("ab")
    ]
    day = fold(notes, [CLIP], [])
    rows = rows_of_day(day, [CLIP], [])
    assert [row.note[0] for row in rows if row.note] == ["a", "b"]
    assert fold([*notes, *brought_in(export_day(day, [CLIP], [])["csv"])], [CLIP], []) == day


def test_an_ale_has_one_clock_and_the_longest_list_comes_first() -> None:
    clips = [
        DayClip(f"{n}", f"A001C{n:03}_260930_R1JL", "A001", rate, 10, "A", 100, drop)
        for n, (rate, drop) in enumerate(
            [(Fraction(30000, 1001), True), (Fraction(25), False), (Fraction(25), False)], 1
        )
    ]
    export = export_day(fold([], clips, []), clips, [])
    assert list(export["ale"]) == ["25", "29.97df"]
    assert "A001C001" in export["ale"]["29.97df"]
    assert export_day(fold([], [], []), [], [])["ale"] == {}


def test_raw_of_which_only_the_name_is_known_stands_in_the_longest_list_and_makes_none_of_its_own() -> None:
    raw = DayClip("raw", "A006_C001_061053", "A006", Fraction(1), 0, "A")
    assert list(export_day(fold([], [raw], []), [raw], [])["ale"]) == []
    export = export_day(fold([], [CLIP, raw], []), [CLIP, raw], [])
    assert list(export["ale"]) == ["25"]
    assert raw.title in export["ale"]["25"]


def test_what_is_said_of_false_starts_without_a_number_stands_beside_their_clips() -> None:
    other = DayClip("b", "A001C002_260930_R1JL", "A001", Fraction(25), 250, "A", 5000)
    said = Said(clips=(CLIP.title, other.title), flags={Flag.FALSE_START: True}, lens="50", note="Twice")
    words = [Word(Source.PERSON, "Kim", said, "2026-09-30T20:00:00Z")]
    day = fold(words, [CLIP, other], [])
    export = export_day(day, [CLIP, other], [])
    assert all(row.clips for row in rows_of_day(day, [CLIP, other], []))
    assert fold([*words, *brought_in(export["csv"])], [CLIP, other], []) == day
