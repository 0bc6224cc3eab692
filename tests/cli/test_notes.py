"""`circletake notes` against the real handlers on moto: a made day, its papers, and what people do with them."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import boto3
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cli.notes_fields import MEANING
from circletake.cli.people import Refused
from circletake.cli.shared import fail
from circletake.cloud.catalogue import Catalogue
from circletake.cloud.days import DayRead, read_day
from circletake.cloud.deployment import Deployment
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import Flag, Source
from circletake.film.papers.headings import FIELDS
from circletake.film.takes.day import Lack, TakeKey
from tests.asking import ask
from tests.aws import TABLE, made_up_aws, make_table
from tests.fakes import FakeBus, FakeClock
from tests.made_day import MadeUnit, make_day
from tests.pipeline.world import World, make_world
from tests.stored_day import store_day

AS = ("--as", "kim@example.com")
SCRIPT = (
    "Scene,Setup,Take,Circled,Clip,Mood,Comments\n"
    '12,12A,1,x,A001C001,blue,"Good.\nHe waits."\n'
    "12,12A,2,maybe,A009C009,,\n"
    "LUNCH,,,,,,\n"
)
_NUMBERS = count(1)


class Logged:
    """A person of the script department, whose calls reach the API without a network."""

    world: ClassVar[World]
    role: ClassVar[str] = "script"

    def __init__(self, where: Deployment, email: str) -> None:
        self._email = email

    def ask(self, path: str, body: dict[str, Any]) -> Any:
        self.world.clock.forward(1)
        groups = f"[{path.split('/')[1]}:{self.role}]"
        answer = ask(self.world, f"/api/{path}", groups=groups, method="POST", body=body, email=self._email)
        if answer["statusCode"] != 200:
            raise Refused(f"{answer['json']['sentence']} {answer['json']['next_step']}")
        return answer["json"]

    def post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            return self.ask(path, body)
        except Refused as refused:
            fail(str(refused), 1)


@dataclass
class Desk:
    """Where somebody types commands about a day of a production of which nothing is known."""

    catalogue: Catalogue
    production: str

    @property
    def of(self) -> tuple[str, ...]:
        return "--production", self.production, "--day", "D014"

    def run(self, *words: str, typed: str | None = None) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["notes", *words], input=typed)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        return done.exit_code, " ".join(done.output.split())

    def bring_in(self, *words: str, source: str = "script", typed: str | None = None) -> tuple[int, str]:
        return self.run("import", *words, *self.of, *AS, "--source", source, typed=typed)

    def told(self, *words: str) -> Any:
        done = CliRunner().invoke(app, ["notes", *words, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def day(self) -> DayRead:
        return read_day(self.catalogue, DayRef(production=self.production, unit="main", day="D014"))


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all: each test has a production of its own in it."""
    with pytest.MonkeyPatch.context() as patch, made_up_aws(patch, tmp_path_factory.mktemp("aws") / "none"):
        make_table(boto3.client("dynamodb"))
        found = Deployment("moto", {"Table": TABLE, "IngestBucket": "ingest"}, boto3.Session())
        patch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
        for world in make_world(patch, FakeBus(), FakeClock()):
            for command in ("notes", "notes_import", "notes_saying", "notes_day", "notes_columns"):
                patch.setattr(f"circletake.cli.{command}.Person", Logged)
            Logged.world = world
            yield world


@pytest.fixture(scope="module")
def unit() -> MadeUnit:
    return make_day(1, plants=()).units[0]


@pytest.fixture
def desk(studio: World, unit: MadeUnit) -> Desk:
    """A production with two clips, of which nobody has said anything yet."""
    desk = Desk(Catalogue(boto3.client("dynamodb"), TABLE), f"p{next(_NUMBERS)}")
    store_day(desk.catalogue, replace(unit, clips=unit.clips[:2], sounds=()), desk.production)
    return desk


def paper_of(unit: MadeUnit, source: Source, folder: Path) -> str:
    table = next(paper for paper in unit.papers if paper.source is source)
    text = io.StringIO()
    csv.writer(text).writerows([table.headings, *table.rows])
    file = folder / table.name
    file.write_text(text.getvalue())
    return str(file)


