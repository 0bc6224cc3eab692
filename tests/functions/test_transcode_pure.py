"""What comes out of the one pass is what went in: the same frames, at the same moments, proven by their pixels."""

import itertools
import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import FrameSpan, Inspection, Loudness, Measurements
from circletake.media import children, launcher
from circletake.media.inspecting import inspect
from circletake.media.probing import Probe, packets, probe, rational, tag
from functions.transcode.making import Making
from functions.transcode.remarks import loudness
from functions.transcode.transcode import OUTPUTS, transcode
from infra.local import card
from tests import footage


@dataclass(frozen=True)
class Made:
    """A transcoded clip: what was found in it, what was measured, and where the outputs lie."""

    found: Inspection
    measured: Measurements
    into: Path

    @property
    def proxy(self) -> Path:
        return self.into / "proxy.mp4"

    @property
    def names(self) -> set[str]:
        return {path.name for path in self.into.iterdir()}


def make(
    *files: Path,
    change: Callable[[Inspection], Inspection] = lambda found: found,
    on_progress: Callable[[int], None] = lambda frames: None,
) -> Made:
    """Inspect and transcode, as the two functions do one after the other."""
    deadline = time.monotonic() + 60
    size = sum(file.stat().st_size for file in files)
    found = change(inspect(files, size_bytes=size, tools=footage.TOOLS, deadline=deadline))
    into = files[0].parent / "out"
    into.mkdir()
    measured = transcode(
        files, Making(found), into=into, tools=footage.TOOLS, deadline=deadline, on_progress=on_progress
    )
    return Made(found, measured, into)


def probed(file: Path) -> Probe:
    with launcher.workbench([file]) as bench:
        return probe(bench, 0, tools=footage.TOOLS, deadline=time.monotonic() + 20)


def moments(file: Path) -> tuple[Fraction, ...]:
    """When each frame of a file is shown, in seconds."""
    with launcher.workbench([file]) as bench:
        deadline = time.monotonic() + 20
        picture = probe(bench, 0, tools=footage.TOOLS, deadline=deadline).picture
        shown = packets(bench, 0, picture, tools=footage.TOOLS, deadline=deadline)
    assert shown.moments is not None
    return tuple(moment * shown.time_base for moment in shown.moments)


# --- frames, rates, timecode ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "codec", "rate", "timecode"),
    [
        ("a.mov", "prores", "24000/1001", "01:00:00:00"),
        ("a.mov", "dnxhr", "25", "23:59:59:20"),
        ("a.mov", "prores", "30000/1001", "00:59:59;20"),
        ("a.mov", "h264", "48", "01:00:00:00"),
        ("a.mov", "prores", "60000/1001", "01:00:00;04"),
        ("a.mov", "prores", "120000/1001", "01:00:00:000"),
        ("a.mxf", "dnxhr", "24000/1001", "10:00:00:00"),
        ("a.mkv", "h264", "24000/1001", "10:00:00:00"),
        ("a.mkv", "vp8", "30000/1001", None),
        ("a.avi", "mjpeg", "10", None),
        ("a.ts", "h264", "25", None),
    ],
)
def test_every_frame_is_in_the_proxy_at_its_moment(
    tmp_path: Path, name: str, codec: str, rate: str, timecode: str | None
) -> None:
    made = make(footage.clip(tmp_path / name, codec=codec, rate=rate, frames=40, timecode=timecode, reel="A001R1"))
    assert footage.frame_numbers(made.proxy) == list(range(40))
    assert made.measured.frames_decoded == 40
    shown = moments(made.proxy)
    assert shown == tuple(n / Fraction(rate) for n in range(40))
    proxy = probed(made.proxy)
    assert rational(proxy.picture["avg_frame_rate"]) == Fraction(rate)
    assert tag(proxy, "timecode", [proxy.picture]) == timecode
    assert tag(proxy, "reel_name", [proxy.picture]) == made.found.reel


