"""`circletake notes correct` and `take-back`: what a person knows better, and what stands once it is taken back."""
# ruff: noqa: F811 - fixtures of the same desk

import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cli.notes_still import print_still_said
from circletake.cli.notes_takes import STANDING
from circletake.cli.notes_view import print_changes
from circletake.contracts.keys import DayRef
from circletake.contracts.takes import Source
from circletake.film.sound.overlaps import Standing
from tests.cli.test_notes import AS, Desk, desk, paper_of, script, studio, unit  # noqa: F401
from tests.made_day import MadeUnit
from tests.stored_day import store_day

NO_CHANGES: dict[str, list[str]] = {
    name: [] for name in ("takes_added", "takes_gone", "conflicts_added", "worklist_added", "worklist_settled")
}
PHANTOM = ("--setup", "12C", "--take", "9", "--circled")


def correct(desk: Desk, *words: str) -> tuple[int, str]:
    return desk.run("correct", *desk.of, *AS, *words)


def take_back(desk: Desk, name: str) -> tuple[int, str]:
    return desk.run("take-back", name, *desk.of, *AS)


def last_word(desk: Desk) -> str:
    return str(desk.told("list", *desk.of)["corrections"][-1]["id"])


def test_a_take_that_nobody_mentions_is_said_twice(desk: Desk, script: str) -> None:
    desk.bring_in(script, "--yes")
    code, said = correct(desk, *PHANTOM)
    assert (code, said.startswith("Nobody mentions 12C take 9. Nearest: ")) == (2, True)
    assert said.endswith("12A take 1, 12A take 2. If it was shot, say it again with --new.")
    assert desk.day().corrections == ()
    code, said = correct(desk, *PHANTOM, "--new")
    assert (code, "+ 1 take: 12C take 9" in said) == (0, True)
    # It is mentioned by now.
    assert correct(desk, *PHANTOM[:-1], "--note", "Good")[0] == 0


def test_a_clip_that_has_come_may_be_of_a_take_that_nobody_mentions(desk: Desk) -> None:
    clip = desk.told("takes", *desk.of)["clips"]
    name = next(iter(clip.values()))["name"]
    assert correct(desk, "--clip", name, "--setup", "12C", "--take", "9")[0] == 0


def test_what_goes_with_a_word_that_is_taken_back_is_told(desk: Desk, script: str) -> None:
    desk.bring_in(script, "--yes")
    correct(desk, *PHANTOM, "--new")
    code, said = take_back(desk, last_word(desk))
    assert (code, "− 1 take no more: 12C take 9" in said, "What others say, too" in said) == (0, True, False)
    correct(desk, "--setup", "12A", "--take", "1", "--no-circled")
    code, said = take_back(desk, last_word(desk))
    assert (code, "12A take 1 circled: no → yes" in said) == (0, True)


def test_what_an_export_repeats_stays_and_the_export_is_named(desk: Desk, script: str, tmp_path: Path) -> None:
    desk.bring_in(script, "--yes")
    correct(desk, *PHANTOM, "--new")
    (file,) = desk.told("export", *desk.of, "--into", str(tmp_path / "out"), "--csv")["files"]
    desk.bring_in(file, "--yes")
    code, said = take_back(desk, last_word(desk))
    stays = (
        f"12C take 9 (circled: yes) stays: {Path(file).name}, an export, says it, too. Take that back as well if it "
        "should go."
    )
    assert (code, "nothing changes." in said, stays in said) == (0, True, True)
    code, said = take_back(desk, Path(file).name)
    assert (code, "− 1 take no more: 12C take 9" in said) == (0, True)


def test_what_another_paper_says_too_stays_where_a_paper_is_taken_back(desk: Desk, script: str, tmp_path: Path) -> None:
    desk.bring_in(script, "--yes")
    (tmp_path / "sound.csv").write_text("File Name,Scene,Take,Circled\nx.WAV,12A,1,yes\n")
    desk.bring_in(str(tmp_path / "sound.csv"), "--yes", source="sound")
    code, said = take_back(desk, "script.csv")
    assert (code, "12A take 1 (circled: yes) stays: sound.csv says it, too." in said) == (0, True)
    assert "Take that back" not in said


