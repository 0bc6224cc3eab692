"""A clip and the recordings of its day → the one that is its sound, where it lies, and what has to be listened to yet.

By timecode first; listening confirms that, measures drift and rate, and finds what timecode does not place. Where the
two part, what was heard holds, and that they part is listed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from circletake.contracts.recipe import SoundMapping
from circletake.contracts.sound import Listened, SoundTrack
from circletake.contracts.takes import SoundFile
from circletake.film.sound.mismatches import Listed, Mismatch, mismatches
from circletake.film.sound.overlaps import (
    CONFIDENT,
    LEAST_S,
    Doubt,
    Heard,
    Overlap,
    Picture,
    Standing,
    in_samples,
    overlaps,
    standing,
)
from circletake.film.takes.clock import SHARE
from circletake.film.takes.day import DayClip
from circletake.film.timing import Timecode

#: Of one order to listen.
MOST_TO_HEAR = 16
#: Our own: jammed clocks are seldom wrong, and where they are, nothing but listening shows it; one that is in doubt is
#: as often wrong as right.
_BY_TIMECODE, _IN_DOUBT = 0.9, 0.5
#: Recorders name theirs Mix, MixL, Mix R, Mono Mix, L-Mix. No mixer, and no remix.
_MIX = re.compile(r"(?<![a-z])mix(?=$|[^a-z]|[lr](?![a-z]))", re.IGNORECASE)
_MOST_IN_MIX, _MOST_ISOS = 2, 64
#: Of one recording: a file for each of that many tracks. Recorders that give every file the same family have more.
_MOST_FILES = 64
#: A line of the contracts; names of files are as long.
_MOST_LETTERS, _NAME_LETTERS = 500, 200
_CLOSED = " Its own sound was not listened to: it is RAW that was not opened here."
_DOUBTS = {
    Doubt.RATE_UNSTATED: "it does not say at which rate its recorder counts",
    Doubt.CLOCKS_DIFFER: "camera and recorder count at different speeds",
    Doubt.ANOTHER_DAY: "a recording of another date has the same timecode",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recorder's file that may be a clip's sound. `tied`: it belongs to a take that the clip is in."""

    id: str
    sound: SoundFile
    tied: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file under the clip. `offset`: its samples until the picture's first frame, below 0 where the picture begins
    first; `speed`: seconds of it that pass in one of the picture."""

    id: str
    offset: Fraction
    speed: Fraction


@dataclass(frozen=True, slots=True)
class Placing:
    """The files of the one recording that is a clip's sound, that with the mix first, and what its place rests on.

    `listed`: what does not fit. `to_hear`: files that should be listened to and were not, each with where it should
    have the picture, seconds into it; None where it may be anywhere.
    """

    chosen: tuple[Chosen, ...]
    standing: Standing | None
    confidence: float
    sentence: str
    listed: tuple[Listed, ...]
    to_hear: tuple[tuple[str, float | None], ...]


def place(clip: DayClip, candidates: Sequence[Candidate], listened: Mapping[str, Listened], *, silent: bool) -> Placing:
    """A clip, the files that may be its sound, and what was heard in them (by id) → its sound.

    Those tied to the clip's takes go first. Any others are listened to where neither they nor any timecode have given
    it a place, so hand over of these only what no timecode places on another clip. `silent`: shot without sound, or off
    speed: no sound runs with it then, and nothing is amiss.
    """
    if silent:
        said = "It was shot without sound, or at another speed than it plays at, so no sound runs with it."
        return Placing((), None, 0.0, said, (), ())
    picture = Picture(Timecode(clip.start or 0, clip.rate, clip.drop), clip.frames)
    recordings = _recordings(clip, picture, candidates, listened)
    best = min((each for each in recordings if each.standing), key=_belief, default=None)
    to_hear = _to_hear(clip, recordings, best)
    if best is None:
        return Placing((), None, 0.0, _nothing(clip, to_hear), _no_sound(clip, picture, to_hear), to_hear)
    sound = best.files[0].sound
    met = [best.overlap] if best.overlap else []
    heard = {sound.name: (sound, best.heard)} if best.heard else {}
    return Placing(
        chosen=tuple(map(best.chosen, best.files[:_MOST_FILES])),
        standing=best.standing,
        confidence=best.confidence,
        sentence=_sentence(best, clip),
        listed=tuple(mismatches(picture, met, heard)),
        to_hear=to_hear,
    )


def recording_of(id: str, sound: SoundFile) -> object:
    """A file → what makes files one recording: family and beginning. A file that was brought in twice is one."""
    begins = None if sound.start is None else Fraction(sound.start, sound.start_rate or sound.rate)
    if sound.family:
        return sound.family, begins
    return ("", begins, sound.name, sound.frames, sound.recorded) if sound.start is not None else (id,)


def tracks(
    files: Sequence[tuple[int, SoundFile]], mapping: SoundMapping
) -> tuple[tuple[SoundTrack, ...], tuple[SoundTrack, ...]]:
    """The files of a recording with their numbers, and what a production wants → the mix of one or two, and the ISOs.

    Where none of the names is there that a production wants as its mix, it is found as if none had been named.
    """
    named = [(file.tracks.get(channel), number, channel) for number, file in files for channel in _channels(file)]
    all_of = [
        (name is not None, SoundTrack(name=name or f"Track {channel}", file=number, channel=channel))
        for name, number, channel in named
    ]
    every = [track for _, track in all_of]
    mix = (
        _called(mapping.mix, every)[:_MOST_IN_MIX]
        or [track for track in every if _MIX.search(track.name)][:_MOST_IN_MIX]
        or every[:_MOST_IN_MIX]
    )
    isos = [track for is_named, track in all_of if is_named] if mapping.isos is None else _called(mapping.isos, every)
    return tuple(mix), tuple(track for track in isos if track not in mix)[:_MOST_ISOS]


@dataclass(frozen=True, slots=True)
class _Recording:
    """The files of one recording, that with the mix first. `overlap`: by its timecode, as of the first file."""

    files: tuple[Candidate, ...]
    tied: bool
    overlap: Overlap | None
    heard: Heard | None
    was_heard: bool
    standing: Standing | None

    @property
    def confidence(self) -> float:
        by_clock = 0.0
        if self.overlap and self.standing in (Standing.CONFIRMED, Standing.TIMECODE, Standing.DOUBTED):
            by_clock = _IN_DOUBT if self.overlap.doubts else _BY_TIMECODE
        return 1 - (1 - by_clock) * (1 - (self.heard.confidence if self.heard else 0.0))

    def chosen(self, file: Candidate) -> Chosen:
        """Where what was heard agrees with the timecode, that stays: it is no more exact, as cameras stand some metres
        away, and what was made of the clip before stays right."""
        sound = file.sound
        if self.heard and not (self.standing is Standing.CONFIRMED and self.heard.speed == 1):
            return Chosen(file.id, in_samples(self.heard, sound), self.heard.speed)
        if self.overlap is None:
            raise ValueError(f"{sound.name} has no place")
        return Chosen(file.id, self.overlap.offset / self.overlap.sound.rate * sound.rate, Fraction(1))

    @property
    def near_s(self) -> float | None:
        """Where to listen. Clocks that part by the hour are minutes off by the evening."""
        if self.overlap is None or {Doubt.CLOCKS_DIFFER, Doubt.RATE_UNSTATED} & set(self.overlap.doubts):
            return None
        return float(self.overlap.offset / self.overlap.sound.rate)


def _recordings(
    clip: DayClip, picture: Picture, candidates: Sequence[Candidate], listened: Mapping[str, Listened]
) -> list[_Recording]:
    together: defaultdict[object, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        together[recording_of(candidate.id, candidate.sound)].append(candidate)
    of_all = [(_ordered(files), files) for files in together.values()]
    firsts = [files[0].sound for files, _ in of_all]
    met = {id(each.sound): each for each in overlaps(picture, firsts)} if clip.start is not None else {}
    return [_judged(picture, files, every, met.get(id(files[0].sound)), listened) for files, every in of_all]


def _ordered(files: Iterable[Candidate]) -> tuple[Candidate, ...]:
    once: dict[tuple[str, int, int], Candidate] = {}
    for file in sorted(files, key=lambda file: (not _has_mix(file.sound), file.sound.name, file.id)):
        once.setdefault((file.sound.name, file.sound.channels, file.sound.frames), file)
    return tuple(once.values())


def _judged(
    picture: Picture,
    files: tuple[Candidate, ...],
    every: Sequence[Candidate],
    overlap: Overlap | None,
    listened: Mapping[str, Listened],
) -> _Recording:
    answers = [listened[file.id] for file in every if file.id in listened]
    found = [each for each in answers if each.offset_s is not None and each.confidence >= CONFIDENT]
    heard = max(map(_as_heard, found), key=lambda each: (each.confidence, -each.offset_s), default=None)
    tied = any(file.tied for file in every)
    by_clock = overlap if overlap and (tied or heard or _runs_with(picture, overlap)) else None
    return _Recording(files, tied, overlap, heard, bool(answers), standing(by_clock, heard, picture))


def _as_heard(listened: Listened) -> Heard:
    offset_s = listened.offset_s or 0.0
    return Heard(offset_s, listened.confidence, listened.speed, listened.drift_ppm, listened.within_ppm)


def _runs_with(picture: Picture, overlap: Overlap) -> bool:
    """Whether both ran together for as long as makes two recordings one take; the tail of another take is no sound."""
    shorter = min(picture.seconds, Fraction(overlap.sound.frames, overlap.sound.rate))
    return overlap.covered * picture.seconds >= Fraction(SHARE) * shorter


def _belief(recording: _Recording) -> tuple[object, ...]:
    """The first of these is the clip's sound."""
    stands = recording.standing
    rank = {Standing.CONFIRMED: 0, Standing.TIMECODE: 2, Standing.DOUBTED: 2}.get(stands, 1) if stands else 3
    covered = recording.overlap.covered if recording.overlap else Fraction(0)
    first = recording.files[0]
    return stands is Standing.DOUBTED, not recording.tied, rank, -covered, first.sound.name, first.id


