"""What a person says, and takes back: the take that nobody else mentions, and what others say all the same."""

from fractions import Fraction

import pytest

from circletake.contracts.takes import Flag, Said, SoundFile, Source
from circletake.film.takes.changes import compare
from circletake.film.takes.day import DayClip, DaySound, Word
from circletake.film.takes.fold import fold
from circletake.film.takes.mentions import unmentioned
from circletake.film.takes.still import Stays, StillSaid, still_said
from tests.made_day import make_day

KIM = "kim@example.com"
SCRIPT = [
    Word(Source.SCRIPT, "script.csv", Said(line=line, setup="12A", take=take, flags={Flag.CIRCLED: take == "2"}))
    for line, take in enumerate(("1", "2", "drei"), 2)
]
SOUND = DaySound("s", SoundFile(name="T03.WAV", rate=48000, channels=1, frames=48000, said=Said(setup="12A", take="3")))


def nobody(said: Said, words: list[Word] = SCRIPT) -> str | None:
    found = unmentioned(said, fold(words, [], [SOUND]), words, [], [SOUND])
    return found.sentence if found else None


@pytest.mark.parametrize(
    "said",
    [
        Said(setup="12a", take="01"),
        Said(setup="12A", take="3"),
        Said(setup="12A", take="DREI"),
        Said(scene="12A", take="2"),
        Said(setup="13", take="1", sounds=("T03",)),
        Said(sounds=("T03",), note="hum"),
        Said(take="9"),
    ],
)
def test_what_is_said_of_a_take_that_others_mention_or_of_a_recording_needs_no_second_word(said: Said) -> None:
    assert nobody(said) is None


def test_a_take_that_nobody_mentions_is_asked_for_with_those_that_may_be_meant() -> None:
    assert nobody(Said(setup="12C", take="2")) == (
        "Nobody mentions 12C take 2. Nearest: 12A take 1, 12A take 2, 12A take 3."
    )
    assert nobody(Said(setup="99", take="14")) == "Nobody mentions 99 take 14."
    assert nobody(Said(setup="12A", take="4", clips=("A009C009",))) is not None


def test_a_take_that_only_a_word_that_does_not_hold_tells_is_mentioned() -> None:
    # The script says of the sound's file that it is another take than its header has.
    words = [Word(Source.SCRIPT, "script.csv", Said(line=2, setup="12A", take="7", sounds=("T03",)))]
    assert [take.called for take in fold(words, [], [SOUND]).takes] == ["12A take 7"]
    assert nobody(Said(setup="12A", take="3"), words) is None


def test_what_was_said_once_may_be_said_again() -> None:
    words = [*SCRIPT, Word(Source.PERSON, KIM, Said(setup="12C", take="9"), "2026-09-30T20:00:00.000Z")]
    assert nobody(Said(setup="12C", take="9", flags={Flag.CIRCLED: True}), words) is None


def test_what_others_say_too_stays_where_a_word_is_taken_back_and_who_they_are() -> None:
    gone = Word(
        Source.PERSON, KIM, Said(line=1, setup="12C", take="9", note="x", lens="50", flags={Flag.CIRCLED: True})
    )
    export = Word(Source.EXPORT, "day.csv", Said(line=9, setup="12C", take="9", lens="35", flags={Flag.CIRCLED: True}))
    before, after = fold([*SCRIPT, gone, export], [], []), fold([*SCRIPT, export], [], [])
    (still,) = still_said(before, after, lambda cite: cite.paper == KIM)
    assert still == StillSaid(
        ((Source.EXPORT, "day.csv"),), (Stays("12C take 9", None, None), Stays("12C take 9", "CIRCLED", True))
    )


def test_of_a_take_with_a_recording_it_is_not_told_that_it_is_there() -> None:
    gone = Word(Source.PERSON, KIM, Said(setup="12A", take="3", flags={Flag.MOS: True}))
    before, after = fold([gone], [], [SOUND]), fold([], [], [SOUND])
    assert still_said(before, after, lambda cite: cite.paper == KIM) == ()


def test_what_is_said_of_one_camera_changes_what_was_said_of_all_of_them() -> None:
    clips = [DayClip(name, f"{name}001C001", f"{name}001", Fraction(24), 100, camera=name) for name in "AB"]
    row = Word(Source.SCRIPT, "s.csv", Said(line=2, setup="12A", take="1", lens="50", clips=("A001C001", "B001C001")))
    more = Word(Source.PERSON, KIM, Said(clips=("A001C001",), lens="40"))
    before, after = fold([row], clips, []), fold([row, more], clips, [])
    assert [(each.field, each.was, each.now) for each in compare(before, after).takes_changed] == [
        ("lens of A001C001", "50", "40")
    ]


def test_what_was_said_of_a_take_and_is_of_its_clip_once_that_has_come_is_no_change() -> None:
    clip = DayClip("A", "A001C001", "A001", Fraction(24), 100, camera="A")
    row = Word(Source.SCRIPT, "s.csv", Said(line=2, setup="12A", take="1", lens="50", clips=("A001C001",)))
    changed = compare(fold([row], [], []), fold([row], [clip], [])).takes_changed
    assert {each.field for each in changed} == {"clips", "camera of A001C001", "roll of A001C001"}


@pytest.mark.parametrize("british", [False, True])
def test_no_take_that_a_day_has_is_asked_for_by_any_of_its_names(british: bool) -> None:
    unit = make_day(1, british=british).units[0]
    day = fold(unit.words, unit.clips, unit.sounds)
    for take in day.takes:
        boards = {name: str(fact.value) for name in ("setup", "slate") if (fact := getattr(take, name))}
        number = str(take.take.value) if take.take else take.key.take
        for name, board in boards.items():
            said = Said.model_validate({name: board, "take": number, "flags": {Flag.CIRCLED: True}})
            assert unmentioned(said, day, unit.words, unit.clips, unit.sounds) is None, take.called
