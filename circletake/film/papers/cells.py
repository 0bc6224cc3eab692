"""One cell of a paper → what it says: names of clips, a yes or no, a rate, a timecode, a camera. None: it says nothing.

How cells are written: knowledge of the field; `--` and `n.a.` stand in ARRI's metadata CSV, `<NONE>` in the manual of
Sound Devices' 664.
"""

import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from circletake.contracts.takes import Flag
from circletake.film.papers.slating import is_mangled, word_flag
from circletake.film.report import in_decimals

#: What people and programs write where nothing is said.
UNSAID = frozenset({"-", "--", "---", "–", "—", "?", "??", "n/a", "n.a.", "n.a", "#n/a", "<none>"})
_YES = frozenset({"x", "✓", "✔", "☑", "☒", "yes", "y", "1", "true", "t", "*", "@", "●", "circled", "circle", "print",
                  "printed", "p", "good", "on", "ja", "j", "k", "oui", "bonne", "sí", "si", "buena", "sì",
                  "buona"})  # fmt: skip
#: NG is no good, NK no "Kopierer".
_NO = frozenset({"", "no", "n", "0", "false", "f", "ng", "n.g.", "nk", "off", "☐", "○", "nein", "non"})
#: The shape of SMPTE ST 12-1's label; people leave away a zero and the frames. Whether there is such a label is only
#: known at a rate.
_TIMECODE = re.compile(r"\d{1,2}:\d\d:\d\d(?:[:;.]\d{2,3})?", re.ASCII)
_CAMERA = re.compile(r"(?:CAM(?:ERA)?[ .#-]*)?(?P<letter>[A-Z])(?:[ .-]*CAM(?:ERA)?)?", re.ASCII | re.IGNORECASE)
#: As cameras after ARRI's and RED's manner name clips: A001C003, A_0001C003, A001_C003, and C003 on a known roll.
_ROLL = r"(?:[A-Z][A-Z_]?\d{3,4}[_-]?)"
_CLIP = rf"(?:{_ROLL}?[CD]\d{{3,4}}(?:_[A-Z0-9]+)*(?:\.[A-Z0-9]{{2,4}})?)"
_LIKE_A_CLIP = re.compile(_CLIP, re.ASCII | re.IGNORECASE)
_RANGE = re.compile(
    rf"(?P<first>{_CLIP})\s*(?:-|–|—|→|\.{{2,3}}|…|TO|THRU|THROUGH)\s*(?P<last>{_CLIP}|\d{{1,4}})",
    re.ASCII | re.IGNORECASE,
)
_NUMBERED = re.compile(rf"(?P<before>{_ROLL}?[CD])(?P<number>\d{{3,4}})", re.ASCII | re.IGNORECASE)
_LETTER = re.compile(r"([A-Z])_?\d{3,4}[_-]?[CD]\d{3,4}", re.ASCII | re.IGNORECASE)
#: As long as a line of a contract is; nothing that is longer is a name.
_LONGEST = 500
#: Spreadsheets keep a number as it is written behind ="…", and text that is no formula behind an apostrophe.
_KEPT = re.compile(r'="(.*)"', re.DOTALL)
_APOSTROPHE = re.compile(r"'(?=\s*[=+\-@])")
_FLAGS = {str(flag): flag for flag in Flag}
_LISTS = ("clips", "sounds")
#: Where people write MOS when there is no sound to name.
_OF_SOUND = ("sounds", "sound_roll")
#: More clips than a card has of one take.
_MOST = 200


class Marks(frozenset[Flag]):
    """Flags that a cell marks, beside or instead of what its column holds."""


def read_cell(field: str, cell: str) -> Any:
    """A cell in a field's or flag's column → its value or its marks; None where it says nothing.

    Raises `ValueError` where it can be no such value.
    """
    # The same few words stand in thousands of cells.
    return _read_short(field, cell) if len(cell) < 40 else _read(field, cell)


def _read(field: str, cell: str) -> Any:
    if field == "note":
        text = _bare(cell).strip()
    else:
        text = " ".join(_bare(cell.replace("\n", ",") if field in _LISTS else cell).split())
    if not text or text.casefold() in UNSAID:
        return None
    if field in _FLAGS:
        return read_flag(_FLAGS[field], text)
    if field in _OF_SOUND and text.casefold() == "mos":
        return Marks({Flag.MOS})
    read = _READERS.get(field)
    return (read(text) or None) if read else _checked(field, text)


_read_short = lru_cache(maxsize=1 << 15)(_read)


def _bare(cell: str) -> str:
    if kept := _KEPT.fullmatch(cell):
        return kept[1]
    return _APOSTROPHE.sub("", cell, count=1) if cell.startswith("'") else cell


def _checked(field: str, text: str) -> str:
    """A text → itself, where it can be what its column holds. Raises `ValueError`."""
    if len(text) > _LONGEST:
        raise ValueError("is too long")
    if field in ("slate", "setup", "scene", "take") and is_mangled(text):
        raise ValueError("is what a spreadsheet makes of a slate")
    if field in ("starts", "ends") and not is_timecode(text):
        raise ValueError("is no timecode")
    return text


