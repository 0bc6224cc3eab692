"""The stage on which every function works: claim a job, do it, commit what came of it, say so.

    claim     one conditional write takes the next attempt, unless a living worker holds the job or it is done
    work      the function's own code; it renews its lease with `Claim.beat` while it takes long
    commit    one transaction, fenced by the attempt: the outcome, the clip's and roll's state, the pending facts
    say       the facts leave; `sweep` says those that were left

`Rejected` becomes a verdict here and nowhere else. Everything else is raised, and the queue delivers again.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from circletake.cloud.catalogue import Change, Put, Refused, Row
from circletake.cloud.outbox import Outbox
from circletake.cloud.rolls import Rolls, said_at_end
from circletake.contracts import table
from circletake.contracts.errors import Code, Rejected, Verdict
from circletake.contracts.facts import AttentionNeeded, Message
from circletake.contracts.files import ENDS, State, end_of
from circletake.contracts.keys import ClipRef, RollRef, job_id
from circletake.contracts.media import OutputManifest

#: Between two renewals of a lease; a lease is several times as long.
BEAT_S = 10
#: So many workers may fail or die on a job before a person is called.
MAX_ATTEMPTS = 5
_COMMIT_TRIES = 5


class Held(Exception):  # noqa: N818
    """Another worker holds the job and is alive: this message comes back later."""


class Lost(Exception):  # noqa: N818
    """Our lease ran out and somebody else took the job: nothing of ours counts any more."""


@dataclass(frozen=True)
class Job:
    """A piece of work that is done once. Its id is a hash of all that decides the result.

    `message` is what started it, and what `sweep` says again when its worker died.
    """

    kind: str
    roll: RollRef
    message: Message
    inputs: tuple[str, ...]
    code_version: str
    lease_s: int
    parameters: Any = None
    clip: ClipRef | None = None
    title: str = ""
    #: Which order for the clip this is: when a newer one was given meanwhile, the clip is left as it is.
    revision: int | None = None

    @property
    def id(self) -> str:
        return job_id(self.kind, self.inputs, self.parameters, self.code_version)


@dataclass(frozen=True)
class Outcome:
    """What came of a job: the clip's next state, what was learned of it, and the facts that follow."""

    says: tuple[Message, ...] = ()
    state: State | None = None
    learned: Mapping[str, Any] = field(default_factory=dict)
    verdict: Verdict | None = None
    manifest: OutputManifest | None = None


class Claim:
    """One attempt at a job, ours until the lease runs out."""

    def __init__(self, job: Job, attempt: int, outbox: Outbox) -> None:
        self.job = job
        self.attempt = attempt
        self._outbox = outbox
        self._beaten = time.monotonic()

    def beat(self, _progress: int = 0) -> None:
        """Renew the lease, at most every `BEAT_S` seconds. Raises `Lost` when it is not ours any more."""
        if time.monotonic() - self._beaten < BEAT_S:
            return
        self._beaten = time.monotonic()
        until = self._outbox.now(self.job.lease_s)
        try:
            self._outbox.catalogue.change(
                Change(
                    self.job.roll.partition,
                    table.job_sk(self.job.id),
                    sets={"lease_until": until, "due_at": until},
                    when={"attempt": self.attempt, "state": "CLAIMED"},
                )
            )
        except Refused as refused:
            raise Lost(f"attempt {self.attempt} of job {self.job.id} was taken over") from refused


