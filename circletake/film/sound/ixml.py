"""iXML: what a sound recorder writes into its files as XML, → the values that the papers of a day need.

Source: the iXML specification (Gallery, ixml.info), "Object Details": every element is optional. It asks for UTF-8 or
another encoding of Unicode; what recorders write is told by the bytes, as what their declarations say is often wrong.
Rates are fractions there; that some write 23.98 is knowledge of the field, not checked on a real file.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from circletake.contracts.errors import Rejected
from circletake.contracts.takes import Flag
from circletake.film.manifests.xml import Element, Sidecar, bare, parse, shown

_IXML = Sidecar("its iXML", "")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
#: All that recorders count in. Nothing else lies within three parts in ten thousand of one.
_RATES = (*(Fraction(rate) for rate in (24, 25, 30, 48, 50, 60)), *(Fraction(n * 1000, 1001) for n in (24, 30, 48, 60)))
_NEAR = Fraction(3, 10_000)
_NUMBER = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(?:\s*/\s*(\d{1,9}))?", re.ASCII)
_TAKE_TYPES = {"FALSE_START": Flag.FALSE_START, "WILD_TRACK": Flag.WILD_TRACK, "PICKUP": Flag.PICKUP}
_SAID = {"TRUE": True, "FALSE": False, "1": True, "0": False, "YES": True, "NO": False}
_KEPT = frozenset(
    {
        "SCENE", "TAKE", "TAPE", "NOTE", "CIRCLED", "NO_GOOD", "FALSE_START", "WILD_TRACK", "TAKE_TYPE", "UBITS",
        "FILE_SET", "FAMILY_UID", "SPEED", "MASTER_SPEED", "CURRENT_SPEED", "TIMECODE_RATE", "TIMECODE_FLAG",
        "FILE_SAMPLE_RATE", "DIGITIZER_SAMPLE_RATE", "TIMESTAMP_SAMPLE_RATE", "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI",
        "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO", "TRACK_LIST", "TRACK", "CHANNEL_INDEX", "INTERLEAVE_INDEX", "NAME",
    }
)  # fmt: skip


@dataclass(slots=True)
class Ixml:
    """The document, or nothing where it cannot be read, and `remarks` on what is odd in it."""

    root: Element | None = None
    remarks: list[str] = field(default_factory=list)

    def text(self, *path: str) -> str | None:
        """SPEED, NOTE → what stands there; None where nothing does."""
        found = next(self._all(*path), None)
        return _text(found) if found else None

    def rate(self, *path: str) -> Fraction | None:
        """→ a frame rate, exactly."""
        text = self.text(*path)
        rate = read_rate(text) if text else None
        if text and rate is None:
            self.remarks.append(f"Its iXML has {shown(text)} for {path[-1]}, which is no frame rate.")
        return rate

    def count(self, *path: str) -> int | None:
        """→ a whole number below 2³²."""
        text = self.text(*path)
        number = _whole(text)
        if text and number is None:
            self.remarks.append(f"Its iXML has {shown(text)} for {path[-1]}, which is no number.")
        return number

    def flags(self) -> dict[Flag, bool]:
        """→ what is said of each flag: by its own element, or in the list of take types that iXML 2 has instead."""
        named = {"CIRCLED": Flag.CIRCLED, "FALSE_START": Flag.FALSE_START, "WILD_TRACK": Flag.WILD_TRACK}
        said = {flag: _SAID.get((self.text(tag) or "").upper()) for tag, flag in named.items()}
        types = {each.strip().upper() for each in (self.text("TAKE_TYPE") or "").split(",")}
        if "NO_GOOD" in types or _SAID.get((self.text("NO_GOOD") or "").upper()):
            self.remarks.append("Sound calls this take no good.")
        flags = {flag: value for flag, value in said.items() if value is not None}
        return flags | {flag: True for name, flag in _TAKE_TYPES.items() if name in types}

    def tracks(self, channels: int) -> dict[int, str]:
        """→ channel of the file, counted from 1 → the track's name."""
        names: dict[int, str] = {}
        for track in self._all("TRACK_LIST", "TRACK"):
            values = {bare(child.tag): _text(child) for child in track.children}
            # Where tracks are not armed, a recorder's channel 3 may be the file's second.
            channel = _whole(values.get("INTERLEAVE_INDEX") or values.get("CHANNEL_INDEX"))
            if channel is None or not 1 <= channel <= channels:
                self.remarks.append("Its iXML names a track that is not in the file.")
            elif name := values.get("NAME"):
                names.setdefault(channel, name)
        return names

    def _all(self, *path: str) -> Iterator[Element]:
        found = [self.root] if self.root else []
        for name in path:
            found = [child for element in found for child in element.children if bare(child.tag) == name]
        yield from found


def read_ixml(body: bytes) -> Ixml:
    """The bytes of an iXML chunk → its document. What cannot be read is a remark: the sound is whole without it."""
    text = _decoded(body).replace("\x00", " ").strip()
    if not text:
        return Ixml()
    try:
        # Told as UTF-8, whatever it says of itself. Elements that nobody asks for are not kept.
        root = parse(_IXML, _DECLARATION.sub("", text).encode(), lambda _, element: bare(element.tag) not in _KEPT)
    except Rejected as rejected:
        return Ixml(remarks=[f"Its iXML cannot be read. {rejected.verdict.sentence}"])
    if bare(root.tag) != "BWFXML":
        return Ixml(remarks=["Its iXML chunk holds something else than iXML."])
    return Ixml(root)


def read_rate(text: str) -> Fraction | None:
    """24000/1001, 23.976, 23.98 or 25 → the exact rate; None for what is none."""
    found = _NUMBER.fullmatch(text.strip())
    if not found or int(found[2] or 1) == 0:
        return None
    told = Fraction(found[1]) / int(found[2] or 1)
    return next((rate for rate in _RATES if abs(told - rate) <= rate * _NEAR), None)


def _text(element: Element) -> str | None:
    return "".join(element.pieces).strip() or None


def _whole(text: str | None) -> int | None:
    number = int(text) if text and len(text) <= 10 and text.isascii() and text.isdigit() else None
    return number if number is not None and number < 1 << 32 else None


def _decoded(body: bytes) -> str:
    """Bytes → text, by their first four: a mark, or the NULs beside an ASCII letter in UTF-16; else UTF-8."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif body[:2] in (b"<\0", b"\0<"):
        encoding = "utf-16-le" if body[1] == 0 else "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        # A NUL that pads the chunk may be half a letter.
        return body[: len(body) // 2 * 2 if encoding.startswith("utf-16") else len(body)].decode(encoding)
    except UnicodeDecodeError:
        # Written by a program that knows no Unicode. As in bext, where Latin-1 is what there is.
        return body.decode("latin-1")
