"""Frames of originals for VFX: frame n is frame n in every codec and container, its light exact, its file checked."""

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.media import CameraFacts, ColorTags, Inspection
from circletake.film.originals import Original
from circletake.film.pull_names import DEFAULT, NameTemplate
from circletake.film.pulls import PullRequest
from circletake.film.timing import Timecode, nominal
from circletake.media import launcher
from circletake.media.exr import as_timecode, camera_attributes, read_exr, repeats_timecode
from circletake.media.inspecting import inspect
from circletake.media.linear import PRIMARIES, NotLinear, linear_space, to_linear
from circletake.media.pulling import matrix_of, parts_of, read_frames, spans_of
from circletake.media.reference import write_reference
from circletake.media.sequences import Shot, Written, check_sequence, write_sequence
from circletake.media.typeface import packaged_typeface
from tests import footage
from tests.film.test_timing import MODES
from tests.footage import TOOLS

#: DNxHR has no smaller pictures.
SIZE = (256, 144)
#: Names as in `footage.CODECS`, with what makes a camera's file of them: long GOPs, B-frames, ten bits.
_TEN_BITS = ("-pix_fmt", "yuv420p10le")
CLIPS: dict[str, tuple[str, str, str, str | None, tuple[str, ...]]] = {
    "ProRes at 23.976": ("prores", ".mov", "24000/1001", "01:00:00:00", ()),
    "ProRes 4444 at 24": ("prores4444", ".mov", "24", "10:00:00:00", ()),
    "DNxHR in MXF at 29.97 drop": ("dnxhr", ".mxf", "30000/1001", "23:59:59;20", ()),
    "DNxHR in MOV at 29.97": ("dnxhr", ".mov", "30000/1001", "01:00:59:20", ()),
    "MPEG-2 at 25": ("mpeg2", ".mxf", "25", "10:00:00:00", ("-g", "12", "-bf", "2")),
    "MPEG-2 in a transport stream": ("mpeg2", ".ts", "25", None, ("-g", "12", "-bf", "2")),
    "ProRes at 47.952": ("prores", ".mov", "48000/1001", "01:00:00:00", ()),
    "FFV1 in Matroska at 48": ("ffv1", ".mkv", "48", "01:00:00:00", ("-g", "12")),
    "HEVC ten-bit at 50": ("hevc", ".mp4", "50", None, (*_TEN_BITS, "-x265-params", "log-level=none:keyint=15")),
    "H.264 at 59.94 drop": ("h264", ".mov", "60000/1001", "01:00:00;00", ()),
    "H.264 with open GOPs at 60": ("h264", ".mp4", "60", None, ("-x264-params", "open-gop=1:bframes=3:keyint=10")),
    "H.264 with one keyframe at 119.88": ("h264", ".mov", "120000/1001", "01:00:00:000", ("-g", "600")),
    "Motion JPEG in AVI": ("mjpeg", ".avi", "25", None, ()),
    "VP8, of which some packets show nothing": ("vp8", ".mkv", "25", None, ()),
}


def deadline() -> float:
    return time.monotonic() + 60


def inspected(*files: Path) -> Inspection:
    size = sum(file.stat().st_size for file in files)
    return inspect(files, size_bytes=size, tools=TOOLS, deadline=deadline())


def frames_of(files: list[Path], frames: range, **options: Any) -> list[Any]:
    inspection = inspected(*files)
    spans = spans_of(files, inspection, tools=TOOLS)
    return list(read_frames(spans, frames, inspection, tools=TOOLS, deadline=deadline(), **options))


