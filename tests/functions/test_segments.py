"""A clip made in pieces is the clip made in one pass: the same frames, moments, samples, stills and findings."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import Inspection, Measurements, Piece
from circletake.contracts.recipe import BurnIn, BurnInText, Editorial, EditorialFormat, Qc, QcKind, Recipe
from circletake.media import launcher
from circletake.media.byte_ranges import Contents, contents_of, gather
from circletake.media.inspecting import inspect
from circletake.media.probing import tag
from circletake.media.routes import spans_of
from functions.transcode.assembling import assemble
from functions.transcode.making import Making
from functions.transcode.pieces import MADE, PIECE_OUTPUTS, Made, transcode_piece
from functions.transcode.transcode import transcode
from tests import footage
from tests.functions.test_transcode_pure import moments, probed

_WORKER: dict[str, Any] = {"tools": footage.TOOLS, "on_progress": lambda frames: None}
_PLAIN = Recipe()


@dataclass(frozen=True)
class Both:
    """A clip made twice: in one pass, and in pieces."""

    found: Inspection
    whole: Path
    joined: Path
    of_whole: Measurements
    of_joined: Measurements

    def differing(self) -> set[str]:
        """The outputs that are not the same file, byte for byte."""
        names = {path.name for path in (*self.whole.iterdir(), *self.joined.iterdir())}
        return {name for name in names if _digest(self.whole / name) != _digest(self.joined / name)}


def make(files: Sequence[Path], *, every: int, recipe: Recipe = _PLAIN, look: Path | None = None) -> Both:
    """Inspect, make whole, and make in pieces of `every` frames."""
    deadline, folder = time.monotonic() + 120, files[0].parent
    size = sum(file.stat().st_size for file in files)
    found = inspect(files, size_bytes=size, tools=footage.TOOLS, deadline=deadline)
    making = Making(found, recipe, "A001C001", look)
    whole, into = folder / "whole", folder / "joined"
    whole.mkdir()
    of_whole = transcode(files, making, into=whole, deadline=deadline, **_WORKER)
    pieces = [make_piece(files, making, piece, deadline) for piece in pieces_of(found, every)]
    return Both(found, whole, into, of_whole, join(files, pieces, making, into, deadline))


def pieces_of(found: Inspection, every: int) -> list[Piece]:
    firsts = range(0, found.video.frames, every)
    return [
        Piece(number=number, of=len(firsts), first=first, count=min(every, found.video.frames - first))
        for number, first in enumerate(firsts)
    ]


def make_piece(files: Sequence[Path], making: Making, piece: Piece, deadline: float) -> Path:
    """As a worker does it: only the ranges that are asked for are read."""
    work = files[0].parent / f"piece-{piece.number}"
    into = work / "out"
    into.mkdir(parents=True)

    def fetch(span: int, ranges: Sequence[range], to: Path, at: int) -> None:
        with files[span].open("rb") as original, to.open("r+b") as part:
            part.seek(at)
            for wanted in ranges:
                original.seek(wanted.start)
                part.write(original.read(len(wanted)))

    originals = {span: each for span in spans_of(making.inspection, piece) if (each := contents_of(files[span]))}
    parts = gather(making.inspection, piece, originals, fetch, work)
    transcode_piece(parts, making, piece, into=into, deadline=deadline, **_WORKER)
    assert {path.name for path in into.iterdir()} <= PIECE_OUTPUTS.keys()
    return into


def join(files: Sequence[Path], pieces: Sequence[Path], making: Making, into: Path, deadline: float) -> Measurements:
    into.mkdir()
    originals = [each for file in files if (each := contents_of(file))] if making.inspection.audio else []
    return assemble(pieces, originals, making, into=into, deadline=deadline, **_WORKER)


def frames_md5(video: Path) -> list[str]:
    """Every picture of a file, decoded → its digest."""
    log = video.with_suffix(".framemd5")
    to = ["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", str(log)]
    launcher.make(["-i", str(video), *to], tools=footage.TOOLS)
    return [line.split(",")[-1].strip() for line in log.read_text().splitlines() if not line.startswith("#")]


def _digest(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None


def without_cpu(measured: Measurements) -> Measurements:
    return measured.model_copy(update={"cpu_s": None})


@pytest.mark.parametrize(
    ("name", "codec", "rate", "more"),
    [
        ("a.mov", "prores", "24000/1001", {"timecode": "01:00:00:00", "tracks": 2}),
        ("a.mxf", "dnxhr", "25", {"size": (256, 144)}),
        ("a.mov", "h264", "30000/1001", {"timecode": "00:59:59;20"}),
        ("a.mp4", "h264", "60000/1001", {"sound": "mono"}),
        ("a.mov", "prores", "25", {"sound": None}),
        # Fields are woven across the seams.
        ("a.mov", "prores", "25", {"picture": "setfield=tff", "options": ("-flags", "+ildct", "-field_order", "tt")}),
    ],
)
def test_pieces_make_what_one_pass_makes(
    tmp_path: Path, name: str, codec: str, rate: str, more: dict[str, Any]
) -> None:
    both = make([footage.clip(tmp_path / name, codec=codec, rate=rate, frames=100, **more)], every=36)
    assert footage.frame_numbers(both.joined / "proxy.mp4") == list(range(100))
    assert moments(both.joined / "proxy.mp4") == tuple(n / Fraction(rate) for n in range(100))
    # What is joined holds the same pictures in other packets.
    assert both.differing() <= {"proxy.mp4", "analysis.mkv", "measurements.json"}
    assert frames_md5(both.joined / "analysis.mkv") == frames_md5(both.whole / "analysis.mkv")
    assert moments(both.joined / "analysis.mkv") == moments(both.whole / "analysis.mkv")
    if both.found.audio:
        assert footage.sound_digests(both.joined / "proxy.mp4") == footage.sound_digests(both.whole / "proxy.mp4")
    assert without_cpu(both.of_joined) == without_cpu(both.of_whole)
    smaller, larger = sorted(path.stat().st_size for path in (both.whole / "proxy.mp4", both.joined / "proxy.mp4"))
    assert larger < 1.06 * smaller


@pytest.mark.parametrize(
    ("codec", "more", "every"),
    [
        *(("h264", "b-pyramid=normal", every) for every in (25, 36, 37)),
        ("h264", "b-pyramid=none", 25),
        ("h264", "b-pyramid=strict", 37),
        *(("hevc", "log-level=none", every) for every in (25, 37)),
    ],
)
def test_pieces_of_groups_that_lean_on_the_one_before_are_those_of_one_pass(
    tmp_path: Path, codec: str, more: str, every: int
) -> None:
    how = f"{more}:keyint=12:min-keyint=12:bframes=3:open-gop=1"
    options = ("-preset", "medium", "-x264-params" if codec == "h264" else "-x265-params", how)
    clip = footage.clip(tmp_path / "a.mov", codec=codec, rate="25", frames=100, size=(192, 108), options=options)
    both = make([clip], every=every)
    assert both.found.cuttable
    assert footage.frame_numbers(both.joined / "proxy.mp4") == list(range(100))
    assert frames_md5(both.joined / "analysis.mkv") == frames_md5(both.whole / "analysis.mkv")
    assert without_cpu(both.of_joined) == without_cpu(both.of_whole)


@pytest.mark.parametrize("moved", ["0.31", "-0.27"])
def test_sound_that_begins_late_or_early_is_heard_when_it_was(tmp_path: Path, moved: str) -> None:
    clip, other = footage.clip(tmp_path / "a.mov", frames=60, rate="25"), tmp_path / "b.mov"
    twice = ["-i", str(clip), "-itsoffset", moved, "-i", str(clip), "-map", "0:v", "-map", "1:a", "-c", "copy"]
    launcher.make([*twice, str(other)], tools=footage.TOOLS)
    both = make([other], every=25)
    assert footage.sound_digests(both.joined / "proxy.mp4") == footage.sound_digests(both.whole / "proxy.mp4")
    assert without_cpu(both.of_joined) == without_cpu(both.of_whole)


def test_several_files_are_cut_across_their_joins(tmp_path: Path) -> None:
    parts = [footage.clip(tmp_path / f"A001_{n}.mov", frames=30 + n, timecode="01:00:00:00") for n in range(3)]
    both = make(parts, every=24)
    assert footage.frame_numbers(both.joined / "proxy.mp4") == [*range(30), *range(31), *range(32)]
    assert both.differing() <= {"proxy.mp4", "analysis.mkv", "measurements.json"}
    assert footage.sound_digests(both.joined / "proxy.mp4") == footage.sound_digests(both.whole / "proxy.mp4")
    assert without_cpu(both.of_joined) == without_cpu(both.of_whole)


def test_a_look_is_on_every_piece_and_on_the_stills(tmp_path: Path) -> None:
    look = tmp_path / "negative.cube"
    corners = [f"{1 - r} {1 - g} {1 - b}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]
    look.write_text("\n".join(["LUT_3D_SIZE 2", *corners, ""]))
    both = make([footage.clip(tmp_path / "a.mov", frames=60, colour=None)], every=24, look=look)
    assert both.differing() <= {"proxy.mp4", "analysis.mkv", "measurements.json"}
    assert footage.frame_numbers(both.joined / "proxy.mp4") == footage.frame_numbers(both.whole / "proxy.mp4")
    assert without_cpu(both.of_joined) == without_cpu(both.of_whole)


def test_what_lasts_over_a_seam_is_found_as_long_as_it_is(tmp_path: Path) -> None:
    shown = (
        "drawbox=c=black:t=fill:enable='between(n,20,55)',loop=loop=19:size=1:start=64,"
        "drawbox=c=white:t=fill:enable='gte(n,90)'"
    )
    clip = footage.clip(tmp_path / "a.mov", frames=120, picture=shown)
    both = make([clip], every=24, recipe=Recipe(qc=Qc(kinds=tuple(QcKind))))
    assert both.of_whole.black
    assert both.of_whole.frozen
    assert both.of_whole.scene_changes
    assert without_cpu(both.of_joined) == without_cpu(both.of_whole)


#: What is coded behind a keyframe and shown before it is left out of a piece, and leaves a gap.
_OPEN_GOP = ("-preset", "medium", "-x265-params", "log-level=none:keyint=12:min-keyint=12:bframes=3:open-gop=1")


@pytest.mark.parametrize(("name", "codec", "options"), [("a.mov", "hevc", _OPEN_GOP), ("a.mxf", "dnxhr", ())])
def test_editorial_proxies_are_joined_with_the_clock_and_the_tracks_of_the_whole(
    tmp_path: Path, name: str, codec: str, options: tuple[str, ...]
) -> None:
    recipe = Recipe(
        editorial=Editorial(formats=tuple(EditorialFormat), burnt_in=True),
        burn_in=BurnIn(show=tuple(BurnInText), words="PROPERTY OF A STUDIO"),
    )
    clip = footage.clip(
        tmp_path / name, codec=codec, rate="25", frames=80, timecode="23:59:58:00", reel="A001R1", options=options
    )
    both = make([clip], every=24, recipe=recipe)
    for kind in ("dnxhr.mov", "dnxhr.mxf", "prores.mov"):
        assert frames_md5(both.joined / kind) == frames_md5(both.whole / kind)
        assert moments(both.joined / kind) == moments(both.whole / kind)
        assert footage.sound_digests(both.joined / kind) == footage.sound_digests(both.whole / kind)
    for kind in (*EditorialFormat, "proxy.mp4"):
        joined, whole = probed(both.joined / kind), probed(both.whole / kind)
        assert tag(joined, "timecode", joined.streams) == tag(whole, "timecode", whole.streams) == "23:59:58:00"
        assert tag(joined, "reel_name", joined.streams) == tag(whole, "reel_name", whole.streams)
        assert [stream["codec_name"] for stream in joined.of_type("audio")] == [
            stream["codec_name"] for stream in whole.of_type("audio")
        ]
    assert footage.frame_numbers(both.joined / "editorial.mov") == list(range(80))


@pytest.mark.parametrize(("name", "codec"), [("a.mov", "prores"), ("a.mxf", "dnxhr"), ("b.mov", "h264")])
def test_a_piece_whose_bytes_were_turned_is_rejected_and_the_others_are_made(
    tmp_path: Path, name: str, codec: str
) -> None:
    clip = footage.clip(tmp_path / name, codec=codec, frames=60, rate="25", size=(320, 180))
    found = inspect([clip], size_bytes=clip.stat().st_size, tools=footage.TOOLS, deadline=time.monotonic() + 60)
    table = contents_of(clip)
    assert table
    damaged = footage.flipped(clip, tmp_path / f"damaged{clip.suffix}", places=range(*_middle_of(table, frame=24)))
    making, (first, second, last) = Making(found), pieces_of(found, 20)
    for piece in (first, last):
        make_piece([damaged], making, piece, time.monotonic() + 60)
    with pytest.raises(Rejected) as refusal:
        make_piece([damaged], making, second, time.monotonic() + 60)
    assert refusal.value.verdict.code in {Code.CORRUPT_ESSENCE, Code.INCOMPLETE_MEDIA}


def _middle_of(table: Contents, *, frame: int) -> tuple[int, int]:
    begin, end = table.starts[frame], table.ends[frame]
    return begin + (end - begin) // 4, begin + 3 * (end - begin) // 4


def test_a_piece_that_lacks_frames_is_incomplete_and_never_joined(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mov", frames=60)
    found = inspect([clip], size_bytes=clip.stat().st_size, tools=footage.TOOLS, deadline=time.monotonic() + 60)
    making, deadline = Making(found), time.monotonic() + 60
    pieces = [make_piece([clip], making, piece, deadline) for piece in pieces_of(found, 24)]
    short = Made.model_validate_json((pieces[1] / MADE).read_text()).model_copy(update={"frames": 23})
    (pieces[1] / MADE).write_text(short.model_dump_json())
    with pytest.raises(Rejected) as refusal:
        join([clip], pieces, making, tmp_path / "joined", deadline)
    assert refusal.value.verdict.code is Code.INCOMPLETE_MEDIA
