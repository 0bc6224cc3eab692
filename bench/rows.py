"""One line of a bench: what was measured, the figure, and what it has to keep to."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """`ratio` is a median over `pairs` measurements; `at_most` or `at_least` is its limit, or neither."""

    name: str
    ratio: float
    pairs: int
    at_most: float | None = None
    at_least: float | None = None
    unit: str = "×"

    @property
    def kept(self) -> bool:
        return (self.at_most is None or self.ratio <= self.at_most) and (
            self.at_least is None or self.ratio >= self.at_least
        )

    def told(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}
