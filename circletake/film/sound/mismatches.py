"""What does not fit between a picture and its sounds → a list with a sentence each, for whoever can put it right.

A picture that was shot without sound is no fault, nor is one that ran at another speed than it is shown at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from circletake.contracts.takes import SoundFile
from circletake.film.sound.overlaps import Doubt, Heard, Overlap, Picture, Standing, standing

#: AES11 grants a clock of grade 2, which studios and recorders keep to, 10 ppm: two of them part by 20 at most.
DRIFT_PPM = 20


class Mismatch(StrEnum):
    """What does not fit. A name never changes its meaning."""

    NO_SOUND = "NO_SOUND"
    CLOCKS_DIFFER = "CLOCKS_DIFFER"
    ANOTHER_DAY = "ANOTHER_DAY"
    CONTRADICTED = "CONTRADICTED"
    DRIFT = "DRIFT"
    WRONG_RATE = "WRONG_RATE"


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing that does not fit, of which sound where it is about one, and a sentence."""

    mismatch: Mismatch
    sentence: str
    sound: str | None = None


def mismatches(
    picture: Picture, met: Sequence[Overlap], heard: Mapping[str, tuple[SoundFile, Heard]], *, silent: bool = False
) -> list[Listed]:
    """A picture, the sounds that run with it by timecode, and what was heard in which file → what does not fit.

    `silent`: shot without sound (MOS), or off speed, so that no sound runs with it.
    """
    if silent:
        return []
    if not met and not heard:
        return [Listed(Mismatch.NO_SOUND, f"No sound runs with the picture from {picture.start} on.")]
    listed = [line for each in met for line in _by_timecode(each, picture, heard)]
    return listed + [line for sound, each in heard.values() for line in _by_ear(sound, each, picture)]


def _by_timecode(overlap: Overlap, picture: Picture, heard: Mapping[str, tuple[SoundFile, Heard]]) -> Iterator[Listed]:
    name, listened = overlap.sound.name, heard.get(overlap.sound.name)
    stands = standing(overlap, listened[1] if listened else None, picture)
    if stands is Standing.CONTRADICTED and listened:
        heard_s, clock_s = listened[1].offset_s, float(overlap.offset / overlap.sound.rate)
        frames = (heard_s - clock_s) * float(picture.start.rate)
        places = f"the picture begins {heard_s:,.3f} s into it by its sound, {clock_s:,.3f} s by its timecode"
        way = "later" if frames > 0 else "earlier"
        said = f"{name} lies {abs(frames):,.1f} frames {way} than its timecode says: {places}."
        yield Listed(Mismatch.CONTRADICTED, said, name)
    if Doubt.CLOCKS_DIFFER in overlap.doubts and overlap.sound.timecode_rate:
        theirs = _counted(overlap.sound.timecode_rate, overlap.sound.drop)
        ours = _counted(picture.start.rate, picture.start.drop)
        said = f"{name} counts {theirs}, the camera {ours}: they part by the hour."
        yield Listed(Mismatch.CLOCKS_DIFFER, said, name)
    if Doubt.ANOTHER_DAY in overlap.doubts and stands is Standing.DOUBTED:
        yield Listed(Mismatch.ANOTHER_DAY, f"{name} shares its timecode with a sound of another date.", name)


def _by_ear(sound: SoundFile, heard: Heard, picture: Picture) -> Iterator[Listed]:
    if heard.speed != 1:
        runs = f"{float(heard.speed):.4f} s of {sound.name} pass in a second of picture"
        told = f", and it says that it was recorded at {sound.digitized_rate:,} Hz" if sound.digitized_rate else ""
        said = f"{runs}: its sound was not taken at the {sound.rate:,} Hz that it says{told}."
        yield Listed(Mismatch.WRONG_RATE, said, sound.name)
    if abs(heard.drift_ppm) - heard.within_ppm > DRIFT_PPM:
        frames = abs(heard.drift_ppm) * 1e-6 * picture.frames
        said = f"{sound.name} drifts by {abs(heard.drift_ppm):.0f} ppm, {frames:.2f} frames by the picture's end."
        yield Listed(Mismatch.DRIFT, said, sound.name)


def _counted(rate: Fraction, drop: bool) -> str:
    return f"{float(rate):.6g}{' drop-frame' if drop else ''}"
