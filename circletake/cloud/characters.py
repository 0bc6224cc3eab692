"""Characters of a production, who agreed to be found in its footage, and what is kept so that they can be.

What people say stands in one partition, what tells a face from others in another, so that the page's function may
write the first and read nothing of the second. Consent is judged again at every write, and inside of it: a likeness
is kept in the same transaction in which nobody has withdrawn.
"""

import hashlib
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date

from circletake.cloud.catalogue import Catalogue, Change, Check, Put, Refused, Row, Step
from circletake.cloud.outbox import Outbox, stamp, utc_now
from circletake.contracts import table
from circletake.contracts.analysis import EMBEDDING_SIZE, FacesAnswer, ModelVersion
from circletake.contracts.characters import Cast, Character, Consent, Erasure, Reference, ReferenceState
from circletake.contracts.facts import CastListed, EnrolReference, EraseCharacter, Message
from circletake.contracts.keys import ClipRef, short_hash
from circletake.film.consent import day_of, last_moment, searchable, why_not_kept

#: A row of the catalogue holds 400 KB; the model looks at faces of 160 pixels.
MAX_PICTURE_BYTES = 256 * 1024
MAX_PICTURES = 10
#: An erasure that did not come to its end is ordered again after this long.
ERASED_WITHIN_S = 900
_VECTOR = struct.Struct(f"<{EMBEDDING_SIZE}f")
Vector = tuple[float, ...]


class NotAgreed(Exception):  # noqa: N818 - not a fault: somebody did not consent
    """Nothing may be kept of this person; the message says why."""


def _now() -> str:
    return stamp(utc_now())


class Registry:
    """Who agreed to what, as it is read."""

    def __init__(self, catalogue: Catalogue, now: Callable[[], str] = _now) -> None:
        self._catalogue = catalogue
        self._now = now

    def today(self) -> date:
        return day_of(self._now())

    def all(self, production: str) -> list[tuple[Character, Erasure | None]]:
        """A production → its characters by name, and what was erased of those who are not to be found any more."""
        rows = {row["sk"]: row for row in self._catalogue.query(table.characters_pk(production), table.CHARACTER)}
        known = [_read(row, rows.get(f"{sk}#WITHDRAWN")) for sk, row in rows.items() if "character" in row]
        return sorted(known, key=lambda each: (each[0].name.casefold(), each[0].added_at))

    def get(self, production: str, character: str) -> Character:
        """Raises `LookupError` where the production has no such character."""
        pk, sk = table.characters_pk(production), table.character_sk(character)
        row = self._catalogue.get(pk, sk)
        if row is None:
            raise LookupError(f"{production} has no character {character}")
        return _read(row, self._catalogue.get(pk, table.withdrawal_sk(character)))[0]

    def references(self, production: str, character: str) -> list[Reference]:
        rows = self._catalogue.query(table.characters_pk(production), table.reference_sk(character))
        return [Reference.model_validate_json(row["reference"]) for row in rows]

    def reference_picture(self, production: str, character: str, number: int) -> bytes | None:
        """→ a picture that may be described; None where it may not, or is erased. Raises `LookupError`."""
        if why_not_kept(self.get(production, character), self.today()) is not None:
            return None
        row = self._catalogue.get(table.characters_pk(production), table.picture_sk(character, number))
        return bytes(row["picture"]) if row else None

    def cast(self, clip: ClipRef) -> Cast | None:
        """Who a person said may be seen in a clip; None where nobody said anything."""
        return self.casts([clip]).get(clip)

    def casts(self, clips: Iterable[ClipRef]) -> dict[ClipRef, Cast]:
        keys = [(table.characters_pk(clip.roll.production), table.cast_sk(clip)) for clip in clips]
        listed = [Cast.model_validate_json(row["cast"]) for row in self._catalogue.get_many(keys)]
        return {cast.clip: cast for cast in listed}

    def clips_with(self, production: str, character: str) -> list[ClipRef]:
        """The clips in which a person said that the character may be seen."""
        rows = self._catalogue.query(table.characters_pk(production), table.CAST)
        listed = (Cast.model_validate_json(row["cast"]) for row in rows)
        return [cast.clip for cast in listed if character in cast.characters]

    def searchable(self, clip: ClipRef, scene: str | None, at: str) -> list[Character]:
        """A clip, its scene as people name it, and a moment → the characters that may be searched for in it."""
        cast = self.cast(clip)
        if cast is None or not cast.characters:
            return []
        known = [character for character, _ in self.all(clip.roll.production)]
        return searchable(known, cast, clip, scene, day_of(at))

    def searched(self, clip: ClipRef, scene: str | None, at: str, model: str) -> list[tuple[str, int]]:
        """→ who is searched for in a clip, and by how many pictures that this model ("name version") has described."""
        production = clip.roll.production
        described = {
            each.id: sum(known.model == model for known in self.references(production, each.id))
            for each in self.searchable(clip, scene, at)
        }
        return [(identity, pictures) for identity, pictures in described.items() if pictures]

    def outdated(self, clip: ClipRef, scene: str | None, at: str, model: str) -> list[EnrolReference]:
        """→ the orders to have pictures of those who may be searched for in a clip described by this model, too.

        Whoever was added while analysis was switched off is still to be described at all.
        """
        production = clip.roll.production
        return [
            EnrolReference(production=production, character=each.id, number=known.number)
            for each in self.searchable(clip, scene, at)
            for known in self.references(production, each.id)
            if known.state is not ReferenceState.REFUSED and known.model != model
        ]

    def likenesses(
        self, production: str, characters: Iterable[Character], model: str
    ) -> Mapping[str, Sequence[Vector]]:
        """Characters → what each looks like to a model ("name version"). What another one saw is not comparable."""
        pk = table.likeness_pk(production)
        found = {each.id: self._catalogue.query(pk, table.likeness_sk(each.id)) for each in characters}
        return {
            identity: [_VECTOR.unpack(bytes(row["embedding"])) for row in rows if row["model"] == model]
            for identity, rows in found.items()
        }


