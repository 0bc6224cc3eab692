"""Which recording is a clip's sound, what its place rests on, and what has to be listened to yet."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.recipe import SoundMapping
from circletake.contracts.sound import Listened
from circletake.contracts.takes import SoundFile
from circletake.film.sound.mismatches import Mismatch
from circletake.film.sound.overlaps import Standing
from circletake.film.sound.placing import MOST_TO_HEAR, Candidate, Placing, place, tracks
from circletake.film.takes.day import DayClip
from circletake.film.timing import Timecode

PAL = Fraction(25)


def shot(label: str | None = "10:00:10:00", *, seconds: int = 40, sound: bool = True) -> DayClip:
    start = Timecode.parse(label, PAL).frames if label else None
    return DayClip("clip#1", "A001C001", "A001", PAL, seconds * 25, start=start, sound=sound)


def recorded(label: str | None, name: str = "S1.WAV", *, seconds: float = 120, **more: object) -> SoundFile:
    start = None if label is None else int(Timecode.parse(label, PAL).seconds * 48_000)
    told = {"name": name, "rate": 48_000, "channels": 2, "frames": int(seconds * 48_000), "start": start}
    return SoundFile.model_validate(told | {"timecode_rate": PAL} | more)


def candidate(sound: SoundFile, *, tied: bool = True, id: str | None = None) -> Candidate:
    return Candidate(id or f"id-{sound.name}", sound, tied)


def heard(offset_s: float | None, confidence: float = 0.9, **more: object) -> Listened:
    return Listened.model_validate({"offset_s": offset_s, "confidence": confidence, "within_ppm": 1.0} | more)


def placed(*candidates: Candidate, clip: DayClip | None = None, **listened: Listened) -> Placing:
    ears = {id.replace("_", "."): each for id, each in listened.items()}
    return place(clip or shot(), candidates, ears, silent=False)


def lies(found: Placing) -> list[tuple[str, float, Fraction]]:
    return [(each.id, float(each.offset), each.speed) for each in found.chosen]


ONE = Fraction(1)
NOTHING = heard(None, 0.0)
HERE = recorded("10:00:00:00")


def test_a_sound_with_the_same_timecode_lies_there_to_the_sample_and_is_to_be_heard_there() -> None:
    found = placed(candidate(HERE))
    assert lies(found) == [("id-S1.WAV", 480_000, ONE)]
    assert found.standing is Standing.TIMECODE
    assert found.to_hear == (("id-S1.WAV", 10.0),)
    assert found.listed == ()
    assert found.sentence == "S1.WAV, by timecode."


def test_listening_confirms_a_timecode_and_leaves_the_sound_where_it_is() -> None:
    alone = placed(candidate(HERE))
    found = place(shot(), [candidate(HERE)], {"id-S1.WAV": heard(10.03)}, silent=False)
    assert found.standing is Standing.CONFIRMED
    assert found.chosen == alone.chosen
    assert found.confidence == pytest.approx(0.99)
    assert found.to_hear == ()


def test_where_listening_contradicts_its_place_is_used_and_both_are_listed() -> None:
    found = place(shot(), [candidate(HERE)], {"id-S1.WAV": heard(10.5)}, silent=False)
    assert found.standing is Standing.CONTRADICTED
    assert lies(found) == [("id-S1.WAV", 504_000, ONE)]
    assert found.confidence == pytest.approx(0.9)
    (line,) = found.listed
    assert line.mismatch is Mismatch.CONTRADICTED
    assert "10.500 s into it by its sound, 10.000 s by its timecode" in line.sentence


def test_raw_that_nobody_opens_here_is_never_listened_for_and_says_so_with_and_without_a_place() -> None:
    raw = replace(shot(), closed=True)
    found = place(raw, [candidate(HERE)], {}, silent=False)
    assert (found.standing, found.to_hear) == (Standing.TIMECODE, ())
    assert found.sentence == (
        "S1.WAV, by timecode. Its own sound was not listened to: it is RAW that was not opened here."
    )
    lost = place(replace(raw, start=None), [candidate(HERE)], {}, silent=False)
    assert (lost.chosen, lost.to_hear, [each.mismatch for each in lost.listed]) == ((), (), [Mismatch.NO_SOUND])
    assert "was not listened to" in lost.sentence


def test_what_was_heard_with_little_confidence_is_nothing() -> None:
    found = place(shot(), [candidate(HERE)], {"id-S1.WAV": heard(10.5, 0.4)}, silent=False)
    assert (found.standing, found.to_hear) == (Standing.TIMECODE, ())
    assert found.sentence.endswith("Nothing could be heard that tells more.")


def test_a_file_of_another_speed_is_laid_at_that_speed_and_listed() -> None:
    ears = {"id-S1.WAV": heard(10.0, speed=Fraction(1001, 1000))}
    found = place(shot(), [candidate(HERE)], ears, silent=False)
    assert lies(found) == [("id-S1.WAV", 480_000, Fraction(1001, 1000))]
    assert [line.mismatch for line in found.listed] == [Mismatch.WRONG_RATE]


def test_drift_is_listed_and_changes_no_place() -> None:
    found = place(shot(), [candidate(HERE)], {"id-S1.WAV": heard(10.0, drift_ppm=80.0)}, silent=False)
    assert [line.mismatch for line in found.listed] == [Mismatch.DRIFT]
    assert lies(found) == [("id-S1.WAV", 480_000, ONE)]


def test_of_several_the_one_that_is_tied_to_the_take_goes_first_then_the_one_that_covers_most() -> None:
    tied, longer = candidate(recorded("10:00:20:00", "T.WAV")), candidate(HERE, tied=False)
    assert placed(longer, tied).chosen[0].id == "id-T.WAV"
    shorter = candidate(recorded("10:00:20:00", "A.WAV"), tied=False)
    assert placed(shorter, longer).chosen[0].id == "id-S1.WAV"


def test_a_sound_that_was_heard_goes_before_one_whose_timecode_is_in_doubt() -> None:
    doubted = candidate(recorded("10:00:00:00", "D.WAV", timecode_rate=Fraction(24000, 1001)))
    other = candidate(recorded("10:00:05:00", "E.WAV"), tied=False)
    found = place(shot(), [doubted, other], {"id-D.WAV": NOTHING, "id-E.WAV": heard(5.0)}, silent=False)
    assert [each.id for each in found.chosen] == ["id-E.WAV"]
    assert found.standing is Standing.CONFIRMED


def test_a_doubted_timecode_is_listened_to_everywhere_and_what_is_heard_holds() -> None:
    doubted = candidate(recorded("10:00:00:00", timecode_rate=Fraction(24000, 1001)))
    found = placed(doubted)
    assert (found.standing, found.to_hear) == (Standing.DOUBTED, (("id-S1.WAV", None),))
    assert "count at different speeds" in found.sentence
    assert [line.mismatch for line in found.listed] == [Mismatch.CLOCKS_DIFFER]
    after = place(shot(), [doubted], {"id-S1.WAV": heard(48.0)}, silent=False)
    assert after.standing is Standing.HEARD
    assert lies(after) == [("id-S1.WAV", 48 * 48_000, ONE)]


def test_one_that_is_tied_by_name_without_timecode_is_listened_to_and_placed_where_it_was_heard() -> None:
    named = candidate(recorded(None))
    found = placed(named)
    assert (found.chosen, found.listed, found.to_hear) == ((), (), (("id-S1.WAV", None),))
    after = place(shot(), [named], {"id-S1.WAV": heard(33.25)}, silent=False)
    assert after.standing is Standing.HEARD
    assert after.confidence == pytest.approx(0.9)
    assert lies(after) == [("id-S1.WAV", 33.25 * 48_000, ONE)]
    assert after.sentence == "S1.WAV, by listening."


def test_only_where_nothing_else_gives_it_a_place_the_rest_of_the_day_is_listened_to() -> None:
    rest = [candidate(recorded(None, f"R{n:02}.WAV"), tied=False) for n in range(20)]
    assert len(placed(*rest).to_hear) == MOST_TO_HEAR
    assert placed(candidate(HERE), *rest).to_hear == (("id-S1.WAV", 10.0),)
    named = candidate(recorded(None, "N.WAV"))
    assert placed(named, *rest).to_hear == (("id-N.WAV", None),)
    after = place(shot(), [named, *rest], {"id-N.WAV": NOTHING}, silent=False)
    assert [each for each, _ in after.to_hear] == [f"id-R{n:02}.WAV" for n in range(MOST_TO_HEAR)]
    first = {f"id-R{n:02}.WAV": NOTHING for n in range(MOST_TO_HEAR)} | {"id-N.WAV": NOTHING}
    last = place(shot(), [named, *rest], first, silent=False)
    assert [each for each, _ in last.to_hear] == [f"id-R{n}.WAV" for n in range(16, 20)]
    found = place(shot(), [named, *rest], first | {"id-R17.WAV": heard(3.0)}, silent=False)
    assert ([each.id for each in found.chosen], found.to_hear) == (["id-R17.WAV"], ())


def test_the_tail_of_another_take_is_no_sound_of_this_one() -> None:
    tail = candidate(recorded("09:58:30:00", seconds=105), tied=False)
    found = placed(tail, clip=shot(sound=False))
    assert found.chosen == ()
    assert [line.mismatch for line in found.listed] == [Mismatch.NO_SOUND]
    assert placed(candidate(tail.sound), clip=shot(sound=False)).chosen[0].id == "id-S1.WAV"


def test_a_clip_without_camera_sound_has_its_timecode_alone() -> None:
    found = placed(candidate(HERE), clip=shot(sound=False))
    assert (found.standing, found.to_hear) == (Standing.TIMECODE, ())
    assert "The camera recorded no sound to compare." in found.sentence
    without = placed(candidate(HERE), clip=shot(None, sound=False))
    assert (without.chosen, without.to_hear) == ((), ())
    assert [line.mismatch for line in without.listed] == [Mismatch.NO_SOUND]


def test_a_clip_without_timecode_is_heard() -> None:
    clip = shot(None)
    assert placed(candidate(HERE), clip=clip).to_hear == (("id-S1.WAV", None),)
    found = place(clip, [candidate(HERE)], {"id-S1.WAV": heard(7.0, drift_ppm=90.0)}, silent=False)
    assert found.standing is Standing.HEARD
    assert lies(found) == [("id-S1.WAV", 7 * 48_000, ONE)]
    assert [line.mismatch for line in found.listed] == [Mismatch.DRIFT]


def test_what_was_shot_without_sound_or_off_speed_has_none_and_nothing_is_amiss() -> None:
    found = place(shot(), [candidate(HERE)], {"id-S1.WAV": heard(3.0)}, silent=True)
    assert (found.chosen, found.standing, found.listed, found.to_hear) == ((), None, (), ())


def test_the_files_of_a_family_are_one_recording_that_is_heard_once_in_its_mix() -> None:
    isos = candidate(recorded("10:00:00:00", "F_1.WAV", family="F", tracks={1: "Boom", 2: "Anna"}))
    mix = candidate(recorded("10:00:00:00", "F_2.WAV", family="F", tracks={1: "MixL", 2: "MixR"}), tied=False)
    found = placed(isos, mix)
    assert [each.id for each in found.chosen] == ["id-F_2.WAV", "id-F_1.WAV"]
    assert found.to_hear == (("id-F_2.WAV", 10.0),)
    assert found.sentence == "F_2.WAV and 1 more of its family, by timecode."
    later = place(shot(), [isos, mix], {"id-F_1.WAV": heard(10.0)}, silent=False)
    assert (later.standing, later.to_hear) == (Standing.CONFIRMED, ())


def test_of_a_family_without_end_no_more_is_laid_under_a_clip_than_an_order_holds() -> None:
    isos = [candidate(recorded("10:00:00:00", f"F_{number:03}.WAV", family="F")) for number in range(100)]
    found = placed(*isos, candidate(recorded("10:00:00:00", "Z.WAV", family="F", tracks={1: "Mix"})))
    assert [each.id for each in found.chosen] == ["id-Z.WAV", *(each.id for each in isos[:63])]
    assert "Z.WAV and 63 more of its family" in found.sentence


def test_a_long_recording_in_several_files_gives_the_one_that_covers_most() -> None:
    parts = [candidate(recorded(f"10:00:{at}:00", f"L{at}.WAV", family="L", seconds=25)) for at in ("00", "25")]
    found = placed(*parts, clip=shot("10:00:20:00", seconds=20))
    assert lies(found) == [("id-L25.WAV", -5 * 48_000, ONE)]
    assert "covers 75% of the picture" in found.sentence


def test_a_recording_that_was_brought_in_twice_counts_once() -> None:
    twice = [candidate(HERE, id=id) for id in ("b", "a")]
    found = placed(*twice)
    assert [each.id for each in found.chosen] == ["a"]
    assert found.to_hear == (("a", 10.0),)
    assert placed(*twice, b=heard(10.0)).standing is Standing.CONFIRMED


_sounds = st.builds(
    lambda start, name, seconds, family, rate: recorded(
        start, name, seconds=seconds, family=family, timecode_rate=rate
    ),
    st.sampled_from([None, "09:59:00:00", "10:00:00:00", "10:00:20:00", "10:00:49:00", "14:00:00:00"]),
    st.sampled_from(["A.WAV", "B.WAV", "C.WAV"]),
    st.sampled_from([0, 20, 120, 1800]),
    st.sampled_from([None, "F", "G"]),
    st.sampled_from([None, PAL, Fraction(24000, 1001)]),
)
_listened = st.one_of(
    st.just(NOTHING),
    st.builds(heard, st.floats(-100, 2000), st.floats(0, 1), drift_ppm=st.floats(-200, 200)),
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[DayClip, list[Candidate], dict[str, Listened], bool]:
    clip = shot(draw(st.sampled_from([None, "10:00:10:00"])), sound=draw(st.booleans()))
    made = [
        candidate(sound, tied=draw(st.booleans()), id=f"{number}")
        for number, sound in enumerate(draw(st.lists(_sounds, max_size=6)))
    ]
    ears = {each.id: draw(_listened) for each in made if draw(st.booleans())}
    return clip, made, ears, draw(st.integers(0, 9)) == 0


@given(situation=situations(), chance=st.randoms())
def test_the_order_of_the_candidates_makes_no_difference(
    situation: tuple[DayClip, list[Candidate], Mapping[str, Listened], bool], chance: object
) -> None:
    clip, made, ears, silent = situation
    mixed = list(made)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert place(clip, mixed, ears, silent=silent) == place(clip, made, ears, silent=silent)


@given(situation=situations())
def test_no_place_is_surer_than_its_evidence_and_none_is_heard_twice(
    situation: tuple[DayClip, list[Candidate], Mapping[str, Listened], bool],
) -> None:
    clip, made, ears, silent = situation
    found = place(clip, made, ears, silent=silent)
    of = {each.id: each for each in made}
    chosen = [of[each.id] for each in found.chosen]
    assert (found.standing is None) == (not chosen) == (found.confidence == 0)
    sure = max((each.confidence for each in ears.values() if each.offset_s is not None), default=0.0)
    clocked = clip.start is not None and any(each.sound.start is not None for each in chosen)
    assert found.confidence <= 1 - (1 - (0.9 if clocked else 0)) * (1 - sure) + 1e-9
    if found.standing in (Standing.HEARD, Standing.CONTRADICTED):
        assert found.confidence <= sure + 1e-9
    assert not {each for each, _ in found.to_hear} & ears.keys()
    assert len(found.to_hear) <= MOST_TO_HEAR
    if silent or not clip.sound:
        assert found.to_hear == ()
    if silent:
        assert not chosen


MAPPED = recorded("10:00:00:00", channels=6, tracks={1: "MixL", 2: "MixR", 3: "Boom", 4: "Anna", 6: "Ben"})


def names(sounds: list[SoundFile], mapping: SoundMapping) -> tuple[list[str], list[str]]:
    mix, isos = tracks(list(enumerate(sounds)), mapping)
    return [each.name for each in mix], [each.name for each in isos]


@pytest.mark.parametrize(
    ("mapping", "wanted"),
    [
        (SoundMapping(), (["MixL", "MixR"], ["Boom", "Anna", "Ben"])),
        (SoundMapping(mix=("boom",)), (["Boom"], ["MixL", "MixR", "Anna", "Ben"])),
        (SoundMapping(mix=("Nobody", "Ben", "Anna", "Boom"), isos=("boom",)), (["Ben", "Anna"], ["Boom"])),
        (SoundMapping(mix=("Nobody",), isos=()), (["MixL", "MixR"], [])),
        (SoundMapping(mix=("boom", "BOOM"), isos=("Ben", "BEN")), (["Boom"], ["Ben"])),
        (SoundMapping(isos=("Ben", "Carl", "Anna", "MixL")), (["MixL", "MixR"], ["Ben", "Anna"])),
    ],
)
def test_the_mix_and_the_named_isos_are_taken_as_a_production_wants_them(
    mapping: SoundMapping, wanted: tuple[list[str], list[str]]
) -> None:
    assert names([MAPPED], mapping) == wanted


def test_without_names_the_first_two_are_the_mix() -> None:
    assert names([recorded(None, channels=4)], SoundMapping()) == (["Track 1", "Track 2"], [])
    assert names([recorded(None, channels=1)], SoundMapping()) == (["Track 1"], [])
    first = recorded(None, channels=1, tracks={1: "Boom"})
    assert names([first, first], SoundMapping()) == (["Boom", "Boom"], [])


@pytest.mark.parametrize(
    ("name", "is_mix"),
    [("Mix", 1), ("MIX L", 1), ("MixR", 1), ("Mono Mix", 1), ("L-Mix", 1), ("Mixer", 0), ("Remix", 0), ("Trix", 0)],
)
def test_a_mix_is_known_by_its_name(name: str, is_mix: int) -> None:
    sound = recorded(None, channels=3, tracks={1: "Boom", 3: name})
    assert names([sound], SoundMapping())[0] == ([name] if is_mix else ["Boom", "Track 2"])
