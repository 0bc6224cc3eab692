"""What lies beside the footage about where it comes from → what the completion record says of it."""

from dataclasses import dataclass
from pathlib import Path

from circletake.contracts.cards import Copy
from circletake.contracts.files import NOTES, NotTaken, OffloadReport, Origin

REPORT = f"{NOTES}/offload.json"
MAX_REPORT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Provenance:
    """What is known of the card and its copies before a byte is read. `offload`: the insertion, if it has one."""

    origin: Origin
    made_by: str = "circletake upload"
    offload: str | None = None
    roll: str | None = None
    copies: tuple[Copy, ...] = ()
    not_taken: tuple[NotTaken, ...] = ()
    manifest: str | None = None
    manifest_sha256: str | None = None


def read_provenance(root: Path, made_from: Origin | None) -> Provenance:
    """A folder, and what its person says of it → its provenance. Raises `ValueError` for a report that is none.

    What `circletake offload` left there was made while the card was read, and outweighs what a person says.
    """
    report = root / REPORT
    if not report.is_file():
        return Provenance(made_from or Origin.UNKNOWN)
    if report.stat().st_size > MAX_REPORT_BYTES:
        raise ValueError(f"{REPORT} is larger than any report of an offload")
    told = OffloadReport.model_validate_json(report.read_bytes())
    return Provenance(
        Origin.CARD,
        told.made_by,
        told.offload,
        told.roll,
        told.copies,
        told.not_taken,
        told.manifest,
        told.manifest_sha256,
    )
