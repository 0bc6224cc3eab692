"""Manifests that somebody damaged, or made to do harm: each refused, with the line at fault and a next step."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.errors import Code, Rejected
from circletake.film.manifests import Finding, assemble, expected, is_ignored, read_chain, read_manifest
from circletake.film.manifests import xml as manifest_xml
from tests.effort import within_cpu

_GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">
  <creatorinfo>
    <creationdate>2026-09-30T08:46:50+00:00</creationdate>
    <hostname>cart</hostname>
    <tool version="1">x</tool>
  </creatorinfo>
  <processinfo>
    <process>transfer</process>
    <ignore><pattern>.DS_Store</pattern></ignore>
  </processinfo>
  <hashes>
    <hash>
      <path size="5">Clips/A.mov</path>
      <xxh64 action="original">0ea03b369a463d9d</xxh64>
    </hash>
    <hash>
      <path size="5">Clips/B.mov</path>
      <xxh64 action="original">0ea03b369a463d9d</xxh64>
    </hash>
    <directoryhash>
      <path>Clips/</path>
      <content><xxh64>0ea03b369a463d9d</xxh64></content>
      <structure><xxh64>0ea03b369a463d9d</xxh64></structure>
    </directoryhash>
  </hashes>
</hashlist>
"""
_LEGACY = """<?xml version="1.0" encoding="UTF-8"?>
<hashlist version="1.1">
  <creatorinfo>
    <username>liz</username><hostname>cart</hostname><tool>x 1</tool>
    <startdate>2026-09-30T08:46:50Z</startdate><finishdate>2026-09-30T09:46:50Z</finishdate>
  </creatorinfo>
  <hash>
    <file>Clips/A.mov</file>
    <size>5</size>
    <lastmodificationdate>2026-09-30T08:46:50Z</lastmodificationdate>
    <xxhash64be>0ea03b369a463d9d</xxhash64be>
    <hashdate>2026-09-30T08:46:50Z</hashdate>
  </hash>
</hashlist>
"""
_CHAIN = f"""<?xml version="1.0" encoding="UTF-8"?>
<ascmhldirectory xmlns="urn:ASC:MHL:DIRECTORY:v2.0">
  <hashlist sequencenr="1">
    <path>0001_A.mhl</path>
    <c4>c4{"1" * 88}</c4>
  </hashlist>
</ascmhldirectory>
"""
_BOMB = '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n<hashlist'
_EXTERNAL = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<hashlist'
_A = "Clips/A.mov"


_Harm = tuple[Callable[[str], str], int, str]


def _swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


