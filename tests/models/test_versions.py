"""models/versions.json says which model answers what."""

import pytest

from circletake.contracts.analysis import AnalysisKind
from models.analyse import listed
from models.analyse.frames import Frames
from models.capability import Weights
from models.versions import PATH, version_of, written


def test_the_committed_versions_are_those_of_the_code_and_the_weights() -> None:
    assert PATH.read_text() == written(), "write them anew: python -m models.versions"


def test_every_kind_has_a_model() -> None:
    assert set(listed()) == set(AnalysisKind)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("name", "another"), ("code", "another"), ("weights", (Weights("cv2", "__init__.py", "0" * 64),))],
)
def test_a_version_changes_with_name_code_and_weights(attribute: str, value: object) -> None:
    another = type("Another", (Frames,), {attribute: value})
    assert version_of(another).version != version_of(Frames).version


def test_weights_that_are_not_the_ones_that_were_measured_are_refused() -> None:
    with pytest.raises(ValueError, match="has the hash"):
        Weights("models", "weights.py", "0" * 64).path()


def test_weights_of_a_package_that_is_not_installed_are_named() -> None:
    with pytest.raises(FileNotFoundError, match="no_such_package"):
        Weights("no_such_package", "model.onnx", "0" * 64).path()
