"""Words that somebody asks for → the clips in which they are said, whose slate or papers have them, or that they name.

The index is one small text a production, which `publish` writes. It holds what people may read anyway: nothing in it
tells who somebody is. Characters are found through their appearances, which are handed in.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, NonNegativeInt

from circletake.contracts.keys import ClipRef, Id, Label, RollRef
from circletake.contracts.media import TimecodeText
from circletake.contracts.wire import Rational, Wire
from circletake.film.timing import Timecode

#: What fits on a page, and what says enough of one clip.
MAX_FOUND = 200
MAX_MATCHES = 5
#: Each phrase is looked for in every word of a production: a hundred hours have a million.
MAX_PHRASES = 16
#: Words around a match, so that it can be judged without opening the clip. What is found among them is the same moment,
#: unless that becomes longer than anybody reads at a glance.
_AROUND, _LONGEST_MOMENT = 4, 24
#: From so many letters on, the beginning of a word finds it: "contin" finds "continuity", and "a" not every "and".
_PREFIX = 3
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
#: Quotes as keyboards write them. One that is not closed goes on to the end, as it does while somebody is typing.
_QUOTES = str.maketrans("“”„«»", '"' * 5)
_ASKED = re.compile(r'(?:(scene|slate|take):\s*)?(?:"([^"]*)"?|([^\s"]+))', re.IGNORECASE)


class TooManyWords(Exception):  # noqa: N818 - it is said to who typed them
    """More is asked for than is looked for. Carries what of it is."""


class RollLabels(Wire):
    """A roll within its production."""

    unit: Label
    day: Label
    roll: Label


class IndexedClip(Wire):
    """What can be searched for in a clip. `words`: its transcript; `at`: from which word on, in which frame.

    `rate` and `start_timecode` label its frames; without them a frame has only its number.
    """

    roll: RollLabels
    clip_id: Id
    version: Id
    title: str
    scene: str | None = None
    #: The scene with its letters.
    setup: str | None = None
    #: The number alone of British slates.
    slate: str | None = None
    take: str | None = None
    rate: Rational | None = None
    start_timecode: TimecodeText | None = None
    #: What the day's papers say of it: lens, camera, notes; each by itself.
    papers: tuple[str, ...] = ()
    words: str = ""
    at: tuple[tuple[NonNegativeInt, NonNegativeInt], ...] = ()

    @property
    def slated(self) -> str:
        """As people say it: Scene 12A Take 3."""
        named = (("Scene", self.setup or self.scene), ("Slate", self.slate), ("Take", self.take))
        return " ".join(f"{name} {text}" for name, text in named if text)

    def ref(self, production: str) -> ClipRef:
        roll = RollRef(production=production, **self.roll.model_dump())
        return ClipRef(roll=roll, clip_id=self.clip_id, version=self.version)

    def timecode(self, frame: int | None) -> str | None:
        """A frame → its timecode, where the clip has any."""
        if frame is None or self.rate is None or self.start_timecode is None:
            return None
        return str(Timecode.parse(self.start_timecode, self.rate) + frame)


class Index(Wire):
    """What can be searched for in a production."""

    version: Literal[1] = 1
    clips: Annotated[tuple[IndexedClip, ...], Field(max_length=100_000)] = ()


class In(StrEnum):
    """Where something was found."""

    TRANSCRIPT = "TRANSCRIPT"
    SLATE = "SLATE"
    PAPER = "PAPER"
    NAME = "NAME"
    CHARACTER = "CHARACTER"


@dataclass(frozen=True, slots=True)
class Match:
    where: In
    text: str
    frame: int | None = None
    timecode: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A character as one clip shows it: its name, and the frame in which it is seen best."""

    character: str
    name: str
    best: int


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: words or phrases, all of which must occur; and what must stand on the clip's slate."""

    phrases: tuple[tuple[str, ...], ...] = ()
    scene: str | None = None
    slate: str | None = None
    take: str | None = None

    def __bool__(self) -> bool:
        return bool(self.phrases) or self.by_slate

    @property
    def by_slate(self) -> bool:
        """Whether what is asked for stands on slates."""
        return bool(self.scene or self.slate or self.take)


class Span(NamedTuple):
    """Where a phrase is said: its first and last word in the transcript, and which phrase it is."""

    first: int
    last: int
    phrase: int


@dataclass(frozen=True, slots=True)
class Found:
    clip: IndexedClip
    matches: tuple[Match, ...]


def read_query(text: str) -> Query:
    """What somebody typed → the query: `scene:12A take:3 "to be" question`. Raises `TooManyWords`."""
    phrases: list[tuple[str, ...]] = []
    named: dict[str, str] = {}
    for field, quoted, plain in _ASKED.findall(text.translate(_QUOTES)):
        if field:
            named[field.casefold()] = _same(quoted or plain)
        elif words := tuple(_words(quoted or plain)):
            phrases.append(words)
    if len(phrases) > MAX_PHRASES:
        raise TooManyWords(f"up to {MAX_PHRASES} words or phrases are looked for at once")
    return Query(tuple(phrases), **named)


