"""`circletake report day`: what stands on the terminal, on the page, on paper and in the CSV, read back."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given
from lxml import etree, html
from pypdf import PdfReader
from rich.console import Console
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cli.report_day_pdf import write_pdf
from circletake.cli.report_day_text import print_day
from circletake.cli.report_paper import Made
from circletake.cloud.catalogue import Catalogue
from circletake.cloud.day_book import DayBook
from circletake.cloud.deployment import Deployment
from circletake.cloud.outbox import Outbox
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import MAX_REMARK, DayFacts, Flag, Said, Source
from circletake.film.day_report import DayReport, TakeLine, report_day, said_of
from circletake.film.day_report_csv import write_csv
from circletake.film.day_report_html import write_html
from circletake.film.day_report_words import Clock
from circletake.film.papers.reading import read_paper
from circletake.film.report import clock_text
from circletake.film.takes.day import DayClip, DaySound, Word
from circletake.film.takes.fold import fold
from tests.aws import TABLE
from tests.cli.reported import HOSTILE, MISFIT, hostile_report, made_report
from tests.film.test_takes_properties import recorded, slowly
from tests.film.test_takes_properties import words as any_words
from tests.made_day import MadeUnit, make_day
from tests.stored_day import store_day

MADE = Made("2026-10-01 08:00 CEST", "Circletake 0.1.0")
EVERYWHERE = (
    "D014", "bikes", "2026-09-30 18:00 CEST", "2026-10-01 06:30 CEST", "Times are in Europe/Berlin.", "Kind: TEST",
    "12 h 30 min", "Do not format", "Not yet safe to format", "Released by ada, 2026-10-01 07:40 CEST",
    "File missing", "Copies lacking", "A003C004_260930_R1JL", "143 of 240 frames", "Transcoded",
    "Clips without a take: 1", "No sound belongs to 13 take 2, and nobody says that it is MOS.",
    "12C take 1, 14B take 1, 16A take 4", "the circle is told in two ways: yes (ada@example.com) holds", MISFIT,
    "main sound.csv", "2026-10-01 07:12 CEST", "by bo@example.com", "7 problems", "line 12: Start:", "and 2 more",
    "Corrected by ada@example.com (1).", "Archived as they are, without a picture: 1", "Camera C", "Wild tracks",
)  # fmt: skip


def clock_of(report: DayReport) -> Clock:
    return Clock(report.facts.zone)


def flat(text: str) -> str:
    return " ".join(text.split())


def lasting(takes: Sequence[TakeLine]) -> Fraction:
    return sum((take.runtime for take in takes), Fraction(0))


def on_paper(report: DayReport) -> str:
    pdf = PdfReader(io.BytesIO(write_pdf(report, clock_of(report), MADE)))
    return flat(" ".join(page.extract_text() for page in pdf.pages))


def as_page(report: DayReport) -> Any:
    return html.fromstring(write_html(report, clock_of(report), "Made today."))


def on_screen(report: DayReport, width: int) -> str:
    told = io.StringIO()
    print_day(report, clock_of(report), Console(file=told, width=width, highlight=False))
    return told.getvalue()


def rows_of(report: DayReport) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(write_csv(report).removeprefix("\ufeff"))))


@pytest.fixture(scope="module")
def report() -> DayReport:
    return made_report()


# What stands in it


@pytest.mark.parametrize("told", EVERYWHERE)
def test_paper_and_page_tell_everything_that_a_day_has(report: DayReport, told: str) -> None:
    assert told in on_paper(report)
    # A cell's lines are elements of their own.
    assert told in flat(" ".join(as_page(report).itertext()))


def test_the_day_stands_in_numbers_at_the_top(report: DayReport) -> None:
    day = report.summary
    tiles = [flat(" ".join(tile.itertext())) for tile in as_page(report).find_class("figures")[0]]
    safe = sum(card.light == "GREEN" for roll in report.rolls for card in roll.cards)
    cards = sum(len(roll.cards) for roll in report.rolls)
    assert tiles == [
        f"cards safe ✗ {safe}/{cards} {cards} received · {safe} verified · {cards - safe} not safe to format",
        "scenes 5 12, 13, 14, 15, 16",
        "setups 20",
        "takes 80 3 false starts · 3 wild tracks",
        f"circled {day.circled} {clock_text(day.circles.runtime)} runtime",
        f"runtime {clock_text(day.all.runtime)} {day.all.clips} clips",
        f"sound files {day.sounds} 1 take without sound",
        f"waiting for a person ▲ {sum(map(len, report.missing.values()))}",
    ]
    assert f"{safe}/{cards} cards safe" in on_paper(report)


def test_every_take_has_its_row_in_the_order_in_which_people_count(report: DayReport) -> None:
    page = as_page(report)
    (section,) = [each for each in page.iter("section") if each[0].text == "Scenes, setups and takes"]
    names = [row[0].text_content() for row in section.iter("tr") if len(row) == 6 and row[0].tag == "th"][1:]
    assert names == [take.take for take in report.takes]
    headings = [flat(head.text_content()) for head in section.find_class("group")]
    assert headings[:2] == [
        f"Scene 12 · setup 12 · 4 takes · 1 circled · {clock_text(lasting(report.takes[:4]))}",
        f"Scene 12 · setup 12A · 3 takes · {clock_text(lasting(report.takes[4:7]))}",
    ]
    assert sum("nobody mentions take 2" in heading for heading in headings) == 2
    assert len(section.find_class("circled")) == report.summary.circled


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_is_never_wider_than_it_is(report: DayReport, width: int) -> None:
    lines = on_screen(report, width).splitlines()
    assert max(map(len, lines)) <= width
    text = flat(" ".join(lines))
    for told in ("Do not format", "207/214", "Waiting for a person", "12, 13, 14, 15, 16", "MOS 1", "Europe/Berlin"):
        assert told in text


def test_the_terminal_breaks_nobody_s_name(report: DayReport) -> None:
    papers = tuple(
        replace(line, paper=line.paper.model_copy(update={"by": "script.supervisor@example.com"}))
        for line in report.papers
    )
    told = on_screen(replace(report, papers=papers), 80)
    assert told.count("script.supervisor@example.com") == len(papers) > 0


def test_the_terminal_has_a_line_for_each_setup(report: DayReport) -> None:
    lines = [line.split() for line in on_screen(report, 120).splitlines()]
    for setup in report.setups:
        assert any(line[:3] == [setup.scene, setup.setup, str(len(setup.counted))] for line in lines)


def test_takes_are_counted_by_one_rule_everywhere() -> None:
    rows = [
        Said(scene="12", setup="12A", take="1", clips=("A001C001",), flags={Flag.CIRCLED: True}),
        Said(scene="12", setup="12A", take="2", flags={Flag.CIRCLED: True}),
        Said(setup="12A", take="WT1", flags={Flag.WILD_TRACK: True}),
    ]
    clips = [DayClip("c", "A001C001", "A001", Fraction(24), 24, "A")]
    day = fold([Word(Source.SCRIPT, "s.csv", each.model_copy(update={"line": at})) for at, each in enumerate(rows, 2)],
               clips, ())  # fmt: skip
    report = report_day(DayRef(production="bikes", unit="main", day="D001"), DayFacts(), day, clips, ())
    assert (day.summary.takes, day.summary.circled, day.summary.all.takes, day.summary.circles.takes) == (2, 2, 1, 1)
    assert [len(setup.counted) for setup in report.setups] == [2]
    assert "setup 12A · 2 takes · 1 wild track · 2 circled" in flat(as_page(report).text_content())
    assert re.search(r"12A +2 +takes 1, 2", on_screen(report, 120))
    for text in (on_paper(report), flat(as_page(report).text_content()), flat(on_screen(report, 120))):
        assert "A take has a number; wild tracks are counted apart." in text


def test_a_day_without_a_zone_or_with_one_that_nobody_knows_is_told_in_utc_and_says_so() -> None:
    told = Clock(None)
    assert (told.tell("2026-09-30T16:00:00Z"), told.sentence) == (
        "2026-09-30 16:00 UTC",
        "No time zone is set for this day: times are in UTC.",
    )
    for zone in ("Mars/Base", "../../etc/passwd", "Europe"):
        assert Clock(zone).tell("2026-09-30T16:00:00Z") == "2026-09-30 16:00 UTC"
        assert Clock(zone).sentence == f"The time zone “{zone}” is not known here: times are in UTC."
    assert Clock("Asia/Kathmandu").tell("2026-09-30T18:30:00.5+00:00") == "2026-10-01 00:15 +0545"


def test_runtimes_are_rounded_once_and_carry() -> None:
    exact = [Fraction(0), Fraction(119, 2), Fraction(119999, 1000), Fraction(3600), Fraction(36000)]
    assert [clock_text(each) for each in exact] == ["0:00:00", "0:01:00", "0:02:00", "1:00:00", "10:00:00"]


def test_an_empty_day_says_that_nothing_is_there() -> None:
    ref = DayRef(production="bikes", unit="main", day="D001")
    report = report_day(ref, DayFacts(), fold((), (), ()), (), ())
    for text in (on_paper(report), flat(as_page(report).text_content()), flat(on_screen(report, 80))):
        for told in ("No card of this day has been received.", "Nothing waits for a person.", "No take is known yet.",
                     "No paper has been brought in.", "Call: not said"):  # fmt: skip
            assert told in text
    assert rows_of(report) == []


# The page and the paper


def test_the_page_needs_nothing_else_and_runs_nothing(report: DayReport) -> None:
    for page in (as_page(report), as_page(hostile_report())):
        assert not page.xpath("//script | //img | //link | //iframe | //a | //@href | //@src | //@onclick")
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy == "default-src 'none'; style-src 'unsafe-inline'"
        assert "url(" not in page.xpath("//style")[0].text
        assert "@import" not in page.xpath("//style")[0].text


def test_the_page_s_tables_are_read_out_with_their_headings(report: DayReport) -> None:
    page = as_page(report)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for table in page.iter("table"):
        assert table.get("aria-labelledby") in ids
        for row in table.xpath(".//tbody/tr"):
            assert all(cell.get("scope") in ("row", "rowgroup") for cell in row.iter("th"))
        assert {cell.get("scope") for cell in table.xpath("./thead//th")} <= {"col"}
    assert page.get("lang") == "en"


def test_the_page_is_well_formed(report: DayReport) -> None:
    parser = etree.HTMLParser(recover=False)
    body = re.sub(r"</?(main|header|footer|section)\b", lambda tag: tag[0].replace(tag[1], "div"),
                  write_html(report, clock_of(report), ""))  # fmt: skip
    etree.fromstring(body.encode(), parser)


def test_each_page_of_the_paper_says_which_it_is_and_heads_its_table(report: DayReport) -> None:
    pages = [
        flat(page.extract_text()) for page in PdfReader(io.BytesIO(write_pdf(report, clock_of(report), MADE))).pages
    ]
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Day report · bikes · D014 · main unit" in page
        assert "Made 2026-10-01 08:00 CEST by Circletake 0.1.0." in page
    for page in pages[-4:-1]:
        assert "Take Marks Clips Runtime Sound Notes" in page


# What papers try


def test_markup_is_text_on_the_page_and_on_paper() -> None:
    hostile = hostile_report()
    page = as_page(hostile)
    notes = [cell.text_content() for cell in page.xpath("//tr/td[last()]")]
    assert HOSTILE[0] in notes
    assert not page.xpath("//b")
    assert HOSTILE[0] in on_paper(hostile)


def test_what_turns_the_writing_is_spelt_and_other_scripts_stay_as_they_are() -> None:
    hostile = hostile_report()
    text = as_page(hostile).text_content()
    assert "⟨U+202E⟩turned ⟨U+200B⟩ שלום and مرحبا" in text
    assert "\u202e" not in text
    assert "[U+202E]turned" in on_paper(hostile)
    assert all(line.get("dir") == "auto" for line in as_page(hostile).xpath("//td/div[not(@class)]"))


def test_a_note_of_four_thousand_letters_stands_there_whole_everywhere() -> None:
    hostile = hostile_report()
    assert 3990 < len(HOSTILE[3]) <= MAX_REMARK
    for text in (on_paper(hostile), flat(as_page(hostile).text_content())):
        assert text.count("said.") == 665
        assert "end of it." in text
    assert rows_of(hostile)[3]["Comments"] == HOSTILE[3]


def test_a_letter_that_no_typeface_has_is_spelt_on_paper() -> None:
    assert "of [U+10FFFE] hands" in on_paper(hostile_report())


def test_nothing_in_the_csv_is_run_by_a_spreadsheet() -> None:
    rows = rows_of(hostile_report())
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if re.match(r"[=+\-@\t\r]", cell)]
    assert rows[1]["Comments"] == "'" + HOSTILE[1]


def test_the_terminal_obeys_nothing_that_a_paper_says() -> None:
    text = on_screen(hostile_report(), 100)
    assert "[red]rich[/red]" in flat(text)
    assert not set(text) & set("\u202e\u200b\x1b")


# The CSV, read back


@pytest.mark.parametrize("british", [False, True])
def test_the_csv_has_a_row_a_take_and_is_read_again_to_the_same(british: bool) -> None:
    for unit in make_day(3, british=british).units:
        told = made_report(unit)
        read = read_paper(write_csv(told).encode(), "report.csv", Source.SCRIPT)
        assert (read.problems, read.unknown, read.is_export) == ((), (), True)
        assert [said.model_copy(update={"line": 0}) for said in read.said] == [said_of(take) for take in told.takes]
        for row, take in zip(rows_of(told), told.takes, strict=True):
            assert row["Clips"] == ", ".join(part.clip for part in take.clips)
            assert row["Cameras"] == ", ".join(part.camera or "" for part in take.clips)
            assert row["Circled"] == ("yes" if take.circled else "")
            if take.clips:
                assert abs(float(row["Runtime (s)"]) - float(take.runtime)) < 0.001


@pytest.mark.parametrize("british", [False, True])
def test_the_csv_brought_into_its_own_day_changes_nothing(british: bool) -> None:
    unit: MadeUnit
    for unit in make_day(5, british=british).units:
        day = fold(unit.words, unit.clips, unit.sounds)
        ref = DayRef(production="bikes", unit=unit.unit, day=unit.day)
        told = write_csv(report_day(ref, DayFacts(), day, unit.clips, unit.sounds))
        again = read_paper(told.encode(), "report.csv", Source.SCRIPT).words(Source.SCRIPT, "report.csv")
        assert fold([*unit.words, *again], unit.clips, unit.sounds) == day


@slowly
@given(any_words, recorded())
def test_whatever_was_said_each_take_stands_once_and_its_csv_changes_nothing(
    said: list[Word], what: tuple[list[DayClip], list[DaySound]]
) -> None:
    day = fold(said, *what)
    report = report_day(DayRef(production="bikes", unit="main", day="D001"), DayFacts(), day, *what)
    assert Counter(take.called for take in report.takes) == Counter(take.called for take in day.takes)
    read = read_paper(write_csv(report).encode(), "report.csv", Source.SCRIPT) if report.takes else None
    told = [each.model_copy(update={"line": 0}) for each in read.said] if read else []
    assert told == [said_of(take) for take in report.takes if said_of(take) != Said()]
    assert not read or fold([*said, *read.words(Source.CAMERA, "report.csv")], *what) == day
    page = flat(as_page(report).text_content())
    assert all(entry.sentence in page for entry in day.worklist)
    assert max(map(len, on_screen(report, 80).splitlines())) <= 80


@pytest.mark.parametrize(
    ("of_a", "lens", "lenses", "shared"),
    [
        (None, "50", "50 (camera not told)", "50"),
        ("40", "50", "40, –, 50 (camera not told)", ""),
        ("40", None, "40, –", ""),
        (None, None, "", ""),
    ],
)
def test_a_lens_that_was_said_of_the_take_and_of_no_one_camera_stands_in_its_report(
    of_a: str | None, lens: str | None, lenses: str, shared: str
) -> None:
    clips = [DayClip(of, f"{of}001C001", f"{of}001", Fraction(24), 24, of) for of in "AB"]
    said = [
        Word(Source.SCRIPT, "s.csv", Said(line=2, setup="12A", take="1", clips=("A001C001", "B001C001"))),
        Word(Source.CAMERA, "c.csv", Said(line=2, clips=("A001C001",), lens=of_a)),
        Word(Source.PERSON, "ada", Said(setup="12A", take="1", lens=lens), "2026-10-01T06:00:00Z"),
    ]
    day = fold(said, clips, ())
    report = report_day(DayRef(production="bikes", unit="main", day="D001"), DayFacts(), day, clips, ())
    (row,) = rows_of(report)
    assert (row["Lenses"], row["Lens"], row["Timecodes"]) == (lenses, shared, "")
    assert ("lens 50 (camera not told)" in flat(as_page(report).text_content())) == (lens is not None)
    again = read_paper(write_csv(report).encode(), "report.csv", Source.SCRIPT).words(Source.SCRIPT, "report.csv")
    assert fold([*said, *again], clips, ()) == day


def test_a_lens_of_a_take_without_picture_stands_in_its_report() -> None:
    day = fold([Word(Source.SCRIPT, "s.csv", Said(line=2, setup="12A", take="1", lens="50"))], (), ())
    (row,) = rows_of(report_day(DayRef(production="bikes", unit="main", day="D001"), DayFacts(), day, (), ()))
    assert (row["Lenses"], row["Lens"]) == ("50", "50")


def test_notes_that_do_not_fit_one_remark_stand_beside_it() -> None:
    notes = ["a" * 3000, "b" * 900, "c" * 1200]
    words = [Word(source, f"{source}.csv", Said(line=2, setup="12A", take="1", note=note))
             for source, note in zip((Source.SCRIPT, Source.SOUND, Source.CAMERA), notes, strict=True)]  # fmt: skip
    ref = DayRef(production="bikes", unit="main", day="D001")
    (row,) = rows_of(report_day(ref, DayFacts(), fold(words, (), ()), (), ()))
    assert (row["Comments"], row["More Notes"]) == ("\n".join(notes[:2]), notes[2])


# The command


@pytest.fixture
def deployed(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A catalogue with a made day of two units, as the command finds it."""
    found = Deployment("moto", {"Table": TABLE}, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
    return found


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["report", "day", "--production", "bikes", *words])