def number_in(picture: Any) -> int:
    """The number burnt into a picture, read from the middle of its blocks."""
    height, width, _ = picture.shape
    band = picture[height // 32 : height // 12, :, 1]
    centres = [int(width * (bit + 0.5) / footage.BITS) for bit in range(footage.BITS)]
    white, black = 0.5, band.min()
    return sum(1 << bit for bit, x in enumerate(centres) if band[:, x].mean() > max(white, black))


@pytest.mark.parametrize("made", CLIPS.values(), ids=CLIPS)
def test_frame_n_is_frame_n(made: tuple[str, str, str, str | None, tuple[str, ...]], tmp_path: Path) -> None:
    codec, suffix, rate, timecode, options = made
    clip = footage.clip(
        tmp_path / f"clip{suffix}", codec=codec, rate=rate, frames=60, size=SIZE, timecode=timecode, options=options
    )
    inspection = inspected(clip)
    spans = spans_of([clip], inspection, tools=TOOLS)
    for frames in (range(3), range(31, 36), range(57, 60)):
        read = read_frames(spans, frames, inspection, tools=TOOLS, deadline=deadline(), chunk_bytes=2 * 256 * 144 * 12)
        assert [number_in(picture) for picture in read] == list(frames)


def test_frames_go_on_over_the_files_of_a_clip(tmp_path: Path) -> None:
    spans = [
        footage.clip(
            tmp_path / f"A001_00{number}.mov", codec="h264", rate="25", frames=20, size=SIZE,
            picture=f"drawbox=x=0:y=ih*3/4:w=iw:h=ih/4:c={colour}:t=fill",
        )
        for number, colour in ((1, "black"), (2, "white"))
    ]  # fmt: skip
    pictures = frames_of(spans, range(17, 23))
    assert [number_in(picture) for picture in pictures] == [17, 18, 19, 0, 1, 2]
    assert [round(float(picture[-10, 50, 1])) for picture in pictures] == [0, 0, 0, 1, 1, 1]


def test_frames_that_an_edit_list_hides_are_not_counted(tmp_path: Path) -> None:
    whole = footage.clip(tmp_path / "whole.mp4", codec="h264", rate="25", frames=60, size=SIZE, sound=None)
    launcher.make(["-ss", "0.7", "-i", str(whole), "-c", "copy", str(tmp_path / "cut.mp4")], tools=TOOLS)
    shown = footage.frame_numbers(tmp_path / "cut.mp4")
    assert shown[0] > 0
    pictures = frames_of([tmp_path / "cut.mp4"], range(20, 24))
    assert [number_in(picture) for picture in pictures] == shown[20:24]


def test_a_clip_that_lost_frames_since_it_was_catalogued_is_refused(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "clip.mov", frames=20, size=SIZE)
    inspection = inspected(clip)
    more = inspection.model_copy(update={"video": inspection.video.model_copy(update={"frames": 21})})
    with pytest.raises(Rejected) as refused:
        spans_of([clip], more, tools=TOOLS)
    assert refused.value.verdict.code is Code.INCOMPLETE_MEDIA


@pytest.mark.parametrize(
    ("matrix", "luma", "full"),
    [("bt709", (0.2126, 0.0722), False), ("smpte170m", (0.299, 0.114), False), ("bt2020nc", (0.2627, 0.0593), True)],
)
def test_rgb_is_what_the_matrix_says_and_nothing_is_clipped(
    matrix: str, luma: tuple[float, float], full: bool, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mkv"
    noise = "geq=lum='random(1)*1023':cb='random(2)*1023':cr='random(3)*1023'"
    tags = f"setparams=colorspace={matrix}:range={'pc' if full else 'tv'}"
    launcher.make(
        ["-f", "lavfi", "-i", f"color=s=64x48:r=25,format=yuv444p10le,{noise},{tags}", "-frames:v", "2",
         "-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv444p10le", "-color_range", "pc" if full else "tv", str(clip)],
        tools=TOOLS,
    )  # fmt: skip
    launcher.make(["-i", str(clip), "-f", "rawvideo", str(tmp_path / "yuv")], tools=TOOLS)
    codes = np.frombuffer((tmp_path / "yuv").read_bytes(), "<u2").reshape(2, 3, 48, 64).astype(float)
    y = codes[:, 0] / 1023 if full else (codes[:, 0] - 64) / 876
    cb, cr = ((codes[:, plane] - 512) / (1023 if full else 896) for plane in (1, 2))
    kr, kb = luma
    red, blue = y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb
    expected = np.stack([red, (y - kr * red - kb * blue) / (1 - kr - kb), blue], axis=-1)
    assert expected.min() < -0.1
    assert expected.max() > 1.1
    found = np.stack(frames_of([clip], range(2)))
    # In codes of ten bits: far below one.
    assert np.abs(found - expected).max() * 1023 < 0.01


def test_an_untagged_matrix_is_that_of_its_height_and_a_strange_one_is_refused(tmp_path: Path) -> None:
    video = inspected(footage.clip(tmp_path / "clip.mkv", codec="ffv1", frames=2, size=SIZE, colour=None)).video
    assert matrix_of(video) == "smpte170m"
    assert matrix_of(video.model_copy(update={"height": 1080})) == "bt709"
    with pytest.raises(Rejected):
        matrix_of(video.model_copy(update={"color": video.color.model_copy(update={"matrix": "bt2020c"})}))


def test_middle_grey_of_a_camera_is_018_of_light_in_the_declared_primaries(tmp_path: Path) -> None:
    video = inspected(footage.clip(tmp_path / "clip.mov", frames=2, size=SIZE)).video
    # ARRI's LogC3 at EI 800 puts 18 % grey at 0.391.
    for space in ("ACES2065-1", "ACEScg", "Linear Rec.709 (sRGB)"):
        grey = np.full((2, 2, 3), 0.391007, np.float32)
        way = to_linear(video, "ARRI LogC3 (EI800)", space)
        way.apply(grey)
        assert np.allclose(grey, 0.18, atol=1e-4)
        assert way.chromaticities == PRIMARIES[space]
    # BT.709's own curve, inverted: 0.5 is 0.2596 of light.
    half = np.full((2, 2, 3), 0.5, np.float32)
    to_linear(video, None, "source").apply(half)
    assert np.allclose(half, 0.2596, atol=1e-3)


def test_every_space_to_pull_into_has_the_primaries_that_opencolorio_means() -> None:
    """Red, green and blue of a space, brought to Rec. 709 by OpenColorIO, land where their chromaticities put them."""
    import PyOpenColorIO as ocio  # noqa: N813

    from circletake.film.looks.spaces import CONFIG

    config = ocio.Config.CreateFromBuiltinConfig(CONFIG)
    rec709 = np.array(PRIMARIES["Linear Rec.709 (sRGB)"])
    for space, told in PRIMARIES.items():
        xy = np.array(told)
        way = config.getProcessor(space, "Linear Rec.709 (sRGB)").getDefaultCPUProcessor()
        found = np.array([way.applyRGB(list(primary)) for primary in np.eye(3, dtype=np.float32)]).T
        off = [
            np.abs(found - np.linalg.inv(_to_xyz(rec709)) @ _adaptation(cone, xy[6:], rec709[6:]) @ _to_xyz(xy)).max()
            for cone in (_BRADFORD, _CAT02)
        ]
        # ARRI's matrices go to ACES by one way and OpenColorIO's from there by another: half a percent.
        assert min(off) < 8e-3, space


#: Ways from one white to another, of which makers choose one: Lam 1985, CIECAM02.
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_CAT02 = np.array([[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.003, 0.0136, 0.9834]])


def _to_xyz(xy: Any) -> Any:
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in xy.reshape(4, 2)]).T
    return columns[:, :3] * np.linalg.solve(columns[:, :3], columns[:, 3])


