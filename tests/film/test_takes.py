"""What was said and what was recorded become takes; who differs is told; what is missing waits for a person."""

from fractions import Fraction
from typing import Any

import pytest

from circletake.contracts.takes import Flag, Said, SoundFile, Source
from circletake.film.takes.day import Cite, Day, DayClip, DaySound, Entry, How, Lack, Part, Take, TakeKey, Word
from circletake.film.takes.fold import fold
from circletake.film.timing import Timecode

RATE = Fraction(25)
X, Y, B = "A001C001_260930_R1JL", "A001C002_260930_R1JL", "B001C001_260930_R1JL"
NIGHT, NEXT = "2026-09-30T20:00:00Z", "2026-09-30T21:00:00Z"


def clip(title: str = X, start: str | None = "10:00:00:00", frames: int = 1000, **fields: Any) -> DayClip:
    at = Timecode.parse(start, RATE).frames if start else None
    return DayClip(title, title, title[:4], RATE, frames, **{"camera": title[0], "start": at, **fields})


def sound(name: str = "12A-T01.WAV", start: str | None = "10:00:00:00", frames: int = 1000, **said: Any) -> DaySound:
    at = Timecode.parse(start, RATE).frames * 1920 if start else None
    file = SoundFile(
        name=name, rate=48000, channels=1, frames=frames * 1920, start=at, timecode_rate=RATE, said=Said(**said)
    )
    return DaySound(name, file)


def word(source: Source = Source.SCRIPT, paper: str = "", at: str = "", **said: Any) -> Word:
    return Word(source, paper or source.value.lower(), Said(**said), at)


def script(take: str = "1", setup: str | None = "12A", **said: Any) -> Word:
    return word(setup=setup, take=take, **said)


def person(at: str = NIGHT, **said: Any) -> Word:
    return word(Source.PERSON, "Kim", at, **said)


def take(day: Day, setup: str = "12a", number: str = "1") -> Take:
    return {take.key: take for take in day.takes}[TakeKey(setup, number)]


def ids(parts: tuple[Part, ...]) -> list[str]:
    return [part.id for part in parts]


def lacks(day: Day) -> list[Lack]:
    return [entry.lack for entry in day.worklist if entry.lack is not Lack.TAKE_WITHOUT_SOUND]


def only(day: Day, lack: Lack) -> Entry:
    (entry,) = [entry for entry in day.worklist if entry.lack is lack]
    return entry


# Rows and recordings


@pytest.mark.parametrize(
    "said",
    [
        {"clips": (X,)},
        {"clips": ("A001C001",)},
        {"clips": ("a001 c001",)},
        {"clips": (f"{X}.mov",)},
        {"clips": ("C001",), "roll": "A001"},
        {"clips": ("1",), "roll": "1", "camera": "A Cam"},
        {"clips": ("001",), "roll": "A1"},
        {"starts": "10:00:05:00", "ends": "10:00:35:00", "camera": "A"},
        {"starts": "10:00:00:00", "roll": "A001"},
        {"starts": "09:59:59:20", "camera": "cam a"},
    ],
)
def test_a_row_finds_its_clip(said: dict[str, Any]) -> None:
    day = fold([script(**said)], [clip(), clip(Y, "10:05:00:00"), clip(B)], [])
    assert ids(take(day).clips)[0] == X
    assert Lack.CONFLICT not in lacks(day)


def test_a_clip_of_several_files_is_found_by_the_name_of_each() -> None:
    red = clip("A001_C001_0930AB")
    day = fold([script(clips=("A001_C001_0930AB_002.R3D",))], [red], [])
    assert ids(take(day).clips) == [red.id]


@pytest.mark.parametrize(
    "said",
    [
        {"sounds": ("T01",)},
        {"sounds": ("t01.wav",)},
        {"sounds": ("1",), "sound_roll": "SR1"},
        {"starts": "10:00:00:00", "sound_roll": "SR 1"},
    ],
)
def test_a_sound_report_finds_its_file(said: dict[str, Any]) -> None:
    files = [sound("T01.WAV", sound_roll="SR1"), sound("T02.WAV", "10:05:00:00", sound_roll="SR1")]
    day = fold([word(Source.SOUND, setup="12A", take="1", **said)], [], files)
    assert ids(take(day).sounds) == ["T01.WAV"]


def test_a_name_that_fits_several_clips_is_told_and_not_guessed() -> None:
    twins = [DayClip(roll, "C0001", roll, RATE, 100) for roll in ("ONE", "TWO")]
    entry = only(fold([script(clips=("C0001",))], twins, []), Lack.WHICH_RECORDING)
    assert (entry.where, entry.about) == ((Cite(Source.SCRIPT, "script"),), "C0001")
    assert lacks(fold([script(clips=("C0001",), roll="two")], twins, [])) == [Lack.CLIP_WITHOUT_TAKE]