def _to_hear(
    clip: DayClip, recordings: Sequence[_Recording], best: _Recording | None
) -> tuple[tuple[str, float | None], ...]:
    """Where timecode and ears agree on one, no other is believed more but those of the clip's takes."""
    if clip.closed or not clip.sound or clip.runtime < LEAST_S:
        return ()
    sure = best is not None and best.standing is Standing.CONFIRMED
    unheard = [each for each in recordings if not each.was_heard and each.files[0].sound.frames]
    wanted = [each for each in unheard if each.tied or (each.standing and not sure)]
    wanted = sorted(wanted or (unheard if best is None else ()), key=_belief)
    return tuple((each.files[0].id, each.near_s) for each in wanted[:MOST_TO_HEAR])


def _no_sound(clip: DayClip, picture: Picture, to_hear: Sequence[object]) -> tuple[Listed, ...]:
    """As long as something is listened to nobody knows."""
    if to_hear:
        return ()
    if clip.start is None:
        return (Listed(Mismatch.NO_SOUND, "No sound was found for this picture, which has no timecode."),)
    return tuple(mismatches(picture, [], {}))


def _nothing(clip: DayClip, to_hear: Sequence[object]) -> str:
    if clip.closed:
        return f"No timecode has a sound that runs with it.{_CLOSED}"
    return "Its sound is being listened for." if to_hear else "No sound was found that runs with it."


