"""A clip cut anywhere, with flipped bytes or lying headers: a verdict, or every frame. Never a short proxy called done.

The clips have no sound, so that every byte that is hit belongs to the picture or to what the container says of it.
"""

import re
import struct
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import Measurements
from circletake.contracts.recipe import QcKind
from circletake.media import launcher
from tests import footage
from tests.functions.test_transcode_pure import make

FRAMES = 24
#: A name, a codec, and what the writer is told.
CLIPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "moov at the end.mov": ("prores", ()),
    "moov in front.mov": ("h264", ("-movflags", "+faststart")),
    "a.mp4": ("h264", ()),
    "moov in front.mp4": ("h264", ("-movflags", "+faststart")),
    "a.mxf": ("dnxhr", ()),
    "a.mkv": ("h264", ()),
    "a.avi": ("mjpeg", ()),
    "a.ts": ("h264", ()),
}
_PACKET = 188


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every clip, of 24 frames."""
    folder = tmp_path_factory.mktemp("good")
    return {
        name: footage.clip(
            folder / name, codec=codec, frames=FRAMES, rate="25", size=(256, 144), sound=None, options=options
        )
        for name, (codec, options) in CLIPS.items()
    }


def end_of(name: str, data: bytes) -> Code | int:
    """A clip's bytes → the code of its verdict, or how many frames its proxy has or tells of. What else is raised is
    our fault."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / name
        clip.write_bytes(data)
        try:
            made = make(clip)
        except Rejected as rejected:
            return rejected.verdict.code
        return len(footage.frame_numbers(made.proxy)) + _told_as_hidden(made.measured)


def _told_as_hidden(measured: Measurements) -> int:
    """Frames that an edit list leaves out, and that whoever watches the clip is told of."""
    sentences = [each.sentence for each in measured.findings if each.kind is QcKind.HIDDEN_FRAMES]
    return sum(int(found[1]) for sentence in sentences if (found := re.search(r"hides (\d+) frame", sentence)))


# --- cut anywhere ---------------------------------------------------------------------------------------------------


@settings(max_examples=80)
@given(name=st.sampled_from(sorted(CLIPS)), place=st.floats(0.01, 1, exclude_max=True))
def test_a_clip_cut_anywhere_is_not_all_there(good: dict[str, Path], name: str, place: float) -> None:
    data = good[name].read_bytes()
    at = int(len(data) * place)
    if name == "a.ts" and at % _PACKET == 0:
        at += 1
    assert end_of(name, data[:at]) is Code.INCOMPLETE_MEDIA


@pytest.mark.parametrize("name", sorted(CLIPS))
@pytest.mark.parametrize("missing", [1, 5, 40])
def test_a_clip_that_lacks_its_last_bytes_is_not_all_there(good: dict[str, Path], name: str, missing: int) -> None:
    assert end_of(name, good[name].read_bytes()[:-missing]) is Code.INCOMPLETE_MEDIA


def test_a_stream_cut_within_a_frame_does_not_decode(good: dict[str, Path]) -> None:
    # Between packets, where its length tells nothing: the frame that was cut does.
    data = good["a.ts"].read_bytes()
    at = len(data) // 2 // _PACKET * _PACKET
    while data[at + 1] & 0x40:
        at += _PACKET
    assert end_of("a.ts", data[:at]) in {Code.CORRUPT_ESSENCE, Code.INCOMPLETE_MEDIA}


# --- flipped bytes --------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(name=st.sampled_from(sorted(CLIPS)), place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_a_wrong_byte_anywhere_is_a_verdict_or_costs_no_frame(
    good: dict[str, Path], name: str, place: float, byte: int
) -> None:
    data = bytearray(good[name].read_bytes())
    data[int(len(data) * place)] = byte
    ended = end_of(name, bytes(data))
    assert isinstance(ended, Code) or ended == FRAMES


@settings(max_examples=40)
@given(
    name=st.sampled_from([name for name in sorted(CLIPS) if "m" in name.split(".")[1]]),
    box=st.sampled_from([b"stsz", b"stts", b"ctts", b"stsc", b"stco", b"stss", b"elst", b"mdhd", b"tkhd", b"hdlr"]),
    offset=st.integers(0, 40),
    byte=st.integers(0, 255),
)
def test_a_wrong_byte_in_a_table_is_a_verdict_or_costs_no_frame(
    good: dict[str, Path], name: str, box: bytes, offset: int, byte: int
) -> None:
    data = bytearray(good[name].read_bytes())
    at = data.find(box)
    data[min(at + 4 + offset, len(data) - 1)] = byte
    ended = end_of(name, bytes(data))
    assert isinstance(ended, Code) or ended == FRAMES


