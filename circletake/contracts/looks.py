"""Looks: what a production says its pictures are to look like, and what of it was applied to a proxy."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, PositiveInt

from circletake.contracts.cards import Line, Moment
from circletake.contracts.keys import RollRef
from circletake.contracts.wire import Wire

#: No grade of a real picture goes beyond it; what does is a damaged file.
_MOST = 1000.0
_Factor = Annotated[float, Field(ge=0, le=_MOST)]
_Offset = Annotated[float, Field(ge=-_MOST, le=_MOST)]
#: A power of 0 makes every colour white.
_Power = Annotated[float, Field(gt=0, le=_MOST)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Cdl(Wire):
    """An ASC CDL (version 1.2): out = (in × slope + offset) ^ power for each of R, G, B, then the saturation."""

    slope: tuple[_Factor, _Factor, _Factor] = (1.0, 1.0, 1.0)
    offset: tuple[_Offset, _Offset, _Offset] = (0.0, 0.0, 0.0)
    power: tuple[_Power, _Power, _Power] = (1.0, 1.0, 1.0)
    saturation: _Factor = 1.0


class Lut(Wire):
    """A 3D LUT that the catalogue keeps by its content: from the grading space to the screen."""

    sha256: Sha256
    name: Line
    size: Annotated[int, Field(ge=2, le=65)]


class LookLevel(StrEnum):
    """How far a look reaches. What is nearer to the clip wins, CDL and LUT each by itself."""

    SHOW = "SHOW"
    DAY = "DAY"
    SCENE = "SCENE"
    SETUP = "SETUP"
    CLIP = "CLIP"


class Look(Wire):
    """A CDL, a LUT, or both, set for a part of a production. Neither: what was set there before is taken back.

    `target` names the day, scene, setup or clip (by its title); it is empty for the show. Titles repeat from roll to
    roll, so the look of a clip also names its roll.
    `source` is the person's name, or the path of the sidecar as on the card.
    """

    level: LookLevel
    target: Annotated[str, Field(max_length=200)] = ""
    roll: RollRef | None = None
    cdl: Cdl | None = None
    lut: Lut | None = None
    name: Line
    source: Line
    #: Whether `source` is a sidecar.
    from_sidecar: bool = False
    at: Moment


class Slate(Wire):
    """What a person or an ALE says of a clip, so that looks of its scene and setup reach it.

    `setup` is the scene with letters; `slate` the number alone of British slates.
    """

    scene: Line | None = None
    setup: Line | None = None
    slate: Line | None = None
    take: Line | None = None


class SlateFrom(StrEnum):
    """Who says what stands on a clip's slate, the most believed first."""

    PERSON = "PERSON"
    #: A script supervisor's, sound's or camera's paper of the day.
    PAPER = "PAPER"
    ALE = "ALE"


class AppliedLook(Wire):
    """What a proxy shows: a LUT baked for it (`{production}/looks/{sha256}.cube` in the work bucket), and its parts.

    The order of its parts: camera space → grading space → CDL → show LUT, or the standard rendering where there is
    none. `camera_space` and `grading_space` are OpenColorIO's names, None where the production declares none.
    """

    sha256: Sha256
    size: PositiveInt = 33
    sentence: Line
    camera_space: Line | None = None
    grading_space: Line | None = None
    cdl: Cdl | None = None
    cdl_from: Line | None = None
    lut: Lut | None = None
    lut_from: Line | None = None
