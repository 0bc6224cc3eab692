"""The manifests that lie with the footage, held against the bytes as they are read."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from circletake.contracts.files import FileKind, Origin
from circletake.film.digests import NOT_COMPUTED, compare
from circletake.film.manifests import Expected, assemble, expected
from circletake.film.naming import classify
from circletake.transfer.listing import CardFile
from circletake.transfer.provenance import Provenance

#: Always taken: S3 verifies it of what is sent whole, and it is the usual word of a manifest.
BASE = "xxh64"
LACKING = "The manifest lists it, and it is not here."
_NOT_THE_MANIFEST = "This is not the manifest any more that was made while the card was read."


def read_manifests(root: Path, files: Iterable[CardFile], max_bytes: int) -> dict[str, bytes]:
    """Files of a card → the bytes of its manifests. One that cannot be read is said when its turn comes to be sent."""
    found = {}
    for file in files:
        if classify(file.path) is FileKind.MANIFEST and file.size_bytes <= max_bytes:
            try:
                content = (root / file.path).read_bytes()
            except OSError:
                continue
            if len(content) == file.size_bytes:
                found[file.path] = content
    return found


class Comparison:
    """What the manifests say of each file. Without a manifest it has nothing to say."""

    def __init__(self, manifests: Mapping[str, bytes], provenance: Provenance) -> None:
        histories, made = assemble(manifests), provenance.manifest_sha256
        vouched = {made} if made and provenance.origin is Origin.CARD else set()
        self._expected = expected(histories, vouched=vouched)
        self._findings = [(each.path, each.verdict.sentence) for history in histories for each in history.findings]
        #: What the manifest alone says that was made while the card was read; None where there was none.
        self._card: dict[str, Expected] | None = None
        self._lost: str | None = None
        if provenance.manifest:
            body = manifests.get(provenance.manifest)
            if body is not None and hashlib.sha256(body).hexdigest() == made:
                self._card = expected(assemble({provenance.manifest: body}), vouched=vouched)
            else:
                self._lost, self._card = provenance.manifest, {}
                self._findings.append((provenance.manifest, _NOT_THE_MANIFEST))

    def algorithms(self, path: str) -> tuple[str, ...]:
        """A file → what to compute of it, so that it can be compared."""
        known = (self._expected.get(path), (self._card or {}).get(path))
        names = {name for each in known if each for name in each.digests}
        return (BASE, *sorted(names - {BASE, *NOT_COMPUTED}))

    def objection(self, path: str, size_bytes: int, digests: Mapping[str, str]) -> str | None:
        """What was read of a file → in what it is not as its manifest says, or None."""
        return _difference(self._expected.get(path), size_bytes, digests)

    def damage(self, path: str, size_bytes: int, digests: Mapping[str, str]) -> str | None:
        """What was read of a file of our own offload's copy → in what it is not what was on the card, or None."""
        if path == self._lost:
            return _NOT_THE_MANIFEST
        return _difference((self._card or {}).get(path), size_bytes, digests)

    def refusal(self, path: str, size_bytes: int, digests: Mapping[str, str]) -> str | None:
        """Why a copy of our own offload must not mend this file in the bucket, or None."""
        if self._card is None:
            return None
        if self._lost and path != self._lost:
            return f"Nothing proves these bytes: {self._lost} is not what was made while the card was read."
        return self.damage(path, size_bytes, digests) or dict(self._findings).get(path)

    @property
    def knows_the_card(self) -> bool:
        """Whether this is a copy of our own offload, which says what was on the card."""
        return self._card is not None

    def lacking(self, paths: Collection[str]) -> Iterator[str]:
        """What was on the card, and is not on this copy."""
        yield from sorted((self._card or {}).keys() - set(paths))

    def general(self, paths: Collection[str]) -> Iterator[tuple[str, str]]:
        """What is wrong with the manifests themselves, and what they list that is not here."""
        yield from self._findings
        for path in sorted(self._expected.keys() - set(paths)):
            yield path, LACKING


def _difference(known: Expected | None, size_bytes: int, digests: Mapping[str, str]) -> str | None:
    if known is None:
        return None
    if known.size_bytes is not None and known.size_bytes != size_bytes:
        here = f"{size_bytes:,} byte{'' if size_bytes == 1 else 's'}"
        return f"It has {here} here; the manifest says {known.size_bytes:,}."
    if compare(known.digests, digests) is False:
        return "Its bytes are not those that the manifest lists."
    return "The manifest says that this copy differed from the card when it was verified." if known.failed else None
