"""Reports of shooting days to be set: a made day with everything that one can have, and one with hostile notes."""

from fractions import Fraction

from circletake.contracts.keys import DayRef
from circletake.contracts.takes import Correction, DayFacts, Flag, Paper, Said, Source
from circletake.film.day_report import DayReport, PaperLine, report_day
from circletake.film.day_report_rolls import RollLine, roll_line
from circletake.film.papers.written import Problem
from circletake.film.takes.day import DayClip, Word
from circletake.film.takes.fold import fold
from tests.film import told
from tests.made_day import MadeUnit, make_day
from tests.web.verdicts import amber, green, red, roll_card

FACTS = DayFacts(zone="Europe/Berlin", call="2026-09-30T16:00:00Z", wrap="2026-10-01T04:30:00Z", kind="TEST")
MISFIT = "12-T03.WAV drifts by 44 ppm, 0.05 frames by the picture's end."
HOSTILE = (
    "<script>alert(1)</script> & <b>bold</b> [red]rich[/red]",
    '=HYPERLINK("http://evil.example")',
    "\u202eturned \u200b שלום and مرحبا",
    "said. " * 665 + "end of it.",
    "A clap 🎬 of \U0010fffe hands",
    "two\nlines",
)


def made_report(unit: MadeUnit | None = None, facts: DayFacts = FACTS) -> DayReport:
    """→ the report of a made unit: a card of every light, papers with problems, a settled contradiction."""
    unit = unit or make_day(3).units[0]
    circled = Said(setup=next(take.setup for take in unit.takes), take="2", flags={Flag.CIRCLED: True})
    said = Correction(id="0" * 20, said=circled, by="ada@example.com", at="2026-10-01T06:10:00Z")
    words = [*unit.words, Word(Source.PERSON, said.by, said.said, said.at)]
    day = fold(words, unit.clips, unit.sounds)
    papers = [
        Paper(name=each.name, source=each.source, sha256="0" * 64, columns={}, rows=len(each.rows), by="bo@example.com",
              at=f"2026-10-01T0{4 + number}:12:00Z")
        for number, each in enumerate(unit.papers)
    ]  # fmt: skip
    wrong = tuple(Problem(line, f"Start: 19:6{line - 12}:00:00 is not a timecode.") for line in range(12, 19))
    return report_day(
        DayRef(production="bikes", unit=unit.unit, day=unit.day), facts, day, unit.clips, unit.sounds,
        rolls=[_roll(roll) for roll in (*day.summary.rolls, "SR14")],
        papers=[PaperLine(paper, wrong if paper.source is Source.SOUND else ()) for paper in papers],
        corrections=[said], misfits=[("A001C003_260930_R1JL", MISFIT)],
    )  # fmt: skip


def _roll(roll: str) -> RollLine:
    released = {"by": "ada", "role": "camera", "at": "2026-10-01T05:40:00+00:00", "reason": "ok", "status": "GREEN"}
    cards = {"A001": [green("o-1", released=released)], "A002": [amber("o-1")], "A003": [red("o-1")]}
    stopped = "This clip stops before its end: 143 of 240 frames are there."
    clips = {
        "A001": [told.clip("A001C001", state="KEPT")],
        "A003": [told.clip("A003C004_260930_R1JL", state="REJECTED", sentence=stopped)],
        "A004": [told.clip("A004C009_260930_R1JL", state="TRANSCODED")],
    }
    inserted = cards.get(roll, [green("o-1"), green("o-2")] if roll == "B001" else [green("o-1")])
    return roll_line(roll, roll_card(*inserted), clips.get(roll, []))


def hostile_report() -> DayReport:
    """→ a day whose papers try everything; its zone is none."""
    clips = [
        DayClip(f"c{number}", f"A001C00{number}", "A001", Fraction(25), 250, "A", start=90_000 * number)
        for number, _ in enumerate(HOSTILE, 1)
    ]
    words = [
        Word(Source.SCRIPT, HOSTILE[0], Said(line=number + 1, setup="12A", take=str(number), note=note,
             clips=(f"A001C00{number}",), flags={Flag.CIRCLED: True}))
        for number, note in enumerate(HOSTILE, 1)
    ]  # fmt: skip
    words.append(Word(Source.SOUND, HOSTILE[0], Said(line=9, setup="12A", take="1", flags={Flag.CIRCLED: False})))
    ref = DayRef(production="bikes", unit="2u", day="D014")
    return report_day(ref, DayFacts(zone="Mars/Base"), fold(words, clips, ()), clips, ())
