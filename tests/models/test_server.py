"""The container's contract: when it is ready, what it takes, what it refuses and how, and what nobody gets to see."""

import errno
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from circletake.contracts.analysis import (
    AnalysisKind,
    Answer,
    FramesAnswer,
    Interval,
    Question,
    ShotsAnswer,
    SpeechAnswer,
)
from models import asked, server
from models.capability import Capability, Device, Unanswerable, Weights
from models.loaded import Models
from models.versions import version_of
from tests.footage import clip
from tests.models.asking import Shots, Speech, get, held_up, post, question, serving, wait

#: Base64 of something.
_NO_PICTURE = {"frame": 0, "jpeg": "aGk="}
_NOT_HERE = question(AnalysisKind.FACES)
_SAID = "MARLENE-IS-THE-MURDERER"


def _raise(fault: Exception) -> None:
    raise fault


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    models = Models([Shots, Speech], Device())
    models.load()
    with serving(models) as at:
        yield at


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return clip(tmp_path_factory.mktemp("proxy") / "proxy.mp4", codec="h264", frames=8).read_bytes()


def _jpeg() -> bytes:
    file = BytesIO()
    Image.new("RGB", (32, 16), "red").save(file, "JPEG")
    return file.getvalue()


def _still(frame: int) -> dict[str, Any]:
    return {"frame": frame, "jpeg": b64encode(_jpeg()).decode()}


def test_media_in_the_body_and_the_question_beside_it_are_answered(port: int, proxy: bytes) -> None:
    status, told = post(port, proxy, question(step=3))
    assert status == 200
    answer = Answer.model_validate(told)
    assert answer.answers(Question.model_validate(question())) is None
    assert answer.model == version_of(Shots)
    assert isinstance(answer.result, ShotsAnswer)
    assert [cut.frame for cut in answer.result.cuts] == [3, 6]
    assert (answer.device, answer.attempt) == ("cpu", 3)


def test_a_body_that_comes_in_chunks_is_answered(port: int, proxy: bytes) -> None:
    pieces = (proxy[at : at + 1000] for at in range(0, len(proxy), 1000))
    assert post(port, pieces, question(), encode_chunked=True)[0] == 200


def test_a_reference_picture_is_answered(port: int) -> None:
    assert post(port, _jpeg(), question(frames=1), "image/jpeg")[0] == 200


def test_chosen_frames_are_answered_under_their_own_numbers(port: int) -> None:
    body = {"question": question(), "frames": [_still(5), _still(2)]}
    status, told = post(port, json.dumps(body), media="application/json")
    assert status == 200
    assert [cut["frame"] for cut in told["result"]["cuts"]] == [2, 5]


@pytest.mark.parametrize(
    ("status", "code", "media", "beside", "body"),
    [
        (415, "UNSUPPORTED_TYPE", "text/plain", question(), b"a"),
        (415, "UNSUPPORTED_TYPE", "application/x-python-pickle", question(), b"\x80\x04"),
        (415, "UNSUPPORTED_TYPE", "video/x-matroska", question(), None),
        (400, "BAD_QUESTION", "video/mp4", None, None),
        (400, "BAD_QUESTION", "video/mp4", "{", None),
        (400, "BAD_QUESTION", "video/mp4", question() | {"kind": "LIES"}, None),
        (400, "BAD_QUESTION", "video/mp4", question(more="1"), None),
        (400, "BAD_QUESTION", "video/mp4", question(production="../other"), None),
        (400, "BAD_QUESTION", "video/mp4", json.dumps(question(), separators=(",", ":" + " " * 200)), None),
        (400, "NOT_SERVED", "video/mp4", _NOT_HERE, None),
        (400, "EMPTY_BODY", "video/mp4", question(), b""),
        (400, "BAD_FRAMES", "application/json", None, b"[]"),
        (400, "BAD_FRAMES", "application/json", None, {"question": question(), "frames": []}),
        (400, "BAD_FRAMES", "application/json", None, {"question": question(), "frames": [_still(1), _still(1)]}),
        (400, "BAD_FRAMES", "application/json", None, {"question": question(), "frames": [_still(8)]}),
        (400, "BAD_FRAMES", "application/json", None, {"question": question(), "frames": [{"frame": 0, "jpeg": "%"}]}),
        (400, "NOT_SERVED", "application/json", None, {"question": _NOT_HERE, "frames": [_still(0)]}),
        (422, "UNANSWERABLE", "application/json", None, {"question": question(), "frames": [_NO_PICTURE]}),
        (422, "UNANSWERABLE", "video/mp4", question(), b"#EXTM3U\nfile:///etc/passwd\n"),
        (422, "UNANSWERABLE", "image/jpeg", question(), _jpeg()[:100]),
    ],
)  # fmt: skip
def test_a_bad_request_is_told_what_is_wrong_with_it(
    port: int, proxy: bytes, status: int, code: str, media: str, beside: Any, body: Any
) -> None:
    sent = proxy if body is None else body if isinstance(body, bytes) else json.dumps(body)
    got, told = post(port, sent, beside, media)
    assert (got, told["code"]) == (status, code)
    assert len(told["sentence"]) > 10
    assert get(port, "/ping") == 200


