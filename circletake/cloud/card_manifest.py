"""A further MHL generation, written by us: what was found of every file in the bucket, to go with any later copy."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath

from circletake.cloud.card_evidence import Gathering, RollRows, read_roll
from circletake.cloud.catalogue import Catalogue, Row
from circletake.cloud.objects import Objects
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import RollRef, parse_ingest_key
from circletake.contracts.media import OutputManifest
from circletake.contracts.version import VERSION
from circletake.film.digests import compare
from circletake.film.manifests import (
    CHAIN,
    DEFAULT_IGNORES,
    FOLDER,
    ChainLink,
    Derived,
    Entry,
    History,
    Reference,
    generation_name,
    link_to,
    path_fault,
    write_chain,
    write_generation,
)
from circletake.film.safety.evidence import Evidence, StoredFile

#: What ASC MHL can carry; S3's own CRC is none of them.
_CARRIED = frozenset({"c4", "md5", "sha1", "sha512", "xxh128", "xxh3", "xxh64"})


def next_generation(
    catalogue: Catalogue, objects: Objects, bucket: str, roll: RollRef, offload: str, *, now: datetime
) -> list[tuple[str, bytes]]:
    """One insertion of a roll's card → its `ascmhl` folder with a new manifest in it, by path on the card.

    That is every generation before it, and the chain that knows them all. Files whose bytes nobody has compared yet
    are left out, and so are those that no manifest lists: our word would be taken for the card's. Proxies stand in the
    metadata as derived, so that nobody who verifies the card misses them. Raises `LookupError` where there is no such
    insertion.
    """
    rows = read_roll(catalogue, roll)
    if offload not in rows.files:
        raise LookupError(offload)
    gathering = Gathering(objects, bucket)
    evidence = gathering.gather(rows, offload, now=now.isoformat())
    bodies = gathering.read_manifests(rows, offload)
    # A card may hold histories of its folders; the outermost is the card's own. Legacy manifests have no chain.
    chained = [history for history in map(_chained, evidence.histories) if history.generations]
    top = min(chained, key=lambda history: len(history.root), default=History("", (), ()))
    nested = [history for history in chained if history is not top]
    number = len(top.generations) + 1
    body = write_generation(
        _entries(evidence, top, nested),
        made_at=now,
        process="in-place",
        hostname=socket.gethostname(),
        version=VERSION,
        ignores=top.generations[-1].ignores if top.generations else DEFAULT_IGNORES,
        comment=f"Read back from the cloud copy of roll {roll.roll}, {roll.production} {roll.day}",
        references=[_reference(top, history) for history in nested],
        derived=_derived(rows, offload),
    )
    name = generation_name(number, roll.roll, now)
    known = [
        ChainLink(generation.number, PurePosixPath(generation.name).name, generation.c4)
        for generation in top.generations
    ]
    folder = _within(top.root, FOLDER)
    chain = write_chain([*known, link_to(number, name, body)])
    before = [(generation.name, bodies[generation.name]) for generation in top.generations]
    return [*before, (f"{folder}/{name}", body), (f"{folder}/{CHAIN}", chain)]


def _chained(history: History) -> History:
    return replace(history, generations=tuple(each for each in history.generations if each.kind == "ascmhl"))


def _entries(evidence: Evidence, top: History, nested: list[History]) -> Iterator[Entry]:
    roots = [f"{history.root}/" for history in nested]
    for path, file in evidence.stored.items():
        below = path.removeprefix(f"{top.root}/") if top.root else path
        outside = bool(top.root) and below == path
        elsewhere = outside or any(path.startswith(root) for root in roots)
        # A name that XML cannot carry stands in no manifest; the verdict speaks of it by its path.
        if elsewhere or evidence.may_be_left_out(path) or path_fault(below):
            continue
        if entry := _entry(evidence, path, below, file):
            yield entry


def _entry(evidence: Evidence, path: str, below: str, file: StoredFile) -> Entry | None:
    digests = {name: digest for name, digest in file.digests.items() if name in _CARRIED}
    listed = evidence.manifested.get(path)
    if not digests:
        return None
    if listed is None:
        return None if evidence.manifested else Entry(below, file.size_bytes, digests, "original")
    same = compare(listed.digests, file.digests)
    if same is None:
        return None
    return Entry(below, file.size_bytes, digests, "verified" if same and not listed.failed else "failed")


def _reference(top: History, history: History) -> Reference:
    newest = history.generations[-1]
    return Reference(newest.name.removeprefix(f"{top.root}/") if top.root else newest.name, newest.c4)


def _derived(rows: RollRows, offload: str) -> Iterator[Derived]:
    for clip in rows.clips.get(offload, ()):
        yield from _made_from(clip)


def _made_from(clip: Row) -> Iterator[Derived]:
    if "media" not in clip:
        return
    media = OutputManifest.model_validate_json(clip["media"])
    source = parse_ingest_key(SourceFile.model_validate(json.loads(clip["spans"])[0], extra="ignore").key).path
    for output in media.outputs if not path_fault(source) else ():
        yield Derived(media.prefix + output.name, source, output.media_type)


def _within(root: str, path: str) -> str:
    return f"{root}/{path}" if root else path
