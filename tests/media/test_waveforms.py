"""Where a camera's sound belongs in a recorder's, heard: right to a quarter frame, or not at all."""

import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from circletake.contracts.errors import Rejected
from circletake.film.sound.overlaps import CONFIDENT, Heard
from circletake.media import launcher
from circletake.media.listening import listen
from circletake.media.waveforms import RATE, locate
from tests.effort import within_cpu
from tests.film.wavs import chunk, fmt, riff
from tests.footage import TOOLS, clip
from tests.made_sound import PULL_UP, Mono, Pair, heard_at, music, noisy, one, pairs, room, speech

#: At 25 frames a second, the shortest quarter of the two that films are shot at.
QUARTER_FRAME_S = 0.25 / 25


@pytest.fixture(scope="module")
def spoken() -> Pair:
    return one(np.random.default_rng(7), "speech", sound_s=90, picture_s=20)


@pytest.fixture(scope="module")
def elsewhere() -> list[Mono]:
    """What two microphones heard in another take."""
    rng = np.random.default_rng(10)
    return [noisy(rng, speech(rng, 20), 10) for _ in range(2)]


def right(pair: Pair, heard: Heard | None) -> bool:
    return heard is not None and pair.truth is not None and abs(heard.offset_s - pair.truth) <= QUARTER_FRAME_S


def test_of_each_kind_of_pair_the_right_ones_are_found_to_a_quarter_frame_and_none_is_wrong() -> None:
    """The first of each, none of half an hour; `bench.sync` has all two hundred."""
    for pair in pairs(every=20, longest_s=300):
        heard = locate([pair.picture], pair.sound)
        if pair.truth is None:
            assert heard is None, pair.kind
        else:
            assert heard, pair.kind
            assert right(pair, heard), pair.kind
            assert heard.speed == pair.speed, pair.kind
            assert abs(heard.drift_ppm - pair.ppm) <= max(heard.within_ppm, 5), pair.kind
            assert CONFIDENT <= heard.confidence <= 1


def test_half_an_hour_of_sound_is_heard_once_for_all_microphones_though_two_heard_none_of_it(
    spoken: Pair, elsewhere: list[Mono]
) -> None:
    rng = np.random.default_rng(1)
    long = np.concatenate([rng.standard_normal(900 * RATE, np.float32), spoken.sound])
    long = np.concatenate([long, rng.standard_normal(1800 * RATE - len(long), np.float32)])

    # Two to five seconds, by what else the machine does: `bench sync` measures them.
    with within_cpu(15):
        assert locate(elsewhere, long) is None
    heard = locate([elsewhere[0], spoken.picture], long)
    assert spoken.truth
    assert heard
    assert abs(heard.offset_s - 900 - spoken.truth) <= QUARTER_FRAME_S


def test_hours_of_sound_take_no_more_memory_than_minutes(spoken: Pair, tmp_path: Path) -> None:
    peaks = []
    for times in (3, 30):
        long = np.memmap(tmp_path / f"{times}", np.float32, "w+", shape=(times * len(spoken.sound),))
        long[: len(spoken.sound)] = spoken.sound
        tracemalloc.start()
        assert right(spoken, locate([spoken.picture], long))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0] < 100 << 20


def test_somebody_who_walks_is_not_taken_for_a_file_of_another_speed() -> None:
    for seed in range(4):
        pair = one(np.random.default_rng([8, seed]), "walks", sound_s=40, picture_s=5, walk_s=0.004)
        heard = locate([pair.picture], pair.sound)
        assert heard is None or (right(pair, heard) and heard.speed == 1)


def test_a_song_that_is_played_in_every_take_is_found_in_its_own_where_timecode_says_which() -> None:
    rng = np.random.default_rng(9)
    sound = noisy(rng, np.tile(music(rng, 40), 4), 40)
    picture = noisy(rng, heard_at(sound, 84.5, 20, 1), 20)
    assert locate([picture], sound) is None
    for near_s in (80.0, 84.5, 91.0):
        heard = locate([picture], sound, near_s)
        assert heard
        assert abs(heard.offset_s - 84.5) < QUARTER_FRAME_S
    for elsewhere in (20.0, -500.0, 1e6):
        assert locate([picture], sound, elsewhere) is None


def test_of_several_microphones_the_first_that_can_tell_answers_as_it_does_alone(
    spoken: Pair, elsewhere: list[Mono]
) -> None:
    rng = np.random.default_rng(6)
    silent, hiss = np.zeros_like(spoken.picture), rng.standard_normal(20 * RATE, np.float32)
    pulled = noisy(rng, heard_at(spoken.sound, 31.7, 20, float(PULL_UP)), 20)
    for heard, speed in ((spoken.picture, 1), (pulled, PULL_UP)):
        for near_s in (None, 35.0 if heard is pulled else spoken.truth):
            alone = locate([heard], spoken.sound, near_s)
            assert alone
            assert alone.speed == speed
            assert locate([silent, hiss, heard, elsewhere[0]], spoken.sound, near_s) == alone
    assert locate([silent, hiss, *elsewhere], spoken.sound) is None
    assert locate([], spoken.sound) is None


