"""What the HTTP API answers when it does not answer."""

from http import HTTPStatus


class Refusal(Exception):  # noqa: N818
    """A request that is not granted: a status, one sentence, and what to do next."""

    def __init__(self, status: HTTPStatus, sentence: str, next_step: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.body = {"code": status.name, "sentence": sentence, "next_step": next_step}
