"""The recorder's sound under a clip: a click lies at its flash, in every proxy, by every way that a proxy is made."""

import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from circletake.contracts.media import Inspection, Measurements
from circletake.contracts.recipe import Editorial, EditorialFormat, QcKind, Recipe, SoundMapping
from circletake.contracts.sound import AppliedSound
from circletake.media.byte_ranges import contents_of
from circletake.media.inspecting import inspect
from functions.transcode.assembling import assemble
from functions.transcode.making import Making
from functions.transcode.transcode import transcode
from tests import footage
from tests.functions.recording import (
    LOUD,
    Shelf,
    applied,
    click_in,
    clicking,
    fetched,
    flash_of,
    flashing,
    heard_in,
    placed,
    written,
)
from tests.functions.test_editorial import probed, told
from tests.functions.test_segments import frames_md5, make_piece, pieces_of, without_cpu

_WORKER: dict[str, Any] = {"tools": footage.TOOLS, "on_progress": lambda frames: None}
ALL = tuple(EditorialFormat)
FRAMES, FLASH = 50, 30


def inspected(clip: Path) -> Inspection:
    return inspect([clip], size_bytes=clip.stat().st_size, tools=footage.TOOLS, deadline=time.monotonic() + 60)


def make(
    clip: Path, sound: AppliedSound | None, *, recipe: Recipe | None = None, shelf: Shelf | None = None
) -> tuple[Path, Measurements, Making]:
    found, into = inspected(clip), clip.parent / "made"
    recorded = fetched(sound, found.duration_s, clip.parent / "sound", shelf) if sound else None
    made = Making(found, recipe or Recipe(editorial=Editorial(formats=ALL)), "A001C001", recorded=recorded)
    into.mkdir()
    return into, transcode([clip], made, into=into, deadline=time.monotonic() + 60, **_WORKER), made


def at(flash: int, rate: str) -> int:
    """→ the sample at which a frame begins."""
    return round(flash / Fraction(rate) * 48_000)


@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001"])
def test_the_click_lies_at_the_flash_in_every_proxy(tmp_path: Path, rate: str) -> None:
    clip = flashing(tmp_path / "a.mov", rate=rate, frames=FRAMES, at=FLASH, sound=1)
    offset = 480_123
    click = offset + at(FLASH, rate)
    sound = applied(
        placed(clicking(tmp_path / "T.WAV", [click] * 3, frames=700_000), offset=offset), ["Mix"], ["Boom", "Ann"]
    )
    into, *_ = make(clip, sound)
    for kind in ALL:
        assert flash_of(into / kind) == FLASH
        for track in range(3):
            heard = heard_in(into / kind, track)
            # Every sample, to the last bit: nothing was resampled.
            assert click_in(heard) == at(FLASH, rate)
            assert heard[at(FLASH, rate), 0] == LOUD
            assert np.count_nonzero(heard) == 1
            assert len(heard) == round(FRAMES / Fraction(rate) * 48_000)
    assert flash_of(into / "proxy.mp4") == FLASH
    # AAC's own priming is cut off by the container's edit list; the click is where it was.
    assert abs(click_in(heard_in(into / "proxy.mp4")) - at(FLASH, rate)) <= 1


@pytest.mark.parametrize(
    ("recorded", "speed"),
    [
        (48_000, Fraction(147, 160)),
        (44_100, Fraction(1)),
        (48_000, Fraction(1001, 1000)),
        (48_000, Fraction(1000, 1001)),
        (48_048, Fraction(1)),
        (96_000, Fraction(1)),
        (192_000, Fraction(1001, 1000)),
    ],
    ids=str,
)
def test_a_recorder_at_another_rate_or_speed_is_heard_in_step(tmp_path: Path, recorded: int, speed: Fraction) -> None:
    clip = flashing(tmp_path / "a.mov", rate="25", frames=FRAMES, at=FLASH)
    # Two clicks, an early one and a late one: it neither begins late nor runs away.
    late = at(FLASH, "25") * recorded * speed / 48_000
    early = at(3, "25") * recorded * speed / 48_000
    file = clicking(tmp_path / "T.WAV", [1000 + round(early), 1000 + round(late)], frames=3 * recorded, rate=recorded)
    sound = applied(placed(file, offset=1000, rate=recorded, speed=speed), ["Mix L", "Mix R"])
    into, *_ = make(clip, sound)
    for kind in ALL:
        assert abs(click_in(heard_in(into / kind, 0)) - at(3, "25")) <= 1
        assert abs(click_in(heard_in(into / kind, 1)) - at(FLASH, "25")) <= 1
        assert len(heard_in(into / kind, 0)) == 96_000


