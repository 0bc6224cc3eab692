"""RAW clips, as far as they can be read without their maker's decoder: a container's own words, or a header's."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from circletake.contracts.errors import Rejected
from circletake.contracts.media import RawFacts, RawKind
from circletake.film.raw import maker_of, raw_without_decoder
from circletake.film.timing import Timecode
from circletake.media import launcher, red
from circletake.media.camera import camera_facts, remark
from circletake.media.launcher import Workbench
from circletake.media.probing import Probe, probe, rational, spoken, tag
from circletake.media.sniff import MP4, MXF, QUICKTIME, Container, container_of, raw_magic
from circletake.media.tools import Tools
from circletake.media.wholeness import ranges_to_probe, require_whole

_HEAD_BYTES = 64 << 10
_EDGE_BYTES = 1 << 20
#: An MXF file says whose it is; which of the maker's RAW formats is inside, only its own decoder knows for sure.
_MAKERS_RAW = {"sony": RawKind.X_OCN, "arri": RawKind.ARRIRAW, "canon": RawKind.CANON_RAW}


class UndecodedRaw(Rejected):
    """A recording that we cannot decode: the verdict, and what it tells without its decoder."""

    def __init__(self, facts: RawFacts) -> None:
        said = raw_without_decoder(facts.kind, facts.codec).verdict
        super().__init__(said.code, said.sentence, said.next_step)
        self.facts = facts


def ranges_of_raw(size: int, read: Callable[[int, int], bytes]) -> tuple[range, ...] | None:
    """Like `ranges_to_probe`, for a file whose name says RAW: of a format with a header of its own, the edges."""
    if container_of(read(0, _HEAD_BYTES)) in (QUICKTIME, MP4, MXF):
        return ranges_to_probe(size, read)
    return (range(min(size, _EDGE_BYTES)), range(max(0, size - _EDGE_BYTES), size))


def read_raw(
    files: Sequence[Path],
    kind: RawKind,
    *,
    tools: Tools,
    deadline: float,
    heartbeat: Callable[[], None] = lambda: None,
) -> RawFacts:
    """The files of a RAW clip in order → what they tell. Raises `Rejected` where a container says it is cut short."""
    with files[0].open("rb") as first:
        head = first.read(_HEAD_BYTES)
    container = container_of(head)
    if container in (QUICKTIME, MP4, MXF):
        with launcher.workbench(files, heartbeat) as bench:
            for file, each in zip(files, bench.containers, strict=True):
                require_whole(file, each)
            return facts_of(bench, [probe(bench, n, tools=tools, deadline=deadline) for n in range(len(files))], kind)
    if raw_magic(head) is RawKind.R3D:
        return RawFacts(kind=kind, maker=maker_of(kind), **red.read_header(head))
    return RawFacts(kind=kind, maker=maker_of(kind))


def facts_of(bench: Workbench, probes: Sequence[Probe], kind: RawKind | None = None) -> RawFacts:
    """What ffprobe says of the files of a clip that nothing here decodes → what that tells."""
    first = probes[0]
    camera = camera_facts([first.tags, *(stream.get("tags", {}) for stream in first.streams)])
    maker = camera.maker if camera else None
    if kind is None and bench.containers[0] == MXF and maker:
        kind = _MAKERS_RAW.get(maker.split()[0].lower())
    told: dict[str, Any] = {"kind": kind, "maker": maker or maker_of(kind), "camera": camera}
    pictures = [_undecoded(each) for each in probes]
    picture = pictures[0]
    if picture is None:
        return RawFacts(**told)
    rates = {rational(picture.get(key)) for key in ("r_frame_rate", "avg_frame_rate")}
    rate = rates.pop() if len(rates) == 1 else None
    stamped = (picture, *first.of_type("data"))
    return RawFacts(
        **told,
        codec=_tag_name(picture),
        rate=rate,
        frames=_frames(bench.containers, pictures),
        start_timecode=_timecode(tag(first, "timecode", stamped), rate),
        reel=remark(tag(first, "reel_name", stamped)),
        width=picture.get("width") or None,
        height=picture.get("height") or None,
    )


def _undecoded(found: Probe) -> dict[str, Any] | None:
    """The stream of RAW: the first picture in a code without a name. A small picture beside it has one."""
    return next((each for each in found.of_type("video") if spoken(each.get("codec_name")) is None), None)


def _tag_name(picture: dict[str, Any]) -> str | None:
    name = remark(picture.get("codec_tag_string"))
    return None if name is None or name.startswith("[0]") else name


def _frames(containers: Sequence[Container], pictures: Sequence[dict[str, Any] | None]) -> int | None:
    """The frames that every file of the clip declares, together; None where one of them does not."""
    counts = [
        int((picture or {}).get("duration_ts" if container == MXF else "nb_frames", 0))
        for container, picture in zip(containers, pictures, strict=True)
    ]
    return sum(counts) if all(counts) else None


def _timecode(label: str | None, rate: Fraction | None) -> str | None:
    if label is None or rate is None:
        return None
    try:
        return str(Timecode.parse(label, rate))
    except ValueError:
        return None
