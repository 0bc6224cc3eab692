"""kill -9 of `circletake upload` at random moments, circles between: it goes on, and what a kill costs is bounded."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from circletake.transfer.in_parts import PART_BYTES
from infra.local import engine
from tests.transfer.bucket import Bucket, open_bucket

pytestmark = pytest.mark.studio
#: CIRCLETAKE_KILLS=50 for the whole proof.
KILLS = int(os.environ.get("CIRCLETAKE_KILLS", "12"))
MIB = 1024 * 1024


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Bucket]:
    started = engine.start(tmp_path / "engine")
    yield open_bucket(started, tmp_path / "home")
    started.stop()


def make_card(folder: Path, chance: random.Random) -> Path:
    """→ three clips in parts, one of them not of whole parts, two of a piece, forty small files and an empty one."""
    (folder / "CLIPS").mkdir(parents=True)
    for number, size in enumerate((40 * MIB, 33 * MIB + 1, 48 * MIB, 20 * MIB, 9 * MIB)):
        (folder / "CLIPS" / f"A001C{number:03}.mov").write_bytes(chance.randbytes(size))
    for number in range(40):
        (folder / "CLIPS" / f"A001C{number:03}.xml").write_bytes(chance.randbytes(chance.randrange(200_000)))
    (folder / "empty.mov").write_bytes(b"")
    return folder


def test_a_killed_upload_goes_on_and_sends_nothing_twice(bucket: Bucket, tmp_path: Path) -> None:
    seed = int(os.environ.get("CIRCLETAKE_SEED", str(random.randrange(10**6))))
    print(f"CIRCLETAKE_SEED={seed}")
    chance = random.Random(seed)
    card = make_card(tmp_path / "0" / "A001", chance)
    size = sum(path.stat().st_size for path in card.rglob("*") if path.is_file())
    kills = rounds = 0
    while kills < KILLS:
        rounds += 1
        (tmp_path / str(rounds)).mkdir()
        card = card.rename(tmp_path / str(rounds) / "A001")  # from elsewhere it is another insertion
        before, of_this_one = bucket.bytes_counted()["s"], 0
        while kills < KILLS and kill_at_random(bucket.spawn(card), bucket, chance):
            kills, of_this_one = kills + 1, of_this_one + 1
            # Each time it goes on in another order.
            bucket.circle(f"A001C{chance.randrange(45):03}")
        code, told, said = bucket.run(card)
        assert code == 0, said
        bucket.assert_complete(told["offload"], card)
        sent = bucket.bytes_counted()["s"] - before
        print(f"{of_this_one} kills: sent {sent / size:.2f} times the card")
    assert bucket.bytes_counted()["s"] <= 1.05 * rounds * size + kills * PART_BYTES


def kill_at_random(process: "subprocess.Popen[bytes]", bucket: Bucket, chance: random.Random) -> bool:
    """A running upload → killed when it has sent so much, or a moment after; whether it was still running."""
    start = bucket.bytes_counted()["s"]
    enough = start + chance.choice((0, chance.randrange(2 * MIB), chance.randrange(120 * MIB)))
    while process.poll() is None and bucket.bytes_counted()["s"] < enough:
        time.sleep(0.01)
    time.sleep(chance.random() * 0.1)
    was_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return was_running