class Stage:
    """What a handler needs to get a job done exactly once."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._catalogue = outbox.catalogue
        self._rolls = Rolls(outbox)

    def perform(self, job: Job, work: Callable[[Claim], Outcome]) -> None:
        """A job → its one committed outcome. A second delivery only says what is still pending.

        Raises `Held` while another worker is at it, and whatever `work` raises except `Rejected`.
        """
        claim = self._claim(job)
        if claim is None:
            return
        if self._is_superseded(job):
            self._commit(claim, Outcome())
            return
        try:
            outcome = work(claim)
        except Rejected as rejected:
            outcome = _rejection(job, rejected.verdict)
        self._commit(claim, outcome)
        if outcome.state in ENDS:
            self._rolls.close_if_ended(job.roll)

    def announce(self, jobs: Sequence[Job], within_s: int) -> None:
        """Jobs that somebody else is to do → a row for each, so that one whose message is lost is ordered again.

        What is announced a second time stays as it is. Their messages are said by whoever announces them.
        """
        for job in jobs:
            sk = table.job_sk(job.id)
            row = {
                "pk": job.roll.partition,
                "sk": sk,
                **_standing(job),
                "attempt": 0,
                "lease_s": within_s,
                "lease_until": self._outbox.now(),
                "started_at": self._outbox.now(),
                "open_shard": table.open_shard(sk),
                "due_at": self._outbox.now(within_s),
            }
            with suppress(Refused):
                self._catalogue.transact([Put(row)])
        self._outbox.say_again([(job.message.name, job.message.written()) for job in jobs])

    def revive(self, job: Row) -> None:
        """A JOB row whose lease ran out → its message is said again, or after `MAX_ATTEMPTS` a person is called."""
        roll, attempt = RollRef.of_partition(job["pk"]), job["attempt"]
        same = {"attempt": attempt, "state": "CLAIMED"}
        # What was only announced has no attempts yet: there the orders are counted.
        if (attempt or job.get("revived", 0)) < MAX_ATTEMPTS:
            self._outbox.say_again([(job["message_name"], job["message"])])
            # Each time after twice as long: when the queue is full, more messages do not empty it.
            revived = job.get("revived", 0) + 1
            due = self._outbox.now(job["lease_s"] * 2**revived)
            with suppress(Refused):
                sets = {"due_at": due, "revived": revived}
                self._catalogue.change(Change(job["pk"], job["sk"], sets=sets, when=same))
            return
        given_up = Change(job["pk"], job["sk"], removes=["open_shard", "due_at"], when=same)
        self.call_for_help(
            roll,
            job.get("clip"),
            f"The {job['kind']} of this clip was begun {attempt} times and never finished.",
            origin=f"{job['sk']}#{attempt}",
            also=[given_up],
        )

    def is_at_work(self, roll: RollRef, clip_sk: str) -> bool:
        """Whether a living worker holds a job of this clip, or one waits to be begun."""
        jobs = (row for row in self._catalogue.query(roll.partition, table.JOB) if row.get("clip") == clip_sk)
        return any(row["state"] == "CLAIMED" and "due_at" in row for row in jobs)

    def call_for_help(
        self, roll: RollRef, clip_sk: str | None, sentence: str, *, origin: str, also: Sequence[Change] = ()
    ) -> None:
        """An open clip → NEEDS_ATTENTION, with a sentence. What has moved on or ended meanwhile is left alone, but for
        a clip that is shown and was to be made anew: that it was not is noted."""
        clip = self._catalogue.get(roll.partition, clip_sk) if clip_sk else None
        changes, says = list(also), list[Message]()
        verdict = Verdict(
            code=Code.OVERDUE,
            sentence=sentence,
            next_step="Run `circletake why` for this clip, mend what it names, then `circletake redrive`.",
        )
        if clip is not None and State(clip["state"]) not in ENDS:
            changes += self._rolls.move_clip(clip, end_of(verdict.code), {}, verdict)
            says.append(said_at_end(table.read_clip_sk(roll, clip["sk"]), clip["title"], verdict))
        elif clip is not None and clip["state"] == State.DELIVERED and clip.get("shown") != clip.get("revision"):
            changes.append(_not_made_anew(clip, verdict))
            ref = table.read_clip_sk(roll, clip["sk"])
            says.append(AttentionNeeded(clip=ref, title=clip["title"], verdict=verdict))
        if not changes:
            return
        with suppress(Refused):
            self._outbox.commit(roll.partition, origin, changes, says)
        self._rolls.close_if_ended(roll)

    def _claim(self, job: Job) -> Claim | None:
        sk, now, until = table.job_sk(job.id), self._outbox.now(), self._outbox.now(job.lease_s)
        standing = self._catalogue.get(job.roll.partition, sk)
        if standing is not None and standing["state"] == "DONE":
            self._outbox.say_what_is_pending(job.roll.partition, sk, standing["says"])
            self._rolls.close_if_ended(job.roll)
            return None
        if standing is not None and standing["lease_until"] > now:
            raise Held(f"job {job.id} is held until {standing['lease_until']}")
        attempt = (standing["attempt"] if standing else 0) + 1
        claimed = Change(
            job.roll.partition,
            sk,
            sets={
                **_standing(job),
                "attempt": attempt,
                "lease_s": job.lease_s,
                "lease_until": until,
                "started_at": now,
                "open_shard": table.open_shard(sk),
                "due_at": until,
            },
            removes=["revived"],
            when={"attempt": standing["attempt"], "state": "CLAIMED"} if standing else {"attempt": None},
        )
        try:
            self._catalogue.change(claimed)
        except Refused as refused:
            raise Held(f"job {job.id} was claimed a moment ago") from refused
        return Claim(job, attempt, self._outbox)

    def _commit(self, claim: Claim, outcome: Outcome) -> None:
        job, sk = claim.job, table.job_sk(claim.job.id)
        done = Change(
            job.roll.partition,
            sk,
            sets={
                "state": "DONE",
                "finished_at": self._outbox.now(),
                "code": outcome.verdict.code if outcome.verdict else None,
                "manifest": outcome.manifest.model_dump_json() if outcome.manifest else None,
            },
            removes=["open_shard", "due_at", "lease_until", "message", "revived"],
            when={"attempt": claim.attempt, "state": "CLAIMED"},
        )
        for _ in range(_COMMIT_TRIES):
            moves, says = self._moves(job, outcome)
            said = {"says": [message.name for message in says]}
            try:
                self._outbox.commit(job.roll.partition, sk, [replace(done, sets={**done.sets, **said}), *moves], says)
            except Refused as refused:
                if 0 in refused.refused:
                    raise Lost(f"attempt {claim.attempt} of job {job.id} was taken over") from refused
            else:
                return
        raise Held(f"the clip of job {job.id} moved under each of {_COMMIT_TRIES} commits")

    def _moves(self, job: Job, outcome: Outcome) -> tuple[list[Change], Sequence[Message]]:
        """What came of a job → the changes to its clip and roll, and what is said of it."""
        if job.clip is None or outcome.state is None:
            return [], outcome.says
        clip: Row | None = self._catalogue.get(job.roll.partition, table.clip_sk(job.clip))
        if clip is None:
            raise LookupError(f"clip {job.clip.clip_id} is not in the catalogue")
        if _is_older(job, clip):
            return [], ()
        if clip["state"] == State.DELIVERED and job.revision is not None and outcome.state is not State.DELIVERED:
            # Made anew: people go on seeing the clip as it was until the new pictures are published, or for good.
            if outcome.verdict is None:
                return [], outcome.says
            said = AttentionNeeded(clip=job.clip, title=job.title, verdict=outcome.verdict)
            return [_not_made_anew(clip, outcome.verdict)], (said,)
        return self._rolls.move_clip(clip, outcome.state, dict(outcome.learned), outcome.verdict), outcome.says

    def _is_superseded(self, job: Job) -> bool:
        """Whether a newer order was given for the clip before this one was begun."""
        if job.clip is None or job.revision is None:
            return False
        clip = self._catalogue.get(job.roll.partition, table.clip_sk(job.clip))
        return clip is not None and _is_older(job, clip)


def _is_older(job: Job, clip: Row) -> bool:
    """Whether a newer order was given. Pictures that are made and the first to be seen are shown all the same."""
    if job.revision is None or (job.kind == "publish" and "media" not in clip):
        return False
    return bool(clip.get("revision", job.revision) > job.revision)


def _not_made_anew(clip: Row, verdict: Verdict) -> Change:
    """A clip that is shown, and why it could not be made anew → that it is noted, and nothing else is touched."""
    return Change(
        clip["pk"],
        clip["sk"],
        sets={"not_made_anew": verdict.model_dump_json()},
        when={"state": clip["state"], "revision": clip.get("revision")},
    )


def _standing(job: Job) -> Row:
    """What the row of every job that is not done yet tells of it."""
    return {
        "state": "CLAIMED",
        "kind": job.kind,
        "clip": table.clip_sk(job.clip) if job.clip else None,
        "message_name": job.message.name,
        "message": job.message.written(),
    }


def _rejection(job: Job, verdict: Verdict) -> Outcome:
    if job.clip is None:
        raise LookupError(f"a {job.kind} job has no clip to reject")
    said = said_at_end(job.clip, job.title, verdict)
    return Outcome(says=(said,), state=end_of(verdict.code), verdict=verdict)