def test_what_was_taken_back_stays_on_record_with_who_did_it(desk: Desk, script: str) -> None:
    desk.bring_in(script, "--yes")
    correct(desk, "--setup", "12A", "--take", "1", "--note", "Good")
    word = last_word(desk)
    take_back(desk, word)
    take_back(desk, "script.csv")
    told = desk.told("list", *desk.of)
    assert (told["papers"], told["corrections"]) == ([], [])
    (paper,), (correction,) = told["taken_back"]["papers"], told["taken_back"]["corrections"]
    assert (paper["name"], paper["rows"], correction["id"]) == ("script.csv", 2, word)
    for each in (paper, correction):
        assert (each["by"], each["taken_back_by"]) == ("kim@example.com",) * 2
        assert each["at"] < each["taken_back_at"]
    code, said = desk.run("list", *desk.of)
    assert (code, f"✗ {word}" in said, "✗ script.csv" in said, "taken back by" in said) == (0, True, True, True)
    # What is brought in again counts again.
    desk.bring_in(script, "--yes")
    told = desk.told("list", *desk.of)
    assert ([each["name"] for each in told["papers"]], told["taken_back"]["papers"]) == (["script.csv"], [])


def test_names_stay_whole_in_a_pipe(desk: Desk, script: str) -> None:
    desk.bring_in(script, "--yes", "--column", "Mood=note")
    correct(desk, "--setup", "12A", "--take", "1", "--note", "So good that it needs a line of its own, and another one")
    for words in (("list", *desk.of), ("columns", "--production", desk.production)):
        lines = CliRunner().invoke(app, ["notes", *words]).output.splitlines()
        assert any("kim@example.com" in line for line in lines)
        assert max(map(cell_len, lines)) <= 80
    assert last_word(desk) in desk.run("list", *desk.of)[1]


def test_a_take_s_sound_stands_with_what_its_place_rests_on(desk: Desk, unit: MadeUnit, tmp_path: Path) -> None:
    store_day(desk.catalogue, unit, desk.production)
    desk.bring_in(paper_of(unit, Source.SOUND, tmp_path), "--yes", source="sound")
    placed = [
        {read.standing for part in take.clips if (read := desk_read.clips[part.id].placing) and read.standing}
        for desk_read in [desk.day()]
        for take in desk_read.day.takes
    ]
    said = desk.run("takes", *desk.of)[1]
    assert said.count(" TC ") == placed.count({Standing.TIMECODE}) > 5


def test_what_stays_has_the_lines_of_a_note_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    what = [{"take": "12A take 1", "field": "note", "value": "tired\nplane above"}]
    print_still_said([{"by": [{"source": "SCRIPT", "paper": "day.csv"}], "what": what, "more": 0}])
    assert "note: tired / plane above" in capsys.readouterr().out


def test_what_a_camera_said_of_its_clips_is_told_where_its_paper_is_taken_back(
    desk: Desk, script: str, tmp_path: Path
) -> None:
    camera = tmp_path / "camera.csv"
    camera.write_text("Clip Name,Lens,EI\nA001C001,35,800\n")
    desk.bring_in(script, "--yes")
    desk.bring_in(str(camera), "--yes", source="camera")
    said = take_back(desk, "camera.csv")[1]
    assert "~ 2 changes in takes that are there" in said
    assert re.search(r"12A take 1 lens of A001C001\S*: 35 → –", said)


def change(take: str, field: str, was: str | None, now: str | None) -> dict[str, str | None]:
    return {"take": take, "field": field, "was": was, "is": now}


@pytest.mark.parametrize(
    ("others", "is_told"),
    [
        ([], True),
        ([change("12A take 1", "clips", "A001C003", "A001C003; A001C004")], True),
        ([change("12A take 1", "clips", "A001C003; A001C004", "A001C004")], False),
        ([change("12A take 1", "clips", "A001C003", None)], False),
        ([change("12A take 2", "lens of A001C003", None, "35")], False),
        ([change("12A take 2", "lens of A001C004", None, "35")], True),
        ([change("12A take 2", "lens of A001C003", "35", None)], True),
    ],
)
def test_what_is_told_of_a_recording_is_only_gone_where_the_recording_is_still_there(
    others: list[dict[str, str | None]], is_told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = [change("12A take 1", "lens of A001C003", "35", None), *others]
    print_changes({**NO_CHANGES, "takes_changed": changed}, DayRef(production="P", unit="main", day="D001"))
    assert ("12A take 1 lens of A001C003: 35 → –" in " ".join(capsys.readouterr().out.split())) == is_told


def test_that_a_take_is_no_pickup_is_no_change(capsys: pytest.CaptureFixture[str]) -> None:
    told = {"takes_changed": [change("12A take 1", "PICKUP", None, "no")]}
    print_changes({**NO_CHANGES, **told}, DayRef(production="P", unit="main", day="D001"))
    assert "nothing changes." in capsys.readouterr().out


def test_every_word_on_where_a_take_s_sound_is_placed_is_explained() -> None:
    told = CliRunner().invoke(app, ["notes", "takes", "--help"]).output
    words = " ".join(told.replace("│", " ").replace('"', " ").split())
    assert [word for word in STANDING.values() if f" {word} " not in words] == []
