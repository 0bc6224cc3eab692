"""The same command again: what was damaged since is told, what is good is read again when asked, a card that changed is
taken as it is now.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from circletake.film.manifests import assemble, expected
from circletake.transfer import offloading
from circletake.transfer.metering import Meter
from circletake.transfer.offloading import offload
from circletake.transfer.outcome import CopyStatus, Outcome
from circletake.transfer.planning import make_plan
from circletake.transfer.refusing import Refused
from tests.transfer.offload_card import Set, is_accepted_by_the_reference, make_set, manifests, report, tree

LOG = "digital_magdynamic.log"
CLIP = "A001.RDM/A001_C001.RDC/A001_C001_001.R3D"


@pytest.fixture
def made(tmp_path: Path) -> Set:
    return make_set(tmp_path, large_bytes=100_000, small_files=3)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What time it is."""
    now = ["2026-01-01T00:00:00+00:00"]
    monkeypatch.setattr(offloading, "_now", lambda: now[0])
    return now


def _flip(path: Path, *, keep_time: bool) -> None:
    times = path.stat().st_mtime_ns if keep_time else 5 * 10**17
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)
    os.utime(path, ns=(times, times))


def _run(made: Set, *, read_again: bool = False, meter: Meter | None = None) -> Outcome:
    plan = make_plan(made.card, [("A", made.a), ("B", made.b)], "A001", read_again=read_again)
    try:
        return offload(plan, meter or Meter())
    finally:
        plan.close()


def _told(outcome: Outcome, path: str | None) -> str:
    return " ".join(finding.sentence for finding in outcome.findings if finding.path == path)


def _dates(copy: Path) -> dict[str, str]:
    said = report(copy)
    assert said is not None
    return {each.volume: each.read_back_at for each in said.copies}


@pytest.mark.parametrize(
    ("damage", "what"),
    [(lambda path: _flip(path, keep_time=False), "It had changed on B"), (Path.unlink, "It was gone from B")],
)
def test_a_copy_that_lost_what_was_verified_on_it_is_told_and_mended_and_the_run_is_not_clean(
    made: Set, clock: list[str], damage: Callable[[Path], None], what: str
) -> None:
    made.run()
    damage(made.copies[1] / CLIP)
    clock[0] = "2026-03-01T00:00:00+00:00"

    outcome = _run(made)

    assert what in _told(outcome, CLIP)
    assert "since it was read back there on 2026-01-01" in _told(outcome, CLIP)
    assert not outcome.is_complete
    assert [copy.status for copy in outcome.copies] == [CopyStatus.VERIFIED] * 2
    assert tree(made.copies[1]) == tree(made.card)
    assert _run(made).is_complete


def test_a_copy_that_was_mended_is_read_back_whole(made: Set) -> None:
    class Counting(Meter):
        def __init__(self) -> None:
            self.read_bytes = {"A": 0, "B": 0}

        def read_back(self, volume: str, size_bytes: int) -> None:
            self.read_bytes[volume] += size_bytes

    made.run()
    _flip(made.copies[1] / LOG, keep_time=False)
    counting = Counting()

    outcome = _run(made, meter=counting)

    assert counting.read_bytes == {"A": 0, "B": outcome.plan.card.size_bytes}
    assert [copy.is_read for copy in outcome.copies] == [False, True]


def test_a_finished_copy_is_not_read_again_and_that_is_said(made: Set) -> None:
    first = made.run()
    _flip(made.copies[1] / CLIP, keep_time=True)

    outcome = _run(made)

    assert outcome.is_complete
    assert "Not read again, since every file was read back before: A (20" in _told(outcome, None)
    assert "Not read again" not in _told(first, None)


def test_reading_again_renews_the_date_of_what_is_good(made: Set, clock: list[str]) -> None:
    made.run()
    before = manifests(made.copies[0])
    clock[0] = "2026-03-01T00:00:00+00:00"

    outcome = _run(made, read_again=True)

    assert outcome.is_complete
    assert _dates(made.copies[0]) == _dates(made.copies[1]) == {"A": "2026-03-01T00:00:00+00:00"}
    assert manifests(made.copies[0]) == before
    assert "Not read again" not in _told(outcome, None)


