"""What is not done, and why: the sentence for the person who asked, and the exit code for the machine."""


class Refused(Exception):  # noqa: N818 - a verdict about what was asked
    """Nothing was changed. The sentence says why, and what would help."""

    code = 1


class NotComparable(Refused):
    """Two sets of scores were not counted over the same things."""

    code = 3
