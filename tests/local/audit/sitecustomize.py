"""Python imports this at start when its folder is on PYTHONPATH: → one JSON line for each address it names.

A line with `argv` says that a process is being listened to. What C code opens by itself is not heard:
`awslambdaric` polls AWS_LAMBDA_RUNTIME_API with libcurl, and FFmpeg is held by its launcher.
"""

import json
import os
import sys
from typing import Any

_HEARD = {
    "socket.connect": lambda args: args[1],
    "socket.sendto": lambda args: args[1],
    "socket.bind": lambda args: args[1],
    "socket.getaddrinfo": lambda args: args[0],
    "socket.gethostbyname": lambda args: args[0],
}


def _write(**line: Any) -> None:
    os.write(_log, f"{json.dumps({'pid': os.getpid(), **line}, default=repr)}\n".encode())


def _listen(event: str, args: tuple[Any, ...]) -> None:
    if event in _HEARD:
        _write(event=event, address=_HEARD[event](args))


_log = os.open(os.environ["AUDIT_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_write(argv=sys.orig_argv)
sys.addaudithook(_listen)
