"""A made shooting day: after the fold every take is right or on a worklist, and only what was planted is listed."""

import pytest

from circletake.contracts.takes import Source
from circletake.film.takes.day import Day, Entry, How, Lack, Take
from circletake.film.takes.fold import fold
from tests.made_day import PLANTS, Listed, MadeUnit, TrueTake, make_day

#: Frames by which a part of a clip may be off: what each of two jammed clocks is, and a rounding.
SLACK = 7
DAYS = [(seed, british) for seed in range(6) for british in (False, True)]


def folded(unit: MadeUnit) -> Day:
    return fold(unit.words, unit.clips, unit.sounds)


def listed(entry: Entry) -> Listed:
    recording = entry.clip or entry.sound
    match entry.lack:
        case Lack.CONFLICT:
            return entry.lack, (recording or entry.take, entry.about)
        case Lack.TAKE_WITHOUT_PICTURE | Lack.TAKE_WITHOUT_SOUND | Lack.DOUBLED_TAKE:
            return entry.lack, entry.take
        case Lack.CLIP_WITHOUT_TAKE | Lack.SOUND_WITHOUT_PICTURE:
            return entry.lack, recording
        case _:
            return entry.lack, entry.about


def is_right(take: Take | None, true: TrueTake) -> bool:
    if take is None:
        return False
    flags = {flag for flag in take.flags if take.is_a(flag)}
    scene = not true.scene or (take.scene is not None and take.scene.value == true.scene)
    if {part.id for part in take.clips} != set(true.clips):
        return False
    # Which frames of a clip are of the take, is known to the frame where the script names it, else by the clocks.
    off = [
        abs(found - meant)
        for part in take.clips
        for found, meant in zip((part.first, part.length), true.clips[part.id], strict=True)
    ]
    sounds = {part.id for part in take.sounds} == true.sounds
    return scene and sounds and flags == true.flags and max(off, default=0) <= SLACK


@pytest.mark.parametrize(("seed", "british"), DAYS)
def test_what_was_planted_is_listed_and_nothing_else(seed: int, british: bool) -> None:
    for unit in make_day(seed, british=british).units:
        assert {listed(entry) for entry in folded(unit).worklist} == unit.listed


@pytest.mark.parametrize(("seed", "british"), DAYS)
def test_every_take_is_right_or_on_a_worklist(seed: int, british: bool) -> None:
    for unit in make_day(seed, british=british).units:
        day = folded(unit)
        takes = {take.key: take for take in day.takes}
        told = {of for entry in day.worklist for of in (entry.take, entry.clip, entry.sound) if of}
        for key, true in unit.takes.items():
            assert is_right(takes.get(key), true) or told & {key, *true.clips, *true.sounds}, key


@pytest.mark.parametrize("british", [False, True])
def test_a_day_without_plants_has_no_worklist_and_every_take_is_right(british: bool) -> None:
    for unit in make_day(3, british=british, plants=()).units:
        day = folded(unit)
        takes = {take.key: take for take in day.takes}
        assert day.worklist == ()
        assert takes.keys() == unit.takes.keys()
        assert [key for key, true in unit.takes.items() if not is_right(takes[key], true)] == []


@pytest.mark.parametrize(
    "papers", [(Source.SCRIPT,), (Source.SOUND, Source.CAMERA), (Source.SOUND,), (Source.CAMERA,), ()]
)
def test_without_some_of_the_papers_fewer_takes_are_known_and_none_is_wrong(papers: tuple[Source, ...]) -> None:
    for unit in make_day(5, plants=()).units:
        day = fold([word for word in unit.words if word.source in papers], unit.clips, unit.sounds)
        for take in day.takes:
            true = unit.takes[take.key]
            assert {part.id for part in take.clips} <= set(true.clips)
            assert {part.id for part in take.sounds} <= true.sounds
        # Who alone knows the takes within a series, and that a take is MOS, is the script supervisor.
        lacks = {entry.lack for entry in day.worklist}
        assert lacks <= (set() if Source.SCRIPT in papers else {Lack.TAKE_WITHOUT_SOUND, Lack.CLIP_WITHOUT_TAKE})
        assert len(day.takes) >= len(unit.takes) * 0.85


def test_numbers_that_nobody_mentions_are_told_as_a_fact() -> None:
    for unit in make_day(2, plants=()).units:
        assert {(gap.setup, gap.missing) for gap in folded(unit).gaps} == unit.gaps


def test_the_units_use_the_same_names_at_the_same_times_and_run_over_midnight() -> None:
    main, second = make_day(4).units
    assert len({clip.title for clip in second.clips} & {clip.title for clip in main.clips}) > 30
    for unit in (main, second):
        assert any(clip.start and clip.start + clip.frames > 24 * 3600 * 24 for clip in unit.clips)


def test_the_third_camera_of_which_no_paper_speaks_is_grouped_by_its_clock() -> None:
    (main, _) = make_day(4, plants=()).units
    parts = [part for take in folded(main).takes for part in take.clips if part.name.startswith("C")]
    assert {how for part in parts for how in part.how} == {How.JAM, How.SLATE}
    assert min(part.confidence for part in parts) > 0.9


def test_the_day_is_as_large_as_it_is_said_to_be() -> None:
    day = make_day(0)
    boards = {(unit.unit, key.setup) for unit in day.units for key in unit.takes}
    takes = [key for unit in day.units for key in unit.takes if not key.take.startswith("wt")]
    assert (len(boards), len(takes), len(PLANTS)) == (30, 120, 24)
