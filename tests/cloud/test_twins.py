"""A RAW clip and its proxies find each other in any order, at once, twice and late, with a few requests each."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from circletake.cloud.catalogue import Catalogue, Change, Put, Refused, Row
from circletake.cloud.twins import Twins
from circletake.contracts import table
from circletake.contracts.keys import ClipRef, RollRef, short_hash
from circletake.film.twins import Twin

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
Meeting = Callable[[Twins], None]


def clip_of(path: str, version: str = "v1") -> ClipRef:
    return ClipRef(roll=ROLL, clip_id=short_hash(path), version=short_hash(path, version))


def original(path: str = "A001C001.braw", start: str | None = "01:00:00:00", frames: int | None = 24) -> Meeting:
    return lambda twins: twins.meet_original(clip_of(path), Twin.of(clip_of(path), path, start, frames))


def proxy(
    path: str = "Proxy/A001C001.mp4", start: str = "01:00:00:00", frames: int = 24, version: str = "v1"
) -> Meeting:
    clip = clip_of(path, version)
    return lambda twins: twins.meet_proxy(clip, Twin.of(clip, path, start, frames))


@pytest.fixture
def rows(catalogue: Catalogue) -> Callable[[str], Row]:
    """CLIP rows of two RAW clips → what stands in the row of a path."""
    for path in ("A001C001.braw", "A001C002.braw"):
        catalogue.transact([Put({"pk": ROLL.partition, "sk": table.clip_sk(clip_of(path)), "path": path})])

    def row(path: str = "A001C001.braw") -> Row:
        found = catalogue.get(ROLL.partition, table.clip_sk(clip_of(path)))
        assert found is not None
        return found

    return row


def told(row: Row) -> dict[str, Any]:
    return {name: json.loads(row[name]) for name in ("picture_from", "proxy_refused") if name in row}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_in_any_order_and_twice_the_one_that_agrees_is_taken(
    catalogue: Catalogue, rows: Callable[[], Row], order: tuple[int, ...]
) -> None:
    meetings = [original(), proxy("Proxy/A001C001.mov", frames=23), proxy("lab/Proxy/A001C001.mp4")]
    for number in (*order, *order):
        meetings[number](Twins(catalogue))
    found = told(rows())
    assert set(found) == {"picture_from"}
    assert (found["picture_from"]["path"], found["picture_from"]["confirmed"]) == ("lab/Proxy/A001C001.mp4", True)


def test_a_proxy_that_differs_is_refused_until_a_good_one_comes(catalogue: Catalogue, rows: Callable[[], Row]) -> None:
    twins = Twins(catalogue)
    original()(twins)
    proxy(frames=23)(twins)
    refused = told(rows())
    assert set(refused) == {"proxy_refused"}
    assert refused["proxy_refused"]["differs"] == ["FRAMES"]
    proxy(version="v2")(twins)
    assert set(told(rows())) == {"picture_from"}


def test_an_original_that_tells_no_frames_shows_the_proxy_as_unconfirmed(
    catalogue: Catalogue, rows: Callable[[], Row]
) -> None:
    proxy()(Twins(catalogue))
    original(frames=None)(Twins(catalogue))
    found = told(rows())["picture_from"]
    assert (found["confirmed"], found["unknown"], found["label"]) == (False, ["FRAMES"], "external proxy, unconfirmed")


def test_a_proxy_of_another_name_or_another_roll_is_nobodys(catalogue: Catalogue, rows: Callable[[], Row]) -> None:
    original()(Twins(catalogue))
    proxy("Proxy/A001C003.mp4")(Twins(catalogue))
    elsewhere = ClipRef(roll=ROLL.model_copy(update={"unit": "2u"}), clip_id=short_hash("p"), version=short_hash("p"))
    Twins(catalogue).meet_proxy(elsewhere, Twin.of(elsewhere, "Proxy/A001C001.mp4", "01:00:00:00", 24))
    assert told(rows()) == {}


def test_a_proxy_is_told_to_no_row_that_is_not_there(catalogue: Catalogue) -> None:
    original()(Twins(catalogue))
    with pytest.raises(Refused):
        proxy()(Twins(catalogue))
    assert catalogue.get(ROLL.partition, table.clip_sk(clip_of("A001C001.braw"))) is None


class Interrupted(Catalogue):
    """A catalogue before whose n-th call somebody else does all that he has to do."""

    def __init__(self, catalogue: Catalogue, at: int, other: Meeting) -> None:
        super().__init__(catalogue._client, catalogue.table)
        self._plain, self._left, self._other = catalogue, at, other
        self.calls = 0

    def _call(self) -> None:
        self.calls += 1
        self._left -= 1
        if self._left == 0:
            self._other(Twins(self._plain))

    def get(self, pk: str, sk: str) -> Row | None:
        self._call()
        return super().get(pk, sk)

    def change(self, change: Change) -> None:
        self._call()
        super().change(change)


@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize("meetings", list(itertools.permutations([0, 1, 2])))
def test_who_comes_in_the_middle_is_seen_by_one_of_the_two(
    catalogue: Catalogue, rows: Callable[[], Row], at: int, meetings: tuple[int, int, int]
) -> None:
    everybody = [original(), proxy("Proxy/A001C001.mov", frames=23), proxy("lab/Proxy/A001C001.mp4")]
    first, second, third = (everybody[number] for number in meetings)
    first(Twins(catalogue))
    interrupted = Interrupted(catalogue, at, third)
    second(Twins(interrupted))
    if interrupted.calls < at:
        third(Twins(catalogue))
    found = told(rows())
    assert set(found) == {"picture_from"}
    assert found["picture_from"]["path"] == "lab/Proxy/A001C001.mp4"


@pytest.mark.parametrize("others", [0, 50])
def test_a_clip_costs_the_same_few_requests_however_many_the_roll_has(
    catalogue: Catalogue, rows: Callable[[], Row], others: int
) -> None:
    for number in range(others):
        proxy(f"Proxy/B{number:03}.mp4")(Twins(catalogue))
    counted = [Interrupted(catalogue, 0, original()) for _ in range(2)]
    proxy()(Twins(counted[0]))
    original()(Twins(counted[1]))
    assert [each.calls for each in counted] == [2, 4]
