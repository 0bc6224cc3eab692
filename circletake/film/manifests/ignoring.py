"""Patterns of what a manifest leaves out, as in a `.gitignore`: that is what ASC MHL prescribes.

The reference implementation gives them to `pathspec`, which makes one backtracking expression of a whole pattern; a
manifest is somebody else's file, so here each part of a path is matched by itself, in time that grows with the
lengths and no faster.
"""

import fnmatch
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath

#: What every history leaves out, whether it says so or not: the reference implementation's list, and our own notes.
DEFAULT_IGNORES = (".DS_Store", "ascmhl", "ascmhl/", ".circletake")


def is_left_out(patterns: Sequence[str], path: str) -> bool:
    """Patterns of a history and a path below its root → whether they leave it, or a folder that it lies in, out."""
    parts = PurePosixPath(path).parts
    return any(
        _last_word(tuple(patterns), parts[:depth], folder=depth < len(parts)) for depth in range(1, len(parts) + 1)
    )


@lru_cache(maxsize=4096)
def _last_word(patterns: tuple[str, ...], parts: tuple[str, ...], *, folder: bool) -> bool:
    """The last pattern that matches decides; one that begins with `!` takes the path back in."""
    for pattern in reversed(patterns):
        wanted, negated, only_folders = _understood(pattern)
        reached = _reached(wanted, parts) if wanted else set()
        # What matches a folder matches all that lies in it.
        if any(end < len(parts) or folder or not only_folders for end in reached):
            return not negated
    return False


@lru_cache(maxsize=1024)
def _understood(pattern: str) -> tuple[tuple[re.Pattern[str] | None, ...], bool, bool]:
    """A pattern → an expression for each part of a path (None for `**`), whether it takes back in, whether it means
    folders only. A blank line and a comment have no parts, and match nothing.
    """
    # A blank at the end counts only behind a backslash.
    text = re.sub(r"(?<!\\) +\Z", "", pattern)
    if text.startswith("#"):
        return (), False, False
    negated = text.startswith("!")
    text = text.removeprefix("!")
    only_folders = text.endswith("/")
    parts = text.strip("/").split("/") if text.strip("/") else []
    # Without a slash inside, a pattern means that name at any depth.
    if parts and "/" not in text.rstrip("/"):
        parts = ["**", *parts]
    return tuple(None if part == "**" else re.compile(_expression(part)) for part in parts), negated, only_folders


def _expression(part: str) -> str:
    """A part of a pattern → an expression. `fnmatch` writes them without backtracking between its stars."""
    unescaped = re.sub(r"\\(.)", lambda found: f"[{found[1]}]" if found[1] in "*?[" else found[1], part)
    return fnmatch.translate(unescaped.replace("[^", "[!"))


def _reached(wanted: tuple[re.Pattern[str] | None, ...], parts: tuple[str, ...]) -> set[int]:
    """What is wanted and the parts of a path → how many of its first parts are that, in every way that they can be.

    `**` stands for any number of parts; at the end for one or more.
    """
    reached = {0}
    for place, each in enumerate(wanted):
        if each is None:
            last = place == len(wanted) - 1
            reached = set(range(min(reached) + last, len(parts) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(parts) and each.match(parts[at])}
    return reached
