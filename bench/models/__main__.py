"""Score every model on its labelled material, measure how fast it is, print the table, and say what was kept.

make bench-models
make bench-models ARGS="--quick --json models.json"
"""

from importlib import import_module

from bench.running import run

BENCHES = ("frames", "faces", "people", "slate", "speech", "shots", "throughput")


if __name__ == "__main__":
    run(
        "python -m bench.models",
        __doc__,
        BENCHES,
        # Imported when it is its turn: each loads its own libraries.
        lambda name, quick: import_module(f"bench.models.{name}").score(quick),
        value="value",
        n="n",
    )
