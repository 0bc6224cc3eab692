"""Made models, a server over them, and somebody who asks it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any, ClassVar

import uvicorn

from circletake.contracts.analysis import AnalysisKind, Cut, Question, Result, ShotsAnswer
from models import server
from models.capability import Device, Media, Weights
from models.loaded import Models


class Shots:
    """Sees one cut in anything; waits while it is told to."""

    kind: ClassVar[AnalysisKind] = AnalysisKind.SHOTS
    name: ClassVar[str] = "made-shots"
    code: ClassVar[str] = "1"
    weights: ClassVar[tuple[Weights, ...]] = ()
    may_go_on = threading.Event()
    at_once = most_at_once = 0

    def __init__(self, device: Device) -> None:
        self.may_go_on.set()

    def look(self, media: Media, question: Question) -> Result:
        Shots.at_once += 1
        Shots.most_at_once = max(Shots.most_at_once, Shots.at_once)
        try:
            seen = [number for number, _ in media.frames(every=question.step)]
            assert self.may_go_on.wait(20)
        finally:
            Shots.at_once -= 1
        return ShotsAnswer(kind=self.kind, cuts=tuple(Cut(frame=number, confidence=1) for number in seen if number))

    def self_test(self) -> None:
        pass


class Speech(Shots):
    """Hears too much: tells of it in its own fault."""

    kind = AnalysisKind.SPEECH
    fault: ClassVar[Callable[[], Any]]

    def look(self, media: Media, question: Question) -> Result:
        told: Result = type(self).fault()
        return told


def question(kind: AnalysisKind = AnalysisKind.SHOTS, **changed: Any) -> dict[str, Any]:
    asked = {"kind": kind, "production": "PILOT", "job_id": "0" * 20, "attempt": 3, "rate": "24/1", "frames": 8}
    return asked | changed


@contextmanager
def serving(models: Models) -> Iterator[int]:
    """Models → the port on which they are asked."""
    web = uvicorn.Server(uvicorn.Config(server.app(models), port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=web.run)
    thread.start()
    while not web.started:
        time.sleep(0.01)
    try:
        yield web.servers[0].sockets[0].getsockname()[1]
    finally:
        web.should_exit = True
        thread.join()


@contextmanager
def held_up() -> Iterator[None]:
    """Meanwhile the made models do not come to an end."""
    Shots.may_go_on.clear()
    try:
        yield
    finally:
        Shots.may_go_on.set()


def wait(until: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def get(port: int, path: str) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def post(
    port: int, body: Any, question: dict[str, Any] | str | None = None, media: str = "video/mp4", **options: Any
) -> tuple[int, Any]:
    """→ status, and what was told."""
    headers = {"Content-Type": media, "X-Amzn-SageMaker-Inference-Id": "take-7"}
    if question is not None:
        headers["X-Amzn-SageMaker-Custom-Attributes"] = question if isinstance(question, str) else json.dumps(question)
    with closing(HTTPConnection("127.0.0.1", port, timeout=240)) as connection:
        connection.request("POST", "/invocations", body, headers, **options)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
