"""What stands in the columns of scene, setup, slate and take → each by itself, and the flags that stand beside them.

American slates say the scene with its setup's letters (12A), British ones a number alone (127), and papers write the
take behind either: 12A/3, 12A-3, 127 T3, 12A PU 3. What is written in a way of its own (Chase) stays as it is. The
marks: script supervisors' practice, knowledge of the field, not checked on real papers.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from circletake.contracts.takes import Flag

#: American slates have the scene with its setup's letters: 12, 12A, A12C, 12A-PU.
_LETTERED = re.compile(r"(?P<scene>[A-Z]{0,2}\d+)[A-Z]{1,3}\b", re.ASCII | re.IGNORECASE)
#: As people write them beside a slate or a take, the longer ones first.
_WORDS = {
    Flag.PICKUP: r"PICK[ -]?UP|P/?U",
    Flag.SERIES: r"SERIES|SER",
    Flag.MOS: r"M\.?O\.?S\.?",
    Flag.TAIL_SLATE: r"TAIL(?:[ -]?SLATE)?|END[ -]?(?:SLATE|BOARD)|TS|EB",
    Flag.FALSE_START: r"FALSE[ -]?START|FS",
    Flag.WILD_TRACK: r"WILD(?:[ -]?(?:TRACK|LINES?|SOUND))?|WT",
    Flag.VFX_REFERENCE: r"VFX[ -]?REF(?:ERENCE)?",
    Flag.CIRCLED: r"CIRCLED?|PRINT(?:ED)?|KOPIER(?:ER|T)|CERCL[ÉéE]E?|ENTOUR[ÉéE]E?",
}
_WORD = "|".join(f"(?P<{flag}>{words})" for flag, words in _WORDS.items())
_NAMED = re.compile(_WORD, re.ASCII | re.IGNORECASE)
_WILD = re.compile(rf"(?:{_WORDS[Flag.WILD_TRACK]})(?![A-Z])", re.ASCII | re.IGNORECASE)
#: No setup is called PU, and SER and MOS are far beyond the letters that a scene gets to.
_GLUED = r"(?:PU|SER|MOS)"
_HEAD = re.compile(
    rf"(?:(?:SCENE|SCN?|SLATE|SLT?)\b[ .#:]*)?(?P<front>{_GLUED}[ /_-]*)?"
    rf"(?P<head>(?P<scene>[A-Z]{{0,2}}\d+)(?P<letters>[A-Z]{{0,3}}?))(?=$|[ /_,*@-]|{_GLUED}|(?:TAKE|TK|T)[ .#]*\d)",
    re.ASCII | re.IGNORECASE,
)
_PART = re.compile(
    rf"[ /_,-]*(?:(?:{_WORD})(?![A-Z])|(?P<called>TAKE|TK|T)?[ .#]*(?P<number>\d+)(?={_GLUED}|[^A-Z\d]|$))"
    r"|(?P<mark> ?[*@])",
    re.ASCII | re.IGNORECASE,
)
_TAKE = re.compile(r"(?:TAKE|TK|T)?[ .#-]*(?P<number>\d+)(?:\.0+)?(?P<behind>\D*)", re.ASCII | re.IGNORECASE)
_PARTED = re.compile(r"[,;\n]")
_MARKED = re.compile(rf"[ .]*(?:{_WORD})[ .]*(?:[,;\n]|$)", re.ASCII | re.IGNORECASE)
#: What is another word in a note as often: full shot, tight shot, an eyeball, wide, and what actors and cameras do.
_NO_MARK_OF_A_NOTE = frozenset({"fs", "ts", "eb", "wt", "wild", "tail", "circle", "cercle"})
#: What else begins a note may as well tell what happened: a false start before it went well, a print with its faults.
_BEFORE_A_NOTE = frozenset({Flag.PICKUP, Flag.SERIES, Flag.MOS, Flag.TAIL_SLATE})
_CIRCLES = re.compile(r"^[*@✓✔] ?| ?[*@✓✔]$")
#: Of "⑫" and "⒀" Unicode says that they are circled, or in brackets.
_ENCLOSED = ("CIRCLED ", "PARENTHESIZED ", "DOUBLE CIRCLED ", "NEGATIVE CIRCLED ", "DINGBAT ")
#: What spreadsheets make of 12-3, and of setup E of scene 12 with its take: a date, and a number.
_MANGLED = re.compile(
    r"\d{1,2}[-. ]{1,2}(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[-. ]{1,2}\d{1,2}|\d+(?:[.,]\d+)?E[+-]\d+",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Slated:
    """What a slate says in one word. `head`: 12A or 127; `shot`: a number between scene and take, as 3 in 12/3/1."""

    head: str
    scene: str
    lettered: bool
    shot: str | None = None
    take: str | None = None
    #: Whether a word says that the take is one: 127 T3, and not 12-3, which may as well be a shot of scene 12.
    called: bool = False
    flags: frozenset[Flag] = frozenset()


@lru_cache(maxsize=1 << 12)
def scene_of(setup: str) -> str:
    """A setup as American slates have it → its scene: 12A → 12, and 12 alone is the master of its scene."""
    match = _LETTERED.match(setup)
    return match["scene"] if match else setup


def is_mangled(text: str) -> bool:
    """Whether a spreadsheet made a date or a number of a slate."""
    return _MANGLED.fullmatch(text) is not None


def is_wild(text: str) -> bool:
    """Whether what stands for a slate is a wild track's name, which is counted by itself: WT1 is no take 1."""
    return _WILD.match(text) is not None


