"""What is made of one clip."""

from dataclasses import dataclass, field
from pathlib import Path

from circletake.contracts.media import Inspection
from circletake.contracts.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Making:
    """A clip's inspection, the production's recipe, the clip's title, and the baked LUT of its look, if it has one."""

    inspection: Inspection
    recipe: Recipe = field(default_factory=Recipe)
    title: str = ""
    look: Path | None = None
