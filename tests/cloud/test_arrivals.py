"""A card's files arrive in any order, twice, or not at all: its clips start once, and its roll closes once."""

import json
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circletake.cloud.analyses import Analyses
from circletake.cloud.arrivals import Arrivals, locate, read_offload
from circletake.cloud.catalogue import Catalogue, Row
from circletake.cloud.characters import Characters
from circletake.cloud.ledger import Ledger
from circletake.cloud.outbox import Outbox
from circletake.cloud.rolls import Rolls
from circletake.cloud.stage import Job, Outcome, Stage
from circletake.contracts import table
from circletake.contracts.errors import Code, Rejected
from circletake.contracts.facts import ClipReceived
from circletake.contracts.files import FileKind, SourceFile, State
from circletake.contracts.keys import COMPLETION_PATH, RollRef, parse_ingest_key
from circletake.film.naming import classify
from functions.sweep.sweep import Sweep
from tests.aws import TABLE, make_table
from tests.fakes import FakeBus, FakeClock

RED = [f"A001.RDM/A001_C001_05026M.RDC/A001_C001_05026M_00{n}.R3D" for n in (1, 2, 3)]
CARD = ["A001C001.mov", "CLIPS/A001C002.mxf", *RED, "A001.xml", "notes.zzz"]


def record(paths: list[str], offload: str = "o1") -> bytes:
    files = [{"path": path, "size_bytes": 7, "s3_version": "v1"} for path in paths]
    return json.dumps({"offload": offload, "files": files}).encode()


def sweep_of(outbox: Outbox, rolls: Rolls, arrivals: Arrivals) -> Sweep:
    return Sweep(outbox, rolls, Stage(outbox), arrivals, Analyses(Ledger(outbox, 0)), Characters(outbox))


class Card:
    """A card on its way into a catalogue; `deliver` brings the event of one of its files."""

    def __init__(self, outbox: Outbox, roll: str, listed: list[str]) -> None:
        self.roll = RollRef(production="bikes", unit="main", day="D001", roll=roll)
        self.outbox = outbox
        self.rolls = Rolls(outbox)
        self.record = record(listed)
        self.arrivals = Arrivals(self.rolls, lambda _: self.record)

    def deliver(self, path: str, version: str = "v1") -> None:
        self.arrivals.receive(f"{self.roll.prefix}o1/{path}", version, 7, f"0055AED6DCD90281E{version[1:]}")

    def clips(self) -> list[Row]:
        return list(self.outbox.catalogue.query(self.roll.partition, table.CLIP))

    def files(self) -> Counter[str]:
        return Counter(row["state"] for row in self.outbox.catalogue.query(self.roll.partition, table.FILE))

    def end_all(self, said: list[tuple[str, str]]) -> None:
        stage = Stage(self.outbox)
        for received in [ClipReceived.read(json.loads(text)) for name, text in said if name == "ClipReceived"]:
            job = Job("end", self.roll, received, (received.clip.version,), "1", 60, clip=received.clip)
            stage.perform(job, lambda _: Outcome(state=State.DELIVERED))

    def sweep(self) -> dict[str, int]:
        return sweep_of(self.outbox, self.rolls, self.arrivals).run(time.monotonic() + 60)


