"""A unit's shooting day as it goes into the fold and as it comes out: recordings and words in, takes and lists out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from circletake.contracts.takes import Flag, Said, SoundFile, Source

#: What a word of a paper can be: text, a flag, a frame rate.
Value = str | bool | Fraction


#: Rates that differ by less than this part are one: papers have 24 or 23.98 for 23.976.
_SAME_RATE = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Word:
    """One row of a paper, or one word of a person, and whose it is.

    `paper`: the paper's name, or the person's. `at`: when a person said it, or a paper was brought in, ISO 8601 in UTC;
    of two words of one rank on one thing the later one holds.
    """

    source: Source
    paper: str
    said: Said
    at: str = ""


@dataclass(frozen=True, slots=True)
class DayClip:
    """A clip, as far as takes are concerned. `start`: frames from midnight to its first one, None without a timecode.

    `camera`: the letter that its name begins with. `sensor_fps`: None where it is not known. `sound`: whether the
    camera recorded any. `slate`: what a model read in its picture, and `sure` how sure that is, 0 to 1. `closed`: RAW
    that was not opened here, so nothing of its own sound can be heard.
    """

    id: str
    title: str
    roll: str
    rate: Fraction
    frames: int
    camera: str | None = None
    start: int | None = None
    drop: bool = False
    sensor_fps: Fraction | None = None
    sound: bool = False
    slate: Said | None = None
    sure: float = 0.0
    closed: bool = False

    def is_off_speed(self, told: Fraction | None = None) -> bool:
        """Whether it was shot at another rate than it plays at, by itself or by what is told of its sensor."""
        return any(fps and abs(fps - self.rate) > self.rate * _SAME_RATE for fps in (self.sensor_fps, told))

    @property
    def runtime(self) -> Fraction:
        """Seconds that it lasts when it is played."""
        return self.frames / self.rate


@dataclass(frozen=True, slots=True)
class DaySound:
    """A file of a sound recorder. Recorders use a name again on every roll, so the name alone is no identity."""

    id: str
    file: SoundFile


@dataclass(frozen=True, slots=True, order=True)
class TakeKey:
    """What makes two takes one: the setup, or the slate's number alone, and the take, without case, blanks and zeros.

    A wild track or a false start that got no number is known by its recording instead: `setup` is empty then.
    """

    setup: str
    take: str


@dataclass(frozen=True, slots=True)
class Cite:
    """Who says something: a line of a paper, a person (line 0), or, without a source, the recording itself."""

    source: Source | None
    paper: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Saying:
    """A value, and all who say so, the most believed first."""

    value: Value
    by: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that holds, who says so, and what others say instead."""

    value: Value
    by: tuple[Cite, ...]
    others: tuple[Saying, ...] = ()


class How(StrEnum):
    """What ties a recording to a take."""

    #: It says so itself: a sound file's iXML.
    ITSELF = "ITSELF"
    #: A paper or a person names it.
    NAME = "NAME"
    #: A paper gives a timecode that lies in it.
    TIMECODE = "TIMECODE"
    #: A model read the slate in its picture.
    SLATE = "SLATE"
    #: It ran together with another recording of the take.
    JAM = "JAM"


