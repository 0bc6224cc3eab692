"""How sure a share is that was counted: its 95 % interval."""

from math import sqrt

#: The normal quantile of a 95 % interval.
_Z = 1.959964


def wilson(right: int, n: int) -> tuple[float, float]:
    """Right out of n → the 95 % interval of the share (Wilson 1927: it stays sane at 0 % and at 100 %)."""
    if n == 0:
        return 0.0, 1.0
    share, square = right / n, _Z**2 / n
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def counted(right: int, n: int) -> str:
    """Right out of n → "190/200, 95.0 % (91.0–97.3)", as it stands in each model's README."""
    if n == 0:
        return "0/0"
    low, high = wilson(right, n)
    return f"{right}/{n}, {100 * right / n:.1f} % ({100 * low:.1f}–{100 * high:.1f})"
