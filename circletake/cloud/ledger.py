"""What a production's analyses cost, in millionths of a US dollar: spent, and reserved for what was asked."""

from contextlib import suppress
from dataclasses import dataclass

from circletake.cloud.catalogue import Change, Put, Refused
from circletake.cloud.outbox import Outbox
from circletake.contracts import table
from circletake.contracts.facts import BudgetReached


@dataclass(frozen=True)
class Ledger:
    """One row a production, which changes in the transaction of what it tells of."""

    outbox: Outbox
    #: What a second of a model's time costs.
    micro_usd_per_s: int

    def price(self, seconds: float) -> int:
        return round(seconds * self.micro_usd_per_s)

    def reserve(self, production: str, estimate: int) -> Change:
        return _change(production, {"reserved": estimate})

    def give_back(self, production: str, estimate: int) -> Change:
        return _change(production, {"reserved": -estimate})

    def pay(self, production: str, cost: int, *, reserved: int, kind: str) -> Change:
        """`kind`: what was paid for (answers, duplicates, lost), which is counted."""
        return _change(production, {"micro_usd": cost, "reserved": -reserved, kind: 1})

    def counted(self, production: str, object_version: str) -> Put:
        """An object is paid for once, however often it is told of."""
        return Put({"pk": table.spend_pk(production), "sk": f"COUNTED#{object_version}"})

    def pay_duplicate(self, production: str, cost: int, object_version: str) -> None:
        """An answer that nobody waits for any more."""
        paid = self.pay(production, cost, reserved=0, kind="duplicates")
        with suppress(Refused):
            self.outbox.catalogue.transact([self.counted(production, object_version), paid])

    def may_spend(self, production: str, budget_usd: float | None, estimate: int) -> bool:
        """Whether there is money for one more question. The first time that there is none is told.

        Questions that are asked at the same moment do not see each other: they may overrun the budget.
        """
        if budget_usd is None:
            return True
        pk, sk = table.spend_pk(production), table.SPEND
        row = self.outbox.catalogue.get(pk, sk) or {}
        spent = row.get("micro_usd", 0) + row.get("reserved", 0)
        if spent + estimate <= budget_usd * 1e6:
            return True
        told, origin = str(budget_usd), f"{sk}#{budget_usd}"
        said = BudgetReached(production=production, budget_usd=budget_usd, spent_usd=spent / 1e6)
        if row.get("budget_told") == told:
            self.outbox.say_what_is_pending(pk, origin, [said.name])
            return False
        once = Change(pk, sk, sets={"budget_told": told}, when={"budget_told": row.get("budget_told")})
        with suppress(Refused):
            self.outbox.commit(pk, origin, [once], [said])
        return False


def _change(production: str, adds: dict[str, int]) -> Change:
    return Change(table.spend_pk(production), table.SPEND, adds=adds)
