"""What makes no sense is refused in one sentence before anything is written."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from circletake.transfer import planning
from circletake.transfer.metering import Meter
from circletake.transfer.offloading import offload
from circletake.transfer.planning import make_plan
from circletake.transfer.refusing import Refused
from tests.transfer.offload_card import Set, make_set, report, tree


@pytest.fixture
def made(tmp_path: Path) -> Set:
    return make_set(tmp_path, large_bytes=10_000, small_files=3)


def _refusal(made: Set, *onto: tuple[str | None, Path], card: Path | None = None, algorithm: str | None = None) -> str:
    with pytest.raises(Refused) as refused:
        make_plan(card or made.card, onto or [("A", made.a), ("B", made.b)], "A001", algorithm)
    return str(refused.value)


def test_a_folder_that_holds_something_else_is_left_alone(made: Set) -> None:
    (made.a / "A001").mkdir()
    (made.a / "A001" / "precious.mov").write_bytes(b"of another day")

    assert "already holds something else (precious.mov)" in _refusal(made)
    assert list(made.b.iterdir()) == []


def test_a_link_in_the_place_of_the_roll_is_not_followed(made: Set, tmp_path: Path) -> None:
    (made.a / "A001").symlink_to(tmp_path)

    assert "is there already, and is no folder" in _refusal(made)


def test_a_copy_is_not_a_card(made: Set) -> None:
    made.run()

    assert "is a copy that circletake made, not the card" in _refusal(made, ("C", made.a.parent), card=made.copies[0])


def test_a_card_with_a_manifest_is_somebodys_copy(made: Set) -> None:
    (made.card / "ascmhl").mkdir()
    (made.card / "ascmhl" / "ascmhl_chain.xml").write_bytes(b"<ascmhldirectory/>")

    assert "has a folder called ascmhl, so it is a copy of a card" in _refusal(made)

    (made.card / "ascmhl").rename(made.card / "PRIVATE" / "ascmhl")
    assert "already carries a manifest (PRIVATE/ascmhl/ascmhl_chain.xml)" in _refusal(made)


def test_a_card_is_never_written_to(made: Set) -> None:
    inside = made.card / "PRIVATE"

    assert "a card is never written to" in _refusal(made, ("A", inside))
    assert "is the card itself: a card is never written to" in _refusal(made, ("A", made.card.parent))


def test_two_copies_need_two_places_and_two_names(made: Set) -> None:
    (made.b / "sub").mkdir()

    assert "is there twice" in _refusal(made, ("A", made.a), ("B", made.a))
    (made.a / "A001").mkdir()
    assert "lie within each other: two copies" in _refusal(made, ("A", made.a), ("B", made.a / "A001"))
    assert "Two volumes are called X" in _refusal(made, ("X", made.a), ("X", made.b))


def test_a_volume_that_is_not_plugged_in_is_not_made(made: Set) -> None:
    assert "is the volume plugged in?" in _refusal(made, ("A", made.a / "not" / "there"))
    assert list(made.a.iterdir()) == []


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 501, "\udcff"])
def test_a_volume_has_a_name_that_a_report_can_hold(made: Set, name: str) -> None:
    assert "has no name that a report could hold" in _refusal(made, (name, made.a))


def test_an_empty_or_absent_card_is_no_card(made: Set, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert "There is no file on" in _refusal(made, card=tmp_path / "empty")
    assert "is the card in its reader?" in _refusal(made, card=tmp_path / "nothing")


def test_too_little_room_is_refused_with_numbers_before_the_first_byte(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "free_bytes", lambda root: 1_000_000)

    sentence = _refusal(made)

    # The two are on one disk, so both have to fit.
    assert sentence == "A and B has 1.0 MB free, and 4.4 MB are needed: 3.4 MB are lacking. Nothing was written."
    assert list(made.a.iterdir()) == []


def test_a_second_run_at_the_same_time_is_refused(made: Set) -> None:
    made.run()
    plan = make_plan(made.card, [("A", made.a)], "A001")

    assert "Another `circletake offload` is writing to" in _refusal(made)

    plan.close()
    assert made.run().is_complete


def test_an_offload_goes_on_with_the_digest_it_began_with(made: Set) -> None:
    made.run(algorithm="md5")

    assert "began with md5" in _refusal(made, algorithm="sha1")
    assert made.run().plan.algorithm == "md5"


def test_a_volume_that_lost_its_part_is_refused_and_one_that_is_left_out_is_said(made: Set) -> None:
    made.run()
    shutil.rmtree(made.copies[1])

    assert "held a part of this offload, and holds nothing of it now" in _refusal(made)
    # Its mount point, which has another name than the label of the volume had.
    assert "held a part of this offload, and holds nothing of it now" in _refusal(made, ("A", made.a), (None, made.b))

    plan = make_plan(made.card, [("A", made.a)], "A001")
    outcome = offload(plan, Meter())
    plan.close()
    assert outcome.is_complete
    assert any("went onto B too" in finding.sentence for finding in outcome.findings)


def test_a_third_volume_joins_and_gets_the_same_manifest(made: Set, tmp_path: Path) -> None:
    first = made.run()
    (tmp_path / "C").mkdir()
    plan = make_plan(made.card, [("A", made.a), ("C", tmp_path / "C")], "A001")
    outcome = offload(plan, Meter())
    plan.close()

    assert (outcome.offload, outcome.is_complete) == (first.offload, True)
    assert tree(tmp_path / "C" / "A001") == tree(made.card)
    assert outcome.manifest == first.manifest
    assert report(tmp_path / "C" / "A001") == report(made.copies[0])


def test_two_offloads_of_one_card_are_not_mixed(made: Set) -> None:
    for name, volume in (("A", made.a), ("B", made.b)):
        plan = make_plan(made.card, [(name, volume)], "A001")
        offload(plan, Meter())
        plan.close()

    assert "hold two offloads of this card, made apart" in _refusal(made)


def _spoil_line(journal: Path) -> None:
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0] + b'{"nonsense":1}\n' + b"".join(lines[1:]))


def _spoil_first(journal: Path) -> None:
    first, *rest = journal.read_bytes().splitlines(keepends=True)
    told = json.loads(first)
    told["journal"] = 2
    journal.write_bytes(json.dumps(told).encode() + b"\n" + b"".join(rest))


@pytest.mark.parametrize("spoil", [_spoil_line, _spoil_first])
def test_a_journal_that_somebody_changed_is_not_trusted(made: Set, spoil: Callable[[Path], None]) -> None:
    made.run()
    spoil(made.copies[0] / ".circletake" / "journal")

    assert "is damaged, so nobody knows what of this copy is good" in _refusal(made)


def test_a_manifest_that_somebody_changed_is_not_built_on(made: Set) -> None:
    outcome = made.run()
    manifest = made.copies[0] / str(outcome.manifest)
    manifest.write_bytes(manifest.read_bytes().replace(b"<xxh64", b"<xxh65"))

    with pytest.raises(Refused, match="was changed after"):
        made.run()


def test_the_last_line_that_was_being_written_when_the_power_went_says_nothing(made: Set) -> None:
    first = made.run()
    with (made.copies[0] / ".circletake" / "journal").open("ab") as journal:
        journal.write(b'{"undone":0')

    again = made.run()

    assert (again.offload, again.is_complete) == (first.offload, True)
