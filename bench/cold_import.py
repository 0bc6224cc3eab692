"""A handler's cold start ÷ the naive floor: creating the same boto3 clients and nothing else."""

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.rows import Row

ROOT = Path(__file__).parents[1]
CLIENTS = {
    "receive": ("dynamodb", "events", "s3"),
    "verify": ("dynamodb", "events", "s3"),
    "inspect": ("dynamodb", "events", "s3"),
    "plan": ("dynamodb", "events", "s3"),
    "transcode": ("dynamodb", "events", "s3"),
    "sync": ("dynamodb", "events", "s3"),
    "dispatch": ("dynamodb", "events", "s3", "sagemaker-runtime"),
    "collect": ("dynamodb", "events", "s3"),
    "compare": ("dynamodb", "events", "s3"),
    "publish": ("dynamodb", "events", "s3"),
    "notify": ("dynamodb", "events", "ses", "sns"),
    "review": ("dynamodb", "events", "s3"),
    "sweep": ("dynamodb", "events", "s3"),
}
_SETTINGS = ("TABLE", "BUS", "INGEST_BUCKET", "WORK_BUCKET", "REVIEW_BUCKET", "TOPIC", "DIGEST_FROM", "DIGEST_TO")
_TOOLS = ("FFMPEG", "FFPROBE", "BATCH_QUEUE", "BATCH_JOB", "ENDPOINT")
_NAMED = (*_SETTINGS, *_TOOLS, "PAGE_URL", "CLIENT_ID", "POWERTOOLS_SERVICE_NAME")
_ENVIRONMENT = {**dict.fromkeys(_NAMED, "x"), "VENDOR_DECODERS": "{}", "MODELS": "{}", "MICRO_USD_PER_S": "1"}


def measure(*, quick: bool) -> Iterator[Row]:
    pairs = 1 if quick else 7
    for function, services in CLIENTS.items():
        floor = "import boto3\n" + "".join(f"boto3.client({service!r})\n" for service in services)
        ours = f"import functions.{function}.handler"
        _cpu(ours), _cpu(floor)
        ratios = [_cpu(ours) / _cpu(floor) for _ in range(pairs)]
        yield Row(f"cold import of {function} ÷ its bare boto3 clients", statistics.median(ratios), pairs, at_most=2.0)


def _cpu(code: str) -> float:
    """Python code in a fresh interpreter → its CPU seconds. Bytecode is cached, as in a deployed package."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**_ENVIRONMENT, "AWS_DEFAULT_REGION": "eu-central-1", "PATH": os.defpath}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
