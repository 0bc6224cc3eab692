"""The detectors of the pass: a small picture and the sound, looked at for what quality control reports."""

from fractions import Fraction
from typing import Any

from circletake.contracts.media import VideoStream
from functions.transcode.shape import fitted, scaled

DETECT_BOX = (320, 180)
#: What counts as black, frozen, silent: at least this long. FFmpeg's own thresholds otherwise.
LEAST_S = Fraction(1, 2)
SILENCE_DB = -60
PICTURE_LOG, SOUND_LOG = "picture.txt", "sound.txt"


def detected(picture: Any, video: VideoStream) -> Any:
    """A small picture, looked at for cuts, black and freezes; time is frames at the (mean) rate."""
    tick = 1 / video.rate
    return (
        scaled(picture, fitted(video, DETECT_BOX), flags="bilinear")
        .filter("settb", f"{tick.numerator}/{tick.denominator}")
        .filter("setpts", "N")
        .filter("scdet")
        .filter("blackdetect", d=float(LEAST_S))
        .filter("freezedetect", d=float(LEAST_S))
        .filter("metadata", mode="print", file=PICTURE_LOG)
    )


def measured(sound: Any) -> Any:
    # The meter cuts sound into blocks of its own and loses what others remarked, so the silences are written before.
    return (
        sound.filter("silencedetect", n=f"{SILENCE_DB}dB", d=float(LEAST_S))
        .filter("ametadata", mode="print", file=SOUND_LOG)
        .filter("ebur128", peak="true", framelog="quiet")
    )