def test_a_variable_rate_keeps_every_moment(tmp_path: Path) -> None:
    drop = "select='not(mod(n,3))+not(mod(n,5))'"
    clip = footage.clip(
        tmp_path / "a.mov", codec="h264", rate="30", frames=28, picture=drop, options=("-fps_mode", "passthrough")
    )
    made = make(clip)
    kept = [n for n in range(60) if n % 3 == 0 or n % 5 == 0]
    assert footage.frame_numbers(made.proxy) == kept
    assert moments(made.proxy) == tuple(Fraction(n, 30) for n in kept)


@pytest.mark.parametrize("frames", [1, 2, 6])
def test_the_shortest_clips_have_every_output(tmp_path: Path, frames: int) -> None:
    made = make(footage.clip(tmp_path / "a.mov", frames=frames))
    assert made.names == set(OUTPUTS)
    assert footage.frame_numbers(made.proxy) == list(range(frames))
    assert (made.into / "filmstrip.vtt").read_text().count("-->") == frames


def test_several_spans_become_one_proxy(tmp_path: Path) -> None:
    parts = [footage.clip(tmp_path / f"A001_{n}.mov", frames=10 + n, timecode="01:00:00:00") for n in range(3)]
    made = make(*parts)
    assert footage.frame_numbers(made.proxy) == [*range(10), *range(11), *range(12)]
    assert moments(made.proxy) == tuple(n / Fraction(24000, 1001) for n in range(33))


def test_fewer_frames_than_were_inspected_are_incomplete_and_both_counts_are_said(tmp_path: Path) -> None:
    def one_more(found: Inspection) -> Inspection:
        return found.model_copy(update={"video": found.video.model_copy(update={"frames": 25})})

    with pytest.raises(Rejected, match="has 25 frames, but 24 come out") as refusal:
        make(footage.clip(tmp_path / "a.mov"), change=one_more)
    assert refusal.value.verdict.code is Code.INCOMPLETE_MEDIA


