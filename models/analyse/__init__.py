"""The capabilities, by kind. A module is imported, and its weights are loaded, only when it is asked for."""

from importlib import import_module
from importlib.util import find_spec

from circletake.contracts.analysis import AnalysisKind
from models.capability import Capability


def listed() -> tuple[AnalysisKind, ...]:
    """→ the kinds that there is a file for."""
    return tuple(kind for kind in AnalysisKind if find_spec(f"models.analyse.{kind.lower()}"))


def capability(kind: AnalysisKind) -> type[Capability]:
    """A kind → its class: FACES is `Faces` in `faces.py`."""
    found: type[Capability] = getattr(import_module(f"models.analyse.{kind.lower()}"), kind.capitalize())
    return found
