"""What is burnt in is read back from the pixels: the right timecode in every frame, and names only as letters."""

import contextlib
import time
from fractions import Fraction
from pathlib import Path

import ffmpeg
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from circletake.contracts.recipe import BurnIn, BurnInText, Recipe
from circletake.film.timing import Timecode
from circletake.media import launcher
from circletake.media.inspecting import inspect
from circletake.media.launcher import Workbench
from circletake.media.lettering import Text, fitting, lay_out, lettered, running_number, running_timecode
from circletake.media.typeface import packaged_typeface, typeface
from functions.transcode.making import Making
from functions.transcode.transcode import transcode
from tests import footage

Pixels = npt.NDArray[np.int16]
FACE = typeface(packaged_typeface())
#: Large enough that digits differ in many pixels, and that one is a whole number of pixels wide, to cut them apart.
LETTERS = 39
HIGH, DIGIT = 48, round(0.513 * LETTERS)


def drawn(tmp_path: Path, text: Text, frames: int, wide: int = 320) -> Pixels:
    """A text in white on black → the grey pixels of every frame."""
    bench = Workbench(tmp_path, ())
    lay_out(bench, [text], FACE)
    picture = ffmpeg.input(f"color=black:s={wide}x{HIGH}:r=25", f="lavfi").video
    raw = tmp_path / "drawn.gray"
    graph = ffmpeg.output(lettered(picture, [text]), str(raw), f="rawvideo", pix_fmt="gray", **{"frames:v": frames})
    with contextlib.chdir(tmp_path):  # a child of the launcher starts on its bench
        launcher.make(ffmpeg.get_args(graph), tools=footage.TOOLS)
    return np.fromfile(raw, dtype=np.uint8).reshape(-1, HIGH, wide).astype(np.int16)


def text(content: str, *, running: bool = False, first: int = 0) -> Text:
    return Text("text.txt", content, LETTERS / HIGH, "0", "0", running=running, first=first)


def read(frames: Pixels, like: str, digits: Pixels) -> list[str]:
    """Frames with a text that looks like `like`, and how each digit is drawn → the text of each frame."""
    columns, at = [], 0.0
    for letter in like:
        wide = FACE.width(letter) * LETTERS
        if letter.isdigit():
            cell = frames[:, :, round(at) : round(at) + DIGIT]
            errors = np.stack([np.abs(cell - digit).sum(axis=(1, 2)) for digit in digits])
            columns.append([str(best) for best in errors.argmin(axis=0)])
        else:
            columns.append([letter] * len(frames))
        at += wide
    return ["".join(row) for row in zip(*columns, strict=True)]


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Pixels:
    (row,) = drawn(tmp_path_factory.mktemp("digits"), text("0123456789"), 1)
    cuts = [round(number * FACE.width("0") * LETTERS) for number in range(10)]
    return np.stack([row[:, cut : cut + DIGIT] for cut in cuts])


@pytest.mark.parametrize(
    ("rate", "start"),
    [
        ("24000/1001", "23:59:58:12"),
        ("24", "23:59:58:12"),
        ("25", "09:59:58:20"),
        ("30000/1001", "00:08:58;00"),
        ("30000/1001", "23:59:58;00"),
        ("30000/1001", "23:59:58:00"),
        ("48000/1001", "00:59:59:40"),
        ("48", "23:59:59:40"),
        ("50", "23:59:59:40"),
        ("60000/1001", "00:08:58;00"),
        ("60000/1001", "23:59:59;00"),
        ("60000/1001", "23:59:59:00"),
        ("60", "12:34:59:50"),
        ("120000/1001", "23:59:59:090"),
        ("120000/1001", "00:09:59;090"),
    ],
)
def test_the_timecode_in_the_picture_is_the_frames_own_label(
    tmp_path: Path, digits: Pixels, rate: str, start: str
) -> None:
    label, frames = Timecode.parse(start, Fraction(rate)), 4 * 60 if rate.startswith("120") else 3 * 60
    shown = drawn(tmp_path, text(running_timecode(label), running=True), frames)
    assert read(shown, start, digits) == [str(label + n) for n in range(frames)]


@pytest.mark.parametrize("rate", ["30000/1001", "60000/1001", "120000/1001"])
def test_drop_frame_keeps_its_labels_over_every_minute_of_a_day(tmp_path: Path, digits: Pixels, rate: str) -> None:
    noon = "12:00:00;000" if rate.startswith("120") else "12:00:00;00"
    label = Timecode.parse(noon, Fraction(rate))
    for minute in (1, 9, 10, 11, 59, 60, 719, 720):
        seam = round(minute * 60 * Fraction(rate))
        first = seam - seam % 2 - 8
        shown = drawn(tmp_path, text(running_timecode(label), running=True, first=first), 16)
        assert read(shown, noon, digits) == [str(label + n) for n in range(first, first + 16)]


