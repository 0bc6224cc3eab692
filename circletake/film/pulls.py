"""A cut's events and the production's clips → which frames of which original are pulled, and what is not, with why.

Labels of a list's source timecode name frames of the recording, so they are read at the recording's own rate; nothing
is guessed: what fits no clip, or several, is listed. The cut's first frame is 1001, as VFX houses count; handles come
before and after it and end where the clip ends.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from circletake.contracts.looks import Cdl
from circletake.film.cuts import BARS, BLACK, Cut, CutList, NotPulled
from circletake.film.originals import Original, Originals, Unpullable, count_between, names, offset_of
from circletake.film.timing import Timecode, dropped_labels, nominal

FIRST_NUMBER = 1001


@dataclass(frozen=True, slots=True)
class PullRequest:
    """Frames of one original: those of the cut, `first` to `last` counted from 0, and the handles that there are."""

    event: int
    line: int
    original: Original
    first: int
    last: int
    head: int = 0
    tail: int = 0
    speed: Fraction | None = None
    cdl: Cdl | None = None
    remarks: tuple[str, ...] = ()

    @property
    def frames(self) -> range:
        """The frames of the original, handles included."""
        return range(self.first - self.head, self.last + self.tail + 1)

    @property
    def numbers(self) -> range:
        """The numbers that they get."""
        return range(FIRST_NUMBER - self.head, FIRST_NUMBER - self.head + len(self.frames))

    @property
    def cut_numbers(self) -> range:
        """The numbers of the cut itself."""
        return range(FIRST_NUMBER, FIRST_NUMBER + self.last - self.first + 1)

    def timecode(self, frame: int) -> Timecode:
        """A frame of the original → its source timecode."""
        return self.original.start_timecode + frame


@dataclass(frozen=True, slots=True)
class PullPlan:
    """What is pulled, and what is not."""

    requests: tuple[PullRequest, ...]
    not_pulled: tuple[NotPulled, ...]


def plan_pulls(
    listed: CutList, originals: Iterable[Original], *, handles: int, rate: Fraction | None = None
) -> PullPlan:
    """A list and the production's clips → the pull. `rate` is the cut's own, which no EDL tells."""
    find = Originals(originals).find
    requests: list[PullRequest] = []
    not_pulled = list(listed.not_pulled)
    for cut in listed.cuts:
        try:
            if cut.reel.upper() in (BLACK, BARS) or (not cut.enters and _is_empty(cut)):
                not_pulled += _no_recording(cut, requests)
            else:
                requests.append(_request(cut, find, rate))
        except Unpullable as why:
            not_pulled.append(NotPulled(cut.event, cut.clip_name or cut.reel, str(why)))
    requests, of_other_rates = _of_one_rate(requests, rate)
    handled = tuple(_with_handles(request, handles) for request in requests)
    return PullPlan(handled, (*not_pulled, *of_other_rates))


def _is_empty(cut: Cut) -> bool:
    return cut.source_in == cut.source_out


def _no_recording(cut: Cut, requests: list[PullRequest]) -> Iterator[NotPulled]:
    """Black and bars ask for nothing; what leaves in a transition is the shot before, which lasts until its end."""
    if cut.reel.upper() in (BLACK, BARS):
        yield NotPulled(cut.event, cut.reel, "It is black or bars: there is no recording of it.", asked=False)
        return
    before = requests[-1] if requests else None
    if before is None or not _leaves(cut, before):
        raise Unpullable("It goes out in a transition, and the event before it is not the shot that it goes out of.")
    longer = min(cut.over, before.original.frames - 1 - before.last)
    said = f"{cut.over} frames longer, for the transition into event {cut.event}"
    if longer < cut.over:
        said = f"only {longer} of {cut.over} frames longer for the transition into event {cut.event}: the clip ends"
    requests[-1] = replace(before, last=before.last + longer, remarks=(*before.remarks, said))


def _leaves(cut: Cut, before: PullRequest) -> bool:
    try:
        at = offset_of(cut.source_in, before.original)
    except ValueError:
        return False
    return at == before.last + 1 and before.speed is None and names(cut.reel, before.original)


def _request(cut: Cut, find: Callable[[Cut], Original], rate: Fraction | None) -> PullRequest:
    if cut.transition.startswith("K"):
        raise Unpullable("It is a key, of which a list does not tell which picture lies where; cut it as two events.")
    if not cut.enters:
        raise Unpullable("It goes out in a transition and has frames of its own; cut it as an event of its own.")
    original = find(cut)
    if rate is not None and nominal(rate) != nominal(original.rate):
        raise Unpullable(
            f"The cut runs at {_spoken(rate)} and {original.title} at {_spoken(original.rate)} frames a second, so its "
            "labels do not name frames of it. List it at the clip's own rate."
        )
    first = offset_of(cut.source_in, original)
    length, remarks = _length(cut, original)
    return PullRequest(
        cut.event, cut.line, original, first, first + length - 1, speed=cut.speed, cdl=cut.cdl, remarks=remarks
    )


def _length(cut: Cut, original: Original) -> tuple[int, tuple[str, ...]]:
    """How many frames of the original an event shows, and what a person has to know of them."""
    source = count_between(cut.source_in, cut.source_out, original, original.start_timecode.drop)
    has_drop = cut.drop and dropped_labels(original.rate) > 0
    record = count_between(cut.record_in, cut.record_out, original, has_drop)
    if cut.speed is None:
        if source != record:
            raise Unpullable(
                f"It takes {source} frames of its source for {record} of the cut, and no M2 tells a speed."
            )
        return source, ()
    share = cut.speed / nominal(original.rate)
    if cut.speed < 0:
        raise Unpullable(f"It runs backwards ({float(share):.0%}); list the frames forwards.")
    shown = max(1, -(-record * share // 1))
    # Some systems write how much of the source runs by, others how long it takes.
    if abs(source - shown) > 1 and source != record:
        raise Unpullable(f"At {float(share):.0%} it shows {shown} frames of its source, and lists {source}.")
    if cut.speed and offset_of(cut.source_in, original) + shown > original.frames:
        raise Unpullable(f"At {float(share):.0%} it shows {shown} frames, and the clip ends before.")
    return int(shown), (f"runs at {float(share):.0%} in the cut: every frame is pulled, none is retimed",)


def _with_handles(request: PullRequest, handles: int) -> PullRequest:
    head, tail = min(handles, request.first), min(handles, request.original.frames - 1 - request.last)
    short = [
        f"{there} of {handles} frames of handle {where}: the clip {ends} there"
        for there, where, ends in ((head, "before", "begins"), (tail, "after", "ends"))
        if there < handles
    ]
    return replace(request, head=head, tail=tail, remarks=(*request.remarks, *short))


def _of_one_rate(requests: list[PullRequest], rate: Fraction | None) -> tuple[list[PullRequest], Sequence[NotPulled]]:
    """A cut runs at one rate. Where it is not told and its clips do not agree, nobody knows what its labels mean."""
    bases = {nominal(request.original.rate) for request in requests}
    if rate is not None or len(bases) < 2:
        return requests, ()
    said = " and ".join(str(base) for base in sorted(bases))
    why = f"The clips of this cut count {said} frames a second, and a list does not tell its own rate: name it."
    return [], [NotPulled(request.event, request.original.title, why) for request in requests]


def _spoken(rate: Fraction) -> str:
    return f"{float(rate):.5g}"
