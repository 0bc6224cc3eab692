"""`circletake redrive`: what was given up goes back to the queue that it came from."""

from typing import Annotated, Any

import typer

from circletake.cli.shared import Json, console, deployment, fail, print_json
from circletake.cloud.deployment import DEAD_LETTERS


def redrive(
    context: typer.Context,
    function: Annotated[str | None, typer.Argument(help="Only this function's messages: receive, inspect, …")] = None,
    as_json: Json = False,
) -> None:
    """Move the messages of the dead-letter queues back, after their cause was mended.

    A message that was done meanwhile does nothing the second time, so redriving is always safe.
    """
    chosen = [name for name in DEAD_LETTERS if function in (None, name.lower())]
    if not chosen:
        fail(f"There is no function {function!r} with a queue: {', '.join(name.lower() for name in DEAD_LETTERS)}.", 2)
    where = deployment(context)
    sqs = where.client("sqs")
    moved = {
        name.lower(): sum(
            _move(sqs, where.outputs[letters], where.outputs[queue])
            for letters, queue in DEAD_LETTERS[name].items()
            if letters in where.outputs
        )
        for name in chosen
    }
    if as_json:
        print_json({"moved": moved})
        return
    for name, count in moved.items():
        if count:
            console.print(f"{name}: {count} messages are on their way again.")
    if not any(moved.values()):
        console.print("The dead-letter queues are empty: nothing was given up.")


def _move(sqs: Any, source: str, target: str) -> int:
    """Every message of one queue → another. Sent before it is deleted, so it is never lost and at worst doubled."""
    moved = 0
    while messages := sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages"):
        for message in messages:
            sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
    return moved
