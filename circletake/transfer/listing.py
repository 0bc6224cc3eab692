"""A card or a folder → its files by path, and what of it cannot be taken along."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from circletake.contracts.keys import is_label

#: A key has at most 1,024 bytes, and its five labels with their slashes take up to 325 of them.
MAX_PATH_BYTES = 1024 - 5 * 65


@dataclass(frozen=True)
class Listed:
    """What lies under a folder: files to upload, and what cannot be uploaded, each with its reason."""

    files: tuple[tuple[str, Path], ...]
    refused: tuple[tuple[str, str], ...]

    @property
    def size_bytes(self) -> int:
        return sum(path.stat().st_size for _, path in self.files)


def list_card(root: Path) -> Listed:
    """A file, or a folder as it was on the card → its files by their path. Nothing is skipped in silence."""
    files: list[tuple[str, Path]] = []
    refused: list[tuple[str, str]] = []
    for path in [root] if root.is_file() else _walk(root):
        name = path.name if root.is_file() else str(path.relative_to(root))
        if path.is_symlink():
            refused.append((name, "a symbolic link: what it points to may lie outside the card"))
        elif not path.is_file():
            refused.append((name, "not a plain file"))
        elif reason := _unspeakable(name):
            refused.append((name, reason))
        else:
            files.append((name, path))
    return Listed(tuple(files), tuple(refused))


def _walk(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _unspeakable(name: str) -> str | None:
    """A path on the card → why S3 would not take it as part of a key, or None."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return "its name is not valid UTF-8, and S3 takes no other"
    return f"its path has {length} bytes; {MAX_PATH_BYTES} fit into a key" if length > MAX_PATH_BYTES else None


def suggest_roll(path: Path) -> str | None:
    """A folder or file → the roll that its name suggests, or None when the name is no label."""
    name = path.resolve().stem if path.is_file() else path.resolve().name
    return name if is_label(name) else None


def new_offload() -> str:
    """→ a name for this insertion of the card that no other insertion has."""
    return f"o-{secrets.token_hex(6)}"
