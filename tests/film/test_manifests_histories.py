"""What the manifests of a card say together: chains, corrections, nested folders, what is left out."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import pathspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from circletake.contracts.errors import Code
from circletake.film.manifests import (
    CHAIN,
    FOLDER,
    Entry,
    Expected,
    Reference,
    assemble,
    expected,
    is_ignored,
    link_to,
    write_chain,
    write_generation,
)
from circletake.film.manifests.ignoring import is_left_out
from circletake.film.manifests.model import Action
from tests.film import mhl

_AT = datetime(2026, 9, 30, 8, 46, 50, tzinfo=UTC)
_ONE, _TWO = {"xxh64": "0" * 16}, {"xxh64": "1" * 16}
_WORDS = st.builds(
    lambda digests, action: Entry("a.mov", 5, digests, action),
    st.sampled_from([_ONE, _TWO, {"md5": "2" * 32}, {**_ONE, "md5": "2" * 32}]),
    st.sampled_from(["original", "verified", "failed", None]),
)


def _generation(*entries: Entry, ignores: Sequence[str] = (), references: Sequence[Reference] = ()) -> bytes:
    return write_generation(
        entries,
        made_at=_AT,
        process="transfer",
        hostname="cart",
        version="1",
        ignores=ignores,
        references=references,
    )


def _entry(digests: dict[str, str], action: Action | None = "original", path: str = "a.mov", **more: str) -> Entry:
    return Entry(path, 5, digests, action, **more)  # type: ignore[arg-type]


def _files(*bodies: bytes, root: str = "") -> dict[str, bytes]:
    """Generations → the manifests of a history, with their chain, by path."""
    names = [f"{number:04}_A.mhl" for number in range(1, len(bodies) + 1)]
    links = [link_to(number, name, body) for number, (name, body) in enumerate(zip(names, bodies, strict=True), 1)]
    files = {**dict(zip(names, bodies, strict=True)), CHAIN: write_chain(links)}
    return {f"{root}{FOLDER}/{name}": body for name, body in files.items()}


def _legacy(digest: str, path: str = "a.mov", at: str = "2026-09-30T08:46:50Z") -> bytes:
    creator = f"<creatorinfo><username>l</username><tool>t</tool><finishdate>{at}</finishdate></creatorinfo>"
    entry = f"<hash><file>{path}</file><size>5</size><xxhash64be>{digest}</xxhash64be></hash>"
    return f'<hashlist version="1.1">{creator}{entry}</hashlist>'.encode()


def _after(*words: Entry, vouched: int | None = None) -> Expected:
    """What is said of one file, a generation each, and which of them was made while reading the card → what it must
    be.
    """
    bodies = [_generation(word) for word in words]
    (entry,) = expected(assemble(_files(*bodies)), _sha256(bodies, vouched)).values()
    return entry


def _sha256(bodies: Sequence[bytes], vouched: int | None) -> set[str]:
    return set() if vouched is None else {hashlib.sha256(bodies[vouched - 1]).hexdigest()}


def _findings(files: dict[str, bytes]) -> list[str]:
    findings = [finding for history in assemble(files) for finding in history.findings]
    assert all(finding.verdict.code is Code.BAD_SIDECAR for finding in findings)
    return sorted(f"{finding.path}: {finding.verdict.sentence}" for finding in findings)


def test_the_first_word_stands() -> None:
    assert _after(_entry(_ONE)) == Expected("a.mov", _ONE, 5, failed=False, generation=1)


def test_a_further_generation_adds_its_algorithms() -> None:
    later = _after(_entry(_ONE), _entry({**_ONE, "md5": "2" * 32}, "verified"))
    assert later == Expected("a.mov", {**_ONE, "md5": "2" * 32}, 5, failed=False, generation=2)


def test_a_further_generation_that_speaks_of_another_algorithm_takes_none_back() -> None:
    assert _after(_entry(_ONE), _entry({"md5": "2" * 32})).digests == {**_ONE, "md5": "2" * 32}


@pytest.mark.parametrize("action", ["original", None])
def test_a_generation_made_while_reading_the_card_corrects_what_stood(action: Action | None) -> None:
    corrected = _after(_entry({**_ONE, "md5": "2" * 32}), _entry(_TWO, action), vouched=2)
    assert corrected == Expected("a.mov", _TWO, 5, failed=False, generation=2)


@pytest.mark.parametrize("action", ["original", None])
@pytest.mark.parametrize("vouched", [None, 1])
def test_a_word_that_nobody_vouches_for_corrects_nothing(action: Action | None, vouched: int | None) -> None:
    contradicted = _after(_entry(_ONE), _entry({**_TWO, "md5": "2" * 32}, action), vouched=vouched)
    assert contradicted == Expected("a.mov", _ONE, 5, failed=True, generation=2)


def test_a_size_is_contradicted_as_a_digest_is() -> None:
    longer = Entry("a.mov", 6, {"md5": "2" * 32}, "original")
    assert _after(_entry(_ONE), longer, vouched=1) == Expected("a.mov", _ONE, 5, failed=True, generation=2)
    assert _after(_entry(_ONE), longer, vouched=2) == Expected("a.mov", {"md5": "2" * 32}, 6, False, 2)


def test_a_contradiction_is_settled_by_who_read_the_card_and_nobody_else() -> None:
    words = _entry(_ONE), _entry(_TWO), _entry(_ONE, "verified")
    assert _after(*words).failed
    assert _after(*words, vouched=1).failed
    assert not _after(*words, vouched=3).failed


def test_the_same_manifest_once_more_settles_nothing() -> None:
    read = _entry(_ONE)
    assert _after(read, _entry(_TWO), read, vouched=1).failed


def test_a_vouched_word_that_says_verified_and_differs_contradicts_itself() -> None:
    told = _after(_entry(_ONE), _entry(_TWO, "verified"), vouched=2)
    assert told == Expected("a.mov", _TWO, 5, failed=True, generation=2)


@given(
    before=st.lists(_WORDS, max_size=3),
    after=st.lists(_WORDS, max_size=3),
)
def test_whatever_else_is_said_the_digest_made_from_the_card_is_the_reference(
    before: list[Entry], after: list[Entry]
) -> None:
    told = _after(*before, _entry(_ONE), *after, vouched=len(before) + 1)
    assert told.digests["xxh64"] == _ONE["xxh64"]
    assert told.failed or not any(word.digests == _TWO and word.action != "failed" for word in after)


@pytest.mark.parametrize("vouched", [1, 2])
def test_an_algorithm_that_nothing_ties_to_the_vouched_digest_is_not_taken_for_the_cards(vouched: int) -> None:
    words = [_entry(_ONE), _entry({"md5": "2" * 32})]
    assert _after(*words, vouched=vouched).digests == words[vouched - 1].digests


def test_another_algorithm_by_itself_does_not_take_back_that_a_copy_differed() -> None:
    assert _after(_entry(_ONE), _entry(_TWO, "failed"), _entry({"md5": "2" * 32})).failed


def test_a_file_renamed_onto_another_must_still_be_there_itself() -> None:
    both = _generation(_entry(_ONE, path="a.mov"), _entry(_TWO, path="b.mov"))
    over = _generation(_entry(_TWO, "verified", "b.mov", previous_path="a.mov"))
    assert set(expected(assemble(_files(both, over)))) == {"a.mov", "b.mov"}


def test_a_copy_that_differed_is_failed_and_keeps_what_it_ought_to_be() -> None:
    assert _after(_entry(_ONE), _entry(_TWO, "failed")) == Expected("a.mov", _ONE, 5, failed=True, generation=2)


def test_a_copy_that_differed_and_was_made_again_is_good() -> None:
    again = _after(_entry(_ONE), _entry(_TWO, "failed"), _entry(_ONE, "verified"))
    assert again == Expected("a.mov", _ONE, 5, failed=False, generation=3)


def test_what_is_verified_against_other_bytes_has_failed() -> None:
    assert _after(_entry(_ONE), _entry(_TWO, "verified")) == Expected("a.mov", _ONE, 5, failed=True, generation=2)


def test_a_file_that_only_ever_failed_has_no_digest_to_be_compared_with() -> None:
    assert _after(_entry(_TWO, "failed")) == Expected("a.mov", {}, 5, failed=True, generation=1)


def test_a_renamed_file_takes_its_history_along() -> None:
    renamed = _after(_entry(_ONE), _entry({"md5": "2" * 32}, "verified", "b.mov", previous_path="a.mov"))
    assert renamed == Expected("b.mov", {**_ONE, "md5": "2" * 32}, 5, failed=False, generation=2)


def test_a_whole_chain_has_no_findings() -> None:
    assert _findings(_files(_generation(_entry(_ONE)), _generation(_entry(_ONE, "verified")))) == []


def test_an_edited_manifest_is_found() -> None:
    files = _files(_generation(_entry(_ONE)))
    files["ascmhl/0001_A.mhl"] = files["ascmhl/0001_A.mhl"].replace(b"cart", b"card")
    (found,) = _findings(files)
    assert found.startswith("ascmhl/0001_A.mhl: This manifest was changed after line 3 of ascmhl/ascmhl_chain.xml")


def test_a_manifest_that_the_chain_does_not_know_is_found() -> None:
    files = _files(_generation(_entry(_ONE)))
    files["ascmhl/0002_A.mhl"] = _generation(_entry(_TWO))
    (found,) = _findings(files)
    assert found.startswith("ascmhl/0002_A.mhl: ascmhl/ascmhl_chain.xml does not know this manifest")


def test_a_chain_link_without_its_manifest_is_found() -> None:
    files = _files(_generation(_entry(_ONE)), _generation(_entry(_ONE, "verified")))
    del files["ascmhl/0002_A.mhl"]
    (found,) = _findings(files)
    assert found.startswith("ascmhl/0002_A.mhl: Line 7 of ascmhl/ascmhl_chain.xml names this manifest")


def test_a_generation_that_is_left_out_is_found() -> None:
    files = _files(_generation(_entry(_ONE)), _generation(_entry(_ONE, "verified")))
    del files["ascmhl/0001_A.mhl"]
    assert [found.split(":")[0] for found in _findings(files)] == ["ascmhl/0001_A.mhl", f"ascmhl/{CHAIN}"]


def test_manifests_without_a_chain_are_found() -> None:
    files = _files(_generation(_entry(_ONE)))
    del files[f"ascmhl/{CHAIN}"]
    (found,) = _findings(files)
    assert "There is no chain file" in found


def test_a_chain_without_manifests_is_found() -> None:
    files = _files(_generation(_entry(_ONE)))
    del files["ascmhl/0001_A.mhl"]
    assert len(_findings(files)) == 1


@pytest.mark.parametrize("numbers", [(2,), (1, 3), (1, 1), (0, 1)])
def test_a_chain_that_does_not_count_from_one_is_found(numbers: tuple[int, ...]) -> None:
    body = _generation(_entry(_ONE))
    files = {f"ascmhl/{number:04}_{at}.mhl": body for at, number in enumerate(numbers)}
    links = [link_to(number, f"{number:04}_{at}.mhl", body) for at, number in enumerate(numbers)]
    assert _findings({**files, f"ascmhl/{CHAIN}": write_chain(links)})


def test_a_chain_that_numbers_a_manifest_otherwise_is_found() -> None:
    body = _generation(_entry(_ONE))
    chain = write_chain([link_to(1, "0002_A.mhl", body), link_to(2, "0001_A.mhl", body)])
    found = _findings({"ascmhl/0001_A.mhl": body, "ascmhl/0002_A.mhl": body, f"ascmhl/{CHAIN}": chain})
    assert len(found) == 2


def test_an_unreadable_manifest_is_found_and_the_others_are_read() -> None:
    files = _files(_generation(_entry(_ONE)), b"<hashlist")
    (history,) = assemble(files)
    assert [generation.number for generation in history.generations] == [1]
    assert [finding.path for finding in history.findings] == ["ascmhl/0002_A.mhl"]


def test_an_unreadable_chain_is_found() -> None:
    files = {**_files(_generation(_entry(_ONE))), f"ascmhl/{CHAIN}": b"<x/>"}
    (found,) = _findings(files)
    assert "begins no chain" in found


def test_a_manifest_without_a_number_is_found_and_a_mac_note_is_not_one() -> None:
    files = _files(_generation(_entry(_ONE)))
    files["ascmhl/A.mhl"] = files["ascmhl/0001_A.mhl"]
    files["ascmhl/._0001_A.mhl"] = b"\x00\x05\x16\x07"
    (found,) = _findings(files)
    assert found.startswith("ascmhl/A.mhl: This manifest's name")


def test_the_manifest_of_another_copy_is_no_part_of_the_card() -> None:
    assert assemble({".circletake/copies/x.mhl": _generation(_entry(_ONE))}) == []


def test_a_nested_history_and_the_one_above_it_speak_together() -> None:
    outer = _generation(_entry(_ONE, path="Clips/a.mov"), _entry(_ONE, path="b.mov"))
    inner = _generation(_entry({**_ONE, "md5": "2" * 32}, path="a.mov"))
    told = expected(assemble({**_files(outer), **_files(inner, root="Clips/")}))
    assert {path: dict(entry.digests) for path, entry in told.items()} == {
        "Clips/a.mov": {**_ONE, "md5": "2" * 32},
        "b.mov": _ONE,
    }


@pytest.mark.parametrize(("vouched", "stays"), [(None, _TWO), (1, _ONE), (2, _TWO)])
def test_a_nested_history_that_contradicts_the_one_above_it_fails_the_file(
    vouched: int | None, stays: dict[str, str]
) -> None:
    outer, inner = _generation(_entry(_ONE, path="Clips/a.mov")), _generation(_entry(_TWO, path="a.mov"))
    histories = assemble({**_files(outer), **_files(inner, root="Clips/")})
    (entry,) = expected(histories, _sha256([outer, inner], vouched)).values()
    assert entry == Expected("Clips/a.mov", stays, 5, failed=True, generation=1)


def test_a_nested_manifest_that_changed_since_it_was_referred_to_is_found() -> None:
    inner = _generation(_entry(_ONE))
    for refers, word in (
        (Reference("Clips/ascmhl/0001_A.mhl", link_to(1, "-", b"other").c4), "changed after"),
        (Reference("Clips/ascmhl/0009_A.mhl", link_to(1, "-", inner).c4), "not there"),
    ):
        outer = _generation(_entry(_ONE, path="b.mov"), references=[refers])
        (found,) = _findings({**_files(outer), **_files(inner, root="Clips/")})
        assert word in found


def test_legacy_manifests_of_one_folder_are_its_generations_in_the_order_of_their_times() -> None:
    files = {
        "A/z.mhl": _legacy("1" * 16, at="2026-09-30T08:00:00Z"),
        "A/a.mhl": _legacy("2" * 16, at="2026-09-30T09:00:00Z"),
    }
    (history,) = assemble(files)
    assert [(generation.number, generation.name) for generation in history.generations] == [
        (1, "A/z.mhl"),
        (2, "A/a.mhl"),
    ]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-09-30T10:30:00+02:00", "2026-09-30T09:00:00Z"),
        ("2026-09-30T08:30:00", "2026-09-30T09:00:00+00:00"),
        ("", "2026-09-30T09:00:00Z"),
        ("yesterday", "0001-01-01T00:00:00+02:00"),
    ],
)
def test_the_times_of_legacy_manifests_are_moments_wherever_their_clocks_were(earlier: str, later: str) -> None:
    (history,) = assemble({"z.mhl": _legacy("1" * 16, at=earlier), "a.mhl": _legacy("2" * 16, at=later)})
    assert [generation.name for generation in history.generations] == ["z.mhl", "a.mhl"]


@pytest.mark.parametrize(("vouched", "digest", "failed"), [(None, "1", True), (1, "1", True), (2, "2", False)])
def test_of_two_legacy_manifests_in_a_folder_the_newer_wins_only_when_it_was_made_from_the_card(
    vouched: int | None, digest: str, failed: bool
) -> None:
    bodies = [_legacy("1" * 16, at="2026-09-30T08:00:00Z"), _legacy("2" * 16, at="2026-09-30T09:00:00Z")]
    told = expected(assemble(dict(zip(["z.mhl", "a.mhl"], bodies, strict=True))), _sha256(bodies, vouched))
    assert told["a.mov"] == Expected("a.mov", {"xxh64": digest * 16}, 5, failed, generation=2)


def test_a_legacy_and_a_chained_manifest_that_agree_speak_together() -> None:
    told = expected(assemble({**_files(_generation(_entry(_ONE))), "x.mhl": _legacy("0" * 16)}))
    assert told["a.mov"] == Expected("a.mov", _ONE, 5, failed=False, generation=1)


@pytest.mark.parametrize("root", ["", "Clips/"])
@pytest.mark.parametrize(("vouched", "stays"), [(None, "0"), (1, "0"), (2, "1")])
def test_a_legacy_and_a_chained_manifest_that_contradict_each_other_fail_the_file(
    root: str, vouched: int | None, stays: str
) -> None:
    bodies = [_generation(_entry(_ONE)), _legacy("1" * 16, f"{root}a.mov")]
    histories = assemble({**_files(bodies[0], root=root), "x.mhl": bodies[1]})
    (entry,) = expected(histories, _sha256(bodies, vouched)).values()
    assert (entry.failed, entry.digests) == (True, {"xxh64": stays * 16})


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        (".DS_Store", True),
        ("Clips/.DS_Store", True),
        ("ascmhl/0001_A.mhl", True),
        (".circletake/offload.json", True),
        ("ascmhl/ascmhl_chain.xml", True),
        ("Clips/ascmhl/0001_A.mhl", True),
        ("ascmhl/A.mov", False),
        ("x/ascmhl/A.mov", False),
        ("x/ascmhl/Deep/A.wav", False),
        (".circletake/A.mov", True),
        ("x/.circletake/A.mov", False),
        ("Clips/junk.tmp", True),
        ("Clips/keep.tmp.txt", False),
        ("Clips/notes.txt", False),
        ("Proxy/notes.txt", True),
        ("Proxy/a.mov", False),
    ],
)
def test_a_pattern_leaves_out_what_it_names_but_never_a_recording(path: str, ignored: bool) -> None:
    histories = assemble(_files(_generation(_entry(_ONE), ignores=["*.tmp", "Proxy/"])))
    assert is_ignored(histories, path) is ignored


def test_the_newest_generation_says_what_is_left_out() -> None:
    first, second = _generation(_entry(_ONE), ignores=["*.txt"]), _generation(_entry(_ONE), ignores=["*.tmp"])
    histories = assemble(_files(first, second))
    assert is_ignored(histories, "a.tmp")
    assert not is_ignored(histories, "a.txt")


def test_a_nested_history_leaves_out_only_below_itself() -> None:
    histories = assemble(_files(_generation(_entry(_ONE), ignores=["/x"]), root="Clips/"))
    assert is_ignored(histories, "Clips/x/a.txt")
    assert not is_ignored(histories, "x/a.txt")


@settings(max_examples=500)
@given(
    patterns=st.lists(
        st.lists(st.sampled_from(["a", "b", "ab", "*", "?", "**", "/", "!", "[ab]", "a*b", "\\*", ".D"]), max_size=4)
        .map("".join)
        # A doubled slash means nothing to Git either.
        .filter(lambda pattern: "//" not in pattern and pattern.strip("!/")),
        min_size=1,
        max_size=3,
    ),
    parts=st.lists(st.text("ab*", min_size=1, max_size=2), min_size=1, max_size=3),
)
@example(patterns=["a", "!a/"], parts=["a", "a"])
def test_patterns_mean_what_pathspec_takes_them_for(patterns: list[str], parts: list[str]) -> None:
    with mhl.as_it_is():
        reference = pathspec.PathSpec.from_lines("gitwildmatch", patterns)
    folders = ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts))]
    path = "/".join(parts)
    assert is_left_out(patterns, path) == any(reference.match_file(each) for each in [*folders, path])
