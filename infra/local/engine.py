"""The AWS engine on this laptop: one `ministack` process on loopback, in an environment of its own.

A folder → a running engine with its endpoint; stopping it leaves no process and no folder.
"""

import contextlib
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import RefreshableCredentials

from infra.local import LocalError, processes, tether

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "111122223333"  # the account that AWS's documentation uses for nobody in particular
SECRET = "test"  # noqa: S105 - the engine takes an account's number with this word for its administrator
REGION = "us-east-1"
READY_WITHIN_S = 30.0

# Straight to loopback, whatever proxy the developer's environment names.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Engine:
    """A running engine. Its process leads a group in which every handler runs."""

    endpoint: str
    pid: int
    folder: Path
    _tether: "subprocess.Popen[bytes]"

    def let_go(self) -> None:
        """Let the engine live on when this process ends."""
        if self._tether.poll() is None:
            self._tether.communicate(b".")

    def stop(self) -> None:
        """End it and all that it started, and remove its folder."""
        tether.end(self.pid, self.folder)
        self.let_go()


def start(folder: Path, environment: Mapping[str, str] | None = None) -> Engine:
    """A folder that does not exist yet → a healthy engine that keeps everything it writes in that folder.

    Until `let_go`, it ends with this process, however this process ends. `environment` is added to that of
    the engine and of every handler. Raises FileExistsError if the folder is taken.
    """
    folder.mkdir(mode=0o700)
    (folder / "tmp").mkdir()
    try:
        port = free_port()
        process = _launch(folder, {**_surroundings(folder, port), **(environment or {})})
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    engine = Engine(f"http://127.0.0.1:{port}", process.pid, folder, _tie(process.pid, folder))
    try:
        _wait_until_healthy(process, engine)
    except BaseException:
        engine.stop()
        raise
    finally:
        process.returncode = 0  # it is reaped by its id, here or by the `local down` of another process
    return engine


def session(endpoint: str, elsewhere: Mapping[str, str] | None = None) -> boto3.Session:
    """An engine's endpoint, and services that are served at another → an administrator's session."""
    return boto3.Session(
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key=SECRET,
        region_name=REGION,
        botocore_session=_Straight(endpoint, elsewhere or {}),
    )


def assumed(endpoint: str, role: str) -> boto3.Session:
    """An engine's endpoint and a role's ARN → a session that may do what the role may, renewed as it runs out."""
    sts = session(endpoint).client("sts")

    def assume() -> dict[str, str]:
        keys = sts.assume_role(RoleArn=role, RoleSessionName="circletake-studio")["Credentials"]
        return {
            "access_key": keys["AccessKeyId"],
            "secret_key": keys["SecretAccessKey"],
            "token": keys["SessionToken"],
            "expiry_time": keys["Expiration"].isoformat(),
        }

    straight = _Straight(endpoint, {})
    straight._credentials = RefreshableCredentials.create_from_metadata(  # type: ignore[attr-defined]
        metadata=assume(), refresh_using=assume, method="sts-assume-role"
    )
    return boto3.Session(botocore_session=straight, region_name=REGION)


def is_running(pid: int, folder: Path) -> bool:
    """Whether a process id from a state file is still that of the folder's engine, whichever checkout started it.

    After a reboot it may be a stranger's, or the engine's of another studio.
    """
    # The checkout's own path says nothing. An earlier version's engine does not name its studio: it may be this one.
    engines = rf".* -P .*/{re.escape(str(_PROGRAM.relative_to(ROOT)))}( {re.escape(folder.name)})?\s*"
    return re.fullmatch(engines, processes.command(pid), re.DOTALL) is not None


_PROGRAM = Path(__file__).resolve().with_name("corrected.py")


def _launch(folder: Path, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    python = Path(os.environ.get("CIRCLETAKE_ENGINE_PYTHON", ROOT / ".venv-engine" / "bin" / "python"))
    if not python.exists():
        raise LocalError(f"The local engine is not installed: {python} is missing. Run: make .venv-engine")
    with (folder / "engine.log").open("ab") as log:
        return subprocess.Popen(
            # -P: our folder must not shadow the engine's own modules. The name is how `is_running` knows it again.
            [python, "-P", _PROGRAM, folder.name],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )


def _tie(pid: int, folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "infra.local.tether", str(pid), str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT, start_new_session=True)


#: Below those that systems give to whoever connects: Linux from 32768 on, macOS from 49152.
_PORTS = range(20_000, 32_768)


def free_port() -> int:
    """→ a port of loopback that nobody has, and that no connection is given before it is listened on, seconds later.

    Raises LocalError where all are taken.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise LocalError(f"Every port of 127.0.0.1 from {_PORTS.start} to {_PORTS.stop - 1} is taken.")


def bare(folder: Path) -> dict[str, str]:
    """A studio's folder → the environment of its processes: nothing of the developer's but PATH."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _surroundings(folder: Path, port: int) -> dict[str, str]:
    """The engine's whole environment, which every handler inherits."""
    return {
        **bare(folder),
        "AUTH": "true",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "LAMBDA_EXECUTOR": "local",
        "CIRCLETAKE_JOB": json.dumps(_job(port)),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def _job(port: int) -> dict[str, Any]:
    """How a job of Batch is started here: the container's own command, on the interpreter that runs the handlers."""
    keys = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": REGION}
    return {
        "command": [sys.executable, "-m", "functions.transcode.handler"],
        "folder": str(ROOT),
        "environment": {**keys, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"},
    }


def _wait_until_healthy(process: "subprocess.Popen[bytes]", engine: Engine) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, json.JSONDecodeError):
            with _direct.open(f"{engine.endpoint}/_ministack/health", timeout=2) as answer:
                json.load(answer)
            if process.poll() is None:  # what answered is ours, not another engine on that port
                return
        time.sleep(0.05)
    tail = "\n".join((engine.folder / "engine.log").read_text(errors="replace").splitlines()[-15:])
    raise LocalError(f"The local engine did not get ready within {READY_WITHIN_S:.0f} s. Its log ends:\n{tail}")


class _Straight(botocore.session.Session):
    """Makes clients for the given addresses only, whatever the developer's environment, profile or proxy says."""

    def __init__(self, endpoint: str, elsewhere: Mapping[str, str]) -> None:
        nowhere = (None, None, os.devnull, None)
        super().__init__(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": nowhere,
                "credentials_file": nowhere,
            }
        )
        self._endpoint, self._elsewhere = endpoint, elsewhere

    def create_client(self, service_name: str, *args: Any, **given: Any) -> Any:
        given["endpoint_url"] = given.get("endpoint_url") or self._elsewhere.get(service_name, self._endpoint)
        # boto3 would presign for S3 in us-east-1 with version 2, which the engine half refuses.
        straight = Config(proxies={}, signature_version="s3v4" if service_name == "s3" else None)
        given["config"] = straight.merge(given["config"]) if given.get("config") else straight
        return super().create_client(service_name, *args, **given)
