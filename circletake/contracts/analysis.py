"""What is asked of the models, and what they may answer. Nothing that they say is believed before it fits in here.

A question travels beside the media: as the invocation's custom attributes, its body being the media itself. So nothing
is copied, and a container that is cut off from the network has all that it needs.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, NonNegativeInt, PositiveInt, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from circletake.contracts.keys import Id, Label
from circletake.contracts.wire import Rational, Wire

#: SageMaker passes on so many visible ASCII characters beside the body.
MAX_QUESTION_CHARS = 1024
#: An answer is read whole, and shown whole: of the 6 MB that Lambda sends, base64 takes a quarter. It has room for six
#: hours of talk, at 150 words of 75 bytes a minute.
MAX_ANSWER_BYTES = 4 * 1024 * 1024
#: What pydantic calls an answer that has more.
TOO_LARGE_TO_READ = "too_large_to_read"
#: Moments that a model tells of one by one, in one clip.
MAX_SAMPLES = 4096
EMBEDDING_SIZE = 128
#: The sound of a clip may be longer than its picture by so much, where a codec fills its last block.
_SLACK_S = 1.0
DESCRIPTIONS = "descriptions.json"


class AnalysisKind(StrEnum):
    """What can be asked of a clip."""

    FRAMES = "FRAMES"
    FACES = "FACES"
    PEOPLE = "PEOPLE"
    SLATE = "SLATE"
    SPEECH = "SPEECH"
    SHOTS = "SHOTS"


#: The outputs of a transcode that each kind looks at: the proxy as people see it, or samples before any look.
MEDIA = {kind: "analysis.mkv" if kind is AnalysisKind.FRAMES else "proxy.mp4" for kind in AnalysisKind}

#: No controls, no markup, and nothing that turns the direction or the line of what follows.
_INERT = r"^[^\x00-\x1f\x7f-\x9f<>{}\[\]|\\`\u200e\u200f\u2028-\u202e\u2066-\u2069]+$"
#: Words that a model read or heard: one line, nothing that a page, a terminal or a prompt would obey.
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=_INERT),
]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=360_000)]
Frame = NonNegativeInt


class Question(Wire):
    """One question about one clip, or about a reference picture of a character.

    `rate` and `frames` are those of the clip: a model names frames as the proxy counts them, from 0.
    """

    version: Literal[1] = 1
    kind: AnalysisKind
    production: Label
    job_id: Id
    attempt: PositiveInt
    rate: Rational
    frames: PositiveInt
    #: The samples before the look are every so many frames of the clip.
    step: PositiveInt = 1
    #: FACES: also what tells one person from another. Only where consent was given.
    describe: bool = False
    #: Text of ours is burnt into the picture: in its lowest and highest eighth nothing is read.
    burnt_in: bool = False
    #: SPEECH: the language that is spoken (ISO 639-1), None where the model is to find out.
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None


class ModelVersion(Wire):
    """Which model answered: its name, and its version, which changes with its code and with its weights."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
    version: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}"


class Box(Wire):
    """A part of the picture: left, top, width and height as shares of it."""

    x: Share
    y: Share
    width: Share
    height: Share

    @model_validator(mode="after")
    def _inside(self) -> Self:
        # Shares are rounded.
        if self.x + self.width > 1.001 or self.y + self.height > 1.001:
            raise ValueError("a box lies within its picture")
        return self


class FrameLook(Wire):
    """One sampled frame, in full-range code values before any look, as shares of the range."""

    frame: Frame
    #: Luma: mean, and the values below which 1, 50 and 99 % of the picture lie.
    mean: Share
    black: Share
    middle: Share
    white: Share
    #: Shares of the picture at the ends of the range.
    clipped: Share
    crushed: Share
    #: Means of R, G and B: how warm or green the picture is.
    red: Share
    green: Share
    blue: Share
    #: Variance of the Laplacian of luma, on 8-bit values at 512 pixels of width.
    sharpness: Annotated[float, Field(ge=0, le=1e6)]
    #: Hue (8) × saturation (4) histogram, in 255ths of its largest bin: what looks alike has alike numbers.
    appearance: Annotated[tuple[Annotated[int, Field(ge=0, le=255)], ...], Field(min_length=32, max_length=32)]


