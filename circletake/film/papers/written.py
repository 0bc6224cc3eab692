"""What somebody wrote as text → its lines, whatever program wrote it; or a verdict on it as a whole.

The encoding is nowhere said in such a file: UTF-16 by its byte order mark, else UTF-8, and what is neither was written
by an older program: Mac Roman or Windows-1252, which differ in letters only a person can tell. Such lines are read as
Windows-1252, where that has such a byte, else as Latin 1, and it is told which lines they are.
"""

import codecs
from dataclasses import dataclass
from typing import NamedTuple

from circletake.contracts.errors import Code, Rejected

#: What people hand in instead of text, by how it begins: spreadsheets of today and of before 2007, and paper as such.
_NO_TEXT = {b"PK\x03\x04": "a spreadsheet", b"\xd0\xcf\x11\xe0": "a spreadsheet", b"%PDF": "a PDF"}


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


def read_lines(body: bytes, written: Written, most_bytes: int, most_lines: int) -> tuple[list[str], list[int]]:
    """Bytes → their lines, without ends, and the numbers of those whose letters beyond ASCII are a guess.

    Raises `Rejected(BAD_SIDECAR)`.
    """
    if len(body) > most_bytes:
        raise written.bad(f"has {len(body):,} bytes; one is read up to {most_bytes:,}.")
    if what := next((what for start, what in _NO_TEXT.items() if body.startswith(start)), None):
        raise written.bad(f"is {what}, not text.")
    text, guessed = _decoded(body, written)
    # Not splitlines, which also ends a line at letters that stand in names.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > most_lines:
        raise written.bad(f"has more than {most_lines:,} lines.")
    if 4 * text.count("\x00") > len(text):
        raise written.bad("is in an encoding that does not say its name, or is no text.")
    return text.split("\n"), guessed


def _decoded(body: bytes, written: Written) -> tuple[str, list[int]]:
    marked = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return body.decode("utf-16" if marked else "utf-8-sig"), []
    except UnicodeDecodeError as error:
        if marked:
            raise written.bad("says that it is UTF-16, and is not.") from error
    lines, guessed = [], []
    # Each line by itself: one damaged letter does not spoil the others.
    ended = body.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for number, line in enumerate(ended.split(b"\n"), 1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            lines.append(_older(line))
            guessed.append(number)
    return "\n".join(lines), guessed


def _older(line: bytes) -> str:
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")
