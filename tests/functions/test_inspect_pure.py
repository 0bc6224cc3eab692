"""What `inspect` finds in good footage is exact, and what it does not find is None; what is bad ends in one code."""

import itertools
import random
import struct
import time
import zlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import ColorTags, Inspection, Route
from circletake.media import launcher, wholeness
from circletake.media.inspecting import inspect
from circletake.media.sniff import MXF_PARTITION
from circletake.media.wholeness import ranges_to_probe
from infra.local import card
from tests import footage


def look(*files: Path) -> Inspection:
    size = sum(file.stat().st_size for file in files)
    return inspect(files, size_bytes=size, tools=footage.TOOLS, deadline=time.monotonic() + 30)


def verdict(*files: Path) -> tuple[Code, str]:
    """The code and sentence that a file ends with, within the half minute that any file is given."""
    started = time.monotonic()
    with pytest.raises(Rejected) as refusal:
        look(*files)
    assert time.monotonic() - started < 30
    said = refusal.value.verdict
    assert said.sentence.endswith(".")
    assert said.next_step.endswith(".")
    assert "/" not in said.sentence.replace("QuickTime/MP4", ""), "a path of ours is in the sentence"
    return said.code, said.sentence


# --- good footage --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "timecode"),
    [
        ("24000/1001", "01:00:00:00"),
        ("24", "23:59:59:20"),
        ("25", "10:00:00:00"),
        ("30000/1001", "00:59:59;28"),
        ("30000/1001", "01:00:00:00"),
        ("30", "12:00:00:29"),
        ("48000/1001", "01:00:00:47"),
        ("48", "01:00:00:00"),
        ("50", "01:00:00:49"),
        ("60000/1001", "00:09:59;59"),
        ("60000/1001", "01:00:00:00"),
        ("60", "01:00:00:00"),
        ("120000/1001", "01:00:00:007"),
    ],
)
def test_the_rate_and_start_timecode_of_a_camera_clip_are_exact(tmp_path: Path, rate: str, timecode: str) -> None:
    found = look(footage.clip(tmp_path / "a.mov", rate=rate, frames=7, timecode=timecode, reel="A001R1AB"))
    assert found.video.rate == Fraction(rate)
    assert not found.video.variable_rate
    assert found.start_timecode == timecode
    assert found.reel == "A001R1AB"
    assert found.video.frames == 7
    assert found.duration_s == 7 / Fraction(rate)


@pytest.mark.parametrize(
    ("name", "codec", "rate", "counted"),
    [
        ("a.mov", "prores", "24000/1001", False),
        ("a.mxf", "dnxhr", "30000/1001", False),
        ("a.mkv", "h264", "24000/1001", True),
        ("a.mkv", "vp8", "25", True),
        ("a.avi", "mjpeg", "10", False),
        ("a.ts", "h264", "30000/1001", True),
        ("a.mp4", "hevc", "60000/1001", False),
    ],
)
def test_every_container_gives_its_rate_and_all_its_frames(
    tmp_path: Path, name: str, codec: str, rate: str, counted: bool
) -> None:
    found = look(footage.clip(tmp_path / name, codec=codec, rate=rate, frames=31))
    assert (found.video.rate, found.video.frames) == (Fraction(rate), 31)
    assert found.video.frames_counted is counted
    assert not found.video.variable_rate
    assert found.route is Route.LAMBDA


def test_what_a_clip_does_not_say_is_none(tmp_path: Path) -> None:
    found = look(footage.clip(tmp_path / "a.mkv", codec="h264", sound=None, colour=None))
    assert found.start_timecode is None
    assert found.reel is None
    colour = found.video.color
    assert (colour.primaries, colour.transfer, colour.matrix) == (None, None, None)
    assert found.audio == ()


