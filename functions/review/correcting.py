"""What a person wants to say of a take, a clip or a sound → whether it says anything, and of something that exists."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from circletake.contracts.takes import Said
from circletake.film.papers.cells import is_timecode
from circletake.film.takes.day import DaySound
from circletake.film.takes.recordings import Recordings
from functions.review.refusal import Refusal, senseless

if TYPE_CHECKING:
    from circletake.cloud.days import DayRead
    from circletake.film.takes.names import Names

#: What only tells which recording is meant.
_NAMING = {"line", "clips", "sounds"}
#: Twice as many cameras and tracks as any take has; a row of the catalogue holds at most 400 KB.
_MOST_NAMED = 128


def require_sense(said: Said, read: "DayRead") -> None:
    """Raises `Refusal` for a correction that is empty or about nothing.

    It names a take, known or new, or else clips and sounds of the day: those that have not come may only be named
    beside the take that they are of.
    """
    if not said.model_dump(exclude=_NAMING, exclude_defaults=True):
        raise senseless("a correction says something of a take, a clip or a sound; this one says nothing")
    if len(said.clips) + len(said.sounds) > _MOST_NAMED:
        raise senseless(f"a correction names up to {_MOST_NAMED} recordings")
    for label in (said.starts, said.ends):
        if label is not None and not is_timecode(label):
            raise senseless(f"{label} is no timecode")
    if said.take and (said.setup or said.slate or said.scene):
        return
    if not said.clips and not said.sounds:
        raise senseless("a correction names a take by its setup or slate and its number, or a clip, or a sound")
    sounds = [DaySound(of, each.sound) for of, each in read.sounds.items()]
    known = Recordings([each.clip for each in read.clips.values()], sounds)
    _require_known(said.clips, known.clip_names, said.roll, said.camera)
    _require_known(said.sounds, known.sound_names, said.sound_roll, None)


def require_mentioned(said: Said, read: "DayRead") -> None:
    """Raises `Refusal` for a take of which nobody has spoken, where no recording of it is named: a number mistyped."""
    if nobody := read.unmentioned(said):
        raise Refusal(
            HTTPStatus.CONFLICT, nobody.sentence, "If it was shot, say that it is new.", unmentioned=nobody.called
        )


def _require_known(named: tuple[str, ...], names: "Names", roll: str | None, camera: str | None) -> None:
    for name in named:
        found = len(names.find(name, roll, camera))
        if not found:
            raise Refusal(HTTPStatus.NOT_FOUND, f"The day has no recording called {name}.", "Look at its name.")
        if found > 1:
            raise Refusal(
                HTTPStatus.CONFLICT,
                f"The day has {found} recordings that may be called {name}.",
                "Give its whole name, or its roll as well.",
            )
