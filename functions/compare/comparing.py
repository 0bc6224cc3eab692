"""What was seen in a clip → the rows that tell who may be in it; and nothing is left of what told the faces apart."""

from contextlib import suppress
from typing import TYPE_CHECKING

from circletake.cloud.catalogue import Change, Forget, Refused
from circletake.cloud.looks import read_recipe, read_slate
from circletake.contracts import table
from circletake.contracts.analysis import DESCRIPTIONS, MAX_ANSWER_BYTES, AnalysisKind, Descriptions, FacesAnswer
from circletake.contracts.keys import ANSWER, ClipRef
from functions.compare.compare import appearances, match

if TYPE_CHECKING:
    from circletake.cloud.characters import Characters
    from circletake.cloud.objects import Objects
    from circletake.cloud.outbox import Outbox
    from circletake.contracts.characters import Appearance
    from circletake.contracts.media import OutputManifest

FACES = f"{AnalysisKind.FACES.lower()}.json"
#: What of a described answer tells people apart, and so is kept no longer than it is compared.
TELLING = frozenset({DESCRIPTIONS, ANSWER})


class Comparing:
    """The appearances of each clip are those of its newest answer, of characters that may be searched for in it."""

    def __init__(self, outbox: "Outbox", characters: "Characters", objects: "Objects", bucket: str) -> None:
        self._outbox = outbox
        self._catalogue = outbox.catalogue
        self._characters = characters
        self._objects = objects
        self._bucket = bucket

    def compare(self, clip: ClipRef, title: str, manifest: "OutputManifest") -> int:
        """Faces of a clip that were answered → its appearances; what described them is erased: so many objects.

        An answer that a newer one has replaced is only erased. Doing it twice changes nothing.
        """
        row = self._catalogue.get(clip.roll.partition, table.analysis_sk(clip, AnalysisKind.FACES))
        newest = row is not None and row["job_id"] == manifest.job_id
        if DESCRIPTIONS not in {output.name for output in manifest.outputs}:
            if newest:
                self._write(clip, {})
            return 0
        try:
            text = self._objects.read_text(self._bucket, manifest.prefix + DESCRIPTIONS, at_most=MAX_ANSWER_BYTES)
        except LookupError:
            text = None  # it was compared before
        if text is not None and newest:
            described = Descriptions.model_validate_json(text)
            told = self._objects.read_text(self._bucket, manifest.prefix + FACES, at_most=MAX_ANSWER_BYTES)
            self._write(clip, self._seen(clip, title, FacesAnswer.model_validate_json(told), described))
        return self._objects.erase(self._bucket, manifest.prefix, TELLING)

    def list_cast(self, clip: ClipRef) -> None:
        """Somebody changed who may be seen in a clip: who is not listed any more does not appear in it."""
        cast = self._characters.cast(clip)
        listed = cast.characters if cast else ()
        for row in self._catalogue.query(clip.roll.partition, table.seen_sk(clip)):
            if (character := row["sk"].rpartition("#")[2]) not in listed:
                self._forget(clip, character)

    def _seen(self, clip: ClipRef, title: str, answer: FacesAnswer, described: Descriptions) -> dict[str, "Appearance"]:
        production = clip.roll.production
        slate = read_slate(self._catalogue, clip.roll, title)
        searched = self._characters.searchable(clip, slate.scene if slate else None, self._outbox.now())
        likenesses = self._characters.likenesses(production, searched, described.model)
        threshold = read_recipe(self._catalogue, production).analysis.face_threshold
        return appearances(clip, title, described.model, match(answer, described, likenesses, threshold))

    def _write(self, clip: ClipRef, seen: dict[str, "Appearance"]) -> None:
        pk = table.appearances_pk(clip.roll.production)
        for character, appearance in seen.items():
            told = {"appearance": appearance.model_dump_json()}
            rows = [
                Change(clip.roll.partition, table.seen_sk(clip, character), sets=told),
                Change(pk, table.appearance_sk(character, clip), sets=told),
            ]
            # Refused: they withdrew a moment ago, and are not written down.
            with suppress(Refused):
                self._catalogue.transact([*rows, *self._characters.holds(clip.roll.production, character)])
        for row in self._catalogue.query(clip.roll.partition, table.seen_sk(clip)):
            if (character := row["sk"].rpartition("#")[2]) not in seen:
                self._forget(clip, character)

    def _forget(self, clip: ClipRef, character: str) -> None:
        """Both rows at once, so that whoever finds one has found the other. Refused: somebody else was first."""
        appeared = Forget(table.appearances_pk(clip.roll.production), table.appearance_sk(character, clip))
        with suppress(Refused):
            self._catalogue.transact([Forget(clip.roll.partition, table.seen_sk(clip, character)), appeared])
