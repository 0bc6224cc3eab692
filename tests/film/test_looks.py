"""Looks come from files that people and programs wrote; what is damaged in them is refused, never half read."""

import codecs
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.looks import Cdl
from circletake.film.looks.ale import read_ale
from circletake.film.looks.cdl import read_asc, read_cdl, read_sop, write_cc, write_ccc, write_cdl, write_sat, write_sop
from circletake.film.looks.cube import read_cube, write_cube
from circletake.film.papers.ale import MAX_COLUMNS


def _decimal(value: float) -> float:
    """As grading systems write them, and finer."""
    return round(value, 9)


_FACTORS, _OFFSETS = st.floats(0, 1000).map(_decimal), st.floats(-1000, 1000).map(_decimal)
_POWERS = st.floats(1e-6, 1000).map(_decimal)
CDLS = st.builds(
    Cdl,
    slope=st.tuples(_FACTORS, _FACTORS, _FACTORS),
    offset=st.tuples(_OFFSETS, _OFFSETS, _OFFSETS),
    power=st.tuples(_POWERS, _POWERS, _POWERS),
    saturation=_FACTORS,
)
_IDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)
CC = write_cc(Cdl(slope=(1.1, 1, 0.9), saturation=0.8), "sh010")


@given(CDLS, _IDS)
def test_a_cdl_reads_back_from_a_cc_as_it_was_written(cdl: Cdl, name: str) -> None:
    assert list(read_cdl("a.cc", write_cc(cdl, name).encode())) == [(name, cdl)]


@given(st.dictionaries(_IDS, CDLS, min_size=1, max_size=4))
def test_collections_and_decision_lists_read_back_as_they_were_written(corrections: dict[str, Cdl]) -> None:
    for write in (write_ccc, write_cdl):
        assert list(read_cdl("a", write(list(corrections.items())).encode())) == list(corrections.items())


@given(CDLS)
def test_a_cdl_reads_back_from_the_texts_of_an_ale(cdl: Cdl) -> None:
    assert read_asc(write_sop(cdl), write_sat(cdl)) == cdl
    assert "e" not in write_sop(cdl)


@pytest.mark.parametrize(
    "text",
    ["(1 1 1)(0 0 0)(1 1 1)", "(1.0, 1.0, 1.0) (0.0, 0, 0)(1 1 1) ", "( 1 1 1 )( -0 0 0 )(1 1 1)"],
)
def test_whole_numbers_commas_and_blanks_are_taken_in_a_sop(text: str) -> None:
    assert read_sop(text) == ((1, 1, 1), (0, 0, 0), (1, 1, 1))


def test_no_texts_are_no_cdl_and_one_of_them_is_one() -> None:
    assert read_asc(None, "  ") is None
    assert read_asc(None, "0.5") == Cdl(saturation=0.5)


def test_a_correction_without_id_and_namespace_and_with_an_old_saturation_node_is_read() -> None:
    body = "<ColorCorrection><SATNode><Saturation>0.5</Saturation></SATNode></ColorCorrection>"
    assert list(read_cdl("a.cc", body.encode())) == [(None, Cdl(saturation=0.5))]
    other = CC.replace("urn:ASC:CDL:v1.2", "urn:ASC:CDL:v1.01")
    assert read_cdl("a.cc", other.encode())[0][1].saturation == 0.8


