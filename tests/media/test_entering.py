"""A decoder of H.264 is entered at an IDR picture, and nowhere else."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.media import Inspection
from circletake.media.byte_ranges import Contents, contents_of, only_entered
from circletake.media.entering import length_bytes, may_enter
from circletake.media.inspecting import inspect
from tests import footage

_IDR, _SLICE, _OTHER = 5, st.integers(1, 4), st.sampled_from([6, 7, 8, 9, 12])
#: Nothing that looks like the beginning of another unit.
_BODY = st.binary(max_size=40).map(lambda body: body.replace(b"\0", b"\1"))
_UNITS = st.lists(st.tuples(_OTHER, _BODY), max_size=5)
_LENGTHS = st.sampled_from([1, 2, 4, None])


def _coded(units: list[tuple[int, bytes]], measured: int | None) -> bytes:
    whole = [bytes([0x60 | kind]) + body for kind, body in units]
    return b"".join((len(unit).to_bytes(measured, "big") if measured else b"\0\0\0\1") + unit for unit in whole)


@given(before=_UNITS, after=_UNITS, picture=st.one_of(st.just(_IDR), _SLICE), body=_BODY, measured=_LENGTHS)
def test_what_lies_before_a_picture_is_passed_over(
    before: list[tuple[int, bytes]], after: list[tuple[int, bytes]], picture: int, body: bytes, measured: int | None
) -> None:
    described = measured is not None or {7, 8} <= {kind for kind, _ in before}
    assert may_enter(_coded([*before, (picture, body), *after], measured), measured) is (picture == _IDR and described)


@given(before=_UNITS, measured=_LENGTHS)
def test_what_ends_before_the_picture_tells_nothing(before: list[tuple[int, bytes]], measured: int | None) -> None:
    assert may_enter(_coded(before, measured), measured) is None
    assert may_enter(_coded(before, measured) + bytes(50), measured) is None


@given(head=st.binary(max_size=200), measured=_LENGTHS)
def test_no_bytes_break_it(head: bytes, measured: int | None) -> None:
    assert may_enter(head, measured) in (True, False, None)


@given(before=st.binary(max_size=90), less_one=st.integers(0, 3))
def test_how_units_are_measured_is_read_from_the_description(before: bytes, less_one: int) -> None:
    described = before.replace(b"avcC", b"") + b"avcC" + bytes([1, 0x64, 0, 0x1F, 0xFC | less_one]) + b"\xe1"
    assert length_bytes(described) == less_one + 1


def test_what_is_not_measured_is_said_to_be_none() -> None:
    assert length_bytes(b"ap4h" + bytes(90)) is None


def _long_clip(to: Path, *, open_groups: bool) -> Path:
    """Twelve seconds of groups of half a second: longer than a piece of a clip."""
    how = f"keyint=12:min-keyint=12:bframes=2:scenecut=0:open-gop={int(open_groups)}"
    return footage.clip(
        to, codec="h264", rate="25", frames=300, size=(96, 64), sound=None,
        options=("-preset", "veryfast", "-x264-params", how),
    )  # fmt: skip


def _inspected(clip: Path) -> Inspection:
    return inspect([clip], size_bytes=clip.stat().st_size, tools=footage.TOOLS, deadline=time.monotonic() + 60)


def _read(clip: Path) -> Contents:
    found = contents_of(clip)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("groups")
    return _long_clip(folder / "open.mov", open_groups=True), _long_clip(folder / "closed.mov", open_groups=False)


def test_only_a_clip_that_can_be_entered_often_is_cut(clips: tuple[Path, Path]) -> None:
    leaning, closed = clips
    assert (_inspected(leaning).cuttable, _inspected(closed).cuttable) == (False, True)
    assert only_entered(_read(closed), closed) == _read(closed)
    seen = only_entered(_read(leaning), leaning)
    assert seen is not None
    assert list(seen.keys) == [0]


def _with_hole(clip: Path, to: Path, *, after: int) -> Path:
    """Like the clip, without the pictures that are coded behind sample `after`."""
    table, data = _read(clip), bytearray(clip.read_bytes())
    for start, end in list(zip(table.starts, table.ends, strict=True))[after + 1 :]:
        data[start:end] = bytes(end - start)
    to.write_bytes(data)
    return to


def test_keyframes_in_a_hole_are_taken_to_be_like_those_that_are_there(
    clips: tuple[Path, Path], tmp_path: Path
) -> None:
    leaning, closed = clips
    for after, clip, keyframes in [(30, closed, 25), (30, leaning, 1), (5, leaning, 25)]:
        seen = only_entered(_read(clip), _with_hole(clip, tmp_path / "sparse.mov", after=after))
        assert seen is not None
        assert len(seen.keys) == keyframes


def test_what_begins_with_no_picture_that_can_be_entered_is_not_cut(clips: tuple[Path, Path], tmp_path: Path) -> None:
    leaning, _ = clips
    assert only_entered(_read(leaning), _with_hole(leaning, tmp_path / "sparse.mov", after=-1)) is None


def test_pictures_that_stand_alone_are_cut_in_mxf(tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "a.mxf", codec="h264", rate="25", frames=30, options=("-g", "1", "-bf", "0"))
    assert (_inspected(clip).cuttable, _inspected(clip).keyframe_every) == (True, 1)


def test_a_worker_goes_back_to_a_keyframe_that_can_be_entered_or_to_the_first_sample(clips: tuple[Path, Path]) -> None:
    contents, asked = _read(clips[0]), list[int]()
    good = contents.keys[10]

    def entered(key: int) -> bool:
        asked.append(key)
        return key == good

    assert contents.coded(range(290, 300), entered)[0] == good
    assert asked == list(reversed(contents.keys[10:]))
    assert contents.coded(range(290, 300), lambda key: None)[0] == 0


def test_a_worker_does_not_look_at_keyframes_without_end(tmp_path: Path) -> None:
    contents, asked = _read(footage.clip(tmp_path / "a.mov", frames=100, size=(96, 64), sound=None)), list[int]()
    assert contents.coded(range(99, 100), asked.append)[0] == 0
    assert len(asked) == 64
