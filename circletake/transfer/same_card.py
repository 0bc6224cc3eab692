"""The card in the reader, and what an offload listed of it before → whether it is the same, and what is new on it.

A camera may go on writing while its card is offloaded. The rule: **it is the same card when at least one recording is
on it as it was, by path, size and time to the nanosecond** (one file, where it has no recording). A card that was
formatted uses its names again, but never writes such a recording. What was added or changed since is taken as it is
now; a copy keeps the version that it had under `EARLIER`, because the card does not have it any more. What is gone
from the card stays on the copies that have it.
"""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from circletake.contracts.files import NOTES, FileKind
from circletake.film.naming import classify
from circletake.transfer.listing import Card, CardFile

EARLIER = f"{NOTES}/earlier"
_RECORDINGS = (FileKind.ORIGINAL, FileKind.SPAN, FileKind.SOUND)


def is_same_card(listed: Sequence[CardFile], card: Card) -> bool:
    """An earlier listing and the card → whether both are of one card."""
    recordings = [file for file in listed if classify(file.path) in _RECORDINGS]
    return not set(recordings or listed).isdisjoint(card.files)


def with_gone(card: Card, listings: Iterable[Sequence[CardFile]]) -> tuple[Card, frozenset[str]]:
    """The card, and earlier listings of it → the card with what is gone from it since, and those paths."""
    there = {file.path for file in card.files}
    gone = {file.path: file for listed in listings for file in listed if file.path not in there}
    files = sorted((*card.files, *gone.values()), key=lambda file: os.fsencode(file.path))
    return replace(card, files=tuple(files)), frozenset(gone)


def news(listed: Sequence[CardFile], card: Card, gone: Collection[str]) -> dict[str, str]:
    """An earlier listing and the card → paths that are not as they were, each with a sentence."""
    before = {file.path: file for file in listed}
    told: dict[str, str] = {}
    for file in card.files:
        if file.path in gone:
            told[file.path] = "It was on the card when this offload began, and is not any more."
        elif file.path not in before:
            told[file.path] = "It came onto the card since this offload began, and is taken too."
        elif file != before[file.path]:
            told[file.path] = (
                "It has changed on the card since this offload began: it is taken as it is now. What a copy had of it "
                f"before stays there, in {EARLIER}."
            )
    return told
