"""Our bus: facts and orders go out, and each entry's own result is looked at."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from circletake.contracts.facts import MAX_MESSAGE_BYTES, SOURCE

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

#: PutEvents takes at most 10 entries and 256 KiB a call.
_BATCH = min(10, 256 * 1024 // MAX_MESSAGE_BYTES)


class NotSaid(Exception):  # noqa: N818
    """The bus refused some of the messages: they stay pending, and the caller tries again."""


class Bus(Protocol):
    """Takes (name, JSON) pairs; returns when every one was accepted, else raises `NotSaid`."""

    def say(self, messages: Sequence[tuple[str, str]]) -> None: ...


class EventBus:
    """Amazon EventBridge."""

    def __init__(self, client: "EventBridgeClient", name: str) -> None:
        self._client = client
        self._name = name

    def say(self, messages: Sequence[tuple[str, str]]) -> None:
        for start in range(0, len(messages), _BATCH):
            batch = messages[start : start + _BATCH]
            answer = self._client.put_events(
                Entries=[
                    {"EventBusName": self._name, "Source": SOURCE, "DetailType": name, "Detail": detail}
                    for name, detail in batch
                ]
            )
            if answer["FailedEntryCount"]:
                failed = [entry.get("ErrorCode", "") for entry in answer["Entries"] if "ErrorCode" in entry]
                raise NotSaid(f"{len(failed)} of {len(batch)} messages were refused: {', '.join(failed)}")
