"""What a transcode is estimated to need grows with all that is made of a clip; `bench` measures how near it comes."""

from fractions import Fraction
from typing import Any

import pytest

from circletake.contracts.media import ColorTags, Estimate, VideoStream
from circletake.contracts.recipe import BurnIn, BurnInText, Editorial, EditorialFormat, Recipe
from circletake.media.codecs import PICTURE
from circletake.media.plan import estimate

VIDEO = VideoStream(
    codec="prores", profile=None, pixel_format="yuv422p10le", width=1920, height=1080, sample_aspect_ratio=None,
    rotation_degrees=0, field_order=None, rate=Fraction(24), variable_rate=False, frames=240, frames_counted=False,
    color=ColorTags(primaries=None, transfer=None, matrix=None, range=None),
)  # fmt: skip
SIZE_BYTES = 233_000_000


def needs(recipe: Recipe | None = None, *, looked: bool = False, **changed: Any) -> Estimate:
    video = VIDEO.model_copy(update=changed)
    return estimate(video, video.frames / video.rate, SIZE_BYTES, recipe, looked=looked)


@pytest.mark.parametrize(
    "more",
    [
        {"recipe": Recipe(editorial=Editorial(formats=(kind,)))} for kind in EditorialFormat
    ]
    + [
        {"recipe": Recipe(burn_in=BurnIn(show=(BurnInText.TIMECODE,)))},
        {"looked": True},
        {"field_order": "tt"},
        {"width": 3840, "height": 2160},
        {"frames": 480},
    ],
)  # fmt: skip
def test_whatever_is_more_costs_more(more: dict[str, Any]) -> None:
    plain, richer = needs(), needs(**more)
    assert richer.cpu_s > plain.cpu_s
    assert richer.disk_bytes >= plain.disk_bytes


def test_the_disk_holds_the_original_and_all_that_is_made_of_it() -> None:
    everything = Recipe(editorial=Editorial(formats=tuple(EditorialFormat)))
    assert SIZE_BYTES < needs().disk_bytes < needs(everything).disk_bytes


@pytest.mark.parametrize("codec", sorted(PICTURE))
def test_every_codec_that_is_opened_has_a_cost(codec: str) -> None:
    assert needs(codec=codec).cpu_s > needs(codec=codec, frames=1).cpu_s > 0
