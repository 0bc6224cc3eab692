"""A look on a picture: what FFmpeg shows is what OpenColorIO computes of the same pixels, before anything is coded."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ffmpeg
import numpy as np
import numpy.typing as npt
import pytest

from circletake.contracts.errors import Rejected
from circletake.contracts.looks import Cdl, Lut
from circletake.contracts.media import ColorTags
from circletake.contracts.recipe import Editorial, EditorialFormat, Recipe
from circletake.film.looks.cube import read_cube, write_cube
from circletake.film.looks.resolving import Resolved
from circletake.media import launcher
from circletake.media.baking import bake
from circletake.media.exact_look import by_lattice, exactly
from circletake.media.inspecting import inspect
from functions.transcode.look import lay_out_look, looked_rgb, pixels_before_look, under_look
from functions.transcode.making import Making
from functions.transcode.review import review_picture
from functions.transcode.transcode import transcode
from tests import footage

Pixels = npt.NDArray[np.float32]
WIDTH, HEIGHT = 256, 128
CDL = Cdl(slope=(1.2, 1.0, 0.9), offset=(0.02, 0.0, -0.1), power=(0.9, 1.2, 1.0), saturation=0.9)
#: Kr and Kb of each matrix (ITU-R BT.601, BT.709, BT.2020).
_LUMA = {"smpte170m": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020nc": (0.2627, 0.0593)}
IDENTITY = "LUT_3D_SIZE 2\n" + "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))


def colours() -> Pixels:
    """RGB in blocks of 2 × 2 pixels, so that no chroma is shared: grey and coloured ramps, skin, noise, extremes."""
    random = np.random.default_rng(4)
    high, wide = HEIGHT // 2, WIDTH // 2
    ramp = np.linspace(0, 1, wide)
    rows = [np.stack([ramp * r, ramp * g, ramp * b], -1) for r, g, b in [(1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1)]]
    rows += [np.clip(np.stack([ramp * 1.1, ramp * 0.8, ramp * 0.65], -1), 0, 1)] * 12
    rows += [random.integers(0, 2, (wide, 3)).astype(float)] * 4
    rows += [np.clip(ramp[:, None] + random.normal(0, 0.05, (wide, 3)), 0, 1) for _ in range(20)]
    rows += [random.random((wide, 3)) for _ in range(high - len(rows))]
    return np.stack(rows).repeat(2, 0).repeat(2, 1).astype(np.float32)


def recorded(to: Path, rgb: Pixels, matrix: str, *, full: bool = False, tagged: bool = True) -> Path:
    """RGB → three frames of lossless 10-bit Y'CbCr 4:2:2, coded by the arithmetic of the standards."""
    kr, kb = _LUMA[matrix]
    red, green, blue = (rgb[..., channel].astype(np.float64) for channel in range(3))
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    chroma = [(blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)]
    black, tall, wide = (0, 1023, 1023) if full else (64, 876, 896)
    planes = [black + tall * luma, *(512 + wide * each[:, ::2] for each in chroma)]
    raw = b"".join(np.clip(np.rint(plane), 0, 1023).astype("<u2").tobytes() for plane in planes)
    to.with_suffix(".raw").write_bytes(3 * raw)
    tags = ["-colorspace", matrix] if tagged else []
    launcher.make(
        ["-f", "rawvideo", "-s", f"{WIDTH}x{rgb.shape[0]}", "-pix_fmt", "yuv422p10le", "-r", "24", *tags,
         "-color_range", "pc" if full else "tv", "-i", str(to.with_suffix(".raw")), "-c:v", "ffv1", *tags, str(to)],
        tools=footage.TOOLS,
    )  # fmt: skip
    return to


def making_of(clip: Path, look: bytes) -> Making:
    found = inspect([clip], size_bytes=clip.stat().st_size, tools=footage.TOOLS, deadline=time.monotonic() + 60)
    clip.with_suffix(".cube").write_bytes(look)
    return Making(found, look=clip.with_suffix(".cube"))


