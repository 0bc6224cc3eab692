"""A production's characters, casts, slates, search and spend as the API tells of them and takes them."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from circletake.contracts.characters import Consent
from circletake.contracts.keys import ClipRef
from circletake.film.search import Index, Person, find, read_query
from tests.web.fake_looks import Refused
from tests.web.verdicts import JUDGED

Json = dict[str, Any]
Rolls = dict[tuple[str, str, str, str], Json]
Answers = dict[tuple[str, str], bytes]

EDITORS = frozenset({"script", "director", "producer", "admin"})
MONEY = frozenset({"producer", "admin"})
MAX_PICTURE_BYTES = 256 * 1024
MAX_WORDS = 200


def character(name: str, person: str, **changed: Any) -> Json:
    """→ a character whose person agreed to be found, with one reference that a model has described."""
    return {
        "id": name.lower(),
        "name": name,
        "person": person,
        "scopes": ["SEARCH"],
        "scenes": [],
        "expires": "2099-12-31",
        "minor": False,
        "guardian": None,
        "document_sha256": document(person.encode()),
        "withdrawn_at": None,
        "erased": None,
        "references": [{"number": 1, "state": "ENROLLED", "why": None}],
        **changed,
    }


@dataclass
class FakeCharacters:
    """Who may be found, and what people asked to be done."""

    characters: list[Json] = field(default_factory=list)
    #: What was asked, by the last part of its route.
    asked: list[tuple[str, Json]] = field(default_factory=list)
    spend: Json = field(
        default_factory=lambda: {"spent_usd": 12.4, "budget_usd": 50.0, "answers": 318, "duplicates": 2}
    )
    #: While set, every search is answered with this instead.
    found: Json | None = None

    def tell(self, roles: tuple[str, ...]) -> Json:
        may_see = roles != ("vendor",)
        return {
            "characters": self.characters if may_see else [],
            "may_see": may_see,
            "may_edit": not EDITORS.isdisjoint(roles),
            "threshold": 0.5,
        }

    def add(self, asked: Json, roles: tuple[str, ...]) -> Json:
        if EDITORS.isdisjoint(roles):
            raise Refused(HTTPStatus.FORBIDDEN, "You may not add characters.", "Ask the script supervisor.")
        try:
            consent = Consent.model_validate(asked["consent"])
        except ValidationError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "This is no consent.", "Put that right.") from error
        pictures = self.pictures(asked)
        if not all(each.startswith(b"\xff\xd8\xff") and len(each) <= MAX_PICTURE_BYTES for each in pictures):
            raise Refused(HTTPStatus.BAD_REQUEST, "A reference is no JPEG of at most 256 KB.", "Export it again.")
        self.asked.append(("characters", asked))
        told = consent.model_dump(mode="json")
        references = [{"number": n, "state": "ORDERED", "why": None} for n, _ in enumerate(pictures, 1)]
        made = character(asked["name"], told.pop("person"), **told, references=references)
        self.characters.append(made)
        return {"character": made}

    @staticmethod
    def pictures(asked: Json) -> list[bytes]:
        return [base64.b64decode(each, validate=True) for each in asked["references"]]

    def withdraw(self, name: str) -> Json:
        """Everybody who stands on the same document goes."""
        (known,) = [each for each in self.characters if each["id"] == name]
        for each in self.characters:
            if each["document_sha256"] == known["document_sha256"]:
                each |= {"withdrawn_at": JUDGED, "references": []}
        self.asked.append(("withdraw", {"id": name}))
        return {"character": known}

    def find(self, asked: dict[str, list[str]], production: str, rolls: Rolls, answers: Answers) -> Json:
        """Searches as the studio does, in an index made of the clips as they are now."""
        words, who = asked.get("q", [""])[0], asked.get("character", [""])[0]
        if self.found is not None:
            return self.found
        query = read_query(words)
        index, people = _index(rolls, production, answers)
        if len(words) > MAX_WORDS:
            raise Refused(HTTPStatus.BAD_REQUEST, "What is looked for has up to 200 characters.", "Type less.")
        listed, more = find(index, query, people, production, character=who)
        return {
            "found": [
                {
                    **each.clip.roll.model_dump(),
                    **each.clip.model_dump(include={"clip_id", "version", "title"}),
                    "slate": each.clip.model_dump(include={"scene", "slate", "take"}),
                    "matches": [
                        {"in": at.where, "text": at.text, "frame": at.frame, "timecode": at.timecode}
                        for at in each.matches
                    ],
                }
                for each in listed
            ],
            "clips": len(index.clips),
            "more": more,
            "behind": False,
        }

    def list_cast(self, asked: Json, clips: list[Json], roles: tuple[str, ...]) -> Json:
        """Nobody is listed without being known; a model then compares, which is not this fake's to do."""
        if EDITORS.isdisjoint(roles):
            raise Refused(HTTPStatus.FORBIDDEN, "You may not say who is looked for.", "Ask the script supervisor.")
        known = {each["id"] for each in self.characters}
        assert set(asked["characters"]) <= known
        self.asked.append(("cast", asked))
        for each in asked["clips"]:
            (clip,) = [known for known in clips if known["clip_id"] == each["clip_id"]]
            clip["cast"] = asked["characters"]
        return {"clips": len(asked["clips"])}

    def tell_slate(self, asked: Json, clips: list[Json], roles: tuple[str, ...]) -> Json:
        """A person's word counts before every other; empty, the next best one stands again."""
        if set(roles) <= {"vendor"}:
            raise Refused(HTTPStatus.FORBIDDEN, "Vendors see what was found, and do not change it.", "Ask somebody.")
        self.asked.append(("slate", asked))
        (clip,) = [each for each in clips if each["clip_id"] == asked["clip_id"]]
        told = {name: asked[name].strip() or None for name in ("scene", "setup", "slate", "take")}
        clip["slate"] = told if any(told.values()) else None
        clip["slate_from"] = "PERSON" if any(told.values()) else None
        return {name: clip[name] for name in ("slate", "slate_from")}

    def spent(self, roles: tuple[str, ...]) -> Json:
        if MONEY.isdisjoint(roles):
            return dict.fromkeys(self.spend) | {"may_see": False}
        return self.spend | {"may_see": True}


def _index(rolls: Rolls, production: str, answers: Answers) -> tuple[Index, dict[ClipRef, list[Person]]]:
    clips, people = [], {}
    for (of, unit, day, roll), contents in rolls.items():
        for clip in contents["clips"] if of == production else ():
            told = answers.get((clip["clip_id"], "speech"))
            words = json.loads(told)["words"] if told else []
            slate, found = clip["slate"] or {}, clip["inspection"]
            entry = {
                "roll": {"unit": unit, "day": day, "roll": roll},
                **{name: clip[name] for name in ("clip_id", "version")},
                "title": clip["name"],
                **{name: slate.get(name) or None for name in ("scene", "slate", "take")},
                "rate": found["video"]["rate"] if found else None,
                "start_timecode": found["start_timecode"] if found else None,
                "words": " ".join(word["text"] for word in words),
                "at": [(number, int(word["start_s"] * 24000 / 1001)) for number, word in enumerate(words)],
            }
            clips.append(entry)
            ref = ClipRef.model_validate(
                {
                    "roll": {**entry["roll"], "production": production},
                    "clip_id": clip["clip_id"],
                    "version": clip["version"],
                }
            )
            people[ref] = [Person(each["character"], each["name"], each["best"]) for each in clip["people"]]
    return Index.model_validate({"clips": clips}), people


def document(text: bytes) -> str:
    """A signed document → its digest as the page has to compute it."""
    return hashlib.sha256(text).hexdigest()