@lru_cache(maxsize=1 << 14)
def read_slate(text: str) -> Slated | None:
    """'12A PU 3' → scene, letters, take and flags; None for what is written in another way."""
    head = _HEAD.match(text)
    if not head:
        return None
    flags, numbers, called, at = _flags_of(head["front"] or ""), [], False, head.end()
    while at < len(text):
        part = _PART.match(text, at)
        if not part or part.end() == at:
            return None
        at = part.end()
        if part["mark"]:
            flags |= {Flag.CIRCLED}
        elif part["number"]:
            numbers.append(_number(part["number"]))
            called = called or bool(part["called"])
        else:
            flags |= {Flag(str(part.lastgroup))}
    lettered = bool(head["letters"])
    if len(numbers) > (1 if lettered else 2):
        return None
    shot, take = (numbers[0] if len(numbers) == 2 else None), (numbers[-1] if numbers else None)
    return Slated(head["head"], head["scene"], lettered, shot, take, called or len(numbers) == 2, flags)


@lru_cache(maxsize=1 << 14)
def read_take(text: str) -> tuple[str | None, frozenset[Flag]]:
    """'3*', '③', '(3)', 'T03', '3 PU' → the take's number and its flags; what is written otherwise stays as it is."""
    plain, flags = _uncircled(text)
    if not plain:
        return text, frozenset()
    if words := _word_flags(plain):
        return None, flags | words
    front = _NAMED.match(plain)
    flagged = frozenset({Flag(str(front.lastgroup))}) if front else frozenset[Flag]()
    if is_wild(plain):
        return plain, flags | flagged
    match = _TAKE.fullmatch(plain[front.end() :].strip(" -/_") if front else plain)
    behind = match["behind"].strip(" -/_") if match else ""
    words = _word_flags(behind)
    if not match or (behind and not words):
        return text, frozenset()
    return _number(match["number"]), flags | flagged | words


def _uncircled(text: str) -> tuple[str, frozenset[Flag]]:
    """A take, perhaps in a circle → without it, and whether there was one."""
    flat = "".join(
        unicodedata.normalize("NFKC", letter).strip("()") or letter if _is_enclosed(letter) else letter
        for letter in text
    )
    bare = _CIRCLES.sub("", flat)
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    return bare, frozenset() if bare == text else frozenset({Flag.CIRCLED})


def _is_enclosed(letter: str) -> bool:
    return not letter.isascii() and unicodedata.name(letter, "").startswith(_ENCLOSED)


def word_flag(text: str) -> Flag | None:
    """A word as people write it → the flag: 'P/U' is a pickup."""
    match = _NAMED.fullmatch(text)
    return Flag(str(match.lastgroup)) if match else None


def note_flags(text: str) -> frozenset[Flag]:
    """A note that is a mark, or begins with one → the flag: 'MOS', and 'PU, from the door'. Words in running text mark
    nothing, and where more follows, only what a take is from its beginning: 'Printed, but boom in frame' circles none.
    """
    if not _MARKED.match(text):
        return frozenset()
    flags: list[Flag] = []
    for word in filter(None, (part.strip(" .") for part in _PARTED.split(text))):
        flag = word_flag(word) if word.casefold() not in _NO_MARK_OF_A_NOTE else None
        if flag is None:
            return _BEFORE_A_NOTE.intersection(flags)
        flags.append(flag)
    return frozenset(flags)


def _word_flags(text: str) -> frozenset[Flag]:
    """Nothing but words of flags → the flags; empty where anything else is among them."""
    found = [word_flag(word) for word in (text, *re.split(r"[ ,+]+", text))]
    if found[0]:
        return frozenset({found[0]})
    return frozenset(filter(None, found[1:])) if all(found[1:]) else frozenset()


def _flags_of(front: str) -> frozenset[Flag]:
    return _word_flags(front.strip(" /_-")) if front else frozenset()


def _number(digits: str) -> str:
    return digits.lstrip("0") or "0"
