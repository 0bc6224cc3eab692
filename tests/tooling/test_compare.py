"""`compare`: what is better, what is worse, what cannot be told apart; and what may not be compared at all."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tooling.comparing import Verdict, compare
from models.tooling.refusal import NotComparable, Refused
from models.tooling.scores import Row, Scores, read_scores
from tests.tooling.made import row, told

SHARES = st.integers(0, 200).map(lambda right: right / 200)


def scores(*rows: dict[str, Any], material: str | None = None) -> Scores:
    return Scores(tuple(Row(**each) for each in rows), material)


def test_the_interval_of_a_difference_is_the_one_that_was_published() -> None:
    """Newcombe 1998, Statistics in Medicine 17:873-890, table II: 9/10 against 3/10 by method 10."""
    (difference,) = compare(scores(row("a", 0.3, 10)), scores(row("a", 0.9, 10))).differences
    assert difference.low == pytest.approx(0.1705, abs=5e-5)
    assert difference.high == pytest.approx(0.8090, abs=5e-5)
    assert difference.verdict is Verdict.BETTER


@given(SHARES, SHARES)
def test_seen_from_the_other_side_better_is_worse_by_the_same_interval(one: float, other: float) -> None:
    (there,) = compare(scores(row("a", one)), scores(row("a", other))).differences
    (back,) = compare(scores(row("a", other)), scores(row("a", one))).differences
    assert there.low is not None
    assert there.high is not None
    assert back.low is not None
    assert there.high == pytest.approx(-back.low)
    assert (there.verdict is Verdict.BETTER) == (back.verdict is Verdict.WORSE)
    assert there.low - 1e-12 <= there.change <= there.high + 1e-12


@given(SHARES, st.integers(1, 5))
def test_one_thing_more_or_less_right_of_200_is_never_told_apart(share: float, step: int) -> None:
    other = min(1.0, max(0.0, share + step / 200 * (1 if share < 0.5 else -1) / 5))
    (difference,) = compare(scores(row("a", share)), scores(row("a", other))).differences
    assert difference.verdict in (Verdict.NOT_TOLD_APART, Verdict.SAME)


def test_the_limit_says_which_way_is_better() -> None:
    old = scores(row("recall", 0.5), row("errors", 0.5, at_most=0.9), row("told", 0.5) | {"at_least": None})
    new = scores(row("recall", 0.9), row("errors", 0.9, at_most=0.9), row("told", 0.9) | {"at_least": None})
    verdicts = [each.verdict for each in compare(old, new).differences]
    assert verdicts == [Verdict.BETTER, Verdict.WORSE, Verdict.TOLD]


def test_a_whole_number_is_a_count_and_its_interval_is_one_of_counts() -> None:
    (difference,) = compare(scores(row("a", 3, at_most=9)), scores(row("a", 9, at_most=9))).differences
    (share,) = compare(scores(row("a", 0.015, at_most=1)), scores(row("a", 0.045, at_most=1))).differences
    assert (difference.low, difference.high) == (200 * (share.low or 0), 200 * (share.high or 0))
    assert difference.verdict is Verdict.NOT_TOLD_APART
    (difference,) = compare(scores(row("a", 1, at_most=99)), scores(row("a", 30, at_most=99))).differences
    assert difference.verdict is Verdict.WORSE
    (difference,) = compare(scores(row("a", 300, at_most=999)), scores(row("a", 201, at_most=999))).differences
    assert (difference.low, difference.verdict) == (None, Verdict.BETTER)


def test_a_figure_that_is_no_share_has_no_interval_and_every_step_the_wrong_way_counts() -> None:
    (difference,) = compare(scores(row("fps", 25.0, at_least=10)), scores(row("fps", 24.9, at_least=10))).differences
    assert (difference.low, difference.high, difference.verdict) == (None, None, Verdict.WORSE)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ([row("a", 1.0, 200)], [row("a", 1.0, 40)], "n was 200, and is 40"),
        ([row("a", 1.0), row("b", 1.0)], [row("a", 1.0)], "b: only the old one tells of it"),
        ([row("a", 1.0)], [row("a", 1.0), row("b", 1.0)], "b: only the new one tells of it"),
        ([row("a", 1.0)], [row("a", 1.0, at_most=1.0)], "its limit points another way"),
    ],
)
def test_what_was_counted_differently_is_refused_or_left_out_aloud(
    old: list[dict[str, Any]], new: list[dict[str, Any]], why: str
) -> None:
    with pytest.raises(NotComparable, match=why):
        compare(scores(*old), scores(*new))
    same = row("same", 0.5)
    comparison = compare(scores(*old, same), scores(*new, same), common_only=True)
    assert any(why in f"{each.name}: {each.why}" for each in comparison.left_out)
    assert comparison.differences[-1].new.name == "same"


def test_other_material_is_refused_even_when_the_rest_is_asked_for() -> None:
    with pytest.raises(NotComparable, match="different material"):
        compare(scores(row("a", 1.0), material="a" * 40), scores(row("a", 1.0), material="b" * 40), common_only=True)


def test_two_scores_without_a_row_in_common_are_refused() -> None:
    with pytest.raises(NotComparable, match="no row in common"):
        compare(scores(row("a", 1.0)), scores(row("b", 1.0)), common_only=True)


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{}",
        '[{"name": "a", "value": NaN, "n": 3}]',
        '[{"name": "a", "value": 1, "n": 0}]',
        '[{"name": "a", "value": 1, "n": 3, "more": 1}]',
        '[{"name": "a", "value": 1, "n": 3, "at_least": 0, "at_most": 1}]',
        '[{"name": "a\\u001b[2J", "value": 1, "n": 3}]',
        '[{"name": "a", "value": 1, "n": 3}, {"name": "a", "value": 0, "n": 3}]',
    ],
)
def test_what_is_no_list_of_rows_is_refused(body: str) -> None:
    with pytest.raises(Refused, match=r"scores\.json"):
        read_scores(body.encode(), None, "scores.json")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ([row("a", 0.95)], [row("a", 0.96)], 0),
        ([row("a", 0.95)], [row("a", 0.6)], 1),
        ([row("a", 0.95)], [row("a", 0.95, 10)], 3),
    ],
)
def test_the_exit_code_tells_a_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: list[dict[str, Any]], new: list[dict[str, Any]], code: int
) -> None:
    files = tmp_path / "old.json", tmp_path / "new.json"
    for file, rows in zip(files, (old, new), strict=True):
        file.write_text(json.dumps(rows))
    assert told("compare", *map(str, files), "--json") == code
    said = capsys.readouterr()
    if code < 3:
        (difference,) = json.loads(said.out)["differences"]
        assert difference["verdict"] == ("not told apart", "worse")[code]
        assert difference["low"] < difference["new"] - difference["old"] < difference["high"]
        assert told("compare", *map(str, files)) == code
        assert ("≈", "▼")[code] in capsys.readouterr().out
    else:
        assert "n was 200, and is 10" in said.err
    assert told("compare", str(files[0])) == 2
    assert told("compare", "nowhere.json", str(files[1])) == 1
