"""A shooting day's report against what was really shot: the made day's own truth, and days made for one question."""

from collections import Counter
from fractions import Fraction

import pytest

from circletake.contracts.cards import Light
from circletake.contracts.files import State
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import Correction, DayFacts, Flag, Paper, Said, Source
from circletake.film.day_report import DayReport, PaperLine, Silence, report_day, said_of
from circletake.film.day_report_rolls import roll_line
from circletake.film.takes.day import DayClip, Lack, Word
from circletake.film.takes.fold import fold
from tests.film import told
from tests.made_day import MadeUnit, make_day
from tests.web.verdicts import amber, card, green, red, roll_card

DAY = DayRef(production="bikes", unit="main", day="D014")
UNITS = [unit for british in (False, True) for unit in make_day(3, british=british, plants=()).units]


def report_of(unit: MadeUnit) -> DayReport:
    day = fold(unit.words, unit.clips, unit.sounds)
    return report_day(
        DayRef(production="bikes", unit=unit.unit, day=unit.day), DayFacts(), day, unit.clips, unit.sounds
    )


def report_said(*said: Said, clips: tuple[DayClip, ...] = (), corrections: tuple[Correction, ...] = ()) -> DayReport:
    words = [Word(Source.SCRIPT, "script.csv", each.model_copy(update={"line": at})) for at, each in enumerate(said, 2)]
    words += [Word(Source.PERSON, each.by, each.said, each.at) for each in corrections]
    return report_day(DAY, DayFacts(), fold(words, clips, ()), clips, (), corrections=corrections)


def lasting(*clips: DayClip) -> Fraction:
    return sum((clip.frames / clip.rate for clip in clips), Fraction(0))


@pytest.mark.parametrize("unit", UNITS)
def test_the_runtime_of_all_of_each_camera_and_of_each_roll_is_exact(unit: MadeUnit) -> None:
    summary = report_of(unit).summary
    assert summary.all.runtime == lasting(*unit.clips)
    assert summary.all.clips == len(unit.clips)
    for camera, footage in summary.cameras.items():
        assert footage.runtime == lasting(*(clip for clip in unit.clips if clip.camera == camera))
    for roll, footage in summary.rolls.items():
        assert footage.runtime == lasting(*(clip for clip in unit.clips if clip.roll == roll))
    assert sum(footage.runtime for footage in summary.rolls.values()) == summary.all.runtime


@pytest.mark.parametrize("unit", UNITS)
def test_takes_setups_and_circles_are_those_that_were_shot(unit: MadeUnit) -> None:
    report = report_of(unit)
    wild = {key for key, true in unit.takes.items() if Flag.WILD_TRACK in true.flags}
    assert report.summary.takes == len(unit.takes) - len(wild)
    assert len(report.summary.setups) == len({key.setup for key in unit.takes})
    circled = {key for key, true in unit.takes.items() if Flag.CIRCLED in true.flags}
    named = {((take.setup or take.slate or "").casefold(), take.take) for take in report.takes if take.circled}
    assert named == {(key.setup, key.take) for key in circled}
    clips = {clip.id: clip for clip in unit.clips}
    real = sum((length / clips[of].rate for key in circled for of, (_, length) in unit.takes[key].clips.items()), 0)
    assert report.summary.circles.runtime == real
    flags = Counter(flag for take in report.takes for flag in take.flags)
    assert flags == Counter(flag for true in unit.takes.values() for flag in true.flags)


@pytest.mark.parametrize("unit", UNITS)
def test_what_needs_no_sound_is_told_apart_from_what_lacks_it(unit: MadeUnit) -> None:
    report = report_of(unit)
    silent = Counter(take.silence for take in report.takes if take.silence)
    true = [each for each in unit.takes.values() if each.clips and not each.sounds]
    assert silent[Silence.MOS] == sum(Flag.MOS in each.flags for each in true)
    assert silent[Silence.VFX_REFERENCE] == sum(Flag.VFX_REFERENCE in each.flags for each in true)
    assert silent[Silence.OFF_SPEED] == sum(not each.flags for each in true)
    assert silent[Silence.UNEXPLAINED] == report.summary.silent == 0
    assert sum(silent.values()) == report.summary.silent_by_intent == len(true)


