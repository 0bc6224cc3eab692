"""The bytes of a piece are a file of its own: it decodes to the frames that the whole file has there."""

import json
import re
import struct
import subprocess
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from math import prod
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circletake.contracts.errors import Rejected
from circletake.contracts.media import Inspection, Piece
from circletake.media import byte_ranges
from circletake.media.byte_ranges import contents, contents_of, gather, sound_file
from circletake.media.inspecting import inspect
from tests import footage
from tests.effort import within_cpu

_FRAMES = 60
_OPEN_GOP = "keyint=12:min-keyint=12:bframes=3:open-gop=1"
#: What cameras write: a table at the end or at the front, frames alone or in groups, open and closed, MXF of all kinds.
_CLIPS: dict[str, dict[str, Any]] = {
    "prores.mov": {"codec": "prores", "tracks": 2},
    "front.mov": {"codec": "prores", "options": ("-movflags", "+faststart"), "sound": "5.1"},
    "silent.mov": {"codec": "prores", "sound": None},
    "long.mp4": {"codec": "h264"},
    "open.mov": {"codec": "h264", "options": ("-preset", "medium", "-x264-params", f"{_OPEN_GOP}:b-pyramid=normal")},
    "hevc.mov": {"codec": "hevc", "options": ("-preset", "medium", "-x265-params", f"log-level=none:{_OPEN_GOP}")},
    "dnxhr.mxf": {"codec": "dnxhr", "size": (256, 144)},
    "mpeg2.mxf": {"codec": "mpeg2", "options": ("-g", "12", "-bf", "2"), "tracks": 2},
}  # fmt: skip


class Original:
    """A clip, what is in it, and how many of its bytes were asked for."""

    def __init__(self, file: Path) -> None:
        self.file, self.size, self.asked = file, file.stat().st_size, 0
        deadline = time.monotonic() + 60
        self.found = inspect([file], size_bytes=self.size, tools=footage.TOOLS, deadline=deadline)
        found = contents(self.size, self.read)
        assert found is not None
        self.contents = found

    def read(self, start: int, length: int) -> bytes:
        self.asked += length
        with self.file.open("rb") as opened:
            opened.seek(start)
            return opened.read(length)

    def gather(self, first: int, count: int, into: Path) -> tuple[list[int], bytes]:
        """Frames → the numbers that are burnt into what was gathered of them, and the sound that came along."""

        def fetch(span: int, ranges: Sequence[range], to: Path, at: int) -> None:
            assert span == 0
            with to.open("r+b") as part:
                part.seek(at)
                for wanted in ranges:
                    assert 0 <= wanted.start < wanted.stop <= self.size
                    part.write(self.read(wanted.start, len(wanted)))

        (part,) = gather(self.found, Piece(number=0, of=1, first=first, count=count), {0: self.contents}, fetch, into)
        named = part.file.rename(part.file.with_suffix(self.file.suffix))
        numbers = footage.frame_numbers(named)[part.before : part.before + part.count]
        return numbers, part.sound.read_bytes()


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Original]:
    folder = tmp_path_factory.mktemp("originals")
    return {
        name: Original(footage.clip(folder / name, rate="25", frames=_FRAMES, **{"size": (192, 108), **how}))
        for name, how in _CLIPS.items()
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(_CLIPS)), first=st.integers(0, _FRAMES - 1), count=st.integers(1, 20))
def test_any_frames_are_decoded_from_their_own_bytes(
    originals: dict[str, Original], tmp_path_factory: pytest.TempPathFactory, name: str, first: int, count: int
) -> None:
    wanted = range(first, min(first + count, _FRAMES))
    numbers, _ = originals[name].gather(first, len(wanted), tmp_path_factory.mktemp("piece"))
    assert numbers == list(wanted)


@pytest.mark.parametrize("name", sorted(_CLIPS))
def test_pieces_read_each_byte_once_and_bring_all_of_the_sound(
    originals: dict[str, Original], tmp_path: Path, name: str
) -> None:
    original = originals[name]
    original.asked, shares = 0, []
    for number, first in enumerate(range(0, _FRAMES, 24)):
        into = tmp_path / str(number)
        into.mkdir()
        shares.append(original.gather(first, min(24, _FRAMES - first), into)[1])
    # Where pictures lean on a keyframe before the piece, its bytes are read twice; and all before it, where no other
    # than the first can be entered.
    most = 1.01 if original.contents.keyframe_every == 1 else 1.5 if name != "open.mov" else 2.3
    assert original.asked <= most * original.size
    if not original.found.audio:
        assert not any(shares)
        return
    joined = tmp_path / name
    sound_file(original.contents, iter(shares), joined)
    assert footage.sound_digests(joined) == footage.sound_digests(original.file)


