"""An HTTP request → what is asked: a question, and media in a file. What cannot be taken in is Refused."""

import base64
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from starlette.requests import ClientDisconnect, Request

from circletake.contracts.analysis import MAX_QUESTION_CHARS, MAX_SAMPLES, Frame, Question
from circletake.contracts.wire import Wire
from models.media import Media

#: SageMaker takes bodies up to this size for an asynchronous endpoint.
MAX_MEDIA_BYTES = 1 << 30
#: Read whole, unlike media.
MAX_JSON_BYTES = 64 << 20
#: All stills of one body together: as many of 512 × 288, like the analysis frames, as a model tells of. A model that
#: kept every one as RGB would hold 1.8 GB.
MAX_STILLS_PIXELS = MAX_SAMPLES * 512 * 288
#: A still has one comma in it and one behind it; the question has a few.
_MAX_COMMAS = 3 * MAX_SAMPLES
_QUESTION = "x-amzn-sagemaker-custom-attributes"
_JSON = "application/json"
_LIMITS = {
    "video/mp4": MAX_MEDIA_BYTES,
    "video/x-matroska": MAX_MEDIA_BYTES,
    "image/jpeg": MAX_JSON_BYTES,
    _JSON: MAX_JSON_BYTES,
}


class Refused(Exception):  # noqa: N818 - a verdict about a request
    """The request ends here: with an HTTP status, a code, and one sentence that says what is wrong."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence


def _from_base64(text: Any) -> Any:
    return base64.b64decode(text, validate=True) if isinstance(text, str) else text


class Still(Wire):
    frame: Frame
    jpeg: Annotated[bytes, BeforeValidator(_from_base64), Field(min_length=1)]


class Asked(Wire):
    """The body of application/json."""

    question: Question
    frames: Annotated[tuple[Still, ...], Field(min_length=1, max_length=MAX_SAMPLES)]


def content_type(request: Request) -> str:
    """→ the media type. Refused (415) where no model reads it, (413) where the body says that it is too large."""
    told = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if told not in _LIMITS:
        raise Refused(415, "UNSUPPORTED_TYPE", f"the body has to be one of {', '.join(_LIMITS)}")
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > _LIMITS[told]:
        raise _too_large(told)
    return told


def header_question(request: Request) -> Question:
    """→ the question that travels beside the media. Refused (400) when it is none."""
    text = request.headers.get(_QUESTION, "")
    if not text:
        raise Refused(400, "BAD_QUESTION", "the header X-Amzn-SageMaker-Custom-Attributes holds no question")
    if len(text) > MAX_QUESTION_CHARS:
        raise Refused(400, "BAD_QUESTION", f"the question has more than {MAX_QUESTION_CHARS} characters")
    try:
        return Question.model_validate_json(text)
    except ValidationError as fault:
        raise Refused(400, "BAD_QUESTION", f"this is no question: {_where(fault)}") from fault


async def receive(pieces: AsyncIterator[bytes], told: str, file: IO[bytes]) -> int:
    """The body → a file, piece by piece; → its size. Refused: (413) when it grows too large, (400) when empty."""
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > _LIMITS[told]:
            raise _too_large(told)
        try:
            file.write(piece)
            file.flush()
        except OSError as fault:
            raise Refused(503, "NO_ROOM", "there is no room on the disk to receive it") from fault
    if not size:
        raise Refused(400, "EMPTY_BODY", "there is no media in the body")
    return size


async def drain(pieces: AsyncIterator[bytes]) -> None:
    """Take in what is still being sent: whose connection is reset while sending never reads why."""
    size = 0
    with suppress(ClientDisconnect):
        async for piece in pieces:
            size += len(piece)
            if size > MAX_MEDIA_BYTES:
                return


def asked(told: str, path: Path, question: Question | None) -> tuple[Question, Media]:
    """What was received → question and media.

    Refused: (400) when JSON is not as agreed, (413) when it is too much to be looked at, (415) when bytes disagree.
    """
    if question is None:
        return _asked_in_json(path)
    media = Media(path)
    if media.content_type != told:
        raise Refused(415, "UNSUPPORTED_TYPE", f"the body is said to be {told}, and is {media.content_type}")
    return question, media


def is_json(told: str) -> bool:
    return told == _JSON


def _asked_in_json(path: Path) -> tuple[Question, Media]:
    sent = path.read_bytes()
    # A parser makes objects of all of it before it counts: of 8 MB that are nothing but commas, 3.7 GB.
    if sent.count(b",") > _MAX_COMMAS:
        raise Refused(413, "TOO_LARGE", f"a body may have {MAX_SAMPLES:,} frames")
    try:
        body = Asked.model_validate_json(sent)
    except ValidationError as fault:
        raise Refused(400, "BAD_FRAMES", f"this is no question with frames: {_where(fault)}") from fault
    numbers = [still.frame for still in body.frames]
    if len(set(numbers)) < len(numbers):
        raise Refused(400, "BAD_FRAMES", "a frame comes twice")
    if max(numbers) >= body.question.frames:
        raise Refused(400, "BAD_FRAMES", f"frame {max(numbers)} is not in a clip of {body.question.frames} frames")
    media = Media.of_stills((still.frame, still.jpeg) for still in body.frames)
    if media.pixels > MAX_STILLS_PIXELS:
        told = f"the frames have {media.pixels:,} pixels together, and may have {MAX_STILLS_PIXELS:,}"
        raise Refused(413, "TOO_LARGE", told)
    return body.question, media


def _too_large(told: str) -> Refused:
    return Refused(413, "TOO_LARGE", f"a body of {told} may have {_LIMITS[told] >> 20} MB")


def _where(fault: ValidationError) -> str:
    """What is wrong, and where, without what was sent: it may be words that somebody spoke."""
    first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'all of it'}: {first['msg']}"
