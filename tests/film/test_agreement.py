"""Cards with random damage: our verdict against that of `ascmhl`, the reference implementation, on the same folder."""

import contextlib
import hashlib
import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from ascmhl import errors
from ascmhl.commands import create_for_folder_subcommand, verify_entire_folder
from hypothesis import given, settings
from hypothesis import strategies as st

from circletake.contracts.cards import Light
from circletake.contracts.errors import Code
from circletake.contracts.files import FileKind, State
from circletake.film.manifests import assemble
from circletake.film.naming import classify
from circletake.film.safety.evidence import Evidence
from circletake.film.safety.verdict import judge_card
from tests.film.evidence import clip, digests, evidence, manifests, record, stored
from tests.film.mhl import write

CARDS = 500
#: pathspec's new name for a class of which ascmhl 1.2 uses the old one.
pytestmark = pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")
_NAMES = [
    *("Clips/one.mov", "Clips/two.mov", "Clips/Deep/Down/three.mxf", "Sound/four.wav", "five.xml", "six 1+1.txt"),
    # Composed, and as a Mac takes it apart; the two are two names.
    *("Clips/Möwe 7.mov", "Ton/U\u0308bung & <Nähe>.wav", "Clips/🎬 take.mov", "Sound/ four.wav"),
]
_BODIES = st.binary(min_size=1, max_size=40)
#: A manifest of somebody's that lay on the card: to whoever lists the card it is a file like any other.
_CHECKS = "Clips/checks.mhl"
_LATER = ["Clips/later.mov", "Nachtrag/spät.txt"]
_ALGORITHMS = ["xxh64", "xxh3", "xxh128", "md5", "sha1", "c4"]


def _flip(body: bytes) -> bytes:
    return bytes([body[0] ^ 1]) + body[1:] if body else b"!"


_DAMAGE: dict[str, Callable[[bytes], bytes | None]] = {
    "flipped": _flip,
    "cut": lambda body: body[:-1],
    "longer": lambda body: body + b"!",
    "emptied": lambda body: b"",
    "deleted": lambda body: None,
}


@dataclass(frozen=True)
class Case:
    """A card as it was read, the tool that wrote its manifest, and what happened to the copy afterwards.

    `nested`: `Clips` has a history of its own. `later`: files that were honestly added, and listed in a second
    generation; None where there is no second one.
    """

    card: dict[str, bytes]
    algorithm: str
    theirs: bool
    nested: bool
    later: dict[str, bytes] | None
    algorithm_later: str
    damage: list[tuple[str, str]]
    added: list[str]
    manifest: str
    rejected: bool


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=6, unique=True))
    card = {name: draw(_BODIES) for name in names}
    if draw(st.integers(0, 3)) == 0:
        card[_CHECKS] = _checks(card)
    later = draw(st.none() | st.none() | st.dictionaries(st.sampled_from(_LATER), _BODIES, max_size=1))
    hit = st.tuples(st.sampled_from([*card, *(later or ())]), st.sampled_from(sorted(_DAMAGE)))
    return Case(
        card=card,
        algorithm=draw(st.sampled_from(_ALGORITHMS)),
        theirs=draw(st.booleans()),
        nested=draw(st.integers(0, 3)) == 0,
        later=later,
        algorithm_later=draw(st.sampled_from(_ALGORITHMS)),
        damage=draw(st.lists(hit, max_size=2)),
        added=draw(st.lists(st.sampled_from(["new.mov", "Clips/new.txt"]), max_size=1)),
        manifest=draw(st.sampled_from(["whole"] * 6 + ["edited", "no chain"])),
        rejected=draw(st.sampled_from([False] * 4 + [True])),
    )


def _checks(card: Mapping[str, bytes]) -> bytes:
    """A card → a legacy manifest that lies in its `Clips`, of what lies there."""
    listed = "".join(
        f"<hash><file>{escape(path.removeprefix('Clips/'))}</file><size>{len(body)}</size>"
        f"<md5>{digests(body, 'md5')['md5']}</md5></hash>"
        for path, body in card.items()
        if path.startswith("Clips/")
    )
    creator = "<creatorinfo><username>l</username><tool>t</tool><finishdate>2026-09-30T08:00:00Z</finishdate>"
    return f'<hashlist version="1.1">{creator}</creatorinfo>{listed}</hashlist>'.encode()


