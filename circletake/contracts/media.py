"""What is in a clip, and what came out of it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt, StringConstraints

from circletake.contracts.keys import Id
from circletake.contracts.recipe import QcKind
from circletake.contracts.wire import Rational, Wire

#: HH:MM:SS:FF, with ';' before the frames when it is drop-frame. Rates above 100 have three frame digits.
TimecodeText = Annotated[str, StringConstraints(pattern=r"^\d{2}:\d{2}:\d{2}[:;]\d{2,3}$")]


class Route(StrEnum):
    """Where a clip is transcoded, chosen from the estimate before anything is downloaded."""

    LAMBDA = "LAMBDA"
    #: In pieces, each on a worker of its own; joined without encoding again.
    SEGMENTS = "SEGMENTS"
    #: Whole, by the same code in a container with more time and disk.
    BATCH = "BATCH"
    NONE = "NONE"


class ColorTags(Wire):
    """The colour tags as the container declares them; None is "not tagged", never a guess."""

    primaries: str | None
    transfer: str | None
    matrix: str | None
    range: str | None


class VideoStream(Wire):
    """One picture stream. `rate` is exact; `frames` is what the container declares, or the packets counted."""

    codec: str
    profile: str | None
    pixel_format: str
    width: PositiveInt
    height: PositiveInt
    sample_aspect_ratio: Rational | None
    rotation_degrees: int
    field_order: str | None
    rate: Rational
    variable_rate: bool
    frames: PositiveInt
    frames_counted: bool
    color: ColorTags


class AudioStream(Wire):
    """One sound stream."""

    codec: str
    channels: PositiveInt
    layout: str | None
    sample_rate: PositiveInt


#: A word of the camera's: printable, and no longer than anybody writes on a slate.
Remark = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class CameraFacts(Wire):
    """What the camera wrote about itself into the file, in its own words. None means that the file does not say."""

    maker: Remark | None = None
    model: Remark | None = None
    serial: Remark | None = None
    lens: Remark | None = None
    exposure_index: Remark | None = None
    shutter: Remark | None = None
    white_balance: Remark | None = None
    shot_at: Remark | None = None


class RawKind(StrEnum):
    """Recordings that only their maker's own software decodes."""

    R3D = "R3D"
    ARRIRAW = "ARRIRAW"
    BRAW = "BRAW"
    X_OCN = "X_OCN"
    CANON_RAW = "CANON_RAW"
    N_RAW = "N_RAW"
    CINEMADNG = "CINEMADNG"


class RawFacts(Wire):
    """What a RAW clip tells without its decoder. None means that it cannot be read here; nothing is guessed."""

    kind: RawKind | None = None
    maker: Remark | None = None
    codec: Remark | None = None
    rate: Rational | None = None
    frames: PositiveInt | None = None
    start_timecode: TimecodeText | None = None
    reel: Remark | None = None
    width: PositiveInt | None = None
    height: PositiveInt | None = None
    camera: CameraFacts | None = None


class Trait(StrEnum):
    """What a proxy and its original must have in common."""

    NAME = "NAME"
    TIMECODE = "TIMECODE"
    FRAMES = "FRAMES"


class PictureSource(StrEnum):
    """Where the picture of a clip comes from that we cannot decode."""

    EXTERNAL_PROXY = "EXTERNAL_PROXY"
    VENDOR_DECODER = "VENDOR_DECODER"


class PictureFrom(Wire):
    """Whose picture stands for a RAW clip. `confirmed`: nothing is left that could not be compared."""

    source: PictureSource
    label: str
    confirmed: bool
    agrees: tuple[Trait, ...] = ()
    differs: tuple[Trait, ...] = ()
    unknown: tuple[Trait, ...] = ()
    sentence: str
    #: The proxy's clip; a vendor decoder's picture is the clip's own.
    clip_id: Id | None = None
    version: Id | None = None
    path: str | None = None


class Estimate(Wire):
    """What a transcode will need: CPU seconds on one core, and bytes of disk."""

    cpu_s: float
    disk_bytes: NonNegativeInt


class Inspection(Wire):
    """What `inspect` found in a clip. Nothing in it is a default: None means that the file does not say."""

    container: str
    size_bytes: PositiveInt
    duration_s: Rational
    video: VideoStream
    audio: tuple[AudioStream, ...]
    start_timecode: TimecodeText | None
    reel: str | None
    estimate: Estimate
    route: Route
    camera: CameraFacts | None = None
    #: The frames of each file of the clip, in order.
    span_frames: tuple[PositiveInt, ...] = ()
    #: The timecode that each file of the clip begins at, as it says itself.
    span_timecodes: tuple[TimecodeText | None, ...] = ()
    #: The picture can be entered every so many frames, 1 being anywhere; None where that varies or is not known.
    keyframe_every: PositiveInt | None = None
    #: Whether its table of contents tells where each frame lies, so that pieces can be made of it.
    cuttable: bool = False
    #: Pictures that an edit list leaves out: a phone trimmed the recording, or a table is damaged.
    hidden_frames: NonNegativeInt = 0


class FrameSpan(Wire):
    """Frames `first` up to and including `last`, counted from 0."""

    first: NonNegativeInt
    last: NonNegativeInt


class Loudness(Wire):
    """EBU R128 over the whole clip. None where the programme is too short or silent to be measured."""

    integrated_lufs: float | None
    range_lu: float | None
    true_peak_dbtp: float | None


class Finding(Wire):
    """Something that quality control saw. A fact for a person to judge, never a verdict.

    `frames` is where; None means all of the clip. `thumb` is the cell of the filmstrip that shows it: x, y, width,
    height in pixels. `information`: nothing is wrong, it is only good to know (a clip shot off-speed).
    """

    kind: QcKind
    frames: FrameSpan | None
    sentence: str
    information: bool = False
    thumb: tuple[NonNegativeInt, NonNegativeInt, PositiveInt, PositiveInt] | None = None


class Measurements(Wire):
    """What the single decode pass saw. Facts about the picture and sound, no opinion of them."""

    frames_decoded: PositiveInt
    loudness: Loudness | None
    scene_changes: tuple[NonNegativeInt, ...]
    black: tuple[FrameSpan, ...]
    frozen: tuple[FrameSpan, ...]
    silent: tuple[FrameSpan, ...]
    findings: tuple[Finding, ...] = ()
    #: CPU seconds of the pass, to stand beside the estimate.
    cpu_s: float | None = None


class Piece(Wire):
    """A part of a clip that is transcoded by itself: frames `first` up to `first + count`, number `number` of `of`."""

    number: NonNegativeInt
    of: PositiveInt
    first: NonNegativeInt
    count: PositiveInt


class Output(Wire):
    """One object that a job made."""

    name: str
    media_type: str
    size_bytes: PositiveInt
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class OutputManifest(Wire):
    """The committed outputs of one job: what stands here under `prefix` counts, nothing else does."""

    job_id: str
    attempt: PositiveInt
    prefix: str
    outputs: Annotated[tuple[Output, ...], Field(min_length=1)]
