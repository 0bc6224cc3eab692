"""The calls about characters: who may be looked for, who said so, and how they take it back."""

import base64
import binascii
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, NoReturn

from pydantic import BaseModel, ConfigDict, Field

from circletake.cloud.characters import MAX_PICTURE_BYTES, MAX_PICTURES, NotAgreed
from circletake.contracts import table
from circletake.contracts.cards import Line
from circletake.contracts.characters import Character, Consent, Erasure
from circletake.contracts.keys import ClipRef, Id, RollRef
from functions.review.access import admit, roles_in, sees_people
from functions.review.refusal import Refusal, read_body, senseless

if TYPE_CHECKING:
    from circletake.cloud.catalogue import Catalogue
    from circletake.cloud.characters import Characters
    from circletake.cloud.reading import Told
    from circletake.contracts.recipe import Recipe

#: Who may say who is to be looked for, and where. Whoever is on the production may withdraw.
MAY_EDIT = ("script", "director", "producer", "admin")
_JPEG = b"\xff\xd8\xff"
#: Of one roll, at once: a transaction for each, within the time that API Gateway waits.
_MAX_CLIPS = 200


class AskedCharacter(BaseModel):
    """A character as somebody asks for it, with reference pictures as JPEG in base64."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Line
    consent: Consent
    references: Annotated[
        tuple[Annotated[str, Field(max_length=MAX_PICTURE_BYTES * 4 // 3 + 4)], ...],
        Field(min_length=1, max_length=MAX_PICTURES),
    ]


class NamedClip(BaseModel):
    """A clip of the roll in the address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip_id: Id
    version: Id

    def of(self, roll: RollRef) -> ClipRef:
        return ClipRef(roll=roll, clip_id=self.clip_id, version=self.version)


class AskedCast(BaseModel):
    """Who may be seen in some clips, as somebody says it; nobody is an answer, too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clips: Annotated[tuple[NamedClip, ...], Field(min_length=1, max_length=_MAX_CLIPS)]
    characters: Annotated[tuple[Id, ...], Field(max_length=100)]


class CastDesk:
    """Where characters are added and withdrawn, and casts of clips are listed."""

    def __init__(
        self,
        catalogue: "Catalogue",
        characters: "Characters",
        recipe: "Callable[[str], Recipe]",
    ) -> None:
        self._catalogue = catalogue
        self._characters = characters
        self._recipe = recipe

    def characters(self, groups: frozenset[str], production: str) -> "Told":
        """A production → its characters, and whether who asks may add some. Vendors are told of nobody's consent."""
        admit(groups, production)
        may_see = sees_people(production, groups)
        known = self._characters.all(production) if may_see else []
        return {
            "characters": [self._tell(production, *each) for each in known],
            "may_see": may_see,
            "may_edit": _may_edit(groups, production),
            "threshold": self._recipe(production).analysis.face_threshold,
        }

    def add(self, groups: frozenset[str], by: str, production: str, body: str) -> "Told":
        """A person, a production and whom they ask to have looked for → the character on record."""
        self._require_role(groups, production)
        asked = read_body(AskedCharacter, body)
        pictures = [_read_picture(number, text) for number, text in enumerate(asked.references, start=1)]
        try:
            added = self._characters.add(production, asked.name, asked.consent, pictures, by)
        except NotAgreed as why:
            raise Refusal(
                HTTPStatus.BAD_REQUEST, str(why), "Nothing was kept. Ask the person, and sign what holds."
            ) from why
        return {"character": self._tell(production, added, None)}

    def withdraw(self, groups: frozenset[str], by: str, production: str, character: str) -> "Told":
        """Somebody takes their consent back. Whoever of the production they told may say so, but for a vendor."""
        if not sees_people(production, groups):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "Vendors are not told of anybody's consent, and do not take it back.",
                "Tell somebody of the production at once: they may.",
            )
        admit(groups, production)
        try:
            self._characters.withdraw(production, character, by)
        except LookupError:
            _unknown(character)
        known = next(each for each in self._characters.all(production) if each[0].id == character)
        return {"character": self._tell(production, *known)}

    def list_cast(self, groups: frozenset[str], by: str, roll: RollRef, body: str) -> "Told":
        """Who may be seen in some clips of a roll, in place of what was said before."""
        self._require_role(groups, roll.production)
        asked = read_body(AskedCast, body)
        known = {character.id: character for character, _ in self._characters.all(roll.production)}
        for identity in asked.characters:
            if identity not in known:
                _unknown(identity)
            if known[identity].withdrawn_at is not None:
                raise Refusal(
                    HTTPStatus.CONFLICT,
                    f"The consent of {known[identity].consent.person} was withdrawn: nobody looks for them.",
                    "Reload the page.",
                )
        clips = [clip.of(roll) for clip in dict.fromkeys(asked.clips)]
        there = self._catalogue.get_many([(roll.partition, table.clip_sk(clip)) for clip in clips])
        if len(there) < len(clips):
            raise Refusal(HTTPStatus.NOT_FOUND, "The roll has no such clip.", "Reload the page.")
        self._characters.list_cast(clips, tuple(dict.fromkeys(asked.characters)), by)
        return {"clips": len(clips)}

    def _tell(self, production: str, character: Character, erased: Erasure | None) -> "Told":
        consent = character.consent
        references = self._characters.references(production, character.id)
        return {
            "id": character.id,
            "name": character.name,
            "person": consent.person,
            "scopes": consent.scopes,
            "scenes": consent.scenes,
            "expires": consent.expires.isoformat(),
            "minor": consent.minor,
            "guardian": consent.guardian,
            "document_sha256": consent.document_sha256,
            "withdrawn_at": character.withdrawn_at,
            "erased": erased.model_dump(exclude={"character"}) if erased else None,
            "references": [reference.model_dump(include={"number", "state", "why"}) for reference in references],
        }

    def _require_role(self, groups: frozenset[str], production: str) -> None:
        admit(groups, production)
        if not _may_edit(groups, production):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "Only script, the director, a producer or an admin says who is looked for.",
                "Ask one of them on this production.",
            )


def _may_edit(groups: frozenset[str], production: str) -> bool:
    return any(role in MAY_EDIT for role in roles_in(production, groups))


def _read_picture(number: int, text: str) -> bytes:
    try:
        picture = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise senseless(f"reference {number} is no base64") from error
    if not picture.startswith(_JPEG):
        raise senseless(f"reference {number} is no JPEG")
    if len(picture) > MAX_PICTURE_BYTES:
        raise senseless(f"reference {number} has more than {MAX_PICTURE_BYTES >> 10} KB")
    return picture


def _unknown(character: str) -> NoReturn:
    raise Refusal(HTTPStatus.NOT_FOUND, f"There is no character {character!r}.", "Reload the page.")