class FramesAnswer(Wire):
    kind: Literal[AnalysisKind.FRAMES]
    samples: Annotated[tuple[FrameLook, ...], Field(min_length=1, max_length=MAX_SAMPLES)]


Embedding = Annotated[
    tuple[Annotated[float, Field(ge=-1, le=1)], ...], Field(min_length=EMBEDDING_SIZE, max_length=EMBEDDING_SIZE)
]


class Description(Wire):
    """What tells the face of one track from others; tracks are counted from 0, in the answer's order."""

    track: NonNegativeInt
    embedding: Embedding


class Descriptions(Wire):
    """What tells the faces of a clip from one another: apart from the answer, and only until it was compared."""

    # Whatever is wrong with one: no log may quote it.
    model_config = ConfigDict(hide_input_in_errors=True)

    #: Name and version. What two models see is not comparable.
    model: str
    tracks: Annotated[tuple[Description, ...], Field(max_length=512)]


class FaceTrack(Wire):
    """One face through a part of the clip, and where it is seen best. `embedding` only when it was asked for."""

    first: Frame
    last: Frame
    seen: PositiveInt
    best: Frame
    box: Box
    confidence: Share
    #: Height of the face at its best, in pixels of the proxy: small faces are told apart less well.
    pixels: PositiveInt
    embedding: Embedding | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.first <= self.best <= self.last:
            raise ValueError("a track begins, is seen best, and ends")
        return self


class FacesAnswer(Wire):
    kind: Literal[AnalysisKind.FACES]
    #: How many frames were looked at, and the most faces in one of them.
    looked_at: PositiveInt
    most_at_once: NonNegativeInt
    tracks: Annotated[tuple[FaceTrack, ...], Field(max_length=512)]


class Wardrobe(Wire):
    """A colour that somebody wears: its plain name, how much of the region it covers, and what it looks like."""

    colour: Annotated[str, Field(pattern=r"^[a-z]{3,12}( [a-z]{3,12})?$")]
    share: Share
    rgb: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class PersonRegion(Wire):
    """Somebody at one moment. Nothing in it tells who."""

    frame: Frame
    box: Box
    wardrobe: Annotated[tuple[Wardrobe, ...], Field(max_length=4)]


class PeopleAnswer(Wire):
    kind: Literal[AnalysisKind.PEOPLE]
    looked_at: PositiveInt
    people: Annotated[tuple[PersonRegion, ...], Field(max_length=MAX_SAMPLES)]


class SlateField(Wire):
    """What stands on a slate, how sure the reading is, and where it was read."""

    text: Words
    confidence: Share
    frame: Frame
    box: Box


class SlateAnswer(Wire):
    """What is unsure is None. `first` and `last`: the frames between which a slate is in the picture.

    `scene`: the scene, of American slates with its setup's letters (12A); `slate`: the number that British ones count.
    """

    kind: Literal[AnalysisKind.SLATE]
    first: Frame | None = None
    last: Frame | None = None
    scene: SlateField | None = None
    slate: SlateField | None = None
    take: SlateField | None = None
    roll: SlateField | None = None
    camera: SlateField | None = None
    mos: SlateField | None = None


class SpokenWord(Wire):
    text: Words
    start_s: Seconds
    end_s: Seconds
    probability: Share

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end_s < self.start_s:
            raise ValueError("a word ends after it begins")
        return self


class Interval(Wire):
    start_s: Seconds
    end_s: Seconds