class Characters(Registry):
    """Where characters, casts and likenesses are written down."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox.catalogue, outbox.now)
        self._outbox = outbox

    def add(self, production: str, name: str, consent: Consent, pictures: Sequence[bytes], by: str) -> Character:
        """Somebody who agreed, and pictures of them → on record, and the order to describe each picture.

        The same a second time changes nothing. Raises `NotAgreed`.
        """
        digests = [hashlib.sha256(picture).hexdigest() for picture in pictures]
        identity = short_hash("character", production, name, consent.model_dump(mode="json"), digests)
        character = Character(id=identity, name=name, consent=consent, added_by=by, added_at=self._outbox.now())
        if (why := why_not_kept(character, self.today())) is not None:
            raise NotAgreed(why)
        self._require_standing(production, consent)
        pk, sk = table.characters_pk(production), table.character_sk(identity)
        ends = {"open_shard": table.open_shard(sk), "due_at": stamp(last_moment(consent.expires))}
        rows = [Put({"pk": pk, "sk": sk, "character": character.model_dump_json(), **ends})]
        for number, (picture, digest) in enumerate(zip(pictures, digests, strict=True), start=1):
            reference = Reference(number=number, sha256=digest, state=ReferenceState.ORDERED)
            told = {"reference": reference.model_dump_json(), "state": reference.state}
            rows.append(Put({"pk": pk, "sk": table.reference_sk(identity, number), **told}))
            rows.append(Put({"pk": pk, "sk": table.picture_sk(identity, number), "picture": picture}))
        numbers = range(1, len(pictures) + 1)
        orders = [EnrolReference(production=production, character=identity, number=number) for number in numbers]
        # All or nothing; DynamoDB takes 100 rows and 4 MB at once.
        self._once(pk, sk, rows, orders)
        try:
            self._require_standing(production, consent)
        except NotAgreed:  # somebody withdrew a moment ago, and may not have seen this one
            self.withdraw(production, identity, by)
            raise
        return self.get(production, identity)

    def withdraw(self, production: str, character: str, by: str) -> Character:
        """Somebody takes their consent back, for good → on record, and the order to erase. Raises `LookupError`.

        What they signed is withdrawn, so every character that stands on the same document goes with it.
        """
        signed = self.get(production, character).consent.document_sha256
        self._withdraw(production, character, by)
        # Looked for only now: whoever is added later finds the withdrawal.
        for other, _ in self.all(production):
            if other.consent.document_sha256 == signed and other.withdrawn_at is None:
                self._withdraw(production, other.id, by)
        return self.get(production, character)

    def _withdraw(self, production: str, character: str, by: str) -> None:
        pk, sk = table.characters_pk(production), table.withdrawal_sk(character)
        row = {
            "pk": pk, "sk": sk, "by": by, "at": self._outbox.now(),
            "open_shard": table.open_shard(sk), "due_at": self._outbox.now(ERASED_WITHIN_S),
        }  # fmt: skip
        self._once(pk, sk, [Put(row)], [EraseCharacter(production=production, character=character)])

    def order_erasure(self, row: Row) -> None:
        """A CHARACTER row that is due: consent has run out, or an erasure was not finished → it is ordered again."""
        production, character = row["pk"].split("#", 1)[1], row["sk"].split("#")[1]
        with suppress(Refused):
            later = {"due_at": self._outbox.now(ERASED_WITHIN_S)}
            self._catalogue.change(Change(row["pk"], row["sk"], sets=later, when={"due_at": row["due_at"]}))
        order = EraseCharacter(production=production, character=character)
        self._outbox.say_again([(order.name, order.written())])

    def list_cast(self, clips: Sequence[ClipRef], characters: Sequence[str], by: str) -> None:
        """A person says who may be seen in these clips, in place of what was said before; nobody is an answer, too."""
        for clip in clips:
            cast = Cast(clip=clip, characters=tuple(characters), by=by, at=self._outbox.now())
            pk, sk = table.characters_pk(clip.roll.production), table.cast_sk(clip)
            row = Put({"pk": pk, "sk": sk, "cast": cast.model_dump_json()}, replaces=True)
            self._once(pk, f"{sk}#{short_hash(cast.model_dump(mode='json'))}", [row], [CastListed(cast=cast)])

    def enrol(self, production: str, character: str, number: int, answer: FacesAnswer, model: ModelVersion) -> None:
        """What a model saw in a reference picture → a likeness, or why there is none. Without consent, neither."""
        pk, sk = table.characters_pk(production), table.reference_sk(character, number)
        row = self._catalogue.get(pk, sk)
        if row is None or why_not_kept(self.get(production, character), self.today()) is not None:
            return
        reference = Reference.model_validate_json(row["reference"])
        why, steps = _why_no_likeness(answer), list[Step]()
        if why is None and (embedding := answer.tracks[0].embedding) is not None:
            likeness = {"model": model.label, "embedding": _VECTOR.pack(*embedding)}
            key = {"pk": table.likeness_pk(production), "sk": table.likeness_sk(character, number)}
            steps = [Put({**key, **likeness}, replaces=True), *self.holds(production, character)]
        state = ReferenceState.ENROLLED if why is None else ReferenceState.REFUSED
        by = model.label if why is None else None
        told = reference.model_copy(update={"state": state, "why": why, "model": by})
        became = {"reference": told.model_dump_json(), "state": state}
        # Refused: somebody withdrew a moment ago. It is delivered again, and by then ends above.
        self._catalogue.transact([Change(pk, sk, sets=became, when={"state": row["state"]}), *steps])

    def refuse(self, production: str, character: str, number: int, why: str) -> None:
        """No model could describe a reference picture → told beside it. What was enrolled before stays."""
        pk, sk = table.characters_pk(production), table.reference_sk(character, number)
        row = self._catalogue.get(pk, sk)
        if row is None or row["state"] != ReferenceState.ORDERED:
            return
        reference = Reference.model_validate_json(row["reference"])
        told = reference.model_copy(update={"state": ReferenceState.REFUSED, "why": why})
        became = {"reference": told.model_dump_json(), "state": told.state}
        with suppress(Refused):
            self._catalogue.change(Change(pk, sk, sets=became, when={"state": ReferenceState.ORDERED}))

    def holds(self, production: str, character: str) -> list[Step]:
        """Conditions for a transaction: the character is there, nobody has withdrawn, and it is not being erased."""
        pk, sk = table.characters_pk(production), table.character_sk(character)
        return [
            Check(pk, sk, {"sk": sk, "erasing": None}),
            Check(pk, table.withdrawal_sk(character), {"pk": None}),
        ]

    def _require_standing(self, production: str, consent: Consent) -> None:
        """Raises `NotAgreed` where the document was withdrawn, by whatever name: names are spelt in many ways."""
        for known, _ in self.all(production):
            if known.consent.document_sha256 == consent.document_sha256 and known.withdrawn_at is not None:
                raise NotAgreed("What this document says was withdrawn. A new one has to be signed.")

    def _once(self, pk: str, origin: str, steps: Sequence[Step], says: Sequence[Message]) -> None:
        """One transaction. What was written before is not written again; what could not be said of it then is."""
        try:
            self._outbox.commit(pk, origin, steps, says)
        except Refused as refused:
            if not {0, len(steps)} & {*refused.refused}:
                raise
            self._outbox.say_what_is_pending(pk, origin, [message.name for message in says])


def _read(row: Row, withdrawal: Row | None) -> tuple[Character, Erasure | None]:
    character = Character.model_validate_json(row["character"])
    if withdrawal is not None:
        said = {"withdrawn_by": withdrawal["by"], "withdrawn_at": withdrawal["at"]}
        character = character.model_copy(update=said)
    return character, Erasure.model_validate_json(row["erased"]) if "erased" in row else None


def _why_no_likeness(answer: FacesAnswer) -> str | None:
    """A reference shows one person, so that nobody else is taken for the one who agreed."""
    if not answer.tracks:
        return "No face was found in this picture."
    if len(answer.tracks) > 1:
        return f"{len(answer.tracks)} faces are in this picture. A reference shows one person alone."
    if answer.tracks[0].embedding is None:
        return "The face in this picture is too small or out of focus. Take one in which it is larger and sharp."
    return None
