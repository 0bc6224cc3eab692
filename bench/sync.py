"""Sound found by listening: what it costs against the naive way, how often it is right, and where noise ends it.

The naive way is the whole cross-correlation of both sounds at 48 kHz, as scipy does it, and its highest place. The two
hundred pairs are made (`tests.made_sound`): nobody's recordings.
"""

import shutil
import tempfile
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate  # type: ignore[import-untyped]

from bench.rows import Row
from bench.sources import TOOLS
from bench.spending import cpu_s, in_turn, ratio
from circletake.cloud.objects import CHUNK_BYTES
from circletake.contracts.facts import LocateSound, SoundToHear
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import ClipRef, RollRef, short_hash
from circletake.contracts.sound import Listened
from circletake.media import launcher
from circletake.media.inspecting import inspect
from circletake.media.waveforms import RATE, locate
from functions.sync.fetching import Fetching
from functions.sync.hearing import Hearing
from tests import footage
from tests.made_sound import KINDS, LONGEST, Mono, Pair, one, pairs

Beat = Callable[[int], None]
_FULL_RATE = 48_000
#: A quarter of a frame at 25.
_RIGHT_S = 0.01
#: How much louder than the voice, in decibels.
_NOISES_DB = (0, 10, 20, 25, 30, 40)


def measure(*, quick: bool) -> Iterator[Row]:
    yield from _costs(1 if quick else 3)
    yield from _pairs(5 if quick else 1)
    yield from _noise(4 if quick else 20)


