"""A plan → verified copies of a card, each with the manifest that was made while reading it. Opens no network.

The order is what a kill at any line rests on, and each step leaves what the next run goes on from:

    journal begun · bytes, name, journal line of each file · read back · manifest · chain · report

The report (`.circletake/offload.json`) is what says that a copy is complete, so it comes last. A run that finds
everything done does nothing but say so.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from pydantic import ValidationError

from circletake.contracts.cards import Copy, VolumeKind
from circletake.contracts.files import NotTaken, OffloadReport
from circletake.transfer.copy_journal import Begun, fingerprint
from circletake.transfer.copying import CardGone, Taker, copy_files
from circletake.transfer.lanes import Lane
from circletake.transfer.listing import Card, find_twins, new_offload, walk_card
from circletake.transfer.metering import Meter
from circletake.transfer.one_copy import OneCopy
from circletake.transfer.outcome import CopyOutcome, CopyStatus, Outcome, findings, legible, unlistable
from circletake.transfer.planning import Plan
from circletake.transfer.reading_back import probe, read_back
from circletake.transfer.sealing import REPORT, Manifest, agree, circletake_version, read_sealed, write_sealed
from circletake.transfer.writing import VolumeWriter


def offload(plan: Plan, meter: Meter) -> Outcome:
    """A plan → what came of it. Raises `CardGone`, and `Refused` where the copies contradict each other."""
    copies = [OneCopy(target) for target in plan.targets]
    begun = _begin(plan, copies)
    twins = _twins_not_taken(plan.card, copies)
    numbers = [
        number
        for number in range(len(plan.card.files))
        if number not in twins and any(number not in copy.journal.done for copy in copies if not copy.error)
    ]
    meter.phase("copying", len(numbers), sum(plan.card.files[number].size_bytes for number in numbers))
    refused = _copy(plan, copies, numbers, meter)
    changes = list(_changes(plan.card)) if numbers else []
    _read_back(plan, copies, meter)
    wanted = {number for copy in copies if not copy.error for number in (*copy.journal.done, *copy.wrong)}
    for copy in copies:
        if not copy.error:
            for number in wanted - copy.journal.done.keys() - copy.wrong.keys():
                copy.wrong[number] = f"is not on this volume: {refused.get(number, 'it was not written')}"
    manifest = _seal(plan, copies)
    outcomes = _outcomes(plan, copies)
    not_taken = (
        *(NotTaken(path=legible(path), reason=reason) for path, reason in plan.card.refused),
        *(
            NotTaken(path=legible(plan.card.files[number].path), reason=reason)
            for number, reason in sorted({**twins, **refused}.items())
            if number not in wanted
        ),
        *unlistable(plan.card),
        *changes,
    )
    if manifest:
        _report(plan, begun, copies, outcomes, not_taken, manifest)
        outcomes = _outcomes(plan, copies)
    return Outcome(
        begun.offload, plan, outcomes, not_taken, tuple(findings(plan, outcomes)), manifest.path if manifest else None
    )


def _begin(plan: Plan, copies: Sequence[OneCopy]) -> Begun:
    """The first line on each volume, and only then on each that the others have it."""
    known = next((target.journal.begun for target in plan.targets if target.journal), None)
    begun = known or Begun(
        offload=new_offload(),
        roll=plan.roll,
        card=legible(plan.card_volume.name),
        begun_at=_now(),
        algorithm=plan.algorithm,
        files=len(plan.card.files),
        bytes=plan.card.size_bytes,
        fingerprint=fingerprint(plan.card),
    )
    for copy in copies:
        copy.attempt(partial(copy.begin, begun, plan.card))
    names = [copy.name for copy in copies if not copy.error]
    for copy in copies:
        copy.attempt(partial(copy.tell_onto, names))
    return begun


def _twins_not_taken(card: Card, copies: Sequence[OneCopy]) -> dict[int, str]:
    """Files that one of the volumes would put into another's place: none of the copies gets them."""
    folding: list[str] = []

    def look(copy: OneCopy) -> None:
        if copy.folds_names():
            folding.append(copy.name)

    for copy in copies:
        copy.attempt(partial(look, copy))
    if not folding:
        return {}
    twins = dict(find_twins(file.path for file in card.files))
    return {
        number: f"{folding[0]} takes its name for {legible(twins[file.path])}, which lies there already"
        for number, file in enumerate(card.files)
        if file.path in twins
    }


def _copy(plan: Plan, copies: Sequence[OneCopy], numbers: Sequence[int], meter: Meter) -> dict[int, str]:
    takers = {
        copy.name: Taker(
            copy.name,
            Lane(copy.name),
            VolumeWriter(copy.folder, copy.journal, partial(meter.written, copy.name)),
            copy.journal,
        )
        for copy in copies
        if not copy.error
    }
    refused = copy_files(plan.card, numbers, list(takers.values()), plan.algorithm, meter)
    for copy in copies:
        if copy.name in takers and isinstance(error := takers[copy.name].lane.error, OSError):
            copy.error = error
    return refused


