"""A model server that behaves as it is told: right, late, wrong, foreign, never, refusing, failing, dying.

python -m tests.local.fake_models --host 127.0.0.1 --port 8080 [--behave right,never] [--seen FILE] [--ready-after 0.5]

A question says how it is to be answered with `{"behave": "late 0.5"}` as its custom attributes; one of ours, which
says no such thing, gets one of `--behave`, always the same for the same job. No model is loaded, and none is
pretended: the answer that is right fits the contract and tells of nothing.
"""

import argparse
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

VERSIONS = Path(__file__).parents[2] / "models" / "versions.json"
_SHARES = ("mean", "black", "middle", "white", "clipped", "crushed", "red", "green", "blue")
#: The least that each kind may answer.
_LEAST: dict[str, dict[str, Any]] = {
    "FRAMES": {"samples": [{**dict.fromkeys(_SHARES, 0.5), "frame": 0, "sharpness": 1.0, "appearance": [0] * 32}]},
    "FACES": {"looked_at": 1, "most_at_once": 0, "tracks": []},
    "PEOPLE": {"looked_at": 1, "people": []},
    "SLATE": {},
    "SPEECH": {"spoken": [], "words": []},
    "SHOTS": {"cuts": []},
}


def answer(question: dict[str, Any], *, production: str | None = None) -> bytes:
    """A question → the least that answers it; of another production where one is given."""
    kind = question.get("kind", "SHOTS")
    model = json.loads(VERSIONS.read_text()).get(kind, {"name": "no-model", "version": "0" * 12})
    asked = {name: question.get(name) for name in ("production", "job_id", "attempt")}
    result = {"kind": kind, **_LEAST[kind]}
    told = {"version": 1, **asked, "model": model, "device": "cpu", "seconds": 0.1, "result": result}
    return json.dumps({**told, **({"production": production} if production else {})}).encode()


class Fake(BaseHTTPRequestHandler):
    """What is asked is written down, one line when it begins and one when it has ended."""

    behave: tuple[str, ...]
    seen: Path | None
    ready_at: float
    _writing = Lock()

    def do_GET(self) -> None:
        self._send(200 if time.monotonic() >= self.ready_at else 503, b"")

    def do_POST(self) -> None:
        asked = json.loads(self.headers.get("X-Amzn-SageMaker-Custom-Attributes") or "{}")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._note("began", bytes=len(body), type=self.headers.get("Content-Type"))
        behaviour, _, seconds = self._behaviour(asked).partition(" ")
        time.sleep(float(seconds or 0))
        self._note("ended")
        match behaviour:
            case "right" | "late":
                self._send(200, answer(asked))
            case "foreign":
                self._send(200, answer(asked, production="SOMEBODY-ELSES"))
            case "wrong":
                self._send(200, b'{"kind": "FACES", "tracks": NaN, "html": "<script>alert(1)</script>"}')
            case "refuse":
                self._send(422, b'{"code": "UNANSWERABLE", "sentence": "There is no picture in it."}')
            case "fail":
                self._send(500, b'{"code": "MODEL_FAILED", "sentence": "It failed."}')
            case "drip":  # a byte now and then, for ever
                self.send_response(200)
                self.end_headers()
                while True:
                    self.wfile.write(b" ")
                    time.sleep(0.2)
            case "cut":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"version": 1')
            case "never":
                time.sleep(3600)
            case "die":
                os._exit(3)
            case _:
                raise ValueError(behaviour)

    def _behaviour(self, asked: dict[str, Any]) -> str:
        return str(asked.get("behave") or self.behave[int(asked.get("job_id", "0"), 16) % len(self.behave)])

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _note(self, what: str, **facts: Any) -> None:
        if self.seen:
            who = {"inference": self.headers.get("X-Amzn-SageMaker-Inference-Id"), "pid": os.getpid()}
            keys = [name for name in os.environ if name.startswith("AWS_")]
            with self._writing, self.seen.open("a") as out:
                out.write(json.dumps({"what": what, **who, "keys": keys, **facts}) + "\n")

    def log_message(self, *_: Any) -> None:
        """Nothing: what was asked stands in `--seen`."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--behave", default="right")
    parser.add_argument("--seen", type=Path)
    parser.add_argument("--ready-after", type=float, default=0)
    given = parser.parse_args()
    Fake.behave, Fake.seen = tuple(given.behave.split(",")), given.seen
    Fake.ready_at = time.monotonic() + given.ready_after
    ThreadingHTTPServer((given.host, given.port), Fake).serve_forever()


if __name__ == "__main__":
    main()
