"""State first, then its facts: a transition and what it says are written together, said, and then crossed out."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from circletake.cloud.bus import Bus
from circletake.cloud.catalogue import Catalogue, Put, Row, Step
from circletake.contracts.facts import Message
from circletake.contracts.table import fact_sk, open_shard

#: How long the writer itself has to say a fact before `sweep` says it.
SAID_WITHIN_S = 60


def utc_now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """A moment → ISO 8601 in UTC with milliseconds: fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


class Outbox:
    """Where every transition is written and every fact leaves.

    A fact is a pending row in the transaction of its state. Whoever dies between the two leaves the row, and
    `sweep` finds it in the index of what is open; who dies after saying it leaves it to be said twice, which
    every consumer bears.
    """

    def __init__(self, catalogue: Catalogue, bus: Bus, clock: Callable[[], datetime] = utc_now) -> None:
        self.catalogue = catalogue
        self._bus = bus
        self._clock = clock

    def now(self, plus_s: float = 0) -> str:
        return stamp(self._clock() + timedelta(seconds=plus_s))

    def commit(self, partition: str, origin: str, changes: Sequence[Step], messages: Sequence[Message]) -> None:
        """Changes and the facts that follow from them, in one transaction; then the facts are said.

        Raises `Refused` when a condition did not hold: nothing was written and nothing is said.
        """
        sks = _sks(origin, [message.name for message in messages])
        facts = [self._pending(partition, sk, message) for sk, message in zip(sks, messages, strict=True)]
        self.catalogue.transact([*changes, *(Put(fact) for fact in facts)])
        self.say(facts)

    def say(self, facts: Sequence[Row]) -> None:
        """Pending rows → the bus; those that it took are crossed out."""
        if not facts:
            return
        self._bus.say([(fact["name"], fact["detail"]) for fact in facts])
        self.catalogue.delete(facts[0]["pk"], [fact["sk"] for fact in facts])

    def say_what_is_pending(self, partition: str, origin: str, names: Sequence[str]) -> None:
        """For a second delivery: what an earlier one wrote and perhaps could not say any more."""
        self.say(self.catalogue.get_many([(partition, sk) for sk in _sks(origin, names)]))

    def say_again(self, messages: Sequence[tuple[str, str]]) -> None:
        """Messages (name, detail) that somebody else asks for again until they are answered → the bus."""
        if messages:
            self._bus.say(messages)

    def _pending(self, partition: str, sk: str, message: Message) -> Row:
        return {
            "pk": partition,
            "sk": sk,
            "name": message.name,
            "detail": message.written(),
            "open_shard": open_shard(sk),
            "due_at": self.now(SAID_WITHIN_S),
        }


def _sks(origin: str, names: Sequence[str]) -> list[str]:
    """Facts of one transition by their names, in order → their keys; the second of a name has one of its own."""
    nth = [names[:place].count(name) for place, name in enumerate(names)]
    return [fact_sk(origin, f"{name}#{n}" if n else name) for name, n in zip(names, nth, strict=True)]
