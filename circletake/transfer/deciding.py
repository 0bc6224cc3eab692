"""The same command again: what is meant by it."""

from collections.abc import Sequence
from dataclasses import dataclass

from circletake.film.twins import PROXY_OFFLOAD
from circletake.transfer.journal import Insertion, fingerprint
from circletake.transfer.listing import CardFile, new_offload

SHOWN = 3


class Unclear(Exception):  # noqa: N818
    """Only a person knows what is meant; the message says what to add."""


@dataclass(frozen=True)
class Intent:
    """Which insertion of the card is meant, and how much of it there can be already."""

    offload: str
    #: Nothing of it lies anywhere.
    is_new: bool = False
    #: All of it went up, and the card is as it was then.
    is_done: bool = False
    repairing: bool = False


def decide(
    known: Insertion | None,
    files: Sequence[CardFile],
    reported: str | None,
    *,
    again: bool,
    repair: bool,
    proxies: bool = False,
) -> Intent:
    """What the journal knows, the card as it is now, and the offload that its report names → what is to be done.

    `proxies`: these were made of a card by somebody else, and are no card. Raises `Unclear`.
    """
    if proxies and reported:
        raise Unclear(f"This is a copy of a card, the offload {reported}. Leave --proxies out.")
    if again and repair:
        raise Unclear("--again is another insertion of the card, --repair mends the one that was uploaded: name one.")
    if again and reported:
        raise Unclear(
            f"This is a copy of the offload {reported}: that is one insertion of the card, from wherever it is "
            "uploaded. --repair sends again what is missing or was changed."
        )
    if known and reported not in (None, known.offload):
        known = None  # another offload came to lie in this folder
    if known and known.offload.startswith(PROXY_OFFLOAD) != proxies:
        known = None  # what lies here was sent up as something else before
    if again or known is None:
        if repair and not reported:
            raise Unclear("Nothing was uploaded from here yet, so there is nothing to repair. Leave --repair out.")
        offload = reported or new_offload(PROXY_OFFLOAD if proxies else "o-")
        return Intent(offload, is_new=reported is None, repairing=repair)
    if repair:
        return Intent(known.offload, repairing=True)
    if known.card != fingerprint(files):
        raise Unclear(_changes(known, files))
    return Intent(known.offload, is_done=known.ended)


def _changes(known: Insertion, files: Sequence[CardFile]) -> str:
    now = {file.path: file for file in files}
    gone = [path for path in known.sent if path not in now]
    changed = [path for path, sent in known.sent.items() if path in now and not sent.is_of(now[path])]
    new = [path for path in now if path not in known.sent] if known.ended else []
    found = [
        f"{len(paths)} {what} ({', '.join(paths[:SHOWN])}{', …' if len(paths) > SHOWN else ''})"
        for paths, what in ((gone, "not there any more"), (changed, "changed"), (new, "new"))
        if paths
    ]
    return (
        f"This is not the card as it was when {known.offload} was begun: "
        f"{', '.join(found) or 'files came or changed'}. "
        "Is it another card, or the same one put in again? Then add --again. "
        "Is it the same insertion, and this is what counts? Then add --repair."
    )