def test_two_units_of_a_day_are_told_apart_though_they_use_the_same_names() -> None:
    main, second = make_day(4, plants=()).units
    both = [report_of(unit) for unit in (main, second)]
    assert [report.summary.all.clips for report in both] == [len(main.clips), len(second.clips)]
    assert [report.summary.takes for report in both] == [80, 40]
    shared = {clip.title for clip in main.clips} & {clip.title for clip in second.clips}
    times = [{part.clip: part.starts for take in report.takes for part in take.clips} for report in both]
    assert sum(times[0].get(title) != times[1].get(title) for title in shared) > len(shared) / 2


def test_scenes_and_setups_come_as_people_count_them() -> None:
    said = [Said(scene=scene, setup=scene + letter, take="1") for scene, letter in
            (("101", ""), ("12", "B"), ("9", "A"), ("12", "A"), ("2", ""), ("12", ""), ("12", "AA"))]  # fmt: skip
    setups = report_said(*said, Said(setup="12A", take="10"), Said(setup="12A", take="2")).setups
    assert [setup.setup for setup in setups] == ["2", "9A", "12", "12A", "12AA", "12B", "101"]
    assert [take.take for take in setups[3].takes] == ["1", "2", "10"]
    assert setups[3].missing == (3, 4, 5, 6, 7, 8, 9)


def test_a_wild_track_stands_with_its_setup_and_what_has_no_setup_stands_last() -> None:
    clip = DayClip("c", "A001C009", "A001", Fraction(24), 24, "A")
    report = report_said(
        Said(scene="12", setup="12A", take="1"),
        Said(setup="12A", take="WT1", flags={Flag.WILD_TRACK: True}),
        Said(clips=("A001C009",), flags={Flag.FALSE_START: True}),
        clips=(clip,),
    )
    assert [(setup.scene, setup.setup, len(setup.takes)) for setup in report.setups] == [
        ("12", "12A", 2),
        (None, None, 1),
    ]
    assert report.setups[1].takes[0].called == "the recording A001C009"


def test_every_kind_of_lack_keeps_its_sentences_and_takes_know_what_waits_of_them() -> None:
    unit = make_day(3).units[0]
    report = report_of(unit)
    day = fold(unit.words, unit.clips, unit.sounds)
    assert [entry for entries in report.missing.values() for entry in entries] == list(day.worklist)
    assert list(report.missing) == [lack for lack in Lack if lack in report.missing]
    waiting = {take.called: take.waiting for take in report.takes if take.waiting}
    for entry in day.worklist:
        for take in day.takes:
            if entry.take == take.key:
                assert entry.sentence in waiting[take.called]


def test_a_contradiction_that_a_person_settled_is_told_apart_from_the_open_ones() -> None:
    words = [
        Word(Source.SCRIPT, "script.csv", Said(line=2, setup="12A", take="1", flags={Flag.CIRCLED: False})),
        Word(Source.SOUND, "sound.csv", Said(line=2, setup="12A", take="1", flags={Flag.CIRCLED: True})),
    ]
    opened = report_day(DAY, DayFacts(), fold(words, (), ()), (), ())
    assert (opened.settled, len(opened.missing[Lack.CONFLICT])) == ((), 1)
    words.append(
        Word(Source.PERSON, "ada", Said(setup="12A", take="1", flags={Flag.CIRCLED: True}), "2026-10-01T06:00:00Z")
    )
    settled = report_day(DAY, DayFacts(), fold(words, (), ()), (), ())
    assert Lack.CONFLICT not in settled.missing
    assert settled.settled == (
        "Of 12A take 1, the circle is told in two ways: yes (ada; sound.csv, line 2) holds, against no "
        "(script.csv, line 2).",
    )


