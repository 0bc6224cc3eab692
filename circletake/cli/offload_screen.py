"""How an offload looks: what is going to happen, how far it is, and the verdict that nobody can mistake."""

import shlex
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Group
from rich.filesize import decimal
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from circletake.cli.shared import console, counted, errors, visible
from circletake.film.structures import recognise
from circletake.transfer.copy_journal import ReadFrom
from circletake.transfer.listing import legible
from circletake.transfer.metering import Meter
from circletake.transfer.outcome import CopyOutcome, CopyStatus, Outcome, beforehand
from circletake.transfer.planning import Plan
from circletake.transfer.targets import Target
from circletake.transfer.volumes import free_bytes

#: More of one kind than this is a number, and the rest stands in --json.
SHOWN = 10
_STATUS = {
    CopyStatus.VERIFIED: ("✓ VERIFIED", "bold green"),
    CopyStatus.DIFFERS: ("✗ DIFFERS", "bold red"),
    CopyStatus.FAILED: ("✗ FAILED", "bold red"),
}
_READ_FROM = {
    ReadFrom.DISK: "the disk",
    ReadFrom.DISK_AFTER_DROPPING_CACHE: "the disk, cache dropped",
    ReadFrom.MEMORY: "memory only",
}


def print_plan(plan: Plan) -> None:
    """What is going to be read and written, before it is."""
    verb = "Going on with" if plan.resumes else "Offloading"
    title = Text.assemble(
        f"{verb} roll ",
        (plan.roll, "bold"),
        f" · {counted(len(plan.card.files), 'file')}, {decimal(plan.card.size_bytes)} · {plan.algorithm}",
    )
    table = Table.grid(padding=(0, 2))
    for target in plan.targets:
        table.add_row(
            Text("→", style="dim"),
            Text(visible(target.volume.name), style="bold"),
            Text(visible(str(target.path)), overflow="fold"),
            Text(_to_do(plan, target), style="dim"),
        )
    structure = Text(recognise(legible(file.path) for file in plan.card.files).sentence, style="dim")
    console.print(title, structure, Padding(table, (0, 0, 1, 1)), sep="\n")
    _print_some("!", "yellow", [(each.path, each.sentence) for each in beforehand(plan)])


def _to_do(plan: Plan, target: Target) -> str:
    free = f"{decimal(free_bytes(target.volume.root))} free"
    if target.journal is None:
        return free
    left = sum(1 for _ in target.lacking(plan.card))
    if left:
        return f"{counted(left, 'file')} to go, {free}"
    return f"every file is there, {'to be' if plan.read_again else 'not'} read again"


