"""TranscodeClip → every output of the clip, from one decode, and ProxiesReady."""

from pathlib import Path

from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox, report_missing_walls
from circletake.cloud.stage import Claim, Job, Outcome, Stage
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import ProxiesReady, TranscodeClip
from circletake.contracts.files import State
from circletake.contracts.keys import work_prefix
from circletake.contracts.media import OutputManifest
from circletake.media.isolation import refused
from circletake.media.outputs import describe
from circletake.media.tools import Tools
from circletake.media.workdir import fresh_workdir
from functions.transcode.transcode import OUTPUTS, transcode


class TranscodeSettings(Settings):
    ingest_bucket: str
    work_bucket: str
    ffmpeg: Path
    ffprobe: Path


settings = TranscodeSettings.read()
stage = Stage(open_outbox(settings))
objects = open_objects()
tools = Tools(ffmpeg=settings.ffmpeg, ffprobe=settings.ffprobe)


def make(order: TranscodeClip, claim: Claim, deadline: float) -> Outcome:
    prefix = work_prefix(order.clip.roll.production, claim.job.id, claim.attempt)
    with fresh_workdir() as work:
        spans = [work / f"span-{n}" for n in range(len(order.spans))]
        for file, to in zip(order.spans, spans, strict=True):
            objects.fetch(settings.ingest_bucket, file, to, claim.beat)
        into = work / "out"
        into.mkdir()
        transcode(spans, order.inspection, into=into, tools=tools, deadline=deadline, on_progress=claim.beat)
        outputs = describe(into, OUTPUTS)
        for output in outputs:
            objects.put(settings.work_bucket, prefix + output.name, into / output.name, output)
            claim.beat()
    report_missing_walls(refused)
    made = OutputManifest(job_id=claim.job.id, attempt=claim.attempt, prefix=prefix, outputs=outputs)
    said = ProxiesReady(clip=order.clip, title=order.title, manifest=made)
    return Outcome((said,), State.TRANSCODED, manifest=made)


def handle(event: BusEvent, deadline: float) -> None:
    order = TranscodeClip.read(event.detail)
    inputs = (order.clip.clip_id, order.clip.version)
    job = Job("transcode", order.clip.roll, order, inputs, "1", lease_s=45, clip=order.clip, title=order.title)
    stage.perform(job, lambda claim: make(order, claim, deadline))


handler = on_queue(handle)
