"""Production sound that never was: pairs of a camera's scratch sound and the recorder's, and where they truly agree.

`pairs` makes all of them, the same ones each time. Sound is made at the rate at which waveforms are compared, as long
and as bad as it is on a set. The truth is the direct path: how far a camera stands away is not sync's to know.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Mono: TypeAlias = NDArray[np.float32]
_Hertz: TypeAlias = NDArray[np.floating]
RATE = 8000
#: Four times the rate: between its samples, a straight line is as good as the sound itself.
_FINE = 4
PULL_UP = Fraction(1001, 1000)


@dataclass(frozen=True, slots=True)
class Pair:
    """A camera's sound and the recorder's. `truth` is where in the recorder's the picture begins, in seconds; None
    where it is nowhere, or where several places are as good. `speed`: seconds of the recorder's file that pass in one
    of the camera's."""

    kind: str
    picture: Mono
    sound: Mono
    truth: float | None
    ppm: float = 0.0
    speed: Fraction = Fraction(1)


def _shaped(noise: Mono, gain: Callable[[_Hertz], _Hertz]) -> Mono:
    """Sound → the same with each frequency louder or softer."""
    size = _quick(len(noise))
    spectrum = np.fft.rfft(noise, size)
    spectrum *= gain(np.fft.rfftfreq(size, 1 / RATE)).astype(np.float32)
    return np.fft.irfft(spectrum, size)[: len(noise)].astype(np.float32)


def _quick(count: int) -> int:
    """→ a length that is quickly transformed, and not shorter."""
    return 1 << (count - 1).bit_length()


def _pink(rng: Generator, count: int) -> Mono:
    made = _shaped(rng.standard_normal(count, np.float32), lambda f: 1 / np.sqrt(np.maximum(f, 20)))
    return _level(made)


def _level(sound: Mono) -> Mono:
    """Sound → as loud as every other, its silences left out of the count."""
    heard = sound[np.abs(sound) > 1e-6]
    return sound / np.sqrt(np.mean(heard**2)) if len(heard) else sound


def _formed(peaks: tuple[float, float], hertz: _Hertz) -> _Hertz:
    first, second = (1 / (1 + ((hertz - peak) / 150) ** 2) for peak in peaks)
    return first + second


def speech(rng: Generator, seconds: float) -> Mono:
    """Bursts of a voice: a syllable has a pitch or hisses, two formants, and a length; sentences have pauses."""
    count = int(seconds * RATE)
    made = np.zeros(count, np.float32)
    at = int(rng.uniform(0, 2) * RATE)
    pitch = rng.uniform(90, 240)
    while at < count:
        length = int(rng.uniform(0.08, 0.3) * RATE)
        time = np.arange(length) / RATE
        if rng.random() < 0.7:
            swing = pitch * (1 + rng.uniform(-0.15, 0.15) + rng.uniform(-0.3, 0.3) * time)
            burst = np.sign(np.sin(2 * np.pi * np.cumsum(swing) / RATE) - 0.9).astype(np.float32)
            burst += 0.05 * rng.standard_normal(length, np.float32)
            formants = (rng.uniform(300, 900), rng.uniform(900, 2800))
        else:
            burst, formants = rng.standard_normal(length, np.float32), (2500.0, 3600.0)
        burst = _shaped(burst, partial(_formed, formants))
        burst = _level(burst) * np.hanning(length).astype(np.float32) * np.float32(rng.uniform(0.3, 1))
        made[at : at + length] += burst[: count - at]
        at += length + int(rng.uniform(0.0, 0.06) * RATE)
        if rng.random() < 0.08:
            at += int(rng.exponential(1.5) * RATE)
            pitch = rng.uniform(90, 240) if rng.random() < 0.3 else pitch
    return _level(made)


def music(rng: Generator, seconds: float, beat_s: float = 0.45) -> Mono:
    """Notes of a scale, three at once, struck on beats a little early or late, each with its overtones dying away."""
    count = int(seconds * RATE)
    made = np.zeros(count + 2 * RATE, np.float32)
    time = np.arange(int(1.2 * RATE)) / RATE
    notes = []
    for semitone in (0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 17, 19) * 3:
        note, overtones = 110 * 2 ** (semitone / 12), np.arange(1, 9)
        turns = np.outer(overtones, note * time) + rng.uniform(0, 1, (8, 1))
        tone = (np.sin(2 * np.pi * turns) / overtones[:, None]).sum(0) * np.exp(-time * rng.uniform(2, 6))
        notes.append(tone.astype(np.float32))
    for beat in range(int(seconds / beat_s)):
        at = int((beat * beat_s + rng.normal(0, 0.008)) * RATE) % count
        for which in rng.choice(len(notes), 3, replace=False):
            made[at : at + len(time)] += notes[which] * np.float32(rng.uniform(0.4, 1))
    return _level(made[:count])


