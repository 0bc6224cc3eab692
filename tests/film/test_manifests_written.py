"""Every manifest that we write: accepted by the reference implementation, by its schemas, and by ourselves."""

import string
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from ascmhl import commands
from ascmhl.history import MHLHistory
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from circletake.contracts.errors import Code, Rejected
from circletake.film.digests import ALGORITHMS, Hasher
from circletake.film.manifests import (
    CHAIN,
    FOLDER,
    ChainLink,
    Derived,
    Entry,
    Reference,
    assemble,
    expected,
    generation_name,
    link_to,
    read_chain,
    read_manifest,
    write_chain,
    write_generation,
)
from tests.film import mhl

_AT = datetime(2026, 9, 30, 8, 46, 50, tzinfo=UTC)
_CARD = {
    "A001.RDM/A001_C001_05026M.RDC/A001_C001_05026M_001.R3D": b"one",
    "A001.RDM/A001_C001_05026M.RDC/A001_C001_05026M_002.R3D": b"two",
    "A001.RDM/A001_C001_05026M.RDC/A001_C001_05026M.RMD": b"",
    "A001.RDM/digital.mag": b"&<>'\"",
    'Ünder & <über>\'s "take" #1.txt': b"odd",
}
_PART = st.text(st.sampled_from(string.ascii_letters + string.digits + " ._-&<>'\"é漢+%#"), min_size=1, max_size=8)
_PATHS = st.lists(_PART.filter(lambda part: part.strip(".")), min_size=1, max_size=3).map("/".join)
_FORMATS = ("c4", "md5", "sha1", "xxh128", "xxh3", "xxh64")


def _entry(path: str, body: bytes, *algorithms: str, action: str = "original") -> Entry:
    hasher = Hasher(algorithms or ("xxh64",))
    hasher.update(body)
    return Entry(path, len(body), hasher.digests(), action)  # type: ignore[arg-type]


def _generation(*entries: Entry, **more: object) -> bytes:
    told = {"made_at": _AT, "process": "transfer", "hostname": "cart.local", "version": "0.1.0", **more}
    return write_generation(entries, **told)  # type: ignore[arg-type]


def _sealed(folder: Path, *bodies: bytes) -> Path:
    """Manifests beside what they describe, with their chain."""
    names = [generation_name(number, "A001", _AT) for number in range(1, len(bodies) + 1)]
    links = [link_to(number, name, body) for number, (name, body) in enumerate(zip(names, bodies, strict=True), 1)]
    inside = dict(zip(names, bodies, strict=True)) | {CHAIN: write_chain(links)}
    mhl.write(folder / FOLDER, inside)
    for path in (folder / FOLDER).iterdir():
        name = "ASCMHLDirectory__combined.xsd" if path.name == CHAIN else "ASCMHL.xsd"
        mhl.schema(name).assertValid(etree.parse(path))
    return folder


@pytest.mark.parametrize("algorithms", [("xxh64",), _FORMATS, ("sha512", "sha256", "crc64nvme")])
def test_a_card_that_we_sealed_is_verified_by_ascmhl(tmp_path: Path, algorithms: tuple[str, ...]) -> None:
    mhl.write(tmp_path, _CARD)
    (tmp_path / "CONTENTS" / "AUDIO").mkdir(parents=True)
    computed = [name for name in algorithms if name != "crc64nvme"]
    entries = [_entry(path, body, *computed) for path, body in _CARD.items()]
    body = _generation(*entries, empty_folders=["CONTENTS/AUDIO"], author="Liz <DIT> & co", role="DIT", comment="Day 3")
    _sealed(tmp_path, body)

    assert mhl.verdict_of_ascmhl(tmp_path) == "OK"
    first = mhl.write(tmp_path, {next(iter(_CARD)): b"One"})
    assert mhl.verdict_of_ascmhl(first) == "VerificationFailedException"


@pytest.mark.parametrize("algorithm", _FORMATS)
def test_the_digests_of_folders_are_those_of_ascmhl(tmp_path: Path, algorithm: str) -> None:
    mhl.write(tmp_path, _CARD)
    (tmp_path / "CONTENTS" / "AUDIO").mkdir(parents=True)
    entries = [_entry(path, body, algorithm) for path, body in _CARD.items()]
    _sealed(tmp_path, _generation(*entries, empty_folders=["CONTENTS/AUDIO"]))

    with mhl.as_it_is():
        commands.verify_directory_hash_subcommand(str(tmp_path), False, algorithm, [])

    mhl.write(tmp_path, {"A001.RDM/digital.mag": b"changed"})
    with mhl.as_it_is(), pytest.raises(commands.errors.VerificationDirectoriesFailedException):
        commands.verify_directory_hash_subcommand(str(tmp_path), False, algorithm, [])


def test_a_second_generation_of_ours_is_verified_together_with_the_first(tmp_path: Path) -> None:
    mhl.write(tmp_path, _CARD)
    first = _generation(*(_entry(path, body) for path, body in _CARD.items()))
    again = [_entry(path, body, "xxh64", "md5", action="verified") for path, body in _CARD.items()]
    _sealed(tmp_path, first, _generation(*again, process="in-place"))

    assert mhl.verdict_of_ascmhl(tmp_path) == "OK"
    history = MHLHistory.load_from_path(str(tmp_path))
    assert history.latest_generation_number() == 2
    ours = expected(assemble(mhl.manifests_in(tmp_path)))
    assert {path: set(entry.digests) for path, entry in ours.items()} == {path: {"xxh64", "md5"} for path in _CARD}