@given(order=st.permutations([*CARD, COMPLETION_PATH]), again=st.lists(st.sampled_from(CARD), max_size=4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_and_twice_each_clip_starts_once_and_the_roll_closes_once(
    outbox: Outbox, bus: FakeBus, order: list[str], again: list[str]
) -> None:
    # moto copies every table for each transaction, so each example starts from an empty one.
    outbox.catalogue._client.delete_table(TableName=TABLE)
    make_table(outbox.catalogue._client)
    card = Card(outbox, "A001", CARD)
    bus.take()
    for path in [*order, *again]:
        card.deliver(path)
    said = bus.take()
    told = Counter(name for name, _ in said)
    # That the offload is complete may be said once more for a record that comes twice; who judges cards bears it.
    assert told.pop("OffloadCompleted") >= 1
    assert told == {"FileReceived": 8, "ClipReceived": 3}
    assert card.files() == {State.JOINED: 5, State.KEPT: 3}
    spans = [len(json.loads(row["spans"])) for row in card.clips()]
    assert sorted(spans) == [1, 1, 3]
    card.end_all(said)
    assert [name for name, _ in bus.take()] == ["RollClosed"]
    for path in again:
        card.deliver(path)
    assert bus.take() == []


def test_a_late_file_opens_the_roll_again_and_its_second_closing_is_said(outbox: Outbox, bus: FakeBus) -> None:
    card = Card(outbox, "A001", ["A001C001.mov"])
    for path in ("A001C001.mov", COMPLETION_PATH):
        card.deliver(path)
    card.end_all(bus.take())
    assert [name for name, _ in bus.take()] == ["RollClosed"]
    card.deliver("A001C002.mov")
    assert card.rolls.get(card.roll)["closed"] is False
    card.end_all(bus.take())
    name, text = bus.take()[-1]
    assert (name, json.loads(text)["closing"]) == ("RollClosed", 2)


def test_new_bytes_under_the_same_key_are_a_new_version_of_the_same_clip(outbox: Outbox) -> None:
    card = Card(outbox, "A001", [])
    card.deliver("A001C001.mov")
    card.deliver("A001C001.mov", version="v2")
    ids = [row["sk"].split("#")[1:] for row in card.clips()]
    assert len(ids) == 2
    assert ids[0][0] == ids[1][0]
    assert ids[0][1] != ids[1][1]


def test_a_missing_span_is_rejected_with_its_number(outbox: Outbox) -> None:
    listed = [RED[0], RED[2]]
    card = Card(outbox, "A001", listed)
    for path in [*listed, COMPLETION_PATH]:
        card.deliver(path)
    (clip,) = card.clips()
    assert (clip["state"], clip["code"]) == (State.REJECTED, Code.MISSING_SPAN)
    assert "number 002" in clip["sentence"]
    assert card.rolls.get(card.roll)["closed"] is True


@pytest.mark.parametrize(("count", "folder"), [(95, "R"), (80, "x" * 640)])
def test_more_spans_than_can_be_worked_on_are_rejected_and_nothing_hangs(
    outbox: Outbox, count: int, folder: str
) -> None:
    listed = [f"{folder}/A001_C001_05026M_{n:03}.R3D" for n in range(1, count + 1)]
    card = Card(outbox, "A001", listed)
    for path in [*listed, COMPLETION_PATH]:
        card.deliver(path)
    assert {(clip["state"], clip["code"]) for clip in card.clips()} == {(State.REJECTED, Code.LIMIT_EXCEEDED)}
    assert card.files() == {State.JOINED: count, State.KEPT: 1}
    assert card.rolls.get(card.roll)["closed"] is True


def test_a_roll_without_a_record_is_closed_by_the_sweep_when_it_has_been_quiet(
    outbox: Outbox, bus: FakeBus, clock: FakeClock
) -> None:
    card = Card(outbox, "A001", [])
    for path in [*RED, "A001C001.mov"]:
        card.deliver(path)
    clock.forward(16 * 60)
    assert card.sweep()[table.ROLL] == 1
    assert card.files()[State.WAITING] == 3, "the fourth span may still be on its way, for hours"
    clock.forward(6 * 3600)
    card.sweep()
    card.end_all(bus.take())
    clock.forward(16 * 60)
    card.sweep()
    assert [name for name, _ in bus.take()] == ["RollClosed"]
    assert sum(card.sweep().values()) == 0, "a second sweep finds nothing to do"


def test_a_file_whose_event_never_came_is_received_from_the_record(
    outbox: Outbox, bus: FakeBus, clock: FakeClock
) -> None:
    card = Card(outbox, "A001", CARD)
    for path in (COMPLETION_PATH, CARD[0], *RED[:2]):
        card.deliver(path)
    clock.forward(16 * 60)
    card.sweep()
    assert card.files() == {State.JOINED: 5, State.KEPT: 3}
    card.end_all(bus.take())
    assert [name for name, _ in bus.take()] == ["RollClosed"]


def test_a_span_that_comes_hours_late_joins_its_clip_in_a_new_version(
    outbox: Outbox, bus: FakeBus, clock: FakeClock
) -> None:
    card = Card(outbox, "A001", RED)
    for path in RED[:2]:
        card.deliver(path)
    clock.forward(7 * 3600)
    card.sweep()
    card.end_all(bus.take())
    for path in (RED[2], COMPLETION_PATH):
        card.deliver(path)
    card.end_all(bus.take())
    assert sorted(len(json.loads(clip["spans"])) for clip in card.clips()) == [2, 3]
    assert {clip["state"] for clip in card.clips()} == {State.DELIVERED}, "nobody is told that 1 and 2 are missing"
    assert card.rolls.get(card.roll)["closed"] is True


@pytest.mark.parametrize("order", [("v1", "v2", "record"), ("v2", "record", "v1"), ("record", "v2", "v1")])
def test_a_span_put_twice_because_an_answer_was_lost_makes_one_clip(outbox: Outbox, order: tuple[str, ...]) -> None:
    """The uploader knows of the second version only, and that is the one that counts."""
    card = Card(outbox, "A001", RED)
    one = b'_002.R3D", "size_bytes": 7, "s3_version": "'
    card.record = card.record.replace(one + b"v1", one + b"v2")
    for path in (RED[0], RED[2]):
        card.deliver(path)
    for what in order:
        card.deliver(COMPLETION_PATH) if what == "record" else card.deliver(RED[1], version=what)
    (clip,) = card.clips()
    assert [span["s3_version"] for span in json.loads(clip["spans"])] == ["v1", "v2", "v1"]
    assert card.files() == {State.JOINED: 4, State.KEPT: 1}


def test_one_row_that_cannot_be_swept_does_not_stop_the_others(outbox: Outbox, bus: FakeBus, clock: FakeClock) -> None:
    good, bad = Card(outbox, "A001", []), Card(outbox, "A002", ["A002C001.mov"])
    bad.deliver(COMPLETION_PATH)
    bad.record = b"no record any more"
    good.deliver("A001C001.mov")
    clock.forward(7 * 3600)
    sweep = sweep_of(outbox, bad.rolls, bad.arrivals)
    with pytest.raises(ExceptionGroup, match="1 rows"):
        sweep.run(time.monotonic() + 60)
    assert [clip["state"] for clip in good.clips()] == [State.NEEDS_ATTENTION]


def test_a_listed_path_that_no_key_could_have_is_a_bad_sidecar() -> None:
    with pytest.raises(Rejected, match="BAD_SIDECAR"):
        read_offload(record(["x" * 70_000]), "o1")


def test_a_rejected_file_that_is_no_clip_is_counted_in_its_roll(outbox: Outbox) -> None:
    card = Card(outbox, "A001", [])
    card.record = b"{"
    card.deliver(COMPLETION_PATH)
    assert card.rolls.get(card.roll)["n_REJECTED"] == 1


def test_a_fact_dropped_between_state_and_bus_is_said_by_the_sweep(
    outbox: Outbox, bus: FakeBus, clock: FakeClock, catalogue: Catalogue
) -> None:
    card = Card(outbox, "A001", [])
    bus.deaf_for = 1
    with pytest.raises(Exception, match="throttled"):
        card.deliver("A001C001.mov")
    assert bus.said == []
    clock.forward(61)
    card.sweep()
    assert Counter(name for name, _ in bus.take()) == {"FileReceived": 1, "ClipReceived": 1}
    assert list(catalogue.query(card.roll.partition, table.FACT)) == []


def test_an_overdue_clip_calls_a_person_and_recovers_when_its_work_is_done_after_all(
    outbox: Outbox, bus: FakeBus, clock: FakeClock
) -> None:
    card = Card(outbox, "A001", ["A001C001.mov"])
    for path in ("A001C001.mov", COMPLETION_PATH):
        card.deliver(path)
    said = bus.take()
    clock.forward(7 * 3600)
    card.sweep()
    (clip,) = card.clips()
    assert (clip["state"], clip["code"]) == (State.NEEDS_ATTENTION, Code.OVERDUE)
    # The roll is open all that time, so its card is judged as it is, too.
    assert {name for name, _ in bus.take()} == {"JudgeCard", "AttentionNeeded", "RollClosed"}
    card.end_all(said)
    (clip,) = card.clips()
    assert (clip["state"], clip.get("code")) == (State.DELIVERED, None)


def test_each_arriving_file_of_a_large_roll_costs_the_same_number_of_requests(outbox: Outbox) -> None:
    paths = [f"CLIPS/C{n:04}.mov" for n in range(60)]
    card = Card(outbox, "A001", paths)
    card.deliver(COMPLETION_PATH)
    asked: Counter[str] = Counter()
    outbox.catalogue._client.meta.events.register("before-call.dynamodb", lambda model, **_: asked.update([model.name]))
    costs = []
    for path in paths[:-1]:
        asked.clear()
        card.deliver(path)
        costs.append(sum(asked.values()))
    assert len(set(costs)) == 1, costs


@pytest.mark.parametrize(
    "key",
    [
        "A001.mov",
        "bikes/main/D001/A001.mov",
        "bikes/main/D 1/A001/o1/x.mov",
        "../../x/y/z/f",
        "bikes/main/D001\n/A001/o1/x.mov",
    ],
)
def test_an_object_outside_any_roll_is_filed_as_a_stray_with_a_sentence(key: str) -> None:
    place, verdict = locate(key)
    assert verdict is not None
    assert verdict.code is Code.BAD_NAME
    assert (place.roll.roll, place.path) == ("stray", key)


@given(path=st.text(min_size=1).filter(lambda text: "\x00" not in text))
def test_every_path_survives_the_way_into_a_key_and_back(path: str) -> None:
    key = f"bikes/main/D001/A001/o1/{path}"
    assert parse_ingest_key(key).key == key
    assert classify(path) in FileKind


@pytest.mark.parametrize(
    "junk", [b"", b"[]", b"{", b'{"offload": "o1"}', b'{"offload": "o2", "files": []}', b"[" * 100_000]
)
def test_a_record_that_is_none_is_a_bad_sidecar(junk: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        read_offload(junk, "o1")
    assert caught.value.verdict.code is Code.BAD_SIDECAR


def test_a_record_is_never_longer_than_what_is_read(outbox: Outbox) -> None:
    card = Card(outbox, "A001", [])
    card.arrivals.receive(f"{card.roll.prefix}o1/{COMPLETION_PATH}", "v1", 10**9)
    (file,) = outbox.catalogue.query(card.roll.partition, table.FILE)
    assert (file["state"], file["code"]) == (State.REJECTED, Code.BAD_SIDECAR)
    assert SourceFile.model_validate_json(file["file"]).size_bytes == 10**9
