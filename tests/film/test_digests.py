"""Digests agree with the reference implementation, with S3's form, and with each other."""

import base64
import hashlib

import pytest
from ascmhl import hasher as reference
from hypothesis import given
from hypothesis import strategies as st

from circletake.film.digests import ALGORITHMS, Hasher, c4, compare, digest_bytes, from_s3, parse_digest, to_s3

_COMPUTED = [name for name in ALGORITHMS if name != "crc64nvme"]
_OF_ASCMHL = ["md5", "sha1", "xxh128", "xxh3", "xxh64", "c4"]


def _digests(body: bytes, *algorithms: str) -> dict[str, str]:
    hasher = Hasher(algorithms)
    hasher.update(body)
    return hasher.digests()


@given(st.binary(max_size=4096))
def test_every_algorithm_of_asc_mhl_agrees_with_the_reference_implementation(body: bytes) -> None:
    assert _digests(body, *_OF_ASCMHL) == reference.multiple_format_hash_data(body, _OF_ASCMHL)


@given(st.lists(st.binary(max_size=200), max_size=6))
def test_chunks_give_what_the_whole_gives(chunks: list[bytes]) -> None:
    hasher = Hasher(_COMPUTED)
    for chunk in chunks:
        hasher.update(memoryview(chunk))
    assert hasher.digests() == _digests(b"".join(chunks), *_COMPUTED)


@given(st.binary(max_size=64))
def test_a_digest_survives_the_form_that_s3_has_for_it(body: bytes) -> None:
    for algorithm, digest in _digests(body, "xxh64", "xxh3", "xxh128", "md5", "sha1", "sha256", "sha512").items():
        assert from_s3(algorithm, to_s3(algorithm, digest)) == digest


def test_s3_states_the_raw_digest_in_base_64() -> None:
    assert (
        to_s3("sha256", _digests(b"take", "sha256")["sha256"])
        == base64.b64encode(hashlib.sha256(b"take").digest()).decode()
    )
    assert from_s3("crc64nvme", "AAAAAAAAAAE=") == "0000000000000001"


@pytest.mark.parametrize("text", ["AAAAAAAAAAE=-3", "AAAA", "not base 64", ""])
def test_a_checksum_of_checksums_is_no_digest(text: str) -> None:
    with pytest.raises(ValueError, match=r"checksum|digits"):
        from_s3("xxh64", text)


def test_s3_is_not_asked_for_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="c4"):
        to_s3("c4", c4("00" * 64))


@pytest.mark.parametrize("sha512", ["00" * 64, "ff" * 64, "00" * 63 + "3a"])
def test_a_c4_id_has_ninety_characters_and_gives_its_bytes_back(sha512: str) -> None:
    assert len(c4(sha512)) == 90
    assert digest_bytes("c4", parse_digest("c4", c4(sha512))).hex() == sha512


@pytest.mark.parametrize(
    ("algorithm", "text"),
    [
        ("xxh64", "0ea03b369a463d9"),
        ("xxh64", "0ea03b369a463d9d0"),
        ("xxh64", "0ea03b369a463d9g"),
        ("xxh64", "0ea03b369a463d9d\n"),
        ("xxh64", "٠ea03b369a463d9d"),
        ("c4", "c4" + "z" * 88),
        ("c4", "c5" + "1" * 88),
        ("c4", "c4" + "0" * 88),
        ("crc32", "00000000"),
    ],
)
def test_what_is_no_digest_is_refused(algorithm: str, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each sentence differs
        parse_digest(algorithm, text)


def test_capital_digits_are_the_same_digest() -> None:
    assert parse_digest("xxh64", "0EA03B369A463D9D") == "0ea03b369a463d9d"


@pytest.mark.parametrize(
    ("expected", "found", "verdict"),
    [
        ({}, {}, None),
        ({"md5": "a"}, {"sha1": "a"}, None),
        ({"md5": "a"}, {"md5": "a", "sha1": "b"}, True),
        ({"md5": "a", "sha1": "b"}, {"md5": "a", "sha1": "c"}, False),
        ({"crc64nvme": "1"}, {"crc64nvme": "1"}, True),
        ({"crc64nvme": "1"}, {"crc64nvme": "2"}, False),
        ({"crc64nvme": "1", "md5": "a"}, {"crc64nvme": "2", "md5": "a"}, True),
        ({"crc64nvme": "1", "md5": "a"}, {"crc64nvme": "1", "md5": "b"}, False),
    ],
)
def test_one_shared_digest_that_differs_is_enough(
    expected: dict[str, str], found: dict[str, str], verdict: bool | None
) -> None:
    assert compare(expected, found) is verdict


def test_a_c4_id_and_a_sha_512_speak_of_the_same_bytes() -> None:
    one, same, other = _digests(b"take", "c4"), _digests(b"take", "sha512"), _digests(b"cut", "sha512")
    assert compare(one, same) is True
    assert compare(one, other) is False
    assert compare({**one, **other}, same) is False


def test_crc_64_is_known_and_not_computed() -> None:
    with pytest.raises(ValueError, match="not computed"):
        Hasher(["crc64nvme"])
