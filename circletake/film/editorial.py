"""What an editorial proxy can hold of a clip: which formats there are of it, and which sound lies on which track.

A proxy stands for its original in an edit, so a format that would have to bend the clip (its rate, its size) is not
made of it, and the reason is said.
"""

from collections.abc import Iterator
from fractions import Fraction

from circletake.contracts.media import AudioStream, VideoStream
from circletake.contracts.recipe import Editorial, EditorialFormat, Track
from circletake.film.report import in_decimals

DNXHR = frozenset({EditorialFormat.DNXHR_LB_MOV, EditorialFormat.DNXHR_LB_MXF})
#: The smallest picture that FFmpeg codes as DNxHR.
DNXHR_LEAST = (256, 120)
#: The edit rates that FFmpeg writes into MXF.
MXF_RATES = frozenset(
    Fraction(rate)
    for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50", "60000/1001", "60", "100",
                 "120000/1001", "120")
)  # fmt: skip


def why_not(kind: EditorialFormat, video: VideoStream, size: tuple[int, int]) -> str | None:
    """A format, a clip's picture, and its size in a proxy → why there is no such proxy of it; None where there is."""
    width, height = size
    if kind in DNXHR and (width < DNXHR_LEAST[0] or height < DNXHR_LEAST[1]):
        least = "{} × {}".format(*DNXHR_LEAST)
        return f"DNxHR has no pictures smaller than {least}, and this one has {width} × {height}."
    if kind is EditorialFormat.DNXHR_LB_MXF and video.variable_rate:
        return "In MXF every frame lasts as long as the others, and the frame rate of this clip varies."
    if kind is EditorialFormat.DNXHR_LB_MXF and video.rate not in MXF_RATES:
        return f"MXF has no {in_decimals(video.rate)} frames a second."
    return None


def tracks_of(editorial: Editorial, audio: tuple[AudioStream, ...]) -> tuple[Track, ...]:
    """A recipe and a clip's sound streams → the tracks that its editorial proxies have, in their order.

    Without a mapping each channel is a track. A track of channels that the clip does not have is left out: a camera
    without sound, or with two channels of the four that another one has, is no fault.
    """
    there = sum(stream.channels for stream in audio)
    if not editorial.tracks:
        return tuple(Track(name=f"A{channel}", channels=(channel,)) for channel in range(1, there + 1))
    return tuple(track for track in editorial.tracks if max(track.channels) <= there)


def places_of(audio: tuple[AudioStream, ...]) -> Iterator[tuple[int, int]]:
    """Sound streams → for each channel, counted across them, its stream and its place there, both from 0."""
    for number, stream in enumerate(audio):
        for channel in range(stream.channels):
            yield number, channel