def test_a_name_may_have_its_roll_before_it() -> None:
    places = [(roll, name) for roll in ("A001", "A002") for name in ("C0001", "C0002")]
    clips = [DayClip(f"{roll}-{name}", name, roll, RATE, 100) for roll, name in places]
    person = word(Source.PERSON, setup="12A", take="1", clips=("A001/C0001", "A002/C0002.MXF"))
    assert ids(take(fold([person], clips, [])).clips) == ["A001-C0001", "A002-C0002"]
    # Of that roll there is none, and no other one is meant.
    lone = word(Source.PERSON, setup="12A", take="1", clips=("A002/C0009",))
    assert Lack.UNKNOWN_CLIP in lacks(fold([lone], [*clips, DayClip("x", "C0009", "A001", RATE, 100)], []))


def test_of_two_clips_of_one_name_the_one_is_meant_whose_roll_is_labelled_so() -> None:
    twins = [DayClip(roll, X, roll, RATE, 100) for roll in ("A001", "A002")]
    person = word(Source.PERSON, setup="12A", take="1", clips=(X,), roll="A001")
    assert ids(take(fold([person], twins, [])).clips) == ["A001"]


def test_a_name_that_fits_no_clip_is_told_with_its_line() -> None:
    day = fold([script(clips=("A009C009",), line=14)], [clip()], [])
    entry = only(day, Lack.UNKNOWN_CLIP)
    assert entry.sentence.startswith("script, line 14 names the clip A009C009 for 12A take 1")
    assert lacks(day) == [Lack.CLIP_WITHOUT_TAKE, Lack.TAKE_WITHOUT_PICTURE, Lack.UNKNOWN_CLIP]


def test_what_is_said_of_a_camera_whose_card_has_not_come_is_not_said_of_the_other() -> None:
    said = [script(clips=(X,), camera="A", lens="50"), script(clips=(B,), camera="B", lens="85")]
    day = fold(said, [clip(X)], [])
    assert take(day).clips[0].facts["lens"].value == "50"
    assert day.conflicts == ()
    assert lacks(day) == [Lack.UNKNOWN_CLIP]


def test_what_a_person_ties_since_settles_a_row_that_names_nothing() -> None:
    day = fold([script(clips=("A009C009",)), person(setup="12A", take="1", clips=(X,))], [clip()], [])
    assert lacks(day) == []


@pytest.mark.parametrize("written", ["WT1", "wild 2", "Wild Track 3"])
def test_a_take_may_be_written_as_a_wild_track(written: str) -> None:
    (found,) = fold([], [], [sound(setup="12A", take=written)]).takes
    assert found.is_a(Flag.WILD_TRACK)


def test_setups_and_takes_are_compared_without_case_blanks_and_zeros() -> None:
    said = [script("03", "12a"), script("3", "12 A", note="Good."), script("3PU", "012A")]
    day = fold(said, [], [])
    (only_take,) = day.takes
    assert (only_take.key, only_take.is_a(Flag.PICKUP)) == (TakeKey("12a", "3"), True)
    assert day.conflicts == ()


def test_a_scene_alone_is_the_master_of_an_american_scene() -> None:
    assert take(fold([word(scene="12", take="1")], [], []), "12").called == "12 take 1"


def test_a_british_number_in_a_column_called_scene_is_the_slate() -> None:
    said = [
        word(scene="12", slate="417", take="1", clips=(X,)),
        word(Source.SOUND, setup="417", take="1", sounds=("S",)),
    ]
    found = take(fold(said, [clip()], [sound("S.WAV", "11:00:00:00")]), "417")
    assert (found.slate and found.slate.value, found.setup, found.scene and found.scene.value) == ("417", None, "12")
    assert ids(found.sounds) == ["S.WAV"]


def test_a_number_means_the_setup_that_rows_with_both_give_it() -> None:
    said = [word(setup="12A", slate="417", take="1"), word(Source.CAMERA, slate="417", take="1", clips=(X,))]
    assert ids(take(fold(said, [clip()], [])).clips) == [X]


def test_several_takes_in_one_clip_have_their_parts_of_it_and_its_sound() -> None:
    said = [
        script("1", clips=(X,), starts="10:00:00:00", ends="10:00:20:00"),
        script("2", clips=(X,), starts="10:00:20:00", ends="10:00:40:00"),
    ]
    day = fold(said, [clip(), clip(B)], [sound(setup="12A", take="1")])
    for number, first in (("1", 0), ("2", 500)):
        found = take(day, number=number)
        assert [(part.id, part.first, part.length) for part in found.clips] == [(X, first, 500), (B, first, 500)]
        assert [(part.first, part.length) for part in found.sounds] == [(first * 1920, 500 * 1920)]
    assert day.worklist == ()


