"""Orders → what is made of a clip, by the route that was planned: whole here, in pieces, or as a job of Batch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circletake.cloud.stage import Claim, Job, Outcome
from circletake.contracts import table
from circletake.contracts.errors import Code, Rejected
from circletake.contracts.facts import (
    AssembleClip,
    ClipInspected,
    DecodeRaw,
    Message,
    ProxiesReady,
    SegmentTranscoded,
    TranscodeClip,
    TranscodeSegment,
)
from circletake.contracts.files import State
from circletake.contracts.media import Inspection, Measurements, OutputManifest, RawKind, Route
from circletake.film.decoders import Decoder
from circletake.film.sound.slices import carried
from circletake.media.byte_ranges import gather
from circletake.media.decoder import names_for_decoder
from circletake.media.plan import decisive
from circletake.media.routes import choose_route, cut, spans_of
from circletake.media.tools import Tools
from circletake.media.workdir import fresh_workdir
from functions.transcode.assembling import assemble
from functions.transcode.editorial import EDITORIAL
from functions.transcode.making import Making
from functions.transcode.pieces import PIECE_OUTPUTS, transcode_piece
from functions.transcode.raw import blaming_the_decoder, by_decoder, develop
from functions.transcode.transcode import OUTPUTS, transcode
from functions.transcode.workshop import Workshop

if TYPE_CHECKING:
    from circletake.cloud.outbox import Outbox
    from circletake.cloud.stage import Stage

_LEASE_S = 45
#: A message that nobody has taken up by then is taken to be lost.
_BEGUN_WITHIN_S = 15 * 60
#: A new number makes every clip anew whose order comes again.
_CODE_VERSION = "2"
_ALL = {**OUTPUTS, **EDITORIAL}
Work = Callable[[Claim, Path], Outcome]


@dataclass(frozen=True)
class Transcoding:
    """One worker. `submit` hands a job to Batch, and how many attempts there were; `told` gets what was measured."""

    stage: "Stage"
    outbox: "Outbox"
    workshop: Workshop
    tools: Tools
    decoders: Mapping[RawKind, Decoder]
    submit: Callable[[Job, int], None]
    told: Callable[[TranscodeClip, Measurements], None]
    refused: Callable[[], None] = field(default=lambda: None)

    def clip(self, order: TranscodeClip, deadline: float, *, in_container: bool = False) -> None:
        """TranscodeClip → its outputs, or on its way by the route that it was given."""
        route = order.inspection.route
        if route is Route.SEGMENTS:
            # When it is circled later on, its pieces are announced once more, to go first.
            soon = "circled" if order.circled else None
            self.stage.perform(_job("cut", order, order, soon), lambda claim: self._cut(order))
        elif route is Route.BATCH and not in_container:
            self._hand_over(order)
        else:
            self._perform(_job("transcode", order, order), lambda claim, work: self._make(order, claim, work, deadline))

    def raw(self, order: DecodeRaw, deadline: float) -> None:
        """DecodeRaw → the outputs of what the maker's own decoder gives."""
        if order.raw.kind is None or order.raw.kind not in self.decoders:
            raise LookupError(f"plan ordered {order.raw.kind} to be decoded, and no such decoder is set up here")
        decoder = self.decoders[order.raw.kind]
        job = _job("transcode", order, order, decoder.words)
        self._perform(job, lambda claim, work: self._decode(order, decoder, claim, work, deadline))

    def segment(self, order: TranscodeSegment, deadline: float) -> None:
        """TranscodeSegment → the pictures of one piece."""
        job = _job("segment", order.order, order, order.piece.model_dump())
        self._perform(job, lambda claim, work: self._make_piece(order, claim, work, deadline))

    def look_whether_whole(self, said: SegmentTranscoded) -> None:
        """A piece is committed → the order to join all of them, once the last one is.

        Whoever commits last sees all of them, so the order is given at least once, and the job is done once.
        """
        if self._manifests(said.order) is not None:
            order = AssembleClip(order=said.order, pieces=said.piece.of)
            self.stage.announce([_job("transcode", said.order, order)], _BEGUN_WITHIN_S)

    def assemble(self, order: AssembleClip, deadline: float) -> None:
        """AssembleClip → the same outputs as from one pass."""
        job = _job("transcode", order.order, order)
        self._perform(job, lambda claim, work: self._join(order.order, claim, work, deadline))

    def _perform(self, job: Job, work: Work) -> None:
        def in_a_fresh_place(claim: Claim) -> Outcome:
            with fresh_workdir() as place:
                return work(claim, place)

        try:
            self.stage.perform(job, in_a_fresh_place)
        finally:
            self.refused()

    def _making(self, order: TranscodeClip | DecodeRaw, found: Inspection, claim: Claim, work: Path) -> Making:
        sound = carried(order.sound, edited=bool(order.recipe.editorial.formats)) if order.sound else None
        recorded = self.workshop.fetch_sound(sound, found.duration_s, work / "sound", claim)
        return replace(self._pictures(order, found, claim, work), recorded=recorded)

    def _pictures(self, order: TranscodeClip | DecodeRaw, found: Inspection, claim: Claim, work: Path) -> Making:
        """A piece is made without sound."""
        look = self.workshop.fetch_look(order.look, order.clip.roll.production, work / "look.cube", claim)
        return Making(found, order.recipe, order.title, look)

    def _make(self, order: TranscodeClip, claim: Claim, work: Path, deadline: float) -> Outcome:
        if order.inspection.route is Route.NONE:
            raise Rejected(
                Code.NO_ROUTE,
                f"This clip of {float(order.inspection.duration_s) / 60:.0f} minutes is too large for every worker.",
                "It is kept as it is; ask post engineering to make its proxy.",
            )
        making = self._making(order, order.inspection, claim, work)
        files = self.workshop.fetch(order.spans, work / "in", [f"span-{n}" for n in range(len(order.spans))], claim)
        into = _made(work)
        measured = transcode(files, making, into=into, tools=self.tools, deadline=deadline, on_progress=claim.beat)
        self.told(order, measured)
        return _ready(order, self.workshop.put(into, _ALL, claim))

    def _decode(self, order: DecodeRaw, decoder: Decoder, claim: Claim, work: Path, deadline: float) -> Outcome:
        names = names_for_decoder([file.key for file in order.spans])
        first, *_ = self.workshop.fetch(order.spans, work / "raw", names, claim)
        mezzanine, found = develop(first, order.raw, decoder, tools=self.tools, deadline=deadline, heartbeat=claim.beat)
        into = _made(work)
        with blaming_the_decoder():
            making = self._making(order, found, claim, work)
            transcode([mezzanine], making, into=into, tools=self.tools, deadline=deadline, on_progress=claim.beat)
        inspected = ClipInspected(clip=order.clip, title=order.title, inspection=found)
        learned = {"inspection": found.model_dump_json(), "decoder": by_decoder(order.raw).model_dump_json()}
        return _ready(order, self.workshop.put(into, _ALL, claim), (inspected,), learned)

    def _cut(self, order: TranscodeClip) -> Outcome:
        orders = [TranscodeSegment(order=order, piece=piece) for piece in cut(order.inspection)]
        # Before the job is done, so that who dies here announces them all again: each piece is made once all the same.
        jobs = [_job("segment", order, each, each.piece.model_dump()) for each in orders]
        self.stage.announce(jobs, _BEGUN_WITHIN_S)
        return Outcome()

    def _make_piece(self, order: TranscodeSegment, claim: Claim, work: Path, deadline: float) -> Outcome:
        clip, piece = order.order, order.piece
        making = self._pictures(clip, clip.inspection, claim, work)
        touched = {number: clip.spans[number] for number in spans_of(clip.inspection, piece)}
        originals = self.workshop.read_contents(touched, claim)

        def fetch(number: int, ranges: Any, to: Path, at: int) -> None:
            self.workshop.fetch_bytes(clip.spans[number], ranges, to, at, claim)

        (work / "in").mkdir()
        into = _made(work)
        try:
            parts = gather(clip.inspection, piece, originals, fetch, work / "in")
            transcode_piece(
                parts, making, piece, into=into, tools=self.tools, deadline=deadline, on_progress=claim.beat
            )
        except Rejected as rejected:
            return _whole_instead(clip, rejected)
        said = SegmentTranscoded(order=clip, piece=piece)
        return Outcome((said,), manifest=self.workshop.put(into, PIECE_OUTPUTS, claim))

    def _join(self, order: TranscodeClip, claim: Claim, work: Path, deadline: float) -> Outcome:
        manifests = self._manifests(order)
        if manifests is None:
            raise LookupError(f"the pieces of clip {order.clip.clip_id} are not all there")
        pieces = [
            self.workshop.fetch_made(manifest, work / f"piece-{number}", claim)
            for number, manifest in enumerate(manifests)
        ]
        spans = dict(enumerate(order.spans)) if order.inspection.audio else {}
        originals = self.workshop.read_contents(spans, claim)
        into = _made(work)
        measured = assemble(
            pieces, [originals[number] for number in sorted(originals)],
            self._making(order, order.inspection, claim, work),
            into=into, tools=self.tools, deadline=deadline, on_progress=claim.beat,
        )  # fmt: skip
        self.told(order, measured)
        return _ready(order, self.workshop.put(into, _ALL, claim))

    def _manifests(self, order: TranscodeClip) -> list[OutputManifest] | None:
        """What each piece's job committed, in order; None as long as one of them is missing."""
        found = []
        for piece in cut(order.inspection):
            segment = TranscodeSegment(order=order, piece=piece)
            job = _job("segment", order, segment, piece.model_dump())
            row = self.outbox.catalogue.get(job.roll.partition, table.job_sk(job.id))
            if row is None or not row.get("manifest"):
                return None
            found.append(OutputManifest.model_validate_json(row["manifest"]))
        return found

    def _hand_over(self, order: TranscodeClip) -> None:
        """To Batch, once for each attempt: `sweep` orders again when a container died."""
        job = _job("transcode", order, order)
        standing = self.outbox.catalogue.get(job.roll.partition, table.job_sk(job.id))
        if standing is not None and standing["state"] == "DONE":
            self.outbox.say_what_is_pending(job.roll.partition, table.job_sk(job.id), standing["says"])
            return
        attempt = standing["attempt"] if standing else 0

        def hand_over(claim: Claim) -> Outcome:
            self.submit(job, attempt)
            return Outcome()

        self.stage.perform(_job("submit", order, order, attempt), hand_over)


