"""Editorial proxies, read back: the frames, the clock, the names and the very samples of the original."""

import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from circletake.contracts.media import Inspection
from circletake.contracts.recipe import BurnIn, BurnInText, Editorial, EditorialFormat, Recipe, Track
from circletake.media import launcher
from circletake.media.inspecting import inspect
from circletake.media.probing import Probe, probe, rational, tag
from functions.transcode.making import Making
from functions.transcode.transcode import transcode
from tests import footage

MOV, MXF, PRORES, H264 = EditorialFormat
ALL = tuple(EditorialFormat)
#: Small, and still large enough for DNxHR.
SIZE = (256, 144)


@dataclass(frozen=True)
class Made:
    found: Inspection
    into: Path

    @property
    def names(self) -> set[str]:
        return {path.name for path in self.into.iterdir()} & set(ALL)


def make(
    *files: Path,
    formats: Sequence[EditorialFormat] = ALL,
    title: str = "A001C001",
    look: Path | None = None,
    burn_in: BurnIn | None = None,
    **asked: Any,
) -> Made:
    deadline = time.monotonic() + 60
    found = inspect(
        files, size_bytes=sum(file.stat().st_size for file in files), tools=footage.TOOLS, deadline=deadline
    )
    into = Path(tempfile.mkdtemp(dir=files[0].parent))
    recipe = Recipe(editorial=Editorial(formats=tuple(formats), **asked), burn_in=burn_in or BurnIn())
    transcode(
        files, Making(found, recipe, title, look), into=into, tools=footage.TOOLS, deadline=deadline,
        on_progress=lambda frames: None,
    )  # fmt: skip
    return Made(found, into)


def probed(file: Path) -> Probe:
    with launcher.workbench([file]) as bench:
        return probe(bench, 0, tools=footage.TOOLS, deadline=time.monotonic() + 20)


def told(file: Path, entries: str) -> dict[str, Any]:
    """What ffprobe says of a file, tags that an inspection does not ask for among it."""
    with launcher.workbench([file]) as bench:
        asked = ["-show_entries", entries, "-of", "json=c=1"]
        return dict(json.loads(launcher.probe(bench, 0, asked, tools=footage.TOOLS, deadline=time.monotonic() + 20)))


def channels_of(file: Path) -> list[bytes]:
    """A file → the 24-bit samples of each channel of its sound, counted across its streams."""
    channels = []
    for number, stream in enumerate(probed(file).of_type("audio")):
        raw = file.with_suffix(".pcm")
        launcher.make(["-i", str(file), "-map", f"0:a:{number}", "-f", "s24le", str(raw)], tools=footage.TOOLS)
        data, count = raw.read_bytes(), stream["channels"]
        raw.unlink()
        words = [data[at : at + 3] for at in range(0, len(data), 3)]
        channels += [b"".join(words[channel::count]) for channel in range(count)]
    return channels


def sounding(
    to: Path,
    streams: Sequence[str],
    *,
    frames: int = 12,
    rate: str = "25",
    late: Sequence[str] = (),
    surplus_s: float = 0,
) -> Path:
    """A clip with a stream of sound of each channel layout, and a tone of its own in every channel of them."""
    picture = footage.clip(to.with_name("silent.mov"), size=SIZE, frames=frames, rate=rate, sound=None)
    inputs, seconds, tone = ["-i", str(picture)], float(frames / Fraction(rate)) + surplus_s, 0
    for number, layout in enumerate(streams):
        count = LAYOUTS[layout]
        tones = "|".join(f"0.3*sin({200 + 37 * (tone + channel)}*2*PI*t)" for channel in range(count))
        tone += count
        offset = ["-itsoffset", late[number]] if late else []
        inputs += [*offset, "-f", "lavfi", "-i", f"aevalsrc={tones}:c={layout}:s=48000:d={seconds:.6f}"]
    maps = [part for number in range(len(streams)) for part in ("-map", f"{number + 1}:a")]
    launcher.make([*inputs, "-map", "0:v", *maps, "-c:v", "copy", "-c:a", "pcm_s24le", str(to)], tools=footage.TOOLS)
    picture.unlink()
    return to


