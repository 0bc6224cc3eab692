"""A recorder's sound under a clip: where it was heard, and what of it the clip's proxies carry."""

from fractions import Fraction
from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt

from circletake.contracts.cards import Line
from circletake.contracts.files import SourceFile
from circletake.contracts.wire import Rational, Wire


class Listened(Wire):
    """What listening found of one clip in one file of the recorder. Nothing found: `confidence` is 0, `offset_s` None.

    The picture's first frame is `offset_s` into the sound, by the sound's own seconds; `speed`: how many of those pass
    in a second of picture; `drift_ppm` is what is left beside it, give or take `within_ppm`.
    """

    offset_s: float | None
    confidence: Annotated[float, Field(ge=0, le=1)]
    speed: Rational = Fraction(1)
    drift_ppm: float = 0.0
    within_ppm: float = 0.0


class PlacedSound(Wire):
    """A recorder's file under a clip. `offset`: its samples until the picture's first frame, below 0 where the picture
    begins first. `rate`: samples a second, as its header says; `speed` as in `Listened`."""

    file: SourceFile
    offset: int
    rate: PositiveInt
    speed: Rational = Fraction(1)


class SoundTrack(Wire):
    """One channel, counted from 1, of the file of that number in `AppliedSound.files`, and what it is called."""

    name: Line
    file: NonNegativeInt
    channel: PositiveInt


class AppliedSound(Wire):
    """The recorder's sound that a clip's proxies carry: the mix, of one channel or two, then its ISOs.

    `sentence` tells a person which file it is and what its place rests on.
    """

    files: Annotated[tuple[PlacedSound, ...], Field(min_length=1, max_length=64)]
    mix: Annotated[tuple[SoundTrack, ...], Field(min_length=1, max_length=2)]
    isos: Annotated[tuple[SoundTrack, ...], Field(max_length=64)] = ()
    sentence: Line
