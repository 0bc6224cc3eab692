"""What lies beside the footage: which of it is taken, and which contradictions are refused."""

from pathlib import Path

import pytest

from circletake.contracts.files import Origin
from circletake.transfer.listing import list_card
from circletake.transfer.provenance import read_provenance, refuse_unfinished
from tests.transfer.offload_card import Set, make_set


@pytest.fixture
def made(tmp_path: Path) -> Set:
    made = make_set(tmp_path)
    made.run()
    return made


@pytest.mark.parametrize("said", [None, Origin.CARD, Origin.COPY])
def test_half_an_offload_is_refused_whatever_its_person_says(made: Set, said: Origin | None) -> None:
    copy = made.copies[0]
    (copy / ".circletake" / "offload.json").unlink()
    for path in (copy, copy / "A001.RDM", copy / "digital_magdynamic.log"):
        with pytest.raises(ValueError, match=r"begun and has not ended.*`circletake offload`"):
            read_provenance(path, said)


def test_half_an_offload_is_refused_from_the_folder_above_it_as_well(made: Set) -> None:
    refuse_unfinished(list_card(made.a))
    (made.copies[0] / ".circletake" / "offload.json").unlink()
    with pytest.raises(ValueError, match="begun and has not ended"):
        refuse_unfinished(list_card(made.a))


def test_nobodys_word_goes_against_the_report(made: Set) -> None:
    with pytest.raises(ValueError, match="--made-from copy contradicts"):
        read_provenance(made.copies[0], Origin.COPY)
    assert read_provenance(made.copies[0], Origin.CARD).origin is Origin.CARD


@pytest.mark.parametrize("body", [b"{}", b"\xff", b"", None])
def test_a_report_that_cannot_be_read_is_refused(made: Set, body: bytes | None) -> None:
    report = made.copies[0] / ".circletake" / "offload.json"
    report.unlink()
    if body is None:
        report.mkdir()
    else:
        report.write_bytes(body)
    with pytest.raises(ValueError, match=r"report in .* cannot be read"):
        read_provenance(made.copies[0], Origin.CARD)
