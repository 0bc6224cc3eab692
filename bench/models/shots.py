"""Cuts that are told against cuts that are there: in three films that were looked at, and in edits made of their shots.

python -m bench.models.shots       prints every kind of edit by itself
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bench.models import edits
from bench.models.resampled import interval
from bench.models.scores import counted
from bench.rows import Row
from circletake.contracts.analysis import AnalysisKind, Question
from models.analyse.shots import Shots
from models.capability import Device
from models.media import Media

#: The detector was set on edits made with seed 1.
_SEED = 7
_OF_EACH, _OF_EACH_QUICK = 12, 2


@dataclass(frozen=True)
class Told:
    """One video: of what kind, the cuts that are in it, and those that were told."""

    kind: str
    there: frozenset[int]
    told: frozenset[int]


def score(quick: bool) -> list[Row]:
    films, made = list(_films()), list(_made(quick))
    edited = [each for each in made if each.there]
    moves = [each for each in made if not each.there]
    cuts, made_cuts = (sum(len(each.there) for each in some) for some in (films, edited))
    false = sum(len(each.told) for each in moves)
    return [
        Row("shots: F1, cuts of bikes.mp4 and two films without any", f1(films), cuts, at_least=0.95),
        Row("shots: F1, made edits", f1(edited), made_cuts, at_least=0.95),
        Row("shots: cuts told in made fades, moves and flashes", float(false), len(moves), at_most=0),
    ]


def f1(videos: Sequence[Told]) -> float:
    """→ the harmonic mean of precision and recall; exact frames count, a frame beside is a miss and a false one."""
    right = sum(len(each.there & each.told) for each in videos)
    both = sum(len(each.there) + len(each.told) for each in videos)
    return 2 * right / both if both else 1.0


def _films() -> Iterator[Told]:
    for name in edits.FILMS:
        there = edits.BIKES_CUTS if name == "bikes" else ()
        yield Told(name, frozenset(there), _told(edits.film(name)))


def _made(quick: bool) -> Iterator[Told]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edit.mp4"
        for edit in edits.edits(_OF_EACH_QUICK if quick else _OF_EACH, _SEED):
            yield Told(edit.name, frozenset(edit.cuts), _told(edit.encoded(path)))


def _told(video: Path) -> frozenset[int]:
    question = Question(
        kind=AnalysisKind.SHOTS, production="BENCH", job_id="0" * 20, attempt=1, rate=Fraction(edits.RATE), frames=10**6
    )
    return frozenset(cut.frame for cut in Shots(Device()).look(Media(video), question).cuts)


def _print() -> None:
    videos = [*_films(), *_made(quick=False)]
    for kind in dict.fromkeys(each.kind for each in videos):
        some = [each for each in videos if each.kind == kind]
        there, told = (sum(len(getattr(each, name)) for each in some) for name in ("there", "told"))
        right = sum(len(each.there & each.told) for each in some)
        spared = sum(not each.told - each.there for each in some)
        print(
            f"{kind}: {counted(right, there)} found; {told - right} false; no false one in {counted(spared, len(some))}"
        )
    edited = [each for each in videos if each.there]
    low, high = interval(edited, f1)
    print(f"F1 of what has cuts: {f1(edited):.3f} ({low:.3f}–{high:.3f})")


if __name__ == "__main__":
    _print()