@pytest.mark.parametrize("name", [name for name in sorted(_CLIPS) if not name.endswith(".mxf")])
def test_the_table_is_what_ffprobe_reads(originals: dict[str, Original], name: str) -> None:
    entries = ["-select_streams", "v:0", "-show_entries", "packet=pts,pos,size,flags", "-of", "json"]
    told = subprocess.run(
        [str(footage.TOOLS.ffprobe), "-v", "error", *entries, originals[name].file], capture_output=True, check=True
    )
    packets = json.loads(told.stdout)["packets"]
    order = sorted(int(packet["pts"]) for packet in packets)
    found = originals[name].contents
    assert list(found.starts) == [int(packet["pos"]) for packet in packets]
    lengths = [end - start for start, end in zip(found.starts, found.ends, strict=True)]
    assert lengths == [int(packet["size"]) for packet in packets]
    assert list(found.shown) == [order.index(int(packet["pts"])) for packet in packets]
    assert list(found.keys) == [at for at, packet in enumerate(packets) if "K" in packet["flags"]]


def test_how_often_a_picture_can_be_entered_is_told(originals: dict[str, Original]) -> None:
    steps = {name: original.found.keyframe_every for name, original in originals.items()}
    assert steps["prores.mov"] == steps["dnxhr.mxf"] == 1
    assert steps["long.mp4"] == steps["mpeg2.mxf"] == 12


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("fragmented.mp4", "h264", ("-movflags", "+frag_keyframe+empty_moov")),
        ("stream.ts", "h264", ()),
        ("old.avi", "mjpeg", ()),
        ("free.mkv", "h264", ()),
        # FFmpeg's index does not tell that pictures are shown in another order than they are coded in.
        ("disordered.mxf", "h264", ("-bf", "2")),
        ("clip_wrapped.mxf", "dnxhr_sq", ("-f", "mxf_opatom", "-an")),
    ],
)
def test_what_has_no_table_of_frames_cannot_be_cut(
    tmp_path: Path, name: str, codec: str, options: tuple[str, ...]
) -> None:
    sound = None if "-an" in options else "stereo"
    size = (1920, 1080) if "opatom" in " ".join(options) else (320, 180)
    clip = footage.clip(tmp_path / name, codec=codec, rate="25", frames=4, sound=sound, size=size, options=options)
    assert contents_of(clip) is None


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(_CLIPS)),
    at=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=6),
    value=st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]),
)
def test_a_table_that_lies_cannot_be_followed_or_stays_within_the_file(
    originals: dict[str, Original], name: str, at: list[float], value: int
) -> None:
    data = bytearray(originals[name].file.read_bytes())
    begin, end = _table_of(data)
    for part in at:
        data[begin + int(part * (end - begin))] = value
    try:
        found = contents(len(data), lambda start, length: bytes(data[start : start + length]))
    except Rejected:
        # The packs of an MXF file's partitions also tell whether it is whole.
        assert name.endswith(".mxf")
        return
    if found is not None:
        assert all(0 <= start < stop <= len(data) for start, stop in zip(found.starts, found.ends, strict=True))
        assert found.coded(range(found.frames - 1, found.frames))
        assert found.cuttable(Fraction(25)) in {True, False}


def _table_of(data: bytearray) -> tuple[int, int]:
    """Where the table of contents of a file lies: its `moov`, or its partitions' packs and the index behind them."""
    if data[4:8] == b"ftyp":
        at = data.rindex(b"moov") - 4
        return at, at + int.from_bytes(data[at : at + 4], "big")
    at = data.index(bytes.fromhex("060e2b34025301010d01020101100100"))
    return at, at + 1200


def looked_at(file: Path) -> Inspection:
    size = file.stat().st_size
    return inspect([file], size_bytes=size, tools=footage.TOOLS, deadline=time.monotonic() + 60)


def written(data: bytes | bytearray, to: Path) -> Path:
    to.write_bytes(data)
    return to


def test_a_sample_beyond_the_end_of_the_file_cannot_be_followed(originals: dict[str, Original]) -> None:
    data = bytearray(originals["silent.mov"].file.read_bytes())
    at = data.rindex(b"stco") + 12
    data[at : at + 4] = len(data).to_bytes(4, "big")
    assert contents(len(data), lambda start, length: bytes(data[start : start + length])) is None


