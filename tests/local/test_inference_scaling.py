"""Minutes of metrics → instances, as Application Auto Scaling would have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.inference.scaling import Plan, Scaling

PLAN = Plan(
    at_least=0,
    at_most=4,
    target=12,
    out_cooldown=5,
    in_cooldown=5,
    alarm_minutes=1,
    alarm_needed=1,
    step=1,
    step_cooldown=5,
)


class Watched(Scaling):
    """A scaling whose instances are in service as soon as they are wanted, and what it said."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.said: list[str] = []
        super().__init__(plan, self.said.append)

    def pass_by(self, minutes: int, backlog: int) -> list[int]:
        return [self.minute(backlog, self.wanted, 0) for _ in range(minutes)]


def test_without_work_nothing_is_ever_started() -> None:
    scaling = Watched()
    assert scaling.pass_by(100, 0) == [0] * 100
    assert scaling.said == []


def test_the_first_question_rings_the_alarm_that_starts_one_instance() -> None:
    scaling = Watched()
    assert scaling.pass_by(1, 1) == [1]
    assert scaling.said == ["HasBacklogWithoutCapacity rings: 0 → 1 instances"]


def test_an_alarm_that_needs_two_minutes_waits_for_both() -> None:
    plan = Plan(**{**PLAN.__dict__, "alarm_minutes": 3, "alarm_needed": 2})
    scaling = Watched(plan)
    assert [scaling.minute(backlog, 0, 0) for backlog in (1, 0, 1)] == [0, 0, 1]


def test_what_is_starting_is_not_started_again() -> None:
    scaling = Watched()
    scaling.minute(1, 0, 0)
    assert [scaling.minute(9, 0, 1) for _ in range(20)] == [1] * 20


def test_an_instance_that_never_came_is_asked_for_again_after_the_cooldown() -> None:
    scaling = Watched(Plan(**{**PLAN.__dict__, "at_most": 9}))
    assert [scaling.minute(1, 0, 0) for _ in range(6)] == [1, 1, 1, 1, 1, 2]


def test_three_minutes_of_too_much_for_each_start_what_the_backlog_needs_and_no_more_than_allowed() -> None:
    scaling = Watched()
    scaling.pass_by(1, 1)
    assert scaling.pass_by(3, 30) == [1, 1, 3]
    assert scaling.pass_by(20, 500)[-1] == 4


def test_fifteen_quiet_minutes_end_all() -> None:
    scaling = Watched()
    scaling.pass_by(1, 1)
    assert scaling.pass_by(15, 0) == [1] * 14 + [0]
    assert scaling.said[-1] == "15 minutes below 10.8 for each instance: 1 → 0 instances"


def test_one_question_in_every_quarter_of_an_hour_keeps_an_instance() -> None:
    scaling = Watched()
    scaling.pass_by(1, 1)
    for _ in range(10):
        scaling.pass_by(14, 0)
        assert scaling.pass_by(1, 1) == [1]


@given(st.lists(st.integers(0, 1000), max_size=200))
def test_there_are_never_more_or_fewer_than_the_template_allows(backlogs: list[int]) -> None:
    scaling = Watched()
    assert all(0 <= scaling.minute(backlog, scaling.wanted, 0) <= 4 for backlog in backlogs)


@pytest.mark.parametrize("backlog", [1, 11, 40, 1000])
def test_whatever_waits_there_comes_an_instance_for_it(backlog: int) -> None:
    assert max(Watched().pass_by(3, backlog)) >= 1
