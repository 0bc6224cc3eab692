"""Whatever is brought in as a paper ends in rows and problems, or in one verdict, within its bounds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circletake.contracts.errors import Code, Rejected
from circletake.contracts.takes import Paper, Said, Source
from circletake.film.papers.headings import FIELDS, columns_for
from circletake.film.papers.reading import PaperRead, read_paper
from tests.effort import within_cpu

SEEDS = [
    "Sound Report,,\nRoll:,S1,,\nFile Name,Scene,Take,Start TC,Circled,Notes\nA.WAV,12A,1,10:00:00:00,x,\"a\nb\"\n",
    "Slate;Take;Camera;Roll;Clip;Sensor FPS\n127 T3;③;A Cam;A001;A001C001-A001C003;23.976\n",
    "Heading\nFIELD_DELIM\tTABS\n\nColumn\nName\tScene\tTake\tCamroll\n\nData\nA001C001\t12A\t3\tA001\n",
]  # fmt: skip
#: What breaks readers: separators, quotes, ends of lines, marks, and what a cell may be.
PIECES = [
    ",", ";", "\t", '"', '""', "\n", "\r\n", "\r", "\x00", "\ufeff", "=", "'", "Scene", "Take", "Clip", "Circled",
    "Column", "Data", "12A/3", "③", "A001C001-A001C999", "99999999999", "23.976", "x", "?", "\u202e", "é",
    "10:00:00:00", " ",
]  # fmt: skip
AT = "2026-11-22T20:00:00Z"
sources = st.sampled_from(Source)


@st.composite
def spliced(draw: st.DrawFn) -> bytes:
    """A paper in which something was put, or from which something was cut."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        new = draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)))
        text = text[:at] + new + text[at + draw(st.integers(0, 8)) :]
    body = text.encode(draw(st.sampled_from(["utf-8", "utf-16", "utf-8-sig"])), errors="replace")
    cut = draw(st.integers(0, len(body)))
    return body[:cut] if draw(st.booleans()) else body


bodies = st.one_of(
    st.binary(max_size=200),
    spliced(),
    st.lists(st.sampled_from(PIECES), max_size=60).map(lambda pieces: "".join(pieces).encode()),
    st.lists(st.sampled_from(PIECES), max_size=60).map(lambda pieces: f"Scene,Take,Clip\n{''.join(pieces)}".encode()),
)


def ends(body: bytes, source: Source, columns: dict[str, str] | None = None) -> PaperRead | None:
    """→ what a paper says; None where it was refused as one ought to be."""
    try:
        return read_paper(body, "day.csv", source, columns)
    except Rejected as rejected:
        verdict = rejected.verdict
        assert verdict.code is Code.BAD_SIDECAR
        assert len(verdict.sentence) < 300
        assert verdict.next_step
        return None


@settings(max_examples=400)
@given(bodies, sources)
def test_any_bytes_end_in_rows_and_problems_or_in_a_verdict(body: bytes, source: Source) -> None:
    paper = ends(body, source)
    if paper is None:
        return
    most = len(body) + 1
    assert all(isinstance(row, Said) and 0 < row.line <= most for row in paper.said)
    assert all(0 < problem.line <= most and problem.sentence.endswith(".") for problem in paper.problems)
    assert [row.line for row in paper.said] == sorted(row.line for row in paper.said)
    assert set(paper.columns.values()) <= FIELDS
    assert not set(paper.columns) & {*paper.unknown, *paper.left_out}
    assert not set(paper.unknown) & set(paper.left_out)
    assert all(Said.model_validate_json(row.model_dump_json()) == row for row in paper.said)
    # What a person is shown, and what is kept of it.
    shown = [
        *paper.columns,
        *paper.unknown,
        *paper.left_out,
        *paper.above,
        *paper.above.values(),
        *(each.sentence for each in paper.problems),
    ]
    assert all(text.isprintable() for text in shown)
    kept = Paper(
        name="day", source=source, sha256="0" * 64, columns=paper.columns, rows=len(paper.said), by="me", at=AT
    )
    assert kept.columns == paper.columns


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from([*PIECES, *SEEDS[0].split(","), "", "A"]), max_size=8),
    st.dictionaries(st.sampled_from([*PIECES, "Name"]), st.sampled_from([*sorted(FIELDS), ""]), max_size=4),
    sources,
)
def test_what_was_made_of_headings_once_is_made_of_them_again(
    headings: list[str], given_: dict[str, str], source: Source
) -> None:
    columns = columns_for(headings, source, given_)
    assert set(columns) <= set(headings)
    assert columns_for(headings, source, given_ | columns) == columns


HEADINGS = b"Scene,Setup,Take,Clip,Notes\n"


@pytest.mark.parametrize(
    ("fault", "body", "said"),
    [
        ("each line opens a quote", HEADINGS + b'x","\n' * 100_000, 0),
        ("a quote is never closed", HEADINGS + b'12,A,1,A1,"\n' + b"12,A,1,A1,\n12,A,2,A1,\n" * 5_000, 10_001),
        ("commas", HEADINGS + b"," * 10_000_000, 0),
        ("wide lines above", b"Take," * 40_000 + b"\n" + b"a," * 100_000 + b"\n" + HEADINGS + b"12,12A,1,,\n", 1),
        ("ranges upon ranges", HEADINGS + b"12,12A,1," + b"A001C001-A001C190;" * 13_000 + b",\n", 1),
        ("blanks", HEADINGS + b"12,12A,1,A" + b" " * 200_000 + b"B,\n", 1),
        ("words upon words", HEADINGS + b"12A" + b" PU" * 80_000 + b",,1,A001C001,\n", 1),
        ("columns of an ALE", b"Heading\nColumn\nName\t" + b"\tx" * 1_000_000 + b"\nData\nx\n", None),
        ("values of an ALE", b"Heading\nColumn\nName\tStart\nData\n" + b"x\t" * 1_000_000 + b"\n", 0),
    ],
)  # fmt: skip
def test_what_is_made_to_take_long_does_not(fault: str, body: bytes, said: int | None) -> None:
    with within_cpu(10):
        paper: Any = ends(body, Source.SCRIPT)
    assert (paper and len(paper.said)) == said
