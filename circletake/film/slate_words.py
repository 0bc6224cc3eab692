"""The words on slates: which are labels, and how each field is written.

Sources: slates as they are sold in the US and the UK, and script supervisors' practice, which leaves out the letters I
and O because they look like 1 and 0: knowledge of the field. None of it was checked on a real slate here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """What a label on a slate asks for. Those after MOS are known so that nobody takes their values for others'."""

    SCENE = "SCENE"
    TAKE = "TAKE"
    ROLL = "ROLL"
    CAMERA = "CAMERA"
    MOS = "MOS"
    SLATE = "SLATE"
    SOUND = "SOUND"
    PRODUCTION = "PRODUCTION"
    DIRECTOR = "DIRECTOR"
    PHOTOGRAPHY = "PHOTOGRAPHY"
    DATE = "DATE"
    UNIT = "UNIT"
    EPISODE = "EPISODE"
    OPTION = "OPTION"
    OPTICS = "OPTICS"


#: As printed; blanks and dots may be missing. Longer ones come first where one begins with another.
_PRINTED = {
    Label.SCENE: ("SCENE", "SCN", "SC"),
    Label.SLATE: ("SLATE", "SLT"),
    Label.TAKE: ("TAKE", "TK"),
    Label.ROLL: ("CAMERA ROLL", "CAM ROLL", "ROLL", "REEL", "CARD", "MAG"),
    Label.CAMERA: ("CAMERA", "CAM"),
    Label.SOUND: ("SOUND ROLL", "SND ROLL", "SOUND", "AUDIO", "SR"),
    Label.PRODUCTION: ("PRODUCTION", "PROD CO", "PROD", "TITLE", "COMPANY", "SHOW"),
    Label.DIRECTOR: ("DIRECTOR", "DIR"),
    Label.PHOTOGRAPHY: ("DIRECTOR OF PHOTOGRAPHY", "CINEMATOGRAPHER", "CAMERAMAN", "D O P", "D P"),
    Label.DATE: ("DATE",),
    Label.UNIT: ("UNIT",),
    Label.EPISODE: ("EPISODE", "EP"),
    Label.OPTION: ("DAY", "NIGHT", "NITE", "INT", "EXT", "SYNC"),
    Label.OPTICS: ("FPS", "LENS", "FILTER", "SHUTTER", "ISO", "STOP", "T STOP", "WB", "TC"),
}
#: What may follow a label without a blank: only what the value's own grammar begins with.
_JOINED = {
    Label.SCENE: r"[A-Z]{1,2}\d",
    Label.SLATE: r"[A-Z]{1,2}\d",
    Label.ROLL: r"[A-Z][\dO]",
    Label.CAMERA: r"[A-HX-Z]$",
}
#: Before a label stands no letter, but for the last one of a value that a dropped blank joined to it.
_BEFORE = r"(?:(?<![A-Z])|(?<=\d[A-Z]))"
_LABEL = re.compile(
    "|".join(
        f"(?P<{label}>{_BEFORE}(?:{'|'.join(words)})(?=[^A-Z]|$|{_JOINED.get(label, '$')}))"
        for label, printed in _PRINTED.items()
        for words in [[re.sub(" ", r"[\\s.]*", word) for word in printed]]
    )
)
#: What may stand in one line with the label of a scene, take or roll, and is not another word.
_MAY_FOLLOW = re.compile(r"[\s.:#-]*[A-Z]{0,2}[\dIO][\dA-Z-]{0,6}(?:\s?PT\s?\d{1,2})?[\s.]*", re.IGNORECASE)
#: In front of its label: "A CAM".
_LETTERED_CAMERA = re.compile(r"(?P<letter>[A-HX-Z])[\s.-]*C.?.?M(?:ERA)?")
#: Shorter ones resemble too many.
_WORD = 4
#: Digits that are misread letters where a word can only be a label.
_AS_LETTERS = str.maketrans("0158", "OISB")
_DIGITS = "0123456789"
#: Of a scene's letters and a roll's.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
#: Where a field has nothing but digits, these are digits.
_ALSO_DIGITS = {"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"}
#: Written small they look like other letters: b like 6, l like 1.
_AMBIGUOUS_SMALL = frozenset("bgiloq")
_DASHES = frozenset("-–—一_~")
_ONES = ("I", "l", "|")
_MARKS = " .:;,'\"#"
#: A letter whose readings that the field allows are together less probable was not read at all.
_MASS = 0.02
#: A scene's last digit may be a letter where one is as probable as this: 26Q was read as 260, 57S as 575.
_EITHER = 0.01
#: What no field has.
_UNREAD = "?"
_LETTER = f"[{_LETTERS}]"
_NO_LETTER = re.compile(rf"\D{{0,2}}\d+(?![^{re.escape(''.join(sorted(_DASHES)))}])")
_SCENE = re.compile(rf"{_LETTER}{{0,2}}\d{{1,4}}{_LETTER}{{0,3}}(?:-\d{{1,2}})?(?: PT\d{{1,2}})?")
_TAKE = re.compile(r"0*(?P<number>[1-9]\d{0,2})")
_ROLL = re.compile(rf"{_LETTER}\d{{1,4}}|\d{{1,3}}")
_CAMERA = "ABCDEFGHXYZ"
_PART = re.compile(r"[\s.]*PT[\s.]*(?=[\dIO|]{1,2}$)", re.IGNORECASE)
_CAM = re.compile(r"(?<=\w)[\s.-]*C.?.?M(?:ERA)?$", re.IGNORECASE)

