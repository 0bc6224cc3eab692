"""May a version be put in force? Its scores, and those of the one that is, → what speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.tooling.comparing import Comparison, Verdict, compare
from models.tooling.refusal import NotComparable, Refused
from models.tooling.scores import Scores

#: What the registry takes as an approval's description.
MAX_SAID = 1024


@dataclass(frozen=True)
class Case:
    """`missed` nobody can overrule; `doubts` a named person can. `comparison`: None if there was none."""

    missed: tuple[str, ...]
    doubts: tuple[str, ...]
    comparison: Comparison | None


def case_against(candidate: Scores, in_force: Scores | None, kinds: Sequence[str]) -> Case:
    """Scores, and what the version is of → the case. Limits first: they are what was published."""
    missed = tuple(f"{row.name}: {row.value:g} is not {row.limit} (n = {row.n})" for row in candidate.missed)
    missed += tuple(f"{kind}: no row with a limit tells of it" for kind in kinds if kind not in candidate.limited)
    if in_force is None:
        return Case(missed, (), None)
    try:
        comparison = compare(in_force, candidate, common_only=True)
    except NotComparable as cannot:
        return Case(missed, (f"{cannot}".rstrip("."),), None)
    doubts = [
        f"{each.new.name}: worse by {abs(each.change):.4g} ({each.old.value:.4g} → {each.new.value:.4g})"
        for each in comparison.those(Verdict.WORSE)
    ]
    doubts += [
        f"{each.new.name}: its limit was {each.old.limit}, and is {each.new.limit}"
        for each in comparison.differences
        if each.loosened
    ]
    doubts += [f"{each.name}: {each.why}" for each in comparison.left_out if not each.added]
    return Case(missed, tuple(doubts), comparison)


def decide(case: Case, person: str, because: str, despite: str | None) -> str:
    """The case, a person and their reasons → what the registry keeps as said. Raises `Refused`."""
    if case.missed:
        raise Refused(f"It does not meet its limits, and no reason overrules a limit: {'; '.join(case.missed)}.")
    if case.doubts and not despite:
        raise Refused(
            f"It may be worse than the one in force: {'; '.join(case.doubts)}. Say --despite WHY to take that."
        )
    if despite and not case.doubts:
        raise Refused("Nothing speaks against it, so leave --despite out: later it would read as if something had.")
    said = f"{_line(person, '--as')}: {_line(because, '--because')}"
    if despite:
        said += f" · Despite {'; '.join(case.doubts)}: {_line(despite, '--despite')}"
    if len(said) > MAX_SAID:
        # What was overruled can be counted again from the scores; who took it and why cannot.
        said = f"{_line(person, '--as')}: {_line(because, '--because')}"
        said += f" · Despite {len(case.doubts)} doubts: {_line(despite or '', '--despite')}"
    if len(said) > MAX_SAID:
        raise Refused(f"The registry keeps {MAX_SAID} characters of who and why. Say it shorter.")
    return said


def _line(text: str, option: str) -> str:
    """What a person wrote → one line of it. Raises `Refused` when nothing is left."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not line:
        raise Refused(f"{option} is empty: an approval names a person and a reason.")
    return line
