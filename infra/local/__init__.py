"""The stack on a laptop: the template that deploys, an engine that runs it, no account and no Docker.

transform    the synthesised template → its laptop form (pure)
engine       one `ministack` process on loopback
deployment   template + engine → the stack, up
studio       all of that under a name; start, find, stop
"""


class LocalError(Exception):
    """The studio cannot do that. The message says why and what to do next."""
