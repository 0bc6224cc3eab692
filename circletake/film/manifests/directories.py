"""Digests of folders, as ASC MHL makes them of the digests of what lies in them.

Two for each folder: of the content, which survives renaming, and of the structure, which does not. Both hash the
sorted texts' bytes of the folder's children; a structure digest hashes each child's name in front of it first (the
reference implementation's ascmhl/hasher.py, DirectoryHashContext).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from circletake.film.digests import Hasher, digest_bytes


@dataclass(frozen=True, slots=True)
class FolderDigests:
    """Algorithm → digest, of what is in a folder and of how it is called."""

    content: Mapping[str, str]
    structure: Mapping[str, str]


def digest_folders(
    files: Mapping[str, Mapping[str, str]], empty: Iterable[str], algorithms: Iterable[str]
) -> dict[str, FolderDigests]:
    """Path → digests of every file, and the folders that hold none → path → digests of every folder; `.` is the root.

    Every file must have every one of the algorithms.
    """
    algorithms = tuple(algorithms)
    children: dict[PurePosixPath, set[PurePosixPath]] = {PurePosixPath(): set()}
    for path in [*files, *empty]:
        at = PurePosixPath(path)
        if path not in files:
            children.setdefault(at, set())
        for child, parent in zip((at, *at.parents), at.parents, strict=False):
            children.setdefault(parent, set()).add(child)
    found: dict[PurePosixPath, FolderDigests] = {}
    for folder in sorted(children, key=lambda each: len(each.parts), reverse=True):
        content: dict[str, str] = {}
        structure: dict[str, str] = {}
        for algorithm in algorithms:
            contents, structures = [], []
            for child in children[folder]:
                inside = found.get(child)
                below = inside.content[algorithm] if inside else files[str(child)][algorithm]
                shape = inside.structure[algorithm] if inside else below
                contents.append(below)
                structures.append(_digest(algorithm, child.name.encode() + digest_bytes(algorithm, shape)))
            content[algorithm] = _of_all(algorithm, contents)
            structure[algorithm] = _of_all(algorithm, structures)
        found[folder] = FolderDigests(content, structure)
    return {str(folder): digests for folder, digests in found.items()}


def _of_all(algorithm: str, digests: list[str]) -> str:
    return _digest(algorithm, b"".join(digest_bytes(algorithm, digest) for digest in sorted(digests)))


def _digest(algorithm: str, body: bytes) -> str:
    hasher = Hasher((algorithm,))
    hasher.update(body)
    return hasher.digests()[algorithm]
