"""Scores of a version, as `make bench-models ARGS="--json models.json"` writes them."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, PositiveInt, StringConstraints, TypeAdapter, ValidationError, model_validator

from circletake.contracts.wire import Wire
from models.tooling.refusal import Refused


class Row(Wire):
    """`value` over `n` things looked at. Which limit it has says which way is better; without one it is only told.

    A whole number is a count of those n, a number with a point a share of them, where it lies in 0 … 1, or a figure.
    """

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    value: int | float
    n: PositiveInt
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if self.at_least is not None and self.at_most is not None:
            raise ValueError("a row has one limit: at_least or at_most")
        return self

    @property
    def kept(self) -> bool:
        return not (
            (self.at_least is not None and self.value < self.at_least)
            or (self.at_most is not None and self.value > self.at_most)
        )

    @property
    def of(self) -> int | None:
        """What `value` is to be divided by to be a share; None where it is a figure."""
        of = self.n if isinstance(self.value, int) else 1
        return of if 0 <= self.value <= of else None

    @property
    def tells_of(self) -> str:
        """The kind of analysis that a row is about: its first word."""
        return re.split(r"\W", self.name, maxsplit=1)[0].upper()

    @property
    def limit(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""


_ROWS = TypeAdapter(Annotated[tuple[Row, ...], Field(min_length=1)])


@dataclass(frozen=True)
class Scores:
    """All rows of a version. `material`: what they were counted over, by its hash; None for a loose file."""

    rows: tuple[Row, ...]
    material: str | None

    @property
    def missed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.kept)

    @property
    def limited(self) -> frozenset[str]:
        """The kinds that some limit is about."""
        return frozenset(row.tells_of for row in self.rows if row.limit)


def read_scores(body: bytes, material: str | None, name: str) -> Scores:
    """JSON → scores. Raises `Refused` for anything but a list of rows, each named once."""
    try:
        rows = _ROWS.validate_json(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise Refused(f"{name} holds no scores: {where}: {first['msg']}") from wrong
    twice = [row for row, count in Counter(row.name for row in rows).items() if count > 1]
    if twice:
        raise Refused(f"{name} tells of {twice[0]!r} twice.")
    return Scores(rows, material)
