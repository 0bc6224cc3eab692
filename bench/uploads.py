"""Many uploads of a one-second clip through the studio: none lost, none doubled, and what the handlers cost."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.rows import Row
from circletake.cli.sending import send
from circletake.cli.watching import watch
from circletake.cloud.deployment import Deployment, find_deployment
from circletake.contracts.keys import RollRef
from circletake.media import launcher, tools
from circletake.transfer.listing import list_card
from infra.local import processes, studio
from infra.local.studio import Studio


def measure(*, quick: bool) -> Iterator[Row]:
    count, warm_up = (10, 5) if quick else (200, 20)
    with studio.start(models=None) as laptop, tempfile.TemporaryDirectory() as folder:
        where = find_deployment(studio=laptop.name)
        clip = Path(folder) / "clip.mov"
        picture = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-f", "lavfi", "-i", "sine=r=48000", "-t", "1"]
        launcher.make([*picture, "-c:v", "prores_ks", "-c:a", "pcm_s16le", str(clip)], tools=tools.packaged())
        _send(where, Path(folder), clip, "A001", warm_up)
        before = _handlers_cpu(laptop)
        delivered, proxies = _send(where, Path(folder), clip, "A002", count)
        after = _handlers_cpu(laptop)
    spent = sum(after.values()) - sum(before.get(pid, 0.0) for pid in after)
    yield Row(f"clips delivered of {count} uploaded", delivered / count, 1, at_least=1.0, at_most=1.0)
    yield Row(f"proxies in the review bucket for each of {count} clips", proxies / count, 1, at_least=1.0, at_most=1.0)
    yield Row("CPU seconds of the handlers for each clip, warm", spent / count, 1, at_most=0.3, unit="s")


def _send(where: Deployment, folder: Path, clip: Path, roll: str, count: int) -> tuple[int, int]:
    """So many copies of a clip through the pipeline → clips delivered, proxies written."""
    card = folder / roll
    card.mkdir()
    for number in range(count):
        os.link(clip, card / f"{roll}C{number:03}.mov")
    ref = RollRef(production="bench", unit="main", day="D001", roll=roll)
    offload = send(where, ref, list_card(card), quietly=True)
    clips, _ = watch(where.reading(), ref, offload, timeout_s=1200, quietly=True)
    pages = where.client("s3").get_paginator("list_object_versions")
    written = [
        version["Key"]
        for page in pages.paginate(Bucket=where.outputs["ReviewBucket"], Prefix=ref.prefix)
        for version in page.get("Versions", [])
    ]
    states = Counter(each["state"] for each in clips)
    return states["DELIVERED"], sum(key.endswith("/proxy.mp4") for key in written)


def _handlers_cpu(laptop: Studio) -> dict[int, float]:
    """The studio's handler processes → the CPU seconds of each, its FFmpeg children not counted."""
    tick = os.sysconf("SC_CLK_TCK")
    spent = {}
    for pid in processes.family(laptop.pid):
        if "awslambdaric" in processes.command(pid):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            spent[pid] = (int(fields[11]) + int(fields[12])) / tick
    return spent
