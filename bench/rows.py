"""One line of a bench: what was measured, the figure, and what it has to keep to."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """`value` over `n` measurements, or things looked at; `at_most` or `at_least` is its limit, or neither."""

    name: str
    value: float
    n: int
    at_least: float | None = None
    at_most: float | None = None
    #: Of what is no ratio, share or count.
    unit: str = ""

    @property
    def limits(self) -> str:
        least = "" if self.at_least is None else f"≥ {self.at_least:g}"
        most = "" if self.at_most is None else f"≤ {self.at_most:g}"
        return f"{least} {most}".strip()

    @property
    def kept(self) -> bool:
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    def told(self, value: str = "value", n: str = "n") -> dict[str, Any]:
        """→ JSON; `value` and `n` are what the two figures are called there."""
        told = {"name": self.name, value: self.value, n: self.n, "at_least": self.at_least, "at_most": self.at_most}
        return {name: each for name, each in (told | {"unit": self.unit or None}).items() if each is not None}
