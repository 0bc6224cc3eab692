"""`circletake offload` as a person types it: what it says, its exit codes, and that it never asks a network."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from circletake.cli.main import app
from tests.transfer.offload_card import Set, make_set, tree


@pytest.fixture
def made(tmp_path: Path) -> Set:
    return make_set(tmp_path, large_bytes=10_000, small_files=3)


def _run(made: Set, *words: str) -> Any:
    return CliRunner().invoke(app, ["offload", str(made.card), "--to", f"S_07={made.a}", "--to", str(made.b), *words])


def test_the_verdict_says_bits_picture_and_not_safe_to_format(made: Set) -> None:
    done = _run(made)

    assert done.exit_code == 0
    told = " ".join(done.stdout.split())
    assert "BITS ✓ every file verified on 1 copy (2 made, see above)" in told
    assert "PICTURE ○ not checked yet" in told
    assert "NOT SAFE TO FORMAT by this alone." in told
    assert "S_07 ✓ VERIFIED" in told
    assert "A RED card." in told
    assert "circletake upload" in told
    assert tree(made.copies[0]) == tree(made.copies[1]) == tree(made.card)


def test_json_tells_a_machine_everything(made: Set) -> None:
    os.mkfifo(made.card / "pipe")

    done = _run(made, "--json")

    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert {"roll", "offload", "files", "bytes", "copies", "not_taken", "findings", "manifest"} <= told.keys()
    assert (told["roll"], told["files"]) == ("A001", 7)
    assert told["not_taken"] == [{"path": "pipe", "reason": "not a plain file"}]
    assert [(copy["volume"], copy["status"], copy["counts"]) for copy in told["copies"]] == [
        ("S_07", "VERIFIED", True),
        ("B", "VERIFIED", False),
    ]
    assert (made.copies[1] / told["manifest"]).is_file()


def test_a_dry_run_writes_nothing(made: Set) -> None:
    done = _run(made, "--dry-run")
    machine = json.loads(_run(made, "--dry-run", "--json").stdout)

    assert done.exit_code == 0
    assert "Nothing was written" in done.stdout
    assert machine["dry_run"]
    assert machine["copies"][0]["to_write"] >= machine["bytes"]
    assert list(made.a.iterdir()) == list(made.b.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ["--roll", "not a label"],
        ["--algorithm", "crc32"],
        ["--to", "GONE=/nowhere"],
        ["--to", "UNSET="],
        ["--to", ""],
    ],
)
def test_what_makes_no_sense_ends_with_2_and_a_sentence(made: Set, words: list[str]) -> None:
    done = _run(made, *words)

    assert done.exit_code == 2
    assert done.stderr.strip()
    assert list(made.a.iterdir()) == []


def test_a_card_by_a_link_is_called_as_the_link(made: Set, tmp_path: Path) -> None:
    (tmp_path / "B002").symlink_to(made.card)

    done = CliRunner().invoke(app, ["offload", str(tmp_path / "B002"), "--to", str(made.a), "--json"])

    assert json.loads(done.stdout)["roll"] == "B002"
    assert tree(made.a / "B002") == tree(made.card)


def test_an_empty_file_and_a_gap_are_said_and_do_not_fail_the_offload(made: Set) -> None:
    (made.card / "A001.RDM/A001_C004_0101AB.RDC").mkdir()
    (made.card / "A001.RDM/A001_C004_0101AB.RDC/A001_C004_0101AB_001.R3D").write_bytes(b"R3D")

    done = _run(made, "--json")

    assert done.exit_code == 0
    sentences = " ".join(finding["sentence"] for finding in json.loads(done.stdout)["findings"])
    assert "This file is empty" in sentences
    assert "There is no clips 1 to 3" in sentences or "There are no clips 1 to 3" in sentences


def test_a_warning_is_said_once(made: Set) -> None:
    (made.card / "A001_C002_0930AB_001.R3D").write_bytes(b"R3D")

    told = " ".join(_run(made, "--roll", "X009").stdout.split())

    assert told.count("are on one disk") == 1
    assert told.count("Clips here are named for the roll A001, and this is to be roll X009") == 1


def test_a_finished_offload_says_that_nothing_was_read_again_and_can_be_read_again(made: Set) -> None:
    _run(made)

    plain, again = _run(made), _run(made, "--read-again", "--json")

    assert "every file is there, not read again" in plain.stdout
    assert (plain.exit_code, again.exit_code) == (0, 0)
    assert [copy["read_in_this_run"] for copy in json.loads(again.stdout)["copies"]] == [True, True]


def test_damage_on_a_finished_copy_is_said_and_ends_with_1(made: Set) -> None:
    _run(made)
    (made.copies[1] / "digital_magdynamic.log").write_bytes(b"damaged")

    done = _run(made)

    assert done.exit_code == 1
    told = " ".join(done.stdout.replace("│", " ").split())
    assert told.count("digital_magdynamic.log: It had changed on B since it was read back there on 20") == 1
    assert "B had lost what was verified on it" in told
    assert "do not trust that volume" in told
    assert _run(made).exit_code == 0


def test_no_socket_is_ever_opened(made: Set) -> None:
    """In a process of its own that ends itself at the first one. Importing boto3 comes before: urllib3 then asks the
    kernel, by a socket of its own on loopback, whether there is IPv6.
    """
    code = (
        "import os, sys\n"
        "from circletake.cli.main import main\n"
        "sys.addaudithook(lambda event, _: os._exit(99) if event.startswith('socket.') else None)\n"
        "sys.argv[0] = 'circletake'\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "offload", str(made.card), "--to", str(made.a), "--to", str(made.b)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert tree(made.copies[0]) == tree(made.card)
