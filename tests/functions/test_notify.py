"""The digest: what a producer reads, and what never leaves the production."""

from fractions import Fraction
from urllib.parse import urlsplit

import pytest

from circletake.contracts.errors import Code
from circletake.contracts.facts import RollClosed, RollTotals
from circletake.contracts.keys import RollRef
from circletake.contracts.takes import Flag, Said, Source
from circletake.film.report import clock_text
from circletake.film.takes.day import DayClip, Word
from circletake.film.takes.fold import fold
from functions.notify.notify import count_codes, write_day_line, write_digest
from tests.made_day import make_day

ROLL = RollRef(production="bikes", unit="2u", day="D014", roll="A004R1JL")
TOTALS = RollTotals(files=10, open=0, delivered=7, kept=0, rejected=2, needs_attention=1)


def test_a_digest_says_what_arrived_in_one_screen() -> None:
    digest = write_digest(
        RollClosed(roll=ROLL, closing=1, totals=TOTALS), {"INCOMPLETE_MEDIA": 2}, "https://p.example/"
    )
    assert digest.subject == "bikes D014 2u: roll A004R1JL is in"
    assert "7  ready to watch" in digest.text
    assert "2 cut off before its end (INCOMPLETE_MEDIA)" in digest.text
    assert "Whether the card may be formatted is answered on the page" in digest.text
    assert len(digest.text.splitlines()) < 20
    assert urlsplit("https://p.example/#/bikes/2u/D014/A004R1JL").fragment in digest.html


def test_a_second_closing_says_that_it_is_an_update() -> None:
    assert "(update 2)" in write_digest(RollClosed(roll=ROLL, closing=2, totals=TOTALS), {}, "https://p/").subject


@pytest.mark.parametrize("code", [code for code in Code if code is not Code.KEPT_AS_IT_IS])
def test_every_code_that_a_clip_can_end_with_has_plain_words(code: Code) -> None:
    digest = write_digest(RollClosed(roll=ROLL, closing=1, totals=TOTALS), {code: 1}, "https://p/")
    assert f"({code})" in digest.text


@pytest.mark.parametrize(
    "code", ["UNSUPPORTED_CONTAINER", "CODEC_NOT_ALLOWED", "INCOMPLETE_MEDIA", "CORRUPT_ESSENCE", "LIMIT_EXCEEDED"]
)
def test_a_recorder_s_file_that_cannot_be_heard_is_no_camera_file_and_has_a_next_step(code: str) -> None:
    digest = write_digest(RollClosed(roll=ROLL, closing=1, totals=TOTALS), {}, "https://p/", sounds={code: 2})
    (line,) = [line for line in digest.text.splitlines() if f"({code})" in line]
    assert line.startswith("  - 2 of sound, kept and not heard, ")
    assert "ask sound" in line or "copy it again" in line
    assert "camera" not in digest.html


def test_clips_that_are_fine_have_no_code_to_count() -> None:
    assert count_codes([None, "NO_VIDEO", None, "NO_VIDEO"]) == {"NO_VIDEO": 2}


def test_a_digest_says_in_a_line_how_the_day_stands_and_names_no_scene() -> None:
    unit = make_day(3).units[0]
    day = fold(unit.words, unit.clips, unit.sounds)
    lasts = clock_text(sum((clip.runtime for clip in unit.clips), Fraction(0)))
    line = write_day_line("D014", day)
    assert line == (
        f"Day D014 so far: 80 takes in 20 setups, {day.summary.circled} circled; runtime {lasts}, "
        f"of it {clock_text(day.summary.circles.runtime)} circled; {day.summary.silent} take without sound; "
        f"{len(day.worklist)} things waiting for a person."
    )
    digest = write_digest(RollClosed(roll=ROLL, closing=1, totals=TOTALS), {"NO_VIDEO": 1}, "https://p/", line)
    assert line in digest.text
    assert f">{line}<" in digest.html
    assert len(digest.text.splitlines()) < 20


def test_a_day_of_which_nothing_is_known_has_no_line() -> None:
    empty = fold((), (), ())
    assert write_day_line("D014", empty) == ""
    message = RollClosed(roll=ROLL, closing=1, totals=TOTALS)
    assert write_digest(message, {}, "https://p/", "") == write_digest(message, {}, "https://p/")


def test_a_day_without_anything_amiss_says_that_nothing_waits() -> None:
    clip = DayClip("c", "A001C001", "A001", Fraction(25), 2500, "A")
    mos = Word(Source.SCRIPT, "a.csv", Said(setup="12A", take="1", clips=("A001C001",), flags={Flag.MOS: True}))
    assert write_day_line("D014", fold([mos], [clip], ())) == (
        "Day D014 so far: 1 take in 1 setup, 0 circled; runtime 0:01:40, of it 0:00:00 circled; "
        "nothing waiting for a person."
    )
