"""One synthesis for the whole session: it takes seconds of CPU."""

import pytest

from infra.app import synthesise
from tests.infra.template import Template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The stack with a page of one line, from the sources as they are."""
    folder = tmp_path_factory.mktemp("synthesis")
    page = folder / "page"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html><title>Circletake</title>")
    return Template(synthesise(folder / "cdk.out", page=page, code=folder / "code"))
