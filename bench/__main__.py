"""Run every bench, print the table, and say what was kept and what was not.

make bench
make bench ARGS="--quick --json bench.json"
"""

from bench import (
    card_upload,
    cold_import,
    estimating,
    looks,
    many_clips,
    offloads,
    playing,
    segments,
    small_files,
    sync,
    transcoding,
    uploads,
)
from bench.running import run

BENCHES = {
    "cold_import": cold_import,
    "offloads": offloads,
    "transcoding": transcoding,
    "looks": looks,
    "segments": segments,
    "estimating": estimating,
    "many_clips": many_clips,
    "uploads": uploads,
    "card_upload": card_upload,
    "small_files": small_files,
    "sync": sync,
    "playing": playing,
}


if __name__ == "__main__":
    run(
        "python -m bench",
        __doc__,
        list(BENCHES),
        lambda name, quick: BENCHES[name].measure(quick=quick),
        value="ratio",
        n="pairs",
    )
