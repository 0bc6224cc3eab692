"""The page's own files, and the headers under which a browser may show them."""

import mimetypes
import re
from http import HTTPStatus
from pathlib import Path

from functions.review.refusal import Refusal

#: What the build makes: names without anything that climbs, hides or is too long.
_FILE = re.compile(r"(?:[A-Za-z0-9][\w-]{0,60}/)?[A-Za-z0-9][\w.-]{0,100}|", re.ASCII)


def read_page(root: Path, path: str) -> tuple[str, bytes]:
    """Path below the page → content type and bytes. The empty path is the page itself."""
    if not _FILE.fullmatch(path) or not (file := root / (path or "index.html")).is_file():
        raise Refusal(HTTPStatus.NOT_FOUND, "There is nothing under this address.", "Go to the start page.")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, file.read_bytes()


def security_headers(*, media_origin: str, login_origin: str) -> dict[str, str]:
    """Where pictures and the login come from → headers that let nothing else in and keep nothing in a cache."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": f"'self' {media_origin}",
        "media-src": f"'self' {media_origin}",
        "connect-src": f"'self' {login_origin}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
