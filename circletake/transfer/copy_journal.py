"""What has happened to one copy, line by line: after a kill or a pulled cable, the next run goes on from here.

A line is appended only when what it says is already on the disk, and is itself on the disk (`fsync`) before anything
is built on it; so the journal never says too much, at most too little. A last line without its end was being written
when the power went, and says nothing. Files are named by their number in the card's listing, which is the second line,
and again a later one when the card has changed since: what is as it was keeps what was done, under its new number.
"""

import json
import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from circletake.contracts.cards import Moment
from circletake.contracts.files import NOTES
from circletake.contracts.keys import Label
from circletake.contracts.wire import Wire
from circletake.transfer.folders import Folder, write_all
from circletake.transfer.listing import Card, CardFile
from circletake.transfer.refusing import Refused

JOURNAL = f"{NOTES}/journal"
#: The line that says: what was read back does not count, all of it is to be read.
READ_WHOLE = {"read_whole": True}


class Begun(Wire):
    """The journal's first line: which card is being offloaded, and how. The same on every volume."""

    journal: Literal[1] = 1
    offload: Label
    roll: Label
    #: What the card's own volume is called.
    card: str
    begun_at: Moment
    algorithm: str
    files: int
    bytes: int


class ReadFrom(StrEnum):
    """Where the bytes that were read back came from."""

    DISK = "DISK"
    DISK_AFTER_DROPPING_CACHE = "DISK_AFTER_DROPPING_CACHE"
    MEMORY = "MEMORY"


@dataclass
class CopyJournal:
    """One copy's journal, open for appending."""

    begun: Begun
    fd: int
    #: The card as it was listed last.
    files: tuple[CardFile, ...] = ()
    #: Paths of files that were listed before as something else.
    changed: set[str] = field(default_factory=set)
    #: All volumes that this offload has been going onto, name and folder, once each has its first line.
    onto: dict[str, str] = field(default_factory=dict)
    #: Number of a file → how many of its bytes are safe in its part.
    parts: dict[int, int] = field(default_factory=dict)
    #: Number of a file → the digest that it had on the card, now that it lies in its place.
    done: dict[int, str] = field(default_factory=dict)
    #: Numbers of the files that were read back, and agreed.
    read_back: set[int] = field(default_factory=set)
    #: When the last of them was.
    read_back_at: str | None = None
    read_from: ReadFrom | None = None

    def note(self, *lines: dict[str, Any], sync: bool = True) -> None:
        """Lines → on the disk, then in this object. Without `sync` they may be lost, and only cost work."""
        write_all(self.fd, "".join(map(_line, lines)).encode())
        if sync:
            os.fsync(self.fd)
        for line in lines:
            self._take(line)

    def close(self) -> None:
        os.close(self.fd)

    def _take(self, line: dict[str, Any]) -> None:
        match line:
            case {"listed": files}:
                self._list(tuple(CardFile(path, size, mtime) for path, size, mtime in files))
            case {"onto": volumes}:
                self.onto = dict(volumes)
            case {"part": number, "bytes": safe}:
                self.parts[number] = safe
            case {"done": number, "digest": digest}:
                self.done[number] = digest
                self.parts.pop(number, None)
                self.read_back_at = None
            case {"undone": number}:
                self.done.pop(number, None)
                self.parts.pop(number, None)
                self.read_back.discard(number)
                self.read_back_at = None
            case {"read_back": number}:
                self.read_back.add(number)
            case {"read_whole": True}:
                self.read_back.clear()
                self.read_back_at = None
            case {"read_back_at": moment, "from": how}:
                self.read_back_at, self.read_from = moment, ReadFrom(how)
            case _:
                raise ValueError(f"no journal has such a line: {line}")

    def _list(self, files: tuple[CardFile, ...]) -> None:
        before = {file: number for number, file in enumerate(self.files)}
        now = {before[file]: number for number, file in enumerate(files) if file in before}
        self.changed |= {file.path for file in self.files if before[file] not in now}
        self.done = {now[number]: digest for number, digest in self.done.items() if number in now}
        self.read_back = {now[number] for number in self.read_back if number in now}
        self.read_back_at = None
        # Their names are the numbers that the files had.
        self.parts.clear()
        self.files = files


def listed(card: Card) -> dict[str, Any]:
    """A card → the journal's line that lists it."""
    return {"listed": [(file.path, file.size_bytes, file.mtime_ns) for file in card.files]}


def open_journal(folder: Folder) -> CopyJournal | None:
    """A copy's folder → its journal as far as it was written; None where not even the first line was.

    Raises `Refused` when it is none of ours.
    """
    if folder.stat(JOURNAL) is None:
        return None
    fd = folder.open_existing(JOURNAL, os.O_RDWR | os.O_APPEND)
    text = os.pread(fd, os.fstat(fd).st_size, 0)
    whole = text[: text.rfind(b"\n") + 1]
    if not whole:
        os.close(fd)
        return None
    os.ftruncate(fd, len(whole))
    first, *lines = whole.splitlines()
    try:
        journal = CopyJournal(Begun.model_validate_json(first), fd)
        for line in lines:
            journal._take(json.loads(line))
    except ValueError as error:
        os.close(fd)
        raise Refused(
            f"{folder.path / JOURNAL} is damaged, so nobody knows what of this copy is good. Offload into an empty "
            "folder."
        ) from error
    return journal


def begin_journal(folder: Folder, begun: Begun, card: Card) -> CopyJournal:
    """A folder that holds nothing yet → its journal with the first two lines."""
    folder.write_whole(JOURNAL, f"{begun.model_dump_json()}\n{_line(listed(card))}".encode())
    fd = folder.open_existing(JOURNAL, os.O_RDWR | os.O_APPEND)
    return CopyJournal(begun, fd, card.files)


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told, separators=(",", ":")) + "\n"
