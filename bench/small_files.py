"""Cards of many small files: the CPU of each file must not grow with their number."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.rows import Row
from circletake.cli.sending import send
from circletake.cloud.deployment import Deployment, find_deployment
from circletake.contracts.keys import RollRef
from circletake.transfer.listing import list_card
from infra.local import studio

FEW = 100
ROLL = RollRef(production="bench", unit="main", day="D001", roll="A001")


@dataclass(frozen=True)
class _OneClient(Deployment):
    """A deployment whose uploader is made once: making it costs the same for any number of files."""

    made: Any = None

    def uploader(self, production: str) -> Any:
        return self.made


def measure(*, quick: bool) -> Iterator[Row]:
    pairs, most = (1, 1500) if quick else (5, 5000)
    with studio.start(models=None) as laptop, tempfile.TemporaryDirectory() as folder:
        found = find_deployment(studio=laptop.name)
        where = _OneClient(found.name, found.outputs, found.session, found.endpoint, found.uploader("bench"))
        few, many = (_make(Path(folder) / f"card-{count}", count) for count in (FEW, most))
        _cpu_a_file(where, few, FEW)
        ratios, costs = [], []
        for _ in range(pairs):
            # As many files on either side, so that one noisy moment does not decide.
            of_few = statistics.median(_cpu_a_file(where, few, FEW) for _ in range(10))
            of_many = _cpu_a_file(where, many, most)
            ratios.append(of_many / of_few)
            costs.append(of_many * 1000)
    name = f"CPU a file of an upload of {most:,} small files ÷ of {FEW}"
    yield Row(name, statistics.median(ratios), pairs, at_most=1.1)
    yield Row(f"CPU a file of an upload of {most:,} small files", statistics.median(costs), pairs, unit="ms")


def _make(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"A001C{number:04}.xml").write_bytes(number.to_bytes(4, "big") * 500)
    return folder


def _cpu_a_file(where: Deployment, card: Path, count: int) -> float:
    began = time.process_time()
    send(where, ROLL, list_card(card), quietly=True)
    return (time.process_time() - began) / count
