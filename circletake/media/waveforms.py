"""Where in a recorder's sound a camera's own sound belongs, by listening: GCC-PHAT over all of it, then piece by piece.

Knapp and Carter, "The generalized correlation method for estimation of time delay" (1976): every frequency counts the
same, however loud, so that a room, a microphone or a level change little and the peak is narrow. A camera's microphone
hears later what is said further off, a frame in fourteen metres; that is part of what is found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from circletake.film.sound.overlaps import CONFIDENT, LEAST_S, NEAR_S, SPEEDS, Heard

#: One channel of samples between -1 and 1. A `memmap` will do: it is read in blocks.
Mono: TypeAlias = NDArray[np.float32]
_Spectrum: TypeAlias = NDArray[np.complexfloating]
#: Samples a second of both sounds: voices are told apart below 4 kHz, and a sample is an 80th of a quarter frame.
RATE = 8000
#: Below lies wind, and hum that is the same everywhere; above, the filter that made it 8 kHz.
_BAND_HZ = (200, 3600)
#: A block: 262 s. The part of the picture that is sought in all of the sound: longer ones are smeared by drift.
_BLOCK = 1 << 21
_TEMPLATE_S = 60
#: Two peaks closer than this are one and its echo.
_APART_S = 0.15
#: A piece of this length says where it is, as far as this to either side of where it should be.
_PIECE_S, _AROUND_S = 4.0, 0.06
#: A piece's peak that is so many times the noise was heard. So far off, it still agrees with the others: who walks two
#: metres to or from the camera is heard 6 ms later or earlier there.
_HEARD, _AGREED_S = 6.0, 0.006
#: One metre, which may be walked anywhere between the first piece and the last, sounds like drift.
_STEP_S = 0.003
#: What chance alone reaches somewhere in ten minutes: √(2 ln 5,000,000).
_CHANCE = 5.5
#: Clocks of digital sound keep to 50 ppm (IEC 60958, level I); two of them part by no more than this, walking included.
_DRIFT = 200e-6
#: Of made sounds that have nothing in common, the best place was up to 1.9 times as high as the second best in some
#: hundred trials; of ones that belong together, 2.1 times and mostly over 5. Three times is as clear as it gets.
_CLEAR = 2.0
_SILENT = 1e-9
#: NumPy transforms single precision in double, three times as slowly, unless it has to scale what it transforms.
_SINGLE: Literal["forward"] = "forward"


@dataclass(frozen=True, slots=True)
class _Peak:
    """Where two sounds agree, in samples of the second, and how many times higher than chance."""

    at: float
    height: float


def locate(pictures: Sequence[Mono], sound: Mono, near_s: float | None = None) -> Heard | None:
    """What each microphone of a camera heard, and a recorder's sound, all at `RATE` → where they belong, by the first
    that can tell; None where none can.

    `near_s`: where its timecode has it, so many seconds into the sound. Then it is sought around there alone, and a
    song that is played in every take is found in its own.

    A picture of more than a minute is sought by its busiest minute, and so not found where the sound has only others.
    Where the file's own speed does not fit any of them, each one is tried at which it may run by mistake.
    """
    first, last = 0, len(sound)
    if near_s is not None:
        first = max(0, round((near_s - NEAR_S) * RATE))
        last = max(0, round((near_s + NEAR_S) * RATE) + max(map(len, pictures), default=0))
    for heard in _answers(pictures, sound[first:last]):
        offset_s = heard.offset_s + first / RATE
        if near_s is None or abs(offset_s - near_s) <= NEAR_S:
            return replace(heard, offset_s=offset_s)
    return None


def _answers(pictures: Sequence[Mono], sound: Mono) -> Iterator[Heard]:
    """→ what each microphone says that says anything; all of them are heard at one speed before they are at others."""
    if len(sound) < LEAST_S * RATE:
        return
    pictures = [each for each in map(_sane, pictures) if len(each) >= LEAST_S * RATE and _is_sound(each)]
    # The file's own speed is the right one nearly always; the others are tried together.
    for speeds in (SPEEDS[:1], SPEEDS[1:]):
        lost = []
        for picture, found in zip(pictures, _at_speeds(pictures, sound, speeds), strict=True):
            best = _surest(found)
            if best and best.speed not in speeds:
                # Pieces tell the true speed, at which they may fit better.
                best = _surest([best, *_at_speeds([picture], sound, [best.speed])[0]])
            if best:
                yield best
            else:
                lost.append(picture)
        pictures = lost


def _surest(found: Sequence[Heard]) -> Heard | None:
    """→ the one of most confidence, if that is enough."""
    sure = (each for each in found if each.confidence >= CONFIDENT)
    return max(sure, key=lambda each: each.confidence, default=None)


def _at_speeds(pictures: Sequence[Mono], sound: Mono, speeds: Sequence[Fraction]) -> list[list[Heard]]:
    """→ of each picture what is heard at each speed, where anything is; all of the sound is gone through once."""
    tries = [(number, _stretched(each, speed), speed) for number, each in enumerate(pictures) for speed in speeds]
    firsts = [_busiest(heard) for _, heard, _ in tries]
    templates = [heard[first : first + _TEMPLATE_S * RATE] for (_, heard, _), first in zip(tries, firsts, strict=True)]
    found: list[list[Heard]] = [[] for _ in pictures]
    for (number, heard, speed), first, peaks in zip(tries, firsts, _peaks(templates, sound), strict=True):
        if told := _at_speed(heard, sound, speed, first, *peaks):
            found[number].append(told)
    return found


def _at_speed(heard: Mono, sound: Mono, speed: Fraction, first: int, best: _Peak, second: _Peak) -> Heard | None:
    if best.height == 0:
        return None
    margin = min(1.0, max(0.0, (best.height / max(second.height, _CHANCE) - 1) / _CLEAR))
    pieces = list(_pieces(heard, sound, best.at - first))
    if not pieces:
        return None
    line = _line(pieces)
    ratio = float(speed) * (1 + line.slope)
    # What may as well be drift, or somebody who walks, is no other speed than the file's own, the first.
    nearest = min(SPEEDS, key=lambda each: max(abs(ratio / float(each) - 1), line.within))
    confidence = margin * line.agreed * (1 - 0.5**line.count)
    return Heard(line.at / RATE, confidence, nearest, (ratio / float(nearest) - 1) * 1e6, line.within * 1e6)


def _peaks(templates: Sequence[Mono], sound: Mono) -> list[tuple[_Peak, _Peak]]:
    """→ of each template, where it fits best in all of the sound, and where second best."""
    if not templates:
        return []
    longest = max(map(len, templates))
    size = min(_BLOCK, _quick(len(sound) + 2 * longest))
    mine = [np.conj(_whitened(template, size, _band(size))) for template in templates]
    hop = size - longest
    found: list[list[_Peak]] = [[] for _ in templates]
    for start in range(int(LEAST_S * RATE) - longest, len(sound), hop):
        block = _cut(sound, start, size)
        if _is_sound(block):
            for tops, peaks in zip(found, _peaks_within(block, mine, hop), strict=True):
                tops += [replace(peak, at=start + peak.at) for peak in peaks]
    return [_two_best(tops) for tops in found]


def _peaks_within(block: Mono, mine: Sequence[_Spectrum], hop: int) -> list[list[_Peak]]:
    """→ of each template the two best places among the first ones of a block."""
    size, band, apart = len(block), _band(len(block)), int(_APART_S * RATE)
    theirs = _whitened(block, size, band)
    found: list[list[_Peak]] = []
    for phases in mine:
        alike = np.abs(_correlated(theirs * phases, size, band)[:hop])
        found.append([])
        for _ in range(2):
            top = int(np.argmax(alike))
            found[-1].append(_Peak(top, float(alike[top])))
            alike[max(0, top - apart) : top + apart] = 0
    return found


def _two_best(found: list[_Peak]) -> tuple[_Peak, _Peak]:
    found.sort(key=lambda peak: -peak.height)
    best = found[0] if found else _Peak(0, 0)
    others = (peak for peak in found if abs(peak.at - best.at) > _APART_S * RATE)
    return best, next(others, _Peak(0, 0))


def _pieces(heard: Mono, sound: Mono, at: float) -> Iterator[tuple[float, _Peak]]:
    """→ of each piece of the picture that can be heard in the sound, its middle and where the picture would begin."""
    long = int(min(_PIECE_S, len(heard) / RATE / 4) * RATE)
    around = int(_AROUND_S * RATE)
    size = 1 << (long + 2 * around).bit_length()
    band = _band(size)
    window = np.hanning(long).astype(np.float32)
    for first in range(0, len(heard) - long + 1, long):
        start = round(at) + first - around
        if start < 0 or start + long + 2 * around > len(sound):
            continue
        mine = _whitened(heard[first : first + long] * window, size, band)
        theirs = _whitened(_cut(sound, start, long + 2 * around), size, band)
        alike = np.abs(_correlated(theirs * np.conj(mine), size, band))[: 2 * around + 1]
        top = int(np.argmax(alike))
        if alike[top] >= _HEARD and 0 < top < 2 * around:
            yield first + long / 2, _Peak(start - first + top + _between(alike[top - 1 : top + 2]), float(alike[top]))


@dataclass(frozen=True, slots=True)
class _Line:
    """Pieces of one clock: where it begins, how much it gains, how sure that is; how much of what was heard agrees."""

    at: float
    slope: float
    within: float
    agreed: float
    count: int


def _line(pieces: list[tuple[float, _Peak]]) -> _Line:
    """Theil and Sen's line, which a third of strays does not bend, then the least squares of those that lie on it."""
    middles = np.array([middle for middle, _ in pieces])
    places = np.array([peak.at for _, peak in pieces])
    heights = np.array([peak.height for _, peak in pieces])
    slopes = [(places[b] - places[a]) / (middles[b] - middles[a]) for a, b in combinations(range(len(pieces)), 2)]
    slope = float(np.clip(np.median(slopes), -_DRIFT, _DRIFT)) if slopes else 0.0
    off = places - slope * middles
    agree = np.abs(off - np.median(off)) <= _AGREED_S * RATE
    count = int(agree.sum())
    at = float(np.median(off))
    within = 2 * _AGREED_S * RATE / max(float(np.ptp(middles)), LEAST_S * RATE)
    if count > 2:
        (slope, at), residuals, *_ = np.polyfit(middles[agree], places[agree], 1, full=True)
        spread = float(np.sqrt(residuals[0] / (count - 2))) if len(residuals) else 0.0
        within = 2 * spread / (float(np.std(middles[agree])) * np.sqrt(count))
        within += _STEP_S * RATE / float(np.ptp(middles[agree]))
    return _Line(float(at), float(slope), float(within), float(heights[agree].sum() / heights.sum()), count)