def _adaptation(cone: Any, white: Any, to: Any) -> Any:
    source, target = (cone @ np.array([x / y, 1, (1 - x - y) / y]) for x, y in (white, to))
    return np.linalg.inv(cone) @ np.diag(target / source) @ cone


def test_light_is_never_guessed(tmp_path: Path) -> None:
    tagged = inspected(footage.clip(tmp_path / "clip.mov", frames=2, size=SIZE)).video
    untagged = inspected(footage.clip(tmp_path / "un.mkv", codec="ffv1", frames=2, size=SIZE, colour=None)).video
    with pytest.raises(NotLinear, match="not guessed"):
        to_linear(tagged, None, "ACEScg")
    with pytest.raises(NotLinear, match="not as Rec"):
        to_linear(untagged, None, "source")
    with pytest.raises(NotLinear, match="name the space"):
        to_linear(tagged, "ARRI LogC4", "source")
    with pytest.raises(NotLinear, match="is not known"):
        to_linear(tagged, "Nobody's Log", "ACEScg")
    assert linear_space("acescg") == "ACEScg"
    with pytest.raises(ValueError, match="no space to pull into"):
        linear_space("ARRI LogC4")


@pytest.fixture(scope="module")
def sequence(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shot, tuple[Written, ...]]:
    """A checked sequence of frames 6 to 17 of a clip, and what was written."""
    into = tmp_path_factory.mktemp("sequence")
    clip = footage.clip(
        into / "clip.mov", rate="30000/1001", frames=30, size=SIZE, timecode="01:00:59;24", reel="A001R1JL"
    )
    return clip, *_written(clip, into)


