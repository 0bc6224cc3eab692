"""Of hundreds of recordings that all run at a clip's time each clip is asked few, and has its own in the end."""

from fractions import Fraction

from circletake.contracts.sound import Listened
from circletake.contracts.takes import SoundFile
from circletake.film.sound.candidates import MOST, Candidates
from circletake.film.sound.overlaps import Standing
from circletake.film.sound.placing import MOST_TO_HEAR, Placing, place
from circletake.film.takes.day import DayClip, DaySound
from circletake.film.takes.fold import fold

#: As they are where nobody set a clock: all begin at midnight.
MANY = 300
CLIPS = [
    DayClip(f"clip{n}", f"A001C{n:03}", "A001", Fraction(25), 500 + n, camera="A", start=0, sound=True)
    for n in range(MANY)
]
NOTHING = Listened(offset_s=None, confidence=0)


def sound(number: int, **more: object) -> DaySound:
    told = {"name": f"T{number:03}.WAV", "rate": 48_000, "channels": 2, "frames": 48_000 * 60, "start": 0}
    return DaySound(f"sound{number}", SoundFile.model_validate(told | {"timecode_rate": Fraction(25)} | more))


SOUNDS = [sound(number) for number in range(MANY)]


def candidates(sounds: list[DaySound], clips: list[DayClip] = CLIPS) -> Candidates:
    return Candidates(fold([], clips, sounds), clips, sounds)


def listened_for(clip: DayClip, of: Candidates, own: str, offset_s: float) -> tuple[Placing, dict[str, Listened]]:
    """A clip, where it really lies, and ears that hear it there → its sound in the end, and what was listened to."""
    ears: dict[str, Listened] = {}
    while True:
        found = place(clip, of.of(clip, ears), ears, silent=False)
        if not found.to_hear:
            return found, ears
        assert len(found.to_hear) <= MOST_TO_HEAR
        assert ears.keys().isdisjoint(id for id, _ in found.to_hear)
        ears |= {id: Listened(offset_s=offset_s, confidence=0.9) if id == own else NOTHING for id, _ in found.to_hear}


def test_where_all_begin_at_midnight_each_clip_is_compared_with_few() -> None:
    without_timecode = [DaySound(each.id, each.file.model_copy(update={"start": None})) for each in SOUNDS]
    elsewhere = [DaySound(each.id, each.file.model_copy(update={"start": 48_000 * 36_000})) for each in SOUNDS]
    for sounds in (SOUNDS, without_timecode, elsewhere):
        of = candidates(sounds)
        assert sum(len(of.of(clip, {})) for clip in CLIPS) == MANY * MOST


def test_the_one_in_which_a_clip_is_heard_is_found_among_hundreds_whether_timecode_is_of_any_help_or_not() -> None:
    for start in (0, None, 48_000 * 36_000):
        sounds = [DaySound(each.id, each.file.model_copy(update={"start": start})) for each in SOUNDS]
        of = candidates(sounds, CLIPS[:1])
        found, _ = listened_for(CLIPS[0], of, "sound250", 3.0)
        assert [each.id for each in found.chosen] == ["sound250"]
        assert found.standing is (Standing.CONTRADICTED if start == 0 else Standing.HEARD)


def test_where_nothing_is_heard_in_any_each_was_listened_to_once_and_the_first_stays() -> None:
    of = candidates(SOUNDS, CLIPS[:1])
    found, ears = listened_for(CLIPS[0], of, "", 0)
    assert len(ears) == MANY
    assert ([each.id for each in found.chosen], found.standing) == (["sound0"], Standing.TIMECODE)


def test_where_timecode_and_ears_agree_nothing_else_is_listened_to() -> None:
    found, ears = listened_for(CLIPS[0], candidates(SOUNDS, CLIPS[:1]), "sound7", 0)
    assert (found.standing, len(ears)) == (Standing.CONFIRMED, MOST_TO_HEAR)


def test_that_another_date_has_the_same_timecode_is_seen_among_hundreds() -> None:
    sounds = [sound(number, recorded=f"2026-09-{30 if number < 299 else 29} 10:00:00") for number in range(MANY)]
    found = place(CLIPS[0], candidates(sounds).of(CLIPS[0], {}), {}, silent=False)
    assert found.standing is Standing.DOUBTED


def test_the_files_of_one_recording_count_as_one() -> None:
    sounds = [sound(number, family=f"F{number // 4}") for number in range(MANY)]
    of = candidates(sounds).of(CLIPS[0], {})
    assert len(of) == 4 * MOST


def test_a_recording_in_which_a_clip_was_heard_keeps_all_its_files() -> None:
    for start in (0, None, 48_000 * 36_000):
        sounds = [sound(number, family=f"F{number // 4}", start=start) for number in range(MANY)]
        found, _ = listened_for(CLIPS[0], candidates(sounds, CLIPS[:1]), "sound200", 3.0)
        assert {each.id for each in found.chosen} == {"sound200", "sound201", "sound202", "sound203"}
