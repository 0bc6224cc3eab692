"""Nothing is left of who withdrew, whoever dies while deleting it."""

from datetime import date
from typing import Any

import pytest

from circletake.cloud.catalogue import Change
from circletake.cloud.objects import Objects
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.analysis import State
from circletake.contracts.characters import Character
from circletake.contracts.media import OutputManifest
from tests.fakes import FakeBus, FakeClock
from tests.functions.comparing_room import ANNA, BEN, CLIP, ROLL, Room, make_room
from tests.likeness import MODEL, embedding, everything, faces, jpeg, track, where_left
from tests.pipeline.world import Died

#: A death at every so many calls; with 1, at all of them, before and after.
STRIDE = 23


@pytest.fixture
def room(outbox: Outbox, bus: FakeBus, clock: FakeClock) -> Room:
    return make_room(outbox, bus, clock)


def withdrawn(room: Room) -> tuple[Character, Character]:
    """Anna and Ben were found in a clip; another answer about it waits; Anna withdraws."""
    anna, ben = room.add(ANNA), room.add(BEN)
    room.characters.list_cast([CLIP], [anna.id, ben.id], "lee@example.com")
    answer = faces(track(0, 9, embedding(ANNA, off=0.2)), track(0, 9, embedding(BEN)))
    room.comparing.compare(CLIP, "t", room.answer(answer))
    room.answer(answer)
    room.characters.withdraw("bikes", anna.id, "pat@example.com")
    return anna, ben


def left_of_anna() -> list[str]:
    return where_left(*(embedding(ANNA, off=off) for off in (0.01, 0.02, 0.2)))


def test_withdrawal_leaves_no_byte_of_the_embeddings_anywhere_and_says_what_was_deleted(room: Room) -> None:
    anna, ben = withdrawn(room)
    assert len(left_of_anna()) >= 6, "the search finds what is there"
    room.erasing.erase("bikes", anna.id)
    assert left_of_anna() == []
    assert not [where for where, body in everything() if anna.id in where and b"\xff\xd8" in body], "no picture either"
    erased = room.erasure(anna)
    assert (erased.references, erased.appearances, erased.objects) == (2, 1, 8)
    assert set(room.seen()) == {ben.id}, "the others in the clip are found all the same"
    before = room.erasure(anna)
    room.clock.forward(3600)
    room.erasing.erase("bikes", anna.id)
    assert room.erasure(anna) == before
    assert [row for row in room.catalogue.due("9") if anna.id in row["sk"]] == []


def test_whoever_still_consents_is_not_erased_by_a_stray_order(room: Room) -> None:
    anna = room.add(ANNA)
    room.erasing.erase("bikes", anna.id)
    assert room.erasure(anna) is None
    assert len(room.characters.references("bikes", anna.id)) == 2


def test_consent_that_ran_out_stands_in_the_open_index_and_is_erased_like_one_that_was_withdrawn(room: Room) -> None:
    anna = room.add(ANNA, expires=date(2026, 10, 1))
    assert [row for row in room.catalogue.due(room.outbox.now()) if row["sk"] == table.character_sk(anna.id)] == []
    room.clock.forward(3 * 86400)
    (due,) = [row for row in room.catalogue.due(room.outbox.now()) if row["sk"] == table.character_sk(anna.id)]
    room.bus.take()
    room.characters.order_erasure(due)
    assert [name for name, _ in room.bus.take()] == ["EraseCharacter"]
    room.erasing.erase("bikes", anna.id)
    assert where_left(embedding(ANNA, off=0.01)) == []
    assert room.erasure(anna).references == 2