def test_what_failed_is_written_as_failed(tmp_path: Path) -> None:
    (path, body), *_ = _CARD.items()
    manifest = read_manifest("0001_A.mhl", _generation(_entry(path, body, action="failed")))
    assert [entry.action for entry in manifest.entries] == ["failed"]
    assert expected(assemble({"ascmhl/0001_A.mhl": _generation(_entry(path, body, action="failed"))}))[path].failed


def test_ascmhl_goes_on_where_we_stopped(tmp_path: Path) -> None:
    mhl.write(tmp_path, _CARD)
    _sealed(tmp_path, _generation(*(_entry(path, body) for path, body in _CARD.items())))

    with mhl.as_it_is():
        commands.create_for_folder_subcommand(str(tmp_path), False, False, ["xxh64", "c4"], False, *[None] * 6, [])

    histories = assemble(mhl.manifests_in(tmp_path))
    assert [history.findings for history in histories] == [()]
    assert [generation.number for generation in histories[0].generations] == [1, 2]
    assert {tuple(entry.digests) for entry in expected(histories).values()} == {("xxh64", "c4")}


def test_what_was_made_of_a_card_never_reads_as_missing_from_it(tmp_path: Path) -> None:
    mhl.write(tmp_path, _CARD)
    made = [
        Derived("review/A001_C001.mp4", "A001.RDM/digital.mag", "proxy"),
        Derived("<x>/fg.exr", "a&b", "AI element"),
    ]
    body = _generation(*(_entry(path, body) for path, body in _CARD.items()), derived=made)
    _sealed(tmp_path, body)

    assert mhl.verdict_of_ascmhl(tmp_path) == "OK"
    assert b'what="AI element"' in body
    assert set(expected(assemble({"ascmhl/0001_A.mhl": body}))) == set(_CARD)


def test_a_nested_history_is_referred_to_by_its_manifest(tmp_path: Path) -> None:
    mhl.write(tmp_path, {"A001/clip.mov": b"clip", "notes.txt": b"notes"})
    inner = _generation(_entry("clip.mov", b"clip"))
    _sealed(tmp_path / "A001", inner)
    at = f"A001/{FOLDER}/{generation_name(1, 'A001', _AT)}"
    refers = Reference(at, link_to(1, "-", inner).c4)
    _sealed(tmp_path, _generation(_entry("notes.txt", b"notes"), references=[refers]))

    assert mhl.verdict_of_ascmhl(tmp_path) == "OK"
    histories = assemble(mhl.manifests_in(tmp_path))
    assert [(history.root, history.findings) for history in histories] == [("", ()), ("A001", ())]
    assert set(expected(histories)) == {"A001/clip.mov", "notes.txt"}


def test_the_same_card_at_the_same_time_gives_the_same_bytes() -> None:
    entries = [_entry(path, body) for path, body in _CARD.items()]
    assert _generation(*entries) == _generation(*reversed(entries))
    assert (
        generation_name(1, "A001", _AT.astimezone(timezone(timedelta(hours=2)))) == "0001_A001_2026-09-30_084650Z.mhl"
    )


@pytest.mark.parametrize("path", ["a\nb", "a\x00b", "../a", "/a", "a\\b", "a//b", "\udce4.mov", "C:/a", ""])
def test_a_path_that_no_manifest_can_list_is_a_bad_name(path: str) -> None:
    with pytest.raises(Rejected) as caught:
        _generation(_entry(path, b""))
    assert caught.value.verdict.code is Code.BAD_NAME


@pytest.mark.parametrize(
    "wrong",
    [
        [Entry("a", 1, {})],
        [Entry("a", 1, {"crc64nvme": "0" * 16})],
        [_entry("a", b""), _entry("a", b"")],
    ],
)
def test_a_file_without_a_digest_or_twice_is_a_fault_of_ours(wrong: list[Entry]) -> None:
    with pytest.raises(ValueError, match=r"digest|twice"):
        _generation(*wrong)


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        _generation(_entry("a", b""), made_at=datetime(2026, 9, 30))


@settings(max_examples=60)
@given(
    files=st.dictionaries(_PATHS, st.binary(max_size=8), min_size=1, max_size=6),
    algorithms=st.lists(
        st.sampled_from([name for name in ALGORITHMS if name not in ("crc64nvme", "sha256")]), min_size=1
    ),
)
def test_what_we_write_we_read_and_ascmhl_verifies(files: dict[str, bytes], algorithms: list[str]) -> None:
    # A file cannot be a folder as well, and on some machines not `A` beside `a`.
    kept = {path: body for path, body in files.items() if not any(other.startswith(f"{path}/") for other in files)}
    entries = [_entry(path, body, *algorithms) for path, body in kept.items()]
    body = _generation(*entries)

    read = read_manifest("0001_A.mhl", body)

    written = {each.path: (each.size_bytes, set(each.digests) - {"sha512"}) for each in entries}
    assert {each.path: (each.size_bytes, set(each.digests) - {"c4"}) for each in read.entries} == {
        path: (size, names - {"c4"}) for path, (size, names) in written.items()
    }
    with TemporaryDirectory() as folder:
        mhl.write(Path(folder), kept)
        assert mhl.verdict_of_ascmhl(_sealed(Path(folder), body)) == "OK"


@given(st.lists(st.tuples(_PART.filter(lambda part: part.strip(".")), st.binary(max_size=4)), max_size=5))
def test_a_chain_says_what_was_put_into_it(written: list[tuple[str, bytes]]) -> None:
    links = [link_to(number, name, body) for number, (name, body) in enumerate(written, 1)]
    read = read_chain(write_chain(links))
    assert [ChainLink(link.number, link.name, link.c4) for link in read] == links


def test_manifests_need_neither_lxml_nor_ascmhl_where_functions_run() -> None:
    code = "import sys, circletake.film.manifests; print(sorted({'lxml', 'ascmhl', 'pathspec'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