def _whole_instead(order: TranscodeClip, rejected: Rejected) -> Outcome:
    """A piece that cannot be made → the order to make the clip whole: not every recording can be entered in its
    middle, so only a reader that began at its beginning has the word on the footage."""
    found = order.inspection
    route = choose_route(found.estimate, size_bytes=found.size_bytes, cuttable=False)
    if route is Route.NONE:
        raise rejected
    return Outcome((order.model_copy(update={"inspection": found.model_copy(update={"route": route})}),))


def _made(work: Path) -> Path:
    into = work / "out"
    into.mkdir()
    return into


def _ready(
    order: TranscodeClip | DecodeRaw,
    made: OutputManifest,
    says: tuple[Message, ...] = (),
    learned: dict[str, str] | None = None,
) -> Outcome:
    ready = ProxiesReady(clip=order.clip, title=order.title, manifest=made, look=order.look, revision=order.revision)
    return Outcome((*says, ready), State.TRANSCODED, learned or {}, manifest=made)


def _job(kind: str, order: TranscodeClip | DecodeRaw, message: Message, more: Any = None) -> Job:
    """What is done to which clip. All that decides how it comes out is among the parameters; how soon is not."""
    look = order.look.sha256 if order.look else None
    return Job(
        kind,
        order.clip.roll,
        message,
        (order.clip.clip_id, order.clip.version),
        _CODE_VERSION,
        lease_s=_LEASE_S,
        parameters=[*decisive(order.recipe, order.sound), look, order.revision, more],
        clip=order.clip,
        title=order.title,
        revision=order.revision,
    )
