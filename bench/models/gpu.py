"""How much of the time the card is busy while a model looks, as nvidia-smi tells; nothing on a processor."""

import statistics
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from models.loading import Device

_ASKED = "utilization.gpu,memory.used,memory.total,power.draw,power.limit"
_EVERY_S = 0.1
Told = list[tuple[str, float, int]]


@contextmanager
def busy(device: Device) -> Iterator[Callable[[], Told]]:
    """→ what to ask afterwards: name, figure and number of samples of each measure."""
    samples: list[list[float]] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_EVERY_S):
            samples.append(sample())

    thread = threading.Thread(target=watch)
    if device.name == "cuda":
        thread.start()
    try:
        yield lambda: _told(samples)
    finally:
        done.set()
        if device.name == "cuda":
            thread.join()


def sample() -> list[float]:
    """→ the five figures of the first card."""
    command = ["nvidia-smi", "-i", "0", f"--query-gpu={_ASKED}", "--format=csv,noheader,nounits"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout
    return [float(figure) for figure in told.strip().split(",")]


def _told(samples: list[list[float]]) -> Told:
    if not samples:
        return []
    use, memory, whole, power, limit = (statistics.mean(column) for column in zip(*samples, strict=True))
    count = len(samples)
    return [
        ("share of the time that the card is busy", use / 100, count),
        ("share of the card's memory in use", memory / whole, count),
        ("share of the card's power limit drawn", power / limit, count),
    ]
