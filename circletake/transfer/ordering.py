"""Which file goes first: what says most about a card in the fewest bytes."""

import re
from collections.abc import Collection, Iterable

from circletake.contracts.files import FileKind
from circletake.film.naming import classify
from circletake.transfer.listing import CardFile

SMALL_BYTES = 1024 * 1024
_PROXY = re.compile(r"(^|[/_. -])prox(y|ies)([/_. -]|$)|\.lr[fv]$", re.IGNORECASE)


def order(
    files: Iterable[CardFile], *, circled: Collection[str] = (), proxies_first: bool = False
) -> tuple[CardFile, ...]:
    """Files of a card → the same, manifests first, then circled takes, sound, small files, and the rest by name."""

    def rank(file: CardFile) -> tuple[int, str]:
        kind = classify(file.path)
        firsts = (
            kind is FileKind.MANIFEST,
            proxies_first and _PROXY.search(file.path) is not None,
            any(is_of_clip(file.path, name) for name in circled),
            kind is FileKind.SOUND,
            file.size_bytes <= SMALL_BYTES,
            True,
        )
        return firsts.index(True), file.path

    return tuple(sorted(files, key=rank))


def is_of_clip(path: str, clip: str) -> bool:
    """Whether a file is of a clip as a script supervisor writes it: `A001C003` is in `A001C003_100610_R1JL.mov`."""
    wanted = clip.casefold()
    return any(part == wanted or part.startswith((f"{wanted}_", f"{wanted}.")) for part in path.casefold().split("/"))
