"""Texts in a picture. They reach FFmpeg only through files of ours, so that a hostile name is only letters."""

import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from circletake.film.timing import Timecode, dropped_labels, frames_in_a_day, nominal
from circletake.media.launcher import Workbench
from circletake.media.typeface import Typeface

_TYPEFACE = "letters.ttf"
#: Half as dark as the picture behind it: white letters stay readable on snow.
_BEHIND, _OUTLINE = "black@0.5", "black"


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and where it stands.

    `name` is its file on the bench. `size` is that of its letters in parts of the picture's height, so that it looks
    the same in every size of the picture; `x` and `y` are drawtext's expressions, of ours alone. `running` is a text
    of ours in which drawtext counts frames from `first` on; every other one is drawn as it stands.
    """

    name: str
    content: str
    size: float
    x: str
    y: str
    running: bool = False
    first: int = 0
    #: Letters on a dark box; without it they are outlined and let the picture through.
    boxed: bool = True


def lay_out(bench: Workbench, texts: Sequence[Text], face: Typeface) -> None:
    """Texts and their typeface → on the bench, under names of ours."""
    if texts:
        shutil.copyfile(face.path, bench.directory / _TYPEFACE)
    for text in texts:
        (bench.directory / text.name).write_text(text.content, encoding="utf-8")


def lettered(picture: Any, texts: Sequence[Text]) -> Any:
    """A picture → the same with the texts in it that lie on the bench."""
    for text in texts:
        look = {"box": 1, "boxcolor": _BEHIND, "boxborderw": 6} if text.boxed else {"alpha": 0.4, "borderw": 2}
        picture = picture.filter(
            "drawtext", fontfile=_TYPEFACE, textfile=text.name, expansion="normal" if text.running else "none",
            start_number=text.first, fontsize=f"h*{text.size:.5f}", fontcolor="white", bordercolor=_OUTLINE,
            x=text.x, y=text.y, y_align="font", **look,
        )  # fmt: skip
    return picture


def running_timecode(start: Timecode) -> str:
    """A clip's first timecode → a text in which drawtext writes frame n's label, at every rate, past midnight.

    drawtext's own `timecode` writes two digits of frames and drops labels at 29.97 alone, so the label is counted here
    as `Timecode` does it; the numbers are whole and far below what a double holds exactly.
    """
    base, day = nominal(start.rate), frames_in_a_day(start.rate, start.drop)
    frames = f"st(0,mod(n+{start.frames},{day}))"
    if start.drop:
        skipped = dropped_labels(start.rate)
        minute = 60 * base - skipped
        ten = 10 * minute + skipped
        short = f"trunc(max(0,mod(ld(0),{ten})-{skipped})/{minute})"
        frames += f";st(0,ld(0)+{skipped}*(9*trunc(ld(0)/{ten})+{short}))"
    parts = (
        (f"trunc(ld(0)/{3600 * base})", 2),
        (f"mod(trunc(ld(0)/{60 * base}),60)", 2),
        (f"mod(trunc(ld(0)/{base}),60)", 2),
        (f"mod(ld(0),{base})", len(str(start).rpartition(";" if start.drop else ":")[2])),
    )
    hour, minutes, second, frame = (f"%{{eif:{frames};{part}:d:{digits}}}" for part, digits in parts)
    return f"{hour}:{minutes}:{second}{';' if start.drop else ':'}{frame}"


def running_number(frames: int) -> str:
    """How many frames there are → a text in which drawtext writes each one's number, always as wide."""
    return f"%{{eif:n:d:{len(str(max(frames - 1, 0)))}}}"


def fitting(text: str, face: Typeface, width: float) -> str:
    """Any text → one line of letters that the typeface has, no wider than `width` of their size.

    What is too long is shortened in the middle. What it lacks, and what is invisible or turns the writing, is spelt
    [U+202E], so that it still says which name it is.
    """
    letters = [_spelt(letter, face) for letter in unicodedata.normalize("NFC", text)]
    if sum(map(face.width, letters)) <= width:
        return "".join(letters)
    head, tail, room = 0, len(letters), width - face.width("…")
    while True:
        at = head if head <= len(letters) - tail else tail - 1
        room -= face.width(letters[at])
        if room < 0:
            return "".join([*letters[:head], "…", *letters[tail:]])
        head, tail = (head + 1, tail) if at == head else (head, tail - 1)


def unlettered(text: str, face: Typeface) -> str:
    """Any text → its letters that the typeface has not, each once. What is invisible in every typeface is none."""
    letters = dict.fromkeys(unicodedata.normalize("NFC", text))
    return "".join(letter for letter in letters if _is_visible(letter) and not face.has(letter))


def _spelt(letter: str, face: Typeface) -> str:
    shown = letter == " " or _is_visible(letter)
    return letter if shown and face.has(letter) else f"[U+{ord(letter):04X}]"


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "CZ"
