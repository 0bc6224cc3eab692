"""What an offload leaves on the volumes: the card as it is, its manifest, and nothing that is not so."""

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from circletake.film.manifests import assemble, expected
from circletake.transfer.listing import CardGone, find_twins
from circletake.transfer.metering import Meter
from circletake.transfer.one_copy import OneCopy
from circletake.transfer.outcome import CopyStatus
from tests.transfer.offload_card import Set, is_accepted_by_the_reference, make_set, manifests, report, tree


@pytest.fixture
def made(tmp_path: Path) -> Set:
    return make_set(tmp_path)


class _Counted:
    """What is read from the card and written, by the calls that do it: a bytearray is the card's, an mmap a copy's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read = 0
        self.written = 0
        readv, write = os.readv, os.write

        def counting_readv(fd: int, buffers: list[Any]) -> int:
            length = readv(fd, buffers)
            self.read += length if isinstance(buffers[0], bytearray) else 0
            return length

        def counting_write(fd: int, data: Any) -> int:
            length = write(fd, data)
            self.written += length
            return length

        monkeypatch.setattr(os, "readv", counting_readv)
        monkeypatch.setattr(os, "write", counting_write)


class _Meanwhile(Meter):
    """Does something once, when a phase begins or the first bytes were read."""

    def __init__(self, when: str, act: Any) -> None:
        self._when, self._act = when, act

    def phase(self, name: str, files: int, size_bytes: int, on_volumes: Mapping[str, int]) -> None:
        self._now(name)

    def read(self, size_bytes: int) -> None:
        self._now("read")

    def _now(self, what: str) -> None:
        if what == self._when:
            self._when = ""
            self._act()


def _size(card: Path) -> int:
    return sum(path.stat().st_size for path in card.rglob("*") if path.is_file())


def test_each_copy_is_the_card_byte_for_byte_with_its_times_and_its_empty_folders(made: Set) -> None:
    before = tree(made.card)

    outcome = made.run()

    assert outcome.is_complete
    assert all(tree(copy) == before for copy in made.copies)
    assert tree(made.card) == before


def test_each_byte_of_the_card_is_read_once_for_any_number_of_volumes(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = _Counted(monkeypatch)

    made.run()

    assert counted.read == _size(made.card)


def test_the_manifest_is_the_same_on_every_volume_and_the_reference_accepts_it(made: Set) -> None:
    made.run()

    one, other = made.copies
    assert manifests(one) == manifests(other)
    assert is_accepted_by_the_reference(one)
    assert is_accepted_by_the_reference(other)


@pytest.mark.parametrize("algorithm", ["xxh64", "xxh3", "xxh128", "md5", "sha1", "c4"])
def test_every_digest_of_asc_mhl_can_be_asked_for(made: Set, algorithm: str) -> None:
    made.run(algorithm=algorithm)

    assert is_accepted_by_the_reference(made.copies[0], algorithm)


def test_what_is_wrong_with_a_manifest_is_never_wrong_with_ours(made: Set) -> None:
    made.run()

    (history,) = assemble({f"ascmhl/{name}": body for name, body in manifests(made.copies[0]).items()})

    assert history.findings == ()
    assert {path for path, content in tree(made.card).items() if content} == expected([history]).keys()


def test_a_card_may_be_called_anything_once_its_roll_is_named(made: Set) -> None:
    odd = made.card.rename(made.card.with_name("my\ncard \udcff"))

    assert Set(odd, made.a, made.b).run().is_complete


def test_the_report_names_the_manifest_and_the_copies_that_were_read_back(made: Set) -> None:
    outcome = made.run()

    told = report(made.copies[1])
    assert told is not None
    assert told == report(made.copies[0])
    assert (told.offload, told.roll, told.files, told.bytes) == (outcome.offload, "A001", 16, _size(made.card))
    assert (made.copies[0] / told.manifest).is_file()


def test_two_volumes_on_one_disk_are_one_copy_and_it_is_said(made: Set) -> None:
    outcome = made.run()

    assert [copy.status for copy in outcome.copies] == [CopyStatus.VERIFIED] * 2
    assert [copy.counts for copy in outcome.copies] == [True, False]
    assert any("on one disk: they count as one copy" in finding.sentence for finding in outcome.findings)
    told = report(made.copies[1])
    assert told is not None
    assert [copy.volume for copy in told.copies] == ["A"]


def test_a_second_run_of_a_complete_offload_reads_and_writes_nothing_and_says_the_same(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made.run()
    before = [manifests(copy) for copy in made.copies]
    counted = _Counted(monkeypatch)

    second = made.run()

    assert second.is_complete
    assert second.offload == first.offload
    assert (counted.read, counted.written) == (0, 0)
    assert [manifests(copy) for copy in made.copies] == before


def test_a_byte_that_flips_on_one_volume_fails_that_copy_only_and_the_next_run_mends_it(made: Set) -> None:
    clip = "A001.RDM/A001_C001.RDC/A001_C001_001.R3D"

    def flip() -> None:
        with (made.copies[1] / clip).open("r+b") as file:
            file.seek(1_500_000)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))

    outcome = made.run(_Meanwhile("reading back", flip))

    assert not outcome.is_complete
    assert [copy.status for copy in outcome.copies] == [CopyStatus.VERIFIED, CopyStatus.DIFFERS]
    assert outcome.copies[1].problems == ((clip, "has other bytes on this volume than on the card"),)
    assert report(made.copies[0]) is not None
    assert report(made.copies[1]) is None
    assert not (made.copies[1] / "ascmhl").exists()

    again = made.run()

    assert again.is_complete
    assert tree(made.copies[1]) == tree(made.card)
    assert manifests(made.copies[0]) == manifests(made.copies[1])


def test_a_file_that_is_short_or_gone_on_a_volume_is_found(made: Set) -> None:
    def damage() -> None:
        os.truncate(made.copies[0] / "digital_magdynamic.log", 4999)
        (made.copies[1] / "digital_magdynamic.log").unlink()

    outcome = made.run(_Meanwhile("reading back", damage))

    assert [copy.problems[0][1] for copy in outcome.copies] == [
        "has 4,999 bytes on this volume and 5,000 on the card",
        "cannot be read back: No such file or directory",
    ]
    assert outcome.manifest is None


def test_a_volume_that_is_pulled_fails_its_copy_and_the_other_is_completed(made: Set) -> None:
    def pull() -> None:
        # What is written meanwhile makes single attempts fail.
        while made.copies[1].exists():
            shutil.rmtree(made.copies[1], ignore_errors=True)

    outcome = made.run(_Meanwhile("read", pull))

    assert [copy.status for copy in outcome.copies] == [CopyStatus.VERIFIED, CopyStatus.FAILED]
    assert tree(made.copies[0]) == tree(made.card)
    assert is_accepted_by_the_reference(made.copies[0])
    told = report(made.copies[0])
    assert told is not None
    assert [copy.volume for copy in told.copies] == ["A"]


def test_a_volume_that_fills_up_fails_its_copy_and_goes_on_when_there_is_room(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def full(fd: int, data: Any) -> int:
        if Path(f"/proc/self/fd/{fd}").readlink().is_relative_to(made.b):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(fd, data)

    # The journal was begun while there was room.
    meter = _Meanwhile("copying", lambda: monkeypatch.setattr(os, "write", full))
    outcome = made.run(meter)

    assert [copy.status for copy in outcome.copies] == [CopyStatus.VERIFIED, CopyStatus.FAILED]
    assert outcome.copies[1].problems[0][1] == "the volume failed: No space left on device"

    monkeypatch.undo()
    assert made.run().is_complete
    assert manifests(made.copies[0]) == manifests(made.copies[1])


def test_a_card_that_changes_while_it_is_read_is_noticed(made: Set) -> None:
    def change() -> None:
        (made.card / "digital_magdynamic.log").write_bytes(b"x" * 5000)
        (made.card / "late.txt").write_bytes(b"late")

    outcome = made.run(_Meanwhile("read", change))

    assert not outcome.is_complete
    assert {(each.path, each.reason) for each in outcome.not_taken} == {
        ("digital_magdynamic.log", "changed on the card while it was offloaded"),
        ("late.txt", "appeared on the card while it was offloaded"),
    }
    assert not (made.copies[0] / "digital_magdynamic.log").exists()


def test_a_card_that_changes_after_a_file_was_copied_is_noticed(made: Set) -> None:
    def change() -> None:
        (made.card / "A001.RDM/A001_C001.RDC/A001_C001.RMD").unlink()

    class Late(Meter):
        def __init__(self) -> None:
            self.chunks = 0

        def read(self, size_bytes: int) -> None:
            self.chunks += 1
            if self.chunks == 2:
                change()

    outcome = made.run(Late())

    assert [each.reason for each in outcome.not_taken] == ["vanished from the card while it was offloaded"]


def test_a_card_that_is_pulled_stops_the_offload_and_it_goes_on_when_the_card_is_back(made: Set) -> None:
    away = made.card.with_name("pulled")

    with pytest.raises(CardGone):
        made.run(_Meanwhile("read", lambda: made.card.rename(away)))
    assert report(made.copies[0]) is None

    away.rename(made.card)
    assert made.run().is_complete
    assert tree(made.copies[1]) == tree(made.card)


def test_an_error_of_whoever_watches_is_not_taken_for_one_of_the_card(made: Set) -> None:
    """A terminal that is closed, or a `head` that has seen enough."""

    def close() -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    with pytest.raises(BrokenPipeError):
        made.run(_Meanwhile("read", close))
    assert report(made.copies[0]) is None

    assert made.run().is_complete
    assert tree(made.copies[0]) == tree(made.card)


def test_links_and_what_is_no_file_are_not_taken_and_said(made: Set) -> None:
    (made.card / "link").symlink_to("/etc/hostname")
    os.mkfifo(made.card / "pipe")

    outcome = made.run()

    assert not outcome.is_complete
    assert {each.path: each.reason for each in outcome.not_taken} == {
        "link": "a symbolic link: what it points to may lie outside the card",
        "pipe": "not a plain file",
    }
    assert all(copy.status is CopyStatus.VERIFIED for copy in outcome.copies)
    told = report(made.copies[0])
    assert told is not None
    assert told.not_taken == outcome.not_taken


@pytest.fixture
def failing(made: Set, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file on the card whose second half cannot be read."""
    bad = made.card / "A001.RDM/A001_C001.RDC/A001_C001_002.R3D"
    readv = os.readv

    def broken(fd: int, buffers: list[Any]) -> int:
        if Path(f"/proc/self/fd/{fd}").readlink() == bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return readv(fd, buffers)

    monkeypatch.setattr(os, "readv", broken)
    yield bad
    monkeypatch.undo()


