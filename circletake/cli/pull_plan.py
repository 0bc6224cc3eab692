"""A cut and a production → the pull: which shots, of which clips, under which names, in which light; and what not."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from circletake.cli.pull_shots import Order
from circletake.cli.pull_sources import Clip, read_clips
from circletake.cloud.deployment import Deployment
from circletake.cloud.looks import read_lut, read_recipe
from circletake.contracts.media import CameraFacts
from circletake.film.cuts import CutList, NotPulled
from circletake.film.looks.resolving import Resolved
from circletake.film.pull_names import NameTemplate
from circletake.film.pulls import PullRequest, plan_pulls
from circletake.media.baking import bake, camera_space
from circletake.media.linear import DEFAULT_SPACE, NotLinear, linear_space, to_linear
from circletake.media.sequences import Shot

SpaceOf = Callable[[CameraFacts | None], str | None]


@dataclass(frozen=True)
class Asked:
    """How a cut is to be pulled, as the person said."""

    show: str
    title: str
    version: int
    template: NameTemplate
    handles: int
    rate: Fraction | None
    space: str | None


@dataclass(frozen=True)
class Pull:
    """What is pulled of a cut, and what is not."""

    orders: tuple[Order, ...]
    not_pulled: tuple[NotPulled, ...]

    @property
    def is_lacking(self) -> bool:
        """Whether something that was asked for is not in it."""
        return any(each.asked for each in self.not_pulled)


def plan(where: Deployment, listed: CutList, asked: Asked) -> Pull:
    """A list, and how it is to be pulled → the pull. Raises `ValueError` with a sentence where that makes no sense."""
    clips = {clip.original.version: clip for clip in read_clips(where.reading(), asked.show)}
    if not clips:
        raise ValueError(f"Nothing of {asked.show} has been received, so nothing of it can be pulled.")
    recipe = read_recipe(where.catalogue(), asked.show)
    planned = plan_pulls(
        listed, [clip.original for clip in clips.values()], handles=asked.handles, rate=asked.rate or recipe.rate
    )
    shots, dark = _shots(planned.requests, clips, asked, lambda camera: camera_space(recipe.color, camera))
    _require_own_names([shot.name for shot, _ in shots])
    return Pull(tuple(_order(where, shot, clip) for shot, clip in shots), (*planned.not_pulled, *dark))


def _shots(
    requests: Sequence[PullRequest], clips: Mapping[str, Clip], asked: Asked, space_of: SpaceOf
) -> tuple[list[tuple[Shot, Clip]], list[NotPulled]]:
    """Requests → their shots; and those of which nobody can tell the light."""
    space = linear_space(asked.space) if asked.space else DEFAULT_SPACE
    shots, dark = [], []
    for request in requests:
        clip = clips[request.original.version]
        if clip.inspection is None:
            raise TypeError(f"{clip.original.place} was matched without an inspection")
        name = asked.template.name_shot(request, show=asked.show, cut=asked.title, version=asked.version)
        try:
            linear = to_linear(clip.inspection.video, space_of(clip.inspection.camera), space)
        except NotLinear as why:
            dark.append(NotPulled(request.event, request.original.title, str(why)))
            continue
        shots.append((Shot(request, name, asked.template, clip.inspection, linear, asked.show), clip))
    return shots, dark


def _require_own_names(names: Sequence[str]) -> None:
    """Raises `ValueError` where two shots would lie in one folder, also where the volume knows no capitals."""
    twice = [name for name, times in Counter(map(str.lower, names)).items() if times > 1]
    if twice:
        raise ValueError(
            f"{len(twice)} names would be given twice, such as {twice[0]}: put {{event}} into the template, or cut the "
            "list so that each event has a number of its own."
        )


def _order(where: Deployment, shot: Shot, clip: Clip) -> Order:
    """A shot, and its clip's look as it was applied: the production's LUT, and the same look baked here again."""
    look = clip.look
    if look is None:
        return Order(shot, clip)
    lut = read_lut(where.catalogue(), clip.roll.production, look.lut.sha256) if look.lut else None
    baked = bake(
        Resolved(look.cdl, look.cdl_from, look.lut, look.lut_from),
        camera_space=look.camera_space,
        grading_space=look.grading_space,
        # Its title and its remarks may be in any encoding.
        lut_text=lut.decode(errors="replace") if lut is not None else None,
        size=look.size,
    )
    return Order(shot, clip, lut, baked.text)
