"""What went up, and what is known of it → the completion record."""

import os
from collections.abc import Iterable, Mapping

from circletake.contracts.files import NotTaken, Offload, OffloadedFile
from circletake.transfer.provenance import Provenance


def write_record(
    offload: str, known: Provenance, files: Iterable[OffloadedFile], left_out: Mapping[str, str]
) -> Offload:
    """The files as they lie in the bucket, and those that do not, with reasons → the record."""
    return Offload(
        offload=offload,
        files=tuple(files),
        origin=known.origin,
        made_by=known.made_by,
        copies=known.copies,
        not_taken=(
            *known.not_taken,
            *(NotTaken(path=_writable(path), reason=reason) for path, reason in left_out.items()),
        ),
        manifest=known.manifest,
        manifest_sha256=known.manifest_sha256,
    )


def _writable(path: str) -> str:
    """A path → itself; bytes that are no UTF-8 as escapes, since no record could hold them."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