@pytest.fixture
def script(tmp_path: Path) -> str:
    file = tmp_path / "script.csv"
    file.write_text(SCRIPT)
    return str(file)


def test_a_day_s_papers_are_brought_in_and_every_take_is_there(desk: Desk, unit: MadeUnit, tmp_path: Path) -> None:
    store_day(desk.catalogue, unit, desk.production)
    for source in (Source.SCRIPT, Source.SOUND, Source.CAMERA):
        code, said = desk.bring_in(paper_of(unit, source, tmp_path), "--yes", source=source.lower())
        assert (code, "is in:" in said) == (0, True)
    read = desk.day()
    assert {take.key for take in read.day.takes} == set(unit.takes)
    assert [paper.paper.by for paper in read.papers] == ["kim@example.com"] * 3


def test_a_paper_is_shown_with_how_it_was_read_and_what_it_would_change(desk: Desk, script: str) -> None:
    code, said = desk.bring_in(script, "--dry-run")
    assert code == 0
    assert "Mood not known blue" in said
    assert 'say what: --column "Mood=note", or another field' in said
    assert "Mood left out blue" in desk.bring_in(script, "--dry-run", "--leave-out", "Mood")[1]
    assert "· line 4 Circled: 'maybe' is neither yes nor no." in said
    assert "line 5 This row names no take, clip or sound file, so it was left out." in said
    assert "+ 1 take: 12A take 2" in said or "+ 2 takes: 12A take 1, 12A take 2" in said
    assert "names the clip A009C009 for 12A take 2, and this day has none of that name." in said
    assert desk.day().papers == ()


def test_without_anybody_to_say_yes_nothing_is_brought_in(desk: Desk, script: str) -> None:
    code, said = desk.bring_in(script)
    assert (code, "Nothing was brought in: nobody is here to be asked" in said) == (2, True)
    assert desk.day().papers == ()
    code, said = desk.run("import", script, *desk.of, *AS, "--yes")
    assert (code, "Say whose papers these are" in said) == (2, True)


@pytest.mark.parametrize(("answer", "papers"), [("y\n", 1), ("n\n", 0)])
def test_whoever_is_there_is_asked(
    desk: Desk, script: str, monkeypatch: pytest.MonkeyPatch, answer: str, papers: int
) -> None:
    monkeypatch.setattr("circletake.cli.notes_import._is_somebody_there", lambda: True)
    code, said = desk.run("import", script, *desk.of, *AS, typed=f"script\n{answer}")
    assert (code, "Whose paper is script.csv? (script, sound, camera) [script]" in said) == (0, True)
    assert len(desk.day().papers) == papers


