"""A paper at a glance: what stands under its headings, and whose it seems to be."""

import pytest

from circletake.contracts.errors import Rejected
from circletake.contracts.takes import Said, Source
from circletake.film.papers.exported import write_csv
from circletake.film.papers.glance import glance, likely_source


def test_a_paper_s_headings_are_shown_with_the_first_different_cells_of_each() -> None:
    text = "Report\n\nScene,Take,Empty,Mood\n" + "".join(f"12,{take},,\n" for take in (1, 1, 2, 3, 4)) + "13,1,,blue\n"
    seen = glance(text.encode("utf-16"), "s.csv", Source.SCRIPT)
    assert seen.cells == {"Scene": ("12", "13"), "Take": ("1", "2", "3"), "Mood": ("blue",)}
    assert not seen.is_export


def test_headings_that_only_a_person_knows_are_seen_with_their_word() -> None:
    body = b"Bild;Klappe;Film\n12;3;A001C001\n"
    with pytest.raises(Rejected, match="no row of headings"):
        glance(body, "s.csv", Source.SCRIPT)
    known = {"Bild": "scene", "Klappe": "take"}
    assert list(glance(body, "s.csv", Source.SCRIPT, known).cells) == ["Bild", "Klappe", "Film"]
    assert list(glance(body, "s.csv", Source.SCRIPT, None, known).cells) == ["Bild", "Klappe", "Film"]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("File Name,Scene,Take,Notes\n12A-T01.WAV,12A,1,\n", Source.SOUND),
        (f"File Name,Scene,Take,Notes\n{'12A-T01.WAV ' * 20},12A,1,\n", Source.SOUND),
        ("Clip Name,Scene,Take,EI,White Balance\nA001C001,12A,1,800,5600\n", Source.CAMERA),
        ("Scene,Setup,Take,Clip,Sound File,Notes\n12,12A,1,A001C001,12A-T01.wav,\n", Source.SCRIPT),
        ("Slate,Take,Notes\n127,1,\n", Source.SCRIPT),
        ("Clip,Roll\nA001C001,A001\n", None),
        (write_csv([Said(setup="12A", take="1")]), None),
    ],
)
def test_whose_a_paper_seems_to_be_is_a_question_and_no_verdict(text: str, source: Source | None) -> None:
    assert likely_source(glance(text.encode(), "s.csv", Source.SCRIPT)) is source