#: What is done to a good manifest, the line at fault, and a word of the sentence.
_V2: dict[str, _Harm] = {
    "entity bomb": (_swap("<hashlist", _BOMB), 2, "document type"),
    "external entity": (_swap("<hashlist", _EXTERNAL), 2, "document type"),
    "undeclared entity": (_swap(_A, "&passwd;"), 14, "not XML"),
    "too deep": (_swap("<process>", "<a>" * 40 + "<process>"), 9, "deep"),
    "path escapes": (_swap(_A, "../../etc/passwd"), 14, "leads out"),
    "path escapes in the middle": (_swap(_A, "Clips/../../A.mov"), 14, "leads out"),
    "absolute path": (_swap(_A, "/etc/passwd"), 14, "absolute"),
    "drive letter": (_swap(_A, "C:/Clips/A.mov"), 14, "absolute"),
    "backslashes": (_swap(_A, "Clips\\A.mov"), 14, "backslash"),
    "empty path": (_swap(_A, ""), 14, "empty"),
    "empty part": (_swap(_A, "Clips//A.mov"), 14, "empty part"),
    "dot": (_swap(_A, "Clips/./A.mov"), 14, "empty part"),
    "line break in a path": (_swap(_A, "Clips/A&#10;.mov"), 14, "character"),
    "file as folder": (_swap(_A, "Clips/"), 14, "empty part"),
    "listed twice": (_swap("Clips/B.mov", _A), 18, "second time, first on line 14"),
    "file and folder": (_swap("<path>Clips/</path>", f"<path>{_A}</path>"), 22, "second time"),
    "two paths": (_swap('<path size="5">', '<path>x</path><path size="5">'), 14, "more than one"),
    "no path": (_swap(f'<path size="5">{_A}</path>', ""), 13, "no 'path'"),
    "hash too short": (_swap("3d9d</xxh64>", "3d9</xxh64>"), 15, "16 hexadecimal"),
    "hash too long": (_swap("3d9d</xxh64>", "3d9d0</xxh64>"), 15, "16 hexadecimal"),
    "hash of another alphabet": (_swap("3d9d</xxh64>", "3d9g</xxh64>"), 15, "16 hexadecimal"),
    "hash of another algorithm": (_swap("xxh64", "c4"), 15, "not XML"),
    "wrong c4": (_swap('xxh64 action="original">0ea03b369a463d9d</xxh64', "c4>0ea03b369a463d9d</c4"), 15, "C4"),
    "unknown format": (_swap('xxh64 action="original">0ea03b369a463d9d</xxh64', "crc32>00</crc32"), 15, "not known"),
    "hash of a folder": (_swap("<content><xxh64>0ea0", "<content><xxh64>ea0"), 23, "16 hexadecimal"),
    "unknown action": (_swap('"original"', '"trust me"'), 15, "no action"),
    "unknown process": (_swap("transfer", "telepathy"), 9, "no process"),
    "negative size": (_swap('size="5"', 'size="-5"'), 14, "no size"),
    "huge size": (_swap('size="5"', f'size="{"9" * 5000}"'), 14, "no size"),
    "size of no digits": (_swap('size="5"', 'size="٥"'), 14, "no size"),
    "comment in a path": (_swap(_A, "Clips/<!-- -->A.mov"), 14, "more than a value"),
    "element in a path": (_swap(_A, "Clips/<b/>A.mov"), 14, "more than a value"),
    "unknown section": (_swap("<hashes>", "<secrets/><hashes>"), 12, "'secrets' is not known"),
    "two sections": (_swap("<hashes>", "<hashes/><hashes>"), 12, "more than one"),
    "no creator": (lambda text: re.sub(r"(?s)<creatorinfo>.*</creatorinfo>", "", text), 2, "no 'creatorinfo'"),
    "another version": (_swap('version="2.0"', 'version="3.0"'), 2, "neither"),
    "another namespace": (_swap("urn:ASC:MHL:v2.0", "urn:ASC:MHL:v9"), 2, "neither"),
    "another root": (lambda text: text.replace("hashlist", "hashlost"), 2, "neither"),
    "a chain for a manifest": (lambda _: _CHAIN, 2, "neither"),
    "rubbish behind it": (lambda text: text + "<hashlist/>", 28, "not XML"),
    "cut off": (lambda text: text[:-30], 25, "not XML"),
    "NUL": (_swap(_A, "Clips/\0.mov"), 14, "not XML"),
    "unknown encoding": (_swap("UTF-8", "klingon"), 1, "encoding"),
    "wrong encoding": (_swap("UTF-8", "UTF-16"), 1, "encoding"),
    "many patterns": (_swap("<pattern>", "<pattern>*</pattern>" * 300 + "<pattern>"), 10, "patterns"),
    "long pattern": (_swap("<pattern>", "<pattern>" + "*a" * 600), 10, "patterns"),
    "no XML": (lambda _: "MHL", 1, "not XML"),
    "nothing": (lambda _: "", 1, "not XML"),
}
_V1: dict[str, _Harm] = {
    "path escapes": (_swap(_A, "../A.mov"), 8, "leads out"),
    "hash too short": (_swap("3d9d<", "3d9<"), 11, "16 hexadecimal"),
    "unknown format": (lambda text: text.replace("xxhash64be", "crc32"), 11, "not known"),
    "no size": (_swap("<size>5<", "<size>five<"), 9, "no size"),
    "no creator": (lambda text: re.sub(r"(?s)<creatorinfo>.*</creatorinfo>", "", text), 2, "no 'creatorinfo'"),
    "two answers": (_swap("<hashdate>", f"<xxhash64be>{'0' * 16}</xxhash64be><hashdate>"), 12, "different xxh64"),
    "future version": (_swap('"1.1"', '"2.0"'), 2, "neither"),
}
_CHAINS: dict[str, _Harm] = {
    "another root": (lambda text: text.replace("ascmhldirectory", "directory"), 2, "begins no chain"),
    "a manifest for a chain": (lambda _: _GOOD, 2, "begins no chain"),
    "path escapes": (_swap("0001_A.mhl", "../0001_A.mhl"), 4, "no file beside"),
    "path below": (_swap("0001_A.mhl", "x/0001_A.mhl"), 4, "no file beside"),
    "no number": (_swap('"1"', '"one"'), 3, "no number"),
    "no c4": (_swap("c4", "md5"), 5, "not XML"),
    "short c4": (_swap("c4111", "c4"), 5, "C4"),
    "unknown element": (_swap("<c4>", "<x/><c4>"), 5, "not known"),
    "entity bomb": (_swap("<ascmhldirectory", _BOMB.replace("<hashlist", "<ascmhldirectory")), 2, "document type"),
}  # fmt: skip


def test_what_is_damaged_below_is_good() -> None:
    assert [entry.line for entry in read_manifest("0001_A.mhl", _GOOD.encode()).entries] == [13, 17]
    assert read_manifest("A.mhl", _LEGACY.encode()).made_at == "2026-09-30T09:46:50Z"
    assert len(read_chain(_CHAIN.encode())) == 1


@pytest.mark.parametrize("harm", _V2)
def test_a_harmed_manifest_is_refused_with_its_line(harm: str) -> None:
    done, line, word = _V2[harm]
    _is_refused(lambda: read_manifest("ascmhl/0001_A.mhl", done(_GOOD).encode()), "ascmhl/0001_A.mhl", line, word)


