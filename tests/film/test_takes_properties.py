"""Whatever is said, in whatever order: the same day comes out, nothing is lost, and a person's word holds."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circletake.contracts.takes import Flag, Said, SoundFile, Source
from circletake.film.takes.day import Day, DayClip, DaySound, TakeKey, Word
from circletake.film.takes.fold import fold
from circletake.film.timing import Timecode
from tests.effort import calls
from tests.made_day import make_day

RATE = Fraction(25)
SETUPS, TAKES = ["12", "12A", "12 a", "012A", "417"], ["1", "2", "02", "3PU", "WT1"]
CLIPS = [f"{roll}C{number:03}_260930_R1JL" for roll in ("A001", "B001", "A002") for number in (1, 2, 3)]
SOUNDS = ["12A-T01.WAV", "12A-T02.WAV", "T3.WAV"]
NAMES = [*CLIPS, "a001c001", "A001C002.mov", "C003", "A009C009", "C001"]
MANY = 40
#: Around midnight, and the same times again and again.
STARTS = st.one_of(st.none(), st.sampled_from([0, 500, 1000, 24 * 3600 * 25 - 300, 24 * 3600 * 25 - 700]))


def maybe(values: list[str]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(values))


said = st.builds(
    Said,
    line=st.integers(0, 9),
    scene=maybe(["12", "13"]), setup=maybe(SETUPS), slate=maybe(["417", "418"]), take=maybe(TAKES),
    camera=maybe(["A", "B Cam"]), roll=maybe(["A001", "A1", "2"]), sound_roll=maybe(["S1", "S2"]),
    clips=st.lists(st.sampled_from(NAMES), max_size=2).map(tuple),
    sounds=st.lists(st.sampled_from([*SOUNDS, "12a-t01", "T9"]), max_size=1).map(tuple),
    starts=maybe(["00:00:00:00", "00:00:20:00", "23:59:50:00", "25:00:00:00", "noon"]), ends=maybe(["00:00:30:00"]),
    flags=st.dictionaries(st.sampled_from(Flag), st.booleans(), max_size=2),
    lens=maybe(["50", "50mm", "35"]), note=maybe(["Good.", "No"]),
    sensor_fps=st.one_of(st.none(), st.just(Fraction(50))),
)  # fmt: skip
words = st.lists(
    st.builds(
        Word,
        source=st.sampled_from([source for source in Source if source not in (Source.SLATE, Source.EXPORT)]),
        paper=st.sampled_from(["one", "two"]),
        said=said,
    ),
    max_size=12,
)


@st.composite
def recorded(draw: st.DrawFn) -> tuple[list[DayClip], list[DaySound]]:
    clips = [
        DayClip(
            title, title, title[:4], RATE, draw(st.sampled_from([100, 400])), title[0], draw(STARTS),
            slate=draw(st.one_of(st.none(), said)), sure=0.75,
        )
        for title in draw(st.lists(st.sampled_from(CLIPS), unique=True))
    ]  # fmt: skip
    sounds = [
        DaySound(
            name,
            SoundFile(
                name=name, rate=48000, channels=1, frames=48000 * 20, timecode_rate=RATE, said=draw(said),
                start=None if (start := draw(STARTS)) is None else start * 1920,
            ),
        )
        for name in draw(st.lists(st.sampled_from(SOUNDS), unique=True))
    ]  # fmt: skip
    return clips, sounds


slowly = settings(max_examples=MANY, suppress_health_check=[HealthCheck.too_slow])


@slowly
@given(words, recorded(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_arrive_makes_no_difference(
    said: list[Word], what: tuple[list[DayClip], list[DaySound]], chance: Random
) -> None:
    clips, sounds = what
    before = fold(said, clips, sounds)
    for arrived in (said, clips, sounds):
        chance.shuffle(arrived)
    assert fold(said, clips, sounds) == before


@slowly
@given(words, recorded())
def test_saying_a_thing_twice_changes_nothing(said: list[Word], what: tuple[list[DayClip], list[DaySound]]) -> None:
    again = [Word(word.source, word.paper, word.said.model_copy(update={"line": word.said.line + 90})) for word in said]
    assert fold([*said, *said, *again], *what) == fold(said, *what)


@slowly
@given(words, recorded())
def test_every_clip_and_every_sound_is_in_a_take_or_on_a_worklist(
    said: list[Word], what: tuple[list[DayClip], list[DaySound]]
) -> None:
    day = fold(said, *what)
    assert {clip.id for clip in what[0]} | {sound.id for sound in what[1]} <= accounted(day)


def accounted(day: Day) -> set[str]:
    taken = {part.id for take in day.takes for part in (*take.clips, *take.sounds)}
    return taken | {of for entry in day.worklist for of in (entry.clip, entry.sound) if of}


@slowly
@given(words, recorded())
def test_every_row_is_about_a_take_or_a_recording_or_told_to_be_loose(
    said: list[Word], what: tuple[list[DayClip], list[DaySound]]
) -> None:
    day = fold(said, *what)
    cited = {(cite.source, cite.paper, cite.line) for take in day.takes for cite in take.by}
    cited |= {(cite.source, cite.paper, cite.line) for cite in day.loose}
    cited |= {(cite.source, cite.paper, cite.line) for entry in day.worklist for cite in entry.where}
    for word in said:
        if word.said.take and (word.said.setup or word.said.slate):
            first = min(each.said.line for each in said if same(each, word))
            assert (word.source, word.paper, first) in cited


def same(one: Word, other: Word) -> bool:
    blank = {"line": 0}
    return (one.source, one.paper) == (other.source, other.paper) and (
        one.said.model_copy(update=blank) == other.said.model_copy(update=blank)
    )


@slowly
@given(words, recorded(), st.sampled_from(CLIPS), st.sampled_from(["12A", "99"]), st.integers(1, 9), st.booleans())
def test_a_persons_word_holds_whatever_else_is_said(
    said: list[Word], what: tuple[list[DayClip], list[DaySound]], title: str, setup: str, take: int, circled: bool
) -> None:
    word = Said(setup=setup, take=str(take), clips=(title,), flags={Flag.CIRCLED: circled}, lens="27", scene="77")
    clips = [clip for clip in what[0] if clip.id != title]
    clips.append(DayClip(title, title, title[:4], RATE, 200, title[0], 500))
    day = fold([*said, Word(Source.PERSON, "Kim", word, "2026-09-30T20:00:00Z")], clips, what[1])
    held = {each.key: each for each in day.takes}[TakeKey(setup.lower(), str(take))]
    (part,) = [part for part in held.clips if part.id == title]
    assert held.is_a(Flag.CIRCLED) is circled
    assert (part.facts["lens"].value, held.scene and held.scene.value) == ("27", "77")


@pytest.mark.parametrize(("seed", "british"), [(11, False), (12, True)])
def test_a_made_day_is_the_same_in_any_order(seed: int, british: bool) -> None:
    chance = Random(seed)
    for unit in make_day(seed, british=british).units:
        words, clips, sounds = list(unit.words), list(unit.clips), list(unit.sounds)
        chance.shuffle(words)
        chance.shuffle(clips)
        chance.shuffle(sounds)
        assert fold(words, clips, sounds) == fold(unit.words, unit.clips, unit.sounds)


def many(rows: int, clips: int) -> tuple[list[Word], list[DayClip]]:
    made = [
        DayClip(f"c{n}", f"A{n // 40:03}C{n % 40:03}_260930_R1JL", f"A{n // 40:03}", RATE, 700, "A", n * 1000)
        for n in range(clips)
    ]
    told = []
    for row in range(rows):
        n = row % clips
        said = Said(line=row, setup=str(n // 50), take=str(n % 50 + 1), note=f"Note {row}", lens="50mm", camera="A")
        where = {"clips": (made[n].title[:8],)} if row % 2 else {"starts": str(Timecode(n * 1000, RATE))}
        told.append(Word(Source.SCRIPT, "script.csv", said.model_copy(update=where)))
    return told, made


def test_very_many_rows_take_as_long_as_they_are_many() -> None:
    few, more = (many(rows, 250) for rows in (2_000, 8_000))
    assert len(fold(*more, []).takes) == 250
    # A fold that compared the rows with one another would take sixteen times as many.
    assert calls(lambda: fold(*more, [])) < 5 * calls(lambda: fold(*few, []))
