"""Python imports this at start when its folder is on PYTHONPATH: counts what is sent and what is read of a card.

Each count is on its file before the bytes go, so that it outlives a kill: a line with the letter and the number.
"""

import os
import socket
from typing import Any

_count = os.open(os.environ["COUNTED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_sendall, _pread = socket.socket.sendall, os.pread


def sendall(self: socket.socket, data: Any, *flags: Any) -> None:
    os.write(_count, f"s{len(data)}\n".encode())
    _sendall(self, data, *flags)


def pread(descriptor: int, size: int, start: int) -> bytes:
    found = _pread(descriptor, size, start)
    os.write(_count, f"r{len(found)}\n".encode())
    return found


socket.socket.sendall = sendall  # type: ignore[method-assign,assignment]
os.pread = pread
