"""The calls about cards: how they stand, and what named people of camera do about them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from circletake.contracts.cards import Act, AddedCopy, CardCode, Deed, Light, Line, Policy
from circletake.contracts.keys import RollRef
from functions.review.access import roles_in
from functions.review.refusal import Refusal, read_body, senseless

if TYPE_CHECKING:
    from circletake.cloud.acts import Acts
    from circletake.cloud.reading import Reading, Told

#: Who may answer for a card.
ANSWERABLE = ("camera", "admin")


class AskedAct(BaseModel):
    """An act as somebody asks for it: who they are is told by their login, not by them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    act: Deed
    offload: str
    reason: Line
    code: CardCode | None = None
    path: str | None = None
    #: The version that was looked at, as the card's reason names it.
    about: str | None = None
    added: AddedCopy | None = None


class CardDesk:
    """Where cards are looked at and answered for."""

    def __init__(self, reading: "Reading", acts: "Acts") -> None:
        self._reading = reading
        self._acts = acts

    def act(self, groups: frozenset[str], by: str, roll: RollRef, body: str) -> "Told":
        """A person, a roll and what they ask → the act on record. Raises `Refusal` where it may not be."""
        role = self._require_role(groups, roll.production)
        asked = read_body(AskedAct, body)
        card = next((card for card in self._reading.card(roll)["cards"] if card["offload"] == asked.offload), None)
        if card is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "There is no such insertion of this card.", "Reload the page.")
        act = Act(
            deed=asked.act,
            offload=asked.offload,
            by=by,
            role=role,
            at=self._acts.now(),
            reason=asked.reason,
            **_DEEDS[asked.act](asked, card),
        )
        self._acts.record(roll, act)
        return {"act": act.model_dump(mode="json")}

    def set_policy(self, groups: frozenset[str], by: str, production: str, body: str) -> "Told":
        """What a production asks of its copies from now on. Only an admin says so."""
        if "admin" not in roles_in(production, groups):
            raise Refusal(HTTPStatus.FORBIDDEN, "Only an admin sets what copies a production asks for.", "Ask one.")
        policy = read_body(Policy, body)
        self._acts.set_policy(production, policy, by)
        return {"policy": policy.model_dump()}

    def _require_role(self, groups: frozenset[str], production: str) -> str:
        roles = roles_in(production, groups)
        if role := next((role for role in ANSWERABLE if role in roles), None):
            return role
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "Only people of camera, or an admin, answer for a card.",
            "Ask the camera department of this production.",
        )


def _release(asked: AskedAct, card: "Told") -> dict[str, Any]:
    if card["covered_by"]:
        raise Refusal(
            HTTPStatus.CONFLICT,
            f"This insertion does not count: all of it is also in {card['covered_by']}.",
            "Release that one.",
        )
    in_the_way = [reason for reason in card["reasons"] if reason["code"] != CardCode.PICTURE_SIGNED_OFF]
    if in_the_way:
        first = in_the_way[0]
        raise Refusal(
            HTTPStatus.CONFLICT,
            f"This card is {card['status']} and cannot be released: {first['sentence']}",
            first["next_step"],
        )
    return {"status": Light(card["status"])}


def _close(asked: AskedAct, card: "Told") -> dict[str, Any]:
    """An acknowledgement or a sign-off answers for one reason that is there, and for that version of it alone."""
    for reason in card["reasons"]:
        known = (reason["code"], reason["path"], reason["about"], reason["closable"])
        if known == (asked.code, asked.path, asked.about, asked.act):
            return {"code": reason["code"], "path": reason["path"], "about": reason["about"]}
    raise Refusal(
        HTTPStatus.CONFLICT,
        "The card has no such open reason, or it is none that a person may close.",
        "Reload the page: the card may have changed since.",
    )


def _add_copy(asked: AskedAct, card: "Told") -> dict[str, Any]:
    if asked.added is None:
        raise senseless("added: which copy?")
    return {"added": asked.added}


_DEEDS: dict[Deed, Callable[[AskedAct, "Told"], dict[str, Any]]] = {
    Deed.RELEASE: _release,
    Deed.ACKNOWLEDGE: _close,
    Deed.SIGN_OFF: _close,
    Deed.ADD_COPY: _add_copy,
}
