"""What somebody looks for → the clips of a production, from the compact index that `publish` writes."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from circletake.cloud.appearances import seen_of
from circletake.cloud.catalogue import Catalogue
from circletake.cloud.characters import Registry
from circletake.cloud.search_index import is_behind
from circletake.contracts.keys import ClipRef, search_key
from circletake.film.search import Found, Index, Person, find, names_somebody, read_query

#: The words of some hundred hours; what is read into memory at once.
MAX_INDEX_BYTES = 64 * 1024 * 1024
Told = dict[str, Any]


class Finding:
    """Looks for clips. `read_text`: a key of the review bucket and a limit → its text."""

    def __init__(self, catalogue: Catalogue, characters: Registry, read_text: Callable[[str, int], str]) -> None:
        self._catalogue = catalogue
        self._characters = characters
        self._read_text = read_text

    def find(self, production: str, words: str, character: str = "", *, people: bool = True) -> Told:
        """Words, and the id of a character or none → what was found in how many clips, and whether some came since.

        `people`: whether whoever asks is told who is seen where.
        """
        query = read_query(words)
        # Asked before the index is read: an index that is written in between is newer than told, never older.
        behind = is_behind(self._catalogue, production)
        index = self._index(production)
        if not people:
            # Papers are of the production, like who is seen where: vendors are told of neither.
            index = Index(clips=tuple(each.model_copy(update={"papers": ()}) for each in index.clips))
        told: Told = {"found": [], "clips": len(index.clips), "more": False, "behind": behind}
        known = self._characters.all(production) if people else []
        meant = {character} if character else {each.id for each, _ in known if names_somebody(query, each.name)}
        there: dict[ClipRef, list[Person]] = defaultdict(list)
        for seen in seen_of(self._catalogue, self._characters, production, sorted(meant)):
            appearance = seen.appearance
            there[appearance.clip].append(Person(appearance.character, seen.character.name, appearance.best))
        if not query and not character:
            return told
        found, more = find(index, query, there, production, character=character)
        return {**told, "found": [_tell(each) for each in found], "more": more}

    def _index(self, production: str) -> Index:
        try:
            text = self._read_text(search_key(production), MAX_INDEX_BYTES)
        except LookupError:
            return Index()  # nothing was published yet
        return Index.model_validate_json(text, extra="ignore")


def _tell(found: Found) -> Told:
    clip = found.clip
    return {
        **clip.roll.model_dump(),
        "clip_id": clip.clip_id,
        "version": clip.version,
        "title": clip.title,
        "slate": {"scene": clip.setup or clip.scene, "slate": clip.slate, "take": clip.take},
        "matches": [
            {"in": match.where, "text": match.text, "frame": match.frame, "timecode": match.timecode}
            for match in found.matches
        ],
    }
