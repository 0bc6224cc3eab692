"""The command of the benches: runs those that were named, prints the table, and says what was kept and what was not."""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.rows import Row

#: A bench and whether it is in haste → what it measured.
Measure = Callable[[str, bool], Iterable[Row]]


def run(prog: str, told: str | None, benches: Sequence[str], measure: Measure, *, value: str, n: str) -> None:
    """Names of benches and what measures one → the table, and an exit code of 1 where a limit was missed.

    `value` and `n` are what a row's two figures are called in JSON.
    """
    parser = argparse.ArgumentParser(prog=prog, description=told)
    parser.add_argument("names", nargs="*", help=f"only these: {', '.join(benches)}")
    parser.add_argument("--quick", action="store_true", help="fewer measurements, in under five minutes")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(benches):
        parser.error(f"nobody measures {', '.join(sorted(unknown))}; there are {', '.join(benches)}")
    console = Console()
    rows: list[Row] = []
    for name in chosen.names or benches:
        began = time.monotonic()
        with console.status(f"Measuring {name}"):
            rows += measure(name, chosen.quick)
        console.print(f"{name} took {time.monotonic() - began:.0f} s", style="dim")
    console.print(_table(rows, n))
    console.print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}", style="dim")
    if chosen.json:
        chosen.json.write_text(json.dumps([row.told(value, n) for row in rows], indent=2) + "\n")
    sys.exit(any(not row.kept for row in rows))


def _table(rows: list[Row], n: str) -> Table:
    table = Table(box=None, header_style="dim")
    for heading in ("what", "measured", "limit", n, ""):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for row in rows:
        kept = "" if not row.limits else "kept" if row.kept else "MISSED"
        table.add_row(row.name, f"{row.value:,.3f} {row.unit}".strip(), row.limits, f"{row.n:,}", kept)
    return table