@pytest.mark.parametrize("harm", _V1)
def test_a_harmed_legacy_manifest_is_refused_with_its_line(harm: str) -> None:
    done, line, word = _V1[harm]
    _is_refused(lambda: read_manifest("A.mhl", done(_LEGACY).encode()), "A.mhl", line, word)


@pytest.mark.parametrize("harm", _CHAINS)
def test_a_harmed_chain_is_refused_with_its_line(harm: str) -> None:
    done, line, word = _CHAINS[harm]
    _is_refused(lambda: read_chain(done(_CHAIN).encode(), "ascmhl/c.xml"), "ascmhl/c.xml", line, word)


def _is_refused(read: Callable[[], object], name: str, line: int, word: str) -> None:
    with pytest.raises(Rejected) as caught:
        read()
    verdict = caught.value.verdict
    assert verdict.code is Code.BAD_SIDECAR
    assert verdict.sentence.startswith(f"Line {line} of {name}: ")
    assert word in verdict.sentence
    assert len(verdict.sentence) < 400
    assert verdict.next_step


def test_a_manifest_larger_than_any_card_needs_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest_xml, "MAX_BYTES", 100)
    with pytest.raises(Rejected, match="BAD_SIDECAR"):
        read_manifest("0001_A.mhl", _GOOD.encode())


def test_three_hundred_thousand_levels_are_refused_at_once() -> None:
    with within_cpu(1), pytest.raises(Rejected, match="deep"):
        read_manifest("0001_A.mhl", b"<a>" * 300_000)


def test_a_control_character_never_reaches_the_sentence() -> None:
    with pytest.raises(Rejected) as caught:
        read_manifest("0001_A.mhl", _GOOD.replace(_A, "/\u202e\x7f<img>").encode())
    assert "\u202e" not in caught.value.verdict.sentence


@given(st.binary(max_size=300))
def test_any_bytes_are_a_manifest_or_refused(body: bytes) -> None:
    with pytest.raises(Rejected, match="BAD_SIDECAR"):
        read_manifest("0001_A.mhl", body)


@given(st.integers(0, len(_GOOD)), st.text(max_size=4), st.integers(0, 12))
def test_any_edit_of_a_manifest_is_read_or_refused(at: int, put: str, cut: int) -> None:
    edited = (_GOOD[:at] + put + _GOOD[at + cut :]).encode(errors="surrogatepass")
    finding = _finding_of(edited)
    assert finding is None or finding.verdict.code is Code.BAD_SIDECAR


def _finding_of(body: bytes) -> Finding | None:
    (history,) = assemble({"0001_A.mhl": body})
    return next(iter(history.findings), None)


def test_hostile_patterns_are_matched_in_no_time() -> None:
    hostile = _GOOD.replace(
        "<pattern>", "<pattern>" + "*a" * 400 + "b</pattern><pattern>" + "**/" * 300 + "b</pattern><pattern>"
    )
    histories = assemble({"ascmhl/0001_A.mhl": hostile.encode()})
    with within_cpu(1):
        assert not is_ignored(histories, "/".join(["a" * 200] * 5) + "/c.txt")


def test_two_hundred_thousand_files_are_read_in_seconds() -> None:
    entry = '<hash><path size="5">Clips/{}.ari</path><xxh64 action="original">0ea03b369a463d9d</xxh64></hash>'
    many = "".join(entry.format(number) for number in range(200_000))
    body = _GOOD.replace("<hashes>", f"<hashes>{many}").encode()
    with within_cpu(30):
        assert len(read_manifest("0001_A.mhl", body).entries) == 200_002


def test_metadata_may_say_what_they_like_and_list_nothing() -> None:
    inside = "<metadata><hash><path>x</path></hash><path>../y</path></metadata>"
    read = read_manifest("0001_A.mhl", _GOOD.replace("</hashes>", f"</hashes>{inside}").encode())
    assert [entry.path for entry in read.entries] == [_A, "Clips/B.mov"]


def test_lines_of_entries_grow() -> None:
    lines = [entry.line for entry in read_manifest("0001_A.mhl", _GOOD.encode()).entries]
    assert all(one < other for one, other in pairwise(lines))


def test_the_deprecated_tag_of_legacy_mhl_is_the_same_hash_turned_round() -> None:
    turned = _LEGACY.replace("xxhash64be", "xxhash64").replace("0ea03b369a463d9d", "9d3d469a363ba00e")
    (entry,) = read_manifest("A.mhl", turned.encode()).entries
    assert entry.digests == {"xxh64": "0ea03b369a463d9d"}


@pytest.mark.parametrize("silent", ["<null/>", "<xxhash>1234567890</xxhash>"])
def test_a_legacy_entry_without_a_digest_that_we_compute_proves_nothing(silent: str) -> None:
    told = _LEGACY.replace("<xxhash64be>0ea03b369a463d9d</xxhash64be>", silent)
    assert expected(assemble({"A.mhl": told.encode()}))[_A].digests == {}