def shown(clip: Path, making: Making, end: Callable[[Any], Any], pixels: str) -> bytes:
    """The first frame of a clip as the pass shows it, ended by `end`, as raw pixels."""
    with launcher.workbench([clip]) as bench:
        lay_out_look(bench, making)
        picture = review_picture(bench.input(0, 10)["v"], making.inspection.video, pixels_before_look(making))
        graph = ffmpeg.output(end(picture), "out.raw", f="rawvideo", pix_fmt=pixels, fps_mode="passthrough")
        launcher.run(
            bench, graph, tools=footage.TOOLS, deadline=time.monotonic() + 60, file_bytes=1 << 28,
            on_progress=lambda _: None,
        )  # fmt: skip
        frames = (bench.directory / "out.raw").read_bytes()
    return frames[: len(frames) // 3]


def rgb_of(clip: Path, look: bytes) -> Pixels:
    making = making_of(clip, look)
    raw = shown(clip, making, lambda picture: looked_rgb(picture, making), "gbrp16le")
    planes = np.frombuffer(raw, "<u2").reshape(3, -1, WIDTH).astype(np.float32) / 65535
    return np.stack([planes[2], planes[0], planes[1]], -1)


def off(one: Pixels, other: Pixels) -> float:
    """The largest difference where 4:2:2 has a sample of the chroma: in every other column."""
    return float(np.abs(one - other)[:, ::2].max())


def applied(processor: Any, rgb: Pixels) -> Pixels:
    after = np.ascontiguousarray(rgb)
    after = after.copy()
    processor.applyRGB(after)
    return np.clip(after, 0, 1)


def test_a_graded_picture_is_what_opencolorio_computes_of_the_same_pixels(tmp_path: Path) -> None:
    """A CDL and a show LUT, on ramps, noise, skin and the corners of the cube: within 1/255 everywhere."""
    clip = recorded(tmp_path / "a.mkv", colours(), "bt709")
    curve = [min(1, (step / 32) ** 1.3 * 1.02) for step in range(33)]
    values = [value for blue in curve for green in curve for red in curve for value in (red, green * 0.98, blue)]
    lut = write_cube(33, values, "show")
    resolved = Resolved(CDL, "a (show)", Lut(sha256="0" * 64, name="show", size=33), "b (show)")
    baked = bake(resolved, camera_space=None, grading_space=None, lut_text=lut.decode())
    before, after = rgb_of(clip, IDENTITY.encode()), rgb_of(clip, baked.text)
    exact = applied(exactly(None, None, CDL, read_cube(lut)), before)
    assert np.abs(after - exact).max() < 1 / 255


def test_a_log_picture_is_shown_as_the_baked_look_has_it_and_close_to_the_exact_one(tmp_path: Path) -> None:
    """LogC4 → ACEScct → CDL → the standard rendering. Beside the lattice's own error nothing is lost."""
    clip = recorded(tmp_path / "a.mkv", colours(), "bt709")
    cdl = Cdl(slope=(1.05, 1.0, 0.97), offset=(0.01, 0.0, -0.01), saturation=0.95)
    baked = bake(Resolved(cdl, "a (show)"), camera_space="ARRI LogC4", grading_space="ACEScct", lut_text=None, size=33)
    before, after = rgb_of(clip, IDENTITY.encode()), rgb_of(clip, baked.text)
    cube = read_cube(baked.text)
    assert np.abs(after - applied(by_lattice(cube.size, cube.values), before)).max() < 0.1 / 255
    exact = applied(exactly("ARRI LogC4", "ACEScct", cdl, None), before)
    assert np.abs(after - exact).mean() < 1 / 255


@pytest.mark.parametrize("full", [False, True], ids=["legal", "full"])
@pytest.mark.parametrize("matrix", _LUMA)
def test_the_look_gets_the_colours_that_were_recorded(matrix: str, full: bool, tmp_path: Path) -> None:
    rgb = colours()
    clip = recorded(tmp_path / "a.mkv", rgb, matrix, full=full)
    assert off(rgb_of(clip, IDENTITY.encode()), rgb) < 1 / 255


def test_an_untagged_picture_is_taken_for_bt709_where_it_is_hd_and_for_bt601_below(tmp_path: Path) -> None:
    small = colours()
    clip = recorded(tmp_path / "sd.mkv", small, "smpte170m", tagged=False)
    assert off(rgb_of(clip, IDENTITY.encode()), small) < 1 / 255
    tall = np.tile(small, (6, 1, 1))[:720]
    clip = recorded(tmp_path / "hd.mkv", tall, "bt709", tagged=False)
    assert off(rgb_of(clip, IDENTITY.encode()), tall) < 1 / 255


@pytest.mark.parametrize(("coded", "name"), [(8, "ycgco"), (10, "bt2020c"), (14, "ictcp")])
def test_colours_that_nothing_here_turns_into_rgb_are_refused_before_the_work(
    coded: int, name: str, tmp_path: Path
) -> None:
    options = ("-bsf:v", f"h264_metadata=matrix_coefficients={coded}")
    clip = footage.clip(tmp_path / "a.mp4", codec="h264", frames=2, colour=None, sound=None, options=options)
    with pytest.raises(Rejected, match=f"CODEC_NOT_ALLOWED: .* {name}"):
        making_of(clip, IDENTITY.encode())


def test_the_picture_that_is_coded_is_bt709_in_legal_range(tmp_path: Path) -> None:
    """A BT.2020 source in full range under a look: each 8-bit value within one of the arithmetic of BT.709."""
    clip = recorded(tmp_path / "a.mkv", colours(), "bt2020nc", full=True)
    baked = bake(Resolved(CDL, "a (show)"), camera_space=None, grading_space=None, lut_text=None, size=33)
    making = making_of(clip, baked.text)
    raw = np.frombuffer(shown(clip, making, lambda picture: under_look(picture, making), "yuv420p"), np.uint8)
    luma = raw[: WIDTH * HEIGHT].reshape(HEIGHT, WIDTH).astype(float)
    blue = raw[WIDTH * HEIGHT :][: WIDTH * HEIGHT // 4].reshape(HEIGHT // 2, WIDTH // 2).astype(float)
    rgb = rgb_of(clip, baked.text)
    kr, kb = _LUMA["bt709"]
    expected = kr * rgb[..., 0] + (1 - kr - kb) * rgb[..., 1] + kb * rgb[..., 2]
    assert np.abs(luma - (16 + 219 * expected)).max() <= 0.51
    chroma = 128 + 224 * (rgb[..., 2] - expected) / (2 - 2 * kb)
    # Rows of skin: one colour beside the next, so that it does not matter where the chroma is sampled.
    assert np.abs(blue[6:14, 2:-2] - chroma[12:28:2, 4:-4:2]).max() <= 1.5


def test_a_look_is_in_what_is_shown_and_neither_in_what_is_detected_nor_in_unlooked_proxies(tmp_path: Path) -> None:
    """A look that makes everything white, on an untagged clip: its stills and looked proxies are white, no more."""
    clip = footage.clip(tmp_path / "a.mov", frames=10, colour=None)
    found = inspect([clip], size_bytes=clip.stat().st_size, tools=footage.TOOLS, deadline=time.monotonic() + 60)
    (tmp_path / "white.cube").write_bytes(write_cube(2, [1.0] * 24, "white"))
    made = {}
    for name, look, looked in [("plain", None, False), ("white", "white.cube", False), ("cut", "white.cube", True)]:
        editorial = Editorial(formats=(EditorialFormat.DNXHR_LB_MOV,), looked=looked)
        making = Making(found, Recipe(editorial=editorial), look=tmp_path / look if look else None)
        into = tmp_path / name
        into.mkdir()
        made[name] = transcode(
            [clip], making, into=into, tools=footage.TOOLS, deadline=time.monotonic() + 120, on_progress=lambda _: None
        ).model_copy(update={"cpu_s": None})
    assert made["white"] == made["plain"]
    assert footage.frame_numbers(tmp_path / "plain" / "proxy.mp4") == list(range(10))
    assert footage.frame_numbers(tmp_path / "white" / "dnxhr.mov") == list(range(10))
    for white in ("white/proxy.mp4", "white/poster.jpg", "white/filmstrip.jpg", "cut/dnxhr.mov"):
        assert darkest(tmp_path / white) > 250, white
    proxy = tmp_path / "white" / "proxy.mp4"
    shown_as = inspect([proxy], size_bytes=proxy.stat().st_size, tools=footage.TOOLS, deadline=time.monotonic() + 60)
    assert shown_as.video.color == ColorTags(primaries="bt709", transfer="bt709", matrix="bt709", range="tv")


def darkest(picture: Path) -> int:
    raw = picture.with_suffix(".grey")
    launcher.make(
        ["-i", str(picture), "-vf", "scale=out_range=pc,format=gray", "-f", "rawvideo", str(raw)], tools=footage.TOOLS
    )
    return min(raw.read_bytes())
