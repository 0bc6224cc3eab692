"""The container that SageMaker starts: GET /ping, POST /invocations. One process, every model loaded once.

python -m models.server --port 8080 --kinds FACES,SLATE

Connects to nothing, keeps nothing, and logs who asked what and how it ended, never what the answer says.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from circletake.contracts.analysis import AnalysisKind, Question
from models.analyse import capability, listed
from models.asked import Refused, asked, content_type, drain, header_question, is_json, receive
from models.capability import Unanswerable
from models.loaded import Models
from models.loading import device

#: One that is looked at, and others that are received meanwhile: so much of /tmp, and no more, is ever taken.
MAX_AT_ONCE = 4
#: By then SageMaker has given up on an invocation; a server that still looks at it is replaced.
MAX_LOOK_S = 3600
#: SageMaker kills a container 30 s after it asked it to stop.
_GRACE_S = 25


class Server:
    """The two routes over the models."""

    def __init__(self, models: Models) -> None:
        self.models = models
        self._one = anyio.CapacityLimiter(1)
        self._at_once = 0
        self._since: float | None = None

    async def ping(self, request: Request) -> Response:
        stuck = self._since is not None and time.monotonic() - self._since > MAX_LOOK_S
        return Response(status_code=200 if self.models.ready and not stuck else 503)

    async def invoke(self, request: Request) -> Response:
        began = time.monotonic()
        line: dict[str, Any] = {"inference": _visible(request.headers.get("x-amzn-sagemaker-inference-id", ""))}
        pieces = request.stream()
        try:
            response = await self._invoke(request, pieces, line)
        except Refused as refused:
            await drain(pieces)
            body = {"code": refused.code, "sentence": refused.sentence}
            line["code"] = refused.code
            response = JSONResponse(body, refused.status, {"retry-after": "5"} if refused.status == 503 else None)
        except ClientDisconnect:
            line["code"] = "GONE"
            response = Response(status_code=499)
        say(**line, status=response.status_code, took_s=round(time.monotonic() - began, 3))
        return response

    async def _invoke(self, request: Request, pieces: AsyncIterator[bytes], line: dict[str, Any]) -> Response:
        if not self.models.ready:
            raise Refused(503, "NOT_READY", "the models are still being loaded")
        told = content_type(request)
        question = None if is_json(told) else header_question(request)
        if question is not None:
            self._take(question, line)
        if self._at_once >= MAX_AT_ONCE:
            raise Refused(503, "BUSY", f"{MAX_AT_ONCE} questions are here already")
        self._at_once += 1
        try:
            with tempfile.NamedTemporaryFile(prefix="asked-") as file:
                line["bytes"] = await receive(pieces, told, file)
                look = partial(self._look, told, Path(file.name), question, line)
                sent = await anyio.to_thread.run_sync(look, limiter=self._one)
        finally:
            self._at_once -= 1
        return Response(sent, media_type="application/json")

    def _look(self, told: str, path: Path, beside: Question | None, line: dict[str, Any]) -> bytes:
        """In a thread, one at a time: what was received → the answer as it is sent."""
        self._since = time.monotonic()
        try:
            question, media = asked(told, path, beside)
            self._take(question, line)
            answer, sent = self.models.answer(question, media)
        except Refused:
            raise
        except Unanswerable as verdict:
            raise Refused(422, "UNANSWERABLE", str(verdict)) from verdict
        except Exception as fault:
            # A message may hold what was read or heard, so the log gets the type and the places, not the words.
            line["fault"] = [type(fault).__name__, *map(_place, traceback.extract_tb(fault.__traceback__))]
            raise Refused(500, "MODEL_FAILED", "the model failed on this media; the server's log says where") from fault
        finally:
            self._since = None
        line["seconds"] = round(answer.seconds, 3)
        return sent

    def _take(self, question: Question, line: dict[str, Any]) -> None:
        line.update(kind=question.kind, production=question.production, job=question.job_id)
        if question.kind not in self.models:
            raise Refused(400, "NOT_SERVED", f"nobody here looks for {question.kind}")


def app(models: Models) -> Starlette:
    server = Server(models)
    routes = [Route("/ping", server.ping), Route("/invocations", server.invoke, methods=["POST"])]
    return Starlette(routes=routes)


def serve(models: Models, host: str, port: int) -> None:
    """Serve until told to stop. Exits with 1, and one sentence, when a model cannot be loaded."""
    config = uvicorn.Config(
        app(models),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = uvicorn.Server(config)

    def loaded(loading: Future[None]) -> None:
        if loading.exception():
            server.should_exit = True
        else:
            say(ready=True)

    say(device=models.device.name, threads=models.device.threads, models=models.told())
    with ThreadPoolExecutor(1) as thread:
        loading = thread.submit(models.load)
        loading.add_done_callback(loaded)
        server.run()
    if fault := loading.exception():
        sys.exit(f"This server never gets ready: {fault}")


def say(**facts: Any) -> None:
    """One line of the log, as JSON."""
    print(json.dumps(facts), flush=True)


def _visible(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isprintable())[:64]


def _place(frame: traceback.FrameSummary) -> str:
    return f"{Path(frame.filename).name}:{frame.lineno}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models.server", description=__doc__)
    # SageMaker starts a container with the one argument "serve".
    parser.add_argument("serve", nargs="?", choices=["serve"], help=argparse.SUPPRESS)
    parser.add_argument("--host", default="127.0.0.1", help="in a container 0.0.0.0")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--kinds", default=os.environ.get("CAPABILITIES", ""), help="for example FACES,SLATE")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default=os.environ.get("DEVICE", "auto"))
    chosen = parser.parse_args()
    try:
        kinds = [AnalysisKind(kind.strip()) for kind in chosen.kinds.split(",") if kind.strip()] or listed()
        models = Models(map(capability, kinds), device(chosen.device))
    except (ValueError, RuntimeError, ImportError) as fault:
        sys.exit(f"This server never gets ready: {fault}")
    serve(models, chosen.host, chosen.port)


if __name__ == "__main__":
    main()