# --- the picture and its clock --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "start"),
    [
        ("24000/1001", "23:59:59:20"),
        ("24", "01:00:00:00"),
        ("25", "23:59:59:20"),
        ("30000/1001", "00:59:59;20"),
        ("30000/1001", "00:59:59:20"),
        ("30", "10:00:00:29"),
        ("48000/1001", "01:00:00:40"),
        ("48", "01:00:00:47"),
        ("50", "23:59:59:45"),
        ("60000/1001", "01:00:59;58"),
        ("60000/1001", "01:00:59:58"),
        ("60", "10:00:00:59"),
        ("120000/1001", "23:59:59:110"),
    ],
)
def test_frame_n_of_every_format_is_frame_n_of_the_original_under_its_clock_and_names(
    tmp_path: Path, rate: str, start: str
) -> None:
    made = make(footage.clip(tmp_path / "a.mov", size=SIZE, rate=rate, frames=12, timecode=start, reel="A001R1JL"))
    assert made.names == set(ALL)
    for name in ALL:
        file, proxy = made.into / name, probed(made.into / name)
        stamped = (proxy.picture, *proxy.of_type("data"))
        assert footage.frame_numbers(file) == list(range(12))
        # Of an MXF file the time base is its edit rate; what ffprobe says of the rate is a guess at 119.88.
        told_rate = 1 / Fraction(proxy.picture["time_base"]) if name is MXF else rational(proxy.picture["r_frame_rate"])
        assert told_rate == Fraction(rate)
        assert tag(proxy, "timecode", stamped) == start
        assert tag(proxy, "reel_name", stamped) == "A001R1JL"
        titled = told(file, "format_tags=title,material_package_name")["format"]["tags"]
        assert list(titled.values()) == ["A001C001"]
        assert [len(channel) for channel in channels_of(file)] == [3 * round(12 / Fraction(rate) * 48_000)] * 2


def test_a_clip_of_variable_rate_keeps_every_moment_and_has_no_clock_and_no_mxf(tmp_path: Path) -> None:
    dropped = "select='not(mod(n,3))+not(mod(n,5))'"
    clip = footage.clip(
        tmp_path / "a.mov", codec="h264", rate="30", size=SIZE, frames=14, picture=dropped, reel="A001",
        options=("-fps_mode", "passthrough"), timecode="01:00:00:00",
    )  # fmt: skip
    made = make(clip)
    kept = [n for n in range(30) if n % 3 == 0 or n % 5 == 0]
    assert made.names == set(ALL) - {MXF}
    for name in made.names:
        packets = told(made.into / name, "packet=pts_time,codec_type")["packets"]
        moments = [float(each["pts_time"]) for each in packets if each["codec_type"] == "video"]
        assert moments == pytest.approx([n / 30 for n in kept], abs=1e-4)
        assert footage.frame_numbers(made.into / name) == kept
        assert tag(probed(made.into / name), "timecode", probed(made.into / name).streams) is None
        assert tag(probed(made.into / name), "reel_name", ()) == "A001"


@pytest.mark.parametrize(
    ("size", "picture", "options", "expected"),
    [
        ((640, 360), "", {"width": 320, "height": 320}, (320, 180)),
        ((320, 180), "", {}, (320, 180)),
        ((361, 203), "", {"width": 300, "height": 300}, (300, 168)),
        ((320, 180), "setsar=2", {"width": 320}, (320, 90)),
        ((256, 180), "setsar=3/2", {}, (384, 180)),
    ],
    ids=["boxed", "never enlarged", "odd", "anamorphic, small", "anamorphic"],
)
def test_the_picture_is_in_square_pixels_inside_what_the_recipe_allows(
    tmp_path: Path, size: tuple[int, int], picture: str, options: dict[str, Any], expected: tuple[int, int]
) -> None:
    clip = footage.clip(tmp_path / "a.mov", codec="h264", size=size, picture=picture, frames=3, sound=None)
    made = make(clip, formats=[PRORES], **options)
    shown = probed(made.into / PRORES).picture
    assert (shown["width"], shown["height"], shown["sample_aspect_ratio"]) == (*expected, "1:1")


