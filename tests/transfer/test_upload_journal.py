"""The uploader's pure parts: the journal, what the same command means, the order, and the pace."""

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circletake.cli.uploaded import told_size
from circletake.transfer.deciding import Intent, Unclear, decide
from circletake.transfer.journal import Busy, Insertion, Journal, fingerprint, recall
from circletake.transfer.listing import CardFile
from circletake.transfer.ordering import order
from circletake.transfer.pacing import Body, Line, parse_rate

CLIP, SOUND = CardFile("CLIPS/A001C001.mov", 90_000_000, 7), CardFile("T01.wav", 9_000_000, 7)


def write(path: Path) -> list[tuple[int, Insertion | None]]:
    """→ after each line: the journal's length, and what it then tells."""
    told = []
    journal = Journal(path)
    says: list[Callable[[], None]] = [
        lambda: journal.begin("o-1", "print"),
        lambda: journal.parts(CLIP, "upload", 8_000_000),
        lambda: journal.part(CLIP.path, 1, "ae8b14860a799888"),
        lambda: journal.sent(SOUND, "v1", {"xxh64": "44bc2cf5ad770999"}),
        lambda: journal.whole(CLIP.path, {"crc64nvme": "ae8b14860a799888"}),
        lambda: journal.sent(CLIP, "v2", {"crc64nvme": "ae8b14860a799888"}),
        lambda: journal.end("print", {"link": "a link"}, {}),
        lambda: journal.begin("o-2", "print"),
    ]
    for say in says:
        say()
        told.append((path.stat().st_size, recall(path)))
    journal.close()
    return told


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[tuple[int, Insertion | None]]]:
    path = tmp_path_factory.mktemp("journal") / "whole"
    told = write(path)
    return path.read_bytes(), told


@settings(max_examples=60)
@given(cut=st.floats(0, 1), torn=st.binary(max_size=40))
def test_a_journal_that_was_torn_tells_all_whole_lines_and_goes_on(
    written: tuple[bytes, list[tuple[int, Insertion | None]]], cut: float, torn: bytes
) -> None:
    body, lines = written
    kept = int(cut * len(body))
    whole = [told for size, told in lines if size <= kept]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal"
        path.write_bytes(body[:kept] + torn.replace(b"\n", b""))
        assert recall(path) == (whole[-1] if whole else None)
        journal = Journal(path)
        journal.begin("o-3", "print")
        journal.close()
        assert recall(path) == Insertion("o-3", "print")


def test_a_journal_is_nobody_elses_and_written_by_one(tmp_path: Path) -> None:
    path = tmp_path / "uploads" / "journal"
    journal = Journal(path)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with pytest.raises(Busy):
        Journal(path)
    journal.close()
    Journal(path).close()


def known(*, ended: bool = False) -> Insertion:
    return Insertion("o-1", fingerprint([CLIP, SOUND]), ended=ended)


def ask(insertion: Insertion | None, *, again: bool = False, repair: bool = False, reported: str | None = None,
        files: tuple[CardFile, ...] = (CLIP, SOUND)) -> Intent:  # fmt: skip
    return decide(insertion, files, reported, again=again, repair=repair)


def test_the_same_command_goes_on_or_says_that_all_is_there() -> None:
    assert ask(known()) == Intent("o-1")
    assert ask(known(ended=True)) == Intent("o-1", is_done=True)
    assert ask(known(ended=True), repair=True) == Intent("o-1", repairing=True)


def test_a_new_card_and_another_insertion_are_offloads_of_their_own() -> None:
    names = {ask(None).offload, ask(None).offload, ask(known(), again=True).offload, "o-1"}
    assert len(names) == 4
    assert ask(None).is_new


def test_a_copy_is_the_insertion_that_its_report_names() -> None:
    assert ask(None, reported="o-9") == Intent("o-9")
    assert ask(known(ended=True), reported="o-9") == Intent("o-9")
    with pytest.raises(Unclear, match="one insertion of the card"):
        ask(None, reported="o-9", again=True)


