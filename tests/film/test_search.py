"""The search: every word must occur, scene and take are meant exactly, and a match says where it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.keys import ClipRef
from circletake.film.search import (
    MAX_FOUND,
    MAX_PHRASES,
    In,
    Index,
    IndexedClip,
    Match,
    Person,
    TooManyWords,
    find,
    names_somebody,
    read_query,
)

ROLL = {"unit": "main", "day": "D001", "roll": "A001"}
LINE = "To be, or not to be: that is the question. Whether 'tis nobler in the mind to suffer."


def clip(number: int = 1, **known: object) -> IndexedClip:
    return IndexedClip.model_validate(
        {"roll": ROLL, "clip_id": f"{number:020x}", "version": "1" * 20, "title": f"A001C{number:03}", **known}
    )


HAMLET = clip(1, scene="12A", take="3", words=LINE, at=[[i, 10 * i] for i in range(17)])
SILENT = clip(2, scene="12", take="3")
INDEX = Index(clips=(HAMLET, SILENT, clip(3)))
ANNA = Person("a" * 20, "Anna Karenina", 77)


def found(text: str, people: dict[ClipRef, list[Person]] | None = None, character: str = "") -> list[str]:
    return [each.clip.title for each in find(INDEX, read_query(text), people or {}, "bikes", character=character)[0]]


def matches(text: str) -> tuple[Match, ...]:
    (only,) = find(INDEX, read_query(text), {}, "bikes")[0]
    return only.matches


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("question", ["A001C001"]),
        ("QUEST nobler", ["A001C001"]),
        ("question absent", []),
        ('"not to be"', ["A001C001"]),
        ('"be not"', []),
        ("qu", []),
        ("a001c002", ["A001C002"]),
        ("scene:12a", ["A001C001"]),
        ("scene:12 take:3", ["A001C002"]),
        ("take:3", ["A001C001", "A001C002"]),
        ('scene:"12A" question', ["A001C001"]),
        ("scene:12 question", []),
        ("12A", ["A001C001"]),
        ("", ["A001C001", "A001C002", "A001C003"]),
    ],
)
def test_every_word_must_occur_and_a_scene_is_meant_exactly(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_quotes_hold_words_together_whoever_wrote_them_and_whether_they_are_closed() -> None:
    for text in ('"not to be"', "“not to be”", "«not to be»", '"not to be', '"not to be" question', 'question "not to'):
        assert found(text) == ["A001C001"], text
    for text in ('"be not"', "“be not”", '"be not', 'question "be not'):
        assert found(text) == [], text


def test_a_blank_behind_scene_or_take_changes_nothing() -> None:
    assert read_query('scene: 12A take: "3"') == read_query("scene:12A take:3")


def test_what_is_said_at_one_moment_is_one_match_and_the_moment_that_holds_most_comes_first() -> None:
    spoken = "the worst of it was that it was the best of times and nobody at all knew of it"
    said = Index(clips=(clip(1, words=spoken, at=[[number, number] for number in range(19)]),))
    ((one,), _) = find(said, read_query("best of times"), {}, "bikes")
    assert [(match.text, match.frame) for match in one.matches] == [
        ("… that it was the best of times and nobody at all …", 9),
        ("the worst of it was that it …", 2),
        ("… nobody at all knew of it", 17),
    ]


def test_a_word_that_is_said_all_the_time_makes_no_endless_match() -> None:
    said = Index(clips=(clip(1, words="no " * 1000),))
    ((one,), _) = find(said, read_query(" ".join(["no"] * MAX_PHRASES)), {}, "bikes")
    assert max(len(match.text.split()) for match in one.matches) < 40


def test_a_match_has_the_clips_timecode_where_its_start_and_rate_are_known() -> None:
    known = {"rate": "30000/1001", "start_timecode": "00:00:59;20"}
    here = clip(1, words=LINE, at=[[0, 0], [8, 10]], **known)
    ((one,), _) = find(Index(clips=(here,)), read_query("question"), {}, "bikes")
    assert [match.timecode for match in one.matches] == ["00:01:00;02"]
    people = {here.ref("bikes"): [ANNA]}
    ((one,), _) = find(Index(clips=(here,)), read_query(""), people, "bikes", character=ANNA.character)
    assert [match.timecode for match in one.matches] == ["00:01:02;09"]
    for unknown in ({}, {"rate": "24/1"}, {"start_timecode": "01:00:00:00"}):
        assert clip(1, **unknown).timecode(5) is None


def test_a_match_in_the_transcript_says_its_frame_and_the_words_around_it() -> None:
    assert matches("question") == (Match(In.TRANSCRIPT, "… be: that is the question. Whether 'tis nobler in …", 90),)
    assert matches("scene:12A") == (Match(In.SLATE, "Scene 12A Take 3"),)
    assert matches("a001c003") == (Match(In.NAME, "A001C003"),)


def test_a_setup_is_found_as_a_scene_and_so_is_the_scene_it_is_of() -> None:
    lettered = clip(4, scene="12", setup="12A", take="3")
    for text in ("scene:12", "scene:12a take:3", "12A"):
        (only,), _ = find(Index(clips=(lettered,)), read_query(text), {}, "bikes")
        assert only.matches == (Match(In.SLATE, "Scene 12A Take 3"),), text
    assert find(Index(clips=(lettered,)), read_query("scene:12B"), {}, "bikes") == ([], False)


def test_a_british_number_is_found_as_a_slate_and_never_as_a_scene() -> None:
    numbered = clip(4, scene="12", slate="127", take="3")
    for text in ("slate:127", "slate:127 take:3 scene:12", '"slate 127"', "127"):
        (only,), _ = find(Index(clips=(numbered,)), read_query(text), {}, "bikes")
        assert only.matches == (Match(In.SLATE, "Scene 12 Slate 127 Take 3"),), text
    for text in ("scene:127", "slate:12", "slate:127 take:4"):
        assert find(Index(clips=(numbered,)), read_query(text), {}, "bikes") == ([], False), text


def test_what_papers_say_is_found_line_by_line_and_told_as_such() -> None:
    noted = clip(4, scene="12A", papers=["50mm", "Boom dips into frame"])
    (only,), _ = find(Index(clips=(noted, HAMLET)), read_query("boom 50mm"), {}, "bikes")
    assert only.matches == (Match(In.PAPER, "Boom dips into frame"), Match(In.PAPER, "50mm"))
    assert find(Index(clips=(noted,)), read_query('"50mm boom"'), {}, "bikes") == ([], False)


def test_words_whose_times_are_known_only_now_and_then_take_the_last_one_before() -> None:
    sparse = Index(clips=(clip(1, words="one two three four", at=[[1, 50], [3, 90]]),))
    frames = {word: find(sparse, read_query(word), {}, "bikes")[0][0].matches[0].frame for word in ("one", "three")}
    assert frames == {"one": None, "three": 50}


def test_a_hyphen_or_an_apostrophe_hides_no_word() -> None:
    spoken = Index(clips=(clip(1, words="A well-known actor, isn’t he?"),))
    for text in ("well-known", "known", "isn't", '"known actor"'):
        assert find(spoken, read_query(text), {}, "bikes")[0], text


def test_a_character_is_found_where_it_appears_and_nowhere_else() -> None:
    people = {SILENT.ref("bikes"): [ANNA]}
    assert found("", people, ANNA.character) == ["A001C002"]
    assert found("anna", people) == ["A001C002"]
    assert found("question", people, ANNA.character) == []
    assert names_somebody(read_query("kareni question"), ANNA.name)
    assert not names_somebody(read_query("question"), ANNA.name)
    elsewhere = {SILENT.ref("other"): [ANNA]}
    assert found("", elsewhere, ANNA.character) == []


def test_more_than_a_page_is_said_to_be_more() -> None:
    many = Index(clips=tuple(clip(n) for n in range(MAX_FOUND + 1)))
    page, more = find(many, read_query(""), {}, "bikes")
    assert (len(page), more) == (MAX_FOUND, True)


def test_more_words_than_are_looked_for_are_refused_and_none_is_overlooked() -> None:
    assert len(read_query("question " * MAX_PHRASES).phrases) == MAX_PHRASES
    for text in ("a " * (MAX_PHRASES + 1), "question " * MAX_PHRASES + "absent"):
        with pytest.raises(TooManyWords, match="16 words"):
            read_query(text)


@given(st.text(max_size=60), st.text(max_size=2 * MAX_PHRASES))
def test_whatever_is_typed_is_answered_and_what_is_found_holds_the_words(words: str, typed: str) -> None:
    index = Index(clips=(clip(1, words=words),))
    listed, more = find(index, read_query(typed), {}, "bikes")
    assert not more
    if listed and not read_query(typed):
        assert listed[0].matches == ()
    narrower, _ = find(index, read_query(f"{typed} scene:none"), {}, "bikes")
    assert narrower == []
