"""A made shooting day, and ears that hear what really ran together: every clip has its sound, and what is planted is
all that does not fit."""

from collections.abc import Iterator
from fractions import Fraction

import pytest

from circletake.contracts.sound import Listened
from circletake.contracts.takes import Flag
from circletake.film.sound.candidates import Candidates
from circletake.film.sound.placing import Placing, place
from circletake.film.takes.day import Day, DayClip
from circletake.film.takes.fold import fold
from tests.film.test_takes_made_day import SLACK
from tests.made_day import MadeUnit, make_day
from tests.made_shoot import IN_MINIATURE

DAYS = [(seed, british) for seed in range(3) for british in (False, True)]
#: Of takes like these nobody misses the sound.
UNHEARD = (Flag.FALSE_START, Flag.VFX_REFERENCE)
NOTHING = Listened(offset_s=None, confidence=0)


def apart_s(unit: MadeUnit, clip: DayClip, sound: str) -> Fraction:
    """By how many seconds the sound really began before the clip."""
    return (unit.ran[clip.id] - unit.ran[sound]) / unit.rate


def run_together(unit: MadeUnit, clip: DayClip) -> dict[str, Fraction]:
    """The sounds that really ran while the camera did → when the clip begins in them."""
    shot_s = clip.frames / (clip.sensor_fps or clip.rate)
    return {
        sound.id: apart
        for sound in unit.sounds
        if (apart := apart_s(unit, clip, sound.id)) > -shot_s and apart < Fraction(sound.file.frames, sound.file.rate)
    }


def silent(day: Day, clip: DayClip) -> bool:
    takes = [take for take in day.takes if any(part.id == clip.id for part in take.clips)]
    unheard = all(take.is_a(Flag.MOS) or (not take.sounds and any(map(take.is_a, UNHEARD))) for take in takes)
    return (bool(takes) and unheard) or clip.is_off_speed()


def placed(unit: MadeUnit) -> Iterator[tuple[DayClip, Placing, int]]:
    """Each clip of a unit, its sound when everything was listened to that was to be, and to how many files that was."""
    day = fold(unit.words, unit.clips, unit.sounds)
    candidates = Candidates(day, unit.clips, unit.sounds)
    for clip in unit.clips:
        truth, ears = run_together(unit, clip), dict[str, Listened]()
        while True:
            found = place(clip, candidates.of(clip, ears), ears, silent=silent(day, clip))
            if not found.to_hear:
                break
            for sound, near_s in found.to_hear:
                there = sound in truth and (near_s is None or abs(truth[sound] - Fraction(near_s)) <= 10)
                ears[sound] = Listened(offset_s=float(truth[sound]), confidence=0.95) if there else NOTHING
        yield clip, found, len(ears)


@pytest.mark.parametrize(("seed", "british"), DAYS)
def test_every_clip_has_its_own_sound_where_it_really_ran(seed: int, british: bool) -> None:
    for unit in make_day(seed, british=british).units:
        for clip, found, _ in placed(unit):
            truth = run_together(unit, clip)
            assert found.chosen or not truth or not clip.sound or "without sound" in found.sentence, clip.title
            for each in found.chosen:
                assert each.id in truth, (clip.title, found.sentence)
                assert abs(each.offset / 48_000 - truth[each.id]) * unit.rate <= SLACK, (clip.title, found.sentence)


@pytest.mark.parametrize(("seed", "british"), DAYS)
def test_what_does_not_fit_is_what_was_planted(seed: int, british: bool) -> None:
    for unit in make_day(seed, british=british, pace=IN_MINIATURE).units:
        listed = {(line.mismatch, clip.id) for clip, found, _ in placed(unit) for line in found.listed}
        assert listed == unit.unfit


def test_a_clip_is_sought_in_few_files() -> None:
    for unit in make_day(4).units:
        counts = [count for clip, _, count in placed(unit) if clip.sound]
        assert sum(counts) <= 1.5 * len(counts)