# Who is believed


def test_the_most_believed_holds_and_both_sides_are_shown() -> None:
    said = [
        script(clips=(X,), lens="50mm", line=4),
        word(Source.CAMERA, clips=(X,), lens="35", line=9),
        word(Source.CAMERA, "again", clips=(X,), lens="35mm", line=2),
    ]
    day = fold(said, [clip()], [])
    lens = take(day).clips[0].facts["lens"]
    assert (lens.value, lens.by, [other.value for other in lens.others]) == (
        "50mm", (Cite(Source.SCRIPT, "script", 4),), ["35mm"],
    )  # fmt: skip
    entry = only(day, Lack.CONFLICT)
    assert (entry.clip, entry.about, entry.next_step) == (
        X,
        "lens",
        "Say which one is right: a person's word settles it.",
    )
    assert entry.sentence == (
        f"Of {X}, the lens is told in two ways: 50mm (script, line 4) holds, "
        "against 35mm (again, line 2; camera, line 9)."
    )


def test_a_flag_that_one_paper_has_no_column_for_is_no_conflict() -> None:
    said = [script(flags={Flag.CIRCLED: True}), word(Source.SOUND, setup="12A", take="1", flags={Flag.MOS: False})]
    day = fold(said, [], [])
    assert (take(day).is_a(Flag.CIRCLED), day.conflicts) == (True, ())


def test_a_person_settles_a_conflict_and_it_is_still_shown() -> None:
    said = [script(flags={Flag.CIRCLED: True}), word(Source.SOUND, setup="12A", take="1", flags={Flag.CIRCLED: False})]
    assert only(fold(said, [], []), Lack.CONFLICT).about == Flag.CIRCLED
    day = fold([*said, person(setup="12A", take="1", flags={Flag.CIRCLED: False})], [], [])
    (conflict,) = day.conflicts
    assert (take(day).is_a(Flag.CIRCLED), conflict.settled, conflict.others[0].value) == (False, True, True)
    assert Lack.CONFLICT not in lacks(day)


def test_of_two_words_of_people_the_later_one_holds() -> None:
    said = [
        person(NEXT, clips=(X,), setup="12A", take="2", flags={Flag.MOS: True}),
        person(NIGHT, clips=(X,), setup="12A", take="1", flags={Flag.MOS: False}),
        script("7", clips=(X,)),
    ]
    day = fold(said, [clip()], [])
    assert [found.key.take for found in day.takes if found.clips] == ["2"]
    assert take(day, number="2").is_a(Flag.MOS)
    again = [*said, person("2026-09-30T22:00:00Z", **dict(said[1].said))]
    assert [found.key.take for found in fold(again, [clip()], []).takes if found.clips] == ["1"]
    # Who changes his mind contradicts nobody.
    (conflict,) = [each for each in day.conflicts if each.clip]
    assert [other.value for other in conflict.others] == ["12A take 7"]


def test_a_person_may_correct_the_number_alone() -> None:
    day = fold([script("3", clips=(X,), flags={Flag.CIRCLED: True}), person(clips=(X,), take="4")], [clip()], [])
    (found,) = day.takes
    assert (found.key, found.is_a(Flag.CIRCLED)) == (TakeKey("12a", "4"), True)
    assert found.take
    assert [other.value for other in found.take.others] == ["3"]
    assert Lack.CONFLICT not in lacks(day)


def test_a_take_that_a_person_gives_to_another_clip_leaves_the_first() -> None:
    day = fold([script(clips=(X,)), person(clips=(Y,), setup="12A", take="1")], [clip(), clip(Y, "11:00:00:00")], [])
    assert ids(take(day).clips) == [Y]
    entry = only(day, Lack.CLIP_WITHOUT_TAKE)
    assert (entry.clip, entry.where) == (X, (Cite(Source.SCRIPT, "script"),))


def test_a_take_that_people_give_to_one_clip_and_then_to_another_is_the_other_one_s() -> None:
    said = [person(NIGHT, clips=(X,), setup="12A", take="1"), person(NEXT, clips=(Y,), setup="12A", take="1")]
    day = fold(said, [clip(), clip(Y, "11:00:00:00")], [])
    assert (ids(take(day).clips), only(day, Lack.CLIP_WITHOUT_TAKE).clip) == ([Y], X)


