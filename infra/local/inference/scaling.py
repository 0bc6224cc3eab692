"""Minutes of an endpoint's metrics → how many instances it should have, as Application Auto Scaling decides. Pure.

https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

#: Target tracking's own alarms: so many minutes above the target, or so many below nine tenths of it.
MINUTES_ABOVE, MINUTES_BELOW, BELOW = 3, 15, 0.9


@dataclass(frozen=True)
class Plan:
    """What the template says. Cooldowns are minutes, as everything here is counted in minutes of metrics."""

    at_least: int
    at_most: int
    #: Target tracking on the backlog of each instance.
    target: float
    out_cooldown: float
    in_cooldown: float
    #: The alarm on a backlog without any instance: so many of the last minutes, and how many instances it starts.
    alarm_minutes: int
    alarm_needed: int
    step: int
    step_cooldown: float


class Scaling:
    """Told of every minute; says how many instances are wanted, and why whenever that changes."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        # As an endpoint stands after a quiet time, not as it is deployed: then one instance would wait for nobody.
        self.wanted = plan.at_least
        self._plan = plan
        self._say = say
        self._now = 0
        self._stepped = self._out = self._in = -math.inf
        self._without_capacity: deque[bool] = deque(maxlen=plan.alarm_minutes)
        self._above = self._below = 0

    def minute(self, backlog: int, in_service: int, starting: int) -> int:
        """One minute: what waits or is worked on, who works and who is getting ready → how many instances to have.

        In AWS the cooldown is longer than a start; here the cooldown is compressed and the start is not, so what
        is starting counts as capacity.
        """
        self._now += 1
        self._wake(bool(backlog) and not in_service and not starting)
        self._track(backlog / in_service if in_service else None, backlog)
        return self.wanted

    def _wake(self, without_capacity: bool) -> None:
        plan = self._plan
        self._without_capacity.append(without_capacity)
        rings = sum(self._without_capacity) >= plan.alarm_needed
        if rings and self._now - self._stepped >= plan.step_cooldown:
            self._stepped = self._now
            self._change(self.wanted + plan.step, "HasBacklogWithoutCapacity rings")

    def _track(self, per_instance: float | None, backlog: int) -> None:
        """Without an instance there is no backlog per instance: the minutes that were counted are forgotten."""
        plan, needed = self._plan, math.ceil(backlog / self._plan.target)
        self._above = self._above + 1 if per_instance is not None and per_instance > plan.target else 0
        self._below = self._below + 1 if per_instance is not None and per_instance < plan.target * BELOW else 0
        if self._above >= MINUTES_ABOVE and needed > self.wanted and self._now - self._out >= plan.out_cooldown:
            self._out = self._now
            self._change(needed, f"{MINUTES_ABOVE} minutes above {plan.target:g} for each instance")
        if self._below >= MINUTES_BELOW and needed < self.wanted and self._now - self._in >= plan.in_cooldown:
            self._in = self._now
            self._change(needed, f"{MINUTES_BELOW} minutes below {plan.target * BELOW:g} for each instance")

    def _change(self, wanted: int, why: str) -> None:
        wanted = min(max(wanted, self._plan.at_least), self._plan.at_most)
        if wanted != self.wanted:
            self._say(f"{why}: {self.wanted} → {wanted} instances")
            self.wanted = wanted
