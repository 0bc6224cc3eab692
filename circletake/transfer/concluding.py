"""Copies that were read back → their manifest, their report, and how each ended."""

from collections.abc import Collection, Sequence
from functools import partial

from pydantic import ValidationError

from circletake.contracts.cards import Copy, VolumeKind
from circletake.contracts.files import NotTaken, OffloadReport
from circletake.contracts.version import VERSION
from circletake.transfer.copy_journal import Begun
from circletake.transfer.listing import legible
from circletake.transfer.one_copy import OneCopy
from circletake.transfer.outcome import CopyOutcome, CopyStatus
from circletake.transfer.planning import Plan
from circletake.transfer.provenance import REPORT
from circletake.transfer.sealing import Manifest, agree, read_sealed, write_sealed


def seal(plan: Plan, copies: Sequence[OneCopy]) -> Manifest | None:
    """The same manifest on every copy that is verified; None where none is."""
    sealed: list[Manifest] = []
    for copy in _verified(copies):
        copy.attempt(lambda copy=copy: sealed.append(read_sealed(copy.folder)))  # type: ignore[misc]
    verified = _verified(copies)
    if not verified:
        return None
    changed = set[str]().union(*(copy.journal.changed for copy in verified))
    manifest = agree(sealed, plan.card, verified[0].journal.done, changed, plan.algorithm, plan.roll)
    for copy in verified:
        copy.attempt(partial(write_sealed, copy.folder, manifest))
    return manifest


def report(
    plan: Plan,
    begun: Begun,
    copies: Sequence[OneCopy],
    outcomes: Sequence[CopyOutcome],
    not_taken: tuple[NotTaken, ...],
    manifest: Manifest,
) -> None:
    """On every verified copy, last of all: which copies there are, and what they hold."""
    before: list[Copy] = []

    def look(copy: OneCopy) -> None:
        said = _reported(copy)
        before.extend(said.copies if said else ())

    for copy in _verified(copies):
        copy.attempt(partial(look, copy))
    # A copy that was verified before and is not plugged in now is still one.
    here = {copy.name for copy in copies}
    elsewhere = {each.volume: each for each in before if each.volume not in here}
    told = [
        Copy(
            volume=outcome.target.volume.name,
            kind=VolumeKind.DISK,
            serial=outcome.target.volume.serial,
            read_back_at=outcome.read_back_at,
            files=outcome.files,
            bytes=outcome.bytes,
        )
        for outcome in outcomes
        if outcome.counts
    ]
    if not told:
        return
    body = OffloadReport(
        offload=begun.offload,
        roll=plan.roll,
        card=begun.card,
        begun_at=begun.begun_at,
        ended_at=max(copy.read_back_at for copy in told),
        files=told[0].files,
        bytes=told[0].bytes,
        manifest=manifest.path,
        manifest_sha256=manifest.sha256,
        copies=(*told, *elsewhere.values()),
        not_taken=not_taken,
        made_by=f"circletake {VERSION}",
    ).model_dump_json(indent=2)
    for copy in _verified(copies):
        copy.attempt(partial(_write_report, copy, body.encode()))


def _write_report(copy: OneCopy, body: bytes) -> None:
    if copy.folder.read(REPORT) != body:
        copy.folder.write_whole(REPORT, body)


def take_back(copies: Sequence[OneCopy], bad: Collection[str]) -> None:
    """Every report that is there → the same without those copies: their word does not hold any more."""
    if bad:
        for copy in copies:
            copy.attempt(partial(_take_back, copy, bad))


def _take_back(copy: OneCopy, bad: Collection[str]) -> None:
    if said := _reported(copy):
        good = tuple(each for each in said.copies if each.volume not in bad)
        _write_report(copy, said.model_copy(update={"copies": good}).model_dump_json(indent=2).encode())


def _reported(copy: OneCopy) -> OffloadReport | None:
    body = copy.folder.read(REPORT)
    if body is None:
        return None
    try:
        return OffloadReport.model_validate_json(body)
    except ValidationError:
        # Somebody wrote into it; what it said is said again from the journals.
        return None


def _verified(copies: Sequence[OneCopy]) -> list[OneCopy]:
    return [copy for copy in copies if not copy.error and not copy.wrong]


def outcomes_of(plan: Plan, copies: Sequence[OneCopy]) -> tuple[CopyOutcome, ...]:
    """Copies as they are now → how each ended."""
    outcomes: list[CopyOutcome] = []
    for copy in copies:
        problems: list[tuple[str | None, str]] = [
            (legible(plan.card.files[number].path), what) for number, what in sorted(copy.wrong.items())
        ]
        status = CopyStatus.DIFFERS if problems else CopyStatus.VERIFIED
        if copy.error:
            problems.insert(0, (None, _told(copy.error)))
            status = CopyStatus.FAILED
        verified = status is CopyStatus.VERIFIED
        volume = copy.target.volume
        is_one_more = not volume.is_memory and not any(
            each.counts and volume.shares_a_disk(each.target.volume) for each in outcomes
        )
        journal = copy.target.journal
        done = journal.done if journal else {}
        outcomes.append(
            CopyOutcome(
                target=copy.target,
                status=status,
                counts=verified and is_one_more,
                files=len(done),
                bytes=sum(plan.card.files[number].size_bytes for number in done),
                read_back_at=journal.read_back_at if journal and verified else None,
                read_from=journal.read_from if journal and verified else None,
                is_read=copy.is_read,
                problems=tuple(problems),
            )
        )
    return tuple(outcomes)


def _told(error: OSError) -> str:
    where = f" ({legible(error.filename)})" if isinstance(error.filename, str) else ""
    return f"the volume failed: {error.strerror or error}{where}"
