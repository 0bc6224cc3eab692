"""While a card goes up: which takes of its day are circled by now? A script supervisor decides when the card runs."""

import threading
from collections.abc import Callable, Collection
from types import TracebackType

from circletake.cloud.deployment import Deployment
from circletake.cloud.patience import AWS_ERRORS
from circletake.contracts.keys import DayRef

#: Nobody waits longer for a circle to count, and a day of 500 clips is read for a thousandth of a cent.
EVERY_S = 60.0
#: A card takes minutes at least; what is circled already goes first from the first byte on.
FIRST_WITHIN_S = 5.0
_NOT_TOLD = (
    "Which takes are circled cannot be asked here, so circles that come meanwhile change no order: {error} "
    "Give them with --circled."
)
Ask = Callable[[], Collection[str]]


def circled_on(where: Deployment, day: DayRef) -> Collection[str]:
    """A day → the names of the clips of its circled takes. With the person's own rights: an uploader's role only puts.

    Raises what AWS raises where nobody may ask.
    """
    # What folds a day takes longer to load than most commands take.
    from circletake.cloud.days import circled_clips, read_day

    return circled_clips(read_day(where.catalogue(), day))


class Circling:
    """Asks at the start and every so often, beside the upload, and hands on the answers. To be used as a context."""

    def __init__(
        self,
        ask: Ask,
        on_circled: Callable[[Collection[str]], None],
        on_refusal: Callable[[str], None],
        *,
        every_s: float = EVERY_S,
    ) -> None:
        self._ask, self._on_circled, self._on_refusal, self._every_s = ask, on_circled, on_refusal, every_s
        self._over, self._answered = threading.Event(), threading.Event()
        # A daemon: when all is sent, nobody waits for an answer.
        self._thread = threading.Thread(target=self._go_on_asking, name="circles", daemon=True)

    def __enter__(self) -> "Circling":
        self._thread.start()
        self._answered.wait(FIRST_WITHIN_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()

    def _go_on_asking(self) -> None:
        was_refused = False
        while not self._over.is_set():
            try:
                circled = self._ask()
            except AWS_ERRORS as error:
                # The line may be down, or rights be given yet: the next time counts.
                if not was_refused and not self._over.is_set():
                    self._on_refusal(_NOT_TOLD.format(error=error))
                was_refused = True
            else:
                if not self._over.is_set():
                    self._on_circled(circled)
            self._answered.set()
            self._over.wait(self._every_s)
