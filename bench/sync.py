"""Sound found by listening: what it costs against the naive way, how often it is right, and where noise ends it.

The naive way is the whole cross-correlation of both sounds at 48 kHz, as scipy does it, and its highest place. The two
hundred pairs are made (`tests.made_sound`): nobody's recordings.
"""

import tempfile
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate  # type: ignore[import-untyped]

from bench.rows import Row
from bench.sources import TOOLS
from bench.spending import cpu_s, in_turn, ratio
from circletake.media.listening import listen
from circletake.media.waveforms import RATE, locate
from tests.made_sound import KINDS, LONGEST, Mono, Pair, one, pairs

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
    spent = in_turn({"naive": lambda: _naive(*full), "ours": lambda: locate(pair.picture, pair.sound)}, rounds)
    yield Row(f"CPU of a sync, {LONGEST}", min(spent["ours"]), rounds, at_most=5, unit="CPU-s")
    yield Row("whole cross-correlation at 48 kHz ÷ ours", ratio(spent, "naive", "ours"), rounds, at_least=5)
    full.clear()
    yield Row("CPU to read 30 minutes of a recorder's file for it", _listening(pair.sound), 1, unit="CPU-s")


def _naive(picture: Mono, sound: Mono) -> int:
    return int(np.argmax(np.abs(correlate(sound, picture, "valid", "fft"))))


def _listening(sound: Mono) -> float:
    """→ CPU seconds of FFmpeg that makes 8 kHz of one channel of a file of two, at 48 kHz and 24 bits."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "sound.wav")
        with wave.open(str(file), "wb") as written:
            written.setnchannels(2)
            written.setsampwidth(3)
            written.setframerate(_FULL_RATE)
            for block in np.array_split(sound, 60):
                written.writeframes(_as_24_bits(np.repeat(np.repeat(block, _FULL_RATE // RATE), 2)))
        seconds, before = len(sound) / RATE, cpu_s()
        heard = listen(
            file, Path(folder, "8k"), seconds=seconds, channel=1, tools=TOOLS, deadline=time.monotonic() + 120
        )
        assert abs(len(heard) - len(sound)) < RATE
        return cpu_s() - before


def _as_24_bits(sound: NDArray[np.float32]) -> bytes:
    whole = np.clip(sound * (1 << 22), -(1 << 23), (1 << 23) - 1).astype("<i4")
    return whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def _pairs(every: int) -> Iterator[Row]:
    counts: dict[str, list[bool]] = {}
    off_s, off_ppm, wrong = [], [], 0
    for pair in pairs(every):
        found = locate(pair.picture, pair.sound)
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
            if found := locate(pair.picture, pair.sound):
                right += _off(pair, found.offset_s) <= _RIGHT_S
                wrong += _off(pair, found.offset_s) > _RIGHT_S
        yield Row(f"found, noise {noise_db} dB above the voice", right, count)
        yield Row(f"wrong, noise {noise_db} dB above the voice", wrong, count, at_most=0)
