"""The command that both kinds of bench share."""

import json
import sys
from pathlib import Path

import pytest

from bench.rows import Row
from bench.running import run

_ROWS = {"fast": Row("CPU ÷ cp", 1.2, 5, at_most=1.3), "slow": Row("memory", 2.0, 1, at_most=1.5, unit="GB")}


def _run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["bench", *words])
    with pytest.raises(SystemExit) as end:
        run("bench", None, list(_ROWS), lambda name, quick: [_ROWS[name]], value="ratio", n="pairs")
    return int(end.value.code or 0)


def test_a_row_is_written_in_the_words_of_its_bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    assert _run(monkeypatch, "fast", "--json", str(file)) == 0
    assert json.loads(file.read_text()) == [{"name": "CPU ÷ cp", "ratio": 1.2, "pairs": 5, "at_most": 1.3}]


def test_a_limit_that_was_missed_stands_in_the_table_and_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch) == 1
    told = capsys.readouterr().out
    assert "2.000 GB" in told
    assert "MISSED" in told


def test_a_bench_that_is_none_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "fats") == 2
    assert "nobody measures fats; there are fast, slow" in capsys.readouterr().err
