"""A clip, the production's recipe and its looks → the order for what is made of it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from circletake.contracts.facts import DecodeRaw, TranscodeClip
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import ClipRef, short_hash
from circletake.contracts.looks import AppliedLook, Look, Slate
from circletake.contracts.media import CameraFacts, Inspection, RawFacts
from circletake.contracts.recipe import Recipe
from circletake.contracts.sound import AppliedSound
from circletake.contracts.takes import SoundFile
from circletake.film.looks.resolving import Resolved, resolve
from circletake.film.sound.slices import carried, share_bytes
from circletake.media.baking import bake, camera_space
from circletake.media.plan import decisive, estimate
from circletake.media.routes import choose_route

#: What is made of a clip depends on this code too: a new number makes every clip anew when it is planned again.
_VERSION = 1
NOTHING: Mapping[str, SoundFile] = MappingProxyType({})
#: A line of the contracts.
_MOST_LETTERS = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of a clip, and whether soon. `mark` changes whenever anything of what is made does."""

    recipe: Recipe
    resolved: Resolved
    camera_space: str | None
    sound: AppliedSound | None
    circled: bool
    mark: str

    @property
    def has_look(self) -> bool:
        return self.camera_space is not None or self.resolved.cdl is not None or self.resolved.lut is not None


def want(
    recipe: Recipe,
    looks: list[Look],
    *,
    day: str,
    title: str,
    slate: Slate | None,
    camera: CameraFacts | None,
    is_proxy: bool = False,
    sound: AppliedSound | None = None,
    circled: bool = False,
) -> Wanted:
    """The newest words on a clip → what is to be made of it. A proxy from elsewhere is shown as it came: what was done
    to its picture there nobody knows."""
    resolved, space = resolve(looks, day=day, title=title, slate=slate), camera_space(recipe.color, camera)
    if is_proxy:
        resolved, space = Resolved(), None
    cdl = resolved.cdl.model_dump(mode="json") if resolved.cdl else None
    lut = resolved.lut.sha256 if resolved.lut else None
    mark = short_hash(_VERSION, *decisive(recipe, sound), cdl, lut, space)
    return Wanted(recipe, resolved, space, sound, circled, mark)


def apply(wanted: Wanted, read_lut: Callable[[str], bytes]) -> tuple[AppliedLook, bytes] | None:
    """What is wanted → the look as it is applied, and its baked LUT; None where the picture is shown as recorded."""
    if not wanted.has_look:
        return None
    resolved, grading = wanted.resolved, wanted.recipe.color.grading_space
    # Its numbers are ASCII; a title or a remark may be in whatever letters its program wrote.
    text = read_lut(resolved.lut.sha256).decode(errors="replace") if resolved.lut else None
    baked = bake(resolved, camera_space=wanted.camera_space, grading_space=grading, lut_text=text)
    look = AppliedLook(
        sha256=baked.sha256,
        size=baked.size,
        sentence=_with_its_error(baked.sentence, baked.off)[:_MOST_LETTERS],
        camera_space=wanted.camera_space,
        grading_space=grading,
        cdl=resolved.cdl,
        cdl_from=resolved.cdl_from,
        lut=resolved.lut,
        lut_from=resolved.lut_from,
    )
    return look, baked.text


def _with_its_error(sentence: str, off: float) -> str:
    """A LUT that is not the exact look to the step of a screen says so."""
    return f"{sentence} In places it is up to {off:.0f}/255 off the exact look." if off > 1 else sentence


def order(
    clip: ClipRef,
    row: Mapping[str, Any],
    wanted: Wanted,
    look: AppliedLook | None,
    revision: int,
    sounds: Mapping[str, SoundFile] = NOTHING,
) -> TranscodeClip | DecodeRaw:
    """A CLIP row and what is wanted of it → the order. What RAW will give is only known when it is decoded.

    `sounds`: what the recorder's files say of themselves, by their versions.
    """
    told: dict[str, Any] = {
        "clip": clip,
        "title": row["title"],
        "spans": spans_of(row),
        "recipe": wanted.recipe,
        "look": look,
        "revision": revision,
        "sound": wanted.sound,
        "circled": wanted.circled,
    }
    if "raw" in row:
        return DecodeRaw(**told, raw=RawFacts.model_validate_json(row["raw"], extra="ignore"))
    found = Inspection.model_validate_json(row["inspection"], extra="ignore")
    heard = carried(wanted.sound, edited=bool(wanted.recipe.editorial.formats)) if wanted.sound else None
    fetched = [share_bytes(each, sounds[each.file.version], found.duration_s) for each in heard.files] if heard else []
    needs = estimate(
        found.video,
        found.duration_s,
        found.size_bytes,
        wanted.recipe,
        looked=look is not None,
        sound=heard,
        sound_bytes=sum(fetched),
    )
    route = choose_route(needs, size_bytes=found.size_bytes, cuttable=found.cuttable)
    routed = found.model_copy(update={"estimate": needs, "route": route})
    return TranscodeClip(**told, inspection=routed)


def spans_of(row: Mapping[str, Any]) -> tuple[SourceFile, ...]:
    """A CLIP row → the clip's files, in order."""
    return tuple(SourceFile.model_validate(span, extra="ignore") for span in json.loads(row["spans"]))


def camera_of(row: Mapping[str, Any]) -> CameraFacts | None:
    """A CLIP row → what the camera wrote about itself into the clip."""
    if "raw" in row:
        return RawFacts.model_validate_json(row["raw"], extra="ignore").camera
    return Inspection.model_validate_json(row["inspection"], extra="ignore").camera
