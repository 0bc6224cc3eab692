"""What a person says of a take → whether anybody else mentions that take. A mistyped number makes a take of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from circletake.contracts.takes import Said, Source
from circletake.film.takes.day import Day, DayClip, DaySound, Word
from circletake.film.takes.names import in_order
from circletake.film.takes.recordings import Recordings
from circletake.film.takes.rows import understand

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Unmentioned:
    """A take of which nobody has spoken, as a person calls it, and how takes are called that may have been meant."""

    called: str
    nearest: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """In words."""
        near = f" Nearest: {', '.join(self.nearest)}." if self.nearest else ""
        return f"Nobody mentions {self.called}.{near}"


def unmentioned(
    said: Said, day: Day, words: Iterable[Word], clips: Iterable[DayClip], sounds: Iterable[DaySound]
) -> Unmentioned | None:
    """What a person says of a day, and what it was folded from → the take that only this person mentions. None where
    others mention it, too, and where a recording of it is named."""
    word = Word(Source.PERSON, "", said)
    rows = understand([*words, word], Recordings(clips, sounds))
    row = next(row for row in rows if row.word is word)
    known = {take.key: take.called for take in day.takes}
    # A word that does not hold mentions its take all the same.
    if row.about or row.key is None or row.key in known or any(it is not row and it.key == row.key for it in rows):
        return None
    written = {f"{key.setup} {key.take}": key for key in known if key.setup}
    near = get_close_matches(f"{row.key.setup} {row.key.take}", written, n=_NEAREST)
    nearest = (known[key] for key in sorted((written[each] for each in near), key=in_order))
    return Unmentioned(f"{said.setup or said.slate or said.scene} take {said.take}", tuple(nearest))
