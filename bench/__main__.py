"""Run every bench, print the table, and say what was kept and what was not.

make bench
make bench ARGS="--quick --json bench.json"
"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import (
    card_upload,
    cold_import,
    estimating,
    looks,
    many_clips,
    offloads,
    segments,
    small_files,
    transcoding,
    uploads,
)
from bench.rows import Row

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
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these benches")
    parser.add_argument("--quick", action="store_true", help="fewer pairs, for a first look")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    chosen = parser.parse_args()
    console = Console()
    rows: list[Row] = []
    for name in chosen.names or BENCHES:
        began = time.monotonic()
        with console.status(f"Measuring {name}"):
            rows += BENCHES[name].measure(quick=chosen.quick)
        console.print(f"{name} took {time.monotonic() - began:.0f} s", style="dim")
    console.print(_table(rows))
    console.print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}", style="dim")
    if chosen.json:
        chosen.json.write_text(json.dumps([row.told() for row in rows], indent=2) + "\n")
    sys.exit(any(not row.kept for row in rows))


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, header_style="dim")
    for heading in ("What", "Measured", "Limit", "Pairs", ""):
        table.add_column(heading, justify="left" if heading == "What" else "right")
    for row in rows:
        limits = [f"≤ {row.at_most}" if row.at_most is not None else "", f"≥ {row.at_least}" if row.at_least else ""]
        measured = f"{row.ratio:.3f} {row.unit}"
        table.add_row(row.name, measured, " ".join(limits).strip(), str(row.pairs), "kept" if row.kept else "MISSED")
    return table


if __name__ == "__main__":
    main()
