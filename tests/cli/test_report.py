"""`circletake report roll`: the PDF and the CSV of a roll, read back."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from PIL import Image
from pypdf import PdfReader
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cli.report_fonts import markup
from circletake.cli.report_paper import Made
from circletake.cli.report_pdf import duration_text, size_text, write_pdf
from circletake.cloud.deployment import Deployment
from circletake.contracts.keys import RollRef
from circletake.film.report import tell_report
from tests.aws import TABLE
from tests.film.told import act, clip, inspection
from tests.pipeline.world import World
from tests.web.verdicts import ADA, JUDGED, amber, card, green, red, roll_card

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")
MADE = Made("2026-10-14 18:30 UTC", "Circletake 0.1.0")
HOSTILE = "<img src='/etc/passwd'/> & <b>A001</b> =1+1 \u202e"


def picture(width: int = 640, height: int = 268) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (width, height), (40, 90, 160)).save(body, "JPEG")
    return body.getvalue()


def pdf_of(card: Any, *clips: Any, posters: dict[str, bytes] | None = None) -> PdfReader:
    told = tell_report(ROLL, roll_card(card), clips, [])
    return PdfReader(io.BytesIO(write_pdf(told, posters or {}, MADE)))


def text_of(pdf: PdfReader) -> str:
    """→ its text on one line: where a line was folded is none of a test's business."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


@pytest.mark.parametrize(
    ("card", "answer", "ground"),
    [
        (green(), "SAFE TO FORMAT", "Nothing is against it."),
        (amber(), "NOT YET SAFE TO FORMAT", "1 copy of this card counts; this production asks for 2."),
        (red(), "DO NOT FORMAT", "File missing · A001R1JL/A001C011.mov and 5 more"),
    ],
    ids=["green", "amber", "red"],
)
def test_the_answer_and_its_ground_stand_on_the_first_page(card: Any, answer: str, ground: str) -> None:
    text = text_of(pdf_of(card, clip()))
    for told in (answer, ground, "DIT-RAID-1", "2026-10-14 17:58 UTC", "Made 2026-10-14 18:30 UTC by Circletake 0.1.0"):
        assert told in text


def test_a_release_is_told_with_its_reason() -> None:
    released = {**ADA, "at": JUDGED, "reason": "Both drives checked.", "status": "GREEN"}
    text = text_of(pdf_of(green(released=released), clip()))
    assert "Released by ada (camera), 2026-10-14 18:09 UTC: “Both drives checked.”" in text


def test_what_people_answered_for_stands_below_the_verdict() -> None:
    gap = act("ACKNOWLEDGE", "Two tests, deleted.", code="CLIP_GAP", path="A001R1JL")
    first, second = (act("RELEASE", reason, at=JUDGED) for reason in ("Both drives checked.", "Again, after the gap."))
    text = text_of(pdf_of(green(acts=[gap, first, second]), clip()))
    assert "Answered for" in text
    for told in ("“Two tests, deleted.” Clip gap · A001R1JL", "“Both drives checked.”", "“Again, after the gap.”"):
        assert told in text
    assert "Nothing is against it." not in text


def test_a_card_of_which_nothing_was_compared_says_that_and_not_that_all_is_well() -> None:
    nothing = card("o-1", "AMBER", "AMBER", counts={"listed": 0, "received": 0, "matched": 0})
    text = text_of(pdf_of(nothing))
    assert "nothing has been compared yet" in text
    assert "0 of 0" not in text
    assert "Nothing is against it." not in text


def test_an_insertion_that_another_one_covers_is_a_line_and_no_verdict() -> None:
    told = tell_report(ROLL, roll_card(amber("o-1", covered_by="o-2"), green("o-2")), [clip(offload="o-2")], [])
    text = text_of(PdfReader(io.BytesIO(write_pdf(told, {}, MADE))))
    assert "NOT YET SAFE" not in text
    assert "Insertion o-1: all of it is also in o-2, which counts in its place." in text


def test_each_clip_has_its_row_with_exact_times_and_its_picture() -> None:
    first = clip("A001C001", inspection=inspection(rate="30000/1001", start_timecode="00:00:59;20", frames=20))
    second = clip("A001C002", media=None, state="REJECTED", sentence="It stops before its end.")
    pdf = pdf_of(green(), first, second, posters={"main/D014/A001/c/f/poster.jpg": picture()})
    text = text_of(pdf)
    for told in ("In 00:00:59;20", "Out 00:01:00;12", "0.667 s · 20 fr", "29.97", "It stops before its end."):
        assert told in text
    assert text.count("no picture") == 1
    assert len(pdf.pages[0].images) == 1


