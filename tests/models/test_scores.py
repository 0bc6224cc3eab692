"""What the benches of the models stand on: rows, intervals, material, and the card's own figures."""

import hashlib
import os
import time
import zipfile
from pathlib import Path

import pytest

from bench.models import material
from bench.models.gpu import busy
from bench.models.scores import counted, wilson
from bench.rows import Row
from models.capability import Device


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    # Out of Brown, Cai and DasGupta 2001, and Newcombe 1998, to three places.
    [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (81, 263, 0.255, 0.366), (15, 148, 0.062, 0.161), (0, 0, 0.0, 1.0)],
)
def test_an_interval_is_wilsons(right: int, n: int, low: float, high: float) -> None:
    assert wilson(right, n) == pytest.approx((low, high), abs=0.0006)


def test_a_share_is_told_with_its_count_and_its_interval() -> None:
    assert counted(190, 200) == "190/200, 95.0 % (91.0–97.3)"


def test_a_row_tells_the_limit_that_it_has_and_no_other() -> None:
    assert Row("a", 0.5, 3, at_least=0.4).told() == {"name": "a", "value": 0.5, "n": 3, "at_least": 0.4}
    assert Row("a", 0.5, 3, at_least=0.4).kept
    assert not Row("a", 0.5, 3, at_most=0.4).kept
    assert Row("a", 0.5, 3).kept


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(material, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


def _packed(to: Path) -> None:
    with zipfile.ZipFile(to / "a.whl", "w") as archive:
        archive.writestr(zipfile.ZipInfo("a/take.txt"), "take 3")
        archive.writestr(zipfile.ZipInfo("../../escaped.txt"), "out")


def test_material_is_unpacked_once_and_stays_in_its_folder(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    _packed(tmp_path / "made")
    sha256 = hashlib.sha256((tmp_path / "made" / "a.whl").read_bytes()).hexdigest()
    times: list[Path] = []

    def download(folder: Path) -> None:
        times.append(folder)
        _packed(folder)

    first = material._unpacked("a-1", sha256, download)
    assert material._unpacked("a-1", sha256, download) == first
    assert (first / "a" / "take.txt").read_text() == "take 3"
    assert len(times) == 1
    assert all(cache in path.parents for path in tmp_path.rglob("*escaped*"))


def test_material_with_another_hash_is_thrown_away(cache: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.whl has the hash"):
        material._unpacked("a-1", "0" * 64, _packed)
    assert list(cache.iterdir()) == []


def test_the_cards_figures_are_asked_while_a_model_looks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = tmp_path / "nvidia-smi"
    made.write_text("#!/bin/sh\necho '50, 1000, 4000, 100.0, 400.0'\n")
    made.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with busy(Device("cuda")) as gpu:
        deadline = time.monotonic() + 10
        while not gpu() and time.monotonic() < deadline:
            time.sleep(0.05)
    assert [figure for _, figure, _ in gpu()] == [0.5, 0.25, 0.25]
    with busy(Device("cpu")) as gpu:
        assert gpu() == []
