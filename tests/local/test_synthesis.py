"""One synthesis for as long as the sources stay as they are."""

from pathlib import Path

import pytest

from infra.local import LocalError, synthesis


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose `infra.app` notes each time that it runs."""
    (tmp_path / "infra" / "local").mkdir(parents=True)
    (tmp_path / "infra" / "__init__.py").touch()
    (tmp_path / "infra" / "app.py").write_text(
        "import pathlib, sys\n"
        "pathlib.Path('build/cdk.out').mkdir(parents=True, exist_ok=True)\n"
        "with open('build/cdk.out/runs', 'a') as runs: runs.write('x')\n"
        "pathlib.Path('build/cdk.out/asked').write_text(' '.join(sys.argv[1:]))\n"
    )
    monkeypatch.setattr(synthesis, "ROOT", tmp_path)
    monkeypatch.setattr(synthesis, "ASSEMBLY", tmp_path / "build" / "cdk.out")
    return tmp_path


def _runs(repository: Path) -> int:
    said: list[str] = []
    synthesis.fresh(said.append)
    assert len(said) in (0, 1)
    return len((repository / "build" / "cdk.out" / "runs").read_text())


def test_sources_that_did_not_change_are_synthesised_once(repository: Path) -> None:
    assert [_runs(repository), _runs(repository)] == [1, 1]


@pytest.mark.parametrize("source", ["functions/sweep/handler.py", "web/dist/index.html", "cdk.json", "infra/stack.py"])
def test_a_source_that_changes_or_goes_is_synthesised_again(repository: Path, source: str) -> None:
    file = repository / source
    file.parent.mkdir(parents=True, exist_ok=True)
    counted = [_runs(repository)]
    file.write_text("changed")
    counted.append(_runs(repository))
    file.unlink()
    counted.append(_runs(repository))
    assert counted == [1, 2, 3]


def test_the_studio_has_its_models_on_and_an_assembly_of_its_own(repository: Path) -> None:
    _runs(repository)
    asked = (repository / "build" / "cdk.out" / "asked").read_text().split()
    models = ["--context", "analyse=ml.g5.xlarge", "--context", "analyse_model="]
    assert asked == ["--out", str(synthesis.ASSEMBLY), *models]


def test_what_is_not_deployed_asks_for_no_synthesis(repository: Path) -> None:
    before = _runs(repository)
    (repository / "infra" / "local" / "inference").mkdir()
    for file in ("studio.py", "inference/wire.py"):
        (repository / "infra" / "local" / file).write_text("changed")
    assert _runs(repository) == before


def test_a_synthesis_that_fails_says_what_the_cdk_said_and_is_tried_again(repository: Path) -> None:
    app = repository / "infra" / "app.py"
    works = app.read_text()
    app.write_text("import sys; sys.exit('There is no page. Run `make page`.')")
    with pytest.raises(LocalError, match="Run `make page`"):
        synthesis.fresh(lambda _: None)
    app.write_text(works)
    assert _runs(repository) == 1
