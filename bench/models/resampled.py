"""How far a figure over few things may be trusted."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

Thing = TypeVar("Thing")


def interval(things: Sequence[Thing], figure: Callable[[Sequence[Thing]], float]) -> tuple[float, float]:
    """Things, and a figure over them → its 95 % interval by bootstrap: 2,000 draws of as many, with replacement."""
    chance = np.random.default_rng(1)
    draws = chance.integers(0, len(things), (2000, len(things)))
    low, high = np.percentile([figure([things[at] for at in draw]) for draw in draws], (2.5, 97.5))
    return float(low), float(high)
