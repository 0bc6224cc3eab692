"""What lies in an answer object → an answer that can be believed, and what of it is stored where.

A model is not trusted: its weights may be broken, its input hostile. What does not fit the contract is not stored.
"""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from circletake.contracts.analysis import (
    MAX_ANSWER_BYTES,
    AnalysisKind,
    Answer,
    Description,
    Descriptions,
    FacesAnswer,
    ModelVersion,
    Question,
    Result,
)


class BadAnswer(Exception):  # noqa: N818 - not a fault of ours: a verdict on what a model said
    """This is no answer to the question. Says why in one sentence; never in the model's own words."""


class OtherModel(Exception):  # noqa: N818
    """A good answer, by another model or version than the one that was asked."""


def read_answer(data: bytes | None, question: Question, model: ModelVersion) -> Answer:
    """The bytes of an answer object (None: more than may be) → the answer. Raises `BadAnswer`, or `OtherModel`."""
    if data is None:
        raise BadAnswer(f"The model's answer is larger than {MAX_ANSWER_BYTES >> 20} MB.")
    try:
        # Strictness of JSON: no NaN, no depth, no surprise. Its parser takes the last of two equal names.
        answer = Answer.model_validate_json(data, strict=True)
        json.loads(data, object_pairs_hook=_once_each)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"] if not _is_foreign(part)) or "the answer"
        raise BadAnswer(f"The model's answer does not fit the contract, at {where}: {first['type']}.") from None
    except _Twice:
        raise BadAnswer("The model's answer says one thing twice.") from None
    if (why_not := answer.answers(question)) is not None:
        raise BadAnswer(f"The model's answer is not one to this question: {why_not}.")
    if answer.model != model:
        raise OtherModel(f"{answer.model.label} answered, where {model.label} was asked.")
    return answer


class _Twice(Exception):  # noqa: N818
    pass


def _once_each(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise _Twice


def _is_foreign(part: int | str) -> bool:
    """Whether a part of a place in an answer was named by the model: its words are shown to nobody."""
    return isinstance(part, str) and not (part.isidentifier() and len(part) < 40 and part in _NAMES)


def _names(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        return set(schema.get("properties", ())) | {name for part in schema.values() for name in _names(part)}
    return {name for part in schema for name in _names(part)} if isinstance(schema, list) else set()


_NAMES = _names(Answer.model_json_schema()) | set(AnalysisKind)


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept of an answer: the result for people, and apart from it what tells faces from one another."""

    result: bytes
    descriptions: bytes | None


def to_store(answer: Answer) -> Stored:
    """An answer → its result without embeddings, and the embeddings by the number of their track."""
    result: Result = answer.result
    if not isinstance(result, FacesAnswer) or not any(track.embedding for track in result.tracks):
        return Stored(result.model_dump_json(exclude_none=True).encode(), None)
    bare = result.model_copy(
        update={"tracks": tuple(track.model_copy(update={"embedding": None}) for track in result.tracks)}
    )
    described = tuple(
        Description(track=number, embedding=track.embedding)
        for number, track in enumerate(result.tracks)
        if track.embedding is not None
    )
    descriptions = Descriptions(model=answer.model.label, tracks=described)
    return Stored(bare.model_dump_json(exclude_none=True).encode(), descriptions.model_dump_json().encode())


#: What our own server says where it cannot answer, and never will.
_REFUSALS = frozenset(
    {"BAD_FRAMES", "BAD_QUESTION", "EMPTY_BODY", "NOT_SERVED", "TOO_LARGE", "UNANSWERABLE", "UNSUPPORTED_TYPE"}
)


def read_refusal(text: str) -> str | None:
    """The endpoint's word on a failure → the code of the server's refusal; None where another try may help."""
    return next((code for code in sorted(_REFUSALS) if f'"{code}"' in text or f'\\"{code}\\"' in text), None)
