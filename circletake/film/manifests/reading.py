"""Manifests and chains as bytes → what they say, strictly: one fault and the whole file is refused, with the line.

ASC MHL v2: the schemas that the reference implementation ships (xsd/ASCMHL.xsd, ASCMHLDirectory.xsd); who made it
with what is left to people. Legacy MHL: MediaHashList_v1_1.xsd, and the tags that later tools write beside it. Its
`xxhash64` is the same hash as `xxhash64be` with the bytes turned round (the schema calls it "deprecated, little
endian"); `xxhash` is the 32-bit one, which is not computed here, so it proves nothing.
"""

import re
from pathlib import PurePosixPath
from typing import cast

from circletake.film.digests import Hasher, parse_digest
from circletake.film.manifests.model import Action, ChainLink, Entry, Generation, Reference
from circletake.film.manifests.paths import path_fault
from circletake.film.manifests.xml import Element, Sidecar, local, parse, shown

_V2 = "urn:ASC:MHL:v2.0 "
_CHAIN = "urn:ASC:MHL:DIRECTORY:v2.0 "
_V2_FORMATS = {_V2 + name: name for name in ("c4", "md5", "sha1", "xxh128", "xxh3", "xxh64")}
_V1_FORMATS = {
    "md5": "md5",
    "sha1": "sha1",
    "xxhash64": "xxh64",
    "xxhash64be": "xxh64",
    "xxhash128": "xxh128",
    "xxhash3_64": "xxh3",
    "c4": "c4",
}
#: Known, and nothing to compare with: no digest at all, and xxHash's 32 bits.
_V1_SILENT = {"null", "xxhash"}
_ACTIONS = ("original", "verified", "failed")
_PROCESSES = ("in-place", "transfer", "flatten")
#: Every file is held against every pattern.
_MAX_PATTERNS, _MAX_PATTERN = 256, 1024
_GENERATION_NAME = re.compile(r"(\d{4,9})(?:_.+)?\.mhl", re.DOTALL)


def _v2(*names: str) -> frozenset[str]:
    return frozenset(_V2 + name for name in names)


_V2_SECTIONS = _v2("creatorinfo", "processinfo", "hashes", "metadata", "references")
_V2_CREATOR = _v2("creationdate", "hostname", "tool", "author", "location", "comment")
_V2_PROCESS = _v2("process", "roothash", "ignore")
_V2_HASH = _v2("path", "previousPath", "metadata") | _V2_FORMATS.keys()
_V2_DIRECTORY = _v2("path", "content", "structure", "previousPath", "metadata")
_V1_HASH = frozenset({"file", "size", "creationdate", "lastmodificationdate", "hashdate", *_V1_FORMATS, *_V1_SILENT})
_V1_SECTIONS = frozenset({"creationdate", "creatorinfo", "http://www.w3.org/2000/09/xmldsig# Signature"})


def number_of(name: str) -> int | None:
    """A manifest's path → the number of its generation, None when its name has none."""
    named = _GENERATION_NAME.fullmatch(PurePosixPath(name).name)
    return int(named[1]) if named else None


def read_manifest(name: str, body: bytes) -> Generation:
    """A manifest's path on the card and its bytes → what it says. Raises `Rejected(BAD_SIDECAR)` with the line."""
    return _Manifest(name).read(body)


def read_chain(body: bytes, name: str = "ascmhl_chain.xml") -> tuple[ChainLink, ...]:
    """A chain file → its links, in its order. Raises `Rejected(BAD_SIDECAR)` with the line."""
    sidecar = Sidecar(name)
    root = parse(sidecar, body, lambda _parents, _element: False)
    if root.tag != _CHAIN + "ascmhldirectory":
        raise sidecar.bad(root.line, f"{shown(local(root))} begins no chain of ASC MHL v2")
    sidecar.only(root, frozenset({_CHAIN + "hashlist"}))
    return tuple(_link(sidecar, element) for element in root.children)


