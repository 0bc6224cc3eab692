"""Verified copies → their manifest, its chain, and the report that says the offload is complete, in this order.

A manifest is never changed once it is there. A run that was killed between two volumes leaves one with it and one
without: the second gets the bytes of the first, so they are the same on all. A later run that could read files which
this one could not adds a generation, and so does one for which files of the card had changed: such a file is
`original` once more, and its earlier digest stays in the earlier generation. What a killed run left outside the chain
was not said yet, and goes.
"""

import hashlib
import platform
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from circletake.contracts.errors import Rejected
from circletake.contracts.version import VERSION
from circletake.film.digests import compare
from circletake.film.manifests import (
    CHAIN,
    FOLDER,
    ChainLink,
    Entry,
    generation_name,
    link_to,
    path_fault,
    read_chain,
    read_manifest,
    write_chain,
    write_generation,
)
from circletake.transfer.folders import Folder
from circletake.transfer.listing import Card
from circletake.transfer.refusing import Refused


@dataclass(frozen=True)
class Manifest:
    """All that `ascmhl/` holds: names and bytes of the generations, in order."""

    generations: tuple[tuple[str, bytes], ...] = ()

    @property
    def path(self) -> str:
        """The newest generation, which lists every file."""
        return f"{FOLDER}/{self.generations[-1][0]}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.generations[-1][1]).hexdigest()


def agree(
    sealed: Sequence[Manifest],
    card: Card,
    digests: Mapping[int, str],
    changed: Collection[str],
    algorithm: str,
    roll: str,
) -> Manifest:
    """What copies carry already, what each file's bytes were on the card, and which files were others in an earlier
    listing of it → the manifest that all shall carry.
    """
    manifest = max(sealed, key=lambda each: len(each.generations), default=Manifest())
    for other in sealed:
        if other.generations != manifest.generations[: len(other.generations)]:
            raise Refused("Two of these copies carry different manifests: they were completed apart from each other.")
    before = {entry.path: entry for name, body in manifest.generations for entry in _entries(name, body)}
    entries = [
        Entry(
            path=card.files[number].path,
            size_bytes=card.files[number].size_bytes,
            digests={algorithm: digest},
            action="verified" if _agrees(before, card.files[number].path, algorithm, digest) else "original",
            modified_at=_iso(card.files[number].mtime_ns),
        )
        for number, digest in sorted(digests.items())
        if path_fault(card.files[number].path) is None
    ]
    for entry in entries:
        if entry.path in before and entry.action != "verified" and entry.path not in changed:
            raise Refused(f"The manifest on a copy says something else of {entry.path} than its journal does.")
    if manifest.generations and all(entry.action == "verified" for entry in entries):
        return manifest
    made_at, number = datetime.now(UTC), len(manifest.generations) + 1
    body = write_generation(
        entries,
        made_at=made_at,
        process="transfer",
        hostname=platform.node() or "unknown",
        version=VERSION,
        comment="Digests made while reading the card.",
        empty_folders=_empty_folders(card),
    )
    return replace(manifest, generations=(*manifest.generations, (generation_name(number, roll, made_at), body)))


def read_sealed(folder: Folder) -> Manifest:
    """A copy → what its chain knows. Manifests that it does not know were left by a killed run, and are removed."""
    chain = folder.read(f"{FOLDER}/{CHAIN}") if folder.stat(FOLDER) else None
    links = _links(chain) if chain else ()
    known = [link.name for link in links]
    for name in folder.names(FOLDER) if folder.stat(FOLDER) else []:
        if name.endswith((".mhl", ".new")) and name not in known:
            folder.remove(f"{FOLDER}/{name}")
    bodies = [(name, folder.read(f"{FOLDER}/{name}")) for name in known]
    lost = [name for name, body in bodies if body is None]
    if lost:
        raise Refused(f"{folder.path / FOLDER} lacks {lost[0]}, which its chain names. Offload into an empty folder.")
    for link, (name, body) in zip(links, bodies, strict=True):
        if body is not None and link_to(link.number, name, body).c4 != link.c4:
            raise Refused(
                f"{folder.path / FOLDER / name} was changed after it was written. Offload into an empty folder."
            )
    return Manifest(tuple((name, body) for name, body in bodies if body is not None))


def write_sealed(folder: Folder, manifest: Manifest) -> None:
    """The manifest on a copy: generations first, then the chain that knows them."""
    for name, body in manifest.generations:
        if folder.read(f"{FOLDER}/{name}") != body:
            folder.write_whole(f"{FOLDER}/{name}", body)
    links = [link_to(number, name, body) for number, (name, body) in enumerate(manifest.generations, start=1)]
    chain = write_chain(links)
    if folder.read(f"{FOLDER}/{CHAIN}") != chain:
        folder.write_whole(f"{FOLDER}/{CHAIN}", chain)


def _agrees(before: Mapping[str, Entry], path: str, algorithm: str, digest: str) -> bool:
    return path in before and compare(before[path].digests, {algorithm: digest}) is True


def _entries(name: str, body: bytes) -> tuple[Entry, ...]:
    try:
        return read_manifest(f"{FOLDER}/{name}", body).entries
    except Rejected as rejected:
        raise Refused(f"The manifest on a copy was changed. {rejected.verdict.sentence}") from rejected


def _links(chain: bytes) -> tuple[ChainLink, ...]:
    try:
        return read_chain(chain)
    except Rejected as rejected:
        raise Refused(f"The chain on a copy was changed. {rejected.verdict.sentence}") from rejected


def _empty_folders(card: Card) -> list[str]:
    above = {path.rpartition("/")[0] for path in (*card.directories, *(file.path for file in card.files))}
    return [path for path in card.directories if path not in above and path_fault(path) is None]


def _iso(mtime_ns: int) -> str | None:
    """A file's time → ISO 8601; None beyond the years that it can write."""
    try:
        return datetime.fromtimestamp(mtime_ns // 1_000_000_000, UTC).isoformat()
    except (ValueError, OverflowError):
        return None
