"""A plan → verified copies of a card, each with the manifest that was made while reading it. Opens no network.

The order is what a kill at any line rests on, and each step leaves what the next run goes on from:

    journal begun · bytes, name, journal line of each file · read back · manifest · chain · report

The report (`.circletake/offload.json`) is what says that a copy is complete, so it comes last. A run that finds
everything done does nothing but say so.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime
from functools import partial

from circletake.contracts.files import NOTES, NotTaken
from circletake.film.manifests import FOLDER
from circletake.film.structures import recognise
from circletake.transfer.concluding import outcomes_of, report, seal, take_back
from circletake.transfer.copy_journal import READ_WHOLE, Begun
from circletake.transfer.copying import Taker, copy_files
from circletake.transfer.lanes import Lane
from circletake.transfer.listing import Card, CardGone, find_twins, legible, new_offload, walk_card
from circletake.transfer.metering import Meter
from circletake.transfer.one_copy import OneCopy
from circletake.transfer.outcome import Outcome, findings, unlistable
from circletake.transfer.planning import Plan
from circletake.transfer.reading_back import probe, read_back
from circletake.transfer.writing import VolumeWriter


def offload(plan: Plan, meter: Meter) -> Outcome:
    """A plan → what came of it. Raises `CardGone`, and `Refused` where the copies contradict each other."""
    copies = [OneCopy(target) for target in plan.targets]
    begun = _begin(plan, copies)
    take_back(copies, {copy.name for copy in copies if copy.target.spoiled})
    twins = _twins_not_taken(plan.card, copies)
    lacking = {
        copy.name: set(range(len(plan.card.files))) - twins.keys() - copy.journal.done.keys()
        for copy in copies
        if not copy.error
    }
    numbers = sorted(set[int]().union(*lacking.values()))
    _tell_phase(plan.card, meter, "copying", lacking)
    refused = _copy(plan, copies, numbers, meter)
    changed = _changes(plan) if numbers else {}
    _read_back(plan, copies, meter)
    wanted = {number for copy in copies if not copy.error for number in (*copy.journal.done, *copy.wrong)}
    for copy in copies:
        if not copy.error:
            for number in wanted - copy.journal.done.keys() - copy.wrong.keys():
                copy.wrong[number] = f"is not on this volume: {refused.get(number, 'it was not written')}"
    take_back(copies, {copy.name for copy in copies if copy.error or copy.wrong})
    manifest = seal(plan, copies)
    outcomes = outcomes_of(plan, copies)
    not_given = dict(plan.card.refused) | {
        plan.card.files[number].path: reason for number, reason in {**twins, **refused}.items() if number not in wanted
    }
    not_taken = (
        *(NotTaken(path=legible(path), reason=reason) for path, reason in sorted({**changed, **not_given}.items())),
        *unlistable(plan.card),
    )
    if manifest:
        report(plan, begun, copies, outcomes, not_taken, manifest)
        outcomes = outcomes_of(plan, copies)
    return Outcome(
        offload=begun.offload,
        plan=plan,
        structure=recognise(legible(file.path) for file in plan.card.files),
        copies=outcomes,
        not_taken=not_taken,
        findings=tuple(findings(plan, outcomes)),
        manifest=manifest.path if manifest else None,
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
    )
    for copy in copies:
        copy.attempt(partial(copy.begin, begun, plan.card, read_again=plan.read_again))
    onto = {copy.name: str(copy.target.volume.root) for copy in copies if not copy.error}
    for copy in copies:
        copy.attempt(partial(copy.tell_onto, onto))
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
    twins = dict(find_twins((FOLDER, NOTES, *(file.path for file in card.files))))
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


def _changes(plan: Plan) -> dict[str, str]:
    """The card listed again → paths that are not as they were when this run began, and how."""
    try:
        again = walk_card(plan.card.root)
    except OSError as error:
        raise CardGone from error
    now, then = ({file.path: file for file in each.files} for each in (again, plan.card))
    then = {path: file for path, file in then.items() if path not in plan.gone}
    changes = dict.fromkeys(now.keys() - then.keys(), "appeared on the card while it was offloaded")
    changes |= dict.fromkeys(then.keys() - now.keys(), "vanished from the card while it was offloaded")
    for path in then.keys() & now.keys():
        if now[path] != then[path]:
            changes[path] = "changed on the card while it was offloaded"
    return changes


def _read_back(plan: Plan, copies: Sequence[OneCopy], meter: Meter) -> None:
    """All copies at once, each on a thread of its own."""

    def read(copy: OneCopy) -> None:
        how = probe(copy.folder, copy.target.volume)
        copy.wrong |= read_back(plan.card, copy.folder, copy.journal, copy.target.volume, how, meter)
        if copy.wrong:
            # The next run that mends it reads it whole: what lost one file may have lost others by then.
            copy.journal.note(READ_WHOLE)
        else:
            copy.note_read_back(_now(), how)
        copy.tidy()

    waiting = [copy for copy in copies if not copy.error and copy.journal.read_back_at is None]
    left = {copy.name: copy.journal.done.keys() - copy.journal.read_back for copy in waiting}
    _tell_phase(plan.card, meter, "reading back", left)
    lanes = [Lane(copy.name) for copy in waiting]
    for copy, lane in zip(waiting, lanes, strict=True):
        lane.give(copy.attempt, partial(read, copy))
    for lane in lanes:
        lane.finish()
        if lane.error:
            raise lane.error


def _tell_phase(card: Card, meter: Meter, name: str, lacking: Mapping[str, Set[int]]) -> None:
    """Which files each volume still has to do → what there is to watch."""

    def size(numbers: Set[int]) -> int:
        return sum(card.files[number].size_bytes for number in numbers)

    together = set[int]().union(*lacking.values())
    meter.phase(name, len(together), size(together), {volume: size(each) for volume, each in lacking.items() if each})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