def test_many_clips_go_over_pages_that_say_which_of_how_many() -> None:
    pdf = pdf_of(green(), *(clip(f"A001C{number:03}") for number in range(60)))
    pages = [page.extract_text() for page in pdf.pages]
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Timecode" in page
    assert all(f"A001C{number:03}" in " ".join(pages) for number in range(60))


def test_what_a_card_calls_its_clips_is_text_and_nothing_else() -> None:
    card = green(released={"by": HOSTILE, "role": HOSTILE, "at": JUDGED, "reason": HOSTILE, "status": "GREEN"})
    text = text_of(pdf_of(card, clip(HOSTILE, sentence=HOSTILE)))
    assert text.replace(" ", "").count("<imgsrc='/etc/passwd'/>&<b>A001</b>=1+1[U+202E]") >= 4


@pytest.mark.parametrize("name", ["Łódź é%20", "Формат", "Ελληνικά"])
def test_names_keep_their_letters(name: str) -> None:
    assert name in text_of(pdf_of(green(), clip(name)))


def test_a_letter_that_no_typeface_has_is_spelt_out() -> None:
    assert markup("A\U0010fffeB") == "A[U+10FFFE]B"


def test_a_very_long_name_and_a_very_long_note_fold_instead_of_failing() -> None:
    name = "Ω" * 1000
    long, wordy = clip(name, path="1"), clip("B", path="2", sentence="said. " * 2400)
    text = text_of(pdf_of(green(), long, wordy)).replace(" ", "")
    assert text.count("Ω") == 1000
    assert text.count("said.") == 2400


def test_figures_are_said_as_on_a_card_s_label() -> None:
    assert [size_text(size) for size in (999, 12_345_678, 412_000_000_000)] == ["999 bytes", "12.3 MB", "412 GB"]
    assert [duration_text(inspected) for inspected in (10, 150)] == ["10 s", "2 min 30 s"]  # type: ignore[arg-type]


@pytest.fixture
def deployed(world: World, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """The world of the pipeline's tests, as the command finds it."""
    outputs = {"Table": TABLE, "IngestBucket": "ingest", "ReviewBucket": "review"}
    found = Deployment("moto", outputs, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
    return found


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["report", "roll", *words])


def test_the_command_writes_both_files_and_says_where(deployed: Deployment, world: World, tmp_path: Path) -> None:
    world.upload(f"{ROLL.prefix}o-1/C0001.mov", b"a clip")
    world.deliver_all()
    into = tmp_path / "reports" / "D001"
    done = run("A001", "--production", "bikes", "--day", "D001", "--into", str(into), "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [Path(told[kind]).name for kind in ("pdf", "csv")] == [
        "bikes_main_D001_A001_camera-report.pdf",
        "bikes_main_D001_A001_camera-report.csv",
    ]
    assert Path(told["csv"]).read_bytes().startswith(b"\xef\xbb\xbfProduction,")
    assert "A001" in PdfReader(told["pdf"]).pages[0].extract_text()
    assert [row["clip"] for row in told["rows"]] == ["C0001"]


def test_a_roll_that_nobody_has_seen_is_an_error_in_a_sentence(deployed: Deployment, tmp_path: Path) -> None:
    done = run("A009", "--production", "bikes", "--day", "D001", "--into", str(tmp_path))
    assert (done.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "Nothing of roll A009 of D001 has been received." in done.output


def test_a_file_in_the_place_of_the_folder_is_an_error_in_a_sentence(
    deployed: Deployment, world: World, tmp_path: Path
) -> None:
    world.upload(f"{ROLL.prefix}o-1/C0001.mov", b"a clip")
    world.deliver_all()
    (tmp_path / "report").write_bytes(b"a file")
    done = run("A001", "--production", "bikes", "--day", "D001", "--into", str(tmp_path / "report"))
    assert done.exit_code == 2
    assert "is no folder: a file has that name" in " ".join(done.output.split())


def test_the_command_line_starts_without_what_only_paper_needs() -> None:
    asked = "import sys, circletake.cli.main; print([name for name in sys.modules if name.startswith('reportlab')])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "[]"
