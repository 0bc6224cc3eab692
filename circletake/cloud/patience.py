"""Calls that outlive a lost line: what botocore's own retries did not bridge is waited out, with a word to a person."""

import threading
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

#: What AWS, or the way to it, can raise.
AWS_ERRORS = (BotoCoreError, ClientError)
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
_PASSING = {"RequestTimeout", "SlowDown", "ServiceUnavailable", "InternalError", "503", "500"}


class Patience:
    """Makes a call until it comes through. `on_trouble` hears a sentence while it does not, and None when it does."""

    def __init__(self, on_trouble: Callable[[str | None], None]) -> None:
        self._on_trouble = on_trouble
        self._over = threading.Event()

    def __call__(self, call: Callable[..., Any], **named: Any) -> Any:
        wait_s, waited = FIRST_WAIT_S, False
        while True:
            try:
                answer = call(**named)
            except (NoConnection, HTTPClientError, ClientError) as error:
                if not _is_passing(error) or self._over.is_set():
                    raise
                self._on_trouble(_said(error))
                waited = True
                self._over.wait(wait_s)
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)
                if "Body" in named and hasattr(named["Body"], "seek"):
                    named["Body"].seek(0)
            else:
                if waited:
                    self._on_trouble(None)
                return answer

    def give_up(self) -> None:
        """Nobody waits for an answer any more."""
        self._over.set()


def _is_passing(error: Exception) -> bool:
    return not isinstance(error, ClientError) or error.response["Error"]["Code"] in _PASSING


def _said(error: Exception) -> str:
    if isinstance(error, ClientError):
        return f"S3 cannot take it just now ({error.response['Error']['Code']})."
    return f"The line to S3 is down ({type(error).__name__})."
