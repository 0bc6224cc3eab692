"""The process that the studio starts: every endpoint of its stack, behind the address of SageMaker's runtime.

python -m infra.local.inference ENGINE PORT --faster 30 -- python -m models.server serve
"""

import argparse
import logging
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Event, Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local import engine
from infra.local.inference import settings
from infra.local.inference.endpoint import Endpoint
from infra.local.inference.instance import Server
from infra.local.inference.wire import Refused, parse
from infra.local.inference.working import Worker

#: How often it is looked whether an instance got ready, or died.
_LOOK_EVERY_S = 0.1
_log = logging.getLogger("analysis")


def app(endpoints: Mapping[str, Endpoint], port: int) -> Starlette:
    """Endpoints by name → SageMaker's runtime, as far as it is asynchronous; and /status for us."""
    here = f"127.0.0.1:{port}"

    async def invoke(request: Request) -> Response:
        try:
            invocation = parse(request.headers, await request.body())
            headers = named(request.path_params["name"]).ask(invocation)
            return JSONResponse({"InferenceId": invocation.InferenceId}, 202, headers=headers)
        except Refused as refused:
            return JSONResponse({"Message": str(refused)}, refused.status, headers={"x-amzn-ErrorType": refused.kind})

    def named(name: str) -> Endpoint:
        if name not in endpoints:
            raise Refused(400, "ValidationError", f"Endpoint {name} of account {engine.ACCOUNT} not found.")
        return endpoints[name]

    async def status(request: Request) -> Response:
        return JSONResponse([endpoint.status() for endpoint in endpoints.values()])

    routes = [Route("/endpoints/{name}/async-invocations", invoke, methods=["POST"]), Route("/status", status)]
    inner = Starlette(routes=routes)

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        """A page in the same browser may send to loopback, but has no business here: see corrected.py."""
        sent = dict(scope.get("headers", ()))
        if scope["type"] == "http" and (sent.get(b"host") != here.encode() or b"origin" in sent):
            await Response("This studio answers its own functions only.", 403)(scope, receive, send)
        else:
            await inner(scope, receive, send)

    return guarded  # type: ignore[return-value]


def keep_time(endpoints: Sequence[Endpoint], faster: float, stopped: Event) -> None:
    """Look at every endpoint; and every minute, which is `faster` times as short here, let its scaling decide."""
    minute = 60 / faster
    due = time.monotonic() + minute
    while not stopped.wait(min(_LOOK_EVERY_S, minute)):
        for endpoint in endpoints:
            endpoint.look()
        if time.monotonic() >= due:
            due += minute
            for endpoint in endpoints:
                endpoint.minute()


def room() -> int:
    """→ how many model servers this machine has room for: each keeps two cores busy, and has its own weights."""
    return max(1, (os.cpu_count() or 2) // 4)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.local.inference", description=__doc__)
    parser.add_argument("engine", help="the address of the studio's engine")
    parser.add_argument("port", type=int)
    parser.add_argument("--faster", type=float, required=True, help="by how much the scaling's minutes are shorter")
    parser.add_argument("server", nargs="+", help="what starts a model server")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    # The handlers' keys are of no use to a model, and it gets none.
    bare = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    server = Server(given.server, bare)
    endpoints = []
    for told in settings.read(engine.session(given.engine)):
        plan = replace(told.plan, at_most=min(told.plan.at_most, room()))
        _log.info(
            "%s: 0 instances, at most %d here (%d in AWS), each asked %d questions at once. A minute of its scaling is "
            "%.3g s here: %g times as fast as in AWS.",
            told.name, plan.at_most, told.plan.at_most, told.at_once, 60 / given.faster, given.faster,
        )  # fmt: skip
        worker = Worker(told, engine.assumed(given.engine, told.role), _log.info)
        endpoints.append(Endpoint(replace(told, plan=plan), server, worker, _log.info))
    stopped = Event()
    Thread(target=keep_time, args=(endpoints, given.faster, stopped), daemon=True).start()
    served = app({endpoint.settings.name: endpoint for endpoint in endpoints}, given.port)
    uvicorn.run(served, host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
