"""What an artefact says of itself: manifest.json, its first member."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, StringConstraints

from circletake.contracts.analysis import AnalysisKind, ModelVersion
from circletake.contracts.wire import Wire

MANIFEST = "manifest.json"
#: Where an artefact's parts lie: below /opt/ml/model once SageMaker has unpacked it.
CODE, WEIGHTS = "code", "weights"

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
#: Safe in an archive: relative, in plain characters, nothing that begins with a dot.
Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$")]


class CodeFile(Wire):
    path: Path
    size_bytes: NonNegativeInt
    sha256: Sha256


class WeightsFile(Wire):
    """Weights, and the distribution that they came in; the licence as that distribution states it."""

    package: Path
    file: Path
    size_bytes: NonNegativeInt
    sha256: Sha256
    distribution: str
    distribution_version: str
    licence: Annotated[str, Field(min_length=1)]

    @property
    def path(self) -> str:
        return f"{WEIGHTS}/{self.package}/{self.file}"


class Packed(Wire):
    """One capability: what it answers, its version, its code's number and the hashes of its weights."""

    kind: AnalysisKind
    model: ModelVersion
    code: str
    weights: tuple[Sha256, ...]


class Manifest(Wire):
    """No time, no machine and no commit stand in it: the same input is to give the same bytes."""

    version: Literal[1] = 1
    capabilities: Annotated[tuple[Packed, ...], Field(min_length=1)]
    code: tuple[CodeFile, ...]
    weights: tuple[WeightsFile, ...]
