"""RAW for the tests: real containers whose picture is in a code that nobody here decodes, and headers made by hand.

No camera's own file was at hand: these have the shape that makers and readers document, and no picture inside.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import footage

#: The labels with which FFmpeg says DNxHR: of the essence container, and of the coding in the descriptor.
_DNX_LABELS = (bytes.fromhex("060e2b340401010a0d01030102110100"), bytes.fromhex("060e2b340401010a0401020271250000"))


def braw(to: Path, **how: Any) -> Path:
    """A QuickTime file with the timecode and frames that `how` says (`footage.clip`), in Blackmagic's code."""
    made = footage.clip(to.with_suffix(".mov"), codec="prores", **how)
    data = made.read_bytes()
    made.unlink()
    at = data.index(b"apch", data.index(b"stsd"))
    to.write_bytes(data[:at] + b"brst" + data[at + 4 :])
    return to


def raw_mxf(to: Path, *, company: str, **how: Any) -> Path:
    """An MXF file of a maker, whose essence has a label that nobody knows. `company` has six letters, as "FFmpeg"."""
    made = footage.clip(to.with_suffix(".mxf"), codec="dnxhr", **how)
    data = made.read_bytes().replace("FFmpeg".encode("utf-16-be"), company.ljust(6)[:6].encode("utf-16-be"))
    for label in _DNX_LABELS:
        data = data.replace(label, label[:8] + b"\x0e\x06" + label[10:])
    to.write_bytes(data)
    return to


def r3d(size: tuple[int, int], rate: tuple[int, int], entries: Mapping[int, bytes]) -> bytes:
    """A RED2 header: one record of a size and a rate, and a directory of numbered entries."""
    record = b"rdi\x01" + bytes(4) + struct.pack(">II", *size) + bytes(2)
    record += struct.pack(">HI", rate[1], rate[0])
    listed = b"".join(struct.pack(">HH", 4 + len(value), number) + value for number, value in entries.items())
    head = b"RED2" + bytes(0x40 - 8) + b"\x01\x00\x00\x01" + record.ljust(0x18, b"\0")
    body = head + struct.pack(">H", len(listed)) + listed
    return struct.pack(">I", 4 + len(body)) + body + bytes(4096)
