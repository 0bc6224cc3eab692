"""Who was seen where, as it may be told now: consent, cast and scene are looked at again each time that it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from circletake.cloud.catalogue import Catalogue
from circletake.cloud.characters import Registry
from circletake.cloud.looks import read_slates
from circletake.contracts import table
from circletake.contracts.characters import Appearance, Character
from circletake.contracts.keys import RollRef
from circletake.film.consent import why_not_searched
from circletake.film.looks.resolving import clip_name


@dataclass(frozen=True, slots=True)
class Seen:
    """A character in a clip."""

    character: Character
    appearance: Appearance


def seen_in_roll(catalogue: Catalogue, characters: Registry, roll: RollRef) -> list[Seen]:
    """A roll → who may be seen in its clips."""
    return list(_told(catalogue, characters, roll.production, catalogue.query(roll.partition, table.SEEN)))


def seen_of(catalogue: Catalogue, characters: Registry, production: str, identities: Iterable[str]) -> list[Seen]:
    """Characters → every clip in which they may be seen, by roll."""
    pk = table.appearances_pk(production)
    rows = (row for each in identities for row in catalogue.query(pk, table.appearance_sk(each)))
    return list(_told(catalogue, characters, production, rows))


def _told(
    catalogue: Catalogue, characters: Registry, production: str, rows: Iterable[dict[str, str]]
) -> Iterator[Seen]:
    found = [Appearance.model_validate_json(row["appearance"]) for row in rows]
    if not found:
        return
    known = {character.id: character for character, _ in characters.all(production)}
    casts, today = characters.casts({each.clip for each in found}), characters.today()
    slates = {roll: read_slates(catalogue, roll) for roll in {each.clip.roll for each in found}}
    for each in found:
        slate = slates[each.clip.roll].get(clip_name(each.title))
        scene = slate.scene if slate else None
        why = why_not_searched(known[each.character], casts.get(each.clip), each.clip, scene, today)
        if why is None:
            yield Seen(known[each.character], each)
