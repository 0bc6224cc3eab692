"""ClipReceived → ClipInspected, and the order to transcode it."""

from pathlib import Path

from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox, report_missing_walls
from circletake.cloud.stage import Claim, Job, Outcome, Stage
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import ClipInspected, ClipReceived, TranscodeClip
from circletake.contracts.files import State
from circletake.film.raw import refuse_raw
from circletake.media.isolation import refused
from circletake.media.tools import Tools
from circletake.media.wholeness import ranges_to_probe
from circletake.media.workdir import fresh_workdir
from functions.inspect.inspect import inspect


class InspectSettings(Settings):
    ingest_bucket: str
    ffprobe: Path


settings = InspectSettings.read()
stage = Stage(open_outbox(settings))
objects = open_objects()
tools = Tools(ffmpeg=None, ffprobe=settings.ffprobe)


def look_into(clip: ClipReceived, claim: Claim, deadline: float) -> Outcome:
    refuse_raw(clip.spans[0].key)
    with fresh_workdir() as work:
        spans = [work / f"span-{n}" for n in range(len(clip.spans))]
        for file, to in zip(clip.spans, spans, strict=True):
            objects.fetch_to_probe(settings.ingest_bucket, file, to, ranges_to_probe, claim.beat)
        size_bytes = sum(file.size_bytes for file in clip.spans)
        found = inspect(spans, size_bytes=size_bytes, tools=tools, deadline=deadline, heartbeat=claim.beat)
    report_missing_walls(refused)
    order = TranscodeClip(clip=clip.clip, title=clip.title, spans=clip.spans, inspection=found)
    said = ClipInspected(clip=clip.clip, title=clip.title, inspection=found)
    return Outcome((said, order), State.INSPECTED, {"inspection": found.model_dump_json()})


def handle(event: BusEvent, deadline: float) -> None:
    clip = ClipReceived.read(event.detail)
    inputs = (clip.clip.clip_id, clip.clip.version)
    job = Job("inspect", clip.clip.roll, clip, inputs, "1", lease_s=60, clip=clip.clip, title=clip.title)
    stage.perform(job, lambda claim: look_into(clip, claim, deadline))


handler = on_queue(handle)