def test_a_stale_place_of_a_timecode_says_nothing_about_the_picture(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mov", frames=24, timecode="01:00:00:00")
    data = bytearray(clip.read_bytes())
    at = data.rindex(b"stco") + 12
    data[at : at + 4] = (len(data) + 4000).to_bytes(4, "big")
    found = looked_at(written(data, tmp_path / "stale.mov"))
    assert (found.video.frames, found.cuttable) == (24, True)


def test_tracks_that_share_their_bytes_are_not_cut_and_are_not_refused(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mov", frames=24, tracks=2)
    data = bytearray(clip.read_bytes())
    _, first, second = (found.end() for found in re.finditer(b"stco", data))
    length = 8 + 4 * int.from_bytes(data[first + 4 : first + 8], "big")
    data[second : second + length] = data[first : first + length]
    found = looked_at(written(data, tmp_path / "shared.mov"))
    assert (len(found.audio), found.cuttable) == (2, False)
    assert looked_at(clip).cuttable


def test_a_track_that_nothing_was_recorded_on_is_not_cut_and_is_not_refused(tmp_path: Path) -> None:
    data = bytearray(footage.clip(tmp_path / "a.mov", frames=24).read_bytes())
    # How many rows a table has lies behind its kind and version; of `stsz` behind the size of all samples too.
    for kind, place in ((b"stts", 8), (b"stsc", 8), (b"stsz", 12), (b"stco", 8)):
        at = data.index(kind, data.rindex(b"soun")) + place
        data[at : at + 4] = bytes(4)
    found = looked_at(written(data, tmp_path / "silent.mov"))
    assert (found.video.frames, len(found.audio), found.cuttable) == (24, 1, False)


def test_a_clip_is_cut_only_where_keyframes_come_as_often_as_pieces_do(tmp_path: Path) -> None:
    tables = {}
    for every in (60, 1000):
        keys = ("-x264-params", f"keyint={every}:min-keyint={every}:scenecut=0")
        clip = footage.clip(
            tmp_path / f"{every}.mov", codec="h264", rate="24", frames=300, size=(192, 108), sound=None, options=keys
        )
        tables[every] = contents_of(clip)
        assert looked_at(clip).cuttable is (every == 60)
    # The second keyframe may also come too late.
    assert tables[60] is not None
    late = replace(tables[60], shown=range(300), keys=[0, 250])
    assert not late.cuttable(Fraction(24))
    assert late.cuttable(Fraction(25))


def test_a_piece_that_no_worker_has_room_for_is_not_made_and_is_no_verdict(
    originals: dict[str, Original], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_ranges, "_MOST_BYTES", 20_000)
    for name in ("prores.mov", "mpeg2.mxf"):
        assert not looked_at(originals[name].file).cuttable
        with pytest.raises(MemoryError):
            originals[name].gather(0, 40, tmp_path)


def box(kind: bytes, *parts: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, parts)), kind) + b"".join(parts)


def table(form: str, rows: Sequence[tuple[int, ...]]) -> bytes:
    return struct.pack(">II", 0, len(rows)) + b"".join(struct.pack(form, *row) for row in rows)


def made_up(runs: Sequence[tuple[int, int]], chunks: int, samples: int) -> bytes:
    """A QuickTime file of `samples` frames of one byte, that lie in chunks as its runs (first chunk, samples) say."""
    samples_of = box(
        b"stbl", box(b"stsd", table(">", [()]), box(b"raw ")), box(b"stts", table(">II", [(samples, 1)])),
        box(b"stsc", table(">III", [(first, each, 1) for first, each in runs])),
        box(b"stsz", struct.pack(">III", 0, 1, samples)), box(b"stco", table(">I", [(28 + n,) for n in range(chunks)])),
    )  # fmt: skip
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), b"vide"), box(b"minf", samples_of)))
    mdat = box(b"mdat", bytes(max(chunks, 1000)))
    return box(b"ftyp", b"qt  ", bytes(4), b"qt  ") + mdat + box(b"moov", box(b"mvhd", bytes(100)), track)


@given(counts=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), min_size=1, max_size=8))
def test_each_run_of_chunks_is_followed_to_the_next(counts: list[tuple[int, int]]) -> None:
    begun = list(accumulate((chunks for chunks, _ in counts), initial=1))
    data = made_up(list(zip(begun, (each for _, each in counts), strict=False)), begun[-1] - 1, sum(map(prod, counts)))
    found = contents(len(data), lambda start, length: data[start : start + length])
    assert found is not None
    held = [each for chunks, each in counts for _ in range(chunks)]
    assert list(found.starts) == [28 + chunk + n for chunk, each in enumerate(held) for n in range(each)]


def test_runs_of_chunks_that_go_back_and_forth_are_not_followed() -> None:
    chunks, rows = 40_000, 4000
    data = made_up([(1, 0), (chunks, 0)] * (rows // 2), chunks, 10)
    with within_cpu(2):
        assert contents(len(data), lambda start, length: data[start : start + length]) is None


@pytest.mark.parametrize("most", [1000, 10**9])
def test_a_table_of_more_frames_than_a_reader_saw_takes_no_memory(most: int) -> None:
    data = made_up([(1, 20_000_000)], 1, 20_000_000)
    tracemalloc.start()
    try:
        assert contents(21_000_000, lambda start, length: data[start : start + length], most) is None
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("part", ["segment", "partition"])
def test_an_index_is_read_only_as_far_as_its_partition_has_one(originals: dict[str, Original], part: str) -> None:
    data, size, asked = bytearray(originals["mpeg2.mxf"].file.read_bytes()), 100 << 30, []
    if part == "segment":
        at = data.index(bytes.fromhex("060e2b34025301010d01020101100100")) + 16
        width = data[at] & 0x7F
        data[at + 1 : at + 1 + width] = b"\x7f" + bytes(width - 1)
    else:
        at = data.rindex(bytes.fromhex("060e2b34020501010d01020101040400")) + 16
        value = at + 1 + (data[at] & 0x7F)
        data[value + 40 : value + 48] = (8 << 30).to_bytes(8, "big")

    def read(start: int, length: int) -> bytes:
        asked.append(length)
        assert length <= 1 << 20
        return bytes(data[start : start + length]).ljust(min(length, size - start), b"\0")

    assert contents(size, read) is None
    assert sum(asked) < 10 << 20
