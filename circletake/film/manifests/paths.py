"""Paths as a manifest may list them: relative, downwards, and of characters that XML can carry."""

import re

#: XML 1.0 has most of these in no form; line breaks and tabs it has, but readers disagree about them.
NOT_IN_XML = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FAULTS = (
    (re.compile(r"\A\Z"), "the path is empty"),
    (NOT_IN_XML, "the path has a character that XML does not carry"),
    (re.compile(r"\\"), "the path has a backslash, which is a folder on some machines and a character on others"),
    (re.compile(r"\A(/|[A-Za-z]:/)"), "the path is absolute"),
    (re.compile(r"(\A|/)\.\.(/|\Z)"), "the path leads out of its folder"),
    (re.compile(r"//|/\Z|(\A|/)\.(/|\Z)"), "the path has an empty part"),
)


def path_fault(path: str) -> str | None:
    """A path → why no manifest may list it; None when it may."""
    return next((what for fault, what in _FAULTS if fault.search(path)), None)


def join(root: str, path: str) -> str:
    """A history's root and a path below it → the path on the card."""
    return f"{root}/{path}" if root else path
