"""A cut's list (CMX 3600 EDL and its wider kin) → its picture events, and every line of it that is none.

`pycmx` reads the lines; they are put together here, because its own events lose the second half of a transition that
no remark follows, and know neither M2 (speed) nor which FCM was in force.
"""

import io
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.looks import Cdl
from circletake.film.looks.cdl import read_asc

#: A reel of a feature has some 2,000 events; the longest line of a File128 list has 200 characters.
MAX_BYTES, MAX_EVENTS, MAX_LINE = 16 << 20, 20_000, 4_096
_SPEED = re.compile(r"M2\s+(\S.*?)\s+(-?\d{1,4}(?:\.\d{1,3})?)\s+(\d\d[:;.,]\d\d[:;.,]\d\d[:;.,]\d\d)", re.ASCII)
_EVENT_LINE = re.compile(r"\d+\s")
_LABEL = re.compile(r"\d\d:\d\d:\d\d[:;.,]\d\d", re.ASCII)
_WHOLE_REEL = "SOURCE REEL:"
_ASK = "Export the list again as a CMX 3600 EDL (plain text), one picture track a list."
#: Sources that are no recording: black, and colour bars.
BLACK, BARS, AUXILIARY = "BL", "BARS", "AX"


@dataclass(frozen=True, slots=True)
class Cut:
    """One picture event as its list has it: labels of timecode, unread.

    `transition` is C, D, W… and `over` its frames; `enters` says that this is the half that comes in. `speed` is M2's
    frames a second. `drop` says that the list's own timecode was drop-frame here.
    """

    event: int
    line: int
    reel: str
    source_in: str
    source_out: str
    record_in: str
    record_out: str
    transition: str = "C"
    over: int = 0
    enters: bool = True
    short_reel: str | None = None
    clip_name: str | None = None
    speed: Fraction | None = None
    cdl: Cdl | None = None
    drop: bool = False


@dataclass(frozen=True, slots=True)
class NotPulled:
    """An event of which nothing is pulled, and why. `asked`: it asks for a picture, so the pull is not complete."""

    event: int | None
    what: str
    why: str
    asked: bool = True


@dataclass(frozen=True, slots=True)
class CutList:
    """A list, read: its title, its picture events in order, and what else stands in it."""

    title: str
    cuts: tuple[Cut, ...]
    not_pulled: tuple[NotPulled, ...]


def read_cut(data: bytes) -> CutList:
    """The bytes of an EDL → its events. Raises `Rejected(BAD_SIDECAR)` where it is none, or larger than any."""
    from pycmx import parse_cmx3600

    # Whatever stands first is taken for the title: an empty line is.
    lines = _lines(data)
    listed = parse_cmx3600(io.StringIO("\n" + "\n".join(lines)))
    reader = _Reader(lines)
    for statement in listed.event_statements:
        reader.take(statement)
    read = reader.done()
    if not read.cuts and not read.not_pulled:
        raise Rejected(Code.BAD_SIDECAR, "This file is no EDL: there is not one event in it.", _ASK)
    return read


def _lines(data: bytes) -> list[str]:
    if len(data) > MAX_BYTES:
        raise _too_large(f"{len(data):,} bytes")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Rejected(Code.BAD_SIDECAR, f"This EDL is no UTF-8 text: byte {error.start:,} is none.", _ASK) from error
    if "\0" in text:
        raise Rejected(Code.BAD_SIDECAR, "This file is no EDL: there are zeros in its text.", _ASK)
    lines = text.splitlines()
    if max(map(len, lines), default=0) > MAX_LINE:
        raise _too_large(f"a line of more than {MAX_LINE:,} characters")
    if sum(bool(_EVENT_LINE.match(line.lstrip())) for line in lines) > MAX_EVENTS:
        raise _too_large(f"more than {MAX_EVENTS:,} events")
    # A tab is as good as a space to an editor, and not to a reader of columns.
    return [line.replace("\t", " ") for line in lines]


def _too_large(what: str) -> Rejected:
    return Rejected(Code.LIMIT_EXCEEDED, f"This EDL has {what}; no cut does.", "Cut the list by scene or by reel.")


