"""What a transcode left in its directory, as it is committed."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from circletake.contracts.media import Output

_CHUNK_BYTES = 1024 * 1024


def describe(directory: Path, media_types: Mapping[str, str], on_progress: Callable[[int], None]) -> tuple[Output, ...]:
    """A directory and the types of what may be in it → its files with size and SHA-256, in the order of the types."""
    return tuple(
        Output(name=name, media_type=media_type, size_bytes=path.stat().st_size, sha256=_sha256(path, on_progress))
        for name, media_type in media_types.items()
        if (path := directory / name).exists()
    )


def _sha256(path: Path, on_progress: Callable[[int], None]) -> str:
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            hasher.update(chunk)
            on_progress(len(chunk))
    return hasher.hexdigest()