def test_an_mxf_clip_of_four_microphones_gives_timecode_reel_and_every_track(tmp_path: Path) -> None:
    clip = footage.clip(
        tmp_path / "a.mxf", codec="dnxhr", rate="25", timecode="10:11:12:13", reel="A001", sound="mono", tracks=4
    )
    found = look(clip)
    assert (found.start_timecode, found.reel) == ("10:11:12:13", "A001")
    assert [track.channels for track in found.audio] == [1, 1, 1, 1]


def test_a_surround_clip_keeps_its_layout_and_its_colour_tags(tmp_path: Path) -> None:
    found = look(footage.clip(tmp_path / "a.mp4", codec="h264", sound="5.1"))
    assert [(track.channels, track.layout) for track in found.audio] == [(6, "5.1")]
    assert found.video.color == ColorTags(primaries="bt709", transfer="bt709", matrix="bt709", range="tv")


def test_a_matroska_timecode_is_read_and_one_that_cannot_be_is_refused(tmp_path: Path) -> None:
    good = footage.clip(tmp_path / "a.mkv", codec="h264", rate="25", timecode="10:00:00:24")
    assert look(good).start_timecode == "10:00:00:24"
    bad = footage.clip(tmp_path / "b.mkv", codec="h264", rate="30000/1001", timecode="00:01:00;00")
    code, sentence = verdict(bad)
    assert code is Code.CORRUPT_ESSENCE
    assert "drop-frame leaves out" in sentence


def test_a_variable_rate_is_said_and_its_length_is_exact(tmp_path: Path) -> None:
    drop = "select='not(mod(n,3))+not(mod(n,5))'"
    clip = footage.clip(
        tmp_path / "a.mov", codec="h264", rate="30", frames=28, picture=drop, options=("-fps_mode", "passthrough"),
        sound=None,
    )  # fmt: skip
    found = look(clip)
    assert found.video.variable_rate
    assert found.video.frames == 28
    # Of 60 frames those stay whose number is a multiple of 3 or 5: the last is 57, and lasts one.
    assert found.duration_s == Fraction(58, 30)


def test_a_coarse_clock_is_not_a_variable_rate(tmp_path: Path) -> None:
    timescale = ("-video_track_timescale", "600")
    found = look(footage.clip(tmp_path / "a.mp4", codec="h264", rate="24000/1001", frames=40, options=timescale))
    assert (found.video.rate, found.video.variable_rate) == (Fraction(24000, 1001), False)


def test_one_frame_is_a_clip(tmp_path: Path) -> None:
    found = look(footage.clip(tmp_path / "a.mov", frames=1))
    assert (found.video.frames, found.video.rate) == (1, Fraction(24000, 1001))


def test_what_an_edit_list_hides_is_not_counted(tmp_path: Path) -> None:
    whole = footage.clip(tmp_path / "a.mp4", codec="h264", rate="25", frames=48)
    part = tmp_path / "b.mp4"
    launcher.make(["-ss", "0.6", "-i", str(whole), "-c", "copy", str(part)], tools=footage.TOOLS)
    assert look(part).video.frames == 33


def test_rotation_and_pixel_shape_are_told(tmp_path: Path) -> None:
    upright = footage.clip(tmp_path / "a.mp4", codec="h264", sound=None)
    turned = tmp_path / "b.mp4"
    launcher.make(["-display_rotation", "-90", "-i", str(upright), "-c", "copy", str(turned)], tools=footage.TOOLS)
    assert look(turned).video.rotation_degrees == 90
    wide = footage.clip(tmp_path / "c.mov", size=(720, 576), picture="setsar=64/45")
    assert look(wide).video.sample_aspect_ratio == Fraction(64, 45)


def test_the_spans_of_a_clip_are_one_and_strangers_are_not(tmp_path: Path) -> None:
    first, second = (footage.clip(tmp_path / f"{n}.mov", frames=10 + n, timecode="01:00:00:00") for n in range(2))
    together = look(first, second)
    assert together.video.frames == 21
    assert together.duration_s == 21 / Fraction(24000, 1001)
    stranger = footage.clip(tmp_path / "x.mov", frames=10, rate="25")
    assert verdict(first, stranger)[0] is Code.MISSING_SPAN