def test_a_rotated_clip_stands_upright(tmp_path: Path) -> None:
    flat = footage.clip(tmp_path / "flat.mp4", codec="h264", size=(320, 180), frames=3, sound=None)
    turned = tmp_path / "a.mp4"
    launcher.make(["-display_rotation", "90", "-i", str(flat), "-c", "copy", str(turned)], tools=footage.TOOLS)
    shown = probed(make(turned, formats=[H264]).into / H264)
    assert (shown.picture["width"], shown.picture["height"]) == (180, 320)
    assert "side_data_list" not in shown.picture


def test_an_interlaced_clip_has_as_many_frames_as_before_and_none_of_them_woven(tmp_path: Path) -> None:
    clip = footage.clip(
        tmp_path / "a.mov", codec="prores", rate="25", size=SIZE, frames=8, picture="setfield=tff",
        options=("-flags", "+ildct", "-field_order", "tt"),
    )  # fmt: skip
    made = make(clip)
    assert made.found.video.field_order in {"tt", "tb"}
    for name in ALL:
        assert footage.frame_numbers(made.into / name) == list(range(8))
        assert probed(made.into / name).picture.get("field_order") in {"progressive", "unknown", None}


def test_a_rate_that_mxf_does_not_have_still_has_the_other_formats(tmp_path: Path) -> None:
    assert make(footage.clip(tmp_path / "a.mov", size=SIZE, rate="12", frames=4)).names == set(ALL) - {MXF}


def test_a_picture_too_small_for_dnxhr_still_has_the_other_formats(tmp_path: Path) -> None:
    made = make(footage.clip(tmp_path / "a.mov", size=(128, 72), frames=4))
    assert made.names == {PRORES, H264}


def test_several_spans_are_one_proxy_and_the_sound_of_each_stays_with_its_picture(tmp_path: Path) -> None:
    parts = [sounding(tmp_path / f"A001_{n}.mov", ["mono", "mono"], frames=5 + n) for n in range(3)]
    sound = [channels_of(part) for part in parts]
    made = make(*parts)
    for name in ALL:
        assert footage.frame_numbers(made.into / name) == [*range(5), *range(6), *range(7)]
        whole = [b"".join(part[channel] for part in sound) for channel in range(2)]
        assert channels_of(made.into / name) == whole


def test_a_span_whose_sound_is_longer_or_shorter_than_its_picture_moves_no_other(tmp_path: Path) -> None:
    surplus = (0.03, -0.03, 0)
    parts = [
        sounding(tmp_path / f"A001_{n}.mov", ["mono"], frames=5, surplus_s=seconds) for n, seconds in enumerate(surplus)
    ]
    (first,), (second,), (third,) = map(channels_of, parts)
    span = 3 * 5 * 48_000 // 25
    assert len(first) > span > len(second)
    made = make(*parts)
    for name in ALL:
        assert channels_of(made.into / name) == [first[:span] + second.ljust(span, b"\0") + third]


