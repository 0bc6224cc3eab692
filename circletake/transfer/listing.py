"""A card or a folder → its files by path, and what of it cannot be taken along."""

import os
import secrets
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from circletake.contracts.files import NOTES
from circletake.contracts.keys import is_label

#: A key has at most 1,024 bytes, and its five labels with their slashes take up to 325 of them.
MAX_PATH_BYTES = 1024 - 5 * 65


class CardGone(Exception):  # noqa: N818 - what happened, not a fault of the program
    """The card was pulled while it was read. What was done with it so far is in the journal."""


@dataclass(frozen=True)
class CardFile:
    """A plain file on a card. `path` is as on the card, with "/", byte for byte (`os.fsencode` gives the bytes)."""

    path: str
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True)
class Card:
    """What lies under a folder, in the order of the paths' bytes. `refused` is what is no plain file, with reasons."""

    root: Path
    files: tuple[CardFile, ...]
    directories: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    #: The device that the root was on when it was listed.
    device: int

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)


def walk_card(root: Path) -> Card:
    """A folder → everything in it, each directory and file looked at once. Raises `OSError` when it cannot be listed.

    Our own notes (`.circletake/` at the root) are no part of a card. Nothing else is left out in silence.
    """
    files: list[CardFile] = []
    directories: list[str] = []
    refused: list[tuple[str, str]] = []
    waiting, device = [""], root.stat().st_dev
    while waiting:
        directory = waiting.pop()
        try:
            entries = list(os.scandir(root / directory))
        except OSError as error:
            if not directory:
                raise
            refused.append((directory, f"a folder that cannot be listed: {error.strerror}"))
            continue
        if directory:
            directories.append(directory)
        for entry in entries:
            path = f"{directory}/{entry.name}" if directory else entry.name
            try:
                found = entry.stat(follow_symlinks=False)
            except OSError as error:
                refused.append((path, f"cannot be read: {error.strerror}"))
                continue
            if stat.S_ISDIR(found.st_mode):
                if path != NOTES:
                    waiting.append(path)
            elif stat.S_ISREG(found.st_mode):
                files.append(CardFile(path, found.st_size, found.st_mtime_ns))
            elif stat.S_ISLNK(found.st_mode):
                refused.append((path, "a symbolic link: what it points to may lie outside the card"))
            else:
                refused.append((path, "not a plain file"))
    return Card(
        root,
        tuple(sorted(files, key=lambda file: os.fsencode(file.path))),
        tuple(sorted(directories, key=os.fsencode)),
        tuple(sorted(refused, key=lambda each: os.fsencode(each[0]))),
        device,
    )


def legible(path: str) -> str:
    """A path as on the card → the same as text that can be written anywhere; bytes that are no UTF-8 as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def find_twins(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Paths → those that a disk which ignores case or the form of accents would put into another's place, and whose.

    A directory counts as well: what lies in `clip/` would come to lie in `Clip/`.
    """
    met: dict[str, str] = {}
    for path in paths:
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            part = "/".join(parts[:depth])
            first = met.setdefault(unicodedata.normalize("NFC", part).casefold(), part)
            if first != part:
                yield path, first
                break


def list_card(root: Path) -> Card:
    """A file, or a folder as it was on the card → it, with what does not fit into the bucket among the refused."""
    if root.is_file() and not root.is_symlink():
        found = root.stat()
        card = Card(root.parent, (CardFile(root.name, found.st_size, found.st_mtime_ns),), (), (), found.st_dev)
    else:
        card = walk_card(root)
    unspeakable = {file.path: reason for file in card.files if (reason := _unspeakable(file.path))}
    return replace(
        card,
        files=tuple(file for file in card.files if file.path not in unspeakable),
        refused=tuple(sorted([*card.refused, *unspeakable.items()])),
    )


def _unspeakable(name: str) -> str | None:
    """A path on the card → why S3 would not take it as part of a key, or None."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return "its name is not valid UTF-8, and S3 takes no other"
    return f"its path has {length} bytes; {MAX_PATH_BYTES} fit into a key" if length > MAX_PATH_BYTES else None


def suggest_roll(path: Path) -> str | None:
    """A folder or file → the roll that its name suggests, or None when the name is no label."""
    # What a link points to is called as somebody else called it; ".." is taken away all the same.
    given = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve() follows links
    name = given.stem if path.is_file() else given.name
    return name if is_label(name) else None


def new_offload(kind: str = "o-") -> str:
    """→ a name for this insertion of the card that no other insertion has."""
    return f"{kind}{secrets.token_hex(6)}"
