"""A camera's encoded RGB → scene-linear light in declared primaries, by OpenColorIO; nothing is guessed.

The names are those of OpenColorIO's ACES studio config. ACES2065-1 is what plates are exchanged in (SMPTE ST 2065-4
is EXR in it), so it is what is written unless another space is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from circletake.contracts.media import VideoStream
from circletake.film.looks.spaces import CONFIG, find_space

if TYPE_CHECKING:
    from circletake.media.pulling import Picture

SOURCE = "source"
DEFAULT_SPACE = "ACES2065-1"
_REC709 = "Linear Rec.709 (sRGB)"
#: Chromaticities x, y of red, green, blue and white. ACES: SMPTE ST 2065-1 and Academy S-2014-004 (ACEScg);
#: ITU-R BT.709-6, BT.2020-2; SMPTE RP 431-2 with D65; ARRI: LogC3 and LogC4 white papers.
PRIMARIES: dict[str, tuple[float, ...]] = {
    "ACES2065-1": (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767),
    "ACEScg": (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767),
    _REC709: (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329),
    "Linear Rec.2020": (0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329),
    "Linear P3-D65": (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329),
    "Linear ARRI Wide Gamut 3": (0.684, 0.313, 0.221, 0.848, 0.0861, -0.102, 0.3127, 0.329),
    "Linear ARRI Wide Gamut 4": (0.7347, 0.2653, 0.1424, 0.8576, 0.0991, -0.0308, 0.3127, 0.329),
}


class NotLinear(Exception):  # noqa: N818 - a sentence about a clip or a choice, no fault
    """Why no linear light can be made of a clip; the message says what to declare."""


@dataclass(frozen=True, slots=True)
class ToLinear:
    """How a clip becomes linear: from which space to which, what that means for the header, and the way itself.

    `apply` takes float RGB as encoded, and changes it in place.
    """

    source: str
    space: str
    chromaticities: tuple[float, ...]
    sentence: str
    apply: Callable[["Picture"], None]


def to_linear(video: VideoStream, camera_space: str | None, space: str) -> ToLinear:
    """A clip's picture, its declared camera space, and the space that is asked for → the way there.

    Raises `NotLinear` where the production declares no camera space, or one that OpenColorIO does not know.
    """
    if space == SOURCE:
        if camera_space is not None:
            raise NotLinear(f"It is recorded in {camera_space}; name the space to pull into, such as {DEFAULT_SPACE}.")
        camera_space, space = _tagged(video), _REC709
    if camera_space is None:
        raise NotLinear(
            "Nobody has declared in which colour space this camera records, and it is not guessed. Declare it in the "
            "recipe ([color] camera_space; `circletake recipe set`), or pull Rec. 709 material as it is tagged: "
            f"--space {SOURCE}."
        )
    try:
        camera_space = find_space(camera_space)
    except ValueError as error:
        raise NotLinear(f"The declared camera space is not known: {error}.") from error
    return ToLinear(
        camera_space, space, PRIMARIES[space], f"{camera_space} to {space}, scene-linear, by {CONFIG}",
        _converter(camera_space, space),
    )  # fmt: skip


def linear_space(text: str) -> str:
    """'acescg' → 'ACEScg'; `source` stays. Raises `ValueError` where it is no space that plates are pulled into."""
    name = SOURCE if text == SOURCE else find_space(text)
    if name not in (SOURCE, *PRIMARIES):
        raise ValueError(f"{name} is no space to pull into. There are: {', '.join([*PRIMARIES, SOURCE])}.")
    return name


def _tagged(video: VideoStream) -> str:
    """Rec. 709 material that says that it is → the space of its own curve, inverted."""
    if (video.color.primaries, video.color.transfer) != ("bt709", "bt709"):
        raise NotLinear(
            f"It is tagged with the primaries {video.color.primaries or 'of nobody'} and the curve "
            f"{video.color.transfer or 'of nobody'}, not as Rec. 709: its light is not known. Declare its camera space."
        )
    return "Camera Rec.709"


def _converter(source: str, space: str) -> Callable[["Picture"], None]:
    import PyOpenColorIO as ocio  # noqa: N813 - as everybody calls it

    config: Any = ocio.Config.CreateFromBuiltinConfig(CONFIG)
    # Not the fast tables: a plate is exact.
    way = config.getProcessor(source, space).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
    apply: Callable[[Picture], None] = way.applyRGB
    return apply
