"""The recorder's sound under a clip: its tracks, each as long as the picture and where the picture has it.

A slice of a file begins with the sample at which the picture does, so that nothing is cut here; where the recorder
rolled late, silence goes before it. A recorder that ran at another speed is heard at that speed and resampled, by the
exact ratio.
"""

from collections import Counter
from typing import Any

import ffmpeg

from circletake.contracts.recipe import Track
from circletake.contracts.sound import PlacedSound
from circletake.film.editorial import tracks_of
from circletake.media.launcher import Workbench
from functions.transcode.making import Making, Recorded
from functions.transcode.shape import split
from functions.transcode.sound import SAMPLE_RATE, cut

#: A slice may be a sample longer than the clip.
_READ_ON_S = 1
#: Rates are whole numbers below 2³¹. No recorder's clock is told to so many digits.
_FINEST = 10**9


def editors_tracks(making: Making) -> tuple[str, ...]:
    """→ what the sound tracks of an editorial proxy are called, in their order: the mix, the ISOs, the camera's own."""
    scratch = camera_tracks(making)
    if making.recorded is None:
        return tuple(track.name for track in scratch)
    numbered = (f"Scratch {number}" for number in range(1, len(scratch) + 1))
    return (*(track.name for track in making.recorded.tracks), *numbered)


def camera_tracks(making: Making) -> tuple[Track, ...]:
    """→ which tracks of an editorial proxy hold the camera's own sound."""
    if making.recorded is not None and not making.recipe.sound.scratch:
        return ()
    return tracks_of(making.recipe.editorial, making.inspection.audio)


def laid(bench: Workbench, recorded: Recorded, making: Making, *, edited: bool) -> tuple[Any, list[Any]]:
    """The slices on the bench, behind the clip's own files → the mix as a person hears it, of one channel or of two;
    and where the clip is `edited`, all tracks as editors have them. Each is exactly as long as the clip."""
    mix = recorded.sound.mix
    uses = [(track.file, track.channel) for track in (*mix, *(recorded.tracks if edited else ()))]
    copies = {
        place: iter(split(_laid(bench, recorded, *place, making), times, "asplit"))
        for place, times in Counter(uses).items()
    }
    channels = [next(copies[place]) for place in uses]
    heard = channels[0] if len(mix) == 1 else ffmpeg.filter(channels[:2], "join", inputs=2, channel_layout="stereo")
    return heard, channels[len(mix) :]


def _laid(bench: Workbench, recorded: Recorded, number: int, channel: int, making: Making) -> Any:
    duration_s, placed = making.inspection.duration_s, recorded.sound.files[number]
    first = len(bench.containers) - len(recorded.slices)
    file = bench.input(first + number, float(duration_s * placed.speed) + _READ_ON_S)
    sound = (
        file["a:0"].filter("channelmap", map=channel - 1, channel_layout="mono").filter("aformat", sample_fmts="s32")
    )
    return cut(_in_step(sound, placed), round(duration_s * SAMPLE_RATE)).filter("asetpts", "N/SR/TB")


def _in_step(sound: Any, placed: PlacedSound) -> Any:
    """A channel of a slice → the same at our rate and the picture's speed, from the picture's first frame on."""
    ratio = (SAMPLE_RATE / (placed.rate * placed.speed)).limit_denominator(_FINEST)
    if ratio != 1:
        # 48,000 in 1.001 is no rate that there is: only the ratio of the two matters, so that is kept.
        times = max(1, SAMPLE_RATE // ratio.numerator)
        sound = sound.filter("asetrate", ratio.denominator * times).filter("aresample", ratio.numerator * times)
        sound = sound.filter("asetrate", SAMPLE_RATE)
    late = round(max(0, -placed.offset) * ratio)
    return sound.filter("adelay", f"{late}S", all=1) if late else sound
