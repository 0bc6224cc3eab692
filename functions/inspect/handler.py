"""ClipReceived → ClipInspected, and the order to plan what is made of it; RAW without a decoder is kept.

ReadSound → what a recorder's file says of itself, and that its day has changed.
"""

from functools import partial
from pathlib import Path

from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox, report_missing_walls
from circletake.cloud.sounds import keep_sound, note_unreadable
from circletake.cloud.stage import Claim, Job, Outcome, Stage
from circletake.cloud.twins import Twins
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.errors import Rejected
from circletake.contracts.facts import ClipInspected, ClipReceived, PlanClip, ReadSound
from circletake.contracts.files import State
from circletake.contracts.keys import IngestKey, parse_ingest_key
from circletake.contracts.media import Inspection
from circletake.film.decoders import read_decoders
from circletake.film.raw import raw_kind
from circletake.film.twins import Twin, is_external_proxy
from circletake.media.inspecting import inspect
from circletake.media.isolation import refused
from circletake.media.raw import UndecodedRaw, ranges_of_raw
from circletake.media.tools import Tools
from circletake.media.wholeness import ranges_to_probe
from circletake.media.workdir import fresh_workdir
from functions.inspect.raw import next_of_raw
from functions.inspect.sound import read_header


class InspectSettings(Settings):
    ingest_bucket: str
    ffprobe: Path
    vendor_decoders: str


settings = InspectSettings.read()
outbox = open_outbox(settings)
stage = Stage(outbox)
twins = Twins(outbox.catalogue)
objects = open_objects()
tools = Tools(ffmpeg=None, ffprobe=settings.ffprobe)
decoded_here = frozenset(read_decoders(settings.vendor_decoders))


def read(clip: ClipReceived, place: IngestKey, claim: Claim, deadline: float) -> Inspection:
    raw = raw_kind(place.path)
    with fresh_workdir() as work:
        spans = [work / f"span-{n}" for n in range(len(clip.spans))]
        for file, to in zip(clip.spans, spans, strict=True):
            plan = ranges_of_raw if raw else ranges_to_probe
            objects.fetch_to_probe(settings.ingest_bucket, file, to, plan, claim.beat)
        size_bytes = sum(file.size_bytes for file in clip.spans)
        return inspect(spans, size_bytes=size_bytes, tools=tools, deadline=deadline, heartbeat=claim.beat, raw=raw)


def look_into(clip: ClipReceived, claim: Claim, deadline: float) -> Outcome:
    place = parse_ingest_key(clip.spans[0].key)
    try:
        found = read(clip, place, claim, deadline)
    except UndecodedRaw as raw:
        twins.meet_original(clip.clip, Twin.of(clip.clip, place.path, raw.facts.start_timecode, raw.facts.frames))
        says, state, verdict = next_of_raw(clip, raw.facts, raw.verdict, decoded_here)
        return Outcome(says, state, {"raw": raw.facts.model_dump_json()}, verdict)
    finally:
        report_missing_walls(refused)
    if is_external_proxy(place.path, place.offload):
        twins.meet_proxy(clip.clip, Twin.of(clip.clip, place.path, found.start_timecode, found.video.frames))
    said = ClipInspected(clip=clip.clip, title=clip.title, inspection=found)
    return Outcome((said, PlanClip(clip=clip.clip)), State.INSPECTED, {"inspection": found.model_dump_json()})


def read_recorder(order: ReadSound) -> None:
    read = partial(objects.read_range, settings.ingest_bucket, order.file, on_progress=lambda _: None)
    try:
        sound = read_header(order, read)
    except Rejected as rejected:
        note_unreadable(outbox.catalogue, order.file, rejected.verdict)
        return
    keep_sound(outbox, order.roll, order.path, order.file, sound)


def handle(event: BusEvent, deadline: float) -> None:
    if event.detail_type == ReadSound.__name__:
        read_recorder(ReadSound.read(event.detail))
        return
    clip = ClipReceived.read(event.detail)
    job = Job(
        "inspect",
        clip.clip.roll,
        clip,
        (clip.clip.clip_id, clip.clip.version),
        "3",
        lease_s=60,
        # A decoder that is set up later opens what was kept without one.
        parameters=sorted(decoded_here),
        clip=clip.clip,
        title=clip.title,
    )
    stage.perform(job, lambda claim: look_into(clip, claim, deadline))


handler = on_queue(handle)