def test_a_file_that_the_card_cannot_give_is_said_and_the_rest_is_taken(made: Set, failing: Path) -> None:
    outcome = made.run()

    name = str(failing.relative_to(made.card))
    assert [(each.path, each.reason) for each in outcome.not_taken] == [(name, "cannot be read: Input/output error")]
    assert all(copy.status is CopyStatus.VERIFIED for copy in outcome.copies)
    assert tree(made.copies[0]) == {path: what for path, what in tree(made.card).items() if path != name}


def test_a_file_that_the_next_reader_can_read_makes_a_second_generation(
    made: Set, failing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.run()
    first = manifests(made.copies[0])
    monkeypatch.undo()

    assert made.run().is_complete

    second = manifests(made.copies[0])
    assert len(second) == 3
    assert {name: body for name, body in second.items() if name in first and name != "ascmhl_chain.xml"}.items() <= (
        first.items()
    )
    assert manifests(made.copies[1]) == second
    assert is_accepted_by_the_reference(made.copies[1])


def test_a_card_that_gives_other_bytes_when_read_again_is_said(made: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run fails on B, so the second reads the card again, of which a sector has gone."""
    made.run(_Meanwhile("reading back", (made.copies[1] / "digital_magdynamic.log").unlink))
    log = made.card / "digital_magdynamic.log"
    times = log.stat().st_mtime_ns
    log.write_bytes(b"?" * 5000)
    os.utime(log, ns=(times, times))

    outcome = made.run()

    assert not outcome.is_complete
    assert any("gave other bytes when it was read again" in each.reason for each in outcome.not_taken)


def test_names_that_a_volume_takes_for_one_are_not_laid_over_each_other(
    made: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    (made.card / "clip").mkdir()
    (made.card / "clip" / "a.mov").write_bytes(b"one")
    (made.card / "clip" / "A.mov").write_bytes(b"two")
    (made.card / "ASCMHL").mkdir()
    (made.card / "ASCMHL" / "x").write_bytes(b"not ours")
    monkeypatch.setattr(OneCopy, "folds_names", lambda copy: copy.name == "B")

    outcome = made.run()

    assert [(each.path, each.reason) for each in outcome.not_taken] == [
        ("ASCMHL/x", "B takes its name for ascmhl, which lies there already"),
        ("clip/a.mov", "B takes its name for clip/A.mov, which lies there already"),
    ]
    assert (made.copies[1] / "clip" / "A.mov").read_bytes() == b"two"


@pytest.mark.parametrize(
    ("paths", "twins"),
    [
        (["a", "b"], []),
        (["Clip/C1.MXF", "Clip/c1.mxf"], [("Clip/c1.mxf", "Clip/C1.MXF")]),
        (["Clip/one", "clip/two"], [("clip/two", "Clip")]),
        (["caf\u00e9", "cafe\u0301"], [("cafe\u0301", "caf\u00e9")]),
    ],
)
def test_twins_are_found_in_names_and_in_folders(paths: list[str], twins: list[tuple[str, str]]) -> None:
    assert list(find_twins(paths)) == twins
