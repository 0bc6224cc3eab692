"""CPU as it is compared here: user and system, of this process and its children, in interleaved turns."""

import resource
import statistics
from collections.abc import Callable, Mapping

Spent = dict[str, list[float]]


def cpu_s() -> float:
    """CPU seconds so far, of this process and of every child that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def in_turn(ways: Mapping[str, Callable[[], object]], rounds: int) -> Spent:
    """Ways of doing the same → the CPU seconds of each in every round; all take their turn before one has another."""
    spent: Spent = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            before = cpu_s()
            way()
            spent[name].append(cpu_s() - before)
    return spent


def ratio(spent: Spent, of: str, to: str) -> float:
    """The median over the rounds of one way ÷ another, each against its neighbour in time."""
    return statistics.median(a / b for a, b in zip(spent[of], spent[to], strict=True))