#: One letter as it was read: what it may be, with probabilities, the likeliest first.
Letter = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """A value in one spelling, and how sure its least sure letter is."""

    text: str
    confidence: float


def split(text: str) -> list[tuple[Label | None, int, int]]:
    """A line → its labels and what stands between them, each with the letters that it covers.

    A line that begins with other words is text as a whole, and so is one in which a label is followed by what its
    field cannot hold: in a sentence "take" is no label.
    """
    raised = _raised(text)
    if match := _LETTERED_CAMERA.fullmatch(raised.strip(" .:-")):
        # A label without width: what it labels follows it, as everywhere else.
        at = raised.index(match["letter"])
        return [(Label.CAMERA, at, at), (None, at, at + 1)]
    found = [(Label(str(match.lastgroup)), match.start(), match.end()) for match in _LABEL.finditer(raised)]
    if not found or raised[: found[0][1]].strip(" .:-"):
        return [(None, 0, len(text))]
    parts: list[tuple[Label | None, int, int]] = []
    for number, (label, start, end) in enumerate(found):
        parts.append((label, start, end))
        until = found[number + 1][1] if number + 1 < len(found) else len(text)
        value = text[end:until]
        if not value.strip(" .:-#"):
            continue
        if label in (Label.SCENE, Label.SLATE, Label.TAKE, Label.ROLL) and not _MAY_FOLLOW.fullmatch(value):
            return [(None, 0, len(text))]
        parts.append((None, end, until))
    return parts


def resembles(text: str) -> Label | None:
    """A whole line in which a letter was misread, overlooked or read twice → the label that it may be.

    On a board that others prove only.
    """
    word = _raised(text).strip(" .:-").translate(_AS_LETTERS)
    near = [
        label
        for label, printed in _PRINTED.items()
        for known in printed
        if min(len(known), len(word)) >= _WORD and _same_but_one(known, word)
    ]
    return near[0] if len(set(near)) == 1 else None


