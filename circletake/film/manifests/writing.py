"""A generation and its chain, as bytes that the reference implementation accepts. Pure: the times are given.

The reference implementation writes into a folder only, and needs lxml; this runs where neither is. What it writes
holds to ASCMHL.xsd and ASCMHLDirectory.xsd, and is loaded and verified by `ascmhl` in the tests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from circletake.contracts.errors import Code, Rejected
from circletake.film.digests import Hasher, c4
from circletake.film.manifests.directories import FolderDigests, digest_folders
from circletake.film.manifests.ignoring import DEFAULT_IGNORES
from circletake.film.manifests.model import ChainLink, Entry, Reference
from circletake.film.manifests.paths import NOT_IN_XML, path_fault

#: In the order in which the schema has them.
_FORMATS = ("c4", "md5", "sha1", "xxh128", "xxh3", "xxh64")
_DERIVED = "urn:circletake:derived:1"


@dataclass(frozen=True, slots=True)
class Derived:
    """A file that was made from the card and is not of it: a proxy, an AI element. It stands in the metadata, so that
    nobody who verifies the card misses it.
    """

    path: str
    #: The path of the original.
    made_from: str
    what: str


def generation_name(number: int, roll: str, made_at: datetime) -> str:
    """`0001_A001_2026-09-30_084650Z.mhl`, as the reference implementation calls them."""
    return f"{number:04}_{roll}_{made_at.astimezone(UTC):%Y-%m-%d_%H%M%SZ}.mhl"


def link_to(number: int, name: str, body: bytes) -> ChainLink:
    """A manifest that was written → the link by which its chain will know it."""
    hasher = Hasher(("c4",))
    hasher.update(body)
    return ChainLink(number, name, hasher.digests()["c4"])


def write_generation(
    entries: Iterable[Entry],
    *,
    made_at: datetime,
    process: Literal["transfer", "in-place"],
    hostname: str,
    version: str,
    author: str = "",
    role: str = "",
    comment: str = "",
    ignores: Sequence[str] = DEFAULT_IGNORES,
    empty_folders: Iterable[str] = (),
    references: Iterable[Reference] = (),
    derived: Iterable[Derived] = (),
) -> bytes:
    """Entries, their paths relative to the folder that is described → a manifest of ASC MHL v2.

    SHA-512 is written as the C4 id that it is; SHA-256 and CRC-64 have no place in ASC MHL and are left out. Folders
    get digests of every algorithm that all the files have. Raises `Rejected(BAD_NAME)` for a path that no manifest
    can list (see `path_fault`), and `ValueError` for a file without a digest, or twice there.
    """
    files: dict[str, tuple[Entry, dict[str, str]]] = {}
    for entry in sorted(entries, key=lambda entry: entry.path):
        if entry.path in files:
            raise ValueError(f"{entry.path!r} is there twice")
        files[entry.path] = _writable(entry)
    folders = list(dict.fromkeys(empty_folders))
    for path in (*files, *folders):
        _refuse(path)
    shared = [name for name in _FORMATS if files and all(name in digests for _, digests in files.values())]
    digested = digest_folders({path: digests for path, (_, digests) in files.items()}, folders, shared)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">']
    lines += ["  <creatorinfo>", f"    <creationdate>{_moment(made_at)}</creationdate>"]
    lines += [f"    <hostname>{_text(hostname)}</hostname>", f"    <tool version={_value(version)}>circletake</tool>"]
    if author:
        lines.append(f"    <author{f' role={_value(role)}' if role else ''}>{_text(author)}</author>")
    if comment:
        lines.append(f"    <comment>{_text(comment)}</comment>")
    lines += ["  </creatorinfo>", "  <processinfo>", f"    <process>{process}</process>"]
    if shared:
        lines += ["    <roothash>", *_folder(digested.pop("."), "      "), "    </roothash>"]
    if ignores:
        lines += ["    <ignore>", *(f"      <pattern>{_text(each)}</pattern>" for each in ignores), "    </ignore>"]
    lines.append("  </processinfo>")
    hashes = [line for entry, digests in files.values() for line in _file(entry, digests)]
    for path, digests in sorted(digested.items()) if shared else ():
        hashes += ["    <directoryhash>", f"      <path>{_text(path)}</path>", *_folder(digests, "      ")]
        hashes.append("    </directoryhash>")
    if hashes:
        lines += ["  <hashes>", *hashes, "  </hashes>"]
    made = [
        f"    <derived path={_value(each.path)} made-from={_value(each.made_from)} what={_value(each.what)}/>"
        for each in derived
    ]
    if made:
        # The manifest's own names mean nothing in there.
        lines += ["  <metadata>", f'    <outputs xmlns="{_DERIVED}">', *(f"  {line}" for line in made)]
        lines += ["    </outputs>", "  </metadata>"]
    nested = [
        f"    <hashlistreference>\n      <path>{_text(each.path)}</path>\n      <c4>{each.c4}</c4>\n"
        "    </hashlistreference>"
        for each in references
    ]
    if nested:
        lines += ["  <references>", *nested, "  </references>"]
    return "\n".join([*lines, "</hashlist>", ""]).encode()


def write_chain(links: Iterable[ChainLink]) -> bytes:
    """Every link so far, and the new one → the chain file."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<ascmhldirectory xmlns="urn:ASC:MHL:DIRECTORY:v2.0">']
    for link in links:
        lines += [f'  <hashlist sequencenr="{link.number}">', f"    <path>{_text(link.name)}</path>"]
        lines += [f"    <c4>{link.c4}</c4>", "  </hashlist>"]
    return "\n".join([*lines, "</ascmhldirectory>", ""]).encode()


