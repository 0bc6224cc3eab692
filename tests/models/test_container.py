"""The server as SageMaker starts it: a process of its own, with every model, cut off from everything."""

import ast
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ctranslate2
import pytest

from circletake.contracts.analysis import AnalysisKind
from infra.local.engine import free_port
from models.analyse import listed
from tests.footage import clip
from tests.models.asking import get, post, question

ROOT = Path(__file__).parents[2]
#: Whatever Python code of the server or of a library tries to reach; only its own address may be looked up.
_WATCHED = """
import runpy, sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg", "urllib.Request", "pickle.find_class"):
        print("TRIED", event, file=sys.stderr, flush=True)
    if event == "socket.getaddrinfo" and arguments[0] not in ("127.0.0.1", None):
        print("TRIED", event, arguments[0], file=sys.stderr, flush=True)
    # When it is imported, PySceneDetect asks every FFmpeg that it finds whether it starts.
    if event == "subprocess.Popen" and arguments[1][1:] not in (["-v", "quiet"], ["-version"]):
        print("TRIED", event, arguments[0], file=sys.stderr, flush=True)
sys.addaudithook(watch)
sys.argv = ["models.server", *sys.argv[1:]]
runpy.run_module("models.server", run_name="__main__", alter_sys=True)
"""


@contextmanager
def _container(log: Path, kinds: str, device: str = "cpu") -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    home = log.parent / "home"
    home.mkdir()
    with log.open("wb") as to:
        process = subprocess.Popen(
            [sys.executable, "-c", _WATCHED, "serve", "--port", str(port), "--kinds", kinds],
            cwd=ROOT, stdout=to, stderr=subprocess.STDOUT,
            env={"PATH": "/usr/bin:/bin", "HOME": str(home), "DEVICE": device},
        )  # fmt: skip
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> set[int | None]:
    """→ what /ping said on the way; None: nobody answered yet."""
    said: set[int | None] = set()
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        try:
            said.add(get(port, "/ping"))
        except ConnectionRefusedError:
            said.add(None)
        if 200 in said:
            return said
        time.sleep(0.05)
    raise AssertionError(f"never ready: {log.read_text()}")


def _sockets(process: subprocess.Popen[bytes]) -> list[tuple[str, str, str]]:
    """→ the Internet sockets of a process: protocol, remote address, state."""
    links = (link.readlink() for link in Path(f"/proc/{process.pid}/fd").iterdir() if link.is_symlink())
    mine = {str(link)[8:-1] for link in links if str(link).startswith("socket:")}
    found = []
    for protocol in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        for line in Path(f"/proc/{process.pid}/net/{protocol}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in mine:
                found.append((protocol, fields[2], fields[3]))
    return found


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads the sockets of a process from Linux's /proc")
def test_every_model_is_served_and_nothing_is_connected_to(tmp_path: Path) -> None:
    log = tmp_path / "log"
    proxy = clip(tmp_path / "proxy.mp4", codec="h264", frames=8, size=(640, 360)).read_bytes()
    samples = clip(tmp_path / "analysis.mkv", codec="ffv1", sound=None, frames=8).read_bytes()
    with _container(log, ",".join(listed())) as (process, port):
        assert 503 in _wait_until_ready(process, port, log)
        for kind in listed():
            media = (samples, "video/x-matroska") if kind is AnalysisKind.FRAMES else (proxy, "video/mp4")
            status, told = post(port, media[0], question(kind), media[1])
            assert (status, told.get("sentence")) == (200, None), kind
            assert told["result"]["kind"] == kind
        # 0A: it listens, and to nobody in particular. What asked has hung up.
        assert [one for one in _sockets(process) if one[2] not in ("06", "07", "08")] == [
            ("tcp", "00000000:0000", "0A")
        ]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)
    told = log.read_text()
    assert "TRIED" not in told
    # Where onnxruntime would keep what it is to send home.
    assert list((tmp_path / "home").iterdir()) == []
    first = json.loads(next(line for line in told.splitlines() if line.startswith("{")))
    assert first["device"] == "cpu"
    assert [model["kind"] for model in first["models"]] == list(listed())
    assert all(len(sha256) == 64 for model in first["models"] for sha256 in model["weights"].values())


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory of a process from Linux's /proc")
def test_a_large_body_takes_disk_and_no_memory(tmp_path: Path) -> None:
    log = tmp_path / "log"
    piece = b"\0" * (1 << 20)
    with _container(log, "FRAMES") as (process, port):
        _wait_until_ready(process, port, log)
        before = _peak_mb(process)
        assert post(port, (piece for _ in range(200)), question(AnalysisKind.FRAMES), encode_chunked=True)[0] == 422
        assert _peak_mb(process) - before < 40


def _peak_mb(process: subprocess.Popen[bytes]) -> int:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) >> 10


@pytest.mark.parametrize(
    ("kinds", "device", "sentence"),
    [
        ("LIES", "cpu", "'LIES' is not a valid AnalysisKind"),
        ("FRAMES", "tpu", "a device is auto, cpu or cuda, not tpu"),
        pytest.param(
            "FRAMES", "cuda", "CUDA was asked for, and no CUDA device is visible",
            marks=pytest.mark.skipif(ctranslate2.get_cuda_device_count() > 0, reason="here there is one"),
        ),
    ],
)  # fmt: skip
def test_a_server_that_is_asked_for_what_is_not_there_exits_and_says_so(
    tmp_path: Path, kinds: str, device: str, sentence: str
) -> None:
    log = tmp_path / "log"
    with _container(log, kinds, device) as (process, _):
        assert process.wait(60) == 1
    assert log.read_text().strip() == f"This server never gets ready: {sentence}"


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_the_server_and_its_models_know_of_ours_only_contracts_and_film_and_unpickle_nothing() -> None:
    served = [*ROOT.glob("models/*.py"), *ROOT.glob("models/analyse/*.py")]
    for path in served:
        for name in _imports(path):
            top = name.split(".")[0]
            assert top not in {"pickle", "dill", "joblib", "boto3", "requests", "urllib", "subprocess", "torch"}, path
            ours = top in ("circletake", "functions", "infra", "tests", "bench")
            pure = name.startswith(("circletake.contracts.", "circletake.film."))
            assert pure or not ours, f"{path.name} imports {name}"