def _names_of_rates() -> dict[str, Fraction]:
    """23.976, 23.98, 23.97 and so on → the rate: SMPTE ST 2051's, and their multiples that cameras have."""
    exact = [Fraction(base * 1000, 1001) for base in (24, 30, 48, 60, 72, 90, 96, 120, 240)]
    cut = {in_decimals(Fraction(int(rate * 100), 100)): rate for rate in exact}
    return cut | {in_decimals(rate, digits): rate for rate in exact for digits in (2, 3, 4, 5, 6)}


_RATES = _names_of_rates()
_RATE = re.compile(
    r"(?P<number>\d{1,12}(?:\.\d{1,6})?|\d{1,12}/[1-9]\d{0,11})\s*(?:FPS|FR/S|P)?", re.ASCII | re.IGNORECASE
)


def read_rate(text: str) -> Fraction:
    """'23.976', '48 fps', '24000/1001' → the exact rate. Raises `ValueError` for decimals that no rate is called by."""
    match = _RATE.fullmatch(text)
    number = match["number"] if match else ""
    short = number.rstrip("0").rstrip(".") if "." in number else number
    rate = _RATES.get(short) or Fraction(short if short and "." not in short else 0)
    if not rate:
        raise ValueError("is no rate that cameras have")
    return rate


def write_rate(rate: Fraction) -> str:
    """A rate → as people write it, where that reads back exactly, else as a fraction."""
    short = in_decimals(rate)
    known = _RATES.get(short) or (Fraction(short) if "." not in short else None)
    return short if known == rate else f"{rate.numerator}/{rate.denominator}"


def is_timecode(text: str) -> bool:
    return _TIMECODE.fullmatch(text) is not None


def read_camera(text: str) -> str:
    """'A Cam', 'CAMERA A' → A; what is no letter stays as it is."""
    match = _CAMERA.fullmatch(text)
    return match["letter"].upper() if match else text


def camera_of(clips: tuple[str, ...]) -> str | None:
    """Names of clips → the letter of the camera that they all begin with."""
    letters = {match[1].upper() if (match := _LETTER.match(name)) else None for name in clips}
    return letters.pop() if len(letters) == 1 else None


def read_flag(flag: Flag, text: str) -> bool | None:
    """A cell in a flag's column → yes, no, or None where it is not said. Raises `ValueError` for other words."""
    word = text.casefold()
    if word in UNSAID:
        return None
    if word in _YES or word_flag(text) is flag:
        return True
    if word in _NO:
        return False
    raise ValueError("is neither yes nor no")


def read_flags(text: str) -> Marks:
    """'PU, MOS' → those flags. Raises `ValueError` where a word is none."""
    words = [word.strip() for word in re.split(r"[,;+&]|(?<!P)/", text, flags=re.IGNORECASE)]
    flags = [word_flag(word) for word in words if word]
    if None in flags:
        raise ValueError("has a word that is no mark of a take")
    return Marks(flag for flag in flags if flag)


def read_names(text: str) -> tuple[str, ...]:
    """A list of clips or sound files, with ranges among them → each one's name, without folders.

    Of a range the first and the last are as they are written, those between as people say them: A001C004. Raises
    `ValueError` for a range that no numbers lie in, and for more names than one take has.
    """
    if text.isalnum():
        return (text,)
    parts = re.split(r"[,;|]", text, maxsplit=_MOST)
    names: dict[str, None] = {}
    for part in parts:
        names |= dict.fromkeys(name for name in _names_in(part.strip()) if name)
        if max(len(parts), len(names)) > _MOST:
            raise ValueError(f"names more than {_MOST} recordings")
    return tuple(names)


def _names_in(part: str) -> list[str]:
    if match := _RANGE.fullmatch(part):
        return _between(match["first"], match["last"])
    several = re.split(r"\s*[/&+]\s*|\s+(?:AND\s+)?", part, flags=re.IGNORECASE)
    if len(several) > 1 and all(_LIKE_A_CLIP.fullmatch(name) for name in several):
        return several
    return [re.split(r"[/\\]", part.rstrip("/\\"))[-1]]


def _between(first: str, last: str) -> list[str]:
    start = _NUMBERED.match(first)
    end = _NUMBERED.match(last)
    before = start["before"] if start else ""
    until = end["number"] if end else last
    same = not end or end["before"].casefold() in (before.casefold(), before[-1:].casefold())
    if not start or not same or not 0 <= int(until) - int(start["number"]) < _MOST:
        raise ValueError("is no range of clips of one roll")
    width = len(start["number"])
    inner = [f"{before}{number:0{width}}" for number in range(int(start["number"]) + 1, int(until) + 1)]
    # A last one that is written whole stays so.
    if end and len(end["before"]) == len(before) and inner:
        inner[-1] = last
    return [first, *inner]


#: How a cell is read, where it is not text as it stands.
_READERS: dict[str, Callable[[str], Any]] = {
    "note": str,
    "clips": read_names,
    "sounds": read_names,
    "flags": read_flags,
    "sensor_fps": read_rate,
    "camera": read_camera,
}