def find(
    index: Index, query: Query, people: Mapping[ClipRef, Sequence[Person]], production: str, *, character: str = ""
) -> tuple[list[Found], bool]:
    """A query → the clips that it finds, in the index's order, and whether there are more of them.

    `character`: only clips in which this one appears. `people`: who appears where; who may not be named is not in it.
    """
    found = islice(_all(index, query, people, production, character), MAX_FOUND + 1)
    listed = list(found)
    return listed[:MAX_FOUND], len(listed) > MAX_FOUND


def names_somebody(query: Query, name: str) -> bool:
    """Whether a character's name is asked for by one of the phrases."""
    words = _words(name)
    return any(next(_places(phrase, words), None) is not None for phrase in query.phrases)


def _all(
    index: Index, query: Query, people: Mapping[ClipRef, Sequence[Person]], production: str, character: str
) -> Iterator[Found]:
    for clip in index.clips:
        seen = people.get(clip.ref(production), ())
        meant = [person for person in seen if person.character == character]
        if character and not meant:
            continue
        matches = _matches(clip, query, [] if character else seen)
        if matches is not None:
            by_name = [_seen(clip, person) for person in meant]
            yield Found(clip, tuple(islice([*by_name, *matches], MAX_MATCHES)))


def _matches(clip: IndexedClip, query: Query, seen: Iterable[Person]) -> list[Match] | None:
    """Where a clip answers a query; None where it does not."""
    matches = []
    # On a slate stands the setup, and people call that the scene.
    on_it = ((query.scene, clip.scene, clip.setup), (query.slate, clip.slate), (query.take, clip.take))
    for asked, *stands in on_it:
        if asked is not None and asked not in {_same(each or "") for each in stands}:
            return None
    if query.by_slate:
        matches.append(Match(In.SLATE, clip.slated))
    spoken = clip.words.split()
    said = [(word, at) for at, text in enumerate(spoken) for word in _words(text)]
    heard = [word for word, _ in said]
    spans: list[Span] = []
    for number, phrase in enumerate(query.phrases):
        here = [_seen(clip, each) for each in seen if _occurs(phrase, each.name)]
        here += [Match(In.SLATE, clip.slated)] if _occurs(phrase, clip.slated) else []
        here += [Match(In.PAPER, line) for line in clip.papers if _occurs(phrase, line)]
        here += [Match(In.NAME, clip.title)] if _occurs(phrase, clip.title) else []
        places = list(islice(_places(phrase, heard), MAX_MATCHES))
        if not here and not places:
            return None
        matches += here
        spans += [Span(said[place][1], said[place + len(phrase) - 1][1], number) for place in places]
    matches += [_heard(clip, spoken, *moment) for moment in _moments(spans)]
    return list(dict.fromkeys(matches))


def _moments(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """Where phrases are said → the first and last word of each moment; what holds most of the phrases comes first."""
    moments: list[list[Span]] = []
    for span in sorted(spans):
        now = moments[-1] if moments else []
        if now and span.first <= now[-1].last + _AROUND and span.last < now[0].first + _LONGEST_MOMENT:
            now.append(span)
        else:
            moments.append([span])
    moments.sort(key=lambda moment: len({span.phrase for span in moment}), reverse=True)
    return [(moment[0].first, max(span.last for span in moment)) for moment in moments]


def _heard(clip: IndexedClip, spoken: Sequence[str], first: int, last: int) -> Match:
    frame = _frame(clip, first)
    return Match(In.TRANSCRIPT, _snippet(spoken, first, last), frame, clip.timecode(frame))


def _seen(clip: IndexedClip, person: Person) -> Match:
    return Match(In.CHARACTER, person.name, person.best, clip.timecode(person.best))


def _occurs(phrase: tuple[str, ...], text: str) -> bool:
    return next(_places(phrase, _words(text)), None) is not None


def _places(phrase: tuple[str, ...], words: Sequence[str]) -> Iterator[int]:
    """Where a phrase begins among words."""
    first = phrase[0]
    for at, word in enumerate(words):
        if _begins(word, first) and len(words) - at >= len(phrase):
            following = words[at + 1 : at + len(phrase)]
            if all(_begins(word, asked) for word, asked in zip(following, phrase[1:], strict=True)):
                yield at


def _begins(word: str, asked: str) -> bool:
    return word == asked or (len(asked) >= _PREFIX and word.startswith(asked))


def _snippet(spoken: Sequence[str], first: int, last: int) -> str:
    start, end = max(0, first - _AROUND), last + 1 + _AROUND
    before, after = "… " if start else "", " …" if end < len(spoken) else ""
    return f"{before}{' '.join(spoken[start:end])}{after}"


def _frame(clip: IndexedClip, word: int) -> int | None:
    """The frame in which a word is said, or the last before it whose frame is known."""
    at = bisect_right(clip.at, word, key=lambda known: known[0]) - 1
    return clip.at[at][1] if at >= 0 else None


def _words(text: str) -> list[str]:
    return [_same(word) for word in _WORD.findall(text.replace("_", " "))]


def _same(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).casefold().replace("’", "'")
