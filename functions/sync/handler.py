"""LocateSound → where a clip's own sound lies in the recorder's files, and that its day has changed."""

from functools import partial
from pathlib import Path

from circletake.cloud.function import Settings, on_queue, open_objects, open_outbox, report_missing_walls
from circletake.cloud.sounds import keep_listened, note_unreadable, was_listened_to
from circletake.cloud.stage import Claim, Job, Outcome, Stage
from circletake.contracts import table
from circletake.contracts.envelopes import BusEvent
from circletake.contracts.errors import Rejected
from circletake.contracts.facts import DayChanged, LocateSound
from circletake.contracts.media import Inspection
from circletake.media.isolation import refused
from circletake.media.tools import Tools
from circletake.media.workdir import fresh_workdir
from functions.sync.fetching import Fetching
from functions.sync.hearing import NOTHING, Hearing


class SyncSettings(Settings):
    ingest_bucket: str
    ffmpeg: Path


settings = SyncSettings.read()
outbox, objects = open_outbox(settings), open_objects()
stage, tools = Stage(outbox), Tools(ffmpeg=settings.ffmpeg, ffprobe=None)


def listen_for(order: LocateSound, claim: Claim, deadline: float) -> Outcome:
    clip, catalogue = order.clip, outbox.catalogue
    row = catalogue.get(clip.roll.partition, table.clip_sk(clip))
    if row is None:
        raise LookupError(f"clip {clip.clip_id} is not in the catalogue")
    sounds = [each for each in order.sounds if not was_listened_to(catalogue, clip, each.file.version)]
    found = Inspection.model_validate_json(row["inspection"], extra="ignore") if "inspection" in row else None
    with fresh_workdir() as work:
        fetching = Fetching(objects, settings.ingest_bucket, claim.beat)
        try:
            for sound, answer in Hearing(fetching, tools, work, deadline).answers(order, found, sounds):
                if isinstance(answer, Rejected):
                    note_unreadable(catalogue, sound.file, answer.verdict)
                listened = NOTHING if isinstance(answer, Rejected) else answer
                keep_listened(catalogue, clip, sound.file.version, listened)
        finally:
            report_missing_walls(refused)
    return Outcome((DayChanged(day=clip.roll.of_day),))


def handle(event: BusEvent, deadline: float) -> None:
    order = LocateSound.read(event.detail)
    versions = (each.file.version for each in order.sounds)
    job = Job(
        "sync",
        order.clip.roll,
        order,
        (order.clip.clip_id, order.clip.version, *versions),
        "1",
        lease_s=120,
        # Not of the clip's own way: its pictures go on, whatever comes of this.
        parameters=[[each.channel, each.near_s] for each in order.sounds],
    )
    stage.perform(job, partial(listen_for, order, deadline=deadline))


handler = on_queue(handle)