def test_captions_and_a_cover_beside_the_picture_do_no_harm(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mp4", codec="h264", frames=12)
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nTake one.\n")
    cover, all_of_it = tmp_path / "cover.png", tmp_path / "b.mp4"
    launcher.make(["-f", "lavfi", "-i", "testsrc2", "-frames:v", "1", str(cover)], tools=footage.TOOLS)
    launcher.make(
        ["-i", str(cover), "-i", str(clip), "-i", str(tmp_path / "a.srt"), "-map", "0", "-map", "1", "-map", "2",
         "-c", "copy", "-c:s", "mov_text", "-disposition:v:0", "attached_pic", str(all_of_it)],
        tools=footage.TOOLS,
    )  # fmt: skip
    assert (look(all_of_it).video.codec, look(all_of_it).video.frames) == ("h264", 12)


def test_real_footage_is_read_as_it_is() -> None:
    found = look(card.bikes(print))
    assert (found.video.frames, found.video.rate, found.video.codec) == (250, Fraction(25), "h264")
    assert (found.start_timecode, found.audio) == (None, ())


def test_a_small_recording_that_a_camera_never_closed_is_incomplete(tmp_path: Path) -> None:
    data = bytearray(footage.clip(tmp_path / "a.mxf", codec="mpeg2").read_bytes())
    # Where the footer begins, which a camera writes last (ST 377-1, table 5), behind the key and its length.
    place = 17 + (data[16] & 0x7F) + 24
    data[place : place + 8] = bytes(8)
    (tmp_path / "b.mxf").write_bytes(data[: len(data) // 2])
    code, sentence = verdict(tmp_path / "b.mxf")
    assert code is Code.INCOMPLETE_MEDIA
    assert "no footer" in sentence


# --- large files ---------------------------------------------------------------------------------------------------


def test_a_small_file_is_read_whole() -> None:
    assert ranges_to_probe(50 << 20, lambda start, length: b"") is None


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.mov", "prores", ()),
        ("a.mov", "prores", ("-movflags", "+faststart")),
        ("a.mp4", "h264", ()),
        ("a.mxf", "dnxhr", ()),
        ("a.mxf", "mpeg2", ()),
    ],
)
def test_a_large_clip_is_inspected_from_a_few_of_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, codec: str, options: Sequence[str]
) -> None:
    clip = footage.clip(tmp_path / name, codec=codec, frames=600, rate="25", timecode="10:00:00:00", options=options)
    whole = look(clip)
    monkeypatch.setattr(wholeness, "_SMALL_BYTES", 100_000)
    monkeypatch.setattr(wholeness, "_ESSENCE_BYTES", 200_000)
    monkeypatch.setattr(wholeness, "_EDGE_BYTES", 66_000)
    data = clip.read_bytes()
    wanted = ranges_to_probe(len(data), lambda start, length: data[start : start + length])
    assert wanted is not None
    assert sum(map(len, wanted)) < len(data) / 2
    assert all(early.stop < late.start for early, late in itertools.pairwise(wanted))
    assert look(_sparse(tmp_path / f"sparse_{name}", data, wanted)) == whole


@pytest.mark.parametrize("kind", [b"tmcd", b"rtmd"])
def test_a_start_timecode_is_read_from_wherever_it_lies_in_a_large_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: bytes
) -> None:
    made = footage.clip(tmp_path / "a.mov", frames=600, rate="25", timecode="10:00:00:00").read_bytes()
    whole = tmp_path / "whole.mov"
    whole.write_bytes(data := _timecode_moved(made, kind))
    assert look(whole).start_timecode == "10:00:00:00"
    monkeypatch.setattr(wholeness, "_SMALL_BYTES", 100_000)
    monkeypatch.setattr(wholeness, "_ESSENCE_BYTES", 200_000)
    monkeypatch.setattr(wholeness, "_EDGE_BYTES", 66_000)
    wanted = ranges_to_probe(len(data), lambda start, length: data[start : start + length])
    assert wanted is not None
    assert sum(map(len, wanted)) < len(data) / 2
    assert look(_sparse(tmp_path / "sparse.mov", data, wanted)) == look(whole)