@pytest.mark.parametrize(("name", "codec"), [("a.mov", "prores"), ("a.mp4", "h264"), ("a.mxf", "dnxhr")])
def test_20_flipped_bytes_are_corrupt(tmp_path: Path, name: str, codec: str) -> None:
    good = footage.clip(tmp_path / name, codec=codec, frames=24, rate="25")
    size, chance = good.stat().st_size, random.Random(1)
    places = [chance.randrange(size // 5, size * 3 // 5) for _ in range(50)]
    with pytest.raises(Rejected) as refusal:
        make(footage.flipped(good, tmp_path / f"bad_{name}", places=places))
    assert refusal.value.verdict.code in {Code.CORRUPT_ESSENCE, Code.INCOMPLETE_MEDIA}


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mov", "prores"), ("a.mp4", "h264"), ("a.avi", "mjpeg"), ("a.ts", "h264")]
)
def test_21_a_hole_of_zeros_is_corrupt(tmp_path: Path, name: str, codec: str) -> None:
    data = bytearray(footage.clip(tmp_path / name, codec=codec, frames=48, rate="25").read_bytes())
    data[len(data) // 3 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 3)
    bad = tmp_path / f"bad_{name}"
    bad.write_bytes(data)
    with pytest.raises(Rejected) as refusal:
        make(bad)
    assert refusal.value.verdict.code in {Code.CORRUPT_ESSENCE, Code.INCOMPLETE_MEDIA}


def test_33_a_picture_that_changes_its_size_exceeds_the_limit(tmp_path: Path) -> None:
    pictures = []
    for number in range(4):
        still = tmp_path / f"{number}.jpg"
        source = f"testsrc2=s={320 + 32 * number}x{180 + 32 * number}"
        launcher.make(["-f", "lavfi", "-i", source, "-frames:v", "1", "-update", "1", str(still)], tools=footage.TOOLS)
        pictures.append(still.read_bytes())
    (tmp_path / "all.mjpeg").write_bytes(b"".join(pictures))
    clip = tmp_path / "a.mkv"
    launcher.make(["-framerate", "25", "-i", str(tmp_path / "all.mjpeg"), "-c", "copy", str(clip)], tools=footage.TOOLS)
    with pytest.raises(Rejected, match="changes its size") as refusal:
        make(clip)
    assert refusal.value.verdict.code is Code.LIMIT_EXCEEDED


# --- pictures -------------------------------------------------------------------------------------------------------


def test_the_proxy_is_720p_h264_and_aac_that_starts_at_once(tmp_path: Path) -> None:
    made = make(footage.clip(tmp_path / "a.mov", size=(1920, 1080), frames=30, rate="25"))
    proxy = probed(made.proxy)
    picture = proxy.picture
    assert (picture["codec_name"], picture["width"], picture["height"]) == ("h264", 1280, 720)
    assert picture["pix_fmt"] == "yuv420p"
    assert (picture["color_primaries"], picture["color_space"]) == ("bt709", "bt709")
    assert [(sound["codec_name"], sound["channels"]) for sound in proxy.of_type("audio")] == [("aac", 2)]
    data = made.proxy.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(
    ("size", "picture", "shown"),
    [
        ((321, 241), "", (320, 240)),
        ((720, 576), "setsar=64/45", (1024, 576)),
        ((1080, 1920), "", (404, 720)),
        ((2048, 858), "", (1280, 536)),
    ],
)
def test_a_picture_is_fitted_as_it_is_shown(
    tmp_path: Path, size: tuple[int, int], picture: str, shown: tuple[int, int]
) -> None:
    made = make(footage.clip(tmp_path / "a.mov", codec="prores4444", size=size, picture=picture, frames=3))
    proxy = probed(made.proxy).picture
    assert (proxy["width"], proxy["height"]) == shown
    assert rational(proxy["sample_aspect_ratio"]) == 1


def test_a_phone_held_upright_is_shown_upright(tmp_path: Path) -> None:
    lying, upright = footage.clip(tmp_path / "a.mp4", codec="h264", frames=5), tmp_path / "b.mp4"
    launcher.make(["-display_rotation", "90", "-i", str(lying), "-c", "copy", str(upright)], tools=footage.TOOLS)
    made = make(upright)
    proxy = probed(made.proxy).picture
    assert (proxy["width"], proxy["height"]) == (180, 320)
    assert "side_data_list" not in proxy


def test_fields_become_frames_and_none_is_lost(tmp_path: Path) -> None:
    fields = ("-flags", "+ildct+ilme")
    clip = footage.clip(tmp_path / "a.mov", rate="25", frames=20, picture="setfield=tff", options=fields)
    made = make(clip)
    assert made.found.video.field_order in {"tt", "tb"}
    assert footage.frame_numbers(made.proxy) == list(range(20))


def test_poster_and_filmstrip_show_the_clip_and_the_cues_fit_the_sprite(tmp_path: Path) -> None:
    made = make(footage.clip(tmp_path / "a.mov", size=(640, 360), frames=100, rate="25"))
    with Image.open(made.into / "poster.jpg") as poster, Image.open(made.into / "filmstrip.jpg") as strip:
        assert poster.size == (640, 360)
        assert max(poster.convert("L").tobytes()) > 200
        width, height = strip.size
    cues = re.findall(
        r"(\S+) --> (\S+)\nfilmstrip\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)\n", (made.into / "filmstrip.vtt").read_text()
    )
    assert len(cues) == 20
    assert cues[0][0] == "00:00:00.000"
    assert cues[-1][1] == "00:00:04.000"
    assert all(end == begin for (_, end, *_), (begin, *_) in itertools.pairwise(cues))
    places = [tuple(map(int, cue[2:])) for cue in cues]
    assert len(set(places)) == 20
    assert all(x + w <= width and y + h <= height for x, y, w, h in places)


def test_a_fade_is_not_the_poster(tmp_path: Path) -> None:
    faded = footage.clip(tmp_path / "a.mov", frames=48, rate="24", picture="fade=out:24:6,fade=in:0:4")
    with Image.open(make(faded).into / "poster.jpg") as poster:
        assert max(poster.convert("L").tobytes()) > 200


def test_analysis_frames_are_small_lossless_10_bit_and_tagged(tmp_path: Path) -> None:
    made = make(footage.clip(tmp_path / "a.mov", size=(1280, 720), rate="24", frames=49))
    picture = probed(made.into / "analysis.mkv").picture
    assert (picture["codec_name"], picture["pix_fmt"]) == ("ffv1", "yuv422p10le")
    assert (picture["width"], picture["height"]) == (512, 288)
    tags = [picture[key] for key in ("color_primaries", "color_transfer", "color_space", "color_range")]
    assert tags == ["bt709", "bt709", "bt709", "tv"]
    assert footage.frame_numbers(made.into / "analysis.mkv") == [0, 12, 24, 36, 48]


# --- sound ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "codec", "sound", "tracks", "heard"),
    [
        ("a.mov", "prores", "mono", 1, 1),
        ("a.mov", "prores", "5.1", 1, 2),
        ("a.mkv", "h264", "quad", 1, 2),
        ("a.mxf", "dnxhr", "mono", 4, 2),
        ("a.mov", "prores", "stereo", 2, 2),
    ],
)
def test_what_is_heard_is_mono_or_stereo(
    tmp_path: Path, name: str, codec: str, sound: str, tracks: int, heard: int
) -> None:
    made = make(footage.clip(tmp_path / name, codec=codec, rate="25", frames=25, sound=sound, tracks=tracks))
    (track,) = probed(made.proxy).of_type("audio")
    assert (track["codec_name"], track["channels"], track["sample_rate"]) == ("aac", heard, "48000")
    assert "waveform.png" in made.names


def test_a_clip_without_sound_is_no_fault(tmp_path: Path) -> None:
    made = make(footage.clip(tmp_path / "a.mov", sound=None))
    assert made.names == set(OUTPUTS) - {"waveform.png"}
    assert (made.measured.loudness, made.measured.silent) == (None, ())
    assert probed(made.proxy).of_type("audio") == ()


def test_a_silent_track_is_silent_from_end_to_end(tmp_path: Path) -> None:
    mute = ("-af", "volume=0")
    made = make(footage.clip(tmp_path / "a.mov", rate="25", frames=50, options=mute))
    assert made.measured.silent == (FrameSpan(first=0, last=49),)
    assert made.measured.loudness is not None
    assert (made.measured.loudness.integrated_lufs, made.measured.loudness.true_peak_dbtp) == (None, None)


def test_sound_that_ends_early_is_silence_to_the_last_frame(tmp_path: Path) -> None:
    made = make(footage.clip(tmp_path / "a.mov", rate="25", frames=50, options=("-af", "atrim=end=1")))
    (silent,) = made.measured.silent
    assert silent.first == pytest.approx(25, abs=1)
    assert silent.last == 49
    (track,) = probed(made.proxy).of_type("audio")
    assert track["duration_ts"] / 48_000 == pytest.approx(2.0, abs=0.05)


def test_loudness_is_that_of_the_tone(tmp_path: Path) -> None:
    # Two sines of amplitude 0.1 peak at -20 dBTP; K-weighted they make about -20.8 LUFS.
    told = make(footage.clip(tmp_path / "a.mov", rate="25", frames=75)).measured.loudness
    assert told is not None
    assert told.integrated_lufs == pytest.approx(-20.8, abs=0.3)
    assert told.true_peak_dbtp == pytest.approx(-20.0, abs=0.2)


def test_loudness_is_told_though_another_thread_of_ffmpeg_says_something_in_the_last_line_of_it() -> None:
    log = """[Parsed_ebur128_3 @ 0x7fc948001c00] [info] Summary:

  Integrated loudness:
    I:         -21.8 LUFS
    Threshold: -31.8 LUFS

  Loudness range:
    LRA:         0.4 LU
    Threshold:   0.0 LUFS
    LRA low:     0.0 LUFS
    LRA high:    0.0 LUFS

  True peak:
    Peak:      -18.1 dBFS[AVIOContext @ 0x562c752aefc0] [verbose] Statistics: 243805 bytes read, 4 seeks

"""
    assert loudness(log) == Loudness(integrated_lufs=-21.8, range_lu=0.4, true_peak_dbtp=-18.1)


def test_sound_that_begins_late_stays_late(tmp_path: Path) -> None:
    picture, late = footage.clip(tmp_path / "a.ts", codec="h264", rate="25", frames=50, sound=None), tmp_path / "b.ts"
    launcher.make(
        ["-i", str(picture), "-itsoffset", "1", "-f", "lavfi", "-i", "sine=d=1", "-map", "0", "-map", "1",
         "-c:v", "copy", "-c:a", "aac", str(late)],
        tools=footage.TOOLS,
    )  # fmt: skip
    (silent,) = make(late).measured.silent
    assert silent.first == 0
    assert silent.last == pytest.approx(24, abs=1)


# --- measurements ---------------------------------------------------------------------------------------------------


def test_cuts_black_and_freezes_are_found_to_the_frame(tmp_path: Path) -> None:
    # Frames 0-19 black, 20-39 moving, 40-59 one frame held, 60-79 another scene, moving.
    scenes = (
        "color=black:s=320x180:r=25:d=0.8[a];testsrc2=s=320x180:r=25:d=0.8[b];"
        "testsrc2=s=320x180:r=25,trim=start_frame=100:end_frame=101,setpts=0,loop=19:1:0,setpts=N/25/TB[c];"
        "mandelbrot=s=320x180:r=25,trim=duration=0.8[d];[a][b][c][d]concat=n=4"
    )
    clip = tmp_path / "a.mov"
    launcher.make(
        ["-f", "lavfi", "-i", scenes, "-frames:v", "80", *footage.CODECS["prores"], str(clip)], tools=footage.TOOLS
    )
    measured = make(clip).measured
    assert measured.frames_decoded == 80
    assert measured.black == (FrameSpan(first=0, last=19),)
    assert FrameSpan(first=40, last=59) in measured.frozen
    assert {20, 60} <= set(measured.scene_changes)


def test_real_footage_has_its_six_shots(tmp_path: Path) -> None:
    film = tmp_path / "bikes.mp4"
    film.hardlink_to(card.bikes(print))
    measured = make(film).measured
    assert measured.frames_decoded == 250
    assert len(measured.scene_changes) == 5
    assert (measured.black, measured.frozen, measured.loudness) == ((), (), None)


def test_measurements_are_written_as_they_are_returned_but_for_what_the_work_cost(tmp_path: Path) -> None:
    """The same clip made twice is the same to the byte."""
    made = make(footage.clip(tmp_path / "a.mov"))
    written: dict[str, Any] = json.loads((made.into / "measurements.json").read_text())
    assert written == json.loads(made.measured.model_dump_json(exclude={"cpu_s"}))
    assert made.measured.cpu_s


# --- care -----------------------------------------------------------------------------------------------------------


def test_where_a_clip_was_shot_does_not_leak_into_its_proxy(tmp_path: Path) -> None:
    place = ("-metadata", "location=+48.8584+002.2945/", "-metadata", "comment=secret scene")
    made = make(footage.clip(tmp_path / "a.mov", options=place))
    data = made.proxy.read_bytes() + (made.into / "analysis.mkv").read_bytes()
    assert b"48.8584" not in data
    assert b"secret" not in data


def test_a_reel_that_is_a_filtergraph_is_only_a_reel(tmp_path: Path) -> None:
    reel = "x':movie=other.mov[a];[a]drawtext=text='%{pts}"
    made = make(footage.clip(tmp_path / "a.mov", reel=reel, timecode="01:00:00:00", rate="25", frames=5))
    assert made.found.reel == reel
    proxy = probed(made.proxy)
    assert tag(proxy, "reel_name", [proxy.picture]) == reel


def test_what_the_caller_raises_stops_ffmpeg_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LeaseLostError(Exception):
        pass

    def lose(frames: int) -> None:
        raise LeaseLostError

    monkeypatch.setattr(children, "_HEARTBEAT_S", 0.05)
    clip = footage.clip(tmp_path / "a.mov", size=(1280, 720), frames=60)
    with pytest.raises(LeaseLostError):
        make(clip, on_progress=lose)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mov", "out"]
    assert list((tmp_path / "out").iterdir()) == []


def test_no_time_left_is_our_fault_and_not_the_footage(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mov", size=(1280, 720), frames=60)
    found = inspect([clip], size_bytes=1, tools=footage.TOOLS, deadline=time.monotonic() + 20)
    with pytest.raises(children.Overrun):
        transcode(
            [clip], Making(found), into=tmp_path, tools=footage.TOOLS, deadline=time.monotonic() + 0.3,
            on_progress=lambda frames: None,
        )  # fmt: skip
