"""A number as a file has it. Python's own `float` also takes nan, inf, 1_000 and digits of other scripts."""

import math


def read_number(text: str) -> float | None:
    """'1', '-0.5', '2.5e-3' → the number; None for what is none, or is not finite."""
    if not text.isascii() or "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def write_number(value: float) -> str:
    """A number → its digits, to the ten-billionth, never with an exponent, which not all readers take."""
    return f"{value:.10f}".rstrip("0").rstrip(".")
