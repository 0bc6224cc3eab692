"""What a manifest says, once read: entries, generations, chains, histories."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from circletake.contracts.errors import Verdict

#: What was done to a file when its digest was taken.
Action = Literal["original", "verified", "failed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a manifest. `path` is relative to the history's root; `line` is where the manifest says it."""

    path: str
    size_bytes: int | None
    digests: Mapping[str, str]
    action: Action | None = None
    line: int = 0
    #: The name that earlier generations know the file by, when it was renamed since.
    previous_path: str | None = None
    #: ISO 8601, as the file system had it.
    modified_at: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A manifest of a nested history, and the C4 id that it had when it was referred to."""

    path: str
    c4: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Generation:
    """One manifest: what was said of a folder at one time."""

    number: int
    #: Its path on the card.
    name: str
    kind: Literal["ascmhl", "mhl1"]
    made_at: str
    entries: tuple[Entry, ...]
    ignores: tuple[str, ...]
    references: tuple[Reference, ...]
    #: Of the manifest itself.
    sha256: str
    c4: str


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A generation as the chain file knows it: its number, its file name beside the chain, its C4 id."""

    number: int
    name: str
    c4: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a manifest or chain itself, as against with a file that it lists."""

    path: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class History:
    """All generations of one folder. `root` is its path on the card, empty for the card's own."""

    root: str
    generations: tuple[Generation, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file must be, by everything that the manifests say of it. `generation` is the last that spoke of it."""

    path: str
    digests: Mapping[str, str]
    size_bytes: int | None
    #: The newest word on it is that it differed, or two contradict each other and nobody knows which is right.
    failed: bool
    generation: int
