"""A template → the names of a pull's folders and frames, safe on every file system.

Fields: {show} the production · {event} the event's number in the list · {reel} · {clip} · {cut} the list's title ·
{version} · {frame}. Numbers take a width: {event:03}. The last part is the frame's number and `.exr`; what stands
before it is the shot's name, and its folder's.
"""

import re
import string
from dataclasses import dataclass

from circletake.film.pulls import PullRequest

DEFAULT = "{show}_{event:03}_{reel}_v{version:03}.{frame:04}.exr"
_NUMBERS, _TEXTS = {"event", "version", "frame"}, {"show", "reel", "clip", "cut"}
_ENDING = re.compile(r"(?P<shot>.+)(?P<mark>[._-])\{frame(?P<width>(:0?[1-9])?)\}\.exr")
_WIDTH = re.compile(r"(0?[1-9])?")
_LONGEST = 200
#: What studios allow in a name; the rest becomes an underscore.
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class NameTemplate:
    """How shots and frames are called."""

    shot: str
    mark: str
    width: str

    @classmethod
    def parse(cls, text: str) -> "NameTemplate":
        """The text of a template → itself. Raises `ValueError` with a sentence."""
        found = _ENDING.fullmatch(text)
        if found is None:
            raise ValueError(f"A template ends with the frame's number: …{{frame:04}}.exr, as in {DEFAULT}")
        try:
            parts = list(string.Formatter().parse(found["shot"]))
        except ValueError as error:
            raise ValueError(f"The template cannot be read: {error}.") from error
        for literal, field, width, conversion in parts:
            if _UNSAFE.search(literal):
                raise ValueError(f"{literal!r} cannot be in a name: letters, digits, '.', '_' and '-' only.")
            if field is None:
                continue
            if field not in (_NUMBERS | _TEXTS) - {"frame"} or conversion:
                raise ValueError(f"{{{field}}} is no field: {', '.join(sorted(_NUMBERS | _TEXTS))} are.")
            if width and (field in _TEXTS or not _WIDTH.fullmatch(width)):
                raise ValueError(f"{{{field}:{width}}} is no width: {{event:03}} is one.")
        return cls(found["shot"], found["mark"], found["width"])

    def name_shot(self, request: PullRequest, *, show: str, cut: str, version: int) -> str:
        """A request → its shot's name. Raises `ValueError` where nothing is left of it, or it is too long."""
        original = request.original
        named = self.shot.format(
            show=safe(show), event=request.event, reel=safe(original.reel or original.title), clip=safe(original.title),
            cut=safe(cut), version=version,
        ).lstrip(".-")  # fmt: skip
        if not 0 < len(named) <= _LONGEST:
            raise ValueError(f"The template makes a name of {len(named)} characters; 1 to {_LONGEST} are possible.")
        return named

    def name_frame(self, shot: str, number: int) -> str:
        """A shot's name and a frame's number → the file's name."""
        return f"{shot}{self.mark}{format(number, self.width[1:])}.exr"


def safe(text: str) -> str:
    """Any text → what of it may stand in a name; never empty, never a step to another folder."""
    plain = _UNSAFE.sub("_", text.strip())[:64].strip("._-")
    return re.sub(r"\.{2,}", ".", plain) or "unnamed"
