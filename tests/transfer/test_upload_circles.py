"""Takes that are circled while a card goes up are sent before what still waits; nothing else changes."""

import os
import threading
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from circletake.cli.circling import Circling
from circletake.contracts.files import FileKind
from circletake.film.naming import classify
from circletake.transfer.listing import CardFile
from circletake.transfer.ordering import Waiting, is_of_clip, order
from tests.transfer.test_upload_faults import Upload, on_disk, upload
from tests.waiting import eventually

__all__ = ["upload"]
CLIPS = [f"A001C{number:03}" for number in range(12)]
MIB = 1024 * 1024


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """Twelve clips of two megabytes, a manifest, and one clip that goes in parts."""
    card = tmp_path / "A001"
    card.mkdir()
    for clip in CLIPS:
        (card / f"{clip}.mov").write_bytes(os.urandom(20 * MIB if clip == CLIPS[4] else 2 * MIB))
    (card / "A001.mhl").write_bytes(b"<hashlist version='1.1'></hashlist>")
    return card


class Watched(Waiting):
    """Remembers which file was taken when."""

    def __init__(self, files: Collection[CardFile]) -> None:
        super().__init__(tuple(files))
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[CardFile]:
        for file in super().__iter__():
            self.taken.append(file.path)
            yield file


def files_of(*paths: str) -> tuple[CardFile, ...]:
    return tuple(CardFile(path, 2 * MIB, 0) for path in paths)


@given(st.lists(st.tuples(st.integers(0, 5), st.sets(st.sampled_from([*CLIPS, "A002C001"]))), max_size=6))
def test_each_file_goes_once_and_circles_before_the_rest_from_then_on(told: list[tuple[int, set[str]]]) -> None:
    paths = [f"{clip}.mov" for clip in CLIPS] + ["A001.mhl", "ascmhl/0001_A001.mhl", "T01.wav"]
    waiting = Waiting(order(files_of(*paths)))
    coming, taken = iter(waiting), list[str]()
    for count, circled in told:
        taken += [file.path for file in islice(coming, count)]
        waiting.circle(circled)
    rest = [file.path for file in coming]
    assert sorted(taken + rest) == sorted(paths)
    all_circled = set().union(*(circled for _, circled in told))
    ranks = [
        0 if classify(path) is FileKind.MANIFEST else 1 if any(is_of_clip(path, clip) for clip in all_circled) else 2
        for path in rest
    ]
    assert ranks == sorted(ranks)


def test_only_what_still_waits_and_is_news_is_told() -> None:
    waiting = Waiting(order(files_of(*(f"{clip}_1123_R1JL.mov" for clip in CLIPS))))
    first = next(iter(waiting)).path
    assert first.startswith(CLIPS[0])
    assert waiting.circle([CLIPS[0], "A009C001"]) == ()
    assert waiting.circle([CLIPS[3].lower(), CLIPS[5]]) == (CLIPS[5], CLIPS[3].lower())
    assert waiting.circle([CLIPS[3].lower(), CLIPS[5]]) == ()


def test_a_circle_that_comes_late_goes_ahead_of_the_rest_and_nothing_is_sent_twice(upload: Upload, card: Path) -> None:
    uploader = upload.uploader()
    uploader.waiting = watched = Watched(order(upload.listed.files))
    heard = threading.Event()

    def ask() -> Collection[str]:
        """Nobody has circled anything until the card is half up."""
        return (CLIPS[9], CLIPS[11]) if len(watched.taken) >= 4 else ()

    def circle(clips: Collection[str]) -> None:
        if watched.circle(clips):
            heard.set()

    taken = iter(watched)

    class Slow(Watched):
        """The reader waits after the fourth file until the circles have come."""

        def __iter__(self) -> Iterator[CardFile]:
            for number, file in enumerate(taken):
                yield file
                if number == 3:
                    assert heard.wait(20)

    uploader.waiting = Slow(())
    with Circling(ask, circle, pytest.fail, every_s=0.01):
        uploader.upload(is_new=True)
    assert watched.taken[0] == "A001.mhl"
    assert watched.taken[4:6] == [f"{CLIPS[9]}.mov", f"{CLIPS[11]}.mov"]
    assert len(watched.taken) == len(set(watched.taken)) == 13
    assert upload.bodies() == on_disk(card)
    assert upload.sent_bytes < 1.01 * sum(path.stat().st_size for path in card.iterdir())


def refused() -> ClientError:
    return ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Query")


def test_who_may_not_ask_is_told_once_and_the_upload_goes_on() -> None:
    asked, said, circled = list[int](), list[str](), list[Collection[str]]()

    def ask() -> Collection[str]:
        asked.append(1)
        if len(asked) < 3:
            raise refused()
        if len(asked) == 3:
            raise EndpointConnectionError(endpoint_url="https://dynamodb")
        return {"A001C003"}

    with Circling(ask, circled.append, said.append, every_s=0.01):
        # Rights that are given meanwhile count.
        eventually(lambda: circled, within_s=20)
    assert len(said) == 1
    assert "AccessDenied" in said[0]
    assert "--circled" in said[0]
    assert circled[0] == {"A001C003"}


def test_when_all_is_sent_nobody_asks_any_more() -> None:
    asked = list[int]()

    def ask() -> Collection[str]:
        asked.append(1)
        return ()

    with Circling(ask, lambda _: None, pytest.fail, every_s=0.01):
        eventually(lambda: len(asked) > 2, within_s=20)
    eventually(lambda: not [each for each in threading.enumerate() if each.name == "circles"], within_s=5)
    count = len(asked)
    assert threading.Event().wait(0.05) is False
    assert len(asked) == count