def _timecode_moved(data: bytes, kind: bytes) -> bytes:
    """A QuickTime file, its table last → the same with its timecode far into what lies before the table."""
    begin, moov = data.index(b"mdat") - 4, data.rindex(b"moov") - 4
    place = data.rindex(b"stco") + 12
    first = struct.unpack_from(">I", data, place)[0]
    # Sony's own (libavformat/mov.c): hours, minutes, seconds, whether frames are dropped, frames, from byte 13 on.
    sample = data[first : first + 4] if kind == b"tmcd" else bytes(13) + bytes([10, 0, 0, 0, 0])
    hole = bytes(100_000)
    table = data[moov:place] + struct.pack(">I", moov + len(hole)) + data[place + 4 :]
    described = table.rindex(b"tmcd", 0, table.rindex(b"stts"))
    table = table[:described] + kind + table[described + 4 :]
    length = struct.pack(">I", moov - begin + len(sample) + 2 * len(hole))
    return data[:begin] + length + data[begin + 4 : moov] + hole + sample + hole + table


def _sparse(to: Path, data: bytes, wanted: Sequence[range]) -> Path:
    """A file as a probe gets it: a hole wherever no bytes were asked for."""
    with to.open("wb") as file:
        file.truncate(len(data))
        for part in wanted:
            file.seek(part.start)
            file.write(data[part.start : part.stop])
    return to


def test_a_clip_of_a_hundred_gigabytes_is_cut_and_is_not_read(tmp_path: Path) -> None:
    large = _stretched(footage.clip(tmp_path / "a.mov", frames=30, rate="25").read_bytes(), by=100 << 30)
    wanted = ranges_to_probe(large.size, large.read)
    assert wanted is not None
    assert sum(map(len, wanted)) < 20 << 20
    sparse = tmp_path / "sparse.mov"
    with sparse.open("wb") as file:
        file.truncate(large.size)
        for part in wanted:
            file.seek(part.start)
            file.write(large.read(part.start, len(part)))
    found = inspect([sparse], size_bytes=large.size, tools=footage.TOOLS, deadline=time.monotonic() + 30)
    assert found.route is Route.SEGMENTS
    assert (found.span_frames, found.keyframe_every) == ((30,), 1)


class _stretched:  # noqa: N801 - reads like a function where it is used
    """A QuickTime file whose essence is followed by a hole of `by` bytes, as a reader of ranges."""

    def __init__(self, data: bytes, *, by: int) -> None:
        at = data.index(b"mdat") - 4
        length = struct.unpack(">I", data[at : at + 4])[0]
        # The eight bytes before it are a `wide` box, kept by QuickTime for exactly this: a 64-bit length.
        assert data[at - 4 : at] == b"wide"
        self.head = data[: at - 8] + struct.pack(">I4sQ", 1, b"mdat", length + 8 + by) + data[at + 8 : at + length]
        self.tail = data[at + length :]
        self.by = by
        self.size = len(self.head) + by + len(self.tail)

    def read(self, start: int, length: int) -> bytes:
        end = min(start + length, self.size)
        tail_at = len(self.head) + self.by
        hole = max(0, min(end, tail_at) - max(start, len(self.head)))
        tail = self.tail[max(0, start - tail_at) : max(0, end - tail_at)]
        return self.head[start:end] + bytes(hole) + tail


# --- bad footage: the corpus of hostile input, by its numbers -------------------------------------------------------


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    directory = tmp_path_factory.mktemp("good")
    kinds = {"mov": "prores", "mp4": "h264", "mxf": "dnxhr", "mkv": "h264", "avi": "mjpeg", "ts": "h264"}
    return {
        kind: footage.clip(directory / f"a.{kind}", codec=codec, rate="25", frames=24) for kind, codec in kinds.items()
    }


