"""The model of routes keeps to what it is a model of."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bench.simulation import (
    CPU_S_PER_S,
    FOOTAGE,
    LAMBDA_BUSY,
    LAMBDA_ENDS_S,
    PIECES,
    ROUTES,
    WHOLE,
    Footage,
    in_pieces,
    outcomes,
    sooner,
    whole,
)


@given(seconds=st.floats(10, 36_000), more=st.floats(10, 3600), route=st.sampled_from(sorted(ROUTES)))
def test_more_footage_is_never_cheaper(seconds: float, more: float, route: str) -> None:
    less, greater = (ROUTES[route](Footage("", 1, length)) for length in (seconds, seconds + more))
    assert less[1] < greater[1]


@given(seconds=st.integers(10, 3600), workers=st.integers(1, 1000))
def test_more_workers_are_never_later_and_cost_the_same(seconds: int, workers: int) -> None:
    clip = Footage("", 1, seconds)
    few, many = in_pieces(clip, workers), in_pieces(clip, workers + 1)
    assert many[0] <= few[0]
    assert many[1] == few[1]


def test_pieces_on_one_worker_are_later_than_one_pass_and_cost_a_little_more() -> None:
    clip = Footage("", 1, 600)
    assert whole(clip)[0] < in_pieces(clip, 1)[0]
    assert 1 < in_pieces(clip)[1] / whole(clip)[1] < 1.05


def test_no_route_is_faster_than_the_work_on_all_its_workers() -> None:
    for footage in FOOTAGE:
        ready_s, _ = in_pieces(footage)
        assert ready_s > footage.clips * footage.seconds * CPU_S_PER_S / (LAMBDA_BUSY * 1000)


def test_what_lambda_does_not_hold_is_said() -> None:
    found = {(row.footage, row.route): row for row in outcomes()}
    assert all(row.possible == (row.route != WHOLE or row.ready_s < LAMBDA_ENDS_S) for row in found.values())
    assert not found["1 h", WHOLE].possible


def test_a_day_costs_what_its_clips_cost() -> None:
    day = Footage("", 120, 300)
    for take in ROUTES.values():
        assert abs(take(day)[1] - 120 * take(replace(day, clips=1))[1]) < 1e-6


def test_the_routes_cross_where_one_becomes_the_sooner() -> None:
    at = sooner(WHOLE, PIECES)
    assert at is not None
    before, after = (
        ROUTES[WHOLE](clip)[0] - ROUTES[PIECES](clip)[0] for clip in (Footage("", 1, at - 1), Footage("", 1, at))
    )
    assert before <= 0 < after
