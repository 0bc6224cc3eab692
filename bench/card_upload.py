"""Hash and upload of a 2 GB card to the studio, against `aws s3 cp --recursive` and `xxh64sum` of the same card."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.rows import Row
from circletake.cloud.deployment import Deployment, find_deployment
from infra.local import studio

ROOT = Path(__file__).resolve().parents[1]
MIB = 1024 * 1024


def measure(*, quick: bool) -> Iterator[Row]:
    pairs = 1 if quick else 5
    aws, xxh64sum = _find("aws"), _find("xxh64sum")
    with studio.start(models=None) as laptop, tempfile.TemporaryDirectory() as folder:
        where = find_deployment(studio=laptop.name)
        card = make_card(Path(folder) / "A001", megabytes=400 if quick else 2000)
        size = sum(path.stat().st_size for path in card.rglob("*") if path.is_file())
        files = [str(path) for path in card.rglob("*") if path.is_file()]
        environment = {"PATH": os.environ["PATH"], "TMPDIR": tempfile.gettempdir(), "HOME": folder}
        ours_ratios, read_ratios = [], []
        for _ in range(pairs):
            ours, read = _cpu(_our_command(laptop.name, card), environment)
            _empty(where)
            theirs, _ = _cpu(_their_command(aws, where, card), environment | _keys(where, Path(folder)))
            _empty(where)
            hashed, _ = _cpu([xxh64sum, *files], environment)
            ours_ratios.append(ours / (theirs + hashed))
            read_ratios.append(read / size)
    told = f"hash and upload of a card of {size / 1e9:.2g} GB"
    yield Row(f"CPU of {told} ÷ aws s3 cp + xxh64sum", statistics.median(ours_ratios), pairs, at_most=1.3)
    yield Row(f"bytes read in {told} ÷ its bytes", statistics.median(read_ratios), pairs, at_most=1.05)


def make_card(folder: Path, *, megabytes: int) -> Path:
    """→ a card of that size: five long clips with most of it, ten short ones, and a sidecar for each and more."""
    (folder / "CLIPS").mkdir(parents=True)
    long, short = int(megabytes * MIB * 0.9 / 5), int(megabytes * MIB * 0.1 / 10)
    for number in range(50):
        stem = folder / "CLIPS" / f"A001C{number:03}"
        stem.with_suffix(".xml").write_bytes(os.urandom(20_000))
        if number < 15:
            with stem.with_suffix(".mov").open("wb") as clip:
                left = long if number < 5 else short
                while left:
                    left -= clip.write(os.urandom(min(left, 16 * MIB)))
    return folder


def _our_command(name: str, card: Path) -> list[str]:
    where = ["upload", str(card), "--production", "bench", "--day", "D001", "--again"]
    return [sys.executable, "-m", "circletake.cli.main", "--studio", name, *where]


def _their_command(aws: str, where: Deployment, card: Path) -> list[str]:
    there = f"s3://{where.outputs['IngestBucket']}/bench/main/D001/A001/o-aws/"
    copied = [aws, "s3", "cp", "--recursive", "--only-show-errors", str(card), there]
    return [*copied, "--endpoint-url", str(where.endpoint)]


def _keys(where: Deployment, folder: Path) -> dict[str, str]:
    """The uploader's keys, and what makes the comparison fair: over https aws would not sign the bodies either."""
    config = folder / "aws-config"
    config.write_text("[default]\nregion = us-east-1\ns3 =\n    payload_signing_enabled = false\n")
    keys = where.client("sts").assume_role(
        RoleArn=where.outputs["UploaderRole"],
        RoleSessionName="bench",
        Tags=[{"Key": "production", "Value": "bench"}],
    )["Credentials"]
    return {
        "AWS_CONFIG_FILE": str(config),
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _cpu(command: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """A command → its CPU seconds, user and system, and the bytes that it asked the kernel to read."""
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr
    said = process.stderr.read()
    # Ended and not yet reaped, so its counters still stand.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    counters = dict(line.split(": ") for line in Path(f"/proc/{process.pid}/io").read_text().splitlines())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said.decode()
    return used.ru_utime + used.ru_stime, int(counters["rchar"])


def _empty(where: Deployment) -> None:
    """The engine keeps objects in memory: what was measured goes away, past its lock."""
    s3: Any = where.client("s3")
    bucket = where.outputs["IngestBucket"]
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in page.get("Versions", ()):
            s3.delete_object(
                Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"], BypassGovernanceRetention=True
            )


def _find(program: str) -> str:
    """`aws` from the environment that the Makefile makes, or either from the PATH."""
    ours = ROOT / ".venv-aws" / "bin" / program
    found = str(ours) if ours.exists() else shutil.which(program)
    if found is None:
        raise SystemExit(f"{program} is needed to measure against: make .venv-aws; apt-get install xxhash")
    return found
