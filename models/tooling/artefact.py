"""Code and weights → model.tar.gz, as SageMaker unpacks it below /opt/ml/model."""

import hashlib
import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from models.tooling import contents
from models.tooling.manifest import CODE, MANIFEST, CodeFile, Manifest, Packed, WeightsFile
from models.tooling.packing import Progress, pack
from models.tooling.refusal import Refused
from models.tooling.source import served

NAME = "model.tar.gz"


@dataclass(frozen=True)
class Artefact:
    """A packed artefact on this machine."""

    path: Path
    sha256: str
    size_bytes: int
    manifest: Manifest


@dataclass(frozen=True)
class Contents:
    """What will be packed, and where the weights lie on this machine."""

    manifest: Manifest
    sources: dict[str, Path]

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for files in (self.manifest.code, self.manifest.weights) for file in files)


def gather(root: Path, python: Path, kinds: Sequence[str] = ()) -> Contents:
    """A checkout, the Python that has the model server's packages, and kinds (none: all) → what is to be packed.

    Every file of weights was hashed. Raises `Refused` when one is missing, or is another, or states no licence.
    """
    told = _ask(root, python, kinds)
    weights = {each.path: (each, Path(source)) for each, source in map(_weights, told["weights"])}
    code = tuple(_code(root, path) for path in served(root))
    if not code:
        raise Refused(f"{root} holds no model server.")
    manifest = Manifest(
        capabilities=tuple(Packed.model_validate_json(json.dumps(each)) for each in told["capabilities"]),
        code=code,
        weights=tuple(each for each, _ in weights.values()),
    )
    _as_dispatched(root, manifest)
    return Contents(manifest, {path: source for path, (_, source) in weights.items()})


def write(contents: Contents, root: Path, to: Path, on_progress: Progress = lambda _: None) -> Artefact:
    """What is to be packed → the artefact. What changed since it was gathered is refused, and nothing is left."""
    manifest = contents.manifest
    members: list[tuple[str, Path | bytes]] = [(MANIFEST, (manifest.model_dump_json(indent=2) + "\n").encode())]
    files = [(f"{CODE}/{file.path}", root / file.path, file.sha256) for file in manifest.code]
    files += [(file.path, contents.sources[file.path], file.sha256) for file in manifest.weights]
    to.parent.mkdir(parents=True, exist_ok=True)
    partial = to.with_name(f".{to.name}.partial")
    try:
        with partial.open("wb") as file:
            pack([*members, *((name, path) for name, path, _ in files)], file, on_progress)
        _unchanged(files)
        digest = _hash(partial)
        partial.replace(to)
    finally:
        partial.unlink(missing_ok=True)
    return Artefact(to, digest, to.stat().st_size, manifest)


def _unchanged(files: list[tuple[str, Path, str]]) -> None:
    for name, path, sha256 in files:
        if _hash(path) != sha256:
            raise Refused(f"{name} changed while it was being packed. Package again.")


def _as_dispatched(root: Path, manifest: Manifest) -> None:
    """What is asked for has to be what answers: `dispatch` reads the versions from a file."""
    told = json.loads((root / "models" / "versions.json").read_text())
    for each in manifest.capabilities:
        if told.get(each.kind) != each.model.model_dump():
            raise Refused(f"models/versions.json does not tell of {each.kind} as it is: run python -m models.versions.")


def _ask(root: Path, python: Path, kinds: Sequence[str]) -> dict[str, list[dict[str, object]]]:
    """The capabilities as the model server's own Python sees them."""
    if not python.is_file():
        raise Refused(f"{python} is not there. Run make .venv, or name a Python that has the server's packages.")
    # -P: the folder of the script, with names such as `source`, is not to be imported from.
    done = subprocess.run(
        [str(python), "-P", str(Path(contents.__file__)), *kinds],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Refused(f"The capabilities cannot be read by {python}: {last}")
    told: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return told


def _weights(told: dict[str, object]) -> tuple[WeightsFile, str]:
    source = str(told.pop("source"))
    try:
        return WeightsFile.model_validate(told), source
    except ValidationError as wrong:
        raise Refused(f"These weights cannot be packed: {wrong}") from wrong


def _code(root: Path, path: str) -> CodeFile:
    file = root / path
    return CodeFile(path=path, size_bytes=file.stat().st_size, sha256=_hash(file))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
