"""What the catalogue keeps of a production's looks, slates and recipe. Each word is written once; the newest holds."""

import hashlib
import json
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from circletake.cloud.catalogue import Catalogue, Change, Put, Refused, Row
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.facts import AnalyseAgain, DayChanged, IndexProduction, LookChanged, Message
from circletake.contracts.keys import ClipRef, DayRef, RollRef, short_hash
from circletake.contracts.looks import Look, LookLevel, Slate, SlateFrom
from circletake.contracts.recipe import Recipe
from circletake.film.looks.resolving import clip_name

#: A row of the catalogue holds at most 400 KB.
_PART_BYTES = 350_000
#: What can be searched for of a day's papers. Beyond that, of each clip what comes first.
_WORDS_BYTES = 200_000
#: A transaction has at most 100 rows. Beyond so many rolls all of the production is looked at again.
_MOST_ROLLS = 40


class LookBook:
    """Where looks, slates and recipes are written down. Written a second time, the same word changes nothing."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def now(self) -> str:
        return self._outbox.now()

    def looks(self, production: str) -> list[Look]:
        return all_looks(self._outbox.catalogue, production)

    def recipe(self, production: str) -> Recipe:
        return read_recipe(self._outbox.catalogue, production)

    def set_look(self, production: str, look: Look) -> None:
        """A look → on record, and every clip that it may concern is planned again."""
        self.set_all(production, look.roll, [look], {}, look.at)

    def set_all(
        self, production: str, roll: RollRef | None, looks: Sequence[Look], slates: Mapping[str, Slate], at: str
    ) -> None:
        """Looks, and slates by clip name, that came together. `roll`: of that roll are the slates, and all looks."""
        words = [_look_row(production, look) for look in looks]
        if roll is not None:
            words += [_slate_row(roll, title, slate, at) for title, slate in slates.items()]
        rows = list({row["sk"]: row for row in words}.values())
        catalogue = self._outbox.catalogue
        there = {row["sk"] for row in catalogue.get_many([(row["pk"], row["sk"]) for row in rows])}
        # A word that was said before is not said anew: the same sidecar on a second copy of a card overrules nobody.
        catalogue.put_all([row for row in rows if row["sk"] not in there])
        # Consent may be for some scenes only: whom to look for may be another answer now.
        also = [AnalyseAgain(production=production, roll=roll), DayChanged(day=roll.of_day)] if roll and slates else []
        self._say(production, roll, short_hash(*(row["sk"] for row in rows)), also)

    def set_slate(self, roll: RollRef, title: str, slate: Slate, by: str) -> None:
        """What a person says stands on a clip's slate, over what any ALE says; an empty one takes that back."""
        row = _slate_row(roll, title, slate, self.now()) | {"by": by}
        says = [LookChanged(production=roll.production, roll=roll), DayChanged(day=roll.of_day)]
        try:
            self._outbox.commit(row["pk"], row["sk"], [Put(row)], says)
        except Refused:
            self._outbox.say_what_is_pending(row["pk"], row["sk"], [said.name for said in says])

    def times_told(self, day: DayRef) -> int:
        """How often there were news of what papers say of a day's slates: to be asked before the day is read."""
        row = self._outbox.catalogue.get(table.day_pk(day), table.TOLD)
        return int(row["times"]) if row else 0

    def tell_day(
        self,
        day: DayRef,
        slates: Mapping[str, Mapping[str, Slate]],
        words: Mapping[ClipRef, Sequence[str]],
        times: int,
    ) -> bool:
        """What papers say of a day's slates, by roll and title → whether that is news: then it is on record now, and
        what it changes is planned anew.

        `words`: what else they say of each clip, that can be searched for. `times`: how often news were told before the
        day was read. Raises `Refused` where somebody told more meanwhile: then the day has to be read again. So it has
        after news: who read a newer day before these were on record may have found none in it.
        """
        pk = table.day_pk(day)
        row = self._outbox.catalogue.get(pk, table.TOLD)
        told = {
            roll: {clip_name(title): slate.model_dump_json() for title, slate in of_roll.items()}
            for roll, of_roll in slates.items()
            if of_roll
        }
        lines = {table.index_sk(clip): list(of_clip) for clip, of_clip in words.items() if of_clip}
        while len(_pack(lines)) > _WORDS_BYTES:
            lines = {clip: of_clip[: len(of_clip) // 2] for clip, of_clip in lines.items() if len(of_clip) > 1}
        before = _told_of(row)
        rolls = [roll for roll in sorted({*told, *before}) if told.get(roll) != before.get(roll)]
        refs = [RollRef(**day.model_dump(), roll=roll) for roll in rolls]
        reached = refs if len(refs) <= _MOST_ROLLS else (None,)
        kinds: tuple[type[LookChanged | AnalyseAgain], ...] = (LookChanged, AnalyseAgain)
        says: list[Message] = [kind(production=day.production, roll=ref) for ref in reached for kind in kinds]
        if lines != _words_of(row):
            says.append(IndexProduction(production=day.production))
        if not says:
            return False
        sets = {"times": times + 1, "slates": _pack(told), "words": _pack(lines)}
        changed = Change(pk, table.TOLD, sets=sets, when={"times": times or None})
        self._outbox.commit(pk, f"{table.TOLD}#{times + 1}", [changed], says)
        return True

    def set_recipe(self, production: str, recipe: Recipe, by: str, *, remake: bool) -> None:
        """What is made of every clip from now on, and who said so. `remake`: also of those that are there."""
        at = self._outbox.now()
        row = {"pk": table.recipe_pk(production), "sk": at, "recipe": recipe.model_dump_json(), "by": by}
        says = [LookChanged(production=production, remake=True)] if remake else []
        self._outbox.commit(row["pk"], at, [Put(row)], says)

    def _say(self, production: str, roll: RollRef | None, origin: str, also: Sequence[Message]) -> None:
        says = [LookChanged(production=production, roll=roll), *also]
        try:
            self._outbox.commit(table.looks_pk(production), origin, [], says)
        except Refused:
            self._outbox.say_what_is_pending(table.looks_pk(production), origin, [said.name for said in says])


def read_recipe(catalogue: Catalogue, production: str) -> Recipe:
    """A production → what it wants made of its clips: the newest word, or the plain recipe without one."""
    return newest_recipe(catalogue, production)[1]


def newest_recipe(catalogue: Catalogue, production: str) -> tuple[str, Recipe]:
    """A production → its newest recipe, and the moment since which it holds; empty for the plain one."""
    rows = [row for row in catalogue.query(table.recipe_pk(production)) if "recipe" in row]
    return (rows[-1]["sk"], Recipe.model_validate_json(rows[-1]["recipe"], extra="ignore")) if rows else ("", Recipe())


def recipe_of(catalogue: Catalogue, production: str, since: str) -> Recipe:
    """The recipe that held from a moment on, as `newest_recipe` named it."""
    row = catalogue.get(table.recipe_pk(production), since) if since else None
    return Recipe.model_validate_json(row["recipe"], extra="ignore") if row else Recipe()


def read_slate(catalogue: Catalogue, roll: RollRef, title: str) -> Slate | None:
    """A clip → what a person, else the day's papers, else an ALE says of its scene and take."""
    told = _known_slates(catalogue, roll, table.slate_prefix(roll, clip_name(title))).get(clip_name(title))
    return told[0] if told else None


def read_slate_beside(catalogue: Catalogue, roll: RollRef, title: str, on_paper: Slate | None) -> Slate | None:
    """The same, for who has read the day and knows what its papers say of the clip."""
    name = clip_name(title)
    slate, own = _newest_slates(catalogue, roll, table.slate_prefix(roll, name)).get(name, (None, False))
    return slate if own else on_paper or slate


def read_slates(catalogue: Catalogue, roll: RollRef) -> dict[str, Slate]:
    """A roll → what people, else papers, else ALEs say of its clips, by `clip_name`."""
    return {clip: slate for clip, (slate, _) in read_known_slates(catalogue, roll).items()}


def read_known_slates(catalogue: Catalogue, roll: RollRef) -> dict[str, tuple[Slate, SlateFrom]]:
    """The same, each with who says so."""
    return _known_slates(catalogue, roll, table.slate_prefix(roll))


def read_told_slates(catalogue: Catalogue, roll: RollRef) -> dict[str, tuple[Slate, bool]]:
    """A roll → what people, or else ALEs, say of its clips, by `clip_name`, and whether it is a person's own word.

    Of several the last that came. This goes into the day's fold; what papers say comes out of it.
    """
    return _newest_slates(catalogue, roll, table.slate_prefix(roll))


def _known_slates(catalogue: Catalogue, roll: RollRef, prefix: str) -> dict[str, tuple[Slate, SlateFrom]]:
    known = {
        clip: (slate, SlateFrom.PERSON if own else SlateFrom.ALE)
        for clip, (slate, own) in _newest_slates(catalogue, roll, prefix).items()
    }
    for clip, text in _told_of(catalogue.get(table.day_pk(roll.of_day), table.TOLD)).get(roll.roll, {}).items():
        if clip not in known or known[clip][1] is SlateFrom.ALE:
            known[clip] = Slate.model_validate_json(text), SlateFrom.PAPER
    return known


def read_paper_words(catalogue: Catalogue, day: DayRef) -> dict[str, list[str]]:
    """A day → what its papers say of each clip, by the clip's key in the search index."""
    return _words_of(catalogue.get(table.day_pk(day), table.TOLD))


def _told_of(row: Row | None) -> dict[str, dict[str, str]]:
    """The row of what papers say of a day's slates → roll → clip → its slate, as JSON."""
    told: dict[str, dict[str, str]] = json.loads(zlib.decompress(bytes(row["slates"]))) if row else {}
    return told


def _words_of(row: Row | None) -> dict[str, list[str]]:
    told: dict[str, list[str]] = json.loads(zlib.decompress(bytes(row["words"]))) if row else {}
    return told


def _pack(told: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(told, sort_keys=True).encode(), 9)


def _newest_slates(catalogue: Catalogue, roll: RollRef, prefix: str) -> dict[str, tuple[Slate, bool]]:
    rows = sorted(catalogue.query(table.looks_pk(roll.production), prefix), key=lambda row: row["written_at"])
    slates: dict[str, tuple[Slate, bool]] = {}
    for own in (False, True):
        said = {row["clip"]: Slate.model_validate_json(row["slate"]) for row in rows if ("by" in row) is own}
        slates |= {clip: (slate, own) for clip, slate in said.items() if not own or slate != Slate()}
    return slates


def has_looks_by_slate(catalogue: Catalogue, production: str) -> bool:
    """Whether any look of a production is for a scene or a setup, and so for what stands on slates."""
    pk = table.looks_pk(production)
    return any(True for level in (LookLevel.SCENE, LookLevel.SETUP) for _ in catalogue.query(pk, f"{level}#"))


def read_looks(catalogue: Catalogue, roll: RollRef, title: str, slate: Slate | None) -> list[Look]:
    """A clip → every look that reaches it, of all levels."""
    asked = [(LookLevel.SHOW, "", None), (LookLevel.DAY, roll.day, None), (LookLevel.CLIP, title, roll)]
    if slate and slate.scene:
        asked.append((LookLevel.SCENE, slate.scene, None))
    if slate and slate.setup:
        asked.append((LookLevel.SETUP, slate.setup, None))
    pk = table.looks_pk(roll.production)
    return [
        Look.model_validate_json(row["look"])
        for level, target, of in asked
        for row in catalogue.query(pk, table.look_prefix(level, _same(level, target), of))
    ]


def keep_lut(catalogue: Catalogue, production: str, text: bytes) -> str:
    """A LUT → its SHA-256, under which it is kept from now on."""
    sha256, packed = hashlib.sha256(text).hexdigest(), zlib.compress(text, 9)
    pk = table.lut_pk(production, sha256)
    parts = [packed[at : at + _PART_BYTES] for at in range(0, len(packed), _PART_BYTES)]
    for number, part in enumerate(parts):
        with suppress(Refused):
            catalogue.transact([Put({"pk": pk, "sk": f"{number:03}", "of": len(parts), "part": part})])
    return sha256


def read_lut(catalogue: Catalogue, production: str, sha256: str) -> bytes:
    """→ a LUT that is kept. Raises `LookupError` where it is not, or not all of it."""
    rows = list(catalogue.query(table.lut_pk(production, sha256)))
    if not rows or len(rows) != rows[0]["of"]:
        raise LookupError(f"LUT {sha256} of {production} is not in the catalogue")
    return zlib.decompress(b"".join(bytes(row["part"]) for row in rows))


def all_looks(catalogue: Catalogue, production: str) -> list[Look]:
    """A production → its looks, the newest first; those of single clips among them."""
    rows = [row for row in catalogue.query(table.looks_pk(production)) if "look" in row]
    return sorted((Look.model_validate_json(row["look"]) for row in rows), key=lambda look: look.at, reverse=True)


def _look_row(production: str, look: Look) -> Row:
    what = [each.model_dump(mode="json") if each else None for each in (look.cdl, look.lut)]
    # A person means each word anew; a sidecar says what it says however often it comes.
    word = [look.name, *what] if look.from_sidecar else [look.source, look.at, *what]
    prefix = table.look_prefix(look.level, _same(look.level, look.target), look.roll)
    return {"pk": table.looks_pk(production), "sk": prefix + short_hash(*word), "look": look.model_dump_json()}


def _slate_row(roll: RollRef, title: str, slate: Slate, at: str) -> Row:
    clip, said = clip_name(title), slate.model_dump_json()
    sk = table.slate_prefix(roll, clip) + short_hash(said, at)
    return {"pk": table.looks_pk(roll.production), "sk": sk, "clip": clip, "slate": said, "written_at": at}


def _same(level: str, target: str) -> str:
    """A target as it is compared: clips by their names without an ending, everything without regard to case."""
    return clip_name(target) if level == LookLevel.CLIP else unicodedata.normalize("NFC", target.strip()).casefold()