def test_a_table_of_moments_that_tells_of_no_frame_is_a_verdict(good: dict[str, Path]) -> None:
    # Without it an edit list that begins where the first frame is shown hides the first two that are decoded.
    assert end_of("a.mp4", lied(good["a.mp4"].read_bytes(), b"ctts", 4, 0)) is Code.CORRUPT_ESSENCE


# --- lying headers --------------------------------------------------------------------------------------------------


def lied(data: bytes, box: bytes, offset: int, value: int, layout: str = ">I") -> bytes:
    """A file with another number `offset` bytes behind the name of a box."""
    changed = bytearray(data)
    struct.pack_into(layout, changed, changed.index(box) + 4 + offset, value)
    return bytes(changed)


@pytest.mark.parametrize(("box", "offset"), [(b"stsz", 8), (b"stts", 8)])
@pytest.mark.parametrize("count", [FRAMES - 1, FRAMES + 1, 2 * FRAMES, 1])
def test_a_table_that_counts_other_frames_than_there_are_is_a_verdict_or_costs_no_frame(
    good: dict[str, Path], box: bytes, offset: int, count: int
) -> None:
    ended = end_of("a.mov", lied(good["moov at the end.mov"].read_bytes(), box, offset, count))
    # Where only the times are too few, or a size is told of one frame that is nowhere, every frame there is is shown.
    assert isinstance(ended, Code) or ended == FRAMES


@pytest.mark.parametrize("layout", ["moov at the end.mov", "moov in front.mp4"])
@pytest.mark.parametrize("box", [b"mvhd", b"mdhd", b"tkhd"])
@pytest.mark.parametrize("duration", [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_30_a_duration_that_cannot_be_is_a_verdict_or_costs_no_frame(
    good: dict[str, Path], layout: str, box: bytes, duration: int
) -> None:
    ended = end_of(layout, lied(good[layout].read_bytes(), box, 20 if box == b"tkhd" else 16, duration))
    assert isinstance(ended, Code) or ended == FRAMES


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0, 0.0, 1e300])
def test_30_so_is_one_of_matroska(good: dict[str, Path], seconds: float) -> None:
    data = bytearray(good["a.mkv"].read_bytes())
    at = data.index(b"\x44\x89\x88")
    struct.pack_into(">d", data, at + 3, seconds)
    ended = end_of("a.mkv", bytes(data))
    assert isinstance(ended, Code) or ended == FRAMES


def test_19_fewer_frames_than_a_header_declares_are_incomplete(good: dict[str, Path]) -> None:
    assert end_of("a.avi", lied(good["a.avi"].read_bytes(), b"strh", 36, FRAMES + 6, "<I")) is Code.INCOMPLETE_MEDIA


@pytest.mark.parametrize("seconds", [0.2, 3.0])
def test_23_sound_of_another_length_than_the_picture_costs_no_frame_and_adds_none(
    tmp_path: Path, seconds: float
) -> None:
    sound = ("-af", f"apad=whole_dur={seconds},atrim=end={seconds}", "-shortest_buf_duration", "0")
    made = make(footage.clip(tmp_path / "a.mov", rate="25", frames=FRAMES, options=sound))
    assert footage.frame_numbers(made.proxy) == list(range(FRAMES))


@pytest.mark.parametrize("entries", [2, 500])
def test_31_an_edit_list_that_shows_the_same_again_exceeds_the_limit(good: dict[str, Path], entries: int) -> None:
    data = good["moov at the end.mov"].read_bytes()
    at = data.index(b"elst")
    entry = data[at + 12 : at + 24]
    grown = len(entry) * (entries - 1)
    changed = bytearray(data)
    changed[at + 8 : at + 24] = struct.pack(">I", entries) + entry * entries
    # Every box around the list grows with it: elst and edts begin right before, trak and moov where they are named.
    for start in (at - 4, changed.index(b"edts") - 4, changed.index(b"trak") - 4, changed.index(b"moov") - 4):
        struct.pack_into(">I", changed, start, struct.unpack_from(">I", changed, start)[0] + grown)
    assert end_of("a.mov", bytes(changed)) is Code.LIMIT_EXCEEDED


def test_32_a_tag_of_100_megabytes_exceeds_the_limit_or_is_left_unread(tmp_path: Path) -> None:
    clip, tags, tagged = (tmp_path / name for name in ("a.mkv", "tags.txt", "b.mkv"))
    footage.clip(clip, codec="h264", frames=2, sound=None)
    tags.write_bytes(b";FFMETADATA1\nreel_name=" + b"A" * 100_000_000 + b"\n")
    launcher.make(
        ["-i", str(clip), "-i", str(tags), "-map_metadata", "1", "-c", "copy", str(tagged)], tools=footage.TOOLS
    )
    assert tagged.stat().st_size > 100_000_000
    assert end_of("b.mkv", tagged.read_bytes()) in {Code.LIMIT_EXCEEDED, 2}
