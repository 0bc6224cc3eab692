"""A look → one 3D LUT, by OpenColorIO: from the values that the camera recorded to those of an SDR screen.

The order: camera space → grading space → CDL → show LUT, or the standard SDR rendering where there is no LUT. Where no
camera space is declared nothing is converted, and CDL and LUT act on the recorded values; the sentence says so.

The CDL acts as ASC v1.2 says, clamped to 0–1 after slope and offset and after saturation, wherever 0–1 holds all that
a picture has: in log and video spaces. In a scene-linear space white lies far above 1, and nothing is clamped.
"""

import hashlib
import math
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product
from typing import Any

from circletake.contracts.media import CameraFacts
from circletake.contracts.recipe import Color
from circletake.film.looks.cube import read_cube, write_cube
from circletake.film.looks.resolving import Resolved
from circletake.film.looks.spaces import VIEW, find_space

#: Measured from LogC4 to the standard rendering: greys are at most 0.4/255 off at either size; of colours as pictures
#: have them 99 % stay within 3.5/255 with 33 points and within 1.3/255 with 65, which cost 2 ms more a frame.
SIZE, FINER = 33, 65
#: What two neighbouring values of an 8-bit picture differ by.
_STEP = 1 / 255
#: Where a bake is held against the exact look: a grey scale, each grey also tinted as skin or a wall is.
_GREYS, _TINTS = 256, tuple(product((-0.04, 0, 0.04), repeat=3))


@dataclass(frozen=True, slots=True)
class Baked:
    """A baked look: a .cube and its SHA-256, what is in it as a sentence, and how far it is from the exact look.

    `off` is the largest difference over greys and colours near them, in parts of 255.
    """

    text: bytes
    sha256: str
    size: int
    sentence: str
    off: float


def camera_space(color: Color, camera: CameraFacts | None) -> str | None:
    """What a production declares, and what a clip says of its camera → the space it recorded in; None: not declared.

    The most exact declaration wins: maker and model, else maker. The space for cameras that are not told is for those
    alone: a phone that says its name did not record in the main camera's log.
    """
    maker, model = ((fact or "").casefold() for fact in (camera.maker, camera.model)) if camera else ("", "")
    fitting = [
        declared
        for declared in color.cameras
        # Some files tell the model alone.
        if (declared.maker.casefold() in maker if maker else declared.model is not None)
        and (declared.model is None or declared.model.casefold() in model)
    ]
    nearest = max(fitting, key=lambda declared: len(declared.model or ""), default=None)
    if nearest:
        return nearest.space
    return None if maker or model else color.camera_space


@lru_cache(maxsize=8)
def bake(
    resolved: Resolved,
    *,
    camera_space: str | None,
    grading_space: str | None,
    lut_text: str | None,
    size: int | None = None,
) -> Baked:
    """The look of a clip → its LUT. Raises `ValueError` for a space that is not known, `Rejected` for a bad LUT.

    Without a `size` it has 33 points, or 65 where 33 are more than 1/255 off. The last ones are kept in memory: the
    clips of a roll have mostly one look.
    """
    # Here, because only one function has OpenColorIO in a layer, and only where something is baked it is loaded.
    from circletake.media.exact_look import by_lattice, exactly

    camera = find_space(camera_space) if camera_space else None
    grading = find_space(grading_space) if camera and grading_space else camera
    lut = read_cube(lut_text.encode()) if lut_text is not None else None
    exact = exactly(camera, grading, resolved.cdl, lut)
    points, off, values = 0, math.inf, array("f")
    for points in (size,) if size else (SIZE, FINER):
        values = _lattice(points)
        exact.applyRGB(values)
        off = _distance(exact, by_lattice(points, values))
        if off <= _STEP:
            break
    text = write_cube(points, values, "Circletake")
    sentence = _sentence(resolved, camera, grading if grading_space else None, declared=grading_space)
    return Baked(text, hashlib.sha256(text).hexdigest(), points, sentence, off / _STEP)


def _lattice(size: int) -> "array[float]":
    steps = [step / (size - 1) for step in range(size)]
    return array("f", [value for blue in steps for green in steps for red in steps for value in (red, green, blue)])


def _distance(exact: Any, baked: Any) -> float:
    """Two processors → the largest difference of what they show of greys, and of colours near them."""
    steps = range(_GREYS)
    greys = [[min(max(step / (_GREYS - 1) + tint, 0), 1) for tint in tints] for step in steps for tints in _TINTS]
    one = array("f", chain.from_iterable(greys))
    other = array("f", one)
    exact.applyRGB(one)
    baked.applyRGB(other)
    return max(abs(min(max(a, 0), 1) - min(max(b, 0), 1)) for a, b in zip(one, other, strict=True))


def _sentence(resolved: Resolved, camera: str | None, grading: str | None, *, declared: str | None) -> str:
    """What was baked → one sentence for people."""
    steps = [name for name in (camera, grading if grading != camera else None) if name]
    steps += [f"CDL of {resolved.cdl_from}"] if resolved.cdl else []
    steps += [f"LUT of {resolved.lut_from}"] if resolved.lut else []
    steps += [f"the standard rendering ({VIEW})"] if camera and not resolved.lut else []
    told = f"SDR for a BT.1886 screen: {' → '.join(steps)}."
    if camera is None:
        missing = "camera space" if declared else "camera or grading space"
        told += f" No {missing} is declared for this clip, so nothing is converted: they act on the recorded values."
    return told
