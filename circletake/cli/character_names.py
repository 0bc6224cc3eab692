"""What people call a character, and what tells one from another of the same name."""

from typing import NoReturn

from circletake.cli.shared import fail, visible
from circletake.cloud.characters import Registry
from circletake.cloud.deployment import Deployment
from circletake.contracts.characters import Character


def find_character(where: Deployment, production: str, name: str) -> Character:
    """A character by its name, or by how its id begins."""
    known = [character for character, _ in Registry(where.catalogue()).all(production)]
    meant = [each for each in known if each.name.casefold() == name.casefold() or each.id.startswith(name)]
    # One that withdrew and signed anew is on record twice.
    standing = [each for each in meant if each.withdrawn_at is None] or meant
    if not standing:
        _unknown(production, name, known)
    if len(standing) > 1:
        fail(f"Several characters are called {visible(name)}: give the id, {what_differs(standing)}.")
    return standing[0]


def namesakes(where: Deployment, production: str, name: str) -> list[Character]:
    """Everybody of this name whose consent nobody withdrew."""
    known = [character for character, _ in Registry(where.catalogue()).all(production)]
    return [each for each in known if each.name.casefold() == name.casefold() and each.withdrawn_at is None]


def told_apart(where: Deployment, production: str, character: Character) -> str:
    """A character's name, and its id where another has the same."""
    alone = len(namesakes(where, production, character.name)) == 1
    return visible(character.name) if alone else f"{visible(character.name)} ({character.id[:8]})"


def what_differs(characters: list[Character]) -> str:
    """Characters of one name → what tells each of them from the others."""
    return "; ".join(
        f"{each.id[:8]} ({visible(each.consent.person)}, {_scenes(each)}, until {each.consent.expires}, "
        f"{visible(on_record(each))})"
        for each in characters
    )


def _scenes(character: Character) -> str:
    scenes = ", ".join(map(visible, character.consent.scenes))
    return f"scenes {scenes}" if scenes else "every scene"


def on_record(character: Character) -> str:
    return f"on record since {character.added_at[:16].replace('T', ' ')} UTC by {character.added_by}"


def _unknown(production: str, name: str, known: list[Character]) -> NoReturn:
    there = ", ".join(visible(each.name) for each in known) or "none"
    fail(f"{production} has no character {visible(name)}. On record: {there}.")