@pytest.mark.parametrize(
    ("fault", "damaged"),
    [
        ("nan", CC.replace("0.8", "nan")),
        ("infinite", CC.replace("0.8", "INF")),
        ("beyond every number", CC.replace("0.8", "1e999")),
        ("negative saturation", CC.replace("0.8", "-0.8")),
        ("negative slope", CC.replace("1.1 ", "-1.1 ")),
        ("no power", CC.replace("Power", "Pover")),
        ("power of zero", CC.replace("<Power>1", "<Power>0")),
        ("out of range", CC.replace("1.1 ", "1000000 ")),
        ("two numbers", CC.replace("1.1 ", "")),
        ("four numbers", CC.replace("1.1 ", "1 1.1 ")),
        ("words", CC.replace("1.1 ", "a_bit ")),
        ("digits of another script", CC.replace("1.1 ", "١ ")),
        ("an underscore", CC.replace("1.1 ", "1_0 ")),
        ("an element in a number", CC.replace("1.1 ", "<b/>1.1 ")),
        ("nothing in it", '<ColorCorrection id="a"/>'),
        ("an empty list", "<ColorDecisionList/>"),
        ("another document", "<html/>"),
        ("no XML", "LUT_3D_SIZE 2"),
        ("nothing", ""),
        ("cut", CC[:150]),
        ("deep", "<a>" * 300_000),
        ("an entity bomb", '<!DOCTYPE a [<!ENTITY b "cccccccccc">]><ColorCorrection>&b;</ColorCorrection>'),
        ("a file of ours", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><ColorCorrection id="&b;"/>'),
        ("too long", CC + " " * (9 << 20)),
        ("one name twice", write_ccc([("a", Cdl()), ("a", Cdl(saturation=0))])),
    ],
    ids=lambda value: value if len(value) < 40 else "",
)  # fmt: skip
def test_a_damaged_cdl_is_refused_with_a_sentence(fault: str, damaged: str) -> None:
    with pytest.raises(Rejected) as refusal:
        read_cdl("sh010.cc", damaged.encode())
    verdict = refusal.value.verdict
    assert verdict.code is Code.BAD_SIDECAR
    assert "sh010.cc" in verdict.sentence
    assert len(verdict.sentence) < 400


@pytest.mark.parametrize("text", ["(1 1 1)(0 0 0)", "1 1 1 0 0 0 1 1 1", "(1 1 1)(0 0 0)(1 1 nan)", "(" * 9999])
def test_a_damaged_sop_is_refused(text: str) -> None:
    with pytest.raises(Rejected):
        read_asc(text, None)


def cube(*rows: str, size: object = 2) -> bytes:
    return "\n".join([f"LUT_3D_SIZE {size}", *(rows or _ROWS)]).encode()


_ROWS = [f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1)]


@given(st.integers(2, 4).flatmap(lambda size: st.lists(st.floats(-4, 4), min_size=3 * size**3, max_size=3 * size**3)))
def test_a_lut_reads_back_as_it_was_written_to_the_millionth(values: Sequence[float]) -> None:
    size = round((len(values) / 3) ** (1 / 3))
    read = read_cube(write_cube(size, values, "a look"))
    assert (read.size, read.title) == (size, "a look")
    assert list(read.values) == pytest.approx(list(values), abs=5.1e-7)


def test_a_lut_may_have_comments_windows_line_ends_a_byte_order_mark_and_a_domain() -> None:
    body = b'\xef\xbb\xbf# Resolve\r\nTITLE "Sh\xf6w"\r\nDOMAIN_MIN 0 0 0\r\nDOMAIN_MAX 2 2 2\r\n\r\n'
    read = read_cube(body + cube().replace(b"\n", b"\r\n#\r\n"))
    assert (read.size, read.low, read.high) == (2, (0, 0, 0), (2, 2, 2))
    assert read_cube(b"LUT_3D_INPUT_RANGE -0.5 1.5\n" + cube()).low == (-0.5, -0.5, -0.5)


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ("nan", cube(*_ROWS[:-1], "nan 1 1")),
        ("inf", cube(*_ROWS[:-1], "1 1 -inf")),
        ("beyond every number", cube(*_ROWS[:-1], "1 1 1e999")),
        ("an underscore", cube(*_ROWS[:-1], "1 1 1_0")),
        ("a word", cube(*_ROWS[:-1], "1 1 one")),
        ("a keyword among the rows", cube(*_ROWS[:-1], "TITLE a b")),
        ("four numbers", cube(*_ROWS[:-1], "1 1 1 1")),
        ("a short row", cube(*_ROWS[:-1], "1 1")),
        ("one row short", cube(*_ROWS[:-1])),
        ("one row too many", cube(*_ROWS, "1 1 1")),
        ("no rows", cube("#", size=33)),
        ("size 65,536", cube(size=65536)),
        ("size 66", cube(size=66)),
        ("size 1", cube(size=1)),
        ("a negative size", cube(size=-2)),
        ("a size of a million digits", cube(size="9" * 1_000_000)),
        ("a size of two words", cube(size="2 2")),
        ("two sizes", b"LUT_3D_SIZE 2\n" + cube()),
        ("curves", b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"),
        ("curves before it", b"LUT_1D_SIZE 2\n" + cube()),
        ("an empty domain", b"DOMAIN_MAX 0 0 0\n" + cube()),
        ("a domain of nan", b"DOMAIN_MAX nan 1 1\n" + cube()),
        ("a word that changes what it does", b"LUT_IN_VIDEO_RANGE\n" + cube()),
        ("no size", "\n".join(_ROWS).encode()),
        ("nothing", b""),
        ("no text", bytes(range(256)) * 10),
        ("too long", cube() + b"\n" * (17 << 20)),
    ],
)  # fmt: skip
def test_a_damaged_lut_is_refused_with_a_sentence(fault: str, body: bytes) -> None:
    with pytest.raises(Rejected) as refusal:
        read_cube(body)
    assert refusal.value.verdict.code is Code.BAD_SIDECAR
    assert len(refusal.value.verdict.sentence) < 400