def _between(three: NDArray[np.float32]) -> float:
    """The highest of a peak's samples and its neighbours → how far beside it the peak itself lies."""
    before, top, after = (float(each) for each in three)
    bend = before - 2 * top + after
    return 0.5 * (before - after) / bend if bend else 0.0


def _is_sound(heard: Mono) -> bool:
    return bool(max(heard.max(), -heard.min()) > _SILENT)


def _band(size: int) -> slice:
    low, high = (round(edge * size / RATE) for edge in _BAND_HZ)
    return slice(low, high)


def _quick(count: int) -> int:
    """→ a length that is quickly transformed, and not shorter."""
    power = 1 << max(0, count.bit_length() - 3)
    return next(each for parts in (4, 5, 6, 8) if (each := parts * power) >= count)


def _whitened(sound: Mono, size: int, band: slice) -> _Spectrum:
    """Sound → its phases within the band; what has no sound has none."""
    spectrum = np.fft.rfft(sound, size, norm=_SINGLE)[band]
    loud = np.abs(spectrum)
    return spectrum * (1 / np.maximum(loud, max(float(loud.max()) * 1e-6, 1e-20)))


def _correlated(phases: _Spectrum, size: int, band: slice) -> Mono:
    """Phases of what agrees → how well at each place; what chance does is 1 on average (root mean square)."""
    whole = np.zeros(size // 2 + 1, np.complex64)
    whole[band] = phases
    made = np.fft.irfft(whole, size).astype(np.float32, copy=False)
    made *= np.float32(size / np.sqrt(2 * (band.stop - band.start)))
    return made


def _cut(sound: Mono, start: int, count: int) -> Mono:
    """→ so many samples from there on, silence where the sound has none."""
    made = np.zeros(count, np.float32)
    inside = _sane(sound[max(start, 0) : max(start + count, 0)])
    made[max(-start, 0) : max(-start, 0) + len(inside)] = inside
    return made


def _sane(sound: Mono) -> Mono:
    """Sound → without what is no number, or louder than a converter can be: damage, which is not heard."""
    return np.clip(np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0), -8, 8).astype(np.float32, copy=False)


def _stretched(sound: Mono, speed: Fraction) -> Mono:
    """Sound → as it is where so many seconds pass in one of its own."""
    if speed == 1:
        return sound
    # Lengths that make the speed exact, and that are quickly transformed.
    steps = 1 << (len(sound) // speed.denominator).bit_length()
    before, after = steps * speed.denominator, steps * speed.numerator
    spectrum = np.fft.rfft(sound, before, norm=_SINGLE)[: after // 2 + 1]
    made = np.fft.irfft(spectrum, after) * np.float32(after)
    return made[: round(len(sound) * speed)].astype(np.float32, copy=False)


def _busiest(heard: Mono) -> int:
    """→ where the part begins that has the most going on; 0 where all of it is sought."""
    starts = range(0, max(1, len(heard) - _TEMPLATE_S * RATE), 5 * RATE)
    return max(starts, key=lambda first: float(np.abs(heard[first : first + _TEMPLATE_S * RATE]).sum()))