@pytest.mark.parametrize("speed", [Fraction(1), Fraction(147, 160)], ids=str)
def test_a_recorder_that_rolled_late_has_silence_before_it(tmp_path: Path, speed: Fraction) -> None:
    clip = flashing(tmp_path / "a.mov", rate="25", frames=FRAMES, at=FLASH)
    sound = np.full((60_000, 1), LOUD)
    late = 20_000
    begins = round(late / speed)
    into, *_ = make(clip, applied(placed(written(tmp_path / "T.WAV", sound), offset=-late, speed=speed), ["Mix"]))
    heard = heard_in(into / EditorialFormat.DNXHR_LB_MOV)[:, 0]
    ends = begins + round(60_000 / speed)
    assert not heard[: begins - 40].any()
    assert not heard[ends + 40 :].any()
    assert (heard[begins + 40 : ends - 40] > 0.9 * LOUD).all()
    first, last = np.flatnonzero(heard > LOUD / 2)[[0, -1]]
    assert abs(first - begins) <= 1
    assert abs(last + 1 - ends) <= 1
    assert len(heard) == 96_000


def test_a_recorder_that_stopped_early_has_silence_after_it_and_nothing_else_is_heard(tmp_path: Path) -> None:
    clip = flashing(tmp_path / "a.mov", rate="25", frames=FRAMES, at=FLASH, sound=2)
    into, measured, _ = make(
        clip, applied(placed(written(tmp_path / "T.WAV", np.full((50_000, 1), LOUD)), offset=10_000), ["Mix"])
    )
    heard = heard_in(into / EditorialFormat.PRORES_PROXY_MOV)[:, 0]
    assert (heard[:40_000] == LOUD).all()
    assert not heard[40_000:].any()
    # The camera's tone lies in the scratch tracks alone: what people hear ends with the recorder.
    assert not np.abs(heard_in(into / "proxy.mp4")[42_000:]).max() > 0.001
    assert [each.kind for each in measured.findings if each.kind is QcKind.SILENT] == [QcKind.SILENT]


def test_a_file_that_does_not_reach_the_clip_at_all_is_silence(tmp_path: Path) -> None:
    clip = flashing(tmp_path / "a.mov", rate="25", frames=FRAMES, at=FLASH)
    into, measured, _ = make(clip, applied(placed(clicking(tmp_path / "T.WAV", [0], frames=480), offset=5000), ["Mix"]))
    assert not heard_in(into / EditorialFormat.H264_MOV).any()
    assert measured.loudness is not None
    assert measured.loudness.integrated_lufs is None


@pytest.mark.parametrize("count", [1, 2, 6, 8, 10, 16, 33])
def test_each_iso_is_the_track_of_its_own_channel_however_many_there_are(tmp_path: Path, count: int) -> None:
    clip = flashing(tmp_path / "a.mov", rate="25", frames=10, at=5)
    clicks = [100 * (number + 1) for number in range(count)]
    names = [f"Track {number}" for number in range(count)]
    formats = (EditorialFormat.DNXHR_LB_MOV, EditorialFormat.DNXHR_LB_MXF)
    sound = applied(placed(clicking(tmp_path / "T.WAV", clicks, frames=20_000), offset=0), names[:1], names[1:])
    into, *_ = make(clip, sound, recipe=Recipe(editorial=Editorial(formats=formats)))
    for kind in formats:
        assert [click_in(heard_in(into / kind, track)) for track in range(count)] == clicks


