"""Several transfers at once, which come in in their order, for as long as whoever asked for them keeps the job."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

#: One stream alone does not fill Lambda's network.
AT_ONCE = 4
#: A lease is renewed every ten seconds, so whoever renews it is asked more often.
_ASK_EVERY_S = 1

P = TypeVar("P")
T = TypeVar("T")


def move_all(
    pieces: Iterable[P],
    move: Callable[[P], T],
    *,
    arrived: Callable[[T], None],
    on_progress: Callable[[int], None],
    at_once: int = AT_ONCE,
) -> None:
    """Pieces, each moved by a call of its own → `arrived` is told what came of each, in their order.

    `on_progress(0)` is called while nothing comes in. What it or anything else here raises ends all of it: what has
    not begun does not begin, and nothing is under way any more when the exception leaves.
    """
    with ThreadPoolExecutor(at_once) as movers:
        under_way: deque[Future[T]] = deque()

        def take_oldest() -> None:
            while not wait([under_way[0]], _ASK_EVERY_S).done:
                on_progress(0)
            arrived(under_way.popleft().result())

        try:
            for piece in pieces:
                # What came in before its turn waits in memory, which holds no more than these.
                if len(under_way) > at_once:
                    take_oldest()
                under_way.append(movers.submit(move, piece))
            while under_way:
                take_oldest()
        finally:
            for each in under_way:
                each.cancel()
