"""Threads that each do one thing in order, and the few buffers that go round between them."""

import threading
from collections.abc import Callable
from queue import Empty, LifoQueue, SimpleQueue
from typing import Any

#: Measured: ext4 takes writes of 256 KiB to 1 MiB at a fifth of the CPU of 4 MiB, and caches hold a few of these.
CHUNK_BYTES = 512 * 1024
#: All that is ever in memory of a card: 32 MiB.
CHUNKS = 64


class Chunk:
    """A buffer with bytes in it, which goes back to its pool when the last who holds it lets go."""

    def __init__(self, pool: "Pool", buffer: bytearray) -> None:
        self._pool = pool
        self.buffer = buffer
        self.view = memoryview(buffer)[:0]
        self._holders = 1
        self._lock = threading.Lock()

    def fill(self, length: int) -> None:
        self.view = memoryview(self.buffer)[:length]

    def hold(self) -> "Chunk":
        with self._lock:
            self._holders += 1
        return self

    def release(self) -> None:
        with self._lock:
            self._holders -= 1
            last = self._holders == 0
        if last:
            self._pool.give_back(self.buffer)


class Pool:
    """The buffers. Who reads waits here while who writes is behind: that is what bounds the memory."""

    def __init__(self, buffers: int = CHUNKS, size_bytes: int = CHUNK_BYTES) -> None:
        # The last one given back is still in the processor's cache.
        self._free: LifoQueue[bytearray] = LifoQueue()
        for _ in range(buffers):
            self._free.put(bytearray(size_bytes))

    def take(self, anyone_died: Callable[[], None]) -> Chunk:
        """→ an empty chunk, held once. `anyone_died` raises when waiting would be in vain."""
        while True:
            try:
                return Chunk(self, self._free.get(timeout=1))
            except Empty:
                anyone_died()

    def give_back(self, buffer: bytearray) -> None:
        self._free.put(buffer)


class Lane:
    """A thread that does what it is given, in order. After an error it only lets go of the chunks."""

    def __init__(self, name: str) -> None:
        self.error: BaseException | None = None
        self._given: SimpleQueue[tuple[Callable[..., None], tuple[Any, ...], Chunk | None] | None] = SimpleQueue()
        # A daemon, so that an interrupted command ends at once: what is half done is done again.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def give(self, act: Callable[..., None], *arguments: Any, chunk: Chunk | None = None) -> None:
        self._given.put((act, arguments, chunk.hold() if chunk else None))

    def finish(self) -> None:
        """Returns when everything given is done."""
        self._given.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (given := self._given.get()) is not None:
            act, arguments, chunk = given
            try:
                if self.error is None:
                    act(*arguments)
            except BaseException as error:  # noqa: BLE001 - whoever gave the work looks at it and raises it
                self.error = error
            finally:
                if chunk:
                    chunk.release()
