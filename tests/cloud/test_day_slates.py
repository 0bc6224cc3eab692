"""What a day's papers say of a clip reaches looks and the search only where somebody named that clip."""

from fractions import Fraction

from circletake.cloud.day_recordings import Recordings
from circletake.cloud.day_slates import slates_of, words_of
from circletake.cloud.days import ClipOfDay, DayRead
from circletake.contracts.keys import ClipRef, DayRef, RollRef
from circletake.contracts.looks import Slate
from circletake.contracts.takes import DayFacts, Flag, Said, Source
from circletake.film.takes.day import DayClip, Word
from circletake.film.takes.fold import fold

DAY = DayRef(production="bikes", unit="main", day="D001")


def ref(number: int) -> ClipRef:
    return ClipRef(roll=RollRef(**DAY.model_dump(), roll="A001"), clip_id=f"{number:020}", version="1" * 20)


def clip(number: int, slate: Said | None = None) -> DayClip:
    title = f"A001C{number:03}"
    return DayClip(title, title, "A001", Fraction(24), 240, "A", number * 1000, slate=slate, sure=0.9 if slate else 0.0)


def read(*clips: DayClip, said: tuple[Said, ...]) -> DayRead:
    words = [Word(Source.SCRIPT, "script.csv", each) for each in said]
    known = {each.id: ClipOfDay(ref(int(each.id[-3:])), {}, each, False, lambda: None) for each in clips}
    return DayRead(DAY, DayFacts(), (), (), fold(words, clips, ()), known, {}, Recordings((), {}, ()))


def test_a_paper_that_names_a_clip_tells_its_slate_and_what_it_is_found_by() -> None:
    row = Said(
        line=2, setup="12A", take="3", clips=("A001C001",), flags={Flag.CIRCLED: True}, lens="50mm", note="boom\ndips"
    )
    day = read(clip(1), said=(row,))
    assert slates_of(day) == {"A001": {"A001C001": Slate(scene="12", setup="12A", take="3")}}
    assert words_of(day) == {ref(1): ("circled", "50mm", "boom / dips")}


def test_a_slate_that_only_a_model_read_tells_nobody_anything() -> None:
    seen = Said(scene="12", setup="12A", take="3")
    day = read(clip(1, slate=seen), said=(Said(line=2, setup="12A", take="3", note="good"),))
    assert [part.name for take in day.day.takes for part in take.clips] == ["A001C001"]
    assert (slates_of(day), words_of(day)) == ({}, {})


def test_a_clip_with_two_takes_is_told_what_both_have_in_common() -> None:
    series = (
        Said(line=2, setup="12A", take="3", clips=("A001C001",), flags={Flag.SERIES: True}),
        Said(line=3, setup="12A", take="4", clips=("A001C001",), flags={Flag.SERIES: True}),
    )
    assert slates_of(read(clip(1), said=series)) == {"A001": {"A001C001": Slate(scene="12", setup="12A")}}