def _written(clip: Path, into: Path) -> tuple[Shot, tuple[Written, ...]]:
    facts = CameraFacts(
        maker="ARRI", model="ALEXA 35", lens="Signature 47", exposure_index="800", white_balance="5600K"
    )
    inspection = inspected(clip).model_copy(update={"camera": facts})
    video = inspection.video
    original = Original(
        "a" * 20, "b" * 20, "A001C003", "main/D001/A001/C.mov", inspection.reel, inspection.start_timecode,
        video.rate, video.frames,
    )  # fmt: skip
    request = PullRequest(7, 2, original, 10, 13, head=4, tail=4)
    template = NameTemplate.parse(DEFAULT)
    name = template.name_shot(request, show="bikes", cut="reel3", version=1)
    shot = Shot(request, name, template, inspection, to_linear(video, None, "source"), "bikes")
    spans = spans_of([clip], inspection, tools=TOOLS)
    pictures = read_frames(spans, request.frames, inspection, tools=TOOLS, deadline=deadline())
    return shot, write_sequence(shot, pictures, into, lambda: None)


def test_a_frame_is_half_zip_linear_and_says_where_it_is_from(
    sequence: tuple[Path, Shot, tuple[Written, ...]], tmp_path: Path
) -> None:
    clip, shot, written = sequence
    assert check_sequence(clip.parent, shot, written) == ()
    frames = {number: clip.parent / f"bikes_007_A001R1JL_v001.{number:04}.exr" for number in shot.request.numbers}
    assert sorted(frames) == list(range(997, 1009))
    for frame, file in zip(range(6, 18), frames.values(), strict=True):
        read = read_exr(file)
        assert number_in(read.pixels.astype(np.float32)) == frame
        assert read.header["circletake/sourceFrame"] == frame
        assert read.header["circletake/sourceTimecode"] == str(
            Timecode.parse("01:00:59;24", Fraction(30000, 1001)) + frame
        )
    header = read_exr(frames[997]).header
    assert header["compression"] == OpenEXR.ZIP_COMPRESSION
    assert np.allclose(header["chromaticities"], (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329))
    assert header["framesPerSecond"] == Fraction(30000, 1001)
    # Frame 6 lies behind the two labels that drop-frame leaves out: 01:01:00;02.
    code = header["timeCode"]
    assert (code.hours, code.minutes, code.seconds, code.frame, code.dropFrame) == (1, 1, 0, 2, True)
    known = {"reelName": "A001R1JL", "cameraMake": "ARRI", "lensModel": "Signature 47", "isoSpeed": 800.0}
    assert known.items() <= header.items()
    assert header["circletake/white_balance"] == "5600K"
    # Another reader sees the same light.
    launcher.make(["-i", str(frames[1001]), "-f", "rawvideo", str(tmp_path / "raw")], tools=TOOLS)
    planes = np.frombuffer((tmp_path / "raw").read_bytes(), "<f2").reshape(3, SIZE[1], SIZE[0])
    assert np.array_equal(planes[[2, 0, 1]], np.moveaxis(read_exr(frames[1001]).pixels, -1, 0))


def _missing(frames: list[Path]) -> None:
    frames[3].unlink()


def _truncated(frames: list[Path]) -> None:
    frames[3].write_bytes(frames[3].read_bytes()[:-2000])


def _swapped(frames: list[Path]) -> None:
    here, there = frames[3].read_bytes(), frames[4].read_bytes()
    frames[3].write_bytes(there)
    frames[4].write_bytes(here)


def _one_too_many(frames: list[Path]) -> None:
    shutil.copy(frames[3], frames[3].with_name("bikes_007_A001R1JL_v001.2000.exr"))


def _repainted(frames: list[Path], light: float) -> None:
    read = read_exr(frames[3])
    header = {name: value for name, value in read.header.items() if name != "channels"}
    OpenEXR.File(header, {"RGB": np.full_like(read.pixels, light)}).write(str(frames[3]))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_missing, "0.exr: it is not there"),
        (_truncated, "0.exr: it cannot be read"),
        (_swapped, "0.exr: its timeCode differs"),
        (_one_too_many, "2000.exr belongs to no frame"),
        (lambda frames: _repainted(frames, 0), "0.exr: it is black, and its source is not"),
        (lambda frames: _repainted(frames, 0.5), "0.exr: its pixels are not those that were written"),
        (lambda frames: _repainted(frames, np.nan), "0.exr: some of its pixels are no numbers"),
    ],
    ids=["missing", "truncated", "swapped", "one too many", "black", "other pixels", "no numbers"],
)
def test_the_check_finds_what_is_wrong_with_a_sequence(
    damage: Callable[[list[Path]], None],
    said: str,
    sequence: tuple[Path, Shot, tuple[Written, ...]],
    tmp_path: Path,
) -> None:
    clip, shot, written = sequence
    for file in clip.parent.glob("*.exr"):
        shutil.copy(file, tmp_path)
    damage(sorted(tmp_path.glob("*.exr")))
    wrong = check_sequence(tmp_path, shot, written)
    assert any(re.search(re.escape(said.removeprefix("0")), fault) for fault in wrong), wrong


