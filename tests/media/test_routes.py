"""Where a clip runs, and where it is cut."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circletake.contracts.media import ColorTags, Estimate, Inspection, Route, VideoStream
from circletake.film.timing import nominal
from circletake.media.routes import choose_route, cut, own, reach, spans_of, stretches

_GB = 10**9
RATES = [Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "50", "60000/1001", "120000/1001", "12.5")]


def clip(
    rate: Fraction, frames: int, *, cpu_s: float = 100, keyframe_every: int | None = 1, spans: tuple[int, ...] = ()
) -> Inspection:
    video = VideoStream(
        codec="prores", profile=None, pixel_format="yuv422p10le", width=1920, height=1080, sample_aspect_ratio=None,
        rotation_degrees=0, field_order="progressive", rate=rate, variable_rate=False, frames=frames,
        frames_counted=False, color=ColorTags(primaries=None, transfer=None, matrix=None, range=None),
    )  # fmt: skip
    return Inspection(
        container="QuickTime", size_bytes=_GB, duration_s=frames / rate, video=video, audio=(), start_timecode=None,
        reel=None, estimate=Estimate(cpu_s=cpu_s, disk_bytes=2 * _GB), route=Route.SEGMENTS,
        span_frames=spans or (frames,), keyframe_every=keyframe_every,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cpu_s", "size_bytes", "outputs_bytes", "cuttable", "route"),
    [
        (200, 1 * _GB, 10**8, True, Route.LAMBDA),
        (600, 1 * _GB, 10**8, True, Route.SEGMENTS),
        (600, 1 * _GB, 10**8, False, Route.LAMBDA),
        (10, 30 * _GB, 10**8, True, Route.SEGMENTS),
        (10_000, 30 * _GB, 2 * _GB, False, Route.BATCH),
        # What is joined does not fit beside what it is joined from.
        (50_000, 100 * _GB, 5 * _GB, True, Route.BATCH),
        (10_000_000, 100 * _GB, 5 * _GB, True, Route.NONE),
        (10_000, 500 * _GB, 5 * _GB, False, Route.NONE),
    ],
)
def test_where_a_clip_runs_follows_from_its_estimate(
    cpu_s: float, size_bytes: int, outputs_bytes: int, cuttable: bool, route: Route
) -> None:
    needs = Estimate(cpu_s=cpu_s, disk_bytes=size_bytes + outputs_bytes)
    assert choose_route(needs, size_bytes=size_bytes, cuttable=cuttable) is route


@settings(max_examples=60)
@given(
    rate=st.sampled_from(RATES),
    frames=st.integers(1, 1_000_000),
    cpu_s=st.floats(1, 1e6),
    keyframe_every=st.sampled_from([None, 1, 12, 15, 30, 250]),
)
def test_the_pieces_are_the_clip_and_begin_where_a_group_of_the_proxy_does(
    rate: Fraction, frames: int, cpu_s: float, keyframe_every: int | None
) -> None:
    pieces = cut(clip(rate, frames, cpu_s=cpu_s, keyframe_every=keyframe_every))
    assert all(early.first + early.count == late.first for early, late in pairwise(pieces))
    assert (pieces[0].first, sum(piece.count for piece in pieces)) == (0, frames)
    assert all(piece.first % nominal(rate) == 0 for piece in pieces)
    assert [(piece.number, piece.of) for piece in pieces] == [(n, len(pieces)) for n in range(len(pieces))]
    assert len(pieces) <= 1000
    if len(pieces) > 1:
        assert pieces[-1].count >= pieces[0].count / 2


def test_a_piece_lasts_about_ten_seconds_and_less_where_its_frames_are_dear() -> None:
    assert {piece.count for piece in cut(clip(Fraction(24000, 1001), 24 * 600))} == {240}
    assert cut(clip(Fraction(24), 24 * 600, cpu_s=600 * 100))[0].count == 72


def test_a_piece_begins_at_a_keyframe_where_they_are_regular() -> None:
    assert all(piece.first % 120 == 0 for piece in cut(clip(Fraction(24), 2400, keyframe_every=15)))


def test_frames_lie_in_the_files_of_a_clip_one_after_the_other() -> None:
    found = clip(Fraction(24), 100, spans=(30, 50, 20))
    assert list(stretches(found, range(25, 85))) == [(0, range(25, 30)), (1, range(50)), (2, range(5))]
    pieces = cut(found)
    assert [spans_of(found, piece) for piece in pieces] == [(0, 1, 2)]
    assert reach(found, pieces[0]) == own(pieces[0])
