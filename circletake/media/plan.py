"""What a transcode will cost, and how much disk. Pure; `bench/fitting.py` measures the constants and prints them.

They are CPU seconds of one core of the machine that `bench/README.md` describes, there within 15 % on clips that they
were not fitted on. Another machine is faster or slower by one factor.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from circletake.contracts.media import Estimate, VideoStream
from circletake.contracts.recipe import EditorialFormat, Recipe
from circletake.contracts.sound import AppliedSound
from circletake.media.codecs import PICTURE
from circletake.media.picture import fit
from circletake.media.routes import WOVEN

PROXY_BOX = (1280, 720)
#: CPU-s for each clip, for each megapixel of it that is scaled, and of the proxy that is watched and encoded.
_CLIP, _SCALED, _ENCODED = 0.19, 0.00077, 0.0219
#: CPU-s more for each megapixel of a proxy: under a look, with texts in it.
_LOOK, _TEXTS = 0.0055, 0.0001
#: CPU-s for each megapixel of the original whose fields are woven into frames (bwdif).
_WOVEN = 0.004
#: CPU-s and bytes for each megapixel of an editorial proxy; the sound of all is counted with `_SOUND_BYTES_PER_S`.
_EDITORIAL: dict[str, tuple[float, float]] = {
    EditorialFormat.DNXHR_LB_MOV: (0.0097, 100_000),
    EditorialFormat.DNXHR_LB_MXF: (0.0097, 100_000),
    EditorialFormat.PRORES_PROXY_MOV: (0.0101, 130_000),
    EditorialFormat.H264_MOV: (0.0205, 60_000),
}
#: Generous bytes of output for one second: proxy 8 Mb/s, analysis frames 8 Mb/s, sound 160 kb/s.
_OUTPUT_BYTES_PER_S = 2_020_000
#: Sixteen tracks of 24-bit sound beside the picture of each editorial proxy.
_SOUND_BYTES_PER_S = 2_310_000
#: A track of the recorder's in an editorial proxy: 48,000 samples of three bytes, and what lies between them.
_TRACK_BYTES_PER_S = 145_000
_PAPERWORK_BYTES = 16 << 20


def decisive(recipe: Recipe, sound: AppliedSound | None) -> list[Any]:
    """A recipe and the recorder's sound of a clip → what of them decides how the clip comes out, to be hashed.

    Without a recorder's sound it is what it was before any recipe mapped one: nothing is made anew for that.
    """
    if sound is None:
        return [recipe.model_dump(mode="json", exclude={"sound"})]
    # Of the mapping only the camera's own sound is left to be decided: the rest is what the tracks are.
    mapped = recipe.model_dump(mode="json", exclude={"sound": {"mix", "isos"}})
    return [mapped, sound.model_dump(mode="json", exclude={"sentence"})]


def estimate(
    video: VideoStream,
    duration_s: Fraction,
    size_bytes: int,
    recipe: Recipe | None = None,
    *,
    looked: bool = False,
    sound: AppliedSound | None = None,
    sound_bytes: int = 0,
) -> Estimate:
    """A clip, and what is made of it → CPU seconds of one core and bytes of disk that its one pass will need.

    `sound_bytes`: what is fetched of the recorder's files.
    """
    recipe, tracks = recipe or Recipe(), len(sound.mix + sound.isos) if sound else 0
    family = PICTURE[video.codec][1]
    cpu = _CLIP + family.per_megabit * size_bytes * 8 / 1e6
    cpu += (family.per_megapixel + _SCALED + _WOVEN * (video.field_order in WOVEN)) * _megapixels(video)
    texts = bool(recipe.burn_in.show or recipe.burn_in.words)
    cpu += (_ENCODED + _LOOK * looked + _TEXTS * texts) * _megapixels(video, PROXY_BOX)
    disk = size_bytes + sound_bytes + _PAPERWORK_BYTES + int(duration_s * _OUTPUT_BYTES_PER_S)
    for cpu_s, outputs in _editorial(video, duration_s, recipe, looked and recipe.editorial.looked):
        cpu, disk = cpu + cpu_s, disk + outputs + int(tracks * duration_s * _TRACK_BYTES_PER_S)
    return Estimate(cpu_s=round(cpu, 2), disk_bytes=disk)


def _editorial(video: VideoStream, duration_s: Fraction, recipe: Recipe, looked: bool) -> Iterator[tuple[float, int]]:
    """What is made of a clip for editors → the CPU seconds and bytes of each format."""
    megapixels = _megapixels(video, (recipe.editorial.width, recipe.editorial.height))
    for kind in recipe.editorial.formats:
        cpu_s, outputs = _EDITORIAL[kind]
        yield (cpu_s + _LOOK * looked) * megapixels, int(outputs * megapixels + duration_s * _SOUND_BYTES_PER_S)


def _megapixels(video: VideoStream, box: tuple[int, int] | None = None) -> float:
    """The pixels of all frames as they are stored, or as they are fitted into a box."""
    size = (video.width, video.height)
    if box:
        size = fit(*size, video.sample_aspect_ratio, video.rotation_degrees, box)
    return size[0] * size[1] * video.frames / 1e6
