"""A roll as the cutting room asks for it: its clips, what was made of each, and why something was not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from circletake.cloud.catalogue import Row
from circletake.cloud.deployment import Deployment
from circletake.cloud.looks import read_recipe, read_slates
from circletake.cloud.reading import tell_clip
from circletake.contracts.keys import RollRef
from circletake.contracts.looks import Slate
from circletake.contracts.media import Inspection, Output, OutputManifest
from circletake.contracts.recipe import EditorialFormat, Recipe
from circletake.film.editorial import why_not
from circletake.film.interchange.bins import Bin, bin_of
from circletake.film.looks.resolving import clip_name
from circletake.film.report import current_clips
from circletake.media.picture import fit

Told = dict[str, Any]


@dataclass(frozen=True)
class Shelf:
    """A roll's clips that count, with the rows of its camera report in the same order; what was made of each clip, by
    its id and version; what ALEs say of them; and what the production's recipe asks for."""

    roll: RollRef
    clips: Sequence[Told]
    rows: Sequence[Told]
    manifests: dict[tuple[str, str], OutputManifest]
    slates: dict[str, Slate]
    recipe: Recipe
    contents: Bin

    @property
    def kinds(self) -> tuple[EditorialFormat, ...]:
        """The formats that the recipe asks for, and those that were made when it asked for others."""
        made = {output.name for clip in self.clips for output in self.outputs(clip)}
        return tuple(kind for kind in EditorialFormat if kind in self.recipe.editorial.formats or kind in made)

    def outputs(self, clip: Told) -> Sequence[Output]:
        manifest = self.manifests.get((clip["clip_id"], clip["version"]))
        return manifest.outputs if manifest else ()

    def missing(self, kinds: Sequence[EditorialFormat]) -> list[Told]:
        """→ each proxy of these formats that is not there, and why."""
        return [
            {"clip": clip["name"], "format": kind, "why": _why(clip, kind, self.recipe)}
            for clip in self.clips
            for kind in kinds
            if kind not in {output.name for output in self.outputs(clip)}
        ]


def look_up(where: Deployment, ref: RollRef) -> Shelf | None:
    """A roll → what there is of it; None where nothing of it has been received."""
    reading, catalogue = where.reading(), where.catalogue()
    rows = reading.clips(ref)
    if not rows:
        return None
    card, told, recipe = reading.card(ref), [tell_clip(row) for row in rows], read_recipe(catalogue, ref.production)
    manifests = {
        (clip["clip_id"], clip["version"]): manifest
        for clip, row in zip(told, rows, strict=True)
        if (manifest := _manifest(row))
    }
    clips = current_clips(card, told)
    found = read_slates(catalogue, ref)
    slates = {clip["name"]: slate for clip in clips if (slate := found.get(clip_name(clip["name"])))}
    contents = bin_of(ref, card, told, slates, recipe)
    return Shelf(ref, clips, reading.report(ref)["rows"], manifests, slates, recipe, contents)


def _manifest(row: Row) -> OutputManifest | None:
    """A CLIP row → what stands in the review bucket for it: its own pictures, or those of the proxy that it shows."""
    media = row.get("media") or (row.get("proxy") or {}).get("media")
    return OutputManifest.model_validate_json(media, extra="ignore") if media else None


def _why(clip: Told, kind: EditorialFormat, recipe: Recipe) -> str:
    if clip["sentence"]:
        return str(clip["sentence"])
    if clip["inspection"]:
        video = Inspection.model_validate(clip["inspection"], extra="ignore").video
        box = recipe.editorial.width, recipe.editorial.height
        size = fit(video.width, video.height, video.sample_aspect_ratio, video.rotation_degrees, box)
        if reason := why_not(kind, video, size):
            return reason
    if kind not in recipe.editorial.formats:
        return "The production's recipe does not ask for it."
    if clip["media"]:
        return "It was made by an older recipe; `circletake recipe set … --remake` makes it."
    return "It is not made yet."