def test_polarity_level_and_damaged_samples_change_nothing(spoken: Pair) -> None:
    plain = locate([spoken.picture], spoken.sound)
    assert plain
    damaged = -1e-4 * spoken.picture
    damaged[::4001] = (np.nan, np.inf, -np.inf)[0]
    damaged[1::4001] = np.inf
    heard = locate([damaged], spoken.sound)
    assert heard
    assert abs(heard.offset_s - plain.offset_s) < 0.001


def test_a_part_of_a_sample_is_told(spoken: Pair) -> None:
    rng = np.random.default_rng(2)
    for part in (0.0, 0.25, 0.5, 0.75):
        begin = 30 + part / RATE
        heard = locate([noisy(rng, heard_at(spoken.sound, begin, 20, 1), 30)], spoken.sound)
        assert heard
        assert abs(heard.offset_s - begin) < 0.2 / RATE


def test_a_long_clip_is_found_and_its_drift_told_though_only_a_part_is_sought() -> None:
    pair = one(np.random.default_rng(3), "speech", sound_s=160, picture_s=150, ppm=35)
    heard = locate([pair.picture], pair.sound)
    assert right(pair, heard)
    assert heard
    assert abs(heard.drift_ppm - 35) < 1
    assert heard.within_ppm < 25


def test_the_more_noise_the_less_confidence_and_never_a_wrong_place(spoken: Pair) -> None:
    rng = np.random.default_rng(4)
    assert spoken.truth
    far = room(rng, heard_at(spoken.sound, spoken.truth, 20, 1), 0.8)
    confidences = []
    for snr_db in (0, -20, -40):
        heard = locate([noisy(rng, far, snr_db)], spoken.sound)
        assert heard is None or right(spoken, heard)
        confidences.append(heard.confidence if heard else 0.0)
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[0] > 0.9
    assert confidences[-1] == 0


@pytest.mark.parametrize(
    ("picture", "sound"),
    [
        (np.zeros(0, np.float32), np.zeros(0, np.float32)),
        (np.zeros(90_000, np.float32), np.ones(90_000, np.float32)),
        (np.ones(90_000, np.float32), np.ones(90_000, np.float32)),
        (np.full(90_000, np.nan, np.float32), np.ones(90_000, np.float32)),
        (np.eye(1, 90_000, 5, dtype=np.float32)[0], np.zeros(90_000, np.float32)),
        (np.sin(np.arange(90_000, dtype=np.float32)), np.sin(np.arange(900_000, dtype=np.float32))),
    ],
    ids=["nothing", "silence", "one level", "no numbers", "a click in silence", "a tone that never ends"],
)
def test_what_says_nothing_of_where_it_is_gets_no_answer(picture: Mono, sound: Mono) -> None:
    assert locate([picture], sound) is None


def wav(to: Path, *channels: Mono, hz: int = 48_000) -> Path:
    """Channels at `RATE` → a file of 24 bits at another rate."""
    spread = [np.fft.irfft(np.fft.rfft(each), len(each) * hz // RATE) * (hz / RATE) for each in channels]
    whole = (np.clip(np.stack(spread, 1), -1, 1) * (1 << 23)).astype("<i4").clip(-(1 << 23), (1 << 23) - 1)
    body = whole.astype("<i4").tobytes()
    packed = np.frombuffer(body, np.uint8).reshape(-1, 4)[:, :3].tobytes()
    to.write_bytes(riff(fmt(rate=hz, channels=len(channels)), chunk(b"data", packed)))
    return to


def heard_in(file: Path, channel: int = 1, seconds: float = 60) -> Mono:
    to = file.with_suffix(".f32")
    return listen(file, to, seconds=seconds, channel=channel, tools=TOOLS, deadline=time.monotonic() + 60)


def camera(to: Path, sound: Path) -> Path:
    """A clip with that sound."""
    picture = clip(to.with_name("silent.mov"), codec="mjpeg", rate="25", frames=25, sound=None)
    launcher.make(
        ["-i", str(picture), "-i", str(sound), "-c", "copy", "-map", "0:v", "-map", "1:a", str(to)], tools=TOOLS
    )
    return to


def test_a_clip_finds_its_place_in_a_recorders_file_whatever_channel_is_heard(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    said = speech(rng, 45) * np.float32(0.1)
    boom = wav(tmp_path / "sound.wav", *[noisy(rng, said, 30) * np.float32(0.3) for _ in range(6)])
    shot = camera(tmp_path / "shot.mov", wav(tmp_path / "shot.wav", heard_at(said, 12.345, 15, 1)))
    for channel in (1, 6):
        heard = locate([heard_in(shot)], heard_in(boom, channel))
        assert heard
        assert abs(heard.offset_s - 12.345) < 0.001


def test_a_file_without_sound_cannot_be_heard(tmp_path: Path) -> None:
    file = tmp_path / "empty.wav"
    file.write_bytes(riff(fmt(), chunk(b"data", b"")))
    with pytest.raises(Rejected):
        heard_in(file)
