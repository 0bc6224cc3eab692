"""Rows → which recordings belong to which takes, and who says otherwise.

What is said of a recording ties it to a take, the most believed first. A lower word that shares a take with a higher
one may add others (a series); one that shares none dissents.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from circletake.contracts.takes import Flag
from circletake.film.takes.day import Clocks, TakeKey
from circletake.film.takes.recordings import Recordings
from circletake.film.takes.rows import About, Row

_APART = (Flag.WILD_TRACK, Flag.FALSE_START, Flag.VFX_REFERENCE)
#: A series of more takes than this is none that a row could be about as a whole.
SERIES = 50


class Claim(NamedTuple):
    """A row that puts a recording into a take; `echo`: the row's paper has only a part of the take's name and takes the
    rest over from another, and so do all its rows about that recording.
    """

    row: Row
    about: About
    key: TakeKey
    echo: bool = False


@dataclass(slots=True)
class Tie:
    """Why a recording belongs to a take: who says so, and how sure the clocks make it.

    `through`: the words that the clocks carry over from another recording, and `ran` the part of this one that ran
    together with that one, in its own frames or samples.
    """

    said: list[tuple[Row, About]] = field(default_factory=list)
    jam: float = 0.0
    through: list[Row] = field(default_factory=list)
    ran: tuple[int, int] | None = None

    @property
    def rank(self) -> int:
        return self.said[0][0].group[0]

    @property
    def part(self) -> tuple[int, int] | None:
        """The part of the recording that the most believed tells who tells one."""
        return next((about.part for _, about in self.said if about.part), None)


@dataclass(slots=True)
class Ties:
    """For each recording (clips, then sounds): its takes; the words that put it elsewhere, each with the take meant.

    `apart`: recordings that ran together and are said, by words of one rank, to be of different takes.
    """

    held: list[dict[TakeKey, Tie]]
    dissent: list[list[tuple[TakeKey, Row]]]
    apart: list[tuple[int, int]] = field(default_factory=list)
    clocks: tuple[Clocks, ...] = ()


def tie_by_words(rows: Sequence[Row], recordings: Recordings) -> Ties:
    """Rows in the order of belief, and what was recorded → what belongs to what by what is said alone."""
    about: list[list[tuple[int, Row, About]]] = [[] for _ in range(len(recordings))]
    for number, row in enumerate(rows):
        for each in row.about:
            about[each.place].append((number, row, each))
    ties = Ties([{} for _ in about], [[] for _ in about])
    _said(ties, _claims(about), recordings)
    for place, rows_of in enumerate(about):
        apart = [(row, each) for _, row, each in rows_of if is_apart(row)]
        if apart and not ties.held[place] and not ties.dissent[place]:
            ties.held[place][TakeKey("", recordings.ids[place])] = Tie(apart)
    return ties


def is_apart(row: Row) -> bool:
    """Whether a row says of what it is about that it may well stand by itself, even without a number."""
    return bool(row.flags) and any(row.flags.get(flag) for flag in _APART)


def _claims(about: Sequence[Sequence[tuple[int, Row, About]]]) -> list[tuple[int, Claim]]:
    numbered = [(number, index, claim) for index, rows_of in enumerate(about) for number, claim in _completed(rows_of)]
    numbered.sort(key=lambda each: each[:2])
    return [(index, claim) for _, index, claim in numbered]


def _completed(rows: Sequence[tuple[int, Row, About]]) -> Iterator[tuple[int, Claim]]:
    """Rows about one recording → the takes that they put it in. What a row leaves out, others tell: those of its own
    group first, then the most believed. Of what people say of its setup or its take only the newest counts.
    """
    newest_board, newest_take = _newest(rows, "board"), _newest(rows, "take")
    told = [
        (number, row, about,
         row.board if row.moment >= newest_board or not row.is_persons else None,
         row.take if row.moment >= newest_take or not row.is_persons else None)
        for number, row, about in rows
    ]  # fmt: skip
    boards: dict[tuple[int, int, str], str] = {}
    takes: defaultdict[tuple[int, int, str], dict[str, None]] = defaultdict(dict)
    for _, row, _, board, take in told:
        if board:
            boards.setdefault(row.group, board)
        if take:
            takes[row.group][take] = None
    master = next((row.key.setup for _, row, *_ in told if row.key), None)
    any_board, any_takes = next(iter(boards.values()), master), next(iter(takes.values()), {})
    for number, row, about, own_board, own_take in told:
        if own_take and (board := own_board or boards.get(row.group, any_board)):
            yield number, Claim(row, about, TakeKey(board, own_take), echo=not own_board and row.group not in boards)
        elif own_board and not own_take and len(of := takes.get(row.group, any_takes)) <= SERIES:
            for take in of:
                yield number, Claim(row, about, TakeKey(own_board, take), echo=row.group not in takes)


def _newest(rows: Iterable[tuple[int, Row, About]], name: str) -> float:
    said = (row.moment for _, row, _ in rows if row.is_persons and getattr(row, name))
    return max(said, default=0.0)


def _said(ties: Ties, claims: Sequence[tuple[int, Claim]], recordings: Recordings) -> None:
    moved: dict[tuple[TakeKey, str], tuple[float, set[int]]] = {}
    for _, group in groupby(claims, key=lambda each: each[1].row.group):
        by_recording: defaultdict[int, list[Claim]] = defaultdict(list)
        for place, claim in group:
            by_recording[place].append(claim)
            if claim.row.is_persons and recordings.is_clip(place):
                # The newest word comes first; several clips that it names are all meant.
                moment, clips = moved.setdefault((claim.key, recordings.devices[place]), (claim.row.moment, set()))
                if claim.row.moment == moment:
                    clips.add(place)
        for place, of in by_recording.items():
            held = ties.held[place]
            # What a paper takes over from others may agree, and adds nothing.
            elsewhere = bool(held) and (of[0].echo or held.keys().isdisjoint(claim.key for claim in of))
            for claim in of:
                # A person who gives a camera's part of a take to one clip takes it from the others.
                _, here = moved.get((claim.key, recordings.devices[place]), (0.0, {place}))
                stays = claim.key in held or not elsewhere
                if stays and place in here:
                    held.setdefault(claim.key, Tie()).said.append((claim.row, claim.about))
                else:
                    ties.dissent[place].append((claim.key, claim.row))
