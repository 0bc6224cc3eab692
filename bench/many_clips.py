"""Many short clips through the real handlers: what one costs must not grow with their number, and done is done.

Everything from the arrival of the file to its pictures in the review bucket, in this process, on moto: its own cost is
in the figures, and is most of what a clip costs beside FFmpeg. Then every order is delivered again, as SQS may.
"""

import io
import json
import logging
import struct
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from bench.rows import Row
from bench.sources import TOOLS
from bench.spending import cpu_s
from circletake.contracts.facts import SOURCE, TranscodeClip
from circletake.media import launcher
from tests.aws import make_table
from tests.fakes import FakeBus, FakeClock
from tests.pipeline.world import World, make_world

FEW = 10


def measure(*, quick: bool) -> Iterator[Row]:
    many = 12 if quick else 1000
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        clip = _clip(Path(folder)).read_bytes()
        # The first world warms up what is made once in a process.
        _spent(clip, 2)
        few, _ = _spent(clip, FEW)
        first, again = _spent(clip, many)
    logging.disable(logging.NOTSET)
    yield Row(f"CPU a clip at {many:,} clips ÷ at {FEW}", (first / many) / (few / FEW), 1, at_most=1.03)
    yield Row(f"running {many:,} finished clips again ÷ the first run", again / first, 1, at_most=0.01)


def _clip(folder: Path) -> Path:
    """A second of 720p ProRes with sound."""
    clip = folder / "a.mov"
    launcher.make(
        ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=24", "-f", "lavfi", "-i", "sine=r=48000", "-t", "1",
         "-c:v", "prores_ks", "-profile:v", "hq", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s24le", str(clip)],
        tools=TOOLS,
    )  # fmt: skip
    return clip


def _spent(clip: bytes, count: int) -> tuple[float, float]:
    """So many clips in a new world → CPU seconds until all are delivered, and of every order once more."""
    # The handlers print their metrics for CloudWatch to read.
    with redirect_stdout(io.StringIO()), mock_aws(), pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        make_table(boto3.client("dynamodb"))
        bus = _RememberingBus()
        world = next(make_world(patch, bus, FakeClock()))
        before = cpu_s()
        for number in range(count):
            # Each with a padding of its own, so that none is a copy of another.
            world.upload(
                f"bench/main/D001/A001/o-1/A001C{number:04}.mov", clip + struct.pack(">I4sI", 12, b"free", number)
            )
        world.deliver_all()
        first = cpu_s() - before
        _require_delivered(world, count)
        before = cpu_s()
        for order in bus.orders:
            assert world._deliver("transcode", order)
        again = cpu_s() - before
        return first, again


class _RememberingBus(FakeBus):
    """A bus that keeps the orders to transcode."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[dict[str, Any]] = []

    def take(self) -> list[tuple[str, str]]:
        said = super().take()
        self.orders += [
            {"version": "0", "source": SOURCE, "detail-type": name, "detail": json.loads(detail)}
            for name, detail in said
            if name == TranscodeClip.__name__
        ]
        return said


def _require_delivered(world: World, count: int) -> None:
    states = [row["state"] for row in world.rows("CLIP#")]
    assert states == ["DELIVERED"] * count, states
