"""The calls about what models found: how each analysis stands, slates, the search, and what it costs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from circletake.cloud.appearances import Seen, seen_in_roll
from circletake.cloud.looks import read_known_slates
from circletake.cloud.reading import Reading
from circletake.contracts import table
from circletake.contracts.characters import Cast, Character
from circletake.contracts.facts import AnalyseAgain
from circletake.contracts.keys import ClipRef, Id, Label, RollRef
from circletake.contracts.looks import Slate, SlateFrom
from circletake.film.consent import why_not_kept, why_not_searched
from circletake.film.looks.resolving import clip_name
from circletake.film.search import TooManyWords
from functions.review.access import admit, roles_in, sees_people
from functions.review.cast import NamedClip
from functions.review.refusal import Refusal, read_body, senseless

if TYPE_CHECKING:
    from circletake.cloud.catalogue import Catalogue, Row
    from circletake.cloud.characters import Characters
    from circletake.cloud.finding import Finding
    from circletake.cloud.looks import LookBook
    from circletake.cloud.outbox import Outbox
    from circletake.cloud.reading import Told
    from circletake.contracts.recipe import Recipe

#: Who may say what stands on a slate, and have clips looked at again: everybody who works for the production.
MAY_SAY = ("camera", "editorial", "script", "director", "producer", "admin")
MAY_SEE_SPEND = ("producer", "admin")
_MAX_WORDS = 200


class AskedSlate(NamedClip):
    """What somebody says stands on a clip's slate. All of it empty: they take back what they said."""

    scene: str = Field(max_length=100)
    setup: str = Field(max_length=100)
    slate: str = Field("", max_length=100)
    take: str = Field(max_length=100)


class NamedRoll(BaseModel):
    """A roll of the production in the address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Label
    day: Label
    roll: Label


class AskedAnalysis(BaseModel):
    """Clips that models are to look at again: one, those of a roll, or all of the production."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    roll: NamedRoll | None = None
    clip_id: Id | None = None
    version: Id | None = None
    failed: bool = False


