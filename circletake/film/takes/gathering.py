"""Rows and ties → takes with everything that was said of them, and where those who say it differ."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from circletake.contracts.takes import Flag, Source
from circletake.film.takes.day import Cite, Conflict, Fact, How, Part, Saying, Take, TakeKey
from circletake.film.takes.facts import (
    OF_CLIP,
    OF_SOUND,
    Fields,
    Told,
    say_flags,
    say_recording,
    say_take,
    settle_names,
)
from circletake.film.takes.names import camera_letter, in_order
from circletake.film.takes.recordings import Recordings
from circletake.film.takes.rows import Row
from circletake.film.takes.ties import SERIES, Tie, Ties

_FLAGS = tuple(Flag)


@dataclass(slots=True)
class Gathered:
    """What is said of one take, as far as it is not said of one of its recordings."""

    names: Fields = field(default_factory=Fields)
    flags: dict[Flag, Told] = field(default_factory=dict)
    others: Fields = field(default_factory=Fields)
    notes: dict[str, dict[Cite, None]] = field(default_factory=dict)
    by: dict[Cite, None] = field(default_factory=dict)
    parts: list[int] = field(default_factory=list)


class Gathering:
    """Rows in the order of belief, the recordings and their ties → the takes, and of each recording what is said."""

    def __init__(self, rows: Sequence[Row], recordings: Recordings, ties: Ties) -> None:
        self._rows, self._recordings, self._ties = rows, recordings, ties
        self._takes: defaultdict[TakeKey, Gathered] = defaultdict(Gathered)
        self._fields = [Fields() for _ in range(len(recordings))]
        self.loose: list[Cite] = []
        for place, held in enumerate(ties.held):
            for key in held:
                self._takes[key].parts.append(place)
        mine = [(row, self._takes_of(row)) for row in rows]
        # A person knows better what a clip is than the clip itself, and nobody else does.
        for row, keys in mine:
            if row.is_persons:
                self._tell(row, keys)
        self._tell_themselves()
        for row, keys in mine:
            if not row.is_persons:
                self._tell(row, keys)
        for gathered in self._takes.values():
            settle_names(gathered.names)

    def _takes_of(self, row: Row) -> list[TakeKey]:
        """A row → the takes that it is about. One that names recordings goes where they belong."""
        held = [self._ties.held[about.place] for about in row.about]
        if row.key and (not any(held) or any(row.key in of for of in held)):
            return [row.key]
        return list(dict.fromkeys(key for of in held for key in of)) if sum(map(len, held)) <= SERIES else []

    def _tell_themselves(self) -> None:
        for place in range(self._recordings.clips):
            clip, cite = self._recordings.clip(place), self._recordings.itself(place)
            if clip.camera:
                self._fields[place].say("camera", camera_letter(clip.camera), clip.camera, cite)
            self._fields[place].say("roll", self._recordings.rolls(place), clip.roll, cite)

    def _tell(self, row: Row, keys: Sequence[TakeKey]) -> None:
        if not keys and not row.about:
            self.loose.append(row.cite)
        for key in keys:
            take = self._takes[key]
            take.by[row.cite] = None
            if row.said.note:
                take.notes.setdefault(row.said.note, {})[row.cite] = None
            if len(keys) == 1:
                # Of several takes in one clip nobody knows which one is meant.
                say_take(take.names, row, key)
                say_flags(take.flags, row)
        if any(getattr(row.said, name) is not None for name in OF_CLIP):
            self._tell_recording(row, keys, OF_CLIP, True)
        if row.said.sound_roll is not None:
            self._tell_recording(row, keys, OF_SOUND, False)

    def _tell_recording(self, row: Row, keys: Sequence[TakeKey], names: tuple[str, ...], of_clips: bool) -> None:
        """What is said of a recording goes to the one that is meant; where several may be, to the take."""
        named = [about.place for about in row.about if self._recordings.is_clip(about.place) is of_clips]
        among = named or [
            place for key in keys for place in self._takes[key].parts if self._recordings.is_clip(place) is of_clips
        ]
        # Who names a recording that has not come does not mean the one that has.
        absent = not named and bool(row.said.clips if of_clips else row.said.sounds)
        meant = [place for place in among if self._may_mean(row, place)] if absent or len(among) > 1 else among
        if len(meant) == 1:
            say_recording(self._fields[meant[0]], row, names, self._recordings.rolls(meant[0]))
        else:
            for key in keys:
                say_recording(self._takes[key].others, row, names, frozenset())

    def _may_mean(self, row: Row, place: int) -> bool:
        if not self._recordings.is_clip(place):
            roll = row.said.sound_roll
            return roll is None or self._recordings.sound_names.rolls.fits(place - self._recordings.clips, roll, None)
        clip, said = self._recordings.clip(place), row.said
        if said.camera and clip.camera and camera_letter(said.camera) != camera_letter(clip.camera):
            return False
        return said.roll is None or self._recordings.clip_names.rolls.fits(place, said.roll, said.camera)

    def takes(self) -> tuple[Take, ...]:
        return tuple(self._take(key) for key in sorted(self._takes, key=in_order))

    def _take(self, key: TakeKey) -> Take:
        told = self._takes[key]
        names, clips = told.names.facts(), self._recordings.clips
        return Take(
            key=key,
            scene=names.get("scene"), setup=names.get("setup"), slate=names.get("slate"), take=names.get("take"),
            flags={flag: fact for flag in _FLAGS if flag in told.flags and (fact := told.flags[flag].fact())},
            clips=tuple(self._part(key, place) for place in told.parts if place < clips),
            sounds=tuple(self._part(key, place) for place in told.parts if place >= clips),
            notes=tuple(Saying(note, tuple(by)) for note, by in told.notes.items()),
            facts=told.others.facts(),
            by=tuple(told.by),
        )  # fmt: skip

    def _part(self, key: TakeKey, place: int) -> Part:
        held = self._ties.held[place]
        tie = held[key]
        # What is of one take alone is of it from its first frame to its last, unless somebody tells a part.
        ran = tie.ran if len(held) > 1 else None
        first, length = tie.part or ran or (0, self._recordings.length(place))
        return Part(
            self._recordings.ids[place], self._recordings.names[place], first, length, _how(tie), _confidence(tie),
            _by(tie), self._facts[place],
        )  # fmt: skip

    @cached_property
    def _facts(self) -> Sequence[Mapping[str, Fact]]:
        """What is said of each recording, gathered once: a clip may be named by as many takes as a paper has rows."""
        return [fields.facts() for fields in self._fields]

    def conflicts(self, takes: Sequence[Take]) -> tuple[Conflict, ...]:
        """Of takes, then of recordings, in their order."""
        called = {take.key: take.called for take in takes}
        return *self._of_takes(takes), *self._of_recordings(called), *self._of_timecodes()

    def _of_takes(self, takes: Sequence[Take]) -> Iterator[Conflict]:
        for take in takes:
            told = self._takes[take.key]
            # What is said without telling of which camera may be true of each of them.
            every = [*told.names.items(), *told.flags.items()]
            found = [(str(name), disputed) for name, of in every if (disputed := of.disputed())]
            for name, disputed in sorted(found, key=lambda each: each[0]):
                yield Conflict(name, *disputed, take=take.key)

    def _of_recordings(self, called: dict[TakeKey, str]) -> Iterator[Conflict]:
        apart: defaultdict[int, list[int]] = defaultdict(list)
        for one, other in self._ties.apart:
            apart[one].append(other)
        for place in range(len(self._recordings)):
            is_clip = self._recordings.is_clip(place)
            clip, sound = (self._recordings.ids[place], None) if is_clip else (None, self._recordings.ids[place])
            for name, of in sorted(self._fields[place].items()):
                if disputed := of.disputed():
                    yield Conflict(name, *disputed, clip=clip, sound=sound)
            held = self._ties.held[place]
            against = _against(self._ties.dissent[place], called)
            against += [_held(self._ties.held[other], called) for other in apart[place]]
            if against and held:
                yield Conflict("take", _held(held, called), tuple(against), clip=clip, sound=sound)

    def _of_timecodes(self) -> Iterator[Conflict]:
        """Rows whose timecode lies in none of the recordings that they name."""
        told: defaultdict[int, dict[str, dict[Cite, None]]] = defaultdict(lambda: defaultdict(dict))
        for row in self._rows:
            of_clips = row.word.source is not Source.SOUND
            timed = [about for about in row.about if self._recordings.is_clip(about.place) is of_clips]
            if timed and all(about.elsewhere for about in timed):
                told[timed[0].place][row.timecode][row.cite] = None
        for place in sorted(told):
            run, name = self._recordings.runs[place], self._recordings.ids[place]
            # A person who says which take it is has looked.
            looked = (row.cite for tie in self._ties.held[place].values() for row, _ in tie.said if row.is_persons)
            held = Saying(run.label if run else "", (self._recordings.itself(place), *dict.fromkeys(looked)))
            others = tuple(Saying(timecode, tuple(by)) for timecode, by in told[place].items())
            clip, sound = (name, None) if self._recordings.is_clip(place) else (None, name)
            yield Conflict("starts", held, others, clip=clip, sound=sound)


def _held(held: dict[TakeKey, Tie], called: dict[TakeKey, str]) -> Saying:
    return Saying(
        ", ".join(called[key] for key in sorted(held, key=in_order)),
        tuple(dict.fromkeys(cite for tie in held.values() for cite in _by(tie))),
    )


def _against(dissent: Sequence[tuple[TakeKey, Row]], called: dict[TakeKey, str]) -> list[Saying]:
    by: defaultdict[TakeKey, dict[Cite, None]] = defaultdict(dict)
    written: dict[TakeKey, str] = {}
    for key, row in dissent:
        by[key][row.cite] = None
        said = row.said
        written.setdefault(key, f"{said.setup or said.slate or said.scene or key.setup} take {said.take or key.take}")
    return [Saying(called.get(key, written[key]), tuple(by[key])) for key in by]


def _by(tie: Tie) -> tuple[Cite, ...]:
    return tuple(dict.fromkeys([row.cite for row, _ in tie.said] + [row.cite for row in tie.through]))


def _how(tie: Tie) -> tuple[How, ...]:
    ways = {about.how for _, about in tie.said} | ({How.JAM} if tie.jam else set())
    return tuple(how for how in How if how in ways)


def _confidence(tie: Tie) -> float:
    """Ways of one kind are as sure as the surest; ways of different kinds add up."""
    surest: dict[How, float] = {How.JAM: tie.jam}
    for _, about in tie.said:
        surest[about.how] = max(surest.get(about.how, 0.0), about.confidence)
    unsure = 1.0
    for how in How:
        unsure *= 1 - surest.get(how, 0.0)
    return round(1 - unsure, 2)
