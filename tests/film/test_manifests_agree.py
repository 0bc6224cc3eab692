"""Our word on a folder and the reference implementation's: on its own examples, and on cards of any kind of damage."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from ascmhl import commands
from ascmhl.history import MHLHistory
from hypothesis import event, given, settings
from hypothesis import strategies as st
from mhl_suite import simple_mhl

from circletake.film.digests import Hasher, compare
from circletake.film.manifests import assemble, expected, is_ignored
from tests.film import mhl

_OF_ASCMHL = ["md5", "sha1", "xxh128", "xxh3", "xxh64", "c4"]


def _our_word(folder: Path) -> str:
    """A folder → OK, or what is wrong first, in the order in which `ascmhl` weighs it."""
    histories = assemble(mhl.manifests_in(folder))
    if any(history.findings for history in histories):
        return "manifest"
    listed = expected(histories)
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".mhl"]
    there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    wrong = [path for path, entry in listed.items() if path in there and _differs(entry.digests, there[path])]
    if wrong or any(entry.failed for entry in listed.values()):
        return "changed"
    if [path for path in there if path not in listed and not is_ignored(histories, path)]:
        return "new"
    return "missing" if listed.keys() - there.keys() else "OK"


def _differs(digests: Mapping[str, str], body: bytes) -> bool:
    hasher = Hasher(_OF_ASCMHL)
    hasher.update(body)
    return compare(digests, hasher.digests()) is not True


_SAME = {
    "OK": "OK",
    "VerificationFailedException": "changed",
    "NewFilesFoundException": "new",
    "CompletenessCheckFailedException": "missing",
    # Where no file at all is left.
    "SingleFileNotFoundException": "missing",
    "ModifiedMHLManifestFileException": "manifest",
    "MissingMHLManifestException": "manifest",
    "NoMHLChainException": "manifest",
}


_REEL, _REELS = "A002R2EC", "scenario_05/file_server/Reels"
_SCENARIOS = [
    *(f"scenario_0{number}/travel_01/{_REEL}" for number in (1, 2, 3, 4)),
    *(f"scenario_0{number}/file_server/{_REEL}" for number in (2, 3, 4)),
    *(f"scenario_05/{at}/Reels/{reel}" for at in ("travel_01", "file_server") for reel in (_REEL, "A003R2EC")),
    _REELS,
]


def test_every_shipped_scenario_is_looked_at() -> None:
    assert [mhl.scenario(name) for name in sorted(_SCENARIOS)] == mhl.scenarios()


@pytest.mark.parametrize("name", _SCENARIOS)
def test_a_shipped_scenario_verifies_to_what_ascmhl_says(name: str) -> None:
    folder = mhl.scenario(name)
    histories = assemble(mhl.manifests_in(folder))
    theirs = MHLHistory.load_from_path(str(folder))

    assert [history.findings for history in histories] == [()] * len(histories)
    ours = expected(histories)
    listed = {str(Path(path).relative_to(folder)) for path in theirs.set_of_file_paths()}
    folders = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_dir()}
    assert ours.keys() == listed - folders
    for path, entry in ours.items():
        history, below = theirs.find_history_for_path(path)
        assert set(entry.digests) == set(history.find_existing_hash_formats_for_path(below))
        original = history.find_original_hash_entry_for_path(below)
        assert entry.digests[original.hash_format] == original.hash_string
        for algorithm, digest in entry.digests.items():
            assert history.find_first_hash_entry_for_path(below, algorithm).hash_string == digest
        newest = [found for each in history.hash_lists if (found := each.find_media_hash_for_path(below))][-1]
        assert entry.failed == any(each.action == "failed" for each in newest.hash_entries)


@pytest.mark.parametrize("name", _SCENARIOS)
def test_a_shipped_scenario_is_whole_where_ascmhl_finds_it_whole(name: str) -> None:
    folder = mhl.scenario(name)
    theirs, ours = mhl.verdict_of_ascmhl(folder), _our_word(folder)
    # `ascmhl verify` forgets that a generation once said `failed`; we do not.
    said_failed = any(entry.failed for entry in expected(assemble(mhl.manifests_in(folder))).values())
    assert ours == ("changed" if said_failed else _SAME[theirs])


_NAME = st.lists(st.text("abC1_-é&", min_size=1, max_size=2), min_size=1, max_size=2).map(". ".join)
_PATH = st.lists(_NAME, min_size=1, max_size=3).map("/".join)
_DAMAGE = st.sampled_from(
    [
        *("none", "changed", "truncated", "emptied", "missing", "added", "renamed", "manifest edited"),
        *("manifest missing", "chain missing", "chain edited", "second generation", "second after damage"),
    ]
)


def _create(folder: Path, algorithms: list[str]) -> None:
    with mhl.as_it_is(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands.logger, "error", lambda *_: None)
        try:
            commands.create_for_folder_subcommand(str(folder), False, False, algorithms, False, *[None] * 6, [])
        except (
            commands.errors.CompletenessCheckFailedException,
            commands.errors.VerificationFailedException,
        ):
            event("ascmhl complained while it made the generation")


def _damage(folder: Path, paths: list[str], how: str, algorithms: list[str]) -> None:
    target = folder / paths[0]
    manifest = min((folder / "ascmhl").glob("*.mhl"))
    chain = folder / "ascmhl" / "ascmhl_chain.xml"
    match how:
        case "changed" | "second after damage":
            target.write_bytes(b"\x00" + target.read_bytes()[1:] + b"!")
        case "truncated" | "emptied":
            target.write_bytes(b"" if how == "emptied" else target.read_bytes()[:-1])
        case "missing":
            target.unlink()
        case "added":
            (folder / "zz-added.bin").write_bytes(b"?")
        case "renamed":
            target.rename(target.with_name("zz-renamed.bin"))
        case "manifest edited":
            manifest.write_bytes(manifest.read_bytes().replace(b"<hostname>", b"<hostname>x"))
        case "manifest missing":
            manifest.unlink()
        case "chain missing":
            chain.unlink()
        case "chain edited":
            chain.write_bytes(chain.read_bytes().replace(b"<c4>c4", b"<c4>c41", 1))
    if how.startswith("second"):
        _create(folder, algorithms[:1])


@settings(max_examples=500)
@given(
    files=st.lists(st.tuples(_PATH, st.binary(min_size=1, max_size=9)), min_size=1, max_size=4).map(dict),
    algorithms=st.lists(st.sampled_from(_OF_ASCMHL), min_size=1, max_size=3, unique=True),
    how=_DAMAGE,
)
def test_we_and_ascmhl_agree_on_any_card_that_it_has_sealed(
    files: dict[str, bytes], algorithms: list[str], how: str
) -> None:
    kept = {path: body for path, body in files.items() if not any(other.startswith(f"{path}/") for other in files)}
    with TemporaryDirectory() as scratch:
        folder = mhl.write(Path(scratch) / "A001", kept)
        _create(folder, algorithms)
        _damage(folder, sorted(kept), how, algorithms)

        ours, theirs = _our_word(folder), mhl.verdict_of_ascmhl(folder)

        event(f"{how}: {ours}")
        if how == "chain edited":
            # Its reader takes any text for a digest; ours refuses the chain. Either way nobody trusts it.
            assert ours == "manifest"
            assert theirs == "ModifiedMHLManifestFileException"
        else:
            assert ours == _SAME[theirs]
        assert (ours == "OK") == (how in ("none", "second generation"))


@pytest.mark.parametrize("algorithm", ["xxhash64be", "md5", "sha1"])
def test_a_legacy_manifest_that_mhl_suite_writes_is_read_as_it_was_meant(tmp_path: Path, algorithm: str) -> None:
    folder = mhl.write(tmp_path / "A001", {"Clips/é 1.mov": b"one", "notes.txt": b"", "b&<c>.xml": b"x"})
    simple_mhl.seal(str(folder), algorithm, False)

    (history,) = assemble(mhl.manifests_in(folder))

    assert history.findings == ()
    assert _our_word(folder) == "OK"
    assert {path: entry.size_bytes for path, entry in expected([history]).items()} == {
        "Clips/é 1.mov": 3,
        "notes.txt": 0,
        "b&<c>.xml": 1,
    }
    (folder / "notes.txt").write_bytes(b"!")
    assert _our_word(folder) == "changed"
    shutil.rmtree(folder / "Clips")
    (folder / "notes.txt").write_bytes(b"")
    assert _our_word(folder) == "missing"
