"""How fast and how much at once: the line to the bucket, and threads that send what one reader has read."""

import queue
import re
import threading
import time
from collections.abc import Callable

Job = Callable[[], None]
#: What goes to the socket in one piece. Small enough that the slowest line takes it within the socket's timeout.
SLICE_BYTES = 256 * 1024

#: Files that are read and wait to be sent, for each thread.
AHEAD = 8

_UNITS = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def parse_rate(text: str) -> int:
    """`20M` → 20,000,000 bytes a second. K, M and G are decimal. Raises `ValueError`."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([KMG]?)", text.strip().upper())
    rate = int(float(match[1]) * _UNITS[match[2]]) if match else 0
    if rate < 1:
        raise ValueError(f"{text!r} is no rate: a number of bytes a second, with K, M or G, as in 20M")
    return rate


class Line:
    """The way to the bucket: at most so many bytes a second, and few large bodies on it at a time.

    Two keep a line full, and a third starts while the first waits for its answer; more would only mean that a kill
    finds more of them half sent.
    """

    def __init__(self, bytes_a_second: int | None = None, *, bodies: int = 2) -> None:
        self.bodies = threading.BoundedSemaphore(bodies)
        self._rate = bytes_a_second
        self._lock = threading.Lock()
        self._booked_until = 0.0

    def take(self, count: int) -> None:
        """Wait until so many bytes may go. A quarter of a second's may come at once."""
        if self._rate is None:
            return
        with self._lock:
            now = time.monotonic()
            self._booked_until = max(self._booked_until, now - 0.25) + count / self._rate
            wait_s = self._booked_until - now
        if wait_s > 0:
            time.sleep(wait_s)


class Body:
    """Bytes as the body of a request, handed out in slices: paced, and told as they go. To be left as a context."""

    def __init__(self, content: bytes, line: Line, on_bytes: Callable[[int], None]) -> None:
        self._content = memoryview(content)
        self._line = line
        self._on_bytes = on_bytes
        self._at = 0
        self._is_on_line = False

    def __enter__(self) -> "Body":
        return self

    def __exit__(self, *_: object) -> None:
        self._leave_line()

    def __len__(self) -> int:
        return len(self._content)

    def read(self, size: int = -1) -> memoryview | bytes:
        # urllib3 asks for 16 KiB at a time and sends whatever it is given: more at once halves the CPU time.
        piece = self._content[self._at : self._at + SLICE_BYTES] if size > 0 else self._content[self._at :]
        if piece and not self._is_on_line and len(self._content) > SLICE_BYTES:
            self._line.bodies.acquire()
            self._is_on_line = True
        self._line.take(len(piece))
        self._at += len(piece)
        self._on_bytes(len(piece))
        if not piece:
            self._leave_line()
        return piece if size > 0 else bytes(piece)

    def tell(self) -> int:
        return self._at

    def seek(self, to: int, whence: int = 0) -> int:
        before = self._at
        self._at = to + (0, self._at, len(self._content))[whence]
        if self._at == 0 < before:  # it goes once more, so it has not gone yet
            self._on_bytes(-before)
        return self._at

    def _leave_line(self) -> None:
        if self._is_on_line:
            self._is_on_line = False
            self._line.bodies.release()


class Senders:
    """Threads for what was read, a few files ahead of them. At most `window_bytes` are in memory and on the way.

    The first error of a job stops all of them, and is raised to the reader.
    """

    def __init__(self, threads: int, window_bytes: int) -> None:
        self._window_bytes = window_bytes
        self._jobs: queue.SimpleQueue[tuple[int, Job] | None] = queue.SimpleQueue()
        self._moved = threading.Condition()
        self._bytes = 0
        self._open = 0
        self._error: BaseException | None = None
        self._threads = threads
        for _ in range(threads):
            # Daemons: after Ctrl-C nobody waits for a part to crawl over a slow line. The journal knows it as unsent.
            threading.Thread(target=self._work, daemon=True).start()

    def reserve(self, size_bytes: int) -> None:
        """Wait until so many bytes may be read and sent. What is larger than the window goes alone."""

        def has_room() -> bool:
            return not self._bytes or (
                self._bytes + size_bytes <= self._window_bytes and self._open < AHEAD * self._threads
            )

        with self._moved:
            self._moved.wait_for(lambda: self._error or has_room())
            self._raise()
            self._bytes += size_bytes

    def give_back(self, size_bytes: int) -> None:
        """What was reserved is not needed."""
        with self._moved:
            self._bytes -= size_bytes
            self._moved.notify_all()

    def run(self, size_bytes: int, job: Job) -> None:
        """Do the job in one of the threads, and give back what was reserved for it."""
        with self._moved:
            self._open += 1
        self._jobs.put((size_bytes, job))

    def drain(self) -> None:
        """Wait until all jobs are done."""
        with self._moved:
            self._moved.wait_for(lambda: self._error or not self._open)
            self._raise()

    def close(self) -> None:
        for _ in range(self._threads):
            self._jobs.put(None)

    def _raise(self) -> None:
        if self._error:
            raise self._error

    def _work(self) -> None:
        while given := self._jobs.get():
            size_bytes, job = given
            error: BaseException | None = None
            try:
                if not self._error:
                    job()
            except BaseException as raised:  # noqa: BLE001 - raised again, in the reader's thread
                error = raised
            with self._moved:
                self._error = self._error or error
                self._bytes -= size_bytes
                self._open -= 1
                self._moved.notify_all()