def test_one_bad_file_does_not_stop_the_others(desk: Desk, script: str, tmp_path: Path) -> None:
    (tmp_path / "day.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "T01.WAV").write_bytes(b"RIFF\x00\x00\x00\x00WAVE" + b"\x00" * 99)
    (tmp_path / "empty.csv").write_bytes(b"")
    bad = [str(tmp_path / name) for name in ("day.pdf", "T01.WAV", "empty.csv", "gone.csv")]
    code, said = desk.bring_in(*bad, script, "--yes")
    assert code == 1
    assert "'day.pdf' is a PDF, not text." in said
    assert "This is a sound recorder's file. What it says of itself is read when it is uploaded" in said
    assert "'empty.csv' has no row of headings" in said
    assert "It cannot be read: No such file or directory." in said
    assert [paper.paper.name for paper in desk.day().papers] == ["script.csv"]


def test_a_paper_that_comes_again_takes_the_place_of_what_it_said(desk: Desk, script: str) -> None:
    desk.bring_in(script, "--yes")
    Path(script).write_text(SCRIPT.replace("A009C009", "A001C002"))
    code, said = desk.bring_in(script, "--yes")
    assert (code, "in place of what it said before" in said, "less to look at" in said) == (0, True, True)
    assert Lack.UNKNOWN_CLIP not in {entry.lack for entry in desk.day().day.worklist}
    assert "nothing changes." in desk.bring_in(script, "--yes")[1]


def test_what_a_heading_holds_is_kept_for_the_production_until_it_is_forgotten(desk: Desk, script: str) -> None:
    assert "Mood" in desk.bring_in(script, "--yes", "--column", "Mood=Note", "--leave-out", "Comments")[1]
    notes = [note.value for take in desk.day().day.takes for note in take.notes]
    assert notes == ["blue"]
    kept = desk.told("columns", "--production", desk.production)["columns"]
    assert {(each["heading"], each["field"], each["source"]) for each in kept} == {
        ("Mood", "note", "SCRIPT"),
        ("Comments", "", "SCRIPT"),
    }
    # Another paper of the script's is read so, too; one of sound's is not.
    Path(script).write_text(SCRIPT.replace("blue", "red"))
    assert "Mood note red" in desk.bring_in(script, "--dry-run")[1]
    assert "Mood not known red" in desk.bring_in(script, "--dry-run", source="sound")[1]
    code, said = desk.run("columns", "--production", desk.production, "--forget", "Mood", "--source", "script", *AS)
    assert (code, said) == (0, "Forgotten: Mood.")
    assert [each["heading"] for each in desk.told("columns", "--production", desk.production)["columns"]] == [
        "Comments"
    ]
    assert "Mood not known red" in desk.bring_in(script, "--dry-run")[1]
    assert desk.run("columns", "--production", desk.production, "--forget", "Mood", "--source", "script", *AS)[0] == 1


def test_what_is_not_to_be_remembered_is_not(desk: Desk, script: str) -> None:
    desk.bring_in(script, "--yes", "--column", "Mood=note", "--no-remember")
    assert desk.told("columns", "--production", desk.production)["columns"] == []


@pytest.mark.parametrize("wrong", ["Mood", "Mood=mood", "=note"])
def test_a_mapping_to_what_no_column_holds_ends_with_the_fields_that_there_are(
    desk: Desk, script: str, wrong: str
) -> None:
    code, said = desk.bring_in(script, "--column", wrong)
    assert (code, "sensor-fps" in said) == (2, True)


def test_every_field_is_explained_where_columns_are(desk: Desk) -> None:
    assert set(MEANING) == FIELDS
    code, said = desk.run("columns")
    assert (code, "exposure-index EI, ISO or ASA" in said) == (0, True)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator_is_read(desk: Desk, tmp_path: Path, encoding: str, separator: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(
        [["Scene", "Setup", "Take", "Notes"], ["12", "12A", "1", "schön\nso"]]
    )
    (tmp_path / "s.csv").write_bytes(text.getvalue().encode(encoding))
    code, said = desk.bring_in(str(tmp_path / "s.csv"), "--yes")
    assert code == 0
    assert ("Read as Windows-1252" in said) == (encoding == "latin-1")
    assert "remark" not in said
    assert [note.value for take in desk.day().day.takes for note in take.notes] == ["schön\nso"]


def test_a_hundred_thousand_rows_of_a_camera_s_metadata_by_frame_come_in(desk: Desk, tmp_path: Path) -> None:
    rows = "".join(f"A001C{n // 1000:03},A001,{n % 1000},800\n" for n in range(100_000))
    (tmp_path / "long.csv").write_text(f"Camera Clip Name,Reel,Frame,EI\n{rows}broken\n")
    words = ("import", str(tmp_path / "long.csv"), *desk.of, *AS, "--source", "camera", "--yes")
    (done,) = desk.told(*words)["papers"]
    assert (done["rows"], done["applied"], done["unknown"]) == (101, True, ["Frame"])


def test_reports_that_contradict_each_other_are_both_in_and_shown(desk: Desk, script: str, tmp_path: Path) -> None:
    desk.bring_in(script, "--yes")
    (tmp_path / "sound.csv").write_text("File Name,Scene,Take,Circled\nx.WAV,12A,1,no\n")
    code, said = desk.bring_in(str(tmp_path / "sound.csv"), "--yes", source="sound")
    assert (code, "! 1 conflict" in said) == (0, True)
    assert "the circle is told in two ways: yes (script.csv, line 2) holds, against no (sound.csv, line 2)" in said


def test_the_day_is_shown_with_its_circles_and_what_there_is_to_look_at(
    desk: Desk, unit: MadeUnit, tmp_path: Path
) -> None:
    store_day(desk.catalogue, unit, desk.production)
    for source in (Source.SCRIPT, Source.SOUND, Source.CAMERA):
        desk.bring_in(paper_of(unit, source, tmp_path), "--yes", source=source.lower())
    code, said = desk.run("takes", *desk.of)
    assert (code, "Scene 12" in said, "✓ Nothing waits for a person." in said) == (0, True, True)
    circled = [key for key, true in unit.takes.items() if Flag.CIRCLED in true.flags]
    assert said.count("●") == len(circled) > 5
    code, said = desk.run("takes", *desk.of, "--circled", "--scene", "13")
    assert (code, "Scene 13" in said, "Scene 12" in said) == (0, True, False)
    assert len(desk.told("takes", *desk.of)["takes"]) == len(unit.takes)
    code, said = desk.run("takes", "--production", desk.production, "--day", "D099")
    assert (code, "Days that are: D014 (unit main)" in said) == (1, True)


def test_what_a_person_says_holds_until_it_is_taken_back(desk: Desk, script: str) -> None:
    desk.bring_in(script, "--yes")
    take = ("--setup", "12A", "--take", "1")
    code, said = desk.run("correct", *desk.of, *AS, *take, "--no-circled", "--note", "Camera shakes\nAgain")
    assert (code, "12A take 1 circled: yes → no" in said) == (0, True)
    assert "note: Good. / He waits. → Camera shakes / Again; Good. / He waits." in said
    key = TakeKey("12a", "1")
    assert not next(each for each in desk.day().day.takes if each.key == key).is_a(Flag.CIRCLED)
    (word,) = desk.told("list", *desk.of)["corrections"]
    assert "Camera shakes / Again," in desk.run("list", *desk.of)[1]
    assert desk.run("take-back", word["id"], *desk.of, *AS)[0] == 0
    assert next(each for each in desk.day().day.takes if each.key == key).is_a(Flag.CIRCLED)
    assert desk.run("take-back", "script.csv", *desk.of, *AS)[0] == 0
    assert desk.day().papers == ()
    code, said = desk.run("take-back", "script.csv", *desk.of, *AS)
    assert (code, "has no paper and no word called 'script.csv'" in said) == (1, True)


def test_what_makes_no_sense_is_said_in_a_sentence(desk: Desk) -> None:
    assert desk.run("correct", *desk.of, *AS)[0] == 2
    assert desk.run("correct", *desk.of, *AS, "--setup", "12A", "--take", "3", "--sensor-fps", "fast")[0] == 2
    assert desk.run("correct", *desk.of, *AS, "--setup", "12\x07", "--take", "3")[0] == 2
    code, said = desk.run("correct", *desk.of, *AS, "--clip", "A099C001", "--mos")
    assert (code, "The day has no recording called A099C001" in said) == (1, True)


def test_an_export_that_is_brought_in_again_changes_nothing(desk: Desk, unit: MadeUnit, tmp_path: Path) -> None:
    desk.bring_in(paper_of(unit, Source.SCRIPT, tmp_path), "--yes")
    before = desk.day().day
    files = desk.told("export", *desk.of, "--into", str(tmp_path / "out"))["files"]
    assert [Path(file).name for file in files] == [
        f"{desk.production}_main_D014.csv",
        f"{desk.production}_main_D014.ale",
    ]
    for file in files:
        code, said = desk.bring_in(file, "--yes", source="sound")
        assert (code, "Our own export" in said, "nothing changes." in said) == (0, True, True)
    assert desk.day().day == before
    assert [Path(file).suffix for file in desk.told("export", *desk.of, "--into", str(tmp_path), "--ale")["files"]] == [
        ".ale"
    ]


@pytest.mark.parametrize(
    ("words", "call", "wrap"),
    [
        (
            ("--date", "2026-09-30", "--call", "06:30", "--wrap", "19:00"),
            "2026-09-30T04:30:00Z",
            "2026-09-30T17:00:00Z",
        ),
        (
            ("--date", "2026-09-30", "--call", "18:00", "--wrap", "05:30"),
            "2026-09-30T16:00:00Z",
            "2026-10-01T03:30:00Z",
        ),
        (("--call", "2026-09-30T04:30Z", "--wrap", "19:00"), "2026-09-30T04:30:00Z", "2026-09-30T17:00:00Z"),
        (("--call", "2026-09-30 06:30", "--kind", "TEST"), "2026-09-30T04:30:00Z", None),
    ],
)
def test_a_day_is_told_by_the_clock_on_the_wall(
    desk: Desk, words: tuple[str, ...], call: str, wrap: str | None
) -> None:
    code, said = desk.run("day", *desk.of, *AS, "--zone", "Europe/Berlin", *words)
    assert (code, "Europe/Berlin" in said) == (0, True)
    facts = desk.day().facts
    assert (facts.zone, facts.call, facts.wrap) == ("Europe/Berlin", call, wrap)
    # What is not said stays as it is.
    desk.run("day", *desk.of, *AS, "--kind", "PICKUP")
    assert desk.day().facts == facts.model_copy(update={"kind": "PICKUP"})


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--call", "06:30"), "say on which date"),
        (("--call", "06:30", "--date", "2026-09-30"), "say in which time zone"),
        (("--zone", "Berlin"), "no time zone of the IANA database"),
        (("--zone", "Europe/Berlin", "--date", "2026-10-25", "--call", "02:30"), "the clocks are changed"),
        (("--zone", "Europe/Berlin", "--date", "2026-03-29", "--call", "02:30"), "the clocks are changed"),
        (("--call", "soon"), "is no time"),
        (("--date", "30.9."), "is no date"),
    ],
)
def test_a_time_that_nobody_can_know_is_asked_for(desk: Desk, words: tuple[str, ...], sentence: str) -> None:
    code, said = desk.run("day", *desk.of, *AS, *words)
    assert (code, sentence in said) == (2, True)