@pytest.fixture
def two_units(deployed: Deployment, catalogue: Catalogue, outbox: Outbox) -> tuple[MadeUnit, ...]:
    units = make_day(3, plants=()).units
    for unit in units:
        store_day(catalogue, unit)
    main = DayRef(production="bikes", unit="main", day="D014")
    book = DayBook(outbox)
    book.set_facts(main, DayFacts(zone="Europe/Berlin", call="2026-09-30T16:00:00Z"), "ada")
    book.correct(main, Said(setup="12A", take="1", flags={Flag.CIRCLED: True}), "ada")
    return units


def test_the_command_tells_a_unit_s_day_out_of_the_catalogue(two_units: tuple[MadeUnit, ...]) -> None:
    done = run("--day", "D014", "--json")
    assert done.exit_code == 0, done.output
    (told,) = json.loads(done.stdout)["reports"]
    assert told["ref"] == {"production": "bikes", "unit": "main", "day": "D014"}
    exact = sum(clip.frames / clip.rate for clip in two_units[0].clips)
    assert told["summary"]["all"] == {"clips": len(two_units[0].clips), "takes": told["summary"]["all"]["takes"],
                                      "runtime": float(exact)}  # fmt: skip
    assert told["said"] == {"ada": 1}
    assert {roll["roll"] for roll in told["rolls"]} == {*(clip.roll for clip in two_units[0].clips), "SR14"}
    assert told["files"] == {}


