"""What somebody wrote as text → its lines, whatever program wrote it; or a verdict on it as a whole.

The encoding is nowhere said in such a file: UTF-16 by its byte order mark, else UTF-8, and what is neither was written
by an older program, most of them Windows-1252; Mac Roman differs from it in letters that only a person can tell. Where
some lines are in UTF-8 and others are not, or have bytes that Windows-1252 has not, those are read as Windows-1252,
else as Latin 1, and it is told which ones they are.
"""

import codecs
from dataclasses import dataclass
from typing import NamedTuple

from circletake.contracts.errors import Code, Rejected

#: What people hand in instead of text, by how it begins: spreadsheets of today and of before 2007, and paper as such.
_NO_TEXT = {b"PK\x03\x04": "a spreadsheet", b"\xd0\xcf\x11\xe0": "a spreadsheet", b"%PDF": "a PDF"}


#: What text is written in, as people call it.
UTF_8, UTF_16, WINDOWS = "UTF-8", "UTF-16", "Windows-1252"


class Problem(NamedTuple):
    """What could not be read of a paper: on which line, counted from 1, and a sentence."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Written:
    """A file of text, by name: how its faults are told, and what helps."""

    name: str
    next_step: str

    def bad(self, sentence: str) -> Rejected:
        """What is wrong with it, behind its name → the verdict."""
        return Rejected(Code.BAD_SIDECAR, f"{self.name} {sentence}", self.next_step)


class Lines(NamedTuple):
    """Lines of text, without ends; the numbers of those whose letters beyond ASCII are a guess; and what all of it is
    written in, None where that is not one thing."""

    text: list[str]
    guessed: list[int]
    encoding: str | None


def read_lines(body: bytes, written: Written, most_bytes: int, most_lines: int) -> Lines:
    """Bytes → their lines.

    Raises `Rejected(BAD_SIDECAR)`.
    """
    if len(body) > most_bytes:
        raise written.bad(f"has {len(body):,} bytes; one is read up to {most_bytes:,}.")
    if what := next((what for start, what in _NO_TEXT.items() if body.startswith(start)), None):
        raise written.bad(f"is {what}, not text.")
    text, guessed, encoding = _decoded(body, written)
    # Not splitlines, which also ends a line at letters that stand in names.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > most_lines:
        raise written.bad(f"has more than {most_lines:,} lines.")
    if 4 * text.count("\x00") > len(text):
        raise written.bad("is in an encoding that does not say its name, or is no text.")
    return Lines(text.split("\n"), guessed, encoding)


def _decoded(body: bytes, written: Written) -> tuple[str, list[int], str | None]:
    marked = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return body.decode("utf-16" if marked else "utf-8-sig"), [], UTF_16 if marked else UTF_8
    except UnicodeDecodeError as error:
        if marked:
            raise written.bad("says that it is UTF-16, and is not.") from error
    lines, guessed = [], []
    is_one = not body.startswith(codecs.BOM_UTF8)
    # Each line by itself: one damaged letter does not spoil the others.
    ended = body.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for number, line in enumerate(ended.split(b"\n"), 1):
        try:
            lines.append(line.decode())
            is_one = is_one and line.isascii()
        except UnicodeDecodeError:
            text, is_known = _older(line)
            lines.append(text)
            guessed.append(number)
            is_one = is_one and is_known
    return "\n".join(lines), guessed, WINDOWS if is_one else None


def _older(line: bytes) -> tuple[str, bool]:
    try:
        return line.decode("cp1252"), True
    except UnicodeDecodeError:
        return line.decode("latin-1"), False
