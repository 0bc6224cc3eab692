"""Questions to the models: wanted, asked, answered, each transition once, and each answer paid for once.

    ORDERED ──claim──▶ ASKED ──accept──▶ ANSWERED
       ▲                 │ no answer by its deadline: after MAX_TRIES, or a bad answer ──▶ NEEDS_ATTENTION
       └────release──────┘ the endpoint was full; refused MAX_REFUSALS times ──▶ NEEDS_ATTENTION
    LEFT_OUT: it was decided not to ask

The row is claimed before the endpoint is asked: an unknown outcome waits for its answer until the deadline, and only
then is asked again. An answer to an earlier attempt is as good as one to the last: the first that comes is accepted,
what comes after it only costs. Attempts are never counted anew, so that no old object is taken for a new answer.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from circletake.cloud.catalogue import Change, Put, Refused, Row, Step
from circletake.cloud.inference import ANSWERED_WITHIN_S, TTL_S
from circletake.cloud.ledger import Ledger
from circletake.cloud.stage import Held
from circletake.contracts import table
from circletake.contracts.analysis import AnalysisKind, ModelVersion, Question, State, Why
from circletake.contracts.facts import AnalyseAgain, AnalysisCompleted, CollectAnswer, Message
from circletake.contracts.keys import ClipRef, job_id, short_hash

#: So many questions may stay without an answer before a person is called.
MAX_TRIES = 3
#: So often may the endpoint refuse to take one, for half an hour or so: while it is made anew it refuses everything.
MAX_REFUSALS = 10
#: An order that nobody took up is given again.
TAKEN_UP_WITHIN_S = 900
#: A full endpoint is asked again after this long, and each time after twice as long.
FULL_S = 60
_FULL_MOST_S = 1800
#: Answers of which nobody told are looked for so often.
LOOKED_FOR_EVERY_S = 300
#: After that no answer can come any more: the question was thrown away unworked, or the model was stopped.
DEADLINE_S = TTL_S + ANSWERED_WITHIN_S + 60
_COMMIT_TRIES = 5
#: What is said of an answer: of a clip's, and of a reference's.
_SAID = (AnalysisCompleted.__name__, AnalyseAgain.__name__)
_OPEN = ("open_shard", "due_at")
_OF_ROUND = ("manifest", "why", "sentence", "full", "refusals")
_OF_ATTEMPT = ("asked_at", "deadline", "failure_key")


@dataclass(frozen=True)
class Inquiry:
    """What is to be asked, of which object in the work bucket, and the row that keeps it.

    `parameters` is all that decides the answer beside the media and the model; `question` fills a `Question`.
    """

    pk: str
    sk: str
    kind: AnalysisKind
    production: str
    media_key: str
    media_type: str
    media_sha256: str
    question: Mapping[str, Any]
    parameters: Any
    model: ModelVersion
    estimate_s: float
    #: Of the clip's pictures: what was asked of newer ones is left alone.
    revision: int = 1
    title: str = ""
    clip: ClipRef | None = None

    @property
    def job_id(self) -> str:
        return job_id(self.kind, (self.media_sha256,), self.parameters, self.model.label)


class Analyses:
    """The rows of analyses, and of references that are being described."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._outbox = ledger.outbox
        self._catalogue = ledger.outbox.catalogue

    def get(self, pk: str, sk: str) -> Row | None:
        return self._catalogue.get(pk, sk)

    def whose(self, job: str) -> tuple[str, Row | None]:
        """A job → its production, and the row in which it was asked: by another job if something else is asked there
        by now, None if that was erased. Raises `LookupError` where it never was asked."""
        pointer = self._catalogue.get(table.question_pk(job), table.QUESTION)
        if pointer is None:
            raise LookupError(f"{job} was never asked")
        return pointer["production"], self._catalogue.get(pointer["row_pk"], pointer["row_sk"])

    def want(self, inquiry: Inquiry, order: Message, *, again: bool = False, provided: Sequence[Step] = ()) -> None:
        """What is to be asked → its row and its order. What was asked already stays as it is.

        `again`: what ended without an answer is asked once more. `provided`: conditions of the same transaction.
        Raises `Refused` when it moved meanwhile, or one of them does not hold.
        """
        there = self._catalogue.get(inquiry.pk, inquiry.sk) or {}
        if there.get("revision", 0) > inquiry.revision:
            return
        same = there.get("job_id") == inquiry.job_id
        if same and not (again and there["state"] == State.NEEDS_ATTENTION):
            self._outbox.say_what_is_pending(inquiry.pk, f"{inquiry.sk}#{there['round']}", [order.name])
            return
        number, attempt = there.get("round", 0) + 1, there.get("attempt", 0)
        asked = Question(
            kind=inquiry.kind, production=inquiry.production, job_id=inquiry.job_id, attempt=1, **inquiry.question
        )
        sets = {
            "state": State.ORDERED,
            "round": number,
            "revision": inquiry.revision,
            "attempt": attempt,
            "attempts_before": attempt,
            "job_id": inquiry.job_id,
            "kind": inquiry.kind,
            "title": inquiry.title,
            "clip": table.clip_sk(inquiry.clip) if inquiry.clip else "",
            "media_key": inquiry.media_key,
            "media_type": inquiry.media_type,
            "question": asked.model_dump_json(),
            "model": inquiry.model.model_dump_json(),
            "estimate": self.ledger.price(inquiry.estimate_s),
            "order_name": order.name,
            "order": order.written(),
            "open_shard": table.open_shard(inquiry.sk),
            "due_at": self._outbox.now(TAKEN_UP_WITHIN_S),
        }
        changes = [
            Change(
                inquiry.pk, inquiry.sk, sets=sets, removes=[*_OF_ATTEMPT, *_OF_ROUND],
                when={"round": there.get("round")},
            ),
            Change(
                table.question_pk(inquiry.job_id),
                table.QUESTION,
                sets={"row_pk": inquiry.pk, "row_sk": inquiry.sk, "production": inquiry.production},
            ),
            *self._given_back(there),
            *provided,
        ]  # fmt: skip
        self._outbox.commit(inquiry.pk, f"{inquiry.sk}#{number}", changes, [order])

    def ordered(self, pk: str, sk: str, job: str) -> Row | None:
        """A question that waits to be asked; None where it does not, or where something else is asked by now."""
        row = self._catalogue.get(pk, sk)
        return row if row is not None and (row["job_id"], row["state"]) == (job, State.ORDERED) else None

    def leave_out(self, pk: str, sk: str, kind: AnalysisKind, why: Why, sentence: str, *, revision: int) -> None:
        """Something that is not asked, and why: told beside what is. An answer to the same pictures stays.

        Raises `Refused` when it moved meanwhile.
        """
        there = self._catalogue.get(pk, sk) or {}
        mark = short_hash("left out", why)
        if there.get("job_id") == mark or there.get("revision", 0) > revision:
            return
        if there.get("state") == State.ANSWERED and there["revision"] == revision:
            return
        sets = {
            "state": State.LEFT_OUT,
            "round": there.get("round", 0) + 1,
            "revision": revision,
            "attempt": there.get("attempt", 0),
            "job_id": mark,
            "kind": kind,
            **_told(why, sentence),
        }
        left = Change(pk, sk, sets=sets, removes=[*_OPEN, *_OF_ATTEMPT, "manifest"], when={"round": there.get("round")})
        self._catalogue.transact([left, *self._given_back(there)])

    def claim(self, row: Row) -> Question | None:
        """An ordered question → its next attempt, which is ours to ask; None when somebody else has it."""
        question = Question.model_validate_json(row["question"])
        question = question.model_copy(update={"attempt": row["attempt"] + 1})
        sets = {
            "state": State.ASKED,
            "attempt": question.attempt,
            "asked_at": self._outbox.now(),
            "deadline": self._outbox.now(DEADLINE_S),
            "due_at": self._outbox.now(LOOKED_FOR_EVERY_S),
        }
        reserved = self.ledger.reserve(question.production, row["estimate"])
        return question if self._move(row, sets, also=[reserved], removes=["failure_key"]) else None

    def note(self, row: Row, question: Question, failure_key: str) -> None:
        """Where the endpoint would say why it cannot answer."""
        self._move({**row, "attempt": question.attempt, "state": State.ASKED}, {"failure_key": failure_key})

    def release(self, row: Row, question: Question, refusal: str | None = None) -> None:
        """The endpoint took nothing: the attempt never was, and the order is given again later.

        `refusal`: the code of its reason where it was not full; after `MAX_REFUSALS` of them a person is called.
        """
        full, refusals = row.get("full", 0), row.get("refusals", 0) + (refusal is not None)
        sets = {"state": State.ORDERED, "attempt": row["attempt"], "full": full + 1, "refusals": refusals}
        removes, says = [*_OF_ATTEMPT], list[Message]()
        if refusal is not None and refusals >= MAX_REFUSALS:
            sentence = (
                f"The endpoint took no such question, {refusals} times ({refusal}). An engineer has to mend that; then "
                f"have it asked: circletake analyse {question.production} --failed"
            )
            sets |= {"state": State.NEEDS_ATTENTION, **_told(Why.NOT_TAKEN, sentence)}
            removes += _OPEN
            # Whoever collects tells it beside a reference.
            says = [CollectAnswer(pk=row["pk"], sk=row["sk"], job_id=row["job_id"])]
        else:
            sets["due_at"] = self._outbox.now(min(FULL_S * 2**full, _FULL_MOST_S))
        held = {**row, "attempt": question.attempt, "state": State.ASKED}
        released = Change(row["pk"], row["sk"], sets=sets, removes=removes, when=_same(held))
        given_back = self.ledger.give_back(question.production, row["estimate"])
        with suppress(Refused):
            self._outbox.commit(row["pk"], f"{row['sk']}#{row['round']}", [released, given_back], says)

    def is_duplicate(self, row: Row, job: str, version: str, cost: int) -> bool:
        """Whether nobody waits for this answer: it is counted once in what was spent, and changes nothing."""
        if row["job_id"] == job and _waits(row):
            return False
        # Whoever accepted an answer and died had perhaps not said so.
        self._outbox.say_what_is_pending(row["pk"], f"{row['sk']}#{row['round']}", _SAID)
        self.ledger.pay_duplicate(_production(row), cost, version)
        return True

    def accept(self, row: Row, version: str, cost: int, manifest: str, *says: Message) -> None:
        """A good answer, the version of its object, what was stored of it → the one that counts, if none does yet."""
        sets = {"state": State.ANSWERED, "answered_at": self._outbox.now(), "manifest": manifest}
        self._end(row, version, cost, sets, says=says, removes=("why", "sentence"))

    def fail(self, row: Row, version: str, why: Why, sentence: str) -> None:
        """An answer that is none, or the endpoint's word that there is none → a person is needed.

        What it cost is not known; it is taken to be what was estimated.
        """
        self._end(row, version, row["estimate"], {"state": State.NEEDS_ATTENTION, **_told(why, sentence)})

    def give_up(self, row: Row, why: Why, sentence: str) -> None:
        """A question that was ordered and is not asked after all → LEFT_OUT."""
        # Under another job, so that it is asked when it is wanted again.
        sets = {"state": State.LEFT_OUT, "job_id": short_hash("left out", why), **_told(why, sentence)}
        self._move(row, sets, removes=_OPEN)

    def is_overdue(self, row: Row) -> bool:
        return bool(row["deadline"] <= self._outbox.now())

    def look_again(self, row: Row) -> None:
        """No answer yet, and it may still come."""
        later = min(self._outbox.now(LOOKED_FOR_EVERY_S), max(row["deadline"], self._outbox.now(1)))
        self._move(row, {"due_at": later})

    def ask_again(self, row: Row, sentence: str, *, at_once: bool = True) -> bool:
        """An attempt came to nothing → whether the order is given once more; after `MAX_TRIES` a person is called.

        Not `at_once`: only when `sweep` finds that nobody took it up.

        What the lost attempt cost is not known; it is taken to be what was estimated.
        """
        lost = self.ledger.pay(_production(row), row["estimate"], reserved=row["estimate"], kind="lost")
        tries = row["attempt"] - row["attempts_before"]
        if tries >= MAX_TRIES:
            told = _told(Why.OVERDUE, f"The model was asked {tries} times in vain. {sentence}")
            return not self._move(row, {"state": State.NEEDS_ATTENTION, **told}, also=[lost], removes=_OPEN)
        if (
            self._move(row, {"state": State.ORDERED, "due_at": self._outbox.now(TAKEN_UP_WITHIN_S)}, also=[lost])
            and at_once
        ):
            self._outbox.say_again([(row["order_name"], row["order"])])
        return True

    def forget(self, production: str, job: str) -> None:
        """No answer can come any more to a question that was replaced."""
        self._catalogue.delete(table.likeness_pk(production), [table.outstanding_sk(job)])

    def order_again(self, row: Row) -> None:
        """An order that was lost, or that a full endpoint did not take → said again."""
        if self._move(row, {"due_at": self._outbox.now(TAKEN_UP_WITHIN_S)}):
            self._outbox.say_again([(row["order_name"], row["order"])])

    def _end(
        self,
        row: Row,
        version: str,
        cost: int,
        sets: Mapping[str, Any],
        *,
        says: Sequence[Message] = (),
        removes: Sequence[str] = (),
    ) -> None:
        """One transaction: the end of the question, what it cost, and that this object is counted."""
        job = row["job_id"]
        for _ in range(_COMMIT_TRIES):
            if self.is_duplicate(row, job, version, cost):
                return
            reserved = row["estimate"] if row["state"] == State.ASKED else 0
            ended = Change(row["pk"], row["sk"], sets=sets, removes=[*_OPEN, *removes], when=_same(row))
            paid = self.ledger.pay(_production(row), cost, reserved=reserved, kind="answers")
            changes: list[Put | Change] = [ended, self.ledger.counted(_production(row), version), paid]
            try:
                self._outbox.commit(row["pk"], f"{row['sk']}#{row['round']}", changes, says)
            except Refused as refused:
                if 1 in refused.refused:
                    return
                row = self._catalogue.get(row["pk"], row["sk"]) or row
            else:
                return
        raise Held(f"{row['sk']} moved under each of {_COMMIT_TRIES} commits")

    def _move(
        self, row: Row, sets: Mapping[str, Any], *, also: Sequence[Change] = (), removes: Sequence[str] = ()
    ) -> bool:
        """A row as it was read → changed, unless it has moved since."""
        try:
            change = Change(row["pk"], row["sk"], sets=sets, removes=removes, when=_same(row))
            self._catalogue.transact([change, *also])
        except Refused:
            return False
        return True

    def _given_back(self, there: Row) -> list[Change]:
        """A question that is replaced while its answer is waited for: what was reserved, and its answer's end."""
        if there.get("state") != State.ASKED:
            return []
        given_back = self.ledger.give_back(_production(there), there["estimate"])
        if not Question.model_validate_json(there["question"]).describe:
            return [given_back]
        sk = table.outstanding_sk(there["job_id"])
        late = {"job_id": there["job_id"], "open_shard": table.open_shard(sk), "due_at": there["deadline"]}
        return [given_back, Change(table.likeness_pk(_production(there)), sk, sets=late)]


def _waits(row: Row) -> bool:
    """Whether an answer is still welcome: also after a person was called because none had come."""
    return row["state"] in (State.ORDERED, State.ASKED) or row.get("why") in (Why.OVERDUE, Why.NOT_TAKEN)


def _production(row: Row) -> str:
    return Question.model_validate_json(row["question"]).production


def _same(row: Row) -> dict[str, Any]:
    return {"job_id": row["job_id"], "attempt": row["attempt"], "state": row["state"]}


def _told(why: Why, sentence: str) -> dict[str, str]:
    return {"why": why, "sentence": sentence}
