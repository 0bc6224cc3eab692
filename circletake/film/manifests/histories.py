"""All manifests of a card → histories, and what they leave out.

A history is a folder with its `ascmhl` folder: generations 1, 2, 3…, and a chain that knows each by its C4 id. One
may lie inside another; a file belongs to the deepest history above it. Legacy manifests have no chain: those that lie
in one folder are its generations, in the order in which they were made.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from circletake.contracts.errors import Code, Rejected, Verdict
from circletake.contracts.files import NOTES, FileKind
from circletake.film.manifests.ignoring import DEFAULT_IGNORES, is_left_out
from circletake.film.manifests.model import ChainLink, Finding, Generation, History
from circletake.film.manifests.paths import join
from circletake.film.manifests.reading import number_of, read_chain, read_manifest
from circletake.film.naming import classify

FOLDER = "ascmhl"
CHAIN = "ascmhl_chain.xml"
_RECORDINGS = (FileKind.ORIGINAL, FileKind.SPAN, FileKind.SOUND)

_MAKE_NEW = "Upload the `ascmhl` folder again as it was made, or offload the card again; the footage is kept."


def assemble(files: Mapping[str, bytes]) -> list[History]:
    """Path on the card → bytes, of every manifest and chain → the histories, the outermost first.

    Never raises for what is wrong with them: that is a finding of the history, and a card with one is never green.
    Notes of ours (`.circletake/`) are no part of the card, so a copy's manifest that lies there is not one of these.
    """
    folders: dict[str, dict[str, bytes]] = defaultdict(dict)
    legacy: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path, body in files.items():
        at = PurePosixPath(path)
        if at.parts[0] == NOTES or at.name.startswith("._"):
            continue
        if at.parent.name == FOLDER:
            folders[_root(at.parent.parent)][path] = body
        elif at.suffix.lower() == ".mhl":
            legacy[_root(at.parent)][path] = body
    histories = [_chained(root, inside) for root, inside in folders.items()]
    histories += [_loose(root, inside) for root, inside in legacy.items()]
    histories.sort(key=lambda history: (history.root.count("/") + bool(history.root), history.root))
    return [replace(history, findings=(*history.findings, *_references(history, histories))) for history in histories]


def is_ignored(histories: Iterable[History], path: str) -> bool:
    """Whether nobody expects this path in a manifest: it is a note of ours, or what every history leaves out, or what
    the newest generation of a history above it does. A recording never is, wherever it lies: nobody would have read
    it, and a card is not safe with a clip that nobody has read.

    It speaks of files that no manifest lists; one that is listed is expected, whatever the patterns say.
    """
    if _below(path, NOTES):
        return True
    if classify(path) in _RECORDINGS:
        return False
    if is_left_out(DEFAULT_IGNORES, path):
        return True
    return any(
        is_left_out(history.generations[-1].ignores, path[len(history.root) :].lstrip("/"))
        for history in histories
        if history.generations and _below(path, history.root)
    )


def _root(folder: PurePosixPath) -> str:
    return "" if str(folder) == "." else str(folder)


def _below(path: str, root: str) -> bool:
    return not root or path.startswith(f"{root}/")


def _finding(path: str, sentence: str, next_step: str = _MAKE_NEW) -> Finding:
    return Finding(path, Verdict(code=Code.BAD_SIDECAR, sentence=sentence, next_step=next_step))


def _chained(root: str, files: Mapping[str, bytes]) -> History:
    folder = join(root, FOLDER)
    chain_path = f"{folder}/{CHAIN}"
    findings: list[Finding] = []
    generations: list[Generation] = []
    for path, body in files.items():
        if path == chain_path or not path.lower().endswith(".mhl"):
            continue
        if number_of(path) is None:
            findings.append(_finding(path, "This manifest's name does not begin with the number of its generation."))
            continue
        try:
            generations.append(read_manifest(path, body))
        except Rejected as rejected:
            findings.append(Finding(path, rejected.verdict))
    generations.sort(key=lambda generation: (generation.number, generation.name))
    numbered = sorted(filter(None, (number_of(path) for path in files)))
    if numbered != list(range(1, len(numbered) + 1)):
        told = ", ".join(map(str, numbered[:20]))
        findings.append(_finding(chain_path, f"The generations are not numbered from 1 on without a gap: {told}."))
    if chain_path not in files:
        findings.append(_finding(chain_path, "There is no chain file, so nothing proves these manifests unchanged."))
    else:
        try:
            links = read_chain(files[chain_path], chain_path)
            findings.extend(_chain_findings(folder, links, generations, files))
        except Rejected as rejected:
            findings.append(Finding(chain_path, rejected.verdict))
    return History(root, tuple(generations), tuple(findings))


def _chain_findings(
    folder: str, links: Sequence[ChainLink], generations: Sequence[Generation], files: Mapping[str, bytes]
) -> Iterator[Finding]:
    chain_path = f"{folder}/{CHAIN}"
    if [link.number for link in links] != list(range(1, len(links) + 1)):
        yield _finding(chain_path, "The chain's links are not numbered from 1 on without a gap.")
    by_name = {generation.name: generation for generation in generations}
    linked = [f"{folder}/{link.name}" for link in links]
    for link, path in zip(links, linked, strict=True):
        if path not in files:
            yield _finding(path, f"Line {link.line} of {chain_path} names this manifest, and it is not there.")
        elif number_of(path) not in (None, link.number):
            yield _finding(path, f"Line {link.line} of {chain_path} gives this manifest the number {link.number}.")
        elif path in by_name and by_name[path].c4 != link.c4:
            yield _finding(path, f"This manifest was changed after line {link.line} of {chain_path} was written.")
    for path in sorted(by_name.keys() - set(linked)):
        yield _finding(path, f"{chain_path} does not know this manifest, so nothing proves it unchanged.")
    for path in sorted(path for path, count in Counter(linked).items() if count > 1):
        yield _finding(path, f"{chain_path} names this manifest more than once.")


def _loose(root: str, files: Mapping[str, bytes]) -> History:
    findings: list[Finding] = []
    read: list[Generation] = []
    for path, body in files.items():
        try:
            read.append(read_manifest(path, body))
        except Rejected as rejected:
            findings.append(Finding(path, rejected.verdict))
    read.sort(key=lambda generation: (_moment(generation.made_at), generation.name))
    generations = tuple(replace(generation, number=number) for number, generation in enumerate(read, start=1))
    return History(root, generations, tuple(findings))


def _moment(text: str) -> float:
    """A time as somebody wrote it → one to sort by. What is no time was before all others; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return -math.inf
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _references(history: History, histories: Sequence[History]) -> Iterator[Finding]:
    """What a history says of the manifests of nested ones → where that is not so."""
    known = {generation.name: generation.c4 for other in histories for generation in other.generations}
    for generation in history.generations:
        for reference in generation.references:
            path = join(history.root, reference.path)
            where = f"line {reference.line} of {generation.name}"
            if path not in known:
                yield _finding(path, f"The manifest that {where} refers to is not there, or cannot be read.")
            elif known[path] != reference.c4:
                yield _finding(path, f"This manifest was changed after {where} referred to it.")
