"""The `circletake` command against moto: what is uploaded, what is said, and what is moved back."""

import json
import os
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from circletake.cli.main import app
from circletake.cli.shared import visible
from circletake.cli.watching import Late, watch
from circletake.cloud.deployment import DEAD_LETTERS, QUEUED, QUEUES, Deployment, NoDeployment, find_deployment
from circletake.contracts.files import Offload
from circletake.contracts.keys import COMPLETION_PATH, RollRef
from circletake.transfer.listing import suggest_roll
from tests.aws import TABLE
from tests.pipeline.world import World

ROLL = RollRef(production="bikes", unit="main", day="D001", roll="A001")


def run(*words: str) -> Any:
    return CliRunner().invoke(app, [*words])


@pytest.fixture
def deployed(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Deployment:
    """The world with its queues and logs, as the command finds it."""
    sqs, logs = boto3.client("sqs"), boto3.client("logs")
    outputs = {"Table": TABLE, "IngestBucket": "ingest", "UploaderRole": "arn:aws:iam::123456789012:role/uploader"}
    for queue in {each for of in DEAD_LETTERS.values() for pair in of.items() for each in pair}:
        outputs[queue] = sqs.create_queue(QueueName=queue)["QueueUrl"]
    for name in QUEUED:
        outputs[f"{name}Logs"] = f"/circletake/{name}"
        logs.create_log_group(logGroupName=outputs[f"{name}Logs"])
    found = Deployment("moto", outputs, boto3.Session())
    monkeypatch.setattr("circletake.cli.shared.find_deployment", lambda **_: found)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return found


@pytest.fixture
def card(tmp_path: Path) -> Path:
    card = tmp_path / "A001"
    (card / "CLIPS").mkdir(parents=True)
    (card / "CLIPS" / "C0001.mov").write_bytes(b"a clip")
    (card / "a b+c é%20.xml").write_bytes(b"<x/>")
    (card / "empty.mov").write_bytes(b"")
    return card


def test_a_card_is_uploaded_as_it_is_with_a_record_of_every_file(deployed: Deployment, card: Path) -> None:
    done = run("upload", str(card), "--production", "bikes", "--day", "D001", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    prefix = f"bikes/main/D001/A001/{told['offload']}/"
    objects = {each["Key"]: each for each in boto3.client("s3").list_objects_v2(Bucket="ingest")["Contents"]}
    names = {"CLIPS/C0001.mov", "a b+c é%20.xml", "empty.mov"}
    assert set(objects) == {prefix + name for name in (*names, COMPLETION_PATH)}
    body = boto3.client("s3").get_object(Bucket="ingest", Key=prefix + COMPLETION_PATH)["Body"].read()
    record = Offload.model_validate_json(body)
    assert {file.path for file in record.files} == names
    for file in record.files:
        head = boto3.client("s3").head_object(Bucket="ingest", Key=prefix + file.path, VersionId=file.s3_version)
        assert head["ContentLength"] == file.size_bytes


def test_two_insertions_never_share_a_place(deployed: Deployment, card: Path) -> None:
    words = ("upload", str(card), "--production", "bikes", "--day", "D001", "--again", "--json")
    assert json.loads(run(*words).stdout)["offload"] != json.loads(run(*words).stdout)["offload"]


def test_what_cannot_be_uploaded_is_said_and_the_exit_code_tells(deployed: Deployment, card: Path) -> None:
    (card / "link.mov").symlink_to("/etc/passwd")
    os.mkfifo(card / "pipe.mov")
    Path(os.fsdecode(bytes(card) + b"/\xff.mov")).write_bytes(b"x")
    done = run("upload", str(card), "--production", "bikes", "--day", "D001", "--json")
    assert done.exit_code == 1
    refused = {each["path"]: each["reason"] for each in json.loads(done.stdout)["not_uploaded"]}
    assert len(refused) == 3
    assert "symbolic link" in refused["link.mov"]
    assert "passwd" not in str(boto3.client("s3").list_objects_v2(Bucket="ingest"))


@pytest.mark.parametrize("name", ["A 001", "", "ä", "../x"])
def test_a_roll_that_is_no_label_is_asked_for(deployed: Deployment, card: Path, name: str) -> None:
    done = run("upload", str(card), "--production", "bikes", "--day", "D001", "--roll", name or "-")
    assert done.exit_code == 2
    assert suggest_roll(card) == "A001"


def test_status_tells_every_clip_and_why_every_step(deployed: Deployment, world: World) -> None:
    world.upload("bikes/main/D001/A001/o-1/A001C001.mov", b"#EXTM3U\n")
    world.deliver_all()
    (clip,) = json.loads(run("status", "--json").stdout)["clips"]
    assert (clip["name"], clip["state"], clip["code"]) == ("A001C001", "REJECTED", "UNSUPPORTED_CONTAINER")
    assert "UNSUPPORTED_CONTAINER" in run("status", "--production", "bikes").stdout
    assert json.loads(run("status", "--production", "other", "--json").stdout)["clips"] == []

    logs, group = deployed.client("logs"), deployed.outputs["InspectLogs"]
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    trace = "Traceback (most recent call last):\n  …\nbotocore.exceptions.ClientError: An error occurred (AccessDenied)"
    entry = {"level": "ERROR", "clip": {"clip_id": clip["clip_id"]}, "exception": trace}
    stamp = time.time() * 1000
    events = [{"timestamp": int(stamp), "message": f"prefix {json.dumps(entry)}"}] * 2
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)
    (told,) = json.loads(run("why", "A001C001", "--json").stdout)["clips"]
    assert [step["step"] for step in told["steps"]] == ["inspect"]
    (error,) = told["errors"]
    assert (error["step"], error["times"]) == ("inspect", 2)
    assert error["error"] == "ClientError: An error occurred (AccessDenied)"


def test_why_finds_a_clip_by_any_of_its_files_and_a_file_that_is_no_clip(deployed: Deployment, world: World) -> None:
    world.upload("bikes/main/D001/A001/o-1/sub/GX010042.MP4", b"no container")
    world.upload("bikes/main/D001/A001/o-1/A001.wav", b"RIFF")
    world.deliver_all()
    world.clock.forward(7 * 3600)
    world.sweep()
    world.deliver_all()
    for name in ("GX0042", "GX010042", "GX010042.MP4", "sub/GX010042.MP4"):
        (clip,) = json.loads(run("why", name, "--json").stdout)["clips"]
        assert clip["path"] == "sub/GX010042.MP4"
    told = json.loads(run("why", "A001.wav", "--json").stdout)
    assert (told["clips"], told["files"][0]["kind"]) == ([], "SOUND")
    assert "also on the card: 1 sound" in run("status").stdout


def test_two_insertions_of_a_card_stand_apart_in_status(deployed: Deployment, world: World) -> None:
    for offload in ("o-1", "o-2"):
        world.upload(f"bikes/main/D001/A001/{offload}/A001C001.mov", b"no container")
    world.deliver_all()
    lines = run("status").stdout.splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("o-")]
    clips = [number for number, line in enumerate(lines) if line.startswith("A001C001")]
    assert heads[0] < clips[0] < heads[1] < clips[1]