def _sentence(recording: _Recording, clip: DayClip) -> str:
    more = len(recording.files[:_MOST_FILES]) - 1
    name = recording.files[0].sound.name[:_NAME_LETTERS] + (f" and {more} more of its family" if more else "")
    overlap, heard = recording.overlap, recording.heard
    match recording.standing:
        case Standing.CONFIRMED:
            said = f"{name}, by timecode, and it sounds so too."
        case Standing.HEARD:
            said = f"{name}, by listening."
        case Standing.CONTRADICTED:
            said = f"{name}, by listening; its timecode says another place."
        case Standing.DOUBTED if overlap:
            said = f"{name}, by a timecode that is in doubt: {'; '.join(_DOUBTS[doubt] for doubt in overlap.doubts)}."
        case _:
            why = " Nothing could be heard that tells more." if recording.was_heard else ""
            own = _CLOSED if clip.closed else "" if clip.sound else " The camera recorded no sound to compare."
            said = f"{name}, by timecode.{own}{why}"
    if overlap and not heard and overlap.covered < 1:
        said += f" It covers {float(overlap.covered):.0%} of the picture."
    return said[:_MOST_LETTERS]


def _channels(sound: SoundFile) -> range:
    return range(1, sound.channels + 1)


def _has_mix(sound: SoundFile) -> bool:
    return any(_MIX.search(name) for name in sound.tracks.values())


def _called(names: Iterable[str], every: Sequence[SoundTrack]) -> list[SoundTrack]:
    """Names in the order that is wanted → the first track of each."""
    plain = {track.name.casefold().strip(): track for track in reversed(every)}
    wanted = dict.fromkeys(name.casefold().strip() for name in names)
    return [plain[name] for name in wanted if name in plain]
