"""The order of the lights, and what each of them answers."""

from collections.abc import Iterable

from circletake.contracts.cards import Light

#: From what is best to what is worst.
BEST_FIRST = (Light.GREEN, Light.AMBER, Light.RED)
#: Whether the card may be formatted.
ANSWERS = {Light.GREEN: "SAFE TO FORMAT", Light.AMBER: "NOT YET SAFE TO FORMAT", Light.RED: "DO NOT FORMAT"}


def worst(lights: Iterable[Light]) -> Light:
    """Lights → the worst of them; GREEN when there is none."""
    return max(lights, key=BEST_FIRST.index, default=Light.GREEN)