def test_reading_again_finds_what_differs_and_takes_back_the_word_of_that_copy(made: Set, clock: list[str]) -> None:
    made.run()
    _flip(made.copies[0] / CLIP, keep_time=True)
    clock[0] = "2026-03-01T00:00:00+00:00"

    outcome = _run(made, read_again=True)

    assert not outcome.is_complete
    assert [copy.status for copy in outcome.copies] == [CopyStatus.DIFFERS, CopyStatus.VERIFIED]
    assert outcome.copies[0].problems == ((CLIP, "has other bytes on this volume than on the card"),)
    assert _dates(made.copies[0]) == {}
    # On one disk they were one copy, and B is the one that is left.
    assert _dates(made.copies[1]) == {"B": "2026-03-01T00:00:00+00:00"}

    assert _run(made).is_complete
    assert tree(made.copies[0]) == tree(made.card)
    assert _dates(made.copies[1]) == {"A": "2026-03-01T00:00:00+00:00"}


def test_when_every_copy_differs_no_report_speaks_for_one(made: Set) -> None:
    made.run()
    for copy in made.copies:
        _flip(copy / CLIP, keep_time=True)

    assert _run(made, read_again=True).manifest is None

    assert [_dates(copy) for copy in made.copies] == [{}, {}]


class _Changing(Meter):
    """The card changes when its first bytes were read."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act: Callable[[], None] | None = act

    def read(self, size_bytes: int) -> None:
        if self._act:
            act, self._act = self._act, None
            act()


def test_a_card_that_changed_during_the_offload_is_taken_by_the_same_command(made: Set) -> None:
    def change() -> None:
        (made.card / LOG).write_bytes(b"x" * 6000)
        (made.card / "late.txt").write_bytes(b"late")

    first = _run(made, meter=_Changing(change))
    assert not first.is_complete

    outcome = _run(made)

    assert (outcome.offload, outcome.is_complete) == (first.offload, True)
    assert "has changed on the card since this offload began" in _told(outcome, LOG)
    assert "came onto the card" in _told(outcome, "late.txt")
    assert tree(made.copies[0]) == tree(made.copies[1]) == tree(made.card)
    assert manifests(made.copies[0]) == manifests(made.copies[1])
    assert is_accepted_by_the_reference(made.copies[0])
    assert not _told(_run(made), LOG)


def test_a_file_that_changed_after_it_was_verified_is_taken_anew_and_its_earlier_version_kept(made: Set) -> None:
    made.run()
    first = (made.copies[0] / LOG).read_bytes()
    (made.card / LOG).write_bytes(b"x" * 6000)

    outcome = _run(made)

    assert outcome.is_complete
    assert tree(made.copies[0]) == tree(made.card)
    assert [path.read_bytes() for path in (made.copies[1] / ".circletake/earlier").rglob(LOG)] == [first]
    told = report(made.copies[0])
    assert told is not None
    assert told.manifest.startswith("ascmhl/0002_")
    histories = assemble({f"ascmhl/{name}": body for name, body in manifests(made.copies[0]).items()})
    assert not histories[0].findings
    assert hashlib.sha256((made.copies[0] / told.manifest).read_bytes()).hexdigest() == told.manifest_sha256
    now = expected(histories, vouched=[told.manifest_sha256])
    assert (now[LOG].size_bytes, now[LOG].failed, now[LOG].generation) == (6000, False, 2)
    assert not any(each.failed for each in now.values())


def test_what_is_gone_from_the_card_stays_on_the_copies(made: Set) -> None:
    made.run()
    before = tree(made.copies[0])
    (made.card / LOG).unlink()

    outcome = _run(made)

    assert outcome.is_complete
    assert "was on the card when this offload began, and is not any more" in _told(outcome, LOG)
    assert tree(made.copies[0]) == before


def test_what_is_gone_from_the_card_before_it_was_copied_is_not_taken(made: Set) -> None:
    _run(made, meter=_Changing((made.card / LOG).unlink))

    outcome = _run(made)

    assert not outcome.is_complete
    assert [(each.path, each.reason) for each in outcome.not_taken] == [
        (LOG, "cannot be read: No such file or directory")
    ]


def test_a_card_of_which_no_recording_is_as_it_was_is_another(made: Set) -> None:
    made.run()
    before = tree(made.copies[0])
    for clip in made.card.rglob("*.R3D"):
        os.utime(clip, ns=(1, 1))

    with pytest.raises(Refused, match="belongs to another card"):
        _run(made)

    assert tree(made.copies[0]) == before
