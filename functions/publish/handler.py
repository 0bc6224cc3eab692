"""What was made or found → the review bucket, and ReviewReady. The only writer of that bucket."""

from typing import Any

from circletake.cloud.catalogue import Row
from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox
from circletake.cloud.search_index import SearchIndex
from circletake.cloud.stage import Claim, Held, Job, Outcome, Stage
from circletake.contracts import table
from circletake.contracts.analysis import MAX_ANSWER_BYTES, AnalysisKind, SlateAnswer, SpeechAnswer
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import AnalysisCompleted, IndexProduction, LookChanged, ProxiesReady, ReviewReady
from circletake.contracts.files import State
from circletake.contracts.keys import ClipRef, search_key
from circletake.contracts.media import Inspection, OutputManifest
from functions.publish.analysed import FOLDER, published_output, read_searchable
from functions.publish.publish import for_review


class PublishSettings(Settings):
    work_bucket: str
    review_bucket: str


settings = PublishSettings.read()
outbox, objects = open_outbox(settings), open_objects()
stage, index = Stage(outbox), SearchIndex(outbox)
#: How often the index is written at once, while others change it.
WRITES = 3


def publish(ready: ProxiesReady, claim: Claim) -> Outcome:
    published = for_review(ready.clip, ready.revision, ready.manifest)
    for output in published.outputs:
        source = (settings.work_bucket, ready.manifest.prefix + output.name)
        target = (settings.review_bucket, published.prefix + output.name)
        objects.copy(output, source=source, target=target, on_progress=claim.beat)
    said = ReviewReady(clip=ready.clip, title=ready.title, manifest=published)
    learned: dict[str, Any] = {
        "media": published.model_dump_json(),
        # What the models look at when they are asked again.
        "made": ready.manifest.model_dump_json(),
        "look": ready.look.model_dump_json() if ready.look else "",
        "shown": ready.revision,
        # Whatever went wrong with an order before is not true of this one.
        "not_made_anew": "",
    }
    index.note_clip(ready.clip, ready.title, inspection_of(ready.clip))
    return Outcome((said,), State.DELIVERED, learned, manifest=published)


def publish_analysis(done: AnalysisCompleted) -> None:
    """An answer → beside the clip's pictures, if it counts still when it lies there: the last one to come is."""
    for _ in range(WRITES):
        row = outbox.catalogue.get(done.clip.roll.partition, table.analysis_sk(done.clip, done.kind))
        if row is None or "manifest" not in row:
            return
        output, prefix = published_output(done.kind, OutputManifest.model_validate_json(row["manifest"]))
        source = (settings.work_bucket, prefix + output.name)
        target = (settings.review_bucket, f"{done.clip.review_prefix(1)}{FOLDER}{output.name}")
        objects.copy(output, source=source, target=target, on_progress=lambda size: None)
        if done.kind in (AnalysisKind.SPEECH, AnalysisKind.SLATE):
            make_searchable(done, objects.read_text(*source, at_most=MAX_ANSWER_BYTES))
        after = outbox.catalogue.get(row["pk"], row["sk"]) or {}
        if after.get("manifest", row["manifest"]) == row["manifest"]:
            return
    raise Held(f"the {done.kind} of clip {done.clip.clip_id} changed under each of {WRITES} copies")


def make_searchable(done: AnalysisCompleted, text: str) -> None:
    match read_searchable(done.kind, text):
        case SpeechAnswer() as speech:
            index.note_speech(done.clip, done.title, inspection_of(done.clip).video.rate, speech)
        case SlateAnswer() as slate:
            index.note_slate(done.clip, done.title, slate)


def inspection_of(clip: ClipRef) -> Inspection:
    row: Row = outbox.catalogue.get(clip.roll.partition, table.clip_sk(clip)) or {}
    return Inspection.model_validate_json(row["inspection"], extra="ignore")


def write_index(production: str) -> None:
    for _ in range(WRITES):
        revision = index.revision(production)
        body = index.read(production).model_dump_json(exclude_defaults=True).encode()
        objects.put_bytes(settings.review_bucket, search_key(production), body, "application/json")
        if index.is_written(production, revision):
            return
    raise Held(f"what can be searched for in {production} changed under each of {WRITES} writes")


def handle(event: BusEvent, deadline: float) -> None:
    match event.detail_type:
        case AnalysisCompleted.__name__:
            publish_analysis(AnalysisCompleted.read(event.detail))
        case LookChanged.__name__:
            # Slates come with looks, and what stands on them can be searched for.
            index.note_behind(LookChanged.read(event.detail).production)
        case IndexProduction.__name__:
            write_index(IndexProduction.read(event.detail).production)
        case ProxiesReady.__name__:
            ready = ProxiesReady.read(event.detail)
            made = (ready.clip.clip_id, ready.clip.version, ready.manifest.job_id, str(ready.manifest.attempt))
            job = Job(
                "publish", ready.clip.roll, ready, made, "1",
                lease_s=60, clip=ready.clip, title=ready.title, revision=ready.revision,
            )  # fmt: skip
            stage.perform(job, lambda claim: publish(ready, claim))


handler = on_queue(handle)
