"""One endpoint: what is asked waits in its queue, and its scaling says how many instances work on it."""

from collections.abc import Callable, Mapping
from queue import Queue
from threading import Thread
from typing import Any

from infra.local.inference.instance import Instance, Server
from infra.local.inference.scaling import Scaling
from infra.local.inference.settings import Settings
from infra.local.inference.wire import FAILURE, OUTPUT, Invocation, Refused
from infra.local.inference.working import Worker

#: What waits is held in memory. Whoever asks more is told to come again, as SageMaker tells whom it throttles.
MAX_WAITING = 10_000
#: A model server that failed to start is started again after 1, 2, 4 … minutes, at most this many.
_MAX_PAUSE = 32


class Endpoint:
    """`ask` puts into the queue; `look` and `minute` are called by one clock."""

    def __init__(self, settings: Settings, server: Server, worker: Worker, say: Callable[[str], None]) -> None:
        self.settings = settings
        self._server = Server(server.command, {**server.environment, **settings.environment})
        self._worker = worker
        self._say = say
        self._scaling = Scaling(settings.plan, say)
        self._questions: Queue[Invocation] = Queue()
        self._instances: list[Instance] = []
        self._started = self._failures = self._pause = 0

    def ask(self, invocation: Invocation) -> Mapping[str, str]:
        """→ where the answer, and where a failure would be found. Raises `Refused` when too much waits."""
        if self._questions.qsize() >= MAX_WAITING:
            raise Refused(503, "ServiceUnavailable", f"{MAX_WAITING} requests wait already.")
        if not self._in_service():
            self._say(f"{invocation.InferenceId} waits: no instance is in service")
        self._questions.put(invocation)
        settings = self.settings
        return {OUTPUT: invocation.output(settings.output_path), FAILURE: invocation.failure(settings.failure_path)}

    def status(self) -> dict[str, Any]:
        return {
            "endpoint": self.settings.name,
            "instances": len(self._in_service()),
            "starting": len(self._instances) - len(self._in_service()),
            "waiting": self._questions.qsize(),
            "at_work": self._at_work(),
        }

    def look(self) -> None:
        """See who got ready, and who died."""
        for instance in self._instances:
            instance.look(self.settings.at_once, self.settings.ready_within_s)
        for instance in [each for each in self._instances if not each.alive]:
            self._instances.remove(instance)
            self._failures = 0 if instance.in_service else self._failures + 1
            self._pause = min(2 ** (self._failures - 1), _MAX_PAUSE) if self._failures else 0
            again = f", another one starts in {self._pause} min" if self._pause else ""
            self._say(f"a model server ended with exit code {instance.exit_code}{again}")

    def minute(self) -> None:
        """A minute of metrics → as many instances as are wanted."""
        in_service = len(self._in_service())
        backlog = self._questions.qsize() + self._at_work()
        wanted = self._scaling.minute(backlog, in_service, len(self._instances) - in_service)
        self._pause = max(self._pause - 1, 0)
        while len(self._instances) < wanted and not self._pause:
            self._started += 1
            work = self._worker.work
            self._instances.append(Instance(self._started, self._server, self._questions, work, self._say))
        while len(self._instances) > wanted:
            Thread(target=self._instances.pop().leave, daemon=True).start()

    def _in_service(self) -> list[Instance]:
        return [each for each in self._instances if each.in_service]

    def _at_work(self) -> int:
        return sum(each.at_work for each in self._instances)
