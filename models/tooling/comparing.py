"""Two sets of scores → what is better, what is worse, and what cannot be told apart."""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

from models.tooling.refusal import NotComparable
from models.tooling.scores import Row, Scores

#: The normal quantile of a 95 % interval.
_Z = NormalDist().inv_cdf(0.975)


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    #: Their difference is smaller than chance makes it over so few things.
    NOT_TOLD_APART = "not told apart"
    SAME = "same"
    #: No limit says which way would be better.
    TOLD = "told"


@dataclass(frozen=True)
class Difference:
    """One row of both. `low` and `high`: between what new − old lies with 95 %; None for a figure that is no share."""

    old: Row
    new: Row
    low: float | None
    high: float | None

    @property
    def change(self) -> float:
        return self.new.value - self.old.value

    @property
    def loosened(self) -> bool:
        """Whether the new one is held to less than the old one was."""
        if self.old.at_least is not None and self.new.at_least is not None:
            return self.new.at_least < self.old.at_least
        return self.old.at_most is not None and self.new.at_most is not None and self.new.at_most > self.old.at_most

    @property
    def verdict(self) -> Verdict:
        if self.change == 0:
            return Verdict.SAME
        if not self.new.limit:
            return Verdict.TOLD
        if self.low is not None and self.high is not None and self.low <= 0 <= self.high:
            return Verdict.NOT_TOLD_APART
        # Without an interval every step the wrong way counts: nothing shows that it is chance.
        return Verdict.BETTER if (self.change > 0) == (self.new.at_least is not None) else Verdict.WORSE


@dataclass(frozen=True)
class LeftOut:
    """A row that was not compared. `added`: the old one simply did not tell of it yet."""

    name: str
    why: str
    added: bool = False


@dataclass(frozen=True)
class Comparison:
    """What two sets of scores say of each other."""

    differences: tuple[Difference, ...]
    left_out: tuple[LeftOut, ...]

    def those(self, verdict: Verdict) -> tuple[Difference, ...]:
        return tuple(each for each in self.differences if each.verdict is verdict)


def compare(old: Scores, new: Scores, *, common_only: bool = False) -> Comparison:
    """Old and new scores → their differences. What was counted differently is refused, or left out when asked to.

    The material has to be the same whatever is asked: over other things every figure is another one.
    """
    if old.material and new.material and old.material != new.material:
        raise NotComparable(
            f"They were counted over different material ({old.material[:12]} and {new.material[:12]}). "
            "Score the older one again on today's material: check its commit out beside this one."
        )
    before, after = ({row.name: row for row in scores.rows} for scores in (old, new))
    shared = [(before[name], after[name]) for name in after if name in before]
    left_out = [LeftOut(name, "only the new one tells of it", added=True) for name in after if name not in before]
    left_out += [LeftOut(name, "only the old one tells of it") for name in before if name not in after]
    left_out += [LeftOut(a.name, why) for a, b in shared if (why := _otherwise(a, b))]
    differences = tuple(_difference(a, b) for a, b in shared if not _otherwise(a, b))
    if not differences:
        raise NotComparable(f"They have no row in common that was counted alike. {_shown(left_out)}.")
    if left_out and not common_only:
        raise NotComparable(
            f"They were not counted over the same things. {_shown(left_out)}. "
            "Say --common to compare the rest and be told of these."
        )
    return Comparison(differences, tuple(left_out))


def _otherwise(old: Row, new: Row) -> str | None:
    """How two rows of one name were counted differently; None when they were not."""
    if old.n != new.n:
        return f"n was {old.n}, and is {new.n}"
    if (old.at_least is None, old.at_most is None) != (new.at_least is None, new.at_most is None):
        return "its limit points another way"
    return None


def _shown(left_out: list[LeftOut]) -> str:
    shown = "; ".join(f"{each.name}: {each.why}" for each in left_out[:5])
    return shown + (f"; and {len(left_out) - 5} more" if len(left_out) > 5 else "")


def _difference(old: Row, new: Row) -> Difference:
    of = new.of
    if of is None or old.of != of:
        return Difference(old, new, None, None)
    low, high = _newcombe(old.value / of, new.value / of, old.n)
    return Difference(old, new, low * of, high * of)


def _newcombe(old: float, new: float, n: int) -> tuple[float, float]:
    """Two shares of n → the 95 % interval of new − old (Newcombe 1998, method 10: both Wilson intervals, crossed).

    It takes the two for independent. They are not, on the same material; so the interval is rather too wide.
    """
    (old_low, old_high), (new_low, new_high) = _wilson(old, n), _wilson(new, n)
    change = new - old
    return (
        change - sqrt((new - new_low) ** 2 + (old_high - old) ** 2),
        change + sqrt((new_high - new) ** 2 + (old - old_low) ** 2),
    )


def _wilson(share: float, n: int) -> tuple[float, float]:
    square = _Z**2 / n
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)
