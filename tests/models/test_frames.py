"""Charts whose values are known, measured before any look."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from circletake.contracts.analysis import AnalysisKind, FrameLook, FramesAnswer, Question
from models.analyse.frames import Frames, look_at
from models.capability import Device, Media, Unanswerable
from models.media import Planes
from tests.footage import clip

_BT709 = (0.2126, 0.0722)
#: Answers have four places, and code values are whole.
_STEP = 0.001


def _planes(luma: ArrayLike, cb: int = 512, cr: int = 512, *, full: bool = False) -> Planes:
    y = np.broadcast_to(np.asarray(luma, np.uint16), (96, 512))
    return Planes(y, np.full((96, 256), cb, np.uint16), np.full((96, 256), cr, np.uint16), *_BT709, full)


def _question(frames: int, step: int) -> Question:
    return Question.model_validate(
        {"kind": "FRAMES", "production": "P", "job_id": "0" * 20, "attempt": 1, "rate": "24/1", "frames": frames}
        | {"step": step}
    )


def _looks(path: Path, frames: int, step: int) -> tuple[FrameLook, ...]:
    answer = Frames(Device()).look(Media(path), _question(frames, step))
    assert isinstance(answer, FramesAnswer)
    return answer.samples


@pytest.mark.parametrize(("full", "black", "white"), [(False, 64, 940), (True, 0, 1023)])
def test_exposure_is_a_share_of_the_range_that_the_samples_are_tagged_with(full: bool, black: int, white: int) -> None:
    ramp = np.linspace(black, white, 512).round().astype(np.uint16)
    seen = look_at(3, _planes(ramp, full=full))
    assert seen.frame == 3
    assert (seen.mean, seen.red, seen.green, seen.blue) == pytest.approx((0.5,) * 4, abs=_STEP)
    assert (seen.black, seen.middle, seen.white) == pytest.approx((0.01, 0.5, 0.99), abs=2 * _STEP)


def test_what_lies_at_or_beyond_the_ends_of_the_range_is_clipped_or_crushed() -> None:
    columns = np.full(512, 500)
    columns[:64], columns[64:96], columns[96:128] = 64, 30, 65
    columns[128:144], columns[144:160], columns[160:192] = 940, 1019, 939
    seen = look_at(0, _planes(columns))
    assert seen.crushed == pytest.approx(96 / 512, abs=_STEP)
    assert seen.clipped == pytest.approx(32 / 512, abs=_STEP)


#: 75 % bars as 10-bit code values of BT.709: SMPTE RP 219-1.
_BARS = [
    ("yellow", (674, 176, 543), (0.75, 0.75, 0.0)),
    ("cyan", (581, 589, 176), (0.0, 0.75, 0.75)),
    ("green", (534, 253, 207), (0.0, 0.75, 0.0)),
    ("magenta", (251, 771, 817), (0.75, 0.0, 0.75)),
    ("red", (204, 435, 848), (0.75, 0.0, 0.0)),
    ("blue", (111, 848, 481), (0.0, 0.0, 0.75)),
]


@pytest.mark.parametrize(("name", "codes", "rgb"), _BARS)
def test_a_colour_bar_has_the_rgb_that_it_is_defined_by(
    name: str, codes: tuple[int, int, int], rgb: tuple[float, float, float]
) -> None:
    seen = look_at(0, _planes(*codes))
    assert (seen.red, seen.green, seen.blue) == pytest.approx(rgb, abs=0.003), name
    hue = {"red": 0, "yellow": 1, "green": 2, "cyan": 4, "blue": 5, "magenta": 6}[name]
    # Codes are rounded: a hue on the border of two of the eight may fall on either side.
    near = [seen.appearance[4 * ((hue + shift) % 8) + 3] for shift in (-1, 0, 1)]
    assert max(near) == 255
    assert sum(1 for count in seen.appearance if count) == 1


def test_the_matrix_is_taken_from_the_tag() -> None:
    planes = _planes(204, 435, 848)
    assert look_at(0, planes).red != look_at(0, planes._replace(kr=0.299, kb=0.114)).red


def test_what_has_no_colour_is_in_one_bin_however_it_flickers() -> None:
    noise = np.random.default_rng(1).integers(510, 515, (96, 256)).astype(np.uint16)
    seen = look_at(0, _planes(500)._replace(cb=noise, cr=noise.T.reshape(96, 256)))
    assert seen.appearance == (255, *[0] * 31)


def test_a_blurred_picture_is_less_sharp_and_a_flat_one_is_not_sharp_at_all(tmp_path: Path) -> None:
    sharp, soft = (
        _looks(clip(tmp_path / f"{n}.mkv", codec="ffv1", sound=None, frames=1, size=(512, 288), picture=blur), 1, 1)[0]
        for n, blur in enumerate(("null", "gblur=sigma=2"))
    )
    assert sharp.sharpness > 5 * soft.sharpness
    assert look_at(0, _planes(500)).sharpness == 0


def test_a_picture_looks_like_itself_with_less_light_and_unlike_another(tmp_path: Path) -> None:
    picture = "eq=brightness=-0.05", "colorchannelmixer=rr=.6:gg=.6:bb=.6", "hue=h=90"
    seen, darker, other = (
        np.array(
            _looks(clip(tmp_path / f"{n}.mkv", codec="ffv1", sound=None, frames=1, picture=made), 1, 1)[0].appearance
        )
        for n, made in enumerate(picture)
    )
    assert np.abs(seen - darker).sum() < np.abs(seen - other).sum() / 4


def test_each_sample_is_told_with_its_frame_of_the_clip(tmp_path: Path) -> None:
    path = clip(tmp_path / "analysis.mkv", codec="ffv1", sound=None, frames=4)
    assert [look.frame for look in _looks(path, frames=40, step=12)] == [0, 12, 24, 36]


def test_a_long_clip_is_told_evenly_within_what_one_answer_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.analyse.frames.MAX_SAMPLES", 4)
    path = clip(tmp_path / "analysis.mkv", codec="ffv1", sound=None, frames=11)
    assert [look.frame for look in _looks(path, frames=22, step=2)] == [0, 6, 12, 18]


@pytest.mark.parametrize("frames", [7, 9])
def test_samples_that_are_missing_or_too_many_are_no_answer(tmp_path: Path, frames: int) -> None:
    path = clip(tmp_path / "analysis.mkv", codec="ffv1", sound=None, frames=frames)
    with pytest.raises(Unanswerable, match="samples"):
        _looks(path, frames=16, step=2)


@settings(max_examples=25)
@given(st.tuples(*[st.integers(0, 1023)] * 3), st.booleans())
def test_any_code_values_have_measures_within_their_bounds(codes: tuple[int, int, int], full: bool) -> None:
    seen = look_at(0, _planes(*codes, full=full))
    assert seen == FrameLook.model_validate_json(seen.model_dump_json())


def test_its_own_test_notices_a_wrong_matrix(
    loaded: Callable[[AnalysisKind], Frames], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(AnalysisKind.FRAMES).self_test()
    monkeypatch.setattr("models.analyse.frames._LIMITED", (0, 1023, 1023))
    with pytest.raises(ValueError, match="red"):
        loaded(AnalysisKind.FRAMES).self_test()
