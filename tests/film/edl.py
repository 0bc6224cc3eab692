"""Cuts for tests: EDLs written label by label, as editing systems write them."""

from dataclasses import dataclass
from fractions import Fraction

from circletake.film.originals import Original
from circletake.film.timing import Timecode, nominal

RECORD = "01:00:00:00"


def original(
    title: str = "A001C003_260930_R1JL",
    *,
    reel: str | None = "A001R1JL",
    start: str | None = "14:22:31:08",
    rate: Fraction = Fraction(24000, 1001),
    frames: int = 240,
    offload: str = "",
    hindrance: str | None = None,
    same_as: str = "",
) -> Original:
    identity = f"{title}{offload}"
    return Original(
        identity, f"{identity}-1", title, f"main/D001/A001/{offload}{title}.mov", reel, start, rate, frames,
        hindrance=hindrance, same_as=same_as,
    )  # fmt: skip


@dataclass
class Edl:
    """A list in the making; `record` is where its next event lies."""

    rate: Fraction
    drop: bool = False
    text: str = "TITLE: REEL 3\n"
    record: int = 0

    def __post_init__(self) -> None:
        self.text += f"FCM: {'' if self.drop else 'NON-'}DROP FRAME\n"

    def event(
        self,
        number: int,
        clip: Original,
        first: int,
        count: int,
        *,
        reel: str | None = None,
        channels: str = "V",
        transition: str = "C",
        record: int | None = None,
        after: str = "",
    ) -> "Edl":
        """An event that shows `count` frames of a clip from its frame `first` on."""
        start = clip.start_timecode
        length = count if record is None else record
        source = [cmx(start + first), cmx(start + first + count)]
        place = [cmx(Timecode(frame, self.rate, self.drop)) for frame in (self.record, self.record + length)]
        self.record += length
        named = f"{reel or clip.reel or 'AX':<32}"
        self.text += f"{number:03}  {named} {channels:<5} {transition:<8} {' '.join([*source, *place])}\n{after}"
        return self

    @property
    def data(self) -> bytes:
        return self.text.encode()


def cmx(moment: Timecode) -> str:
    """A timecode with the two digits of frames that lists have."""
    label = str(moment)
    if nominal(moment.rate) > 100 and int(label[9:]) > 99:
        raise ValueError(f"a list has no room for {label}")
    return f"{label[:9]}{int(label[9:]):02}"
