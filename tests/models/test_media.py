"""What a model is given to look at."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from models import media
from models.media import Media, Unanswerable
from tests.footage import clip

_RED = (200, 30, 30)
#: 4:2:0, 8-bit limited range, and x264's quantiser.
_CODING_LOSS = 5


def _jpeg(size: tuple[int, int] = (64, 48), orientation: int = 1) -> bytes:
    """Red above, blue below, as it is stored."""
    picture = Image.new("RGB", size, _RED)
    picture.paste((20, 20, 220), (0, size[1] // 2, size[0], size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = BytesIO()
    picture.save(file, "JPEG", quality=95, subsampling=0, exif=exif)
    return file.getvalue()


def _red(matrix: str) -> str:
    """Red in this matrix; what is not tagged was made, and is shown, as BT.709."""
    scaled = "bt709" if matrix == "unknown" else matrix.removesuffix("nc")
    return (
        "drawbox=y=40:w=iw:h=ih-40:c=0xC81E1E:t=fill,format=gbrp,"
        f"scale=out_color_matrix={scaled}:out_range=tv,format=yuv420p,setparams=colorspace={matrix}:range=tv"
    )


@pytest.mark.parametrize("matrix", ["bt709", "smpte170m", "bt2020nc", "unknown"])
def test_frames_have_the_colours_that_their_matrix_means(tmp_path: Path, matrix: str) -> None:
    path = clip(tmp_path / "a.mp4", codec="h264", colour=None, sound=None, frames=2, picture=_red(matrix))
    for _, frame in Media(path).frames():
        assert np.abs(frame[100:140].mean(axis=(0, 1)) - _RED).max() <= _CODING_LOSS


def test_frames_are_numbered_from_nought_and_every_so_many_are_given(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", codec="h264", sound=None, frames=11)
    seen = list(Media(path).frames(every=4))
    assert [number for number, _ in seen] == [0, 4, 8]
    assert all(_number(frame) == number for number, frame in seen)
    assert Media(path).size == (320, 180)


def _number(frame: NDArray[np.uint8]) -> int:
    """The number that is burnt into a frame, as blocks across its top eighth, lowest bit left."""
    height, width = frame.shape[:2]
    blocks = [frame[height // 16, int((bit + 0.5) * width / 12), 1] > 127 for bit in range(12)]
    return sum(1 << bit for bit, lit in enumerate(blocks) if lit)


def test_samples_before_the_look_keep_their_ten_bits(tmp_path: Path) -> None:
    grey = "geq=lum=701:cb=400:cr=611,setparams=colorspace=bt2020nc:range=tv"
    path = clip(tmp_path / "a.mkv", codec="ffv1", sound=None, frames=3, picture=f"format=yuv422p10le,{grey}")
    seen = dict(Media(path).frames_10_bit(every=2))
    assert list(seen) == [0, 2]
    planes = seen[2]
    assert (planes.y.shape, planes.cb.shape, planes.cr.shape) == ((180, 320), (180, 160), (180, 160))
    assert {(int(p.min()), int(p.max())) for p in planes[:3]} == {(701, 701), (400, 400), (611, 611)}
    assert (planes.kr, planes.kb, planes.full) == (0.2627, 0.0593, False)


def test_sound_is_the_mix_at_sixteen_kilohertz_as_long_as_the_clip(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", codec="h264", rate="24/1", frames=48)
    sound = Media(path).sound()
    assert sound.dtype == np.float32
    assert abs(len(sound) - 32_000) <= 1024
    spectrum = np.abs(np.fft.rfft(sound[:16_000]))
    # Left has a tone of 220 Hz, right one of 440: a second's spectrum has a line for each hertz.
    assert set(np.argsort(spectrum)[-2:]) == {220, 440}


def test_a_clip_without_sound_has_an_empty_one(tmp_path: Path) -> None:
    assert Media(clip(tmp_path / "a.mp4", codec="h264", sound=None, frames=2)).sound().shape == (0,)


def test_a_picture_is_media_of_one_frame_the_right_way_up(tmp_path: Path) -> None:
    path = tmp_path / "reference"
    # 6: the camera was turned; the stored top is the right edge.
    path.write_bytes(_jpeg(orientation=6))
    ((number, frame),) = Media(path).frames(every=7)
    assert (number, frame.shape) == (0, (64, 48, 3))
    assert Media(path).size == (48, 64)
    assert frame[32, 40, 0] > 150 > frame[32, 8, 0]
    assert len(Media(path).sound()) == 0


def test_stills_come_with_the_numbers_that_they_were_given() -> None:
    chosen = Media.of_stills([(9, _jpeg((32, 16))), (2, _jpeg((32, 16)))])
    assert [number for number, _ in chosen.frames(every=100)] == [2, 9]


def _broken(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    whole = clip(tmp_path / "whole.mp4", codec="h264", frames=8).read_bytes()
    sound = clip(tmp_path / "whole.mkv", codec="ffv1", sound=None, frames=8).read_bytes()
    for name, data in {
        "no media": b"#EXTM3U\nfile:///etc/passwd\n",
        "nothing": b"",
        "MP4 without its index": whole[: len(whole) // 2].replace(b"moov", b"free"),
        "Matroska's first bytes": sound[:64],
        "JPEG's first bytes": _jpeg()[:40],
        "half a JPEG": _jpeg()[:700],
    }.items():
        path = tmp_path / "broken"
        path.write_bytes(data)
        yield name, path


def _decode(path: Path) -> None:
    for _ in Media(path).frames():
        pass


def test_what_cannot_be_decoded_is_the_medias_fault_and_said_so(tmp_path: Path) -> None:
    for name, path in _broken(tmp_path):
        with pytest.raises(Unanswerable) as told:
            _decode(path)
        assert str(tmp_path) not in str(told.value), name


def test_a_look_has_been_through_a_jpeg_and_a_proxy_so_they_have_no_samples(tmp_path: Path) -> None:
    with pytest.raises(Unanswerable, match="look"):
        next(Media.of_stills([(0, _jpeg())]).frames_10_bit())
    with pytest.raises(Unanswerable, match="yuv420p"):
        next(Media(clip(tmp_path / "a.mp4", codec="h264", sound=None, frames=2)).frames_10_bit())


def test_a_picture_that_would_fill_the_memory_is_not_decoded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(media, "MAX_PIXELS", 1000)
    with pytest.raises(Unanswerable, match="1,000 pixels"):
        next(Media.of_stills([(0, _jpeg())]).frames())
    with pytest.raises(Unanswerable, match="1,000 pixels"):
        next(Media(clip(tmp_path / "a.mp4", codec="h264", sound=None, frames=2)).frames())


def test_more_sound_than_fits_in_the_memory_is_not_decoded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(media, "MAX_SOUND_S", 0)
    with pytest.raises(Unanswerable, match="hours of sound"):
        Media(clip(tmp_path / "a.mp4", codec="h264", frames=8)).sound()
