"""Takes, conflicts and rows → what waits for a person, each with a sentence and what to do next."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from circletake.contracts.takes import Flag, Source
from circletake.film.takes.day import Cite, Conflict, Entry, How, Lack, Part, Saying, Take, TakeKey, Value
from circletake.film.takes.names import in_order
from circletake.film.takes.recordings import Recordings
from circletake.film.takes.rows import Row

#: Why a take has no sound, or no picture, and that is no fault.
_NO_SOUND = (Flag.MOS, Flag.FALSE_START, Flag.VFX_REFERENCE)
_NO_PICTURE = (Flag.WILD_TRACK, Flag.FALSE_START)
_FIELDS = {"exposure_index": "EI", "sensor_fps": "sensor frame rate", "starts": "timecode"} | {
    Flag.CIRCLED: "circle", Flag.PICKUP: "mark as a pickup", Flag.SERIES: "mark as a series", Flag.MOS: "mark MOS",
    Flag.TAIL_SLATE: "mark as tail slated", Flag.FALSE_START: "mark as a false start",
    Flag.WILD_TRACK: "mark as a wild track", Flag.VFX_REFERENCE: "mark as a VFX reference",
}  # fmt: skip
#: Who says a thing, up to so many in one sentence.
_NAMED = 3
_ORDER = {lack: number for number, lack in enumerate(Lack)}


class Worklist:
    """What of a day waits for a person."""

    def __init__(self, takes: Sequence[Take], recordings: Recordings) -> None:
        self._takes, self._recordings = takes, recordings
        self._called = {take.key: take.called for take in takes}

    def entries(self, conflicts: Iterable[Conflict], rows: Iterable[Row]) -> tuple[Entry, ...]:
        """Sorted by kind, then by take and recording."""
        rows = list(rows)
        told_of: defaultdict[int, list[Cite]] = defaultdict(list)
        for row in rows:
            for about in row.about:
                told_of[about.place].append(row.cite)
        found = [
            *self._clips_without_take(told_of),
            *self._takes_without_picture(),
            *self._takes_without_sound(),
            *self._sounds_without_picture(told_of),
            *(self.conflict(each) for each in conflicts if not each.settled),
            *self._doubled(),
            *self._rows(rows),
        ]
        return tuple(sorted(found, key=self._place))

    def _place(self, entry: Entry) -> tuple[object, ...]:
        take, of = entry.take, entry.clip or entry.sound
        named = in_order(take) if take else ()
        return _ORDER[entry.lack], named, self._recordings.place(of) if of else -1, entry.about or "", entry.sentence

    def is_silent_by_intent(self, take: Take) -> bool:
        """Whether a take with picture needs no sound: MOS, off-speed, or nothing that is ever played."""
        return any(take.is_a(flag) for flag in _NO_SOUND) or all(self._is_off_speed(part) for part in take.clips)

    def _is_off_speed(self, part: Part) -> bool:
        clip, told_fps = self._recordings.clip(self._recordings.place(part.id)), part.facts.get("sensor_fps")
        return clip.is_off_speed(told_fps.value if told_fps and isinstance(told_fps.value, Fraction) else None)

    def _clips_without_take(self, told_of: Mapping[int, Sequence[Cite]]) -> Iterator[Entry]:
        taken = {part.id for take in self._takes for part in take.clips}
        for place in range(self._recordings.clips):
            clip = self._recordings.clip(place)
            if clip.id in taken:
                continue
            by = told_of.get(place, ())
            tells = f" It is named by {_named(by)}, which is not enough to tell." if by else ""
            yield Entry(
                Lack.CLIP_WITHOUT_TAKE,
                f"Nobody knows which take {clip.title} on roll {clip.roll} is.{tells}",
                "Look at its slate and type setup and take, or say that it is a false start.",
                tuple(by),
                clip=clip.id,
            )

    def _takes_without_picture(self) -> Iterator[Entry]:
        lacking = [take for take in self._takes if not take.clips and _needs_picture(take) and not _only_sound(take)]
        if lacking and not self._recordings.clips:
            yield Entry(
                Lack.TAKE_WITHOUT_PICTURE,
                f"No picture of this day has come yet; the papers have {_count(len(lacking), 'take')}.",
                "Wait for the cards, or look why none has arrived.",
            )
            return
        for take in lacking:
            yield Entry(
                Lack.TAKE_WITHOUT_PICTURE,
                f"No clip is known to be {take.called}, named by {_named(take.by)}.",
                "Look whether its card has come, and whether a clip without a take is it. If it was never shot, say "
                "that it is a false start.",
                take.by,
                take=take.key,
            )

    def _takes_without_sound(self) -> Iterator[Entry]:
        lacking = [
            take for take in self._takes if take.clips and not take.sounds and not self.is_silent_by_intent(take)
        ]
        if lacking and len(self._recordings) == self._recordings.clips:
            yield Entry(
                Lack.TAKE_WITHOUT_SOUND,
                f"No sound of this day has come yet; {_count(len(lacking), 'take')} could have some.",
                "Wait for the sound rolls: they come at wrap.",
            )
            return
        for take in lacking:
            clips = (self._recordings.clip(self._recordings.place(part.id)) for part in take.clips)
            scratch = " The camera recorded some itself." if any(clip.sound for clip in clips) else ""
            yield Entry(
                Lack.TAKE_WITHOUT_SOUND,
                f"No sound belongs to {take.called}, and nobody says that it is MOS.{scratch}",
                "Ask the sound mixer for it, or say that it is MOS.",
                take.by,
                take=take.key,
            )

    def _sounds_without_picture(self, told_of: Mapping[int, Sequence[Cite]]) -> Iterator[Entry]:
        takes_of: defaultdict[str, list[Take]] = defaultdict(list)
        for take in self._takes:
            for part in take.sounds:
                takes_of[part.id].append(take)
        for place in range(self._recordings.clips, len(self._recordings)):
            takes = takes_of[self._recordings.ids[place]]
            # A take of which others than sound speak is told as one without picture.
            if any(take.clips or not _needs_picture(take) or not _only_sound(take) for take in takes):
                continue
            says = f" It is said to be {takes[0].called}." if takes else " Nobody knows which take it is."
            yield Entry(
                Lack.SOUND_WITHOUT_PICTURE,
                f"No picture belongs to {self._recordings.names[place]}.{says}",
                "Type the take that it belongs to, or say that it is a wild track.",
                takes[0].by if takes else tuple(told_of.get(place, ())),
                sound=self._recordings.ids[place],
            )

    def conflict(self, conflict: Conflict) -> Entry:
        """A contradiction → what is said on both sides, in a sentence."""
        name = _FIELDS.get(conflict.field, conflict.field.replace("_", " "))
        recording = conflict.clip or conflict.sound
        of = self._recordings.names[self._recordings.place(recording)] if recording else ""
        if conflict.take:
            of = self._called[conflict.take]
        held, others = _saying(conflict.held), "; ".join(_saying(each) for each in conflict.others)
        return Entry(
            Lack.CONFLICT,
            f"Of {of}, the {name} is told in two ways: {held} holds, against {others}.",
            "Say which one is right: a person's word settles it.",
            tuple(dict.fromkeys(cite for each in (conflict.held, *conflict.others) for cite in each.by)),
            conflict.take, conflict.clip, conflict.sound, conflict.field,
        )  # fmt: skip

    def _doubled(self) -> Iterator[Entry]:
        for take in self._takes:
            by_device: defaultdict[str, list[Part]] = defaultdict(list)
            for part in take.clips:
                # What only ran meanwhile claims nothing.
                if part.how != (How.JAM,):
                    by_device[self._recordings.devices[self._recordings.place(part.id)]].append(part)
            for device, parts in sorted(by_device.items()):
                if len(parts) < 2 or all(map(_is_persons, parts)):
                    continue
                yield Entry(
                    Lack.DOUBLED_TAKE,
                    f"{len(parts)} clips of {device} are said to be {take.called}: {_list([p.name for p in parts])}.",
                    "Look at the slates and type the right take for each. If it really has several clips, say so.",
                    tuple(dict.fromkeys(cite for part in parts for cite in part.by)),
                    take=take.key,
                    about=device,
                )

    def _rows(self, rows: Iterable[Row]) -> Iterator[Entry]:
        where: defaultdict[tuple[Lack, str, TakeKey | None], dict[Cite, None]] = defaultdict(dict)
        looked_at = {take.key for take in self._takes if any(map(_is_persons, (*take.clips, *take.sounds)))}
        for row in rows:
            for lack, about in row.problems:
                # A person has said since what belongs to the take.
                if row.key not in looked_at:
                    where[lack, about, row.key][row.cite] = None
        for (lack, about, key), by in where.items():
            sentence, next_step = _OF_ROWS[lack]
            of = f" for {self._called[key]}" if key in self._called else ""
            yield Entry(
                lack,
                sentence.format(where=_named(tuple(by)), about=about, of=of),
                next_step,
                tuple(by),
                key,
                about=about,
            )


_OF_ROWS = {
    Lack.UNKNOWN_CLIP: (
        "{where} names the clip {about}{of}, and this day has none of that name.",
        "Look whether its card has come; if the name is mistyped, correct it.",
    ),
    Lack.UNKNOWN_SOUND: (
        "{where} names the sound {about}{of}, and this day has none of that name.",
        "Ask the sound mixer for it; if the name is mistyped, correct it.",
    ),
    Lack.WHICH_RECORDING: (
        "{where} names {about}{of}, and several recordings of this day may be meant.",
        "Say which one is meant, by its whole name or with its roll.",
    ),
    Lack.BAD_TIMECODE: (
        "{where} gives the timecode {about}{of}, which does not exist at the rate of what was recorded.",
        "Correct it, or leave it out.",
    ),
}


def told(cite: Cite) -> str:
    """Who says something, in words."""
    match cite.source:
        case None:
            return f"{cite.paper} itself"
        case Source.PERSON:
            return cite.paper
        case Source.SLATE:
            return f"the slate in {cite.paper}, as a model reads it"
        case Source.SOUND if not cite.line:
            return f"the header of {cite.paper}"
        case _:
            return f"{cite.paper}, line {cite.line}"


def _is_persons(part: Part) -> bool:
    return any(cite.source is Source.PERSON for cite in part.by)


def _needs_picture(take: Take) -> bool:
    return not any(take.is_a(flag) for flag in _NO_PICTURE)


def _only_sound(take: Take) -> bool:
    return all(cite.source is Source.SOUND for cite in take.by)


def _named(cites: Sequence[Cite]) -> str:
    return _list([told(cite) for cite in cites])


def _list(words: Sequence[str]) -> str:
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    return "; ".join(words[:_NAMED]) + more


def _saying(saying: Saying) -> str:
    return f"{value_text(saying.value)} ({_named(saying.by)})"


def value_text(value: Value) -> str:
    """A value, in words."""
    # Texts first: there are most of them, and to ask for a Fraction takes long.
    if isinstance(value, str):
        return value
    return f"{float(value):.6g}" if isinstance(value, Fraction) else "yes" if value else "no"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
