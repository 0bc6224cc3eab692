"""The sound of a clip's beginning without its pictures: the few bytes of an original that somebody listens to."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from circletake.media.byte_ranges import Contents, Laid
from circletake.media.mxf import Mxf
from circletake.media.quicktime import QuickTime

#: Of an original whose pictures lie between its sounds and have to come along: thirty seconds of the widest camera's.
_MOST_BYTES = 2 << 30

#: Ranges of the original, one directly after the other, go into an existing file from byte `at` on.
Bring = Callable[[Sequence[range], Path, int], None]


def has_sound(original: Contents) -> bool:
    """Whether an original's contents tell of any sound; MXF has it between its pictures, or has none."""
    return not isinstance(original.table, QuickTime) or bool(original.table.sound)


def lay_sound(original: Contents, frames: int, bring: Bring, to: Path) -> None:
    """An original's contents, and a way to fetch its bytes → the sound of so many of its first frames, in `to`.

    QuickTime's lies by itself, and nothing else is fetched; what lies beyond those frames is a hole. MXF has it between
    its pictures, which come along; where they are very large, so do fewer of them.
    """
    share = min(frames, original.frames)
    if isinstance(original.table, QuickTime):
        _lay_quicktime(original.table, share / original.frames, bring, to)
    else:
        _lay_mxf(original, original.table, share, bring, to)


def _lay_quicktime(table: QuickTime, share: float, bring: Bring, to: Path) -> None:
    laid = Laid.of(table.sound_ranges(), gap=0)
    head = table.sound_head(laid.place, laid.length)
    to.write_bytes(head)
    wanted = {chunk.start for _, chunks in table.sound for chunk in chunks[: int(len(chunks) * share) + 2]}
    for at, ranges in _runs(laid, {table.starts[0], *wanted}):
        bring(ranges, to, len(head) + at)
    with to.open("r+b") as file:
        file.truncate(len(head) + laid.length)


def _runs(laid: Laid, wanted: set[int]) -> Iterator[tuple[int, list[range]]]:
    """Ranges that lie one after the other and hold something that is wanted → where the first lies, and they."""
    holds = laid.holding(wanted)
    for is_wanted, numbers in groupby(range(len(laid.ranges)), holds.__contains__):
        run = list(numbers)
        if is_wanted:
            yield laid.places[run[0]], [laid.ranges[number] for number in run]


def _lay_mxf(original: Contents, table: Mxf, count: int, bring: Bring, to: Path) -> None:
    begin = original.starts[0]
    end = next((end for end in reversed(original.ends[:count]) if end - begin <= _MOST_BYTES), begin)
    to.write_bytes(table.head)
    if begin < end:
        bring([range(begin, end)], to, len(table.head))