def test_who_may_not_say_anything_is_told_so(desk: Desk, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Logged, "role", "producer")
    code, said = desk.bring_in(script, "--yes")
    assert (code, "Only script, camera, editorial, the director or an admin say what was shot." in said) == (1, True)


def test_two_files_of_one_name_are_not_one_paper(desk: Desk, script: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "script.csv").write_text(SCRIPT)
    code, said = desk.bring_in(script, str(tmp_path / "other" / "script.csv"), "--yes")
    assert (code, "a paper is known by its name" in said) == (2, True)


def test_names_that_somebody_made_to_break_a_terminal_do_not(desk: Desk, tmp_path: Path) -> None:
    wide, name = "場面" * 60, "\u202e\x1b[31mA001C001" + "x" * 300
    table = [["Scene", "Setup", "Take", "Clip", "Notes", wide], [wide, "12A", "1", name, "\x1b[2J" + wide, wide]]
    text = io.StringIO()
    csv.writer(text).writerows(table)
    file = tmp_path / "évil\x1b[31m.csv"
    file.write_text(text.getvalue())
    for words in (("import", str(file), *desk.of, *AS, "--source", "script", "--yes"), ("takes", *desk.of)):
        done = CliRunner().invoke(app, ["notes", *words])
        assert done.exit_code == (1 if words[0] == "import" else 0)
        assert all(letter.isprintable() for letter in done.output.replace("\n", ""))
        assert max(map(cell_len, done.output.splitlines())) <= 80
    file.rename(tmp_path / "good.csv")
    done = CliRunner().invoke(
        app, ["notes", "import", str(tmp_path / "good.csv"), *desk.of, *AS, "--source", "script", "--yes"]
    )
    assert (done.exit_code, max(map(cell_len, done.output.splitlines())) <= 80) == (0, True)
    for command in ("takes", "list"):
        done = CliRunner().invoke(app, ["notes", command, *desk.of])
        assert all(letter.isprintable() for letter in done.output.replace("\n", ""))
        assert (done.exit_code, max(map(cell_len, done.output.splitlines())) <= 80) == (0, True)
