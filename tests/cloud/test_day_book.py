"""What people say of days, written down: by clocks that are slow, at one moment, and of days without any recording."""

from typing import Any

import pytest

from circletake.cloud.catalogue import Catalogue
from circletake.cloud.day_book import DayBook
from circletake.cloud.days import days_of, read_day
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.takes import DayFacts, Said, Source
from tests.cloud.test_days import DAY, bring_in, rows_of
from tests.fakes import FakeBus, FakeClock
from tests.stored_day import roll_of, store_roll


@pytest.fixture
def book(outbox: Outbox) -> DayBook:
    return DayBook(outbox)


def test_a_paper_that_comes_in_the_same_moment_or_by_a_slower_clock_takes_the_place_of_the_one_before(
    catalogue: Catalogue, book: DayBook, clock: FakeClock
) -> None:
    for take in ("1", "2", "3"):
        bring_in(book, DAY, "day.csv", Source.SCRIPT, f"Scene,Setup,Take\n12,12A,{take}\n".encode())
        assert [take.called for take in read_day(catalogue, DAY).day.takes] == [f"12A take {take}"]
        clock.forward(-0.5 if take == "2" else 0)
    assert book.take_back_paper(DAY, "day.csv", "lee@example.com").taken_back
    assert read_day(catalogue, DAY).day.takes == ()
    papers = [row for row in rows_of(catalogue, DAY) if row["sk"].startswith(table.PAPER)]
    assert len(papers) == 4


def test_who_brings_in_a_paper_while_another_does_so_comes_after_them(
    catalogue: Catalogue, book: DayBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, others = DayBook._keep, iter([b"Setup,Take\n12A,2\n", b"Setup,Take\n12A,3\n"])

    def keep_late(mine: DayBook, *given: Any) -> None:
        keep(mine, *given)
        monkeypatch.setattr(DayBook, "_keep", keep)
        for other in others:
            bring_in(book, DAY, "day.csv", Source.SCRIPT, other)

    monkeypatch.setattr(DayBook, "_keep", keep_late)
    bring_in(book, DAY, "day.csv", Source.SCRIPT, b"Setup,Take\n12A,3\n")
    assert [take.called for take in read_day(catalogue, DAY).day.takes] == ["12A take 3"]
    assert len([row for row in rows_of(catalogue, DAY) if row["sk"].startswith(table.PAPER)]) == 2


def test_what_a_day_is_called_twice_in_a_moment_is_said_twice_and_the_same_but_once(
    catalogue: Catalogue, book: DayBook, bus: FakeBus
) -> None:
    for zone in ("Europe/Berlin", "Asia/Tokyo", "Asia/Tokyo"):
        book.set_facts(DAY, DayFacts(zone=zone), "lee@example.com")
    assert read_day(catalogue, DAY).facts.zone == "Asia/Tokyo"
    assert len(bus.take()) == 2


def test_a_day_of_which_only_papers_came_is_listed_as_long_as_they_count(
    catalogue: Catalogue, book: DayBook, clock: FakeClock
) -> None:
    store_roll(catalogue, roll_of(DAY, "A001"))
    papers, corrected, called = (DAY.model_copy(update={"day": day}) for day in ("D9", "D10", "D11"))
    bring_in(book, papers, "day.csv", Source.SCRIPT, b"Setup,Take\n12A,1\n")
    correction = book.correct(corrected, Said(setup="12A", take="1", lens="50"), "lee@example.com")
    book.set_facts(called, DayFacts(kind="PICKUP"), "lee@example.com")
    book.set_facts(DAY, DayFacts(kind="PICKUP"), "lee@example.com")
    assert days_of(catalogue, "bikes") == [papers, corrected, called, DAY]
    clock.forward(1)
    book.take_back_paper(papers, "day.csv", "lee@example.com")
    book.take_back_correction(corrected, correction.id, "lee@example.com")
    assert days_of(catalogue, "bikes") == [called, DAY]
    assert days_of(catalogue, "boats") == []