@pytest.mark.parametrize(
    ("primaries", "transfer", "matrix", "told_by"),
    [
        ("bt709", "bt709", "bt709", {}),
        ("bt2020", "smpte2084", "bt2020nc", {}),
        # DNxHR has no word for "untagged", and none for the matrix of standard definition.
        (None, None, None, {MOV: "bt709", MXF: "bt709"}),
        ("smpte170m", "smpte170m", "smpte170m", dict.fromkeys(ALL, "bt709")),
    ],
    ids=["HD", "HDR", "untagged", "SD"],
)
def test_the_colours_and_their_tags_are_those_of_the_original(
    tmp_path: Path, primaries: str | None, transfer: str | None, matrix: str | None, told_by: dict[str, str]
) -> None:
    tagged = f"setparams=color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}:range=tv"
    clip = footage.clip(tmp_path / "a.mov", size=SIZE, frames=3, colour=None, picture=tagged if primaries else "")
    made = make(clip)
    for name in ALL:
        shown = probed(made.into / name).picture
        # One curve under two names, of which MXF has one.
        curve = "bt709" if name is MXF and transfer == "smpte170m" else transfer
        tags = (shown.get("color_primaries"), shown.get("color_transfer"), shown.get("color_space"))
        assert tags == (primaries, curve, told_by.get(name, matrix)), name
        assert shown.get("color_range") in {"tv", None}
        if matrix in {"bt709", "smpte170m"}:
            assert colours(made.into / name) == pytest.approx(colours(clip), abs=6)


def colours(file: Path) -> list[int]:
    """A video → red, green and blue of 8 by 4 fields of its first frame."""
    raw = file.with_suffix(".rgb")
    launcher.make(
        ["-i", str(file), "-vf", "format=gbrp10le,crop=iw:ih*3/4:0:ih/4,scale=8:4:flags=area,format=rgb24",
         "-frames:v", "1", "-f", "rawvideo", str(raw)],
        tools=footage.TOOLS,
    )  # fmt: skip
    return list(raw.read_bytes())


NEGATIVE = """LUT_3D_SIZE 2
1 1 1
0 1 1
1 0 1
0 0 1
1 1 0
0 1 0
1 0 0
0 0 0
"""


@pytest.mark.parametrize("looked", [True, False])
def test_the_look_is_in_the_picture_where_the_production_wants_it_and_nowhere_else(
    tmp_path: Path, looked: bool
) -> None:
    look = tmp_path / "look.cube"
    look.write_text(NEGATIVE)
    tagged = "setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc:range=tv"
    clip = footage.clip(tmp_path / "a.mov", size=SIZE, frames=3, colour=None, picture=tagged)
    made = make(clip, look=look, looked=looked)
    for name in ALL:
        shown = probed(made.into / name).picture
        assert shown["color_space"] == ("bt709" if looked else "bt2020nc")
        assert shown["color_primaries"] == ("bt709" if looked else "bt2020")
        expected = [255 - value if looked else value for value in colours(clip)]
        assert colours(made.into / name) == pytest.approx(expected, abs=20), name


