"""A day in the catalogue: whatever was said of it, however often and in which order, is read as the fold has it."""

import csv
import hashlib
import io
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from circletake.cloud.catalogue import Catalogue, Row
from circletake.cloud.day_book import DayBook
from circletake.cloud.day_telling import tell_day
from circletake.cloud.days import DayRead, applied_sound, circled_clips, days_of, read_day
from circletake.cloud.outbox import Outbox
from circletake.cloud.papers import read_as
from circletake.cloud.search_index import SearchIndex
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisKind, Box, SlateAnswer, SlateField
from circletake.contracts.keys import DayRef, RollRef
from circletake.contracts.looks import Slate
from circletake.contracts.recipe import SoundMapping
from circletake.contracts.sound import Listened
from circletake.contracts.takes import DayFacts, Flag, Paper, Said, Source
from circletake.film.papers.reading import read_paper
from circletake.film.sound.overlaps import Standing
from circletake.film.takes.day import Day, DayClip, DaySound, Lack, TakeKey, Word
from circletake.film.takes.fold import fold
from tests.fakes import FakeBus, FakeClock
from tests.made_day import MadeUnit, Table, make_day
from tests.stored_day import (
    OFFLOAD,
    as_stored,
    inspection_of,
    ref_of,
    roll_of,
    store_clip,
    store_day,
    store_heard,
    store_roll,
    store_sound,
)

