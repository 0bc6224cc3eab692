"""What lies beside the footage about where it comes from → what the completion record says of it."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from circletake.contracts.cards import Copy
from circletake.contracts.files import NOTES, NotTaken, OffloadReport, Origin
from circletake.transfer.copy_journal import JOURNAL
from circletake.transfer.listing import Card

REPORT = f"{NOTES}/offload.json"
MAX_REPORT_BYTES = 64 * 1024 * 1024
_OTHERWISE = "Read the copy back with `circletake offload`, or upload from another copy."


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


def read_provenance(path: Path, made_from: Origin | None) -> Provenance:
    """A folder or file, and what its person says of it → its provenance. Raises `ValueError` for what cannot be.

    What `circletake offload` left there was made while the card was read; nobody's word goes against it.
    """
    for folder in path.resolve().parents:
        if (folder / JOURNAL).is_file() and not (folder / REPORT).exists():
            raise ValueError(_unfinished(folder))
    if not (path / NOTES).is_dir():
        return Provenance(made_from or Origin.UNKNOWN)
    told = _read_report(path)
    if made_from is Origin.COPY:
        raise ValueError(
            f"--made-from copy contradicts the offload's report in {path}: its digests were made while the card "
            f"{told.card} was read. Leave --made-from out."
        )
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


def refuse_unfinished(card: Card) -> None:
    """A listing → nothing, unless an offload onto a folder below was begun and not ended. Raises `ValueError`."""
    paths = {file.path for file in card.files}
    for path in sorted(paths):
        folder, _, name = path.rpartition(f"/{JOURNAL}")
        if folder and not name and f"{folder}/{REPORT}" not in paths:
            raise ValueError(_unfinished(card.root / folder))


def _read_report(path: Path) -> OffloadReport:
    try:
        with (path / REPORT).open("rb") as file:
            body = file.read(MAX_REPORT_BYTES + 1)
    except FileNotFoundError:
        raise ValueError(_unfinished(path)) from None
    except OSError as error:
        raise ValueError(f"The offload's report in {path} cannot be read: {error.strerror}. {_OTHERWISE}") from error
    if len(body) > MAX_REPORT_BYTES:
        raise ValueError(f"{REPORT} in {path} is larger than any report of an offload. {_OTHERWISE}")
    try:
        return OffloadReport.model_validate_json(body)
    except ValidationError as error:
        said = error.errors()[0]["msg"]
        raise ValueError(f"The offload's report in {path} cannot be read: {said}. {_OTHERWISE}") from error


def _unfinished(folder: Path) -> str:
    return (
        f"An offload onto {folder} was begun and has not ended, so not all of the card may be there. "
        "Finish it first: the same `circletake offload` goes on where it stopped."
    )
