"""A look as OpenColorIO computes it, exactly, for every value. Imported only where OpenColorIO is installed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import PyOpenColorIO as Ocio

from circletake.contracts.looks import Cdl
from circletake.film.looks.cube import Cube
from circletake.film.looks.spaces import CONFIG, DISPLAY, VIEW


def exactly(camera: str | None, grading: str | None, cdl: Cdl | None, lut: Cube | None) -> Any:
    """Camera space → grading space → CDL → LUT, or the standard rendering → a processor of float RGB."""
    config = Ocio.Config.CreateFromBuiltinConfig(CONFIG)
    return _processor(config, _chain(config, camera, grading, cdl, lut))


def by_lattice(size: int, values: Sequence[float]) -> Any:
    """A baked LUT → a processor of float RGB, tetrahedral as the one that makes the proxies."""
    return _processor(Ocio.Config.CreateRaw(), [_lut(size, values)])


def _processor(config: Any, transforms: Iterable[Any]) -> Any:
    group = Ocio.GroupTransform()
    for transform in transforms:
        group.appendTransform(transform)
    # Lossless: the default would turn curves into tables of their own.
    return config.getProcessor(group).getOptimizedCPUProcessor(Ocio.OPTIMIZATION_LOSSLESS)


def _chain(config: Any, camera: str | None, grading: str | None, cdl: Cdl | None, lut: Cube | None) -> Iterator[Any]:
    if camera != grading:
        yield Ocio.ColorSpaceTransform(src=camera, dst=grading)
    if cdl is not None:
        graded = Ocio.CDLTransform(slope=cdl.slope, offset=cdl.offset, power=cdl.power, sat=cdl.saturation)
        linear = grading is not None and config.getColorSpace(grading).getEncoding() == "scene-linear"
        graded.setStyle(Ocio.CDL_NO_CLAMP if linear else Ocio.CDL_ASC)
        yield graded
    if lut is not None:
        yield _from_domain(lut)
        yield _lut(lut.size, lut.values)
    elif grading is not None:
        yield Ocio.DisplayViewTransform(src=grading, display=DISPLAY, view=VIEW)


def _from_domain(lut: Cube) -> Any:
    red, green, blue = (1 / (high - low) for low, high in zip(lut.low, lut.high, strict=True))
    offsets = [-low * scale for low, scale in zip(lut.low, (red, green, blue), strict=True)]
    return Ocio.MatrixTransform([red, 0, 0, 0, 0, green, 0, 0, 0, 0, blue, 0, 0, 0, 0, 1], [*offsets, 0])


def _lut(size: int, values: Sequence[float]) -> Any:
    transform = Ocio.Lut3DTransform(size)
    transform.setInterpolation(Ocio.INTERP_TETRAHEDRAL)
    # Not setData: it wants numpy, which nothing else in that function needs.
    at = 0
    for blue in range(size):
        for green in range(size):
            for red in range(size):
                transform.setValue(red, green, blue, values[at], values[at + 1], values[at + 2])
                at += 3
    return transform
