"""What the papers of a shooting day say of its takes, and what people say who know better.

A day is never stored as takes. What is stored is what was said, by whom and where; the takes, their conflicts and
what is missing follow from it, from the clips and from the sound, each time that somebody asks.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt, StringConstraints

from circletake.contracts.cards import Line, Moment
from circletake.contracts.keys import Id
from circletake.contracts.wire import Rational, Wire

#: More letters than a remark has.
MAX_REMARK = 4000
#: Remarks run over several lines.
Remark = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=MAX_REMARK, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$"
    ),
]


class Source(StrEnum):
    """Who says something, the most believed first."""

    PERSON = "PERSON"
    SCRIPT = "SCRIPT"
    SOUND = "SOUND"
    CAMERA = "CAMERA"
    #: Read off the picture by a model.
    SLATE = "SLATE"
    #: Written by ourselves, of a day, and brought in again: it repeats what others said, and counts where nobody says
    #: anything.
    EXPORT = "EXPORT"


class Flag(StrEnum):
    """What a take is besides a take."""

    CIRCLED = "CIRCLED"
    PICKUP = "PICKUP"
    SERIES = "SERIES"
    MOS = "MOS"
    TAIL_SLATE = "TAIL_SLATE"
    FALSE_START = "FALSE_START"
    WILD_TRACK = "WILD_TRACK"
    VFX_REFERENCE = "VFX_REFERENCE"


class Said(Wire):
    """One row of a paper, or one word of a person. What it does not say is None, and nothing is guessed from it.

    `setup` is the scene with its letters (12A) as American slates have it; `slate` the number alone of British ones.
    `flags`: what is said of each flag; one that a paper has no column for is not there. `starts`, `ends`: timecode
    labels as they are written, without a rate.
    """

    #: Of the paper, counted from 1 as a person's program shows it; 0 for what nobody wrote on a line.
    line: NonNegativeInt = 0
    scene: Line | None = None
    setup: Line | None = None
    slate: Line | None = None
    take: Line | None = None
    camera: Line | None = None
    roll: Line | None = None
    sound_roll: Line | None = None
    #: Names of clips and of sound files, with or without their endings.
    clips: tuple[Line, ...] = ()
    sounds: tuple[Line, ...] = ()
    starts: Line | None = None
    ends: Line | None = None
    flags: dict[Flag, bool] = Field(default_factory=dict)
    lens: Line | None = None
    exposure_index: Line | None = None
    white_balance: Line | None = None
    filters: Line | None = None
    shutter: Line | None = None
    sensor_fps: Rational | None = None
    note: Remark | None = None


class Paper(Wire):
    """A paper that was brought in: what it is called, whose it is, and how its columns were read.

    `columns`: the paper's heading → the field of `Said` or the flag that it holds; headings that are not in it were
    left out. Brought in again under its name, it takes the place of what it said before.
    """

    name: Line
    source: Source
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    columns: dict[Line, Line]
    rows: NonNegativeInt
    by: Line
    at: Moment
    #: Brought in by mistake: nothing that it says counts any more.
    taken_back: bool = False


class Correction(Wire):
    """What a person says of a take, a clip or a sound, over all papers; a take that nobody wrote down among it.

    Of two on one thing the later one holds. `taken_back_by`: who took it back; it counts no more.
    """

    id: Id
    said: Said
    by: Line
    at: Moment
    taken_back_by: Line | None = None
    taken_back_at: Moment | None = None


class DayFacts(Wire):
    """A unit's shooting day, as the production labels it. A night that crosses midnight is one day.

    `zone`: the name of a time zone as the IANA database has it. `call` and `wrap` are moments: they say which night.
    """

    zone: Line | None = None
    call: Moment | None = None
    wrap: Moment | None = None
    #: MAIN, TEST, PICKUP or RESHOOT, in the production's own word.
    kind: Line | None = None


class SoundFile(Wire):
    """A sound recorder's file, as it says itself what it is.

    `start`: samples since midnight (bext's time reference). `tracks`: channel, counted from 1 → its name in iXML.
    `remarks`: what of its header is odd, or not to be believed, in sentences.
    """

    name: Line
    rate: PositiveInt
    channels: PositiveInt
    frames: NonNegativeInt
    start: NonNegativeInt | None = None
    #: How many samples a second `start` counts, where that is not `rate`.
    start_rate: PositiveInt | None = None
    #: How many a second were taken, where the file plays slower or faster than it was recorded.
    digitized_rate: PositiveInt | None = None
    timecode_rate: Rational | None = None
    drop: bool = False
    #: One recording in several files: what they share.
    family: Line | None = None
    recorder: Line | None = None
    #: Day and time by the recorder's own clock, as it writes them.
    recorded: Line | None = None
    user_bits: Line | None = None
    description: Remark | None = None
    speed_note: Remark | None = None
    tracks: dict[PositiveInt, Line] = Field(default_factory=dict)
    remarks: tuple[Line, ...] = ()
    said: Said = Said()