def clap(rng: Generator) -> Mono:
    time = np.arange(int(0.08 * RATE)) / RATE
    return (rng.standard_normal(len(time)) * np.exp(-time * 90)).astype(np.float32) * 12


def room(rng: Generator, sound: Mono, rt60_s: float, direct: float = 1.0) -> Mono:
    """Sound → as it is heard in a room: the direct path first, then what the walls give back, dying away."""
    length = int(rt60_s * RATE)
    tail = rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
    tail *= 1 / np.sqrt(np.sum(tail**2))
    tail[: int(0.004 * RATE)] = 0
    tail[0] = direct
    size = _quick(len(sound) + length)
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)[: len(sound)]
    return _level(wet.astype(np.float32))


def wind(rng: Generator, count: int) -> Mono:
    """Rumble in gusts, now and then over all there is."""
    rumble = _shaped(rng.standard_normal(count, np.float32), lambda f: 1 / (1 + (f / 120) ** 2))
    each_second = rng.random(count // RATE + 2) ** 3
    gusts = np.interp(np.arange(count) / RATE, np.arange(len(each_second)), each_second)
    return _level(rumble) * (8 * gusts).astype(np.float32)


def microphone(rng: Generator, sound: Mono) -> Mono:
    """Sound → through another microphone: eight bands at levels of their own, and what lies below and above cut off."""
    bands = np.geomspace(80, 3900, 8)
    gains = 10 ** (rng.uniform(-9, 9, 8) / 20)
    return _level(_shaped(sound, lambda f: np.interp(f, bands, gains) * (f > 60)))


def heard_at(sound: Mono, begin_s: float, seconds: float, speed: float, walk_s: float = 0, phase: float = 0) -> Mono:
    """The recorder's sound → what somebody heard of it from `begin_s` on, in their own seconds, at a pitch `speed`.

    Whoever speaks may walk to and fro, and is heard up to `walk_s` later and earlier.
    """
    count = int(seconds * RATE)
    first, last = int((begin_s - 1) * RATE), int((begin_s + seconds * speed + 1) * RATE)
    around = np.zeros(_quick(last - first), np.float32)
    there = slice(max(first, 0), min(last, len(sound)))
    around[there.start - first : there.stop - first] = sound[there]
    spectrum = np.fft.rfft(around)
    fine = np.fft.irfft(np.pad(spectrum, (0, (_FINE - 1) * len(around) // 2)), _FINE * len(around)) * _FINE
    places = (begin_s * RATE - first + np.arange(count) * speed) * _FINE
    places = places + walk_s * RATE * _FINE * np.sin(np.arange(count) / (2.5 * RATE) + phase)
    made: Mono = np.interp(places, np.arange(len(fine)), fine).astype(np.float32)
    return made


def noisy(rng: Generator, sound: Mono, snr_db: float) -> Mono:
    return sound + _pink(rng, len(sound)) * np.float32(10 ** (-snr_db / 20))


def one(
    rng: Generator,
    kind: str,
    source: Callable[[Generator, float], Mono] = speech,
    *,
    sound_s: float = 100,
    picture_s: float | None = None,
    snr_db: float = 18,
    rt60_s: float = 0.25,
    direct: float = 1.0,
    ppm: float = 0,
    speed: Fraction = Fraction(1),
    walk_s: float = 0,
) -> Pair:
    """A pair: somebody's sound at a boom, and what a camera's own microphone heard of a part of it from further off."""
    long = picture_s or float(rng.uniform(12, 45))
    made = source(rng, sound_s)
    begin = float(rng.uniform(0, sound_s - long * float(speed) - 1))
    phase = float(rng.uniform(0, 6)) if walk_s else 0
    far = heard_at(made, begin, long, float(speed) * (1 + ppm * 1e-6), walk_s, phase)
    far = noisy(rng, microphone(rng, room(rng, far, rt60_s, direct)), snr_db) * np.float32(rng.uniform(0.02, 0.4))
    near = noisy(rng, microphone(rng, made), 30) * np.float32(rng.uniform(0.05, 0.3))
    return Pair(kind, far, near, begin, ppm, speed)


def _claps(rng: Generator, seconds: float) -> Mono:
    """One clap again and again, evenly: wherever the picture begins, it fits as well elsewhere."""
    made, same = np.zeros(int(seconds * RATE), np.float32), clap(rng)
    for at in range(0, len(made) - len(same), int(0.5 * RATE)):
        made[at : at + len(same)] += same
    return made


def _slate_then_speech(rng: Generator, seconds: float) -> Mono:
    """Takes: each with its clap, quiet before it and speech after."""
    made = speech(rng, seconds) * np.float32(0.5)
    for at in range(5 * RATE, len(made) - RATE, 30 * RATE):
        made[at - RATE : at] *= np.float32(0.05)
        struck = clap(rng)
        made[at : at + len(struck)] += struck
    return made


def _mixed(rng: Generator, pair: Pair) -> Pair:
    """Two microphones of the recorder's in one mix, the second three metres away in the same room."""
    late = np.concatenate([np.zeros(70, np.float32), pair.sound[:-70]])
    return replace(pair, sound=pair.sound + room(rng, late, 0.4) * np.float32(0.7 * np.std(pair.sound)))


def _rolled_late(pair: Pair) -> Pair:
    """The recorder starts five seconds after the camera."""
    assert pair.truth is not None
    cut = int((pair.truth + 5) * RATE)
    return replace(pair, sound=pair.sound[cut:], truth=pair.truth - cut / RATE)


def _elsewhere(pair: Pair, other: Mono) -> Pair:
    return replace(pair, sound=other, truth=None)


def _squashed(pair: Pair) -> Pair:
    """A camera that sets its own level, clips, and has its wires crossed."""
    loud = pair.picture / np.float32(np.std(pair.picture))
    level = np.sqrt(np.convolve(loud**2, np.full(800, 1 / 800, np.float32), "same")) + 0.1
    return replace(pair, picture=-np.clip(loud / level, -1.5, 1.5).astype(np.float32))


def _windy(rng: Generator, pair: Pair) -> Pair:
    loud = np.float32(np.std(pair.picture))
    return replace(pair, picture=pair.picture + wind(rng, len(pair.picture)) * loud)


def _played_back(rng: Generator) -> Pair:
    """The same song from the same loudspeaker in every take, and nobody speaks: each take fits."""
    song = music(rng, 40)
    sound = noisy(rng, np.tile(song, 5), 40)
    return Pair("the same song in every take", noisy(rng, heard_at(song, 4, 30, 1), 20), sound, None)


LONGEST = "30 minutes against 45 s"
#: Kind → how many of them, and what makes one. Two hundred in all.
KINDS: dict[str, tuple[int, Callable[[Generator], Pair]]] = {
    "speech": (12, lambda rng: one(rng, "speech")),
    "three to six seconds": (4, lambda rng: one(rng, "three to six seconds", picture_s=float(rng.uniform(3, 6)))),
    "sound that rolls late": (4, lambda rng: _rolled_late(one(rng, "sound that rolls late"))),
    "speech, noise 10 dB below": (10, lambda rng: one(rng, "speech, noise 10 dB below", snr_db=10)),
    "speech, noise as loud": (10, lambda rng: one(rng, "speech, noise as loud", snr_db=0)),
    "people who walk": (10, lambda rng: one(rng, "people who walk", walk_s=0.004)),
    "two microphones in the mix": (5, lambda rng: _mixed(rng, one(rng, "two microphones in the mix"))),
    "music": (15, lambda rng: one(rng, "music", music)),
    "a hall, 1.2 s": (10, lambda rng: one(rng, "a hall, 1.2 s", rt60_s=1.2)),
    "a hall, more echo than voice": (10, lambda rng: one(rng, "a hall, more echo than voice", rt60_s=1.2, direct=0.6)),
    "wind": (10, lambda rng: _windy(rng, one(rng, "wind", snr_db=12))),
    "own level, clipped, wires crossed": (10, lambda rng: _squashed(one(rng, "own level, clipped, wires crossed"))),
    "slates and speech": (10, lambda rng: one(rng, "slates and speech", _slate_then_speech)),
    LONGEST: (15, lambda rng: one(rng, LONGEST, sound_s=1800, picture_s=45)),
    "drift of 20 ppm": (20, lambda rng: one(rng, "drift of 20 ppm", picture_s=45, ppm=float(rng.choice((-20, 20))))),
    "pulled up or down": (
        6,
        lambda rng: one(rng, "pulled up or down", picture_s=45, speed=(PULL_UP, 1 / PULL_UP)[rng.integers(2)]),
    ),
    "44.1 kHz called 48": (4, lambda rng: one(rng, "44.1 kHz called 48", picture_s=45, speed=Fraction(147, 160))),
    "silence": (5, lambda rng: replace(one(rng, "silence"), picture=np.zeros(30 * RATE, np.float32), truth=None)),
    "a camera's own hiss": (
        5,
        lambda rng: replace(one(rng, "a camera's own hiss"), picture=_pink(rng, 30 * RATE), truth=None),
    ),
    "another take": (15, lambda rng: _elsewhere(one(rng, "another take"), speech(rng, 100))),
    "one clap again and again": (5, lambda rng: replace(one(rng, "one clap again and again", _claps), truth=None)),
    "the same song in every take": (5, _played_back),
}


def pairs(every: int = 1, longest_s: float = 1800) -> Iterator[Pair]:
    """All pairs, or of each kind every so manyth; each has a seed of its own, so that a part of them are the same."""
    for number, (kind, (count, make)) in enumerate(KINDS.items()):
        for which in range(0, 0 if kind == LONGEST and longest_s < 1800 else count, every):
            pair = make(np.random.default_rng([number, which]))
            assert pair.kind == kind
            yield pair
