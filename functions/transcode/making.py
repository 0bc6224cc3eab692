"""What is made of one clip."""

from dataclasses import dataclass, field
from pathlib import Path

from circletake.contracts.media import Inspection, Piece
from circletake.contracts.recipe import Recipe
from circletake.film.timing import Timecode


@dataclass(frozen=True, slots=True)
class Making:
    """A clip's inspection, the production's recipe, the clip's title, and the baked LUT of its look, if it has one.

    `piece` is the part of the clip that is made; without it, all of it is.
    """

    inspection: Inspection
    recipe: Recipe = field(default_factory=Recipe)
    title: str = ""
    look: Path | None = None
    piece: Piece | None = None

    @property
    def first(self) -> int:
        """The clip's number of the first frame that is made."""
        return self.piece.first if self.piece else 0

    @property
    def frames(self) -> int:
        """How many frames are made."""
        return self.piece.count if self.piece else self.inspection.video.frames

    @property
    def timecode(self) -> Timecode | None:
        """The clip's first timecode; frames that come as they like have none."""
        video, label = self.inspection.video, self.inspection.start_timecode
        return None if label is None or video.variable_rate else Timecode.parse(label, video.rate)
