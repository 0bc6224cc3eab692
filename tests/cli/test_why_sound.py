"""`circletake why` of sound, against the real handlers: where a clip's lies, and whom a recorder's file serves."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cloud.catalogue import Catalogue
from circletake.cloud.deployment import QUEUED, Deployment
from circletake.contracts import table
from circletake.contracts.files import FileKind, State
from circletake.contracts.keys import DayRef
from circletake.contracts.sound import Listened
from circletake.contracts.takes import Said, SoundFile
from circletake.film.takes.day import DayClip, DaySound
from tests.aws import TABLE
from tests.pipeline.world import World
from tests.stored_day import SOUND_ROLL, ref_of, roll_of, source_of, store_clip, store_heard, store_roll, store_sound

DAY = DayRef(production="bikes", unit="main", day="D014")
CLIP = DayClip("", "A001C001_260930_R1JL", "A001", Fraction(25), 500, camera="A", start=36_000 * 25, sound=True)
SOUND = DaySound(
    "",
    SoundFile(
        name="S001_T001.WAV", rate=48_000, channels=2, frames=48_000 * 30, start=35_998 * 48_000,
        timecode_rate=Fraction(25), tracks={1: "MixL", 2: "Boom"}, remarks=("It was cut short.",),
        said=Said(setup="12A", take="3"),
    ),
)  # fmt: skip


@pytest.fixture
def stored(world: World, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """A clip in a studio of which no function has logged anything."""
    outputs = {"Table": TABLE} | {f"{name}Logs": f"/circletake/{name}" for name in QUEUED}
    for name in QUEUED:
        boto3.client("logs").create_log_group(logGroupName=f"/circletake/{name}")
    found = Deployment("moto", outputs, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
    catalogue = world.reading._catalogue
    store_roll(catalogue, roll_of(DAY, CLIP.roll))
    store_clip(catalogue, DAY, CLIP)
    return catalogue


def recorded(catalogue: Catalogue, sound: DaySound = SOUND) -> None:
    roll = roll_of(DAY, SOUND_ROLL)
    store_roll(catalogue, roll)
    source = store_sound(catalogue, DAY, sound)
    row = {
        "pk": roll.partition, "sk": f"{table.FILE}x#{source.version}", "path": sound.file.name, "offload": "o-1",
        "kind": FileKind.SOUND, "state": State.KEPT, "file": source.model_dump_json(),
        "received_at": "2026-09-30T20:00:00.000+00:00",
    }  # fmt: skip
    catalogue.put_all([row])


def why(name: str) -> Any:
    done = CliRunner().invoke(app, ["why", name, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def said(name: str) -> str:
    done = CliRunner().invoke(app, ["why", name])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def test_a_clip_of_a_day_without_sound_says_that_none_has_come(stored: Catalogue) -> None:
    assert "sound No sound of its day has come yet." in said("A001C001")
    assert why("A001C001")["clips"][0]["sound"]["name"] is None


def test_a_clip_says_where_its_sound_lies_and_that_it_was_not_listened_to(stored: Catalogue) -> None:
    recorded(stored)
    sound = why("A001C001")["clips"][0]["sound"]
    assert (sound["name"], sound["standing"], sound["to_be_heard"]) == ("S001_T001.WAV", "TIMECODE", True)
    told = said("A001C001")
    assert "sound S001_T001.WAV, by timecode." in told
    assert "Confidence 90%. Its proxies do not carry it yet. It was not listened to yet." in told


def test_what_was_heard_is_told_beside_the_timecode(stored: Catalogue) -> None:
    recorded(stored)
    source = source_of(f"{roll_of(DAY, SOUND_ROLL).prefix}o-1/{SOUND.file.name}", "1")
    heard = Listened(offset_s=2.0, confidence=0.8, speed=Fraction(1), drift_ppm=0.0, within_ppm=1.0)
    store_heard(stored, ref_of(DAY, CLIP), source, heard)
    told = said("A001C001")
    assert "S001_T001.WAV, by timecode, and it sounds so too. Confidence 98%." in told
    assert "not listened to" not in told


def test_of_a_clip_that_was_heard_it_is_said_that_a_backup_of_its_take_was_not(stored: Catalogue) -> None:
    recorded(stored)
    recorded(stored, replace(SOUND, file=SOUND.file.model_copy(update={"name": "BACKUP.WAV"})))
    correction = {
        "id": "0" * 20, "by": "kim@example.com", "at": "2026-09-30T20:00:00.000Z",
        "said": {"clips": [CLIP.title], "setup": "12A", "take": "3"},
    }  # fmt: skip
    row = {"pk": table.day_pk(DAY), "sk": table.correction_sk("2026-09-30T20:00:00.000Z", "0" * 20)}
    stored.put_all([{**row, "correction": json.dumps(correction)}])
    source = source_of(f"{roll_of(DAY, SOUND_ROLL).prefix}o-1/{SOUND.file.name}", "1")
    heard = Listened(offset_s=2.0, confidence=0.8, speed=Fraction(1), drift_ppm=0.0, within_ppm=1.0)
    store_heard(stored, ref_of(DAY, CLIP), source, heard)
    told = said("A001C001")
    assert "S001_T001.WAV, by timecode, and it sounds so too." in told
    assert "Others are still to be listened to." in told


def test_a_clip_that_was_shot_without_sound_says_so(stored: Catalogue) -> None:
    silent = replace(CLIP, title="A001C002_260930_R1JL", start=40_000 * 25)
    ref = store_clip(stored, DAY, silent)
    recorded(stored)
    row = {"pk": table.day_pk(DAY), "sk": table.correction_sk("2026-09-30T20:00:00.000Z", "0" * 20)}
    correction = {
        "id": "0" * 20, "by": "kim@example.com", "at": "2026-09-30T20:00:00.000Z",
        "said": {"clips": [silent.title], "setup": "13", "take": "1", "flags": {"MOS": True}},
    }  # fmt: skip
    stored.put_all([{**row, "correction": json.dumps(correction)}])
    assert "sound It was shot without sound, or at another speed than it plays at" in said(ref.clip_id)


def test_a_recorder_s_file_tells_its_header_its_take_and_whom_it_serves(stored: Catalogue) -> None:
    recorded(stored)
    told = said("S001_T001")
    assert "header 2 channels at 48 kHz, 30.0 s from 09:59:58:00; tracks 1 MixL, 2 Boom" in told
    assert "setup 12A, take 3" in told
    assert "! It was cut short." in told
    assert "takes 12A take 3" in told
    assert "clips A001C001_260930_R1JL on roll A001: S001_T001.WAV, by timecode." in told
    (file,) = why("S001_T001")["files"]
    assert [clip["name"] for clip in file["sound"]["clips"]] == [CLIP.title]


def test_a_recorder_s_file_that_serves_nobody_says_so(stored: Catalogue) -> None:
    recorded(stored, replace(SOUND, file=SOUND.file.model_copy(update={"start": 0})))
    assert "clips It lies under no clip." in said("S001_T001")