def test_a_frames_number_is_counted_from_0_and_does_not_dance(tmp_path: Path, digits: Pixels) -> None:
    shown = drawn(tmp_path, text(running_number(1200), running=True, first=995), 10)
    assert read(shown, "0000", digits) == [f"{n:04}" for n in range(995, 1005)]


@pytest.mark.parametrize(
    "name",
    [
        "x':movie=other.mov[a];[a]drawtext=text='",
        "%{localtime} %{metadata:a} %{eif:1:d}",
        "a:b,c;d[e]f\\g=h|i",
        "$(reboot) `id` <img src=x onerror=alert(1)>",
        "../../etc/passwd",
        "é ñ ü Ж Ω ộ",
    ],
)
def test_a_hostile_name_is_drawn_as_its_letters(tmp_path: Path, name: str) -> None:
    assert fitting(name, FACE, 100) == name
    shown = drawn(tmp_path, text(name), 2, wide=1280)
    assert (shown[0] == shown[1]).all()
    assert shown.max() > 200
    (inked,) = np.nonzero(shown[0].max(axis=0) > 100)
    # As wide as its letters are: nothing of it was taken for an order. Pairs of letters are drawn a little closer.
    assert inked.max() == pytest.approx(FACE.width(name) * LETTERS, rel=0.06)


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("a\nb\r\x00c", "a[U+000A]b[U+000D][U+0000]c"),
        ("\u202egpj.exe", "[U+202E]gpj.exe"),
        ("山田 🎬", "[U+5C71][U+7530] [U+1F3AC]"),
        ("e\u0301", "é"),
        ("a\udc80", "a[U+DC80]"),
    ],
)
def test_what_the_typeface_lacks_or_would_turn_the_writing_is_spelt(name: str, spelt: str) -> None:
    assert fitting(name, FACE, 100) == spelt


@pytest.mark.parametrize("name", ["A001C001" + "q" * 10_240 + "END", "山" * 5_000, "W" * 40, "i" * 90])
def test_a_long_name_is_shortened_in_its_middle_until_it_fits(name: str) -> None:
    shown = fitting(name, FACE, 20)
    assert FACE.width(shown) <= 20
    assert "…" in shown
    begin, end = shown.split("…")
    assert "".join(fitting(letter, FACE, 20) for letter in name).startswith(begin)
    assert "".join(fitting(letter, FACE, 20) for letter in name).endswith(end)
    assert abs(FACE.width(begin) - FACE.width(end)) < 4.2


@pytest.mark.parametrize("size", [(1280, 720), (404, 720), (160, 90), (64, 36), (16, 16)])
def test_every_picture_has_its_texts_inside_and_keeps_its_poster_clean(tmp_path: Path, size: tuple[int, int]) -> None:
    flat = "drawbox=c=black:t=fill"
    clip = footage.clip(tmp_path / "a.mov", size=size, frames=3, rate="25", timecode="10:00:00:00", picture=flat)
    burn_in = BurnIn(show=tuple(BurnInText), words="Property of the production – %{pts} ':movie=b")
    found = inspect([clip], size_bytes=1, tools=footage.TOOLS, deadline=time.monotonic() + 20)
    into = tmp_path / "out"
    into.mkdir()
    transcode(
        [clip], Making(found, Recipe(burn_in=burn_in), "A001C001 " * 200), into=into, tools=footage.TOOLS,
        deadline=time.monotonic() + 20, on_progress=lambda frames: None,
    )  # fmt: skip
    raw = tmp_path / "proxy.gray"
    launcher.make(["-i", str(into / "proxy.mp4"), "-f", "rawvideo", "-pix_fmt", "gray", str(raw)], tools=footage.TOOLS)
    wide, high = size
    picture = np.fromfile(raw, dtype=np.uint8).reshape(-1, high, wide)[0]
    rows, columns = np.nonzero(picture > 120)
    assert len(rows)
    if wide >= 160:
        assert columns.min() >= 0.04 * wide
        assert columns.max() <= 0.96 * wide
        assert rows.min() >= 0.04 * high
        assert rows.max() <= 0.96 * high
    for still in ("poster.jpg", "filmstrip.jpg"):
        with Image.open(into / still) as clean:
            assert max(clean.convert("L").tobytes()) < 60


@pytest.mark.parametrize(("rate", "timecode"), [("25", None), ("30000/1001", "00:59:59;28")])
def test_a_clip_without_a_name_or_a_timecode_is_made_all_the_same(
    tmp_path: Path, rate: str, timecode: str | None
) -> None:
    clip = footage.clip(tmp_path / "a.mov", frames=4, rate=rate, timecode=timecode, sound=None)
    found = inspect([clip], size_bytes=1, tools=footage.TOOLS, deadline=time.monotonic() + 20)
    into = tmp_path / "out"
    into.mkdir()
    transcode(
        [clip], Making(found, Recipe(burn_in=BurnIn(show=tuple(BurnInText)))), into=into, tools=footage.TOOLS,
        deadline=time.monotonic() + 20, on_progress=lambda frames: None,
    )  # fmt: skip
    assert footage.frame_numbers(into / "proxy.mp4") == list(range(4))
