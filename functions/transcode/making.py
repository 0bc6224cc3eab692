"""What is made of one clip."""

from dataclasses import dataclass, field
from pathlib import Path

from circletake.contracts.media import Inspection, Piece
from circletake.contracts.recipe import Recipe
from circletake.contracts.sound import AppliedSound, SoundTrack
from circletake.film.timing import Timecode


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a clip's proxies carry of the recorder's sound, and a slice of each of its files, in their order."""

    sound: AppliedSound
    slices: tuple[Path, ...]

    @property
    def tracks(self) -> tuple[SoundTrack, ...]:
        """In the order in which editors have them: the mix, then the ISOs."""
        return self.sound.mix + self.sound.isos


@dataclass(frozen=True, slots=True)
class Making:
    """A clip's inspection, the production's recipe, the clip's title, the baked LUT of its look, if it has one, and
    the recorder's sound, where its proxies carry that.

    `piece` is the part of the clip that is made; without it, all of it is.
    """

    inspection: Inspection
    recipe: Recipe = field(default_factory=Recipe)
    title: str = ""
    look: Path | None = None
    recorded: Recorded | None = None
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
    def sounds(self) -> bool:
        """Whether there is anything to hear."""
        return self.recorded is not None or bool(self.inspection.audio)

    @property
    def timecode(self) -> Timecode | None:
        """The clip's first timecode; frames that come as they like have none."""
        video, label = self.inspection.video, self.inspection.start_timecode
        return None if label is None or video.variable_rate else Timecode.parse(label, video.rate)
