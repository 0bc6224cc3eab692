"""What answers HTTP for the fake studio, and its picture store: another origin without CORS, as S3 is."""

import re
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from mimetypes import guess_type
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tests.web.fake_api import FakeStudio


class Handler(BaseHTTPRequestHandler):
    studio: "FakeStudio"
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with suppress(ConnectionError):  # a browser that leaves in the middle of a picture is no fault
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: a test's output is its assertions."""

    def answer(self, status: int, body: bytes = b"", kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class Store(Handler):
    """Presigned pictures, with ranges and without CORS."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        file = self.studio.media_dir / parts.path.split("/")[-3] / parts.path.split("/")[-1]
        if parts.query != "signed=1" or not file.is_file():
            return self.answer(403)
        body, kind = file.read_bytes(), guess_type(file.name)[0] or "application/octet-stream"
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not wanted:
            return self.answer(200, body, kind, Accept_Ranges="bytes")
        first, last = int(wanted[1]), min(int(wanted[2] or len(body)), len(body) - 1)
        ranged = f"bytes {first}-{last}/{len(body)}"
        return self.answer(206, body[first : last + 1], kind, Content_Range=ranged, Accept_Ranges="bytes")