def _same_but_one(one: str, other: str) -> bool:
    """Whether two words are the same but for a letter that is another one, too many, or missing."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) <= 1
    shorter, longer = sorted((one, other), key=len)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def read_value(label: Label, letters: Sequence[Letter]) -> Reading | None:
    """The letters in a cell → its value; None where the field's grammar has none like it.

    Each letter is read as what it most probably is among those that the field may have there. So O is 0 in a take,
    and in a scene, too, unless C or D is the likelier misreading.
    """
    letters = _without_marks(letters)
    return _READERS[label](letters) if letters else None


def is_mos(text: str) -> bool:
    return re.fullmatch(r"M\.?[O0]\.?S\.?", text.strip().upper()) is not None


def said(letters: Sequence[Letter]) -> str:
    """Letters → the text, each being what it most probably is."""
    return "".join(max(letter, key=letter.__getitem__) for letter in letters if letter)


def _without_marks(letters: Sequence[Letter]) -> list[Letter]:
    kept = [letter for letter in letters if letter and not said([letter]).isspace()]
    while kept and said(kept[:1]) in _MARKS:
        kept.pop(0)
    while kept and said(kept[-1:]) in _MARKS:
        kept.pop()
    return kept


def _among(letter: Letter, allowed: str) -> Reading:
    """A letter → the likeliest of those that are allowed."""
    only_digits = allowed == _DIGITS
    found = dict.fromkeys(allowed, 0.0)
    for read, probability in letter.items():
        dashed = "-" if read in _DASHES else read
        small = read not in _AMBIGUOUS_SMALL and len(read.upper()) == 1
        known = _ALSO_DIGITS.get(read, dashed) if only_digits else dashed.upper() if small else dashed
        if known in found:
            found[known] += probability
    mass = sum(found.values())
    if mass < _MASS:
        return Reading(_UNREAD, 0.0)
    text = max(found, key=found.__getitem__)
    return Reading(text, min(1.0, found[text] / mass))


def _joined(readings: Sequence[Reading]) -> Reading:
    return Reading("".join(each.text for each in readings), min(each.confidence for each in readings))


def _scene(letters: Sequence[Letter]) -> Reading | None:
    text = said(letters)
    part = _PART.search(text)
    head = letters[: part.start()] if part else letters
    # Nobody writes the letter I: in front it is 1.
    first = [{"1": 1.0} if said(head[:1]) in _ONES else letter for letter in head[:1]]
    head = [*first, *head[1:]]
    if not re.search(r"\d", said(head)) or _may_end_in_letter(head):
        return None
    read = _joined([_among(letter, _DIGITS + _LETTERS + "-") for letter in head])
    if part:
        number = _joined([_among(letter, _DIGITS) for letter in letters[part.end() :]])
        read = Reading(f"{read.text} PT{number.text}", min(read.confidence, number.confidence))
    return read if _SCENE.fullmatch(read.text) else None


def _may_end_in_letter(head: Sequence[Letter]) -> bool:
    """Whether a scene ends in a digit, but for what a dash parts from it, and the digit may be a letter."""
    number = _NO_LETTER.match(said(head))
    if number is None:
        return False
    last = head[number.end() - 1]
    return max((last.get(letter, 0.0) for letter in _LETTERS), default=0.0) >= _EITHER


def _take(letters: Sequence[Letter]) -> Reading | None:
    read = _joined([_among(letter, _DIGITS) for letter in letters])
    match = _TAKE.fullmatch(read.text)
    return match and Reading(match["number"], read.confidence)


def _roll(letters: Sequence[Letter]) -> Reading | None:
    kept = [letter for index, letter in enumerate(letters) if index != 1 or said([letter]) not in _DASHES]
    if not any(_ALSO_DIGITS.get(letter, letter) in _DIGITS for letter in said(kept)):
        return None
    read = _joined([_among(kept[0], _LETTERS + _DIGITS), *(_among(letter, _DIGITS) for letter in kept[1:])])
    # Four digits alone are a roll whose letter was taken for one: 8001 is B001.
    return read if _ROLL.fullmatch(read.text) else None


def _camera(letters: Sequence[Letter]) -> Reading | None:
    cam = _CAM.search(said(letters))
    letter = _without_marks(letters[: cam.start()] if cam and cam.start() else letters)
    return _among(letter[0], _CAMERA) if len(letter) == 1 else None


_READERS: dict[Label, Callable[[Sequence[Letter]], Reading | None]] = {
    Label.SCENE: _scene,
    Label.SLATE: _scene,
    Label.TAKE: _take,
    Label.ROLL: _roll,
    Label.CAMERA: _camera,
}


def _raised(text: str) -> str:
    """Upper case, letter for letter: positions in the text stay what they are."""
    return "".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in text)