def test_proxies_that_somebody_made_go_up_as_what_they_are() -> None:
    def of_proxies(insertion: Insertion | None, reported: str | None = None) -> Intent:
        return decide(insertion, (CLIP, SOUND), reported, again=False, repair=False, proxies=True)

    first = of_proxies(None)
    assert first.offload.startswith("proxies-")
    assert of_proxies(replace(known(), offload=first.offload)) == Intent(first.offload)
    assert of_proxies(known()).is_new, "the same folder went up as a card before"
    assert ask(replace(known(), offload=first.offload)).is_new
    with pytest.raises(Unclear, match="copy of a card"):
        of_proxies(None, reported="o-9")


@pytest.mark.parametrize(
    "files",
    [(CLIP,), (CLIP, replace(SOUND, mtime_ns=8)), (CLIP, SOUND, replace(SOUND, path="T02.wav"))],
    ids=["gone", "changed", "new"],
)
@pytest.mark.parametrize("ended", [True, False])
def test_a_card_that_is_not_the_same_any_more_is_asked_about(files: tuple[CardFile, ...], ended: bool) -> None:
    with pytest.raises(Unclear, match=r"--again.*--repair"):
        ask(known(ended=ended), files=files)
    assert ask(known(), files=files, repair=True).repairing


def test_what_cannot_be_repaired_or_is_two_things_is_said() -> None:
    with pytest.raises(Unclear, match="nothing to repair"):
        ask(None, repair=True)
    with pytest.raises(Unclear, match="name one"):
        ask(known(), repair=True, again=True)


def test_what_says_most_in_the_fewest_bytes_goes_first() -> None:
    big = 50_000_000
    files = [
        CardFile(path, size, 0)
        for path, size in (
            ("CLIPS/A001C001_100610_R1JL.mov", big),
            ("CLIPS/A001C002_100610_R1JL.mov", big),
            ("CLIPS/A001C0022.mov", big),
            ("CLIPS/A001C003.RDC/A001C003_001.R3D", big),
            ("CLIPS/log.txt", 100),
            ("Proxy/A001C001.mov", big),
            ("SOUND/T01.wav", big),
            ("ascmhl/0001_A001.mhl", big),
        )
    ]
    ordered = [file.path for file in order(random.sample(files, len(files)), circled=["a001c002", "A001C003"])]
    assert ordered == [
        "ascmhl/0001_A001.mhl",
        "CLIPS/A001C002_100610_R1JL.mov",
        "CLIPS/A001C003.RDC/A001C003_001.R3D",
        "SOUND/T01.wav",
        "CLIPS/log.txt",
        "CLIPS/A001C001_100610_R1JL.mov",
        "CLIPS/A001C0022.mov",
        "Proxy/A001C001.mov",
    ]
    assert [file.path for file in order(files, proxies_first=True)][:2] == [
        "ascmhl/0001_A001.mhl",
        "Proxy/A001C001.mov",
    ]


@pytest.mark.parametrize(("text", "rate"), [("500K", 500_000), ("20M", 20_000_000), ("1.5g", 1_500_000_000), ("9", 9)])
def test_a_rate_is_bytes_a_second(text: str, rate: int) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "0", "-1M", "20 Mb", "fast", "1e9", "M"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no rate"):
        parse_rate(text)


def test_a_line_with_a_cap_is_not_outrun_and_tells_what_went_once() -> None:
    told: list[int] = []
    line = Line(20_000_000)
    began = time.monotonic()
    with Body(bytes(10_000_000), line, told.append) as body:
        body.read(16_384)
        body.seek(0)  # a second attempt
        while body.read(16_384):
            pass
    assert time.monotonic() - began >= 0.2
    assert sum(told) == len(body) == 10_000_000


def test_a_body_whose_request_failed_leaves_the_line_to_others() -> None:
    line = Line(bodies=1)
    with Body(bytes(1_000_000), line, lambda _: None) as body:
        body.read(16_384)
        assert not line.bodies.acquire(blocking=False)
    assert line.bodies.acquire(blocking=False)


def test_one_thing_is_told_as_one() -> None:
    assert [told_size(size) for size in (0, 1, 2, 1_234_567)] == ["0 bytes", "1 byte", "2 bytes", "1.2 MB"]
