"""Capture what really travels: run a card through a studio, and keep one event of each kind as functions get it.

    python -m events.capture

What is captured is the local engine's word for AWS's; the files named `*.aws.json` follow AWS's own documentation.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from circletake.cli.sending import send
from circletake.cli.watching import watch
from circletake.cloud.deployment import find_deployment
from circletake.contracts.files import Origin
from circletake.contracts.keys import RollRef
from circletake.contracts.looks import Cdl
from circletake.film.looks.cdl import write_cc
from circletake.media import launcher, tools
from circletake.transfer.listing import list_card
from circletake.transfer.provenance import Provenance
from infra.local import studio

HERE = Path(__file__).parent
#: The last thing that is said of a card, once a model server has loaded its weights.
_LAST, ANSWERED_WITHIN_S = "AnalysisCompleted", 180
_HEARD = ["-f", "lavfi", "-i", "anoisesrc=duration=8:seed=7:sample_rate=48000"]
_LISTENED = {"default": {"source": ["aws.s3"]}, "ours": {"source": ["circletake"]}}


def main() -> None:
    with studio.start("capture") as laptop:
        where = find_deployment(studio=laptop.name)
        sqs, events = where.client("sqs"), where.client("events")
        queue = sqs.create_queue(QueueName="capture")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        for name, pattern in _LISTENED.items():
            bus = {"EventBusName": "default" if name == "default" else where.outputs["Bus"]}
            events.put_rule(Name=f"capture-{name}", EventPattern=json.dumps(pattern), **bus)
            events.put_targets(Rule=f"capture-{name}", Targets=[{"Id": "capture", "Arn": arn}], **bus)
        roll = RollRef(production="bikes", unit="main", day="D001", roll="A001")
        with tempfile.TemporaryDirectory() as folder:
            _make_card(Path(folder))
            offload = send(where, roll, list_card(Path(folder)), Provenance(Origin.CARD), quietly=True)
        watch(where.reading(), roll, offload, timeout_s=120, quietly=True)
        kept: dict[str, Any] = {}
        deadline = time.monotonic() + ANSWERED_WITHIN_S
        while _LAST not in kept and time.monotonic() < deadline:
            for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
                kept.setdefault(json.loads(message["Body"])["detail-type"], message)
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            time.sleep(0.1)
    for kind, message in kept.items():
        file = HERE / f"{kind.replace(' ', '')}.engine.json"
        # What was once on the bus must be read for as long as it may lie in a queue: an old sample stays.
        if not file.exists():
            file.write_text(json.dumps(as_lambda_gets_it(message), indent=2) + "\n")
            print(file.name)


def as_lambda_gets_it(message: dict[str, Any]) -> dict[str, Any]:
    """A message received by hand → the batch of one in which Lambda hands it to a handler."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": "handle",
                "body": message["Body"],
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1790000000000"},
                "messageAttributes": {},
                "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:111122223333:queue",
                "awsRegion": "eu-central-1",
            }
        ]
    }


def _make_card(folder: Path) -> None:
    # A camera and a recorder that heard the same, two seconds apart by their clocks.
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", *_HEARD, "-t", "3", "-c:v", "prores_ks"]
    clock = ["-c:a", "pcm_s16le", "-timecode", "10:00:02:00"]
    launcher.make([*picture, *clock, str(folder / "A001C001.mov")], tools=tools.packaged())
    stamp = ["-write_bext", "1", "-metadata", f"time_reference={10 * 3600 * 48_000}"]
    launcher.make([*_HEARD, "-c:a", "pcm_s24le", *stamp, str(folder / "SOUND1.wav")], tools=tools.packaged())
    (folder / "A001C002.mov").write_text("ffconcat version 1.0\nfile A001C001.mov\n")
    (folder / "A001C003.r3d").write_bytes(b"RED2")
    (folder / "A001C001.cc").write_text(write_cc(Cdl(saturation=0.9), "A001C001"))


if __name__ == "__main__":
    main()