class AnalysisDesk:
    """Where people see what models found, and say what they know better."""

    def __init__(
        self,
        outbox: "Outbox",
        characters: "Characters",
        book: "LookBook",
        finding: "Finding",
    ) -> None:
        self._outbox = outbox
        self._catalogue: Catalogue = outbox.catalogue
        self._characters = characters
        self._book = book
        self._finding = finding

    def tell(self, groups: frozenset[str], roll: RollRef, clips: Iterable["Row"]) -> dict[str, "Told"]:
        """A roll and its CLIP rows → by their sort keys what was found in each. Vendors are told of nobody."""
        titles = {row["sk"]: row["title"] for row in clips}
        refs = {sk: table.read_clip_sk(roll, sk) for sk in titles}
        analyses = Reading(self._catalogue).analyses(roll)
        slates = self._slates(roll, titles, refs)
        people: dict[ClipRef, list[Told]] = defaultdict(list)
        casts: dict[ClipRef, Cast] = {}
        known: dict[str, Character] = {}
        today = self._characters.today()
        if sees_people(roll.production, groups):
            for seen in seen_in_roll(self._catalogue, self._characters, roll):
                people[seen.appearance.clip].append(_tell_seen(seen))
            casts = self._characters.casts(refs.values())
            known = {each.id: each for each, _ in self._characters.all(roll.production)} if casts else {}
        return {
            sk: {
                "analyses": analyses.get(sk, []),
                **slates[sk],
                "people": people[ref],
                "cast": list(casts[ref].characters) if ref in casts else None,
                "not_looked_for": _tell_not_looked_for(casts[ref], known, slates[sk], today) if ref in casts else [],
            }
            for sk, ref in refs.items()
        }

    def set_slate(self, groups: frozenset[str], by: str, roll: RollRef, body: str) -> "Told":
        """A person's word on a slate: it holds over what an ALE says, and over what a model read."""
        self._require_role(groups, roll.production)
        asked = read_body(AskedSlate, body)
        clip = asked.of(roll)
        row = self._catalogue.get(roll.partition, table.clip_sk(clip))
        if row is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "The roll has no such clip.", "Reload the page.")
        try:
            said = Slate(**{name: getattr(asked, name).strip() or None for name in Slate.model_fields})
        except ValueError as error:
            raise senseless("scene, setup, slate and take are one line each") from error
        self._book.set_slate(roll, row["title"], said, by)
        # Consent may be for some scenes only: whom to look for may be another answer now.
        self._order(AnalyseAgain(production=roll.production, clip=clip))
        return self._slates(roll, {row["sk"]: row["title"]}, {row["sk"]: clip})[row["sk"]]

    def find(self, groups: frozenset[str], production: str, words: str, character: str) -> "Told":
        """Words, and a character or none → the clips in which they are."""
        admit(groups, production)
        everybody = sees_people(production, groups)
        if character and not everybody:
            raise Refusal(HTTPStatus.FORBIDDEN, "Vendors are not told who is seen where.", "Look for words or slates.")
        if len(words) > _MAX_WORDS:
            raise senseless(f"what is looked for has up to {_MAX_WORDS} characters")
        try:
            return self._finding.find(production, words, character, people=everybody)
        except TooManyWords as many:
            raise senseless(str(many)) from many

    def analyse(self, groups: frozenset[str], production: str, body: str) -> "Told":
        """Clips → the order to decide again what models are to look at."""
        self._require_role(groups, production)
        asked = read_body(AskedAnalysis, body)
        if (asked.clip_id is None) != (asked.version is None) or (asked.clip_id and not asked.roll):
            raise senseless("a clip is named by its roll, its id and its version")
        roll = RollRef(production=production, **asked.roll.model_dump()) if asked.roll else None
        if roll is not None and self._catalogue.get(roll.partition, table.ROLL) is None:
            raise Refusal(
                HTTPStatus.NOT_FOUND, f"Nothing of roll {roll.roll} of {roll.day} was received.", "Look at its name."
            )
        clip = None
        if roll is not None and asked.clip_id is not None and asked.version is not None:
            clip = ClipRef(roll=roll, clip_id=asked.clip_id, version=asked.version)
        self._order(AnalyseAgain(production=production, roll=roll, clip=clip, failed=asked.failed))
        return {"ordered": True}

    def spend(self, groups: frozenset[str], production: str) -> "Told":
        """What analysing has cost, for who answers for the money."""
        admit(groups, production)
        if not any(role in MAY_SEE_SPEND for role in roles_in(production, groups)):
            return {"spent_usd": None, "budget_usd": None, "answers": None, "duplicates": None, "may_see": False}
        row = self._catalogue.get(table.spend_pk(production), table.SPEND) or {}
        recipe: Recipe = self._book.recipe(production)
        return {
            "spent_usd": row.get("micro_usd", 0) / 1e6,
            "budget_usd": recipe.analysis.budget_usd,
            "answers": row.get("answers", 0),
            "duplicates": row.get("duplicates", 0),
            "may_see": True,
        }

    def _slates(self, roll: RollRef, titles: Mapping[str, str], refs: Mapping[str, ClipRef]) -> dict[str, "Told"]:
        """Clips → what stands on the slate of each and who says so: a person, a paper, an ALE, or the picture."""
        told = read_known_slates(self._catalogue, roll)
        unsaid = {
            (table.index_pk(roll.production), table.index_sk(refs[sk])): sk
            for sk, title in titles.items()
            if clip_name(title) not in told
        }
        read = {unsaid[row["pk"], row["sk"]]: row for row in self._catalogue.get_many(list(unsaid))}
        slates: dict[str, Told] = {}
        for sk, title in titles.items():
            if clip_name(title) in told:
                slate, by = told[clip_name(title)]
                slates[sk] = {"slate": slate.model_dump(), "slate_from": by}
                continue
            row = read.get(sk, {})
            cells = {"scene": "slate_scene", "setup": "", "slate": "slate_number", "take": "slate_take"}
            seen = {name: row.get(cell) or None for name, cell in cells.items()}
            read_any = any(seen.values())
            slates[sk] = {"slate": seen if read_any else None, "slate_from": "SLATE" if read_any else None}
        return slates

    def _order(self, order: AnalyseAgain) -> None:
        """An order that who gives it may give again: it is said, and not kept."""
        self._outbox.say_again([(order.name, order.written())])

    def _require_role(self, groups: frozenset[str], production: str) -> None:
        admit(groups, production)
        if not any(role in MAY_SAY for role in roles_in(production, groups)):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "Vendors see what was found, and do not change it.",
                "Ask somebody of the production.",
            )


def _tell_not_looked_for(
    cast: Cast, known: Mapping[str, Character], slate: "Told", today: date
) -> list[dict[str, str]]:
    """Who was listed for a clip and is not looked for in it all the same, why, and what to do about it."""
    told = slate["slate_from"] in set(SlateFrom)
    scene = slate["slate"]["scene"] if told else None

    def next_step(character: Character) -> str:
        if why_not_kept(character, today) is not None:
            return "Take them off the cast."
        if scene is not None:
            return "Take them off the cast, or put the slate right."
        confirm = "confirm it on" if slate["slate_from"] == "SLATE" else "say so on"
        return f"If this is scene {' or '.join(character.consent.scenes)}, {confirm} the slate."

    return [
        {"character": each.id, "name": each.name, "why": why, "next_step": next_step(each)}
        for each in (known[identity] for identity in cast.characters)
        if (why := why_not_searched(each, cast, cast.clip, scene, today)) is not None
    ]


def _tell_seen(seen: Seen) -> dict[str, Any]:
    told = seen.appearance.model_dump(include={"character", "first", "last", "best", "box", "distance"})
    return {**told, "name": seen.character.name}
