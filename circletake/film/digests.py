"""Digests: what a manifest says of a file's bytes, one text for each algorithm.

Hex is lower-case and most significant byte first, as ASC MHL, xxHash's canonical form and S3 all have it. A C4 id
(SMPTE ST 2114) is the SHA-512 of the bytes in base 58, so the two say the same thing and are compared as one.
CRC-64/NVME is S3's own: no manifest speaks it and it is no proof against intent, so it decides only where nothing
else is shared.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Protocol

import xxhash

#: Algorithm → hex digits of its digest.
_HEX_DIGITS = {
    "xxh64": 16,
    "xxh3": 16,
    "xxh128": 32,
    "md5": 32,
    "sha1": 40,
    "sha256": 64,
    "sha512": 128,
    "crc64nvme": 16,
}
ALGORITHMS = (*_HEX_DIGITS, "c4")

#: Algorithm → the field in which S3 states it of an object.
S3_FIELDS = {
    "xxh64": "ChecksumXXHASH64",
    "xxh3": "ChecksumXXHASH3",
    "xxh128": "ChecksumXXHASH128",
    "md5": "ChecksumMD5",
    "sha1": "ChecksumSHA1",
    "sha256": "ChecksumSHA256",
    "sha512": "ChecksumSHA512",
    "crc64nvme": "ChecksumCRC64NVME",
}

_BASE_58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_C4_DIGITS = 88


class _Hash(Protocol):
    def update(self, data: bytes | memoryview, /) -> None: ...
    def hexdigest(self) -> str: ...


class Hasher:
    """Several digests of one stream of bytes, in one pass."""

    def __init__(self, algorithms: Iterable[str]) -> None:
        self._algorithms = tuple(dict.fromkeys(algorithms))
        self._hashes = {name: _new(name) for name in dict.fromkeys(map(_hashed_as, self._algorithms))}

    def update(self, chunk: bytes | memoryview) -> None:
        for each in self._hashes.values():
            each.update(chunk)

    def digests(self) -> dict[str, str]:
        """The bytes so far → algorithm → digest. More bytes may follow."""
        found = {name: each.hexdigest() for name, each in self._hashes.items()}
        return {name: c4(found["sha512"]) if name == "c4" else found[name] for name in self._algorithms}


def c4(sha512: str) -> str:
    """Hex of a SHA-512 → the C4 id of the same bytes."""
    number, digits = int(sha512, 16), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE_58[digit] + digits
    return "c4" + digits.rjust(_C4_DIGITS, _BASE_58[0])


def parse_digest(algorithm: str, text: str) -> str:
    """A digest as somebody wrote it → as it is written here. Raises `ValueError` when it is none of that algorithm."""
    if algorithm == "c4":
        if len(text) != _C4_DIGITS + 2 or text[:2] != "c4" or set(text[2:]) - set(_BASE_58):
            raise ValueError(f"{text[:100]!r} is not a C4 id")
        if _number(text) >> 512:
            raise ValueError(f"{text!r} is larger than any SHA-512")
        return text
    digits = _HEX_DIGITS.get(algorithm)
    if digits is None:
        raise ValueError(f"{algorithm!r} is not an algorithm that is known here")
    if not re.fullmatch(rf"[0-9a-fA-F]{{{digits}}}", text):
        raise ValueError(f"{text[:130]!r} has not the {digits} hexadecimal digits of {algorithm}")
    return text.lower()


def digest_bytes(algorithm: str, digest: str) -> bytes:
    """A digest's text → its bytes, as directory hashes are made of them."""
    return _number(digest).to_bytes(64, "big") if algorithm == "c4" else bytes.fromhex(digest)


def from_s3(algorithm: str, base64_text: str) -> str:
    """What S3 states of an object in `S3_FIELDS[algorithm]` → the digest.

    Raises `ValueError` for a checksum of checksums (`…-3`): that is no digest of the file's bytes.
    """
    try:
        return parse_digest(algorithm, base64.b64decode(base64_text, validate=True).hex())
    except binascii.Error as error:
        raise ValueError(f"{base64_text!r} is no checksum of a whole object") from error


def to_s3(algorithm: str, digest: str) -> str:
    """A digest → the text in which S3 takes it, in `S3_FIELDS[algorithm]`."""
    if algorithm not in S3_FIELDS:
        raise ValueError(f"S3 knows no checksum called {algorithm!r}")
    return base64.b64encode(digest_bytes(algorithm, digest)).decode()


#: Stated by S3 alone, and no hash of ours.
NOT_COMPUTED = frozenset({"crc64nvme"})


def compare(expected: Mapping[str, str], found: Mapping[str, str]) -> bool | None:
    """Two sets of digests → whether they are of the same bytes; None when no algorithm is in both.

    One that differs is enough to say no. CRC-64/NVME is asked only when nothing stronger is shared.
    """
    one, other = _as_hashed(expected), _as_hashed(found)
    shared = one.keys() & other.keys()
    deciding = shared - {"crc64nvme"} or shared
    return all(one[name] == other[name] for name in deciding) if deciding else None


def _as_hashed(digests: Mapping[str, str]) -> dict[str, str]:
    plain = {name: text for name, text in digests.items() if name != "c4"}
    if "c4" in digests:
        sha512 = digest_bytes("c4", digests["c4"]).hex()
        # Where the two contradict each other, neither can be right about the same bytes as the other.
        plain["sha512"] = sha512 if plain.get("sha512", sha512) == sha512 else f"{sha512} or {plain['sha512']}"
    return plain


def _hashed_as(algorithm: str) -> str:
    return "sha512" if algorithm == "c4" else algorithm


def _new(algorithm: str) -> _Hash:
    match algorithm:
        case "xxh64":
            return xxhash.xxh64()
        case "xxh3":
            return xxhash.xxh3_64()
        case "xxh128":
            return xxhash.xxh3_128()
        case "md5" | "sha1" | "sha256" | "sha512":
            # Manifests are written in MD5 and SHA-1: they find damage, and are not asked to withstand intent.
            return hashlib.new(algorithm, usedforsecurity=False)
        case _:
            raise ValueError(f"{algorithm!r} is not computed here")


def _number(c4_text: str) -> int:
    number = 0
    for digit in c4_text[2:]:
        number = number * 58 + _BASE_58.index(digit)
    return number
