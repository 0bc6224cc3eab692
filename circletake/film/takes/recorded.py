"""What is known of a clip's file → the clip as the fold takes it."""

import re
from fractions import Fraction

from circletake.contracts.media import Inspection, RawFacts
from circletake.contracts.takes import Said
from circletake.film.papers.cells import camera_of
from circletake.film.takes.day import DayClip
from circletake.film.timing import Timecode

#: A camera's roll is called by its letter and a number: A001, A_0001. Knowledge of the field.
_ROLL = re.compile(r"(?P<letter>[A-Z])_?\d{3,4}", re.ASCII | re.IGNORECASE)
#: Of a RAW clip that nothing was read of only its name is known: it has no frames, so no rate counts any.
_NO_RATE = Fraction(1)


def camera_letter_of(title: str, roll: str) -> str | None:
    """A clip's name, else its roll's → the letter of its camera; None where neither begins with one."""
    found = _ROLL.fullmatch(roll)
    return camera_of((title,)) or (found["letter"].upper() if found else None)


def clip_of(
    of: str, title: str, roll: str, found: Inspection | RawFacts, *, slate: Said | None = None, sure: float = 0.0
) -> DayClip:
    """A clip's id, name and roll, and what was read of its file → the clip.

    Where the rate varies no timecode counts its frames, and one that does not exist at its rate places nothing. No
    file tells yet at which rate its sensor ran.
    """
    if isinstance(found, RawFacts):
        known = found.rate is not None and found.frames is not None
        rate, frames = (found.rate, found.frames) if found.rate and found.frames else (_NO_RATE, 0)
        label, sound = found.start_timecode if known else None, False
    else:
        rate, frames, sound = found.video.rate, found.video.frames, bool(found.audio)
        label = None if found.video.variable_rate else found.start_timecode
    start = _timecode(label, rate) if label else None
    return DayClip(
        id=of, title=title, roll=roll, rate=rate, frames=frames, camera=camera_letter_of(title, roll),
        start=start.frames if start else None, drop=bool(start and start.drop), sound=sound, slate=slate, sure=sure,
    )  # fmt: skip


def _timecode(label: str, rate: Fraction) -> Timecode | None:
    try:
        return Timecode.parse(label, rate)
    except ValueError:
        return None


def slate_of(scene: str, number: str, take: str) -> Said | None:
    """What a model read in the cells Scene, Slate and Take → what that says. Beside a number stands the scene; alone it
    is the scene with its setup's letters, and where there are none, the master's, which is called as its scene is."""
    board = {"scene": scene or None, "slate": number} if number else {"setup": scene or None}
    said = Said(**board, take=take or None)
    return said if said != Said() else None