class _Reader:
    """Statements in their order → events. What belongs to an event stands behind its line."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._title = ""
        self._drop = False
        self._event: list[Cut] = []
        self._cuts: list[Cut] = []
        self._not_pulled: list[NotPulled] = []

    def take(self, statement: Any) -> None:
        kind = type(statement).__name__
        if kind == "StmtTitle":
            self._title = self._title or statement.title
        elif kind == "StmtFCM":
            self._drop = statement.drop
        elif kind == "StmtEvent":
            self._begin(statement)
        elif kind == "StmtUnrecognized":
            self._remark(statement.content, statement.line_number)
        elif self._event:
            self._annotate(kind, statement)

    def done(self) -> CutList:
        self._close()
        return CutList(self._title, tuple(self._cuts), tuple(self._not_pulled))

    def _begin(self, event: Any) -> None:
        labels = (event.source_in, event.source_out, event.record_in, event.record_out)
        if not all(map(_LABEL.fullmatch, labels)):
            # The columns of a line that is too short are cut out of the wrong places.
            self._unreadable(event.line_number, " ".join(map(str, event[:9])))
            return
        if self._event and self._event[-1].event != event.event:
            self._close()
        if not _is_picture(event.channels):
            self._leave_out(event.event, event.source, "It is sound only.", asked=False)
            return
        if len(self._event) == 2:
            self._close()
        over = int(event.trans_op) if event.trans_op.isdecimal() else 0
        cut = Cut(event.event, event.line_number, event.source, *labels, event.trans, over, drop=self._drop)
        if self._event and event.trans != "C":
            self._event[0] = replace(self._event[0], transition=event.trans, over=over, enters=False)
        elif self._event:
            self._close()
        self._event.append(cut)

    def _annotate(self, kind: str, statement: Any) -> None:
        if kind == "StmtClipName":
            leaving = statement.affect == "from" and not self._event[0].enters
            self._change(0 if leaving else -1, clip_name=statement.name)
        elif (remark := self._lines[statement.line_number - 1].strip("* ")).startswith(("ASC_SOP", "ASC_SAT")):
            self._grade(remark)
        elif remark.startswith(_WHOLE_REEL):
            # Lists that have only eight letters for a reel tell it whole in a remark.
            self._change(-1, reel=remark.removeprefix(_WHOLE_REEL).strip(), short_reel=self._event[-1].reel)

    def _grade(self, remark: str) -> None:
        """A CDL's remark, in our own reading: the library's takes the .98 that some systems write for 98."""
        name, text = remark[:7], remark[7:].lstrip(": ")
        try:
            read = read_asc(text, None) if name == "ASC_SOP" else read_asc(None, text)
        except Rejected as rejected:
            why = f"Its frames are pulled, its CDL is not: {rejected.verdict.sentence}"
            self._leave_out(self._event[-1].event, self._event[-1].reel, why)
            return
        if read is not None:
            known = (self._event[-1].cdl or Cdl()).model_dump()
            told = read.model_dump(include={"saturation"} if name == "ASC_SAT" else {"slope", "offset", "power"})
            self._change(-1, cdl=Cdl(**{**known, **told}))

    def _remark(self, text: str, line: int) -> None:
        if _EVENT_LINE.match(text):
            self._unreadable(line, text)
        elif text.startswith("M2") and self._event:
            found = _SPEED.fullmatch(text)
            if found is None:
                left_out = self._event.pop()
                self._leave_out(left_out.event, left_out.reel, f"Its speed cannot be read: {text[:80]!r}.")
                return
            of_reel = [n for n, cut in enumerate(self._event) if found[1] in (cut.reel, cut.short_reel)]
            self._change(of_reel[-1] if of_reel else -1, speed=Fraction(found[2]))

    def _unreadable(self, line: int, text: str) -> None:
        self._close()
        self._leave_out(None, f"line {line}", f"This line cannot be read as an event: {text[:80]!r}.")

    def _change(self, number: int, **changes: Any) -> None:
        self._event[number] = replace(self._event[number], **changes)

    def _close(self) -> None:
        self._cuts += self._event
        self._event = []

    def _leave_out(self, event: int | None, what: str, why: str, *, asked: bool = True) -> None:
        self._not_pulled.append(NotPulled(event, what, why, asked))


def _is_picture(channels: str) -> bool:
    return "V" in channels or channels == "B"
