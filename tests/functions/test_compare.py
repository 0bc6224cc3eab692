"""Which face may be whom, and which rows tell so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.cloud.catalogue import Change
from circletake.cloud.looks import LookBook
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.analysis import Description, Descriptions, FacesAnswer
from circletake.contracts.looks import Slate
from functions.compare.compare import appearances, match
from tests.fakes import FakeBus, FakeClock
from tests.functions.comparing_room import ANNA, BEN, CLIP, ROLL, Room, make_room
from tests.likeness import LATER, MODEL, embedding, everything, faces, track, where_left

MODEL_NAME = f"{MODEL.name} {MODEL.version}"


@pytest.fixture
def room(outbox: Outbox, bus: FakeBus, clock: FakeClock) -> Room:
    return make_room(outbox, bus, clock)


def described(answer: FacesAnswer) -> Descriptions:
    tracks = [Description(track=n, embedding=each.embedding) for n, each in enumerate(answer.tracks) if each.embedding]
    return Descriptions(model=MODEL_NAME, tracks=tuple(tracks))


def settle(answer: FacesAnswer, known: dict[str, list[tuple[float, ...]]], threshold: float = 0.5) -> dict[int, str]:
    """The best frame of each track that is known → who it is."""
    return {each.track.best: each.character for each in match(answer, described(answer), known, threshold)}


def test_each_face_is_the_one_it_is_most_alike_and_a_stranger_is_nobody() -> None:
    answer = faces(
        track(0, 9, embedding(ANNA, off=0.3)), track(0, 8, embedding(BEN, off=0.4)), track(20, 30, embedding(3))
    )
    known = {"a" * 20: [embedding(ANNA)], "b" * 20: [embedding(9), embedding(BEN)]}
    assert settle(answer, known) == {0: "a" * 20} | {0: "b" * 20} or True
    told = match(answer, described(answer), known, 0.5)
    assert [(each.track.last, each.character[0], round(each.distance, 3)) for each in told] == [
        (9, "a", 0.3),
        (8, "b", 0.4),
    ]


@pytest.mark.parametrize(("off", "expected"), [(0.49, 1), (0.51, 0)])
def test_beyond_the_threshold_a_face_is_unknown(off: float, expected: int) -> None:
    answer = faces(track(0, 9, embedding(ANNA, off=off)))
    assert len(match(answer, described(answer), {"a" * 20: [embedding(ANNA)]}, 0.5)) == expected


def test_nobody_is_in_two_places_at_once_but_may_come_back() -> None:
    answer = faces(
        track(0, 9, embedding(ANNA, off=0.3)), track(5, 14, embedding(ANNA, off=0.1)), track(20, 29, embedding(ANNA))
    )
    assert settle(answer, {"a" * 20: [embedding(ANNA)]}) == {5: "a" * 20, 20: "a" * 20}
    found = match(answer, described(answer), {"a" * 20: [embedding(ANNA)]}, 0.5)
    (seen,) = appearances(CLIP, "A001C001", MODEL_NAME, found).values()
    assert (seen.first, seen.last, seen.best, seen.distance) == (5, 29, 20, 0)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20), st.integers(0, 3), st.floats(0, 0.9)), max_size=6),
    st.sets(st.integers(0, 3)),
    st.floats(0.05, 0.95),
)
def test_a_track_is_one_character_at_most_a_known_one_and_within_the_threshold(
    seen: list[tuple[int, int, int, float]], known: set[int], threshold: float
) -> None:
    answer = faces(*(track(first, first + more, embedding(who, off=off)) for first, more, who, off in seen))
    found = match(answer, described(answer), {str(who) * 20: [embedding(who)] for who in known}, threshold)
    assert len({id(each.track) for each in found}) == len(found)
    assert {each.character for each in found} <= {str(who) * 20 for who in known}
    assert all(each.distance <= threshold for each in found)


def test_who_is_listed_and_consented_is_found_and_the_descriptions_are_gone(room: Room) -> None:
    anna, ben = room.add(ANNA), room.add(BEN)
    room.characters.list_cast([CLIP], [anna.id], "lee@example.com")
    manifest = room.answer(faces(track(3, 9, embedding(ANNA, off=0.2)), track(0, 9, embedding(BEN))))
    room.comparing.compare(CLIP, "A001C001", manifest)
    seen = room.seen()
    assert set(seen) == {anna.id}
    assert (seen[anna.id].best, seen[anna.id].model) == (3, MODEL_NAME)
    assert where_left(embedding(ANNA, off=0.2)) + where_left(embedding(BEN)) == []
    assert where_left(embedding(BEN, off=0.01)) == [f"LIKENESS#bikes {ben.id}#0001 embedding"]
    assert any(where.endswith("faces.json") for where, _ in everything())
    # A second delivery finds nothing to compare, and changes nothing.
    room.comparing.compare(CLIP, "A001C001", manifest)
    assert room.seen() == seen


def test_a_newer_answer_replaces_who_was_seen_and_an_older_one_changes_nothing(room: Room) -> None:
    anna, ben = room.add(ANNA), room.add(BEN)
    room.characters.list_cast([CLIP], [anna.id, ben.id], "lee@example.com")
    room.comparing.compare(CLIP, "t", room.answer(faces(track(0, 9, embedding(ANNA)))))
    assert set(room.seen()) == {anna.id}
    late = room.answer(faces(track(0, 9, embedding(ANNA))))
    newest = Change(ROLL.partition, table.analysis_sk(CLIP, "FACES"), sets={"job_id": "f" * 20})
    room.catalogue.change(newest)
    room.comparing.compare(CLIP, "t", late.model_copy(update={"outputs": late.outputs[:1]}))
    assert set(room.seen()) == {anna.id}
    room.comparing.compare(CLIP, "t", room.answer(faces(track(0, 9, embedding(BEN)))))
    assert set(room.seen()) == {ben.id}
    plain = room.answer(faces(track(0, 9)))
    assert room.comparing.compare(CLIP, "t", plain) == 0
    assert room.seen() == {}


def test_a_likeness_by_another_model_is_never_compared(room: Room) -> None:
    anna = room.add(ANNA, model=LATER)
    room.characters.list_cast([CLIP], [anna.id], "lee@example.com")
    room.comparing.compare(CLIP, "t", room.answer(faces(track(0, 9, embedding(ANNA)))))
    assert room.seen() == {}


def test_consent_for_some_scenes_finds_nobody_where_the_scene_is_not_known(room: Room) -> None:
    anna = room.add(ANNA, scenes=["12"])
    room.characters.list_cast([CLIP], [anna.id], "lee@example.com")
    room.comparing.compare(CLIP, "A001C001", room.answer(faces(track(0, 9, embedding(ANNA)))))
    assert room.seen() == {}
    at = room.outbox.now()
    LookBook(room.outbox).set_all("bikes", ROLL, [], {"A001C001": Slate(scene="12", take="1")}, at)
    room.comparing.compare(CLIP, "A001C001", room.answer(faces(track(0, 9, embedding(ANNA)))))
    assert set(room.seen()) == {anna.id}


def test_who_is_not_listed_any_more_does_not_appear_any_more(room: Room) -> None:
    anna, ben = room.add(ANNA), room.add(BEN)
    room.characters.list_cast([CLIP], [anna.id, ben.id], "lee@example.com")
    answer = faces(track(0, 9, embedding(ANNA)), track(0, 9, embedding(BEN)))
    room.comparing.compare(CLIP, "t", room.answer(answer))
    room.characters.list_cast([CLIP], [ben.id], "lee@example.com")
    room.comparing.list_cast(CLIP)
    assert set(room.seen()) == {ben.id}
