"""A pull's frames as a sequence of EXR: written, then read back from the disk and held against what was asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xxhash

from circletake.contracts.media import Inspection
from circletake.film.pull_names import NameTemplate
from circletake.film.pulls import PullRequest
from circletake.media.exr import MOST, BadExr, as_timecode, camera_attributes, ours, read_exr, write_exr
from circletake.media.linear import ToLinear

if TYPE_CHECKING:
    from circletake.media.exr import Half
    from circletake.media.pulling import Picture

#: A picture whose codes differ by less than this shows nothing, and light below this is black.
_NOTHING, _BLACK = 0.01, 0.0005
#: What is looked at, in the words of the count sheet.
CHECKED = (
    "every frame read back: number of frames, first and last number, none missing or too many, "
    "source timecode and frame, size, channels R G B of 16-bit half in ZIP, primaries, rate, pixels as written, "
    "none black where the source is not"
)


@dataclass(frozen=True, slots=True)
class Shot:
    """What is written of one request: its name, what the clip is, and how it becomes linear."""

    request: PullRequest
    name: str
    template: NameTemplate
    inspection: Inspection
    linear: ToLinear
    show: str

    def file_name(self, number: int) -> str:
        return self.template.name_frame(self.name, number)


@dataclass(frozen=True, slots=True)
class Written:
    """A frame that was written: its source frame, the digest of its pixels, and whether the source shows anything."""

    number: int
    frame: int
    pixels: str
    lit: bool


def write_sequence(
    shot: Shot, pictures: Iterable["Picture"], into: Path, on_frame: Callable[[], None]
) -> tuple[Written, ...]:
    """The frames of a request, as encoded, in order → EXR files in `into`, and what was written."""
    import numpy as np

    written = []
    numbered = zip(shot.request.numbers, shot.request.frames, strict=True)
    for (number, frame), picture in zip(numbered, pictures, strict=True):
        lit = float(picture.max() - picture.min()) > _NOTHING
        shot.linear.apply(picture)
        # Beyond the largest half only infinity is left, which no compositor can undo.
        half = np.clip(picture, -MOST, MOST).astype(np.float16)
        write_exr(into / shot.file_name(number), half, _header(shot, frame))
        written.append(Written(number, frame, _digest(half), lit))
        on_frame()
    return tuple(written)


def _header(shot: Shot, frame: int) -> dict[str, Any]:
    request, video = shot.request, shot.inspection.video
    original = request.original
    moment = request.timecode(frame)
    return {
        "chromaticities": shot.linear.chromaticities,
        "timeCode": as_timecode(moment),
        "framesPerSecond": video.rate,
        "pixelAspectRatio": float(video.sample_aspect_ratio or 1),
        **({"reelName": original.reel} if original.reel else {}),
        **camera_attributes(shot.inspection.camera),
        **ours(
            show=shot.show, shot=shot.name, event=request.event, clip=original.title, source=original.place,
            sourceFrame=frame, sourceTimecode=str(moment), colour=shot.linear.sentence,
        ),
    }  # fmt: skip


def check_sequence(
    folder: Path, shot: Shot, written: Sequence[Written], on_frame: Callable[[], None] = lambda: None
) -> tuple[str, ...]:
    """A folder, and what should be in it → everything that is wrong with it; nothing, where it is complete."""
    asked, wrong = shot.request.numbers, []
    names = {shot.file_name(number) for number in asked}
    if [each.number for each in written] != list(asked):
        wrong.append(f"{len(written)} frames were written of {len(asked)}")
    surplus = sorted(path.name for path in folder.glob("*.exr") if path.name not in names)
    wrong += [f"{name} belongs to no frame" for name in surplus[:10]]
    for each in written:
        name = shot.file_name(each.number)
        try:
            wrong += [f"{name}: {fault}" for fault in _faults(folder / name, shot, each)]
        except BadExr as bad:
            wrong.append(f"{name}: {bad}")
        on_frame()
    return tuple(wrong)


def _faults(file: Path, shot: Shot, written: Written) -> list[str]:
    """A frame on the disk → what differs from what was asked for."""
    import numpy as np

    frame, video = read_exr(file), shot.inspection.video
    height, width, _ = frame.pixels.shape
    asked = _header(shot, written.frame)
    faults = [f"its {name} differs" for name in asked if not _same(frame.header, asked, name)]
    if (width, height) != (video.width, video.height):
        faults.append(f"it has {width} x {height} pixels, not {video.width} x {video.height}")
    if not np.isfinite(frame.pixels).all():
        faults.append("some of its pixels are no numbers")
    elif written.lit and frame.pixels.max() <= _BLACK:
        faults.append("it is black, and its source is not")
    if _digest(frame.pixels) != written.pixels:
        faults.append("its pixels are not those that were written")
    return faults


def _same(found: Mapping[str, Any], asked: Mapping[str, Any], name: str) -> bool:
    if name not in found:
        return False
    mine, theirs = asked[name], found[name]
    if name == "timeCode":
        return str(mine) == str(theirs)
    if isinstance(mine, float):
        return bool(abs(mine - theirs) < 1e-5 * max(1, abs(mine)))
    if isinstance(mine, tuple):
        return all(abs(one - other) < 1e-6 for one, other in zip(mine, theirs, strict=True))
    return bool(mine == theirs)


def _digest(pixels: "Half") -> str:
    return xxhash.xxh3_64_hexdigest(pixels.tobytes())
