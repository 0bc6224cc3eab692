"""What a transcode left in its directory, as it is committed."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from circletake.contracts.media import Output


def describe(directory: Path, media_types: Mapping[str, str]) -> tuple[Output, ...]:
    """A directory and the types of what may be in it → its files with size and SHA-256, in the order of the types."""
    return tuple(
        Output(name=name, media_type=media_type, size_bytes=path.stat().st_size, sha256=_sha256(path))
        for name, media_type in media_types.items()
        if (path := directory / name).exists()
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
