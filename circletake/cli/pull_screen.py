"""A pull as a person watches it: a bar for the shot at work, and a line for each that ended."""

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from circletake.cli.pull_plan import Pull
from circletake.cli.pull_run import Telling
from circletake.cli.pull_shots import Order
from circletake.cli.shared import counted, errors
from circletake.film.count_sheet import SheetLine


class Screen(Telling):
    """What is going on, on stderr. Each frame counts twice: it is written, and read back."""

    def __init__(self, planned: Pull, *, quietly: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        self._progress = Progress(
            *columns, TimeRemainingColumn(), console=errors, disable=quietly, transient=True, refresh_per_second=4
        )
        self._task = self._progress.add_task("", total=None)
        self._shots, self._ended = len(planned.orders), 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._progress.stop()

    def looking_for(self, order: Order) -> None:
        frames = len(order.shot.request.frames)
        self._progress.reset(self._task, total=frames, description=f"Looking for {order.shot.name}")

    def fetching(self, order: Order) -> None:
        total = sum(file.size_bytes for file in order.clip.files)
        self._progress.reset(self._task, total=total, description=f"Fetching {order.clip.original.title}")

    def fetched(self, size_bytes: int) -> None:
        self._progress.advance(self._task, size_bytes)

    def making(self, order: Order) -> None:
        frames = len(order.shot.request.frames)
        described = f"{self._ended + 1}/{counted(self._shots, 'shot')}  {order.shot.name}"
        self._progress.reset(self._task, total=2 * frames, description=described)

    def frame_done(self) -> None:
        self._progress.advance(self._task)

    def ended(self, line: SheetLine) -> None:
        self._ended += 1
        if line.state == "CHECKED":
            told = f"● {line.shot}  {line.first_number}–{line.last_number}, {counted(line.frames, 'frame')}, checked"
            self._progress.console.print(Text(told, style="green"))
