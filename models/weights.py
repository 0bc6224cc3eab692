"""Weights: which file, out of which package, and proof that it is that file."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Weights:
    """A file that an installed package ships. `package` is its import name; the package itself is never imported."""

    package: str
    file: str
    sha256: str

    def path(self) -> Path:
        """→ where the file lies; its bytes are hashed once in a process. Raises ValueError for any other bytes."""
        return _verified(self)


@cache
def _verified(weights: Weights) -> Path:
    # Of a name without dots, find_spec reads no code: some packages that ship weights fail when they are imported.
    found = find_spec(weights.package)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"the package {weights.package}, which ships {weights.file}, is not installed")
    path = Path(next(iter(found.submodule_search_locations))) / weights.file
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != weights.sha256:
        raise ValueError(f"{weights.package}/{weights.file} has the hash {digest}, not {weights.sha256}")
    return path