def _costs(rounds: int) -> Iterator[Row]:
    pair = KINDS[LONGEST][1](np.random.default_rng(11))
    full = [np.repeat(each, _FULL_RATE // RATE) for each in (pair.picture, pair.sound)]
    spent = in_turn({"naive": lambda: _naive(*full), "ours": lambda: locate([pair.picture], pair.sound)}, rounds)
    yield Row(f"CPU of a sync, {LONGEST}", min(spent["ours"]), rounds, at_most=5, unit="CPU-s")
    yield Row("whole cross-correlation at 48 kHz ÷ ours", ratio(spent, "naive", "ours"), rounds, at_least=5)
    full.clear()
    others = [one(np.random.default_rng([12, which]), "another take", picture_s=45).picture for which in range(2)]
    spent = in_turn({"one": lambda: locate(others[:1], pair.sound), "two": lambda: locate(others, pair.sound)}, rounds)
    for heard in spent:
        title = f"CPU of a sync, {LONGEST}, nothing in common, microphones: {heard}"
        yield Row(title, min(spent[heard]), rounds, at_most=5, unit="CPU-s")
    yield from _function(pair, others)


def _naive(picture: Mono, sound: Mono) -> int:
    return int(np.argmax(np.abs(correlate(sound, picture, "valid", "fft"))))


class _Folder:
    """Where originals lie, as `Objects` has them, and how many bytes were asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.fetched = folder, 0

    def read_range(self, _: str, file: SourceFile, start: int, length: int, on_progress: Beat) -> bytes:
        with (self._folder / file.key).open("rb") as opened:
            opened.seek(start)
            body = opened.read(length)
        self.fetched += len(body)
        return body

    def fetch_into(
        self, bucket: str, file: SourceFile, ranges: Sequence[range], to: Path, at: int, on_progress: Beat
    ) -> None:
        with to.open("r+b") as opened:
            opened.seek(at)
            for each in ranges:
                for start in range(each.start, each.stop, CHUNK_BYTES):
                    length = min(CHUNK_BYTES, each.stop - start)
                    opened.write(self.read_range(bucket, file, start, length, on_progress))


def _function(pair: Pair, others: Sequence[Mono]) -> Iterator[Row]:
    """What `sync` spends on a clip of 45 s in ProRes and a file of 30 minutes: two channels each, 48 kHz, 24 bits.

    What is in another take is sought at every speed: around the timecode first, and then anywhere."""
    assert pair.truth is not None
    with tempfile.TemporaryDirectory() as place:
        folder, objects = Path(place), _Folder(Path(place))
        _record(folder / "sound.wav", pair.sound, pair.sound)
        size = (folder / "sound.wav").stat().st_size
        for channels, truth, asked in (
            ((pair.picture, pair.picture), pair.truth, {"near its timecode": pair.truth + 2, "anywhere": None}),
            (others, None, {"two microphones, nothing in common": pair.truth}),
        ):
            _record(folder / "camera.wav", *channels)
            clip = _shoot(folder / "clip.mov", folder / "camera.wav", len(pair.picture) / RATE)
            found = inspect([clip], size_bytes=clip.stat().st_size, tools=TOOLS, deadline=time.monotonic() + 60)
            for how, near_s in asked.items():
                order, work = _order(folder, near_s), folder / "work"
                work.mkdir()
                before, objects.fetched = cpu_s(), 0
                fetching = Fetching(objects, "ingest", lambda _: None)  # type: ignore[arg-type]
                hearing = Hearing(fetching, TOOLS, work, time.monotonic() + 300)
                ((_, answer),) = hearing.answers(order, found, order.sounds)
                spent = cpu_s() - before
                assert isinstance(answer, Listened)
                assert _is_right(answer, truth), answer
                yield Row(f"all of `sync`, {LONGEST}, {how}", spent, 1, at_most=5, unit="CPU-s")
                if truth is not None:
                    share = objects.fetched / (size + clip.stat().st_size)
                    yield Row(f"of {size / 1e6:.0f} MB of sound and the clip it fetches, {how}", share, 1, at_most=1)
                shutil.rmtree(work)


def _is_right(answer: Listened, truth: float | None) -> bool:
    if truth is None or answer.offset_s is None:
        return truth == answer.offset_s
    return abs(answer.offset_s - truth) <= _RIGHT_S


def _order(folder: Path, near_s: float | None) -> LocateSound:
    files = {
        name: SourceFile(key=name, s3_version="1", version=short_hash(name), size_bytes=(folder / name).stat().st_size)
        for name in ("clip.mov", "sound.wav")
    }
    clip = ClipRef(
        roll=RollRef(production="bench", unit="main", day="D001", roll="A001"),
        clip_id=short_hash("clip"),
        version=short_hash("version"),
    )
    sound = SoundToHear(file=files["sound.wav"], near_s=near_s)
    return LocateSound(clip=clip, title="clip", spans=(files["clip.mov"],), sounds=(sound,))


def _shoot(to: Path, sound: Path, seconds: float) -> Path:
    picture = ["-f", "lavfi", "-i", f"testsrc2=s=320x180:r=25:d={seconds}", "-i", str(sound)]
    launcher.make([*picture, *footage.CODECS["prores"], "-c:a", "pcm_s24le", "-shortest", str(to)], tools=TOOLS)
    return to


def _record(to: Path, *channels: Mono) -> None:
    with wave.open(str(to), "wb") as written:
        written.setnchannels(len(channels))
        written.setsampwidth(3)
        written.setframerate(_FULL_RATE)
        for block in np.array_split(np.stack(channels, 1), 60):
            written.writeframes(_as_24_bits(np.repeat(block, _FULL_RATE // RATE, 0).reshape(-1)))


def _as_24_bits(sound: NDArray[np.float32]) -> bytes:
    whole = np.clip(sound * (1 << 22), -(1 << 23), (1 << 23) - 1).astype("<i4")
    return whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def _pairs(every: int) -> Iterator[Row]:
    counts: dict[str, list[bool]] = {}
    off_s, off_ppm, wrong = [], [], 0
    for pair in pairs(every):
        found = locate([pair.picture], pair.sound)
        right = found is None if pair.truth is None else found is not None and _off(pair, found.offset_s) <= _RIGHT_S
        counts.setdefault(pair.kind, []).append(right)
        wrong += found is not None and not right
        if found and pair.truth is not None:
            off_s.append(_off(pair, found.offset_s))
            off_ppm.append(abs(found.drift_ppm - pair.ppm))
            wrong += right and found.speed != pair.speed
    for kind, rights in counts.items():
        yield Row(f"right, of sound that is: {kind}", sum(rights), len(rights), at_least=len(rights))
    yield Row("wrong, with confidence", wrong, sum(map(len, counts.values())), at_most=0)
    yield Row("off, at worst", max(off_s) * 1000, len(off_s), at_most=_RIGHT_S * 1000, unit="ms")
    yield Row("drift off, half of them within", float(np.median(off_ppm)), len(off_ppm), unit="ppm")


def _off(pair: Pair, offset_s: float) -> float:
    assert pair.truth is not None
    return abs(offset_s - pair.truth)


def _noise(count: int) -> Iterator[Row]:
    """Half a minute of speech in a hall, under more and more noise."""
    for noise_db in _NOISES_DB:
        right = wrong = 0
        for which in range(count):
            pair = one(np.random.default_rng([99, which]), "noise", picture_s=30, snr_db=-noise_db, rt60_s=0.8)
            if found := locate([pair.picture], pair.sound):
                right += _off(pair, found.offset_s) <= _RIGHT_S
                wrong += _off(pair, found.offset_s) > _RIGHT_S
        yield Row(f"found, noise {noise_db} dB above the voice", right, count)
        yield Row(f"wrong, noise {noise_db} dB above the voice", wrong, count, at_most=0)
