"""A roll as the catalogue tells it → what a day's report says of it: its cards, their verdicts, and its clips."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from circletake.contracts.cards import CardCode, Light
from circletake.contracts.files import ENDS, State
from circletake.film.report import current_clips

Told = dict[str, Any]
#: Ends at which a clip that was promised a picture has none.
_NO_PICTURE = frozenset({State.REJECTED, State.NEEDS_ATTENTION})


@dataclass(frozen=True, slots=True)
class Why:
    """What keeps a card from green: one code, the first path that it is about, and how often it holds."""

    light: Light
    code: str
    sentence: str
    path: str | None
    times: int


@dataclass(frozen=True, slots=True)
class CardLine:
    """An insertion of a card. `uploaded`: whether everything that was on it has come; `verified`: whether its bytes
    are those of the card on enough copies. `released`: who released it, and when. `more`: reasons beyond those here."""

    offload: str
    light: Light
    bits: Light
    uploaded: bool
    listed: int
    matched: int
    why: tuple[Why, ...]
    more: int
    released: tuple[str, str] | None

    @property
    def verified(self) -> bool:
        return self.bits is Light.GREEN


@dataclass(frozen=True, slots=True)
class ClipLine:
    """A clip that has not reached its end, or reached one without a picture."""

    roll: str
    name: str
    state: State
    sentence: str | None


@dataclass(frozen=True, slots=True)
class RollLine:
    """A roll. `cards` without an insertion of which another one has everything; `clips`: those that count, by state."""

    roll: str
    cards: tuple[CardLine, ...]
    clips: Mapping[State, int]
    open: tuple[ClipLine, ...]
    without_picture: tuple[ClipLine, ...]


def roll_line(roll: str, card: Told, clips: Sequence[Told]) -> RollLine:
    """A roll's name, its card's verdict and its clips as the catalogue tells them → the roll as a report has it."""
    current = current_clips(card, clips)
    return RollLine(
        roll,
        tuple(_card(each) for each in card["cards"] if not each["covered_by"]),
        Counter(State(clip["state"]) for clip in current),
        tuple(_clip(roll, clip) for clip in current if clip["state"] not in ENDS),
        tuple(_clip(roll, clip) for clip in current if clip["state"] in _NO_PICTURE),
    )


def _clip(roll: str, clip: Told) -> ClipLine:
    return ClipLine(roll, clip["name"], State(clip["state"]), clip["sentence"])


def _card(card: Told) -> CardLine:
    kinds: dict[tuple[str, str], list[Told]] = {}
    for reason in card["reasons"]:
        kinds.setdefault((reason["light"], reason["code"]), []).append(reason)
    released = card["released"]
    return CardLine(
        card["offload"],
        Light(card["status"]),
        Light(card["bits"]),
        all(code != CardCode.UPLOAD_UNFINISHED for _, code in kinds),
        card["files"]["listed"],
        card["files"]["matched"],
        tuple(
            Why(Light(light), code, reasons[0]["sentence"], reasons[0]["path"], len(reasons))
            for (light, code), reasons in kinds.items()
        ),
        card["more_reasons"],
        (released["by"], released["at"]) if released else None,
    )