def _changes(card: Card) -> Iterator[NotTaken]:
    """The card listed again → what is not as it was when the offload began."""
    try:
        again = walk_card(card.root)
    except OSError as error:
        raise CardGone from error
    now, then = ({file.path: file for file in each.files} for each in (again, card))
    for path in now.keys() - then.keys():
        yield NotTaken(path=legible(path), reason="appeared on the card while it was offloaded")
    for path in then.keys() - now.keys():
        yield NotTaken(path=legible(path), reason="vanished from the card while it was offloaded")
    for path in then.keys() & now.keys():
        if now[path] != then[path]:
            yield NotTaken(path=legible(path), reason="changed on the card while it was offloaded")


def _read_back(plan: Plan, copies: Sequence[OneCopy], meter: Meter) -> None:
    """All copies at once, each on a thread of its own."""

    def read(copy: OneCopy) -> None:
        how = probe(copy.folder, copy.target.volume)
        copy.wrong |= read_back(plan.card, copy.folder, copy.journal, copy.target.volume, how, meter)
        if not copy.wrong:
            copy.note_read_back(_now(), how)
        copy.tidy()

    waiting = [copy for copy in copies if not copy.error and copy.journal.read_back_at is None]
    left = {copy.name: copy.journal.done.keys() - copy.journal.read_back for copy in waiting}
    sizes = [sum(plan.card.files[number].size_bytes for number in numbers) for numbers in left.values()]
    meter.phase("reading back", max(map(len, left.values()), default=0), max(sizes, default=0))
    with ThreadPoolExecutor(max(1, len(waiting))) as threads:
        for done in [threads.submit(copy.attempt, partial(read, copy)) for copy in waiting]:
            done.result()


def _seal(plan: Plan, copies: Sequence[OneCopy]) -> Manifest | None:
    """The same manifest on every copy that is verified; None where none is."""
    sealed: list[Manifest] = []
    for copy in _verified(copies):
        copy.attempt(lambda copy=copy: sealed.append(read_sealed(copy.folder)))  # type: ignore[misc]
    verified = _verified(copies)
    if not verified:
        return None
    manifest = agree(sealed, plan.card, verified[0].journal.done, plan.algorithm, plan.roll)
    for copy in verified:
        copy.attempt(partial(write_sealed, copy.folder, manifest))
    return manifest


def _report(
    plan: Plan,
    begun: Begun,
    copies: Sequence[OneCopy],
    outcomes: Sequence[CopyOutcome],
    not_taken: tuple[NotTaken, ...],
    manifest: Manifest,
) -> None:
    """On every verified copy, last of all: which copies there are, and what they hold."""
    here = {copy.name for copy in copies}
    verified = _verified(copies)
    # A copy that was verified before and is not plugged in now is still one.
    elsewhere = {each.volume: each for copy in verified for each in _reported(copy) if each.volume not in here}
    told = [
        Copy(
            volume=outcome.target.volume.name,
            kind=VolumeKind.DISK,
            serial=outcome.target.volume.serial,
            read_back_at=outcome.read_back_at or _now(),
            files=outcome.files,
            bytes=outcome.bytes,
        )
        for outcome in outcomes
        if outcome.counts
    ]
    if not told:
        return
    report = OffloadReport(
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
        made_by=f"circletake {circletake_version()}",
    )
    body = report.model_dump_json(indent=2).encode()
    for copy in verified:
        copy.attempt(partial(_write_report, copy, body))


def _write_report(copy: OneCopy, body: bytes) -> None:
    if copy.folder.read(REPORT) != body:
        copy.folder.write_whole(REPORT, body)


def _reported(copy: OneCopy) -> tuple[Copy, ...]:
    body = copy.folder.read(REPORT)
    if body is None:
        return ()
    try:
        return OffloadReport.model_validate_json(body).copies
    except ValidationError:
        # Somebody wrote into it; what it said is said again from the journals.
        return ()


def _verified(copies: Sequence[OneCopy]) -> list[OneCopy]:
    return [copy for copy in copies if not copy.error and not copy.wrong]


def _outcomes(plan: Plan, copies: Sequence[OneCopy]) -> tuple[CopyOutcome, ...]:
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
        journal = None if copy.error else copy.journal
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
                problems=tuple(problems),
            )
        )
    return tuple(outcomes)


def _told(error: OSError) -> str:
    where = f" ({legible(error.filename)})" if isinstance(error.filename, str) else ""
    return f"the volume failed: {error.strerror or error}{where}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