def test_frames_that_were_never_written_are_missed(sequence: tuple[Path, Shot, tuple[Written, ...]]) -> None:
    clip, shot, written = sequence
    assert "11 frames were written of 12" in check_sequence(clip.parent, shot, written[:-1])


def test_the_reference_has_the_same_frames(sequence: tuple[Path, Shot, tuple[Written, ...]], tmp_path: Path) -> None:
    clip, shot, _ = sequence
    parts = parts_of(spans_of([clip], shot.inspection, tools=TOOLS), shot.request.frames)
    cube = tmp_path / "look.cube"
    # A look that turns the picture round: black is white.
    lattice = "\n".join(f"{1 - r} {1 - g} {1 - b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    cube.write_text(f"LUT_3D_SIZE 2\n{lattice}\n")
    for look, turned in ((None, 0), (cube, (1 << footage.BITS) - 1)):
        made = tmp_path / "reference.mov"
        write_reference(
            shot, parts, made, font=packaged_typeface(), look=look,
            tools=TOOLS, deadline=deadline(), on_progress=lambda frames: None,
        )  # fmt: skip
        assert [number ^ turned for number in footage.frame_numbers(made)] == list(shot.request.frames)
        found = inspected(made)
        assert (found.start_timecode, found.reel) == ("01:01:00;02", "A001R1JL")
        made.unlink()


def test_the_reference_is_tagged_as_what_it_shows(
    sequence: tuple[Path, Shot, tuple[Written, ...]], tmp_path: Path
) -> None:
    hlg = "setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc"
    clip = footage.clip(tmp_path / "hlg.mov", rate="30000/1001", frames=30, size=SIZE, picture=hlg)
    shot = replace(sequence[1], inspection=inspected(clip))
    parts = parts_of(spans_of([clip], shot.inspection, tools=TOOLS), shot.request.frames)
    cube = tmp_path / "look.cube"
    # Every colour becomes the same brown, whose luma in codes of BT.709 is 16 + 219 x 0.5351 = 133.
    cube.write_text("LUT_3D_SIZE 2\n" + "0.75 0.5 0.25\n" * 8)
    as_recorded = ColorTags(primaries="bt2020", transfer="arib-std-b67", matrix="bt709", range="tv")
    as_looked = ColorTags(primaries="bt709", transfer="bt709", matrix="bt709", range="tv")
    for look, tags in ((None, as_recorded), (cube, as_looked)):
        made = tmp_path / f"{tags.primaries}.mov"
        write_reference(
            shot, parts, made, font=packaged_typeface(), look=look,
            tools=TOOLS, deadline=deadline(), on_progress=lambda frames: None,
        )  # fmt: skip
        assert inspected(made).video.color == tags
    launcher.make(["-i", str(made), "-vf", "crop=64:32:96:32", "-f", "rawvideo", str(tmp_path / "raw")], tools=TOOLS)
    luma = np.frombuffer((tmp_path / "raw").read_bytes(), np.uint8).reshape(12, -1)[:, : 64 * 32].astype(int)
    assert np.abs(luma - 133).max() <= 1


@pytest.mark.parametrize(("rate", "drop"), MODES)
def test_every_rate_has_a_timecode_that_openexr_takes(rate: Fraction, drop: bool) -> None:
    for frame in (0, 1, nominal(rate) - 1):
        moment = Timecode.parse(
            "10:10:00:00".replace("00:00", "00:000") if nominal(rate) > 100 else "10:10:00:00", rate
        )
        code = as_timecode(Timecode(moment.frames + frame, rate, drop))
        assert code.frame <= 29
        assert code.dropFrame == drop


@pytest.mark.parametrize(("rate", "drop"), MODES)
def test_a_timecode_that_openexr_cannot_tell_from_the_next_is_told(rate: Fraction, drop: bool) -> None:
    codes = [str(as_timecode(Timecode(1200 + frame, rate, drop))) for frame in range(nominal(rate))]
    assert repeats_timecode(rate) == (len(set(codes)) < len(codes))


def test_what_a_camera_says_keeps_its_own_words_where_it_is_no_number() -> None:
    said = camera_attributes(CameraFacts(shutter="1/48", exposure_index="٣", lens="50 mm"))
    assert said == {"circletake/shutter": "1/48", "circletake/exposure_index": "٣", "lensModel": "50 mm"}
    assert camera_attributes(CameraFacts(shutter="172.8")) == {"shutterAngle": 172.8}
