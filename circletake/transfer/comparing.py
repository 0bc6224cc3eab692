"""The manifests that lie with the footage, held against the bytes as they are read."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from circletake.contracts.files import FileKind
from circletake.film.digests import compare
from circletake.film.manifests import assemble, expected
from circletake.film.naming import classify
from circletake.transfer.listing import CardFile
from circletake.transfer.provenance import Provenance

#: Always taken: S3 verifies it of what is sent whole, and it is the usual word of a manifest.
BASE = "xxh64"
#: Stated by S3 alone, and no hash of ours.
_NOT_COMPUTED = {"crc64nvme"}


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
        histories = assemble(manifests)
        self._expected = expected(histories)
        self._findings = [(each.path, each.verdict.sentence) for history in histories for each in history.findings]
        made = manifests.get(provenance.manifest or "")
        if provenance.manifest and (made is None or hashlib.sha256(made).hexdigest() != provenance.manifest_sha256):
            sentence = "This is not the manifest any more that was made while the card was read."
            self._findings.append((provenance.manifest, sentence))

    def algorithms(self, path: str) -> tuple[str, ...]:
        """A file → what to compute of it, so that it can be compared."""
        known = self._expected.get(path)
        return (BASE, *(name for name in (known.digests if known else ()) if name not in {BASE, *_NOT_COMPUTED}))

    def objection(self, path: str, size_bytes: int, digests: Mapping[str, str]) -> str | None:
        """What was read of a file → in what it is not as its manifest says, or None."""
        known = self._expected.get(path)
        if known is None:
            return None
        if known.size_bytes is not None and known.size_bytes != size_bytes:
            return f"It has {size_bytes:,} bytes here; the manifest says {known.size_bytes:,}."
        if compare(known.digests, digests) is False:
            return "Its bytes are not those that the manifest lists."
        return "The manifest says that this copy differed from the card when it was verified." if known.failed else None

    def general(self, paths: Collection[str]) -> Iterator[tuple[str, str]]:
        """What is wrong with the manifests themselves, and what they list that is not here."""
        yield from self._findings
        for path in sorted(self._expected.keys() - set(paths)):
            yield path, "The manifest lists it, and it is not here."
