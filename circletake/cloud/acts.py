"""What named people do to cards: each act is written once, for good, and the card is judged again."""

from circletake.cloud.catalogue import Put, Refused
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.cards import Act, Policy
from circletake.contracts.facts import CardReleased, JudgeCard, JudgeProduction, Message
from circletake.contracts.keys import RollRef, short_hash


class Acts:
    """The acts on a production's cards."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def now(self) -> str:
        return self._outbox.now()

    def record(self, roll: RollRef, act: Act) -> None:
        """An act → on record, and the order to judge the card again. The same act a second time changes nothing."""
        said = act.model_dump_json()
        row = {
            "pk": table.acts_pk(roll.partition),
            "sk": f"{act.at}#{short_hash(said)}",
            "act": said,
        }
        says: list[Message] = [JudgeCard(roll=roll)]
        if act.status is not None:
            says.append(CardReleased(roll=roll, offload=act.offload, act=act))
        try:
            self._outbox.commit(row["pk"], row["sk"], [Put(row)], says)
        except Refused:
            self._outbox.say_what_is_pending(row["pk"], row["sk"], [message.name for message in says])

    def set_policy(self, production: str, policy: Policy, by: str) -> None:
        """What a production asks of its copies from now on, and who asked so; its cards are judged again."""
        row = {
            "pk": table.policy_pk(production),
            "sk": self._outbox.now(),
            "policy": policy.model_dump_json(),
            "by": by,
        }
        self._outbox.commit(row["pk"], row["sk"], [Put(row)], [JudgeProduction(production=production)])
