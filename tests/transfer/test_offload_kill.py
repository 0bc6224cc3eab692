"""kill -9 at any call to the system: the next run goes on, nothing false is ever on a volume, little is done twice."""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from tests.transfer.killed import COUNTERS, PART_BYTES
from tests.transfer.offload_card import Set, is_accepted_by_the_reference, make_set, manifests, report, tree

#: CIRCLETAKE_KILLS=50 for the whole proof.
KILLS = int(os.environ.get("CIRCLETAKE_KILLS", "12"))
_ROOT = Path(__file__).parents[2]


def _run(at: Path, kill_at: int, counters: Path) -> tuple[int, int, int, int]:
    """→ exit code, calls, bytes written, bytes read from the card."""
    counters.write_bytes(bytes(COUNTERS.size))
    done = subprocess.run(
        [sys.executable, "-m", "tests.transfer.killed", str(at), str(kill_at), str(counters)], cwd=_ROOT, check=False
    )
    return (done.returncode, *COUNTERS.unpack(counters.read_bytes()))


def _says_nothing_false(made: Set) -> None:
    """Whatever moment it is: a manifest or a report on a volume is there only when the whole card is."""
    card = tree(made.card)
    for copy in made.copies:
        if (copy / "ascmhl" / "ascmhl_chain.xml").exists() or report(copy):
            assert tree(copy) == card
        if report(copy):
            assert is_accepted_by_the_reference(copy)


def _empty(made: Set) -> None:
    for volume in (made.a, made.b):
        shutil.rmtree(volume)
        volume.mkdir()


def test_an_offload_that_is_killed_at_random_calls_goes_on_and_writes_little_twice(tmp_path: Path) -> None:
    made = make_set(tmp_path, large_bytes=13_000_000, small_files=30)
    card_bytes = sum(path.stat().st_size for path in made.card.rglob("*") if path.is_file())
    counters = tmp_path / "counters"
    seed = int(os.environ.get("CIRCLETAKE_SEED", str(random.randrange(10**6))))
    print(f"CIRCLETAKE_SEED={seed}")
    moments = random.Random(seed)
    code, all_calls, written, read = _run(tmp_path, 0, counters)
    assert (code, read) == (0, card_bytes)
    assert written <= 2 * 1.05 * card_bytes
    _empty(made)
    calls, kills, kills_here, written_here = all_calls, 0, 0, 0
    while kills < KILLS or kills_here:
        # Of what is left, so that later steps are hit as often as early ones.
        kill_at = moments.randint(1, max(calls, 2)) if kills < KILLS else 0
        code, used, written, _ = _run(tmp_path, kill_at, counters)
        written_here += written
        _says_nothing_false(made)
        if code == -9:
            kills += 1
            kills_here += 1
            calls = max(calls - used, 20)
            continue
        assert code == 0
        assert manifests(made.copies[0]) == manifests(made.copies[1])
        assert all(report(copy) and is_accepted_by_the_reference(copy) for copy in made.copies)
        assert written_here <= 2 * (1.05 * card_bytes + kills_here * PART_BYTES)
        _empty(made)
        calls, kills_here, written_here = all_calls, 0, 0


def test_a_card_that_changed_is_taken_anew_through_kills_and_nothing_that_a_copy_had_is_lost(tmp_path: Path) -> None:
    made = make_set(tmp_path, large_bytes=2_000_000, small_files=5)
    counters = tmp_path / "counters"
    assert _run(tmp_path, 0, counters)[0] == 0
    clip, log = made.card / "A001.RDM/A001_C001.RDC/A001_C001_002.R3D", made.card / "digital_magdynamic.log"
    earlier = {path.name: path.read_bytes() for path in (clip, log)}
    clip.write_bytes(b"changed" * 500_000)
    log.write_bytes(b"changed")
    (made.card / "a_new_one.txt").write_bytes(b"new")
    seed = int(os.environ.get("CIRCLETAKE_SEED", str(random.randrange(10**6))))
    print(f"CIRCLETAKE_SEED={seed}")
    moments = random.Random(seed)

    for _ in range(KILLS):
        code = _run(tmp_path, moments.randint(1, 60), counters)[0]
        assert code in (0, -9)
        if code == 0:
            break
    assert _run(tmp_path, 0, counters)[0] == 0

    for copy in made.copies:
        assert tree(copy) == tree(made.card)
        kept = (copy / ".circletake/earlier").rglob("*")
        assert {path.name: path.read_bytes() for path in kept if path.is_file()} == earlier
    assert manifests(made.copies[0]) == manifests(made.copies[1])
    assert report(made.copies[0]) == report(made.copies[1])