def test_the_command_writes_paper_page_and_csv_and_says_where(two_units: tuple[MadeUnit, ...], tmp_path: Path) -> None:
    into = tmp_path / "reports" / "D014"
    done = run("--day", "D014", "--into", str(into))
    assert done.exit_code == 0, done.output
    stem = "bikes_main_D014_day-report"
    assert sorted(path.name for path in into.iterdir()) == [f"{stem}.{kind}" for kind in ("csv", "html", "pdf")]
    assert "Call 2026-09-30 18:00 CEST" in flat(PdfReader(into / f"{stem}.pdf").pages[0].extract_text())
    assert (into / f"{stem}.csv").read_bytes().startswith(b"\xef\xbb\xbfProduction,Unit,Day,")
    assert "12A" in html.fromstring((into / f"{stem}.html").read_text()).text_content()
    for kind in ("csv", "html", "pdf"):
        assert f"{stem}.{kind}" in done.output.replace("\n", "")


def test_every_unit_that_has_a_day_of_that_name_is_told(
    deployed: Deployment, catalogue: Catalogue, two_units: tuple[MadeUnit, ...]
) -> None:
    store_day(catalogue, replace(two_units[1], day="D014"))
    told = json.loads(run("--day", "D014", "--json").stdout)["reports"]
    assert [each["ref"]["unit"] for each in told] == ["2u", "main"]
    assert [each["summary"]["all"]["clips"] for each in told] == [len(unit.clips) for unit in reversed(two_units)]
    only = json.loads(run("--day", "D014", "--unit", "2u", "--json").stdout)["reports"]
    assert [each["ref"]["unit"] for each in only] == ["2u"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--day", "D099"), 1, "Nothing of day D099 has been received. Days: 2U-D003 of unit 2u, D014 of unit main."),
        (("--day", "D014", "--unit", "3u"), 1, "Nothing of day D014 of unit 3u has been received."),
        (("--day", "D0#14"), 2, "'D0#14' is no label of a day or a unit."),
    ],
)
def test_a_day_that_nobody_has_seen_is_an_error_in_a_sentence(
    two_units: tuple[MadeUnit, ...], words: tuple[str, ...], code: int, sentence: str, tmp_path: Path
) -> None:
    done = run(*words, "--into", str(tmp_path / "into"))
    assert (done.exit_code, sentence in flat(done.output)) == (code, True), done.output
    assert not (tmp_path / "into").exists()