class SpeechAnswer(Wire):
    """What is said between "action" and "cut"; what the crew says around it is left out where the two are heard."""

    kind: Literal[AnalysisKind.SPEECH]
    spoken: Annotated[tuple[Interval, ...], Field(max_length=MAX_SAMPLES)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    language_probability: Share | None = None
    action_s: Seconds | None = None
    cut_s: Seconds | None = None
    #: As many as an `Answer` has room for.
    words: tuple[SpokenWord, ...]


class Cut(Wire):
    """The first frame of a shot, and how sure that is."""

    frame: PositiveInt
    confidence: Share


class ShotsAnswer(Wire):
    kind: Literal[AnalysisKind.SHOTS]
    cuts: Annotated[tuple[Cut, ...], Field(max_length=MAX_SAMPLES)]


Result = Annotated[
    FramesAnswer | FacesAnswer | PeopleAnswer | SlateAnswer | SpeechAnswer | ShotsAnswer, Field(discriminator="kind")
]


class Answer(Wire):
    """What a model server answers: whose question, by which model, how long it took, and what came of it."""

    version: Literal[1] = 1
    production: Label
    job_id: Id
    attempt: PositiveInt
    model: ModelVersion
    device: Literal["cpu", "cuda"]
    #: The model's own time; what is paid for.
    seconds: Annotated[float, Field(ge=0, le=3600)]
    result: Result

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        # As it would be stored, which may be longer than it came: a whole number gets a point.
        if len(self.model_dump_json().encode()) > MAX_ANSWER_BYTES:
            raise PydanticCustomError(TOO_LARGE_TO_READ, "an answer has up to 4 MiB")
        return self

    def answers(self, question: Question) -> str | None:
        """Why this is no answer to the question; None where it is one."""
        if (self.production, self.job_id, self.attempt) != (question.production, question.job_id, question.attempt):
            return "it answers another question"
        if self.result.kind != question.kind:
            return f"{question.kind} was asked, and it tells of {self.result.kind}"
        if any(frame >= question.frames for frame in _frames(self.result)):
            return "it tells of frames that the clip does not have"
        if _end_s(self.result) > question.frames / question.rate + _SLACK_S:
            return "it tells of sound that the clip does not have"
        if not question.describe and any(track.embedding for track in getattr(self.result, "tracks", ())):
            return "it describes faces, and nobody asked for that"
        return None


def _end_s(result: Any) -> float:
    """Where the last word ends, or the last speech."""
    if not isinstance(result, SpeechAnswer):
        return 0.0
    calls = (call for call in (result.action_s, result.cut_s) if call is not None)
    spoken, words = (each.end_s for each in result.spoken), (each.end_s for each in result.words)
    return max((*spoken, *words, *calls), default=0.0)


def _frames(result: Any) -> list[int]:
    """Every frame that a result names."""
    match result:
        case FramesAnswer():
            return [sample.frame for sample in result.samples]
        case FacesAnswer():
            return [frame for track in result.tracks for frame in (track.first, track.last, track.best)]
        case PeopleAnswer():
            return [each.frame for each in result.people]
        case SlateAnswer():
            fields = (result.scene, result.take, result.roll, result.camera, result.mos)
            ends = (result.first, result.last)
            return [field.frame for field in fields if field] + [end for end in ends if end is not None]
        case ShotsAnswer():
            return [cut.frame for cut in result.cuts]
    return []


class State(StrEnum):
    """Where an analysis stands. The last three are ends."""

    #: Wanted; nobody has asked the endpoint yet, or it was full.
    ORDERED = "ORDERED"
    ASKED = "ASKED"
    ANSWERED = "ANSWERED"
    #: It was decided not to ask: budget, size, nothing to look at. The reason is told.
    LEFT_OUT = "LEFT_OUT"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"


class Why(StrEnum):
    """Why an analysis has no result. A code never changes its meaning."""

    BAD_MODEL_OUTPUT = "BAD_MODEL_OUTPUT"
    MODEL_REFUSED = "MODEL_REFUSED"
    OVERDUE = "OVERDUE"
    #: The endpoint took no question, and was not full: its rights, its name or the question are wrong.
    NOT_TAKEN = "NOT_TAKEN"
    BUDGET_REACHED = "BUDGET_REACHED"
    TOO_LARGE = "TOO_LARGE"
    NO_SOUND = "NO_SOUND"
    MEDIA_MISSING = "MEDIA_MISSING"
    NO_ENDPOINT = "NO_ENDPOINT"
    CONSENT_ENDED = "CONSENT_ENDED"


class AnalysisSettings(Wire):
    """What a production wants looked at, and what it may cost. Part of the recipe."""

    kinds: tuple[AnalysisKind, ...] = (
        AnalysisKind.FRAMES,
        AnalysisKind.FACES,
        AnalysisKind.PEOPLE,
        AnalysisKind.SLATE,
        AnalysisKind.SPEECH,
    )
    #: US dollars for all of the production; None is no limit.
    budget_usd: Annotated[float, Field(ge=0, le=10_000_000)] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None
    #: The distance up to which a face is taken to be a character's; published with the model's scores.
    face_threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        if len(set(self.kinds)) != len(self.kinds):
            raise ValueError("each kind of analysis is named once")
        return self
