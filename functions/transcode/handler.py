"""TranscodeClip, or the order for one of its pieces → what is made of it. DecodeRaw → the same of RAW.

As a program (`python -m functions.transcode.handler`) it is a job of AWS Batch: one order, from the environment.
"""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from circletake.cloud.card_rows import record_digests
from circletake.cloud.catalogue import Refused
from circletake.cloud.function import (
    Settings,
    client,
    logger,
    metrics,
    on_queue,
    open_objects,
    open_outbox,
    report_missing_walls,
)
from circletake.cloud.jobs import Jobs
from circletake.cloud.stage import Job, Stage
from circletake.contracts import table
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import (
    MAX_MESSAGE_BYTES,
    AssembleClip,
    DecodeRaw,
    SegmentTranscoded,
    TranscodeClip,
    TranscodeSegment,
)
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import RollRef, work_prefix
from circletake.contracts.media import Measurements
from circletake.film.decoders import read_decoders
from circletake.media.isolation import refused
from circletake.media.tools import Tools
from functions.transcode.transcoding import Transcoding
from functions.transcode.workshop import Workshop


class TranscodeSettings(Settings):
    ingest_bucket: str
    work_bucket: str
    ffmpeg: Path
    ffprobe: Path
    vendor_decoders: str
    batch_queue: str
    batch_job: str


settings = TranscodeSettings.read()
outbox, objects = open_outbox(settings), open_objects()
stage = Stage(outbox)
#: A container may run for a day; Batch itself stops it then.
JOB_S = 24 * 3600 - 600


def submit(job: Job, attempts: int) -> None:
    """A job → a container of its own, which is told what this function is told, and where its order lies.

    Batch passes on 8 KB of variables; the order of a clip of many files is longer.
    """
    key = f"{work_prefix(job.roll.production, job.id, attempts)}order.json"
    objects.put_bytes(settings.work_bucket, key, job.message.written().encode(), "application/json")
    mine = {field.upper(): str(value) for field, value in settings}
    ordered = {"POWERTOOLS_SERVICE_NAME": "transcode", "ORDER": key, "ATTEMPTS": str(attempts)}
    Jobs(client("batch"), settings.batch_queue, settings.batch_job).submit(job.id, {**mine, **ordered})


def read_order(key: str) -> TranscodeClip:
    text = objects.read_text(settings.work_bucket, key, at_most=MAX_MESSAGE_BYTES)
    return TranscodeClip.model_validate_json(text, extra="ignore")


def tell_of_estimate(order: TranscodeClip, measured: Measurements) -> None:
    """What was estimated beside what it took, so that the estimate can be fitted to what really comes."""
    if measured.cpu_s is None:
        return
    estimated = order.inspection.estimate.cpu_s
    logger.info("transcoded", estimated_cpu_s=estimated, measured_cpu_s=measured.cpu_s, route=order.inspection.route)
    metrics.add_metric("EstimateError", MetricUnit.Percent, 100 * abs(estimated / measured.cpu_s - 1))


def record(roll: RollRef, file: SourceFile, digests: Mapping[str, str]) -> None:
    """Digests that were taken on the way. Who wrote others at the same moment asks for these again, if need be."""
    with suppress(Refused):
        record_digests(outbox.catalogue, roll, file, digests)


transcoding = Transcoding(
    stage=stage,
    outbox=outbox,
    workshop=Workshop(objects, settings.ingest_bucket, settings.work_bucket, record),
    tools=Tools(ffmpeg=settings.ffmpeg, ffprobe=settings.ffprobe),
    decoders=read_decoders(settings.vendor_decoders),
    submit=submit,
    told=tell_of_estimate,
    refused=partial(report_missing_walls, refused),
)


def tell_of_failed_job(detail: dict[str, Any]) -> None:
    """A container that ended badly. One that had begun is ordered again by `sweep`; one that had not needs a person."""
    given = {each["name"]: each["value"] for each in detail["container"].get("environment", ())}
    order, name = read_order(given["ORDER"]), detail["jobName"]
    row = outbox.catalogue.get(order.clip.roll.partition, table.job_sk(name))
    if (row["attempt"] if row else 0) == int(given["ATTEMPTS"]):
        sentence = "The container that was to transcode this clip ended before it began."
        origin = f"{name}#{given['ATTEMPTS']}"
        stage.call_for_help(order.clip.roll, table.clip_sk(order.clip), sentence, origin=origin)


def handle(event: BusEvent, deadline: float) -> None:
    match event.detail_type:
        case TranscodeClip.__name__:
            transcoding.clip(TranscodeClip.read(event.detail), deadline)
        case DecodeRaw.__name__:
            transcoding.raw(DecodeRaw.read(event.detail), deadline)
        case TranscodeSegment.__name__:
            transcoding.segment(TranscodeSegment.read(event.detail), deadline)
        case SegmentTranscoded.__name__:
            transcoding.look_whether_whole(SegmentTranscoded.read(event.detail))
        case AssembleClip.__name__:
            transcoding.assemble(AssembleClip.read(event.detail), deadline)
        case "Batch Job State Change":
            tell_of_failed_job(event.detail)


handler = on_queue(handle)

if __name__ == "__main__":
    try:
        transcoding.clip(read_order(os.environ["ORDER"]), time.monotonic() + JOB_S, in_container=True)
    finally:
        metrics.flush_metrics()
