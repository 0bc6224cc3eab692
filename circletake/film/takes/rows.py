"""What was said → rows in one order, each with the take that it tells and the recordings that it is about.

A row that names nothing that exists, or a timecode that does not, is kept and told; what else it says still counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from circletake.contracts.takes import Flag, Said, Source
from circletake.film.takes.day import Cite, How, Lack, TakeKey, Word
from circletake.film.takes.labels import Labels
from circletake.film.takes.names import camera_letter, numbered, read_take
from circletake.film.takes.recordings import Recordings

RANK = {source: rank for rank, source in enumerate(Source)}


@dataclass(frozen=True, slots=True)
class About:
    """A recording that a row is about, by its place among the day's.

    `part`: the frames or samples of it that the row tells; `elsewhere`: the row's timecode does not lie in it.
    """

    place: int
    how: How
    confidence: float
    part: tuple[int, int] | None = None
    elsewhere: bool = False


@dataclass(slots=True)
class Row:
    """A word, understood. `group`: rows of one group are of one mind, and an earlier group is believed more.

    `board` is what stands on the slate as it is compared: the setup, or the number alone. `key`: the take that the row
    itself tells, a scene alone being the setup of an American master. `flags` may tell
    more than the word's own: a take that is written 3PU is a pickup.
    """

    word: Word
    cite: Cite
    group: tuple[int, int, str]
    board: str | None
    take: str | None
    moment: float
    key: TakeKey | None
    flags: dict[Flag, bool]
    about: tuple[About, ...] = ()
    problems: list[tuple[Lack, str]] = field(default_factory=list)

    @property
    def said(self) -> Said:
        return self.word.said

    @property
    def is_persons(self) -> bool:
        return self.word.source is Source.PERSON

    @property
    def timecode(self) -> str:
        return " – ".join(filter(None, (self.said.starts, self.said.ends)))


def understand(words: Iterable[Word], recordings: Recordings) -> list[Row]:
    """Words, and what was recorded → rows, the most believed first, with those that recordings say of themselves."""
    unique = _unique(words)
    boards = _Boards(word.said for word in unique)
    clips, sounds = _Shelf(recordings, of_clips=True), _Shelf(recordings, of_clips=False)
    rows = [_placed(_row(word, boards), clips, sounds) for word in unique]
    rows.extend(_themselves(recordings, boards))
    # Stable: what has one line in one paper is in the order of its content.
    rows.sort(key=_order)
    return rows


def _unique(words: Iterable[Word]) -> list[Word]:
    """Words → each once, on the first line that has it and at the last moment that it was said."""
    kept: dict[tuple[object, ...], Word] = {}
    for word in words:
        same = word.source, word.paper, _content(word.said)
        before = kept.get(same)
        if before is None or (_moment(before), -before.said.line) < (_moment(word), -word.said.line):
            kept[same] = word
    return list(kept.values())


def _content(said: Said) -> tuple[object, ...]:
    """What is said, wherever it stands, so that it can be compared and ordered."""
    return (
        said.setup or "", said.slate or "", said.take or "", said.scene or "", said.camera or "", said.roll or "",
        said.sound_roll or "", said.clips, said.sounds, said.starts or "", said.ends or "",
        tuple(sorted(said.flags.items())), said.lens or "", said.exposure_index or "", said.white_balance or "",
        said.filters or "", said.shutter or "", said.sensor_fps or 0, said.note or "",
    )  # fmt: skip


def _moment(word: Word) -> float:
    return _seconds(word.at) if word.at else 0.0


@lru_cache(maxsize=1 << 10)
def _seconds(at: str) -> float:
    """All rows of a paper are of one moment."""
    return datetime.fromisoformat(at).timestamp()


class _Boards:
    """Setups and slates' numbers: where rows tell both, a number alone means the setup that most of them give it."""

    def __init__(self, said: Iterable[Said]) -> None:
        votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for each in said:
            if each.slate and each.setup:
                votes[numbered(each.slate)][numbered(each.setup)] += 1
        self._setups = {slate: min(of, key=lambda setup: (-of[setup], setup)) for slate, of in votes.items()}
        self._known = {setup for of in votes.values() for setup in of}

    def of(self, said: Said) -> str | None:
        """What is said → what stands on the slate. A British number may stand in a column that is called Scene."""
        board = said.setup or said.slate
        if board is None:
            return None
        key = numbered(board)
        return key if said.setup and key in self._known else self._setups.get(key, key)


