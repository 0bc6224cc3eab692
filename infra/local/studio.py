"""A studio: the deployed stack, whole, on this laptop. Its synthesised template → a running `Studio`.

    with studio.start() as laptop:
        laptop.session().client("s3").upload_file("A001C001.mov", laptop.outputs["IngestBucket"], key)

Any number run side by side. Each has an engine, a port and a folder of its own, and a file that says where it
is: `<temp>/circletake-<uid>/<name>.json`, which the `circletake` command reads.
"""

import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import boto3

from infra.local import LocalError, analysis, deployment, engine, synthesis, tether
from infra.local.analysis import Models
from infra.local.deployment import Progress

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
DEFAULT_MODELS = Models()
_engines: dict[int, engine.Engine] = {}  # those that this process started and still holds


@dataclass(frozen=True)
class Studio:
    """A running studio: what its state file holds, and the session that reaches it."""

    name: str
    endpoint: str
    region: str
    account: str
    access_key: str
    secret_key: str
    stack: str
    page: str
    outputs: Mapping[str, str]
    pid: int
    started_at: str
    #: Where the models are asked; None where the studio was started without them.
    analysis: str | None = None

    def session(self) -> boto3.Session:
        """An administrator's session whose every client speaks to this studio and to nothing else."""
        return engine.session(self.endpoint, {"sagemaker-runtime": self.analysis} if self.analysis else None)

    @property
    def folder(self) -> Path:
        """Where all of it lies that the studio writes."""
        return _home() / self.name

    def stop(self) -> None:
        """End every process of the studio and remove all that it wrote. Twice is no error."""
        tether.end(self.pid, self.folder)
        if self.pid in _engines:
            _engines.pop(self.pid).let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(
    name: str | None = None,
    *,
    template_dir: Path | None = None,
    without_grant: tuple[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    models: Models | None = DEFAULT_MODELS,
    lives_on: bool = False,
    say: Progress = lambda _: None,
) -> Studio:
    """A name and a cloud assembly, by default that of the sources as they are → a running studio.

    `without_grant=("inspect", "s3:GetObject")` takes that action from that function's role, to see it fail.
    `environment` is added to that of the engine, the handlers and the models. Without `models` nothing is analysed.
    Unless it `lives_on`, the studio ends with this process, however this process ends.
    """
    assembly = template_dir or synthesis.fresh(say)
    say("Starting the engine")
    running = _engine(name, environment or {})
    try:
        port = engine.free_port()
        address = f"http://127.0.0.1:{port}" if models else None
        deployed = deployment.deploy(
            assembly,
            engine.session(running.endpoint),
            running.endpoint,
            analysis=address,
            python=sys.executable,
            without_grant=without_grant,
            say=say,
        )
        if models and deployed.has_endpoint:
            say("Opening the models' endpoints")
            analysis.start(running.folder, running.endpoint, port, models, environment or {})
        studio = Studio(
            name=running.folder.name,
            endpoint=running.endpoint,
            region=engine.REGION,
            account=engine.ACCOUNT,
            access_key=engine.ACCOUNT,
            secret_key=engine.SECRET,
            stack=deployed.stack,
            page=deployed.page,
            outputs=deployed.outputs,
            pid=running.pid,
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            analysis=address if deployed.has_endpoint else None,
        )
        _write(studio)
    except BaseException:
        running.stop()
        raise
    if lives_on:
        running.let_go()
    else:
        _engines[studio.pid] = running
    return studio


def running() -> list[Studio]:
    """→ every studio of this user that is up, the oldest first. Clears away what a reboot left of others."""
    found = []
    for file in _home().glob("*.json"):
        try:
            studio = Studio(**json.loads(file.read_text()))
        except FileNotFoundError:  # it was ended while we looked
            continue
        if engine.is_running(studio.pid, file.with_suffix("")):
            found.append(studio)
        else:
            tether.clear(file.with_suffix(""))
    return sorted(found, key=lambda studio: studio.started_at)


def find(name: str | None = None) -> Studio:
    """A name → that studio; no name → the only one that is up. Raises LocalError."""
    up = running()
    named = [studio for studio in up if name in (None, studio.name)]
    if len(named) == 1:
        return named[0]
    if not named:
        others = f" Up: {', '.join(studio.name for studio in up)}." if up else " Start one: circletake local up"
        raise LocalError(f"No studio{f' called {name!r}' if name else ''} is up.{others}")
    raise LocalError(f"Several studios are up ({', '.join(s.name for s in up)}): say which with --name")


def stop(name: str | None = None) -> Studio:
    """A name, or none for the only studio that is up → that studio, ended."""
    studio = find(name)
    studio.stop()
    return studio


def add_user(studio: Studio, name: str, password: str, groups: Sequence[str]) -> None:
    """A person who can log in on the page with that password, in those groups. All are made where they are missing."""
    cognito = studio.session().client("cognito-idp")
    pool = studio.outputs["UserPool"]
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
    for group in groups:
        with contextlib.suppress(cognito.exceptions.GroupExistsException):
            cognito.create_group(UserPoolId=pool, GroupName=group)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)


def _home() -> Path:
    """→ this user's own folder for studios. Another user's folder of that name is not trusted."""
    home = Path(tempfile.gettempdir()) / f"circletake-{os.getuid()}"
    if home.is_symlink() or (home.exists() and home.stat().st_uid != os.getuid()):
        raise LocalError(f"{home} belongs to somebody else. Remove it, or set TMPDIR to a folder of your own.")
    return home


def _engine(name: str | None, environment: Mapping[str, str]) -> engine.Engine:
    """An engine under that name, or under the first `studio-N` that is free."""
    if name is not None and not _NAME.fullmatch(name):
        raise LocalError(f"{name!r} is no name for a studio: small letters, digits and dashes, 41 at most")
    for candidate in [name] if name else (f"studio-{number}" for number in count(1)):
        home = _home()
        home.mkdir(mode=0o700, exist_ok=True)
        try:
            return engine.start(home / candidate, environment)
        except FileExistsError:
            continue
    raise LocalError(f"A studio called {name!r} is up or starting. End it: circletake local down --name {name}")


def _write(studio: Studio) -> None:
    """Write the state file in one step, so that nobody reads half of it. It holds keys: owner only."""
    file = tether.state_file(_home() / studio.name)
    draft = file.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(asdict(studio), out, indent=2)
    draft.rename(file)
