"""Names as cameras and people make them: byte for byte on the volumes, or said."""

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circletake.cli.shared import visible
from circletake.contracts.files import NotTaken, Origin
from circletake.film.manifests import path_fault
from circletake.transfer.listing import legible
from circletake.transfer.metering import Meter
from circletake.transfer.offloading import offload
from circletake.transfer.outcome import CopyStatus
from circletake.transfer.planning import make_plan
from circletake.transfer.provenance import Provenance
from circletake.transfer.recording import write_record
from tests.transfer.offload_card import report


def test_a_name_that_is_no_text_is_spelt_one_way_and_stands_once_against_the_card() -> None:
    raw = os.fsdecode(b"bad\xff\x1b.txt")
    known = Provenance(Origin.CARD, not_taken=(NotTaken(path=legible(raw), reason="in no manifest"),))

    record = write_record("o-1", known, [], {raw: "S3 takes no such name"})

    assert [(each.path, each.reason) for each in record.not_taken] == [("bad\\xff\x1b.txt", "S3 takes no such name")]
    assert visible(raw) == visible(legible(raw)) == "bad\\xff\\x1b.txt"


_ODD = st.one_of(
    st.sampled_from(
        [
            "-y.mov",
            " ",
            "a b+c",
            "é%20",
            "[red]x[/red]",
            "{{7*7}}",
            "=cmd",
            "a\nb",
            "\x1b[2J",
            "a\\b",
            "&<>'\"",
            "\u202ex",
        ]
    ).map(os.fsencode),
    st.binary(min_size=1, max_size=40),
    st.text(min_size=1, max_size=20).filter(lambda text: max(text) < "\ud800" or min(text) > "\udfff").map(str.encode),
).filter(lambda name: not {0, 0x2F} & set(name) and name not in (b".", b"..", b"ascmhl", b".circletake"))


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(_ODD, _ODD), min_size=1, max_size=6, unique_by=lambda pair: pair[0]))
def test_every_name_that_a_card_can_have_is_kept_and_what_no_manifest_holds_is_said(
    names: list[tuple[bytes, bytes]],
) -> None:
    with tempfile.TemporaryDirectory() as at:
        card, volume = Path(at) / "card", Path(at) / "A"
        volume.mkdir()
        paths = [f"{os.fsdecode(folder)}/{os.fsdecode(name)}" for folder, name in names]
        for path in paths:
            (card / path).parent.mkdir(parents=True, exist_ok=True)
            (card / path).write_bytes(os.fsencode(path))
        plan = make_plan(card, [("A", volume)], "A001")
        outcome = offload(plan, Meter())
        plan.close()

        assert [copy.status for copy in outcome.copies] == [CopyStatus.VERIFIED]
        assert all((volume / "A001" / path).read_bytes() == os.fsencode(path) for path in paths)
        faulty = {legible(path) for path in paths if path_fault(path)}
        assert {each.path for each in outcome.not_taken} == faulty
        assert outcome.is_complete == (not faulty)
        told = report(volume / "A001")
        assert told is not None
        assert told.files == len(names)