def test_a_production_of_which_there_is_nothing_is_not_the_same_as_nothing(deployed: Deployment, world: World) -> None:
    world.upload("bikes/main/D001/A001/o-1/A001C001.mov", b"no container")
    world.deliver_all()
    assert "There is: bikes" in run("status", "--production", "nofilm").stdout


def test_what_was_lost_at_the_door_is_found_in_the_door_keepers_log(deployed: Deployment) -> None:
    logs, group = deployed.client("logs"), deployed.outputs["ReceiveLogs"]
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    entry = {"level": "ERROR", "key": "bikes/main/D001/A001/o-1/A001C001.mov", "exception": "X\nAccessDenied: no grant"}
    events = [{"timestamp": int(time.time() * 1000), "message": json.dumps(entry)}]
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)
    (error,) = json.loads(run("why", "A001C001", "--json").stdout)["errors"]
    assert (error["step"], error["error"]) == ("receive", "AccessDenied: no grant")


def test_two_places_at_once_are_refused() -> None:
    assert run("--studio", "a", "--stack", "b", "status").exit_code == 2


def test_waiting_for_an_offload_is_not_over_because_an_earlier_one_closed_the_roll(
    deployed: Deployment, world: World
) -> None:
    files = [{"path": "A001C001.mov", "size_bytes": 12, "s3_version": ""}]
    for offload in ("o-1", "o-2"):
        prefix = f"bikes/main/D001/A001/{offload}/"
        files[0]["s3_version"] = world.upload(prefix + "A001C001.mov", b"no container")
        world.upload(prefix + COMPLETION_PATH, json.dumps({"offload": offload, "files": files}).encode())
        if offload == "o-1":
            world.deliver_all()
    clips, _ = watch(deployed.reading(), ROLL, "o-1", timeout_s=1, quietly=True)
    assert [clip["offload"] for clip in clips] == ["o-1"]
    with pytest.raises(Late):
        watch(deployed.reading(), ROLL, "o-2", timeout_s=0, quietly=True)
    world.deliver_all()
    clips, _ = watch(deployed.reading(), ROLL, "o-2", timeout_s=1, quietly=True)
    assert [clip["offload"] for clip in clips] == ["o-2"]


