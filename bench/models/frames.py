"""FRAMES on made charts: what is measured, against what was drawn. Drawn in float R'G'B', by nobody's colour code.

python -m bench.models.frames       prints the table of models/analyse/frames.md
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.models.scores import counted
from bench.rows import Row
from models.analyse.frames import look_at
from models.media import Planes

_SIZE = (288, 512)
#: BT.709, BT.601, BT.2020: Kr and Kb.
_MATRICES = ((0.2126, 0.0722), (0.299, 0.114), (0.2627, 0.0593))
#: What a person would call the same: one 8-bit step.
_STEP = 1 / 255


@dataclass(frozen=True)
class Chart:
    """A picture in R'G'B' as shares, where neighbours in pairs have one colour: 4:2:2 loses nothing."""

    rgb: NDArray[np.float64]
    kr: float
    kb: float
    full: bool

    def planes(self) -> Planes:
        red, blue, luma = self.rgb[..., 0], self.rgb[..., 2], self.luma()
        black, white, swing = (0, 1023, 1023) if self.full else (64, 940, 896)
        y = np.rint(black + luma * (white - black))
        cb = np.rint(512 + swing * (blue - luma) / (2 * (1 - self.kb)))
        cr = np.rint(512 + swing * (red - luma) / (2 * (1 - self.kr)))
        stored = [np.clip(plane, 0, 1023).astype(np.uint16) for plane in (y, cb[:, ::2], cr[:, ::2])]
        return Planes(stored[0], stored[1], stored[2], self.kr, self.kb, self.full)

    def luma(self) -> NDArray[np.float64]:
        red, green, blue = np.moveaxis(self.rgb, 2, 0)
        drawn: NDArray[np.float64] = self.kr * red + (1 - self.kr - self.kb) * green + self.kb * blue
        return drawn


def charts(count: int) -> Iterator[Chart]:
    """→ so many charts: patches of drawn colours, exposure, cast, and ends that are clipped or crushed."""
    random = np.random.default_rng(20)
    for number in range(count):
        patches = random.uniform(0, 1, (12, 16, 3)) * random.uniform(0.3, 1, 3) * 2 ** random.uniform(-2, 0)
        rgb = patches.repeat(_SIZE[0] // 12, axis=0).repeat(_SIZE[1] // 16, axis=1)
        rgb[: 24 * random.integers(0, 4)] = 1
        rgb[_SIZE[0] - 24 * random.integers(0, 4) :] = 0
        yield Chart(rgb, *_MATRICES[number % 3], full=bool(number % 2))


def errors(chart: Chart) -> dict[str, float]:
    """A chart → by how much each measure is off."""
    seen, luma = look_at(0, chart.planes()), chart.luma()
    black, middle, white = np.quantile(luma, (0.01, 0.5, 0.99), method="inverted_cdf")
    red, green, blue = chart.rgb.mean(axis=(0, 1))
    drawn = {
        "exposure": (seen.mean - luma.mean(), seen.middle - middle),
        "contrast": (seen.black - black, seen.white - white),
        "clipped and crushed": (seen.clipped - np.mean(luma > 0.9995), seen.crushed - np.mean(luma < 0.0005)),
        "white balance": (seen.red - red, seen.green - green, seen.blue - blue),
    }
    return {name: float(np.abs(values).max()) for name, values in drawn.items()}


def score(quick: bool) -> list[Row]:
    count = 60 if quick else 600
    off = [errors(chart) for chart in charts(count)]
    return [
        Row(f"FRAMES, made charts: {name} right within 1/255", _right(off, name) / count, count, at_least=1)
        for name in off[0]
    ]


def _right(off: list[dict[str, float]], name: str) -> int:
    return sum(each[name] <= _STEP for each in off)


if __name__ == "__main__":
    every = [errors(chart) for chart in charts(600)]
    for measure in every[0]:
        worst = max(each[measure] for each in every)
        print(f"| {measure} | {counted(_right(every, measure), len(every))} | {worst:.5f} |")
