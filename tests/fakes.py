"""Stand-ins for what moto does not do: a bus that can be listened to, and a clock that can be set."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from circletake.cloud.bus import NotSaid


class FakeBus:
    """Keeps what was said. With `deaf_for = n` the next n calls are refused, as a throttled bus refuses them."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.deaf_for = 0

    def say(self, messages: Sequence[tuple[str, str]]) -> None:
        if self.deaf_for:
            self.deaf_for -= 1
            raise NotSaid("throttled")
        self.said += messages

    def take(self) -> list[tuple[str, str]]:
        """What was said since the last look."""
        said, self.said = self.said, []
        return said


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 9, 30, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