class Bars(Meter):
    """A bar for the card and one for each volume, on stderr."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=errors,
            transient=True,
        )
        self._tasks: dict[str | None, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def phase(self, name: str, files: int, size_bytes: int, on_volumes: Mapping[str, int]) -> None:
        for task in self._tasks.values():
            self._progress.remove_task(task)
        self._tasks = {}
        if name == "copying" and files:
            self._tasks[None] = self._progress.add_task("Reading the card", total=size_bytes)
        verb = "→" if name == "copying" else "Reading back"
        for volume, size in on_volumes.items():
            self._tasks[volume] = self._progress.add_task(f"{verb} {escape(visible(volume))}", total=size)

    def read(self, size_bytes: int) -> None:
        self._progress.advance(self._tasks[None], size_bytes)

    def written(self, volume: str, size_bytes: int) -> None:
        self._progress.advance(self._tasks[volume], size_bytes)

    def read_back(self, volume: str, size_bytes: int) -> None:
        self._progress.advance(self._tasks[volume], size_bytes)


def print_verdict(outcome: Outcome) -> None:
    """A table of the copies, what a person should know, and the one answer."""
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for heading in ("Copy", "", "Files", "Bytes", "Read back", "From"):
        table.add_column(heading, justify="right" if heading in ("Files", "Bytes") else "left")
    for copy in outcome.copies:
        text, style = _STATUS[copy.status]
        table.add_row(
            Text(visible(copy.target.volume.name), style="bold"),
            Text(text, style=style),
            str(copy.files),
            decimal(copy.bytes),
            _minute(copy.read_back_at),
            Text(_from(copy), style="dim"),
        )
    console.print(Padding(table, (0, 0, 1, 0)))
    wrong = [
        (f"{copy.target.volume.name}: {path or 'the whole copy'}", sentence)
        for copy in outcome.copies
        for path, sentence in copy.problems
    ]
    _print_some("✗", "red", wrong)
    _print_some("! not taken", "yellow", [(each.path, each.reason) for each in outcome.not_taken])
    told = set(beforehand(outcome.plan))
    _print_some("·", "", [(each.path, each.sentence) for each in outcome.findings if each not in told])
    console.print(_answer(outcome))
    command = upload_command(outcome)
    if command:
        next_step = "Next, so that the pictures are checked and the cloud knows of these copies:"
        console.print(Text(next_step if outcome.is_complete else "To upload what is verified, as it is:", style="dim"))
        # Never wrapped: it is there to be pasted.
        console.print(Text(f"  {command}", style="bold"), soft_wrap=True)


def _from(copy: CopyOutcome) -> str:
    if not copy.read_from:
        return "—"
    return _READ_FROM[copy.read_from] if copy.is_read else "not read again"


def _minute(moment: str | None) -> str:
    return f"{moment[:16].replace('T', ' ')} UTC" if moment else "—"


def _print_some(mark: str, style: str, rows: Sequence[tuple[str | None, str]]) -> None:
    table = Table.grid(padding=(0, 1))
    for path, sentence in rows[:SHOWN]:
        about = f"{visible(path)}: " if path else ""
        table.add_row(Text(mark, style=style), Text(f"{about}{visible(sentence)}", style=style))
    if len(rows) > SHOWN:
        table.add_row(Text(mark, style=style), Text(f"and {len(rows) - SHOWN} more: --json tells all", style=style))
    if rows:
        console.print(Padding(table, (0, 0, 1, 0)))


def _answer(outcome: Outcome) -> Panel:
    """BITS, PICTURE, and what they come to."""
    good = outcome.is_complete
    verified = sum(copy.status is CopyStatus.VERIFIED for copy in outcome.copies)
    copies = "1 copy" if outcome.counted == 1 else f"{outcome.counted} copies"
    apart = "" if outcome.counted == verified else f" ({verified} made, see above)"
    if good:
        all_count = outcome.counted == verified
        bits = Text(f"✓ every file verified on {copies}{apart}", style="bold green" if all_count else "bold yellow")
    elif outcome.is_whole:
        names = " and ".join(visible(target.volume.name) for target in outcome.plan.targets if target.spoiled)
        bits = Text(
            f"✗ {names} had lost what was verified on it; mended, verified on {copies}{apart}", style="bold red"
        )
    elif outcome.manifest:
        bits = Text(f"✗ not complete: {copies} verified, see above", style="bold red")
    else:
        bits = Text("✗ no copy is verified", style="bold red")
    rows = Table.grid(padding=(0, 2))
    rows.add_row(Text("BITS", style="bold"), bits)
    rows.add_row(
        Text("PICTURE", style="bold"), Text("○ not checked yet: nobody has decoded or viewed a clip", style="yellow")
    )
    lines: list[Text | Table | Padding] = [rows]
    if good:
        lines.append(Padding(Text("NOT SAFE TO FORMAT by this alone.", style="bold yellow"), (1, 0, 0, 0)))
    else:
        lines.append(Padding(Text("NOT SAFE TO FORMAT. Keep the card.", style="bold red"), (1, 0)))
        again = (
            "do not trust that volume."
            if outcome.is_whole
            else "then run the same command again: it does what is left."
        )
        lines.append(Text(f"Look at what is marked above, {again}"))
    return Panel(Group(*lines), border_style="yellow" if good else "red", padding=(1, 2), expand=False)


def upload_command(outcome: Outcome) -> str | None:
    """What to type next, from the first verified copy; None where there is none."""
    for copy in outcome.copies:
        if copy.status is CopyStatus.VERIFIED:
            return f"circletake upload {shlex.quote(visible(str(copy.target.path)))} --production NAME --day DAY"
    return None
