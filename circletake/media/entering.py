"""Whether a decoder of H.264 may be entered at a coded picture: at an IDR picture it may (ITU-T H.264, 7.4.1.2.4).

What a container calls a keyframe may be a picture that others lean over, to one before it; a decoder that forgives
nothing refuses to begin there. Pure.
"""

import re
from collections.abc import Iterator

#: What a picture's own data is wrapped in, the kind that an IDR picture has, and what its parameters are wrapped in
#: (ITU-T H.264, table 7-1).
_SLICES, _IDR, _PARAMETERS = frozenset({1, 2, 3, 4, 5}), 5, frozenset({7, 8})
#: A NAL unit where none is measured: behind three bytes that never lie within one (ITU-T H.264, annex B).
_STARTED = re.compile(rb"\x00\x00\x01(.)", re.DOTALL)
#: ISO/IEC 14496-15, 5.3.3.1: version, profile, compatibility, level, and how many bytes a length has, less one.
_CONFIGURATION = re.compile(rb"avcC\x01...(.)", re.DOTALL)


def length_bytes(description: bytes) -> int | None:
    """The description of a picture track → how many bytes the length before each NAL unit has; None where none is."""
    found = _CONFIGURATION.search(description)
    return (found[1][0] & 3) + 1 if found else None


def may_enter(head: bytes, measured: int | None) -> bool | None:
    """The first bytes of a coded picture, and how many bytes measure each NAL unit → whether it can be entered.

    Where none are measured no description holds the parameters either, so that they have to lie before the picture.
    None where the bytes do not tell: they end before the picture's own data begins, or are nothing that can be read.
    """
    told = set[int]()
    for kind in _measured(head, measured) if measured else (found[1][0] & 0x1F for found in _STARTED.finditer(head)):
        if kind in _SLICES:
            return kind == _IDR and (measured is not None or told >= _PARAMETERS)
        told.add(kind)
    return None


def _measured(head: bytes, measured: int) -> Iterator[int]:
    """The kinds of NAL units, each behind its length, as far as they can be followed."""
    at = 0
    while at + measured < len(head) and (length := int.from_bytes(head[at : at + measured], "big")):
        yield head[at + measured] & 0x1F
        at += measured + length
