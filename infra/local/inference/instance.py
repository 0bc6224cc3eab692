"""One instance of an endpoint: a model server as a process, and as many threads as may ask it at once."""

import contextlib
import http.client
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, Thread, current_thread

from infra.local import processes
from infra.local.engine import ROOT, free_port
from infra.local.inference.wire import Invocation
from infra.local.inference.working import NotReached

#: What a free thread waits for a question before it looks whether its instance still is one.
_LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Server:
    """How a model server is started: its command, to which the address is added, and its whole environment."""

    command: Sequence[str]
    environment: Mapping[str, str]


class Instance:
    """Starting, then in service, then leaving. It takes questions out of the queue only while it is in service."""

    def __init__(
        self,
        number: int,
        server: Server,
        questions: "Queue[Invocation]",
        work: Callable[[Invocation, int], None],
        say: Callable[[str], None],
    ) -> None:
        self._name, self._questions, self._work, self._say = f"instance {number}", questions, work, say
        self._port = free_port()
        self._leaving = Event()
        self._threads: list[Thread] = []
        self._process = subprocess.Popen(
            [*server.command, "--host", "127.0.0.1", "--port", str(self._port)],
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env=server.environment,
        )
        self._began = time.monotonic()
        self._busy: set[Thread] = set()
        self.in_service = False
        self._say(f"{self._name} starts: a model server, process {self._process.pid}")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def at_work(self) -> int:
        return len(self._busy)

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def look(self, at_once: int, ready_within_s: float) -> None:
        """Whether it got ready since it was last looked at; a server that takes too long is ended."""
        if self.in_service or not self.alive:
            return
        took = time.monotonic() - self._began
        if self._pings():
            self.in_service = True
            self._say(f"{self._name} is in service after {took:.1f} s: /ping answers 200")
            self._threads = [Thread(target=self._serve, daemon=True) for _ in range(at_once)]
            for thread in self._threads:
                thread.start()
        elif took > ready_within_s:
            self._say(f"{self._name} was not ready within {ready_within_s:g} s")
            self._end()

    def leave(self) -> None:
        """Finish what is being worked on, take nothing more, and end."""
        self.in_service = False
        self._leaving.set()
        for thread in self._threads:
            thread.join()
        self._end()
        self._say(f"{self._name} has ended")

    def _end(self) -> None:
        processes.end(self._process.pid)
        self._process.wait()

    def _pings(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=2)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/ping")
            return connection.getresponse().status == 200
        return False

    def _serve(self) -> None:
        """One of the threads: question after question, for as long as there is a server."""
        while self.alive and not self._leaving.is_set():
            try:
                asked = self._questions.get(timeout=_LOOK_EVERY_S)
            except Empty:
                continue
            self._busy.add(current_thread())
            try:
                self._work(asked, self._port)
            except NotReached:
                self._questions.put(asked)  # somebody else will be asked
                self._leaving.wait(_LOOK_EVERY_S)
            finally:
                self._busy.remove(current_thread())
