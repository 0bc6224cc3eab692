"""TranscodeClip → every output of the clip, from one decode, and ProxiesReady. DecodeRaw → the same of RAW."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox, report_missing_walls
from circletake.cloud.stage import Claim, Job, Outcome, Stage
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.facts import ClipInspected, DecodeRaw, ProxiesReady, SourceFile, TranscodeClip
from circletake.contracts.files import State
from circletake.contracts.keys import work_prefix
from circletake.contracts.media import OutputManifest
from circletake.film.decoders import Decoder, read_decoders
from circletake.media.decoder import names_for_decoder
from circletake.media.isolation import refused
from circletake.media.outputs import describe
from circletake.media.tools import Tools
from circletake.media.workdir import fresh_workdir
from functions.transcode.editorial import EDITORIAL
from functions.transcode.making import Making
from functions.transcode.raw import blaming_the_decoder, by_decoder, develop
from functions.transcode.transcode import OUTPUTS, transcode


class TranscodeSettings(Settings):
    ingest_bucket: str
    work_bucket: str
    ffmpeg: Path
    ffprobe: Path
    vendor_decoders: str


settings = TranscodeSettings.read()
stage = Stage(open_outbox(settings))
objects = open_objects()
tools = Tools(ffmpeg=settings.ffmpeg, ffprobe=settings.ffprobe)
decoders = read_decoders(settings.vendor_decoders)


def fetch(files: Sequence[SourceFile], into: Path, names: Sequence[str], claim: Claim) -> list[Path]:
    into.mkdir()
    for file, name in zip(files, names, strict=True):
        objects.fetch(settings.ingest_bucket, file, into / name, claim.beat)
    return [into / name for name in names]


def make_outputs(files: Sequence[Path], making: Making, into: Path, claim: Claim, deadline: float) -> OutputManifest:
    into.mkdir()
    transcode(files, making, into=into, tools=tools, deadline=deadline, on_progress=claim.beat)
    outputs = describe(into, {**OUTPUTS, **EDITORIAL})
    prefix = work_prefix(claim.job.roll.production, claim.job.id, claim.attempt)
    for output in outputs:
        objects.put(settings.work_bucket, prefix + output.name, into / output.name, output)
        claim.beat()
    return OutputManifest(job_id=claim.job.id, attempt=claim.attempt, prefix=prefix, outputs=outputs)


def make(order: TranscodeClip, claim: Claim, deadline: float) -> Outcome:
    with fresh_workdir() as work:
        files = fetch(order.spans, work / "in", [f"span-{n}" for n in range(len(order.spans))], claim)
        made = make_outputs(files, Making(order.inspection, order.recipe, order.title), work / "out", claim, deadline)
    report_missing_walls(refused)
    said = ProxiesReady(clip=order.clip, title=order.title, manifest=made)
    return Outcome((said,), State.TRANSCODED, manifest=made)


def decode(order: DecodeRaw, decoder: Decoder, claim: Claim, deadline: float) -> Outcome:
    names = names_for_decoder([file.key for file in order.spans])
    with fresh_workdir() as work:
        first, *_ = fetch(order.spans, work / "raw", names, claim)
        mezzanine, found = develop(first, order.raw, decoder, tools=tools, deadline=deadline, heartbeat=claim.beat)
        with blaming_the_decoder():
            made = make_outputs([mezzanine], Making(found, order.recipe, order.title), work / "out", claim, deadline)
    report_missing_walls(refused)
    inspected = ClipInspected(clip=order.clip, title=order.title, inspection=found)
    said = ProxiesReady(clip=order.clip, title=order.title, manifest=made)
    learned = {"inspection": found.model_dump_json(), "decoder": by_decoder(order.raw).model_dump_json()}
    return Outcome((inspected, said), State.TRANSCODED, learned, manifest=made)


def job_for(order: TranscodeClip | DecodeRaw, parameters: Any = None) -> Job:
    inputs = (order.clip.clip_id, order.clip.version)
    return Job(
        "transcode", order.clip.roll, order, inputs, "1", lease_s=45, parameters=parameters, clip=order.clip,
        title=order.title,
    )  # fmt: skip


def handle_raw(order: DecodeRaw, deadline: float) -> None:
    if order.raw.kind is None or order.raw.kind not in decoders:
        raise LookupError(f"inspect ordered {order.raw.kind} to be decoded, and no such decoder is set up here")
    decoder = decoders[order.raw.kind]
    stage.perform(job_for(order, decoder.words), lambda claim: decode(order, decoder, claim, deadline))


def handle(event: BusEvent, deadline: float) -> None:
    if event.detail_type == DecodeRaw.__name__:
        handle_raw(DecodeRaw.read(event.detail), deadline)
        return
    order = TranscodeClip.read(event.detail)
    stage.perform(job_for(order), lambda claim: make(order, claim, deadline))


handler = on_queue(handle)
