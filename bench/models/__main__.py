"""Score every model on its labelled material, measure how fast it is, print the table, and say what was kept.

make bench-models
make bench-models ARGS="--quick --json models.json"
"""

import argparse
import json
import os
import platform
import sys
import time
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.models.scores import Row

BENCHES = ("frames", "faces", "people", "slate", "speech", "shots", "throughput")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.models", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"only these: {', '.join(BENCHES)}")
    parser.add_argument("--quick", action="store_true", help="less material, in under five minutes")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(BENCHES):
        parser.error(f"nobody measures {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    console = Console()
    rows: list[Row] = []
    for name in chosen.names or BENCHES:
        began = time.monotonic()
        with console.status(f"Scoring {name}"):
            rows += import_module(f"bench.models.{name}").score(chosen.quick)
        console.print(f"{name} took {time.monotonic() - began:.0f} s", style="dim")
    console.print(_table(rows))
    console.print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}", style="dim")
    if chosen.json:
        chosen.json.write_text(json.dumps([row.told() for row in rows], indent=2) + "\n")
    sys.exit(any(not row.kept for row in rows))


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, header_style="dim")
    for heading in ("What", "Measured", "Limit", "Of", ""):
        table.add_column(heading, justify="left" if heading == "What" else "right")
    for row in rows:
        limits = [
            f"≥ {row.at_least:g}" if row.at_least is not None else "",
            f"≤ {row.at_most:g}" if row.at_most is not None else "",
        ]
        kept = "" if not any(limits) else "kept" if row.kept else "MISSED"
        table.add_row(row.name, f"{row.value:,.3f}", " ".join(limits).strip(), f"{row.n:,}", kept)
    return table


if __name__ == "__main__":
    main()
