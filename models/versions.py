"""Which model answers which kind: models/versions.json, which `dispatch` reads without any model being installed.

python -m models.versions          writes it anew
"""

import hashlib
import json
from pathlib import Path

from circletake.contracts.analysis import AnalysisKind, ModelVersion
from models.analyse import capability, listed
from models.capability import Capability

PATH = Path(__file__).with_name("versions.json")


def version_of(model: type[Capability]) -> ModelVersion:
    """A capability → its version: 12 hex digits over its name, its code's number, and the hashes of its weights."""
    parts = [model.name, model.code, [weights.sha256 for weights in model.weights]]
    return ModelVersion(name=model.name, version=hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12])


def versions() -> dict[AnalysisKind, ModelVersion]:
    """→ every kind that there is a capability for, with the version that answers it."""
    return {kind: version_of(capability(kind)) for kind in listed()}


def written() -> str:
    """→ what versions.json has to say."""
    return json.dumps({kind: version.model_dump() for kind, version in versions().items()}, indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(written())
