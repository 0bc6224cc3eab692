"""Cards with random damage: our verdict against that of `ascmhl`, the reference implementation, on the same folder."""

import contextlib
import hashlib
import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from ascmhl import errors
from ascmhl.commands import create_for_folder_subcommand, verify_entire_folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circletake.contracts.cards import Light
from circletake.contracts.errors import Code
from circletake.contracts.files import State
from circletake.film.manifests import assemble
from circletake.film.safety.evidence import Evidence
from circletake.film.safety.verdict import judge_card
from tests.film.evidence import clip, evidence, manifests, record, stored

CARDS = 500
#: pathspec's new name for a class of which ascmhl 1.2 uses the old one.
pytestmark = pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")
_NAMES = ["Clips/one.mov", "Clips/two.mov", "Clips/Deep/three.mxf", "Sound/four.wav", "five.xml", "six 1+1.txt"]
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
    """A card as it was read, the tool that wrote its manifest, and what happened to the copy afterwards."""

    card: dict[str, bytes]
    algorithm: str
    theirs: bool
    damage: list[tuple[str, str]]
    added: list[str]
    manifest: str
    rejected: bool


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, unique=True))
    card = {name: draw(st.binary(min_size=1, max_size=40)) for name in names}
    hit = st.tuples(st.sampled_from(names), st.sampled_from(sorted(_DAMAGE)))
    return Case(
        card=card,
        algorithm=draw(st.sampled_from(_ALGORITHMS)),
        theirs=draw(st.booleans()),
        damage=draw(st.lists(hit, max_size=2)),
        added=draw(st.lists(st.sampled_from(["new.mov", "Clips/new.txt"]), max_size=1)),
        manifest=draw(st.sampled_from(["whole"] * 6 + ["edited", "no chain"])),
        rejected=draw(st.sampled_from([False] * 4 + [True])),
    )


def _write(root: Path, case: Case) -> None:
    """The copy with its manifest, and then its damage."""
    for path, body in case.card.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    if case.theirs:
        create_for_folder_subcommand(str(root), False, False, [case.algorithm], False, *[None] * 6, ignore_list=[])
    else:
        for path, body in manifests(case.card, case.algorithm).items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_bytes(body)
    for path, how in case.damage:
        if not (root / path).exists():
            continue
        damaged = _DAMAGE[how]((root / path).read_bytes())
        if damaged is None:
            (root / path).unlink()
        else:
            (root / path).write_bytes(damaged)
    for path in case.added:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(b"new")
    if case.manifest == "edited":
        (manifest,) = root.glob("ascmhl/*.mhl")
        manifest.write_bytes(manifest.read_bytes().replace(b"</hashes>", b"</hashes>\n"))
    if case.manifest == "no chain":
        (root / "ascmhl/ascmhl_chain.xml").unlink()


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
    listed = {path: body for path, body in there.items() if path.startswith("ascmhl/")}
    state, code = (State.REJECTED, Code.CORRUPT_ESSENCE) if case.rejected else (State.DELIVERED, None)
    return replace(
        evidence(case.card),
        files=stored(there, *_ALGORITHMS),
        record=record(there),
        histories=assemble(listed),
        manifest_digests={path: hashlib.sha256(body).hexdigest() for path, body in listed.items()},
        clips=[clip("Clips/one.mov", state, code)],
    )


@pytest.fixture(scope="module")
def seen() -> Counter[str]:
    return Counter()


@settings(max_examples=CARDS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases())
def test_no_damaged_card_is_ever_green_and_no_clean_one_ever_red(case: Case, seen: Counter[str]) -> None:
    root = Path(tempfile.mkdtemp(prefix="A001-"))
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            _write(root, case)
            sound = _theirs(root)
        verdict = judge_card(_ours(root, case))
    finally:
        shutil.rmtree(root)
    seen[f"{'sound' if sound else 'damaged'}, {verdict.bits}"] += 1
    assert (verdict.bits is Light.GREEN) == sound, [reason.sentence for reason in verdict.reasons]
    assert verdict.status is not Light.RED or not sound or case.rejected
    assert verdict.status is not Light.GREEN or not case.rejected


def test_of_the_cards_that_were_tried_some_were_sound_and_most_were_not(seen: Counter[str]) -> None:
    if not seen:
        pytest.skip("the cards were not tried in this run")
    assert sum(seen.values()) >= CARDS
    assert seen["sound, GREEN"] >= CARDS // 20
    assert seen["damaged, RED"] >= CARDS // 5
