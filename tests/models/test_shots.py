"""Where shots begin, and where they only seem to."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from bench.models import edits
from bench.models.edits import Edit
from circletake.contracts.analysis import AnalysisKind, Question, ShotsAnswer
from models.analyse.shots import Seen, cuts
from models.capability import Capability, Media

QUESTION = Question(
    kind=AnalysisKind.SHOTS, production="PILOT", job_id="0" * 20, attempt=1, rate=Fraction(25), frames=250
)


def told(edit: Edit) -> list[int]:
    return [cut.frame for cut in cuts(Seen(at, picture) for at, picture in enumerate(edit.frames))]


def test_the_cuts_of_a_film_are_those_that_a_person_sees(loaded: Callable[[AnalysisKind], Capability]) -> None:
    answer = loaded(AnalysisKind.SHOTS).look(Media(edits.film("bikes")), QUESTION)
    assert isinstance(answer, ShotsAnswer)
    assert tuple(cut.frame for cut in answer.cuts) == edits.BIKES_CUTS
    assert all(cut.confidence > 0.8 for cut in answer.cuts)


def test_no_cut_is_told_past_the_frames_of_the_clip(loaded: Callable[[AnalysisKind], Capability]) -> None:
    answer = loaded(AnalysisKind.SHOTS).look(Media(edits.film("bikes")), QUESTION.model_copy(update={"frames": 76}))
    assert isinstance(answer, ShotsAnswer)
    assert [cut.frame for cut in answer.cuts] == [30]


@pytest.mark.parametrize("make", edits.TRAPS, ids=lambda make: str(make.__name__))
def test_no_cut_is_told_where_there_is_none(make: Callable[[np.random.Generator], Edit]) -> None:
    assert told(make(np.random.default_rng(11))) == []


def test_a_shot_of_eight_frames_is_a_shot() -> None:
    one, other = edits.shots()[0], edits.shots()[3]
    assert told(Edit("", [*one[:20], *other[:8], *one[20:30]], ())) == [20, 28]


def test_pictures_held_for_half_a_second_are_shots() -> None:
    stills = [shot[0] for shot in edits.shots()[:5]]
    assert told(Edit("", [still for still in stills for _ in range(12)], ())) == [12, 24, 36, 48]


@pytest.mark.parametrize("frames", [0, 1, 2, 5])
def test_a_clip_of_next_to_no_frames_has_no_cut(frames: int) -> None:
    assert told(Edit("", edits.shots()[0][:frames], ())) == []


def test_the_self_test_passes(loaded: Callable[[AnalysisKind], Capability]) -> None:
    loaded(AnalysisKind.SHOTS).self_test()
