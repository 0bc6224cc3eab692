"""When a command makes no sense as given: nothing was done, and one sentence says why."""


class Refused(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """What was asked for cannot be begun."""
