"""Verdicts in the catalogue → the cards of a roll as the page and `circletake card status --json` show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from circletake.cloud.card_rows import is_of_a_card, mark, unpack
from circletake.cloud.catalogue import Row
from circletake.contracts.cards import Act, Axis, CardCode, Deed, FileCounts, Light, Reason
from circletake.contracts.files import Origin
from circletake.film.safety.lights import worst

Told = dict[str, Any]
_AXES = ("status", "bits", "picture")
_CHANGING = Reason(
    axis=Axis.BITS,
    light=Light.AMBER,
    code=CardCode.CHANGING,
    sentence="Something has arrived or changed since this card was last looked at.",
    next_step="Wait a moment: it is looked at again by itself.",
)
_NOT_JUDGED = Reason(
    axis=Axis.BITS,
    light=Light.AMBER,
    code=CardCode.UPLOAD_UNFINISHED,
    sentence="The upload has not finished, so nothing has been compared yet.",
    next_step="Let `circletake upload` come to its end; stopped, the same command goes on where it was.",
)
_NOTHING = FileCounts(listed=0, received=0, matched=0, missing=0, changed=0, unlisted=0, pending=0)


def tell_light(roll: Row) -> str | None:
    """A ROLL row → its card's light, None where there is no card; what has changed since is not green any more."""
    if not any(name.startswith("arrived#") and is_of_a_card(name.removeprefix("arrived#")) for name in roll):
        return None
    light = Light(roll.get("card", Light.AMBER))
    return Light.AMBER if light is Light.GREEN and roll.get("card_seen") != mark(roll) else light


def tell_cards(roll: Row, cards: Sequence[Row], acts: Mapping[str, Sequence[Act]], policy_at: str) -> Told:
    """A ROLL row, its CARD rows and acts, and since when the policy holds → the roll's cards.

    They come in the order in which they were put in.
    """
    judged = {row["sk"].split("#", 1)[1]: row for row in cards}
    arrived = {name.removeprefix("arrived#") for name in roll if name.startswith("arrived#")}
    names = {name for name in arrived if is_of_a_card(name)} | judged.keys()
    # One that was not judged yet is the newest.
    ordered = sorted(names, key=lambda name: (judged[name].get("began_at", "") if name in judged else "later", name))
    told = [_tell(name, roll, judged.get(name), acts.get(name, ()), policy_at) for name in ordered]
    counting = [card for card in told if not card["covered_by"]]
    # Of a card that nobody has seen anything of, nothing is known to be fine.
    together = {axis: worst([Light(card[axis]) for card in counting] or [Light.AMBER]) for axis in _AXES}
    return {**together, "cards": told}


def _tell(name: str, roll: Row, row: Row | None, acts: Sequence[Act], policy_at: str) -> Told:
    release = next((act for act in reversed(acts) if act.deed is Deed.RELEASE), None)
    told: Told = {
        "offload": name,
        "released": release
        and {
            "by": release.by,
            "role": release.role,
            "at": release.at,
            "reason": release.reason,
            "status": release.status,
        },
        "acts": [_tell_act(act) for act in acts],
    }
    if row is None:
        lights = {"status": Light.AMBER, "bits": Light.AMBER, "picture": Light.AMBER}
        nothing: Told = {"judged_at": None, "files": _NOTHING.model_dump(), "copies": [], "more_reasons": 0}
        unknown = {"structure": None, "origin": Origin.UNKNOWN, "covered_by": None}
        return {**told, **lights, **nothing, **unknown, "reasons": [_NOT_JUDGED.model_dump(mode="json")]}
    verdict = unpack(row["verdict"])
    reasons, status, bits = list(verdict.reasons), verdict.status, verdict.bits
    if (row["seen"], row["acts_seen"], row["policy_seen"]) != (mark(roll), len(acts), policy_at):
        reasons, bits, status = [_CHANGING, *reasons], worst([bits, Light.AMBER]), worst([status, Light.AMBER])
    return {
        **told,
        "status": status,
        "bits": bits,
        "picture": verdict.picture,
        "judged_at": row["judged_at"],
        "files": verdict.files.model_dump(),
        "copies": [
            {**copy.made.model_dump(mode="json"), "counts": copy.counts, "sentence": copy.sentence}
            for copy in verdict.copies
        ],
        "reasons": [reason.model_dump(mode="json") for reason in reasons],
        "more_reasons": verdict.more_reasons,
        "structure": {"camera": verdict.camera, "sentence": verdict.structure, "known": verdict.structure_known},
        "origin": row.get("origin", Origin.UNKNOWN),
        "covered_by": row.get("covered_by"),
    }


def _tell_act(act: Act) -> Told:
    return {
        "act": act.deed,
        "by": act.by,
        "role": act.role,
        "at": act.at,
        "reason": act.reason,
        "code": act.code,
        "path": act.path,
        "volume": act.added.volume if act.added else None,
    }
