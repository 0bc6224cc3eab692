"""What a Sony camera writes about itself into an XAVC file: XML (NonRealTimeMeta) in a `meta` box beside `moov`.

Source: the shape as other readers of such files describe it; nothing here was tried on a camera's file.
"""

import re
from pathlib import Path

from circletake.contracts.errors import Rejected
from circletake.contracts.media import CameraFacts
from circletake.film.manifests.xml import Element, Sidecar, local, parse
from circletake.media.boxes import boxes
from circletake.media.camera import facts, remark

#: Real ones have a few kilobytes.
_MAX_BYTES = 256 << 10
_DOCUMENT = re.compile(rb"<NonRealTimeMeta\b.*?</NonRealTimeMeta>", re.DOTALL)


def sony_facts(file: Path) -> CameraFacts | None:
    """A whole QuickTime or MP4 file → what its XML tells of the camera; None where there is none that can be read."""
    found = _DOCUMENT.search(_meta(file))
    if found is None:
        return None
    try:
        root = parse(Sidecar("the file's own description"), found[0], lambda parents, element: False)
    except Rejected:
        # It says nothing against the picture that a remark beside it is garbled.
        return None
    device, lens, created = (_first(root, name) for name in ("Device", "Lens", "CreationDate"))
    return facts(
        maker=remark(device.get("manufacturer")),
        model=remark(device.get("modelName")),
        serial=remark(device.get("serialNo")),
        lens=remark(lens.get("modelName")),
        shot_at=remark(created.get("value")),
    )


def _meta(file: Path) -> bytes:
    size = file.stat().st_size
    with file.open("rb") as opened:

        def read(start: int, length: int) -> bytes:
            opened.seek(start)
            return opened.read(length)

        for box in boxes(size, read):
            if box.kind == b"meta" and box.end - box.start <= _MAX_BYTES:
                return read(box.start, box.end - box.start)
    return b""


def _first(root: Element, name: str) -> dict[str, str]:
    """The attributes of the first child of that name; none where there is no such child."""
    return next((child.attributes for child in root.children if local(child) == name), {})
