"""Facts, in the past tense, and orders, in the imperative: everything that travels on our bus.

A message is written strictly and read leniently: fields are only ever added, with defaults, so a reader of
yesterday understands today's message. Anything else is a new `version`. Messages stay below 64 KB; what is
larger travels by reference.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveInt

from circletake.contracts.analysis import AnalysisKind, ModelVersion
from circletake.contracts.cards import Act, Light
from circletake.contracts.characters import Cast
from circletake.contracts.errors import Verdict
from circletake.contracts.files import FileKind, SourceFile
from circletake.contracts.keys import ClipRef, DayRef, Id, Label, RollRef
from circletake.contracts.looks import AppliedLook
from circletake.contracts.media import Inspection, OutputManifest, Piece, RawFacts
from circletake.contracts.recipe import Recipe
from circletake.contracts.sound import AppliedSound
from circletake.contracts.wire import Wire

SOURCE = "circletake"
MAX_MESSAGE_BYTES = 64 * 1024


class Message(Wire):
    """A fact or an order. Its class name is its `detail-type` on the bus."""

    version: Literal[1] = 1

    @property
    def name(self) -> str:
        return type(self).__name__

    def written(self) -> str:
        """The message as JSON for the bus. Raises `ValueError` when it outgrew what may travel."""
        text = self.model_dump_json()
        if len(text.encode()) > MAX_MESSAGE_BYTES:
            raise ValueError(f"{self.name} is larger than {MAX_MESSAGE_BYTES} bytes; send a reference")
        return text

    @classmethod
    def read(cls, detail: Any) -> Self:
        """Detail of an event → the message; fields that we do not know yet are ignored."""
        return cls.model_validate(detail, extra="ignore")


Spans = Annotated[tuple[SourceFile, ...], Field(min_length=1)]


class FileReceived(Message):
    """An object arrived in the ingest bucket and stands in the catalogue."""

    roll: RollRef
    offload: str
    path: str
    kind: FileKind
    file: SourceFile


class ClipReceived(Message):
    """Every span of a clip is here; the work can start."""

    clip: ClipRef
    title: str
    spans: Spans


class ClipInspected(Message):
    """What is in the clip is known."""

    clip: ClipRef
    title: str
    inspection: Inspection


class TranscodeClip(Message):
    """Make every output of this clip in one decode, as the recipe says.

    `revision` counts the orders for this version of the clip: only what the newest of them made is published.
    """

    clip: ClipRef
    title: str
    spans: Spans
    inspection: Inspection
    recipe: Recipe = Recipe()
    look: AppliedLook | None = None
    revision: PositiveInt = 1
    sound: AppliedSound | None = None
    #: Circled takes go first.
    circled: bool = False


class DecodeRaw(Message):
    """Let the maker's own decoder open this RAW clip, and make every output of what it gives."""

    clip: ClipRef
    title: str
    spans: Spans
    raw: RawFacts
    recipe: Recipe = Recipe()
    look: AppliedLook | None = None
    revision: PositiveInt = 1
    sound: AppliedSound | None = None
    circled: bool = False


class TranscodeSegment(Message):
    """Make the pictures of one piece of a clip."""

    order: TranscodeClip
    piece: Piece


class SegmentTranscoded(Message):
    """One piece of a clip is made and committed."""

    order: TranscodeClip
    piece: Piece


class AssembleClip(Message):
    """Every piece of the clip is committed: join them without encoding them again, and add the sound."""

    order: TranscodeClip
    pieces: PositiveInt


class PlanClip(Message):
    """Look again at what is to be made of this clip: its look may have changed, or what the production wants.

    `remake`: by the newest recipe; else the clip stays with the recipe that it was first made by.
    """

    clip: ClipRef
    remake: bool = False


class ReadLook(Message):
    """A sidecar arrived that may hold looks: a CDL, a LUT, or an ALE."""

    roll: RollRef
    offload: Label
    path: str
    file: SourceFile


class ReadSound(Message):
    """A sound recorder's file arrived: read what it says of itself."""

    roll: RollRef
    offload: Label
    path: str
    file: SourceFile


class DayChanged(Message):
    """Something was said, heard or recorded that bears on the takes of a unit's shooting day."""

    day: DayRef


class SoundToHear(Wire):
    """A recorder's file in which a clip's own sound is sought; `near_s`: where its timecode has it, seconds into it."""

    file: SourceFile
    channel: PositiveInt = 1
    near_s: float | None = None


class LocateSound(Message):
    """Listen where in these files of the recorder a clip's own sound lies."""

    clip: ClipRef
    title: str
    spans: Spans
    sounds: Annotated[tuple[SoundToHear, ...], Field(min_length=1, max_length=16)]


class LookChanged(Message):
    """A look, a slate or the recipe of a production has changed; `roll` where it can concern only that one."""

    production: Label
    roll: RollRef | None = None
    remake: bool = False


