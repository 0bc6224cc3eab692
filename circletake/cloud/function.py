"""What every handler is made of: its settings, its clients, and the loop over the messages of its queue."""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from pydantic import BaseModel, ConfigDict

from circletake.cloud.bus import EventBus
from circletake.cloud.catalogue import Catalogue
from circletake.cloud.clients import config_for
from circletake.cloud.objects import Objects
from circletake.cloud.outbox import Outbox
from circletake.cloud.stage import Held
from circletake.contracts.envelopes import BusEvent

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

#: FFmpeg is stopped so long before Lambda would stop us, so that there is time to say what happened.
MARGIN_S = 30

logger = Logger()
metrics = Metrics(namespace="Circletake")


class ReadingSettings(BaseModel):
    """A function's environment. Each field is the variable of the same name in capitals; none has a default."""

    model_config = ConfigDict(frozen=True)

    table: str

    @classmethod
    def read(cls) -> Self:
        """The environment → the settings. Raises `ValidationError` naming what is missing."""
        named = {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        return cls.model_validate(named)


class Settings(ReadingSettings):
    """The environment of a function that also speaks on our bus."""

    bus: str


def client(service: str) -> Any:
    """Name of an AWS service → its client, as the runtime's credentials allow."""
    return boto3.client(service, config=config_for(service))  # type: ignore[call-overload]


def open_outbox(settings: Settings) -> Outbox:
    return Outbox(Catalogue(client("dynamodb"), settings.table), EventBus(client("events"), settings.bus))


def open_objects() -> Objects:
    return Objects(client("s3"))


def on_queue(
    handle: Callable[[BusEvent, float], None],
    read: Callable[[str], BusEvent] = BusEvent.model_validate_json,
) -> "Callable[[dict[str, Any], LambdaContext], PartialItemFailureResponse]":
    """What is done with one event until a deadline (`time.monotonic`) → the handler of a queue.

    `read`: the body of a message → the event, for a queue that hears others than EventBridge, too.

    A message that raises is delivered again, its neighbours are not: the answer names the failed ones. When all
    of them failed the first error is raised, so that AWS counts it; a message that is only `Held` is no error.
    """
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    @metrics.log_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
        deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - MARGIN_S
        failures: list[Exception] = []

        def one(record: "SQSRecord") -> None:
            try:
                event = read(record.body)
                logger.append_keys(about=event.detail_type, **_named(event.detail))
                handle(event, deadline)
            except Held as held:
                logger.info(str(held))
                metrics.add_metric("Held", MetricUnit.Count, 1)
                raise
            except Exception as failure:
                logger.exception("failed", message_id=record.message_id)
                metrics.add_metric("Failed", MetricUnit.Count, 1)
                failures.append(failure)
                raise
            metrics.add_metric("Done", MetricUnit.Count, 1)

        answer = process_partial_response(event=event, record_handler=one, processor=processor, context=context)
        if failures and len(failures) == len(event["Records"]):
            raise failures[0]
        return answer

    return handler


def report_missing_walls(refused: Mapping[str, int]) -> None:
    """Walls that the kernel refused to FFmpeg in this process → the log and a metric: somebody has to know."""
    for wall, children in refused.items():
        logger.warning("the kernel refused a wall around FFmpeg", wall=wall, children=children)
        metrics.add_metric("WallRefused", MetricUnit.Count, 1)


def _named(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What an event is about, as `circletake why` looks for it in the logs: the clip, the roll, the object's key."""
    thing = detail.get("object")
    return {
        "clip": detail.get("clip"),
        "roll": detail.get("roll"),
        "key": thing.get("key") if isinstance(thing, dict) else None,
    }
