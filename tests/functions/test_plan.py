"""What a clip is planned as: its mark, and what its order needs."""

from fractions import Fraction

import pytest

from circletake.contracts.facts import TranscodeClip
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import ClipRef, RollRef
from circletake.contracts.media import ColorTags, Inspection, Route, VideoStream
from circletake.contracts.recipe import Editorial, EditorialFormat, Recipe, SoundMapping
from circletake.contracts.sound import AppliedSound, PlacedSound, SoundTrack
from circletake.contracts.takes import SoundFile
from circletake.media.plan import estimate
from functions.plan.following import is_planned_with
from functions.plan.plan import Wanted, order, want
from functions.transcode.transcoding import _job

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
CLIP = ClipRef(roll=ROLL, clip_id="0" * 20, version="1" * 20)
VIDEO = VideoStream(
    codec="prores", profile=None, pixel_format="yuv422p10le", width=1920, height=1080, sample_aspect_ratio=None,
    rotation_degrees=0, field_order=None, rate=Fraction(24), variable_rate=False, frames=240, frames_counted=False,
    color=ColorTags(primaries=None, transfer=None, matrix=None, range=None),
)  # fmt: skip
FOUND = Inspection(
    container="QuickTime", size_bytes=10**8, duration_s=Fraction(10), video=VIDEO, audio=(), start_timecode=None,
    reel=None, estimate=estimate(VIDEO, Fraction(10), 10**8), route=Route.LAMBDA,
)  # fmt: skip
ROW = {"title": "A001C001", "spans": '[{"key":"k","s3_version":"1","version":"22222222222222222222","size_bytes":5}]'}
ROW |= {"inspection": FOUND.model_dump_json()}
EDITORIAL = Recipe(rate=Fraction(24), editorial=Editorial(formats=(EditorialFormat.DNXHR_LB_MOV,)))


def sound(*, offset: int = 0, sentence: str = "By timecode.", isos: int = 0) -> AppliedSound:
    file = SourceFile(key="T.WAV", s3_version="1", version="3" * 20, size_bytes=6 * 10**9)
    tracks = tuple(SoundTrack(name=f"T{channel}", file=0, channel=channel) for channel in range(2, isos + 2))
    placed = PlacedSound(file=file, offset=offset, rate=48_000)
    mix = SoundTrack(name="Mix", file=0, channel=1)
    return AppliedSound(files=(placed,), mix=(mix,), isos=tracks, sentence=sentence)


def wanted(recipe: Recipe = EDITORIAL, *, sounds: AppliedSound | None = None, circled: bool = False) -> Wanted:
    return want(recipe, [], day="D001", title="A001C001", slate=None, camera=None, sound=sounds, circled=circled)


@pytest.mark.parametrize(
    ("recipe", "mark", "job"),
    [
        (Recipe(), "b5a1499757596129e667", "c3249a9e4c26e5d99a9a"),
        (EDITORIAL, "8aead1cc335cbdbf24c7", "d78cca1b3df5bca62ed3"),
    ],
)
def test_what_was_planned_before_there_was_a_recorders_sound_is_not_made_anew(
    recipe: Recipe, mark: str, job: str
) -> None:
    """The marks and ids are those of the code before it knew of sound and circles."""
    mapped = recipe.model_copy(update={"sound": SoundMapping(mix=("Mix",), scratch=False)})
    for each in (recipe, mapped):
        for circled in (False, True):
            planned = wanted(each, circled=circled)
            assert planned.mark == mark
            made = order(CLIP, ROW, planned, None, 2)
            assert isinstance(made, TranscodeClip)
            assert _job("transcode", made, made).id == job


def test_another_place_of_the_sound_is_another_proxy_and_other_words_for_it_are_not() -> None:
    marks = [wanted(sounds=each).mark for each in (None, sound(), sound(offset=1), sound(isos=1))]
    assert len(set(marks)) == 4
    assert wanted(sounds=sound(sentence="By ear.")).mark == marks[1]
    other = EDITORIAL.model_copy(update={"sound": SoundMapping(scratch=False)})
    assert wanted(other, sounds=sound()).mark != marks[1]
    # Another mapping that comes to the same tracks is the same proxy.
    same = EDITORIAL.model_copy(update={"sound": SoundMapping(mix=("Mix",))})
    assert wanted(same, sounds=sound()).mark == marks[1]


def test_the_disk_holds_what_is_fetched_of_the_sound_and_no_more() -> None:
    frames = {"3" * 20: SoundFile(name="T.WAV", rate=48_000, channels=3, frames=10**9)}
    plain = order(CLIP, ROW, wanted(), None, 1)
    heard = order(CLIP, ROW, wanted(sounds=sound(isos=2)), None, 1, frames)
    assert isinstance(plain, TranscodeClip)
    assert isinstance(heard, TranscodeClip)
    # Ten seconds of six bytes a sample, and three tracks of 24 bits in the proxy.
    more = heard.inspection.estimate.disk_bytes - plain.inspection.estimate.disk_bytes
    assert 480_000 * 6 + 3 * 480_000 * 3 <= more < 1.01 * (480_000 * 6 + 3 * 480_000 * 3) + 100_000
    late = order(CLIP, ROW, wanted(sounds=sound(offset=10**9 - 48_000)), None, 1, frames)
    assert isinstance(late, TranscodeClip)
    assert late.inspection.estimate.disk_bytes < heard.inspection.estimate.disk_bytes


def test_a_file_that_says_it_has_few_samples_in_gigabytes_makes_no_clip_too_large_for_a_worker() -> None:
    little = {"3" * 20: SoundFile(name="T.WAV", rate=48_000, channels=2, frames=48_000)}
    plain, heard = order(CLIP, ROW, wanted(), None, 1), order(CLIP, ROW, wanted(sounds=sound()), None, 1, little)
    assert isinstance(plain, TranscodeClip)
    assert isinstance(heard, TranscodeClip)
    assert heard.inspection.estimate.disk_bytes - plain.inspection.estimate.disk_bytes < 48_000 * 16 + 2_000_000


def test_a_row_remembers_with_which_sound_and_circle_it_was_planned() -> None:
    assert is_planned_with({}, None, is_circled=False)
    assert not is_planned_with({}, sound(), is_circled=False)
    assert not is_planned_with({}, None, is_circled=True)
    row = {"sound": sound().model_dump_json(), "circled": True}
    assert is_planned_with(row, sound(sentence="By ear."), is_circled=True)
    assert not is_planned_with(row, sound(offset=1), is_circled=True)
    assert not is_planned_with(row, None, is_circled=True)
    assert not is_planned_with(row, sound(), is_circled=False)