@pytest.mark.parametrize("encode_chunked", [False, True])
def test_a_body_that_is_too_large_is_refused_with_or_without_its_length_said(
    port: int, monkeypatch: pytest.MonkeyPatch, encode_chunked: bool
) -> None:
    monkeypatch.setitem(asked._LIMITS, "video/mp4", 1 << 20)
    body = iter([b"a" * 600_000] * 2) if encode_chunked else b"a" * 1_200_000
    status, told = post(port, body, question(), encode_chunked=encode_chunked)
    assert (status, told["code"]) == (413, "TOO_LARGE")
    assert "1 MB" in told["sentence"]


def test_stills_that_would_fill_the_memory_together_are_refused(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"question": question(), "frames": [_still(0), _still(1)]})
    monkeypatch.setattr(asked, "MAX_STILLS_PIXELS", 2 * 32 * 16)
    assert post(port, body, media="application/json")[0] == 200
    monkeypatch.setattr(asked, "MAX_STILLS_PIXELS", 2 * 32 * 16 - 1)
    status, told = post(port, body, media="application/json")
    assert (status, told["code"]) == (413, "TOO_LARGE")
    assert "1,024 pixels" in told["sentence"]


def test_json_of_which_a_parser_would_make_a_million_things_is_refused_before_it_is_parsed(port: int) -> None:
    body = b'{"question":{},"frames":[' + b"1," * 1_000_000 + b"1]}"
    status, told = post(port, body, media="application/json")
    assert (status, told["code"]) == (413, "TOO_LARGE")


def test_it_is_alive_while_it_looks_looks_at_one_at_a_time_and_says_when_it_is_full(port: int, proxy: bytes) -> None:
    Shots.most_at_once = 0
    results: list[tuple[int, Any]] = []
    askers = [
        threading.Thread(target=lambda: results.append(post(port, proxy, question())))
        for _ in range(server.MAX_AT_ONCE + 1)
    ]
    with held_up():
        for asker in askers:
            asker.start()
        wait(lambda: results)
        assert [(status, told["code"]) for status, told in results] == [(503, "BUSY")]
        assert get(port, "/ping") == 200
    for asker in askers:
        asker.join()
    assert [status for status, _ in results] == [503] + [200] * server.MAX_AT_ONCE
    assert Shots.most_at_once == 1


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (lambda: _raise(Unanswerable("there is nothing to hear")), 422, "UNANSWERABLE"),
        (lambda: _raise(RuntimeError(_SAID)), 500, "MODEL_FAILED"),
        (lambda: _raise(MemoryError()), 500, "MODEL_FAILED"),
        (lambda: SpeechAnswer(kind=_SAID, spoken=(), words=()), 500, "MODEL_FAILED"),
        (lambda: Interval(start_s=float("nan"), end_s=1), 500, "MODEL_FAILED"),
        (lambda: ShotsAnswer(kind=AnalysisKind.SHOTS, cuts=()), 500, "MODEL_FAILED"),
    ],
)  # fmt: skip
def test_a_model_that_fails_says_so_and_nothing_of_what_it_heard(
    port: int, proxy: bytes, capfd: pytest.CaptureFixture[str], fault: Callable[[], Any], status: int, code: str
) -> None:
    Speech.fault = staticmethod(fault)
    got, told = post(port, proxy, question(AnalysisKind.SPEECH))
    assert (got, told["code"]) == (status, code)
    logged = "".join(capfd.readouterr())
    assert _SAID not in logged + str(told)
    line = json.loads(logged.splitlines()[-1])
    assert (line["inference"], line["status"], line["code"], line["kind"]) == ("take-7", status, code, "SPEECH")
    assert "seconds" not in line
    assert post(port, proxy, question())[0] == 200