def test_the_sound_report_corrects_the_header_of_its_file() -> None:
    day = fold([word(Source.SOUND, setup="12A", take="2", sounds=("S",))], [], [sound("S.WAV", setup="12A", take="1")])
    assert [found.key.take for found in day.takes if found.sounds] == ["2"]
    assert only(day, Lack.CONFLICT).sound == "S.WAV"


def test_two_papers_that_put_one_clip_into_two_takes_are_in_conflict_and_one_paper_that_does_tells_a_series() -> None:
    one, other = script("1", clips=(X,)), script("2", clips=(X,))
    assert lacks(fold([one, other], [clip()], [])) == []
    day = fold([one, word(Source.CAMERA, setup="12A", take="2", clips=(X,))], [clip()], [])
    assert only(day, Lack.CONFLICT).about == "take"


def test_a_clip_lies_on_its_own_roll_whatever_a_paper_writes() -> None:
    day = fold([script(clips=(X,), roll="A009", camera="A")], [clip()], [])
    roll = take(day).clips[0].facts["roll"]
    assert (roll.value, roll.by, roll.others[0].value) == ("A001", (Cite(None, X),), "A009")
    assert only(day, Lack.CONFLICT).about == "roll"
    assert fold([script(clips=(X,), roll="1", camera="A")], [clip()], []).conflicts == ()


def test_notes_of_all_papers_stand_beside_one_another() -> None:
    day = fold([script(note="Good."), word(Source.SOUND, setup="12A", take="1", note="Plane.")], [], [])
    assert [(note.value, note.by[0].source) for note in take(day).notes] == [
        ("Good.", Source.SCRIPT), ("Plane.", Source.SOUND),
    ]  # fmt: skip


def test_a_row_about_nothing_is_told_to_be_loose() -> None:
    assert fold([word(note="Lunch.", line=7)], [], []).loose == (Cite(Source.SCRIPT, "script", 7),)


# Clocks


def test_cameras_and_sound_that_ran_together_are_one_take() -> None:
    day = fold([script(clips=(X,))], [clip(), clip(B, "10:00:01:00")], [sound(start="09:59:50:00", frames=1400)])
    found = take(day)
    assert (ids(found.clips), ids(found.sounds)) == ([X, B], ["12A-T01.WAV"])
    assert [(part.how, part.confidence) for part in found.clips] == [((How.NAME,), 1.0), ((How.JAM,), 0.49)]
    assert found.clips[1].by == (Cite(Source.SCRIPT, "script"),)


def test_a_slate_that_agrees_with_the_clocks_makes_a_link_surer() -> None:
    read = Said(setup="12A", take="1")
    day = fold([script(clips=(X,))], [clip(), clip(B, slate=read, sure=0.8)], [])
    b = take(day).clips[1]
    # (1 + 1) of (1 + 2) takes in which the clocks agreed, and 0.8 by the slate: 1 - 1/3 * 0.2.
    assert (b.how, b.confidence) == ((How.SLATE, How.JAM), 0.93)


def test_clocks_that_mostly_disagree_tie_nothing() -> None:
    clips = [clip(), clip(Y, "10:05:00:00"), clip("A001C003_260930_R1JL", "10:10:00:00")]
    names = [each.title for each in clips]
    said = [script(str(n), clips=(name,)) for n, name in enumerate(names, 1)]
    # An hour and a take behind: each file runs with the picture of the next take.
    files = [
        sound(f"T{n}.WAV", f"10:{5 * n:02}:00:00", setup="12A", take=str(n)) for n in (1, 2)
    ]  # fmt: skip
    day = fold(said, clips, files)
    assert [ids(take(day, number=str(n)).sounds) for n in (1, 2, 3)] == [["T1.WAV"], ["T2.WAV"], []]
    assert (day.clocks[0].meet, day.clocks[0].miss, day.conflicts) == (0, 2, ())


def test_a_sound_that_says_another_take_than_the_picture_it_ran_with_is_told() -> None:
    times = [f"10:{5 * n:02}:00:00" for n in range(3)]
    clips = [clip(f"A001C00{n}_260930_R1JL", at) for n, at in enumerate(times, 1)]
    said = [script(str(n), clips=(each.title,)) for n, each in enumerate(clips, 1)]
    files = [sound(f"S{n}.WAV", at, setup="12A", take=str(n)) for n, at in enumerate(times, 1)]
    files[2] = sound("S3.WAV", times[2], setup="12A", take="2")
    day = fold(said, clips, files)
    assert ids(take(day, number="3").sounds) == ["S3.WAV"]
    entry = only(day, Lack.CONFLICT)
    assert (entry.sound, entry.sentence) == (
        "S3.WAV",
        "Of S3.WAV, the take is told in two ways: 12A take 3 (script, line 0) holds, against 12A take 2 "
        "(the header of S3.WAV).",
    )


