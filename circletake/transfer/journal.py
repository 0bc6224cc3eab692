"""What an upload has done so far, on this machine's disk: enough to go on after a kill, a reboot, a lost line.

One file, appended to and never rewritten. Each line is a JSON object that says `what` happened:

    begun   an insertion of a card: its offload's id, and the card as it was listed
    sent    a file is in the bucket: its size and time, its version, its digests
    parts   an upload in parts was opened for a file
    part    one of its parts is about to be sent, and has this CRC; whether it arrived, the bucket knows
    whole   all of them have, and these are the file's digests
    dropped what was said of a file holds no more
    ended   the completion record is written

A line is on its way to the disk as soon as it is written, and on it within half a second: what a power cut takes
is found again in the bucket. The same goes for a last line that was torn.
"""

import fcntl
import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from circletake.transfer.listing import CardFile

SYNC_EVERY_S = 0.5


class Busy(Exception):  # noqa: N818
    """Another process is uploading the same card at this moment."""


@dataclass(frozen=True)
class Sent:
    """A file that is in the bucket, as it was on the card."""

    size_bytes: int
    mtime_ns: int
    version: str
    digests: dict[str, str]

    def is_of(self, file: CardFile) -> bool:
        return (self.size_bytes, self.mtime_ns) == (file.size_bytes, file.mtime_ns)


@dataclass
class Parts:
    """An upload in parts that was opened. `crcs` are of the parts that were read, `digests` of the whole."""

    size_bytes: int
    mtime_ns: int
    upload: str
    part_bytes: int
    crcs: dict[int, str] = field(default_factory=dict)
    digests: dict[str, str] | None = None

    def is_of(self, file: CardFile) -> bool:
        return (self.size_bytes, self.mtime_ns) == (file.size_bytes, file.mtime_ns)


@dataclass
class Insertion:
    """One insertion of a card, as far as its journal tells: when it ended, also what was left out and what differs
    from its manifest, by path.
    """

    offload: str
    card: str
    sent: dict[str, Sent] = field(default_factory=dict)
    parts: dict[str, Parts] = field(default_factory=dict)
    ended: bool = False
    left_out: dict[str, str] = field(default_factory=dict)
    differing: dict[str, str] = field(default_factory=dict)


def fingerprint(files: Iterable[CardFile]) -> str:
    """The files of a card → what tells whether it is still the same card: paths, sizes and times, no bytes."""
    told = hashlib.sha256()
    for file in files:
        told.update(json.dumps([file.path, file.size_bytes, file.mtime_ns]).encode())
    return told.hexdigest()


def recall(path: Path) -> Insertion | None:
    """A journal's path → the insertion it tells of, or None. Changes nothing on the disk."""
    return _told(path.read_bytes())[0] if path.exists() else None


class Journal:
    """A journal that is written to, by one process at a time. Raises `Busy`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise Busy(str(path)) from error
        self._writing = threading.Lock()
        self._synced_at = time.monotonic()
        found, whole_bytes = _told(path.read_bytes())
        os.truncate(self._file, whole_bytes)
        self._told = found

    @property
    def insertion(self) -> Insertion:
        if self._told is None:
            raise ValueError("nothing has begun")
        return self._told

    def begin(self, offload: str, card: str) -> None:
        """From here on it is about this insertion. What was sent in the same one still holds."""
        self._say({"what": "begun", "offload": offload, "card": card}, at_once=True)

    def sent(self, file: CardFile, version: str, digests: dict[str, str]) -> None:
        self._say({"what": "sent", **_of(file), "version": version, "digests": digests})

    def parts(self, file: CardFile, upload: str, part_bytes: int) -> None:
        # The one line that nothing in the bucket could tell again, so it is on the disk before the first part goes.
        self._say({"what": "parts", **_of(file), "upload": upload, "part_bytes": part_bytes}, at_once=True)

    def part(self, path: str, number: int, crc: str) -> None:
        self._say({"what": "part", "path": path, "number": number, "crc": crc})

    def whole(self, path: str, digests: dict[str, str]) -> None:
        self._say({"what": "whole", "path": path, "digests": digests}, at_once=True)

    def drop(self, path: str) -> None:
        self._say({"what": "dropped", "path": path})

    def end(self, card: str, left_out: dict[str, str], differing: dict[str, str]) -> None:
        """`card`: as it was in the end, should a file have changed meanwhile."""
        self._say({"what": "ended", "card": card, "left_out": left_out, "differing": differing}, at_once=True)

    def close(self) -> None:
        os.fsync(self._file)
        os.close(self._file)

    def _say(self, line: dict[str, Any], *, at_once: bool = False) -> None:
        written = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        with self._writing:
            self._told = _apply(self._told, line)
            os.write(self._file, written)
            if at_once or time.monotonic() - self._synced_at > SYNC_EVERY_S:
                os.fsync(self._file)
                self._synced_at = time.monotonic()


def _of(file: CardFile) -> dict[str, Any]:
    return {"path": file.path, "size_bytes": file.size_bytes, "mtime_ns": file.mtime_ns}


def _told(body: bytes) -> tuple[Insertion | None, int]:
    """A journal's bytes → what they tell, and how many of them are whole lines. The rest was torn."""
    found: Insertion | None = None
    whole_bytes = 0
    for line in body.splitlines(keepends=True):
        try:
            said = json.loads(line) if line.endswith(b"\n") else None
        except ValueError:  # a block that the disk never got
            said = None
        if said is None:
            break
        found = _apply(found, said)
        whole_bytes += len(line)
    return found, whole_bytes


def _apply(now: Insertion | None, line: dict[str, Any]) -> Insertion:
    if line["what"] == "begun":
        if now is None or now.offload != line["offload"]:
            return Insertion(line["offload"], line["card"])
        now.card, now.ended, now.left_out, now.differing = line["card"], False, {}, {}
        return now
    if now is None:
        raise ValueError("a journal that does not say what was begun")
    path = line.get("path", "")
    match line["what"]:
        case "sent":
            now.parts.pop(path, None)
            now.sent[path] = Sent(line["size_bytes"], line["mtime_ns"], line["version"], line["digests"])
        case "parts":
            now.parts[path] = Parts(line["size_bytes"], line["mtime_ns"], line["upload"], line["part_bytes"])
        case "part":
            now.parts[path].crcs[line["number"]] = line["crc"]
        case "whole":
            now.parts[path].digests = line["digests"]
        case "dropped":
            now.parts.pop(path, None)
            now.sent.pop(path, None)
        case "ended":
            now.ended, now.card = True, line["card"]
            now.left_out, now.differing = line["left_out"], line["differing"]
    return now