def test_an_answer_too_large_to_be_read_is_not_sent_and_is_not_asked_for_again(
    port: int, proxy: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("circletake.contracts.analysis.MAX_ANSWER_BYTES", 100)
    status, told = post(port, proxy, question())
    assert (status, told["code"]) == (422, "UNANSWERABLE")


def test_nothing_that_was_sent_stays_on_the_disk(
    port: int, proxy: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert post(port, proxy, question())[0] == 200
    assert post(port, b"nothing", question())[0] == 422
    gone = HTTPConnection("127.0.0.1", port)
    gone.putrequest("POST", "/invocations")
    for name, value in {"Content-Type": "video/mp4", "Content-Length": "1000"}.items():
        gone.putheader(name, value)
    gone.putheader("X-Amzn-SageMaker-Custom-Attributes", json.dumps(question()))
    gone.endheaders(b"a" * 10)
    gone.close()
    assert post(port, proxy, question())[0] == 200
    assert list(tmp_path.iterdir()) == []


class Full(BytesIO):
    def write(self, piece: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told(port: int, proxy: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda **_: Full())
    status, told = post(port, proxy, question())
    assert (status, told["code"]) == (503, "NO_ROOM")


def test_it_is_not_ready_before_its_models_are(proxy: bytes) -> None:
    models = Models([Shots], Device())
    with serving(models) as at:
        assert get(at, "/ping") == 503
        assert post(at, proxy, question())[1]["code"] == "NOT_READY"
        models.load()
        assert get(at, "/ping") == 200


def test_a_server_that_looks_at_one_thing_for_longer_than_anybody_waits_is_replaced(
    port: int, proxy: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MAX_LOOK_S", 0)
    asker = threading.Thread(target=post, args=(port, proxy, question()))
    with held_up():
        asker.start()
        wait(lambda: get(port, "/ping") == 503)
    asker.join()
    assert get(port, "/ping") == 200


class Untested(Shots):
    def self_test(self) -> None:
        raise ValueError("it sees faces in a grey sheet")


class Unloaded(Shots):
    def __init__(self, device: Device) -> None:
        Weights("models", "server.py", "0" * 64).path()


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (Untested, r"SHOTS \(made-shots\) cannot pass its own test: it sees faces in a grey sheet"),
        (Unloaded, r"SHOTS \(made-shots\) cannot load its weights: models/server.py has the hash .*, not 0000"),
    ],
)
def test_a_model_that_cannot_be_trusted_ends_the_server_with_one_sentence(
    model: type[Capability], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=sentence) as end:
        server.serve(Models([model], Device()), "127.0.0.1", 0)
    assert "\n" not in str(end.value.code)
    assert "ready" not in capsys.readouterr().out


def test_the_frames_model_of_this_project_is_served(tmp_path: Path, loaded: Callable[[AnalysisKind], Any]) -> None:
    models = Models([type(loaded(AnalysisKind.FRAMES))], Device())
    models.load()
    samples = clip(tmp_path / "analysis.mkv", codec="ffv1", sound=None, frames=4).read_bytes()
    with serving(models) as at:
        status, told = post(at, samples, question(AnalysisKind.FRAMES, step=2), "video/x-matroska")
    assert status == 200
    result = Answer.model_validate(told).result
    assert isinstance(result, FramesAnswer)
    assert [sample.frame for sample in result.samples] == [0, 2, 4, 6]
