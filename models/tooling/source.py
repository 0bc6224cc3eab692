"""The model server's code: which files it is, and which commit they stand in."""

import ast
import hashlib
import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from models.tooling.refusal import Refused

#: Rooms of `models` that never run on the endpoint.
_NOT_SERVED = ("models/tooling", "models/image")
#: What lies beside the code and is read by it, or belongs to it: the versions, and what each model's page says.
_BESIDE = ("models/versions.json", "models/analyse/*.md")
#: The labelled material, and how it is counted.
MATERIAL = "bench/models"


def served(root: Path) -> tuple[str, ...]:
    """A checkout → the files of the model server, and all of ours that they import, whenever they do."""
    waiting = [path for path in root.glob("models/**/*.py") if not _named(path, root).startswith(_NOT_SERVED)]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        waiting += [
            candidate
            for name in _imports(path)
            if name.split(".")[0] in ("models", "circletake")
            for candidate in _files(root, name)
        ]
    beside = {path for pattern in _BESIDE for path in root.glob(pattern)}
    return tuple(sorted(_named(path, root) for path in found | beside))


def _named(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files(root: Path, name: str) -> Iterator[Path]:
    """A dotted name → the module it names or stands in, and the packages around it."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        at = root.joinpath(*parts[:length])
        yield from (path for path in (at.with_suffix(".py"), at / "__init__.py") if path.is_file())


class Commit:
    """The commit that a checkout stands at."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.id = self._git("rev-parse", "HEAD").decode().strip()

    def hashes(self, *paths: str) -> dict[str, str]:
        """Paths → the SHA-256 of what the commit holds below each."""
        archive = self._git("archive", "--format=tar", self.id, "--", *paths)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tree:
            files = {member.name: tree.extractfile(member) for member in tree if member.isreg()}
            return {name: hashlib.sha256(file.read()).hexdigest() for name, file in files.items() if file}

    @property
    def material(self) -> str:
        """→ what the scores were counted over: git's own hash of the folder that pins and labels it."""
        return self._git("rev-parse", f"{self.id}:{MATERIAL}").decode().strip()

    @property
    def material_is_committed(self) -> bool:
        return not self._git("status", "--porcelain", "--", MATERIAL)

    def _git(self, *words: str) -> bytes:
        done = subprocess.run(["git", *words], cwd=self._root, capture_output=True, check=False)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise Refused(f"The commit cannot be read: git {words[0]} says: {said}")
        return done.stdout
