"""What named people answered for on a card, as a report tells it: the acts on record, each with what it is about."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from circletake.contracts.cards import Deed
from circletake.contracts.keys import RollRef

Told = dict[str, Any]

_DEEDS = {
    Deed.RELEASE: "Released",
    Deed.ACKNOWLEDGE: "Acknowledged",
    Deed.SIGN_OFF: "Signed off",
    Deed.ADD_COPY: "Copy added",
}


def place_acts(card: Told, current: Sequence[Told]) -> list[Told]:
    """A roll's card and the clips that count → what people did, the first first.

    Each is told with its insertion, whether it is about a clip as it is now (`of_clip`), and whether what it was about
    was `replaced` since: who signed off one version has not seen the next.
    """
    received = {(clip["offload"], path): clip["received_at"] for clip in current for path in paths_of(clip)}

    def place(act: Told, offload: str) -> Told:
        since = received.get((offload, act["path"]))
        replaced = since is not None and is_before(act["at"], since)
        return {**act, "offload": offload, "of_clip": since is not None and not replaced, "replaced": replaced}

    told = [place(act, each["offload"]) for each in card["cards"] for act in each["acts"]]
    return sorted(told, key=lambda act: datetime.fromisoformat(act["at"]))


def lines_of(acts: Iterable[Told], roll: RollRef) -> list[Told]:
    """Acts → a line of the CSV for each that is about no row."""
    return [
        {"roll": roll.roll, "path": act["path"], "offload": act["offload"], "answered": act_text(act)}
        for act in acts
        if not act["of_clip"]
    ]


def is_before(one: str, other: str) -> bool:
    """Two moments, however their clocks write them → whether the first was earlier."""
    return datetime.fromisoformat(one) < datetime.fromisoformat(other)


def moment_text(iso: str) -> str:
    """'2026-10-14T18:09:40+00:00' → '2026-10-14 18:09 UTC'."""
    return f"{iso[:16].replace('T', ' ')} UTC"


def code_text(code: str) -> str:
    """'CLIP_GAP' → 'Clip gap'."""
    return code.replace("_", " ").capitalize()


def act_text(act: Told) -> str:
    """An act of the header → who did it, in which role, when and why, and what it is about."""
    about = [act["code"] and code_text(act["code"]), act["path"], act["volume"]]
    told = " · ".join(filter(None, about)) + (", a version that was replaced since" if act["replaced"] else "")
    who = f"{_DEEDS[Deed(act['act'])]} by {act['by']} ({act['role']}), {moment_text(act['at'])}"
    return f"{who}: “{act['reason']}” {told}".rstrip()


def paths_of(clip: Told) -> set[str]:
    """A clip → the paths of its files."""
    return {span["path"] for span in clip["spans"]}