def _row(word: Word, boards: _Boards, *, itself: bool = False, about: About | None = None) -> Row:
    said = word.said
    take, mark = read_take(said.take) if said.take else (None, None)
    # People are of one mind, whoever they are; a file's header is believed less than the paper that corrects it.
    group = RANK[word.source], int(itself), "" if word.source is Source.PERSON else word.paper
    flags = {mark: True, **said.flags} if mark else said.flags
    cite = Cite(word.source, word.paper, said.line)
    board = boards.of(said)
    setup = board or (numbered(said.scene) if said.scene else None)
    key = TakeKey(setup, take) if setup and take else None
    return Row(word, cite, group, board, take, _moment(word), key, flags, (about,) if about else ())


def _themselves(recordings: Recordings, boards: _Boards) -> Iterator[Row]:
    """What stands on the slates in clips, and in the headers of sounds."""
    for place, name in enumerate(recordings.names):
        if not recordings.is_clip(place):
            header = Word(Source.SOUND, name, recordings.sound(place).file.said)
            yield _row(header, boards, itself=True, about=About(place, How.ITSELF, 1.0))
        elif slate := recordings.clip(place).slate:
            read = Word(Source.SLATE, name, slate)
            yield _row(read, boards, itself=True, about=About(place, How.SLATE, recordings.clip(place).sure))


def _order(row: Row) -> tuple[object, ...]:
    """The most believed first, of one rank the newest: an order that does not depend on the order of input."""
    return row.group[:2], -row.moment, row.cite.paper, row.cite.line, _content(row.said)


class _Shelf:
    """Clips or sounds, to be found by what a row tells."""

    def __init__(self, recordings: Recordings, *, of_clips: bool) -> None:
        self._recordings = recordings
        self._names = recordings.clip_names if of_clips else recordings.sound_names
        self._first = 0 if of_clips else recordings.clips
        self._labels = Labels(recordings.runs[: recordings.clips] if of_clips else recordings.runs[recordings.clips :])
        self._unknown = Lack.UNKNOWN_CLIP if of_clips else Lack.UNKNOWN_SOUND

    def by_name(self, row: Row, told: Sequence[str], roll: str | None, camera: str | None) -> list[About]:
        found: dict[int, About] = {}
        for name in told:
            hits = self._names.find(name, roll, camera)
            if len(hits) == 1:
                (index,) = hits
                found[index] = About(self._first + index, How.NAME, 1.0)
            else:
                row.problems.append((Lack.WHICH_RECORDING if hits else self._unknown, name))
        return [found[index] for index in sorted(found)]

    def by_timecode(self, row: Row, roll: str | None, camera: str | None) -> list[About]:
        try:
            hits = self._labels.find(str(row.said.starts), row.said.ends, camera_letter(camera) if camera else None)
        except ValueError:
            row.problems.append((Lack.BAD_TIMECODE, row.timecode))
            return []
        return [
            About(self._first + index, How.TIMECODE, hits[index])
            for index in sorted(hits)
            if roll is None or self._names.rolls.fits(index, roll, camera)
        ]

    def parted(self, row: Row, found: Sequence[About]) -> Iterator[About]:
        """Recordings that a row is about → with the part of each that its timecode tells."""
        for about in found:
            index = about.place - self._first
            try:
                part = self._labels.part(index, str(row.said.starts), row.said.ends)
            except ValueError:
                if (Lack.BAD_TIMECODE, row.timecode) not in row.problems:
                    row.problems.append((Lack.BAD_TIMECODE, row.timecode))
                yield about
                continue
            if part is None:
                yield replace(about, elsewhere=self._labels.has(index))
            elif row.said.ends is None:
                yield about
            else:
                scale = self._recordings.a_label(about.place)
                yield replace(about, part=(int(part[0] * scale), int(part[1] * scale)))


def _placed(row: Row, clips: _Shelf, sounds: _Shelf) -> Row:
    """A row → the same row with the recordings that it is about, and what of it fits none.

    The timecode of a sound report is that of sounds, any other's that of clips.
    """
    said, timed = row.said, sounds if row.word.source is Source.SOUND else clips
    by_name = {
        clips: clips.by_name(row, said.clips, said.roll, said.camera) if said.clips else [],
        sounds: sounds.by_name(row, said.sounds, said.sound_roll, None) if said.sounds else [],
    }
    if said.starts:
        roll, camera = (said.sound_roll, None) if timed is sounds else (said.roll, said.camera)
        named = said.sounds if timed is sounds else said.clips
        by_name[timed] = list(timed.parted(row, by_name[timed] if named else timed.by_timecode(row, roll, camera)))
    row.about = (*by_name[clips], *by_name[sounds])
    return row
