"""One shot of a pull → its folder: made beside it under another name, and given its own when everything was checked."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import xxhash

from circletake.cli.pull_sources import Clip
from circletake.contracts.keys import short_hash
from circletake.film.count_sheet import SheetLine, sheet_line
from circletake.film.looks.cdl import write_cc
from circletake.media.exr import repeats_timecode
from circletake.media.pulling import Span, matrix_of, parts_of, read_frames
from circletake.media.reference import write_reference
from circletake.media.sequences import CHECKED, Shot, check_sequence, write_sequence
from circletake.media.tools import Tools
from circletake.media.typeface import packaged_typeface

#: What lies beside the frames and says that they were checked.
RECORD = "pull.json"
_FRAMES = "*.exr"
_ELSEWHERE = "Pull into another folder, or as another version: --version."
_DRAFT = ".pulling-"
#: More than the slowest laptop needs, so that what hangs is ended.
_SECONDS, _SECONDS_A_FRAME = 600.0, 30.0


class Incomplete(Exception):  # noqa: N818 - a sentence about a shot, no fault of the program
    """Why a shot is not complete."""


@dataclass(frozen=True)
class Order:
    """A shot, its clip, and the looks that go along: the production's LUT, and the baked one that the proxy shows."""

    shot: Shot
    clip: Clip
    lut: bytes | None = None
    baked: bytes | None = None

    @property
    def signature(self) -> str:
        """The same for the same frames of the same bytes, under the same names and looks, in the same space."""
        asked, look = self.shot.request, self.clip.look
        return short_hash(
            asked.original.version, asked.first, asked.last, asked.head, asked.tail, asked.event, str(asked.speed),
            self.shot.file_name(asked.numbers[0]), self.shot.linear.sentence,
            asked.cdl.model_dump_json() if asked.cdl else None, look.model_dump_json() if look else None,
        )  # fmt: skip