def _link(sidecar: Sidecar, element: Element) -> ChainLink:
    sidecar.only(element, frozenset({_CHAIN + "path", _CHAIN + "c4"}))
    number = element.attributes.get("sequencenr", "")
    if not re.fullmatch(r"[0-9]{1,9}", number):
        raise sidecar.bad(element.line, f"{shown(number)} is no number of a generation")
    path, digest = sidecar.one(element, _CHAIN + "path"), sidecar.one(element, _CHAIN + "c4")
    file_name = sidecar.text(path)
    if path_fault(file_name) or "/" in file_name:
        raise sidecar.bad(path.line, f"{shown(file_name)} is no file beside the chain")
    return ChainLink(int(number), file_name, _digest(sidecar, "c4", digest), element.line)


def _digest(sidecar: Sidecar, algorithm: str, element: Element) -> str:
    try:
        return parse_digest(algorithm, sidecar.text(element))
    except ValueError as error:
        raise sidecar.bad(element.line, str(error)) from error


class _Manifest:
    """A manifest while it is read: its entries are made as their elements close."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._sidecar = Sidecar(name)
        self._entries: list[Entry] = []
        self._lines: dict[str, int] = {}

    def read(self, body: bytes) -> Generation:
        root = parse(self._sidecar, body, self._take)
        hasher = Hasher(("sha256", "c4"))
        hasher.update(body)
        itself = hasher.digests()
        version = root.attributes.get("version", "")
        if root.tag == _V2 + "hashlist" and version == "2.0":
            return self._version_2(root, itself)
        if root.tag == "hashlist" and re.fullmatch(r"[01](\.[0-9]+)?", version):
            return self._version_1(root, itself)
        raise self._bad(root.line, f"{shown(local(root))} {shown(version)} begins neither ASC MHL 2.0 nor MHL 1.x")

    def _bad(self, line: int, what: str) -> Exception:
        return self._sidecar.bad(line, what)

    def _take(self, parents: list[Element], element: Element) -> bool:
        if len(parents) == 2 and [each.tag for each in parents] == [_V2 + "hashlist", _V2 + "hashes"]:
            if element.tag == _V2 + "hash":
                self._entries.append(self._entry_2(element))
                return True
            if element.tag == _V2 + "directoryhash":
                self._check_directory(element)
                return True
        if len(parents) == 1 and parents[0].tag == "hashlist" and element.tag == "hash":
            self._entries.append(self._entry_1(element))
            return True
        return False

    def _version_2(self, root: Element, itself: dict[str, str]) -> Generation:
        sidecar = self._sidecar
        sidecar.only(root, _V2_SECTIONS)
        if hashes := sidecar.optional(root, _V2 + "hashes"):
            # What was taken is no longer among them.
            sidecar.only(hashes, frozenset())
        creator, process = sidecar.one(root, _V2 + "creatorinfo"), sidecar.one(root, _V2 + "processinfo")
        sidecar.only(creator, _V2_CREATOR)
        sidecar.only(process, _V2_PROCESS)
        done = sidecar.one(process, _V2 + "process")
        if sidecar.text(done) not in _PROCESSES:
            raise self._bad(done.line, f"{shown(sidecar.text(done))} is no process of ASC MHL")
        if root_hash := sidecar.optional(process, _V2 + "roothash"):
            self._directory_digests(root_hash)
        sidecar.one(creator, _V2 + "tool")
        return Generation(
            number=number_of(self._name) or 0,
            name=self._name,
            kind="ascmhl",
            made_at=sidecar.text(sidecar.one(creator, _V2 + "creationdate")),
            entries=tuple(self._entries),
            ignores=self._ignores(process),
            references=self._references(root),
            sha256=itself["sha256"],
            c4=itself["c4"],
        )

    def _entry_2(self, element: Element) -> Entry:
        sidecar = self._sidecar
        sidecar.only(element, _V2_HASH)
        path = sidecar.one(element, _V2 + "path")
        digests, actions = self._digests(element, _V2_FORMATS)
        previous = sidecar.optional(element, _V2 + "previousPath")
        # What failed in one algorithm is not rescued by another.
        action = next((each for each in ("failed", *_ACTIONS) if each in actions), None)
        return Entry(
            path=self._path(path),
            size_bytes=self._size(path, path.attributes.get("size")),
            digests=digests,
            action=cast("Action | None", action),
            line=element.line,
            previous_path=self._safe(previous) if previous else None,
            modified_at=path.attributes.get("lastmodificationdate"),
        )

    def _digests(self, element: Element, formats: dict[str, str]) -> tuple[dict[str, str], set[str]]:
        digests: dict[str, str] = {}
        actions: set[str] = set()
        for child in element.children:
            algorithm = formats.get(child.tag)
            if algorithm is None:
                continue
            digest = _digest(self._sidecar, algorithm, child)
            if child.tag == "xxhash64":
                digest = bytes.fromhex(digest)[::-1].hex()
            if digests.setdefault(algorithm, digest) != digest:
                raise self._bad(child.line, f"a second, different {algorithm} for the same file")
            action = child.attributes.get("action")
            if action is not None and action not in _ACTIONS:
                raise self._bad(child.line, f"{shown(action)} is no action of ASC MHL")
            actions.update({action} if action else ())
        return digests, actions

    def _check_directory(self, element: Element) -> None:
        self._sidecar.only(element, _V2_DIRECTORY)
        self._directory_digests(element)
        self._path(self._sidecar.one(element, _V2 + "path"), folder=True)

    def _directory_digests(self, element: Element) -> None:
        for part in ("content", "structure"):
            digests = self._sidecar.one(element, _V2 + part)
            self._sidecar.only(digests, frozenset(_V2_FORMATS))
            self._digests(digests, _V2_FORMATS)

    def _path(self, element: Element, *, folder: bool = False) -> str:
        path = self._safe(element, folder=folder)
        if path in self._lines:
            raise self._bad(element.line, f"{shown(path)} is listed a second time, first on line {self._lines[path]}")
        self._lines[path] = element.line
        return path

    def _safe(self, element: Element, *, folder: bool = False) -> str:
        path = self._sidecar.text(element)
        if folder:
            path = path.removesuffix("/")
        if fault := path_fault(path):
            raise self._bad(element.line, f"{fault}: {shown(path)}")
        return path

    def _size(self, element: Element, text: str | None) -> int | None:
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,18}", text):
            raise self._bad(element.line, f"{shown(text)} is no size of a file")
        return int(text)

    def _ignores(self, process: Element) -> tuple[str, ...]:
        ignore = self._sidecar.optional(process, _V2 + "ignore")
        if ignore is None:
            return ()
        self._sidecar.only(ignore, _v2("pattern"))
        patterns = tuple(self._sidecar.text(pattern) for pattern in ignore.children)
        if len(patterns) > _MAX_PATTERNS or any(len(pattern) > _MAX_PATTERN for pattern in patterns):
            raise self._bad(ignore.line, f"more than {_MAX_PATTERNS} patterns, or one longer than {_MAX_PATTERN}")
        return patterns

    def _references(self, root: Element) -> tuple[Reference, ...]:
        section = self._sidecar.optional(root, _V2 + "references")
        if section is None:
            return ()
        self._sidecar.only(section, _v2("hashlistreference"))
        found = []
        for element in section.children:
            self._sidecar.only(element, _v2("path", "c4"))
            digest = self._sidecar.one(element, _V2 + "c4")
            path = self._safe(self._sidecar.one(element, _V2 + "path"))
            found.append(Reference(path, _digest(self._sidecar, "c4", digest), element.line))
        return tuple(found)

    def _version_1(self, root: Element, itself: dict[str, str]) -> Generation:
        sidecar = self._sidecar
        sidecar.only(root, _V1_SECTIONS)
        creator = sidecar.one(root, "creatorinfo")
        said = {child.tag: "".join(child.pieces).strip() for child in creator.children}
        return Generation(
            number=1,
            name=self._name,
            kind="mhl1",
            made_at=said.get("finishdate") or said.get("startdate") or "",
            entries=tuple(self._entries),
            ignores=(),
            references=(),
            sha256=itself["sha256"],
            c4=itself["c4"],
        )

    def _entry_1(self, element: Element) -> Entry:
        sidecar = self._sidecar
        sidecar.only(element, _V1_HASH)
        size = sidecar.optional(element, "size")
        modified = sidecar.optional(element, "lastmodificationdate")
        return Entry(
            path=self._path(sidecar.one(element, "file")),
            size_bytes=self._size(size, sidecar.text(size)) if size else None,
            digests=self._digests(element, _V1_FORMATS)[0],
            line=element.line,
            modified_at=sidecar.text(modified) if modified else None,
        )