DAY = DayRef(production="bikes", unit="main", day="D014")
ROLL = RollRef(**DAY.model_dump(), roll="A001")
ONE = DayClip("", "A001C001_260930_R1JL", "A001", Fraction(24), 480, camera="A", start=24 * 3600 * 24 // 2, sound=True)


def bytes_of(paper: Table) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([paper.headings, *paper.rows])
    return text.getvalue().encode()


def bring_in(book: DayBook, day: DayRef, name: str, source: Source, body: bytes) -> Paper:
    read = read_paper(body, name, source)
    paper = Paper(
        name=name, source=source, sha256=hashlib.sha256(body).hexdigest(), columns=read.columns, rows=len(read.said),
        by="kim@example.com", at=book.now(),
    )  # fmt: skip
    return book.bring_in(day, paper, body)


def bring_in_all(book: DayBook, day: DayRef, unit: MadeUnit, clock: FakeClock, chance: random.Random) -> None:
    papers = [*unit.papers, *unit.papers]
    chance.shuffle(papers)
    for paper in papers:
        clock.forward(chance.random())
        bring_in(book, day, paper.name, paper.source, bytes_of(paper))


def pure(day: DayRef, unit: MadeUnit) -> Day:
    """The same day, folded of what was said and recorded without any catalogue."""
    words = [
        word
        for paper in unit.papers
        for word in read_paper(bytes_of(paper), paper.name, paper.source).words(paper.source, paper.name)
    ]
    return fold(words, *as_stored(day, unit))


def rows_of(catalogue: Catalogue, day: DayRef) -> list[Row]:
    return list(catalogue.query(table.day_pk(day)))


@pytest.fixture
def book(outbox: Outbox) -> DayBook:
    return DayBook(outbox)


@pytest.mark.parametrize(("seed", "british"), [(1, False), (2, True)])
def test_a_made_day_s_papers_twice_and_in_any_order_are_the_day_that_the_fold_makes(
    catalogue: Catalogue, book: DayBook, clock: FakeClock, seed: int, british: bool
) -> None:
    for made in make_day(seed, british=british).units:
        # Models read no number of a British slate, only its scene.
        unit = replace(made, clips=tuple(replace(clip, slate=None) for clip in made.clips)) if british else made
        day = store_day(catalogue, unit)
        bring_in_all(book, day, unit, clock, random.Random(seed))
        assert read_day(catalogue, day).day == pure(day, unit)
    assert [ref.name for ref in days_of(catalogue, "bikes")] == ["bikes#2u#2U-D003", "bikes#main#D014"]


def test_the_same_paper_again_is_written_once_and_said_once(
    catalogue: Catalogue, book: DayBook, bus: FakeBus, clock: FakeClock
) -> None:
    body = b"Scene,Setup,Take,Circled\n12,12A,1,x\n"
    first = bring_in(book, DAY, "day.csv", Source.SCRIPT, body)
    rows = rows_of(catalogue, DAY)
    assert bus.take() == [("DayChanged", '{"version":1,"day":{"production":"bikes","unit":"main","day":"D014"}}')]
    clock.forward(60)
    assert bring_in(book, DAY, "day.csv", Source.SCRIPT, body) == first
    assert rows_of(catalogue, DAY) == rows
    assert bus.take() == []


def test_who_dies_before_the_paper_is_on_record_has_changed_nothing_and_does_it_again(
    catalogue: Catalogue, book: DayBook, bus: FakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b"Scene,Setup,Take\n12,12A,1\n"
    with monkeypatch.context() as patch:
        patch.setattr(Catalogue, "transact", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            bring_in(book, DAY, "day.csv", Source.SCRIPT, body)
    assert read_day(catalogue, DAY).day.takes == ()
    bring_in(book, DAY, "day.csv", Source.SCRIPT, body)
    assert [take.called for take in read_day(catalogue, DAY).day.takes] == ["12A take 1"]
    assert [name for name, _ in bus.take()] == ["DayChanged"]


def test_who_dies_before_the_fact_is_said_leaves_it_to_the_next_who_says_the_same(
    catalogue: Catalogue, book: DayBook, bus: FakeBus
) -> None:
    bus.deaf_for = 1
    with pytest.raises(Exception, match="throttled"):
        bring_in(book, DAY, "day.csv", Source.SCRIPT, b"Scene,Setup,Take\n12,12A,1\n")
    bring_in(book, DAY, "day.csv", Source.SCRIPT, b"Scene,Setup,Take\n12,12A,1\n")
    assert [name for name, _ in bus.take()] == ["DayChanged"]
    assert not [row for row in rows_of(catalogue, DAY) if row["sk"].startswith(table.FACT)]


def test_a_paper_takes_the_place_of_what_it_said_before_and_counts_no_more_once_it_is_taken_back(
    catalogue: Catalogue, book: DayBook, clock: FakeClock
) -> None:
    for take in ("1", "2"):
        bring_in(book, DAY, "day.csv", Source.SCRIPT, f"Scene,Setup,Take\n12,12A,{take}\n".encode())
        clock.forward(1)
    assert [take.called for take in read_day(catalogue, DAY).day.takes] == ["12A take 2"]
    book.take_back_paper(DAY, "day.csv", "lee@example.com")
    rows = rows_of(catalogue, DAY)
    clock.forward(1)
    assert book.take_back_paper(DAY, "day.csv", "ann@example.com").by == "lee@example.com"
    assert rows_of(catalogue, DAY) == rows
    read = read_day(catalogue, DAY)
    assert (read.papers, read.day.takes) == ((), ())
    clock.forward(1)
    bring_in(book, DAY, "day.csv", Source.SCRIPT, b"Scene,Setup,Take\n12,12A,2\n")
    assert [take.called for take in read_day(catalogue, DAY).day.takes] == ["12A take 2"]
    with pytest.raises(LookupError):
        book.take_back_paper(DAY, "another.csv", "lee@example.com")


def test_what_a_person_says_later_holds_and_taken_back_it_counts_no_more(
    catalogue: Catalogue, book: DayBook, bus: FakeBus, clock: FakeClock
) -> None:
    bring_in(book, DAY, "day.csv", Source.SCRIPT, b"Scene,Setup,Take,Lens\n12,12A,1,50\n")
    said = [Said(setup="12A", take="1", flags={Flag.CIRCLED: circled}) for circled in (False, True)]
    corrections = []
    for each in said:
        clock.forward(1)
        corrections.append(book.correct(DAY, each, "lee@example.com"))

    def circle() -> object:
        (take,) = read_day(catalogue, DAY).day.takes
        return take.flags[Flag.CIRCLED].value if Flag.CIRCLED in take.flags else None

    assert circle() is True
    bus.take()
    book.take_back_correction(DAY, corrections[1].id, "ann@example.com")
    assert [name for name, _ in bus.take()] == ["DayChanged"]
    back = book.take_back_correction(DAY, corrections[1].id, "lee@example.com")
    assert (back.taken_back_by, bus.take(), circle()) == ("ann@example.com", [], False)
    book.take_back_correction(DAY, corrections[0].id, "ann@example.com")
    assert circle() is None
    with pytest.raises(LookupError):
        book.take_back_correction(DAY, "0" * 20, "lee@example.com")


def test_the_newest_word_on_the_day_s_facts_holds(catalogue: Catalogue, book: DayBook, clock: FakeClock) -> None:
    for zone in ("Europe/Berlin", "Asia/Tokyo"):
        book.set_facts(DAY, DayFacts(zone=zone, kind="PICKUP"), "lee@example.com")
        clock.forward(1)
    assert read_day(catalogue, DAY).facts == DayFacts(zone="Asia/Tokyo", kind="PICKUP")


def test_two_days_and_two_units_are_kept_apart(catalogue: Catalogue, book: DayBook) -> None:
    body = b"Scene,Setup,Take\n12,12A,1\n"
    bring_in(book, DAY, "day.csv", Source.SCRIPT, body)
    for other in ({"unit": "2u"}, {"day": "D015"}, {"production": "boats"}):
        assert read_day(catalogue, DAY.model_copy(update=other)).day.takes == ()


def test_a_paper_is_read_by_the_columns_that_it_came_with_whatever_is_known_of_headings_by_now() -> None:
    body = b"Scene,Setup,Take,Lens,note,Note\n12,12A,1,50,a,b\n"
    columns = {"Setup": "setup", "Take": "take", "note": "note"}
    read = read_as(body, "day.csv", Source.SCRIPT, columns)
    assert read.columns == columns
    assert (read.said[0].lens, read.said[0].note) == (None, "a")


def test_the_newest_version_of_a_clip_counts_and_no_proxy_no_second_insertion_and_none_that_is_unknown(
    catalogue: Catalogue,
) -> None:
    store_roll(catalogue, ROLL)
    store_clip(catalogue, DAY, ONE)
    newest = store_clip(
        catalogue, DAY, replace(ONE, frames=240), s3_version="2", received_at="2026-09-30T21:00:00.000+00:00"
    )
    store_clip(catalogue, DAY, ONE, s3_version="3", received_at="2026-09-30T22:00:00.000+00:00", inspected=False)
    store_clip(catalogue, DAY, ONE, offload="proxies-1")
    store_clip(catalogue, DAY, ONE, offload="o-2")
    catalogue.put_all([{"pk": ROLL.partition, "sk": table.card_sk("o-2"), "covered_by": OFFLOAD}])
    read = read_day(catalogue, DAY)
    (clip,) = read.clips.values()
    assert (clip.ref, clip.clip.frames, clip.clip.id) == (newest, 240, f"{newest.clip_id}#{newest.version}")


def test_a_raw_clip_of_which_nothing_could_be_read_still_has_its_take(catalogue: Catalogue, book: DayBook) -> None:
    store_roll(catalogue, ROLL)
    ref = store_clip(catalogue, DAY, ONE, inspected=False)
    row = catalogue.get(ref.roll.partition, table.clip_sk(ref))
    assert row is not None
    catalogue.put_all([{**row, "raw": '{"kind": "BRAW"}'}])
    bring_in(book, DAY, "day.csv", Source.SCRIPT, b"Setup,Take,Clip\n12A,1,A001C001\n")
    read = read_day(catalogue, DAY)
    (take,) = read.day.takes
    assert [part.name for part in take.clips] == [ONE.title]
    assert Lack.UNKNOWN_CLIP not in {entry.lack for entry in read.day.worklist}
    assert tell_day(read, may_say=True)["summary"]["all"] == {"clips": 1, "takes": 1, "runtime": 0.0}
    assert [clip.clip.closed for clip in read.clips.values()] == [True]


def test_what_people_and_an_ale_say_of_a_slate_is_said_of_the_day(catalogue: Catalogue) -> None:
    store_roll(catalogue, ROLL)
    store_clip(catalogue, DAY, ONE)

    def say(at: str, slate: Slate, **by: str) -> None:
        sk = table.slate_prefix(ROLL, "a001c001_260930_r1jl") + at
        row = {"pk": table.looks_pk("bikes"), "sk": sk, "clip": "a001c001_260930_r1jl", "written_at": at}
        catalogue.put_all([{**row, "slate": slate.model_dump_json(), **by}])

    say("2026-09-30T20:00:01.000+00:00", Slate(scene="12", setup="12A", take="1"))
    assert [take.called for take in read_day(catalogue, DAY).day.takes] == ["12A take 1"]
    say("2026-09-30T20:00:02.000+00:00", Slate(setup="12A", take="2"), by="lee@example.com")
    read = read_day(catalogue, DAY)
    assert {part.name: take.called for take in read.day.takes for part in take.clips} == {ONE.title: "12A take 2"}
    assert [cite.paper for take in read.day.takes for part in take.clips for cite in part.by] == ["lee@example.com"]
    say("2026-09-30T20:00:03.000+00:00", Slate(), by="lee@example.com")
    assert [take.called for take in read_day(catalogue, DAY).day.takes] == ["12A take 1"]


def test_what_a_model_read_counts_as_much_as_it_is_sure_and_as_a_scene_where_slates_have_numbers(
    catalogue: Catalogue, book: DayBook, clock: FakeClock
) -> None:
    store_roll(catalogue, ROLL)
    store_clip(catalogue, DAY, replace(ONE, slate=Said(setup="12A", take="1")))
    (take,) = read_day(catalogue, DAY).day.takes
    assert (take.called, take.clips[0].confidence) == ("12A take 1", 0.9)
    bring_in(book, DAY, "day.csv", Source.SCRIPT, b"Scene,Slate,Take,Clip\n12A,401,1,A001C001\n")
    read = read_day(catalogue, DAY)
    assert [take.called for take in read.day.takes] == ["401 take 1"]
    assert [entry for entry in read.day.worklist if entry.lack is Lack.CONFLICT] == []


def test_a_slate_that_a_model_reads_is_told_to_who_plans_by_the_day(
    catalogue: Catalogue, outbox: Outbox, bus: FakeBus
) -> None:
    store_roll(catalogue, ROLL)
    ref = store_clip(catalogue, DAY, ONE)
    scene, take = (
        SlateField(text=text, confidence=sure, frame=1, box=Box(x=0.1, y=0.1, width=0.2, height=0.1))
        for text, sure in (("12A", 0.95), ("1", 0.8))
    )
    for _ in range(2):
        SearchIndex(outbox).note_slate(ref, ONE.title, SlateAnswer(kind=AnalysisKind.SLATE, scene=scene, take=take))
        assert [name for name, _ in bus.take()] == ["DayChanged"]
    (told,) = read_day(catalogue, DAY).day.takes
    assert (told.called, told.clips[0].confidence) == ("12A take 1", 0.8)


def test_a_british_number_that_a_model_reads_is_the_slates_and_no_scene(
    catalogue: Catalogue, outbox: Outbox, book: DayBook
) -> None:
    store_roll(catalogue, ROLL)
    ref = store_clip(catalogue, DAY, ONE)
    fields = {
        name: SlateField(text=text, confidence=0.9, frame=1, box=Box(x=0.1, y=0.1, width=0.2, height=0.1))
        for name, text in (("slate", "401"), ("take", "1"))
    }
    SearchIndex(outbox).note_slate(ref, ONE.title, SlateAnswer(kind=AnalysisKind.SLATE, **fields))
    (found,) = read_day(catalogue, DAY).day.takes
    assert (found.called, found.scene, found.setup) == ("401 take 1", None, None)
    bring_in(book, DAY, "day.csv", Source.SCRIPT, b"Scene,Slate,Take\n12,401,1\n")
    read = read_day(catalogue, DAY)
    (found,) = read.day.takes
    assert found.scene
    assert (found.scene.value, [part.id for part in found.clips]) == ("12", [f"{ref.clip_id}#{ref.version}"])
    assert [entry for entry in read.day.worklist if entry.lack is Lack.CONFLICT] == []


def test_circled_are_the_clips_of_circled_takes_here_or_not_yet(catalogue: Catalogue, book: DayBook) -> None:
    store_roll(catalogue, ROLL)
    store_clip(catalogue, DAY, ONE)
    body = b"Setup,Take,Clip,Circled\n12A,1,A001C001,x\n12A,2,A001C002,\n12A,3,A001C003,x\n"
    bring_in(book, DAY, "day.csv", Source.SCRIPT, body)
    assert circled_clips(read_day(catalogue, DAY)) == {ONE.title, "A001C003"}


def sounding(catalogue: Catalogue, *, frames_later: int = 0) -> DayRead:
    """Two cameras and a recorder that begins ten seconds before the first."""
    store_roll(catalogue, ROLL)
    store_roll(catalogue, roll_of(DAY, "SR14"))
    store_clip(catalogue, DAY, ONE)
    second = replace(ONE, title="B001C001_260930_R1JL", camera="B", start=(ONE.start or 0) + 48 + frames_later)
    store_clip(catalogue, DAY, second)
    unit = make_day(1, plants=()).units[0]
    file = unit.sounds[0].file.model_copy(
        update={"start": (ONE.start or 0) * 2000 - 480_000, "frames": 48000 * 60, "timecode_rate": Fraction(24)}
    )
    store_sound(catalogue, DAY, DaySound("", file.model_copy(update={"name": "T01.WAV"})))
    return read_day(catalogue, DAY)


def test_sound_is_applied_once_the_pictures_that_are_shown_carry_it_where_it_lies_by_now(catalogue: Catalogue) -> None:
    read = sounding(catalogue)
    (of,) = (of for of, clip in read.clips.items() if clip.clip.camera == "A")
    sound = applied_sound(read, of, SoundMapping())
    assert sound is not None

    def is_applied(**made: object) -> object:
        row = {name: of for name, of in read.clips[of].row.items() if name != "proxy"}
        catalogue.put_all([{**row, "revision": 2, "sound": sound.model_dump_json(), **made}])
        return tell_day(read_day(catalogue, DAY), may_say=True)["clips"][of]["sound"]["applied"]

    moved = sound.files[0].model_copy(update={"offset": 7})
    assert [is_applied(shown=1), is_applied(shown=2)] == [False, True]
    assert is_applied(shown=2, sound=sound.model_copy(update={"files": (moved,)}).model_dump_json()) is False


def test_a_clip_s_proxies_carry_the_sound_that_runs_with_it(catalogue: Catalogue) -> None:
    read = sounding(catalogue)
    applied = {clip.clip.camera: applied_sound(read, of, SoundMapping()) for of, clip in read.clips.items()}
    assert {camera: sound.files[0].offset for camera, sound in applied.items() if sound} == {"A": 480_000, "B": 576_000}
    (sound,) = read.sounds.values()
    assert all(sound.source == each.files[0].file for each in applied.values() if each)


def test_what_was_heard_is_used_where_the_timecode_says_another_place(catalogue: Catalogue) -> None:
    read = sounding(catalogue)
    (source,) = (sound.source for sound in read.sounds.values())
    store_heard(catalogue, ref_of(DAY, ONE), source, Listened(offset_s=14.0, confidence=0.99))
    read = read_day(catalogue, DAY)
    clip = next(clip for clip in read.clips.values() if clip.clip.camera == "A")
    assert clip.placing is not None
    assert clip.placing.standing is Standing.CONTRADICTED
    assert clip.placing.chosen[0].offset == 14 * 48000


def test_a_day_without_any_sound_yet_asks_nobody_for_it(catalogue: Catalogue) -> None:
    store_roll(catalogue, ROLL)
    store_clip(catalogue, DAY, ONE)
    (clip,) = read_day(catalogue, DAY).clips.values()
    assert clip.placing is None
    assert applied_sound(read_day(catalogue, DAY), clip.clip.id, SoundMapping()) is None


def test_the_newest_version_of_a_recorder_s_file_counts(catalogue: Catalogue) -> None:
    roll = roll_of(DAY, "SR14")
    store_roll(catalogue, roll)
    sound = make_day(1, plants=()).units[0].sounds[0]
    for version, at in (("b", "2026-09-30T20:00"), ("a", "2026-09-30T21:00")):
        source = store_sound(catalogue, DAY, sound, s3_version=version)
        sk = table.file_sk(source.key, source.version)
        catalogue.put_all([{"pk": roll.partition, "sk": sk, "received_at": at}])
    assert [sound.source.s3_version for sound in read_day(catalogue, DAY).sounds.values()] == ["a"]


def test_cameras_are_told_in_step_by_the_sound_that_both_have_else_by_timecode(catalogue: Catalogue) -> None:
    sounding(catalogue)
    catalogue_said = Said(setup="12A", take="1", clips=("A001C001", "B001C001"))

    def begins() -> dict[str, float | None]:
        book_read = read_day(catalogue, DAY).with_said((), ())
        words = [Word(Source.PERSON, "lee", catalogue_said, "2026-09-30T20:00:00.000+00:00")]
        day = fold(words, [clip.clip for clip in book_read.clips.values()], [])
        told = tell_day(replace(book_read, day=day), may_say=False)
        return {part["name"][0]: part["at_s"] for take in told["takes"] for part in take["clips"]}

    assert begins() == {"A": 0.0, "B": 2.0}
    (source,) = (sound.source for sound in read_day(catalogue, DAY).sounds.values())
    store_heard(catalogue, ref_of(DAY, ONE), source, Listened(offset_s=12.5, confidence=0.99))
    assert begins() == {"A": 0.5, "B": 0.0}


def test_a_clip_without_timecode_and_without_sound_has_no_place_beside_the_other(
    catalogue: Catalogue, book: DayBook
) -> None:
    store_roll(catalogue, ROLL)
    store_clip(catalogue, DAY, ONE)
    store_clip(catalogue, DAY, replace(ONE, title="B001C001_260930_R1JL", camera="B", start=None))
    book.correct(DAY, Said(setup="12A", take="1", clips=("A001C001", "B001C001")), "lee@example.com")
    (take,) = tell_day(read_day(catalogue, DAY), may_say=True)["takes"]
    assert [part["at_s"] for part in take["clips"]] == [0.0, None]


def test_what_is_told_of_a_day_names_only_takes_and_recordings_that_are_in_it(
    catalogue: Catalogue, book: DayBook, clock: FakeClock
) -> None:
    unit = make_day(3).units[0]
    day = store_day(catalogue, unit)
    bring_in_all(book, day, unit, clock, random.Random(1))
    told = tell_day(read_day(catalogue, day), may_say=True)
    takes = {take["id"] for take in told["takes"]}
    assert len(takes) == len(told["takes"])
    for each in (*told["conflicts"], *told["worklist"]):
        assert each["take"] in {None, *takes}
        assert each["clip"] in {None, *told["clips"]}
        assert each["sound"] in {None, *told["sounds"]}
    assert len({each["id"] for each in told["conflicts"]}) == len(told["conflicts"])
    assert {part["id"] for take in told["takes"] for part in take["clips"]} <= told["clips"].keys()
    wild = {take["id"] for take in told["takes"] if take["flags"].get("WILD_TRACK", {}).get("value")}
    assert told["summary"]["takes"] == len(takes - wild)
    assert TakeKey(**told["takes"][0]["number"]).setup
    assert inspection_of(unit.clips[0]).video.rate == Fraction(told["clips"][next(iter(told["clips"]))]["rate"])
