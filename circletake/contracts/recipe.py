"""A recipe: what a production wants made of every clip. One settings file, chosen from presets."""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import Field, PositiveInt

from circletake.contracts.analysis import AnalysisSettings
from circletake.contracts.cards import Line
from circletake.contracts.wire import Rational, Wire


class EditorialFormat(StrEnum):
    """What an editor cuts with. The value is the output's name."""

    DNXHR_LB_MOV = "dnxhr.mov"
    DNXHR_LB_MXF = "dnxhr.mxf"
    PRORES_PROXY_MOV = "prores.mov"
    H264_MOV = "editorial.mov"


class Track(Wire):
    """A sound track of an editorial proxy: which channels of the original it holds, counted from 1 across streams."""

    name: Line
    channels: Annotated[tuple[Annotated[int, Field(ge=1, le=64)], ...], Field(min_length=1, max_length=2)]


class Editorial(Wire):
    """The proxies for editing. Without `tracks` every channel of the original is a track of its own, in its order."""

    formats: tuple[EditorialFormat, ...] = ()
    #: The longest sides of the picture; never enlarged.
    width: PositiveInt = 1920
    height: PositiveInt = 1080
    looked: bool = False
    burnt_in: bool = False
    tracks: Annotated[tuple[Track, ...], Field(max_length=32)] = ()


class SoundMapping(Wire):
    """Which of a recorder's tracks a clip's proxies carry: the mix first, the named ISOs next, the camera's own last.

    `mix`: names of tracks, as the recorder has them, the first one or two that are there; empty for those that are
    called a mix, or else the file's first two. `isos`: names in the order that is wanted; None for all that are named.
    """

    mix: Annotated[tuple[Line, ...], Field(max_length=16)] = ()
    isos: Annotated[tuple[Line, ...], Field(max_length=64)] | None = None
    scratch: bool = True


class BurnInText(StrEnum):
    """What is written into the picture of a proxy."""

    TIMECODE = "TIMECODE"
    CLIP = "CLIP"
    FRAME = "FRAME"


class BurnIn(Wire):
    """The texts in the picture. `words` is a line of the production's own, such as whose property it is."""

    show: tuple[BurnInText, ...] = ()
    words: Line | None = None


class QcKind(StrEnum):
    """What quality control looks for. Findings are facts with frames; a person decides what they mean."""

    BLACK = "BLACK"
    FROZEN = "FROZEN"
    SILENT = "SILENT"
    CLIPPED_HIGHLIGHTS = "CLIPPED_HIGHLIGHTS"
    INTERLACED = "INTERLACED"
    OTHER_RATE = "OTHER_RATE"
    TIMECODE_JUMP = "TIMECODE_JUMP"
    LOUD = "LOUD"
    HIDDEN_FRAMES = "HIDDEN_FRAMES"
    SOFT_FOCUS = "SOFT_FOCUS"


class Qc(Wire):
    """What is looked for, and from when on it is a finding."""

    kinds: tuple[QcKind, ...] = tuple(kind for kind in QcKind if kind is not QcKind.SOFT_FOCUS)
    #: How long the picture or sound has to be so.
    least_s: Rational = Fraction(1, 2)
    silence_db: Annotated[float, Field(ge=-120, le=0)] = -60
    #: How much of the picture has to stand at or above the white that `clip_level` names, in parts of 255.
    clipped_share: Annotated[float, Field(gt=0, le=1)] = 0.02
    clip_level: Annotated[int, Field(ge=128, le=255)] = 235
    true_peak_dbtp: Annotated[float, Field(ge=-60, le=0)] = -1.0


class CameraSpace(Wire):
    """Which colour space a camera records in: OpenColorIO's name for it, by maker and, where told, model."""

    maker: Line
    model: Line | None = None
    space: Line


class Color(Wire):
    """Where the picture comes from and where it is graded; no declaration is no conversion, and that is said."""

    cameras: Annotated[tuple[CameraSpace, ...], Field(max_length=64)] = ()
    #: For clips whose camera is not told.
    camera_space: Line | None = None
    grading_space: Line | None = None


class Recipe(Wire):
    """What is made of a clip beside its review proxy and stills, which are always made."""

    preset: Annotated[str, Field(pattern=r"^[a-z]{1,20}$")] = "dailies"
    #: The rate that the production is cut at; another one is information about a clip (off-speed), no fault.
    rate: Rational | None = None
    color: Color = Color()
    editorial: Editorial = Editorial()
    burn_in: BurnIn = BurnIn()
    qc: Qc = Qc()
    sound: SoundMapping = SoundMapping()
    analysis: AnalysisSettings = AnalysisSettings()