ALE = (
    "Heading\nFIELD_DELIM\tTABS\nVIDEO_FORMAT\t1080\nFPS\t23.976\n\nColumn\n"
    "Name\tScene\tTake\tASC_SOP\tASC_SAT\tLUT\t\n\nData\n"
    "A001C001.mov\t12A\t3\t(1 1 1)(0 0 0)(1 1 1)\t0.9\tshow.cube\t\nA001C002\t\t\t\t\t\n"
)


@pytest.mark.parametrize(
    "body",
    [
        ALE.encode(), ALE.replace("\n", "\r\n").encode(), codecs.BOM_UTF8 + ALE.encode(), ALE.encode("utf-16"),
        codecs.BOM_UTF16_BE + ALE.encode("utf-16-be"), ALE.replace("show", "schön").encode("latin-1"),
    ],
)  # fmt: skip
def test_an_ale_tells_scene_setup_take_cdl_and_lut_of_each_clip(body: bytes) -> None:
    first, second = read_ale(body)
    assert (first.name, first.cdl) == ("A001C001.mov", Cdl(saturation=0.9))
    assert first.slate is not None
    assert (first.slate.scene, first.slate.setup, first.slate.take) == ("12", "12A", "3")
    assert first.lut is not None
    assert first.lut.endswith(".cube")
    assert (second.name, second.slate, second.cdl, second.lut) == ("A001C002", None, None, None)


@pytest.mark.parametrize(("said", "scene"), [("12", "12"), ("A12C", "A12"), ("12A-PU", "12"), ("Chase", "Chase")])
def test_a_setup_is_what_the_slate_says_and_its_scene_has_no_letters_after_it(said: str, scene: str) -> None:
    slate = read_ale(ALE.replace("12A", said).encode())[0].slate
    assert slate is not None
    assert (slate.setup, slate.scene) == (said, scene)


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ("no ALE", b"hello"),
        ("nothing", b""),
        ("no names", ALE.replace("Name", "Nane").encode()),
        ("two names", ALE.replace("Scene", "Name").encode()),
        ("a million columns", ALE.replace("Scene", "\t".join(map(str, range(1_000_000)))).encode()),
        ("too many columns", ALE.replace("Scene", "\t".join(map(str, range(MAX_COLUMNS)))).encode()),
        ("too many rows", (ALE + "a\n" * 20_001).encode()),
        ("too many values", (ALE + "\t".join("abcdefghi")).encode()),
        ("a damaged CDL", ALE.replace("(1 1 1)(", "(1 1 nan)(").encode()),
        ("a negative saturation", ALE.replace("0.9", "-0.9").encode()),
        ("UTF-16 that is cut", ALE.encode("utf-16")[:-1]),
        ("UTF-16 without its mark", ALE.encode("utf-16-le")),
        ("a name in an encoding that is not told", ALE.replace("A001C001", "Fähre").encode("mac-roman")),
        ("a control character", ALE.replace("A001C001", "A001\x1b[2J").encode()),
        ("too long", ALE.encode() + b"\n" * (17 << 20)),
    ],
)  # fmt: skip
def test_a_damaged_ale_is_refused_with_a_sentence(fault: str, body: bytes) -> None:
    with pytest.raises(Rejected) as refusal:
        read_ale(body)
    assert refusal.value.verdict.code is Code.BAD_SIDECAR
    assert len(refusal.value.verdict.sentence) < 400
