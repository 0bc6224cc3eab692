"""Claim, commit, say: whatever happens to a worker, a job has one outcome and its facts are said."""

import json

import pytest

from circletake.cloud.bus import NotSaid
from circletake.cloud.catalogue import Catalogue
from circletake.cloud.outbox import Outbox
from circletake.cloud.rolls import Rolls
from circletake.cloud.stage import MAX_ATTEMPTS, Claim, Held, Job, Lost, Outcome, Stage
from circletake.contracts import table
from circletake.contracts.errors import Code, Rejected
from circletake.contracts.facts import ClipReceived, ReviewReady
from circletake.contracts.files import FileKind, SourceFile, State
from circletake.contracts.keys import IngestKey, RollRef, file_version
from circletake.contracts.media import Output, OutputManifest
from tests.fakes import FakeBus, FakeClock

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
MANIFEST = OutputManifest(
    job_id="j",
    attempt=1,
    prefix="p/",
    outputs=(Output(name="proxy.mp4", media_type="video/mp4", size_bytes=1, sha256="0" * 64),),
)


@pytest.fixture
def received(rolls: Rolls, bus: FakeBus) -> ClipReceived:
    """One clip in the catalogue, received and not yet worked on."""
    place = IngestKey(roll=ROLL, offload="o1", path="A001C001.mov")
    file = SourceFile(key=place.key, s3_version="v1", version=file_version(place.key, "v1"), size_bytes=9)
    rolls.receive(place, file, FileKind.ORIGINAL, None)
    names = dict(bus.take())
    return ClipReceived.read(json.loads(names["ClipReceived"]))


def job_for(received: ClipReceived) -> Job:
    return Job(
        "publish", ROLL, received, (received.clip.version,), "1", lease_s=60, clip=received.clip, title=received.title
    )


def deliver(received: ClipReceived) -> Outcome:
    said = ReviewReady(clip=received.clip, title=received.title, manifest=MANIFEST)
    return Outcome((said,), State.DELIVERED)


def clip_row(catalogue: Catalogue, received: ClipReceived) -> dict[str, object]:
    row = catalogue.get(ROLL.partition, table.clip_sk(received.clip))
    assert row is not None
    return row


def test_a_job_done_twice_works_once_and_says_its_facts_once(
    stage: Stage, received: ClipReceived, bus: FakeBus, catalogue: Catalogue
) -> None:
    worked: list[int] = []

    def work(claim: Claim) -> Outcome:
        worked.append(claim.attempt)
        return deliver(received)

    stage.perform(job_for(received), work)
    stage.perform(job_for(received), work)
    assert worked == [1]
    assert [name for name, _ in bus.said] == ["ReviewReady"]
    assert clip_row(catalogue, received)["state"] == State.DELIVERED


def test_a_second_worker_waits_while_the_first_is_alive(stage: Stage, received: ClipReceived) -> None:
    def work(claim: Claim) -> Outcome:
        with pytest.raises(Held):
            stage.perform(job_for(received), lambda _: pytest.fail("two workers at one job"))
        return deliver(received)

    stage.perform(job_for(received), work)


def test_when_a_lease_ran_out_the_next_attempt_wins_and_the_late_one_counts_for_nothing(
    stage: Stage, received: ClipReceived, clock: FakeClock, bus: FakeBus
) -> None:
    def slow(claim: Claim) -> Outcome:
        clock.forward(61)
        stage.perform(job_for(received), lambda second: deliver(received))
        return deliver(received)

    with pytest.raises(Lost):
        stage.perform(job_for(received), slow)
    assert [name for name, _ in bus.said] == ["ReviewReady"]


def test_a_fact_that_the_bus_refused_is_said_at_the_next_delivery(
    stage: Stage, received: ClipReceived, bus: FakeBus
) -> None:
    bus.deaf_for = 1
    with pytest.raises(NotSaid):
        stage.perform(job_for(received), lambda _: deliver(received))
    stage.perform(job_for(received), lambda _: pytest.fail("the work was committed"))
    assert [name for name, _ in bus.said] == ["ReviewReady"]


def test_rejected_footage_becomes_a_verdict_and_the_message_is_consumed(
    stage: Stage, received: ClipReceived, bus: FakeBus, catalogue: Catalogue
) -> None:
    def work(_: Claim) -> Outcome:
        raise Rejected(Code.INCOMPLETE_MEDIA, "Cut off.", "Copy it again.")

    stage.perform(job_for(received), work)
    row = clip_row(catalogue, received)
    assert (row["state"], row["code"], row["sentence"], row["next_step"]) == (
        State.REJECTED,
        Code.INCOMPLETE_MEDIA,
        "Cut off.",
        "Copy it again.",
    )
    assert [name for name, _ in bus.said] == ["ClipRejected"]


def test_anything_else_is_raised_and_leaves_the_job_to_the_next_attempt(
    stage: Stage, received: ClipReceived, clock: FakeClock, catalogue: Catalogue
) -> None:
    def work(_: Claim) -> Outcome:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        stage.perform(job_for(received), work)
    assert clip_row(catalogue, received)["state"] == State.RECEIVED
    clock.forward(61)
    stage.perform(job_for(received), lambda claim: deliver(received))
    assert clip_row(catalogue, received)["state"] == State.DELIVERED


def test_a_job_on_which_workers_keep_dying_calls_a_person(
    stage: Stage, received: ClipReceived, clock: FakeClock, catalogue: Catalogue, bus: FakeBus, outbox: Outbox
) -> None:
    job = job_for(received)
    sk = table.job_sk(job.id)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            stage.perform(job, _die)
        clock.forward(61)
        row = catalogue.get(ROLL.partition, sk)
        assert row is not None
        stage.revive(row)
    assert [name for name, _ in bus.take()] == ["ClipReceived"] * (MAX_ATTEMPTS - 1) + ["AttentionNeeded"]
    assert clip_row(catalogue, received)["state"] == State.NEEDS_ATTENTION
    assert list(catalogue.due("9999")) == [row for row in catalogue.due("9999") if row["sk"] == table.ROLL], (
        "only the roll still waits, to be closed"
    )


def test_a_job_that_waits_in_a_full_queue_is_not_said_again_each_minute(
    stage: Stage, received: ClipReceived, clock: FakeClock, catalogue: Catalogue, bus: FakeBus
) -> None:
    with pytest.raises(KeyboardInterrupt):
        stage.perform(job_for(received), _die)
    for _ in range(60):
        clock.forward(60)
        for row in catalogue.due(stage._outbox.now()):
            if row["sk"].startswith(table.JOB):
                stage.revive(row)
    assert len(bus.take()) <= 6, "an hour, a lease of a minute, each time twice as long"


def _die(_: Claim) -> Outcome:
    raise KeyboardInterrupt