class ProxiesReady(Message):
    """A transcode was committed; its outputs are the ones of this manifest."""

    clip: ClipRef
    title: str
    manifest: OutputManifest
    look: AppliedLook | None = None
    revision: PositiveInt = 1


class ReviewReady(Message):
    """The clip can be watched: it ended DELIVERED."""

    clip: ClipRef
    title: str
    manifest: OutputManifest


class ClipKept(Message):
    """The clip ended KEPT: archived, and no picture was promised."""

    clip: ClipRef
    title: str
    verdict: Verdict


class ClipRejected(Message):
    """The clip ended REJECTED: the footage is at fault."""

    clip: ClipRef
    title: str
    verdict: Verdict


class AttentionNeeded(Message):
    """The clip ended NEEDS_ATTENTION: a person has to look."""

    clip: ClipRef
    title: str
    verdict: Verdict


class RollTotals(Wire):
    """How a roll stands: files received, and clips by the state that they are in."""

    files: NonNegativeInt
    open: NonNegativeInt
    delivered: NonNegativeInt
    kept: NonNegativeInt
    rejected: NonNegativeInt
    needs_attention: NonNegativeInt


class RollClosed(Message):
    """Everything in the roll has reached an end. A late file reopens it; `closing` counts the closings."""

    roll: RollRef
    closing: PositiveInt
    totals: RollTotals


class OffloadCompleted(Message):
    """Every file that the uploader counted on the card has arrived."""

    roll: RollRef
    offload: Label


class JudgeCard(Message):
    """Look at the cards of this roll again: something that bears on their verdict has changed."""

    roll: RollRef


class JudgeProduction(Message):
    """Look at every card of this production again: it asks for other copies than before."""

    production: Label


class DigestFile(Message):
    """Read this original once and record its digests: S3 keeps none that the manifest speaks of."""

    roll: RollRef
    file: SourceFile
    algorithms: Annotated[tuple[str, ...], Field(min_length=1, max_length=9)]


class CardStatusChanged(Message):
    """A card came to another light. `alarm`: it was released, and now something is wrong with it."""

    roll: RollRef
    offload: Label
    #: Counts the verdicts on this card.
    revision: PositiveInt
    was: Light | None
    status: Light
    bits: Light
    picture: Light
    #: How many reasons there are of each code.
    reasons: dict[str, PositiveInt]
    #: The person who released it, if somebody has.
    released_by: str | None
    alarm: bool


class CardReleased(Message):
    """A named person said that the card may be formatted."""

    roll: RollRef
    offload: Label
    act: Act


class AnalyseClip(Message):
    """Ask the models this of a clip: what to ask and of which media stands in the analysis's row."""

    clip: ClipRef
    kind: AnalysisKind
    job_id: Id


class EnrolReference(Message):
    """Have a reference picture of a character described, so that the person can be found."""

    production: Label
    character: Id
    number: PositiveInt


class AnalyseAgain(Message):
    """Decide again which analyses these clips need: of one clip, of a roll, or of all of a production.

    `character`: only those in which that character may be seen. `failed`: what needs attention is asked once more.
    """

    production: Label
    roll: RollRef | None = None
    clip: ClipRef | None = None
    character: Id | None = None
    failed: bool = False


class CastListed(Message):
    """A person said which characters may be seen in a clip; none is an answer, too."""

    cast: Cast


class CollectAnswer(Message):
    """Look whether the answer to this question is there: nobody told of it in time."""

    pk: str
    sk: str
    job_id: Id


class AnalysisCompleted(Message):
    """A model's answer was checked and stored: the object of this manifest is what counts."""

    clip: ClipRef
    title: str
    kind: AnalysisKind
    manifest: OutputManifest
    model: ModelVersion


class IndexProduction(Message):
    """Write what can be searched for in a production anew: something in it has changed."""

    production: Label


class EraseCharacter(Message):
    """Delete what tells a person from others: consent was withdrawn, or it has run out."""

    production: Label
    character: Id


class BudgetReached(Message):
    """What a production may spend on analysis is spent; nothing more is asked until a person says so."""

    production: Label
    budget_usd: float
    spent_usd: float


MESSAGES: dict[str, type[Message]] = {
    message.__name__: message
    for message in (
        FileReceived,
        ClipReceived,
        ClipInspected,
        TranscodeClip,
        DecodeRaw,
        TranscodeSegment,
        SegmentTranscoded,
        AssembleClip,
        PlanClip,
        ReadLook,
        ReadSound,
        DayChanged,
        LocateSound,
        LookChanged,
        ProxiesReady,
        ReviewReady,
        ClipKept,
        ClipRejected,
        AttentionNeeded,
        RollClosed,
        OffloadCompleted,
        JudgeCard,
        JudgeProduction,
        DigestFile,
        CardStatusChanged,
        CardReleased,
        AnalyseClip,
        EnrolReference,
        AnalyseAgain,
        CastListed,
        CollectAnswer,
        AnalysisCompleted,
        IndexProduction,
        EraseCharacter,
        BudgetReached,
    )
}
