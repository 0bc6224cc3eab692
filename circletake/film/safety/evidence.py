"""What is known of a card, as the verdict takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from circletake.contracts.cards import Act, AddedCopy, CardCode, Deed, Policy
from circletake.contracts.errors import Verdict
from circletake.contracts.files import NOTES, DamagedCopy, FileKind, Offload, Origin, State
from circletake.film.digests import compare
from circletake.film.manifests import FOLDER, Expected, Generation, History, expected, is_ignored
from circletake.film.naming import classify


@dataclass(frozen=True)
class StoredFile:
    """The version of a file that lies in the bucket now. `digests` are those that S3 keeps or that we read."""

    path: str
    version: str
    size_bytes: int
    digests: Mapping[str, str]


@dataclass(frozen=True)
class StoredClip:
    """A clip made of the versions that lie in the bucket now."""

    path: str
    title: str
    version: str
    state: State
    verdict: Verdict | None
    #: The versions of the files that it is made of.
    of: frozenset[str]


@dataclass(frozen=True)
class ReadBack:
    """A copy that a person has added, and the manifest that came of reading it back; or why that cannot be read."""

    added: AddedCopy
    at: str
    manifest: Generation | Verdict


@dataclass(frozen=True)
class Evidence:
    """Everything that bears on one insertion of a card.

    `received` holds (path, S3's version) of everything that ever arrived. `settled`: nothing more is expected to.
    `manifest_digests`: path → SHA-256 of the manifest's bytes. `cloud` names the bucket as a volume; `now` is when it
    was looked at.
    """

    offload: str
    cloud: str
    now: str
    files: Sequence[StoredFile]
    received: frozenset[tuple[str, str]] = frozenset()
    record: Offload | None = None
    #: What is wrong with the record or a manifest before it can even be read, by path.
    faults: Sequence[tuple[str, Verdict]] = ()
    settled: bool = False
    manifest_digests: Mapping[str, str] = field(default_factory=dict)
    histories: Sequence[History] = ()
    clips: Sequence[StoredClip] = ()
    acts: Sequence[Act] = ()
    read_back: Sequence[ReadBack] = ()
    damaged: Sequence[DamagedCopy] = ()
    policy: Policy = field(default_factory=Policy)

    @cached_property
    def stored(self) -> dict[str, StoredFile]:
        """The card's own files that are in the bucket, by path: without the manifests and notes that describe it."""
        return {
            file.path: self._bound(file)
            for file in self.files
            if file.path in self.manifested or is_of_the_card(file.path)
        }

    @cached_property
    def listed(self) -> dict[str, Expected]:
        """What must be there, by path. A manifest goes before what the uploader read by itself.

        Where no manifest speaks, in folders that none describes, the word of an uploader that read the card counts.
        """
        if self.record is None:
            return self.manifested
        roots = [history.root for history in self.histories if history.generations]
        read = self.record.files if not roots or self.record.origin is Origin.CARD else ()
        counted = {
            file.path: Expected(
                path=file.path, digests=file.digests, size_bytes=file.size_bytes, failed=False, generation=1
            )
            for file in read
            if is_of_the_card(file.path) and not any(_is_below(file.path, root) for root in roots)
        }
        return {**counted, **self.manifested}

    @cached_property
    def manifested(self) -> dict[str, Expected]:
        """What the manifests list, by path on the card; a manifest that lies among the footage like any other file."""
        vouched = self.record.manifest_sha256 if self.record and self.record.origin is Origin.CARD else None
        entries = expected(self.histories, vouched=(vouched,) if vouched else ())
        return {path: entry for path, entry in entries.items() if not _is_about_the_card(path)}

    @cached_property
    def still_coming(self) -> list[str]:
        """Paths of which the very version that the uploader counted has not arrived."""
        counted = self.record.files if self.record else ()
        return [file.path for file in counted if (file.path, file.s3_version) not in self.received]

    @property
    def finished(self) -> bool:
        """Whether the upload has come to its end: what is not there now will not come by itself."""
        return self.settled if self.record is None else not self.still_coming

    def may_be_left_out(self, path: str) -> bool:
        """Whether the manifest itself says that it does not speak of this path."""
        return is_ignored(self.histories, path)

    def is_closed(self, code: CardCode, path: str | None, about: str | None, deed: Deed) -> bool:
        """Whether a named person has answered for this, and for no other version of it."""
        return any(act.deed is deed and (act.code, act.path, act.about) == (code, path, about) for act in self.acts)

    def _bound(self, file: StoredFile) -> StoredFile:
        """What the uploader read holds for the object when both agree on a digest that S3 itself keeps.

        The uploader computed all of its digests over the same bytes in one read: a CRC of a file in parts, an XXH64
        of one sent whole, and the manifest's own. So the one that S3 confirms binds the others.
        """
        read = self._read_by_uploader.get(file.path, {})
        if compare(read, file.digests) is not True:
            return file
        return StoredFile(file.path, file.version, file.size_bytes, {**read, **file.digests})

    @cached_property
    def _read_by_uploader(self) -> dict[str, Mapping[str, str]]:
        return {file.path: file.digests for file in self.record.files} if self.record else {}


def is_of_the_card(path: str) -> bool:
    """Whether a path is footage or its company, and not a manifest or a note about it."""
    return classify(path) not in (FileKind.MANIFEST, FileKind.COMPLETION) and not _is_about_the_card(path)


def _is_about_the_card(path: str) -> bool:
    """Whether it is a manifest where only the manifests of a card lie, or a note of ours."""
    parts = path.split("/")
    in_place = len(parts) > 1 and parts[-2] == FOLDER
    return path.startswith(f"{NOTES}/") or (in_place and classify(path) is FileKind.MANIFEST)


def _is_below(path: str, root: str) -> bool:
    return not root or path.startswith(f"{root}/")
