"""The calls of the HTTP API's reading half: who asks for what → what the page is told."""

import re
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from circletake.cloud.catalogue import Put
from circletake.cloud.reading import Reading, tell_clip, tell_file, tell_roll
from circletake.contracts import table
from circletake.contracts.keys import RollRef
from functions.review.access import admit, hash_grant, roles_in
from functions.review.refusal import Refusal

if TYPE_CHECKING:
    from circletake.cloud.catalogue import Catalogue, Row

GRANT_S = 3600
#: unit/day/roll/clip_id/version/name, with the order's revision where it was made anew, or with what models answered;
#: nothing that climbs out.
_PICTURE = re.compile(
    r"(?:[A-Za-z0-9][\w.-]*/){3}(?:[0-9a-f]{20}/){2}(?:r\d{1,9}/|analysis/)?[a-z0-9]+\.[a-z0-9]+", re.ASCII
)
Answer = dict[str, Any]


class Review:
    """Reads the catalogue for people. Every call is given the groups of who asks, and starts from them."""

    def __init__(
        self,
        catalogue: "Catalogue",
        write_manifest: Callable[[RollRef, str], list[tuple[str, bytes]]],
        tell_found: "Callable[[frozenset[str], RollRef, list[Row]], dict[str, Answer]]",
    ) -> None:
        """`tell_found`: who asks, a roll and its CLIP rows → by their sort keys what models found in each."""
        self._catalogue = catalogue
        self._tell_found = tell_found
        self._write_manifest = write_manifest
        self._reading = Reading(catalogue)

    def productions(self, groups: frozenset[str]) -> Answer:
        seen = [{"production": name, "roles": roles_in(name, groups)} for name in self._reading.productions()]
        return {"productions": [each for each in seen if each["roles"]]}

    def rolls(self, groups: frozenset[str], production: str) -> Answer:
        admit(groups, production)
        return {"rolls": [tell_roll(roll, row) for roll, row in self._reading.rolls(production)]}

    def clips(self, groups: frozenset[str], roll: RollRef) -> Answer:
        admit(groups, roll.production)
        rows = self._reading.clips(roll)
        found, made_by = self._tell_found(groups, roll, rows), self._reading.made_by(roll.production, rows)
        return {
            "clips": [tell_clip(row) | {"made_by": made_by[row["sk"]]} | found[row["sk"]] for row in rows],
            "files": [tell_file(row) for row in self._reading.files(roll)],
        }

    def card(self, groups: frozenset[str], roll: RollRef) -> Answer:
        """How the roll's card stands, each insertion by itself, and why."""
        admit(groups, roll.production)
        return self._reading.card(roll)

    def report(self, groups: frozenset[str], roll: RollRef) -> Answer:
        """The roll's camera report, as rows and as a CSV."""
        admit(groups, roll.production)
        return self._reading.report(roll)

    def ale(self, groups: frozenset[str], roll: RollRef) -> Answer:
        """The roll for an editing program, a file for each rate of its clips."""
        admit(groups, roll.production)
        ales = self._reading.ales(roll)
        if not ales:
            raise Refusal(HTTPStatus.NOT_FOUND, "No clip of this roll can be listed yet.", "Wait a minute.")
        return {"files": [{"name": name, "text": text} for name, text in ales.items()]}

    def manifest(self, groups: frozenset[str], roll: RollRef, offload: str) -> Answer:
        """A further MHL generation of an insertion of the card, and its chain, as files to be saved."""
        admit(groups, roll.production)
        try:
            files = self._write_manifest(roll, offload)
        except LookupError as unknown:
            raise Refusal(
                HTTPStatus.NOT_FOUND, "There is no such insertion of this card.", "Reload the page."
            ) from unknown
        return {"files": [{"name": name, "text": body.decode()} for name, body in files]}

    def new_grant(self, groups: frozenset[str], production: str) -> Answer:
        """→ an opaque key to a production's pictures for an hour. Only its hash is kept."""
        admit(groups, production)
        grant, expires_at = secrets.token_urlsafe(32), int(time.time()) + GRANT_S
        row = {"pk": table.grant_pk(hash_grant(grant)), "sk": table.GRANT, "production": production}
        self._catalogue.transact([Put({**row, "expires_at": expires_at})])
        return {"grant": grant, "expires_at": expires_at}

    def locate(self, grant: str, name: str) -> str:
        """A grant and the name of a picture, as `tell_clip` gives it → its key in the review bucket."""
        if not _PICTURE.fullmatch(name):
            raise Refusal(HTTPStatus.NOT_FOUND, "There is no such picture.", "Reload the page.")
        row = self._catalogue.get(table.grant_pk(hash_grant(grant)), table.GRANT)
        # The table forgets expired rows only after a while, so the time is looked at here.
        if row is None or row["expires_at"] <= time.time():
            raise Refusal(HTTPStatus.GONE, "This link to the pictures has expired.", "Reload the page.")
        return f"{row['production']}/{name}"


def read_roll_ref(production: str, unit: str, day: str, roll: str) -> RollRef:
    """The labels of an address → the roll that they name."""
    try:
        return RollRef(production=production, unit=unit, day=day, roll=roll)
    except ValidationError as error:
        raise Refusal(HTTPStatus.NOT_FOUND, "There is no such roll.", "Go back to the list of rolls.") from error