@pytest.mark.parametrize(("scratch", "more"), [(True, ["Scratch 1", "Scratch 2"]), (False, [])])
def test_the_mix_comes_first_then_the_isos_then_the_cameras_own(tmp_path: Path, scratch: bool, more: list[str]) -> None:
    clip = flashing(tmp_path / "a.mov", rate="25", frames=10, at=5, sound=2)
    file = clicking(tmp_path / "T.WAV", [100, 200, 300, 400], frames=20_000)
    sound = applied(placed(file, offset=0), ["MixL", "MixR"], ["Boom — Æ", "-Ann=1"])
    formats = (EditorialFormat.DNXHR_LB_MOV, EditorialFormat.H264_MOV)
    recipe = Recipe(editorial=Editorial(formats=formats), sound=SoundMapping(scratch=scratch))
    into, *_ = make(clip, sound, recipe=recipe)
    for kind in formats:
        made = into / kind
        entries = "stream=codec_type:stream_tags=handler_name"
        streams = [each for each in told(made, entries)["streams"] if each["codec_type"] == "audio"]
        names = [each["tags"]["handler_name"] for each in streams]
        assert names == ["MixL", "MixR", "Boom — Æ", "-Ann=1", *more]
        assert [click_in(heard_in(made, track)) for track in range(4)] == [100, 200, 300, 400]
        if scratch:
            assert np.abs(heard_in(made, 5)).max() > 0.09
    # People hear the mix, in stereo.
    assert probed(into / "proxy.mp4").of_type("audio")[0]["channels"] == 2
    proxy = heard_in(into / "proxy.mp4", channels=2)
    assert abs(click_in(proxy[:, 0]) - 100) <= 1
    assert abs(click_in(proxy[:, 1]) - 200) <= 1


def test_a_recording_in_several_files_is_laid_together(tmp_path: Path) -> None:
    clip = flashing(tmp_path / "a.mov", rate="25", frames=FRAMES, at=FLASH)
    files = [clicking(tmp_path / f"T_{number}.WAV", [5000 + 100 * number], frames=60_000) for number in range(3)]
    tracks = applied(placed(*files, offset=1000), ["Mix"]).mix
    sound = AppliedSound(
        files=placed(*files, offset=1000),
        mix=tracks,
        isos=tuple(track.model_copy(update={"file": number}) for number in (2, 1) for track in tracks),
        sentence="By timecode.",
    )
    into, *_ = make(clip, sound)
    mxf = into / EditorialFormat.DNXHR_LB_MXF
    assert [click_in(heard_in(mxf, track)) for track in range(3)] == [4000, 4200, 4100]


@pytest.mark.parametrize(("bits", "is_float"), [(16, False), (32, False), (32, True)])
def test_sound_of_other_depths_comes_out_as_it_is(tmp_path: Path, bits: int, is_float: bool) -> None:
    clip = flashing(tmp_path / "a.mov", rate="25", frames=10, at=5)
    file = clicking(tmp_path / "T.WAV", [700], frames=20_000, bits=bits, is_float=is_float)
    into, *_ = make(clip, applied(placed(file, offset=0), ["Mix"]))
    heard = heard_in(into / EditorialFormat.DNXHR_LB_MOV)
    assert click_in(heard) == 700
    assert heard[700, 0] == LOUD


def test_a_minute_of_a_long_recording_is_all_that_is_fetched_of_it(tmp_path: Path) -> None:
    clip, shelf = flashing(tmp_path / "a.mov", rate="25", frames=10, at=5), Shelf()
    file = clicking(tmp_path / "T.WAV", [1_000_100, 1_000_100], frames=3_000_000)
    into, *_ = make(clip, applied(placed(file, offset=1_000_000), ["Mix"]), shelf=shelf)
    assert click_in(heard_in(into / EditorialFormat.DNXHR_LB_MOV)) == 100
    assert shelf.fetched < 19_201 * 6 + 3 * 65_536 < file.stat().st_size / 50


