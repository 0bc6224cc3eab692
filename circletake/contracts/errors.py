"""The error tree: what is wrong with the footage, as against what is wrong with us.

Rejected            the footage or file is at fault: a verdict is published, the message consumed
anything else       we, or AWS, are at fault: raise, so that the queue retries and the alarm rings
"""

from enum import StrEnum

from circletake.contracts.wire import Wire


class Code(StrEnum):
    """Why something did not reach the review bucket. A code never changes its meaning."""

    UNSUPPORTED_CONTAINER = "UNSUPPORTED_CONTAINER"
    INCOMPLETE_MEDIA = "INCOMPLETE_MEDIA"
    CORRUPT_ESSENCE = "CORRUPT_ESSENCE"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    CODEC_NOT_ALLOWED = "CODEC_NOT_ALLOWED"
    NO_VIDEO = "NO_VIDEO"
    NO_PICTURE_SIZE = "NO_PICTURE_SIZE"
    NO_FRAME_RATE = "NO_FRAME_RATE"
    BAD_NAME = "BAD_NAME"
    BAD_SIDECAR = "BAD_SIDECAR"
    MISSING_SPAN = "MISSING_SPAN"
    # Ends that are not the footage's fault: kept without a picture, or waiting for a person.
    KEPT_AS_IT_IS = "KEPT_AS_IT_IS"
    RAW_WITHOUT_DECODER = "RAW_WITHOUT_DECODER"
    DECODER_FAILED = "DECODER_FAILED"
    NO_ROUTE = "NO_ROUTE"
    OVERDUE = "OVERDUE"


class Verdict(Wire):
    """Why something ended as it did, for a person who stands beside a camera cart."""

    code: Code
    sentence: str
    next_step: str


class Rejected(Exception):  # noqa: N818 - a verdict about footage, not a fault of the program
    """The footage is at fault. Carries the code, one sentence, and what to do next."""

    def __init__(self, code: Code, sentence: str, next_step: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.verdict = Verdict(code=code, sentence=sentence, next_step=next_step)
