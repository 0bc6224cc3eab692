"""Consent was withdrawn, or has run out → nothing is left that tells the person from others, and a search says so.

    fence     the character is marked: from here on no likeness and no appearance of it can be written
    passes    delete what is found, until a whole pass over every place finds nothing
    wait      a question that is with the model may still bring an answer: its end is waited for, and searched again
    record    what was deleted, and when nothing was found any more

Who and what was agreed stays on record: it proves that consent was given, and taken back. Each step may be the last
of a worker that dies; the next one begins again, and what was counted stays counted.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from circletake.cloud.catalogue import Change, Forget, Refused, Row
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisKind, Question, State
from circletake.contracts.characters import Appearance, Erasure
from circletake.contracts.facts import AnalyseAgain
from circletake.contracts.keys import ClipRef
from circletake.contracts.media import OutputManifest
from circletake.film.consent import why_not_kept
from functions.compare.comparing import TELLING, Comparing

if TYPE_CHECKING:
    from circletake.cloud.characters import Characters
    from circletake.cloud.objects import Objects
    from circletake.cloud.outbox import Outbox

_UNDER_WAY = frozenset({State.ORDERED, State.ASKED})
_ASKED = frozenset({State.ASKED})
_OPEN = ("open_shard", "due_at")
#: Who saw that consent held has laid out a picture by then: `dispatch` lives for 120 s (infra/stages.py).
_LAID_OUT_WITHIN_S = 300


class Erasing:
    """Deletes what is kept of characters who are not to be found any more."""

    def __init__(
        self, outbox: "Outbox", characters: "Characters", objects: "Objects", bucket: str, comparing: Comparing
    ) -> None:
        self._outbox = outbox
        self._catalogue = outbox.catalogue
        self._characters = characters
        self._objects = objects
        self._bucket = bucket
        self._comparing = comparing

    def erase(self, production: str, identity: str) -> None:
        """A character → erased, if it may not be kept; else nothing happens. Raises `LookupError`."""
        character = self._characters.get(production, identity)
        if why_not_kept(character, self._characters.today()) is None:
            return
        if character.withdrawn_by is not None:
            # Whoever withdrew may have died before all that stands on the same document was withdrawn.
            self._characters.withdraw(production, identity, character.withdrawn_by)
        if self._is_erased(production, identity):
            self._close_withdrawal(production, identity)

    def _is_erased(self, production: str, identity: str) -> bool:
        """Deletes what is there → whether nothing is left, and nothing can come any more."""
        pk, sk = table.characters_pk(production), table.character_sk(identity)
        row = self._catalogue.get(pk, sk)
        if row is None or "erased" in row:
            return True
        since = row.get("erasing") or self._outbox.now()
        self._catalogue.change(Change(pk, sk, sets={"erasing": since}))
        waited = since <= self._outbox.now(-_LAID_OUT_WITHIN_S)
        while self._pass(production, identity, waited):
            pass
        if self._is_awaited(production, identity):
            return False
        self._record(production, identity)
        return True

    def _pass(self, production: str, identity: str, waited: bool) -> int:
        """One look at every place → how much was found there, and deleted."""
        return (
            self._forget_enrolments(production, identity, _ASKED if waited else _UNDER_WAY)
            + self._forget_references(production, identity)
            + self._forget_appearances(production, identity)
            + self._erase_descriptions(production, identity)
        )

    def _forget_enrolments(self, production: str, identity: str, kept: frozenset[State]) -> int:
        """Questions about reference pictures; the row of one that may still bring something is kept until it ends."""
        rows = list(self._catalogue.query(table.likeness_pk(production), table.enrolment_sk(identity)))
        places = [f"{production}/references/{identity}/", *(f"{production}/{row['job_id']}/" for row in rows)]
        found = sum(self._objects.erase(self._bucket, place) for place in places)
        self._count(production, identity, "objects", found)
        for row in rows:
            if row["state"] not in kept:
                same = {"state": row["state"], "job_id": row["job_id"]}
                with suppress(Refused):
                    self._catalogue.transact([Forget(row["pk"], row["sk"], same)])
                found += 1
        return found

    def _forget_references(self, production: str, identity: str) -> int:
        pk, found = table.characters_pk(production), 0
        for place, prefix in (
            (table.likeness_pk(production), table.likeness_sk(identity)),
            (pk, table.picture_sk(identity)),
        ):
            keys = [row["sk"] for row in self._catalogue.query(place, prefix)]
            self._catalogue.delete(place, keys)
            found += len(keys)
        for row in list(self._catalogue.query(pk, table.reference_sk(identity))):
            with suppress(Refused):
                counted = self._counted(production, identity, "references")
                self._catalogue.transact([Forget(pk, row["sk"]), counted])
            found += 1
        return found

    def _forget_appearances(self, production: str, identity: str) -> int:
        rows = list(self._catalogue.query(table.appearances_pk(production), table.appearance_sk(identity)))
        for row in rows:
            clip = Appearance.model_validate_json(row["appearance"]).clip
            seen = Forget(clip.roll.partition, table.seen_sk(clip, identity))
            counted = self._counted(production, identity, "appearances")
            try:
                self._catalogue.transact([Forget(row["pk"], row["sk"]), seen, counted])
            except Refused:  # somebody else was first, or only one of the two is there: it goes all the same
                self._catalogue.delete(row["pk"], [row["sk"]])
                self._catalogue.delete(seen.pk, [seen.sk])
        return len(rows)

    def _erase_descriptions(self, production: str, identity: str) -> int:
        """Clips in which the character may be seen, whose faces were described and not compared yet: that is done now,
        so that the others in them are found all the same."""
        found = 0
        for clip, row in self._described(production, identity):
            if "manifest" in row:
                found += self._comparing.compare(
                    clip, row["title"], OutputManifest.model_validate_json(row["manifest"])
                )
            if row["state"] not in _UNDER_WAY:
                found += self._objects.erase(self._bucket, f"{production}/{row['job_id']}/", TELLING)
        self._count(production, identity, "objects", found)
        return found

    def _is_awaited(self, production: str, identity: str) -> bool:
        """Whether a question that is under way may still bring what has to be erased."""
        described = self._described(production, identity)
        for clip, row in described:
            if row["state"] == State.ORDERED:
                # Whom to look for was decided when consent still held.
                order = AnalyseAgain(production=production, clip=clip)
                self._outbox.say_again([(order.name, order.written())])
        if any(self._catalogue.query(table.likeness_pk(production), table.OUTSTANDING)):
            # Faces of the production were to be described, of whom is not known any more: their answers come first.
            return True
        enrolments = self._catalogue.query(table.likeness_pk(production), table.enrolment_sk(identity))
        return any(row["state"] in _UNDER_WAY for row in [*enrolments, *(row for _, row in described)])

    def _described(self, production: str, identity: str) -> list[tuple[ClipRef, Row]]:
        """Clips in which a person said that the character may be seen, and the question about their faces."""
        clips = {
            (clip.roll.partition, table.analysis_sk(clip, AnalysisKind.FACES)): clip
            for clip in self._characters.clips_with(production, identity)
        }
        rows = self._catalogue.get_many(list(clips))
        return [
            (clips[row["pk"], row["sk"]], row)
            for row in rows
            if "question" in row and Question.model_validate_json(row["question"]).describe
        ]

    def _record(self, production: str, identity: str) -> None:
        pk, sk = table.characters_pk(production), table.character_sk(identity)
        row = self._catalogue.get(pk, sk) or {}
        counts = {what: row.get(f"erased_{what}", 0) for what in ("references", "appearances", "objects")}
        erasure = Erasure(character=identity, at=self._outbox.now(), **counts)
        told = {"erased": erasure.model_dump_json()}
        with suppress(Refused):
            self._catalogue.change(Change(pk, sk, sets=told, removes=_OPEN, when={"erased": None}))

    def _close_withdrawal(self, production: str, identity: str) -> None:
        """Refused: consent ran out, and nobody withdrew. Who does so later orders an erasure that comes here again."""
        pk, sk = table.characters_pk(production), table.withdrawal_sk(identity)
        with suppress(Refused):
            self._catalogue.change(Change(pk, sk, removes=_OPEN, when={"sk": sk}))

    def _counted(self, production: str, identity: str, what: str, number: int = 1) -> Change:
        return Change(table.characters_pk(production), table.character_sk(identity), adds={f"erased_{what}": number})

    def _count(self, production: str, identity: str, what: str, number: int) -> None:
        if number:
            self._catalogue.change(self._counted(production, identity, what, number))