def test_two_cameras_that_ran_together_and_are_said_to_be_of_two_takes_are_told_once() -> None:
    day = fold([script("1", clips=(X,)), script("2", clips=(B,))], [clip(), clip(B)], [])
    assert only(day, Lack.CONFLICT).clip == X
    assert [ids(found.clips) for found in day.takes] == [[X], [B]]


def test_a_camera_whose_clips_all_start_at_zero_has_no_clock() -> None:
    zeros = [clip(f"B001C00{n}_260930_R1JL", "00:00:00:00") for n in (1, 2, 3)]
    day = fold([script(clips=(X,))], [clip(start="00:00:00:00"), *zeros], [])
    assert ids(take(day).clips) == [X]
    assert lacks(day) == [Lack.CLIP_WITHOUT_TAKE] * 3


def test_more_recordings_at_once_than_any_set_has_tell_nothing() -> None:
    crowd = [DayClip(f"X{n}", f"X{n}", f"R{n}", RATE, 500, None, 0) for n in range(70)]
    day = fold([script(clips=("X7",))], crowd, [])
    assert ids(take(day).clips) == ["X7"]


def test_files_of_one_sound_recording_are_all_of_its_take() -> None:
    day = fold([script(clips=(X,))], [clip()], [sound("T1_1.WAV"), sound("T1_2.WAV")])
    assert ids(take(day).sounds) == ["T1_1.WAV", "T1_2.WAV"]


def test_two_recorders_that_ran_at_once_are_two_clocks() -> None:
    files = [
        DaySound(each.id, each.file.model_copy(update={"recorder": recorder}))
        for each, recorder in ((sound("M.WAV"), "MixPre"), (sound("B.WAV", "10:00:02:00"), "Zoom"))
    ]
    assert ids(take(fold([script(clips=(X,))], [clip()], files)).sounds) == ["B.WAV", "M.WAV"]


def test_a_clip_of_which_nobody_speaks_is_the_take_that_its_sound_says() -> None:
    day = fold([], [clip()], [sound(setup="12A", take="1")])
    assert (ids(take(day).clips), day.worklist) == ([X], ())


def test_a_sound_that_ran_through_two_takes_is_the_sound_of_both() -> None:
    said = [script("1", clips=(X,)), script("2", clips=(Y,))]
    files = [sound(frames=3000, setup="12A", take="1")]
    day = fold(said, [clip(), clip(Y, "10:01:00:00")], files)
    assert [ids(found.sounds) for found in day.takes] == [["12A-T01.WAV"]] * 2
    assert day.worklist == ()


def test_a_recording_that_ran_a_little_into_the_next_take_is_not_of_it() -> None:
    day = fold([script(clips=(X,))], [clip(), clip(B, "10:00:35:00")], [])
    assert (ids(take(day).clips), lacks(day)) == ([X], [Lack.CLIP_WITHOUT_TAKE])


def test_a_lower_word_that_agrees_does_not_hide_what_a_higher_one_says() -> None:
    said = [script("1", clips=(X,))]
    clips = [clip(), clip(B, slate=Said(setup="12A", take="2"), sure=0.9)]
    day = fold(said, clips, [sound(setup="12A", take="2")])
    assert (ids(take(day).clips), ids(take(day).sounds)) == ([X, B], ["12A-T01.WAV"])
    assert {entry.clip or entry.sound for entry in day.worklist if entry.lack is Lack.CONFLICT} == {B, "12A-T01.WAV"}


def test_a_clip_that_ran_with_two_takes_at_once_is_of_one() -> None:
    third = clip("C001C001_260930_R1JL")
    day = fold([script("1", clips=(X,)), script("2", clips=(B,))], [clip(), clip(B), third], [])
    assert [ids(found.clips) for found in day.takes] == [[X, third.id], [B]]


def test_a_sound_that_ran_into_a_take_that_has_its_own_is_not_of_it() -> None:
    said = [script("1", clips=(X,)), script("2", clips=(Y,))]
    files = [
        sound("S1", frames=1400, setup="12A", take="1"),
        sound("S2", "10:00:44:00", frames=700, setup="12A", take="2", sound_roll="2"),
    ]
    day = fold(said, [clip(), clip(Y, "10:00:45:00", 500)], files)
    assert [ids(found.sounds) for found in day.takes] == [["S1"], ["S2"]]


def test_a_clip_that_only_ran_while_the_sound_did_doubles_no_take() -> None:
    rest = clip(Y, "10:00:41:00", 100)
    day = fold([script(clips=(X,))], [clip(), rest], [sound(frames=1200, setup="12A", take="1")])
    assert (ids(take(day).clips), day.worklist) == ([X, Y], ())


