"""Evidence made up for tests: a card of some files, uploaded whole, with the record of an offload."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from circletake.contracts.cards import Copy, VolumeKind
from circletake.contracts.errors import Code, Verdict
from circletake.contracts.files import FileKind, Offload, OffloadedFile, Origin, State
from circletake.film.digests import Hasher
from circletake.film.manifests import Entry, assemble, generation_name, link_to, write_chain, write_generation
from circletake.film.naming import classify
from circletake.film.safety.evidence import Evidence, StoredClip, StoredFile

AT = datetime(2026, 9, 30, 8, 46, 50, tzinfo=UTC)
NOW = "2026-09-30T12:00:00+00:00"
CARD = {
    "Clips/A001C001.mov": b"one" * 100,
    "Clips/A001C002.mov": b"two" * 100,
    "A001.xml": b"<x/>",
}
SHUTTLE = Copy(volume="SHUTTLE_07", kind=VolumeKind.DISK, serial="S7", read_back_at=NOW, files=3, bytes=604)


def digests(body: bytes, *algorithms: str) -> dict[str, str]:
    hasher = Hasher(algorithms or ("xxh64",))
    hasher.update(body)
    return hasher.digests()


def manifests(card: Mapping[str, bytes], *algorithms: str, hostname: str = "cart") -> dict[str, bytes]:
    """A card → the manifest made while reading it, and its chain, by path on the card."""
    entries = [Entry(path, len(body), digests(body, *algorithms), "original") for path, body in card.items()]
    body = write_generation(entries, made_at=AT, process="transfer", hostname=hostname, version="0")
    name = generation_name(1, "A001", AT)
    return {f"ascmhl/{name}": body, "ascmhl/ascmhl_chain.xml": write_chain([link_to(1, name, body)])}


def record(files: Mapping[str, bytes], **changes: Any) -> Offload:
    """Files as they were sent → the uploader's completion record."""
    sent = tuple(
        OffloadedFile(path=path, size_bytes=len(body), s3_version="v1", digests=digests(body))
        for path, body in files.items()
    )
    of_the_card = [path for path in files if not path.startswith("ascmhl/")]
    shuttle = SHUTTLE.model_copy(update={"files": len(of_the_card)})
    made = Offload(offload="o-1", files=sent, origin=Origin.CARD, copies=(shuttle,))
    return made.model_copy(update=changes)


def stored(files: Mapping[str, bytes], *algorithms: str) -> list[StoredFile]:
    return [StoredFile(path, f"of {path}", len(body), digests(body, *algorithms)) for path, body in files.items()]


def clip(path: str, state: State = State.DELIVERED, code: Code | None = None) -> StoredClip:
    verdict = Verdict(code=code, sentence="It is so.", next_step="Do that.") if code else None
    return StoredClip(path, path, "1" * 20, state, verdict, frozenset({f"of {path}"}))


def evidence(
    card: Mapping[str, bytes] = CARD, *, arrived: Mapping[str, bytes] | None = None, **changes: Any
) -> Evidence:
    """A card, and what of it arrived in the bucket → the evidence; everything else is as it must be."""
    files = card if arrived is None else arrived
    listed = manifests(card)
    recordings = (FileKind.ORIGINAL, FileKind.SPAN)
    clips: Sequence[StoredClip] = [clip(path) for path in files if classify(path) in recordings]
    made = Evidence(
        offload="o-1",
        cloud="s3://ingest",
        now=NOW,
        files=[*stored(files), *stored(listed)],
        received=frozenset((path, "v1") for path in (*files, *listed)),
        record=record({**files, **listed}),
        histories=assemble(listed),
        clips=clips,
    )
    return replace(made, **changes)