def patched(source: Path, to: Path, change: Callable[[bytearray], None]) -> Path:
    data = bytearray(source.read_bytes())
    change(data)
    to.write_bytes(data)
    return to


def atom(data: bytearray, name: bytes, offset: int) -> int:
    """Where `offset` bytes after the name of an atom lie."""
    return data.index(name) + len(name) + offset


@pytest.mark.parametrize("name", footage.DISGUISES)
def test_1_to_13_nothing_in_disguise_reaches_ffmpeg(tmp_path: Path, name: str) -> None:
    (tmp_path / "other_take.mov").write_bytes(b"never to be opened")
    disguised = tmp_path / "A001C001.mov"
    disguised.write_bytes(footage.DISGUISES[name])
    assert verdict(disguised)[0] is Code.UNSUPPORTED_CONTAINER


@pytest.mark.parametrize("kind", ["mov", "mp4", "mxf", "mkv", "avi"])
def test_14_a_clip_cut_at_sixty_percent_is_incomplete(good: dict[str, Path], tmp_path: Path, kind: str) -> None:
    code, sentence = verdict(footage.cut(good[kind], tmp_path / "cut", keep=0.6))
    assert code is Code.INCOMPLETE_MEDIA
    assert "not all there" in sentence


def test_14_a_fast_start_clip_cut_at_sixty_percent_is_incomplete(tmp_path: Path) -> None:
    fast = footage.clip(tmp_path / "fast.mov", options=("-movflags", "+faststart"))
    assert verdict(footage.cut(fast, tmp_path / "cut.mov", keep=0.6))[0] is Code.INCOMPLETE_MEDIA


def test_15_a_clip_without_its_table_of_contents_is_incomplete(good: dict[str, Path], tmp_path: Path) -> None:
    code, sentence = verdict(footage.without_moov(good["mov"], tmp_path / "a.mov"))
    assert code is Code.INCOMPLETE_MEDIA
    assert "moov" in sentence


def test_16_a_clip_is_incomplete_wherever_it_is_cut(good: dict[str, Path], tmp_path: Path) -> None:
    cuts = {verdict(footage.cut(good["mov"], tmp_path / "cut", keep=n / 200))[0] for n in range(1, 200)}
    assert cuts == {Code.INCOMPLETE_MEDIA}


@pytest.mark.parametrize("kind", ["mxf", "mkv", "avi"])
def test_16_so_is_one_in_another_container(good: dict[str, Path], tmp_path: Path, kind: str) -> None:
    cuts = {verdict(footage.cut(good[kind], tmp_path / "cut", keep=n / 20))[0] for n in range(2, 20)}
    assert cuts == {Code.INCOMPLETE_MEDIA}


def test_17_a_lying_atom_size_is_incomplete(good: dict[str, Path], tmp_path: Path) -> None:
    def lie(data: bytearray) -> None:
        at = atom(data, b"mdat", -8)
        data[at : at + 4] = struct.pack(">I", len(data))

    assert verdict(patched(good["mov"], tmp_path / "a.mov", lie))[0] is Code.INCOMPLETE_MEDIA


def test_18_an_mxf_file_without_its_footer_is_incomplete(good: dict[str, Path], tmp_path: Path) -> None:
    data = good["mxf"].read_bytes()
    (tmp_path / "a.mxf").write_bytes(data[: data.rindex(MXF_PARTITION + b"\x04")])
    assert verdict(tmp_path / "a.mxf") == (
        Code.INCOMPLETE_MEDIA,
        f"This file is not all there: it ends before byte {data.rindex(MXF_PARTITION + bytes([4])):,}, "
        "where its footer begins.",
    )


