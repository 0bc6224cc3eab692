"""Which file goes first: what says most about a card in the fewest bytes."""

import re
import threading
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence

from circletake.contracts.files import FileKind
from circletake.film.naming import classify
from circletake.transfer.listing import CardFile

SMALL_BYTES = 1024 * 1024
_PROXY = re.compile(r"(^|[/_. -])prox(y|ies)([/_. -]|$)|\.lr[fv]$", re.IGNORECASE)


def order(
    files: Iterable[CardFile], *, circled: Collection[str] = (), proxies_first: bool = False
) -> tuple[CardFile, ...]:
    """Files of a card → the same, manifests first, then circled takes, sound, small files, and the rest by name."""
    names = frozenset(name.casefold() for name in circled)

    def rank(file: CardFile) -> tuple[int, str]:
        kind = classify(file.path)
        firsts = (
            kind is FileKind.MANIFEST,
            proxies_first and _PROXY.search(file.path) is not None,
            not names.isdisjoint(_clips_of(file.path)),
            kind is FileKind.SOUND,
            file.size_bytes <= SMALL_BYTES,
            True,
        )
        return firsts.index(True), file.path

    return tuple(sorted(files, key=rank))


def is_of_clip(path: str, clip: str) -> bool:
    """Whether a file is of a clip as a script supervisor writes it: `A001C003` is in `A001C003_100610_R1JL.mov`."""
    return clip.casefold() in _clips_of(path)


def _clips_of(path: str) -> Iterator[str]:
    """A path → every name that a clip can have that it is of, without case."""
    for part in path.casefold().split("/"):
        yield part
        yield from (part[:at] for at, letter in enumerate(part) if letter in "_.")


class Waiting:
    """The files of a card that wait to be sent. What is circled while it goes up is sent before the rest of them."""

    def __init__(
        self, files: Sequence[CardFile], *, circled: Collection[str] = (), proxies_first: bool = False
    ) -> None:
        self._files, self._circled, self._proxies_first = deque(files), set(circled), proxies_first
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[CardFile]:
        """Each file once, the first that waits at the moment when it is asked for."""
        while True:
            with self._lock:
                if not self._files:
                    return
                file = self._files.popleft()
            yield file

    def circle(self, clips: Iterable[str]) -> tuple[str, ...]:
        """Names of clips that are circled by now → those of them whose files are moved ahead."""
        with self._lock:
            waiting = {name for file in self._files for name in _clips_of(file.path)}
            news = sorted({clip for clip in clips if clip.casefold() in waiting} - self._circled)
            if news:
                self._circled.update(news)
                ordered = order(self._files, circled=self._circled, proxies_first=self._proxies_first)
                self._files = deque(ordered)
        return tuple(news)
