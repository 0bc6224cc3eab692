"""What has happened to one copy, line by line: after a kill or a pulled cable, the next run goes on from here.

A line is appended only when what it says is already on the disk, and is itself on the disk (`fsync`) before anything
is built on it; so the journal never says too much, at most too little. A last line without its end was being written
when the power went, and says nothing. Files are named by their number in the card's listing, which the first line's
fingerprint binds to this very card.
"""

import hashlib
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
from circletake.transfer.listing import Card
from circletake.transfer.refusing import Refused

JOURNAL = f"{NOTES}/journal"


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
    fingerprint: str


def fingerprint(card: Card) -> str:
    """A card's listing → a digest of its paths, sizes and times."""
    summing = hashlib.sha256()
    for file in card.files:
        summing.update(os.fsencode(file.path) + f"\0{file.size_bytes}\0{file.mtime_ns}\n".encode())
    return summing.hexdigest()


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
        write_all(self.fd, "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode())
        if sync:
            os.fsync(self.fd)
        for line in lines:
            self._take(line)

    def close(self) -> None:
        os.close(self.fd)

    def _take(self, line: dict[str, Any]) -> None:
        match line:
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
            case {"read_back_at": moment, "from": how}:
                self.read_back_at, self.read_from = moment, ReadFrom(how)
            case _:
                raise ValueError(f"no journal has such a line: {line}")


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


def begin_journal(folder: Folder, begun: Begun) -> CopyJournal:
    """A folder that holds nothing yet → its journal with the first line."""
    folder.write_whole(JOURNAL, begun.model_dump_json().encode() + b"\n")
    fd = folder.open_existing(JOURNAL, os.O_RDWR | os.O_APPEND)
    return CopyJournal(begun, fd)
