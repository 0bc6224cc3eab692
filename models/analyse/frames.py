"""FRAMES: samples before any look → exposure, white balance, contrast, sharpness, and what the picture looks like.

Statistics, no weights. A sample has 512 × 288 pixels: what numpy does with one stays in the processor's cache, which
is why samples are taken one by one.
"""

from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from circletake.contracts.analysis import MAX_SAMPLES, AnalysisKind, FrameLook, FramesAnswer, Question
from models.capability import Device, Media, Unanswerable, Weights
from models.media import Planes

_WIDTH = 512
_HUES, _SATURATIONS = 8, 4
#: R, G and B closer together than this share have no hue that means anything: two 8-bit steps are noise.
_NEUTRAL = 2 / 255
#: 10-bit code values (BT.709 and BT.2020, limited range): black, white, and the whole swing of Cb and Cr.
_LIMITED, _FULL = (64, 940, 896), (0, 1023, 1023)


class Frames:
    kind: ClassVar[AnalysisKind] = AnalysisKind.FRAMES
    name: ClassVar[str] = "frame-statistics"
    code: ClassVar[str] = "1"
    weights: ClassVar[tuple[Weights, ...]] = ()

    def __init__(self, device: Device) -> None:
        cv2.setNumThreads(device.threads)

    def look(self, media: Media, question: Question) -> FramesAnswer:
        """analysis.mkv, each of whose samples stands for `step` frames → at most MAX_SAMPLES of them, evenly spread."""
        samples = -(-question.frames // question.step)
        every = -(-samples // MAX_SAMPLES)
        looks: list[FrameLook] = []
        for number, planes in media.frames_10_bit(every):
            if number >= samples:
                raise Unanswerable(f"there are more samples than {question.frames} frames in steps of {question.step}")
            looks.append(look_at(number * question.step, planes))
        # A Matroska file that was cut off ends like any other.
        if len(looks) != -(-samples // every):
            raise Unanswerable(f"of {-(-samples // every)} samples {len(looks)} can be decoded")
        return FramesAnswer(kind=AnalysisKind.FRAMES, samples=tuple(looks))

    def self_test(self) -> None:
        """A sheet of which one half is black and one red, of 75 % in BT.709, has to be measured as that."""
        luma, chroma = np.full((16, 32), 64, np.uint16), np.full((16, 16), 512, np.uint16)
        red = luma.copy(), chroma.copy(), chroma.copy()
        # 10-bit code values of 75 % red: ARIB STD-B28, SMPTE RP 219-1.
        red[0][:, 16:], red[1][:, 8:], red[2][:, 8:] = 204, 435, 848
        seen = look_at(0, Planes(*red, 0.2126, 0.0722, full=False))
        if abs(seen.red - 0.375) > 0.002 or max(seen.green, seen.blue) > 0.002 or seen.crushed != 0.5:
            raise ValueError("half a sheet of red is not measured as that")


def look_at(frame: int, planes: Planes) -> FrameLook:
    """One sample → its measures."""
    black, white, swing = _FULL if planes.full else _LIMITED
    counts = np.bincount(planes.y.ravel(), minlength=1024)
    shares = np.cumsum(counts) / planes.y.size
    codes = np.clip((np.arange(len(counts)) - black) / (white - black), 0, 1)
    low, middle, high = (codes[int(np.searchsorted(shares, share))] for share in (0.01, 0.5, 0.99))
    rgb = _rgb(planes, black, white, swing)
    red, green, blue = cv2.mean(rgb)[:3]
    return FrameLook(
        frame=frame,
        mean=_round(np.dot(counts, codes) / planes.y.size),
        black=_round(low),
        middle=_round(middle),
        white=_round(high),
        clipped=_round(counts[white:].sum() / planes.y.size),
        crushed=_round(counts[: black + 1].sum() / planes.y.size),
        red=_round(red),
        green=_round(green),
        blue=_round(blue),
        sharpness=round(_sharpness(codes, planes.y), 2),
        appearance=_appearance(rgb),
    )


def _rgb(planes: Planes, black: int, white: int, swing: int) -> NDArray[np.float32]:
    """4:2:2 → R'G'B' as shares, at the width of chroma: two values of luma, one of colour."""
    width = planes.cb.shape[1]
    whole = cv2.resize(planes.y, (width, planes.y.shape[0]), interpolation=cv2.INTER_AREA)
    luma = (whole.astype(np.float32) - black) / (white - black)
    cb, cr = ((plane.astype(np.float32) - 512) / swing for plane in (planes.cb, planes.cr))
    red = luma + 2 * (1 - planes.kr) * cr
    blue = luma + 2 * (1 - planes.kb) * cb
    green = (luma - planes.kr * red - planes.kb * blue) / (1 - planes.kr - planes.kb)
    rgb: NDArray[np.float32] = np.clip(cv2.merge((red, green, blue)), 0, 1)
    return rgb


def _sharpness(codes: NDArray[np.float64], y: NDArray[np.uint16]) -> float:
    """Variance of the Laplacian: Pech-Pacheco et al., ICPR 2000."""
    luma = (codes * 255).astype(np.float32)[y]
    height = max(1, round(luma.shape[0] * _WIDTH / luma.shape[1]))
    wide = luma if luma.shape[1] == _WIDTH else cv2.resize(luma, (_WIDTH, height))
    return float(cv2.Laplacian(wide, cv2.CV_32F).var(dtype=np.float64))


def _appearance(rgb: NDArray[np.float32]) -> tuple[int, ...]:
    """R'G'B' → the histogram, hue by hue. What has no colour counts as the first hue, least saturated."""
    hue, saturation, value = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV))
    coloured = saturation * value > _NEUTRAL
    column = np.minimum(saturation * _SATURATIONS, _SATURATIONS - 1).astype(np.intp)
    row = np.minimum(hue * (_HUES / 360), _HUES - 1).astype(np.intp)
    counts = np.bincount(((row * _SATURATIONS + column) * coloured).ravel(), minlength=_HUES * _SATURATIONS)
    return tuple(int(count) for count in np.rint(counts * (255 / counts.max())))


def _round(share: float) -> float:
    return round(min(float(share), 1.0), 4)
