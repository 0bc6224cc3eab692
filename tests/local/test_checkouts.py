"""Studios of several checkouts in one temporary folder: each finds all that live, and clears only what is dead."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import pytest

from infra.local import LocalError, processes, studio
from infra.local.studio import Studio
from tests.waiting import eventually

Run = Callable[..., int]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder that no other studio of this user shares."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(home))
    return home


@pytest.fixture
def run() -> Iterator[Run]:
    """A command line of the interpreter, whose program is written there → the id of its process, which waits."""
    with ExitStack() as ended:

        def start(program: Path, *words: str, options: tuple[str, ...] = ("-P",)) -> int:
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text("input()")
            process = subprocess.Popen([sys.executable, *options, str(program), *words], stdin=subprocess.PIPE)
            ended.enter_context(process)
            ended.callback(process.kill)
            eventually(lambda: str(program) in processes.command(process.pid))
            return process.pid

        yield start


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The program of an engine in a checkout that is not this one, and whose path holds a space."""
    return tmp_path / "clone A" / "infra" / "local" / "corrected.py"


def left(name: str, pid: int) -> Studio:
    """A name and a process id → the studio whose state file and footage lie there."""
    words = dict.fromkeys(
        ("endpoint", "region", "account", "access_key", "secret_key", "stack", "page", "started_at"), ""
    )
    made = Studio(name=name, pid=pid, outputs={}, **words)
    (made.folder / "s3").mkdir(parents=True)
    (made.folder / "s3" / "A001C001.mov").write_bytes(b"footage")
    made.folder.with_name(f"{name}.json").write_text(json.dumps(asdict(made)))
    return made


def test_a_studio_of_another_checkout_is_found_and_keeps_its_footage(home: Path, run: Run, clone: Path) -> None:
    theirs = left("one", run(clone, "one"))
    assert studio.find("one") == theirs
    assert (theirs.folder / "s3" / "A001C001.mov").read_bytes() == b"footage"


def test_a_studio_of_an_earlier_version_whose_engine_does_not_say_its_name_is_found_too(
    home: Path, run: Run, clone: Path
) -> None:
    theirs = left("one", run(clone))
    assert studio.running() == [theirs]


def test_a_name_that_nobody_has_leaves_the_studios_of_other_checkouts_alone(home: Path, run: Run, clone: Path) -> None:
    theirs = left("one", run(clone, "one"))
    with pytest.raises(LocalError, match="Up: one"):
        studio.find("two")
    assert theirs.folder.is_dir()


@pytest.mark.parametrize(
    ("program", "words", "options"),
    [
        ("other.py", [], ["-P"]),
        ("other.py", ["infra/local/corrected.py"], ["-P"]),
        ("infra/local/corrected.py", ["one"], []),
        ("infra/local/corrected.py.orig", [], ["-P"]),
        ("infra/local/corrected.py", ["two"], ["-P"]),
        ("infra/local/corrected.py", ["one-more"], ["-P"]),
    ],
    ids=["program", "its argument", "no engine's options", "another suffix", "another studio", "a longer name"],
)
def test_a_process_id_that_went_to_another_program_or_studio_is_told_apart_and_that_process_lives_on(
    home: Path, tmp_path: Path, run: Run, program: str, words: list[str], options: list[str]
) -> None:
    pid = run(tmp_path / "elsewhere" / program, *words, options=tuple(options))
    gone = left("one", pid)
    assert studio.running() == []
    assert not gone.folder.exists()
    assert processes.family(pid) == {pid}


def test_what_an_engine_left_that_is_dead_is_cleared_away(home: Path, run: Run, clone: Path) -> None:
    pid = run(clone, "one")
    gone, living = left("one", pid), left("two", run(clone, "two"))
    processes.end(pid)
    assert studio.running() == [living]
    assert not gone.folder.exists()
    assert not gone.folder.with_name("one.json").exists()
