"""A decoder of H.264 is entered at an IDR picture, and nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from circletake.media.entering import length_bytes, may_enter

_IDR, _SLICE, _OTHER = 5, st.integers(1, 4), st.sampled_from([6, 7, 8, 9, 12])
#: Nothing that looks like the beginning of another unit.
_BODY = st.binary(max_size=40).map(lambda body: body.replace(b"\0", b"\1"))
_UNITS = st.lists(st.tuples(_OTHER, _BODY), max_size=5)
_LENGTHS = st.sampled_from([1, 2, 4, None])


def _coded(units: list[tuple[int, bytes]], measured: int | None) -> bytes:
    whole = [bytes([0x60 | kind]) + body for kind, body in units]
    return b"".join((len(unit).to_bytes(measured, "big") if measured else b"\0\0\0\1") + unit for unit in whole)


@given(before=_UNITS, after=_UNITS, picture=st.one_of(st.just(_IDR), _SLICE), body=_BODY, measured=_LENGTHS)
def test_what_lies_before_a_picture_is_passed_over(
    before: list[tuple[int, bytes]], after: list[tuple[int, bytes]], picture: int, body: bytes, measured: int | None
) -> None:
    assert may_enter(_coded([*before, (picture, body), *after], measured), measured) is (picture == _IDR)


@given(before=_UNITS, measured=_LENGTHS)
def test_what_ends_before_the_picture_tells_nothing(before: list[tuple[int, bytes]], measured: int | None) -> None:
    assert may_enter(_coded(before, measured), measured) is None
    assert may_enter(_coded(before, measured) + bytes(50), measured) is None


@given(head=st.binary(max_size=200), measured=_LENGTHS)
def test_no_bytes_break_it(head: bytes, measured: int | None) -> None:
    assert may_enter(head, measured) in (True, False, None)


@given(before=st.binary(max_size=90), less_one=st.integers(0, 3))
def test_how_units_are_measured_is_read_from_the_description(before: bytes, less_one: int) -> None:
    described = before.replace(b"avcC", b"") + b"avcC" + bytes([1, 0x64, 0, 0x1F, 0xFC | less_one]) + b"\xe1"
    assert length_bytes(described) == less_one + 1


def test_what_is_not_measured_is_said_to_be_none() -> None:
    assert length_bytes(b"ap4h" + bytes(90)) is None
