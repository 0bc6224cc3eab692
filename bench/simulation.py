"""How long a clip takes until it can be watched, and what that costs, by each route. A model; nothing is run.

python -m bench.simulation
python -m bench.simulation --json

Its inputs are what was measured here (`bench/segments.py`, `bench/transcoding.py`), the sizes that the stack gives its
workers, and public prices. It leaves out the upload and the queues, which take a second or two.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from math import ceil

from rich.console import Console
from rich.table import Table

#: Public on-demand prices of us-east-1 in USD for x86, as known in November 2026; look them up before you decide.
#: Lambda, for a GB-second; Fargate, for a vCPU-hour and a GB-hour; MediaConvert, for a minute of HD up to 30 frames a
#: second in the basic tier, ten seconds at least. From the pricing pages of each.
LAMBDA_GB_S = 0.0000166667
FARGATE_VCPU_H, FARGATE_GB_H = 0.04048, 0.004445
MEDIACONVERT_MIN, MEDIACONVERT_LEAST_S = 0.015, 10

#: Measured: CPU seconds for a second of 1080p24 ProRes HQ with all outputs; how much more pieces of 10 s and their
#: joining cost together; how much of it is the joining.
CPU_S_PER_S, CUT, JOIN_S_PER_S = 1.09, 1.025, 0.02
#: How large a second of that recording is, and what a worker reads of a bucket in a second. Not measured on AWS.
SOURCE_BYTES_S, READ_BYTES_S = 23.3e6, 75e6

#: As in `infra`: a worker of `transcode` has 7,076 MB and so 4 vCPUs; a container 16 vCPUs and 32 GB, 4 at once. How
#: many of its vCPUs a pass keeps busy was not measured on AWS.
LAMBDA_GB, LAMBDA_BUSY, LAMBDA_ENDS_S = 7076 / 1024, 3.6, 900
FARGATE_VCPUS, FARGATE_GB, FARGATE_BUSY, FARGATE_AT_ONCE = 16, 32, 10.0, 4
#: Lambda's own limit for an account, unless it is raised.
MOST_WORKERS = 1000
#: First starts: our imports and FFmpeg's layer; an image, and a place for it to run. Not measured on AWS.
LAMBDA_START_S, FARGATE_START_S = 1.5, 60
#: MediaConvert waits in a queue, then works so much faster than it plays, on so many clips at once. Not measured.
MEDIACONVERT_QUEUE_S, MEDIACONVERT_SPEED, MEDIACONVERT_AT_ONCE = 15, 2.0, 20
PIECE_S = 10


@dataclass(frozen=True)
class Footage:
    """So many clips of so many seconds, all there at once."""

    name: str
    clips: int
    seconds: float


FOOTAGE = (
    Footage("1 min", 1, 60),
    Footage("5 min", 1, 300),
    Footage("20 min", 1, 1200),
    Footage("1 h", 1, 3600),
    Footage("10 h, 120 clips", 120, 300),
)


@dataclass(frozen=True)
class Outcome:
    """Seconds until all of the footage can be watched, US dollars, and whether the route takes such clips at all."""

    footage: str
    route: str
    ready_s: float
    usd: float
    possible: bool = True


Told = tuple[float, float]


def whole(footage: Footage, workers: int = MOST_WORKERS) -> Told:
    """Footage → seconds until it can be watched, and US dollars: each clip in one pass on a worker."""
    one_s = footage.seconds * (CPU_S_PER_S / LAMBDA_BUSY + SOURCE_BYTES_S / READ_BYTES_S)
    ready_s = LAMBDA_START_S + ceil(footage.clips / workers) * one_s
    return ready_s, footage.clips * one_s * LAMBDA_GB * LAMBDA_GB_S


def in_pieces(footage: Footage, workers: int = MOST_WORKERS) -> Told:
    """The same with each clip in pieces, as many at once as there are workers, and joined by one."""
    pieces = max(1, round(footage.seconds / PIECE_S))
    making = CPU_S_PER_S * CUT - JOIN_S_PER_S
    one_s = footage.seconds / pieces * (making / LAMBDA_BUSY + SOURCE_BYTES_S / READ_BYTES_S)
    join_s = footage.seconds * JOIN_S_PER_S
    ready_s = 2 * LAMBDA_START_S + ceil(footage.clips * pieces / workers) * one_s
    ready_s += ceil(footage.clips / workers) * join_s
    return ready_s, footage.clips * (pieces * one_s + join_s) * LAMBDA_GB * LAMBDA_GB_S


def in_containers(footage: Footage) -> Told:
    """The same with each clip in one pass in a container of its own."""
    one_s = FARGATE_START_S + footage.seconds * (CPU_S_PER_S / FARGATE_BUSY + SOURCE_BYTES_S / READ_BYTES_S)
    an_hour = FARGATE_VCPUS * FARGATE_VCPU_H + FARGATE_GB * FARGATE_GB_H
    return ceil(footage.clips / FARGATE_AT_ONCE) * one_s, footage.clips * one_s / 3600 * an_hour


def by_mediaconvert(footage: Footage) -> Told:
    """A proxy of each clip made by AWS: no stills, no findings, no frames to analyse."""
    paid_min = footage.clips * max(footage.seconds, MEDIACONVERT_LEAST_S) / 60
    turns = ceil(footage.clips / MEDIACONVERT_AT_ONCE)
    return MEDIACONVERT_QUEUE_S + turns * footage.seconds / MEDIACONVERT_SPEED, paid_min * MEDIACONVERT_MIN


#: How many pieces are made at once is the stack's choice, up to the account's limit.
WHOLE, PIECES, FEW, CONTAINERS = "whole", "1000 pieces", "20 pieces", "container"
ROUTES: dict[str, Callable[[Footage], Told]] = {
    WHOLE: whole,
    FEW: lambda footage: in_pieces(footage, 20),
    PIECES: in_pieces,
    CONTAINERS: in_containers,
    "MediaConvert": by_mediaconvert,
}


def outcomes() -> Iterator[Outcome]:
    for footage in FOOTAGE:
        for route, take in ROUTES.items():
            ready_s, usd = take(footage)
            possible = route != WHOLE or ready_s < LAMBDA_ENDS_S
            yield Outcome(footage.name, route, round(ready_s, 1), round(usd, 4), possible)


def sooner(one: str, other: str) -> int | None:
    """From how many seconds of a clip on the other route is ready sooner; None where it never is within an hour."""
    clips = (Footage("", 1, seconds) for seconds in range(1, 3600))
    return next((int(clip.seconds) for clip in clips if ROUTES[other](clip)[0] < ROUTES[one](clip)[0]), None)


def cheaper(one: str, other: str) -> int | None:
    """From how many seconds of a clip on the other route costs less; None where it never does within an hour."""
    clips = (Footage("", 1, seconds) for seconds in range(1, 3600))
    return next((int(clip.seconds) for clip in clips if ROUTES[other](clip)[1] < ROUTES[one](clip)[1]), None)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.simulation", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    rows = list(outcomes())
    if parser.parse_args().json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return
    table = Table(box=None, header_style="dim", title="1080p ProRes HQ: until it can be watched, and its cost")
    for heading in ("Footage", *ROUTES):
        table.add_column(heading, justify="left" if heading == "Footage" else "right")
    for footage in FOOTAGE:
        of_it = [row for row in rows if row.footage == footage.name]
        table.add_row(
            footage.name,
            *(f"{_lasting(row.ready_s)}\n${row.usd:.3f}" if row.possible else "does not fit" for row in of_it),
        )
    console = Console()
    console.print(table)
    console.print(f"Pieces are ready sooner than a whole clip from {_seconds(sooner(WHOLE, PIECES))} on.")
    console.print(f"A container costs less than pieces from {_seconds(cheaper(PIECES, CONTAINERS))} on.")


def _seconds(value: int | None) -> str:
    return "no length within an hour" if value is None else f"{value} s"


def _lasting(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"


if __name__ == "__main__":
    main()
