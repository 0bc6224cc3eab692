"""A missing clip shows in its camera's own numbers; what never was a clip does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.film.gaps import find_gaps
from tests.film.cards import FROM_ANYWHERE, FROM_ONE, PATHS


def _missing(paths: list[str]) -> list[int]:
    return [number for gap in find_gaps(paths) for number in gap.missing]


@pytest.mark.parametrize("camera", FROM_ONE)
@given(there=st.sets(st.integers(1, 60), min_size=1))
def test_a_reel_that_counts_from_one_lacks_every_number_below_its_last(camera: str, there: set[int]) -> None:
    _, path = PATHS[camera]
    assert sorted(_missing([path(number) for number in there])) == sorted(set(range(1, max(there))) - there)


@pytest.mark.parametrize("camera", FROM_ANYWHERE)
@given(there=st.sets(st.integers(1, 60), min_size=1))
def test_a_counter_that_runs_on_lacks_only_what_is_between(camera: str, there: set[int]) -> None:
    _, path = PATHS[camera]
    assert sorted(_missing([path(number) for number in there])) == sorted(set(range(min(there), max(there))) - there)


@pytest.mark.parametrize("camera", PATHS)
@given(first=st.integers(1, 900), clips=st.integers(1, 40))
def test_a_card_without_a_hole_has_no_gap(camera: str, first: int, clips: int) -> None:
    first = 1 if camera in FROM_ONE else first
    _, path = PATHS[camera]
    assert find_gaps([path(number) for number in range(first, first + clips)]) == []


def test_a_gap_says_where_and_what_to_do() -> None:
    _, path = PATHS["ARRI"]
    first, second = find_gaps([path(2), path(5)])
    assert (first.reel, first.missing, first.between) == ("A004R1JL", (1,), ("", "A004C002_20260930_R1JL"))
    assert first.sentence == ("There is no clip 1 before A004C002_20260930_R1JL, and ARRI counts each reel from 1.")
    assert second.missing == (3, 4)
    assert second.sentence == "There are no clips 3 to 4 between A004C002_20260930_R1JL and A004C005_20260930_R1JL."
    assert "acknowledge" in second.next_step


def test_each_reel_is_counted_by_itself() -> None:
    a, b = "A004C{:03}_20260930_R1JL.mov", "A005C{:03}_20260930_R1JL.mov"
    assert find_gaps([a.format(1), b.format(1), a.format(2), b.format(2)]) == []
    assert [gap.reel for gap in find_gaps([a.format(1), b.format(1), a.format(3)])] == ["A004R1JL"]


def test_a_reel_whose_counter_was_set_back_is_two_runs() -> None:
    days = ["A004C{:03}_20260930_R1JL.mov", "A004C{:03}_20261001_R1JL.mov"]
    whole = [day.format(number) for day in days for number in (1, 2, 3)]
    assert find_gaps(whole) == []
    assert _missing([path for path in whole if path != days[1].format(2)]) == [2]


def test_clips_that_were_shot_twice_under_one_number_hide_no_gap() -> None:
    twice = "A001.RDM/A001_C{0:03}_0930{1}.RDC/A001_C{0:03}_0930{1}_001.R3D"
    assert find_gaps([twice.format(number, mark) for number in (1, 2, 3) for mark in ("AB", "CD")]) == []
    assert _missing([twice.format(1, "AB"), twice.format(1, "CD"), twice.format(2, "AB"), twice.format(4, "AB")]) == [3]


def test_the_spans_and_frames_of_a_clip_are_one_clip() -> None:
    folder = "A001.RDM/A001_C001_0930AB.RDC"
    assert find_gaps([f"{folder}/A001_C001_0930AB_{span:03}.R3D" for span in (1, 2, 3)]) == []
    assert find_gaps([f"A004C001_20260930_R1JL/A004C001_20260930_R1JL.{frame:07}.ari" for frame in (1, 9)]) == []


def test_a_proxy_or_a_sidecar_stands_in_for_no_clip() -> None:
    _, path = PATHS["ARRI"]
    beside = ["Proxy/A004C002_20260930_R1JL.mov", "A004R1JL/A004C002_20260930_R1JL.xml"]
    assert _missing([path(1), path(3), *beside]) == [2]


def test_photos_are_counted_along_with_clips_where_the_camera_does() -> None:
    drone = "DCIM/100MEDIA/DJI_{:04}.{}"
    assert find_gaps([drone.format(7, "MP4"), drone.format(8, "JPG"), drone.format(9, "MP4")]) == []
    assert _missing([drone.format(7, "MP4"), drone.format(9, "MP4")]) == [8]


def test_several_lenses_of_one_flight_are_one_number() -> None:
    drone = "DCIM/DJI_001/DJI_20260930{0:06}_{0:04}_{1}.MP4"
    assert find_gaps([drone.format(number, lens) for number in (1, 2, 3) for lens in "WZT"]) == []


@pytest.mark.parametrize("camera", ["Sony", "DJI, old", "GoPro"])
def test_a_counter_that_begins_again_after_its_last_number_has_no_gap(camera: str) -> None:
    _, path = PATHS[camera]
    assert find_gaps([path(number) for number in (9998, 9999, 1, 2)]) == []
    assert _missing([path(number) for number in (9996, 9998, 9999, 1, 2, 4)]) == [3, 9997]


def test_nothing_is_said_of_a_phone_or_of_a_camera_that_is_not_known() -> None:
    _, phone = PATHS["iPhone"]
    assert find_gaps([phone(1), phone(7), "clip1.mov", "clip9.mov"]) == []


@given(st.lists(st.text(max_size=30), max_size=20))
def test_any_paths_at_all_can_be_looked_at(paths: list[str]) -> None:
    assert find_gaps(paths) == find_gaps(reversed(paths))
