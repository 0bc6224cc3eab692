"""The production's clips as a cut's list names them: by reel, clip name and source timecode → the one that is meant."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from circletake.film.cuts import AUXILIARY, Cut
from circletake.film.looks.resolving import clip_name
from circletake.film.timing import Timecode, frames_in_a_day, nominal

#: CMX 3600 has room for so much of a reel's name.
_CMX_REEL = 8


@dataclass(frozen=True, slots=True)
class Original:
    """A clip as far as a list can name it. `hindrance` is why no frame of it can be pulled, None where one can.

    `same_as` tells recordings that are the same bytes; `received` orders the versions of one clip. What cannot be
    opened has no `start` and 0 frames; it is here to be told of.
    """

    clip_id: str
    version: str
    title: str
    place: str
    reel: str | None
    start: str | None
    rate: Fraction
    frames: int
    received: str = ""
    same_as: str = ""
    hindrance: str | None = None

    @property
    def start_timecode(self) -> Timecode:
        if self.start is None:
            raise ValueError("it has no timecode")
        return Timecode.parse(self.start, self.rate)


class Unpullable(Exception):  # noqa: N818 - a sentence about an event, no fault
    """Why nothing is pulled for an event."""


def offset_of(label: str, original: Original) -> int:
    """A label of the list → the frame of the original, counted from 0; at or beyond its end where it is none of it."""
    start = original.start_timecode
    moment = _read(label, original.rate, start.drop)
    if moment.drop != start.drop:
        raise ValueError(f"{label} is drop-frame and the clip is not")
    return (moment.frames - start.frames) % frames_in_a_day(original.rate, start.drop)


def count_between(begin: str, end: str, original: Original, drop: bool) -> int:
    """Two labels → the frames from one to the other, over midnight where it has to be."""
    try:
        first, after = (_read(label, original.rate, drop) for label in (begin, end))
    except ValueError as error:
        raise Unpullable(f"{str(error).capitalize()}.") from error
    return (after.frames - first.frames) % frames_in_a_day(original.rate, first.drop)


def _read(label: str, rate: Fraction, drop: bool) -> Timecode:
    """A label as lists write them, its last mark one of :;., → the timecode. Raises `ValueError`."""
    explicit = label[8:9] in (";", ".", ",")
    digits = label[9:].zfill(len(str(nominal(rate) - 1))) if nominal(rate) > 100 else label[9:]
    return Timecode.parse(f"{label[:8]}{';' if explicit or drop else ':'}{digits}", rate)


class Originals:
    """The production's clips by what a list calls them."""

    def __init__(self, originals: Iterable[Original]) -> None:
        newest: dict[str, Original] = {}
        for original in originals:
            known = newest.get(original.clip_id)
            if known is None or (original.received, original.version) > (known.received, known.version):
                newest[original.clip_id] = original
        self._by_title: defaultdict[str, list[Original]] = defaultdict(list)
        self._by_reel: defaultdict[str, list[Original]] = defaultdict(list)
        for original in sorted(newest.values(), key=lambda one: one.place):
            self._by_title[clip_name(original.title)].append(original)
            for name in {name[:_CMX_REEL] for name in _reels_of(original)}:
                self._by_reel[name].append(original)

    def find(self, cut: Cut) -> Original:
        """An event → the one clip that it can mean. Raises `Unpullable`."""
        named = self._by_title.get(clip_name(cut.clip_name.strip()), []) if cut.clip_name else []
        pool = named
        if cut.reel.upper() != AUXILIARY:
            reeled = [one for one in self._by_reel.get(_letters(cut.reel)[:_CMX_REEL], []) if names(cut.reel, one)]
            both = [one for one in reeled if one in named] or [one for one in named if one.reel is None]
            if named and not both:
                raise Unpullable(f"A clip of this name is there, but not of reel {cut.reel}.")
            pool = both or reeled
        if not pool:
            raise Unpullable(f"No clip of reel {cut.reel} is in the catalogue, and none of its clip name.")
        there = [one for one in pool if _holds(one, cut)]
        if hindered := [one for one in pool if one.hindrance is not None] if not there else []:
            raise Unpullable(_hindrances(hindered))
        if not there:
            raise Unpullable(
                f"{_some(pool)} of that name or reel {'is' if len(pool) == 1 else 'are'} there, and none holds "
                f"{cut.source_in} to {cut.source_out}."
            )
        return _only([one for one in there if one.hindrance is None], there)


def _only(pullable: Sequence[Original], there: Sequence[Original]) -> Original:
    if not pullable:
        raise Unpullable(_hindrances(there))
    # The same bytes, uploaded twice, are one recording.
    if len({one.same_as or one.clip_id for one in pullable}) > 1:
        places = ", ".join(one.place for one in pullable[:4])
        raise Unpullable(f"{len(pullable)} clips fit and differ: {places}. Name reel and clip in the list.")
    return pullable[0]


def _hindrances(hindered: Sequence[Original]) -> str:
    return "; ".join(f"{one.place}: {one.hindrance}" for one in hindered[:4])


def _holds(original: Original, cut: Cut) -> bool:
    """Whether all frames of an event are frames of this clip."""
    try:
        first, after = offset_of(cut.source_in, original), offset_of(cut.source_out, original)
    except ValueError:
        return False
    # A retimed event may list more than there is to show; how much that is, is looked at later.
    return first < original.frames and (cut.speed is not None or first < after <= original.frames)


def names(reel: str, original: Original) -> bool:
    """Whether a list's reel is the clip's, whole or as short as CMX lists have it."""
    wanted = _letters(reel)
    return any(wanted == name or (len(wanted) == _CMX_REEL and name.startswith(wanted)) for name in _reels_of(original))


def _reels_of(original: Original) -> set[str]:
    """What a list may call a clip's reel: its reel, or the clip's own name."""
    return {_letters(name) for name in (original.reel, original.title) if name}


def _letters(name: str) -> str:
    """A reel → its letters and digits, which are all that a CMX list has room for."""
    plain = clip_name(name.strip())
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum()) or plain


def _some(pool: Sequence[Original]) -> str:
    return "One clip" if len(pool) == 1 else f"{len(pool)} clips"