def test_papers_and_corrections_that_were_taken_back_are_left_out() -> None:
    kept, gone = (
        Paper(name=name, source=Source.SCRIPT, sha256="0" * 64, columns={}, rows=1, by="bo", at=at, taken_back=back)
        for name, at, back in (
            ("a.csv", "2026-10-01T06:00:00Z", False),
            ("b.csv", "2026-10-01T05:00:00Z", True),
        )
    )
    said = Said(setup="12A", take="1")
    corrections = [
        Correction(id=f"{number:020}", said=said, by=by, at="2026-10-01T06:00:00Z", **back)
        for number, (by, back) in enumerate(
            [("ada", {}), ("ada", {}), ("bo", {"taken_back_by": "bo", "taken_back_at": "2026-10-01T07:00:00Z"})]
        )
    ]
    report = report_day(
        DAY, DayFacts(), fold((), (), ()), (), (),
        papers=[PaperLine(gone, ()), PaperLine(kept, ())], corrections=corrections,
    )  # fmt: skip
    assert [line.paper.name for line in report.papers] == ["a.csv"]
    assert report.said == {"ada": 2}


def test_a_card_is_told_with_why_it_is_not_safe_and_one_that_another_covers_is_not_told() -> None:
    cards = roll_card(amber("o-1", covered_by="o-2"), amber("o-2"))
    line = roll_line("A001", cards, [told.clip(offload="o-2", state="RECEIVED"), told.clip(offload="o-1")])
    (only,) = line.cards
    assert (only.offload, only.light, only.verified, only.uploaded) == ("o-2", Light.AMBER, False, True)
    assert [(why.code, why.times) for why in only.why] == [
        ("COPIES_LACKING", 1),
        ("CLIP_GAP", 1),
        ("PICTURE_UNCHECKED", 9),
    ]
    assert [clip.state for clip in line.open] == [State.RECEIVED]


def test_a_card_of_which_not_everything_has_come_says_so() -> None:
    unfinished = [{"axis": "BITS", "light": "AMBER", "code": "UPLOAD_UNFINISHED", "path": None, "sentence": "Not yet."}]
    line = roll_line("A001", roll_card(card("o-1", "AMBER", "AMBER", reasons=unfinished)), [])
    assert [card.uploaded for card in line.cards] == [False]
    assert [card.uploaded for card in roll_line("A001", roll_card(green(), red()), []).cards] == [True, True]


def test_a_clip_that_was_refused_is_told_and_one_that_a_newer_version_replaced_is_not() -> None:
    refused = told.clip("A001C002", state="REJECTED", sentence="It stops before its end.")
    older = told.clip("A001C003", state="REJECTED", received_at="2026-10-14T17:00:00+00:00")
    newer = told.clip("A001C003")
    line = roll_line("A001", roll_card(green("o-1")), [refused, older, newer])
    assert [(clip.name, clip.sentence) for clip in line.without_picture] == [("A001C002", "It stops before its end.")]
    assert line.clips == {State.REJECTED: 1, State.DELIVERED: 1}


def test_a_take_of_several_cameras_says_of_all_only_what_all_have_in_common() -> None:
    clips = tuple(DayClip(f"{of}", f"{of}001C001", f"{of}001", Fraction(24), 24, of, start=100) for of in "AB")
    rows = [
        Said(scene="12", setup="12A", take="1", clips=("A001C001", "B001C001"), note="good"),
        Said(clips=("A001C001",), lens="50", exposure_index="800"),
        Said(clips=("B001C001",), lens="85", exposure_index="800"),
    ]
    (take,) = report_said(*rows, clips=clips).takes
    said = said_of(take)
    assert (said.camera, said.roll, said.lens, said.exposure_index) == (None, None, None, "800")
    assert (said.clips, said.starts, said.note) == (("A001C001", "B001C001"), "00:00:04:04", "good")


def test_a_day_of_which_nothing_is_known_is_an_empty_report() -> None:
    report = report_day(DAY, DayFacts(), fold((), (), ()), (), ())
    assert (report.takes, report.rolls, report.papers, dict(report.missing)) == ((), (), (), {})
    assert report.summary.all.runtime == 0
