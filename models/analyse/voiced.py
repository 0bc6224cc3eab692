"""Sound → the windows of it in which somebody speaks, each short enough to be listened to at once.

Long sound is read in pieces, so that ten hours take no more memory than five minutes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps
from numpy.typing import NDArray

from models.media import SOUND_RATE

Sound = NDArray[np.float32]
#: Samples from and to.
Stretch = tuple[int, int]

#: Whisper listens to 30 seconds at once.
WINDOW_S = 30.0
#: A pause that a listener notices; what is said without one belongs together.
PAUSE_S = 0.5
_PIECE_S = 300.0
_PAUSE, _PIECE, _WINDOW = (round(seconds * SOUND_RATE) for seconds in (PAUSE_S, _PIECE_S, WINDOW_S))
#: The threshold is the detector's own. "Cut!" is 0.3 s long; a shorter noise is a click. Its ends are found late and
#: early, so a tenth of a second goes with it. Two seconds of the window are room for both.
_DETECTING = VadOptions(
    threshold=0.5,
    min_speech_duration_ms=100,
    max_speech_duration_s=WINDOW_S - 2,
    min_silence_duration_ms=round(1000 * PAUSE_S),
    speech_pad_ms=100,
)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the sound: when it begins, and each stretch of speech in it.

    There is a pause of quiet before and after: without it Whisper left out a last word that stood alone.
    """

    start_s: float
    sound: Sound
    stretches: tuple[tuple[float, float], ...]


def voiced(sounds: Iterable[Sound], samples: int) -> Iterator[Window]:
    """Sound at 16 kHz in pieces of any length, of which so many samples count → the windows with speech, in order."""
    held, at = np.empty(0, np.float32), 0
    for piece, is_last in _pieces(sounds, samples):
        held = np.concatenate([held, piece])
        found = _speech(held)
        done = len(held)
        if not is_last:
            # What reaches the end of the piece, or begins there, goes on in the next one.
            done -= _PAUSE
            if found and found[-1][1] > done:
                done = max(0, found.pop()[0] - _PAUSE)
        for group in _grouped(found):
            start, end = max(0, group[0][0] - _PAUSE), group[-1][1] + _PAUSE
            stretches = tuple(((at + first) / SOUND_RATE, (at + last) / SOUND_RATE) for first, last in group)
            yield Window((at + start) / SOUND_RATE, held[start:end], stretches)
        held, at = held[done:], at + done


def _speech(sound: Sound) -> list[Stretch]:
    if not len(sound):
        return []
    return [(each["start"], each["end"]) for each in get_speech_timestamps(sound, _DETECTING)]


def _grouped(found: Iterable[Stretch]) -> Iterator[list[Stretch]]:
    group: list[Stretch] = []
    for stretch in found:
        if group and stretch[1] - group[0][0] > _WINDOW - 2 * _PAUSE:
            yield group
            group = []
        group.append(stretch)
    if group:
        yield group


def _pieces(sounds: Iterable[Sound], samples: int) -> Iterator[tuple[Sound, bool]]:
    """Pieces of any length → pieces of five minutes, up to so many samples; and whether one is the last."""
    waiting: list[Sound] = []
    length, left = 0, samples
    for sound in sounds:
        waiting.append(sound[:left])
        length, left = length + len(waiting[-1]), left - len(waiting[-1])
        if not left:
            break
        if length >= _PIECE:
            yield np.concatenate(waiting), False
            waiting, length = [], 0
    yield np.concatenate([np.empty(0, np.float32), *waiting]), True