@dataclass(frozen=True, slots=True)
class Part:
    """A recording's part in a take: frames of a clip or samples of a sound, from `first`, `length` of them.

    `confidence`, 0 to 1: 1 where somebody named the recording. By timecode it is the share of the shorter of the two
    times that both have, for JAM multiplied with how often the two clocks agreed on this day's takes ((n + 1) of
    (all + 2)); by slate, what the model says. Ways that are independent add up: 1 - (1 - a)(1 - b).
    """

    id: str
    name: str
    first: int
    length: int
    how: tuple[How, ...]
    confidence: float
    by: tuple[Cite, ...]
    #: `camera`, `roll`, `lens`, …; of a sound `sound_roll`.
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Take:
    """A take and everything that was said of it.

    `facts`: what was said of a camera or a sound without telling which of several.
    """

    key: TakeKey
    scene: Fact | None
    setup: Fact | None
    slate: Fact | None
    take: Fact | None
    flags: Mapping[Flag, Fact]
    clips: tuple[Part, ...]
    sounds: tuple[Part, ...]
    notes: tuple[Saying, ...]
    facts: Mapping[str, Fact]
    by: tuple[Cite, ...]

    def is_a(self, flag: Flag) -> bool:
        return flag in self.flags and self.flags[flag].value is True

    @property
    def counts(self) -> bool:
        """Whether it is one of the takes where takes are counted: it has a number and is no wild track."""
        return bool(self.key.setup) and not self.is_a(Flag.WILD_TRACK)

    @property
    def called(self) -> str:
        """As people call it: 12A take 3."""
        name = self.setup or self.slate or self.scene
        if name is None or self.take is None:
            return f"the recording {(self.clips + self.sounds)[0].name}"
        return f"{name.value} take {self.take.value}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two or more who say different things of one take, clip or sound. A person's word settles it."""

    field: str
    held: Saying
    others: tuple[Saying, ...]
    take: TakeKey | None = None
    clip: str | None = None
    sound: str | None = None

    @property
    def settled(self) -> bool:
        return any(cite.source is Source.PERSON for cite in self.held.by)


class Lack(StrEnum):
    """Why something waits for a person. A word never changes its meaning."""

    CLIP_WITHOUT_TAKE = "CLIP_WITHOUT_TAKE"
    TAKE_WITHOUT_PICTURE = "TAKE_WITHOUT_PICTURE"
    TAKE_WITHOUT_SOUND = "TAKE_WITHOUT_SOUND"
    SOUND_WITHOUT_PICTURE = "SOUND_WITHOUT_PICTURE"
    CONFLICT = "CONFLICT"
    DOUBLED_TAKE = "DOUBLED_TAKE"
    UNKNOWN_CLIP = "UNKNOWN_CLIP"
    UNKNOWN_SOUND = "UNKNOWN_SOUND"
    #: A row's name fits several recordings.
    WHICH_RECORDING = "WHICH_RECORDING"
    BAD_TIMECODE = "BAD_TIMECODE"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that waits for a person: what, where it was said, in a sentence, and what to do next."""

    lack: Lack
    sentence: str
    next_step: str
    where: tuple[Cite, ...] = ()
    take: TakeKey | None = None
    clip: str | None = None
    sound: str | None = None
    #: Of a conflict, what is disputed; of a row, the name or timecode that is meant.
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Take numbers of a setup that nobody mentions. A fact and no fault: slates are skipped on purpose, too."""

    setup: str
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Two devices, in how many takes their recordings meet by timecode, and in how many they do not."""

    one: str
    other: str
    meet: int
    miss: int


@dataclass(frozen=True, slots=True)
class Footage:
    """What a camera, a roll, or the day recorded: clips, the takes that these show, and seconds when played."""

    clips: int
    takes: int
    runtime: Fraction


@dataclass(frozen=True, slots=True)
class Summary:
    """The day in numbers. `takes` have a number; wild tracks and what got none are not among them."""

    scenes: tuple[str, ...]
    setups: tuple[str, ...]
    takes: int
    circled: int
    false_starts: int
    wild_tracks: int
    all: Footage
    circles: Footage
    cameras: Mapping[str, Footage]
    rolls: Mapping[str, Footage]
    sounds: int
    #: Takes with picture and no sound: those that should have some, and those that need none (MOS, off-speed, …).
    silent: int
    silent_by_intent: int
    sounds_without_picture: int


@dataclass(frozen=True, slots=True)
class Day:
    """What follows from everything that was said and recorded. `loose`: rows that are about no take and no clip."""

    takes: tuple[Take, ...]
    conflicts: tuple[Conflict, ...]
    worklist: tuple[Entry, ...]
    gaps: tuple[Gap, ...]
    clocks: tuple[Clocks, ...]
    loose: tuple[Cite, ...]
    summary: Summary