def test_22_garbage_in_the_table_of_frame_sizes_is_corrupt(good: dict[str, Path], tmp_path: Path) -> None:
    noise = random.Random(1)

    def garble(data: bytearray) -> None:
        at = atom(data, b"stsz", 12)
        data[at : at + 40] = noise.randbytes(40)

    code, _ = verdict(patched(good["mov"], tmp_path / "a.mov", garble))
    assert code in {Code.CORRUPT_ESSENCE, Code.INCOMPLETE_MEDIA, Code.LIMIT_EXCEEDED}


def test_24_a_picture_of_65535_squared_exceeds_the_limit(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mkv", codec="ffv1", size=(320, 320), frames=2, sound=None)

    def enlarge(data: bytearray) -> None:
        for element in (b"\xb0\x82", b"\xba\x82"):
            at = data.index(element + (320).to_bytes(2, "big"))
            data[at + 2 : at + 4] = b"\xff\xff"

    assert verdict(patched(clip, tmp_path / "b.mkv", enlarge))[0] is Code.LIMIT_EXCEEDED


def test_25_a_png_of_16k_squared_is_not_unpacked(tmp_path: Path) -> None:
    picture, clip = tmp_path / "bomb.png", tmp_path / "a.mov"
    picture.write_bytes(_png(16_384))
    assert verdict(picture)[0] is Code.UNSUPPORTED_CONTAINER
    small = footage.clip(clip, codec="png", size=(16, 16), frames=1, sound=None)
    data = small.read_bytes()
    at = data.index(b"\x89PNG")
    # The bomb takes the place of the small picture inside the clip, as far as there is room: its header is enough.
    small.write_bytes(data[:at] + _png(16_384)[:33] + data[at + 33 :])
    assert verdict(clip)[0] in {Code.LIMIT_EXCEEDED, Code.CODEC_NOT_ALLOWED}


@pytest.mark.parametrize("kind", ["mov", "mp4", "mkv", "ts"])
def test_26_two_frames_ten_hours_apart_exceed_the_limit(tmp_path: Path, kind: str) -> None:
    bomb = footage.clip(
        tmp_path / f"a.{kind}", codec="h264", rate="25", frames=2, sound=None, picture="setpts=N*36000/TB",
        options=("-fps_mode", "passthrough", "-bf", "0"),
    )  # fmt: skip
    assert verdict(bomb)[0] is Code.LIMIT_EXCEEDED


@pytest.mark.parametrize(("kind", "tracks"), [("mov", 800), ("mkv", 100)])
def test_27_hundreds_of_streams_exceed_the_limit(tmp_path: Path, kind: str, tracks: int) -> None:
    crowd = footage.clip(tmp_path / f"a.{kind}", codec="h264", frames=1, sound="mono", tracks=tracks)
    assert verdict(crowd)[0] is Code.LIMIT_EXCEEDED


@pytest.mark.parametrize("field", [8, 4])
def test_28_a_huge_table_of_times_ends_in_a_verdict(good: dict[str, Path], tmp_path: Path, field: int) -> None:
    def inflate(data: bytearray) -> None:
        at = atom(data, b"stts", field)
        data[at : at + 4] = struct.pack(">I", 0xFFFF_FFF0)

    code, _ = verdict(patched(good["mov"], tmp_path / "a.mov", inflate))
    assert code in {Code.INCOMPLETE_MEDIA, Code.LIMIT_EXCEEDED, Code.CORRUPT_ESSENCE}


@pytest.mark.parametrize(("scale", "rate", "code"), [(0, 0, Code.NO_FRAME_RATE), (1, 1_000_000, Code.LIMIT_EXCEEDED)])
def test_29_a_rate_of_nothing_or_of_a_million_is_refused(
    good: dict[str, Path], tmp_path: Path, scale: int, rate: int, code: Code
) -> None:
    def change(data: bytearray) -> None:
        at = atom(data, b"strh", 24)
        data[at : at + 8] = struct.pack("<II", scale, rate)
        frame_time = atom(data, b"avih", 4)
        data[frame_time : frame_time + 4] = bytes(4)

    assert verdict(patched(good["avi"], tmp_path / "a.avi", change))[0] is code


@pytest.mark.parametrize(("ticks", "code"), [(0, Code.CORRUPT_ESSENCE), (1, Code.LIMIT_EXCEEDED)])
def test_29_frames_that_take_no_time_are_refused(good: dict[str, Path], tmp_path: Path, ticks: int, code: Code) -> None:
    def change(data: bytearray) -> None:
        at = atom(data, b"stts", 12)
        data[at : at + 4] = struct.pack(">I", ticks)

    assert verdict(patched(good["mov"], tmp_path / "a.mov", change))[0] is code


@pytest.mark.parametrize("kind", ["mov", "mkv"])
def test_34_magicyuv_is_not_allowed(tmp_path: Path, kind: str) -> None:
    code, sentence = verdict(footage.clip(tmp_path / f"a.{kind}", codec="magicyuv", frames=2))
    assert code is Code.CODEC_NOT_ALLOWED
    assert "magicyuv" in sentence


def test_35_fonts_and_styled_subtitles_are_not_allowed(good: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "a.ass").write_text(
        "[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: D,Arial\n"
        "[Events]\nFormat: Layer, Start, End, Style, Text\nDialogue: 0,0:00:00.00,0:00:01.00,D,hi\n"
    )
    (tmp_path / "f.ttf").write_bytes(bytes(100))
    styled, fonts = tmp_path / "styled.mkv", tmp_path / "fonts.mkv"
    copy = ["-i", str(good["mkv"])]
    launcher.make([*copy, "-i", str(tmp_path / "a.ass"), "-c", "copy", str(styled)], tools=footage.TOOLS)
    launcher.make(
        [*copy, "-c", "copy", "-attach", str(tmp_path / "f.ttf"), "-metadata:s:t", "mimetype=font/ttf", str(fonts)],
        tools=footage.TOOLS,
    )
    assert verdict(styled)[0] is Code.CODEC_NOT_ALLOWED
    assert verdict(fonts)[0] is Code.CODEC_NOT_ALLOWED


@pytest.mark.parametrize("kind", ["mov", "mkv", "avi", "wav"])
def test_36_sound_alone_is_no_clip(tmp_path: Path, kind: str) -> None:
    assert verdict(footage.sound_only(tmp_path / f"a.{kind}"))[0] is Code.NO_VIDEO


def test_37_cover_art_alone_is_no_clip(tmp_path: Path) -> None:
    cover, song = tmp_path / "cover.jpg", tmp_path / "a.mp4"
    launcher.make(["-f", "lavfi", "-i", "testsrc2", "-frames:v", "1", str(cover)], tools=footage.TOOLS)
    launcher.make(
        ["-f", "lavfi", "-i", "sine=d=1", "-i", str(cover), "-map", "0", "-map", "1", "-c:v", "copy",
         "-disposition:v", "attached_pic", str(song)],
        tools=footage.TOOLS,
    )  # fmt: skip
    assert verdict(song)[0] is Code.NO_VIDEO


def test_raw_that_ffmpeg_cannot_decode_is_kept_and_named(good: dict[str, Path], tmp_path: Path) -> None:
    def rename(data: bytearray) -> None:
        at = data.index(b"apch", data.index(b"stsd"))
        data[at : at + 4] = b"brxq"

    code, sentence = verdict(patched(good["mov"], tmp_path / "a.mov", rename))
    assert code is Code.RAW_WITHOUT_DECODER
    assert "brxq" in sentence


@pytest.mark.parametrize(
    "name", ["-y.mov", "concat:a|b.mov", "a b+c é%20.mov", "x%03d.mov", "a\nb\u202e.mov", "$(id).mov"]
)
def test_a_hostile_name_is_only_a_name(good: dict[str, Path], tmp_path: Path, name: str) -> None:
    hostile = tmp_path / name
    hostile.write_bytes(good["mov"].read_bytes())
    assert look(hostile).video.frames == 24


def _png(side: int) -> bytes:
    """A grey PNG of `side` squared in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
