"""The digest: what a producer reads, and what never leaves the production."""

from urllib.parse import urlsplit

import pytest

from circletake.contracts.errors import Code
from circletake.contracts.facts import RollClosed, RollTotals
from circletake.contracts.keys import RollRef
from functions.notify.notify import count_codes, write_digest

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


def test_clips_that_are_fine_have_no_code_to_count() -> None:
    assert count_codes([None, "NO_VIDEO", None, "NO_VIDEO"]) == {"NO_VIDEO": 2}
