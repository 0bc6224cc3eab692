"""Sizes and rates of a picture: what it looks like when shown, and how its moments become a rate."""

from dataclasses import dataclass
from fractions import Fraction

from circletake.media.probing import Packets

#: Rates that cameras record at. They are only proposals: the moments of the frames decide.
CAMERA_RATES = tuple(
    Fraction(rate)
    for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50", "60000/1001", "60", "100",
                 "120000/1001", "120", "5", "8", "10", "12", "12.5", "15", "15000/1001", "20", "90", "200", "240")
)  # fmt: skip
#: Closer than this to a camera's rate is that rate, rounded; 29.97 and 30000/1001 lie twice as far apart.
_ROUNDED = Fraction(1, 2_000_000)


@dataclass(frozen=True, slots=True)
class Rate:
    """Frames a second, exactly; when `variable`, the mean over the clip."""

    value: Fraction
    variable: bool


def fit(
    width: int, height: int, sample_aspect: Fraction | None, rotation: int, box: tuple[int, int]
) -> tuple[int, int]:
    """A stored picture → its even size in square pixels, upright, inside `box`. Never enlarged."""
    wide, high = Fraction(width), Fraction(height)
    if sample_aspect is not None:
        wide *= sample_aspect
    if rotation % 180:
        wide, high = high, wide
    factor = min(Fraction(1), box[0] / wide, box[1] / high)
    return _even(wide * factor), _even(high * factor)


def _even(length: Fraction) -> int:
    return max(2, 2 * round(length / 2))


def rate_of(packets: Packets, declared: tuple[Fraction | None, ...]) -> Rate | None:
    """The moments of all frames, and what the container declares → the rate; None where nothing tells one.

    A rate is constant when every frame lies within one tick of the file's clock of where the rate puts it:
    Matroska's milliseconds and a phone's 1/600 s are coarse, yet the camera ran at 24000/1001.
    """
    said = tuple(_meant(rate) for rate in declared if rate is not None)
    moments = packets.moments
    if moments is None:
        return Rate(said[0], variable=False) if said and len(set(said)) == 1 else None
    if len(moments) == 1:
        if packets.last_ticks:
            said = (*said, 1 / (packets.last_ticks * packets.time_base))
        return Rate(said[0], variable=False) if said else None
    span = (moments[-1] - moments[0]) * packets.time_base
    if span <= 0:
        return None
    mean = (len(moments) - 1) / span
    proposals = (*said, *sorted(CAMERA_RATES, key=lambda rate: abs(rate - mean)), mean)
    for rate in proposals:
        if _keeps(moments, packets.time_base, rate):
            return Rate(rate, variable=False)
    return Rate(mean, variable=True)


def _meant(declared: Fraction) -> Fraction:
    """Matroska keeps a frame's length in nanoseconds, which FFmpeg reads as 19001/317 where 60000/1001 was written."""
    close = (rate for rate in CAMERA_RATES if abs(declared / rate - 1) < _ROUNDED)
    return next(close, declared)


def _keeps(moments: tuple[int, ...], tick: Fraction, rate: Fraction) -> bool:
    # In whole numbers: |moment - first - n / (rate * tick)| <= 1 for every frame n.
    step = 1 / (rate * tick)
    first, over, under = moments[0], step.numerator, step.denominator
    return all(abs((moment - first) * under - n * over) <= under for n, moment in enumerate(moments))
