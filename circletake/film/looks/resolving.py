"""The looks of a production and a clip → the look of that clip. What is nearer to the clip wins."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from circletake.contracts.files import FileKind
from circletake.contracts.looks import Cdl, Look, LookLevel, Lut, Slate
from circletake.film.naming import classify

_FARTHEST_FIRST = (LookLevel.SHOW, LookLevel.DAY, LookLevel.SCENE, LookLevel.SETUP, LookLevel.CLIP)
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Resolved:
    """What reaches a clip, and from where: `The night look (scene 12)`."""

    cdl: Cdl | None = None
    cdl_from: str | None = None
    lut: Lut | None = None
    lut_from: str | None = None


def resolve(looks: Iterable[Look], *, day: str, title: str, slate: Slate | None) -> Resolved:
    """Looks of a production, and what is known of a clip → the look of the clip.

    CDL and LUT are each looked for by itself: clip, else setup, scene, day, show. At one place the newest word holds,
    and a look that is empty takes back what was said there before.
    """
    targets = {
        LookLevel.SHOW: "",
        LookLevel.DAY: day.casefold(),
        LookLevel.SCENE: slate.scene.casefold() if slate and slate.scene else None,
        LookLevel.SETUP: slate.setup.casefold() if slate and slate.setup else None,
        LookLevel.CLIP: clip_name(title),
    }
    # Not by their texts: "…:00.5Z" stands before "…:00Z" there.
    in_time = sorted(looks, key=lambda look: datetime.fromisoformat(look.at))
    graded: Look | None = None
    viewed: Look | None = None
    for level in _FARTHEST_FIRST:
        here = [look for look in in_time if look.level is level and _target(look) == targets[level]]
        after = next((n for n in range(len(here), 0, -1) if here[n - 1].cdl is None and here[n - 1].lut is None), 0)
        graded = next((look for look in reversed(here[after:]) if look.cdl), graded)
        viewed = next((look for look in reversed(here[after:]) if look.lut), viewed)
    return Resolved(
        graded.cdl if graded else None,
        _whence(graded) if graded else None,
        viewed.lut if viewed else None,
        _whence(viewed) if viewed else None,
    )


def clip_name(title: str) -> str:
    """A clip's name as it is compared: an ALE may give it with the file's ending or without, in capitals or not."""
    at = PurePosixPath(title)
    named = at.stem if classify(at.name) in {FileKind.ORIGINAL, FileKind.SPAN} else title
    return unicodedata.normalize("NFC", named).casefold()


def _target(look: Look) -> str:
    return clip_name(look.target) if look.level is LookLevel.CLIP else look.target.casefold()


def _whence(look: Look) -> str:
    place = f"{look.level.lower()} {look.target}".strip()
    return f"{look.name[:_LONGEST_NAME].strip()} ({place})"