def done_before(order: Order, to: Path, on_frame: Callable[[], None]) -> SheetLine | None:
    """An order → its line of an earlier run, whose files are read again and are byte for byte what was checked.

    None where there is none. Raises `Incomplete` where the folder of that name holds something else: a plate is never
    overwritten.
    """
    folder = to / order.shot.name
    if not folder.exists():
        return None
    try:
        record = json.loads((folder / RECORD).read_text())
        same, line = record["signature"] == order.signature, SheetLine(**record["line"])
        checked = dict(record["xxh3"])
    except (OSError, ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise Incomplete(f"{folder} holds something else than this pull. {_ELSEWHERE}")
    if changed := _changed(folder, checked, on_frame):
        named = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
        raise Incomplete(f"{folder} holds this pull, and files of it are missing or changed: {named}. {_ELSEWHERE}")
    return line


def _changed(folder: Path, checked: Mapping[str, str], on_frame: Callable[[], None]) -> list[str]:
    """A shot's folder, and the digests of what was checked → the files that are others now, missing, or frames more."""
    frames = {path.name for path in folder.glob(_FRAMES)}
    changed = sorted(frames - checked.keys())
    for name, digest in checked.items():
        try:
            found = _digest(folder / name)
        except OSError:
            found = None
        if found != digest:
            changed.append(name)
        if name in frames:
            on_frame()
    return changed


def make_shot(
    order: Order, spans: Sequence[Span], to: Path, *, tools: Tools, on_frame: Callable[[], None]
) -> SheetLine:
    """An order and where its clip's frames are → the shot's folder in `to`. Raises `Incomplete`, `Rejected`."""
    shot, request = order.shot, order.shot.request
    deadline = time.monotonic() + _SECONDS + _SECONDS_A_FRAME * len(request.frames)
    with _draft(to) as draft:
        pictures = read_frames(spans, request.frames, shot.inspection, tools=tools, deadline=deadline)
        written = write_sequence(shot, pictures, draft, on_frame)
        told = _beside(order, draft)
        write_reference(
            shot, parts_of(spans, request.frames), draft / f"{shot.name}_reference.mov",
            font=packaged_typeface(), look=_written(draft / f"{shot.name}_look.cube", order.baked),
            tools=tools, deadline=deadline, on_progress=lambda frames: None,
        )  # fmt: skip
        # Before the check: so what is checked is what the digests are of.
        digests = {path.name: _digest(path) for path in sorted(draft.iterdir())}
        wrong = check_sequence(draft, shot, written, on_frame)
        if wrong:
            raise Incomplete(f"{len(wrong)} faults were found when it was read back: {'; '.join(wrong[:5])}.")
        line = sheet_line(request, shot.name, state="CHECKED", checked=CHECKED, **_facts(shot), **told)
        record = {"signature": order.signature, "line": asdict(line), "xxh3": digests}
        (draft / RECORD).write_text(json.dumps(record, indent=1))
        draft.rename(to / shot.name)
    return line


def failed_line(order: Order, why: str) -> SheetLine:
    """An order that could not be carried out → its line."""
    told = {"cdl": "", "lut": "", "camera": "", "checked": "", "remarks": why}
    return sheet_line(order.shot.request, order.shot.name, state="FAILED", **_facts(order.shot), **told)


@contextmanager
def _draft(to: Path) -> Iterator[Path]:
    draft = to / f"{_DRAFT}{os.getpid()}"
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def wipe_drafts(to: Path) -> None:
    """What a killed run left behind goes; nobody else is at work here."""
    for left in to.glob(f"{_DRAFT}*"):
        shutil.rmtree(left)


def _beside(order: Order, folder: Path) -> dict[str, str]:
    """CDL and LUT of a shot → beside its frames, and what the sheet says of them."""
    request, look, name = order.shot.request, order.clip.look, order.shot.name
    cdl, cdl_from = (request.cdl, "the list") if request.cdl else (look and look.cdl, look and look.cdl_from)
    told = {"cdl": "no CDL", "lut": "no LUT", "remarks": "; ".join(_remarks(order))}
    if cdl:
        (folder / f"{name}.cc").write_text(write_cc(cdl, name))
        told["cdl"] = f"{name}.cc, of {cdl_from or 'the clip'}"
    if _written(folder / f"{name}.cube", order.lut) and look and look.lut:
        told["lut"] = f"{name}.cube: {look.lut.name}"
    camera = order.shot.inspection.camera
    facts = camera.model_dump(exclude_none=True) if camera else {}
    return told | {"camera": ", ".join(f"{fact.replace('_', ' ')} {text}" for fact, text in facts.items())}


def _remarks(order: Order) -> Iterator[str]:
    request, look, video = order.shot.request, order.clip.look, order.shot.inspection.video
    yield from request.remarks
    if request.cdl and look and look.cdl and request.cdl != look.cdl:
        yield "the list's CDL is not the one that the dailies show"
    if look is None:
        yield "no look: the reference shows the picture as recorded"
    elif order.baked is not None and hashlib.sha256(order.baked).hexdigest() != look.sha256:
        yield "the look was baked anew for the reference and is not byte for byte the proxy's"
    if not all(order.clip.digests):
        yield "the catalogue has no digest of its file: only its size was compared"
    if video.color.matrix is None:
        yield f"its matrix is not tagged: {matrix_of(video)} taken, by its height"
    if video.color.range is None and matrix_of(video) != "gbr":
        yield "its range is not tagged: limited taken"
    if repeats_timecode(video.rate):
        yield "at this rate several frames share OpenEXR's timecode: circletake/sourceTimecode tells them apart"
    if video.field_order in ("tt", "bb", "tb", "bt"):
        yield "interlaced: frames hold two fields, as recorded"
    if video.rotation_degrees:
        yield f"as recorded: it is shown turned by {video.rotation_degrees} degrees"


def _facts(shot: Shot) -> dict[str, str]:
    video = shot.inspection.video
    return {"size": f"{video.width} x {video.height}", "colour": shot.linear.sentence}


def _written(file: Path, content: bytes | None) -> Path | None:
    if content is None:
        return None
    file.write_bytes(content)
    return file


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, xxhash.xxh3_64).hexdigest()