@pytest.mark.parametrize("when", ["after the erasure", "while it deletes"])
def test_who_withdraws_when_consent_has_run_out_is_not_ordered_to_be_erased_for_ever(
    room: Room, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    anna = room.add(ANNA, expires=date(2026, 10, 1))
    room.clock.forward(3 * 86400)
    if when.startswith("while"):
        look, withdraw = room.erasing._is_awaited, room.characters.withdraw

        def withdrawn_meanwhile(production: str, identity: str) -> bool:
            withdraw(production, identity, "pat@example.com")
            return look(production, identity)

        monkeypatch.setattr(room.erasing, "_is_awaited", withdrawn_meanwhile)
        room.erasing.erase("bikes", anna.id)
    else:
        room.erasing.erase("bikes", anna.id)
        room.characters.withdraw("bikes", anna.id, "pat@example.com")
        room.erasing.erase("bikes", anna.id)
    assert room.characters.get("bikes", anna.id).withdrawn_by == "pat@example.com"
    assert room.erasure(anna).references == 2
    assert [row for row in room.catalogue.due("9") if anna.id in row["sk"]] == []


def test_what_stands_on_the_same_document_is_withdrawn_by_the_erasure_if_who_withdrew_died(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, other = room.add(ANNA), room.add(ANNA, pictures=1)
    with monkeypatch.context() as dying:
        dying.setattr(room.characters, "all", lambda _: (_ for _ in ()).throw(Died))
        with pytest.raises(Died):
            room.characters.withdraw("bikes", anna.id, "pat@example.com")
    room.erasing.erase("bikes", anna.id)
    assert room.characters.get("bikes", other.id).withdrawn_by == "pat@example.com"
    room.erasing.erase("bikes", other.id)
    assert where_left(embedding(ANNA, off=0.01)) == []


def test_an_answer_that_is_still_under_way_is_waited_for_and_then_erased(room: Room) -> None:
    anna, _ = withdrawn(room)
    sk = table.analysis_sk(CLIP, "FACES")
    row = room.catalogue.get(ROLL.partition, sk)
    assert row is not None
    room.comparing.compare(CLIP, "t", OutputManifest.model_validate_json(row["manifest"]))
    asked = Change(ROLL.partition, sk, sets={"state": State.ASKED, "job_id": "e" * 20}, removes=["manifest"])
    room.catalogue.change(asked)
    room.erasing.erase("bikes", anna.id)
    assert left_of_anna() == []
    assert room.erasure(anna) is None, "not before the answer came"
    room.answer(faces(track(0, 9, embedding(ANNA, off=0.2))))
    room.clock.forward(7200)
    assert [row["sk"] for row in room.catalogue.due(room.outbox.now()) if anna.id in row["sk"]] != []
    room.erasing.erase("bikes", anna.id)
    assert left_of_anna() == []
    assert room.erasure(anna).objects == 8, "pictures, and what the late answer brought"


def test_a_picture_that_is_laid_out_after_the_withdrawal_is_waited_for_and_then_erased(room: Room) -> None:
    anna = room.add(ANNA, pictures=1)
    asked = room.ask(f"ENROLMENT#{anna.id}#0001", table.likeness_pk("bikes"), State.ORDERED, anna.id)
    room.characters.withdraw("bikes", anna.id, "pat@example.com")
    room.erasing.erase("bikes", anna.id)
    room.put(asked["media_key"], jpeg())
    assert room.erasure(anna) is None, "who saw that consent held may still be at it"
    room.clock.forward(900)
    assert [row["sk"] for row in room.catalogue.due(room.outbox.now()) if anna.id in row["sk"]] != []
    room.erasing.erase("bikes", anna.id)
    assert [where for where, _ in everything() if asked["media_key"] in where] == []
    assert room.erasure(anna).objects == 6, "four versions that were there, and two of the late one"
    assert list(room.catalogue.query(table.likeness_pk("bikes"))) == []


def test_a_likeness_that_comes_after_the_withdrawal_is_not_kept(room: Room) -> None:
    anna = room.add(ANNA)
    room.characters.withdraw("bikes", anna.id, "pat@example.com")
    room.characters.enrol("bikes", anna.id, 1, faces(track(0, 0, embedding(7))), MODEL)
    assert where_left(embedding(7)) == []
    room.erasing.erase("bikes", anna.id)
    room.characters.enrol("bikes", anna.id, 1, faces(track(0, 0, embedding(7))), MODEL)
    assert where_left(embedding(7)) == []


class Reaper:
    """Kills who calls AWS, before or after the call of that number."""

    def __init__(self, room: Room) -> None:
        self.at, self.ticks = 0, 0
        for client in (room.s3, room.catalogue._client):
            for moment in ("before-call", "after-call"):
                client.meta.events.register(moment, self._tick)

    def _tick(self, **_: Any) -> None:
        self.ticks += 1
        if self.ticks == self.at:
            raise Died


def test_an_eraser_that_dies_before_or_after_any_of_its_calls_is_followed_by_another(room: Room) -> None:
    reaper, at, deaths = Reaper(room), 1, 0
    while True:
        wipe(room)
        anna, ben = withdrawn(room)
        reaper.at, reaper.ticks = at, 0
        try:
            room.erasing.erase("bikes", anna.id)
        except Died:
            deaths += 1
        else:
            break
        reaper.at = 0
        room.erasing.erase("bikes", anna.id)
        assert left_of_anna() == [], at
        erased = room.erasure(anna)
        assert (erased.references, erased.appearances) == (2, 1), at
        assert set(room.seen()) == {ben.id}, at
        at += STRIDE
    assert deaths * STRIDE > 60, "it dies all along the way"


def wipe(room: Room) -> None:
    """Every row and object."""
    client: Any = room.catalogue._client
    for page in client.get_paginator("scan").paginate(TableName=room.catalogue.table):
        for item in page["Items"]:
            client.delete_item(TableName=room.catalogue.table, Key={"pk": item["pk"], "sk": item["sk"]})
    Objects(room.s3).erase("work", "")
