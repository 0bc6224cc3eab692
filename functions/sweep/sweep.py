"""What has not reached an end, and what was not said: every row that is overdue gets its next step."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from circletake.cloud.card_rows import mark
from circletake.cloud.cards import LOOK_AGAIN_S
from circletake.cloud.catalogue import Change, Refused
from circletake.cloud.rolls import OVERDUE_S
from circletake.contracts import table
from circletake.contracts.analysis import State as Standing
from circletake.contracts.facts import CollectAnswer, IndexProduction, JudgeCard
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import RollRef

if TYPE_CHECKING:
    from circletake.cloud.analyses import Analyses
    from circletake.cloud.arrivals import Arrivals
    from circletake.cloud.catalogue import Row
    from circletake.cloud.characters import Characters
    from circletake.cloud.outbox import Outbox
    from circletake.cloud.rolls import Rolls
    from circletake.cloud.stage import Stage

#: Spans without a completion record join when none of them came for so long: one of 4 GB may take hours to come.
SPANS_QUIET_S = 6 * 3600
#: An order to look for an answer, or to write an index, that was lost is given again.
LOOKED_FOR_AGAIN_S = 300


class Sweep:
    """One pass over what is due. A second pass right after it finds nothing to do."""

    def __init__(
        self,
        outbox: "Outbox",
        rolls: "Rolls",
        stage: "Stage",
        arrivals: "Arrivals",
        analyses: "Analyses",
        characters: "Characters",
    ) -> None:
        self._catalogue = outbox.catalogue
        self._outbox = outbox
        self._rolls = rolls
        self._stage = stage
        self._arrivals = arrivals
        self._analyses = analyses
        self._characters = characters

    def run(self, deadline: float) -> dict[str, int]:
        """→ how many rows of each kind got their next step until the deadline (`time.monotonic`).

        Raises an `ExceptionGroup` of what failed, after every other row was seen to.
        """
        steps: dict[str, Callable[[Row], None]] = {
            table.FACT: self._say,
            table.JOB: self._revive,
            table.CLIP: self._call_for_help,
            table.ROLL: self._settle,
            table.CARD: self._judge_again,
            table.ANALYSIS: self._look_for_answer,
            table.ENROLMENT: self._look_for_answer,
            table.OUTSTANDING: self._look_for_answer,
            table.CHARACTER: self._characters.order_erasure,
            table.BEHIND: self._index,
        }
        swept = dict.fromkeys(steps, 0)
        failures: list[Exception] = []
        for due in list(self._catalogue.due(self._outbox.now())):
            if time.monotonic() > deadline:
                break
            kind = next(kind for kind in steps if due["sk"].startswith(kind))
            # The index is behind the table by a moment: what is done there is not done again.
            row = self._catalogue.get(due["pk"], due["sk"])
            if row is None or row.get("due_at") != due["due_at"]:
                continue
            try:
                steps[kind](row)
            except Exception as failure:  # noqa: BLE001 - raised below: one row must not stop the others
                failure.add_note(f"while sweeping {due['pk']} {due['sk']}")
                failures.append(failure)
            else:
                swept[kind] += 1
        if failures:
            raise ExceptionGroup(f"{len(failures)} rows could not be swept", failures)
        return swept

    def _say(self, fact: "Row") -> None:
        self._outbox.say([fact])

    def _revive(self, job: "Row") -> None:
        self._stage.revive(job)

    def _call_for_help(self, clip: "Row") -> None:
        if self._stage.is_at_work(RollRef.of_partition(clip["pk"]), clip["sk"]):
            # A long clip may take a night; whoever dies over it is found by the job's own row.
            with suppress(Refused):
                put_off = {"due_at": self._outbox.now(OVERDUE_S)}
                self._catalogue.change(Change(clip["pk"], clip["sk"], sets=put_off, when={"due_at": clip["due_at"]}))
            return
        self._stage.call_for_help(
            RollRef.of_partition(clip["pk"]),
            clip["sk"],
            f"This clip has been {clip['state']} since {clip['moved_at']}, and nothing works on it.",
            origin=f"{clip['sk']}#{clip['moved_at']}",
        )

    def _judge_again(self, card: "Row") -> None:
        """Files of the card are being read: it is judged again, and puts itself off as long as that takes."""
        with suppress(Refused):
            put_off = {"due_at": self._outbox.now(LOOK_AGAIN_S.start)}
            same = {"due_at": card["due_at"]}
            self._catalogue.change(Change(card["pk"], card["sk"], sets=put_off, when=same))
        self._order_judgement(RollRef.of_partition(card["pk"]))

    def _look_for_answer(self, row: "Row") -> None:
        """A question whose order nobody took up → ordered again; one that was asked → whoever collects looks for it."""
        if row.get("state") == Standing.ORDERED:
            self._analyses.order_again(row)
            return
        self._put_off(row, LOOKED_FOR_AGAIN_S)
        order = CollectAnswer(pk=row["pk"], sk=row["sk"], job_id=row["job_id"])
        self._outbox.say_again([(order.name, order.written())])

    def _index(self, row: "Row") -> None:
        self._put_off(row, LOOKED_FOR_AGAIN_S)
        order = IndexProduction(production=row["pk"].split("#", 1)[1])
        self._outbox.say_again([(order.name, order.written())])

    def _put_off(self, row: "Row", seconds: int) -> None:
        """What is ordered now is not ordered again at once."""
        with suppress(Refused):
            later = {"due_at": self._outbox.now(seconds)}
            self._catalogue.change(Change(row["pk"], row["sk"], sets=later, when={"due_at": row["due_at"]}))

    def _order_judgement(self, roll: RollRef) -> None:
        order = JudgeCard(roll=roll)
        self._outbox.say_again([(order.name, order.written())])

    def _settle(self, row: "Row") -> None:
        """A roll that has been quiet: receive what its records list, join what waits, close it if all ended."""
        roll = RollRef.of_partition(row["pk"])
        for name, record in row.items():
            offload = name.removeprefix("record#")
            if offload != name and not row.get(f"complete#{offload}"):
                file = SourceFile.model_validate_json(record, extra="ignore")
                self._arrivals.reconcile(roll, offload, file)
        for offload in {name.removeprefix("arrived#") for name in row if name.startswith("arrived#")}:
            spans = self._rolls.spans(roll, offload)
            if spans and max(span["received_at"] for span in spans) < self._outbox.now(-SPANS_QUIET_S):
                self._rolls.join_spans(roll, spans)
        self._rolls.close_if_ended(roll, quiet=True)
        self._rolls.put_off(roll)
        left = self._rolls.get(roll)
        if not left["closed"] and left.get("card_seen") != mark(left):
            # A clip of this roll may keep it open for hours; its other cards are judged as they are.
            self._order_judgement(roll)
