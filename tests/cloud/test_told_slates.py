"""What papers say of a day's slates: between a person's word and an ALE's, and never overruled by an older reading."""

from collections.abc import Mapping
from typing import Any

import pytest

from circletake.cloud.catalogue import Refused
from circletake.cloud.looks import LookBook, read_known_slates, read_paper_words, read_slate
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.keys import ClipRef, RollRef
from circletake.contracts.looks import Slate, SlateFrom
from tests.fakes import FakeBus

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
DAY = ROLL.of_day
AT = "2026-03-01T10:00:00.000+00:00"


def tell(book: LookBook, slates: Mapping[str, Mapping[str, Slate]]) -> bool:
    return book.tell_day(DAY, slates, {}, book.times_told(DAY))


def said(bus: FakeBus) -> list[str]:
    return [name for name, _ in bus.take()]


def known(outbox: Outbox) -> dict[str, tuple[Slate, SlateFrom]]:
    return read_known_slates(outbox.catalogue, ROLL)


def test_papers_are_believed_more_than_an_ale_and_less_than_a_person(outbox: Outbox) -> None:
    book = LookBook(outbox)
    ale, paper, own = (Slate(scene=scene, take="1") for scene in ("1", "2", "3"))
    book.set_all("bikes", ROLL, [], {"A001C001": ale, "A001C002": ale, "A001C003": ale}, AT)
    tell(
        book, {"A001": {"A001C002_100610_R1JL": paper, "A001C002": paper, "A001C003": paper}, "B001": {"B001C001": own}}
    )
    book.set_slate(ROLL, "A001C003", own, "ada")
    assert {clip: told for clip, told in known(outbox).items() if len(clip) == 8} == {
        "a001c001": (ale, SlateFrom.ALE),
        "a001c002": (paper, SlateFrom.PAPER),
        "a001c003": (own, SlateFrom.PERSON),
    }
    assert read_slate(outbox.catalogue, ROLL, "A001C002.mov") == paper


def test_only_what_changed_is_planned_again(outbox: Outbox, bus: FakeBus) -> None:
    book = LookBook(outbox)
    first = {"A001": {"A001C001": Slate(scene="1")}, "B001": {"B001C001": Slate(scene="1")}}
    assert tell(book, first)
    assert said(bus) == ["LookChanged", "AnalyseAgain", "LookChanged", "AnalyseAgain"]
    before = outbox.catalogue.get(table.day_pk(DAY), table.TOLD)
    assert not tell(book, first)
    assert (said(bus), outbox.catalogue.get(table.day_pk(DAY), table.TOLD)) == ([], before)
    tell(book, {**first, "B001": {}})
    assert said(bus) == ["LookChanged", "AnalyseAgain"]
    assert read_slate(outbox.catalogue, ROLL.model_copy(update={"roll": "B001"}), "B001C001") is None


def test_who_read_the_day_before_somebody_else_told_it_has_to_read_it_again(outbox: Outbox) -> None:
    book = LookBook(outbox)
    late = book.times_told(DAY)
    tell(book, {"A001": {"A001C001": Slate(scene="new")}})
    with pytest.raises(Refused):
        book.tell_day(DAY, {"A001": {"A001C001": Slate(scene="old")}}, {}, late)
    assert known(outbox)["a001c001"] == (Slate(scene="new"), SlateFrom.PAPER)


def test_a_day_of_more_rolls_than_a_transaction_holds_has_all_of_the_production_looked_at(
    outbox: Outbox, bus: FakeBus
) -> None:
    tell(LookBook(outbox), {f"A{n:03}": {f"A{n:03}C001": Slate(scene="1")} for n in range(60)})
    details: list[tuple[str, Any]] = bus.take()
    assert [name for name, _ in details] == ["LookChanged", "AnalyseAgain"]


def test_notes_are_told_once_and_change_no_picture(outbox: Outbox, bus: FakeBus) -> None:
    book = LookBook(outbox)
    clip = ClipRef(roll=ROLL, clip_id="0" * 20, version="1" * 20)
    slates = {"A001": {"A001C001": Slate(scene="1")}}
    book.tell_day(DAY, slates, {clip: ("50mm", "boom in shot")}, 0)
    bus.take()
    book.tell_day(DAY, slates, {clip: ("50mm", "boom in shot")}, 1)
    assert said(bus) == []
    book.tell_day(DAY, slates, {clip: ("50mm",)}, 1)
    assert said(bus) == ["IndexProduction"]
    assert read_paper_words(outbox.catalogue, DAY) == {table.index_sk(clip): ["50mm"]}
