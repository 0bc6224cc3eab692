"""Characters, who plays them, and what those people agreed to. Without consent nobody is looked for."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt

from circletake.contracts.analysis import Box
from circletake.contracts.cards import Line, Moment
from circletake.contracts.keys import ClipRef, Id
from circletake.contracts.wire import Wire

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Scope(StrEnum):
    """What a person agreed to. Each is asked for by itself."""

    #: To be found in the footage.
    SEARCH = "SEARCH"
    #: To be compared from shot to shot.
    CONSISTENCY = "CONSISTENCY"
    #: To have a likeness made.
    REPLICA = "REPLICA"


class Consent(Wire):
    """What a person signed. `scenes` empty: all of the production. `expires`: the last day on which it holds."""

    person: Line
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=3)]
    scenes: Annotated[tuple[Line, ...], Field(max_length=1000)] = ()
    expires: date
    #: Of the signed document, which stays with the production.
    document_sha256: Sha256
    minor: bool
    #: Who signed for a minor.
    guardian: Line | None = None


class Character(Wire):
    """Somebody in the story, played by the person who consented."""

    id: Id
    name: Line
    consent: Consent
    added_by: Line
    added_at: Moment
    withdrawn_by: Line | None = None
    withdrawn_at: Moment | None = None


class ReferenceState(StrEnum):
    ORDERED = "ORDERED"
    ENROLLED = "ENROLLED"
    REFUSED = "REFUSED"


class Reference(Wire):
    """A picture of a character's face, approved by a person; `why` tells what was wrong with one that was refused.

    `model`: whose likeness is kept, by name and version.
    """

    number: PositiveInt
    sha256: Sha256
    state: ReferenceState
    why: Line | None = None
    model: Line | None = None


class Cast(Wire):
    """Which characters a person says may be seen in a clip. Only there, and only for them, are faces compared."""

    clip: ClipRef
    characters: Annotated[tuple[Id, ...], Field(max_length=100)]
    by: Line
    at: Moment


class Appearance(Wire):
    """What may be a character in a clip; a person confirms.

    `first` and `last` are the ends of all its face tracks, `best` and `distance` those of the most alike of them.
    """

    character: Id
    clip: ClipRef
    title: str
    first: NonNegativeInt
    last: NonNegativeInt
    best: NonNegativeInt
    #: Where the face stands in the best frame: others may be in it, too.
    box: Box | None = None
    distance: Annotated[float, Field(ge=0, le=2)]
    model: Line


class Erasure(Wire):
    """What was deleted when consent was withdrawn or had run out, and that a search afterwards found nothing."""

    character: Id
    references: NonNegativeInt
    appearances: NonNegativeInt
    objects: NonNegativeInt
    at: Moment
