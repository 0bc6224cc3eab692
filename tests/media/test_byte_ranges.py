"""The bytes of a piece are a file of its own: it decodes to the frames that the whole file has there."""

import json
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circletake.contracts.errors import Rejected
from circletake.contracts.media import Piece
from circletake.media.byte_ranges import contents, contents_of, gather, sound_file
from circletake.media.inspecting import inspect
from tests import footage

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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    # Where pictures lean on a keyframe before the piece, its bytes are read twice.
    assert original.asked <= (1.01 if original.contents.keyframe_every == 1 else 1.5) * original.size
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
        [footage.TOOLS.ffprobe, "-v", "error", *entries, originals[name].file], capture_output=True, check=True
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


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(_CLIPS)),
    at=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=6),
    value=st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]),
)
def test_a_table_that_lies_is_rejected_or_stays_within_the_file(
    originals: dict[str, Original], name: str, at: list[float], value: int
) -> None:
    data = bytearray(originals[name].file.read_bytes())
    begin, end = _table_of(data)
    for part in at:
        data[begin + int(part * (end - begin))] = value
    try:
        found = contents(len(data), lambda start, length: bytes(data[start : start + length]))
    except Rejected:
        return
    if found is not None:
        assert all(0 <= start < stop <= len(data) for start, stop in zip(found.starts, found.ends, strict=True))
        assert found.coded(range(found.frames - 1, found.frames))


def _table_of(data: bytearray) -> tuple[int, int]:
    """Where the table of contents of a file lies: its `moov`, or its partitions' packs and the index behind them."""
    if data[4:8] == b"ftyp":
        at = data.rindex(b"moov") - 4
        return at, at + int.from_bytes(data[at : at + 4], "big")
    at = data.index(bytes.fromhex("060e2b34025301010d01020101100100"))
    return at, at + 1200


def test_a_sample_beyond_the_end_of_the_file_is_rejected(originals: dict[str, Original]) -> None:
    data = bytearray(originals["prores.mov"].file.read_bytes())
    at = data.rindex(b"stco") + 12
    data[at : at + 4] = len(data).to_bytes(4, "big")
    with pytest.raises(Rejected, match="points past its end"):
        contents(len(data), lambda start, length: bytes(data[start : start + length]))
