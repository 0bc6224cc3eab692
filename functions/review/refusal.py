"""What the HTTP API answers when it does not answer."""

from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

_Model = TypeVar("_Model", bound=BaseModel)


class Refusal(Exception):  # noqa: N818
    """A request that is not granted: a status, one sentence, what to do next, and what helps with that."""

    def __init__(self, status: HTTPStatus, sentence: str, next_step: str, **help_: Any) -> None:
        super().__init__(sentence)
        self.status = status
        self.body = {"code": status.name, "sentence": sentence, "next_step": next_step, **help_}


def read_body(kind: type[_Model], body: str) -> _Model:
    """The body of a request → what it asks for. Raises `Refusal` naming what cannot be understood."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        if where == "reason":
            raise senseless("a reason is needed, in one line of up to 500 characters") from error
        raise senseless(f"{where}: {first['msg']}" if where else first["msg"]) from error


def senseless(what: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, f"This cannot be understood: {what}.", "Put that right, and ask again.")
