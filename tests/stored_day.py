"""A made day in the catalogue: the rows that its cards and sound rolls would have left there."""

import json
from dataclasses import replace
from fractions import Fraction

from circletake.cloud.catalogue import Catalogue
from circletake.contracts import table
from circletake.contracts.files import SourceFile, State
from circletake.contracts.keys import ClipRef, DayRef, RollRef, clip_id, clip_version, file_version
from circletake.contracts.media import AudioStream, ColorTags, Estimate, Inspection, Route, VideoStream
from circletake.contracts.sound import Listened
from circletake.film.takes.day import DayClip, DaySound
from circletake.film.timing import Timecode
from tests.made_day import MadeUnit

SOUND_ROLL = "SR14"
OFFLOAD = "o-1"


def day_of(unit: MadeUnit, production: str = "bikes") -> DayRef:
    return DayRef(production=production, unit=unit.unit, day=unit.day)


def store_day(catalogue: Catalogue, unit: MadeUnit, production: str = "bikes") -> DayRef:
    """What a unit recorded → its rows."""
    day = day_of(unit, production)
    for roll in {*(clip.roll for clip in unit.clips), SOUND_ROLL}:
        store_roll(catalogue, roll_of(day, roll))
    for clip in unit.clips:
        store_clip(catalogue, day, clip)
    for sound in unit.sounds:
        store_sound(catalogue, day, sound)
    return day


def roll_of(day: DayRef, roll: str) -> RollRef:
    return RollRef(**day.model_dump(), roll=roll)


def store_roll(catalogue: Catalogue, roll: RollRef) -> None:
    catalogue.put_all(
        [
            {"pk": table.production_pk(roll.production), "sk": table.roll_listing_sk(roll)},
            {"pk": table.PRODUCTIONS, "sk": roll.production},
            {"pk": roll.partition, "sk": table.ROLL},
        ]
    )


def ref_of(day: DayRef, clip: DayClip, offload: str = OFFLOAD, s3_version: str = "1") -> ClipRef:
    roll = roll_of(day, clip.roll)
    source = source_of(f"{roll.prefix}{offload}/{clip.title}.mov", s3_version)
    return ClipRef(roll=roll, clip_id=clip_id(roll, offload, "", clip.title), version=clip_version((source.version,)))


def source_of(key: str, s3_version: str = "1") -> SourceFile:
    return SourceFile(key=key, s3_version=s3_version, version=file_version(key, s3_version), size_bytes=1)


def store_clip(
    catalogue: Catalogue,
    day: DayRef,
    clip: DayClip,
    *,
    offload: str = OFFLOAD,
    s3_version: str = "1",
    received_at: str = "2026-09-30T20:00:00.000+00:00",
    path: str = "",
    inspected: bool = True,
) -> ClipRef:
    ref, at = ref_of(day, clip, offload, s3_version), path or f"{clip.title}.mov"
    row = {
        "pk": ref.roll.partition, "sk": table.clip_sk(ref), "title": clip.title, "path": at, "offload": offload,
        "state": State.DELIVERED, "received_at": received_at,
        "spans": json.dumps([source_of(f"{ref.roll.prefix}{offload}/{at}", s3_version).model_dump()]),
    }  # fmt: skip
    if inspected:
        row["inspection"] = inspection_of(clip).model_dump_json()
    catalogue.put_all([row])
    if clip.slate:
        read = {"slate_scene": clip.slate.setup, "slate_number": clip.slate.slate, "slate_take": clip.slate.take}
        read |= {"slate_sure": "0.9"}
        catalogue.put_all([{"pk": table.index_pk(day.production), "sk": table.index_sk(ref), **read}])
    return ref


def inspection_of(clip: DayClip) -> Inspection:
    color = ColorTags(primaries=None, transfer=None, matrix=None, range=None)
    video = VideoStream(
        codec="prores", profile=None, pixel_format="yuv422p10le", width=1920, height=1080, sample_aspect_ratio=None,
        rotation_degrees=0, field_order=None, rate=clip.rate, variable_rate=False, frames=clip.frames,
        frames_counted=True, color=color,
    )  # fmt: skip
    audio = (AudioStream(codec="pcm_s24le", channels=2, layout=None, sample_rate=48000),) if clip.sound else ()
    start = str(Timecode(clip.start, clip.rate, clip.drop)) if clip.start is not None else None
    return Inspection(
        container="mov", size_bytes=1, duration_s=Fraction(clip.frames) / clip.rate, video=video, audio=audio,
        start_timecode=start, reel=None, estimate=Estimate(cpu_s=1, disk_bytes=1), route=Route.LAMBDA,
    )  # fmt: skip


def store_sound(
    catalogue: Catalogue, day: DayRef, sound: DaySound, *, offload: str = OFFLOAD, s3_version: str = "1"
) -> SourceFile:
    roll = roll_of(day, SOUND_ROLL)
    source = source_of(f"{roll.prefix}{offload}/{sound.file.name}", s3_version)
    row = {
        "pk": roll.partition, "sk": table.sound_sk(source.version), "path": sound.file.name,
        "sound": sound.file.model_dump_json(), "file": source.model_dump_json(),
    }  # fmt: skip
    catalogue.put_all([row])
    return source


def store_heard(catalogue: Catalogue, clip: ClipRef, sound: SourceFile, heard: Listened) -> None:
    row = {"pk": clip.roll.partition, "sk": table.listened_sk(clip, sound.version), "listened": heard.model_dump_json()}
    catalogue.put_all([row])


def as_stored(day: DayRef, unit: MadeUnit) -> tuple[list[DayClip], list[DaySound]]:
    """A unit's recordings under the ids that they have in the catalogue, as far as their files tell of themselves."""
    clips = []
    for clip in unit.clips:
        ref = ref_of(day, clip)
        clips.append(replace(clip, id=f"{ref.clip_id}#{ref.version}", sensor_fps=None))
    prefix = roll_of(day, SOUND_ROLL).prefix
    sounds = [DaySound(source_of(f"{prefix}{OFFLOAD}/{sound.file.name}").version, sound.file) for sound in unit.sounds]
    return clips, sounds
