"""The synthesised stack, whole, on this machine: many clips at once, a killed worker, a grant that is not there."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from circletake.cloud.days import read_day
from circletake.cloud.deployment import Deployment, find_deployment
from circletake.contracts import table
from circletake.contracts.facts import SOURCE, TranscodeClip
from circletake.contracts.files import SourceFile
from circletake.contracts.keys import DayRef, RollRef
from circletake.contracts.media import Inspection, Route
from circletake.contracts.recipe import Qc, Recipe
from circletake.film.sound.overlaps import Standing
from circletake.film.sound.placing import Placing
from infra.local import processes, studio
from infra.local.studio import Studio
from tests import footage, made_sound
from tests.pipeline.test_sync import recorded, shot
from tests.waiting import eventually

pytestmark = pytest.mark.studio
MANY = 40


@pytest.fixture(scope="module")
def laptop() -> Iterator[Studio]:
    # Without models: what is measured here is the way of the pictures.
    with studio.start(models=None) as running:
        yield running


def circletake(laptop: Studio, *words: str) -> tuple[int, Any]:
    """The command, run as a person runs it → its exit code and its JSON."""
    command = [sys.executable, "-m", "circletake.cli.main", "--studio", laptop.name, *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else done.stderr


def job(where: Deployment, roll: RollRef, kind: str) -> dict[str, Any] | None:
    rows = where.reading()._catalogue.query(roll.partition, table.JOB)
    return next((row for row in rows if row["kind"] == kind), None)


def test_many_clips_at_once_none_lost_and_none_doubled(laptop: Studio, tmp_path: Path) -> None:
    clip = footage.clip(tmp_path / "clip.mov", codec="h264", rate="25/1", frames=25, size=(160, 90)).read_bytes()
    card = tmp_path / "A007"
    card.mkdir()
    for number in range(MANY):
        (card / f"A007C{number:03}.mov").write_bytes(clip)
    code, told = circletake(laptop, "upload", str(card), "--production", "many", "--day", "D001", "--wait")
    assert code == 0, told
    assert Counter(each["state"] for each in told["clips"]) == {"DELIVERED": MANY}
    where = find_deployment(studio=laptop.name)
    s3, bucket = where.client("s3"), where.outputs["ReviewBucket"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="many/main/").get("Contents", [])
    keys = [each["Key"] for each in listed]
    assert Counter(Path(key).name for key in keys)["proxy.mp4"] == MANY
    # What can be searched for lies beside the units, and is written whenever it is behind.
    versions = s3.list_object_versions(Bucket=bucket, Prefix="many/main/")["Versions"]
    assert len(versions) == len(keys), "no object was written twice"
    eventually(lambda: _digests(laptop, "A007"), within_s=20)
    time.sleep(3)
    assert len(_digests(laptop, "A007")) == 1


def test_a_clip_that_no_timecode_places_is_heard_in_the_recorders_sound(laptop: Studio, tmp_path: Path) -> None:
    card, rng = tmp_path / "A009", np.random.default_rng(3)
    card.mkdir()
    near = made_sound.speech(rng, 40) * np.float32(0.2)
    shot(card / "A009C001.mov", made_sound.heard_at(near, 11.3, 12, 1))
    (card / "A009C001.wav").unlink()
    (card / "SOUND1.wav").write_bytes(recorded(near, near))
    code, told = circletake(laptop, "upload", str(card), "--production", "heard", "--day", "D001", "--wait")
    assert code == 0, told
    where, day = find_deployment(studio=laptop.name), DayRef(production="heard", unit="main", day="D001")

    def placing() -> Placing | None:
        (clip,) = read_day(where.catalogue(), day).clips.values()
        return clip.placing if clip.placing and clip.placing.chosen else None

    found = eventually(placing, within_s=120)
    assert found.standing is Standing.HEARD
    assert abs(float(found.chosen[0].offset) / 48_000 - 11.3) < 0.01


def test_a_transcoder_killed_in_the_middle_is_followed_by_another_within_the_lease(
    laptop: Studio, tmp_path: Path
) -> None:
    card = tmp_path / "A008"
    card.mkdir()
    footage.clip(card / "A008C001.mov", codec="h264", rate="25/1", frames=500, size=(1280, 720))
    circletake(laptop, "upload", str(card), "--production", "killed", "--day", "D001")
    where, roll = (
        find_deployment(studio=laptop.name),
        RollRef(production="killed", unit="main", day="D001", roll="A008"),
    )
    claimed = eventually(lambda: job(where, roll, "transcode"), within_s=60)
    victim = eventually(lambda: _transcoder(laptop), within_s=20)
    os.kill(victim, signal.SIGKILL)
    begun = time.monotonic()
    clip = eventually(lambda: _ended(where, roll), within_s=claimed["lease_s"] + 60 + 90)
    assert clip["state"] == "DELIVERED"
    done = job(where, roll, "transcode")
    assert done is not None
    assert (done["state"], done["attempt"]) == ("DONE", 2)
    print(f"arrived {time.monotonic() - begun:.0f} s after its worker was killed; the lease is {claimed['lease_s']} s")
    keys = where.client("s3").list_objects_v2(Bucket=where.outputs["ReviewBucket"], Prefix="killed/")["Contents"]
    assert Counter(Path(each["Key"]).name for each in keys)["proxy.mp4"] == 1


@pytest.mark.parametrize("route", [Route.SEGMENTS, Route.BATCH])
def test_the_other_routes_come_to_the_same_pictures(laptop: Studio, tmp_path: Path, route: Route) -> None:
    """A clip that was delivered is ordered again by another route, by a recipe that makes it another job."""
    name = f"A1{route[:2]}"
    card = tmp_path / name
    card.mkdir()
    footage.clip(card / f"{name}C001.mov", codec="h264", rate="25/1", frames=750, size=(160, 90))
    code, told = circletake(laptop, "upload", str(card), "--production", "routes", "--day", "D001", "--wait")
    assert code == 0, told
    where, roll = find_deployment(studio=laptop.name), RollRef(production="routes", unit="main", day="D001", roll=name)
    (row,) = where.reading().clips(roll)
    found = Inspection.model_validate_json(row["inspection"])
    assert found.cuttable
    order = TranscodeClip(
        clip=table.read_clip_sk(roll, row["sk"]),
        title=row["title"],
        spans=tuple(SourceFile.model_validate(span) for span in json.loads(row["spans"])),
        inspection=found.model_copy(update={"route": route}),
        recipe=Recipe(qc=Qc(kinds=())),
        revision=row["revision"],
    )
    entry = {
        "EventBusName": where.outputs["Bus"],
        "Source": SOURCE,
        "DetailType": order.name,
        "Detail": order.written(),
    }
    where.client("events").put_events(Entries=[entry])
    before = row["media"]
    (row,) = eventually(lambda: [r for r in where.reading().clips(roll) if r["media"] != before], within_s=120)
    made = tmp_path / "proxy.mp4"
    key = json.loads(row["media"])["prefix"] + "proxy.mp4"
    where.client("s3").download_file(where.outputs["ReviewBucket"], key, str(made))
    assert footage.frame_numbers(made) == list(range(750))
    kinds = Counter(each["kind"] for each in where.reading()._catalogue.query(roll.partition, table.JOB))
    assert (kinds["segment"], kinds["submit"]) == ((3, 0) if route is Route.SEGMENTS else (0, 1))


@pytest.mark.parametrize(("function", "action"), [("inspect", "s3:GetObjectVersion"), ("transcode", "s3:PutObject")])
def test_a_missing_grant_is_named_by_why(function: str, action: str, tmp_path: Path) -> None:
    card = tmp_path / "A009"
    card.mkdir()
    footage.clip(card / "A009C001.mov", codec="h264", frames=5, size=(64, 36))
    with studio.start(models=None, without_grant=(function, action)) as crippled:
        circletake(crippled, "upload", str(card), "--production", "grant", "--day", "D001")

        def named() -> Any:
            _, told = circletake(crippled, "why", "A009C001")
            return isinstance(told, dict) and told["clips"][0]["errors"]

        (error,) = eventually(named, within_s=60)
        assert error["step"] == function
        assert "AccessDenied" in error["error"]
        assert "not authorized to perform: s3:" in error["error"]


def _transcoder(laptop: Studio) -> int | None:
    """→ the worker that has an FFmpeg at work, or None."""
    members = processes.family(laptop.pid)
    for member in members:
        if "ffmpeg" in processes.command(member).split(" ")[0]:
            return int(Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()[1])
    return None


def _ended(where: Deployment, roll: RollRef) -> dict[str, Any] | None:
    return next((clip for clip in where.reading().clips(roll) if "ended_at" in clip), None)


def _digests(laptop: Studio, roll: str) -> list[str]:
    """The subject of every mail about a roll that the engine took for sending."""
    with urllib.request.urlopen(f"{laptop.endpoint}/_ministack/ses/messages") as answer:  # noqa: S310 - our own engine
        by_account = json.loads(answer.read())["messages"]
    subjects = [mail["Subject"] for mails in by_account.values() for mail in mails]
    return [subject for subject in subjects if f"roll {roll} is in" in subject]