def test_why_of_a_clip_that_is_not_there_says_so(deployed: Deployment) -> None:
    assert run("why", "A999C999").exit_code == 2


def test_redrive_moves_what_was_given_up_and_leaves_nothing_behind(deployed: Deployment) -> None:
    sqs = deployed.client("sqs")
    for number in range(12):
        sqs.send_message(QueueUrl=deployed.outputs["InspectDeadLetters"], MessageBody=f"m{number}")
    sqs.send_message(QueueUrl=deployed.outputs["InspectUndelivered"], MessageBody="m12")
    moved = json.loads(run("redrive", "inspect", "--json").stdout)["moved"]
    assert moved == {"inspect": 13}
    counts = sqs.get_queue_attributes(
        QueueUrl=deployed.outputs["InspectQueue"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert counts["Attributes"]["ApproximateNumberOfMessages"] == "13"
    assert json.loads(run("redrive", "inspect", "--json").stdout)["moved"] == {"inspect": 0}


def test_what_was_given_up_goes_back_into_the_lane_that_it_came_from(deployed: Deployment) -> None:
    sqs = deployed.client("sqs")
    for lane in QUEUES["Transcode"]:
        sqs.send_message(QueueUrl=deployed.outputs[f"{lane}DeadLetters"], MessageBody=lane)
    assert json.loads(run("redrive", "transcode", "--json").stdout)["moved"] == {"transcode": 2}
    for lane in QUEUES["Transcode"]:
        (message,) = sqs.receive_message(QueueUrl=deployed.outputs[f"{lane}Queue"], MaxNumberOfMessages=10)["Messages"]
        assert message["Body"] == lane


def test_nothing_that_was_given_up_stays_behind(deployed: Deployment) -> None:
    sqs = deployed.client("sqs")
    for letters in (each for of in DEAD_LETTERS.values() for each in of):
        sqs.send_message(QueueUrl=deployed.outputs[letters], MessageBody=letters)
    moved = json.loads(run("redrive", "--json").stdout)["moved"]
    assert moved == {name.lower(): len(of) for name, of in DEAD_LETTERS.items()}


def test_without_a_studio_and_a_stack_the_command_says_what_to_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(NoDeployment, match="circletake local up"):
        find_deployment()


def test_a_name_from_a_card_cannot_speak_to_the_terminal() -> None:
    assert visible("A\x1b[2J\r\nB\u202e") == "A\\x1b[2J\\r\\nB\\u202e"