def test_texts_are_burnt_in_where_the_production_wants_them_and_nowhere_else(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mov", size=(640, 360), frames=3, timecode="01:00:00:00")
    texts = BurnIn(show=(BurnInText.TIMECODE, BurnInText.CLIP))
    clean, burnt = (make(clip, formats=[H264], burn_in=texts, burnt_in=wanted).into / H264 for wanted in (False, True))
    assert colours(clean) == pytest.approx(colours(clip), abs=4)
    assert colours(burnt) != pytest.approx(colours(clip), abs=4)


def test_a_name_that_would_be_an_order_to_ffmpeg_is_only_a_name(tmp_path: Path) -> None:
    title = "-y [0:v]movie=/etc/passwd;'%{pts}\\, =\n=&<x>"
    made = make(footage.clip(tmp_path / "a.mov", size=SIZE, frames=3, timecode="01:00:00:00"), title=title)
    for name in ALL:
        tags = told(made.into / name, "format_tags=title,material_package_name")["format"]["tags"]
        assert list(tags.values()) == [title]


# --- the sound ------------------------------------------------------------------------------------------------------

LAYOUTS = {"mono": 1, "stereo": 2, "5.1": 6, "7.1": 8, "hexadecagonal": 16}


@pytest.mark.parametrize(
    "streams",
    [["mono"], ["stereo"], ["mono", "mono"], ["5.1"], ["stereo", "mono", "5.1"], ["7.1"], ["hexadecagonal"],
     ["mono"] * 16, []],
    ids=lambda streams: "+".join(streams) or "none",
)  # fmt: skip
def test_every_channel_is_a_track_with_the_samples_of_the_original(tmp_path: Path, streams: list[str]) -> None:
    clip = sounding(tmp_path / "a.mov", streams)
    original = channels_of(clip)
    assert len(set(original)) == len(original) == sum(LAYOUTS[layout] for layout in streams)
    made = make(clip)
    for name in ALL:
        assert channels_of(made.into / name) == original, name
        found = probed(made.into / name).of_type("audio")
        assert [(each["codec_name"], each["channels"]) for each in found] == [("pcm_s24le", 1)] * len(original)


def test_tracks_are_mapped_and_named_as_the_recipe_says_and_what_a_clip_lacks_is_left_out(tmp_path: Path) -> None:
    clip = sounding(tmp_path / "a.mov", ["stereo", "mono", "mono"])
    left, right, boom, lav = channels_of(clip)
    wanted = (("Mix", (1, 2)), ("Boom – ü", (3,)), ("Lavs", (4, 3)), ("Plant", (5,)), ("Wide", (4, 5)), ("L", (1,)))
    made = make(clip, tracks=tuple(Track(name=name, channels=channels) for name, channels in wanted))
    for name in ALL:
        file = made.into / name
        assert [each["channels"] for each in probed(file).of_type("audio")] == [2, 1, 2, 1]
        assert channels_of(file) == [left, right, boom, lav, boom, left]
        if name is not MXF:
            streams = told(file, "stream=codec_type:stream_tags=handler_name,name:stream_disposition=default")
            sound = [each for each in streams["streams"] if each["codec_type"] == "audio"]
            assert [each["tags"]["handler_name"] for each in sound] == ["Mix", "Boom – ü", "Lavs", "L"]
            assert [each["tags"]["name"] for each in sound] == ["Mix", "Boom – ü", "Lavs", "L"]
            assert all(each["disposition"]["default"] for each in sound)


def test_a_clip_without_any_of_the_mapped_channels_is_made_without_sound(tmp_path: Path) -> None:
    made = make(sounding(tmp_path / "a.mov", ["mono"]), tracks=(Track(name="Boom", channels=(3,)),))
    assert made.names == set(ALL)
    assert not any(probed(made.into / name).of_type("audio") for name in ALL)


def test_each_stream_lies_where_the_camera_recorded_it(tmp_path: Path) -> None:
    clip = sounding(tmp_path / "a.mov", ["mono", "mono"], late=["0.1", "0.25"])
    first, second = channels_of(clip)
    whole = 3 * 12 * 48_000 // 25
    made = make(clip)
    for name in ALL:
        assert channels_of(made.into / name) == [
            (bytes(3 * 4_800) + first)[:whole], (bytes(3 * 12_000) + second)[:whole]
        ]  # fmt: skip


def test_sound_of_another_rate_and_codec_is_as_long_as_the_picture(tmp_path: Path) -> None:
    clip = footage.clip(
        tmp_path / "a.mp4", codec="h264", rate="30000/1001", size=SIZE, frames=10, options=("-ar", "44100")
    )
    made = make(clip)
    for name in ALL:
        assert [len(channel) for channel in channels_of(made.into / name)] == [3 * 16_016] * 2


def test_a_stream_that_is_declared_and_holds_nothing_is_silence_on_its_track(tmp_path: Path) -> None:
    full = sounding(tmp_path / "full.mov", ["mono", "mono"])
    clip = tmp_path / "a.mkv"
    select = ["-bsf:a:1", "noise=drop=1"]
    launcher.make(["-i", str(full), "-map", "0", "-c", "copy", *select, str(clip)], tools=footage.TOOLS)
    first, _ = channels_of(full)
    made = make(clip)
    for name in ALL:
        assert channels_of(made.into / name) == [first, bytes(len(first))]
    # And what people hear is the other one.
    left, right = channels_of(made.into / "proxy.mp4")
    assert any(left)
    assert not any(right)
