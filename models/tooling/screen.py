"""What the commands show: tables, a bar for long work, and why something was not done."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from models.tooling.comparing import Comparison, Difference, Verdict
from models.tooling.registry import Version

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

#: A mark with each, so that it is not told by colour alone.
_MARKS = {
    Verdict.BETTER: ("▲", "green"),
    Verdict.WORSE: ("▼", "bold red"),
    Verdict.NOT_TOLD_APART: ("≈", "yellow"),
    Verdict.SAME: ("=", "dim"),
    Verdict.TOLD: ("·", "dim"),
}


def say(sentence: str, style: str = "") -> None:
    console.print(Text(sentence, style=style), soft_wrap=True)


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2))


@contextmanager
def bar(words: str, total: int) -> Iterator[Callable[[int], None]]:
    """→ what is to be called with how much is done by now, in bytes. On standard error, so that JSON stays clean."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(words, total=total)
        yield lambda done: progress.update(task, completed=done)


def show_comparison(comparison: Comparison, old: str, new: str) -> None:
    console.print(_table(("", "Score", old, new, "Change", "95 %", "n", "Limit"), map(_cells, comparison.differences)))
    for each in comparison.left_out:
        say(f"Not compared: {each.name}: {each.why}", "yellow")
    counts = ((verdict, len(comparison.those(verdict))) for verdict in Verdict)
    say(f"{new} against {old}: " + ", ".join(f"{count} {verdict}" for verdict, count in counts if count) + ".")


def _cells(each: Difference) -> tuple[Text | str, ...]:
    mark, style = _MARKS[each.verdict]
    interval = "no interval" if each.low is None or each.high is None else f"{each.low:+.4f} … {each.high:+.4f}"
    limit = Text(each.new.limit, style="" if each.new.kept else "bold red")
    change = f"{each.change:+.4f}" if each.change else "0"
    values = (f"{each.old.value:.4g}", f"{each.new.value:.4g}")
    return (
        Text(f"{mark} {each.verdict}", style=style),
        each.new.name,
        *values,
        change,
        interval,
        str(each.new.n),
        limit,
    )


def show_versions(versions: Iterable[Version], in_force: int | None) -> None:
    rows = []
    for version in versions:
        state = Text("● in force", style="green") if version.number == in_force else Text(version.status)
        models = ", ".join(f"{kind} {name}" for kind, name in version.properties.items() if kind.isupper())
        rows.append((str(version.number), state, models, version.commit[:12], version.said))
    console.print(_table(("Version", "State", "Models", "Commit", "Who, and why"), rows))


def _table(headings: Iterable[str], rows: Iterable[Iterable[Text | str]]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        # As text: what comes from a registry or a file is no markup.
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table
