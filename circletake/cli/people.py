"""Acting as a named person: log in as on the page, and call the same HTTP API."""

import getpass
import json
import os
import urllib.error
import urllib.request
import warnings
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError

from circletake.cli.shared import fail
from circletake.cloud.deployment import Deployment

PASSWORD = "CIRCLETAKE_PASSWORD"  # noqa: S105 - the name of a variable
ASKED = f"Your password is asked for, unless {PASSWORD} has it."
As = Annotated[
    str,
    typer.Option(
        "--as", envvar="CIRCLETAKE_PERSON", help=f"Who you are: the e-mail with which you log in on the page. {ASKED}"
    ),
]
Reason = Annotated[str, typer.Option(help="Why, in a sentence. It stays on record with your name.")]
_TIMEOUT_S = 30


class Refused(Exception):  # noqa: N818
    """What the API says no to: its sentence, and what to do next."""


class Person:
    """Somebody who has logged in."""

    def __init__(self, where: Deployment, email: str, password: str | None = None) -> None:
        """Asks for the password, unless it is given, or the environment has it in CIRCLETAKE_PASSWORD."""
        self._page = where.outputs["PageUrl"]
        if not self._page.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            fail(f"The page's address is {self._page!r}: a password is sent over https, or on this machine, only.", 2)
        password = password or os.environ.get(PASSWORD) or _ask(email)
        try:
            answer = where.client("cognito-idp").initiate_auth(
                ClientId=where.outputs["UserPoolClient"],
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": email, "PASSWORD": password},
            )
        except ClientError as error:
            fail(f"{email} could not be logged in: {error.response['Error']['Message']}", 2)
        if "AuthenticationResult" not in answer:
            fail(f"{email} has to choose a password first. Log in once on the page: {self._page}", 2)
        self._token = answer["AuthenticationResult"]["IdToken"]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A call of the HTTP API → its answer. What it refuses is shown, and ends the command with exit code 1."""
        try:
            return self.ask(path, body)
        except Refused as refused:
            fail(str(refused), 1)

    def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A call of the HTTP API → its answer. Raises `Refused`."""
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at above
            f"{self._page}api/{path}",
            data=json.dumps(body).encode(),
            headers={"Authorization": self._token, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
                told: dict[str, Any] = json.load(answer)
                return told
        except urllib.error.HTTPError as refused:
            raise Refused(_why(refused)) from refused


def _ask(email: str) -> str:
    """Whoever sits there → their password. Ends the command where nobody does: it would be read, and shown, from
    what the command is fed with."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(f"Password of {email}: ")
    except getpass.GetPassWarning:
        fail(f"Nobody is here to be asked for the password of {email}: set {PASSWORD}, or run this in a terminal.", 2)


def _why(refused: urllib.error.HTTPError) -> str:
    try:
        told = json.loads(refused.read())
    except json.JSONDecodeError:
        return f"The API answered {refused.code} {refused.reason}."
    if "sentence" not in told:
        return f"The API answered {refused.code}: {told.get('message', refused.reason)}."
    return f"{told['sentence']} {told['next_step']}"