def test_a_named_clip_may_begin_a_moment_after_the_timecode_of_its_row() -> None:
    for starts in ("09:59:59:10", "10:00:40:10"):
        assert lacks(fold([script(clips=(X,), starts=starts)], [clip()], [])) == []
    assert lacks(fold([script(clips=(X,), starts="10:00:42:00")], [clip()], [])) == [Lack.CONFLICT]


def test_a_paper_that_writes_the_setup_once_means_it_for_the_series() -> None:
    day = fold([script("1", clips=(X,)), word(take="2", clips=(X,))], [clip()], [])
    assert [(found.key.take, ids(found.clips)) for found in day.takes] == [("1", [X]), ("2", [X])]
    assert lacks(day) == []


def test_a_row_that_tells_half_of_a_take_agrees_and_adds_none() -> None:
    said = [person(clips=(X,), setup="12A", take="2"), word(clips=(X,), setup="12A"), word(clips=(X,), take="1")]
    day = fold(said, [clip()], [])
    assert [found.key.take for found in day.takes if found.clips] == ["2"]
    halves = [word(clips=(X,), take="1"), word(clips=(X,), take="2"), word(Source.CAMERA, clips=(X,), setup="12A")]
    assert [found.key.take for found in fold(halves, [clip()], []).takes if found.clips] == ["1", "2"]
    said = [script("2", clips=(X,)), word(Source.CAMERA, clips=(X,), take="1")]
    assert only(fold(said, [clip()], []), Lack.CONFLICT).clip == X


def test_what_a_camera_report_says_of_a_clip_in_several_takes_is_said_of_the_clip() -> None:
    said = [script("1", clips=(X,)), script("2", clips=(X,)), word(Source.CAMERA, clips=(X,), lens="50", note="Soft.")]
    said.append(word(Source.CAMERA, clips=(X,), flags={Flag.CIRCLED: True}))
    day = fold(said, [clip()], [])
    for found in day.takes:
        assert (found.clips[0].facts["lens"].value, found.notes[0].value) == ("50", "Soft.")
        # Nobody knows which of the two is meant.
        assert not found.is_a(Flag.CIRCLED)


def test_a_lens_without_a_camera_is_said_of_the_take_where_it_has_several() -> None:
    day = fold([script(clips=(X, B), lens="50")], [clip(), clip(B)], [])
    found = take(day)
    assert found.facts["lens"].value == "50"
    assert ["lens" in part.facts for part in found.clips] == [False, False]
    day = fold([script(clips=(X, B), lens="50", camera="B")], [clip(), clip(B)], [])
    assert ["lens" in part.facts for part in take(day).clips] == [False, True]


def test_a_take_that_runs_over_midnight_is_one_take() -> None:
    clips = [clip(start="23:59:50:00", frames=750), clip(B, "00:00:01:00", 400)]
    said = script(camera="A", starts="23:59:55:00", ends="00:00:15:00")
    found = take(fold([said], clips, [sound(start="23:59:40:00", frames=1250)]))
    assert [(part.id, part.first, part.length) for part in found.clips] == [(X, 125, 500), (B, 0, 400)]
    assert ids(found.sounds) == ["12A-T01.WAV"]


def test_a_sound_file_without_a_rate_of_timecode_is_on_the_clock_all_the_same() -> None:
    bare = sound()
    bare = DaySound(bare.id, bare.file.model_copy(update={"timecode_rate": None}))
    assert ids(take(fold([script(clips=(X,))], [clip()], [bare])).sounds) == [bare.id]


def test_what_ran_at_23_976_and_its_sound_meet_by_real_time() -> None:
    rate = Fraction(24000, 1001)
    picture = DayClip(X, X, "A001", rate, 1000, "A", Timecode.parse("10:00:00:00", rate).frames)
    # Ten hours of labels at 23.976 last 36,036 seconds.
    file = SoundFile(name="S.WAV", rate=48000, channels=1, frames=42 * 48000, start=36036 * 48000, timecode_rate=rate)
    assert ids(take(fold([script(clips=(X,))], [picture], [DaySound("S", file)])).sounds) == ["S"]


def test_an_off_speed_clip_lasted_as_long_as_it_was_shot() -> None:
    slow = clip(frames=4000, sensor_fps=Fraction(100))
    after = clip(B, "10:01:00:00")
    day = fold([script(clips=(X,))], [slow, after], [])
    assert ids(take(day).clips) == [X]


