"""Which sound runs with a picture, and where: to the sample by timecode, and what listening adds or takes away."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.takes import SoundFile
from circletake.film.sound.mismatches import DRIFT_PPM, Mismatch, mismatches
from circletake.film.sound.overlaps import Doubt, Heard, Overlap, Picture, Standing, in_samples, overlaps, standing
from circletake.film.timing import Timecode, dropped_labels, frames_in_a_day
from tests.effort import within_cpu

FILM, PAL, NTSC = Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)
#: Rate, and whether in drop-frame.
CLOCKS = [
    *((rate, False) for rate in (FILM, Fraction(24), PAL, NTSC, Fraction(30), Fraction(48000, 1001), Fraction(48))),
    *((rate, False) for rate in (Fraction(50), Fraction(60000, 1001), Fraction(60))),
    (NTSC, True),
    (Fraction(60000, 1001), True),
]


def shot(label: str, rate: Fraction = FILM, seconds: int = 30) -> Picture:
    return Picture(Timecode.parse(label, rate), round(seconds * rate))


def recorded(label: str, rate: Fraction = FILM, *, minutes: float = 2, hz: int = 48_000, **more: object) -> SoundFile:
    """A sound whose recorder showed this label as it began."""
    at = Timecode.parse(label, rate)
    known: dict[str, object] = {
        "name": "S.WAV",
        "timecode_rate": rate,
        "drop": at.drop,
        "start": round(at.seconds * hz),
    }
    known |= {"rate": hz, "channels": 2, "frames": int(minutes * 60 * hz)}
    return SoundFile.model_validate(known | more)


def met(picture: Picture, *sounds: SoundFile) -> Overlap:
    (found,) = overlaps(picture, sounds)
    return found


def heard(offset_s: float, *, speed: Fraction = Fraction(1), ppm: float = 0, within: float = 1) -> Heard:
    return Heard(offset_s, 0.98, speed, ppm, within)


@pytest.mark.parametrize(
    ("picture", "sound", "offset"),
    [
        # Five seconds of labels at 23.976 last 5.005 s: each frame 2,002 samples.
        (shot("10:00:05:00"), recorded("10:00:00:00"), 240_240),
        (shot("10:00:05:00", PAL), recorded("10:00:00:00", PAL), 240_000),
        (shot("10:00:05:00", Fraction(24)), recorded("10:00:00:00", Fraction(24)), 240_000),
        (shot("10:00:05:00", NTSC), recorded("10:00:00:00", NTSC), 240_240),
        # A minute of drop-frame has 1,798 frames of 1,601.6 samples; the file begins at a whole sample, 0.2 before.
        (shot("01:00:10;00", NTSC), recorded("01:00:00;00", NTSC), Fraction(4_804_802, 10)),
        (shot("01:01:10;00", NTSC), recorded("01:00:00;00", NTSC), 2098 * Fraction(16016, 10) + Fraction(2, 10)),
        # A camera at 23.976 and a recorder at 29.97 without drop-frame count the same clock.
        (shot("10:00:05:00"), recorded("10:00:00:00", NTSC), 240_240),
        (shot("10:00:05:12", Fraction(48000, 1001)), recorded("10:00:00:00"), 240_240 + 12 * 1001),
        (shot("10:00:05:00"), recorded("10:00:00:00", hz=96_000), 480_480),
        (shot("10:00:00:00"), recorded("10:00:01:00"), -48_048),
        (shot("23:59:50:00", PAL), recorded("23:59:00:00", PAL), 50 * 48_000),
        (shot("23:59:50:00", PAL), recorded("00:00:05:00", PAL), -15 * 48_000),
        (shot("00:00:05:00", PAL), recorded("23:59:50:00", PAL), 15 * 48_000),
        (shot("00:00:05:00"), recorded("23:59:50:00"), 15 * 48_048),
    ],
)  # fmt: skip
def test_the_pictures_first_frame_is_found_to_the_sample(picture: Picture, sound: SoundFile, offset: Fraction) -> None:
    found = met(picture, sound)
    assert found.offset == offset
    assert found.doubts == ()


@given(
    clock=st.sampled_from(CLOCKS),
    share=st.fractions(0, 1),
    frames=st.integers(1, 5000),
    before=st.integers(-4000, 20_000),
    hz=st.sampled_from([44_100, 47_952, 48_000, 48_048, 96_000]),
)
def test_sound_and_picture_that_began_so_many_frames_apart_are_found_so_at_any_hour(
    clock: tuple[Fraction, bool], share: Fraction, frames: int, before: int, hz: int
) -> None:
    rate, drop = clock
    sound_began = Timecode(int(share * frames_in_a_day(rate, drop)), rate, drop)
    picture = Picture(sound_began + before, frames)
    sound = recorded(str(sound_began), rate, minutes=5, hz=hz)
    away = Fraction(before * hz) / rate
    found = overlaps(picture, [sound])
    if away >= sound.frames or before + frames <= 0:
        assert found == []
    elif min(sound.frames - away, (before + frames) * hz / rate) > 1:
        # The file begins at a whole sample; its timecode may not.
        assert abs(found[0].offset - away) <= Fraction(1, 2)
        assert 0 < found[0].covered <= 1


def test_two_hundred_pairs_of_every_clock_are_found_to_a_quarter_of_a_frame() -> None:
    for number in range(200):
        rate, drop = CLOCKS[number % len(CLOCKS)]
        began = Timecode(number * 12_345_678, rate, drop)
        picture = Picture(began + 24 * number, 500)
        found = met(picture, recorded(str(began), rate, minutes=30))
        assert abs(found.offset / 48_000 - 24 * number / rate) < Fraction(1, 4) / rate
        assert dropped_labels(rate) or not drop


def test_the_sound_of_a_recorder_that_counts_at_another_speed_is_placed_by_its_label_and_doubted() -> None:
    picture = shot("10:00:05:00")
    found = met(picture, recorded("10:00:00:00", Fraction(24)))
    assert found.offset == 240_240
    assert found.doubts == (Doubt.CLOCKS_DIFFER,)
    drop = met(shot("10:00:05:00", NTSC), recorded("10:00:00;00", NTSC))
    assert abs(drop.offset - 240_240) < 1
    assert drop.doubts == (Doubt.CLOCKS_DIFFER,)


def test_a_file_that_names_no_rate_is_placed_by_its_seconds_and_doubted() -> None:
    sound = recorded("10:00:00:00").model_copy(update={"timecode_rate": None})
    assert met(shot("10:00:05:00"), sound).doubts == (Doubt.RATE_UNSTATED,)
    assert met(shot("10:00:05:00"), sound).offset == 240_240


def test_a_start_that_is_counted_at_another_rate_than_the_sound_is_still_where_it_was() -> None:
    sound = recorded("10:00:00:00").model_copy(update={"start": 36_036 * 96_000, "start_rate": 96_000})
    assert met(shot("10:00:05:00"), sound).offset == 240_240


def test_sound_before_after_or_without_timecode_does_not_run_with_the_picture() -> None:
    picture = shot("10:00:00:00", PAL)
    before, after = recorded("09:58:00:00", PAL), recorded("10:00:30:00", PAL)
    assert overlaps(picture, [before, after, before.model_copy(update={"start": None})]) == []
    assert overlaps(Picture(picture.start, 0), [recorded("10:00:00:00", PAL)]) == []


def test_what_covers_most_of_the_picture_comes_first_and_says_how_much() -> None:
    picture = shot("10:00:00:00", PAL, seconds=30)
    half = recorded("10:00:15:00", PAL, name="late.wav")
    whole = recorded("09:59:50:00", PAL, name="whole.wav")
    assert [(each.sound.name, each.covered) for each in overlaps(picture, [half, whole])] == [
        ("whole.wav", 1),
        ("late.wav", Fraction(1, 2)),
    ]


def test_files_of_a_family_are_one_recording_and_none_is_doubted() -> None:
    parts = [recorded("10:00:00:00", name=f"S_{n}.WAV", family="F1", recorded=f"2026-11-2{n}") for n in (3, 4)]
    assert [each.doubts for each in overlaps(shot("10:00:05:00"), parts)] == [(), ()]


def test_the_same_timecode_on_two_days_is_doubted_on_both() -> None:
    sounds = [recorded("10:00:00:00", name=f"{day}.WAV", recorded=f"2026-11-{day} 10:00:00") for day in (22, 23)]
    found = overlaps(shot("10:00:05:00"), sounds)
    assert [each.doubts for each in found] == [(Doubt.ANOTHER_DAY,)] * 2
    listed = mismatches(shot("10:00:05:00"), found, {})
    assert [line.mismatch for line in listed] == [Mismatch.ANOTHER_DAY] * 2


@pytest.mark.parametrize("dates", [1, 2])
def test_a_day_whose_recorder_begins_every_file_at_midnight_is_read_at_once(dates: int) -> None:
    """Each picture of such a day runs with all its sounds: two seconds of work for each would be an hour of a day."""
    sounds = [
        recorded("00:00:00:00", name=f"{number}.WAV", recorded=f"2026-09-{number % dates + 1:02} 10:00:00")
        for number in range(300)
    ]
    with within_cpu(1):
        found = overlaps(shot("00:00:05:00"), sounds)
    assert {each.doubts for each in found} == ({()} if dates == 1 else {(Doubt.ANOTHER_DAY,)})


def test_two_recorders_of_one_night_are_not_taken_for_two_days() -> None:
    main = recorded("23:58:00:00", PAL, minutes=10, name="main.wav", recorded="2026-11-23 23:58:00")
    spare = recorded("00:01:00:00", PAL, minutes=10, name="spare.wav", recorded="2026-11-24 00:01:00")
    undated = recorded("23:59:00:00", PAL, minutes=10, name="undated.wav")
    found = overlaps(shot("00:01:10:00", PAL), [main, spare, undated])
    assert [each.doubts for each in found] == [(), (), ()]


def test_listening_confirms_contradicts_or_stands_alone() -> None:
    picture, sound = shot("10:00:05:00"), recorded("10:00:00:00")
    place = met(picture, sound)
    unsure = met(picture, recorded("10:00:00:00", Fraction(24)))
    assert standing(place, None, picture) is Standing.TIMECODE
    assert standing(unsure, None, picture) is Standing.DOUBTED
    assert standing(place, heard(5.005 + 1 / 24), picture) is Standing.CONFIRMED
    assert standing(place, heard(5.005 + 3 / 24), picture) is Standing.CONTRADICTED
    assert standing(unsure, heard(5.005 + 3 / 24), picture) is Standing.HEARD
    assert standing(None, heard(7), picture) is Standing.HEARD
    assert standing(None, None, picture) is None
    assert in_samples(heard(7.5), sound) == 360_000


def test_what_fits_is_not_listed() -> None:
    picture, sound = shot("10:00:05:00"), recorded("10:00:00:00")
    assert mismatches(picture, [met(picture, sound)], {}) == []
    assert mismatches(picture, [met(picture, sound)], {sound.name: (sound, heard(5.01, ppm=18))}) == []
    assert mismatches(picture, [], {sound.name: (sound, heard(5.01))}) == []


def test_a_picture_without_sound_is_listed_unless_it_was_shot_without() -> None:
    assert [line.mismatch for line in mismatches(shot("10:00:05:00"), [], {})] == [Mismatch.NO_SOUND]
    assert mismatches(shot("10:00:05:00"), [], {}, silent=True) == []


@pytest.mark.parametrize(
    ("sound", "said", "mismatch", "words"),
    [
        (recorded("10:00:00:00"), heard(5.505), Mismatch.CONTRADICTED, "12.0 frames later"),
        (recorded("10:00:00:00"), heard(4.505), Mismatch.CONTRADICTED, "12.0 frames earlier"),
        (recorded("10:00:00:00"), heard(5.01, ppm=45), Mismatch.DRIFT, "45 ppm"),
        (recorded("10:00:00:00"), heard(5.01, ppm=-45), Mismatch.DRIFT, "45 ppm"),
        (recorded("10:00:00:00"), heard(5.01, speed=Fraction(147, 160)), Mismatch.WRONG_RATE, "0.9187 s"),
        (recorded("10:00:00:00", Fraction(24)), heard(5.01), Mismatch.CLOCKS_DIFFER, "counts 24, the camera 23.976"),
    ],
)
def test_what_does_not_fit_is_listed_with_a_sentence(
    sound: SoundFile, said: Heard, mismatch: Mismatch, words: str
) -> None:
    picture = shot("10:00:05:00")
    (line,) = mismatches(picture, [met(picture, sound)], {sound.name: (sound, said)})
    assert (line.mismatch, line.sound) == (mismatch, "S.WAV")
    assert words in line.sentence


def test_a_drift_that_may_as_well_be_within_the_limit_is_not_listed() -> None:
    picture, sound = shot("10:00:05:00"), recorded("10:00:00:00")
    unsure = heard(5.01, ppm=DRIFT_PPM + 10, within=15)
    assert mismatches(picture, [met(picture, sound)], {sound.name: (sound, unsure)}) == []
