"""What went up, and what is known of it → the completion record."""

from collections.abc import Iterable, Mapping

from circletake.contracts.files import NotTaken, Offload, OffloadedFile
from circletake.transfer.listing import legible
from circletake.transfer.provenance import Provenance


def write_record(
    offload: str, known: Provenance, files: Iterable[OffloadedFile], left_out: Mapping[str, str]
) -> Offload:
    """The files as they lie in the bucket, and those that do not, with reasons → the record.

    Of a path that the offload did not take either, the last word stands.
    """
    not_taken = {each.path: each for each in known.not_taken}
    for path, reason in left_out.items():
        not_taken[legible(path)] = NotTaken(path=legible(path), reason=reason)
    return Offload(
        offload=offload,
        files=tuple(files),
        origin=known.origin,
        made_by=known.made_by,
        copies=known.copies,
        not_taken=tuple(not_taken.values()),
        manifest=known.manifest,
        manifest_sha256=known.manifest_sha256,
    )