@pytest.mark.parametrize(("rate", "sound"), [("24000/1001", 2), ("25", 0), ("30000/1001", 1)])
def test_a_clip_made_in_pieces_has_the_sound_of_one_made_whole(tmp_path: Path, rate: str, sound: int) -> None:
    clip = flashing(tmp_path / "a.mov", rate=rate, frames=100, at=70, sound=sound, timecode="01:00:00:00")
    rng = np.random.default_rng(1)
    file = written(tmp_path / "T.WAV", rng.uniform(-0.3, 0.3, (300_000, 3)))
    given = applied(placed(file, offset=1234), ["Mix"], ["Boom", "Ann"])
    whole, of_whole, making = make(clip, given)
    deadline, into = time.monotonic() + 60, tmp_path / "joined"
    alone = Making(making.inspection, making.recipe, making.title)
    pieces = [make_piece([clip], alone, piece, deadline) for piece in pieces_of(making.inspection, 36)]
    originals = [each for each in (contents_of(clip),) if each] if making.inspection.audio else []
    into.mkdir()
    of_joined = assemble(pieces, originals, making, into=into, deadline=deadline, **_WORKER)
    assert without_cpu(of_joined) == without_cpu(of_whole)
    for name in ("proxy.mp4", *ALL):
        assert footage.sound_digests(into / name) == footage.sound_digests(whole / name), name
        assert flash_of(into / name) == 70
    assert frames_md5(into / EditorialFormat.PRORES_PROXY_MOV) == frames_md5(whole / EditorialFormat.PRORES_PROXY_MOV)
    assert (into / "waveform.png").read_bytes() == (whole / "waveform.png").read_bytes()


def test_the_waveform_and_the_loudness_are_those_of_what_is_heard(tmp_path: Path) -> None:
    clip = flashing(tmp_path / "a.mov", rate="25", frames=FRAMES, at=FLASH, sound=1)
    quiet = np.random.default_rng(1).uniform(-0.01, 0.01, (120_000, 1))
    into, measured, _ = make(clip, applied(placed(written(tmp_path / "T.WAV", quiet), offset=0), ["Mix"]))
    (tmp_path / "alone").mkdir()
    alone, of_camera, _ = make(
        flashing(tmp_path / "alone" / "a.mov", rate="25", frames=FRAMES, at=FLASH, sound=1), None
    )
    assert measured.loudness
    assert of_camera.loudness
    heard, scratch = measured.loudness.integrated_lufs, of_camera.loudness.integrated_lufs
    assert heard is not None
    assert scratch is not None
    assert heard < scratch - 10
    assert (into / "waveform.png").read_bytes() != (alone / "waveform.png").read_bytes()


def test_a_clip_without_sound_has_a_waveform_when_the_recorder_has_one(tmp_path: Path) -> None:
    clip = flashing(tmp_path / "a.mov", rate="25", frames=10, at=5)
    into, measured, _ = make(clip, applied(placed(clicking(tmp_path / "T.WAV", [9], frames=99_999), offset=0), ["Mix"]))
    assert (into / "waveform.png").exists()
    assert measured.loudness is not None
    assert [stream["channels"] for stream in probed(into / "proxy.mp4").of_type("audio")] == [1]


def test_a_file_that_is_not_as_planned_is_no_verdict_on_the_clip(tmp_path: Path) -> None:
    file = clicking(tmp_path / "T.WAV", [9], frames=999)
    wrong: Sequence[AppliedSound] = (
        applied(placed(file, offset=0, rate=96_000), ["Mix"]),
        applied(placed(file, offset=0), ["Mix"], ["Boom"]),
        applied(placed(flashing(tmp_path / "b.mov", rate="25", frames=2, at=1), offset=0), ["Mix"]),
    )
    for number, sound in enumerate(wrong):
        with pytest.raises(LookupError):
            fetched(sound, Fraction(1), tmp_path / str(number))
