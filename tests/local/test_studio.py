"""A stack on the laptop: deployed, driven, found, ended."""

import json
import stat
from pathlib import Path

import pytest

from infra.local import LocalError, studio
from infra.local.processes import family
from tests.local import tiny
from tests.local.conftest import Listened
from tests.waiting import eventually

pytestmark = pytest.mark.studio


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder that no other studio of this user shares."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_an_object_goes_through_bus_queue_and_function(listened: Listened) -> None:
    listened.put("RIVER/main/D014/A001/o1/Ünusual 'name' <b>.mov")
    fact = listened.outcome("RIVER/main/D014/A001/o1/Ünusual 'name' <b>.mov")["fact"]
    assert fact["detail-type"] == "Object Created"


def test_the_event_names_the_version_of_the_object(listened: Listened) -> None:
    client, bucket = listened.studio.session().client("s3"), listened.studio.outputs["In"]
    version = client.put_object(Bucket=bucket, Key="versioned", Body=b"")["VersionId"]
    assert listened.outcome("versioned")["fact"]["detail"]["object"]["version-id"] == version


def test_a_message_whose_worker_was_killed_is_delivered_again(listened: Listened) -> None:
    listened.put("killed")
    assert listened.outcome("killed")["first"] is False


def test_a_message_that_failed_twice_ends_in_the_dead_letters_and_the_rest_of_its_batch_does_not(
    listened: Listened,
) -> None:
    listened.put("hopeless")
    listened.put("hopeful")
    listened.outcome("hopeful")
    sqs = listened.studio.session().client("sqs")
    dead = eventually(lambda: sqs.receive_message(QueueUrl=listened.studio.outputs["DeadLetters"]).get("Messages", []))
    assert [json.loads(message["Body"])["detail"]["object"]["key"] for message in dead] == ["hopeless"]


def test_a_function_writes_into_its_own_log_group(listened: Listened) -> None:
    listened.put("logged")
    listened.outcome("logged")
    logs = listened.studio.session().client("logs")
    group = listened.studio.outputs["Log"]
    eventually(lambda: [e for e in logs.filter_log_events(logGroupName=group)["events"] if "REPORT" in e["message"]])


def test_two_studios_run_side_by_side_and_each_can_be_found(home: Path, tiny_assembly: Path) -> None:
    with (
        studio.start("one", template_dir=tiny_assembly) as one,
        studio.start("two", template_dir=tiny_assembly) as two,
    ):
        assert one.endpoint != two.endpoint
        assert [studio.find("one"), studio.find("two")] == [one, two]
        with pytest.raises(LocalError, match="one, two"):
            studio.find()
        assert two.outputs["In"] not in str(one.session().client("s3").list_buckets()["Buckets"])
        with pytest.raises(LocalError, match="down --name one"):
            studio.start("one", template_dir=tiny_assembly)
        state = home / f"circletake-{(home).stat().st_uid}" / "one.json"
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
        assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700
    assert list(home.iterdir()) == []
    assert not family(one.pid) | family(two.pid)


def test_with_a_grant_taken_the_log_shows_the_access_error_of_that_function(home: Path, tiny_assembly: Path) -> None:
    with studio.start(template_dir=tiny_assembly, without_grant=("tiny", "s3:PutObject")) as laptop:
        laptop.session().client("s3").put_object(Bucket=laptop.outputs["In"], Key="denied", Body=b"")
        logs = laptop.session().client("logs")
        said = eventually(
            lambda: [
                event["message"]
                for event in logs.filter_log_events(logGroupName=laptop.outputs["Log"])["events"]
                if "AccessDenied" in event["message"]
            ]
        )
    assert "not authorized to perform: s3:PutObject" in said[0]


def test_a_stack_that_does_not_come_up_says_which_resource_failed_and_leaves_nothing(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assembly = tiny.assembly(tmp_path_factory.mktemp("broken") / "out")
    broken = tiny.template()
    broken["Resources"]["Mapping"]["Properties"]["FunctionName"] = {"Fn::GetAtt": ["Function", "Nonsense"]}
    (assembly / "Tiny.template.json").write_text(json.dumps(broken))
    with pytest.raises(LocalError, match=r"Mapping \(AWS::Lambda::EventSourceMapping\)"):
        studio.start(template_dir=assembly)
    assert list(home.iterdir()) == []


def test_a_state_file_without_its_studio_is_cleared_away(home: Path, tiny_assembly: Path) -> None:
    with studio.start("gone", template_dir=tiny_assembly):
        state = next(home.rglob("gone.json"))
        kept = json.loads(state.read_text())
    state.parent.mkdir(mode=0o700)
    state.write_text(json.dumps(kept))
    with pytest.raises(LocalError, match="local up"):
        studio.find()
    assert list(home.iterdir()) == []


def test_no_studio_is_said_with_the_command_that_starts_one(home: Path) -> None:
    with pytest.raises(LocalError, match="circletake local up"):
        studio.find()


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "-a", "a" * 50])
def test_a_name_that_could_be_a_path_is_refused(home: Path, tiny_assembly: Path, name: str) -> None:
    with pytest.raises(LocalError, match="is no name for a studio"):
        studio.start(name, template_dir=tiny_assembly)