def test_a_timecode_that_lies_elsewhere_is_a_conflict_with_the_clip_itself() -> None:
    day = fold([script(clips=(X,), starts="11:00:00:00", line=3)], [clip()], [])
    entry = only(day, Lack.CONFLICT)
    assert entry.where == (Cite(None, X), Cite(Source.SCRIPT, "script", 3))
    assert "10:00:00:00" in entry.sentence
    settled = person(clips=(X,), setup="12A", take="1")
    assert lacks(fold([script(clips=(X,), starts="11:00:00:00"), settled], [clip()], [])) == []


@pytest.mark.parametrize("label", ["25:00:00:00", "10:00:00:25", "noon", "١٠:00:00:00"])
def test_a_timecode_that_does_not_exist_is_told(label: str) -> None:
    for said in (script(clips=(X,), starts=label), script(starts=label, camera="A")):
        assert only(fold([said], [clip()], []), Lack.BAD_TIMECODE).about == label


# What waits for a person


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"flags": {Flag.MOS: True}}, {}),
        ({"flags": {Flag.FALSE_START: True}}, {}),
        ({"flags": {Flag.VFX_REFERENCE: True}}, {}),
        ({}, {"sensor_fps": Fraction(50)}),
        ({"sensor_fps": Fraction(50)}, {}),
    ],
)
def test_what_needs_no_sound_is_no_fault(said: dict[str, Any], fields: dict[str, Any]) -> None:
    other = sound("OTHER.WAV", "12:00:00:00", setup="12A", take="WT1", flags={Flag.WILD_TRACK: True})
    day = fold([script(clips=(X,), **said)], [clip(**fields)], [other])
    assert day.worklist == ()
    assert (day.summary.silent, day.summary.silent_by_intent, day.summary.wild_tracks) == (0, 1, 1)


def test_a_rate_that_a_paper_rounds_is_neither_off_speed_nor_a_conflict() -> None:
    rate = Fraction(24000, 1001)
    picture = DayClip(X, X, "A001", rate, 1000, "A", sensor_fps=rate)
    said = [script(clips=(X,), sensor_fps=Fraction(24)), word(Source.CAMERA, clips=(X,), sensor_fps=Fraction("23.98"))]
    day = fold(said, [picture], [])
    assert [entry.lack for entry in day.worklist] == [Lack.TAKE_WITHOUT_SOUND]
    said.append(word(Source.CAMERA, "other", clips=(X,), sensor_fps=Fraction(48)))
    assert only(fold(said, [picture], []), Lack.CONFLICT).about == "sensor_fps"


def test_a_wild_track_that_ran_beside_a_mos_take_is_not_its_sound() -> None:
    wild = sound("W.WAV", flags={Flag.WILD_TRACK: True})
    day = fold([script(clips=(X,), flags={Flag.MOS: True})], [clip()], [wild])
    assert (take(day).sounds, day.worklist) == ((), ())
    assert [found.called for found in day.takes if found.sounds] == ["the recording W.WAV"]


def test_a_clip_that_a_person_calls_a_false_start_waits_no_more() -> None:
    day = fold([script(), person(clips=(X,), flags={Flag.FALSE_START: True})], [clip()], [])
    assert Lack.CLIP_WITHOUT_TAKE not in lacks(day)
    assert (day.summary.takes, day.summary.false_starts) == (1, 1)


def test_a_take_without_sound_is_told_and_whether_the_camera_has_some() -> None:
    day = fold([script(clips=(X,))], [clip(sound=True)], [sound("S.WAV", "12:00:00:00")])
    assert "The camera recorded some itself." in only(day, Lack.TAKE_WITHOUT_SOUND).sentence
    assert only(day, Lack.SOUND_WITHOUT_PICTURE).sound == "S.WAV"
    assert (day.summary.silent, day.summary.sounds_without_picture) == (1, 1)


def test_before_any_sound_has_come_all_takes_are_told_at_once() -> None:
    day = fold([script("1", clips=(X,)), script("2", clips=(Y,))], [clip(), clip(Y, "11:00:00:00")], [])
    assert only(day, Lack.TAKE_WITHOUT_SOUND).sentence == "No sound of this day has come yet; 2 takes could have some."


def test_before_any_card_has_come_all_takes_are_told_at_once() -> None:
    entry = only(fold([script("1"), script("2")], [], []), Lack.TAKE_WITHOUT_PICTURE)
    assert entry.sentence == "No picture of this day has come yet; the papers have 2 takes."


def test_a_sound_of_which_only_sound_speaks_lacks_its_picture() -> None:
    day = fold([], [clip()], [sound(start="12:00:00:00", setup="12A", take="1")])
    assert "It is said to be 12A take 1." in only(day, Lack.SOUND_WITHOUT_PICTURE).sentence
    assert Lack.TAKE_WITHOUT_PICTURE not in lacks(day)


