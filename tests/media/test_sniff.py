"""A file is what its bytes say, whatever it is called."""

from pathlib import Path

import pytest

from circletake.contracts.errors import Code, Rejected
from circletake.media.sniff import sniff
from tests import footage


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("containers")
    for name, codec in {
        "a.mov": "prores", "a.mp4": "h264", "a.mxf": "dnxhr", "a.mkv": "h264", "a.avi": "mjpeg", "a.ts": "h264"
    }.items():  # fmt: skip
        footage.clip(directory / name, codec=codec, rate="25", frames=4)
    footage.sound_only(directory / "a.wav")
    return directory


@pytest.mark.parametrize(
    ("name", "container"),
    [
        ("a.mov", "QuickTime"), ("a.mp4", "MP4"), ("a.mxf", "MXF"), ("a.mkv", "Matroska"), ("a.avi", "AVI"),
        ("a.ts", "MPEG-TS"), ("a.wav", "WAV"),
    ],
)  # fmt: skip
def test_every_container_is_known_by_its_bytes(clips: Path, name: str, container: str, tmp_path: Path) -> None:
    renamed = tmp_path / "no_extension_at_all"
    renamed.write_bytes((clips / name).read_bytes())
    assert sniff(renamed).name == container


@pytest.mark.parametrize("name", footage.DISGUISES)
def test_what_is_disguised_as_a_clip_is_refused_by_name(name: str, tmp_path: Path) -> None:
    disguised = tmp_path / "A001C001.mov"
    disguised.write_bytes(footage.DISGUISES[name])
    with pytest.raises(Rejected) as refusal:
        sniff(disguised)
    assert refusal.value.verdict.code is Code.UNSUPPORTED_CONTAINER


def test_a_clip_that_is_a_zip_archive_too_is_refused(clips: Path, tmp_path: Path) -> None:
    both = tmp_path / "both.mp4"
    empty_zip = b"PK\x05\x06" + bytes(18)
    both.write_bytes((clips / "a.mp4").read_bytes() + empty_zip)
    with pytest.raises(Rejected, match="ZIP archive at once"):
        sniff(both)


@pytest.mark.parametrize(("head", "camera"), [(b"\0\0\2\0RED2", "RED R3D"), (b"ARRI\x12\x34", "ARRIRAW")])
def test_raw_of_its_own_container_is_kept_not_rejected(head: bytes, camera: str, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.write_bytes(head + bytes(4096))
    with pytest.raises(Rejected, match=camera) as refusal:
        sniff(raw)
    assert refusal.value.verdict.code is Code.RAW_WITHOUT_DECODER
