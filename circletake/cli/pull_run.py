"""A pull, carried out: clip by clip its files are had, shot by shot its frames are made; and the sheet that says so."""

import fcntl
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from circletake.cli.pull_plan import Asked, Pull
from circletake.cli.pull_shots import Incomplete, Order, done_before, failed_line, make_shot, wipe_drafts
from circletake.cli.pull_sources import NotTheOriginal, OriginalFiles
from circletake.contracts.errors import Rejected
from circletake.film.count_sheet import SheetLine, write_csv, write_text
from circletake.film.pull_names import safe
from circletake.media.children import LaunchFailed, Overrun
from circletake.media.pulling import Span, spans_of
from circletake.media.sequences import CHECKED
from circletake.media.tools import Tools

#: What may be wrong with one clip or shot, while the others go on.
_OF_ONE_SHOT = (Incomplete, NotTheOriginal, Rejected, LaunchFailed, Overrun)
_LOCK = ".pull.lock"


class Busy(Exception):  # noqa: N818
    """Another pull is writing into this folder."""


class Telling:
    """Hears of a pull as it goes on; a screen does more."""

    def looking_for(self, order: Order) -> None: ...
    def fetching(self, order: Order) -> None: ...
    def fetched(self, size_bytes: int) -> None: ...
    def making(self, order: Order) -> None: ...
    def frame_done(self) -> None: ...
    def ended(self, line: SheetLine) -> None: ...


@contextmanager
def own_folder(to: Path) -> Iterator[None]:
    """A folder → ours alone, for as long as it takes. Raises `Busy`."""
    to.mkdir(parents=True, exist_ok=True)
    with (to / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(f"Another pull is writing into {to} at this moment.") from error
        wipe_drafts(to)
        yield


def carry_out(pull: Pull, files: OriginalFiles, to: Path, tools: Tools, telling: Telling) -> list[SheetLine]:
    """A pull → its shots in `to`, each complete or not there, and a line for each of them, in the list's order."""
    lines: dict[str, SheetLine] = {}

    def end(order: Order, line: SheetLine) -> None:
        lines[order.shot.name] = line
        telling.ended(line)

    open_orders = []
    for order in pull.orders:
        try:
            telling.looking_for(order)
            if (line := done_before(order, to, telling.frame_done)) is not None:
                end(order, line)
            else:
                open_orders.append(order)
        except Incomplete as why:
            end(order, failed_line(order, str(why)))
    # Each clip is had once, for all of its shots.
    by_clip = sorted(open_orders, key=lambda order: order.clip.original.version)
    for _, of_clip in groupby(by_clip, key=lambda order: order.clip.original.version):
        orders = list(of_clip)
        with tempfile.TemporaryDirectory(prefix=".pulling-originals-", dir=to) as place:
            try:
                telling.fetching(orders[0])
                spans = _spans(orders[0], files, Path(place), tools, telling)
            except _OF_ONE_SHOT as why:
                for order in orders:
                    end(order, failed_line(order, _sentence(why)))
                continue
            for order in orders:
                try:
                    telling.making(order)
                    end(order, make_shot(order, spans, to, tools=tools, on_frame=telling.frame_done))
                except _OF_ONE_SHOT as why:
                    end(order, failed_line(order, _sentence(why)))
    return [lines[order.shot.name] for order in pull.orders]


def _spans(order: Order, files: OriginalFiles, place: Path, tools: Tools, telling: Telling) -> tuple[Span, ...]:
    staged = files.stage(order.clip, place, telling.fetched)
    return spans_of(staged, order.shot.inspection, tools=tools)


def write_sheet(asked: Asked, pull: Pull, lines: Sequence[SheetLine], to: Path) -> tuple[Path, Path]:
    """What became of a pull → its count sheet, as CSV and as text."""
    stem = f"{safe(asked.show)}_{safe(asked.title)}_v{asked.version:03}_count-sheet"
    sheet, page = to / f"{stem}.csv", to / f"{stem}.txt"
    sheet.write_text(write_csv(lines, pull.not_pulled), newline="")
    page.write_text(write_text(f"{asked.show} {asked.title}", lines, pull.not_pulled, CHECKED))
    return sheet, page


def _sentence(why: Exception) -> str:
    if isinstance(why, Rejected):
        return f"{why.verdict.sentence} {why.verdict.next_step}"
    return f"{type(why).__name__}: {str(why)[-500:]}" if isinstance(why, LaunchFailed) else str(why)