def test_two_clips_of_one_camera_double_a_take_until_a_person_says_that_they_do_not() -> None:
    clips = [clip(), clip(Y, "10:05:00:00")]
    day = fold([script(clips=(X,)), word(Source.CAMERA, setup="12A", take="1", clips=(Y,))], clips, [])
    entry = only(day, Lack.DOUBLED_TAKE)
    assert (entry.take, entry.about) == (TakeKey("12a", "1"), "camera A")
    assert lacks(fold([person(setup="12A", take="1", clips=(X, Y))], clips, [])) == []


def test_a_number_that_was_skipped_is_a_fact() -> None:
    day = fold([script("1"), script("4")], [], [])
    assert [(gap.setup, gap.missing) for gap in day.gaps] == [("12A", (2, 3))]
    assert fold([script("900000")], [], []).gaps == ()


def test_a_number_that_somebody_says_and_nobody_believes_is_mentioned_and_no_take() -> None:
    said = [script("1"), script("3", clips=(X,)), script("4"), word(Source.CAMERA, setup="12A", take="2", clips=(X,))]
    day = fold([*said, word(Source.CAMERA, setup="12A", take="9", clips=(X,))], [clip()], [])
    assert ([found.called for found in day.takes], day.gaps) == (["12A take 1", "12A take 3", "12A take 4"], ())
    (found,) = [each for each in day.conflicts if each.field == "take"]
    assert [other.value for other in found.others] == ["12A take 2", "12A take 9"]
    header = sound(setup="12A", take="2")
    heard = fold([script("1"), script("3", sounds=("12A-T01.WAV",))], [], [header])
    assert heard.gaps == ()


def test_a_day_is_counted() -> None:
    said = [
        script("1", clips=(X,), scene="12", flags={Flag.CIRCLED: True}),
        script("2", clips=(Y,), scene="12"),
        script("1", "13", scene="13", clips=(B,)),
    ]
    day = fold(said, [clip(), clip(Y, "11:00:00:00", 500), clip(B, "12:00:00:00", 250)], [])
    found = day.summary
    assert (found.scenes, found.setups, found.takes, found.circled) == (("12", "13"), ("12A", "13"), 3, 1)
    assert (found.all.runtime, found.circles.runtime) == (Fraction(70), Fraction(40))
    assert (found.cameras["A"].clips, found.cameras["A"].takes, found.rolls["B001"].runtime) == (2, 2, Fraction(10))


def test_a_setup_tells_the_scene_that_nobody_names() -> None:
    found = take(fold([script(setup="112AB")], [], []), "112ab")
    assert found.scene
    assert found.scene.value == "112"


def test_takes_stand_in_the_order_in_which_people_count() -> None:
    said = [script("10", "12A"), script("2", "12A"), script("1", "101"), script("1", "2")]
    assert [found.called for found in fold(said, [], []).takes] == [
        "2 take 1", "12A take 2", "12A take 10", "101 take 1",
    ]  # fmt: skip


def test_a_day_of_which_nothing_is_known_is_empty() -> None:
    day = fold([], [], [])
    assert (len(day.takes), len(day.worklist), day.summary.all.runtime) == (0, 0, Fraction(0))


def test_a_clip_that_every_row_names_is_told_once_however_many_takes_it_is_given() -> None:
    """A column of frames that is read as takes: told anew for each, what is said of the clip would fill the memory."""
    said = [word(line=n, roll="A001", setup="12A", take=str(n), clips=(X,)) for n in range(1, 301)]
    day = fold(said, [clip()], [])
    parts = [part for found in day.takes for part in found.clips]
    assert len(parts) == 300
    assert len(parts[0].facts["roll"].by) > 300
    assert len({id(part.facts) for part in parts}) == 1


def test_two_recordings_of_one_id_are_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="two recordings"):
        fold([], [clip(), clip()], [])


def test_of_two_papers_of_one_department_the_later_one_holds_whatever_they_are_called() -> None:
    def word(paper: str, lens: str, at: str) -> Word:
        return Word(Source.CAMERA, paper, Said(line=2, setup="12A", take="1", lens=lens), at)

    morning = word("B.csv", "35mm", "2026-03-01T08:00:00.000+00:00")
    evening = word("Z.csv", "50mm", "2026-03-01T19:00:00.000+00:00")
    for words in ([morning, evening], [evening, morning]):
        (take,) = fold(words, (), ()).takes
        assert (take.facts["lens"].value, take.facts["lens"].others[0].value) == ("50mm", "35mm")