def _writable(entry: Entry) -> tuple[Entry, dict[str, str]]:
    digests = dict(entry.digests)
    if "sha512" in digests:
        digests.setdefault("c4", c4(digests["sha512"]))
    known = {name: digests[name] for name in _FORMATS if name in digests}
    if not known:
        raise ValueError(f"{entry.path!r} has no digest that ASC MHL knows, only {sorted(entry.digests)}")
    return entry, known


def _refuse(path: str) -> None:
    if fault := path_fault(path):
        raise Rejected(
            Code.BAD_NAME,
            f"No manifest can list {path!r}: {fault}.",
            "Save this file under another name by hand, and note it in the camera report.",
        )


def _file(entry: Entry, digests: Mapping[str, str]) -> list[str]:
    size = f' size="{entry.size_bytes}"' if entry.size_bytes is not None else ""
    modified = f" lastmodificationdate={_value(entry.modified_at)}" if entry.modified_at else ""
    said = f' action="{entry.action}"' if entry.action else ""
    lines = ["    <hash>", f"      <path{size}{modified}>{_text(entry.path)}</path>"]
    lines += [f"      <{name}{said}>{digest}</{name}>" for name, digest in digests.items()]
    if entry.previous_path:
        lines.append(f"      <previousPath>{_text(entry.previous_path)}</previousPath>")
    return [*lines, "    </hash>"]


def _folder(digests: FolderDigests, indent: str) -> list[str]:
    lines = []
    for part, found in (("content", digests.content), ("structure", digests.structure)):
        inside = [f"{indent}  <{name}>{digest}</{name}>" for name, digest in found.items()]
        lines += [f"{indent}<{part}>", *inside, f"{indent}</{part}>"]
    return lines


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} says no time zone")
    return at.replace(microsecond=0).isoformat()


def _text(value: str) -> str:
    return escape(_carried(value))


def _value(value: str) -> str:
    return quoteattr(_carried(value))


def _carried(value: str) -> str:
    if NOT_IN_XML.search(value):
        raise ValueError(f"XML cannot carry {value!r}")
    return value
