"""SageMaker's notification of an asynchronous inference → what of it we believe: which question, and how it ended."""

import json
import re
from dataclasses import dataclass
from typing import Any, Self

from circletake.contracts.envelopes import BusEvent

_INFERENCE = "InferenceResult"
#: `Endpoint.ask` names each inference by its job and attempt.
_ID = re.compile(r"([0-9a-f]{20})-([1-9][0-9]{0,8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """Which attempt at which question ended, and the endpoint's reason if it failed."""

    job_id: str
    attempt: int
    failed: bool
    reason: str

    @classmethod
    def of(cls, notification: dict[str, Any]) -> Self:
        """Raises `ValueError` where no question of ours is named."""
        named = _ID.fullmatch(str(notification.get("inferenceId", "")))
        if named is None:
            raise ValueError("this notification names no question of ours")
        failed = notification.get("invocationStatus") != "Completed"
        return cls(named[1], int(named[2]), failed, str(notification.get("failureReason", "")))


def read_event(body: str) -> BusEvent:
    """The body of a message: EventBridge's event, or a notification that SNS delivered raw → an event."""
    told = json.loads(body)
    if "detail-type" in told:
        return BusEvent.model_validate(told)
    return BusEvent.model_validate({"detail-type": _INFERENCE, "detail": told})
