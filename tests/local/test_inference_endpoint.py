"""One endpoint in this process: its queue, and servers that do not come up. Its clock is the test's."""

import sys
from typing import Any, cast

import pytest

from infra.local.inference import endpoint as module
from infra.local.inference.endpoint import Endpoint
from infra.local.inference.instance import Server
from infra.local.inference.scaling import Plan
from infra.local.inference.settings import Settings
from infra.local.inference.wire import Invocation, Refused
from infra.local.inference.working import Worker
from tests.waiting import eventually

SETTINGS = Settings(
    name="e",
    role="",
    at_once=1,
    output_path="s3://work",
    failure_path="s3://work/failures",
    success_topic="",
    error_topic="",
    key="",
    ready_within_s=0.2,
    plan=Plan(
        at_least=0, at_most=1, target=12, out_cooldown=5, in_cooldown=5,
        alarm_minutes=1, alarm_needed=1, step=1, step_cooldown=5,
    ),
)  # fmt: skip


class Watched(Endpoint):
    """An endpoint whose server is a line of Python, and what it said."""

    def __init__(self, line: str) -> None:
        self.said: list[str] = []
        server = Server((sys.executable, "-c", line), {})
        super().__init__(SETTINGS, server, cast("Worker", Nobody()), self.said.append)

    def starts(self) -> int:
        return len([line for line in self.said if "starts:" in line])


class Nobody:
    def work(self, *_: Any) -> None:
        raise AssertionError("there is no server to ask")


@pytest.fixture
def exits() -> Watched:
    return Watched("raise SystemExit(7)")


def _gone(endpoint: Watched) -> bool:
    endpoint.look()
    return bool(endpoint.status()["starting"] == 0)


def test_who_asks_too_much_is_told_to_come_again(exits: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 2)
    for _ in range(2):
        exits.ask(Invocation("s3://work/a"))
    with pytest.raises(Refused) as refused:
        exits.ask(Invocation("s3://work/a"))
    assert (refused.value.status, refused.value.kind) == (503, "ServiceUnavailable")
    assert exits.status()["waiting"] == 2


def test_a_server_that_ends_at_once_is_started_again_ever_more_slowly_and_its_job_still_waits(exits: Watched) -> None:
    exits.ask(Invocation("s3://work/a", InferenceId="a"))
    after = []
    for _ in range(12):
        exits.minute()
        eventually(lambda: _gone(exits))
        after.append(exits.starts())
    assert after == [1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4]
    assert "a model server ended with exit code 7, another one starts in 1 min" in exits.said
    assert exits.status() == {"endpoint": "e", "instances": 0, "starting": 0, "waiting": 1, "at_work": 0}


def test_a_server_that_never_answers_a_ping_is_ended() -> None:
    endpoint = Watched("import time; time.sleep(60)")
    endpoint.ask(Invocation("s3://work/a", InferenceId="a"))
    endpoint.minute()
    eventually(lambda: _gone(endpoint))
    assert "instance 1 was not ready within 0.2 s" in endpoint.said