def _write(root: Path, case: Case) -> None:
    """The copy with its manifests, and then its damage."""
    write(root, case.card)
    # Our one generation speaks of a whole card; who has a history inside it made that with `ascmhl`.
    if case.nested and (root / "Clips").is_dir():
        _create(root / "Clips", case.algorithm_later)
        _create(root, case.algorithm)
    elif case.theirs:
        _create(root, case.algorithm)
    else:
        write(root, manifests(case.card, case.algorithm))
    if case.later is not None:
        write(root, case.later)
        _create(root, case.algorithm_later)
    for path, how in case.damage:
        if not (root / path).exists():
            continue
        damaged = _DAMAGE[how]((root / path).read_bytes())
        if damaged is None:
            (root / path).unlink()
        else:
            (root / path).write_bytes(damaged)
    write(root, dict.fromkeys(case.added, b"new"))
    if case.manifest == "edited":
        first = min(root.rglob("ascmhl/*.mhl"))
        first.write_bytes(first.read_bytes().replace(b"</hashes>", b"</hashes>\n"))
    if case.manifest == "no chain":
        (root / "ascmhl/ascmhl_chain.xml").unlink()


def _create(root: Path, algorithm: str) -> None:
    create_for_folder_subcommand(str(root), False, False, [algorithm], False, *[None] * 6, ignore_list=[])


def _theirs(root: Path) -> bool:
    """What the reference implementation says of the folder: is everything as it was?"""
    try:
        verify_entire_folder(str(root), False, None, None)
    except (
        errors.VerificationFailedException,
        errors.CompletenessCheckFailedException,
        errors.NewFilesFoundException,
        errors.ModifiedMHLManifestFileException,
        errors.NoMHLChainException,
        errors.SingleFileNotFoundException,
    ):
        return False
    return True


def _ours(root: Path, case: Case) -> Evidence:
    there = {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    listed = {path: body for path, body in there.items() if classify(path) is FileKind.MANIFEST}
    base = evidence(there)
    clips = [clip(each.path) for each in base.clips]
    if case.rejected:
        clips[:1] = [clip(each.path, State.REJECTED, Code.CORRUPT_ESSENCE) for each in clips[:1]]
    return replace(
        base,
        files=stored(there, *_ALGORITHMS),
        received=frozenset((path, "v1") for path in there),
        record=record(there),
        histories=assemble(listed),
        manifest_digests={path: hashlib.sha256(body).hexdigest() for path, body in listed.items()},
        clips=clips,
    )


def _rarities(case: Case) -> list[str]:
    clips = any(path.startswith("Clips/") for path in case.card)
    rare = {"nested": case.nested and clips, "later": bool(case.later), "checks": _CHECKS in case.card}
    return [name for name, is_so in rare.items() if is_so]


def test_no_damaged_card_is_ever_green_and_no_clean_one_ever_red() -> None:
    seen: Counter[str] = Counter()
    settings(max_examples=CARDS)(given(case=cases())(lambda case: _agree(case, seen)))()
    # And of the cards that were tried some were sound, and most were not.
    assert sum(count for name, count in seen.items() if name.startswith(("sound", "damaged"))) >= CARDS
    assert seen["sound, GREEN"] >= CARDS // 20
    assert seen["damaged, RED"] >= CARDS // 5
    assert min(seen["nested"], seen["later"], seen["checks"]) > 0


def _agree(case: Case, seen: Counter[str]) -> None:
    root = Path(tempfile.mkdtemp(prefix="A001-"))
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            _write(root, case)
            sound = _theirs(root)
        ours = _ours(root, case)
    finally:
        shutil.rmtree(root)
    verdict = judge_card(ours)
    rejected = case.rejected and bool(ours.clips)
    seen[f"{'sound' if sound else 'damaged'}, {verdict.bits}"] += 1
    seen.update(_rarities(case) if sound else ())
    assert (verdict.bits is Light.GREEN) == sound, [reason.sentence for reason in verdict.reasons]
    assert verdict.status is not Light.RED or not sound or rejected
    assert verdict.status is not Light.GREEN or not rejected
