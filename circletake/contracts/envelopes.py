"""AWS's envelopes, as little of them as we read. AWS adds fields when it likes, so extras are ignored."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt


class Envelope(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class BusEvent(Envelope):
    """An EventBridge event, as a rule puts it into a queue: the body of the SQS message."""

    detail_type: str = Field(alias="detail-type")
    detail: dict[str, Any]


class S3Object(Envelope):
    """The key is raw here. Only S3's direct notifications, which we do not use, encode it for URLs."""

    key: str
    size: NonNegativeInt
    version_id: str = Field(alias="version-id")
    sequencer: str = ""


class ObjectCreated(Envelope):
    """The detail of S3's "Object Created". The bucket is versioned, so a version is always there."""

    object: S3Object
